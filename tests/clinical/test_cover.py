"""Who covers whom, and which periods cannot be entered."""

import pytest

from registry.clinical.cover import Period, refuse_cover
from tests.clinical.cases import TODAY, ago, case


def period(away: str, by: str, begin: int, end: int) -> Period:
    """From so many days ahead to so many days ahead."""
    return Period(away, by, ago(-begin), ago(-end))


@pytest.mark.parametrize(
    ("day", "holds"),
    [case("the day before", 4, False), case("the first day", 5, True), case("the last day", 9, True),
     case("the day after it is over by itself", 10, False)],
)  # fmt: skip
def test_a_period_holds_from_the_first_to_the_last_day(day: int, holds: bool) -> None:
    assert period("maria", "jonas", 5, 9).holds_on(ago(-day)) is holds


@pytest.mark.parametrize(
    ("new", "other", "words"),
    [
        case("a week next month", period("maria", "jonas", 30, 36), None, None),
        case("a day that is today", period("maria", "jonas", 0, 0), None, None),
        case("nobody covers themselves", period("maria", "maria", 1, 2), None, "covers themselves"),
        case("the last day lies before the first", period("maria", "jonas", 3, 2), None, "before the first"),
        case("it began yesterday", period("maria", "jonas", -1, 2), None, "has passed"),
        case("the same person is covered already", period("maria", "jonas", 5, 9), period("maria", "rosa", 9, 12),
             "A cover from Nov 27, 2026 to Nov 30, 2026 stands already"),
        case("the day after the other ends is free", period("maria", "jonas", 5, 9), period("maria", "rosa", 10, 12), None),
        case("the two would cover each other", period("maria", "jonas", 5, 9), period("jonas", "maria", 9, 12),
             "cover each other"),
        case("who covers is away", period("maria", "jonas", 5, 9), period("jonas", "rosa", 1, 5), "The colleague is away"),
        case("who goes away covers somebody", period("maria", "jonas", 5, 9), period("rosa", "maria", 1, 5),
             "covers a colleague from Nov 19, 2026 to Nov 23, 2026"),
        case("one person covers two", period("maria", "jonas", 5, 9), period("rosa", "jonas", 5, 9), None),
    ],
)  # fmt: skip
def test_which_periods_can_be(new: Period, other: Period | None, words: str | None) -> None:
    refused = refuse_cover(new, [other] if other else [], TODAY)
    assert refused is None if words is None else words in (refused or "")
