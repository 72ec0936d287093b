"""Rows to facts: what the rules and the pages know of one episode or of ten thousand, in eleven statements."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, Text, and_, func, null, select, type_coerce
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
ONE_DAY = timedelta(days=1)
LOOK_AFTER = timedelta(days=365)
"""And this long after the close: the watch over relapse (D6)."""

T = TypeVar("T")
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


def snapshots(session: Session, org_id: UUID, chosen: Chosen, answers: bool = False) -> list[Snapshot]:
    """Every chosen episode (`chosen` selects `Episode.id` inside the viewer's scope) with its facts.

    `answers` loads the items of each score, which no rule needs and a printed profile does.
    """
    rows = _execute(session, _episodes(org_id, chosen))
    return _assemble(session, org_id, chosen, rows, answers) if rows else []


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
        scores=_scores(session, patient.org_id, whose, answers=False)(patient.id.hex),
        risk_assessments=_assessments(session, patient.org_id, whose)(patient.id.hex),
        safety_plans=_plans(session, patient.org_id, whose)(patient.id.hex),
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
    later = aliased(Episode)
    followed = (
        select(func.min(later.referred_on))
        .where(
            later.org_id == Episode.org_id,
            later.patient_id == Episode.patient_id,
            later.referred_on > Episode.referred_on,
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
            *_subject_columns(manager, consultant), Episode.referred_on, consented, Episode.enrolled_on,
            Episode.closed_on, Episode.primary_scale, bipolar, followed,
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


def _assemble(session: Session, org_id: UUID, chosen: Chosen, rows: Any, answers: bool) -> list[Snapshot]:
    whose = select(Episode.patient_id).where(Episode.org_id == org_id, Episode.id.in_(chosen))
    statuses = _statuses(session, org_id, chosen)
    contacts = _contacts(session, org_id, chosen)
    marks = _marks(session, org_id, chosen)
    reviews = _reviews(session, org_id, chosen)
    scores = _scores(session, org_id, whose, answers)
    medications = _medications(session, org_id, whose)
    assessments = _assessments(session, org_id, whose)
    plans = _plans(session, org_id, whose)
    found = []
    for row in rows:
        who = Subject(*row[:-7])
        referred_on, consented_on, enrolled_on, closed_on, primary_scale, bipolar, followed_on = row[-7:]
        episode, patient = who.episode_id.hex, who.patient_id.hex
        facts = f.EpisodeFacts(
            episode_id=who.episode_id,
            patient_id=who.patient_id,
            birth_date=who.birth_date,
            referred_on=referred_on,
            consented_on=consented_on,
            enrolled_on=enrolled_on,
            closed_on=closed_on,
            primary_scale=primary_scale or "phq9",
            status_changes=statuses(episode),
            scores=_within(scores(patient), referred_on, closed_on, followed_on),
            contacts=contacts(episode),
            medications=medications(patient),
            reviews=reviews(episode),
            risk_assessments=assessments(patient),
            safety_plans=plans(patient),
            agenda_marks=marks(episode),
            next_action=who.next_action,
            next_action_due_on=who.next_due_on,
            bipolar_screen=None if bipolar is None else "positive" if bipolar else "negative",
        )
        found.append(Snapshot(who, facts))
    return found


def _subject_columns(manager: Any, consultant: Any) -> tuple[Any, ...]:
    """The columns of a `Subject`, in its order."""
    return (
        Episode.id, Episode.patient_id, Episode.clinic_id, Clinic.name, Patient.family_name, Patient.given_name,
        Patient.mrn, Patient.birth_date, Patient.sex, Patient.language, Patient.interpreter, Patient.phone,
        Patient.contact_by, Patient.contact_note, Patient.pcp_id, func.coalesce(Provider.name, ""),
        Episode.care_manager_id, func.coalesce(manager.name, ""), func.coalesce(manager.phone, ""),
        Episode.consultant_id, func.coalesce(consultant.name, ""), Episode.primary_condition, Episode.icd10,
        Episode.target, Episode.psychosocial, Episode.close_reason, func.coalesce(NextAction.action, ""),
        NextAction.due_on, func.coalesce(NextAction.version, 0),
    )  # fmt: skip


def _within(
    scores: tuple[f.Score, ...], referred_on: date, closed_on: date | None, followed_on: date | None
) -> tuple[f.Score, ...]:
    """The scores of this episode's time; those of an earlier one, or of the one that followed, judge nothing here."""
    first = referred_on - LOOK_BACK
    last = closed_on + LOOK_AFTER if closed_on else date.max
    if closed_on and followed_on:
        last = max(closed_on, min(last, followed_on - ONE_DAY))
    return tuple([score for score in scores if first <= score.taken_on <= last])


def _grouped(pairs: Iterable[tuple[Any, T]]) -> Callable[[str], tuple[T, ...]]:
    """The values of each key, by its 32 digits. Keys come raw (`_raw`): to make a UUID of each would cost more."""
    found: dict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[_digits(key)].append(value)
    return lambda key: tuple(found.get(key, ()))


def _digits(key: Any) -> str:
    """A raw key as the groups know it."""
    return key if isinstance(key, str) else key.hex


@lru_cache(maxsize=2**16)
def _id(value: Any) -> UUID:
    """The UUID of a raw key; the ids of a caseload come again with every look at it."""
    return value if isinstance(value, UUID) else UUID(value)


def _execute(session: Session, query: Any) -> Any:
    """Plain rows as the connection gives them: none is an object that the session would have to keep."""
    session.flush()
    return session.connection().execute(query).all()


def _raw(column: Any) -> Any:
    """A column as the driver gives it: text on SQLite, the driver's own type on PostgreSQL."""
    return type_coerce(column, Text)


@lru_cache(maxsize=4096)
def _decoded(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text) or ())


