"""What the pages about safety read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.clinical import facts as f
from registry.clinical.protocol import Protocol
from registry.clinical.risk import RiskFlag, open_item9, risk_flag
from registry.documents.sheets import Team
from registry.models import (
    Account,
    AssessedScore,
    CheckAnswer,
    Clinic,
    Episode,
    Measure,
    Patient,
    RiskAssessment,
    SafetyPlan,
)
from registry.records import from_version
from registry.snapshots import snapshot, without_episode
from registry.snapshots.protocols import protocol_for
from registry.snapshots.rows import scores_of

ASSESS, CHECK = "assess_risk", "record_contact"
Entry = RiskAssessment | SafetyPlan | CheckAnswer
ENTRIES: dict[str, tuple[type[Entry], str]] = {
    "assessment": (RiskAssessment, ASSESS),
    "plan": (SafetyPlan, ASSESS),
    "check": (CheckAnswer, CHECK),
}
"""What can be marked as entered in error, and the action that it takes."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A patient, and what stands open about their safety."""

    patient: Patient
    facts: f.EpisodeFacts
    open_scores: tuple[f.Score, ...]
    flag: RiskFlag
    protocol: Protocol


@dataclass(frozen=True, slots=True)
class Past:
    """One assessment as it was recorded."""

    row: RiskAssessment
    by: str
    scores: Sequence[Measure]


def patient(session: Session, viewer: Viewer, patient_id: UUID, action: str) -> Patient:
    """The patient whom this person may record for, or `NotVisible`."""
    return scope.patient(session, viewer, patient_id, action)


def ground(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> Ground:
    """The patient, the facts of the open episode (else the last one), the open scores and the flag."""
    found = patient(session, viewer, patient_id, ASSESS)
    facts = _facts(session, viewer, found).as_of(today)
    protocol = protocol_for(session, viewer.org_id, found.clinic_id, today)
    return Ground(found, facts, open_item9(facts, protocol), risk_flag(facts.risk_assessments), protocol)


def _facts(session: Session, viewer: Viewer, found: Patient) -> f.EpisodeFacts:
    episode = scope.current_episode(session, viewer, found.id, ASSESS)
    seen = snapshot(session, viewer.org_id, episode.id) if episode else None
    return seen.facts if seen else without_episode(session, found)


def assessments(session: Session, viewer: Viewer, patient_id: UUID) -> list[Past]:
    """Every assessment, the last first, also those that were entered in error."""
    found = (
        select(RiskAssessment, Account.name)
        .outerjoin(Account, Account.id == RiskAssessment.assessed_by)
        .where(RiskAssessment.org_id == viewer.org_id, RiskAssessment.patient_id == patient_id)
        .order_by(RiskAssessment.on.desc(), RiskAssessment.recorded_at.desc())
    )
    named = _named_scores(session, viewer, patient_id)
    return [Past(row, name or "", named.get(row.id, [])) for row, name in session.execute(found)]


def _named_scores(session: Session, viewer: Viewer, patient_id: UUID) -> dict[UUID, list[Measure]]:
    """The scores that each assessment of the patient answers."""
    found = (
        select(AssessedScore.risk_assessment_id, Measure)
        .join(Measure, (Measure.org_id == AssessedScore.org_id) & (Measure.id == AssessedScore.measure_id))
        .where(AssessedScore.org_id == viewer.org_id, Measure.patient_id == patient_id)
        .order_by(Measure.taken_on)
    )
    named: dict[UUID, list[Measure]] = {}
    for assessment_id, measure in session.execute(found):
        named.setdefault(assessment_id, []).append(measure)
    return named


def plans(session: Session, viewer: Viewer, patient_id: UUID) -> list[tuple[SafetyPlan, str]]:
    """Every safety plan that stands with who made it, the last first."""
    found = (
        select(SafetyPlan, Account.name)
        .outerjoin(Account, Account.id == SafetyPlan.made_by)
        .where(
            SafetyPlan.org_id == viewer.org_id,
            SafetyPlan.patient_id == patient_id,
            SafetyPlan.in_error.is_(False),
        )
        .order_by(SafetyPlan.made_on.desc(), SafetyPlan.recorded_at.desc())
    )
    return [(row, name or "") for row, name in session.execute(found)]


def plans_since(session: Session, viewer: Viewer, patient_id: UUID, version: UUID | None) -> list[SafetyPlan]:
    """One version that stands and all after it, the last first; without a version the last alone."""
    return from_version([row for row, _ in plans(session, viewer, patient_id)], version)


def team(session: Session, viewer: Viewer, one: Patient) -> Team:
    """Whom the patient calls, as a printed plan names them."""
    clinic = select(Clinic.name).where(Clinic.org_id == viewer.org_id, Clinic.id == one.clinic_id)
    manager = (
        select(Account.name, Account.phone)
        .join(Episode, (Episode.org_id == Account.org_id) & (Episode.care_manager_id == Account.id))
        .where(Episode.org_id == viewer.org_id, Episode.patient_id == one.id)
        .order_by(Episode.closed_on.is_not(None), Episode.referred_on.desc())
    )
    found = session.execute(manager).first()
    return Team(
        session.scalar(clinic) or "", found.name if found else "", (found.phone or "") if found else ""
    )


def checks(session: Session, viewer: Viewer, patient_id: UUID) -> dict[str, list[tuple[CheckAnswer, str]]]:
    """The answers that stand with who recorded them, by topic, the last first; a topic without one is unknown."""
    found = (
        select(CheckAnswer, Account.name)
        .outerjoin(Account, Account.id == CheckAnswer.recorded_by)
        .where(
            CheckAnswer.org_id == viewer.org_id,
            CheckAnswer.patient_id == patient_id,
            CheckAnswer.in_error.is_(False),
        )
        .order_by(CheckAnswer.on.desc(), CheckAnswer.recorded_at.desc())
    )
    answers: dict[str, list[tuple[CheckAnswer, str]]] = {}
    for row, name in session.execute(found):
        answers.setdefault(row.topic, []).append((row, name or ""))
    return answers


def scores(session: Session, viewer: Viewer, patient_id: UUID) -> Sequence[f.Score]:
    """The scores of the patient, some of which answer a check."""
    return scores_of(session, viewer.org_id, patient_id)


def entry(session: Session, viewer: Viewer, what: str, entry_id: UUID) -> tuple[Patient, Entry]:
    """An assessment, a plan or a check of a visible patient that stands, or `NotVisible`."""
    table, action = ENTRIES[what]
    found: Any = session.get(table, (viewer.org_id, entry_id))
    if found is None or found.in_error:
        raise NotVisible(what)
    return patient(session, viewer, found.patient_id, action), found


def note_read(session: Session, viewer: Viewer, patient_id: UUID, what: str) -> None:
    """Leave the trace of a page that showed the patient."""
    audit.record(session, viewer, audit.Act("read", "safety", what, patient_id, [patient_id]))
