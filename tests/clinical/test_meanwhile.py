"""Advice that names a drug which is not taken: what became of it stands beside the advice."""

import pytest

from registry.clinical.facts import Medication
from registry.clinical.treatment import meanwhile
from tests.clinical.cases import TODAY, ago, case, drug

RAISE = "Increase escitalopram from 10 to 15 mg"
START, HOLD, STOP = (60, "start", 10.0), (3, "hold", None), (3, "stop", None)


@pytest.mark.parametrize(
    ("words", "drugs", "expected"),
    [
        case("a drug that is taken needs no word", RAISE, (drug("escitalopram", START),), ""),
        case("a drug on hold is not raised unseen", RAISE, (drug("escitalopram", START, HOLD),),
             "Escitalopram held since Nov 15, 2026"),
        case("a hold from before the advice is told too", RAISE,
             (drug("escitalopram", START, (30, "hold", None)),), "Escitalopram held since Oct 19, 2026"),
        case("a drug that was resumed is taken", RAISE,
             (drug("escitalopram", START, HOLD, (1, "resume", 10.0)),), ""),
        case("a drug that was stopped since", RAISE, (drug("escitalopram", START, STOP),),
             "Escitalopram stopped on Nov 15, 2026"),
        case("a stop from before the advice is known to its author", RAISE,
             (drug("escitalopram", START, (30, "stop", None)),), ""),
        case("a drug that was stopped and begun anew is taken", RAISE,
             (drug("escitalopram", START, STOP), drug("escitalopram", (1, "start", 5.0))), ""),
        case("a drug that is still to begin is not stopped", RAISE, (drug("escitalopram", (-3, "start", 10.0)),), ""),
        case("a name within another name is another drug", RAISE, (drug("citalopram", START, HOLD),), ""),
        case("the name at the begin of a sentence is the name", "Escitalopram: hold, then 5 mg",
             (drug("escitalopram", START, HOLD),), "Escitalopram held since Nov 15, 2026"),
        case("two drugs stand in one line", "Switch from sertraline to lithium",
             (drug("sertraline", START, HOLD), drug("lithium", START, STOP)),
             "Sertraline held since Nov 15, 2026; lithium stopped on Nov 15, 2026"),
        case("advice that names no drug", "Begin behavioral activation", (drug("sertraline", START, HOLD),), ""),
    ],
)  # fmt: skip
def test_what_became_of_the_drug(words: str, drugs: tuple[Medication, ...], expected: str) -> None:
    assert meanwhile(words, ago(7), drugs, TODAY) == expected
