"""Columbia's triage: an unanswered question is never a no."""

from typing import Any

import pytest

from registry.clinical.checks import CHECKS, applies
from registry.clinical.facts import RiskAssessment
from registry.clinical.instruments.cssrs import asked, triage
from tests.clinical.cases import NO, TODAY, case

YES_2 = {"wish_dead": True, "thoughts": True, "method": False, "intent": False, "plan": False,
         "behaviour_lifetime": False}  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "level", "complete"),
    [
        case("all no is none", NO, "none", True),
        case("nothing answered is unknown", {}, "unknown", False),
        case("a missing question 1 is unknown, not none", {"thoughts": False, "behaviour_lifetime": False},
             "unknown", False),
        case("only the wish to be dead is low", {**NO, "wish_dead": True}, "low", True),
        case("thoughts without method or intent are low", YES_2, "low", True),
        case("thoughts with a method are moderate", {**YES_2, "method": True}, "moderate", True),
        case("some intent is high, as Columbia has it", {**YES_2, "intent": True}, "high", True),
        case("a plan with intent is high", {**YES_2, "plan": True}, "high", True),
        case("behaviour in the past three months is high",
             {**NO, "behaviour_lifetime": True, "behaviour_3_months": True}, "high", True),
        case("behaviour long ago is moderate",
             {**NO, "behaviour_lifetime": True, "behaviour_3_months": False}, "moderate", True),
        case("behaviour of unknown date is at least moderate and may be high",
             {**NO, "behaviour_lifetime": True}, "moderate", False),
        case("thoughts without an answer on intent are at least low and may be high",
             {**YES_2, "intent": None}, "low", False),
        case("a missing question 2 may hide intent", {"wish_dead": True, "behaviour_lifetime": False}, "low", False),
        case("high is high, whatever else is missing", {"intent": True}, "high", True),
        case("no to thoughts answers questions 3 to 5", {**NO, "method": None, "intent": None}, "none", True),
    ],
)  # fmt: skip
def test_triage(answers: dict[str, Any], level: str, complete: bool) -> None:
    found = triage(RiskAssessment("r", TODAY, **answers))
    assert (found.level, found.complete) == (level, complete)


def test_the_deciding_answers_and_the_missing_ones_are_named() -> None:
    found = triage(RiskAssessment("r", TODAY, **{**YES_2, "method": True, "intent": None}))
    assert found.because == ("question 3 (method)",)
    assert found.unanswered == ("question 4 (intent)",)
    assert found.settled


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        case("without a yes to 2 nobody asks 3 to 5", {"thoughts": False}, (None, None, None, None)),
        case("a yes to 2 keeps them", {"thoughts": True}, (True, False, False, None)),
        case("a yes to ever keeps the last three months", {"thoughts": True, "behaviour_lifetime": True},
             (True, False, False, True)),
    ],
)  # fmt: skip
def test_what_is_not_asked_is_not_known(changes: dict[str, bool], kept: tuple[bool | None, ...]) -> None:
    answers = {"wish_dead": True, "thoughts": None, "method": True, "intent": False, "plan": False,
               "behaviour_lifetime": False, "behaviour_3_months": True}  # fmt: skip
    found = asked({**answers, **changes})
    assert tuple(found[name] for name in ("method", "intent", "plan", "behaviour_3_months")) == kept


@pytest.mark.parametrize(
    ("topic", "sex", "expected"),
    [("pregnancy", "male", False), ("pregnancy", None, True), ("eating", "male", True)],
)
def test_of_whom_a_check_is_asked(topic: str, sex: str | None, expected: bool) -> None:
    assert applies(topic, sex) is expected


def test_every_intake_check_has_a_name() -> None:
    assert len(CHECKS) == 12
    assert all(label[0].isupper() for label in CHECKS.values())
