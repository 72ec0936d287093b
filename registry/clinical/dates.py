"""Days as the rules count and write them, and how they put words together."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FRIDAY = 4
DAY = timedelta(days=1)
FURTHEST = timedelta(days=366)
"""No plan lies further from today: a later day is a year that was mistyped."""


@lru_cache(maxsize=4096)
def spell(day: date) -> str:
    """A day is written Nov 14, 2026, whatever the server's language."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def spell_short(day: date) -> str:
    """Nov 14: beside a year that is plain from the page."""
    return f"{MONTHS[day.month - 1]} {day.day}"


def spell_month(day: date) -> str:
    """Nov 2026: where the day does not matter."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 day, 2 days."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(parts: Iterable[str]) -> str:
    """Several things in one sentence: a, b and c."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def begun(text: str) -> str:
    """The text as it begins a sentence: its first letter is large, the others stay as they are."""
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """The text as it goes on inside a sentence: its first letter is small, unless an abbreviation begins there."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def ended(text: str) -> str:
    """What somebody wrote, as it ends a sentence: with a mark of its own, or with a full stop."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def working_days_after(day: date, number: int) -> date:
    """The date that lies a number of working days after a day; weekends do not count, holidays do."""
    while number:
        day += DAY
        number -= day.weekday() <= FRIDAY
    return day


@lru_cache(maxsize=1024)
def month_end(day: date) -> date:
    """The last day of the calendar month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def birthday(birth_date: date, age: int) -> date:
    """The day on which somebody reaches an age; who was born on a February 29 does so on March 1."""
    month, day = (
        (3, 1) if (birth_date.month, birth_date.day) == (2, 29) else (birth_date.month, birth_date.day)
    )
    return date(birth_date.year + age, month, day)


def age_on(birth_date: date | None, day: date) -> int | None:
    """Whole years of age, None where the birth date is not known."""
    if birth_date is None:
        return None
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday
