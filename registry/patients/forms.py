"""A patient's details, the search, and coverage."""

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, EmailField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

from registry.clinical.languages import LANGUAGES
from registry.web.fields import since_birth, within_a_year
from registry.web.filters import PAYER_WORDS
from registry.web.guards import today
from registry.web.transaction import OnceForm, VersionedForm

SEXES = [("unknown", "Not recorded"), ("female", "Female"), ("male", "Male"), ("other", "Other")]
RACES = [
    ("", "Not asked"), ("american_indian", "American Indian or Alaska Native"), ("asian", "Asian"),
    ("black", "Black or African American"), ("pacific_islander", "Native Hawaiian or Pacific Islander"),
    ("white", "White"), ("multiple", "More than one"), ("other", "Other"), ("declined", "Declined to say"),
]  # fmt: skip
ETHNICITIES = [
    ("", "Not asked"), ("hispanic", "Hispanic or Latino"), ("not_hispanic", "Not Hispanic or Latino"),
    ("declined", "Declined to say"),
]  # fmt: skip
CONTACT_BY = [
    ("phone", "Phone"),
    ("video", "Video"),
    ("in_person", "In person"),
    ("text", "Text message"),
    ("mail", "Letter"),
]
PAYERS = list(PAYER_WORDS.items())


def text(label: str, most: int = 120, description: str = "") -> StringField:
    return StringField(
        label, [Length(max=most, message=f"At most {most} characters.")], description=description
    )


class PatientForm(VersionedForm):
    """Add a patient; the correction of one says why as well."""

    clinic_id = SelectField("Clinic", coerce=str)
    mrn = StringField("MRN", [InputRequired("Enter the MRN."), Length(max=40)])
    family_name = StringField("Family name", [InputRequired("Enter the family name."), Length(max=120)])
    given_name = StringField("Given name", [InputRequired("Enter the given name."), Length(max=120)])
    preferred_name = text("Preferred name")
    birth_date = DateField("Date of birth", [InputRequired("Enter the date of birth.")])
    sex = SelectField("Sex", choices=SEXES)
    gender_identity = text("Gender identity", 60)
    pronouns = text("Pronouns", 40)
    race = SelectField("Race", choices=RACES)
    ethnicity = SelectField("Ethnicity", choices=ETHNICITIES)
    language = SelectField(
        "Language of care", choices=sorted(LANGUAGES.items(), key=lambda item: item[1]), default="en"
    )
    interpreter = BooleanField("Needs an interpreter")
    phone = TelField("Phone", [Length(max=40)])
    email = EmailField("Email", [Optional(), Email("That is not an address."), Length(max=200)])
    address = TextAreaField("Address", [Length(max=300)])
    contact_by = SelectField("Prefers contact by", choices=CONTACT_BY)
    contact_note = text("When and how", 200, "For example: after 3 pm, no voicemail")
    voicemail_ok = BooleanField("A voicemail may be left")
    text_ok = BooleanField("Text messages are allowed")
    caregiver = text("Caregiver, with phone", 200)
    pcp_id = SelectField("PCP", coerce=str)
    deceased_on = DateField("Died on", [Optional()])
    knowingly = BooleanField("This is another person: save anyway")

    def validate_birth_date(self, field: DateField) -> None:
        if field.data and not 1900 <= field.data.year <= today().year:
            raise ValidationError("Enter a year from 1900 to now.")
        if field.data and field.data > today():
            raise ValidationError("This day is in the future.")

    def validate_deceased_on(self, field: DateField) -> None:
        if field.data and (
            field.data > today() or (self.birth_date.data and field.data < self.birth_date.data)
        ):
            raise ValidationError("This day is in the future, or before the birth.")

    def details(self) -> dict[str, Any]:
        """Field values by the names of the table's columns."""
        beside = {"csrf_token", "once", "version", "knowingly", "reason"}
        values = {field.name: field.data for field in self if field.name not in beside}
        values["clinic_id"] = UUID(values["clinic_id"])
        values["pcp_id"] = UUID(values["pcp_id"]) if values["pcp_id"] else None
        return {name: "" if value is None and name not in ("pcp_id", "deceased_on") else value
                for name, value in values.items()}  # fmt: skip


class CorrectionForm(PatientForm):
    reason = StringField(
        "Why is it corrected?",
        [InputRequired("Say why, for whoever reads this later."), Length(max=200)],
        description="What stood before is kept, with your name and this reason.",
    )


class CoverageForm(OnceForm):
    birth_date: date
    payer_category = SelectField("Payer", choices=PAYERS)
    plan_name = text("Plan")
    started_on = DateField("From", [InputRequired("Enter the first day."), since_birth, within_a_year])


class EndCoverageForm(OnceForm):
    ended_on = DateField("Ended on", [InputRequired("Enter the last day."), within_a_year])
