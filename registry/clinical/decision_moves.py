"""The way of a recommendation: which answer may follow which, and how each reads.

signed -> delivered -> seen -> accepted | modified | declined | deferred -> implemented | not implemented -> closed.
A PCP may answer without a recorded delivery, may answer again after thinking, and what was done may turn out undone.
What came of it (the score on the day to judge it) is never recorded: `registry.clinical.outcome` reads it from the scores.

``python -m registry.clinical.decision_moves > docs/advice-status.md`` draws the table.
"""

import sys
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
        Step("implemented", "Done", "Done", "What shows it"),
        Step("not_implemented", "Not done", "Not done", "What stood in the way"),
        Step("closed", "Closed", "Closed, nothing more to do", "Why it is closed"),
    )
}

USUAL_REMARKS: dict[str, tuple[str, ...]] = {
    "delivered": ("Fax", "Message in the EHR", "Handed over", "By phone"),
    "declined": ("Side effects or interaction", "Medical condition", "Tried before", "Patient does not want it",
                 "Cost or coverage", "Handled otherwise"),
    "deferred": ("Next visit", "Lab result", "Other specialist", "Patient decides"),
    "implemented": ("Prescription", "Medication list", "Visit", "Order or result", "Patient confirms"),
    "not_implemented": ("Patient not reached", "Patient does not want it", "Side effects", "Cost or coverage",
                        "Not available", "No visit yet"),
    "closed": ("Not needed any more", "Replaced by later advice", "Patient left"),
}  # fmt: skip
"""Words to begin with; the same words for the same reason can be counted."""

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
        how = f" ({decision.reason.rstrip(' .')})" if decision.reason else ""
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


def diagram() -> str:
    """The table of moves as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> open: Signed"]
    lines += [
        f"    {state} --> {kind}: {STEPS[kind].label}" for state, kinds in MOVES.items() for kind in kinds
    ]
    return "\n".join([*lines, "    closed --> [*]"])


def page() -> str:
    """docs/advice-status.md: the diagram, and what each step asks for."""
    return "\n".join(
        [
            "# The way of a recommendation",
            "",
            "Generated from `registry/clinical/decision_moves.py`; do not edit by hand.",
            "",
            "```mermaid",
            diagram(),
            "```",
            "",
            "A step is a row with its day, who decided and who recorded it; it is never edited, and the last one says where",
            "the recommendation stands. What came of advice that changes the treatment is not a step: it is read from the first",
            "score after it was done, on or after the day to judge it, so a corrected score corrects the outcome, too. To",
            "continue as now, or to change nothing, asks nothing of the PCP and has no steps.",
            "",
            "| code | step | reads afterwards | beside it |",
            "|---|---|---|---|",
            *(f"| `{s.kind}` | {s.label} | {s.state} | {_asks(s)} |" for s in STEPS.values()),
            "",
        ]
    )


def _asks(step: Step) -> str:
    return f"{step.remark}{'' if step.needs_remark else ', if there is anything to say'}"


if __name__ == "__main__":  # pragma: no cover
    sys.stdout.write(page())
