"""The forms of the weekly review."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from registry.clinical.decision_moves import STEPS, Step
from registry.clinical.drugs import known
from registry.clinical.interventions import (
    CAUTIONS,
    CHANGING_CATEGORIES,
    NO_ANSWER_NEEDED,
    RECOMMENDATION_CATEGORIES,
)
from registry.web.fields import DecimalNumber, TickBoxes, WholeNumber, not_in_future, options
from registry.web.transaction import OnceForm, VersionedForm

MOST = 8
"""Recommendations on one note."""
JUDGE_AFTER = timedelta(weeks=4)
NOT_TODAY = (
    "Wait for the next score", "Treatment just changed", "Patient not reached yet", "Waiting for labs or records",
    "Discussed with the PCP directly",
)  # fmt: skip


class AskForm(OnceForm):
    question = StringField(
        "Question to the consultant", [Length(max=300)], description="One sentence helps most"
    )


class SetAsideForm(OnceForm):
    reason = StringField(
        "Not today, because",
        [DataRequired("Say why, for whoever prepares the next review."), Length(max=200)],
    )


class AdviceForm(Form):
    """One recommendation."""

    category = SelectField(
        "Category", [Optional()], choices=[("", "Choose"), *RECOMMENDATION_CATEGORIES.items()]
    )
    text = TextAreaField("Recommendation", [Length(max=1000)])
    drug = StringField("Drug", [Length(max=80)])
    dose_mg = DecimalNumber(
        "Dose, mg a day", [Optional(), NumberRange(0.01, 5000, "From 0.01 to 5000 mg a day.")]
    )
    schedule = StringField(
        "Schedule", [Length(max=200)], description="Steps and times, such as: 50 mg for a week, then 100 mg"
    )
    rationale = TextAreaField("Rationale", [Length(max=1000)])
    judge_on = DateField("Judge on", [Optional()])
    if_fails = StringField("If it fails (step 2)", [Length(max=500)])
    monitoring = StringField("Monitoring", [Length(max=300)])
    cautions = TickBoxes("Cautions looked at", choices=options(*CAUTIONS.items()))

    @property
    def is_blank(self) -> bool:
        """Nothing was advised here; the proposed day alone says nothing."""
        written = (
            self.category,
            self.text,
            self.drug,
            self.schedule,
            self.rationale,
            self.if_fails,
            self.monitoring,
        )
        return not any((field.data or "").strip() for field in written)

    def validate_drug(self, field: Any) -> None:
        """A drug by a name that the catalogue knows; it is kept by its ingredient."""
        name = (field.data or "").strip()
        found = known(name) if name else None
        if name and found is None:
            raise ValidationError(
                "The catalogue does not know this drug: choose one of the list, or write it in the text."
            )
        field.data = found.name if found else ""

    def validate_dose_mg(self, field: Any) -> None:
        if field.data is not None and not (self.drug.data or "").strip():
            raise ValidationError("Name the drug of this dose.")

    @property
    def words(self) -> str:
        """The text; to continue needs no words of its own."""
        text = (self.text.data or "").strip()
        if not text and self.category.data in NO_ANSWER_NEEDED:
            return f"{RECOMMENDATION_CATEGORIES[self.category.data]}."
        if not text and self.category.data and (self.drug.data or "").strip():
            dose = f" {self.dose_mg.data:g} mg a day" if self.dose_mg.data else ""
            return f"{RECOMMENDATION_CATEGORIES[self.category.data]}: {self.drug.data}{dose}."
        return text

    def check(self, on: date) -> None:
        """What a signature needs: what to do, in words, and when to judge a change."""
        if not self.category.data:
            self.category.errors = ["Choose the category."]
        if not self.words:
            self.text.errors = ["Write what to do."]
        if self.category.data in CHANGING_CATEGORIES and not self.judge_on.data and not self.judge_on.errors:
            self.judge_on.errors = ["A change of treatment needs the day on which to judge it."]
        if self.judge_on.data and self.judge_on.data <= on:
            self.judge_on.errors = ["Give a day after the review."]


class ReviewForm(VersionedForm):
    """The consultant's note; a draft may have gaps, a signature not."""

    typed = HiddenField()
    """The window in which what this form was restored from was typed."""
    impression = TextAreaField("Impression", [Length(max=4000)])
    safety = TextAreaField("Safety", [Length(max=2000)])
    minutes = WholeNumber(
        "Minutes on this patient", [Optional(), NumberRange(1, 240, "From 1 to 240 minutes.")]
    )
    attended = StringField("Who attended", [Length(max=200)])
    advice = FieldList(FormField(AdviceForm), min_entries=1, max_entries=MOST)
    rests_on = TickBoxes("The advice rests on", validate_choice=False)
    replaced = TickBoxes("Replaced by later advice", validate_choice=False)
    template = SelectField("Template", [Optional()], validate_choice=False)
    template_name = StringField("Keep recommendation 1 as a template", [Length(max=80)])
    password = PasswordField("Your password", [Length(max=128)])
    signed = BooleanField("I sign this note")

    @property
    def filled(self) -> list[AdviceForm]:
        return [entry.form for entry in self.advice if not entry.form.is_blank]

    def add_blanks(self, wanted: int, on: date) -> None:
        """Room for as many recommendations, each with a proposed day to judge it."""
        while len(self.advice) < min(max(wanted, len(self.filled) + 1), MOST):
            self.advice.append_entry({"judge_on": on + JUDGE_AFTER})
        if self.advice[0].form.is_blank and not self.advice[0].form.judge_on.raw_data:
            self.advice[0].form.judge_on.data = on + JUDGE_AFTER

    def offer(
        self, checklist: Sequence[tuple[str, str]], templates: Sequence[tuple[str, str]],
        replaceable: Sequence[tuple[str, str]],
    ) -> None:  # fmt: skip
        """What is known and what is not, the author's own templates, and earlier advice that a signature may close."""
        self.replaced.choices = options(*replaceable)
        self.replaceable = {value for value, _ in replaceable}
        self.rests_on.choices = options(*checklist)
        self.template.choices = options(("", "Choose"), *templates)

    def may_be_signed(self, on: date, safety_open: bool) -> bool:
        """Whether nothing is missing for a signature; what is, stands at its field."""
        if not self.filled:
            self.advice[0].form.text.errors = ["Write at least one recommendation; “Continue as now” is one."]
        for one in self.filled:
            one.check(on)
        if safety_open and not (self.safety.data or "").strip():
            self.safety.errors = ["A safety finding is open: say what was considered."]
        if set(self.replaced.data or ()) - self.replaceable:
            self.replaced.errors = ["One of these was answered or closed in the meantime: look again."]
        if not self.signed.data:
            self.signed.errors = ["Tick that you sign this note."]
        self.advice.errors = [entry.form.errors for entry in self.advice if entry.form.errors]
        return not self.errors


