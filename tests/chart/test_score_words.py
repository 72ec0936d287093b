"""A score in the patient's timeline: what the safety item told, or why nobody knows."""

import pytest

from registry.chart.presenters import score_words
from registry.clinical.facts import Score
from tests.clinical.cases import TODAY, case, phq9


@pytest.mark.parametrize(
    ("score", "words"),
    [
        case("the answer", phq9(1, 12, 2), "PHQ-9 12, moderate; item 9: 2"),
        case("a bare total does not tell", phq9(1, 12, None, items=None, answered=None),
             "PHQ-9 12, moderate; item 9: not known"),
        case("a form without the answer does", phq9(1, 12, None), "PHQ-9 12, moderate; item 9: not answered"),
        case("without a total it counts as well", phq9(1, None, 2, answered=6),
             "PHQ-9: not scored, 6 items answered; item 9: 2"),
        case("the EPDS asks in its tenth", Score("e", "epds", TODAY, 14, answered=10, item9=2),
             "EPDS 14, probable; item 10: 2"),
        case("the GAD-7 does not ask", Score("g", "gad7", TODAY, 9, answered=7), "GAD-7 9, mild"),
        case("a PHQ-9 of which two items are missing", phq9(1, 12, 0, answered=8, prorated=True),
             "PHQ-9 12, moderate; item 9: 0; pro-rated from 8 items"),
    ],
)  # fmt: skip
def test_what_a_score_told(score: Score, words: str) -> None:
    assert score_words(score) == words
