"""Rows to facts, a table at a time: each loader sends one statement and hands out what belongs to a key.

The statements stand here once, without the question whom they are asked about: to build one of them for each look at a
page took longer than to run it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    and_,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from registry.clinical import facts as f
from registry.clinical.drugs import INTERACTING
from registry.models import (
    AgendaMark,
    AssessedScore,
    Contact,
    Decision,
    DoseEvent,
    EpisodeStatus,
    Measure,
    Medication,
    Recommendation,
    Review,
    RiskAssessment,
)
from registry.snapshots.among import among

T = TypeVar("T")
Keys = Collection[UUID]
Grouped = Callable[[str], tuple[T, ...]]
"""The facts of one patient or episode, by the 32 digits of its key."""


def raw(column: Any) -> Any:
    """A column as the driver gives it: text on SQLite, the driver's own type on PostgreSQL."""
    return type_coerce(column, Text)


@lru_cache(maxsize=2**16)
def id_of(value: Any) -> UUID:
    """The UUID of a raw key; the ids of a caseload come again with every look at it."""
    return value if isinstance(value, UUID) else UUID(value)


def execute(session: Session, query: Any, **values: Any) -> Any:
    """Plain rows as the connection gives them: none is an object that the session would have to keep."""
    session.flush()
    return session.connection().execute(query, values).all()


def _of(table: Any, key: Any) -> ColumnElement[bool]:
    """The rows of the organisation whose key is among those asked for."""
    return and_(table.org_id == bindparam("org_id"), among(key, "keys"))


def grouped(pairs: Iterable[tuple[Any, T]]) -> Grouped[T]:
    """The values of each key, by its digits. Keys come raw: to make a UUID of each would cost more."""
    found: dict[Any, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    by_digits = {_digits(key): tuple(values) for key, values in found.items()}
    return lambda key: by_digits.get(key, ())


def _digits(key: Any) -> str:
    """A raw key as the groups know it."""
    return key if isinstance(key, str) else key.hex


@lru_cache(maxsize=4096)
def _decoded(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text) or ())


def codes_of(value: Any) -> tuple[str, ...]:
    """A list of codes; the same few combinations come again and again."""
    return _decoded(value) if isinstance(value, str) else tuple(value or ())


_CONTACTS = select(
    raw(Contact.episode_id), raw(Contact.id), Contact.on, Contact.kind, Contact.modality, Contact.minutes,
    Contact.author_role, Contact.reached, Contact.discuss, Contact.question, raw(Contact.interventions),
).where(_of(Contact, Contact.episode_id), Contact.in_error.is_(False))  # fmt: skip


def contacts(session: Session, org_id: UUID, keys: Keys) -> Grouped[f.Contact]:
    rows = execute(session, _CONTACTS, org_id=org_id, keys=keys)
    return grouped((row[0], f.Contact._make((id_of(row[1]), *row[2:10], codes_of(row[10])))) for row in rows)


def _scores_with(items: Any) -> Any:
    return select(
        raw(Measure.patient_id), raw(Measure.id), Measure.instrument, Measure.taken_on, Measure.total,
        Measure.answered, items, Measure.item9, Measure.source, Measure.prorated, Measure.reviewed_on,
    ).where(_of(Measure, Measure.patient_id), Measure.in_error.is_(False))  # fmt: skip


_SCORES, _SCORES_WITH_ANSWERS = _scores_with(null()), _scores_with(Measure.items)


def scores(session: Session, org_id: UUID, keys: Keys, answers: bool) -> Grouped[f.Score]:
    """Without `answers` the items stay where they are: no rule needs them."""
    rows = execute(session, _SCORES_WITH_ANSWERS if answers else _SCORES, org_id=org_id, keys=keys)
    return grouped(
        (row[0], f.Score._make((id_of(row[1]), *row[2:6], _answers(row[6]), *row[7:]))) for row in rows
    )


def _answers(items: Any) -> tuple[int | None, ...] | None:
    return items and tuple(items)


_TAKEN = and_(
    DoseEvent.org_id == Medication.org_id,
    DoseEvent.medication_id == Medication.id,
    DoseEvent.in_error.is_(False),
)
_MEDICATIONS = (
    select(
        raw(Medication.patient_id).label("key"), raw(Medication.id).label("id"), Medication.name,
        Medication.psychotropic, DoseEvent.on, DoseEvent.kind, DoseEvent.dose_mg, DoseEvent.text, DoseEvent.reason,
    )
    .outerjoin(DoseEvent, _TAKEN)
    .where(
        _of(Medication, Medication.patient_id),
        Medication.in_error.is_(False),
        or_(Medication.psychotropic, Medication.name.in_(sorted(INTERACTING))),
    )
)  # fmt: skip


