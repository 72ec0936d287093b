"""What paper needs beyond the facts: problems, checks, other medication, and the words of notes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from registry.clinical.trackers import Tracked
from registry.models import (
    Account,
    CheckAnswer,
    DoseEvent,
    Medication,
    Pathway,
    Problem,
    Recommendation,
    Review,
    RiskAssessment,
    SafetyPlan,
)
from registry.snapshots import Snapshot
from registry.snapshots.plans import goals
from registry.snapshots.trackers import tracked

Groups = dict[UUID, list[Any]]


@dataclass(frozen=True, slots=True)
class Background:
    """What stands beside the facts of one episode; an empty group is 'not known'."""

    problems: Sequence[Any]
    checks: Sequence[Any]
    other_medications: Sequence[Any]
    notes: Sequence[Any]
    reasons: Sequence[Any]
    """Why each recommendation was given, where its author said so."""
    assessments: Sequence[Any]
    safety_plans: Sequence[Any]
    pathways: Sequence[Any]
    """The form of each pathway."""
    goals: str
    """Of the care plan that stands, in the patient's words."""
    trackers: Sequence[Tracked]
    """What the patient follows."""


def backgrounds(
    session: Session, org_id: UUID, seen: Sequence[Snapshot], today: date
) -> dict[UUID, Background]:
    """The background of each episode: a statement a kind of row, however many the episodes."""
    patients = {one.subject.patient_id for one in seen}
    episodes = {one.subject.episode_id for one in seen}

    def mine(table: Any) -> ColumnElement[bool]:
        return and_(table.org_id == org_id, table.patient_id.in_(patients))

    problems, checks, others, assessments, plans, pathways = (
        _grouped(session, query(mine))
        for query in (_problems, _checks, _others, _assessments, _safety_plans, _pathways)
    )
    planned, followed = goals(session, org_id, patients, today), tracked(session, org_id, patients, today)
    reviewed = and_(Review.org_id == org_id, Review.episode_id.in_(episodes))
    notes, reasons = (_grouped(session, query(reviewed)) for query in (_notes, _reasons))
    return {
        one.subject.episode_id: Background(
            problems[one.subject.patient_id],
            checks[one.subject.patient_id],
            others[one.subject.patient_id],
            notes[one.subject.episode_id],
            reasons[one.subject.episode_id],
            assessments[one.subject.patient_id],
            plans[one.subject.patient_id],
            pathways[one.subject.patient_id],
            planned.get(one.subject.patient_id, ""),
            followed.get(one.subject.patient_id, ()),
        )
        for one in seen
    }


def _grouped(session: Session, query: Any) -> Groups:
    """The rows of a statement by whose they are, which is their first column."""
    groups: Groups = defaultdict(list)
    for row in session.execute(query):
        groups[row[0]].append(row)
    return groups


def _problems(mine: Any) -> Any:
    rows = select(Problem.patient_id, Problem.title, Problem.code, Problem.behavioural, Problem.onset_on)
    return rows.where(mine(Problem), Problem.resolved_on.is_(None))


def _checks(mine: Any) -> Any:
    rows = select(
        CheckAnswer.patient_id, CheckAnswer.topic, CheckAnswer.positive, CheckAnswer.on, CheckAnswer.note
    )
    return rows.where(mine(CheckAnswer), CheckAnswer.in_error.is_(False)).order_by(
        CheckAnswer.on, CheckAnswer.recorded_at
    )


def _others(mine: Any) -> Any:
    """Medication that is not psychotropic, a row a dose event."""
    doses = and_(DoseEvent.org_id == Medication.org_id, DoseEvent.medication_id == Medication.id)
    return (
        select(Medication.patient_id, Medication.name, DoseEvent.kind, DoseEvent.on, DoseEvent.dose_mg,
               DoseEvent.recorded_at)
        .join(DoseEvent, doses)
        .where(mine(Medication), Medication.psychotropic.is_(False), Medication.in_error.is_(False),
               DoseEvent.in_error.is_(False))
        .order_by(DoseEvent.on)
    )  # fmt: skip


def _assessments(mine: Any) -> Any:
    table = RiskAssessment
    return select(table.patient_id, table.id, table.means, table.protective, table.actions).where(mine(table))


def _safety_plans(mine: Any) -> Any:
    return select(SafetyPlan.patient_id, SafetyPlan.id, SafetyPlan.parts).where(mine(SafetyPlan))


def _pathways(mine: Any) -> Any:
    return select(Pathway.patient_id, Pathway.id, Pathway.details).where(mine(Pathway))


def _notes(mine: ColumnElement[bool]) -> Any:
    """Signed reviews that gave advice, with who signed."""
    advice = and_(Recommendation.org_id == Review.org_id, Recommendation.review_id == Review.id)
    return (
        select(
            Review.episode_id,
            Review.id,
            Review.on,
            Review.impression,
            Review.reply_code,
            Review.signed_at,
            Account.name,
        )
        .outerjoin(Account, Account.id == Review.consultant_id)
        .join(Recommendation, advice)
        .where(mine, Review.signed_at.is_not(None))
        .distinct()
    )


def _reasons(mine: ColumnElement[bool]) -> Any:
    """The rationale of signed advice."""
    advice = and_(Recommendation.org_id == Review.org_id, Recommendation.review_id == Review.id)
    return (
        select(Review.episode_id, Recommendation.id, Recommendation.rationale)
        .join(Recommendation, advice)
        .where(mine, Review.signed_at.is_not(None), Recommendation.rationale != "")
    )
