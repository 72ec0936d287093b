"""From not improved to a changed treatment: how long a patient waits for the next step."""

from datetime import date
from typing import NamedTuple

from registry.clinical.course import course
from registry.clinical.facts import EpisodeFacts
from registry.clinical.protocol import Protocol
from registry.clinical.treatment import treatment_changes


class Stuck(NamedTuple):
    """Since when a patient is not improved, and when the treatment was changed then; None: not yet."""

    since: date
    changed_on: date | None

    @property
    def days(self) -> int | None:
        """From the one to the other."""
        return (self.changed_on - self.since).days if self.changed_on else None


def stuck(facts: EpisodeFacts, protocol: Protocol, today: date) -> Stuck | None:
    """From the first score that shows no improvement eight weeks or later into treatment to the next change of it.

    Eight weeks are the protocol's ``review_from`` (S30). A change on the day of the score counts.
    """
    since = next(
        (day for day in _late_scores(facts, protocol, today) if _not_improved(facts, protocol, day)), None
    )
    if since is None:
        return None
    changes = (change.on for change in treatment_changes(facts.as_of(today)))
    return Stuck(since, next((on for on in changes if on >= since), None))


def _late_scores(facts: EpisodeFacts, protocol: Protocol, today: date) -> list[date]:
    """Days of the primary scale after the baseline, from eight weeks of treatment on."""
    enrolled_on, later = facts.enrolled_on, course(facts, protocol, today).scores[1:]
    if enrolled_on is None:
        return []
    return [s.taken_on for s in later if (s.taken_on - enrolled_on).days >= protocol.review_from.value]


def _not_improved(facts: EpisodeFacts, protocol: Protocol, day: date) -> bool:
    """As the registry judged it on the day of the score."""
    return course(facts, protocol, day).improved is False
