"""The forms about safety: the screener outside a contact, the safety plan, the checks of the intake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import (
    DateField,
    Field,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from registry.clinical.checks import CHECKS
from registry.clinical.plan_labels import LANGUAGES, label_note
from registry.clinical.plans import HANDED_OVER
from registry.clinical.safety_plan import COUNSELLED, MEANS, REST, STEPS, has_steps, tidy
from registry.web.fields import TickBoxes, not_in_future, options, since_birth
from registry.web.guards import today
from registry.web.risk import ScreenerForm
from registry.web.transaction import OnceForm

ANSWERS = {"yes": True, "no": False}


class DatedForm(OnceForm):
    """A form about one day of the patient's life that has been."""

    birth_date: date = date.min


class AssessForm(DatedForm):
    """A screener outside a contact."""

    on = DateField("Date", [InputRequired("Give the date of the assessment."), not_in_future, since_birth])
    screener = FormField(ScreenerForm)

    def validate(self, extra_validators: Any = None) -> bool:
        """There is an assessment only where a question was answered."""
        valid, asked = bool(super().validate(extra_validators)), self.screener.form
        if not asked.is_asked:
            asked["wish_dead"].errors = ["Answer the screener."]
        return asked.check_day(self.on.data) and asked.is_asked and valid


def seen_id(field: Field) -> UUID | None:
    """The row that the author of a form saw; nothing where there was none."""
    try:
        return UUID(field.data)
    except (TypeError, ValueError):
        return None


class PlanForm(DatedForm):
    """The steps of a safety plan, a field each, and the counselling on means."""

    made_on = DateField(
        "Date", [InputRequired("Give the day on which the plan was made."), not_in_future, since_birth]
    )
    language = SelectField(
        "Labels on paper", choices=options(*LANGUAGES.items()), default="en", description=label_note()
    )
    reason = StringField("Why it is changed", [Length(max=300)])
    counselled = TickBoxes("Means counseling: talked about", choices=options(*COUNSELLED.items()))
    agreed = TextAreaField(
        "Agreed",
        [Length(max=2000)],
        description="Who keeps what, where, from when; for the record, not on paper",
    )
    seen = HiddenField()
    emptied = HiddenField()
    """The parts whose emptying was asked about."""

    def has_seen(self, emptied: str) -> bool:
        """Whether the author was shown what becomes empty and saves all the same; else the form asks next time."""
        shown = self.emptied.data == emptied
        self.emptied.data, self.emptied.raw_data = emptied, None
        return shown or not emptied

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if not has_steps(self.parts):
            self["signs"].errors = ["Write at least one step of the plan."]
            return False
        return valid

    @property
    def steps(self) -> list[Field]:
        """The fields of the plan in order."""
        return [self[step] for step in (*STEPS, REST)]

    @property
    def parts(self) -> dict[str, Any]:
        """The plan as it is kept."""
        return tidy({part: self[part].data or "" for part in (*STEPS, REST, *MEANS)})

    @property
    def seen_id(self) -> UUID | None:
        """The plan that its author saw."""
        return seen_id(self.seen)

    def show(self, parts: Mapping[str, Any]) -> None:
        """Begin with the plan that stands."""
        for part, value in parts.items():
            self[part].data = value


HINTS = {
    "signs": "Thoughts, moods, situations: how the patient knows that a crisis may come",
    "alone": "Without anybody's help",
    "distraction": "Names, places, numbers",
    "help": "Names and numbers",
    "professionals": "Clinician, clinic, 988 by phone or text, 911",
    "surroundings": "Firearms, medication, other means: who keeps them, and where",
}
for _step, _heading in STEPS.items():
    setattr(PlanForm, _step, TextAreaField(_heading, [Length(max=2000)], description=HINTS[_step]))
setattr(PlanForm, REST, TextAreaField("Anything else", [Length(max=10_000)]))


class HandOverForm(OnceForm):
    how = SelectField("How", [InputRequired("Choose how.")], choices=options(*HANDED_OVER.items()))


