"""A tracker, one of its days, and their correction."""

from dataclasses import replace
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry.clinical.trackers import KINDS, QUALITY, SLEEP, Day, Night, Told, night_refusal, refusal
from registry.web.fields import DecimalNumber, not_in_future, options, since_birth, within_a_year
from registry.web.guards import today
from registry.web.transaction import OnceForm, VersionedForm


def _words(words: str | None) -> str:
    return (words or "").strip()


class TrackerForm(VersionedForm):
    """What is followed, and what its ends mean to the patient."""

    birth_date: date = date.min
    kind = SelectField("What is followed", choices=options(*((k, one.title) for k, one in KINDS.items())))
    title = StringField(
        "In the patient's own words",
        [DataRequired("Write what is followed, in the patient's words."), Length(max=120)],
        filters=[_words],
    )
    low_text = StringField("What 0 looks like", [Length(max=200)], filters=[_words])
    high_text = StringField("What 10 looks like", [Length(max=200)], filters=[_words])
    target = DecimalNumber("Target", [Optional()])
    started_on = DateField("From", [InputRequired("Enter the day."), not_in_future, since_birth])

    def validate_target(self, field: Field) -> None:
        if self.kind.data in KINDS and (told := refusal(self.kind.data, field.data)):
            raise ValidationError(told)

    def told(self) -> Told:
        return Told(
            self.kind.data, self.title.data or "", self.low_text.data or "", self.high_text.data or "",
            self.target.data, self.started_on.data or today(),
        )  # fmt: skip


class ChangeTrackerForm(TrackerForm):
    """A tracker as it should read, its end, or that it was a mistake."""

    ended_on = DateField("Until", [Optional(), within_a_year], description="Empty while it is followed")
    in_error = BooleanField("Entered in error", description="It stays on file and is shown nowhere else.")
    reason = StringField(
        "Reason for the change", [DataRequired("Say why."), Length(max=200)], filters=[_words]
    )

    def validate_ended_on(self, field: Field) -> None:
        if field.data and self.started_on.data and field.data < self.started_on.data:
            raise ValidationError("It cannot end before it began.")

    def told(self) -> Told:
        return replace(super().told(), ended_on=self.ended_on.data)


class EntryForm(OnceForm):
    """One day of a tracker; `kind` is set by the view."""

    kind: str
    on = DateField("Date", [InputRequired("Enter the day."), not_in_future])
    value = DecimalNumber("Value", [Optional()])
    bed_time = TimeField("Went to bed", [Optional()])
    wake_time = TimeField("Got up", [Optional()])
    quality = RadioField(
        "How was the sleep?",
        [Optional()],
        choices=options(*((str(n), words) for n, words in enumerate(QUALITY, 1)), ("", "Not known")),
        default="",
    )
    note = StringField("Note", [Length(max=200)], filters=[_words])

    def ask(self, kind: str) -> None:
        """Ask for what this kind of tracker holds."""
        self.kind = kind
        self.value.label.text = KINDS[kind].asks
        if kind != SLEEP:
            self.value.validators = [InputRequired("Enter a number.")]

    def validate_value(self, field: Field) -> None:
        if told := refusal(self.kind, field.data):
            raise ValidationError(told)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if valid and self.kind == SLEEP and (told := night_refusal(self.night())):
            self.value.errors = [told]
            return False
        return valid

    def night(self) -> Night:
        return Night(
            self.on.data or today(), self.bed_time.data, self.wake_time.data, self.value.data, self.rating,
            self.note.data or "",
        )  # fmt: skip

    @property
    def rating(self) -> int | None:
        return int(self.quality.data) if self.quality.data else None

    def day(self) -> Day:
        """The entry as columns; a kind without nights has no times."""
        night = self.night() if self.kind == SLEEP else Night(self.on.data or today())
        return Day(night.on, self.value.data, night.bed, night.wake, night.quality, self.note.data or "")


class CorrectEntryForm(EntryForm, VersionedForm):
    in_error = BooleanField("Entered in error", description="It stays on file and counts nowhere.")
    reason = StringField(
        "Reason for the correction", [DataRequired("Say why."), Length(max=200)], filters=[_words]
    )
