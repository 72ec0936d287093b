"""The way of a recommendation: which answer may follow which, and how each reads."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.clinical.decision_moves import (
    MOVES,
    OPEN,
    STEPS,
    awaits_answer,
    legal_steps,
    page,
    refuse_or_none,
    state_of,
    state_words,
)
from registry.clinical.facts import Decision, Recommendation
from tests.clinical.cases import TODAY, ago, case

DOCS = Path(__file__).resolve().parents[2] / "docs"
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
             "The recommendation is without an answer; next comes: Delivered to the PCP, PCP has seen it, PCP accepted, "
             "PCP modified it, PCP declined, PCP deferred or Closed, nothing more to do."),
        case("what got lost on the way is delivered again", (step("delivered", 9),), step("delivered", 8, "Fax"), None),
        case("seen is no answer", (step("delivered", 9),), step("seen", 8), None),
        case("what was seen is not delivered any more", (step("seen", 8),), step("delivered", 7, "Fax"),
             "The recommendation is seen, no answer yet; next comes: PCP accepted, PCP modified it, PCP declined, "
             "PCP deferred or Closed, nothing more to do."),
        case("a deferral ends after it began", (), Decision(ago(3), "deferred", "lab", until_on=ago(3)),
             "Deferred until a day after the answer: give that day."),
        case("deferred for a week", (), Decision(ago(3), "deferred", "lab", until_on=ago(-4)), None),
        case("to close needs the reason", (step("declined", 5, "BP"),), step("closed"), "Why it is closed: write it down."),
        case("what was closed may be answered after all", (step("closed", 5, "moved"),), step("accepted"), None),
        case("to decline needs the reason", (step("delivered", 9),), step("declined"),
             "Why the PCP declined: write it down."),
        case("to modify needs what instead", (), step("modified"), "What the PCP will do instead: write it down."),
        case("to defer needs until when", (), step("deferred"), "What is waited for: write it down."),
        case("deferred may be deferred again", (step("deferred", 5, "lab"),), step("deferred", 1, "visit"), None),
        case("what was accepted is done, with what shows it", (step("accepted", 5),), step("implemented", 1, "prescription"), None),
        case("done needs its evidence", (step("accepted", 5),), step("implemented"), "What shows it: write it down."),
        case("not done needs the barrier", (step("accepted", 5),), step("not_implemented"),
             "What stood in the way: write it down."),
        case("a PCP may think again", (step("declined", 5, "BP"),), step("accepted", 1), None),
        case("a declined one is not done", (step("declined", 5, "BP"),), step("implemented", 1),
             "The recommendation is declined; next comes: PCP accepted, PCP modified it or Closed, nothing more to do."),
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
        case("seen", (step("seen", 3),), "Seen on Nov 15, 2026, no answer yet", True),
        case(
            "deferred until a day",
            (Decision(ago(3), "deferred", "lab", until_on=ago(-4)),),
            "Deferred on Nov 15, 2026 until Nov 22, 2026: lab",
            True,
        ),
        case("closed", (step("closed", 1, "moved away"),), "Closed on Nov 17, 2026: moved away", False),
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


def test_the_diagram_in_the_docs_is_current() -> None:
    told = "run: .venv/bin/python -m registry.clinical.decision_moves > docs/advice-status.md"
    assert (DOCS / "advice-status.md").read_text(encoding="utf-8") == page(), told
    assert all(f"--> {kind}: {step.label}" in page() for kind, step in STEPS.items())
