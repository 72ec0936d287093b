"""The facts of `registry.clinical.care`, and the safety plans, out of sixteen tables in one statement.

Each table is a select of the same shape, so that all of them can be sent as one union; `_MAKERS` knows what the columns
of each kind mean.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    Date,
    Float,
    Text,
    Uuid,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from registry import models
from registry.clinical import care as c
from registry.clinical.facts import SafetyPlan
from registry.models import (
    Adherence,
    Combination,
    DoseStep,
    Exchange,
    HealthFact,
    LabResult,
    PastTrial,
    Pathway,
    PathwayEvent,
    PatientPlan,
    PromptAnswer,
    ReviewMinutes,
    SideEffect,
    TherapyCourse,
    TherapySession,
)
from registry.snapshots.rows import Rows, codes_of, day_of, id_of, listed, load, of_keys, raw, truth_of

_EMPTY = {
    "until": (Date, cast(null(), Date)),
    "ended": (Date, cast(null(), Date)),
    "ref": (Text, type_coerce(cast(null(), Uuid), Text)),
    "code": (Text, literal("")),
    "word": (Text, literal("")),
    "more": (Text, literal("")),
    "number": (Float, cast(null(), Float)),
    "low": (Float, cast(null(), Float)),
    "high": (Float, cast(null(), Float)),
    "flag": (Boolean, cast(null(), Boolean)),
    "at": (Text, literal("")),
}
"""Columns of the shape, and what stands in one that a kind does not use."""


def _select(kind: str, table: Any, on: Any, **columns: Any) -> Any:
    shape = [columns.get(name, empty).label(name) for name, (_, empty) in _EMPTY.items()]
    return select(
        raw(table.patient_id).label("key"), literal(kind).label("kind"), raw(table.id).label("id"), on.label("on"),
        *shape,
    ).where(of_keys(table, table.patient_id), table.in_error.is_(False))  # fmt: skip


def _at(table: Any) -> Any:
    """When a row was recorded: of two of one day, where only the latest holds, the later one does."""
    return cast(table.recorded_at, Text)


CARE = union_all(
    _select("steps", DoseStep, DoseStep.planned_on, until=DoseStep.done_on, ended=DoseStep.cancelled_on,
            ref=raw(DoseStep.medication_id), code=DoseStep.kind, number=DoseStep.dose_mg, at=_at(DoseStep)),
    _select("adherence", Adherence, Adherence.on, ref=raw(Adherence.medication_id),
            number=cast(Adherence.percent, Float), more=listed(Adherence.reasons), at=_at(Adherence)),
    _select("side_effects", SideEffect, SideEffect.onset_on, until=SideEffect.ended_on,
            ref=raw(SideEffect.medication_id), code=SideEffect.effect, word=SideEffect.severity),
    _select("past_trials", PastTrial, PastTrial.told_on, code=PastTrial.name, word=PastTrial.response,
            more=PastTrial.stop_reason, number=PastTrial.dose_mg, low=cast(PastTrial.weeks, Float),
            flag=PastTrial.adherent),
    _select("results", LabResult, LabResult.on, code=LabResult.code, word=LabResult.unit, number=LabResult.value,
            low=LabResult.low, high=LabResult.high),
    _select("health", HealthFact, HealthFact.on, code=HealthFact.kind, word=HealthFact.code, more=HealthFact.value,
            at=_at(HealthFact)),
    _select("prompt_answers", PromptAnswer, PromptAnswer.on, code=PromptAnswer.code, word=PromptAnswer.about,
            more=PromptAnswer.reason),
    _select("courses", TherapyCourse, TherapyCourse.started_on, until=TherapyCourse.ended_on,
            code=TherapyCourse.modality, flag=TherapyCourse.outside == "",
            number=cast(TherapyCourse.planned_sessions, Float), more=TherapyCourse.end_reason),
    _select("sessions", TherapySession, TherapySession.on, ref=raw(TherapySession.therapy_course_id),
            flag=TherapySession.attended, code=TherapySession.homework, number=cast(TherapySession.alliance, Float),
            more=listed(TherapySession.skills), at=_at(TherapySession)),
    _select("combinations", Combination, Combination.on, code=Combination.model, word=Combination.first,
            until=Combination.second_due_on, at=_at(Combination)),
    _select("exchanges", Exchange, Exchange.on),
    _select("pathways", Pathway, Pathway.started_on, until=Pathway.ended_on, code=Pathway.kind, flag=Pathway.part_2),
    _select("pathway_events", PathwayEvent, PathwayEvent.on, ref=raw(PathwayEvent.pathway_id),
            code=PathwayEvent.kind, word=PathwayEvent.value, at=_at(PathwayEvent)),
    _select("plans", PatientPlan, PatientPlan.made_on, code=PatientPlan.kind),
    _select("review_times", ReviewMinutes, ReviewMinutes.on, code=ReviewMinutes.role,
            number=cast(ReviewMinutes.minutes, Float)),
    _select("safety_plans", models.SafetyPlan, models.SafetyPlan.made_on),
)  # fmt: skip


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _ref(value: Any) -> Any:
    return value and id_of(value)


class _Line(NamedTuple):
    """A row of the union."""

    kind: str
    id: Any
    on: date
    until: date | None
    ended: date | None
    ref: Any
    code: str
    word: str
    more: str
    number: float | None
    low: float | None
    high: float | None
    flag: Any
    at: str
    told_on: date | None
    """Of a planned step the day on which it was planned, its own day at the latest."""


def _line(row: tuple[Any, ...], zone: str) -> _Line:
    days = [*map(day_of, row[3:6])]
    told_on = min(days[0], _day_in(zone, row[14])) if zone and row[1] == "steps" else None
    return _Line._make((*row[1:3], *days, *row[6:13], truth_of(row[13]), row[14], told_on))


def _day_in(zone: str, at: str) -> date:
    """The day of a clinic on which something was recorded."""
    moment = datetime.fromisoformat(at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone)).date()


_MAKERS: dict[str, Callable[[UUID, _Line], Any]] = {
    "steps": lambda i, r: c.DoseStep(i, r.on, _ref(r.ref), r.code, r.number, r.until, r.ended, r.told_on),
    "adherence": lambda i, r: c.Adherence(i, r.on, _ref(r.ref), _whole(r.number), codes_of(r.more), r.at),
    "side_effects": lambda i, r: c.SideEffect(i, r.on, _ref(r.ref), r.code, r.word, r.until),
    "past_trials": lambda i, r: c.PastTrial(i, r.on, r.code, r.number, _whole(r.low), r.word, r.more, r.flag),
    "results": lambda i, r: c.LabResult(i, r.on, r.code, r.number, r.word, r.low, r.high),
    "health": lambda i, r: c.HealthFact(i, r.on, r.code, r.word, r.more, r.at),
    "prompt_answers": lambda i, r: c.PromptAnswer(i, r.on, r.code, r.word, r.more),
    "courses": lambda i, r: c.TherapyCourse(i, r.on, r.code, r.until, r.flag, _whole(r.number), r.more),
    "sessions": lambda i, r: c.TherapySession(
        i, r.on, _ref(r.ref), r.flag, r.code, _whole(r.number), codes_of(r.more), r.at
    ),
    "combinations": lambda i, r: c.Combination(i, r.on, r.code, r.word, r.until, r.at),
    "exchanges": lambda i, r: c.Exchange(i, r.on),
    "pathways": lambda i, r: c.Pathway(i, r.on, r.code, r.until, r.flag),
    "pathway_events": lambda i, r: c.PathwayEvent(i, r.on, _ref(r.ref), r.code, r.word, r.at),
    "plans": lambda i, r: c.PlanMade(i, r.on, r.code),
    "review_times": lambda i, r: c.ReviewTime(i, r.on, r.code, int(r.number or 0)),
    "safety_plans": lambda i, r: SafetyPlan(i, r.on),
}


class Steering(NamedTuple):
    """What steers the treatment of one patient, and the safety plans made with them."""

    care: c.Care = c.Care()
    safety_plans: tuple[SafetyPlan, ...] = ()


def steering(rows: Rows, zone: str = "") -> Steering:
    """Of one patient, from the rows of the union; the clinic's time zone tells the day on which a step was planned."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        line = _line(row, zone)
        found.setdefault(line.kind, []).append(_MAKERS[line.kind](id_of(line.id), line))
    safety_plans = tuple(found.pop("safety_plans", ()))
    return Steering(c.Care(**{kind: tuple(facts) for kind, facts in found.items()}), safety_plans)


def steering_of(session: Session, org_id: UUID, patient_id: UUID) -> Steering:
    """Of one patient, for a page that needs no more of them."""
    return steering(load(session, CARE, org_id, [patient_id])(patient_id.hex))
