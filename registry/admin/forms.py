"""Accounts and the filter of the audit trail."""

from flask_security import password_complexity_validator, password_length_validator
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, PasswordInput

from registry.clinical.instruments import INSTRUMENTS
from registry.web.transaction import OnceForm


class RolesForm(OnceForm):
    """Roles clinic by clinic; a choice's value is '<clinic id>:<role>'."""

    roles = SelectMultipleField("Roles", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())


class AccountForm(RolesForm):
    name = StringField("Name", [InputRequired("Enter the person's name."), Length(max=120)])
    email = StringField("Work email", [InputRequired("Enter an address."), Email("That is not an address.")])
    phone = StringField("Phone", [Length(max=40)])
    password = StringField(
        "First password",
        [InputRequired("Enter a first password.")],
        widget=PasswordInput(),
        description="At least 15 characters. Hand it over in person; the person changes it after sign-in.",
    )

    def validate_password(self, field: StringField) -> None:
        problems = (password_length_validator(field.data) or []) + (
            password_complexity_validator(field.data, True, email=self.email.data) or []
        )
        if problems:
            raise ValidationError(" ".join(problems))


class DisclaimerForm(OnceForm):
    """What stands under every consultant's advice."""

    disclaimer = TextAreaField(
        "Text under the consultant's advice", [Length(max=3000)],
        description="Empty: the usual text. Have counsel review your own. Notes that are signed keep theirs.",
    )  # fmt: skip


class LicenceForm(OnceForm):
    """The right to use an instrument's wording."""

    instrument = SelectField(
        "Instrument",
        choices=[
            ("", "Choose"),
            *((name, one.title) for name, one in INSTRUMENTS.items() if one.needs_licence),
        ],
        validators=[InputRequired("Choose the instrument.")],
    )
    holder = StringField(
        "Licensed by",
        [InputRequired("Enter who gave the license."), Length(max=120)],
        description="As in: Mapi Research Trust",
    )
    reference = StringField(
        "Reference",
        [InputRequired("Enter its number, or the letter by which it is found."), Length(max=120)],
    )
    granted_on = DateField("Granted on", [InputRequired("Enter the day from which it holds.")])
    ends_on = DateField("Last day", [Optional()], description="Empty where it has no end")

    def validate_ends_on(self, field: DateField) -> None:
        if field.data and self.granted_on.data and field.data < self.granted_on.data:
            raise ValidationError("The last day lies before the first.")


class WithdrawForm(OnceForm):
    reason = StringField("Reason", [InputRequired("Say why it is withdrawn."), Length(max=200)])


class AuditForm(FlaskForm):
    """A filter, sent by GET: it holds no names."""

    class Meta:
        csrf = False

    since = DateField("From", [Optional()])
    until = DateField("To", [Optional()])
    person = SelectField("Person", default="")
    action = SelectField("Act", default="")
    mrn = StringField("Patient's MRN", [Length(max=40)])
