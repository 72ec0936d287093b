"""What a patient follows, as one line each: the last day of every tracker, in one statement."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from registry.clinical.trackers import KINDS
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
        .where(
            Tracker.org_id == org_id,
            Tracker.patient_id == patient_id,
            Tracker.in_error.is_(False),
            Tracker.started_on <= day,
            or_(Tracker.ended_on.is_(None), Tracker.ended_on >= day),
        )
        .order_by(Tracker.started_on, Tracker.id)
    )
    return [Followed._make(row) for row in session.execute(found)]
