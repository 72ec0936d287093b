"""The views of the caseload, so that counts, tags and lists agree everywhere."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from registry.clinical.contact_due import contact_due_in
from registry.clinical.facts import EpisodeFacts
from registry.clinical.findings import Finding, findings_in
from registry.clinical.picture import ACTIVE, CLOSED, Picture, picture
from registry.clinical.protocol import Protocol

TAG_ORDER = ("safety", "stuck", "consult", "lost", "measure", "cadence", "stepdown")
WEEK = timedelta(days=6)


class Standing(NamedTuple):
    """One episode as the caseload sees it: its picture and what was found."""

    picture: Picture
    findings: tuple[Finding, ...]


@lru_cache(maxsize=512)
def standing(facts: EpisodeFacts, protocol: Protocol, today: date) -> Standing:
    """See an episode once for all views; the answer is kept for facts that are asked about again."""
    seen = picture(facts, protocol, today)
    return Standing(seen, findings_in(seen))


def due_on(standing: Standing) -> date | None:
    """The recorded due date of the next action, else the day that the protocol asks for."""
    planned = standing.picture.facts.next_action_due_on
    return planned if planned is not None else contact_due_in(standing.picture)


def is_active(standing: Standing) -> bool:
    """Enrolled or in relapse prevention."""
    return standing.picture.stage == ACTIVE


def is_due_this_week(standing: Standing) -> bool:
    """Late, or due today or on one of the next six days; never once closed."""
    due = due_on(standing)
    return standing.picture.stage != CLOSED and due is not None and due <= standing.picture.today + WEEK


def is_not_improving(standing: Standing) -> bool:
    """Something is tagged as stuck."""
    return has_tag(standing, "stuck")


def is_for_consult(standing: Standing) -> bool:
    """Something is tagged for the consultant."""
    return has_tag(standing, "consult")


def is_safety(standing: Standing) -> bool:
    """Something is tagged as safety."""
    return has_tag(standing, "safety")


def has_tag(standing: Standing, tag: str) -> bool:
    """Some finding has this tag."""
    return any(f.tag == tag for f in standing.findings)


VIEWS: dict[str, Callable[[Standing], bool]] = {
    "all": is_active,
    "due": is_due_this_week,
    "not_improving": is_not_improving,
    "consult": is_for_consult,
    "safety": is_safety,
}


def tags(findings: tuple[Finding, ...], most: int = 3) -> tuple[Finding, ...]:
    """The findings that stand for the tags of a row: the most urgent of each tag, in the order of tags."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.tag, finding)
    return tuple(first[tag] for tag in TAG_ORDER if tag in first)[:most]