def _codes(value: Any) -> tuple[str, ...]:
    """A list of codes; the same few combinations come again and again."""
    return _decoded(value) if isinstance(value, str) else tuple(value or ())


def _statuses(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[str], tuple[f.StatusChange, ...]]:
    table = EpisodeStatus
    rows = _execute(
        session,
        select(_raw(table.episode_id), table.on, table.status, table.reason).where(
            table.org_id == org_id, table.episode_id.in_(chosen)
        ),
    )
    return _grouped((row[0], f.StatusChange(*row[1:])) for row in rows)


def _contacts(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[str], tuple[f.Contact, ...]]:
    table = Contact
    rows = _execute(
        session,
        select(
            _raw(table.episode_id), _raw(table.id), table.on, table.kind, table.modality, table.minutes, table.author_role,
            table.reached, table.discuss, table.question, _raw(table.interventions),
        ).where(table.org_id == org_id, table.episode_id.in_(chosen), table.in_error.is_(False))
    )  # fmt: skip
    return _grouped(
        (
            key,
            f.Contact(_id(id_), on, kind, modality, minutes, role, reached, discuss, question, _codes(codes)),
        )
        for key, id_, on, kind, modality, minutes, role, reached, discuss, question, codes in rows
    )


def _scores(
    session: Session, org_id: UUID, whose: Chosen, answers: bool
) -> Callable[[str], tuple[f.Score, ...]]:
    table = Measure
    rows = _execute(
        session,
        select(
            _raw(table.patient_id), _raw(table.id), table.instrument, table.taken_on, table.total, table.answered,
            table.items if answers else null(), table.item9, table.source, table.prorated, table.reviewed_on,
        ).where(table.org_id == org_id, table.patient_id.in_(whose), table.in_error.is_(False))
    )  # fmt: skip
    return _grouped(
        (
            key,
            f.Score(
                _id(id_),
                name,
                on,
                total,
                answered,
                items and tuple(items),
                item9,
                source,
                prorated,
                reviewed_on,
            ),
        )
        for key, id_, name, on, total, answered, items, item9, source, prorated, reviewed_on in rows
    )


