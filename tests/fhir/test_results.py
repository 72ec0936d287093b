"""Results: what was measured by its LOINC code, in the kept unit, or refused with the reason; never as something else."""

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.clinical.readings import READINGS
from registry.fhir import laboratory, reading, results
from registry.fhir.answers import READ
from registry.fhir.codes import NOT_KEPT
from registry.fhir.records import PartRecord, ResultRecord
from registry.fhir.values import Refused, Unused
from tests.fhir.samples import LOINC, READING, concept, found, measured, pressure, quantity, total


def read(resource: dict[str, Any]) -> ResultRecord:
    record = results.observation(found(resource), READING)
    assert isinstance(record, ResultRecord)
    return record


def test_a_level_is_read_with_its_range_day_and_unit() -> None:
    ends = {"low": quantity(0.6, "meq/L"), "high": quantity(1.2, "meq/L")}
    record = read(measured(value=1.31, unit="meq/L", referenceRange=[ends]))
    assert record.values == {
        "code": "lithium_level",
        "on": date(2026, 5, 4),
        "value": 1.31,
        "unit": "mmol/L",
        "low": 0.6,
        "high": 1.2,
        "note": "",
    }
    assert (record.patient, record.refusal, record.gone) == ("p1", "", "")


UNITS = [
    ("29463-7", 180, "[lb_av]", "weight", 81.6466, "kg", "180 lb in the source"),
    ("29463-7", 81650, "g", "weight", 81.65, "kg", "81650 g in the source"),
    ("29463-7", 81.65, "kg", "weight", 81.65, "kg", ""),
    ("8302-2", 70, "[in_i]", "height", 177.8, "cm", "70 in in the source"),
    ("8302-2", 1.78, "m", "height", 178, "cm", "1.78 m in the source"),
    ("8280-0", 40, "[in_i]", "waist", 101.6, "cm", "40 in in the source"),
    ("8867-4", 72, "{beats}/min", "heart_rate", 72, "/min", ""),
    ("8636-3", 0.45, "s", "qtc", 450, "ms", "0.45 s in the source"),
    ("76635-2", 450, "ms", "qtc", 450, "ms", ""),
    ("2951-2", 139, "mmol/L", "sodium", 139, "mmol/L", ""),
    ("2823-3", 4.1, "meq/L", "potassium", 4.1, "mmol/L", ""),
    ("17861-6", 9.4, "mg/dL", "calcium", 9.4, "mg/dL", ""),
    ("19123-9", 2.1, "mg/dL", "magnesium", 2.1, "mg/dL", ""),
    ("3016-3", 2.5, "u[IU]/mL", "tsh", 2.5, "mIU/L", ""),
    ("3016-3", 2.5, "m[IU]/L", "tsh", 2.5, "mIU/L", ""),
    ("1558-6", 92, "mg/dL", "glucose", 92, "mg/dL", ""),
    ("4548-4", 5.6, "%", "a1c", 5.6, "%", ""),
    ("13457-7", 101, "mg/dL", "ldl", 101, "mg/dL", ""),
    ("1742-6", 31, "[IU]/L", "alt", 31, "U/L", ""),
    ("777-3", 250, "10*3/uL", "platelets", 250, "10⁹/L", ""),
    ("777-3", 250000, "/uL", "platelets", 250, "10⁹/L", "250000 /uL in the source"),
    ("751-8", 3.2, "10*3/uL", "anc", 3200, "/µL", "3.2 10*3/uL in the source"),
    ("751-8", 3.2, "10*9/L", "anc", 3200, "/µL", "3.2 10*9/L in the source"),
    ("16362-6", 35, "umol/L", "ammonia", 35, "µmol/L", ""),
    ("4086-5", 80, "ug/mL", "valproate_level", 80, "µg/mL", ""),
    ("4086-5", 80, "mg/L", "valproate_level", 80, "µg/mL", ""),
    ("3432-2", 8, "ug/mL", "carbamazepine_level", 8, "µg/mL", ""),
    ("62238-1", 88, "mL/min/{1.73_m2}", "egfr", 88, "mL/min/1.73 m²", ""),
]


@pytest.mark.parametrize(("code", "value", "unit", "name", "kept", "kept_unit", "note"), UNITS)
def test_a_unit_is_turned_into_the_kept_one_exactly(
    code: str, value: float, unit: str, name: str, kept: float, kept_unit: str, note: str
) -> None:
    record = read(measured(code=code, value=value, unit=unit))
    assert record.refusal == ""
    told = record.values
    assert (record.code, told["value"], told["unit"], told["note"]) == (name, kept, kept_unit, note)


