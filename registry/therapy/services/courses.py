"""Courses of therapy and their sessions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import records
from registry.access.viewer import Viewer
from registry.clinical.dates import spell
from registry.models import TherapyCourse, TherapySession
from registry.models.base import expect_version
from registry.therapy import queries
from registry.therapy.services.records import THERAPY, TherapyRefused


@dataclass(frozen=True, slots=True)
class Course:
    """A course as it is planned."""

    modality: str
    started_on: date
    therapist_id: UUID | None = None
    outside: str = ""
    planned_sessions: int | None = None
    targets: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A session that was held or missed."""

    on: date
    attended: bool
    skills: tuple[str, ...] = ()
    homework: str = ""
    alliance: int | None = None
    note: str = ""


def begin(
    session: Session,
    viewer: Viewer,
    patient_id: UUID,
    course: Course,
    now: datetime,
    held: Sequence[date] = (),
) -> TherapyCourse:
    """Begin a course of therapy; the days from its first on were sessions of it already."""
    patient = queries.patient(session, viewer, patient_id)
    _refuse_stranger(session, viewer, patient.clinic_id, course.therapist_id)
    row = TherapyCourse(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, recorded_by=viewer.account_id, recorded_at=now,
        end_reason="", **asdict(course),
    )  # fmt: skip
    records.add(session, viewer, THERAPY, "begin_therapy", row)
    session.flush()
    for on in sorted({on for on in held if on >= course.started_on}):
        add_session(session, viewer, row.id, Held(on, attended=True), now)
    return row


def edit(
    session: Session,
    viewer: Viewer,
    course_id: UUID,
    course: Course,
    version: int,
    reason: str,
    now: datetime,
) -> TherapyCourse:
    """Correct a course; what stood before is kept."""
    patient, row = queries.entry(session, viewer, "course", course_id)
    expect_version(row, version)
    if course.therapist_id != row.therapist_id:
        _refuse_stranger(session, viewer, patient.clinic_id, course.therapist_id)
    first = _first_session(session, row)
    if first is not None and course.started_on > first:
        raise TherapyRefused(
            f"A session is recorded on {spell(first)}: the course began by then.", "started_on"
        )
    if row.ended_on is not None and course.started_on > row.ended_on:
        raise TherapyRefused(f"The course ended on {spell(row.ended_on)}: it began before.", "started_on")
    records.correct(session, viewer, THERAPY, "correct_therapy", row, asdict(course), reason, now)
    found: TherapyCourse = row
    return found


def end(
    session: Session,
    viewer: Viewer,
    course_id: UUID,
    ended_on: date,
    reason: str,
    version: int,
    now: datetime,
) -> TherapyCourse:
    """End a course with its coded reason; ending it again corrects the end."""
    _, row = queries.entry(session, viewer, "course", course_id)
    expect_version(row, version)
    last = max(row.started_on, _last_session(session, row) or row.started_on)
    if ended_on < last:
        raise TherapyRefused(
            f"Something of this course is recorded on {spell(last)}: give that day or later.", "ended_on"
        )
    records.correct(
        session,
        viewer,
        THERAPY,
        "end_therapy",
        row,
        {"ended_on": ended_on, "end_reason": reason},
        "Ended",
        now,
    )
    found: TherapyCourse = row
    return found


def reopen(
    session: Session, viewer: Viewer, course_id: UUID, reason: str, version: int, now: datetime
) -> None:
    """Take back the end of a course."""
    _, row = queries.entry(session, viewer, "course", course_id)
    expect_version(row, version)
    records.correct(
        session, viewer, THERAPY, "reopen_therapy", row, {"ended_on": None, "end_reason": ""}, reason, now
    )


def add_session(
    session: Session, viewer: Viewer, course_id: UUID, held: Held, now: datetime
) -> TherapySession:
    """Record a session of a course."""
    _, course = queries.entry(session, viewer, "course", course_id)
    _refuse_outside(course, held.on)
    row = TherapySession(
        org_id=viewer.org_id, id=uuid4(), patient_id=course.patient_id, therapy_course_id=course.id,
        recorded_by=viewer.account_id, recorded_at=now, **_stored(held),
    )  # fmt: skip
    records.add(session, viewer, THERAPY, "record_session", row)
    return row


def correct_session(
    session: Session, viewer: Viewer, session_id: UUID, held: Held, reason: str, now: datetime
) -> TherapySession:
    """Correct a session; what stood before is kept."""
    _, row = queries.entry(session, viewer, "session", session_id)
    _, course = queries.entry(session, viewer, "course", row.therapy_course_id)
    _refuse_outside(course, held.on)
    records.correct(session, viewer, THERAPY, "correct_session", row, _stored(held), reason, now)
    found: TherapySession = row
    return found


def _stored(held: Held) -> dict[str, object]:
    """A missed session has neither homework nor skills nor a rating."""
    if not held.attended:
        return {
            "on": held.on,
            "attended": False,
            "skills": [],
            "homework": "",
            "alliance": None,
            "note": held.note,
        }
    return {**asdict(held), "skills": list(held.skills)}


def _refuse_outside(course: TherapyCourse, on: date) -> None:
    if on < course.started_on:
        raise TherapyRefused(
            f"The course began on {spell(course.started_on)}: give that day or a later one.", "on"
        )
    if course.ended_on is not None and on > course.ended_on:
        raise TherapyRefused(
            f"The course ended on {spell(course.ended_on)}: give that day or an earlier one.", "on"
        )


def _refuse_stranger(session: Session, viewer: Viewer, clinic_id: UUID, therapist_id: UUID | None) -> None:
    known = {key for key, _ in queries.therapists(session, viewer, clinic_id)} if therapist_id else set()
    if therapist_id and therapist_id not in known:
        raise TherapyRefused("This person does not work in the patient's clinic.", "therapist")


def _first_session(session: Session, course: TherapyCourse) -> date | None:
    return session.scalar(select(func.min(TherapySession.on)).where(*_of(course)))


def _last_session(session: Session, course: TherapyCourse) -> date | None:
    return session.scalar(select(func.max(TherapySession.on)).where(*_of(course)))


def _of(course: TherapyCourse) -> tuple[Any, ...]:
    return (
        TherapySession.org_id == course.org_id,
        TherapySession.therapy_course_id == course.id,
        TherapySession.in_error.is_(False),
    )
