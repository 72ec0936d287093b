"""Why advice was declined: in the words that were written, counted, with nobody named in them."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from registry.clinical.decision_moves import ANSWERS
from registry.clinical.loop_report import Followed


class Reason(NamedTuple):
    """Why advice was declined, in the words that were written, and how often."""

    key: str
    words: str
    number: int


NAME = "[name]"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SHORTEST = 3
"""Letters from which a part of a name is taken for one."""


def parts_of(names: Iterable[str]) -> frozenset[str]:
    """The parts of people's names, for `without_names`."""
    return frozenset(
        word.casefold() for name in names for word in _WORD.findall(name) if len(word) >= SHORTEST
    )


def without_names(text: str, parts: frozenset[str]) -> str:
    """What was written, with nobody named in it."""
    return _WORD.sub(lambda found: NAME if _names(found.group(), parts) else found.group(), text)


def _names(word: str, parts: frozenset[str]) -> bool:
    """Also in the possessive; a word that begins small is not a name."""
    plain = re.sub(r"['’]s$", "", word)
    return plain[:1].isupper() and plain.casefold() in parts


def reason_key(words: str) -> str:
    """A short sign for the same words however they were typed, so that no reason stands in an address."""
    return sha256(_same(words).encode()).hexdigest()[:12]


def _same(words: str) -> str:
    return " ".join(words.split()).rstrip(".;, ").casefold()


def declined_reasons(followed: Iterable[Followed], parts: frozenset[str]) -> list[Reason]:
    """Why advice was declined, the most frequent first."""
    found: dict[str, list[str]] = {}
    for one in followed:
        if words := declined_because(one):
            found.setdefault(reason_key(words), []).append(words)
    reasons = [Reason(key, without_names(told[0], parts), len(told)) for key, told in found.items()]
    return sorted(reasons, key=lambda reason: (-reason.number, reason.words.casefold()))


def declined_because(one: Followed) -> str:
    """The reason of a standing 'declined'; empty where it is none."""
    last = one.advice.last(*ANSWERS)
    return last.reason.strip() if last and last.kind == "declined" else ""
