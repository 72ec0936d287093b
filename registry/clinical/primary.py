"""The primary scale of an episode: one, fixed at enrolment; improvement is judged on it alone (S19)."""

from collections.abc import Iterable, Mapping
from datetime import date

from registry.clinical.dates import age_on, listed
from registry.clinical.facts import SERIES, EpisodeFacts, Score
from registry.clinical.instruments import INSTRUMENTS, Band, band
from registry.clinical.protocol import Protocol

USUAL = ("phq9", "gad7")
"""Followed in every episode, whatever its primary scale."""
PRIMARY: Mapping[str, str] = {
    "phq9": "depression; PHQ-A for adolescents",
    "gad7": "anxiety",
    "pcl5": "PTSD",
    "scared_child": "anxiety, the young person's own form",
    "scared_parent": "anxiety, the parent's form",
    "psc17": "general pediatric",
}
"""The scales that can be primary, each with what it follows."""
_NO_BASELINE = (
    "cannot be the primary scale: no published number says when a baseline is elevated, so nothing could be judged. "
    "It can be entered and read as a score all the same."
)
NOT_PRIMARY: Mapping[str, str] = {
    name: f"The {INSTRUMENTS[name].title} {_NO_BASELINE}"
    for name in ("smfq_child", "smfq_parent", "vanderbilt_parent", "vanderbilt_teacher")
}
"""Scales of the same set that are refused, and why."""
MONITORING = frozenset((*PRIMARY, *NOT_PRIMARY))
"""A score of any of these families is the month's scored scale (S19); the PHQ-A is in the series of the PHQ-9."""
PAIRS = {"scared_child": "scared_parent", "scared_parent": "scared_child"}
"""Forms for two informants: each has its own baseline, and both are shown."""


def shown_scales(facts: EpisodeFacts) -> tuple[str, ...]:
    """The scales of a page: the episode's own first, with its pair once scored, then what is left of the usual two."""
    own = SERIES.get(facts.primary_scale, facts.primary_scale)
    pair = PAIRS.get(own, "")
    return (own, *([pair] if facts.series(pair) else []), *(name for name in USUAL if name != own))


def series_title(name: str, scores: Iterable[Score]) -> str:
    """What a series is called: by the forms that were taken in it, "PHQ-A" or "PHQ-A and PHQ-9"; else by its own."""
    taken = dict.fromkeys(INSTRUMENTS[s.instrument].title for s in scores if s.total is not None)
    return listed(taken) if taken else INSTRUMENTS[name].title


def other_scale(facts: EpisodeFacts) -> str | None:
    """The primary scale where it is neither PHQ-9 nor GAD-7."""
    first = shown_scales(facts)[0]
    return None if first in USUAL else first


def level(name: str, total: int, protocol: Protocol) -> Band:
    """The band of a total; of a scale without bands, on which side of an elevated baseline it lies."""
    kind = INSTRUMENTS[name]
    found = band(kind, total)
    if found is not None:
        return found
    line = protocol.scale(name).elevated
    if total < line:
        return Band(kind.lowest, line - 1, f"below {line}", 0)
    return Band(line, kind.highest, f"{line} or more", 2)


def refusal(name: str, birth_date: date | None, on: date) -> str:
    """Why a scale cannot be the primary one of a patient who is enrolled on a day; empty where it can."""
    if name in NOT_PRIMARY:
        return NOT_PRIMARY[name]
    if name not in PRIMARY:
        return "Choose a primary scale."
    return "" if name in USUAL else _of_another_age(name, age_on(birth_date, on))


def _of_another_age(name: str, age: int | None) -> str:
    """The form is for another age; one that is not known passes."""
    kind = INSTRUMENTS[name]
    if age is None or kind.to_age is None or (kind.from_age or 0) <= age <= kind.to_age:
        return ""
    return f"The {kind.title} is for ages {kind.from_age} to {kind.to_age}; the patient is {age}."
