"""The forms of a contact: recording one with everything that happened in it, and correcting one."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    Field,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from registry.clinical.facts import MESSAGE, NO_SHOW, OUTREACH_ATTEMPT, SCHEDULING, TREATMENT
from registry.clinical.instruments import Filled
from registry.clinical.interventions import ADHERENCE, CONTACT_KINDS, INTERVENTIONS, MODALITIES
from registry.web.fields import ScoreForm, TickBoxes, WholeNumber, options, score_form, texts
from registry.web.risk import ScreenerForm
from registry.web.transaction import OnceForm, VersionedForm

LONGEST = 600
LATEST_DUE = timedelta(days=366)
WITH_SCORES = (TREATMENT, MESSAGE)
WITH_SCREENER = (TREATMENT, OUTREACH_ATTEMPT, SCHEDULING)


@dataclass(frozen=True, slots=True)
class Limits:
    """The days between which a contact can lie."""

    today: date
    birth_date: date
    referred_on: date


class ContactFields(OnceForm):
    """What is known of the contact itself."""

    limits: Limits
    kind = RadioField("Kind", choices=options(*CONTACT_KINDS.items()), default=TREATMENT)
    modality = RadioField("How", [Optional()], choices=options(*((key, MODALITIES[key]) for key in ("phone", "video", "in_person"))),
                          default="phone")  # fmt: skip
    on = DateField("Date", [InputRequired("Give the date of the contact.")])
    started_at = TimeField("Started", [Optional()])
    minutes = WholeNumber("Minutes")
    reached = BooleanField("Reached the patient")
    with_caregiver = BooleanField("With a caregiver")
    interventions = TickBoxes(
        "Delivered", choices=options(*((i.code, i.label) for i in INTERVENTIONS.values()))
    )
    adherence = RadioField(
        "Medication", [Optional()], choices=options(*ADHERENCE.items(), ("", "Not asked")), default=""
    )
    note = TextAreaField("What happened", [Length(max=20_000)])
    discuss = BooleanField("Discuss with the psychiatric consultant")
    question = TextAreaField("Question for the consultant", [Length(max=2000)])

    def validate_on(self, field: Field) -> None:
        if field.data is None:
            return
        if field.data > self.limits.today:
            raise ValidationError("The contact cannot lie in the future.")
        if field.data < self.limits.birth_date:
            raise ValidationError("That is before the patient's birth.")
        if field.data < self.limits.referred_on:
            raise ValidationError(f"That is before the first referral, {self.limits.referred_on:%b %-d, %Y}.")

    def validate_minutes(self, field: Field) -> None:
        if field.data is None and self.kind.data == TREATMENT and not field.errors:
            raise ValidationError("Give the minutes of the contact.")
        if field.data is not None and not 0 <= field.data <= LONGEST:
            raise ValidationError(f"Minutes are between 0 and {LONGEST}.")

    def validate_question(self, field: Field) -> None:
        if self.discuss.data and not (field.data or "").strip():
            raise ValidationError("Write the question for the consultant.")

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.kind.data == TREATMENT and not self.modality.data:
            self.modality.errors = ["Say how you spoke with the patient."]
            return False
        return valid

    def contact(self) -> dict[str, Any]:
        """The columns of the contact; what its kind does not have is left empty."""
        kind, treats = self.kind.data, self.kind.data == TREATMENT
        return {
            "kind": kind,
            "modality": None if kind == MESSAGE else self.modality.data or None,
            "on": self.on.data,
            "started_at": self.started_at.data,
            "minutes": self.minutes.data,
            "reached": treats or (kind not in (NO_SHOW, MESSAGE) and bool(self.reached.data)),
            "with_caregiver": bool(self.with_caregiver.data) and kind not in (NO_SHOW, MESSAGE),
            "interventions": sorted(self.interventions.data or []) if treats else [],
            "adherence": self.adherence.data or None,
            "note": (self.note.data or "").strip(),
            "discuss": bool(self.discuss.data),
            "question": (self.question.data or "").strip() if self.discuss.data else "",
        }


class RecordForm(ContactFields):
    """One contact with its scores, its safety assessment and what comes next; made by `record_form`."""

    self_filled = BooleanField("The patient filled in the form")
    text: SelectField
    """The language in which the depression form is read, where there is a choice."""
    screener = FormField(ScreenerForm)
    next_action = StringField("Next action", [Length(max=200)])
    next_due_on = DateField("Due", [Optional()])
    next_version = IntegerField(widget=HiddenInput(), default=0)

    def validate_kind(self, field: Field) -> None:
        if field.data not in WITH_SCORES and any(not form.is_empty for form in self.score_forms()):
            raise ValidationError(
                "Scores belong to a treatment contact or a message. Change the kind, or clear them."
            )
        if field.data not in WITH_SCREENER and not self.screener.form.is_empty:
            raise ValidationError(
                "The C-SSRS is asked by a person: change the kind of contact, or clear the screener."
            )

    def validate_next_due_on(self, field: Field) -> None:
        if field.data is None:
            return
        if not (self.next_action.data or "").strip():
            raise ValidationError("Say what is due.")
        if self.on.data and field.data < self.on.data:
            raise ValidationError("The due date is before the contact.")
        if field.data > self.limits.today + LATEST_DUE:
            raise ValidationError("The due date is more than a year away.")

    def validate(self, extra_validators: Any = None) -> bool:
        """The screener answers no score of a later day."""
        valid = super().validate(extra_validators)
        return self.screener.form.check_day(self.on.data) and valid

    def score_forms(self) -> list[ScoreForm]:
        return [self[name].form for name in ("phq", "gad", "own") if name in self]

    def scores(self) -> list[Filled]:
        """The forms that were filled in."""
        return [filled for form in self.score_forms() if (filled := form.filled())]

    def recording(self) -> dict[str, Any]:
        """Everything in plain values, as the service takes it."""
        screener = self.screener.form
        return {
            "contact": self.contact(),
            "scores": self.scores(),
            "mode": "self"
            if self.self_filled.data
            else "phone"
            if self.modality.data == "phone"
            else "interview",
            "answers": None if screener.is_empty else screener.answers,
            "safety": screener.texts(),
            "covers": [UUID(one) for one in screener.covers.data or []],
            "next_action": (self.next_action.data or "").strip(),
            "next_due_on": self.next_due_on.data,
            "next_version": self.next_version.data or 0,
        }


@cache
def record_form(phq: str, language: str = "en", own: str | None = None) -> type[RecordForm]:
    """The form for a patient whose depression scale is `phq` (phq9, or phq_a for an adolescent), read in a language."""
    text = SelectField("Language of the form", choices=texts(phq), default=language, validate_choice=False)
    forms = {"phq": score_form(phq, language=language), "gad": score_form("gad7")}
    forms |= {"own": score_form(own)} if own else {}
    parts: dict[str, Any] = {name: FormField(form) for name, form in forms.items()}
    return type("RecordForm", (RecordForm,), {**parts, "text": text})


class CorrectForm(ContactFields, VersionedForm):
    """A contact as it should have been written, and why it is changed."""

    in_error = BooleanField(
        "This contact was entered in error", description="It stays on file, struck out, and counts nowhere."
    )
    with_scores = BooleanField("Its scores and risk assessment too", default=True)
    reason = StringField(
        "Reason for the correction",
        [InputRequired("Say why the record is corrected."), Length(max=500)],
        filters=[lambda words: (words or "").strip()],
    )

    def corrected(self) -> dict[str, Any]:
        """The columns as they should be."""
        return {**self.contact(), "in_error": bool(self.in_error.data)}
