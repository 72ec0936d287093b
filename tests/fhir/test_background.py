"""Problems, visits and prescriptions."""

from datetime import date
from typing import Any

import pytest

from registry.fhir import background, orders
from registry.fhir.values import Refused, Unused
from tests.fhir.samples import READING, concept, condition, encounter, found, order

SNOMED = "http://snomed.info/sct"


def test_a_problem_prefers_icd10_and_knows_what_is_behavioural() -> None:
    both = {"coding": [{"system": SNOMED, "code": "370143000"}, *condition()["code"]["coding"]]}
    values = background.condition(found(condition(code=both)), READING).values
    assert (values["code_system"], values["code"], values["behavioural"]) == ("ICD-10", "F33.1", True)
    assert values["onset_on"] == date(2025, 11, 2)


@pytest.mark.parametrize(
    ("concept_", "behavioural"),
    [
        (concept("191611001", SNOMED), True),
        (concept("1", SNOMED, "Generalized anxiety disorder (disorder)"), True),
        (concept("73595000", SNOMED, "Hispanic environmental finding"), False),
        (concept("I10", "http://hl7.org/fhir/sid/icd-10-cm", "Hypertension"), False),
    ],
)
def test_behavioural_by_code_else_by_word(concept_: dict[str, Any], behavioural: bool) -> None:
    one = background.condition(found(condition(code=concept_)), READING)
    assert one.values["behavioural"] is behavioural


@pytest.mark.parametrize(
    ("changes", "resolved"),
    [
        ({"clinicalStatus": concept("resolved"), "abatementDateTime": "2026-02-01"}, date(2026, 2, 1)),
        ({"clinicalStatus": concept("resolved"), "recordedDate": "2026-01-05"}, date(2026, 1, 5)),
        ({"clinicalStatus": concept("remission")}, date(2025, 11, 2)),
        ({"clinicalStatus": concept("recurrence")}, None),
    ],
)
def test_when_a_problem_ended(changes: dict[str, Any], resolved: date | None) -> None:
    assert background.condition(found(condition(**changes)), READING).values["resolved_on"] == resolved


def test_a_month_is_no_day() -> None:
    assert background.condition(found(condition(onsetDateTime="2025-11")), READING).values["onset_on"] is None


def test_an_unsure_diagnosis_says_so_and_a_refuted_one_is_gone() -> None:
    unsure = background.condition(found(condition(verificationStatus=concept("provisional"))), READING)
    assert unsure.values["title"].endswith("(provisional)")
    assert (
        background.condition(found(condition(verificationStatus=concept("refuted"))), READING).gone
        == "refuted"
    )


def test_a_visit() -> None:
    values = background.encounter(found(encounter()), READING).values
    assert values == {"on": date(2026, 5, 4), "title": "Office visit", "visit_class": "AMB"}


def test_a_visit_belongs_to_the_day_of_the_clinic() -> None:
    late = encounter(period={"start": "2026-05-05T02:30:00+00:00"})
    assert background.encounter(found(late), READING).values["on"] == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": "planned"}, Unused),
        ({"status": None}, Unused),
        ({"period": {"start": "2026-06-01"}}, Refused),
        ({"period": {"start": "2026"}}, Refused),
    ],
)
def test_a_visit_that_did_not_take_place(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        background.encounter(found(encounter(**changes)), READING)


def read(**changes: Any) -> orders.OrderRecord:
    return orders.order(found(order(**changes)), READING, {})


@pytest.mark.parametrize(
    ("title", "name", "psychotropic"),
    [
        ("Sertraline 100 MG Oral Tablet", "sertraline", True),
        ("24 HR buPROPion hydrochloride 150 MG Extended Release Oral Tablet [Wellbutrin]", "bupropion", True),
        ("lithium carbonate 300 MG Oral Tablet", "lithium", True),
        (
            "Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet",
            "acetaminophen / oxycodone",
            False,
        ),
        ("NDA020983 200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler [Ventolin]", "albuterol", False),
        ("Yaz 28 Day Pack", "yaz", False),
    ],
)
def test_the_ingredients_of_a_title(title: str, name: str, psychotropic: bool) -> None:
    assert orders.ingredients(title) == (name, psychotropic)


def dosage(quantity: Any, repeat: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": quantity}], **more}]


DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("instructions", "mg"),
    [
        (dosage({"value": 2}, DAILY), 100),
        (dosage({"value": 25, "unit": "mg"}, {"frequency": 2, "period": 1, "periodUnit": "d"}), 50),
        (dosage({"value": 1}, {"frequency": 1, "period": 12, "periodUnit": "h"}), 100),
        ([{"timing": {"code": concept("BID")}, "doseAndRate": [{"doseQuantity": {"value": 1}}]}], 100),
        (dosage({"value": 1}, DAILY, asNeededBoolean=True), None),
        (dosage({"value": 5, "unit": "mL"}, DAILY), None),
        (dosage({"value": 1}, {}), None),
        (dosage({"value": "x"}, DAILY), None),
        ([], None),
    ],
)
def test_the_dose_is_told_or_not_known(instructions: list[Any], mg: float | None) -> None:
    assert read(dosageInstruction=instructions).dose_mg == mg


@pytest.mark.parametrize(
    "changes",
    [
        {"doNotPerform": True},
        {"intent": "proposal"},
        {"status": "draft"},
        {"status": "cancelled"},
        {"status": None},
    ],
)
def test_an_order_that_gives_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(Unused):
        read(**changes)


@pytest.mark.parametrize(
    ("more", "ended_on"),
    [
        ({"dispenseRequest": {"validityPeriod": {"end": "2026-03-01"}}}, date(2026, 3, 1)),
        ({"dispenseRequest": {"expectedSupplyDuration": {"value": 2, "code": "wk"}}}, date(2026, 1, 24)),
        (
            {
                "dispenseRequest": {
                    "expectedSupplyDuration": {"value": 30, "code": "d"},
                    "numberOfRepeatsAllowed": 2,
                }
            },
            date(2026, 4, 10),
        ),
        ({}, None),
    ],
)
def test_when_an_order_ended(more: dict[str, Any], ended_on: date | None) -> None:
    one = read(status="stopped", **more)
    assert (one.ended, one.ended_on) == (True, ended_on)


def test_a_medication_by_reference_inside_and_outside() -> None:
    bare = order()
    del bare["medicationCodeableConcept"]
    inside = {
        **bare,
        "contained": [{"id": "x", "code": {"text": "Fluoxetine 20 MG"}}],
        "medicationReference": {"reference": "#x"},
    }
    assert orders.order(found(inside), READING, {}).name == "fluoxetine"
    outside = {**bare, "medicationReference": {"reference": "Medication/77"}}
    assert orders.order(found(outside), READING, {"77": ("Lithium 300 MG", None)}).name == "lithium"
    with pytest.raises(orders.NotYet):
        orders.order(found(outside), READING, {})
    with pytest.raises(Refused, match="no drug"):
        orders.order(found(bare), READING, {})
