"""SF1 to SF8: a safety finding clears only through a recorded assessment of that score."""

from typing import Any

import pytest

from registry.clinical.facts import EpisodeFacts
from registry.clinical.findings import Urgency, findings
from tests.clinical.cases import (
    TODAY,
    P,
    ago,
    case,
    closed,
    cssrs,
    enrolled,
    found,
    missed,
    phq9,
    plan,
    referred,
    seen,
)

FRI = phq9(5, 12, 1)  # Nov 13, 2026, a Friday
TUE = phq9(1, 12, 2)
OLD = phq9(40, 15, 1)


@pytest.mark.parametrize(
    ("facts", "open_scores"),
    [
        case("item 9 of 0 is not a finding", enrolled(60, scores=(phq9(5, 12, 0),)), []),
        case("item 9 that was not asked is not a positive one", enrolled(60, scores=(phq9(5, 12, None),)), []),
        case("item 9 of 1 is open", enrolled(60, scores=(FRI,)), [FRI]),
        case("an assessment of that score closes it", enrolled(60, scores=(FRI,), risk_assessments=(cssrs(4, FRI),)),
             []),
        case("an assessment of another score does not",
             enrolled(60, scores=(OLD, FRI), risk_assessments=(cssrs(4, OLD),)), [FRI]),
        case("an assessment that names no score does not", enrolled(60, scores=(FRI,), risk_assessments=(cssrs(4),)),
             [FRI]),
        case("a later 0 does not close it", enrolled(60, scores=(FRI, phq9(1, 3, 0))), [FRI]),
        case("it returns with the next positive score",
             enrolled(60, scores=(FRI, TUE), risk_assessments=(cssrs(4, FRI),)), [TUE]),
        case("one assessment may answer two scores",
             enrolled(60, scores=(FRI, TUE), risk_assessments=(cssrs(0, FRI, TUE),)), []),
        case("an assessment without answers does not close it",
             enrolled(60, scores=(FRI,), risk_assessments=(cssrs(4, FRI, wish_dead=None, thoughts=None),)), [FRI]),
        case("one that a clinician clears with a reason does",
             enrolled(60, scores=(FRI,), risk_assessments=(cssrs(4, FRI, cleared="welfare visit made", wish_dead=None),)),
             []),
        case("a moderate one closes the score and raises the flag instead",
             enrolled(60, scores=(FRI,), risk_assessments=(cssrs(4, FRI, behaviour_lifetime=True),)), []),
        case("the screening score that led to the referral counts", referred(3, scores=(phq9(20, 14, 2, id="s"),)),
             [phq9(20, 14, 2, id="s")]),
        case("a score from long before the referral does not", referred(3, scores=(phq9(94, 14, 2),)), []),
        case("without a referral every score counts", EpisodeFacts(episode_id="e", patient_id="p", scores=(OLD,)),
             [OLD]),
        case("a closed episode does not close the finding", closed(2, scores=(FRI,)), [FRI]),
        case("death does", closed(2, "died", scores=(FRI,)), []),
    ],
)  # fmt: skip
def test_a_positive_item_9_stays_open_until_that_score_is_assessed(
    facts: EpisodeFacts, open_scores: list[Any]
) -> None:
    told = found(facts, "SF1")
    assert (told.facts if told else ()) == tuple(s.id for s in open_scores)


def test_the_sentence_says_the_facts() -> None:
    one = found(enrolled(60, scores=(FRI,)), "SF1")
    assert one is not None
    assert one.sentence == "Item 9 scored 1 on Nov 13, 2026 and no risk assessment of that score is recorded."
    assert (one.urgency, one.tag) == (Urgency.SAME_DAY, "safety")
    two = found(enrolled(60, scores=(FRI, TUE)), "SF1")
    assert two is not None
    assert "1 on Nov 13, 2026 and 2 on Nov 17, 2026 and no risk assessment of those scores" in two.sentence


def test_an_unfinished_assessment_is_told_with_what_it_lacks() -> None:
    begun = cssrs(4, FRI, wish_dead=True, behaviour_lifetime=None)
    told = found(enrolled(60, scores=(FRI,), risk_assessments=(begun,)), "SF1")
    assert told is not None
    assert told.sentence.endswith(
        "The assessment of Nov 14, 2026 lacks question 6 (behavior, ever) and question 6 (behavior, past 3 months)."
    )


