"""A page as its reader may be shown it: records under 42 CFR Part 2 only where the patient's written consent names them."""

from dataclasses import replace
from typing import TYPE_CHECKING

from registry.clinical.part_2_consent import Shared, consent_words, shared
from registry.documents import values as v
from registry.papers.outside import quiet_packet, quiet_summary, with_facts
from registry.papers.words import Press, packet_page, summary

if TYPE_CHECKING:
    from registry.papers.cases import Case


def pcp_page(case: "Case", press: Press) -> v.PcpSummary:
    """The one page for the patient's PCP."""
    told = _shared(case, press, case.snapshot.subject.pcp)
    make = quiet_summary if told.withheld else summary
    page = make(with_facts(case, told.facts, press.today) if told.withheld else case, press)
    return replace(page, printing=_stamped(page.printing, told))


def consultant_page(case: "Case", press: Press) -> v.PacketPage:
    """One patient of the packet for the consultant of the episode."""
    told = _shared(case, press, case.snapshot.subject.consultant)
    make = quiet_packet if told.withheld else packet_page
    page = make(with_facts(case, told.facts, press.today) if told.withheld else case, press)
    return replace(page, printing=_stamped(page.printing, told))


def _shared(case: "Case", press: Press, person: str) -> Shared:
    """The consent names the person, the clinic, or everybody who treats."""
    facts = case.snapshot.facts.as_of(press.today)
    return shared(facts, (person, case.snapshot.subject.clinic))


def _stamped(printing: v.Printing, told: Shared) -> v.Printing:
    return replace(printing, withheld=told.withheld, consent=consent_words(told.consents))
