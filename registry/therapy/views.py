"""Therapy: courses with their sessions, the planner of activities, and how therapy and medication are combined."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from registry.clinical.dates import spell
from registry.extensions import db
from registry.therapy import presenters, queries
from registry.therapy.forms import (
    YES,
    ActivityForm,
    CombinationForm,
    CorrectSessionForm,
    CourseFields,
    CourseForm,
    EditCourseForm,
    EndCourseForm,
    ExchangeForm,
    RatingForm,
    SessionFields,
    SessionForm,
)
from registry.therapy.services import combining, courses, planner, records
from registry.web.fields import options
from registry.web.guards import needs, now, today, viewer
from registry.web.patient_form import Answer, InErrorForm, PatientForms, prefilled
from registry.web.transaction import OnceForm

blueprint = Blueprint("therapy", __name__, url_prefix="/therapy")
RECORD = queries.RECORD
FORMS = PatientForms(records.TherapyRefused, queries.note_read, records.editor, presenters.side_by_side)


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def page(patient_id: UUID) -> str:
    """The therapy of a patient: courses, sessions, whether it is on track, and how it is combined."""
    found = queries.page(db.session(), viewer(), patient_id, today())
    return render_template(
        "therapy/page.html", patient=found.patient, courses=presenters.course_views(found, today()), found=found,
        combined=presenters.combined(found, today()), today=today(),
        in_contacts=presenters.in_contacts(found),
    )  # fmt: skip


@blueprint.route("/begin/<uuid:patient_id>", methods=["GET", "POST"])
@needs(RECORD)
def begin(patient_id: UUID) -> Answer:
    """Begin a course, perhaps from what contacts delivered."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    asked = request.args.get("modality", "")
    days, giver = queries.in_contacts(db.session(), viewer(), patient_id, asked)
    given = {"modality": asked, "therapist": str(giver or ""), "with_contacts": True}
    begun = {**given, "started_on": days[0]} if days else {"started_on": today()}
    form = _with_therapists(CourseForm(data=prefilled(**begun)), patient.clinic_id)

    def act() -> None:
        taken = form.with_contacts.data and form.modality.data == asked
        courses.begin(db.session(), viewer(), patient_id, _course(form), now(), days if taken else ())

    return _answer(
        form, patient, act, "Course recorded.", "therapy/course.html", title="Begin a course of therapy",
        days=[spell(day) for day in days],
    )  # fmt: skip


@blueprint.route("/edit/<uuid:course_id>", methods=["GET", "POST"])
@needs(RECORD)
def edit(course_id: UUID) -> Answer:
    """Correct a course."""
    patient, row = queries.entry(db.session(), viewer(), "course", course_id)
    form = EditCourseForm(obj=row, data={"therapist": str(row.therapist_id or "")})
    _with_therapists(form, patient.clinic_id)

    def act() -> None:
        version, reason = form.version.data or 0, form.reason.data or ""
        courses.edit(db.session(), viewer(), course_id, _course(form), version, reason, now())

    return _answer(form, patient, act, "Corrected; what stood before is kept.", "therapy/course.html",
                   title="Correct the course", course=row)  # fmt: skip


@blueprint.route("/end/<uuid:course_id>", methods=["GET", "POST"])
@needs(RECORD)
def end(course_id: UUID) -> Answer:
    """End a course with its reason."""
    patient, row = queries.entry(db.session(), viewer(), "course", course_id)
    form = EndCourseForm(
        data=prefilled(ended_on=row.ended_on or today(), end_reason=row.end_reason, version=row.version)
    )

    def act() -> None:
        last, reason = form.ended_on.data or today(), form.end_reason.data or ""
        courses.end(db.session(), viewer(), course_id, last, reason, form.version.data or 0, now())

    return _answer(form, patient, act, "The course is ended.", "therapy/end.html", course=row,
                   words=presenters.entry_words("course", row))  # fmt: skip


@blueprint.route("/reopen/<uuid:course_id>", methods=["GET", "POST"])
@needs(RECORD)
def reopen(course_id: UUID) -> Answer:
    """Take back the end of a course."""
    patient, row = queries.entry(db.session(), viewer(), "course", course_id)

    def act(reason: str, version: int) -> None:
        courses.reopen(db.session(), viewer(), course_id, reason, version, now())

    words = presenters.entry_words("course", row)
    return FORMS.reopen(patient, row, act, "course", words, url_for("therapy.page", patient_id=patient.id))


@blueprint.route("/session/<uuid:course_id>", methods=["GET", "POST"])
@needs(RECORD)
def session(course_id: UUID) -> Answer:
    """Add a session to a course."""
    patient, row = queries.entry(db.session(), viewer(), "course", course_id)
    form = SessionForm(data=prefilled(on=today(), attended=YES))

    def act() -> None:
        courses.add_session(db.session(), viewer(), course_id, _held(form), now())

    title = f"Session: {presenters.title_of(row.modality)}"
    return _answer(form, patient, act, "Session recorded.", "therapy/session.html", title=title, course=row)


@blueprint.route("/session/correct/<uuid:session_id>", methods=["GET", "POST"])
@needs(RECORD)
def correct_session(session_id: UUID) -> Answer:
    """Correct a session."""
    patient, row = queries.entry(db.session(), viewer(), "session", session_id)
    form = CorrectSessionForm(obj=row, data={"attended": YES if row.attended else "no"})
    if request.method == "GET":
        form.attended.data = YES if row.attended else "no"

    def act() -> None:
        reason = form.reason.data or ""
        courses.correct_session(db.session(), viewer(), session_id, _held(form), reason, now())

    title = presenters.entry_words("session", row)
    return _answer(
        form, patient, act, "Corrected; what stood before is kept.", "therapy/session.html", title=title
    )