def _medications(session: Session, org_id: UUID, whose: Chosen) -> Callable[[str], tuple[f.Medication, ...]]:
    drug, dose = Medication, DoseEvent
    rows = _execute(
        session,
        select(
            _raw(drug.patient_id).label("key"), _raw(drug.id).label("id"), drug.name, dose.on, dose.kind, dose.dose_mg, dose.text, dose.reason
        )
        .outerjoin(dose, and_(dose.org_id == drug.org_id, dose.medication_id == drug.id, dose.in_error.is_(False)))
        .where(drug.org_id == org_id, drug.patient_id.in_(whose), drug.in_error.is_(False), drug.psychotropic)
    )  # fmt: skip
    events = _grouped((row.id, f.DoseEvent(*row[3:])) for row in rows if row.kind)
    drugs = {row.id: row for row in rows}.values()
    return _grouped(
        (row.key, f.Medication(_id(row.id), row.name, "psychotropic", events(_digits(row.id))))
        for row in drugs
    )


def _assessments(
    session: Session, org_id: UUID, whose: Chosen
) -> Callable[[str], tuple[f.RiskAssessment, ...]]:
    table, link = RiskAssessment, AssessedScore
    rows = _execute(
        session,
        select(
            _raw(table.patient_id), _raw(table.id).label("id"), table.on, table.wish_dead, table.thoughts, table.method, table.intent,
            table.plan, table.behaviour_lifetime, table.behaviour_3_months, table.cleared_reason, table.recorded_at,
            _raw(link.measure_id).label("measure_id"),
        )
        .outerjoin(link, and_(link.org_id == table.org_id, link.risk_assessment_id == table.id))
        .where(table.org_id == org_id, table.patient_id.in_(whose), table.in_error.is_(False))
    )  # fmt: skip
    scores = _grouped((row.id, _id(row.measure_id)) for row in rows if row.measure_id)
    one_each = {row.id: row for row in rows}.values()
    return _grouped(
        (row[0], f.RiskAssessment(_id(row.id), row.on, frozenset(scores(_digits(row.id))), *row[3:12]))
        for row in one_each
    )


def _plans(session: Session, org_id: UUID, whose: Chosen) -> Callable[[str], tuple[f.SafetyPlan, ...]]:
    table = SafetyPlan
    rows = _execute(
        session,
        select(_raw(table.patient_id), _raw(table.id), table.made_on).where(
            table.org_id == org_id, table.patient_id.in_(whose), table.in_error.is_(False)
        ),
    )
    return _grouped((row[0], f.SafetyPlan(_id(row[1]), row[2])) for row in rows)


def _marks(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[str], tuple[f.AgendaMark, ...]]:
    table = AgendaMark
    rows = _execute(
        session,
        select(
            _raw(table.episode_id), table.kind, table.on, table.by_role, table.text, table.review_on
        ).where(table.org_id == org_id, table.episode_id.in_(chosen)),
    )
    return _grouped((row[0], f.AgendaMark(*row[1:])) for row in rows)


def _reviews(session: Session, org_id: UUID, chosen: Chosen) -> Callable[[str], tuple[f.Review, ...]]:
    """Signed reviews with their advice and what became of it; an amended note is told by its amendment."""
    note, advice, step = Review, Recommendation, Decision
    rows = _execute(
        session,
        select(
            _raw(note.episode_id), _raw(note.id), _raw(note.amends_id), note.on,
            _raw(advice.id), advice.number, advice.category, advice.text, advice.judge_on, advice.if_fails,
            step.on, step.kind, step.reason, step.recorded_at,
        )
        .outerjoin(advice, and_(advice.org_id == note.org_id, advice.review_id == note.id))
        .outerjoin(step, and_(step.org_id == advice.org_id, step.recommendation_id == advice.id))
        .where(note.org_id == org_id, note.episode_id.in_(chosen), note.signed_at.is_not(None))
    )  # fmt: skip
    amended = {row[2] for row in rows}
    steps = _grouped((row[4], f.Decision(*row[10:])) for row in rows if row[11])
    lines = {row[4]: row for row in rows if row[4]}
    advised = _grouped(
        (row[1], f.Recommendation(_id(key), row[5], row[6], row[7], row[8], row[9], steps(_digits(key))))
        for key, row in lines.items()
    )
    notes = {row[1]: row for row in rows if row[1] not in amended}
    return _grouped((row[0], f.Review(_id(key), row[3], advised(_digits(key)))) for key, row in notes.items())
