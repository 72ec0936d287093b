"""The forms of the loop: the code from a fax-back sheet, and the days of the report."""

from datetime import date, timedelta

from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length, Optional

from registry.web.guards import today

PERIOD = timedelta(days=90)
NO_SUCH_CODE = "No advice with this code in your clinics."
TOO_MANY = "Too many wrong codes. Wait a quarter of an hour, then look again at the sheet."


def usual_days() -> tuple[date, date]:
    """The last ninety days."""
    return today() - PERIOD, today()


class CodeForm(FlaskForm):
    """It writes nothing, so it may be sent twice."""

    code = StringField(
        "Code from a fax-back sheet",
        [DataRequired("Type the code that is printed on the sheet."), Length(max=20)],
    )


class PeriodForm(FlaskForm):
    """A filter, sent by GET: it holds no names."""

    class Meta:
        csrf = False

    since = DateField("Signed from", [Optional()])
    until = DateField("to", [Optional()])

    @property
    def days(self) -> tuple[date, date]:
        """The days that are asked for; without them the last ninety."""
        until = self.until.data or today()
        return self.since.data or until - PERIOD, until

    def is_sound(self) -> bool:
        """Whether both are days, and the first does not lie after the last."""
        if not self.validate():
            return False
        since, until = self.days
        if since > until:
            self.since.errors = ["The first day lies after the last."]
        return not self.since.errors