def test_every_code_is_of_a_reading_that_the_registry_keeps_and_of_nothing_else() -> None:
    listed = [code for codes in (laboratory.MEASURED | laboratory.IN_WORDS).values() for code in codes]
    assert len(listed) == len(set(listed))
    assert all(READINGS[name].unit for name in laboratory.MEASURED)
    assert all(READINGS[name].outcomes for name in laboratory.IN_WORDS)
    assert not set(listed) & (READ | NOT_KEPT.keys())


REFUSED = [
    ({"value": 0.8, "unit": "mg/dL"}, "Lithium level, 12-hour trough is not kept in mg/dL"),
    ({"value": 8, "unit": "mmol/L"}, "of 8 mmol/L cannot be (0 to 5)"),
    ({"value": -0.5}, "cannot be"),
    ({"value": 1e309}, "its value is no number"),
    ({"value": -1e309}, "its value is no number"),
    ({"value": math.nan}, "its value is no number"),
    ({"value": "0.8 (trough)"}, "its value is no number"),
    ({"value": True}, "its value is no number"),
    ({"value": [0.8]}, "its value is no number"),
    ({"value": None}, "its value is no number"),
    ({"valueQuantity": {"value": 0.8}}, "it has no unit"),
    ({"valueQuantity": {"value": 0.8, "unit": " "}}, "it has no unit"),
    ({"valueQuantity": quantity(0.8, "mmol/L", unit="mg/dL")}, "is not kept in mg/dL"),
    ({"valueQuantity": quantity(0.8, "mg/dL", unit="mmol/L")}, "is not kept in mg/dL"),
    ({"valueQuantity": {"value": 0.8, "unit": "frogs"}}, "is not kept in frogs"),
    ({"code": "29463-7", "valueQuantity": quantity(80, "kg", unit="lb")}, "its unit says both kg and lb"),
    ({"code": "1558-6", "value": 5.1, "unit": "mmol/L"}, "Fasting glucose is not kept in mmol/L"),
    ({"code": "17861-6", "value": 4.8, "unit": "meq/L"}, "Calcium is not kept in meq/L"),
    ({"code": "13457-7", "value": -4.43, "unit": "mg/dL"}, "Lipids (LDL) of -4.43 mg/dL cannot be"),
    ({"code": "2951-2", "value": 4.1}, "Sodium of 4.1 mmol/L cannot be"),
    ({"valueQuantity": quantity(0.1, comparator="<")}, "it says only <0.1 mmol/L"),
    ({"valueQuantity": quantity(4, comparator=">")}, "it says only >4 mmol/L"),
    ({"valueQuantity": None, "valueString": "0.8"}, "its value is no quantity with a unit"),
    ({"valueQuantity": None, "valueInteger": 1}, "its value is no quantity with a unit"),
    ({"valueQuantity": None, "dataAbsentReason": concept("not-performed", "x")}, "it has no value: not-performed"),
    ({"valueQuantity": None, "dataAbsentReason": {"text": "Specimen hemolyzed"}}, "it has no value: Specimen hemolyzed"),
    ({"valueQuantity": {"unit": "mmol/L"}, "dataAbsentReason": {"text": "Lost"}}, "it has no value: Lost"),
    ({"status": "registered"}, "it is not final (registered)"),
    ({"status": None}, "it is not final (no status)"),
    ({"on": "2026-05-21"}, "it is dated in the future"),
    ({"on": "2026-05"}, "it names no day of the measurement"),
    ({"on": "yesterday"}, "it names no day of the measurement"),
    ({"on": "1850-01-01"}, "its date lies before 1900"),
    ({"referenceRange": [{"low": quantity(1.2), "high": quantity(0.6)}]}, "its range runs from 1.2 to 0.6"),
    ({"referenceRange": [{"low": quantity(0.6, "mg/dL")}]}, "is not kept in mg/dL"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_what_cannot_be_kept_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    resource = {key: value for key, value in measured(**changes).items() if value is not None}
    record = read(resource)
    assert reason in record.refusal
    assert record.values == {}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (concept("14334-7", "urn:lab"), "14334-7 does not say that it is of LOINC"),
        ({"coding": [{"system": LOINC, "code": one} for one in ("14334-7", "2951-2")]}, "14334-7 and 2951-2 name different things"),
        ({"coding": [{"system": LOINC, "code": one} for one in ("14334-7", "44261-6")]}, "14334-7 and 44261-6 name different things"),
    ],
)  # fmt: skip
def test_a_code_that_is_not_clear_is_refused(code: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(measured() | {"code": code})


def test_a_laboratorys_own_code_beside_the_loinc_one_does_no_harm() -> None:
    code = {"coding": [{"system": "urn:lab", "code": "LI"}, {"system": LOINC, "code": "14334-7"}]}
    assert read(measured() | {"code": code}).code == "lithium_level"


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_final_result_needs_no_remark(status: str) -> None:
    assert read(measured(status=status)).values["note"] == ""


def test_a_preliminary_result_says_so() -> None:
    assert read(measured(status="preliminary")).values["note"] == "preliminary"


@pytest.mark.parametrize(
    ("status", "gone"), [("entered-in-error", "entered in error"), ("cancelled", "cancelled")]
)
def test_what_was_taken_back_need_not_make_sense(status: str, gone: str) -> None:
    record = read(measured(status=status, value="?", on="never"))
    assert (record.gone, record.refusal, record.values) == (gone, "", {})


@pytest.mark.parametrize(
    ("on", "day"),
    [
        ("2026-05-05T02:30:00Z", date(2026, 5, 4)),
        ("2026-05-04T23:30:00-07:00", date(2026, 5, 5)),
        ("2026-05-04", date(2026, 5, 4)),
    ],
)
def test_the_day_is_the_clinics(on: str, day: date) -> None:
    assert read(measured(on=on)).on == day


def test_a_period_counts_from_its_start() -> None:
    resource = measured(effectivePeriod={"start": "2026-05-03"})
    del resource["effectiveDateTime"]
    assert read(resource).on == date(2026, 5, 3)


def test_a_coded_unit_is_believed_beside_words_that_nobody_knows() -> None:
    assert read(measured(valueQuantity=quantity(0.8, unit="milli-eq."))).values["value"] == 0.8


# ---------------------------------------------------------------- outcomes in words


def pregnancy_test(**value: Any) -> ResultRecord:
    resource = measured(code="2106-3", **value)
    del resource["valueQuantity"]
    return read(resource)


SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueCodeableConcept": {"text": "Positive"}}, 1),
        ({"valueCodeableConcept": {"text": "Negative."}}, 0),
        ({"valueCodeableConcept": concept("10828004", SNOMED)}, 1),
        ({"valueCodeableConcept": concept("260385009", SNOMED) | {"text": "see report"}}, 0),
        ({"valueString": "NEGATIVE"}, 0),
        ({"valueString": "Not detected"}, 0),
    ],
)
def test_an_outcome_in_words_is_understood(value: dict[str, Any], expected: int) -> None:
    record = pregnancy_test(**value)
    assert (record.code, record.refusal) == ("pregnancy_test", "")
    assert record.values == {"code": "pregnancy_test", "on": date(2026, 5, 4), "value": expected, "unit": "", "low": None,
                             "high": None, "note": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"valueString": "indeterminate"}, "indeterminate is neither positive nor negative"),
        ({"valueCodeableConcept": concept("10828004", SNOMED) | {"text": "Negative"}}, "is neither positive nor negative"),
        ({"valueString": "not positive"}, "is neither positive nor negative"),
        ({}, "it has no value"),
        ({"dataAbsentReason": {"text": "Specimen lost"}}, "it has no value: Specimen lost"),
    ],
)  # fmt: skip
def test_any_other_word_is_refused(value: dict[str, Any], reason: str) -> None:
    record = pregnancy_test(**value)
    assert reason in record.refusal
    assert record.values == {}


