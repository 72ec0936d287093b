"""What patients follow in their own words: goals, days at work or school, sleep, exercise, cravings.

None of these is a validated scale: nothing is cut off or banded, and only the patient's own ends give them a meaning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

from registry.clinical.dates import counted, spell

MINUTES_A_DAY = 24 * 60
LONG_NIGHT = 16 * 60
"""A longer stay in bed is asked about: the times may have been exchanged."""
LATEST = 21
"""Nights on a sleep log, and in its averages."""
QUALITY = ("Very poor", "Poor", "Fair", "Good", "Very good")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of tracker: its unit, its range, and which way is better."""

    title: str
    unit: str
    highest: int
    more_is_better: bool
    asks: str
    """The question of an entry."""
    aim: str
    """What a target is told in."""
    noun: str
    """What a person begins."""
    example: str
    """What it may be called."""
    ends: tuple[str, str] | None = None
    """What 0 and 10 may look like, where the patient says so."""

    @property
    def side(self) -> str:
        """On which side of the target the patient wants to be."""
        return "at least" if self.more_is_better else "at most"


GOAL, ATTENDANCE, SLEEP, EXERCISE, CRAVINGS = "goal", "attendance", "sleep", "exercise", "cravings"
KINDS = {
    GOAL: Kind("Goal, 0 to 10", "of 10", 10, True, "How far is it today, 0 to 10?", "0 to 10", "goal",
               "Walk the dog every morning", ("I stay in bed all day", "We walk around the lake")),
    ATTENDANCE: Kind("Days at work or school", "days a week", 7, True, "Days this week", "days a week", "attendance log", "Days at school"),
    SLEEP: Kind("Sleep log", "hours", 24, True, "Hours slept", "hours a night", "sleep log", "My nights"),
    EXERCISE: Kind("Exercise", "minutes", 600, True, "Minutes on this day", "minutes a day", "exercise log", "Swimming"),
    CRAVINGS: Kind("Cravings, 0 to 10", "of 10", 10, False, "The strongest of the day, 0 to 10", "0 to 10", "cravings log",
                   "Wanting a drink", ("I did not think of it", "I could think of nothing else")),
}  # fmt: skip
RATED = tuple(name for name, kind in KINDS.items() if kind.ends)


@dataclass(frozen=True, slots=True)
class Told:
    """A tracker as the patient tells it; `target` is in the unit of its kind."""

    kind: str
    title: str
    low_text: str
    high_text: str
    target: float | None
    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day; of a night the day on which the patient woke."""

    on: date
    value: float | None = None
    bed_time: time | None = None
    wake_time: time | None = None
    quality: int | None = None
    note: str = ""


class Night(NamedTuple):
    """One night, named by the day on which the patient woke; what is not known is None."""

    on: date
    bed: time | None = None
    wake: time | None = None
    hours: float | None = None
    quality: int | None = None  # 1 very poor to 5 very good
    note: str = ""

    @property
    def in_bed(self) -> int | None:
        """Minutes between going to bed and getting up."""
        return None if self.bed is None or self.wake is None else minutes_between(self.bed, self.wake)

    @property
    def asleep_percent(self) -> int | None:
        """Hours slept as a share of the time in bed."""
        if not self.in_bed or self.hours is None:
            return None
        return min(100, round(self.hours * 6000 / self.in_bed))


class Tracked(NamedTuple):
    """A tracker with its days that tell a value, oldest first."""

    kind: str
    title: str
    target: float | None = None
    days: tuple[tuple[date, float], ...] = ()

    @property
    def recent(self) -> tuple[tuple[date, float], ...]:
        """The latest days: those of which an average is told."""
        return self.days[-LATEST:]

    @property
    def mean(self) -> float | None:
        """Of the latest days."""
        return _mean(value for _, value in self.recent)


def minutes_between(bed: time, wake: time) -> int:
    """From one time of the clock to the next other: 23:30 to 06:00 is 390 minutes."""
    return (wake.hour * 60 + wake.minute - bed.hour * 60 - bed.minute) % MINUTES_A_DAY


def refusal(kind: str, value: float | None) -> str | None:
    """The sentence that refuses a value outside the range of its kind."""
    if value is None or 0 <= value <= KINDS[kind].highest:
        return None
    return f"Give a number from 0 to {KINDS[kind].highest}."


def night_refusal(night: Night) -> str | None:
    """The sentence that refuses a night that cannot be."""
    if night.in_bed is not None and night.in_bed > LONG_NIGHT:
        return f"That is {night.in_bed // 60} hours in bed: check the two times."
    if night.in_bed is not None and night.hours is not None and night.hours * 60 > night.in_bed:
        return "That is more sleep than time in bed."
    if night.hours is None and night.in_bed is None and night.quality is None:
        return "Give the times, the hours slept, or how the sleep was."
    return None


@dataclass(frozen=True, slots=True)
class Averages:
    """What the nights have in common; None where no night tells it."""

    nights: int
    hours: float | None
    in_bed: float | None
    """Hours."""
    asleep_percent: int | None
    quality: float | None


def averages(nights: Sequence[Night]) -> Averages:
    """Means over the nights that tell them; a night that does not is left out, never taken for nought."""
    in_bed = _mean(night.in_bed for night in nights)
    percent = _mean(night.asleep_percent for night in nights)
    return Averages(
        len(nights),
        _mean(night.hours for night in nights),
        None if in_bed is None else round(in_bed / 60, 1),
        None if percent is None else round(percent),
        _mean(night.quality for night in nights),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 1) if known else None


def course(kind: str, values: Sequence[float]) -> str:
    """First to last in words: 'from 3 to 6, better'; one value alone has no course."""
    if len(values) < 2:
        return ""
    first, last = values[0], values[-1]
    if first == last:
        return f"{first:g} as at first"
    better = (last > first) == KINDS[kind].more_is_better
    return f"from {first:g} to {last:g}, {'better' if better else 'worse'}"


def tracked_words(one: Tracked) -> str:
    """A tracker in a line for staff: 'Walk the dog (goal, 0 to 10): from 3 to 6, better, Nov 22, 2026; target 7'."""
    kind = KINDS[one.kind]
    unit = "" if kind.highest == 10 else f", {kind.unit}"
    target = "" if one.target is None else f"; target {one.target:g}"
    return f"{one.title} ({kind.title.casefold()}{unit}): {_went(one)}{target}"


def _went(one: Tracked) -> str:
    if not one.days:
        return "nothing told yet"
    last_on, last = one.days[-1]
    if one.kind == SLEEP:
        return f"{one.mean:g} on average of {counted(len(one.recent), 'night')} to {spell(last_on)}"
    values = [value for _, value in one.days]
    return f"{course(one.kind, values) or f'{last:g}'}, {spell(last_on)}"