class ReviewedForm(OnceForm):
    """The plan was gone through and stands."""

    seen = HiddenField()


class InErrorForm(OnceForm):
    reason = StringField(
        "Why was it wrong?", [InputRequired("Say why, for whoever reads this later."), Length(max=500)]
    )


@dataclass(frozen=True, slots=True)
class Known:
    """The answer that is on file for a check."""

    id: UUID
    positive: bool
    on: date
    note: str
    by: str


class CheckForm(Form):
    """One check: its answer, and with what and when it was asked where it is answered anew."""

    answer = RadioField(
        "Answer", [Optional()], choices=options(("yes", "Yes"), ("no", "No"), ("", "Not asked")), default=""
    )
    note = StringField("With what", [Length(max=500)])
    on = DateField("Asked on", [Optional()])
    seen = HiddenField(default="")

    def show(self, known: Known | None) -> None:
        """Begin with what is on file."""
        self.offer(known)
        self.answer.data = "" if known is None else "yes" if known.positive else "no"

    def offer(self, known: Known | None) -> None:
        """What is on file now; an answer that is known cannot become unknown here."""
        self.seen.data = str(known.id) if known else ""
        if known:
            self.answer.choices = options(("yes", "Yes"), ("no", "No"))

    def problem(self, known: Known | None, birth_date: date) -> tuple[str, str]:
        """The field and the sentence of what cannot be; empty where everything can."""
        if self._changes(known) and self.seen.data != (str(known.id) if known else ""):
            did = f"{known.by or 'Somebody'} answered this" if known else "This answer was taken back"
            return "answer", f"{did} meanwhile. Look at what is on file and choose again."
        if not self.answer.data and (self.on.data or (self.note.data or "").strip()):
            return "answer", "Answer yes or no, or empty the fields beside it."
        if self.on.data and not birth_date <= self.on.data <= today():
            return "on", "This day is in the future, or before the patient's birth."
        if known and self.on.data and self.on.data < known.on:
            return (
                "on",
                f"The answer on file is of {known.on:%b} {known.on.day}, {known.on.year}: give that day or a later one.",
            )
        return "", ""

    def _changes(self, known: Known | None) -> bool:
        """Whether this says something that is not on file."""
        if not self.answer.data:
            return False
        same = known is not None and ANSWERS[self.answer.data] == known.positive
        asked_again = bool((self.note.data or "").strip()) or (
            self.on.data not in (None, known.on if known else None)
        )
        return not same or asked_again

    def changed(self, known: Known | None) -> tuple[bool, date, str] | None:
        """The new answer, its day and its note; nothing where it is what is on file."""
        if not self._changes(known):
            return None
        return ANSWERS[self.answer.data], self.on.data or today(), (self.note.data or "").strip()


class ChecksForm(OnceForm):
    """The diagnostic checks of an intake; each answer is dated."""

    birth_date: date = date.min
    known: Mapping[str, Known] = {}

    def show(self) -> None:
        """Begin with what is on file."""
        for topic, form in self.rows():
            form.show(self.known.get(topic))

    def refresh(self) -> None:
        """Before it is shown again: what is on file may have changed meanwhile."""
        for topic, form in self.rows():
            form.offer(self.known.get(topic))

    def rows(self) -> list[tuple[str, CheckForm]]:
        """Each topic with its fields."""
        return [(topic, self[topic].form) for topic in CHECKS]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for topic, form in self.rows():
            name, sentence = form.problem(self.known.get(topic), self.birth_date)
            if sentence:
                form[name].errors = [*form[name].errors, sentence]
                valid = False
        if valid and not self.changed():
            self.form_errors.append("Nothing was changed.")
            return False
        return valid

    def changed(self) -> dict[str, tuple[bool, date, str]]:
        """What is new, by topic."""
        found = {topic: form.changed(self.known.get(topic)) for topic, form in self.rows()}
        return {topic: answer for topic, answer in found.items() if answer}


for _topic, _title in CHECKS.items():
    setattr(ChecksForm, _topic, FormField(CheckForm, _title))
