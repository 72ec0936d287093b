"""The forms of a medication: its events, what was told of it, results, plans, and the answers to prompts."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from registry.clinical import treatment_words as wording
from registry.clinical.dates import begun, spell
from registry.clinical.drugs import CATALOGUE
from registry.clinical.prompts import NEVER_TOGETHER, Prompt
from registry.clinical.readings import READINGS, offered, unit_refusal
from registry.clinical.sources import keyed
from registry.clinical.treatment_words import STOP_REASONS as STOP_REASONS
from registry.web.fields import (
    DecimalNumber,
    TickBoxes,
    WholeNumber,
    not_in_future,
    options,
    since_birth,
    within_a_year,
)
from registry.web.guards import today
from registry.web.transaction import OnceForm

DRUGS = tuple(sorted(CATALOGUE))
BLANK = ("", "Choose")
Shows = Mapping[str, tuple[str, tuple[str, ...]]]
"""Which fields show only while another field has one of these values."""
LIMITS = NumberRange(0.01, 5000, "Enter milligrams a day, from 0.01 to 5000.")


class WhyForm(Form):
    """Why a prompt does not stop the treatment."""

    code = HiddenField()
    about = HiddenField()
    text = HiddenField()
    source = HiddenField()
    never = HiddenField()
    reason = StringField("Why it is given all the same", [Optional(), Length(max=300)])


def _day() -> DateField:
    return DateField("Date", [InputRequired("Enter the day."), not_in_future])


def _lived(label: str) -> DateField:
    """A day of the patient's life that has been."""
    return DateField(label, [InputRequired("Enter the day."), not_in_future, since_birth])


def _as_ordered() -> StringField:
    return StringField("As ordered", [Length(max=200)], description="For example: 50 mg every morning")


def _prescriber() -> StringField:
    return StringField("Prescriber", [Length(max=120)])


def _reason(told: str) -> SelectField:
    choices = options(("", "Choose a reason"), *wording.STOP_REASONS)
    return SelectField("Reason", [InputRequired(told)], choices=choices)


class EventForm(OnceForm):
    """What every dose event has: the day, and the prompts that it would bring about.  What is needed comes first."""

    on = _day()
    whys = FieldList(FormField(WhyForm))

    @property
    def reasons(self) -> dict[tuple[str, str], str]:
        """The answers that were given, by prompt."""
        rows = (entry.form for entry in self.whys)
        told = {(row.code.data or "", row.about.data or ""): (row.reason.data or "").strip() for row in rows}
        return {key: reason for key, reason in told.items() if reason}

    def ask(self, prompts: tuple[Prompt, ...]) -> None:
        """Show the prompts that have to be answered, with what was answered already; each is named above the form."""
        reasons = self.reasons
        while self.whys.entries:
            self.whys.pop_entry()
        for one in prompts:
            answer = reasons.get((one.code, one.about), "")
            entry = self.whys.append_entry(
                {"code": one.code, "about": one.about, "text": one.sentence, "source": keyed(*one.sources),
                 "never": NEVER_TOGETHER if one.never else "", "reason": answer}
            )  # fmt: skip
            if not answer:
                entry.form.reason.label.text = one.headline
                entry.form.reason.errors = ["Say why it is given all the same."]
        self.whys.errors = [entry.errors for entry in self.whys if entry.errors]


class DoseForm(EventForm):
    on = _day()
    dose_mg = DecimalNumber("Dose, mg a day", [Optional(), LIMITS])
    text = _as_ordered()
    prescriber = _prescriber()


class StartForm(DoseForm):
    name = StringField(
        "Medication",
        [InputRequired("Enter the name."), Length(max=80)],
        description="Generic name, such as sertraline",
    )
    psychotropic = BooleanField(
        "A psychotropic", description="Only for a drug that the catalogue does not know"
    )
    indication = StringField("For", [Length(max=120)])


class ChangeForm(EventForm):
    dose_mg = DecimalNumber("New dose, mg a day", [InputRequired("Enter the new dose."), LIMITS])
    on = _day()
    text = _as_ordered()
    prescriber = _prescriber()


class SplitForm(EventForm):
    text = StringField(
        "As taken now",
        [InputRequired("Say how it is split."), Length(max=200)],
        description="For example: 50 mg in the morning and 50 mg at night; the dose of the day stays",
    )
    on = _day()
    prescriber = _prescriber()


class StopForm(EventForm):
    reason = _reason("Choose why it was stopped.")
    on = _day()
    text = StringField("Remark", [Length(max=200)])
    prescriber = _prescriber()


