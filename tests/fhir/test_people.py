"""Patients and practitioners."""

from typing import Any

import pytest

from registry.fhir import people
from registry.fhir.values import Refused, Unused
from tests.fhir.samples import READING, concept, found, patient, practitioner


def read(**changes: Any) -> people.PatientRecord:
    return people.patient(found(patient(**changes)), READING)


def test_a_patient_as_us_core_writes_them() -> None:
    one = read()
    assert one.mrn == "0012345"
    shown = {
        name: one.values[name]
        for name in ("family_name", "given_name", "sex", "language", "phone", "address")
    }
    assert shown == {
        "family_name": "Žižka", "given_name": "Łukasz Jan", "sex": "male", "language": "es", "phone": "555-0100",
        "address": "1 Main St, Troy, NY 12180",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": []}, "no name"),
        ({"name": [{"use": "official", "family": " \x00 "}]}, "no name"),
        ({"name": [{"family": "x" * 201}]}, "longer than 200"),
        ({"birthDate": None}, "no whole birth date"),
        ({"birthDate": "1980"}, "no whole birth date"),
        ({"birthDate": "1980-02-30"}, "no whole birth date"),
        ({"birthDate": "1980-02-28T10:00:00Z"}, "no whole birth date"),
        ({"birthDate": "2026-05-21"}, "future"),
        ({"birthDate": "1880-01-01"}, "130 years"),
        ({"link": [{"type": "replaced-by", "other": {}}]}, "replaced"),
        ({"id": "a" * 201}, "id"),
        ({"id": "a\nb"}, "id"),
    ],
)
def test_a_patient_who_cannot_go_in_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        people.patient(found({**patient(), **changes}), READING)


def test_the_mrn_is_the_number_of_type_mr_in_use() -> None:
    old = {"use": "old", "type": concept("MR"), "value": "1"}
    assert read(identifier=[old, {"type": {"text": "MRN"}, "value": " 0042 "}]).mrn == "0042"
    assert read(identifier=[{"system": "urn:x", "value": "77"}]).mrn == "77"
    assert read(identifier=[]).mrn == "p1"


@pytest.mark.parametrize(
    ("spoken", "tag"), [([], "en"), ([{"language": concept("en-US")}], "en"), ([{"language": concept("x" * 99)}], "en"),
                        ([{"language": concept("en")}, {"language": concept("vi"), "preferred": True}], "vi")],
)  # fmt: skip
def test_the_language_of_care(spoken: list[Any], tag: str) -> None:
    assert read(communication=spoken).values["language"] == tag


def test_a_minor_has_a_caregiver() -> None:
    contact = {
        "relationship": [concept("MTH", display="mother")],
        "name": {"given": ["Ana"], "family": "Ruiz"},
        "telecom": [{"system": "phone", "value": "555-0199"}],
    }
    assert read(contact=[contact]).values["caregiver"] == "Ana Ruiz (mother), 555-0199"


def test_control_characters_and_lone_surrogates_do_not_reach_a_name() -> None:
    one = read(name=[{"family": "O'Br\x00ien\ud800", "given": ["<b>Ann</b>\n"]}])
    assert one.values["family_name"] == "O'Br ien\N{REPLACEMENT CHARACTER}"
    assert one.values["given_name"] == "<b>Ann</b>"


def test_digits_in_a_name_stay() -> None:
    assert read(name=[{"family": "Cormier289", "given": ["Barney639"]}]).values["family_name"] == "Cormier289"


def test_the_digest_passes_over_the_bookkeeping_of_a_server() -> None:
    plain, saved = read(), read(meta={"versionId": "7", "lastUpdated": "2026-05-01"})
    assert plain.origin.digest == saved.origin.digest != read(gender="female").origin.digest


def test_a_practitioner() -> None:
    one = people.practitioner(found(practitioner()))
    assert one.values == {
        "name": "Ama Osei",
        "credentials": "MD",
        "phone": "",
        "fax": "",
        "npi": "1234567893",
    }
    with pytest.raises(Unused):
        people.practitioner(found(practitioner(active=False)))
    with pytest.raises(Refused):
        people.practitioner(found(practitioner(name=[])))


@pytest.mark.parametrize(
    ("specialty", "primary"),
    [(concept("207Q00000X"), True), ({"text": "General Practice"}, True), ({"text": "Dermatology"}, False)],
)
def test_primary_care_is_told_by_the_role(specialty: dict[str, Any], primary: bool) -> None:
    role = {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": "Practitioner/d1"},
        "specialty": [specialty],
    }
    assert people.role(found(role)) == ("d1", "", primary)
