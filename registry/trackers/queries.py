"""What the pages about trackers read."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.models import Account, Clinic, Patient, Tracker, TrackerEntry

READ, WRITE = "see_chart", "record_contact"


@dataclass(frozen=True, slots=True)
class Followed:
    """A tracker with its days that count, the last first."""

    tracker: Tracker
    entries: Sequence[TrackerEntry]


def patient(session: Session, viewer: Viewer, patient_id: UUID, action: str = READ) -> Patient:
    """The patient, or `NotVisible`."""
    return scope.patient(session, viewer, patient_id, action)


def followed(session: Session, viewer: Viewer, patient_id: UUID) -> list[Followed]:
    """Every tracker of a patient with its days: those still followed first."""
    trackers = session.scalars(
        select(Tracker)
        .where(Tracker.org_id == viewer.org_id, Tracker.patient_id == patient_id, Tracker.in_error.is_(False))
        .order_by(Tracker.ended_on.is_not(None), Tracker.started_on.desc(), Tracker.id)
    ).all()
    days = select(TrackerEntry).where(
        TrackerEntry.org_id == viewer.org_id,
        TrackerEntry.patient_id == patient_id,
        TrackerEntry.in_error.is_(False),
    )
    entries: dict[UUID, list[TrackerEntry]] = {tracker.id: [] for tracker in trackers}
    for entry in session.scalars(days.order_by(TrackerEntry.on.desc(), TrackerEntry.recorded_at.desc())):
        entries.get(entry.tracker_id, []).append(entry)
    return [Followed(tracker, entries[tracker.id]) for tracker in trackers]


def tracker(
    session: Session, viewer: Viewer, tracker_id: UUID, action: str = READ, *, lock: bool = False
) -> tuple[Patient, Tracker]:
    """One tracker of a visible patient, or `NotVisible`; `lock` keeps others from writing until the commit."""
    wanted = select(Tracker).where(Tracker.org_id == viewer.org_id, Tracker.id == tracker_id)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotVisible("tracker")
    return patient(session, viewer, found.patient_id, action), found


def entries(session: Session, viewer: Viewer, tracker_id: UUID) -> list[tuple[TrackerEntry, str]]:
    """Every day of a tracker with who recorded it, the last first; those in error too."""
    rows = (
        select(TrackerEntry, Account.name)
        .outerjoin(Account, Account.id == TrackerEntry.recorded_by)
        .where(TrackerEntry.org_id == viewer.org_id, TrackerEntry.tracker_id == tracker_id)
        .order_by(TrackerEntry.on.desc(), TrackerEntry.recorded_at.desc())
    )
    return [(row[0], row[1] or "") for row in session.execute(rows)]


def entry(
    session: Session, viewer: Viewer, entry_id: UUID, *, lock: bool = False
) -> tuple[Patient, Tracker, TrackerEntry]:
    """One day of a tracker that this person may correct, or `NotVisible`."""
    wanted = select(TrackerEntry).where(TrackerEntry.org_id == viewer.org_id, TrackerEntry.id == entry_id)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotVisible("tracker entry")
    return *tracker(session, viewer, found.tracker_id, WRITE), found


def clinic_name(session: Session, patient: Patient) -> str:
    """The clinic that looks after the patient."""
    found = session.get(Clinic, (patient.org_id, patient.clinic_id))
    return found.name if found else ""


def note_read(
    session: Session, viewer: Viewer, what: str, patient_id: UUID, subject_id: UUID | str = ""
) -> None:
    """Leave the trace of a page that showed the patient."""
    audit.record(session, viewer, audit.Act(what, "trackers", "tracker", subject_id, patients=[patient_id]))
