"""The care manager's minutes of a calendar month: after consent, not after discharge (S10)."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from registry.clinical.dates import spell
from registry.clinical.facts import EpisodeFacts, FactId

CARE_MANAGER, CONSULTANT = "care_manager", "psychiatric_consultant"
"""The consultant's own time is nothing that a care manager forgot: it is never told as minutes that do not count."""

NO_CONSENT = "no consent is recorded"


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Minutes of a contact or a review that do not count, and why, in a sentence."""

    minutes: int
    why: str


class Minutes(NamedTuple):
    """Minutes that count this month, and those that do not."""

    counted: int
    uncounted: tuple[Uncounted, ...] = ()

    @property
    def told(self) -> str:
        """'1 entry does not count: only the care manager's time counts.'; empty where all count."""
        if not self.uncounted:
            return ""
        number, why = len(self.uncounted), self.uncounted[0].why
        entries = "1 entry does not count" if number == 1 else f"{number} entries do not count"
        return f"{entries}: {why[0].lower()}{why[1:]}"


class Spent(NamedTuple):
    """Minutes of one person on one day."""

    id: FactId
    on: date
    role: str
    minutes: int


def minutes_this_month(facts: EpisodeFacts, today: date) -> Minutes:
    """Add up the care manager's contacts and case reviews of today's calendar month."""
    facts = facts.as_of(today)
    first = today.replace(day=1)
    spent = [
        Spent(c.id, c.on, c.author_role, c.minutes) for c in facts.contacts if c.minutes and c.on >= first
    ]
    spent += [Spent(r.id, r.on, r.role, r.minutes) for r in facts.care.review_times if r.on >= first]
    counted, uncounted = 0, []
    for one in spent:
        why = _why_not(facts, one)
        if why is None:
            counted += one.minutes
        elif one.role != CONSULTANT:
            uncounted.append(Uncounted(one.minutes, why))
    return Minutes(counted, tuple(uncounted))


def _why_not(facts: EpisodeFacts, one: Spent) -> str | None:
    """Why these minutes do not count, None where they do."""
    if one.role != CARE_MANAGER:
        return "Only the care manager's time counts."
    if why := no_consent(facts, one.on):
        return f"{why[0].upper()}{why[1:]}."
    if facts.closed_on is not None and one.on > facts.closed_on:
        return f"After the discharge of {spell(facts.closed_on)}."
    return None


def no_consent(facts: EpisodeFacts, day: date) -> str:
    """Why no consent covers a day, in words; empty where one does."""
    if any(consent.covers(day) for consent in facts.consents):
        return ""
    later = next((c.on for c in facts.consents if c.on > day), None)
    if later:
        return f"before the consent of {spell(later)}"
    ended = max((c.withdrawn_on for c in facts.consents if c.withdrawn_on), default=None)
    return f"after the consent was withdrawn on {spell(ended)}" if ended else NO_CONSENT