class HoldForm(EventForm):
    reason = _reason("Choose why it is held.")
    on = _day()
    text = StringField("Remark", [Length(max=200)])
    prescriber = _prescriber()


class TakeBackForm(OnceForm):
    reason = StringField(
        "Why was it wrong?", [InputRequired("Say why, for whoever reads this later."), Length(max=200)]
    )


class ReasonForm(OnceForm):
    """The answer to one prompt."""

    code = HiddenField()
    about = HiddenField()
    reason = StringField("Why it is given all the same", [InputRequired("Say why."), Length(max=300)])


# ---------------------------------------------------------------- what is told, measured and planned


class Taken(NamedTuple):
    """A medication that a fact may be about, and the first day on which it was taken."""

    id: str
    name: str
    since: date


class ToldForm(OnceForm):
    """A fact with its day, about one medication or about none."""

    birth_date: date = date.min
    note = StringField("Note", [Length(max=300)])
    shows: ClassVar[Shows] = {}

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, as the row keeps it."""
        found = {
            name: field.data for name, field in self._fields.items() if name not in ("once", "csrf_token")
        }
        if "medication_id" in found:
            found["medication_id"] = UUID(found["medication_id"]) if found["medication_id"] else None
        if "adherent" in found:
            found["adherent"] = {"yes": True, "no": False}.get(found["adherent"])
        return {name: _stored(name, value) for name, value in found.items()}

    def offer(self, drugs: list[Taken]) -> None:
        """Name the medications it may be about."""
        self.drugs = drugs
        if "medication_id" in self:
            named = ((one.id, one.name) for one in drugs)
            self["medication_id"].choices = options(("", "All of them, or not known"), *named)


WORDS = ("note", "effect", "name", "stop_reason", "response", "unit", "code", "value")


def _stored(name: str, value: Any) -> Any:
    """Words without blanks around them, and empty ones as empty words; a trial's drug in lower case."""
    if name not in WORDS or not isinstance(value, str | None):
        return value
    told = " ".join((value or "").split())
    return told.lower() if name == "name" else told


class AdherenceForm(ToldForm):
    on = _lived("Asked on")
    medication_id = SelectField("Medication", validators=[Optional()])
    percent = WholeNumber(
        "Taken, % of the doses of the last two weeks",
        [Optional(), NumberRange(0, 100, "From 0 to 100.")],
        description="Twelve of fourteen days are 86. Leave empty where it is not known.",
    )
    reasons = TickBoxes("Why not all", choices=options(*wording.NOT_TAKEN))

    def validate(self, extra_validators: Any = None) -> bool:
        """Something was told."""
        valid = bool(super().validate(extra_validators))
        if (
            valid
            and self.percent.data is None
            and not self.reasons.data
            and not (self.note.data or "").strip()
        ):
            self.percent.errors = ["Give a percent, a reason, or a note of what was told."]
            return False
        return valid


class SideEffectForm(ToldForm):
    effect = StringField("Side effect", [InputRequired("Say what."), Length(max=120)])
    medication_id = SelectField("Medication", validators=[Optional()])
    severity = SelectField(
        "Severity", [InputRequired("Choose how bad it is.")], choices=options(BLANK, *wording.SEVERITIES)
    )
    onset_on = _lived("From")
    ended_on = DateField("Until", [Optional(), not_in_future], description="Empty while it lasts")

    def validate_onset_on(self, field: DateField) -> None:
        """A medication has no side effect before it was taken."""
        drug = next((one for one in self.drugs if one.id == self.medication_id.data), None)
        if drug and field.data and field.data < drug.since:
            raise ValidationError(
                f"{drug.name.capitalize()} began on {spell(drug.since)}: give that day or a later one, or choose "
                "“All of them, or not known” above."
            )

    def validate_ended_on(self, field: DateField) -> None:
        if field.data and self.onset_on.data and field.data < self.onset_on.data:
            raise ValidationError("It cannot end before it began.")


class EndedForm(OnceForm):
    """A side effect is over."""

    ended_on = DateField("Ended on", [InputRequired("Enter the day."), not_in_future])


