"""Courses and sessions of therapy, activities, and the model of combination."""

from collections.abc import Callable
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError

from registry.clinical.combination import MEDICATION, MODELS, SEQUENTIAL, THERAPY
from registry.clinical.therapy import END_REASONS, HOMEWORK, MODALITIES, SKILLS
from registry.web.fields import (
    WHY,
    TickBoxes,
    WholeNumber,
    not_in_future,
    options,
    since_birth,
    within_a_year,
)
from registry.web.transaction import OnceForm, VersionedForm

RATING = NumberRange(0, 10, "Rate from 0 to 10.")
YES, NO = "yes", "no"


class CourseFields:
    """What a course of therapy has from its start."""

    birth_date: date = date.min
    modality = SelectField(
        "Therapy", [InputRequired("Choose the therapy.")],
        choices=options(("", "Choose"), *((code, kind.label) for code, kind in MODALITIES.items())),
    )  # fmt: skip
    therapist = SelectField("Therapist", choices=options(("", "Outside the practice")))
    outside = StringField(
        "Who gives it outside", [Length(max=120)],
        description="Person or practice; needed unless a therapist of the practice is chosen",
    )  # fmt: skip
    planned_sessions = WholeNumber(
        "Planned sessions", [Optional(), NumberRange(1, 100, "Enter from 1 to 100 sessions.")]
    )
    targets = TextAreaField(
        "Targets", [Length(max=1000)], description="What the patient wants to be able to do"
    )
    started_on = DateField("First day", [InputRequired("Enter the first day."), not_in_future, since_birth])

    def validate_outside(self, field: StringField) -> None:
        """A therapist is either of the practice or has a name."""
        inside = bool(self.therapist.data)
        if inside and (field.data or "").strip():
            raise ValidationError("Choose a therapist of the practice or write a name, not both.")
        if not inside and not (field.data or "").strip():
            raise ValidationError("Write the name of the therapist outside, or choose one of the practice.")


class CourseForm(CourseFields, OnceForm):
    """Begin a course."""

    with_contacts = BooleanField("Enter the contacts from the first day on as sessions that were held")


class EditCourseForm(CourseFields, VersionedForm):
    """Correct a course."""

    reason = StringField("Why is it changed?", WHY)


class EndCourseForm(VersionedForm):
    """End a course."""

    ended_on = DateField("Last day", [InputRequired("Enter the last day."), not_in_future])
    end_reason = SelectField(
        "Reason",
        [InputRequired("Choose why it ended.")],
        choices=options(("", "Choose"), *END_REASONS.items()),
    )


class SessionFields:
    """One session."""

    on = DateField("Date", [InputRequired("Enter the day."), not_in_future])
    attended = RadioField(
        "Session", [InputRequired("Say whether it was held.")], choices=options((YES, "Held"), (NO, "Missed"))
    )
    homework = RadioField(
        "Homework since the last session", [Optional()], choices=options(*HOMEWORK.items(), ("", "Not asked")),
        default="",
    )  # fmt: skip
    skills = TickBoxes("Practiced", choices=options(*((code, label) for code, (label, _) in SKILLS.items())))
    alliance = WholeNumber(
        "Working alliance, 0 to 10", [Optional(), RATING], description="As the patient rates it; 10 is best"
    )
    note = TextAreaField("Note", [Length(max=2000)], description="Homework until next time, what helped")


class SessionForm(SessionFields, OnceForm):
    """Add a session."""


class CorrectSessionForm(SessionFields, OnceForm):
    """Correct a session."""

    reason = StringField("Why is it changed?", WHY)


class ActivityForm(OnceForm):
    """Plan an activity."""

    birth_date: date = date.min
    title = StringField(
        "Activity", [InputRequired("Write the activity."), Length(max=120)], description="Small and concrete"
    )
    planned_on = DateField("Day", [InputRequired("Choose the day."), since_birth, within_a_year])


class RatingForm(OnceForm):
    """What became of an activity."""

    done = RadioField(
        "Done?", [InputRequired("Say whether it was done.")], choices=options((YES, "Done"), (NO, "Not done"))
    )
    mood_before = WholeNumber("Mood before, 0 to 10", [Optional(), RATING])
    mood_after = WholeNumber("Mood after, 0 to 10", [Optional(), RATING])
    pleasure = WholeNumber("Pleasure, 0 to 10", [Optional(), RATING])
    mastery = WholeNumber(
        "Mastery, 0 to 10", [Optional(), RATING], description="A sense of having managed it"
    )
    note = StringField("Remark", [Length(max=200)], description="What got in the way, what helped")


def in_sequence(sentence: str) -> Callable[[Any, Field], None]:
    """Asked for in sequential care alone."""

    def needed(form: Any, field: Field) -> None:
        if form.model.data == SEQUENTIAL and not any(field.raw_data or ()):
            field.errors = []
            raise StopValidation(sentence)

    return needed


class CombinationForm(OnceForm):
    """The model of combination from a day on."""

    birth_date: date = date.min
    model = RadioField(
        "Model", [InputRequired("Choose the model.")],
        choices=options(*((code, f"{label}: {words}") for code, (label, words) in MODELS.items())),
    )  # fmt: skip
    on = DateField("From", [InputRequired("Enter the day."), not_in_future, since_birth])
    first = RadioField(
        "First comes", [in_sequence("Say which of the two comes first."), Optional()],
        choices=options((MEDICATION, "Medication"), (THERAPY, "Therapy")), default="",
        description="Needed for sequential care",
    )  # fmt: skip
    second_due_on = DateField(
        "The second is due on", [in_sequence("Give the day on which the second is due."), Optional(), within_a_year],
        description="Needed for sequential care: if the first has not brought a response by then",
    )  # fmt: skip
    note = TextAreaField("Why this model", [Length(max=1000)])

    def validate_second_due_on(self, field: DateField) -> None:
        if self.model.data == SEQUENTIAL and self.on.data and field.data and field.data <= self.on.data:
            raise ValidationError("The second is due after the first began.")

    @property
    def second(self) -> tuple[str, date | None]:
        """What comes first and when the second is due; only sequential care knows both."""
        sequential = self.model.data == SEQUENTIAL
        return (self.first.data or "", self.second_due_on.data) if sequential else ("", None)


class ExchangeForm(OnceForm):
    """Prescriber and therapist told each other how it goes."""

    birth_date: date = date.min
    on = DateField("Date", [InputRequired("Enter the day."), not_in_future, since_birth])
    whom = StringField("Between", [InputRequired("Say who exchanged."), Length(max=120)])
    note = TextAreaField("What was told", [Length(max=1000)])