@blueprint.get("/planner/<uuid:patient_id>")
@needs("see_chart")
def week(patient_id: UUID) -> str:
    """A week of planned activities, and the form that plans one."""
    monday = queries.week_of(request.args.get("week", today(), type=date.fromisoformat))
    patient, found = queries.activities(db.session(), viewer(), patient_id, monday)
    return render_template(
        "therapy/planner.html", patient=patient, days=presenters.week(monday, found), monday=monday, step=queries.WEEK,
        words=presenters.week_words(found), today=today(),
        form=ActivityForm(formdata=None, data={"planned_on": max(monday, min(today(), monday + queries.SUNDAY))}),
    )  # fmt: skip


@blueprint.route("/plan/<uuid:patient_id>", methods=["GET", "POST"])
@needs(RECORD)
def plan(patient_id: UUID) -> Answer:
    """Plan an activity."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    form = ActivityForm(data=prefilled(planned_on=today()))

    def act() -> None:
        planner.plan(
            db.session(), viewer(), patient_id, form.title.data or "", form.planned_on.data or today(), now()
        )

    back = _week_url(patient_id, form.planned_on.data or today())
    return _answer(form, patient, act, "Planned.", "therapy/plan.html", back=back)


@blueprint.route("/activity/<uuid:activity_id>", methods=["GET", "POST"])
@needs(RECORD)
def activity(activity_id: UUID) -> Answer:
    """What became of an activity."""
    patient, row = queries.entry(db.session(), viewer(), "activity", activity_id)
    form = RatingForm(obj=row)
    if request.method == "GET":
        form.done.data = None if row.done is None else YES if row.done else "no"

    def act() -> None:
        planner.rate(db.session(), viewer(), activity_id, _rated(form), now())

    back = _week_url(patient.id, row.planned_on)
    return _answer(form, patient, act, "Recorded.", "therapy/activity.html", back=back, activity=row)


@blueprint.route("/combination/<uuid:patient_id>", methods=["GET", "POST"])
@needs(RECORD)
def combination(patient_id: UUID) -> Answer:
    """Choose how medication and therapy are combined."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    form = CombinationForm(data=prefilled(on=today()))

    def act() -> None:
        first, second_due_on = form.second
        model = combining.Model(
            form.on.data or today(), form.model.data or "", first, second_due_on, form.note.data or ""
        )
        combining.choose_model(db.session(), viewer(), patient_id, model, now())

    return _answer(form, patient, act, "The model is recorded.", "therapy/combination.html")


@blueprint.route("/exchange/<uuid:patient_id>", methods=["GET", "POST"])
@needs(RECORD)
def exchange(patient_id: UUID) -> Answer:
    """Record an exchange of prescriber and therapist."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    form = ExchangeForm(data=prefilled(on=today()))

    def act() -> None:
        on, whom, note = form.on.data or today(), form.whom.data or "", form.note.data or ""
        combining.record_exchange(db.session(), viewer(), patient_id, on, whom, note, now())

    return _answer(form, patient, act, "Exchange recorded.", "therapy/exchange.html")


@blueprint.route("/in-error/<what>/<uuid:entry_id>", methods=["GET", "POST"])
@needs(RECORD)
def in_error(what: str, entry_id: UUID) -> Answer:
    """Mark an entry as a mistake."""
    patient, row = queries.entry(db.session(), viewer(), what, entry_id)
    words, form = presenters.entry_words(what, row), InErrorForm()

    def act() -> None:
        records.mark_in_error(db.session(), viewer(), what, entry_id, form.reason.data or "", now())

    back = _week_url(patient.id, row.planned_on) if what == "activity" else None
    message = "Marked as entered in error; it counts no more."
    return _answer(form, patient, act, message, "entered_in_error.html", back=back, words=words)


def _answer(
    form: OnceForm, patient: Any, act: Callable[[], None], message: str, template: str, back: str | None = None,
    **more: Any,
) -> Answer:  # fmt: skip
    back = back or url_for("therapy.page", patient_id=patient.id)
    return FORMS.answer(form, patient, act, message, template, back, **more)


def _with_therapists(form: Any, clinic_id: UUID) -> Any:
    people = queries.therapists(db.session(), viewer(), clinic_id)
    form.therapist.choices = options(
        ("", "Outside the practice"), *((str(key), name) for key, name in people)
    )
    return form


def _week_url(patient_id: UUID, day: date) -> str:
    return url_for("therapy.week", patient_id=patient_id, week=queries.week_of(day))


def _course(form: CourseFields) -> courses.Course:
    therapist = UUID(form.therapist.data) if form.therapist.data else None
    return courses.Course(
        form.modality.data or "", form.started_on.data or today(), therapist, (form.outside.data or "").strip(),
        form.planned_sessions.data, form.targets.data or "",
    )  # fmt: skip


def _held(form: SessionFields) -> courses.Held:
    return courses.Held(
        form.on.data or today(), form.attended.data == YES, tuple(form.skills.data or ()), form.homework.data or "",
        form.alliance.data, form.note.data or "",
    )  # fmt: skip


def _rated(form: RatingForm) -> planner.Rated:
    return planner.Rated(
        form.done.data == YES, form.mood_before.data, form.mood_after.data, form.pleasure.data, form.mastery.data,
        form.note.data or "",
    )  # fmt: skip
