"""How a medication is taken, by all that was told of it: in percent where somebody asked so, in words in a contact.

What a contact tells is about every medication of that day. A word counts as a percent where means are made and limits
are asked; it is shown as the word that was said, with its day. On a day with a percent the words of that day add nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from registry.clinical.dates import spell
from registry.clinical.facts import EpisodeFacts, FactId
from registry.clinical.interventions import ADHERENCE

PERCENT = {"all": 90, "some": 50, "none": 0}
"""What a word counts as (I): nearly all doses are enough for a trial, missed doses are not."""


class Report(NamedTuple):
    """What was told of taking it on one day; ``word`` is empty where it was told in percent."""

    id: FactId
    on: date
    percent: int
    word: str = ""

    @property
    def words(self) -> str:
        """'90 %', or 'takes nearly all doses'."""
        return spoken(self.word) if self.word else f"{self.percent} %"


def spoken(word: str) -> str:
    """The words of an answer inside a sentence; empty where it says nothing of a medication."""
    label = ADHERENCE.get(word, "") if word in PERCENT else ""
    return label[:1].lower() + label[1:]


def reports(facts: EpisodeFacts, medication_id: FactId) -> tuple[Report, ...]:
    """All that was told of one medication, or of all of them, oldest first; before its first dose nobody told of it."""
    mine = next((m for m in (*facts.medications, *facts.beside) if m.id == medication_id), None)
    since = mine.events[0].on if mine and mine.events else date.min
    numbers = [
        Report(row.id, row.on, row.percent)
        for row in facts.care.adherence
        if row.percent is not None and row.medication_id in (None, medication_id) and row.on >= since
    ]
    days = {report.on for report in numbers}
    words = [
        Report(contact.id, contact.on, PERCENT[contact.adherence], contact.adherence)
        for contact in facts.contacts
        if contact.adherence in PERCENT and contact.on not in days and contact.on >= since
    ]
    return tuple(sorted([*numbers, *words], key=lambda report: report.on))


def mean(told: Sequence[Report]) -> int | None:
    """The mean of what was told; None where nobody asked."""
    return round(sum(report.percent for report in told) / len(told)) if told else None


def mean_words(told: Sequence[Report]) -> str:
    """'adherence 85 %'; 'takes nearly all doses (Oct 3, 2026)'; 'adherence about 80 % (told 3 times, ...)'."""
    said = {report.word for report in told}
    if said == {""}:
        return f"adherence {mean(told)} %"
    words = told[-1].words if len(said) == 1 else f"adherence about {mean(told)} %"
    often = f"told {len(told)} times, the last time on " if len(told) > 1 else ""
    return f"{words} ({often}{spell(told[-1].on)})"
