"""Conditions and encounters: what else is known of a patient."""

from datetime import date
from typing import Any

from registry.fhir.behavioural import is_behavioural
from registry.fhir.reading import Found
from registry.fhir.records import Reading, RowRecord, origin
from registry.fhir.values import (
    Refused,
    Unused,
    codings,
    entries,
    local_day,
    member,
    period_start,
    plain,
    reference,
    words,
)

SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "urn:oid:2.16.840.1.113883.6.90": "ICD-10",
    "http://snomed.info/sct": "SNOMED CT",
    "urn:oid:2.16.840.1.113883.6.96": "SNOMED CT",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9",
}
OVER = ("inactive", "remission", "resolved")
UNSURE = ("provisional", "differential", "unconfirmed")
TOOK_PLACE = ("finished", "in-progress", "arrived", "triaged", "onleave", "completed")


def condition(found: Found, reading: Reading) -> RowRecord:
    """A Condition as a line of the problem list."""
    resource = found.resource
    verified = _status(resource, "verificationStatus")
    system, code, title = _diagnosis(resource)
    onset = local_day(period_start(resource, "onset"), reading.zone)
    if onset and onset > reading.today:
        raise Refused("its onset lies in the future")
    values = {
        "code_system": system,
        "code": code,
        "title": f"{title} ({verified})" if verified in UNSURE else title,
        "behavioural": is_behavioural(system, code, title),
        "onset_on": onset,
        "resolved_on": _resolved_on(resource, onset, reading),
    }
    gone = {"entered-in-error": "entered in error", "refuted": "refuted"}.get(verified, "")
    return RowRecord(origin(found), reference(resource.get("subject"), found.links), values, gone)


def _status(resource: dict[str, Any], name: str) -> str:
    return next((code for _, code, _ in codings(resource.get(name))), "")


def _diagnosis(resource: dict[str, Any]) -> tuple[str, str, str]:
    """System, code and title: ICD-10 before SNOMED CT before the rest."""
    concept = resource.get("code")
    coded = [(SYSTEMS.get(system, ""), code, display) for system, code, display in codings(concept) if code]
    coded.sort(key=lambda one: ("ICD-10", "SNOMED CT", "ICD-9", "").index(one[0]))
    title = words(concept, 300)
    if not coded and not title:
        raise Refused("it names no diagnosis")
    system, code, _ = coded[0] if coded else ("", "", "")
    return system, plain(code, 40), title or f"{system} {code}".strip()


def _resolved_on(resource: dict[str, Any], onset: date | None, reading: Reading) -> date | None:
    """The day it ended; where the source says only that it has, the last day that it names."""
    told = local_day(period_start(resource, "abatement"), reading.zone)
    told = told or local_day(member(resource.get("abatementPeriod"), "end"), reading.zone)
    if told or _status(resource, "clinicalStatus") not in OVER:
        return told if told is None or told <= reading.today else None
    return local_day(resource.get("recordedDate"), reading.zone) or onset or reading.today


def encounter(found: Found, reading: Reading) -> RowRecord:
    """An Encounter that took place as a visit to the practice."""
    resource = found.resource
    status = resource.get("status")
    gone = "entered in error" if status == "entered-in-error" else ""
    if status not in TOOK_PLACE and not gone:
        raise Unused(f"did not take place ({plain(status, 30) or 'no status'})")
    period = resource.get("period") or resource.get("actualPeriod")
    on = local_day(member(period, "start"), reading.zone)
    if on is None:
        raise Refused("no day of the visit")
    if on > reading.today:
        raise Refused("the visit lies in the future")
    values = {
        "on": on,
        "title": next(filter(None, (words(kind, 200) for kind in entries(resource.get("type")))), ""),
        "visit_class": _visit_class(resource.get("class")),
    }
    return RowRecord(origin(found), reference(resource.get("subject"), found.links), values, gone)


def _visit_class(value: Any) -> str:
    """AMB, EMER, IMP, VR ...: R4 has a Coding, R5 a list of concepts."""
    if isinstance(value, list):
        return next((code for concept in entries(value) for _, code, _ in codings(concept)), "")
    return plain(member(value, "code"), 20)