@pytest.mark.parametrize(
    ("days", "late"),
    [
        case("on the day itself it is not late", 0, False),
        case("on the next working day it is not yet late", 1, False),
        case("after one working day it is escalated", 2, True),
        case("a Friday's score is late on Tuesday", 5, True),
    ],
)
def test_a_positive_item_9_is_escalated_after_one_working_day(days: int, late: bool) -> None:
    assert (found(enrolled(60, scores=(phq9(days, 12, 1),)), "SF5") is not None) is late


def test_a_fridays_score_is_not_late_on_monday() -> None:
    facts = enrolled(60, scores=(FRI,))
    assert found(facts, "SF5", ago(2)) is None
    late = found(facts, "SF5", ago(1))
    assert late is not None
    assert late.sentence == "The positive item 9 of Nov 13, 2026 has waited 4 days for an assessment."


def test_death_ends_the_escalation() -> None:
    assert found(closed(2, "died", scores=(FRI,)), "SF5") is None


HIGH = cssrs(20, intent=True)
MODERATE = cssrs(20, behaviour_lifetime=True, behaviour_3_months=False)
LOW = cssrs(20, wish_dead=True)


@pytest.mark.parametrize(
    ("assessments", "code"),
    [
        case("no assessment raises no flag", (), None),
        case("all no raises no flag", (cssrs(20),), None),
        case("intent is an emergency", (HIGH,), "SF2"),
        case("behaviour long ago is moderate", (MODERATE,), "SF3"),
        case("the wish to be dead is low", (LOW,), "SF4"),
        case("a lower one later does not clear high", (HIGH, cssrs(10)), "SF2"),
        case("a reason clears it", (HIGH, cssrs(10, cleared="seen by psychiatry")), None),
        case("it returns when raised again", (HIGH, cssrs(10, cleared="seen"), cssrs(5, plan=True)), "SF2"),
        case("a higher one raises it", (MODERATE, cssrs(5, intent=True)), "SF2"),
        case("a clearing with a method still yes is moderate", (HIGH, cssrs(5, cleared="seen", method=True)), "SF3"),
        case("a clearing with intent still yes stays high", (HIGH, cssrs(5, cleared="seen", intent=True)), "SF2"),
        case("behaviour long ago, once cleared, does not keep the flag up",
             (MODERATE, cssrs(5, cleared="plan in place", behaviour_lifetime=True, behaviour_3_months=False)), None),
        case("cleared with the wish to be dead it is low",
             (MODERATE, cssrs(5, cleared="plan", behaviour_lifetime=True, behaviour_3_months=False, wish_dead=True)),
             "SF4"),
        case("raised and cleared on one day without a clock it stays up",
             (cssrs(5, intent=True), cssrs(5, cleared="seen")), "SF2"),
    ],
)  # fmt: skip
def test_the_flag_stands_until_it_is_cleared_with_a_reason(
    assessments: tuple[Any, ...], code: str | None
) -> None:
    told = {f.code for f in findings(enrolled(60, risk_assessments=assessments), P, TODAY)}
    assert told & {"SF2", "SF3", "SF4"} == ({code} if code else set())


def test_high_is_an_emergency_and_says_why() -> None:
    told = found(enrolled(60, risk_assessments=(HIGH,)), "SF2")
    assert told is not None
    assert told.urgency is Urgency.EMERGENCY
    assert told.sentence == "C-SSRS of Oct 29, 2026 is high (yes to question 4 (intent)) and is not cleared."


def test_what_was_not_answered_is_told() -> None:
    unknown = cssrs(5, behaviour_lifetime=True)
    told = found(enrolled(60, risk_assessments=(unknown,)), "SF3")
    assert told is not None
    assert told.sentence.endswith("Not answered: question 6 (behavior, past 3 months).")
    low = cssrs(5, thoughts=True, method=False, intent=False)
    told = found(enrolled(60, risk_assessments=(low,)), "SF4")
    assert told is not None
    assert told.sentence.endswith("Not answered: question 5 (plan with intent).")


@pytest.mark.parametrize("assessment", [HIGH, MODERATE, LOW], ids=["high", "moderate", "low"])
def test_death_ends_every_flag(assessment: Any) -> None:
    facts = closed(2, "died", risk_assessments=(assessment, cssrs(10)))
    assert not [f for f in findings(facts, P, TODAY) if f.tag == "safety"]


