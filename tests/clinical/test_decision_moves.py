"""The way of a recommendation: which answer may follow which, and how each reads."""

from datetime import UTC, datetime

import pytest

from registry.clinical.decision_moves import (
    MOVES,
    OPEN,
    STEPS,
    awaits_answer,
    legal_steps,
    refuse_or_none,
    state_of,
    state_words,
)
from registry.clinical.facts import Decision, Recommendation
from tests.clinical.cases import TODAY, ago, case

SIGNED_ON = ago(10)


def step(kind: str, days: int = 0, reason: str = "") -> Decision:
    return Decision(ago(days), kind, reason)


@pytest.mark.parametrize(
    ("before", "then", "refusal"),
    [
        case("advice is delivered first", (), step("delivered", 9, "Fax"), None),
        case("how it was delivered is told", (), step("delivered", 9, " "), "How it was delivered: write it down."),
        case("a PCP may answer without a recorded delivery", (), step("accepted"), None),
        case("nothing is done before the PCP agreed", (), step("implemented"),
             "The recommendation is without an answer; next comes: Delivered to the PCP, PCP accepted, "
             "PCP modified it, PCP declined or PCP deferred."),
        case("delivered is not delivered twice", (step("delivered", 9),), step("delivered", 8, "Fax"),
             "The recommendation is delivered, no answer yet; next comes: PCP accepted, PCP modified it, "
             "PCP declined or PCP deferred."),
        case("to decline needs the reason", (step("delivered", 9),), step("declined"),
             "Why the PCP declined: write it down."),
        case("to modify needs what instead", (), step("modified"), "What the PCP will do instead: write it down."),
        case("to defer needs until when", (), step("deferred"), "Until when, or what is waited for: write it down."),
        case("deferred may be deferred again", (step("deferred", 5, "lab"),), step("deferred", 1, "visit"), None),
        case("what was accepted is done", (step("accepted", 5),), step("implemented"), None),
        case("not done needs the barrier", (step("accepted", 5),), step("not_implemented"),
             "What stood in the way: write it down."),
        case("a PCP may think again", (step("declined", 5, "BP"),), step("accepted", 1), None),
        case("a declined one is not done", (step("declined", 5, "BP"),), step("implemented", 1),
             "The recommendation is declined; next comes: PCP accepted or PCP modified it."),
        case("done may turn out not done", (step("implemented", 5),), step("not_implemented", 1, "cost"), None),
        case("not in the future", (), step("accepted", -1), "This day is in the future. Record it when it has happened."),
        case("not before it was signed", (), step("accepted", 11),
             "The advice was signed on Nov 8, 2026: nothing can have become of it before."),
        case("on the day of signing it may", (), step("accepted", 10), None),
        case("not before the last step", (step("delivered", 3, "Fax"),), step("accepted", 4),
             "The last step was on Nov 15, 2026: give that day or a later one."),
        case("on the day of the last step it may", (step("delivered", 3, "Fax"),), step("accepted", 3), None),
    ],
)  # fmt: skip
def test_moves(before: tuple[Decision, ...], then: Decision, refusal: str | None) -> None:
    assert refuse_or_none(before, then, SIGNED_ON, TODAY) == refusal


@pytest.mark.parametrize(
    ("decisions", "words", "waits"),
    [
        case("nothing yet", (), "No answer yet", True),
        case(
            "delivered",
            (step("delivered", 3, "Fax"),),
            "Delivered on Nov 15, 2026 (Fax), no answer yet",
            True,
        ),
        case(
            "delivered, nobody said how",
            (step("delivered", 3),),
            "Delivered on Nov 15, 2026, no answer yet",
            True,
        ),
        case(
            "declined",
            (step("delivered", 3), step("declined", 1, "BP")),
            "Declined on Nov 17, 2026: BP",
            False,
        ),
        case("deferred still waits", (step("deferred", 1, "lab"),), "Deferred on Nov 17, 2026: lab", True),
        case("done", (step("accepted", 3), step("implemented", 1)), "Done on Nov 17, 2026", False),
    ],
)
def test_words(decisions: tuple[Decision, ...], words: str, waits: bool) -> None:
    assert state_words(decisions) == words
    assert awaits_answer(state_of(decisions)) is waits


def test_every_kind_is_reached_and_has_a_way_on() -> None:
    assert set(MOVES) == {OPEN, *STEPS}
    assert {kind for kinds in MOVES.values() for kind in kinds} == set(STEPS)
    assert all(legal_steps(state) for state in MOVES)


def test_a_mistake_is_put_right_on_the_same_day() -> None:
    accepted = Decision(TODAY, "accepted", at=datetime(2026, 11, 18, 16, 50, tzinfo=UTC))
    declined = Decision(TODAY, "declined", "BP", datetime(2026, 11, 18, 16, 55, tzinfo=UTC))
    for entered in ((accepted, declined), (declined, accepted)):
        assert state_of(Recommendation("r", 1, "increase", decisions=entered).decisions) == "declined"
    untimed = (Decision(TODAY, "declined"), Decision(TODAY, "accepted"))
    assert state_of(Recommendation("r", 1, "increase", decisions=untimed).decisions) == "accepted"
