"""A form as it was filled in, and which form of the PHQ an age gets."""

from datetime import date

import pytest

from registry.clinical.instruments import INSTRUMENTS, Filled, ScoreError, depression_form

PHQ9 = INSTRUMENTS["phq9"]


def test_answers_are_scored_as_answers_and_a_total_as_a_total() -> None:
    assert Filled(PHQ9, (1,) * 9).scored().total == 9
    assert Filled(PHQ9, (1,) * 8 + (None,), declined=(9,)).scored().item9 is None
    assert Filled(PHQ9, None, 14).scored().answered is None
    with pytest.raises(ScoreError, match="28 is not one of 0-27"):
        Filled(PHQ9, None, 28).scored()


@pytest.mark.parametrize(
    ("birth_date", "form", "why"),
    [
        (date(2008, 11, 21), "phq_a", "17 until tomorrow"),
        (date(2008, 11, 20), "phq9", "18 today"),
        (date(1962, 3, 9), "phq9", "an adult"),
        (None, "phq9", "an unknown age counts as adult"),
    ],
)
def test_adolescents_get_the_phq_a(birth_date: date | None, form: str, why: str) -> None:
    assert depression_form(birth_date, date(2026, 11, 20)) == form, why
