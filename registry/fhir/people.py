"""Patients and practitioners."""

import re
from datetime import date
from typing import Any

from registry.fhir.reading import Found
from registry.fhir.records import PatientRecord, PractitionerRecord, Reading, origin
from registry.fhir.values import (
    Refused,
    Unused,
    code_in,
    codings,
    entries,
    extension,
    instant,
    local_day,
    member,
    number,
    plain,
    reference,
    words,
)

OLDEST = 130
"""Years; a birth date further back is a slip."""
NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
PRIMARY_CARE_CODES = frozenset(
    {
        "208D00000X",
        "207Q00000X",
        "207QA0505X",
        "207R00000X",
        "208000000X",
        "363LP2300X",
        "363LF0000X",
        "363LA2200X",
    }
)
"""NUCC taxonomy: general practice, family medicine, internal medicine, paediatrics, primary care and family NPs."""
PRIMARY_CARE_WORDS = re.compile(
    r"general practi|family (medicine|practi)|internal medicine|primary care|p(a)?ediatric", re.I
)


def patient(found: Found, reading: Reading) -> PatientRecord:
    """A Patient with a name and a whole birth date; those who died are often marked as not active."""
    resource = found.resource
    if any(link.get("type") == "replaced-by" for link in entries(resource.get("link"))):
        raise Refused("the source replaced this patient record by another")
    identity = origin(found)
    family, given, preferred = _names(resource)
    doctors = list(entries(resource.get("generalPractitioner")))
    values = {
        "family_name": family,
        "given_name": given,
        "preferred_name": preferred,
        "birth_date": _birth_date(resource.get("birthDate"), reading.today),
        "sex": _one_of(resource.get("gender"), "male", "female", "other"),
        "gender_identity": words(
            extension(resource, "us-core-genderIdentity").get("valueCodeableConcept"), 80
        ),
        "race": _category(resource, "us-core-race"),
        "ethnicity": _category(resource, "us-core-ethnicity"),
        "deceased_on": _deceased_on(resource, reading),
        **_speech(resource),
        **_reach(resource),
    }
    return PatientRecord(
        identity,
        _mrn(resource) or identity.key[:60],
        values,
        tuple(filter(None, (reference(doctor, found.links) for doctor in doctors))),
        tuple(plain(doctor.get("display"), 120) for doctor in doctors),
    )


def _names(resource: dict[str, Any]) -> tuple[str, str, str]:
    """Family, given and preferred name: the official one, else the usual one, else the first in use."""
    names = [
        name
        for name in entries(resource.get("name"))
        if name.get("use") not in ("old", "maiden", "anonymous")
    ]
    usual = next((name for name in names if name.get("use") in ("nickname", "usual")), {})
    names.sort(key=lambda name: {"official": 0, "usual": 1, None: 2}.get(_use(name), 3))
    if not names:
        raise Refused("it has no name")
    family, given = plain(names[0].get("family"), 201), _given(names[0], 201)
    family = family or ("" if given else plain(names[0].get("text"), 201))
    if not family and not given:
        raise Refused("it has no name")
    if len(family) > 200 or len(given) > 200:
        raise Refused("its name is longer than 200 characters")
    preferred = _given(usual, 80) if usual is not names[0] else ""
    return family, given, preferred if preferred != given else ""


def _use(name: dict[str, Any]) -> Any:
    use = name.get("use")
    return use if isinstance(use, str) else None


def _given(name: dict[str, Any], limit: int) -> str:
    given = name.get("given")
    parts = given if isinstance(given, list) else [given]
    return " ".join(filter(None, (plain(part, limit) for part in parts)))[:limit]


def _birth_date(value: Any, today: date) -> date:
    born = instant(value)
    if born is None or not isinstance(value, str) or len(value) != 10:
        raise Refused("it has no whole birth date")
    if not isinstance(born, date) or born > today:
        raise Refused("its birth date lies in the future")
    if today.year - born.year > OLDEST:
        raise Refused(f"its birth date lies more than {OLDEST} years back")
    return born


def _one_of(value: Any, *known: str) -> str:
    return value if isinstance(value, str) and value in known else "unknown"


def _category(resource: dict[str, Any], ending: str) -> str:
    """The text of a US Core race or ethnicity, else its first category."""
    found = extension(resource, ending)
    text = plain(extension(found, "text").get("valueString"), 120)
    return text or plain(member(extension(found, "ombCategory").get("valueCoding"), "display"), 120)


def _deceased_on(resource: dict[str, Any], reading: Reading) -> date | None:
    on = local_day(resource.get("deceasedDateTime"), reading.zone)
    return on if on is None or on <= reading.today else None


