"""For whom records under 42 CFR Part 2 may leave: by the patient's written consents that stand (S73).

A consent names a recipient, or in one consent everybody who treats, pays for or runs the care, for all future uses; it
stands until it is revoked in writing.  What leaves for anybody else leaves the records out and says that it does.
"""

from collections.abc import Collection
from typing import NamedTuple

from registry.clinical.care import Care, Pathway, PathwayEvent
from registry.clinical.dates import listed, spell
from registry.clinical.facts import EpisodeFacts
from registry.clinical.part_2 import without
from registry.clinical.pathways import CONSENT, REVOKED, TPO, TPO_WORDS, events_of

WITHHELD = "Some information is withheld."


class Shared(NamedTuple):
    """What may leave for somebody: the facts, whether some are withheld, and the consents that let the others go."""

    facts: EpisodeFacts
    withheld: bool
    consents: tuple[PathwayEvent, ...]


def shared(facts: EpisodeFacts, recipients: Collection[str]) -> Shared:
    """The facts as they may go to a recipient, who is known by these names (a person's, an organization's)."""
    protected = [path for path in facts.care.pathways if path.part_2]
    consents = {path.id: consent_for(facts.care, path, recipients) for path in protected}
    held_back = frozenset(key for key, consent in consents.items() if consent is None)
    let_go = tuple(consent for consent in consents.values() if consent is not None)
    return Shared(without(facts, held_back) if held_back else facts, bool(held_back), let_go)


def consent_for(care: Care, pathway: Pathway, recipients: Collection[str]) -> PathwayEvent | None:
    """The consent under which a pathway's records may go to a recipient, or None."""
    names = {_plain(name) for name in (TPO, *recipients) if name}
    return next((e for e in standing_consents(care, pathway) if _plain(e.value) in names), None)


def standing_consents(care: Care, pathway: Pathway) -> tuple[PathwayEvent, ...]:
    """The consents for a pathway's records that stand, by recipient; on the day of a revocation none does."""
    events = events_of(care, pathway)
    given = {event.value: event for event in events if event.kind == CONSENT}
    revoked = {event.value: event.on for event in events if event.kind == REVOKED}
    return tuple(e for name, e in given.items() if name not in revoked or e.on > revoked[name])


def _plain(name: str) -> str:
    """A name as it is compared: whatever its capitals and blanks."""
    return " ".join(name.split()).casefold()


def recipient_words(value: str) -> str:
    """Whom a consent names."""
    return TPO_WORDS if value == TPO else value


def consent_words(consents: Collection[PathwayEvent]) -> str:
    """What travels with the records: under which consents they go. Empty where none was needed."""
    given = dict.fromkeys(f"{recipient_words(e.value)}, {spell(e.on)}" for e in consents)
    told = listed(given) if given else ""
    return f"Shared under the patient's written consent ({told}), until it is revoked." if told else ""
