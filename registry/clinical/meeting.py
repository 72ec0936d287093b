"""The states of a patient in a review meeting, and how its time stands."""

from datetime import date
from typing import NamedTuple

from registry.clinical.dates import MONTHS, counted

WAITING, REVIEWED, SKIPPED, NOT_TODAY, CARRIED_OVER = (
    "waiting",
    "reviewed",
    "skipped",
    "not_today",
    "carried_over",
)
STATES = {
    WAITING: "Waiting",
    REVIEWED: "Reviewed",
    SKIPPED: "Skipped, comes again",
    NOT_TODAY: "Not today",
    CARRIED_OVER: "Carried over",
}
TO_COME = (WAITING, SKIPPED)
"""Still to be looked at; who was skipped comes after the others."""
AN_HOUR = 8
"""Patients in an hour at most: four to eight are realistic (M)."""
MOST_MINUTES = 120
"""A case that was left open over lunch is no review of two hours (I)."""


OTHERS = "of your clinics; it has patients of other clinics, too"


class Clock(NamedTuple):
    """How the time stands: '15 minutes left for 8', 'about 1 minute each'."""

    done: int
    total: int
    left: str
    is_over: bool
    each: str
    others: str = ""
    """Said where the meeting has patients whom the reader does not see: its time is for them, too."""


def clock(done: int, total: int, to_come: int, minutes_left: int, is_whole: bool = True) -> Clock:
    """How the time stands for those who are still to come; below nought minutes it has run over."""
    is_over = minutes_left < 0
    left = f"{counted(abs(minutes_left), 'minute')} {'over' if is_over else 'left'}"
    if not is_whole:
        return Clock(done, total, f"{left} in the whole meeting", is_over, "", OTHERS)
    share = max(1, minutes_left // to_come) if to_come and minutes_left > 0 else 0
    each = f"about {counted(share, 'minute')} each" if share else ""
    return Clock(done, total, f"{left} for {to_come}" if to_come else left, is_over, each)


def carried_words(on: date | None) -> str:
    """'Carried over from Nov 13', nothing for who was not."""
    return f"Carried over from {MONTHS[on.month - 1]} {on.day}" if on else ""


def clock_words(seconds: int) -> str:
    """'3:05', nothing before the clock has run."""
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds else ""


def whole_minutes(seconds: float) -> int:
    """Minutes that may be billed: a begun one is none, and there are two hours at most."""
    return min(MOST_MINUTES, int(seconds // 60))


def minutes_of(seconds: float) -> int:
    """Whole minutes of a case, begun ones counted: at least one, at most two hours."""
    return min(MOST_MINUTES, max(1, int(-(-seconds // 60))))
