"""The forms of the caseload: a row's next action, the name of a view."""

from datetime import date

from wtforms import DateField, HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from registry.clinical.dates import FURTHEST
from registry.web.guards import today
from registry.web.transaction import OnceForm, VersionedForm

ACTIONS = (
    "Phone follow-up with PHQ-9",
    "Phone follow-up",
    "Video visit",
    "In-person visit",
    "Safety follow-up",
    "Medication check call",
    "Outreach call",
    "Discuss with consultant",
    "Relapse prevention plan",
)
"""Offered while typing; any other words are as good."""


class NextActionForm(VersionedForm):
    next_action = StringField(
        "Next action",
        validators=[
            DataRequired("Say what happens next."),
            Length(max=120, message="Keep it under 120 letters."),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )
    due_on = DateField("Due", validators=[InputRequired("Give the day by which it is due.")])

    def validate_due_on(self, field: DateField) -> None:
        """A year that was mistyped would hide the patient for good."""
        due: date | None = field.data
        if due is not None and abs(due - today()) > FURTHEST:
            raise ValidationError("This day is more than a year away. Check the year.")


class SavedViewForm(OnceForm):
    name = StringField(
        "Name of the view",
        validators=[
            DataRequired("Give the view a name."),
            Length(max=30, message="Keep it under 30 letters."),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )
    query = HiddenField()


class ConfirmForm(OnceForm):
    """Nothing to fill in: it is the button that counts."""
