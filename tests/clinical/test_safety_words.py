"""Is the patient safe, in one sentence."""

import pytest

from registry.clinical.facts import EpisodeFacts, RiskAssessment, Score
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.clinical.risk import safety_answer
from registry.clinical.safety_words import level_words, safety_sentence
from registry.clinical.views import standing
from tests.clinical.cases import TODAY, ago, case, enrolled, phq9

ALL_NO = {
    "wish_dead": False, "thoughts": False, "method": False, "intent": False, "plan": False,
    "behaviour_lifetime": False, "behaviour_3_months": False,
}  # fmt: skip


def assessed(days: int, *scores: str, **answers: bool) -> RiskAssessment:
    return RiskAssessment("r", ago(days), frozenset(scores), **{**ALL_NO, **answers})


@pytest.mark.parametrize(
    ("facts", "sentence", "is_open"),
    [
        case("nobody asked", enrolled(30), "Not asked: no item 9 and no risk assessment on record.", False),
        case("item 9 was nought", enrolled(30, scores=(phq9(5, 12, item9=0),)),
             "None reported: item 9 was 0 on Nov 13, 2026.", False),
        case("a positive item 9 is open", enrolled(30, scores=(phq9(5, 12, item9=2),)),
             "Item 9 scored 2 on Nov 13, 2026 and no risk assessment of that score is recorded.", True),
        case("a form that did not ask comes first, then what is older",
             enrolled(30, scores=(phq9(20, 12, item9=0), phq9(5, 12, None, items=None, answered=None))),
             "Not known on Nov 13, 2026: only the total was told. "
             "None reported: item 9 was 0 on Oct 29, 2026.", False),
        case("nothing is older", enrolled(30, scores=(phq9(5, 12, None, items=None, answered=None),)),
             "Not known on Nov 13, 2026: only the total was told.", False),
        case("an assessment since then has asked",
             enrolled(30, scores=(phq9(5, 12, None, items=None, answered=None),), risk_assessments=(assessed(3),)),
             "C-SSRS negative on Nov 15, 2026.", False),
        case("an older one has not",
             enrolled(30, scores=(phq9(5, 12, None, items=None, answered=None),), risk_assessments=(assessed(9),)),
             "Not known on Nov 13, 2026: only the total was told. C-SSRS negative on Nov 9, 2026.", False),
        case("a PHQ-2 asks nothing of it", enrolled(30, scores=(phq9(20, 12, item9=0), Score("t", "phq2", ago(3), 2))),
             "None reported: item 9 was 0 on Oct 29, 2026.", False),
        case("a positive answer that is no longer open was reported",
             enrolled(30, scores=(phq9(400, 12, item9=2),)), "Reported: item 9 was 2 on Oct 14, 2025.", False),
        case("an assessment speaks after it", enrolled(30, risk_assessments=(assessed(3),)),
             "C-SSRS negative on Nov 15, 2026.", False),
    ],
)  # fmt: skip
def test_sentence(facts: EpisodeFacts, sentence: str, is_open: bool) -> None:
    assert safety_sentence(standing(facts, DEFAULT_PROTOCOL, TODAY)) == (sentence, is_open)


@pytest.mark.parametrize(
    ("answers", "words"),
    [({}, "negative"), ({"wish_dead": True}, "low risk"), ({"method": True, "thoughts": True}, "moderate risk"),
     ({"intent": True, "thoughts": True}, "high risk"), ({"wish_dead": None}, "not complete")],
)  # fmt: skip
def test_level(answers: dict[str, bool], words: str) -> None:
    assert level_words(assessed(1, **answers)) == words


@pytest.mark.parametrize(
    ("score", "answer"),
    [
        case("an answer, also 0", phq9(5, 12, item9=0), "0"),
        case("left out of the form", phq9(5, 12, None), "not answered"),
        case("a bare total was not unasked", phq9(5, 12, None, items=None, answered=None), "not known"),
    ],
)  # fmt: skip
def test_why_there_is_no_answer(score: Score, answer: str) -> None:
    assert safety_answer(score) == answer
