"""How the time of a review meeting stands, and what a case took."""

from datetime import date

import pytest

from registry.clinical.meeting import Clock, carried_words, clock, clock_words, minutes_of, whole_minutes
from tests.clinical.cases import case


@pytest.mark.parametrize(
    ("told", "reads"),
    [
        case("time is left for those to come", (4, 12, 8, 16), Clock(4, 12, "16 minutes left for 8", False, "about 2 minutes each")),
        case("less than a minute each is one minute", (4, 12, 8, 5), Clock(4, 12, "5 minutes left for 8", False, "about 1 minute each")),
        case("the time has run over", (4, 12, 8, -3), Clock(4, 12, "3 minutes over for 8", True, "")),
        case("nobody is left", (12, 12, 0, 10), Clock(12, 12, "10 minutes left", False, "")),
        case("the very last minute", (11, 12, 1, 0), Clock(11, 12, "0 minutes left for 1", False, "")),
    ],
)  # fmt: skip
def test_the_clock(told: tuple[int, int, int, int], reads: Clock) -> None:
    assert clock(*told) == reads


def test_carried_over_in_words() -> None:
    assert carried_words(date(2026, 11, 13)) == "Carried over from Nov 13"
    assert carried_words(None) == ""


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        case("a glance is a minute", 0, 1),
        case("a minute is a minute", 60, 1),
        case("a begun minute counts", 61, 2),
        case("left open over lunch is two hours at most", 20_000, 120),
    ],
)
def test_minutes_of_a_case(seconds: int, minutes: int) -> None:
    assert minutes_of(seconds) == minutes


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        case("a glance is nothing that may be billed", 59.9, 0),
        case("a minute is a minute", 60, 1),
        case("a begun minute is none", 179, 2),
        case("two hours at most", 20_000, 120),
    ],
)
def test_minutes_that_may_be_billed(seconds: float, minutes: int) -> None:
    assert whole_minutes(seconds) == minutes


def test_the_clock_of_who_sees_a_part_is_of_the_whole_meeting() -> None:
    told = clock(1, 3, 2, 30, is_whole=False)
    assert (told.left, told.each) == ("30 minutes left in the whole meeting", "")
    assert told.others == "of your clinics; it has patients of other clinics, too"


def test_the_time_in_words() -> None:
    assert [clock_words(seconds) for seconds in (0, 5, 185)] == ["", "0:05", "3:05"]
