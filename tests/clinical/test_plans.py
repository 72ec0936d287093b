"""What a plan made with the patient must hold, how it reads, and how two versions differ."""

import string
from datetime import date
from typing import Any

import pytest

from registry.clinical.plan_labels import LANGUAGES, label_note, labels
from registry.clinical.plans import (
    ANSWERS,
    BARRIERS,
    CARE,
    PARTS,
    RELAPSE,
    SHARING,
    TOPICS,
    compared,
    differences,
    goals_of,
    problems_of,
    replaced_on,
    sections,
    tidy,
    usual_call,
)
from registry.clinical.safety_plan import REST, STEPS
from tests.clinical.cases import case

WHOLE: dict[str, Any] = {
    "problems": "Low mood\n\nNo work",
    "goals": [
        {"words": "Back to my kitchen", "function": "cook for the family.", "step": "one soup on Sunday"}
    ],
    "values": "My children",
    "preferences": "By phone, after five",
    "decisions": [
        {"about": "Treatment", "options": "medicine, therapy", "choice": "therapy", "reason": "no pills"}
    ],
    "barriers": {
        "cost": {"words": "Copay of $30", "answer": "generic", "result": "Now $4"},
        "stigma": {"words": "Neighbors"},
    },
    "sharing": {
        "family": {"answer": "yes", "name": "Rosa", "what": "visit days"},
        "school": {"answer": "no"},
    },
    "education": ["sleep", "illness"],
    "taught": "Morning light",
}
STAY_WELL = {"signs": "Not sleeping", "call": "Maria Ortiz, 555-0142", "phq9": 10}


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        case("a plan says what is wrong or what is wanted", CARE, {"values": "My children"},
             ["Write a problem or a goal."]),
        case("a problem is enough to begin with", CARE, {"problems": "Low mood"}, []),
        case("a goal is in the patient's own words", CARE, {"goals": [{"step": "walk"}]},
             ["Write the goal in the patient's words."]),
        case("a shared decision names the choice", CARE, {"problems": "x", "decisions": [{"about": "Treatment"}]},
             ["Say what was decided about, and what the patient chose."]),
        case("an answer needs its barrier", CARE, {"problems": "x", "barriers": {"cost": {"answer": "generic"}}},
             ["Say what the barrier is before what was tried."]),
        case("consent to share is yes or no", CARE, {"problems": "x", "sharing": {"school": {"name": "Ms. Lee"}}},
             ["Say whether the patient agrees to share, yes or no."]),
        case("a yes names with whom and what", CARE,
             {"problems": "x", "sharing": {"school": {"answer": "yes", "name": "Ms. Lee"}}},
             ["A yes names with whom, and what may be shared."]),
        case("a no needs no name", CARE, {"problems": "x", "sharing": {"employer": {"answer": "no"}}}, []),
        case("a whole plan lacks nothing", CARE, WHOLE, []),
        case("a plan to stay well has signs, a person to call and a score", RELAPSE, {},
             ["Write the first signs, in the patient's words.", "Write whom the patient calls.",
              "Give the PHQ-9 score that means a call, from 1 to 27."]),
        case("a score above 27 does not exist", RELAPSE, STAY_WELL | {"phq9": 28},
             ["Give the PHQ-9 score that means a call, from 1 to 27."]),
        case("signs, a number to call and a score are a plan", RELAPSE, STAY_WELL, []),
    ],
)  # fmt: skip
def test_what_a_plan_lacks_is_said(kind: str, content: dict[str, Any], said: list[str]) -> None:
    assert [sentence for _, sentence in problems_of(kind, tidy(kind, content))] == said


def test_what_is_kept_is_tidy() -> None:
    kept = tidy(CARE, {"problems": "  Low mood ", "values": " ", "goals": [{"words": ""}, {"words": " Walk "}],
                       "barriers": {"cost": {"words": ""}}, "signs": "of another kind", "decisions": []})  # fmt: skip
    assert kept == {"problems": "Low mood", "goals": [{"words": "Walk"}]}
    assert tidy(RELAPSE, {"phq9": 10}) == {"phq9": 10}


