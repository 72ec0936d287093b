"""Activities of behavioural activation: planned for a day, then rated."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import records
from registry.access.viewer import Viewer
from registry.models import Activity
from registry.therapy import queries
from registry.therapy.services.records import THERAPY


@dataclass(frozen=True, slots=True)
class Rated:
    """What became of an activity; ratings from 0 to 10, unknown where None."""

    done: bool
    mood_before: int | None = None
    mood_after: int | None = None
    pleasure: int | None = None
    mastery: int | None = None
    note: str = ""


def plan(
    session: Session, viewer: Viewer, patient_id: UUID, title: str, planned_on: date, now: datetime
) -> Activity:
    """Plan an activity for a day."""
    queries.patient(session, viewer, patient_id)
    row = Activity(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, title=" ".join(title.split()), planned_on=planned_on,
        note="", recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    records.add(session, viewer, THERAPY, "plan_activity", row)
    return row


def rate(session: Session, viewer: Viewer, activity_id: UUID, rated: Rated, now: datetime) -> Activity:
    """Record what became of an activity; rating it again corrects the first rating."""
    _, row = queries.entry(session, viewer, "activity", activity_id)
    records.correct(session, viewer, THERAPY, "rate_activity", row, asdict(rated), "Rated", now)
    found: Activity = row
    return found
