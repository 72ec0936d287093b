"""What a form asks beside its items: never scored; a yes to a safety question goes the way of a positive item 9."""

import pytest

from registry.clinical.episode_moves import refuse_or_none
from registry.clinical.explain import explain
from registry.clinical.facts import PORTAL, EpisodeFacts, RiskAssessment, Score
from registry.clinical.findings import Urgency
from registry.clinical.instruments import EXTRAS, INSTRUMENTS, Filled, alarms
from registry.clinical.risk import open_item9
from registry.clinical.safety_words import safety_sentence
from registry.clinical.views import standing
from tests.clinical.cases import TODAY, P, ago, case, closed, cssrs, enrolled, found, phq9, status

MONTH, EVER, LOW_MOOD = "suicidal_past_month", "attempt_ever", "dysthymia"
ALL_NO = (False,) * 7


def teen(days: int, item9: int | None = 0, mode: str = "", **extras: int) -> Score:
    """A PHQ-A of 4 with its extras."""
    return Score(
        f"teen {days}", "phq_a", ago(days), 4, 9, item9=item9, mode=mode, extras=tuple(extras.items())
    )


def sentence(facts: EpisodeFacts, code: str) -> str | None:
    told = found(facts, code)
    return told.sentence if told else None


@pytest.mark.parametrize(
    ("name", "asked"),
    [("phq9", [("difficulty", False)]), ("phq_a", [(LOW_MOOD, False), (MONTH, True), (EVER, True)])],
)
def test_the_forms_ask_what_their_row_of_the_facts_names(name: str, asked: list[tuple[str, bool]]) -> None:
    assert [(extra.key, extra.safety) for extra in INSTRUMENTS[name].extras] == asked


def test_every_question_has_a_key_of_its_own_and_an_answer_for_each_value() -> None:
    extras = [extra for kind in INSTRUMENTS.values() for extra in kind.extras]
    assert len(EXTRAS) == len(extras)
    assert {len(extra.options) for extra in extras if extra.kind == "0-3"} == {4}
    assert {extra.options for extra in extras if extra.kind == "yes_no"} == {("No", "Yes")}
    assert {extra.kind for extra in extras if extra.safety} == {"yes_no"}


def test_they_are_never_scored() -> None:
    items = (1, 1, 1, 1, 1, 1, 1, None, 0)
    bare = Filled(INSTRUMENTS["phq_a"], items)
    told = Filled(INSTRUMENTS["phq_a"], items, extras=((LOW_MOOD, 1), (MONTH, 1), (EVER, 1)))
    assert told.scored() == bare.scored()


def test_not_asked_is_never_no() -> None:
    assert EXTRAS[MONTH].told(None) == "thoughts of suicide in the past month: not asked"
    assert EXTRAS[MONTH].told(0) == "thoughts of suicide in the past month: no"
    assert EXTRAS["difficulty"].told(2) == "difficulty at work, at home or with people: very"


@pytest.mark.parametrize(
    ("answers", "keys"),
    [
        case("nothing was asked", {}, []),
        case("no to both", {MONTH: 0, EVER: 0}, []),
        case("low mood for a year is no safety matter", {LOW_MOOD: 1}, []),
        case("extreme difficulty is none either", {"difficulty": 3}, []),
        case("thoughts in the past month", {MONTH: 1, EVER: 0}, [MONTH]),
        case("both", {MONTH: 1, EVER: 1}, [MONTH, EVER]),
    ],
)
def test_only_a_yes_to_a_safety_question_is_an_alarm(answers: dict[str, int], keys: list[str]) -> None:
    assert [extra.key for extra in alarms(answers.items())] == keys


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        case("a yes opens the path although item 9 is 0", (teen(0, suicidal_past_month=1),),
             "PHQ-A, thoughts of suicide in the past month: yes, on Nov 18, 2026, and no risk assessment of that score is recorded."),
        case("a lifetime attempt does too, with item 9 not asked", (teen(0, None, attempt_ever=1),),
             "PHQ-A, a suicide attempt at any time: yes, on Nov 18, 2026, and no risk assessment of that score is recorded."),
        case("both, and item 9", (teen(0, 2, suicidal_past_month=1, attempt_ever=1),),
             "Item 9 scored 2 on Nov 18, 2026; PHQ-A, thoughts of suicide in the past month: yes, on Nov 18, 2026; "
             "PHQ-A, a suicide attempt at any time: yes, on Nov 18, 2026, and no risk assessment of that score is recorded."),
        case("item 9 of one form and a yes on another", (phq9(3, 12, 1), teen(0, suicidal_past_month=1)),
             "Item 9 scored 1 on Nov 15, 2026; PHQ-A, thoughts of suicide in the past month: yes, on Nov 18, 2026, "
             "and no risk assessment of those scores is recorded."),
        case("a later no does not close it", (teen(3, attempt_ever=1), teen(0, attempt_ever=0)),
             "PHQ-A, a suicide attempt at any time: yes, on Nov 15, 2026, and no risk assessment of that score is recorded."),
        case("a no opens nothing", (teen(0, suicidal_past_month=0, attempt_ever=0),), None),
        case("not asked opens nothing", (teen(0),), None),
        case("low mood for a year opens nothing", (teen(0, dysthymia=1),), None),
    ],
)  # fmt: skip
def test_a_yes_wants_an_assessment_today(scores: tuple[Score, ...], told: str | None) -> None:
    facts = enrolled(30, scores=scores)
    assert sentence(facts, "SF1") == told
    if told:
        one = found(facts, "SF1")
        assert one
        assert (one.urgency, one.tag) == (Urgency.SAME_DAY, "safety")


