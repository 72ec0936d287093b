"""Item 10 of the EPDS is the safety item of that form: it goes the same way as item 9 of the PHQ."""

import pytest

from registry.clinical.facts import EpisodeFacts, RiskAssessment, Score
from registry.clinical.findings import findings
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.clinical.safety_words import safety_sentence
from registry.clinical.views import standing
from tests.clinical.cases import TODAY, ago, case, enrolled, phq9


def epds(days: int, item10: int | None, **more: object) -> Score:
    return Score(f"epds {days}", "epds", ago(days), 12, item9=item10, **{"answered": 10} | more)  # type: ignore[arg-type]


def told(facts: EpisodeFacts) -> dict[str, str]:
    return {found.code: found.sentence for found in findings(facts, DEFAULT_PROTOCOL, TODAY)}


def test_item_10_of_1_or_more_wants_an_assessment_today() -> None:
    found = told(enrolled(30, scores=(epds(3, 1),)))
    assert found["SF1"] == (
        "Item 10 of the EPDS scored 1 on Nov 15, 2026 and no risk assessment of that score is recorded."
    )
    assert (
        found["SF5"]
        == "The positive item 10 of the EPDS of Nov 15, 2026 has waited 3 days for an assessment."
    )


def test_both_forms_are_named() -> None:
    found = told(enrolled(30, scores=(epds(1, 2), phq9(2, 12, item9=1))))
    assert found["SF1"].startswith(
        "Item 9 scored 1 on Nov 16, 2026, item 10 of the EPDS scored 2 on Nov 17, 2026 and no risk"
    )


def test_an_assessment_of_that_score_closes_it() -> None:
    done = RiskAssessment("r", ago(2), frozenset({"epds 3"}), False, False, False, False, False, False, False)
    assert "SF1" not in told(enrolled(30, scores=(epds(3, 1),), risk_assessments=(done,)))


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        case("item 10 of 0 was asked", epds(3, 0), None),
        case("item 10 left blank was not", epds(3, None, answered=9),
             "EPDS of Nov 15, 2026: 9 of 10 items answered (total pro-rated) and item 10 of the EPDS was not answered."),
        case("a bare total hides it", epds(3, None, answered=None),
             "EPDS of Nov 15, 2026: item 10 of the EPDS is not known (total only)."),
    ],
)  # fmt: skip
def test_item_10_of_0_is_never_not_asked(score: Score, sentence: str | None) -> None:
    assert told(enrolled(30, scores=(score,))).get("M2") == sentence


def test_the_safety_sentence_names_the_item() -> None:
    seen = standing(enrolled(30, scores=(epds(3, 0),)), DEFAULT_PROTOCOL, TODAY)
    assert safety_sentence(seen)[0] == "None reported: item 10 of the EPDS was 0 on Nov 15, 2026."
