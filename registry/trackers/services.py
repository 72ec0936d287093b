"""What the buttons about trackers do: start one, change it, record a day, correct it. Nothing is deleted."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.clinical.trackers import Day, Told
from registry.models import Correction, Patient, Tracker, TrackerEntry
from registry.models.base import Changed, expect_version
from registry.models.correction import apply
from registry.trackers import queries


class TrackerRefused(ValueError):
    """What cannot be recorded; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it should read, as its author saw it, and why."""

    version: int
    in_error: bool
    reason: str


def start_tracker(session: Session, viewer: Viewer, patient_id: UUID, told: Told, now: datetime) -> Tracker:
    """Begin to follow something."""
    patient = queries.patient(session, viewer, patient_id, queries.WRITE)
    row = Tracker(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, recorded_by=viewer.account_id, recorded_at=now,
        **asdict(told),
    )  # fmt: skip
    session.add(row)
    _trace(session, viewer, "start_tracker", row, patient, {"after": {"kind": told.kind}})
    return row


def change_tracker(
    session: Session, viewer: Viewer, tracker_id: UUID, told: Told, change: Change, now: datetime
) -> bool:
    """Write a tracker as it should read; what stood before is kept. False where nothing differs."""
    patient, row = queries.tracker(session, viewer, tracker_id, queries.WRITE, lock=True)
    expect_version(row, change.version)
    values = {name: value for name, value in asdict(told).items() if name != "kind"}
    return _correct(session, viewer, patient, row, values | {"in_error": change.in_error}, change.reason, now)


def record_day(session: Session, viewer: Viewer, tracker_id: UUID, day: Day, now: datetime) -> TrackerEntry:
    """Record one day; a second one for the same day is refused."""
    patient, tracker = queries.tracker(session, viewer, tracker_id, queries.WRITE, lock=True)
    _one_a_day(session, viewer, tracker, day.on)
    row = TrackerEntry(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, tracker_id=tracker.id,
        recorded_by=viewer.account_id, recorded_at=now, **asdict(day),
    )  # fmt: skip
    session.add(row)
    _trace(session, viewer, "record_tracker_day", tracker, patient, {"after": {"on": day.on}})
    return row


def correct_day(
    session: Session, viewer: Viewer, entry_id: UUID, day: Day, change: Change, now: datetime
) -> bool:
    """Write a day as it should have been; what stood before is kept. False where nothing differs."""
    patient, tracker, row = queries.entry(session, viewer, entry_id, lock=True)
    expect_version(row, change.version)
    if not change.in_error and (day.on != row.on or row.in_error):
        _one_a_day(session, viewer, tracker, day.on)
    values = asdict(day) | {"in_error": change.in_error}
    return _correct(session, viewer, patient, row, values, change.reason, now)


def _one_a_day(session: Session, viewer: Viewer, tracker: Tracker, on: date) -> None:
    same = select(TrackerEntry.id).where(
        TrackerEntry.org_id == viewer.org_id,
        TrackerEntry.tracker_id == tracker.id,
        TrackerEntry.on == on,
        TrackerEntry.in_error.is_(False),
    )
    if session.scalar(same.limit(1)):
        raise TrackerRefused("This day is recorded already: correct it instead.")


def _correct(
    session: Session, viewer: Viewer, patient: Patient, row: Tracker | TrackerEntry, values: dict[str, Any],
    reason: str, now: datetime,
) -> bool:  # fmt: skip
    changes = apply(row, values)
    if not changes:
        return False
    session.add(
        Correction(
            org_id=viewer.org_id, patient_id=patient.id, subject=row.__tablename__, subject_id=row.id,
            changes=changes, reason=reason, corrected_by=viewer.account_id, corrected_at=now,
        )
    )  # fmt: skip
    _trace(session, viewer, f"correct_{row.__tablename__}", row, patient, {"fields": sorted(changes)})
    return True


def _trace(
    session: Session,
    viewer: Viewer,
    act: str,
    row: Tracker | TrackerEntry,
    patient: Patient,
    detail: dict[str, Any],
) -> None:
    """The act, without the patient's own words."""
    audit.record(session, viewer, audit.Act(act, "trackers", row.__tablename__, row.id, [patient.id], detail))


__all__ = ["Change", "Changed", "Day", "Told", "TrackerRefused", "change_tracker", "correct_day", "record_day",
           "start_tracker"]  # fmt: skip
