"""What a rule is and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from registry.clinical.facts import FactId
from registry.clinical.picture import Picture
from registry.clinical.sources import awaits_sign_off, cite


class Urgency(IntEnum):
    """How soon somebody has to act; a lower number is sooner."""

    EMERGENCY = 0
    SAME_DAY = 1
    THIS_WEEK = 2
    ROUTINE = 3

    @property
    def label(self) -> str:
        """The urgency as it is shown."""
        return self.name.replace("_", " ").capitalize()


class Finding(NamedTuple):
    """Why a patient needs attention: the facts in a sentence, what to do, who, and the source."""

    code: str
    urgency: Urgency
    sentence: str
    action: str
    who: str
    source: str
    awaiting_sign_off: bool
    facts: tuple[FactId, ...]
    tag: str  # safety | stuck | consult | lost | measure | cadence | stepdown | none
    label: str  # at most 16 characters


class Told(NamedTuple):
    """What one rule says about one episode; what it leaves open the rule's own row gives."""

    sentence: str
    facts: tuple[FactId, ...] = ()
    urgency: Urgency | None = None
    action: str | None = None
    label: str | None = None
    tag: str | None = None
    sources: tuple[str, ...] = ()  # of what was used, where the rule's row names those of all that it may use


Check = Callable[[Picture], Told | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the protocol: when it holds, what to do, who does it and where it comes from.

    ``when`` and ``window`` name thresholds in braces, which the rulebook fills in.
    """

    code: str
    name: str
    stages: frozenset[str]
    when: str
    window: str
    action: str
    who: str
    urgency: Urgency
    sources: tuple[str, ...]
    tag: str
    label: str
    source: str
    awaiting_sign_off: bool
    check: Check
    needs: str = ""
    """The list of `Care` without which the rule has nothing to say; empty where it always has to be asked."""

    def finding(self, told: Told) -> Finding:
        """What the check told, with the rule's own row around it."""
        return Finding(
            code=self.code,
            urgency=self.urgency if told.urgency is None else told.urgency,
            sentence=told.sentence,
            action=told.action or self.action,
            who=self.who,
            source=cite(*told.sources) if told.sources else self.source,
            awaiting_sign_off=awaits_sign_off(*told.sources) if told.sources else self.awaiting_sign_off,
            facts=told.facts,
            tag=told.tag or self.tag,
            label=told.label or self.label,
        )


def rule(
    code: str,
    name: str,
    *,
    stages: str,
    when: str,
    window: str,
    action: str,
    who: str,
    urgency: Urgency,
    sources: str,
    tag: str,
    label: str,
    needs: str = "",
) -> Callable[[Check], Rule]:
    """Make a rule of a check; stages and sources are words with blanks between."""
    keys = tuple(sources.split())

    def made(check: Check) -> Rule:
        return Rule(
            code=code,
            name=name,
            stages=frozenset(stages.split()),
            when=when,
            window=window,
            action=action,
            who=who,
            urgency=urgency,
            sources=keys,
            tag=tag,
            label=label,
            source=cite(*keys),
            awaiting_sign_off=awaits_sign_off(*keys),
            check=check,
            needs=needs,
        )

    return made
