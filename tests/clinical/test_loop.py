"""The ledger's words: what moves a recommendation on, and how late it is."""

from datetime import date

import pytest

from registry.clinical.course import course
from registry.clinical.facts import Decision, Recommendation
from registry.clinical.loop import due_words, is_followed, late_lines, next_words, open_words, standings
from registry.clinical.outcome import Standing, standing_of
from registry.clinical.protocol import DEFAULT_PROTOCOL as P
from tests.clinical.cases import TODAY, ago, case, enrolled, phq9, review

FACTS = enrolled(90, scores=(phq9(80, 20), phq9(36, 16)))


def advice(*steps: Decision, judge: int = 7, category: str = "increase") -> Recommendation:
    return Recommendation("r", 1, category, judge_on=ago(judge), decisions=steps)


@pytest.mark.parametrize(
    ("one", "signed", "words"),
    [
        case("not sent", advice(), 1, "Deliver it to the PCP"),
        case("not sent and late", advice(), 6, "Deliver it to the PCP"),
        case("sent yesterday", advice(Decision(ago(1), "delivered")), 1, "Wait for the answer"),
        case("no answer in three working days", advice(Decision(ago(6), "delivered")), 6, "Remind the PCP"),
        case("on the seventh day it is not yet in breach", advice(Decision(ago(7), "seen")), 7, "Remind the PCP"),
        case("no answer in a week", advice(Decision(ago(8), "seen")), 8, "Escalate to the PCP's lead"),
        case("deferred", advice(Decision(ago(8), "deferred", "lab", until_on=ago(-2))), 20, "Ask again on the day"),
        case("the day until which it was deferred has passed",
             advice(Decision(ago(8), "deferred", "lab", until_on=ago(2))), 20, "Remind the PCP"),
        case("and a week after it", advice(Decision(ago(15), "deferred", "lab", until_on=ago(8))), 20,
             "Escalate to the PCP's lead"),
        case("agreed", advice(Decision(ago(14), "accepted")), 20, "See that it is done"),
        case("agreed and not done in time", advice(Decision(ago(15), "accepted")), 20, "Ask, and record the barrier"),
        case("not done", advice(Decision(ago(1), "not_implemented", "cost")), 20, "Decide again with the PCP"),
        case("done, the day to come", advice(Decision(ago(1), "implemented"), judge=-9), 20,
             "Take the primary scale on the day"),
        case("done and not judged", advice(Decision(ago(19), "implemented")), 20, "Take the primary scale"),
        case("closed", advice(Decision(ago(19), "closed", "moved")), 20, ""),
    ],
)  # fmt: skip
def test_what_moves_it_on(one: Recommendation, signed: int, words: str) -> None:
    standing = standing_of(one, ago(signed), course(FACTS, P, TODAY), P, TODAY)
    assert next_words(one, standing, ago(signed), P, TODAY) == words


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        case("nothing is due", None, ""),
        case("late", ago(3), "3 days late"),
        case("late by a day", ago(1), "1 day late"),
        case("today", TODAY, "due today"),
        case("to come", ago(-4), "due in 4 days"),
    ],
)
def test_how_late(due_on: date | None, words: str) -> None:
    assert due_words(Standing("do", ago(20), due_on, None), TODAY) == words


def test_to_go_on_as_now_is_not_followed() -> None:
    assert is_followed(advice())
    assert not is_followed(advice(category="continue"))
    assert not is_followed(advice(category="no_change"))


def test_what_of_an_episode_is_late_in_numbers() -> None:
    facts = enrolled(
        90, scores=(phq9(80, 20),), reviews=(
            review(40, advice(Decision(ago(39), "delivered")), advice(Decision(ago(36), "accepted")), advice(category="continue")),
            review(5, advice(Decision(ago(4), "delivered"))),
            review(1, advice()),
        ),
    )  # fmt: skip
    found = list(standings(facts, P, TODAY))
    assert [one.standing.stage for one in found] == ["answer", "do", "answer", "deliver"], (
        "what asks nothing is left out"
    )
    assert late_lines(found, TODAY) == [
        "Advice that is late: 2.",
        "Awaits the PCP's answer: 1.",
        "Accepted, to be done: 1.",
        "To escalate to a PCP's lead: 1.",
    ]
    assert late_lines(found[1:2], TODAY) == ["Advice that is late: 1.", "Accepted, to be done: 1."]
    assert open_words(found) == (
        "4 recommendations are open (to deliver: 1; awaits the PCP's answer: 2; accepted, to be done: 1)."
    )
    assert open_words(found[1:2]) == "1 recommendation is open (accepted, to be done: 1)."


def test_nothing_is_told_of_what_is_in_time() -> None:
    assert list(standings(enrolled(90), P, TODAY)) == []
    in_time = standings(enrolled(90, reviews=(review(1, advice()),)), P, TODAY)
    assert late_lines(in_time, TODAY) == []
    assert open_words(()) == ""
