"""The days of a clinic's weekly review."""

from datetime import date, timedelta

WEEK = timedelta(days=7)


def review_day_from(weekday: int, day: date) -> date:
    """The first review day on or after a day; Monday is 0."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def review_day_after(weekday: int, day: date) -> date:
    """The next review day after a day."""
    return review_day_from(weekday, day + timedelta(days=1))


def review_day_before(weekday: int, day: date) -> date:
    """The last review day before a day."""
    return review_day_from(weekday, day - WEEK)
