"""The forms of the week: another day, waiting, another owner, done, a new task, a cover period."""

from datetime import date

from wtforms import DateField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry.web.fields import options, within_a_year
from registry.web.guards import today
from registry.web.transaction import OnceForm, VersionedForm

TITLE, REMARK = 120, 200


def _plain(text: str | None) -> str | None:
    """One line, single blanks."""
    return " ".join(text.split()) if text else text


def _remark(label: str, *first: object, description: str = "") -> StringField:
    limit = Length(max=REMARK, message=f"Keep it under {REMARK} letters.")
    return StringField(label, [*first, limit], filters=[_plain], description=description)


def _title() -> StringField:
    return StringField(
        "What is to be done",
        [
            DataRequired("Say what is to be done."),
            Length(max=TITLE, message=f"Keep it under {TITLE} letters."),
        ],
        filters=[_plain],
    )


class MoveForm(VersionedForm):
    day = DateField("Day", [InputRequired("Choose the day.")])


class SnoozeForm(VersionedForm):
    until = DateField("Until", [InputRequired("Give the day until which it waits.")])
    reason = _remark("Why it can wait", DataRequired("Say why it can wait."))


class HandOverForm(VersionedForm):
    owner_id = SelectField("To", [InputRequired("Choose a colleague.")], coerce=str)
    remark = _remark("Remark", Optional())


class DoneForm(VersionedForm):
    how = RadioField("What became of it", choices=options(("done", "It is done"), ("dropped", "Nobody needs it any more")),
                     default="done")  # fmt: skip
    remark = _remark("Remark", Optional(), description="Wanted where nobody needs it any more")


class WordsForm(VersionedForm):
    title = _title()


class PlainForm(VersionedForm):
    """Nothing to fill in: it is the button that counts."""


class TaskForm(OnceForm):
    title = _title()
    due_on = DateField("Day", [InputRequired("Choose the day."), within_a_year])
    owner_id = SelectField("Whose it is", [InputRequired("Choose who does it.")], coerce=str)

    def validate_due_on(self, field: DateField) -> None:
        """A task lies ahead."""
        due: date | None = field.data
        if due is not None and due < today():
            raise ValidationError("That day has passed. Choose today or a later day.")


class CoverForm(OnceForm):
    away_id = SelectField("Who is away", [InputRequired("Choose who is away.")], coerce=str)
    from_on = DateField("From", [InputRequired("Give the first day.")])
    until_on = DateField("Until", [InputRequired("Give the last day."), within_a_year])
    by_id = SelectField("Covered by", [InputRequired("Choose who covers.")], coerce=str)
    reason = _remark("Remark", Optional(), description="Read by both; no patient's name")