def test_a_plan_reads_in_the_patients_words_under_plain_headings() -> None:
    told = {section.heading: section.lines for section in sections(CARE, WHOLE)}
    assert told == {
        "What I want help with": ("Low mood", "No work"),
        "My goals": (
            "Back to my kitchen. I want to be able to: cook for the family. My first step: one soup on Sunday.",
        ),
        "What matters most to me": ("My children",),
        "How I like to get care": ("By phone, after five",),
        "What we decided together": (
            "Treatment. Choices we looked at: medicine, therapy. What I chose: therapy. Why: no pills.",
        ),
        "What gets in the way, and what we try": (
            "Cost: Copay of $30. We try: a generic medicine. How it went: Now $4.",
            "What others may think: Neighbors.",
        ),
        "Who may know, and what": (
            "Family or friend (Rosa). Yes, you may share: visit days.",
            "School. No, do not share.",
        ),
        "What I have learned about": ("What depression and anxiety are", "Sleep"),
        "Good to remember": ("Morning light",),
    }


def test_the_labels_are_spanish_and_the_words_stay_the_patients_own() -> None:
    told = sections(RELAPSE, STAY_WELL, "es-US")
    assert [section.heading for section in told] == [
        "Señales de que está volviendo",
        "A quién llamo",
        "Cuándo llamar",
    ]
    assert told[0].lines == ("Not sleeping",)
    assert told[2].text.startswith("Llámenos si su puntaje del PHQ-9 es 10 o más")


@pytest.mark.parametrize(
    ("best", "call"),
    [
        case("who got down to 3 calls at 8", 3, 8),
        case("who got down to 7 calls at 10", 7, 10),
        case("without a score it is 10", None, 10),
    ],
)
def test_the_score_that_means_a_call_is_the_protocols_relapse(best: int | None, call: int) -> None:
    assert usual_call(10, 5, best) == call


def test_two_versions_differ_by_part() -> None:
    before, after = (
        {"problems": "Low mood", "values": "Work"},
        {"problems": "Low mood", "goals": [{"words": "Walk"}]},
    )
    assert differences(CARE, before, after) == [
        ("My goals", "", "Walk."),
        ("What matters most to me", "Work", ""),
    ]
    assert compared(CARE, before, after)[0] == ("What I want help with", "Low mood", "Low mood")
    assert len(compared(CARE, before, after)) == 3


def test_every_language_has_every_label_with_the_same_gaps() -> None:
    english = gaps(labels("en").words)
    for language in LANGUAGES:
        assert gaps(labels(language).words) == english, language


def gaps(words: Any) -> Any:
    """The names of the labels, each with the gaps that are filled."""
    if isinstance(words, dict):
        return {name: gaps(one) for name, one in words.items() if name != "months"}
    return sorted({gap for _, gap, _, _ in string.Formatter().parse(words) if gap})


def test_every_part_and_code_has_its_label() -> None:
    words = labels("en").words
    for kind, parts in PARTS.items():
        assert set(words[kind]) == set(parts)
    assert set(words["safety"]) == {*STEPS, REST}
    assert {*BARRIERS, *ANSWERS, *SHARING, *TOPICS} <= set(words["code"])


def test_a_translation_says_that_it_awaits_review() -> None:
    assert labels("es").awaits_review
    assert not labels("en").awaits_review
    assert label_note() == "Spanish labels: translation awaiting review."
    assert labels("vi").language == "en"
    assert labels("es").day(date(2026, 11, 4)) == "4 de nov de 2026"
    assert labels("en").day(date(2026, 11, 4)) == "Nov 4, 2026"


def test_the_goals_of_a_plan_are_the_patients_words() -> None:
    goals = [
        {"words": "Back to my kitchen", "step": "one soup"},
        {"step": "no words yet"},
        {"words": "Sleep"},
    ]
    assert goals_of({"goals": goals}) == ("Back to my kitchen", "Sleep")
    assert goals_of({"problems": "Low mood"}) == ()


@pytest.mark.parametrize(("newer", "on"), [
    case("the last version stands", [], None),
    case("gone through without change, it still stands", [(date(2026, 9, 1), {"signs": "Sleep"})], None),
    case("the first that says something else replaced it",
         [(date(2026, 9, 1), {"signs": "Sleep"}), (date(2026, 10, 1), {"signs": "Food"}),
          (date(2026, 11, 1), {"signs": "Noise"})], date(2026, 10, 1)),
])  # fmt: skip
def test_the_day_on_which_a_version_was_replaced(newer: list[tuple[date, Any]], on: date | None) -> None:
    assert replaced_on(newer, {"signs": "Sleep"}) == on