class TemplateForm(OnceForm):
    """A template of one's own."""

    name = StringField("Name", [DataRequired("Give the template a name."), Length(max=80)])


class DecisionForm(OnceForm):
    """What became of a recommendation."""

    kind = RadioField("What happened", [InputRequired("Choose what happened.")], validate_choice=False)
    on = DateField("On", [InputRequired("Enter the day."), not_in_future])
    decided_by = StringField("Which PCP", [Length(max=120)])
    until_on = DateField("Deferred until", [Optional()])
    remark = StringField("Remark", [Length(max=300)])
    mark = HiddenField()

    def offer(self, steps: tuple[Step, ...]) -> None:
        self.kind.choices = [(step.kind, step.label) for step in steps]

    def validate(self, extra_validators: Any = None) -> bool:
        """Of a deferral the day is asked for; of anything else it says nothing."""
        valid = bool(super().validate(extra_validators))
        if self.kind.data != "deferred":
            return valid
        if not self.until_on.data and not self.until_on.errors:
            self.until_on.errors = ["Enter the day until which it is deferred."]
        elif self.until_on.data and self.on.data and self.until_on.data <= self.on.data:
            self.until_on.errors = ["Give a day after the answer."]
        return valid and not self.until_on.errors

    def validate_kind(self, field: Any) -> None:
        if field.data not in STEPS:
            raise ValidationError("Choose what happened.")

    def validate_remark(self, field: Any) -> None:
        step = STEPS.get(self.kind.data or "")
        if step and step.needs_remark and not (field.data or "").strip():
            raise ValidationError(f"{step.remark}: write it down.")
