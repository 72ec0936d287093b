"""Somebody asked: C-SSRS screeners after a positive item 9, safety plans, and the flags that still stand."""

from datetime import date, timedelta
from uuid import UUID

from registry.clinical import safety_plan
from registry.demo import words
from registry.demo.case import Case, Taken
from registry.demo.rows import at, working

PLAN_SHARE = 0.85
NO = dict.fromkeys(
    ("thoughts", "method", "intent", "plan", "behaviour_lifetime", "behaviour_3_months"), False
)
PASSIVE = {**NO, "wish_dead": True}
ACTIVE_THOUGHTS = {**PASSIVE, "thoughts": True}
WITH_METHOD = {**ACTIVE_THOUGHTS, "method": True}
WITH_INTENT = {**WITH_METHOD, "intent": True}
QUIET = {**NO, "wish_dead": False}
CLEARS_AFTER = (14, 24)


def assess(case: Case, taken: Taken, contact_id: UUID | None) -> None:
    """Ask about a positive item 9 on its own day; a moderate answer is cleared some weeks later."""
    moderate = case.rng.random() < 0.1 and (case.last_on - taken.on).days > 45
    answers = WITH_METHOD if moderate else ACTIVE_THOUGHTS if (taken.item9 or 0) > 1 else PASSIVE
    _screen(case, taken.on, answers, contact_id, (taken,))
    if moderate or case.rng.random() < PLAN_SHARE:
        make_plan(case, taken.on)
    if moderate:
        cleared_on = working(taken.on + timedelta(days=case.rng.randint(*CLEARS_AFTER)))
        _screen(case, cleared_on, QUIET, None, (), words.CLEARED)


def raise_flag(case: Case, taken: Taken, contact_id: UUID, high: bool) -> None:
    """A flag that nobody has cleared yet."""
    _screen(case, taken.on, WITH_INTENT if high else WITH_METHOD, contact_id, (taken,))
    if case.rng.random() < 0.8:
        make_plan(case, taken.on)


def make_plan(case: Case, on: date) -> None:
    """A plan under the headings that the form has; the last one is left open now and then."""
    rng = case.rng
    steps = {step: rng.choice(pool) for step, pool in words.PLAN_STEPS.items()}
    if rng.random() < 0.8:
        steps["surroundings"] = rng.choice(words.MEANS)
    case.rows.add(
        "safety_plan", patient_id=case.person.id, made_on=on, text=safety_plan.joined(steps),
        made_by=case.author.id, recorded_at=at(on, 16),
    )  # fmt: skip


def ask(case: Case, on: date) -> None:
    """Ask without a score, and find nothing."""
    _screen(case, on, QUIET, None, ())


def _screen(
    case: Case,
    on: date,
    answers: dict[str, bool],
    contact_id: UUID | None,
    about: tuple[Taken, ...],
    cleared: str = "",
) -> None:
    rows, rng = case.rows, case.rng
    assessment = rows.add(
        "risk_assessment", patient_id=case.person.id, contact_id=contact_id, on=on, **answers,
        actions="" if cleared else rng.choice(("PCP told the same day.", "PCP told; means counseling.", "988 card given.")),
        protective=rng.choice(words.PROTECTIVE), means=rng.choice(words.MEANS), cleared_reason=cleared,
        assessed_by=case.author.id, recorded_at=at(on, 16, 20),
    )  # fmt: skip
    for taken in about:
        rows.add("assessed_score", risk_assessment_id=assessment, measure_id=taken.measure_id)
