"""What a rule asked for is settled once the rule no longer asks: in the night, so that a day that was written for it
does not count for the next time."""

from collections import defaultdict
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import System
from registry.clinical.week import monday
from registry.jobs.runner import Slot, Works, run_once
from registry.models import Clinic, Episode, Task, TaskStep
from registry.snapshots import snapshots
from registry.workload import Kept, kept_tasks, of_one

FROM_HOUR = 3
SETTLED = "The rule no longer asks for it."


def settle_tasks(works: Works, now: datetime) -> int:
    """Settle the tasks of each clinic; once a clinic and night. How many clinics were looked through."""
    with works.transaction() as session:
        clinics = session.execute(select(Clinic.org_id, Clinic.id, Clinic.timezone)).all()
    return sum(_settle(works, row.org_id, row.id, row.timezone, now) for row in clinics)


def _settle(works: Works, org_id: UUID, clinic_id: UUID, zone: str, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(zone))
    if local.hour < FROM_HOUR:
        return False

    def work(session: Session) -> None:
        settle(session, org_id, clinic_id, local.date(), now)

    return run_once(works, Slot(org_id, "settle tasks", f"{clinic_id} {local.date()}"), work, now)


def settle(session: Session, org_id: UUID, clinic_id: UUID, today: date, now: datetime) -> int:
    """Close what no rule asks for any more in one clinic; tasks written by hand stay. How many were closed."""
    theirs = select(Episode.id).where(Episode.org_id == org_id, Episode.clinic_id == clinic_id)
    rows = kept_tasks(
        session, org_id, (Task.done_at.is_(None)) & (Task.code != "") & Task.episode_id.in_(theirs)
    )
    over = _over(session, org_id, rows, today)
    for row in over:
        task = session.get_one(Task, (org_id, row.stored.id))
        task.done_at = now
        session.add(TaskStep(org_id=org_id, task_id=task.id, kind="settled", reason=SETTLED, due_on=task.due_on,
                             owner_id=task.owner_id, at=now))  # fmt: skip
    if over:
        patients = [row.person.patient_id for row in over]
        act = audit.Act("settle_tasks", "task", "clinic", clinic_id, patients, {"tasks": len(over)})
        audit.record(session, System(org_id, "task job"), act)
    return len(over)


def _over(session: Session, org_id: UUID, rows: list[Kept], today: date) -> list[Kept]:
    """The rows that stand behind nothing to do any more."""
    by_patient: dict[UUID, list[Kept]] = defaultdict(list)
    for row in rows:
        by_patient[row.person.patient_id].append(row)
    chosen = select(Episode.id).where(
        Episode.org_id == org_id, Episode.patient_id.in_(by_patient), Episode.closed_on.is_(None)
    )
    seen = {one.subject.patient_id: one for one in snapshots(session, org_id, chosen)}
    since = datetime.combine(monday(today), time.min, UTC)
    held = {
        entry.kept.stored.id
        for patient_id, theirs in by_patient.items()
        for entry in of_one(session, org_id, seen.get(patient_id), theirs, today, since)
        if entry.kept
    }
    return [row for row in rows if row.stored.id not in held]
