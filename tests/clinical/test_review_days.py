"""The days of a clinic's weekly review."""

from datetime import date

import pytest

from registry.clinical.review_days import review_day_after, review_day_before, review_day_from

THURSDAY = 3


@pytest.mark.parametrize(
    ("day", "found", "after", "before"),
    [
        (date(2026, 11, 19), date(2026, 11, 19), date(2026, 11, 26), date(2026, 11, 12)),
        (date(2026, 11, 20), date(2026, 11, 26), date(2026, 11, 26), date(2026, 11, 19)),
        (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 19), date(2026, 11, 12)),
    ],
)
def test_review_days(day: date, found: date, after: date, before: date) -> None:
    assert review_day_from(THURSDAY, day) == found
    assert review_day_after(THURSDAY, day) == after
    assert review_day_before(THURSDAY, day) == before
