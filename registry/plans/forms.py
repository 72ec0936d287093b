"""The forms of the plans: what is written with the patient, in the patient's words."""

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import (
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from registry.clinical.plan_labels import LANGUAGES, label_note, labels
from registry.clinical.plans import (
    ANSWERS,
    BARRIERS,
    CARE,
    HANDED_OVER,
    PARTS,
    RELAPSE,
    SHARING,
    TOPICS,
    problems_of,
    tidy,
)
from registry.web.fields import TickBoxes, WholeNumber, not_in_future, options, since_birth
from registry.web.transaction import OnceForm

ENGLISH = labels("en")
MOST_ROWS = 12
SHORT, LONG = Length(max=300), Length(max=3000)


def _coded(*codes: str) -> list[Any]:
    return options(*((code, ENGLISH.word("code", code).capitalize()) for code in codes))


class GoalForm(Form):
    words = StringField("Goal, in the patient's words", [SHORT])
    function = StringField(
        "To be able to", [SHORT], description="As in: cook for the family, sit through a class"
    )
    step = StringField("First step", [SHORT])


class DecisionForm(Form):
    about = StringField("Decided about", [SHORT])
    options = StringField("Options shown", [SHORT])
    choice = StringField("The patient chose", [SHORT])
    reason = StringField("Because", [SHORT])


class BarrierForm(Form):
    words = StringField("What it is", [SHORT])
    answer = SelectField(
        "Answer tried", [Optional()], choices=[*options(("", "None yet")), *_coded(*ANSWERS)]
    )
    result = StringField("How it went", [SHORT])


class ConsentForm(Form):
    answer = RadioField(
        "May we share?",
        [Optional()],
        choices=options(("yes", "Yes"), ("no", "No"), ("", "Not asked")),
        default="",
    )
    name = StringField("With whom", [SHORT])
    what = StringField("What", [SHORT])


class BarriersForm(Form):
    """A row for each barrier."""


class SharingForm(Form):
    """A row for each with whom something may be shared."""


for _code in BARRIERS:
    setattr(BarriersForm, _code, FormField(BarrierForm, ENGLISH.word("code", _code)))
for _code in SHARING:
    setattr(SharingForm, _code, FormField(ConsentForm, ENGLISH.word("code", _code)))


class PlanForm(OnceForm):
    """What every plan has: its day, its language on paper, why it is changed, and the version that was seen."""

    kind = ""
    birth_date: date = date.min
    needs_reason = False
    made_on = DateField(
        "Made on", [InputRequired("Give the day on which the plan was made."), not_in_future, since_birth]
    )
    language = SelectField(
        "Labels on paper", choices=options(*LANGUAGES.items()), default="en", description=label_note()
    )
    reason = StringField("Why it is changed", [SHORT])
    seen = HiddenField()

    def validate_reason(self, field: Field) -> None:
        if self.needs_reason and not (field.data or "").strip():
            raise ValidationError("Say why the plan is changed.")

    def validate(self, extra_validators: Any = None) -> bool:
        """The rules say what the plan still lacks."""
        valid = bool(super().validate(extra_validators))
        lacking = list(problems_of(self.kind, self.content()))
        for part, sentence in lacking:
            self._refuse(part, sentence)
        return valid and not lacking

    def _refuse(self, part: str, sentence: str) -> None:
        field = self[part]
        if isinstance(field, FormField | FieldList):
            self.form_errors.append(f"{ENGLISH.word(self.kind, part)}: {sentence}")
        elif not field.errors:
            field.errors = [sentence]

    def content(self) -> dict[str, Any]:
        """The parts as they are kept."""
        return tidy(self.kind, {part: self[part].data for part in PARTS[self.kind]})

    @property
    def seen_id(self) -> UUID | None:
        """The version that the author saw; nothing where there was none."""
        try:
            return UUID(self.seen.data)
        except (TypeError, ValueError):
            return None


class CarePlanForm(PlanForm):
    kind = CARE
    problems = TextAreaField("Problems", [LONG], description="What the patient wants help with; one a line")
    goals = FieldList(FormField(GoalForm), min_entries=1, max_entries=MOST_ROWS)
    values = TextAreaField("What matters most", [LONG])
    preferences = TextAreaField("Preferences", [LONG], description="How, when, where, by whom")
    decisions = FieldList(FormField(DecisionForm), min_entries=1, max_entries=MOST_ROWS)
    barriers = FormField(BarriersForm)
    sharing = FormField(SharingForm)
    education = TickBoxes("Talked about", choices=_coded(*TOPICS))
    taught = TextAreaField("Good to remember", [LONG])


class RelapsePlanForm(PlanForm):
    kind = RELAPSE
    signs = TextAreaField(
        "Warning signs", [LONG], description="How the patient knows that it is coming back; one a line"
    )
    well = TextAreaField("What keeps me well", [LONG], description="Activities, people, sleep, skills")
    medication = TextAreaField("Medication plan", [LONG], description="What, how long, who renews it")
    call = TextAreaField("Whom to call", [LONG], description="Names and numbers")
    phq9 = WholeNumber('The PHQ-9 that means "call us"')


FORMS: dict[str, type[PlanForm]] = {CARE: CarePlanForm, RELAPSE: RelapsePlanForm}


class HandOverForm(OnceForm):
    how = SelectField("How", [InputRequired("Choose how.")], choices=options(*HANDED_OVER.items()))


class InErrorForm(OnceForm):
    reason = StringField(
        "Why was it wrong?", [InputRequired("Say why, for whoever reads this later."), Length(max=500)]
    )


def started(kind: str, content: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """What a form begins with: the parts that stand, and an empty row below the rows that there are."""
    parts = {part: value for part, value in (content or {}).items() if part in PARTS[kind]}
    for part in ("goals", "decisions"):
        if part in PARTS[kind]:
            parts[part] = [*parts.get(part, []), {}][:MOST_ROWS]
    return parts | more