def test_after_a_working_day_it_is_late_and_says_which_question() -> None:
    facts = enrolled(30, scores=(teen(3, suicidal_past_month=1),))
    assert sentence(facts, "SF5") == (
        "The positive PHQ-A question (thoughts of suicide in the past month) of Nov 15, 2026 has waited 3 days "
        "for an assessment."
    )
    both = enrolled(30, scores=(teen(3, 1, attempt_ever=1),))
    assert "positive item 9 and PHQ-A question (a suicide attempt at any time) of" in (
        sentence(both, "SF5") or ""
    )


def test_answered_alone_it_is_the_first_call() -> None:
    facts = enrolled(30, scores=(teen(0, mode=PORTAL, suicidal_past_month=1),))
    assert sentence(facts, "SF8") == (
        "PHQ-A, thoughts of suicide in the past month: yes, on Nov 18, 2026, on the portal with nobody there."
    )


def test_only_an_assessment_of_that_score_closes_it() -> None:
    scores = (teen(3, suicidal_past_month=1),)
    named = RiskAssessment("r", ago(2), frozenset({"teen 3"}), *ALL_NO)
    assert open_item9(enrolled(30, scores=scores, risk_assessments=(cssrs(2),)), P) == scores
    assert open_item9(enrolled(30, scores=scores, risk_assessments=(named,)), P) == ()


def test_the_episode_is_not_closed_over_it() -> None:
    facts = enrolled(30, scores=(teen(3, suicidal_past_month=1),))
    assert refuse_or_none("enrolled", "closed", facts, "other") == (
        "PHQ-A question (thoughts of suicide in the past month) was positive on Nov 15, 2026: record the risk "
        "assessment before closing."
    )


def test_what_was_not_asked_is_no_gap_of_its_own() -> None:
    assert found(enrolled(30, scores=(teen(3),)), "M2") is None


@pytest.mark.parametrize(
    ("facts", "told", "is_open"),
    [
        case("a yes is open", enrolled(30, scores=(teen(0, suicidal_past_month=1),)),
             "PHQ-A, thoughts of suicide in the past month: yes, on Nov 18, 2026, and no risk assessment of that score is recorded.",
             True),
        case("a yes that nothing waits for any more is still no 'none reported'",
             enrolled(30, status(1, "closed", "died"), closed_on=ago(1), scores=(teen(9, attempt_ever=1), teen(3))),
             "Reported: PHQ-A, a suicide attempt at any time: yes, on Nov 9, 2026.", False),
        case("a no leaves the sentence about item 9", enrolled(30, scores=(teen(3, attempt_ever=0),)),
             "None reported: item 9 was 0 on Nov 15, 2026.", False),
    ],
)  # fmt: skip
def test_none_reported_is_never_said_over_a_yes(facts: EpisodeFacts, told: str, is_open: bool) -> None:
    assert safety_sentence(standing(facts, P, TODAY)) == (told, is_open)


def test_a_yes_after_closing_goes_to_the_pcp_as_a_safety_matter() -> None:
    told = found(closed(40, scores=(teen(5, suicidal_past_month=1),)), "D6")
    assert told
    assert "PHQ-9 4, thoughts of suicide in the past month: yes on Nov 13, 2026" in told.sentence
    assert (told.urgency, told.tag) == (Urgency.SAME_DAY, "safety")


def test_why_names_the_answer() -> None:
    seen = standing(enrolled(30, scores=(teen(0, suicidal_past_month=1),)), P, TODAY)
    finding = next(f for f in seen.findings if f.code == "SF1")
    assert "thoughts of suicide in the past month: yes" in str(explain(finding, seen.picture))
