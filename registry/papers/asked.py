"""One recommendation as the PCP reads and answers it: by link, in the inbox, and in the history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.decision_moves import (
    ANSWERS,
    OPEN,
    awaits_answer,
    legal_steps,
    state_of,
    state_words,
    step_words,
)
from registry.clinical.interventions import NO_ANSWER_NEEDED, RECOMMENDATION_CATEGORIES

if TYPE_CHECKING:
    from registry.advice import Advice

BUTTONS = ("accepted", "modified", "declined")
"""Agree, change to ..., decline because ...: what a PCP can say in one press."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One recommendation in words, what the PCP said of it, and what they may say now."""

    id: UUID
    number: int
    category: str
    text: str
    details: tuple[tuple[str, str], ...]
    """Label and words: drug, rationale, monitoring, second step."""
    judge_on: date | None
    state: str
    tag: str
    """Colour of the state."""
    answer: str
    """The kind of the last answer; empty while there is none."""
    asks: bool
    """The PCP is asked at all; "continue as now" asks nothing."""
    waits: bool
    buttons: tuple[str, ...]
    steps: tuple[str, ...]
    mark: str
    """What the form of an answer carries: which step its author saw last."""


def asked(advice: "Advice") -> Asked:
    """One recommendation with its decisions so far."""
    row, steps = advice.row, advice.facts
    state, asks = state_of(steps), row.category not in NO_ANSWER_NEEDED
    legal = {step.kind for step in legal_steps(state)}
    last = advice.whole.last(*ANSWERS)
    return Asked(
        id=row.id,
        number=row.number,
        category=RECOMMENDATION_CATEGORIES.get(row.category, row.category),
        text=row.text,
        details=tuple(_details(advice)),
        judge_on=row.judge_on,
        state=state_words(steps) if steps or asks else "No answer needed",
        tag=_tag(state, asks),
        answer=last.kind if last else "",
        asks=asks,
        waits=asks and awaits_answer(state),
        buttons=tuple(kind for kind in BUTTONS if asks and kind in legal),
        steps=tuple(_steps(advice)),
        mark=advice.mark,
    )


def _details(advice: "Advice") -> Iterator[tuple[str, str]]:
    row = advice.row
    dose = f" {row.dose_mg:g} mg a day" if row.drug and row.dose_mg else ""
    drug = ", ".join(part for part in (f"{row.drug}{dose}", row.schedule) if part)
    told = (
        ("Drug", drug),
        ("Why", row.rationale),
        ("Monitoring", row.monitoring),
        ("If it fails", row.if_fails),
    )
    return ((label, words) for label, words in told if words)


def _tag(state: str, asks: bool) -> str:
    if state in ("accepted", "modified", "implemented"):
        return "ok"
    if state in ("declined", "not_implemented"):
        return "warn"
    return "consult" if asks or state != OPEN else "lost"


def _steps(advice: "Advice") -> Iterator[str]:
    """Every step with who decided."""
    by = {(d.kind, d.recorded_at, d.reason): d.decided_by for d in advice.decisions}
    for step in advice.facts:
        who = by[step.kind, step.at, step.reason] if step.at else ""
        yield f"{step_words(step)}, {who}" if who else step_words(step)
