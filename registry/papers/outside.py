"""The page as somebody outside the organisation is shown it: without what 42 CFR Part 2 protects."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from registry.clinical.agenda import rank_in
from registry.clinical.conditions import OF_USE
from registry.clinical.facts import EpisodeFacts
from registry.clinical.part_2 import for_outside, is_withheld, names_use, silent, speaks_of_use
from registry.clinical.pathways import is_part_2
from registry.clinical.views import standing
from registry.documents import values as v
from registry.papers.words import Press, packet_page, summary

if TYPE_CHECKING:
    from registry.advice import Advice, SignedNote
    from registry.papers.background import Background
    from registry.papers.cases import Case
    from registry.snapshots import Subject


def outside_summary(case: "Case", press: Press) -> v.PcpSummary:
    """The PCP's page for a reader outside: the whole, or without substance use where its records are under Part 2."""
    facts = for_outside(case.snapshot.facts)
    if facts is case.snapshot.facts:
        return summary(case, press)
    return quiet_summary(with_facts(case, facts, press.today), press)


def with_facts(case: "Case", facts: EpisodeFacts, today: date) -> "Case":
    """The same patient with fewer facts: judged by them anew, and without what stands beside them of the others."""
    snapshot = replace(case.snapshot, facts=facts, subject=_subject(case.snapshot.subject))
    seen = standing(facts, snapshot.protocol(today), today)
    place = rank_in(seen.picture, seen.findings, today)
    return replace(
        case,
        snapshot=snapshot,
        background=_background(case.background),
        agenda=case.agenda._replace(reasons=place.reasons),
    )


def _subject(subject: "Subject") -> "Subject":
    """Without the patient's goal and circumstances, whatever they say: no list of words knows how people speak of use."""
    told = subject._replace(target="", psychosocial="")
    of_use = subject.primary_condition in OF_USE or names_use(subject.icd10)
    return told._replace(primary_condition="", icd10="") if of_use else told


def _background(background: "Background") -> "Background":
    """Without goals, trackers and what was agreed on pathways, which are the patient's own words, whatever they say."""
    return replace(
        background,
        problems=[row for row in background.problems if silent(row.title) and not names_use(row.code or "")],
        other_medications=[row for row in background.other_medications if not speaks_of_use(row.name)],
        pathways=(),
        goals="",
        trackers=(),
    )


def quiet_summary(case: "Case", press: Press) -> v.PcpSummary:
    """The PCP's page, silent where a free text tells of substance use."""
    page = summary(case, press)
    return replace(
        page,
        safety=_quiet_safety(page.safety),
        therapies=tuple(one for one in page.therapies if silent(f"{one.what} {one.words}")),
        recommendations=tuple(map(_quiet_advice, page.recommendations)),
        to_look_at=tuple(filter(silent, page.to_look_at)),
        next_steps=tuple(replace(line, text=silent(line.text)) for line in page.next_steps),
    )


def quiet_packet(case: "Case", press: Press) -> v.PacketPage:
    """One patient of the packet, silent where a free text tells of substance use."""
    page = packet_page(case, press)
    return replace(
        page,
        safety=_quiet_safety(page.safety),
        therapies=tuple(one for one in page.therapies if silent(f"{one.what} {one.words}")),
        attributions=tuple(filter(silent, page.attributions)),
        pathways=tuple(one for one in page.pathways if silent(one.text)),
        checks=tuple(
            replace(check, detail=silent(check.detail)) for check in page.checks if silent(check.what)
        ),
        missing=tuple(filter(None, map(_quiet_list, page.missing))),
        recommendations=tuple(map(_quiet_advice, page.recommendations)),
    )


def _quiet_list(text: str) -> str:
    """Names of what is not known, without what is withheld: that is known."""
    return ", ".join(name for name in text.split(", ") if silent(name))


def _quiet_safety(safety: v.Safety) -> v.Safety:
    return replace(safety, means=silent(safety.means), protective=silent(safety.protective))


def _quiet_advice(advice: v.Recommendation) -> v.Recommendation:
    return replace(advice, why=silent(advice.why), if_it_fails=silent(advice.if_it_fails))


def withheld(note: "SignedNote", one: "Advice") -> bool:
    """A recommendation that somebody outside is neither shown nor asked about."""
    words = one.row.drug, one.row.rationale, one.row.monitoring
    return is_part_2(note.snapshot.facts.care) and is_withheld(one.whole, *words)