def medications(session: Session, org_id: UUID, keys: Keys) -> Grouped[f.Medication]:
    """Those for the mind, and of those for the body the few that bear on them, which have no class."""
    rows = execute(session, _MEDICATIONS, org_id=org_id, keys=keys)
    events = grouped((row.id, f.DoseEvent._make(row[4:])) for row in rows if row.kind)
    drugs = {row.id: row for row in rows}.values()
    return grouped(
        (row.key, f.Medication(id_of(row.id), row.name, _class(row.psychotropic), events(_digits(row.id))))
        for row in drugs
    )


def _class(psychotropic: bool) -> str | None:
    return "psychotropic" if psychotropic else None


_ASSESSMENTS = (
    select(
        raw(RiskAssessment.patient_id), raw(RiskAssessment.id).label("id"), RiskAssessment.on,
        RiskAssessment.wish_dead, RiskAssessment.thoughts, RiskAssessment.method, RiskAssessment.intent,
        RiskAssessment.plan, RiskAssessment.behaviour_lifetime, RiskAssessment.behaviour_3_months,
        RiskAssessment.cleared_reason, RiskAssessment.recorded_at,
        raw(AssessedScore.measure_id).label("measure_id"),
    )
    .outerjoin(
        AssessedScore,
        and_(AssessedScore.org_id == RiskAssessment.org_id, AssessedScore.risk_assessment_id == RiskAssessment.id),
    )
    .where(_of(RiskAssessment, RiskAssessment.patient_id), RiskAssessment.in_error.is_(False))
)  # fmt: skip


def assessments(session: Session, org_id: UUID, keys: Keys) -> Grouped[f.RiskAssessment]:
    rows = execute(session, _ASSESSMENTS, org_id=org_id, keys=keys)
    named = grouped((row.id, id_of(row.measure_id)) for row in rows if row.measure_id)
    one_each = {row.id: row for row in rows}.values()
    return grouped(
        (row[0], f.RiskAssessment(id_of(row.id), row.on, frozenset(named(_digits(row.id))), *row[3:12]))
        for row in one_each
    )


_MOVES = union_all(
    select(
        literal("status").label("table"), raw(EpisodeStatus.episode_id).label("key"), EpisodeStatus.on,
        EpisodeStatus.status, EpisodeStatus.reason, literal("").label("text"), cast(null(), Date).label("review_on"),
    ).where(_of(EpisodeStatus, EpisodeStatus.episode_id)),
    select(
        literal("mark"), raw(AgendaMark.episode_id), AgendaMark.on, AgendaMark.kind, AgendaMark.by_role,
        AgendaMark.text, AgendaMark.review_on,
    ).where(_of(AgendaMark, AgendaMark.episode_id)),
)  # fmt: skip


def moves(
    session: Session, org_id: UUID, keys: Keys
) -> tuple[Grouped[f.StatusChange], Grouped[f.AgendaMark]]:
    """Where each episode stood, and what was asked of the agenda."""
    rows = execute(session, _MOVES, org_id=org_id, keys=keys)
    statuses = grouped((row[1], f.StatusChange._make(row[2:5])) for row in rows if row[0] == "status")
    marks = grouped(
        (row[1], f.AgendaMark(row[3], row[2], row[4], row[5], row[6])) for row in rows if row[0] == "mark"
    )
    return statuses, marks


_REVIEWS = (
    select(
        raw(Review.episode_id), raw(Review.id), raw(Review.amends_id), Review.on,
        raw(Recommendation.id), Recommendation.number, Recommendation.category, Recommendation.text,
        Recommendation.judge_on, Recommendation.if_fails,
        Decision.on, Decision.kind, Decision.reason, Decision.recorded_at,
    )
    .outerjoin(
        Recommendation, and_(Recommendation.org_id == Review.org_id, Recommendation.review_id == Review.id)
    )
    .outerjoin(
        Decision,
        and_(Decision.org_id == Recommendation.org_id, Decision.recommendation_id == Recommendation.id),
    )
    .where(_of(Review, Review.episode_id), Review.signed_at.is_not(None))
)  # fmt: skip


def reviews(session: Session, org_id: UUID, keys: Keys) -> Grouped[f.Review]:
    """Signed reviews with their advice and what became of it; an amended note is told by its amendment."""
    rows = execute(session, _REVIEWS, org_id=org_id, keys=keys)
    amended = {row[2] for row in rows}
    steps = grouped((row[4], f.Decision._make(row[10:])) for row in rows if row[11])
    lines = {row[4]: row for row in rows if row[4]}
    advised = grouped(
        (row[1], f.Recommendation(id_of(key), row[5], row[6], row[7], row[8], row[9], steps(_digits(key))))
        for key, row in lines.items()
    )
    notes = {row[1]: row for row in rows if row[1] not in amended}
    return grouped(
        (row[0], f.Review(id_of(key), row[3], advised(_digits(key)))) for key, row in notes.items()
    )
