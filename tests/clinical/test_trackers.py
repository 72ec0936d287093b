"""Trackers: nights that can be and cannot, means that leave out what is not known, and a course in words."""

from datetime import date, time, timedelta

import pytest

from registry.clinical.dates import spell
from registry.clinical.trackers import (
    CRAVINGS,
    GOAL,
    KINDS,
    LATEST,
    Night,
    Tracked,
    averages,
    course,
    minutes_between,
    night_refusal,
    refusal,
    tracked_words,
)
from tests.clinical.cases import case

DAY = date(2026, 11, 18)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("bed", "wake", "minutes"),
    [
        case("over midnight", time(23, 30), time(6, 0), 390),
        case("after midnight", time(1, 15), time(8, 0), 405),
        case("a shift worker's day", time(9, 0), time(15, 0), 360),
        case("the same time is no time", time(22, 0), time(22, 0), 0),
    ],
)
def test_minutes_in_bed(bed: time, wake: time, minutes: int) -> None:
    assert minutes_between(bed, wake) == minutes


@pytest.mark.parametrize(
    ("night", "words"),
    [
        case("a night with times", Night(DAY, time(23), time(7)), None),
        case("a night with hours alone", Night(DAY, hours=6.5), None),
        case("a night with its quality alone", Night(DAY, quality=2), None),
        case("nothing at all", Night(DAY), "Give the times"),
        case("one time without the other", Night(DAY, bed=time(23)), "Give the times"),
        case("times exchanged", Night(DAY, time(6), time(23)), "17 hours in bed"),
        case("more sleep than bed", Night(DAY, time(23), time(5), hours=7), "more sleep than time in bed"),
        case("as much sleep as bed", Night(DAY, time(23), time(5), hours=6), None),
    ],
)
def test_nights_that_cannot_be(night: Night, words: str | None) -> None:
    told = night_refusal(night)
    assert (words is None and told is None) or (words is not None and told is not None and words in told)


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        case("a goal is reached from below", GOAL, "at least"),
        case("cravings are to stay under their target", CRAVINGS, "at most"),
    ],
)
def test_the_side_of_a_target(kind: str, side: str) -> None:
    assert KINDS[kind].side == side


def test_what_is_not_known_is_left_out_of_the_means() -> None:
    nights = [Night(DAY, time(23), time(7), 6, 3), Night(DAY, hours=8), Night(DAY, quality=2)]
    seen = averages(nights)
    assert (seen.nights, seen.hours, seen.in_bed, seen.asleep_percent, seen.quality) == (3, 7.0, 8.0, 75, 2.5)
    nothing = averages([])
    assert (nothing.nights, nothing.hours, nothing.in_bed, nothing.asleep_percent) == (0, None, None, None)


def test_the_share_asleep_needs_both() -> None:
    assert Night(DAY, time(22), time(22), 6).asleep_percent is None
    assert Night(DAY, time(22), time(6)).asleep_percent is None


@pytest.mark.parametrize(("kind", "value", "refused"), [
    ("goal", 10, False), ("goal", 11, True), ("attendance", 7, False), ("attendance", 8, True),
    ("exercise", -1, True), ("sleep", 24.5, True), ("cravings", None, False),
])  # fmt: skip
def test_values_stay_in_their_range(kind: str, value: float | None, refused: bool) -> None:
    assert (refusal(kind, value) is not None) is refused


@pytest.mark.parametrize(("kind", "values", "words"), [
    ("goal", [3], ""), ("goal", [], ""), ("goal", [3, 2, 6], "from 3 to 6, better"),
    ("cravings", [8, 5], "from 8 to 5, better"), ("cravings", [5, 8], "from 5 to 8, worse"),
    ("sleep", [6.5, 5], "from 6.5 to 5, worse"), ("exercise", [30, 10, 30], "30 as at first"),
])  # fmt: skip
def test_the_course_in_words(kind: str, values: list[float], words: str) -> None:
    assert course(kind, values) == words


def test_every_kind_asks_something() -> None:
    assert all(kind.asks and kind.unit for kind in KINDS.values())


@pytest.mark.parametrize(("one", "words"), [
    (Tracked("goal", "Walk the dog", 7, ((DAY - WEEK, 3), (DAY, 6))),
     "Walk the dog (goal, 0 to 10): from 3 to 6, better, {day}; target 7"),
    (Tracked("cravings", "Wanting to use", None, ((DAY, 6),)), "Wanting to use (cravings, 0 to 10): 6, {day}"),
    (Tracked("attendance", "At work", 5), "At work (days at work or school, days a week): nothing told yet; target 5"),
    (Tracked("sleep", "My sleep", 7.5, ((DAY - WEEK, 5), (DAY, 6))),
     "My sleep (sleep log, hours): 5.5 on average of 2 nights to {day}; target 7.5"),
])  # fmt: skip
def test_a_tracker_in_a_line(one: Tracked, words: str) -> None:
    assert tracked_words(one) == words.format(day=spell(DAY))


def test_an_average_is_of_the_latest_days_alone() -> None:
    days = tuple((DAY - timedelta(days=n), 8.0 if n < LATEST else 0.0) for n in range(LATEST + 9, -1, -1))
    one = Tracked("sleep", "My sleep", None, days)
    assert (len(one.recent), one.mean) == (LATEST, 8.0)
