"""The pathways' own forms, made from their parts, and the events that happen on them."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from registry.clinical.pathways import DUE_DATE, EVENTS, PARTS, PATHWAYS, PREGNANCY, EventKind
from registry.web.fields import WHY, TickBoxes, not_in_future, options, since_birth
from registry.web.guards import today
from registry.web.transaction import OnceForm, VersionedForm

PREFIX = "part_"
OVERDUE, MARGIN = timedelta(weeks=3), timedelta(weeks=4)


def near_a_birth(form: "EventForm", field: DateField) -> None:
    """A due date is one of a pregnancy of that day, or of one that ended in a birth on record; a kept one may stay."""
    due, told = field.data, form["on"].data or today()
    if due is None or form.kept == (told.isoformat(), due.isoformat()):
        return
    if not any(day - OVERDUE <= due <= day + PREGNANCY + MARGIN for day in (told, *form.births)):
        raise ValidationError("A due date lies at most 10 months ahead and 3 weeks back: look at the year.")


class PathwayForm(VersionedForm):
    """What every pathway has; its own parts are added by `pathway_form`."""

    kind: str
    birth_date: date = date.min
    started_on = DateField("First day", [InputRequired("Enter the first day."), not_in_future, since_birth])

    @property
    def parts(self) -> list[Any]:
        """The fields of the pathway's own parts, in order."""
        return [self[PREFIX + name] for name in PARTS[self.kind]]

    @property
    def details(self) -> dict[str, str]:
        """What was written in the parts; an empty one is left out."""
        told = {name: (self[PREFIX + name].data or "").strip() for name in PARTS[self.kind]}
        return {name: words for name, words in told.items() if words}

    def show(self, details: dict[str, Any]) -> None:
        """Show what is kept."""
        for name in PARTS[self.kind]:
            self[PREFIX + name].data = details.get(name, "")


class Part2Mixin:
    """Where records may fall under 42 CFR Part 2."""

    part_2 = BooleanField(
        "Records under 42 CFR Part 2",
        description="Where the clinic holds itself out as providing substance-use treatment; ask your privacy officer.",
    )


class EditMixin:
    """A change says why."""

    reason = StringField("Why is it changed?", WHY)


@cache
def pathway_form(kind: str, editing: bool = False) -> type[PathwayForm]:
    """The form of one kind of pathway."""
    fields = {
        PREFIX + name: TextAreaField(part.label, [Length(max=2000)], description=part.hint)
        for name, part in PARTS[kind].items()
    }
    bases = (
        *((Part2Mixin,) if PATHWAYS[kind].part_2 else ()),
        *((EditMixin,) if editing else ()),
        PathwayForm,
    )
    return type(f"{kind.title()}Form", bases, {"kind": kind, **fields})


class EndForm(VersionedForm):
    ended_on = DateField("Last day", [InputRequired("Enter the last day."), not_in_future])
    reason = StringField("Reason", [InputRequired("Say why it ends."), Length(max=200)])


class EventForm(OnceForm):
    """Something that happened; the values are those of its kind."""

    kind: str
    birth_date: date = date.min
    births: Sequence[date] = ()
    """Of the pathway, of the patient's children."""
    kept: tuple[str, str] | None = None
    """Of the event that is corrected: its day and its value."""
    on = DateField("Date", [InputRequired("Enter the day."), not_in_future, since_birth])
    note = TextAreaField("Note", [Length(max=2000)])

    @property
    def answer(self) -> str:
        """The coded value, or the due date in words that sort."""
        found = self["value"].data if "value" in self else ""
        return found.isoformat() if isinstance(found, date) else found or ""

    def keep(self, on: date, value: str) -> None:
        """What the corrected event holds may stay, though it is offered no longer."""
        self.kept = (on.isoformat(), value)
        choices = getattr(self._fields.get("value"), "choices", None)
        if choices and value and value not in [choice.value for choice in choices]:
            self["value"].choices = [*choices, *options((value, EVENTS[self.kind].values.get(value, value)))]


class CorrectMixin:
    """A correction says why."""

    reason = StringField("Why is it changed?", WHY)


@cache
def event_form(kind: str, pathway: str, correcting: bool = False) -> type[EventForm]:
    """The form of one kind of event on one kind of pathway."""
    event: EventKind = EVENTS[kind]
    asked = event.asked(pathway)
    fields: dict[str, Any] = {}
    if kind == DUE_DATE:
        fields["value"] = DateField("Due date", [InputRequired("Enter the due date."), near_a_birth])
    elif asked:
        choose = InputRequired(f"Choose: {', '.join(asked.values()).lower()}.")
        fields["value"] = RadioField(event.label, [choose], choices=options(*asked.items()))
    bases = (CorrectMixin, EventForm) if correcting else (EventForm,)
    return type(f"{kind.title()}EventForm", bases, {"kind": kind, **fields})


class ConsentForm(OnceForm):
    """The patient's written consent to share what falls under 42 CFR Part 2, and with whom."""

    birth_date: date = date.min
    on = DateField("Signed on", [InputRequired("Enter the day."), not_in_future, since_birth])
    recipients = TickBoxes("With whom", validate_choice=True)
    other = StringField(
        "Another person or organization",
        [Length(max=120)],
        description="By the name that a page for them carries",
    )
    terms = BooleanField(
        "The signed consent says what refusing means, that it may be revoked in writing, and that who gets the records "
        "may pass them on as the law allows",
        [InputRequired("Without these the consent does not hold: have them signed first.")],
    )
    note = TextAreaField("Note", [Length(max=2000)], description="Where the signed paper is kept")

    @property
    def named(self) -> list[str]:
        """Every recipient once."""
        other = " ".join((self.other.data or "").split())
        return list(dict.fromkeys([*(self.recipients.data or ()), *([other] if other else ())]))

    def validate_recipients(self, field: TickBoxes) -> None:
        if not self.named:
            raise ValidationError("Say with whom: tick or write at least one.")


class RevokeForm(OnceForm):
    on = DateField("Revoked on", [InputRequired("Enter the day."), not_in_future])
    note = TextAreaField("Note", [Length(max=2000)], description="Where the signed paper is kept")
