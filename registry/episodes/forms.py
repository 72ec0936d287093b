"""Referral, consent, enrolment, hand-over and close."""

from datetime import date
from uuid import UUID

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from registry.clinical import conditions
from registry.clinical.episode_moves import CLOSE_REASONS
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.primary import NOT_PRIMARY, PRIMARY, refusal
from registry.web.fields import not_in_future
from registry.web.guards import today
from registry.web.transaction import OnceForm, VersionedForm

SCRIPT_VERSION = "2026-01"
CONDITIONS = [("", "Choose"), *conditions.CONDITIONS.items()]
SCALES = [(name, f"{INSTRUMENTS[name].title} ({use})") for name, use in PRIMARY.items()]
REFUSED = ", ".join(INSTRUMENTS[name].title for name in NOT_PRIMARY)


class DatedForm(OnceForm):
    """A form about a day that has been."""

    on = DateField("Date", [InputRequired("Enter the day."), not_in_future])


class ReferralForm(DatedForm):
    reason = TextAreaField("Reason for referral", [Length(max=500)])
    care_manager_id = SelectField("Care manager", coerce=str)


class MoveForm(DatedForm):
    note = StringField("Remark", [Length(max=300)])


class ConsentForm(DatedForm):
    given_by = SelectField(
        "Given by", choices=[("patient", "The patient"), ("parent", "A parent"), ("guardian", "A guardian")]
    )
    how = SelectField("How", choices=[("verbal", "Verbally"), ("written", "In writing")])
    script_version = StringField(
        "Script version", [InputRequired("Enter the version."), Length(max=40)], default=SCRIPT_VERSION
    )
    cost_share_told = BooleanField("Cost sharing was explained")
    consult_permitted = BooleanField(
        "The team may consult specialists, the psychiatric consultant among them"
    )

    def validate_cost_share_told(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError("Explain cost sharing before you record the consent.")

    def validate_consult_permitted(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError("Without this permission collaborative care cannot be given.")


class TeamForm(VersionedForm):
    care_manager_id = SelectField("Care manager", [InputRequired("Choose a care manager.")], coerce=str)
    consultant_id = SelectField("Psychiatric consultant", coerce=str)
    therapist_id = SelectField("Therapist", coerce=str)
    target = TextAreaField("Goal, in the patient's words", [Length(max=500)])
    psychosocial = TextAreaField(
        "Circumstances",
        [Length(max=800)],
        description="Stressors, supports, housing, work: what the consultant should know",
    )

    def people(self) -> dict[str, UUID | None]:
        chosen = (self.care_manager_id, self.consultant_id, self.therapist_id)
        return {field.name: self.person(field) for field in chosen}

    @staticmethod
    def person(field: SelectField) -> UUID | None:
        """Who was chosen; nobody is None."""
        return UUID(field.data) if field.data else None


class EnrolmentForm(TeamForm):
    birth_date: date | None = None
    on = DateField(
        "Initial assessment", [InputRequired("Enter the day of the initial assessment."), not_in_future],
        description="The day of enrollment is the day of the care manager's initial assessment, never the referral.",
    )  # fmt: skip
    primary_condition = SelectField(
        "Primary condition", [InputRequired("Choose the condition.")], choices=CONDITIONS
    )
    icd10 = StringField(
        "ICD-10 code",
        [
            InputRequired("Enter the diagnosis code."),
            Regexp(
                r"^[A-TV-Za-tv-z]\d[0-9A-Za-z](\.[0-9A-Za-z]{1,4})?$", message="Write a code such as F33.1."
            ),
        ],
    )
    primary_scale = SelectField(
        "Primary scale",
        choices=SCALES,
        validate_choice=False,
        description="Improvement is judged on this scale; it stays for the episode. The numbers of PCL-5, SCARED and "
        f"PSC-17 await clinical sign-off. {REFUSED} cannot be chosen: no published number says when their baseline is "
        "elevated.",
    )

    def validate_primary_scale(self, field: SelectField) -> None:
        if sentence := refusal(field.data or "", self.birth_date, self.on.data or today()):
            raise ValidationError(sentence)


class CloseForm(DatedForm):
    reason = SelectField(
        "Reason", [InputRequired("Choose the reason.")], choices=[("", "Choose"), *CLOSE_REASONS.items()]
    )
    note = StringField("Remark", [Length(max=300)])


class WithdrawForm(DatedForm):
    pass
