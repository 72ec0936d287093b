"""Resources as other systems write them, small and whole; a test changes what it is about."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from registry.fhir.reading import Found
from registry.fhir.records import Reading
from registry.fhir.report import Place

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 5, 20)
READING = Reading(ZoneInfo("America/New_York"), TODAY)
LOINC = "http://loinc.org"
PHQ9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
FREQUENCY = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
Json = dict[str, Any]


def found(resource: Json, position: str = "", **more: Any) -> Found:
    return Found(Place("sample.json", position), resource, **more)


def bundle(*resources: Json, kind: str = "transaction") -> Json:
    entries = [{"fullUrl": f"urn:uuid:{r.get('id')}", "resource": r} for r in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def write(path: Path, *resources: Json) -> Path:
    """A bundle of these resources as a file."""
    path.write_text(json.dumps(bundle(*resources)), encoding="utf-8")
    return path


def concept(code: str, system: str = LOINC, display: str = "") -> Json:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def patient(key: str = "p1", mrn: str = "0012345", born: str = "1980-02-29", **changes: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": key,
        "identifier": [
            {"system": "http://hl7.org/fhir/sid/us-ssn", "type": concept("SS", "v2"), "value": "999-11-2222"},
            {"type": concept("MR", "http://terminology.hl7.org/CodeSystem/v2-0203"), "value": mrn},
        ],
        "name": [
            {"use": "old", "family": "Former"},
            {"use": "official", "family": "Žižka", "given": ["Łukasz", "Jan"]},
        ],
        "gender": "male",
        "birthDate": born,
        "telecom": [{"system": "phone", "value": "555-0100", "use": "home"}],
        "address": [{"line": ["1 Main St"], "city": "Troy", "state": "NY", "postalCode": "12180"}],
        "communication": [{"language": concept("es", "urn:ietf:bcp:47")}],
        **changes,
    }


def total(
    key: str = "o1",
    code: str = "44261-6",
    value: Any = 14,
    on: str = "2026-05-04T10:00:00-04:00",
    **changes: Any,
) -> Json:
    return {
        "resourceType": "Observation",
        "id": key,
        "status": "final",
        "code": concept(code),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": on,
        **({"valueInteger": value} if value is not None else {}),
        **changes,
    }


def item(number: int, value: int, key: str = "", **changes: Any) -> Json:
    """An item of the PHQ-9, counted from 1, as an answer code."""
    answer = {"valueCodeableConcept": concept(FREQUENCY[value])}
    return total(key or f"i{number}", PHQ9[number - 1], None, **{**answer, **changes})


def quantity(value: Any, unit: str = "mmol/L", /, **changes: Any) -> Json:
    """A number with its unit as UCUM."""
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit, **changes}


def measured(
    key: str = "l1", code: str = "14334-7", value: Any = 0.8, unit: str = "mmol/L", **changes: Any
) -> Json:
    """A laboratory result or vital sign: a lithium level, unless it is told otherwise."""
    return total(key, code, None, **{"valueQuantity": quantity(value, unit), **changes})


def pressure(upper: Any = 128, lower: Any = 82, key: str = "bp1", **changes: Any) -> Json:
    """A blood pressure as the panel with its two components."""
    parts = [
        {"code": concept(code), "valueQuantity": quantity(value, "mm[Hg]")}
        for code, value in (("8480-6", upper), ("8462-4", lower))
    ]
    return total(key, "85354-9", None, **{"component": parts, **changes})


def response(values: list[int | None], stated: int | None = None, **changes: Any) -> Json:
    """A PHQ-9 as a QuestionnaireResponse."""
    items = [
        {"linkId": f"/{code}", "answer": [{"valueCoding": {"system": LOINC, "code": FREQUENCY[value]}}]}
        for code, value in zip(PHQ9, values, strict=True)
        if value is not None
    ]
    items += [{"linkId": "/44261-6", "answer": [{"valueDecimal": stated}]}] if stated is not None else []
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "qr1",
        "questionnaire": "http://hl7.org/fhir/us/core/Questionnaire/phq-9-example",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "authored": "2026-05-04T10:00:00-04:00",
        "item": items,
        **changes,
    }


def condition(key: str = "c1", **changes: Any) -> Json:
    return {
        "resourceType": "Condition",
        "id": key,
        "clinicalStatus": concept("active", "clinical"),
        "verificationStatus": concept("confirmed", "ver"),
        "code": concept(
            "F33.1", "http://hl7.org/fhir/sid/icd-10-cm", "Major depressive disorder, recurrent, moderate"
        ),
        "subject": {"reference": "Patient/p1"},
        "onsetDateTime": "2025-11-02",
        **changes,
    }


def encounter(key: str = "e1", **changes: Any) -> Json:
    return {
        "resourceType": "Encounter",
        "id": key,
        "status": "finished",
        "class": {"code": "AMB"},
        "type": [{"text": "Office visit"}],
        "subject": {"reference": "urn:uuid:p1"},
        "period": {"start": "2026-05-04T09:30:00-04:00"},
        **changes,
    }


def order(
    key: str = "m1", drug: str = "Sertraline 50 MG Oral Tablet", on: str = "2026-01-10", **changes: Any
) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": key,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept("312940", "http://www.nlm.nih.gov/research/umls/rxnorm", drug),
        "subject": {"reference": "Patient/p1"},
        "authoredOn": on,
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1}}],
            }
        ],
        **changes,
    }


def practitioner(key: str = "d1", **changes: Any) -> Json:
    return {
        "resourceType": "Practitioner",
        "id": key,
        "name": [{"family": "Osei", "given": ["Ama"], "suffix": ["MD"]}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        **changes,
    }
