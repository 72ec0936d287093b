"""What advice can rest on: known with its day, or not known, which a missing answer never hides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.clinical.checks import CHECKS, applies
from registry.clinical.dates import spell
from registry.clinical.facts import EpisodeFacts
from registry.clinical.risk import safety_answer
from registry.clinical.screening import known


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist."""

    topic: str
    words: str
    is_known: bool


def checklist(facts: EpisodeFacts) -> Iterator[Item]:
    """Scores, the safety item and the diagnostic checks."""
    yield from _scores(facts)
    for topic, label in CHECKS.items():
        held = known(facts, topic)
        if held is not None:
            told = f" ({held.words})" if held.words else ""
            yield Item(topic, f"{label}: {'yes' if held.positive else 'no'}{told}, {spell(held.on)}", True)
        elif applies(topic, facts.sex):
            yield Item(topic, label, False)


def _scores(facts: EpisodeFacts) -> Iterator[Item]:
    phq9, gad7 = facts.latest("phq9"), facts.latest("gad7")
    if phq9 is None:
        yield Item("phq9", "PHQ-9: never measured", False)
    else:
        yield Item("phq9", f"PHQ-9 {phq9.total}, {spell(phq9.taken_on)}", True)
        if phq9.item9 is None:
            yield Item("item9", f"Item 9 {safety_answer(phq9)}, {spell(phq9.taken_on)}", False)
        else:
            yield Item("item9", f"Item 9 scored {phq9.item9}, {spell(phq9.taken_on)}", True)
    if gad7 is None:
        yield Item("gad7", "GAD-7: never measured", False)
    else:
        yield Item("gad7", f"GAD-7 {gad7.total}, {spell(gad7.taken_on)}", True)
