"""What is recorded about safety: assessments, plans and checks; a wrong one is marked, never deleted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit, records
from registry.access.viewer import Viewer
from registry.clinical.dates import spell
from registry.clinical.instruments.cssrs import triage
from registry.models import CheckAnswer, Patient, RiskAssessment, SafetyPlan
from registry.models.base import Changed
from registry.models.correction import plain
from registry.safety import queries


class PlanRefused(ValueError):
    """A plan that would not stand; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """One screener outside a contact."""

    on: date
    answers: Mapping[str, bool | None]
    texts: Mapping[str, str] = field(default_factory=dict)
    covers: Collection[UUID] = ()
    """The open scores that it answers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A safety plan, and the one that its author saw."""

    made_on: date
    parts: Mapping[str, Any]
    seen: UUID | None = None
    language: str = "en"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One answer to a diagnostic check."""

    topic: str
    positive: bool
    on: date
    note: str = ""


def assess(
    session: Session, viewer: Viewer, patient_id: UUID, assessed: Assessed, today: date, now: datetime
) -> RiskAssessment:
    """Record a screener for the open scores that it names, and for no other."""
    ground = queries.ground(session, viewer, patient_id, today)
    row = RiskAssessment(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, on=assessed.on, assessed_by=viewer.account_id,
        recorded_at=now,
    )  # fmt: skip
    row.hold(assessed.answers, assessed.texts)
    session.add(row)
    session.flush()
    waiting = {UUID(str(score.id)) for score in ground.open_scores if score.taken_on <= assessed.on}
    named = sorted(waiting & set(assessed.covers))
    session.add_all(row.naming(named))
    after = {**_coded(row), "scores": named}
    _audit(session, viewer, "record_assessment", row, {"before": {"flag": ground.flag.level}, "after": after})
    return row


def write_plan(session: Session, viewer: Viewer, patient_id: UUID, plan: Plan, now: datetime) -> SafetyPlan:
    """Write a safety plan over the one that its author saw; a plan is a new row, and the old one stays."""
    last = _last_plan(session, viewer, patient_id, plan.seen)
    if last and plan.made_on < last.made_on:
        raise PlanRefused(f"The plan that stands is of {spell(last.made_on)}: give that day or a later one.")
    row = _plan(viewer, patient_id, plan, now)
    session.add(row)
    _audit(session, viewer, "write_plan", row, {"before": last and _coded(last), "after": _coded(row)})
    return row


def review_plan(
    session: Session, viewer: Viewer, patient_id: UUID, seen: UUID | None, today: date, now: datetime
) -> SafetyPlan:
    """Record that the plan was gone through today and stands as it was."""
    last = _last_plan(session, viewer, patient_id, seen)
    if last is None:
        raise Changed(None)
    row = _plan(viewer, patient_id, Plan(today, last.held, last.id, last.language), now)
    session.add(row)
    _audit(session, viewer, "review_plan", row, {"before": _coded(last), "after": _coded(row)})
    return row


def hand_over(session: Session, viewer: Viewer, plan_id: UUID, how: str) -> Patient:
    """Record how the patient got this plan."""
    patient, row = queries.entry(session, viewer, "plan", plan_id)
    assert isinstance(row, SafetyPlan)
    before, row.handed_over = row.handed_over, how
    _audit(session, viewer, "hand_over_plan", row, {"before": before, "after": how})
    return patient


def _last_plan(session: Session, viewer: Viewer, patient_id: UUID, seen: UUID | None) -> SafetyPlan | None:
    """The plan that stands; `Changed` where it is not the one that was seen."""
    queries.patient(session, viewer, patient_id, queries.ASSESS)
    found = queries.plans(session, viewer, patient_id)
    last = found[0][0] if found else None
    if (last.id if last else None) != seen:
        raise Changed(last)
    return last


def _plan(viewer: Viewer, patient_id: UUID, plan: Plan, now: datetime) -> SafetyPlan:
    return SafetyPlan(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, made_on=plan.made_on, text="",
        parts=dict(plan.parts), language=plan.language, reason=plan.reason, made_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip


def record_checks(
    session: Session, viewer: Viewer, patient_id: UUID, checks: Sequence[Check], now: datetime
) -> None:
    """Record the answers that are new; the old ones stay in the history."""
    queries.patient(session, viewer, patient_id, queries.CHECK)
    known = queries.checks(session, viewer, patient_id)
    before = {check.topic: _coded(known[check.topic][0][0]) for check in checks if check.topic in known}
    rows = [
        CheckAnswer(
            org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, topic=check.topic, positive=check.positive,
            on=check.on, note=check.note, recorded_by=viewer.account_id, recorded_at=now,
        )
        for check in checks
    ]  # fmt: skip
    session.add_all(rows)
    after = {row.topic: _coded(row) for row in rows}
    act = audit.Act(
        "record_checks", "safety", "patient", patient_id, [patient_id], {"before": before, "after": after}
    )
    audit.record(session, viewer, act)


def mark_in_error(
    session: Session, viewer: Viewer, what: str, entry_id: UUID, reason: str, now: datetime
) -> Patient:
    """Mark an entry as a mistake: it counts no more, what it had cleared is open again, and it stays on record."""
    patient, row = queries.entry(session, viewer, what, entry_id)
    row.in_error = True
    before = _coded(row)
    stood = {name: plain(value) for name, value in before.items()}
    records.keep(session, viewer, patient.id, row, {"entered in error": [stood, None]}, reason, now)
    _audit(session, viewer, f"mark_{what}_in_error", row, {"before": before})
    return patient


def _coded(row: queries.Entry) -> dict[str, Any]:
    """The coded fields of an entry: never its words."""
    if isinstance(row, SafetyPlan):
        return {"made_on": row.made_on, "parts": sorted(row.held)}
    if isinstance(row, CheckAnswer):
        return {"topic": row.topic, "positive": row.positive, "on": row.on}
    return {
        "on": row.on,
        "level": triage(row.fact).level,
        "lifts_flag": bool(row.cleared_reason),
        **row.answers,
    }


def _audit(
    session: Session, viewer: Viewer, action: str, row: queries.Entry, detail: Mapping[str, Any]
) -> None:
    audit.record(
        session, viewer, audit.Act(action, "safety", row.__tablename__, row.id, [row.patient_id], detail)
    )
