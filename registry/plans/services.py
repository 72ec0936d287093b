"""What is done with a plan: a new version is written, it is handed over, a wrong one is marked and never deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit, records
from registry.access.viewer import Viewer
from registry.clinical.dates import spell
from registry.models import PatientPlan
from registry.models.base import Changed
from registry.plans import queries

PLAN = records.Kind("plan", frozenset({"content", "reason"}))


class PlanRefused(ValueError):
    """A version that would not stand; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A version as it was written, and the one that its author saw."""

    kind: str
    made_on: date
    content: Mapping[str, Any]
    language: str = "en"
    reason: str = ""
    seen: UUID | None = None


def write_plan(
    session: Session, viewer: Viewer, patient_id: UUID, draft: Draft, now: datetime
) -> PatientPlan:
    """Write a version over the one that its author saw; the old one stays. `Changed` where another was written."""
    queries.patient(session, viewer, patient_id, queries.WRITE)
    last = queries.latest(queries.versions(session, viewer, patient_id, draft.kind))
    if (last.id if last else None) != draft.seen:
        raise Changed(last)
    if last and draft.made_on < last.made_on:
        raise PlanRefused(f"The plan that stands is of {spell(last.made_on)}: give that day or a later one.")
    row = PatientPlan(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, kind=draft.kind, made_on=draft.made_on,
        language=draft.language, content=dict(draft.content), reason=draft.reason, recorded_by=viewer.account_id,
        recorded_at=now,
    )  # fmt: skip
    session.add(row)
    _audit(session, viewer, "write_plan", row, {"before": last and _coded(last), "after": _coded(row)})
    return row


def hand_over(session: Session, viewer: Viewer, plan_id: UUID, how: str) -> PatientPlan:
    """Record how the patient got this version."""
    _, row = queries.plan(session, viewer, plan_id)
    before, row.handed_over = row.handed_over, how
    _audit(session, viewer, "hand_over_plan", row, {"before": before, "after": how})
    return row


def mark_in_error(session: Session, viewer: Viewer, plan_id: UUID, reason: str, now: datetime) -> PatientPlan:
    """Mark a version as a mistake: the one before it stands again, and this one stays on record."""
    _, row = queries.plan(session, viewer, plan_id)
    records.mark_in_error(session, viewer, PLAN, "mark_plan_in_error", row, reason, now)
    return row


def record_paper(session: Session, viewer: Viewer, patient_id: UUID, kind: str, language: str) -> None:
    """A plan or a sheet was printed."""
    queries.record_read(session, viewer, f"{kind}_paper", patient_id, language=language)


def _coded(row: PatientPlan) -> dict[str, Any]:
    """What of a plan may stand in the trail: its kind, its day and which parts it has, never its words."""
    return {"kind": row.kind, "made_on": row.made_on, "language": row.language, "parts": sorted(row.content)}


def _audit(
    session: Session, viewer: Viewer, action: str, row: PatientPlan, detail: Mapping[str, Any]
) -> None:
    act = audit.Act(action, "plan", "patient_plan", row.id, [row.patient_id], detail)
    audit.record(session, viewer, act)