def test_a_preliminary_outcome_says_so() -> None:
    assert pregnancy_test(valueString="positive", status="preliminary").values["note"] == "preliminary"


# ---------------------------------------------------------------- range


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([{"low": {"value": 0.6}, "high": {"value": 1.2}}], (0.6, 1.2)),
        ([{"high": quantity(1.2)}], (None, 1.2)),
        ([{"text": "0.6 to 1.2"}], (None, None)),
        ([{"low": {"value": 0.6}, "high": {"value": 900}}], (0.6, None)),
        ([{"low": {"value": 0.6}, "type": concept("normal", "x")}, {"high": {"value": 2}, "type": concept("treatment", "x")}], (0.6, None)),
        ([{"low": {"value": 0.6}, "text": "adults"}, {"low": {"value": 0.4}, "text": "from 65"}], (None, None)),
        ([None, "0.6"], (None, None)),
    ],
)  # fmt: skip
def test_the_range_is_the_one_normal_range(ranges: list[Any], expected: tuple[Any, Any]) -> None:
    told = read(measured(referenceRange=ranges)).values
    assert (told["low"], told["high"]) == expected


def test_the_range_is_in_the_kept_unit_too() -> None:
    told = read(
        measured(code="751-8", value=3.2, unit="10*3/uL", referenceRange=[{"low": {"value": 1.5}}])
    ).values
    assert (told["value"], told["low"]) == (3200, 1500)


