"""The care manager's minutes of a calendar month: after consent, not after discharge (S10)."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from registry.clinical.dates import spell
from registry.clinical.facts import Contact, EpisodeFacts, FactId

CARE_MANAGER = "care_manager"


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Minutes that do not count, and why, in a sentence."""

    contact_id: FactId
    minutes: int
    why: str


class Minutes(NamedTuple):
    """Minutes that count this month, and those that do not."""

    counted: int
    uncounted: tuple[Uncounted, ...] = ()


def minutes_this_month(facts: EpisodeFacts, today: date) -> Minutes:
    """Add up the care manager's contacts of today's calendar month."""
    facts = facts.as_of(today)
    first = today.replace(day=1)
    month = [c for c in facts.contacts if c.minutes and c.on >= first]
    counted, uncounted = 0, []
    for contact in month:
        why = _why_not(facts, contact)
        if why is None:
            counted += contact.minutes or 0
        else:
            uncounted.append(Uncounted(contact.id, contact.minutes or 0, why))
    return Minutes(counted, tuple(uncounted))


def _why_not(facts: EpisodeFacts, contact: Contact) -> str | None:
    """Why a contact's minutes do not count, None where they do."""
    if contact.author_role != CARE_MANAGER:
        return "Only the care manager's time counts."
    if facts.consented_on is None:
        return "No consent is recorded."
    if contact.on < facts.consented_on:
        return f"Before the consent of {spell(facts.consented_on)}."
    if facts.closed_on is not None and contact.on > facts.closed_on:
        return f"After the discharge of {spell(facts.closed_on)}."
    return None
