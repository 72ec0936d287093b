"""The ledger's words: which advice it follows, what moves it on, and how late it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from registry.clinical.course import Course, course
from registry.clinical.dates import counted
from registry.clinical.facts import EpisodeFacts, Recommendation
from registry.clinical.interventions import NO_ANSWER_NEEDED
from registry.clinical.outcome import (
    ANSWER,
    DEFERRED,
    DELIVER,
    DO,
    DONE,
    JUDGE,
    NOT_DONE,
    STAGES,
    Standing,
    standing_of,
)
from registry.clinical.protocol import Protocol

ESCALATE = "Escalate to the PCP's lead"
NEXT = {
    DELIVER: "Deliver it to the PCP",
    ANSWER: "Wait for the answer",
    DEFERRED: "Ask again on the day",
    DO: "See that it is done",
    NOT_DONE: "Decide again with the PCP",
    JUDGE: "Take the primary scale on the day",
}
LATE = {
    ANSWER: "Remind the PCP",
    DO: "Ask, and record the barrier",
    JUDGE: "Take the primary scale",
}
"""Where the next thing reads otherwise once its day has passed, as the findings X7, X8 and X9 do."""


def is_followed(advice: Recommendation) -> bool:
    """Advice to go on as now asks nothing of anybody."""
    return advice.category not in NO_ANSWER_NEEDED


def next_words(
    advice: Recommendation, standing: Standing, signed_on: date, protocol: Protocol, today: date
) -> str:
    """What moves a recommendation on; an answer that is in breach is escalated, as X7 does. Empty once it is closed."""
    if standing.stage == ANSWER and in_breach(advice, signed_on, protocol, today):
        return ESCALATE
    usual = NEXT.get(standing.stage, "")
    return LATE.get(standing.stage, usual) if standing.is_late(today) else usual


def in_breach(advice: Recommendation, signed_on: date, protocol: Protocol, today: date) -> bool:
    """Days count from the signing, or from the day until which the answer was deferred."""
    until = advice.decisions[-1].until_on if advice.decisions else None
    return (today - (until or signed_on)).days > protocol.answer_breach.value


class Tracked(NamedTuple):
    """One recommendation of an episode, where it stands, and what moves it on."""

    advice: Recommendation
    signed_on: date
    standing: Standing
    next: str


def standings(facts: EpisodeFacts, protocol: Protocol, today: date) -> Iterator[Tracked]:
    """Every followed recommendation of an episode."""
    return standings_in(facts, course(facts, protocol, today), protocol, today) if facts.reviews else iter(())


def standings_in(facts: EpisodeFacts, seen: Course, protocol: Protocol, today: date) -> Iterator[Tracked]:
    """The same where the course of the primary scale is known."""
    for review in facts.reviews:
        for advice in filter(is_followed, review.recommendations):
            found = standing_of(advice, review.on, seen, protocol, today)
            yield Tracked(advice, review.on, found, next_words(advice, found, review.on, protocol, today))


def late_lines(found: Iterable[Tracked], today: date) -> list[str]:
    """How much advice is late, stage by stage, in numbers alone; nothing where none is."""
    late = [one for one in found if one.standing.is_late(today)]
    if not late:
        return []
    stages, escalated = Counter(one.standing.stage for one in late), sum(one.next == ESCALATE for one in late)
    lines = [f"Advice that is late: {len(late)}."]
    lines += [f"{label}: {stages[stage]}." for stage, (label, _) in STAGES.items() if stages[stage]]
    return [*lines, f"To escalate to a PCP's lead: {escalated}."] if escalated else lines


def open_words(found: Iterable[Tracked]) -> str:
    """'2 recommendations are open (to deliver: 1; awaits the PCP's answer: 1).'; empty where none is."""
    stages = Counter(one.standing.stage for one in found if one.standing.stage != DONE)
    if not stages:
        return ""
    at = (
        f"{label[0].lower()}{label[1:]}: {stages[key]}" for key, (label, _) in STAGES.items() if stages[key]
    )
    total = stages.total()
    return f"{counted(total, 'recommendation')} {'is' if total == 1 else 'are'} open ({'; '.join(at)})."


def due_words(standing: Standing, today: date) -> str:
    """'3 days late', 'due today', 'due in 4 days'; empty where nothing is due."""
    if standing.due_on is None:
        return ""
    days = (standing.due_on - today).days
    if days < 0:
        return f"{counted(-days, 'day')} late"
    return f"due in {counted(days, 'day')}" if days else "due today"
