"""The days of a clinic's weekly review."""

from datetime import date

import pytest

from registry.clinical.review_days import (
    Weekly,
    last_review,
    next_review,
    review_day_before,
    review_day_from,
)
from tests.clinical.cases import case

THURSDAY = 3


@pytest.mark.parametrize(
    ("day", "found", "before"),
    [
        (date(2026, 11, 19), date(2026, 11, 19), date(2026, 11, 12)),
        (date(2026, 11, 20), date(2026, 11, 26), date(2026, 11, 19)),
        (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 12)),
    ],
)
def test_review_days(day: date, found: date, before: date) -> None:
    assert review_day_from(THURSDAY, day) == found
    assert review_day_before(THURSDAY, day) == before


TUESDAYS = Weekly(1, date(2026, 10, 6), date(2026, 11, 17))
MONDAYS = Weekly(0, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("slots", "day", "coming", "gone"),
    [
        case("without a slot the clinic's usual weekday holds", [], date(2026, 11, 20), date(2026, 11, 26), date(2026, 11, 19)),
        case("a slot holds before the usual weekday", [TUESDAYS], date(2026, 11, 11), date(2026, 11, 17), date(2026, 11, 10)),
        case("a slot proposes nothing after its last day", [TUESDAYS], date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 17)),
        case("the new slot follows the old one", [TUESDAYS, MONDAYS], date(2026, 11, 18), date(2026, 11, 23), date(2026, 11, 17)),
        case("two slots a week take turns", [Weekly(1, TUESDAYS.from_on), MONDAYS], date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 23)),
        case("before a slot began the usual weekday held", [MONDAYS], date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 19)),
    ],
)  # fmt: skip
def test_the_days_of_slots(slots: list[Weekly], day: date, coming: date, gone: date) -> None:
    assert next_review(slots, THURSDAY, day) == coming
    assert last_review(slots, THURSDAY, day) == gone
