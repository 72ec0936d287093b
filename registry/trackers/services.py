"""What the buttons about trackers do: start one, change it, record a day, correct it. Nothing is deleted."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import records
from registry.access.viewer import Viewer
from registry.clinical.dates import spell
from registry.clinical.trackers import Day, Told
from registry.models import Tracker, TrackerEntry
from registry.models.base import Changed, expect_version
from registry.trackers import queries

TRACKER = records.Kind("trackers", frozenset({"title", "low_text", "high_text", "note"}))


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
    records.add(session, viewer, TRACKER, "start_tracker", row)
    return row


def change_tracker(
    session: Session, viewer: Viewer, tracker_id: UUID, told: Told, change: Change, now: datetime
) -> bool:
    """Write a tracker as it should read; what stood before is kept. False where nothing differs."""
    _, row = queries.tracker(session, viewer, tracker_id, queries.WRITE, lock=True)
    expect_version(row, change.version)
    values = {name: value for name, value in asdict(told).items() if name != "kind"}
    values |= {"in_error": change.in_error}
    return records.correct(session, viewer, TRACKER, "correct_tracker", row, values, change.reason, now)


def record_day(session: Session, viewer: Viewer, tracker_id: UUID, day: Day, now: datetime) -> TrackerEntry:
    """Record one day; a second one for the same day is refused."""
    patient, tracker = queries.tracker(session, viewer, tracker_id, queries.WRITE, lock=True)
    _followed_on(tracker, day.on)
    _one_a_day(session, viewer, tracker, day.on)
    row = TrackerEntry(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, tracker_id=tracker.id,
        recorded_by=viewer.account_id, recorded_at=now, **asdict(day),
    )  # fmt: skip
    records.add(session, viewer, TRACKER, "record_tracker_day", row)
    return row


def correct_day(
    session: Session, viewer: Viewer, entry_id: UUID, day: Day, change: Change, now: datetime
) -> bool:
    """Write a day as it should have been; what stood before is kept. False where nothing differs."""
    _, tracker, row = queries.entry(session, viewer, entry_id, lock=True)
    expect_version(row, change.version)
    if not change.in_error and (day.on != row.on or row.in_error):
        _followed_on(tracker, day.on)
        _one_a_day(session, viewer, tracker, day.on)
    values = asdict(day) | {"in_error": change.in_error}
    return records.correct(session, viewer, TRACKER, "correct_tracker_entry", row, values, change.reason, now)


def _followed_on(tracker: Tracker, on: date) -> None:
    """A day lies between the tracker's first and its last."""
    if on < tracker.started_on:
        raise TrackerRefused(
            f"It is followed from {spell(tracker.started_on)}: give that day or a later one."
        )
    if tracker.ended_on is not None and on > tracker.ended_on:
        raise TrackerRefused(
            f"It was followed until {spell(tracker.ended_on)}: give that day or an earlier one."
        )


def _one_a_day(session: Session, viewer: Viewer, tracker: Tracker, on: date) -> None:
    same = select(TrackerEntry.id).where(
        TrackerEntry.org_id == viewer.org_id,
        TrackerEntry.tracker_id == tracker.id,
        TrackerEntry.on == on,
        TrackerEntry.in_error.is_(False),
    )
    if session.scalar(same.limit(1)):
        raise TrackerRefused("This day is recorded already: correct it instead.")


__all__ = ["Change", "Changed", "Day", "Told", "TrackerRefused", "change_tracker", "correct_day", "record_day",
           "start_tracker"]  # fmt: skip
