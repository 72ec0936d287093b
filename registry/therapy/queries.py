"""What the therapy pages read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.policies import CARE_MANAGER, CONSULTANT, THERAPIST
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.clinical.care import Care
from registry.clinical.facts import Score
from registry.clinical.protocol import Protocol
from registry.clinical.therapy import therapies_of
from registry.models import (
    Account,
    Activity,
    Combination,
    Contact,
    Episode,
    Exchange,
    Membership,
    Patient,
    TherapyCourse,
    TherapySession,
)
from registry.snapshots import Snapshot, snapshot
from registry.snapshots.care import steering_of
from registry.snapshots.protocols import protocol_for
from registry.snapshots.rows import scores_of

RECORD = "record_therapy"
WEEK, SUNDAY = timedelta(days=7), timedelta(days=6)
THERAPISTS = (THERAPIST, CARE_MANAGER, CONSULTANT)
Entry = TherapyCourse | TherapySession | Activity | Combination | Exchange
ENTRIES: dict[str, type[Entry]] = {
    "course": TherapyCourse,
    "session": TherapySession,
    "activity": Activity,
    "combination": Combination,
    "exchange": Exchange,
}


@dataclass(frozen=True, slots=True)
class TherapyPage:
    """Everything that the therapy page of a patient shows."""

    patient: Patient
    care: Care
    scores: tuple[Score, ...]
    protocol: Protocol
    snapshot: Snapshot | None
    earlier_episodes: int
    courses: Sequence[tuple[TherapyCourse, str]]
    """Each with the name of its therapist inside."""
    sessions: Sequence[TherapySession]
    combinations: Sequence[Combination]
    exchanges: Sequence[Exchange]


def page(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> TherapyPage:
    """The therapy page; reading it is recorded."""
    patient = scope.patient(session, viewer, patient_id)
    audit.record(session, viewer, audit.Act("read", "therapy", "patient", patient_id, [patient_id]))
    whole, earlier = _episode(session, viewer, patient_id)
    return TherapyPage(
        patient=patient,
        care=steering_of(session, viewer.org_id, patient_id).care,
        scores=scores_of(session, viewer.org_id, patient_id),
        protocol=protocol_for(session, viewer.org_id, patient.clinic_id, today),
        snapshot=whole,
        earlier_episodes=earlier,
        courses=_courses(session, viewer, patient_id),
        sessions=_entries(session, viewer, patient_id, TherapySession, TherapySession.on),
        combinations=_entries(session, viewer, patient_id, Combination, Combination.on),
        exchanges=_entries(session, viewer, patient_id, Exchange, Exchange.on),
    )


def in_contacts(
    session: Session, viewer: Viewer, patient_id: UUID, modality: str
) -> tuple[tuple[date, ...], UUID | None]:
    """The days on which contacts of the present episode delivered a therapy beside every course, and who gave the last."""
    whole, _ = _episode(session, viewer, patient_id)
    given = therapies_of(whole.facts) if whole and modality else ()
    found = next((one for one in given if one.course is None and one.modality == modality), None)
    if whole is None or found is None:
        return (), None
    last = next(c for c in whole.facts.contacts if c.on == found.last_on and found.code in c.interventions)
    row = session.get(Contact, (viewer.org_id, last.id))
    return found.days, row.author_id if row else None


def _episode(session: Session, viewer: Viewer, patient_id: UUID) -> tuple[Snapshot | None, int]:
    """The present episode, and how many closed ones came before it."""
    found = session.scalars(
        scope.episodes(viewer)
        .where(Episode.patient_id == patient_id)
        .order_by(Episode.closed_on.is_not(None), Episode.referred_on.desc())
    ).all()
    if not found:
        return None, 0
    return snapshot(session, viewer.org_id, found[0].id), len(found) - 1


def _courses(session: Session, viewer: Viewer, patient_id: UUID) -> Sequence[tuple[TherapyCourse, str]]:
    found = (
        select(TherapyCourse, Account.name)
        .outerjoin(Account, Account.id == TherapyCourse.therapist_id)
        .where(*_mine(TherapyCourse, viewer, patient_id))
        .order_by(TherapyCourse.ended_on.is_not(None), TherapyCourse.started_on.desc())
    )
    return [(row, name or "") for row, name in session.execute(found)]


def _entries(session: Session, viewer: Viewer, patient_id: UUID, table: Any, on: Any) -> Sequence[Any]:
    """The rows of a table that stand, the latest first."""
    found = select(table).where(*_mine(table, viewer, patient_id))
    return session.scalars(found.order_by(on.desc(), table.recorded_at.desc())).all()


def _mine(table: Any, viewer: Viewer, patient_id: UUID) -> tuple[Any, ...]:
    return table.org_id == viewer.org_id, table.patient_id == patient_id, table.in_error.is_(False)


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def activities(
    session: Session, viewer: Viewer, patient_id: UUID, monday: date
) -> tuple[Patient, list[Activity]]:
    """The planner of one week; reading it is recorded."""
    patient = scope.patient(session, viewer, patient_id)
    audit.record(session, viewer, audit.Act("read", "activities", "patient", patient_id, [patient_id]))
    found = (
        select(Activity)
        .where(*_mine(Activity, viewer, patient_id))
        .where(Activity.planned_on >= monday, Activity.planned_on < monday + WEEK)
        .order_by(Activity.planned_on, Activity.recorded_at, Activity.id)
    )
    return patient, list(session.scalars(found))


def patient(session: Session, viewer: Viewer, patient_id: UUID) -> Patient:
    """The patient for whom therapy is recorded."""
    return scope.patient(session, viewer, patient_id, RECORD)


def note_read(session: Session, viewer: Viewer, patient_id: UUID) -> None:
    """A form showed something of the patient's therapy."""
    audit.record(session, viewer, audit.Act("read", "therapy", "patient", patient_id, [patient_id]))


def entry(session: Session, viewer: Viewer, what: str, entry_id: UUID) -> tuple[Patient, Any]:
    """One row that stands, of a visible patient, or `NotVisible`."""
    table = ENTRIES.get(what)
    found: Any = session.get(table, (viewer.org_id, entry_id)) if table else None
    if found is None or found.in_error:
        raise NotVisible(what)
    return patient(session, viewer, found.patient_id), found


def therapists(session: Session, viewer: Viewer, clinic_id: UUID) -> list[tuple[UUID, str]]:
    """(id, name) of the people of a clinic who may give therapy, by name."""
    joined = and_(Membership.account_id == Account.id, Membership.org_id == Account.org_id)
    found = (
        select(Account.id, Account.name)
        .join(Membership, joined)
        .where(Membership.org_id == viewer.org_id, Membership.clinic_id == clinic_id)
        .where(Membership.role.in_(THERAPISTS), Account.active)
        .distinct()
        .order_by(Account.name)
    )
    return [(row.id, row.name) for row in session.execute(found)]
