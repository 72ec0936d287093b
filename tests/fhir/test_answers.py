"""Scores: by their LOINC codes, in every way in which a value is written, and never a panel for a total."""

import json
from datetime import date
from typing import Any

import pytest

from registry.fhir import answers, assembly
from registry.fhir.records import PartRecord
from registry.fhir.values import Refused, Unused
from tests.fhir.samples import DATA, FREQUENCY, LOINC, PHQ9, READING, concept, found, item, response, total


def observed(**changes: Any) -> PartRecord:
    return answers.observation(found(total(**changes)), READING)


@pytest.mark.parametrize(
    "written",
    [
        {"valueInteger": 12},
        {"valueDecimal": 12.0},
        {"valueQuantity": {"value": 12, "unit": "{score}"}},
        {"valueQuantity": {"value": 12.0, "unit": "score", "code": "1"}},
        {"valueString": "12"},
        {"valueString": " 12 / 27"},
    ],
)
def test_a_total_is_read_however_it_is_written(written: dict[str, Any]) -> None:
    assert observed(value=None, **written).answers == (("44261-6", 12),)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 28}, "28 is outside 0-27, the PHQ-9's range"),
        ({"value": -1}, "outside 0-27"),
        ({"code": "70274-6", "value": 22}, "outside 0-21"),
        ({"value": None, "valueQuantity": {"value": 21.24, "unit": "{score}"}}, "no whole number"),
        ({"value": None, "valueQuantity": {"value": 12, "comparator": "<"}}, "no whole number"),
        ({"value": None, "valueQuantity": {"value": 12, "unit": "%"}}, "no whole number"),
        ({"value": None, "valueString": "12 (moderate)"}, "no whole number"),
        ({"value": None, "valueBoolean": True}, "no whole number"),
        ({"value": None}, "no value"),
        ({"code": "69737-5", "value": 14}, "69737-5 is the panel of the GAD-7, not its total"),
        ({"code": "44249-1", "value": 14}, "panel of the PHQ-9"),
        ({"code": "89206-7", "value": 14}, "panel of the PHQ-A"),
        ({"code": "82666-9", "value": 4}, "the DAST-10 panel"),
        ({"on": "2026-05-21"}, "future"),
        ({"on": "2026-05"}, "no day"),
        ({"on": "1799-05-01"}, "before 1900"),
        ({"status": "preliminary"}, "not final"),
        ({"status": ["final"]}, "not final"),
    ],
)
def test_what_is_no_score_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        observed(**changes)


def test_a_code_must_say_that_it_is_of_loinc_and_mean_one_thing() -> None:
    with pytest.raises(Refused, match="does not say"):
        answers.observation(found({**total(), "code": concept("44261-6", "urn:local")}), READING)
    two = {"coding": [{"system": LOINC, "code": "44261-6"}, {"system": LOINC, "code": "70274-6"}]}
    with pytest.raises(Refused, match="different things"):
        answers.observation(found({**total(), "code": two}), READING)


@pytest.mark.parametrize("code", ["8480-6", "70272-0", "93374-7", "73832-8", "69722-7"])
def test_other_observations_are_left_out(code: str) -> None:
    with pytest.raises(Unused):
        observed(code=code, value=3)


def test_the_day_is_the_clinics() -> None:
    assert observed(on="2026-05-05T03:00:00Z").taken_on == date(2026, 5, 4)


def test_components_are_items() -> None:
    parts = [{"code": concept(code), "valueInteger": 1} for code in PHQ9]
    panel = answers.observation(found(total(code="44249-1", value=None, component=parts)), READING)
    (sheet,) = assembly.sheets([panel])
    assert assembly.scoring(sheet).total == 9


def coding(code: str, display: str = "", ordinal: float | None = None) -> dict[str, Any]:
    extension = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": ordinal}
        ]
    }
    return {"system": LOINC, "code": code, "display": display, **({} if ordinal is None else extension)}


