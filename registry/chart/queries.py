"""What the patient page reads: the episode's facts, and the words beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.models import (
    Account,
    Contact,
    Correction,
    Coverage,
    Decision,
    Episode,
    Patient,
    Recommendation,
    Review,
    RiskAssessment,
    SafetyPlan,
)
from registry.snapshots import Snapshot, snapshot
from registry.snapshots.packets import Printed, packets_with
from registry.snapshots.plans import goals
from registry.snapshots.trackers import Followed, trackers
from registry.workload import Work, work_on


@dataclass(frozen=True, slots=True)
class Notes:
    """The words of an episode, which the rules never read: notes of contacts, reviews, decisions, assessments."""

    contacts: Sequence[Any]
    reviews: Sequence[Any]
    decisions: Sequence[Any]
    assessments: Sequence[Any]
    plans: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the patient page shows."""

    patient: Patient
    episodes: Sequence[Episode]
    snapshot: Snapshot | None
    notes: Notes | None
    coverage: Coverage | None
    corrections: int
    packets: Sequence[Printed]
    """Those with the patient in them that were printed by the day."""
    trackers: Sequence[Followed] = ()
    goals: str = ""
    """Of the care plan that stood on the day, in the patient's words."""
    work: Work | None = None
    """None on a page that looks back: what was planned then is not kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page asks for: an episode, and the day on which one looks."""

    episode_id: UUID | None
    day: date
    today: date


def chart(session: Session, viewer: Viewer, patient_id: UUID, asked: Asked) -> Chart:
    """The page of one patient: the open episode, else the last one, else the one that was asked for."""
    patient = scope.patient(session, viewer, patient_id)
    ordered = scope.episodes(viewer).where(Episode.patient_id == patient_id)
    found = session.scalars(
        ordered.order_by(Episode.closed_on.is_not(None), Episode.referred_on.desc())
    ).all()
    if asked.episode_id not in (None, *(one.id for one in found)):
        raise scope.NotVisible("episode")
    episodes = _by_then(found, asked)
    shown = _shown(episodes, asked.episode_id)
    whole = snapshot(session, viewer.org_id, shown.id) if shown else None
    notes = _notes(session, viewer, shown) if shown else None
    _record_read(session, viewer, patient, asked)
    return Chart(
        patient, episodes, whole and whole.as_of(asked.day, asked.today), notes,
        _coverage(session, viewer, patient_id, asked.day),
        _corrections(session, viewer, patient_id),
        packets_with(session, viewer, shown.id, asked.day) if shown else [],
        trackers(session, viewer.org_id, patient_id, asked.day),
        goals(session, viewer.org_id, [patient_id], asked.day).get(patient_id, ""),
        _work(session, viewer, patient_id, whole, asked),
    )  # fmt: skip


def _work(
    session: Session, viewer: Viewer, patient_id: UUID, whole: Snapshot | None, asked: Asked
) -> Work | None:
    """What there is to do, and by whom; an episode that is over asks for nothing."""
    if asked.day < asked.today:
        return None
    is_open = whole is not None and whole.facts.status != "closed"
    return work_on(session, viewer, patient_id, whole if is_open else None, asked.today)


def _by_then(found: Iterable[Episode], asked: Asked) -> Sequence[Episode]:
    """The episodes that had begun by the day, the one that was open then first."""
    begun = [one for one in found if one.referred_on <= asked.day]
    if asked.day == asked.today:
        return begun
    return sorted(begun, key=lambda one: (one.closed_on or date.max) > asked.day, reverse=True)


def _shown(episodes: Sequence[Episode], wanted: UUID | None) -> Episode | None:
    """The one that was asked for; where it had not begun by the day, the one of that day."""
    return next((one for one in episodes if one.id == wanted), next(iter(episodes), None))


def _record_read(session: Session, viewer: Viewer, patient: Patient, asked: Asked) -> None:
    detail = {"as_of": asked.day} if asked.day < asked.today else {}
    audit.record(session, viewer, audit.Act("read", "chart", "patient", patient.id, [patient.id], detail))


def _coverage(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> Coverage | None:
    mine = select(Coverage).where(Coverage.org_id == viewer.org_id, Coverage.patient_id == patient_id)
    current = mine.where(
        Coverage.started_on <= today, or_(Coverage.ended_on.is_(None), Coverage.ended_on >= today)
    )
    return session.scalars(current.order_by(Coverage.started_on.desc())).first()


def _corrections(session: Session, viewer: Viewer, patient_id: UUID) -> int:
    mine = Correction.org_id == viewer.org_id, Correction.patient_id == patient_id
    return session.scalar(select(func.count()).select_from(Correction).where(*mine)) or 0


def _notes(session: Session, viewer: Viewer, episode: Episode) -> Notes:
    org = viewer.org_id
    contacts = (
        select(Contact.id, Contact.note, Contact.with_caregiver, Contact.started_at, Account.name)
        .outerjoin(Account, Account.id == Contact.author_id)
        .where(Contact.org_id == org, Contact.episode_id == episode.id, Contact.in_error.is_(False))
    )
    reviews = (
        select(Review.id, Review.on, Review.impression, Review.signed_at, Review.amends_id, Account.name)
        .outerjoin(Account, Account.id == Review.consultant_id)
        .where(Review.org_id == org, Review.episode_id == episode.id)
    )
    advice = and_(Recommendation.org_id == Decision.org_id, Recommendation.id == Decision.recommendation_id)
    note = and_(Review.org_id == Recommendation.org_id, Review.id == Recommendation.review_id)
    decisions = (
        select(
            Decision.on,
            Decision.kind,
            Decision.reason,
            Decision.decided_by,
            Recommendation.number,
            Review.id,
            Review.on.label("signed_on"),
        )
        .join(Recommendation, advice)
        .join(Review, note)
        .where(Review.org_id == org, Review.episode_id == episode.id)
    )
    assessments = (
        select(RiskAssessment.id, RiskAssessment.on, RiskAssessment.actions, RiskAssessment.means,
               RiskAssessment.cleared_reason, Account.name)
        .outerjoin(Account, Account.id == RiskAssessment.assessed_by)
        .where(RiskAssessment.org_id == org, RiskAssessment.patient_id == episode.patient_id)
    )  # fmt: skip
    plans = (
        select(SafetyPlan.id, SafetyPlan.made_on, Account.name)
        .outerjoin(Account, Account.id == SafetyPlan.made_by)
        .where(
            SafetyPlan.org_id == org,
            SafetyPlan.patient_id == episode.patient_id,
            SafetyPlan.in_error.is_(False),
        )
    )
    return Notes(
        *(session.execute(found).all() for found in (contacts, reviews, decisions, assessments, plans))
    )