def _speech(resource: dict[str, Any]) -> dict[str, Any]:
    """The language of care: the preferred one, else the first; and whether an interpreter is needed."""
    spoken = sorted(entries(resource.get("communication")), key=lambda one: one.get("preferred") is not True)
    tags = [code for one in spoken for _, code, _ in codings(one.get("language"))]
    tag = next((tag for tag in tags if LANGUAGE.fullmatch(tag)), "en")
    needed = extension(resource, "patient-interpreterRequired").get("valueBoolean") is True
    return {"language": "en" if tag.casefold() in ("en", "en-us") else tag, "interpreter": needed}


def _reach(resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "phone": _telecom(resource, "phone"),
        "email": _telecom(resource, "email"),
        "address": _address(resource),
        "caregiver": _caregiver(resource),
    }


def _telecom(resource: dict[str, Any], system: str) -> str:
    """The best address of a kind: by rank, mobile before home before work, never an old one."""
    uses = ("mobile", "home", "work")
    found = [
        t for t in entries(resource.get("telecom")) if t.get("system") == system and t.get("use") != "old"
    ]
    found.sort(
        key=lambda t: (number(t.get("rank")) or 99, uses.index(t["use"]) if t.get("use") in uses else 9)
    )
    return plain(found[0].get("value"), 120) if found else ""


def _address(resource: dict[str, Any]) -> str:
    places = [
        place for place in entries(resource.get("address")) if place.get("use") not in ("old", "billing")
    ]
    if not places:
        return ""
    lines = places[0].get("line")
    street = [plain(line) for line in lines] if isinstance(lines, list) else [plain(lines)]
    town = " ".join(filter(None, (plain(places[0].get("state")), plain(places[0].get("postalCode")))))
    parts = (*street, plain(places[0].get("city")), town)
    return ", ".join(filter(None, parts))[:300] or plain(places[0].get("text"), 300)


def _caregiver(resource: dict[str, Any]) -> str:
    """The first contact who is a parent or guardian, with relation and phone."""
    for contact in entries(resource.get("contact")):
        for relation in entries(contact.get("relationship")):
            if code_in(relation, "PRN", "MTH", "FTH", "GUARD", "GRPRN", "parent", "guardian"):
                name = next(entries(contact.get("name")), {})
                who = " ".join(filter(None, (_given(name, 80), plain(member(name, "family"), 80))))
                parts = (
                    f"{who} ({words(relation, 40) or 'caregiver'})" if who else "",
                    _telecom(contact, "phone"),
                )
                return ", ".join(filter(None, parts))
    return ""


def _mrn(resource: dict[str, Any]) -> str:
    """The medical record number: the identifier of type MR in use, else the only one of no type at all."""
    held = [
        one
        for one in entries(resource.get("identifier"))
        if one.get("use") != "old" and plain(one.get("value"))
    ]
    marked = [
        one
        for one in held
        if code_in(one.get("type"), "MR") or words(one.get("type")).upper() in ("MR", "MRN")
    ]
    untyped = [one for one in held if not one.get("type") and "ssn" not in plain(one.get("system"))]
    chosen = marked[:1] or (untyped if len(untyped) == 1 else [])
    return plain(chosen[0].get("value"), 60) if chosen else ""


def practitioner(found: Found) -> PractitionerRecord:
    """A Practitioner in use, with a name."""
    resource = found.resource
    if resource.get("active") is False:
        raise Unused("no longer active")
    name = next(entries(resource.get("name")), {})
    whole = " ".join(filter(None, (_given(name, 100), plain(name.get("family"), 100)))) or plain(
        name.get("text"), 200
    )
    if not whole:
        raise Refused("it has no name")
    values = {
        "name": whole,
        "credentials": _credentials(resource, name),
        "phone": _telecom(resource, "phone")[:60],
        "fax": _telecom(resource, "fax")[:60],
        "npi": _npi(resource),
    }
    return PractitionerRecord(origin(found), values, found.staff_list)


def _credentials(resource: dict[str, Any], name: dict[str, Any]) -> str:
    suffix = name.get("suffix")
    told = ", ".join(filter(None, (plain(one, 20) for one in suffix))) if isinstance(suffix, list) else ""
    coded = [code for q in entries(resource.get("qualification")) for _, code, _ in codings(q.get("code"))]
    return told or next((code for code in coded if code.isalpha() and len(code) <= 5), "")


def _npi(resource: dict[str, Any]) -> str | None:
    """The national provider identifier."""
    for one in entries(resource.get("identifier")):
        if one.get("system") == NPI_SYSTEM or code_in(one.get("type"), "NPI"):
            return plain(one.get("value"), 20) or None
    return None


def role(found: Found) -> tuple[str, str, bool]:
    """Of a PractitionerRole: the practitioner (id or `?system|npi`), a phone, and whether it is primary care."""
    resource = found.resource
    concepts = [*entries(resource.get("code")), *entries(resource.get("specialty"))]
    coded = any(code_in(concept, *PRIMARY_CARE_CODES) for concept in concepts)
    told = any(PRIMARY_CARE_WORDS.search(words(concept)) for concept in concepts)
    return reference(resource.get("practitioner"), found.links), _telecom(resource, "phone"), coded or told
