"""What else becomes of the demo's advice: seen, deferred until a day, shown to be done or not, and the codes of its sheets."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from registry.demo.rows import Rows, at, working, working_before
from registry.reply_codes import new_code

DEFERRED_FOR = timedelta(days=14)
NEGLECTED_AFTER = timedelta(days=12)
EVIDENCE = ("Prescription", "Medication list", "Patient confirms", "Visit")
BARRIERS = ("Patient not reached", "Cost or coverage", "No visit yet", "Patient does not want it")
SEEN, ANSWERED_LATER, FAILS = 0.3, 0.7, 0.6
"""Shares: seen before an answer, deferred and answered in the end, not done and known why."""


def follow(rows: Rows, today: date) -> None:
    """Go through all advice once more, after everybody's story is told: nothing that was drawn before changes."""
    rng, last = Random(f"loop/{today.isoformat()}"), working_before(today)
    by_advice: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for step in rows.tables["decision"]:
        by_advice[step["recommendation_id"]].append(step)
    for steps in by_advice.values():
        _seen(rows, rng, steps)
        _go_on(rows, rng, steps, last)
    codes: set[str] = set()
    for review in rows.tables["review"]:
        review["reply_code"] = _code(rng, codes)


def _seen(rows: Rows, rng: Random, steps: list[dict[str, Any]]) -> None:
    """On the day of the delivery, an hour later."""
    if steps[0]["kind"] == "delivered" and rng.random() < SEEN:
        on = steps[0]["on"]
        _add(rows, steps, 1, "seen", on, "", at(on, 19))


def _go_on(rows: Rows, rng: Random, steps: list[dict[str, Any]], last: date) -> None:
    """Where it stands now, and what came after it."""
    step = steps[-1]
    if step["kind"] == "deferred":
        step["until_on"] = until = working(step["on"] + DEFERRED_FOR)
        if until < last and rng.random() < ANSWERED_LATER:
            _add(rows, steps, len(steps), "accepted", until, "", at(until, 18), step["decided_by"])
    elif step["kind"] == "implemented":
        step["reason"] = rng.choice(EVIDENCE)
    elif step["kind"] in ("accepted", "modified"):
        on = working(step["on"] + NEGLECTED_AFTER)
        if on < last and rng.random() < FAILS:
            _add(rows, steps, len(steps), "not_implemented", on, rng.choice(BARRIERS), at(on, 18))


def _add(
    rows: Rows, steps: list[dict[str, Any]], place: int, kind: str, on: date, reason: str, recorded_at: datetime,
    by: str = "",
) -> None:  # fmt: skip
    """One more step, recorded by whoever recorded the first."""
    first = steps[0]
    rows.add("decision", recommendation_id=first["recommendation_id"], kind=kind, on=on, decided_by=by, reason=reason,
             recorded_by=first["recorded_by"], recorded_at=recorded_at)  # fmt: skip
    steps.insert(place, rows.tables["decision"][-1])


def _code(rng: Random, taken: set[str]) -> str:
    """A code that no other sheet has."""
    code = next(one for one in iter(lambda: new_code(rng.choice), "") if one not in taken)
    taken.add(code)
    return code