@pytest.mark.parametrize(
    "answer",
    [
        {"valueCoding": coding("LA6570-1")},
        {"valueCoding": coding("LA6570-1", "More than half the days", 2)},
        {"valueCoding": coding("local-2", ordinal=2)},
        {"valueCoding": coding("local-2", "More than half the days")},
        {"valueInteger": 2},
        {"valueDecimal": 2.0},
        {"valueString": "more than half the days"},
        {"valueString": "2"},
    ],
)
def test_an_answer_is_read_however_it_is_written(answer: dict[str, Any]) -> None:
    assert answers.item_value("44250-9", answer) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"valueCoding": coding("LA6570-1", ordinal=0)},
        {"valueCoding": coding("LA6568-5", "Nearly every day")},
        {"valueCoding": coding("LA15694-5")},
        {"valueCoding": coding("local", "often")},
        {"valueInteger": 4},
        {"valueString": "sometimes"},
        {"valueBoolean": True},
    ],
)
def test_an_answer_that_contradicts_itself_is_refused_never_a_nought(answer: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        answers.item_value("44250-9", answer)


def scored(resource: dict[str, Any], forms: Any = None) -> assembly.Scoring:
    (sheet,) = assembly.sheets([answers.response(found(resource), READING, forms or {})])
    return assembly.scoring(sheet)


def test_a_form_is_added_up_and_must_agree_with_its_total() -> None:
    assert scored(response([2, 2, 2, 2, 1, 1, 2, 0, 1], 13)) == assembly.Scoring(
        13, (2, 2, 2, 2, 1, 1, 2, 0, 1), 9, 1, False
    )
    with pytest.raises(Refused, match="total is 12, its answers add up to 13"):
        scored(response([2, 2, 2, 2, 1, 1, 2, 0, 1], 12))


def test_one_answer_that_contradicts_itself_spoils_the_form() -> None:
    form = response([1] * 9)
    form["item"][3]["answer"][0]["valueCoding"] = coding("LA6571-9", ordinal=0)
    with pytest.raises(Refused, match="not scored: the answer to 44254-1 contradicts itself"):
        scored(form)


def test_a_definition_gives_codes_and_ordinals_to_local_answers() -> None:
    ordinal = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}
    definition = {
        "resourceType": "Questionnaire",
        "url": "http://clinic.example/phq",
        "item": [
            {"linkId": str(n), "code": [{"system": LOINC, "code": code}],
             "answerOption": [{"valueCoding": {"code": "always"}, "extension": [ordinal]}]}
            for n, code in enumerate(PHQ9)
        ],
    }  # fmt: skip
    form = response([None] * 9, questionnaire="http://clinic.example/phq|2.0")
    form["item"] = [{"linkId": str(n), "answer": [{"valueCoding": {"code": "always"}}]} for n in range(9)]
    told = answers.questionnaire(found(definition))
    assert told is not None
    assert scored(form, dict([told])).total == 27


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": "in-progress"}, Refused),
        ({"authored": None}, Refused),
        ({"item": []}, Unused),
        ({"item": 7}, Unused),
    ],
)
def test_a_form_that_is_not_ready(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        answers.response(found({**response([1] * 9), **changes}), READING, {})


def example(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def test_the_standards_own_phq9_is_one_score_of_12() -> None:
    parts = [answers.response(found(example("QuestionnaireResponse-phq-9-example")), READING, {})]
    for path in sorted(DATA.glob("Observation-PHQ9-*.json")):
        if "69722-7" not in path.name:
            parts.append(answers.observation(found(json.loads(path.read_text(encoding="utf-8"))), READING))
    (sheet,) = assembly.sheets(parts)
    assert assembly.scoring(sheet) == assembly.Scoring(12, (2, 2, 2, 2, 1, 1, 2, 0, 0), 9, 0, False)


def test_the_standards_own_audit_c_asks_another_question_and_is_refused() -> None:
    with pytest.raises(Refused, match="68517-2"):
        scored(example("QuestionnaireResponse-AUDIT-C"))


def test_its_pieces_are_refused_together() -> None:
    names = ("panel-example-72109-2", "item-example-68517-2", "item-example-68519-8", "item-example-75626-2")
    parts = [answers.observation(found(example(f"Observation-AUDIT-C-{name}")), READING) for name in names]
    (sheet,) = assembly.sheets(parts)
    with pytest.raises(Refused, match="not a question of the AUDIT-C"):
        assembly.scoring(sheet)


def sheet_of(*resources: dict[str, Any]) -> list[assembly.Sheet]:
    return assembly.sheets([answers.observation(found(one), READING) for one in resources])


def test_item_9_joins_the_total_of_its_moment() -> None:
    (sheet,) = sheet_of(total(), item(9, 2, on="2026-05-04T14:00:00Z"))
    assert assembly.scoring(sheet) == assembly.Scoring(
        14, None, None, 2, False, "total as stated by the source"
    )


def test_another_moment_is_another_form() -> None:
    assert len(sheet_of(total(), item(9, 2, on="2026-05-04T11:00:00-04:00"))) == 2


def test_a_lone_positive_item_9_is_kept_without_a_total() -> None:
    (sheet,) = sheet_of(item(9, 1))
    scoring = assembly.scoring(sheet)
    assert (scoring.total, scoring.item9, scoring.answered) == (None, 1, 1)


def test_lone_items_without_a_total_are_no_score() -> None:
    (sheet,) = sheet_of(item(3, 1), item(4, 2))
    with pytest.raises(Refused, match="2 of 9 answers and no total"):
        assembly.scoring(sheet)


@pytest.mark.parametrize(
    ("resources", "items"),
    [
        ((item(1, 1), item(2, 1), total(value=2)), (1, 1, *[None] * 7)),
        ((item(1, 0), item(2, 0), total(value=0)), (0, 0, *[None] * 7)),
        ((item(1, 1), item(2, 1), item(9, 0), total(value=2)), (1, 1, *[None] * 6, 0)),
        (
            (item(1, 1), item(2, 1), total("t9", value=2), total("t2", "55758-7", 2)),
            (1, 1, *[None] * 7),
        ),
    ],
)
def test_a_gated_phq2_never_passes_as_a_phq9(resources: tuple[Any, ...], items: tuple[Any, ...]) -> None:
    scoring = {one.instrument: assembly.scoring(one) for one in sheet_of(*resources)}["phq9"]
    assert (scoring.total, scoring.items, scoring.answered) == (None, items, 9 - items.count(None))
    assert "is that of the gate" in scoring.note


def test_a_gate_beside_a_total_that_says_more_leaves_the_total() -> None:
    (sheet,) = sheet_of(item(1, 1), item(2, 1), total(value=16))
    assert (assembly.scoring(sheet).total, assembly.scoring(sheet).items) == (16, None)


def test_seven_answers_are_pro_rated_and_item_9_stays_unknown() -> None:
    (sheet,) = sheet_of(*(item(n, 1) for n in range(1, 8)))
    scoring = assembly.scoring(sheet)
    assert (scoring.total, scoring.prorated, scoring.item9, scoring.answered) == (9, True, None, 7)


def test_the_first_two_items_alone_are_a_phq2() -> None:
    (sheet,) = sheet_of(item(1, 2), item(2, 1), total("t", "55758-7", 3))
    assert (sheet.instrument, assembly.scoring(sheet).total) == ("phq2", 3)


def test_a_phq2_and_a_phq9_of_one_sitting_are_two_scores() -> None:
    made = sheet_of(*(item(n, 1) for n in range(1, 10)), total("t9", value=9), total("t2", "55758-7", 2))
    assert {one.instrument: assembly.scoring(one).total for one in made} == {"phq9": 9, "phq2": 2}


def test_adult_items_under_an_adolescent_total_are_a_phq_a() -> None:
    (sheet,) = sheet_of(*(item(n, 1) for n in range(1, 10)), total("t", "89204-2", 9))
    assert (sheet.instrument, assembly.scoring(sheet).item9) == ("phq_a", 1)


def test_two_totals_of_one_moment_contradict_each_other() -> None:
    (sheet,) = sheet_of(total("a", value=9), total("b", value=12))
    with pytest.raises(Refused, match="9 and 12"):
        assembly.scoring(sheet)


def test_a_total_that_the_known_answers_do_not_allow() -> None:
    (sheet,) = sheet_of(total(value=26), item(9, 0))
    with pytest.raises(Refused, match="allow 0 to 24"):
        assembly.scoring(sheet)


@pytest.mark.parametrize("value", range(4))
def test_each_answer_code_has_its_place(value: int) -> None:
    assert answers.item_value("69725-0", {"valueCodeableConcept": concept(FREQUENCY[value])}) == value
