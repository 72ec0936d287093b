"""Rows to facts, a table at a time: a statement that is asked for many keys at once, and what makes facts of one key's rows.

The statements stand here once, without the question whom they are asked about: to build one of them for each look at a
page took longer than to run it.  Their rows come as the driver gives them, so that equal rows are known again
(`registry.snapshots.facts_of`).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from registry.clinical import facts as f
from registry.clinical.drugs import CATALOGUED, ingredients
from registry.clinical.screening import BY_ANSWERS
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

Keys = Collection[UUID]
Row = tuple[Any, ...]
"""A row as the driver gives it, its key first: ids and days are text on SQLite and their own types on PostgreSQL."""
Rows = tuple[Row, ...]


def raw(column: Any) -> Any:
    """A column as the driver gives it, under any type that the statement says of it."""
    return type_coerce(column, Text)


@lru_cache(maxsize=2**16)
def id_of(value: Any) -> UUID:
    """The UUID of a raw key; the ids of a caseload come again with every look at it."""
    return value if isinstance(value, UUID) else UUID(value)


@lru_cache(maxsize=2**14)
def day_of(value: Any) -> Any:
    """The date of a raw column, None where there is none; the days of a caseload are a few hundred."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def time_of(value: Any) -> datetime | None:
    """The aware time of a raw column, None where there is none."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def truth_of(value: Any) -> bool | None:
    """A raw yes or no, which SQLite keeps as 1 or 0; None where it is not known."""
    return None if value is None else bool(value)


@lru_cache(maxsize=4096)
def codes_of(value: str | None) -> tuple[str, ...]:
    """A list of codes out of its JSON; the same few combinations come again and again."""
    return tuple(json.loads(value) or ()) if value else ()


def listed(column: Any) -> Any:
    """A list of codes as its JSON text on both databases."""
    return cast(column, Text)


def load(session: Session, query: Any, org_id: UUID, keys: Keys) -> Callable[[str], Rows]:
    """The rows of each key, by its 32 digits; none of them is an object that the library would have to make or keep."""
    session.flush()
    asked = session.connection().execute(query, {"org_id": org_id, "keys": keys})
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in asked.cursor.fetchall():
        found[row[0]].append(row)
    by_digits = {key if isinstance(key, str) else key.hex: tuple(rows) for key, rows in found.items()}
    return lambda digits: by_digits.get(digits, ())


def of_keys(table: Any, key: Any) -> ColumnElement[bool]:
    """The rows of the organisation whose key is among those asked for."""
    return and_(table.org_id == bindparam("org_id"), among(key, "keys"))


CONTACTS = select(
    raw(Contact.episode_id), raw(Contact.id), Contact.on, Contact.kind, Contact.modality, Contact.minutes,
    Contact.author_role, Contact.reached, Contact.discuss, Contact.question, listed(Contact.interventions),
    func.coalesce(Contact.adherence, ""),
).where(of_keys(Contact, Contact.episode_id), Contact.in_error.is_(False))  # fmt: skip


def contacts(rows: Rows) -> tuple[f.Contact, ...]:
    return tuple([
        f.Contact(id_of(own), day_of(on), kind, modality, minutes, role, bool(reached), bool(discuss), question,
                  codes_of(delivered), adherence)
        for _, own, on, kind, modality, minutes, role, reached, discuss, question, delivered, adherence in rows
    ])  # fmt: skip


def _scores_with(items: Any) -> Any:
    return select(
        raw(Measure.patient_id), raw(Measure.id), Measure.instrument, Measure.taken_on, Measure.total,
        Measure.answered, items, Measure.item9, Measure.source, Measure.prorated, Measure.reviewed_on,
        Measure.mode, listed(Measure.extras),
    ).where(of_keys(Measure, Measure.patient_id), Measure.in_error.is_(False))  # fmt: skip


#: The items stay where they are, but for the screens that are decided by their answers: no other rule needs them.
_OF_SCREENS = case((Measure.instrument.in_(sorted(BY_ANSWERS)), listed(Measure.items)), else_=null())
SCORES, SCORES_WITH_ANSWERS = _scores_with(_OF_SCREENS), _scores_with(listed(Measure.items))


def scores(rows: Rows) -> tuple[f.Score, ...]:
    return tuple([
        f.Score(id_of(own), instrument, day_of(taken_on), total, answered, _answers(items), item9, source,
                bool(prorated), day_of(reviewed_on), mode, _extras(extras))
        for _, own, instrument, taken_on, total, answered, items, item9, source, prorated, reviewed_on, mode, extras
        in rows
    ])  # fmt: skip


@lru_cache(maxsize=2**10)
def _extras(value: str) -> tuple[tuple[str, int], ...]:
    return tuple(json.loads(value).items())


def scores_of(session: Session, org_id: UUID, patient_id: UUID) -> tuple[f.Score, ...]:
    """Of one patient, whatever the episode."""
    return scores(load(session, SCORES, org_id, [patient_id])(patient_id.hex))


def _answers(items: str | None) -> tuple[int | None, ...] | None:
    return tuple(found) if items and (found := json.loads(items)) else None


_TAKEN = and_(
    DoseEvent.org_id == Medication.org_id,
    DoseEvent.medication_id == Medication.id,
    DoseEvent.in_error.is_(False),
)
_SEVERAL_WORDS = or_(*(Medication.name.like(f"%{mark}%") for mark in " /-"))
#: Those for the mind, and of those for the body the few that may bear on them: one name of the catalogue, or several words.
#: A drug of which every entry was taken back was never given.
MEDICATIONS = (
    select(
        raw(Medication.patient_id), raw(Medication.id), Medication.name, Medication.psychotropic,
        DoseEvent.on, DoseEvent.kind, DoseEvent.dose_mg, DoseEvent.text, DoseEvent.reason, DoseEvent.recorded_at,
    )
    .join(DoseEvent, _TAKEN)
    .where(
        of_keys(Medication, Medication.patient_id),
        Medication.in_error.is_(False),
        or_(Medication.psychotropic, Medication.name.in_(sorted(CATALOGUED)), _SEVERAL_WORDS),
    )
)  # fmt: skip


def medications(rows: Rows, psychotropic: bool) -> tuple[f.Medication, ...]:
    """Those for the mind, or those for the body that bear on them, which have no class."""
    drugs: dict[Any, list[Row]] = {}
    for row in rows:
        if row[3] == psychotropic and (psychotropic or ingredients(row[2])):
            drugs.setdefault(row[1], []).append(row)
    group = "psychotropic" if psychotropic else None
    return tuple([
        f.Medication(id_of(own), lines[0][2], group,
                     tuple([f.DoseEvent(day_of(on), kind, dose, text, why, time_of(at))
                            for *_, on, kind, dose, text, why, at in lines]))
        for own, lines in drugs.items()
    ])  # fmt: skip


ASSESSMENTS = (
    select(
        raw(RiskAssessment.patient_id), raw(RiskAssessment.id), RiskAssessment.on,
        RiskAssessment.wish_dead, RiskAssessment.thoughts, RiskAssessment.method, RiskAssessment.intent,
        RiskAssessment.plan, RiskAssessment.behaviour_lifetime, RiskAssessment.behaviour_3_months,
        RiskAssessment.cleared_reason, RiskAssessment.recorded_at, raw(AssessedScore.measure_id),
    )
    .outerjoin(
        AssessedScore,
        and_(AssessedScore.org_id == RiskAssessment.org_id, AssessedScore.risk_assessment_id == RiskAssessment.id),
    )
    .where(of_keys(RiskAssessment, RiskAssessment.patient_id), RiskAssessment.in_error.is_(False))
)  # fmt: skip


def assessments(rows: Rows) -> tuple[f.RiskAssessment, ...]:
    named: dict[Any, set[f.FactId]] = {}
    for row in rows:
        named.setdefault(row[1], set()).update([id_of(row[12])] if row[12] else ())
    return tuple([
        f.RiskAssessment._make((id_of(own), day_of(row[2]), frozenset(named[own]), *map(truth_of, row[3:10]),
                                row[10], time_of(row[11])))
        for own, row in {row[1]: row for row in rows}.items()
    ])  # fmt: skip


MOVES = union_all(
    select(
        raw(EpisodeStatus.episode_id).label("key"), literal("status").label("table"), EpisodeStatus.on,
        EpisodeStatus.status, EpisodeStatus.reason, literal("").label("text"), cast(null(), Date).label("review_on"),
    ).where(of_keys(EpisodeStatus, EpisodeStatus.episode_id)),
    select(
        raw(AgendaMark.episode_id), literal("mark"), AgendaMark.on, AgendaMark.kind, AgendaMark.by_role,
        AgendaMark.text, AgendaMark.review_on,
    ).where(of_keys(AgendaMark, AgendaMark.episode_id)),
)  # fmt: skip
"""Where each episode stood, and what was asked of the agenda."""


def statuses(rows: Rows) -> tuple[f.StatusChange, ...]:
    return tuple([f.StatusChange(day_of(row[2]), row[3], row[4]) for row in rows if row[1] == "status"])


def marks(rows: Rows) -> tuple[f.AgendaMark, ...]:
    return tuple([
        f.AgendaMark(kind, day_of(on), role, text, day_of(review_on))
        for _, table, on, kind, role, text, review_on in rows
        if table == "mark"
    ])  # fmt: skip


REVIEWS = (
    select(
        raw(Review.episode_id), raw(Review.id), raw(Review.amends_id), Review.on,
        raw(Recommendation.id), Recommendation.number, Recommendation.category, Recommendation.text,
        Recommendation.judge_on, Recommendation.if_fails,
        Decision.on, Decision.kind, Decision.reason, Decision.recorded_at, Decision.until_on,
    )
    .outerjoin(
        Recommendation, and_(Recommendation.org_id == Review.org_id, Recommendation.review_id == Review.id)
    )
    .outerjoin(
        Decision,
        and_(Decision.org_id == Recommendation.org_id, Decision.recommendation_id == Recommendation.id),
    )
    .where(of_keys(Review, Review.episode_id), Review.signed_at.is_not(None))
)  # fmt: skip


def reviews(rows: Rows) -> tuple[f.Review, ...]:
    """Signed reviews with their advice and what became of it; an amended note is told by its amendment."""
    amended = {row[2] for row in rows}
    notes: dict[Any, dict[Any, list[Row]]] = {}
    for row in rows:
        if row[1] not in amended:
            notes.setdefault(row[1], {}).setdefault(row[4], []).append(row)
    return tuple([
        f.Review(id_of(own), day_of(next(iter(advice.values()))[0][3]),
                 tuple([_recommendation(lines) for key, lines in advice.items() if key]))
        for own, advice in notes.items()
    ])  # fmt: skip


def _recommendation(lines: list[Row]) -> f.Recommendation:
    """One piece of advice, from the rows of its decisions."""
    _, _, _, _, own, number, category, text, judge_on, if_fails, *_ = lines[0]
    decisions = [
        f.Decision(day_of(on), kind, why, time_of(at), day_of(until))
        for *_, on, kind, why, at, until in lines
        if kind
    ]
    return f.Recommendation(id_of(own), number, category, text, day_of(judge_on), if_fails, tuple(decisions))
