"""How a score moved, as the patient reads it."""

import pytest

from registry.clinical.progress import direction
from registry.clinical.protocol import DEFAULT_PROTOCOL, GAD7, PHQ9, ScaleThresholds
from tests.clinical.cases import case


@pytest.mark.parametrize(
    ("first", "last", "scale", "word"),
    [
        case("five points fewer are better", 18, 13, PHQ9, "better"),
        case("four are about the same", 18, 14, PHQ9, "same"),
        case("of an elevated score a quarter counts, as on the chart", 12, 8, PHQ9, "better"),
        case("of a low score it is a point or two", 4, 3, PHQ9, "same"),
        case("half of a low score is better", 6, 3, PHQ9, "better"),
        case("from zero nothing gets better", 0, 0, PHQ9, "same"),
        case("five more are worse", 10, 15, PHQ9, "worse"),
        case("four more are about the same", 10, 14, PHQ9, "same"),
        case("of worry four points count", 12, 8, GAD7, "better"),
        case("and four more are worse", 8, 12, GAD7, "worse"),
    ],
)
def test_direction(first: int, last: int, scale: ScaleThresholds, word: str) -> None:
    assert direction(first, last, scale, DEFAULT_PROTOCOL) == word


@pytest.mark.parametrize(
    ("first", "last", "best", "word"),
    [
        case("lower than at the start and far above the best is up again", 19, 11, 4, "up_again"),
        case("as high as at the start after a better time is up again", 19, 20, 12, "up_again"),
        case("four above the best is still better", 19, 8, 4, "better"),
        case("never better, and worse", 10, 15, 10, "worse"),
        case("once better, now above the start: worse", 10, 16, 5, "worse"),
    ],
)
def test_who_is_up_again_is_not_told_that_it_is_better(first: int, last: int, best: int, word: str) -> None:
    assert direction(first, last, PHQ9, DEFAULT_PROTOCOL, best) == word
