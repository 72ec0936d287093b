"""The page as somebody outside the organisation is shown it: without what 42 CFR Part 2 protects."""

from dataclasses import replace
from typing import TYPE_CHECKING

from registry.clinical.part_2 import for_outside, is_withheld, speaks_of_use
from registry.clinical.pathways import is_part_2
from registry.documents import values as v
from registry.papers.words import Press, summary

if TYPE_CHECKING:
    from registry.advice import Advice, SignedNote
    from registry.papers.cases import Case


def outside_summary(case: "Case", press: Press) -> v.PcpSummary:
    """The PCP's page for a reader outside: the whole, or without substance use where its records are under Part 2."""
    facts = for_outside(case.snapshot.facts)
    if facts is case.snapshot.facts:
        return summary(case, press)
    page = summary(replace(case, snapshot=replace(case.snapshot, facts=facts)), press)
    return replace(
        page,
        goals=_told(page.goals),
        therapies=tuple(one for one in page.therapies if _told(f"{one.what} {one.words}")),
        recommendations=tuple(replace(one, why=_told(one.why)) for one in page.recommendations),
        next_steps=tuple(replace(line, text=_told(line.text)) for line in page.next_steps),
    )


def withheld(note: "SignedNote", one: "Advice") -> bool:
    """A recommendation that somebody outside is neither shown nor asked about."""
    words = one.row.drug, one.row.rationale, one.row.monitoring
    return is_part_2(note.snapshot.facts.care) and is_withheld(one.whole, *words)


def _told(text: str) -> str:
    """A free text, unless it speaks of substance use."""
    return "" if speaks_of_use(text) else text
