"""The forms of the review meeting."""

from typing import Any

from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from registry.web.fields import TickBoxes, WholeNumber, options
from registry.web.guards import today
from registry.web.transaction import OnceForm, VersionedForm

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LENGTH = [
    InputRequired("How many minutes are planned?"),
    NumberRange(5, 480, "From 5 to 480 minutes."),
]


class BeginForm(OnceForm):
    """A meeting that begins now."""

    clinics = TickBoxes("Clinics")
    minutes = WholeNumber("Planned minutes", LENGTH, default=60)
    most = WholeNumber(
        "Patients at most", [InputRequired("For how many patients is there time?"), NumberRange(1, 99, "From 1 to 99.")],
        default=12, description="4 to 8 an hour is realistic; who has no place stays on the agenda",
    )  # fmt: skip


class SlotForm(OnceForm):
    """A clinic's weekly slot."""

    clinic = SelectField("Clinic", [InputRequired("Choose the clinic.")])
    consultant = SelectField("Consultant", [InputRequired("Choose the consultant.")])
    weekday = SelectField(
        "Day", choices=options(*((str(number), name) for number, name in enumerate(WEEKDAYS))), default="3"
    )
    starts_at = TimeField("Begins at", [InputRequired("When does it begin? As in 09:30.")])
    minutes = WholeNumber("Minutes", LENGTH, default=60)
    from_on = DateField("From", [InputRequired("From which day on?")])


class ChangeSlotForm(SlotForm, VersionedForm):
    """A slot that is another one from a day on."""

    def validate_from_on(self, field: Any) -> None:
        if field.data and field.data < today():
            raise ValidationError("Choose today or a later day: what was held stays as it was.")


class MoveForm(OnceForm):
    """Another place in the queue."""

    place = WholeNumber(
        "Place", [InputRequired("Give the place in the queue."), NumberRange(1, 999, "From 1 on.")]
    )


class NotTodayForm(OnceForm):
    """Why not today."""

    reason = StringField(
        "Not today, because",
        [DataRequired("Say why, for whoever prepares the next review."), Length(max=200)],
    )
