"""Accounts and the filter of the audit trail."""

from flask_security import password_complexity_validator, password_length_validator
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, PasswordInput

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


class AuditForm(FlaskForm):
    """A filter, sent by GET: it holds no names."""

    class Meta:
        csrf = False

    since = DateField("From", [Optional()])
    until = DateField("To", [Optional()])
    person = SelectField("Person", default="")
    action = SelectField("Act", default="")
    mrn = StringField("Patient's MRN", [Length(max=40)])
