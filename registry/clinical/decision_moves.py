"""The way of a recommendation: which answer may follow which, and how each reads.

signed -> delivered -> seen -> accepted | modified | declined | deferred -> implemented | not implemented -> closed.
A PCP may answer without a recorded delivery, may answer again after thinking, and what was done may turn out undone.
What came of it (the score on the day to judge it) is never recorded: `registry.clinical.outcome` reads it from the scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.clinical.dates import listed, spell
from registry.clinical.facts import Decision

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of decision: how its state reads, its button, and what its remark says."""

    kind: str
    state: str
    label: str
    remark: str
    needs_remark: bool = True


STEPS: dict[str, Step] = {
    step.kind: step
    for step in (
        Step("delivered", "Delivered, no answer yet", "Delivered to the PCP", "How it was delivered"),
        Step("seen", "Seen, no answer yet", "PCP has seen it", "Remark", needs_remark=False),
        Step("accepted", "Accepted", "PCP accepted", "Remark", needs_remark=False),
        Step("modified", "Modified", "PCP modified it", "What the PCP will do instead"),
        Step("declined", "Declined", "PCP declined", "Why the PCP declined"),
        Step("deferred", "Deferred", "PCP deferred", "What is waited for"),
        Step("implemented", "Done", "Done", "What shows it", needs_remark=False),
        Step("not_implemented", "Not done", "Not done", "What stood in the way"),
        Step("closed", "Closed", "Closed, nothing more to do", "Why it is closed"),
    )
}

ANSWERS = ("accepted", "modified", "declined", "deferred")
"""What the PCP decides."""

MOVES: dict[str, tuple[str, ...]] = {
    OPEN: ("delivered", "seen", *ANSWERS, "closed"),
    "delivered": ("delivered", "seen", *ANSWERS, "closed"),
    "seen": (*ANSWERS, "closed"),
    "deferred": (*ANSWERS, "closed"),
    "accepted": ("implemented", "not_implemented", "modified", "declined"),
    "modified": ("implemented", "not_implemented", "accepted", "modified", "declined"),
    "declined": ("accepted", "modified", "closed"),
    "implemented": ("not_implemented", "closed"),
    "not_implemented": ("implemented", "modified", "declined", "closed"),
    "closed": ANSWERS,
}


def state_of(decisions: Sequence[Decision]) -> str:
    """The kind of the last decision; open where there is none."""
    return decisions[-1].kind if decisions else OPEN


def legal_steps(state: str) -> tuple[Step, ...]:
    """What may be recorded next."""
    return tuple(STEPS[kind] for kind in MOVES[state])


def awaits_answer(state: str) -> bool:
    """The PCP has still to decide."""
    return state in (OPEN, "delivered", "seen", "deferred")


def state_words(decisions: Sequence[Decision]) -> str:
    """'Declined on Nov 14, 2026: waits for the sleep study', or that there is no answer yet."""
    if not decisions:
        return "No answer yet"
    words = step_words(decisions[-1])
    return f"{words}, no answer yet" if decisions[-1].kind in ("delivered", "seen") else words


def step_words(decision: Decision) -> str:
    """One step on its day, with its remark."""
    if decision.kind == "delivered":
        how = f" ({decision.reason})" if decision.reason else ""
        return f"Delivered on {spell(decision.on)}{how}"
    if decision.kind == "seen":
        return f"Seen on {spell(decision.on)}"
    until = f" until {spell(decision.until_on)}" if decision.until_on else ""
    because = f": {decision.reason}" if decision.reason else ""
    return f"{STEPS[decision.kind].state} on {spell(decision.on)}{until}{because}"


def refuse_or_none(before: Sequence[Decision], step: Decision, signed_on: date, today: date) -> str | None:
    """The sentence that refuses a step, or None where it may be recorded."""
    state = state_of(before)
    if step.kind not in MOVES[state]:
        return _not_in_table(state)
    if STEPS[step.kind].needs_remark and not step.reason.strip():
        return f"{STEPS[step.kind].remark}: write it down."
    if step.until_on is not None and step.until_on <= step.on:
        return "Deferred until a day after the answer: give that day."
    return _refuse_day(before, step, signed_on, today)


def _not_in_table(state: str) -> str:
    names = [step.label for step in legal_steps(state)]
    here = STEPS[state].state.lower() if state in STEPS else "without an answer"
    return f"The recommendation is {here}; next comes: {listed(names).replace(' and ', ' or ')}."


def _refuse_day(before: Sequence[Decision], step: Decision, signed_on: date, today: date) -> str | None:
    """A day between the signing (or the step before) and today."""
    if step.on > today:
        return "This day is in the future. Record it when it has happened."
    if step.on < signed_on:
        return f"The advice was signed on {spell(signed_on)}: nothing can have become of it before."
    if before and step.on < before[-1].on:
        return f"The last step was on {spell(before[-1].on)}: give that day or a later one."
    return None