@pytest.mark.parametrize(("least", "says"), [(60, ""), (90, "it says only >60"), (None, "it says only >60")])
def test_an_egfr_above_a_limit_was_done_without_a_number_where_the_range_allows_it(
    least: float | None, says: str
) -> None:
    amount = quantity(60, "mL/min/{1.73_m2}", comparator=">")
    ends = [] if least is None else [{"low": {"value": least}}]
    record = read(measured(code="62238-1", valueQuantity=amount, referenceRange=ends))
    assert record.refusal.startswith(says)
    if not says:
        assert (record.values["value"], record.values["unit"]) == (None, "")
        assert record.values["note"] == ">60 mL/min/1.73 m2"


# ---------------------------------------------------------------- blood pressure and other vital signs


def test_a_blood_pressure_keeps_its_upper_value_and_both_in_the_note() -> None:
    record = read(pressure())
    assert (record.code, record.values["value"], record.values["note"]) == ("systolic", 128, "128/82 mmHg")


def test_an_upper_value_alone_is_a_blood_pressure() -> None:
    record = read(measured(code="8480-6", value=128, unit="mm[Hg]"))
    assert (record.code, record.values["value"], record.values["note"]) == ("systolic", 128, "")


def absent(resource: dict[str, Any]) -> dict[str, Any]:
    upper = resource["component"][0]
    del upper["valueQuantity"]
    upper["dataAbsentReason"] = {"text": "Cuff too small"}
    return resource


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (pressure(82, 128), "its upper value 82 does not lie above its lower value 128"),
        (pressure(1280), "cannot be (50 to 300)"),
        (pressure(128, component=[]), "it has no upper value"),
        (pressure(component=[], valueQuantity=quantity(128, "mm[Hg]")), "85354-9 is the panel of the blood pressure"),
        (absent(pressure()), "it has no value: Cuff too small"),
    ],
)  # fmt: skip
def test_a_blood_pressure_that_is_none_is_refused(resource: dict[str, Any], reason: str) -> None:
    assert reason in read(resource).refusal


def test_a_panel_of_members_is_left_to_its_members() -> None:
    with pytest.raises(Unused, match="members are read for themselves"):
        read(pressure(component=[], hasMember=[{"reference": "Observation/o2"}]))


def test_vital_signs_are_read_of_five_years_and_laboratory_results_of_all() -> None:
    with pytest.raises(Unused, match="more than five years ago"):
        read(measured(code="29463-7", value=80, unit="kg", on="2021-05-18"))
    assert read(measured(code="29463-7", value=80, unit="kg", on="2021-05-20")).refusal == ""
    assert read(measured(on="2006-05-20")).refusal == ""
    assert read(measured(code="29463-7", on="2006-05-20", status="entered-in-error")).gone


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("2345-7", "nobody says that it was fasting"),
        ("2339-0", "nobody says that it was fasting"),
        ("2160-0", "a reported eGFR is read"),
        ("39156-5", "it follows from weight and height"),
        ("8462-4", "no score or reading that the registry keeps"),
        ("718-7", "no score or reading that the registry keeps"),
    ],
)
def test_what_no_rule_asks_for_is_left_out_with_the_reason(code: str, reason: str) -> None:
    with pytest.raises(Unused, match=reason):
        read(measured(code=code, unit="mg/dL"))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "0.8.1", ""])
def test_a_file_with_a_number_that_is_none_is_read_up_to_there(tmp_path: Path, value: str) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps(measured(value=-77)).replace("-77", value))
    (item,) = reading.read(path)
    assert isinstance(item, reading.Broken)


def test_a_number_beyond_all_bounds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps(measured(value=-77)).replace("-77", "1e309"))
    (item,) = reading.read(path)
    assert isinstance(item, reading.Found)
    assert read(item.resource).refusal == "its value is no number"


def test_a_score_is_no_result() -> None:
    assert isinstance(results.observation(found(total()), READING), PartRecord)


def test_the_manual_lists_every_code_with_its_unit() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    for name, codes in laboratory.MEASURED.items():
        assert f"| {READINGS[name].label} | {', '.join(codes)} | {READINGS[name].unit} |" in manual
    for name, codes in laboratory.IN_WORDS.items():
        assert (
            f"| {READINGS[name].label} | {', '.join(codes)} | {' or '.join(READINGS[name].outcomes)} |"
            in manual
        )
