"""Rows to facts: what the rules and the pages know of one episode or of ten thousand, in eleven statements."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from registry.clinical import facts as f
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.models import (
    Account,
    AgendaMark,
    AssessedScore,
    CheckAnswer,
    Clinic,
    Consent,
    Contact,
    Decision,
    DoseEvent,
    Episode,
    EpisodeStatus,
    Measure,
    Medication,
    NextAction,
    Patient,
    Provider,
    Recommendation,
    Review,
    RiskAssessment,
    SafetyPlan,
)

LOOK_BACK = timedelta(days=max(30, DEFAULT_PROTOCOL.safety_look_back.value))
"""Scores this long before the referral belong to the picture: what made the patient eligible, and an open item 9."""
LOOK_AFTER = timedelta(days=365)
"""And this long after the close: the watch over relapse (D6)."""

T = TypeVar("T")
Key = TypeVar("Key", bound=Hashable)
Chosen = Select[UUID]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an episode is about and who looks after them: plain values for a page's head or row."""

    episode_id: UUID
    patient_id: UUID
    clinic_id: UUID
    clinic: str
    family_name: str
    given_name: str
    mrn: str
    birth_date: date
    sex: str
    language: str
    interpreter: bool
    phone: str
    contact_by: str
    contact_note: str
    pcp_id: UUID | None
    pcp: str
    care_manager_id: UUID | None
    care_manager: str
    care_manager_phone: str
    consultant_id: UUID | None
    consultant: str
    primary_condition: str
    icd10: str
    target: str
    psychosocial: str
    close_reason: str | None
    next_action: str
    next_due_on: date | None
    next_version: int
    """0 where no next action was ever set."""

    @property
    def name(self) -> str:
        return f"{self.family_name}, {self.given_name}"

    def age(self, today: date) -> int:
        """Completed years."""
        birthday_to_come = (today.month, today.day) < (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - birthday_to_come


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One episode: whom it is about, and the facts that the rules judge."""

    subject: Subject
    facts: f.EpisodeFacts


def snapshots(session: Session, org_id: UUID, chosen: Chosen) -> list[Snapshot]:
    """Every chosen episode (`chosen` selects `Episode.id` inside the viewer's scope) with its facts."""
    rows = session.execute(_episodes(org_id, chosen)).all()
    return _assemble(session, org_id, chosen, rows) if rows else []


def snapshot(session: Session, org_id: UUID, episode_id: UUID) -> Snapshot | None:
    """One episode, whose visibility the caller has already asked for."""
    chosen = select(Episode.id).where(Episode.org_id == org_id, Episode.id == episode_id)
    found = snapshots(session, org_id, chosen)
    return found[0] if found else None


def without_episode(session: Session, patient: Patient) -> f.EpisodeFacts:
    """What is known of the safety of a patient who was never referred: scores, assessments and plans."""
    whose = select(Patient.id).where(Patient.org_id == patient.org_id, Patient.id == patient.id)
    return f.EpisodeFacts(
        episode_id="",
        patient_id=patient.id,
        birth_date=patient.birth_date,
        scores=_scores(session, patient.org_id, whose)(patient.id),
        risk_assessments=_assessments(session, patient.org_id, whose)(patient.id),
        safety_plans=_plans(session, patient.org_id, whose)(patient.id),
    )


def _episodes(org_id: UUID, chosen: Chosen) -> Any:
    """Episode, patient, PCP, team and next action of each chosen episode: one row each."""
    manager, consultant = aliased(Account), aliased(Account)
    consented = (
        select(func.max(Consent.given_on))
        .where(
            Consent.org_id == Episode.org_id, Consent.episode_id == Episode.id, Consent.withdrawn_on.is_(None)
        )
        .scalar_subquery()
    )
    bipolar = (
        select(CheckAnswer.positive)
        .where(
            CheckAnswer.org_id == Episode.org_id,
            CheckAnswer.patient_id == Episode.patient_id,
            CheckAnswer.topic == "bipolar",
            CheckAnswer.in_error.is_(False),
        )
        .order_by(CheckAnswer.on.desc(), CheckAnswer.recorded_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Episode.id, Episode.patient_id, Episode.clinic_id, Clinic.name.label("clinic"), Patient.family_name,
            Patient.given_name, Patient.mrn, Patient.birth_date, Patient.sex, Patient.language, Patient.interpreter,
            Patient.phone, Patient.contact_by, Patient.contact_note, Patient.pcp_id,
            Provider.name.label("pcp"), Episode.care_manager_id, manager.name.label("care_manager"),
            manager.phone.label("care_manager_phone"), Episode.consultant_id, consultant.name.label("consultant"),
            Episode.primary_condition, Episode.icd10, Episode.target, Episode.psychosocial, Episode.close_reason,
            NextAction.action, NextAction.due_on, NextAction.version.label("next_version"),
            Episode.referred_on, Episode.enrolled_on, Episode.closed_on, Episode.primary_scale,
            consented.label("consented_on"), bipolar.label("bipolar"),
        )
        .join(Patient, and_(Patient.org_id == Episode.org_id, Patient.id == Episode.patient_id))
        .join(Clinic, and_(Clinic.org_id == Episode.org_id, Clinic.id == Episode.clinic_id))
        .outerjoin(Provider, and_(Provider.org_id == Patient.org_id, Provider.id == Patient.pcp_id))
        .outerjoin(manager, manager.id == Episode.care_manager_id)
        .outerjoin(consultant, consultant.id == Episode.consultant_id)
        .outerjoin(NextAction, and_(NextAction.org_id == Episode.org_id, NextAction.episode_id == Episode.id))
        .where(Episode.org_id == org_id, Episode.id.in_(chosen))
        .order_by(Patient.search_name, Episode.id)
    )  # fmt: skip


def _assemble(session: Session, org_id: UUID, chosen: Chosen, rows: Sequence[Row[Any]]) -> list[Snapshot]:
    whose = select(Episode.patient_id).where(Episode.org_id == org_id, Episode.id.in_(chosen))
    statuses = _statuses(session, org_id, chosen)
    contacts = _contacts(session, org_id, chosen)
    marks = _marks(session, org_id, chosen)
    reviews = _reviews(session, org_id, chosen)
    scores = _scores(session, org_id, whose)
    medications = _medications(session, org_id, whose)
    assessments = _assessments(session, org_id, whose)
    plans = _plans(session, org_id, whose)
    return [
        Snapshot(
            _subject(row),
            f.EpisodeFacts(
                episode_id=row.id,
                patient_id=row.patient_id,
                birth_date=row.birth_date,
                referred_on=row.referred_on,
                consented_on=row.consented_on,
                enrolled_on=row.enrolled_on,
                closed_on=row.closed_on,
                primary_scale=row.primary_scale or "phq9",
                status_changes=statuses(row.id),
                scores=_within(scores(row.patient_id), row),
                contacts=contacts(row.id),
                medications=medications(row.patient_id),
                reviews=reviews(row.id),
                risk_assessments=assessments(row.patient_id),
                safety_plans=plans(row.patient_id),
                agenda_marks=marks(row.id),
                next_action=row.action or "",
                next_action_due_on=row.due_on,
                bipolar_screen=None if row.bipolar is None else "positive" if row.bipolar else "negative",
            ),
        )
        for row in rows
    ]


def _subject(row: Row[Any]) -> Subject:
    return Subject(
        row.id, row.patient_id, row.clinic_id, row.clinic, row.family_name, row.given_name, row.mrn, row.birth_date,
        row.sex, row.language, row.interpreter, row.phone, row.contact_by, row.contact_note, row.pcp_id,
        row.pcp or "", row.care_manager_id, row.care_manager or "", row.care_manager_phone or "",
        row.consultant_id, row.consultant or "", row.primary_condition, row.icd10, row.target, row.psychosocial,
        row.close_reason, row.action or "", row.due_on, row.next_version or 0,
    )  # fmt: skip


def _within(scores: tuple[f.Score, ...], row: Row[Any]) -> tuple[f.Score, ...]:
    """The scores of this episode's time; those of an earlier one judge nothing here."""
    first = row.referred_on - LOOK_BACK
    last = row.closed_on + LOOK_AFTER if row.closed_on else date.max
    return tuple(score for score in scores if first <= score.taken_on <= last)


def _grouped(pairs: Iterable[tuple[Key, T]]) -> Callable[[Key], tuple[T, ...]]:
    found: dict[Key, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return lambda key: tuple(found.get(key, ()))


def _statuses(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[UUID], tuple[f.StatusChange, ...]]:
    table = EpisodeStatus
    rows: Any = session.execute(
        select(table.episode_id, table.on, table.status, table.reason).where(
            table.org_id == org_id, table.episode_id.in_(chosen)
        )
    )
    return _grouped((row[0], f.StatusChange(*row[1:])) for row in rows)


def _contacts(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[UUID], tuple[f.Contact, ...]]:
    table = Contact
    rows: Any = session.execute(
        select(
            table.episode_id, table.id, table.on, table.kind, table.modality, table.minutes, table.author_role,
            table.reached, table.discuss, table.question, table.interventions,
        ).where(table.org_id == org_id, table.episode_id.in_(chosen), table.in_error.is_(False))
    )  # fmt: skip
    return _grouped((row.episode_id, _contact(row)) for row in rows)


def _contact(row: Row[Any]) -> f.Contact:
    return f.Contact(
        row.id, row.on, row.kind, row.modality, row.minutes, row.author_role, row.reached, row.discuss, row.question,
        tuple(row.interventions or ()),
    )  # fmt: skip


def _scores(session: Session, org_id: UUID, whose: Chosen) -> Callable[[UUID], tuple[f.Score, ...]]:
    table = Measure
    rows: Any = session.execute(
        select(
            table.patient_id, table.id, table.instrument, table.taken_on, table.total, table.answered, table.items,
            table.item9, table.source, table.prorated, table.reviewed_on,
        ).where(table.org_id == org_id, table.patient_id.in_(whose), table.in_error.is_(False))
    )  # fmt: skip
    return _grouped((row.patient_id, _score(row)) for row in rows)


def _score(row: Row[Any]) -> f.Score:
    items = None if row.items is None else tuple(row.items)
    return f.Score(
        row.id, row.instrument, row.taken_on, row.total, row.answered, items, row.item9, row.source, row.prorated,
        row.reviewed_on,
    )  # fmt: skip


def _medications(session: Session, org_id: UUID, whose: Chosen) -> Callable[[UUID], tuple[f.Medication, ...]]:
    drug, dose = Medication, DoseEvent
    rows: Any = session.execute(
        select(
            drug.patient_id, drug.id, drug.name, dose.on, dose.kind, dose.dose_mg, dose.text, dose.reason
        )
        .join(dose, and_(dose.org_id == drug.org_id, dose.medication_id == drug.id, dose.in_error.is_(False)))
        .where(drug.org_id == org_id, drug.patient_id.in_(whose), drug.in_error.is_(False), drug.psychotropic)
    ).all()  # fmt: skip
    events = _grouped((row.id, f.DoseEvent(*row[3:])) for row in rows)
    drugs = {row.id: row for row in rows}.values()
    return _grouped(
        (row.patient_id, f.Medication(row.id, row.name, "psychotropic", events(row.id))) for row in drugs
    )


def _assessments(
    session: Session, org_id: UUID, whose: Chosen
) -> Callable[[UUID], tuple[f.RiskAssessment, ...]]:
    table, link = RiskAssessment, AssessedScore
    rows: Any = session.execute(
        select(
            table.patient_id, table.id, table.on, table.wish_dead, table.thoughts, table.method, table.intent,
            table.plan, table.behaviour_lifetime, table.behaviour_3_months, table.cleared_reason, table.recorded_at,
            link.measure_id,
        )
        .outerjoin(link, and_(link.org_id == table.org_id, link.risk_assessment_id == table.id))
        .where(table.org_id == org_id, table.patient_id.in_(whose), table.in_error.is_(False))
    ).all()  # fmt: skip
    scores = _grouped((row.id, row.measure_id) for row in rows if row.measure_id)
    one_each = {row.id: row for row in rows}.values()
    return _grouped(
        (row[0], f.RiskAssessment(row.id, row.on, frozenset(scores(row.id)), *row[3:12])) for row in one_each
    )


def _plans(session: Session, org_id: UUID, whose: Chosen) -> Callable[[UUID], tuple[f.SafetyPlan, ...]]:
    table = SafetyPlan
    rows: Any = session.execute(
        select(table.patient_id, table.id, table.made_on).where(
            table.org_id == org_id, table.patient_id.in_(whose), table.in_error.is_(False)
        )
    )
    return _grouped((row[0], f.SafetyPlan(row[1], row[2])) for row in rows)


def _marks(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[UUID], tuple[f.AgendaMark, ...]]:
    table = AgendaMark
    rows: Any = session.execute(
        select(table.episode_id, table.kind, table.on, table.by_role, table.text, table.review_on).where(
            table.org_id == org_id, table.episode_id.in_(chosen)
        )
    )
    return _grouped((row[0], f.AgendaMark(*row[1:])) for row in rows)


def _reviews(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[UUID], tuple[f.Review, ...]]:
    """Signed reviews with their advice and what became of it; an amended note is told by its amendment."""
    note, advice, step = Review, Recommendation, Decision
    rows: Any = session.execute(
        select(
            note.episode_id, note.id, note.amends_id, note.on, advice.id.label("advice_id"), advice.number,
            advice.category, advice.text, advice.judge_on, advice.if_fails, step.on.label("step_on"), step.kind,
            step.reason, step.recorded_at,
        )
        .outerjoin(advice, and_(advice.org_id == note.org_id, advice.review_id == note.id))
        .outerjoin(step, and_(step.org_id == advice.org_id, step.recommendation_id == advice.id))
        .where(note.org_id == org_id, note.episode_id.in_(chosen), note.signed_at.is_not(None))
    ).all()  # fmt: skip
    amended = {row.amends_id for row in rows}
    steps = _grouped(
        (row.advice_id, f.Decision(row.step_on, row.kind, row.reason, row.recorded_at))
        for row in rows
        if row.kind
    )
    lines = {row.advice_id: row for row in rows if row.advice_id}.values()
    advised = _grouped((row.id, _advice(row, steps(row.advice_id))) for row in lines)
    notes = {row.id: row for row in rows if row.id not in amended}.values()
    return _grouped((row.episode_id, f.Review(row.id, row.on, advised(row.id))) for row in notes)


def _advice(row: Row[Any], steps: tuple[f.Decision, ...]) -> f.Recommendation:
    return f.Recommendation(
        row.advice_id, row.number, row.category, row.text, row.judge_on, row.if_fails, steps
    )
