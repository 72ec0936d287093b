"""What may wait, and what may be said to be done: each refusal with its sentence."""

from datetime import date
from typing import Any

import pytest

from registry.clinical.findings import Finding, Urgency
from registry.clinical.putting_off import refuse_done, refuse_move, refuse_snooze
from registry.clinical.week import Item
from tests.clinical.cases import TODAY, ago, case


def item(code: str = "C2", kind: str = "call", day: int = -1, **more: Any) -> Item:
    """Something to do tomorrow."""
    values = {"thing": kind, "title": "Call", "why": "", "urgency": Urgency.THIS_WEEK} | more
    return Item(kind=kind, code=code, due_on=ago(day), day=max(ago(day), TODAY), **values)


def finding(code: str) -> Finding:
    return Finding(code, Urgency.THIS_WEEK, "", "", "", "", False, (), "none", "")


URGENT = item("T6", "review", 0, urgency=Urgency.SAME_DAY)
SAFETY = item("SF4", "safety")
BY_HAND = item("", "task")
YEAR = ago(-400)


@pytest.mark.parametrize(
    ("thing", "day", "words"),
    [
        case("a call moves to a later day", item(), ago(-2), None),
        case("and to today", item(), TODAY, None),
        case("not to where it stands", item(), ago(-1), "stands on that day already"),
        case("not to a day that has passed", item(), ago(1), "has passed"),
        case("not to a day of which the year was mistyped", item(), YEAR, "more than a year away"),
        case("what is for today needs a reason", URGENT, ago(-1), "put it off with a reason"),
        case("a safety finding comes earlier", SAFETY, TODAY, None),
        case("and never later", SAFETY, ago(-2), "does not wait. A safety finding ends only with what is recorded"),
        case("a task by hand for the same day moves freely", item("", "task", 0, urgency=Urgency.SAME_DAY), ago(-3), None),
    ],
)  # fmt: skip
def test_moves(thing: Item, day: date, words: str | None) -> None:
    refused = refuse_move(thing, day, TODAY)
    assert refused is None if words is None else words in (refused or "")


@pytest.mark.parametrize(
    ("thing", "until", "reason", "words"),
    [
        case("what waits has a day and a reason", item(), ago(-5), "Abroad", None),
        case("even what is for today", URGENT, ago(-1), "Admitted to hospital", None),
        case("not without a reason", item(), ago(-5), "  ", "Say why"),
        case("not until today", item(), TODAY, "Abroad", "a day after today"),
        case("four weeks at most where a rule asks", item(), ago(-29), "Abroad", "four weeks at most"),
        case("a task by hand may wait longer", BY_HAND, ago(-60), "Abroad", None),
        case("but not a year", BY_HAND, YEAR, "Abroad", "more than a year away"),
        case(
            "a safety finding cannot be put off", SAFETY, ago(-1), "Abroad", "cannot be put off beyond today"
        ),
    ],
)
def test_waiting(thing: Item, until: date, reason: str, words: str | None) -> None:
    refused = refuse_snooze(thing, until, reason, TODAY)
    assert refused is None if words is None else words in (refused or "")


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        case("a task by hand is done when somebody says so", BY_HAND, None),
        case("a reminder leaves no record", item("X7", "advice", reasons=(finding("X7"),)), None),
        case("an order to carry out does", item("X7", "advice", reasons=(finding("X7"), finding("X8"))), "recommendation"),
        case("a call is recorded", item(reasons=(finding("C2"),)), "a contact is recorded"),
        case("the next contact is recorded", item(planned_on=ago(-1)), "a contact is recorded"),
    ],
)  # fmt: skip
def test_done_by_hand(thing: Item, words: str | None) -> None:
    refused = refuse_done(thing)
    assert refused is None if words is None else words in (refused or "")
