"""The days of a clinic's weekly review."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

WEEK = timedelta(days=7)


class Weekly(NamedTuple):
    """A slot on one day of every week, from a day to a day."""

    weekday: int
    from_on: date
    until_on: date | None = None

    def on_or_after(self, day: date) -> date | None:
        """Its first day from then on; None where it ends before."""
        on = review_day_from(self.weekday, max(day, self.from_on))
        return None if self.until_on and on > self.until_on else on

    def before(self, day: date) -> date | None:
        """Its last day before then; None where it begins later."""
        on = review_day_before(
            self.weekday, min(day, self.until_on + timedelta(days=1)) if self.until_on else day
        )
        return on if on >= self.from_on else None


def next_review(slots: Iterable[Weekly], weekday: int, day: date) -> date:
    """The clinic's first review on or after a day: of its slots, else on its usual weekday."""
    days = [on for slot in slots if (on := slot.on_or_after(day))]
    return min(days) if days else review_day_from(weekday, day)


def last_review(slots: Iterable[Weekly], weekday: int, day: date) -> date:
    """The clinic's last review before a day: of its slots, else on its usual weekday."""
    days = [on for slot in slots if (on := slot.before(day))]
    return max(days) if days else review_day_before(weekday, day)


def review_day_from(weekday: int, day: date) -> date:
    """The first review day on or after a day; Monday is 0."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def review_day_before(weekday: int, day: date) -> date:
    """The last review day before a day."""
    return review_day_from(weekday, day - WEEK)
