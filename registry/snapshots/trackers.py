"""What patients follow: the last day of every tracker of one, or every day of those of many, in one statement."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from registry.clinical.trackers import KINDS, Tracked
from registry.models import Tracker, TrackerEntry


class Followed(NamedTuple):
    """One tracker with its last day; without a day, `on` and `value` are None."""

    id: UUID
    kind: str
    title: str
    target: float | None
    on: date | None
    value: float | None

    @property
    def told(self) -> str:
        """The last value with its unit; empty where none was told."""
        return "" if self.value is None else f"{self.value:g} {KINDS[self.kind].unit}"


_DAYS = (
    select(
        TrackerEntry.org_id, TrackerEntry.tracker_id, TrackerEntry.on, TrackerEntry.value,
        func.row_number().over(
            partition_by=(TrackerEntry.org_id, TrackerEntry.tracker_id), order_by=TrackerEntry.on.desc()
        ).label("place"),
    )
    .where(TrackerEntry.in_error.is_(False))
)  # fmt: skip


def trackers(session: Session, org_id: UUID, patient_id: UUID, day: date) -> list[Followed]:
    """The trackers that were followed on a day, with what was last told by then."""
    days = _DAYS.where(
        TrackerEntry.org_id == org_id, TrackerEntry.patient_id == patient_id, TrackerEntry.on <= day
    ).subquery()
    last = and_(days.c.org_id == Tracker.org_id, days.c.tracker_id == Tracker.id, days.c.place == 1)
    found = (
        select(Tracker.id, Tracker.kind, Tracker.title, Tracker.target, days.c.on, days.c.value)
        .outerjoin(days, last)
        .where(Tracker.patient_id == patient_id, *_followed_on(org_id, day))
        .order_by(Tracker.started_on, Tracker.id)
    )
    return [Followed._make(row) for row in session.execute(found)]


def tracked(
    session: Session, org_id: UUID, patients: Collection[UUID], day: date
) -> dict[UUID, tuple[Tracked, ...]]:
    """The trackers that each patient followed on a day, with every value told by then."""
    days = and_(
        TrackerEntry.org_id == Tracker.org_id, TrackerEntry.tracker_id == Tracker.id, TrackerEntry.on <= day,
        TrackerEntry.in_error.is_(False), TrackerEntry.value.is_not(None),
    )  # fmt: skip
    rows = (
        select(Tracker.patient_id, Tracker.id, Tracker.kind, Tracker.title, Tracker.target, TrackerEntry.on,
               TrackerEntry.value)
        .outerjoin(TrackerEntry, days)
        .where(Tracker.patient_id.in_(patients), *_followed_on(org_id, day))
        .order_by(Tracker.started_on, Tracker.id, TrackerEntry.on, TrackerEntry.recorded_at)
    )  # fmt: skip
    found: dict[UUID, dict[UUID, Tracked]] = defaultdict(dict)
    for row in session.execute(rows):
        one = found[row.patient_id].get(row.id, Tracked(row.kind, row.title, row.target))
        told = () if row.value is None else ((row.on, row.value),)
        found[row.patient_id][row.id] = one._replace(days=one.days + told)
    return {whose: tuple(mine.values()) for whose, mine in found.items()}


def _followed_on(org_id: UUID, day: date) -> tuple[Any, ...]:
    return (
        Tracker.org_id == org_id,
        Tracker.in_error.is_(False),
        Tracker.started_on <= day,
        or_(Tracker.ended_on.is_(None), Tracker.ended_on >= day),
    )
