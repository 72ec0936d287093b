"""Start, change and stop of a medication."""

from wtforms import DateField, FloatField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from registry.clinical.drugs import ANTIDEPRESSANTS, OTHER_PSYCHOTROPICS
from registry.web.guards import today
from registry.web.transaction import OnceForm

STOP_REASONS = (
    ("", "Choose a reason"),
    ("no_response", "Did not help"),
    ("side_effects", "Side effects"),
    ("adherence", "Not taken"),
    ("cost", "Cost"),
    ("remission", "No longer needed"),
    ("switched", "Switched to another"),
    ("interaction", "Interaction or medical reason"),
    ("pregnancy", "Pregnancy or lactation"),
    ("patient_choice", "The patient's choice"),
    ("other", "Other"),
)
DRUGS = tuple(sorted(ANTIDEPRESSANTS | OTHER_PSYCHOTROPICS))


class EventForm(OnceForm):
    """What every dose event has: the day, and words."""

    on = DateField("Date", [InputRequired("Enter the day.")])

    def validate_on(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError("This day is in the future. Record it when it has happened.")


class DoseForm(EventForm):
    dose_mg = FloatField(
        "Dose, mg a day", [Optional(), NumberRange(0.01, 5000, "Enter milligrams a day, from 0.01 to 5000.")]
    )
    text = StringField("As ordered", [Length(max=200)], description="For example: 50 mg every morning")


class StartForm(DoseForm):
    name = StringField(
        "Medication",
        [InputRequired("Enter the name."), Length(max=80)],
        description="Ingredient, as sertraline",
    )
    indication = StringField("For", [Length(max=120)])


class ChangeForm(DoseForm):
    dose_mg = FloatField(
        "New dose, mg a day",
        [
            InputRequired("Enter the new dose."),
            NumberRange(0.01, 5000, "Enter milligrams a day, from 0.01 to 5000."),
        ],
    )


class StopForm(EventForm):
    reason = SelectField("Reason", [InputRequired("Choose why it was stopped.")], choices=STOP_REASONS)
    text = StringField("Remark", [Length(max=200)])


class TakeBackForm(OnceForm):
    reason = StringField(
        "Why was it wrong?", [InputRequired("Say why, for whoever reads this later."), Length(max=200)]
    )