class PastTrialForm(ToldForm):
    name = StringField(
        "Medication",
        [InputRequired("Enter the name."), Length(max=80)],
        description="Generic name, such as fluoxetine",
    )
    dose_mg = DecimalNumber("Highest dose, mg a day", [Optional(), LIMITS])
    weeks = WholeNumber("Weeks at that dose", [Optional(), NumberRange(0, 2000, "From 0 to 2000.")])
    adherent = SelectField(
        "Taken regularly", choices=options(("", "Not known"), ("yes", "Yes"), ("no", "No"))
    )
    response = SelectField("Response", choices=options(*wording.RESPONSES))
    stop_reason = SelectField("Why it ended", choices=options(("", "Not known"), *wording.STOP_REASONS))
    year = WholeNumber("Year", [Optional()])
    told_on = _lived("Told on")

    def validate_year(self, field: WholeNumber) -> None:
        if field.data is not None and not self.birth_date.year <= field.data <= today().year:
            raise ValidationError(f"Give a year from the patient's birth ({self.birth_date.year}) to now.")


UNTOLD = "untold"
MEASURED = tuple(code for code, one in READINGS.items() if not one.outcomes)
ASKED = tuple(code for code, one in READINGS.items() if one.outcomes)


def _outcomes(codes: Iterable[str]) -> list[Any]:
    """The words to choose from, those of several readings under the names of what they are about."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for code in codes:
        groups.setdefault(READINGS[code].outcomes, []).append(READINGS[code].label)
    words = [
        choice
        for outcomes, labels in groups.items()
        for choice in options(
            *((word, begun(word)) for word in outcomes), group=", ".join(labels) if len(groups) > 1 else None
        )
    ]
    return options(BLANK) + words + options((UNTOLD, "Done, result not told"))


class ResultForm(ToldForm):
    code = SelectField(
        "What",
        [InputRequired("Choose what was measured.")],
        choices=options(BLANK, *((code, one.label) for code, one in READINGS.items())),
    )
    on = _lived("Taken on")
    outcome = SelectField("Result", choices=_outcomes(ASKED), validate_choice=False)
    value = DecimalNumber("Value", [Optional()], description="Empty where it was done and no number was told")
    unit = StringField(
        "Unit",
        [Length(max=20)],
        description="As it was told; needed with a number, never assumed",
    )
    low = DecimalNumber("Laboratory's range, from", [Optional()])
    high = DecimalNumber("Laboratory's range, to", [Optional()])
    lists: ClassVar = {
        "unit": (
            "code",
            [(code, READINGS[code].label, " or ".join(offered(code)), offered(code)) for code in MEASURED],
        )
    }
    """What a field offers by the value of another one."""
    needed = ("unit",)
    shows: ClassVar[Shows] = {"outcome": ("code", ASKED)} | dict.fromkeys(
        ("value", "unit", "low", "high"), ("code", MEASURED)
    )

    def about(self, code: str) -> None:
        """Ask of one reading alone what it can be."""
        if code in ASKED:
            self.code.choices = options((code, READINGS[code].label))
            self.outcome.choices = _outcomes([code])
            del self.value, self.unit, self.low, self.high

    @property
    def values(self) -> dict[str, Any]:
        """An outcome in words is kept as the number of its word."""
        found = super().values
        outcome = found.pop("outcome")
        found["value"] = self.value.data if "value" in self else None
        if words := READINGS[found["code"]].outcomes:
            number = float(words.index(outcome)) if outcome != UNTOLD else None
            found |= {"value": number, "unit": "", "low": None, "high": None}
        return found

    def validate_outcome(self, field: SelectField) -> None:
        """What is asked has one of its own two outcomes, or it is said that nobody told."""
        words = READINGS[self.code.data].outcomes if self.code.data in ASKED else ()
        if words and field.data not in (*words, UNTOLD):
            raise ValidationError(f"{READINGS[self.code.data].label}: choose {words[0]} or {words[1]}.")

    def validate_unit(self, field: StringField) -> None:
        """A number has the unit in which it was told."""
        told = any(end.data is not None for end in (self.value, self.low, self.high))
        if told and self.code.data and (wrong := unit_refusal(self.code.data, field.data or "")):
            raise ValidationError(wrong)


class HealthForm(ToldForm):
    """One of the things that bear on the choice; which fields it has depends on its kind."""

    code: Field = StringField("What", [Length(max=120)])
    value: Field = StringField("Status", [Length(max=120)])
    on = _lived("Known on")


HOLDS, RESOLVED = "holds", "resolved"


class AllergyForm(HealthForm):
    code = StringField("Allergic to", [InputRequired("Enter the substance."), Length(max=120)])
    value = StringField("Reaction", [Length(max=120)])
    standing = SelectField("Does it hold?", choices=options(*wording.STATUSES["allergy"]), default=HOLDS)

    @property
    def values(self) -> dict[str, Any]:
        """One that no longer holds is kept as resolved; its reaction goes on in the note."""
        found = super().values
        if found.pop("standing") == RESOLVED:
            note = f"Reaction: {found['value']}. {found['note']}" if found["value"] else found["note"]
            found |= {"value": RESOLVED, "note": note.strip()}
        return found


def _status(kind: str, label: str) -> SelectField:
    choices = options(BLANK, *wording.STATUSES[kind])
    return SelectField(label, [InputRequired("Choose one.")], choices=choices)


class ComorbidityForm(HealthForm):
    code = SelectField(
        "Condition", [InputRequired("Choose the condition.")], choices=options(BLANK, *wording.CONDITIONS)
    )
    value = _status("comorbidity", "Status")


class PregnancyForm(HealthForm):
    code = HiddenField()
    value = _status("pregnancy", "Pregnancy")


class ContraceptionForm(HealthForm):
    code = HiddenField()
    value = _status("contraception", "Contraception")


class LactationForm(HealthForm):
    code = HiddenField()
    value = _status("lactation", "Lactation")


class FamilyForm(HealthForm):
    code = StringField("Drug", [InputRequired("Enter the drug."), Length(max=80)])
    value = _status("family_response", "Response")


class GenomicForm(HealthForm):
    code = SelectField("Gene", [InputRequired("Choose the gene.")], choices=options(BLANK, *wording.GENES))
    value = _status("genomic", "Result")


class DischargeForm(HealthForm):
    """A stay for behavioral health has ended: the rules ask for a contact after it."""

    on = _lived("Discharged on")
    code = SelectField(
        "From", [InputRequired("Choose where the stay was.")], choices=options(BLANK, *wording.STAYS)
    )
    value = StringField("Place", [Length(max=120)], description="As in: Mercy Hospital")


HEALTH_FORMS: dict[str, type[HealthForm]] = {
    "allergy": AllergyForm,
    "comorbidity": ComorbidityForm,
    "pregnancy": PregnancyForm,
    "contraception": ContraceptionForm,
    "lactation": LactationForm,
    "family_response": FamilyForm,
    "genomic": GenomicForm,
    "discharge": DischargeForm,
}


NEEDED = {
    "step": {"dose_mg": "A dose step needs its dose."},
    "taper": {"steps": "A taper needs its number of steps.", "every": "A taper needs the days between them."},
}
"""What a kind of plan cannot do without, by its field."""


class PlanForm(OnceForm):
    """A step, a taper in equal steps, or a day to look at it again."""

    kind = SelectField("What", [InputRequired("Choose what.")], choices=options(BLANK, *wording.STEP_KINDS))
    planned_on = DateField("On (a taper: its first step)", [InputRequired("Enter the day."), within_a_year])
    dose_mg = DecimalNumber("New dose, mg a day", [Optional(), LIMITS], description="Needed for a dose step")
    steps = WholeNumber(
        "Steps of the taper",
        [Optional(), NumberRange(1, 20, "From 1 to 20.")],
        description="Needed for a taper",
    )
    every = WholeNumber(
        "Days between them",
        [Optional(), NumberRange(1, 120, "From 1 to 120.")],
        description="Needed for a taper",
    )
    text = StringField("Remark", [Length(max=200)])
    shows: ClassVar[Shows] = {
        "dose_mg": ("kind", ("step",)), "steps": ("kind", ("taper",)), "every": ("kind", ("taper",)),
    }  # fmt: skip
    needed = ("dose_mg", "steps", "every")
    """Not optional where they show."""

    def validate_planned_on(self, field: DateField) -> None:
        if field.data and field.data < today():
            raise ValidationError("A plan begins today or later. Record what has happened as a dose change.")

    def validate(self, extra_validators: Any = None) -> bool:
        """What shows is needed: it is asked for at its own field."""
        for name, sentence in NEEDED.get(self.kind.data or "", {}).items():
            self[name].validators = [InputRequired(sentence), *self[name].validators[1:]]
        return bool(super().validate(extra_validators))


class SettleForm(OnceForm):
    """What became of a planned step."""

    what = SelectField(
        "What became of it",
        [InputRequired("Choose one.")],
        choices=options(BLANK, ("done", "Done"), ("cancelled", "Cancelled")),
    )
    on = DateField("On", [InputRequired("Enter the day."), not_in_future])
    reason = StringField("Reason, or what was decided", [InputRequired("Say why."), Length(max=300)])
