"""What happened to a task, and how a cover period stands, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.dates import counted, spell

if TYPE_CHECKING:
    from registry.week.queries.covers import Covered
    from registry.week.queries.place import Step

STEP_WORDS = {
    "created": "Written",
    "moved": "Moved",
    "snoozed": "Put off",
    "handed_over": "Handed over",
    "changed": "Reworded",
    "done": "Done",
    "dropped": "Dropped",
    "reopened": "Reopened",
    "settled": "Settled",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history."""

    at: datetime
    words: str
    reason: str


def history_lines(steps: Sequence[Step]) -> list[Line]:
    """What happened to a task, in words."""
    return [Line(step.at, _step_words(step), _reason(step)) for step in steps]


def _step_words(step: Step) -> str:
    what = STEP_WORDS.get(step.kind, step.kind)
    to = {
        "created": f" for {step.owner}, {spell(step.due_on)}" if step.due_on else "",
        "moved": f" to {spell(step.due_on)}" if step.due_on else "",
        "snoozed": f" until {spell(step.due_on)}" if step.due_on else "",
        "handed_over": f" to {step.owner}",
    }.get(step.kind, "")
    return f"{what}{to}{f' by {step.by}' if step.by else ''}"


def _reason(step: Step) -> str:
    return f"Before: {step.reason}" if step.kind == "changed" else step.reason


def cover_notes(covers: Sequence[Covered], viewer_id: UUID, today: date) -> Iterable[str]:
    """Whom the viewer covers, and when they are covered, in sentences."""
    for one in covers:
        until = spell(one.period.until_on)
        if one.period.by == viewer_id and one.period.holds_on(today):
            yield f"You cover {one.away} until {until}: their work stands among yours, marked “for {one.away}”."
        elif one.period.by == viewer_id:
            yield f"You will cover {one.away} {one.period.days}."
        elif one.period.holds_on(today):
            yield f"You are away until {until}; {one.by} sees and does your work."
        else:
            yield f"You will be away {one.period.days}; {one.by} covers."


def cover_state(one: Covered, today: date) -> str:
    """'holds', 'to come', 'over', 'ended early'."""
    if one.ended_at is not None:
        return "Ended early"
    if one.period.holds_on(today):
        return f"Holds, {counted((one.period.until_on - today).days + 1, 'day')} left"
    return "To come" if one.period.from_on > today else "Over"
