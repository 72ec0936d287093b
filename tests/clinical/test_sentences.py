"""Whatever the rules say is a sentence: it begins with a capital or a number, and ends with one full stop.

Asked of every episode of the other case tables, so that a rule's new case is asked too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import timedelta
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from registry.clinical.agenda import rank_in
from registry.clinical.care import Care, DoseStep, LabResult
from registry.clinical.course import course
from registry.clinical.facts import EpisodeFacts
from registry.clinical.findings import RULES
from registry.clinical.safety_words import safety_sentence
from registry.clinical.views import standing
from tests.clinical.cases import TODAY, P, ago, cssrs, drug, enrolled

SENTENCE = re.compile(r"[A-Z0-9].*[^.]\.", re.DOTALL)
ASKED = re.compile(r"(Care manager|PCP) asked on .*[.?!]", re.DOTALL)
"""A question keeps the mark that its asker gave it."""
LATER = TODAY + timedelta(days=8)
"""Near the end of the month, of which some rules speak."""
TABLES = sorted(Path(__file__).parent.glob("test_*.py"))


SERTRALINE = drug("sertraline", (90, "start", 50.0))
HIGH = cssrs(30, intent=True)
MORE = (
    enrolled(60, risk_assessments=(HIGH, cssrs(10))),
    enrolled(
        90, medications=(SERTRALINE,), care=Care(steps=(DoseStep("s", ago(9), SERTRALINE.id, "step", 100.0),))
    ),
    enrolled(
        90,
        medications=(drug("lithium", (60, "start", 900.0)),),
        care=Care(results=(LabResult("e", ago(3), "egfr", 20.0, "mL/min/1.73 m²", 60.0),)),
    ),
)
"""A flag that nobody lifts (SF7), a step that was missed (RX3), and a result whose name begins with a small letter."""
NAMES = {field.name for field in fields(EpisodeFacts)}


@cache
def told() -> dict[str, set[str]]:
    """What is said in all case tables, by who says it: a rule, the agenda, a status, the safety line."""
    found: dict[str, set[str]] = {}
    for facts, day in product(episodes(), (TODAY, LATER)):
        seen = standing(facts, P, day)
        said = [
            (finding.code, text) for finding in seen.findings for text in (finding.sentence, finding.action)
        ]
        said += [("agenda", reason.sentence) for reason in rank_in(seen.picture, seen.findings, day).reasons]
        said += [("status", course(facts, P, day, name).sentence) for name in ("phq9", "gad7")]
        said.append(("safety", safety_sentence(seen)[0]))
        for code, text in said:
            found.setdefault(code, set()).add(text)
    return found


def episodes() -> Iterator[EpisodeFacts]:
    """Every episode that stands in a parameter of a test of this folder, and those of rules that are told without one."""
    yield from MORE
    for path in TABLES:
        for test in vars(import_module(f"tests.clinical.{path.stem}")).values():
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "parametrize":
                    yield from _in(mark.args[1])


def _in(value: Any) -> Iterator[EpisodeFacts]:
    if isinstance(value, EpisodeFacts):
        yield value
    elif isinstance(value, dict) and value.keys() and value.keys() <= NAMES:
        yield enrolled(200, **value)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes | dict):
        for part in value:
            yield from _in(part)


@pytest.mark.parametrize("code", [*(rule.code for rule in RULES), "agenda", "status", "safety"])
def test_it_is_a_sentence(code: str) -> None:
    wrong = [text for text in told()[code] if not (SENTENCE.fullmatch(text) or ASKED.fullmatch(text))]
    assert not wrong, "begin with a capital or a number, and end with one full stop"
