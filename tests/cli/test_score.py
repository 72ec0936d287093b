"""`flask score` serves every instrument: items or a total in, the same facts as words and as JSON out."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry.cli.score import score
from registry.clinical.instruments import INSTRUMENTS


def run(*words: object) -> Result:
    return CliRunner().invoke(score, [str(word) for word in words])


def read(*words: object) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    facts: dict[str, Any] = json.loads(result.stdout)
    return facts


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_is_served_in_words_and_as_json(name: str) -> None:
    lowest = [values[0] for values in INSTRUMENTS[name].values]
    facts = read(name, *lowest)
    assert facts["instrument"] == name
    assert facts["complete"] is True
    words = run(name, *lowest)
    assert words.exit_code == 0
    assert words.stdout.startswith(INSTRUMENTS[name].title)


@pytest.mark.parametrize(
    ("words", "total", "positive"),
    [
        (("phq9", *[1] * 9), 9, False),
        (("PHQ-9", *[1] * 8, "-"), 9, False),
        (("mdq", *[1] * 13, 1, 2), 13, True),
        (("mdq", *[1] * 13), 13, None),
        (("dast-10", *[0] * 10), 1, False),
        (("audit_c", 1, 1, 1, "--sex", "female"), 3, True),
        (("audit_c", 1, 1, 1, "--sex", "male"), 3, False),
        (("audit_c", 1, 1, 1), 3, None),
        (("isi", "--total", 16), 16, True),
        (("cssrs", 1, 1, 0, 1, 0, 0, 0), None, True),
    ],
)
def test_total_and_verdict(words: tuple[object, ...], total: int | None, positive: bool | None) -> None:
    facts = read(*words)
    assert (facts["total"], facts["positive"]) == (total, positive)


def test_the_level_of_the_c_ssrs_stands_where_others_have_a_band() -> None:
    assert read("cssrs", 1, 1, 0, 1, 0, 0, 0)["band"] == "high"
    assert "C-SSRS screener: high" in run("cssrs", 1, 1, 0, 1, 0, 0, 0).stdout


def test_the_safety_item_is_named() -> None:
    asked = read("epds", *[0] * 9, 2)
    assert (asked["item9"], asked["safety_item"]) == (None, {"item": 10, "answer": 2})
    unasked = read("phq9", *[0] * 8, "-")
    assert (unasked["item9"], unasked["safety_item"]) == (None, {"item": 9, "answer": None})
    assert "Item 9: not asked" in run("phq9", *[0] * 8, "-").stdout
    assert read("gad7", *[0] * 7)["safety_item"] is None


def test_subscales_are_told() -> None:
    facts = read("psc17", *[1] * 17)
    assert {one["name"]: one["score"] for one in facts["subscales"]} == {
        "internalizing": 5, "attention": 5, "externalizing": 7,
    }  # fmt: skip
    assert "Internalizing: 5 (positive from 5)" in run("psc17", *[1] * 17).stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("phq9", 1, 2), "has 9 items; 2 were given"),
        (("phq9", *[4] * 9), "item 1: 4 is not one of 0-3"),
        (("audit", *[0] * 8, 1, 0), "item 9: 1 is not one of 0, 2, 4"),
        (("phq9", "--total", 28), "28 is not one of 0-27"),
        (("cssrs", "--total", 1), "has no total"),
        (("phq9",), "Give the items, or --total."),
        (("phq9", *[1] * 9, "--total", 9), "Give the items, or --total."),
        (("honos", 1), "is not an instrument of the registry"),
        (("gad2", "x", 1), "'x' is not a number"),
    ],
)
def test_what_cannot_be_scored_is_refused(words: tuple[object, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output
