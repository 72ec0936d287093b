"""While somebody is away a colleague does their work: who covers whom on a day, and which periods cannot be."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from registry.clinical.dates import spell
from registry.clinical.facts import FactId


class Period(NamedTuple):
    """Somebody is away from the first to the last day and is covered by a colleague."""

    away: FactId
    by: FactId
    from_on: date
    until_on: date

    def holds_on(self, day: date) -> bool:
        """Both days are part of it; the day after it is over by itself."""
        return self.from_on <= day <= self.until_on

    def meets(self, other: "Period") -> bool:
        """They share a day."""
        return self.from_on <= other.until_on and other.from_on <= self.until_on

    @property
    def days(self) -> str:
        """'from Nov 23, 2026 to Nov 27, 2026'."""
        return f"from {spell(self.from_on)} to {spell(self.until_on)}"


def refuse_cover(new: Period, others: Iterable[Period], today: date) -> str | None:
    """The sentence that refuses a period, or None where it may be entered; `others` are those that stand."""
    if new.away == new.by:
        return "Nobody covers themselves. Choose a colleague."
    if new.until_on < new.from_on:
        return "The last day lies before the first."
    if new.from_on < today:
        return "This day has passed. Begin today or later."
    met = [other for other in others if new.meets(other)]
    return next((words for other in met if (words := _refuse_beside(new, other))), None)


def _refuse_beside(new: Period, other: Period) -> str | None:
    """Two periods that share a day: nobody is away twice, and whoever covers is there."""
    if other.away == new.away:
        return f"A cover {other.days} stands already. End it first, or choose other days."
    if other.away == new.by and other.by == new.away:
        return f"The two would cover each other: the colleague is away {other.days}."
    if other.away == new.by:
        return f"The colleague is away {other.days}. Choose somebody who is there."
    if other.by == new.away:
        return f"Whoever is to be away covers a colleague {other.days}. Find somebody else for that first."
    return None