@pytest.mark.parametrize(
    ("facts", "fires"),
    [
        case("low risk is asked about at the next contact", enrolled(60, risk_assessments=(LOW,)), True),
        case("the contact of that day is not the next", enrolled(60, risk_assessments=(LOW,), contacts=(seen(20),)),
             True),
        case("a later contact takes it up", enrolled(60, risk_assessments=(LOW,), contacts=(seen(19),)), False),
        case("so does a safety plan", enrolled(60, risk_assessments=(LOW,), safety_plans=(plan(20),)), False),
        case("an older plan does not", enrolled(60, risk_assessments=(LOW,), safety_plans=(plan(21),)), True),
    ],
)  # fmt: skip
def test_low_risk_is_taken_up(facts: EpisodeFacts, fires: bool) -> None:
    assert (found(facts, "SF4") is not None) is fires


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        case("without a flag no plan is asked for", enrolled(60), None),
        case("a flag wants a plan and a contact", enrolled(60, risk_assessments=(MODERATE,)),
             "The risk flag is up: no safety plan is recorded and no treatment contact is recorded."),
        case("a fresh plan and a contact this week are enough",
             enrolled(60, risk_assessments=(MODERATE,), safety_plans=(plan(90),), contacts=(seen(7),)), None),
        case("a plan of 91 days is stale",
             enrolled(60, risk_assessments=(MODERATE,), safety_plans=(plan(91),), contacts=(seen(7),)),
             "The risk flag is up: the safety plan was last gone through on Aug 19, 2026."),
        case("going through it again makes it fresh",
             enrolled(60, risk_assessments=(MODERATE,), safety_plans=(plan(91, 3),), contacts=(seen(7),)), None),
        case("a contact of 8 days is too old",
             enrolled(60, risk_assessments=(MODERATE,), safety_plans=(plan(9),), contacts=(seen(8),)),
             "The risk flag is up: the last treatment contact was on Nov 10, 2026."),
    ],
)  # fmt: skip
def test_while_a_flag_is_up_plan_and_contact_are_fresh(facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, "SF6")
    assert (told.sentence if told else None) == sentence


@pytest.mark.parametrize(
    ("later", "ending"),
    [
        case("all no later asks for a decision", cssrs(10), "came out none and gives no reason to clear it."),
        case("an incomplete one later as well", cssrs(10, thoughts=None),
             "is incomplete and gives no reason to clear it."),
    ],
)  # fmt: skip
def test_a_flag_never_clears_by_itself(later: Any, ending: str) -> None:
    told = found(enrolled(60, risk_assessments=(HIGH, later)), "SF7")
    assert told is not None
    assert told.sentence.startswith("The high flag of Oct 29, 2026 stands: the C-SSRS of Nov 8, 2026 ")
    assert told.sentence.endswith(ending)


def test_a_flag_that_stands_alone_asks_for_no_decision() -> None:
    assert found(enrolled(60, risk_assessments=(HIGH,)), "SF7") is None


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        case("answered on the portal, nobody was there", {"scores": (phq9(2, 14, 2, mode="portal"),)}, True),
        case("asked by phone, somebody was", {"scores": (phq9(2, 14, 2, mode="phone"),)}, False),
        case("how it was answered is not known", {"scores": (phq9(2, 14, 2),)}, False),
        case("a 0 on the portal asks for nothing", {"scores": (phq9(2, 14, 0, mode="portal"),)}, False),
        case("a call on the day may have come before the answer",
             {"scores": (phq9(2, 14, 2, mode="portal"),), "contacts": (seen(2),)}, True),
        case("a call on a later day has heard it", {"scores": (phq9(2, 14, 2, mode="portal"),), "contacts": (seen(1),)}, False),
        case("a call that reached nobody has not",
             {"scores": (phq9(2, 14, 2, mode="portal"),), "contacts": (missed(1, "outreach_attempt"),)}, True),
    ],
)  # fmt: skip
def test_what_is_answered_alone_is_the_first_call_of_the_next_morning(facts, stands: bool) -> None:
    assert (found(enrolled(30, **facts), "SF8") is not None) is stands


def test_an_answer_given_alone_waits_for_its_assessment_and_not_for_the_dead() -> None:
    alone = phq9(2, 14, 2, mode="portal")
    told = found(enrolled(30, scores=(alone,)), "SF8")
    assert told.sentence == "Item 9 scored 2 on Nov 16, 2026, on the portal with nobody there."
    assert (told.urgency.name, told.facts) == ("SAME_DAY", (alone.id,))
    assert found(enrolled(30, scores=(alone,), risk_assessments=(cssrs(1, alone),)), "SF8") is None
    assert found(closed(1, "died", scores=(alone,)), "SF8") is None
