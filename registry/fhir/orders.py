"""Prescriptions: a MedicationRequest with its drug as ingredients, its dose in mg a day, and its end."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from registry.clinical.drugs import ANTIDEPRESSANTS, OTHER_PSYCHOTROPICS, ingredient
from registry.fhir.reading import Found
from registry.fhir.records import OrderRecord, Reading, origin
from registry.fhir.values import (
    Refused,
    Unused,
    codings,
    days,
    entries,
    local_day,
    member,
    number,
    plain,
    reference,
    words,
)

RXNORM = frozenset({"http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"})
ORDERS = ("order", "original-order", "instance-order", "reflex-order", "filler-order")
RUNNING, ENDED = ("active",), ("stopped", "completed", "on-hold", "ended")
PSYCHOTROPIC = ANTIDEPRESSANTS | OTHER_PSYCHOTROPICS
SALTS = frozenset(
    """hydrochloride hydrobromide carbonate citrate oxalate maleate fumarate mesylate tartrate succinate sulfate
    sodium potassium besylate hemihydrate monohydrate hcl dimesylate pamoate tosylate lactate acetate""".split()
)
STRENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*mg\b(?!\s*/)", re.IGNORECASE)
RELEASE = re.compile(r"^\s*(?:\d+\s+(?:hr|actuat|ml)\b|nda\d+|abuse-deterrent)\s*", re.IGNORECASE)
FIRST_FIGURE = re.compile(r"\s\d")
DAILY = {"QD": 1.0, "AM": 1.0, "PM": 1.0, "BED": 1.0, "BID": 2.0, "TID": 3.0, "QID": 4.0}
"""HL7's abbreviations of timing."""
PER_DAY = {"d": 1.0, "h": 24.0, "wk": 1 / 7, "min": 1440.0, "mo": 1 / 30}


class NotYet(Exception):
    """The Medication that a request refers to has not been read."""


Drug = tuple[str, str | None]
"""A drug in words, and its RxNorm code where there is one."""


def drug(found: Found) -> Drug | None:
    """The drug of a Medication resource."""
    return _drug(found.resource.get("code"))


def order(found: Found, reading: Reading, medications: Mapping[str, Drug]) -> OrderRecord:
    """A MedicationRequest that orders a drug to be taken."""
    resource = found.resource
    status, gone = _status(resource)
    title, rxnorm = _what(found, medications)
    on = local_day(resource.get("authoredOn"), reading.zone)
    if on is None:
        raise Refused("no day of the order")
    if on > reading.today:
        raise Refused("the order lies in the future")
    name, psychotropic = ingredients(title)
    ended_on = _ended_on(resource, on, reading) if status in ENDED else None
    return OrderRecord(
        origin(found),
        reference(resource.get("subject"), found.links),
        name,
        rxnorm,
        psychotropic,
        on,
        dose_mg(title, resource),
        _in_words(title, resource),
        status in ENDED,
        ended_on,
        words(resource.get("statusReason"), 120),
        next(filter(None, (words(why, 120) for why in entries(resource.get("reasonCode")))), ""),
        gone,
    )


def _status(resource: dict[str, Any]) -> tuple[str, str]:
    """The status, and why the source took the order back if it did."""
    status = resource.get("status")
    if resource.get("doNotPerform") is True:
        raise Unused("an order not to give the drug")
    if resource.get("intent") not in ORDERS:
        raise Unused("a plan or proposal, not an order")
    if status == "entered-in-error":
        return status, "entered in error"
    if status not in RUNNING + ENDED:
        raise Unused(f"never given ({plain(status, 30) or 'no status'})")
    return str(status), ""


def _what(found: Found, medications: Mapping[str, Drug]) -> Drug:
    resource = found.resource
    named = _drug(resource.get("medicationCodeableConcept") or member(resource.get("medication"), "concept"))
    if named is not None:
        return named
    target = reference(resource.get("medicationReference"), found.links)
    if target.startswith("#"):
        inside = [one for one in entries(resource.get("contained")) if one.get("id") == target[1:]]
        named = _drug(inside[0].get("code")) if inside else None
    elif target:
        if target not in medications:
            raise NotYet
        named = medications[target]
    if named is None:
        raise Refused("it names no drug in words")
    return named


def _drug(concept: Any) -> Drug | None:
    coded = [(code, display) for system, code, display in codings(concept) if system in RXNORM]
    title = plain(next((display for _, display in coded if display), ""), 300) or words(concept, 300)
    return (title, plain(coded[0][0], 20) if coded else None) if title else None


def ingredients(title: str) -> tuple[str, bool]:
    """The ingredients of a drug's title in lower case, and whether one of them is psychotropic."""
    parts = [_ingredient(part) for part in re.split(r"\s/\s", title)]
    known = [part for part in parts if part]
    name = " / ".join(dict.fromkeys(known)) or title.casefold()
    return name[:200], not PSYCHOTROPIC.isdisjoint(name.replace("/", " ").replace("-", " ").split())


def _ingredient(part: str) -> str:
    """'24 HR buPROPion hydrochloride 150 MG Extended Release Oral Tablet' is bupropion."""
    bare = re.sub(r"\[[^]]*\]|\{[^}]*\}|[()]", " ", part)
    while RELEASE.match(bare):
        bare = RELEASE.sub("", bare, count=1)
    bare = FIRST_FIGURE.split(f" {bare}", maxsplit=1)[0] or bare
    kept = [word for word in bare.casefold().split() if word not in SALTS]
    psychotropic = [word for word in kept if word in PSYCHOTROPIC]
    return ingredient(psychotropic[0] if psychotropic else " ".join(kept))


def dose_mg(title: str, resource: dict[str, Any]) -> float | None:
    """Milligrams a day where strength, quantity and frequency are all told; never guessed, never for 'as needed'."""
    instructions = list(entries(resource.get("dosageInstruction")))
    if not instructions:
        return None
    doses = [_daily(title, instruction) for instruction in instructions]
    told = [dose for dose in doses if dose is not None]
    total = sum(told)
    return round(total, 3) if len(told) == len(doses) and 0 < total < 100_000 else None


def _daily(title: str, instruction: dict[str, Any]) -> float | None:
    needed = instruction.get("asNeededBoolean") is True or instruction.get("asNeededCodeableConcept")
    often = _times_a_day(instruction.get("timing"))
    each = _each(title, instruction)
    return None if needed or often is None or each is None else each * often


def _times_a_day(timing: Any) -> float | None:
    repeat = member(timing, "repeat")
    times, period = number(member(repeat, "frequency")), number(member(repeat, "period"))
    unit = PER_DAY.get(plain(member(repeat, "periodUnit")))
    if times and period and unit is not None:
        return times * unit / period
    return next((DAILY[code] for _, code, _ in codings(member(timing, "code")) if code in DAILY), None)


def _each(title: str, instruction: dict[str, Any]) -> float | None:
    """Milligrams at a time: told in mg, or the number of units of one single strength."""
    quantity = next((one.get("doseQuantity") for one in entries(instruction.get("doseAndRate"))), None)
    value = number(member(quantity, "value"))
    if value is None or value <= 0:
        return None
    unit = plain(member(quantity, "code") or member(quantity, "unit")).casefold()
    if unit == "mg":
        return value
    strengths = STRENGTH.findall(title)
    counted = unit in (
        "",
        "1",
        "{tablet}",
        "{capsule}",
        "tablet",
        "tablets",
        "capsule",
        "capsules",
        "tab",
        "cap",
    )
    return value * float(strengths[0]) if counted and len(strengths) == 1 and " / " not in title else None


def _in_words(title: str, resource: dict[str, Any]) -> str:
    told = [
        plain(one.get("text") or one.get("patientInstruction"), 200)
        for one in entries(resource.get("dosageInstruction"))
    ]
    return "; ".join(filter(None, (title, *told)))[:500]


def _ended_on(resource: dict[str, Any], on: date, reading: Reading) -> date | None:
    """The day an order that is over ended, as told or as its supply lasts; None where nothing tells."""
    told = [local_day(resource.get("statusChanged"), reading.zone)]
    for instruction in entries(resource.get("dosageInstruction")):
        bounds = member(member(instruction.get("timing"), "repeat"), "boundsPeriod")
        told.append(local_day(member(bounds, "end"), reading.zone))
    supply = resource.get("dispenseRequest")
    told.append(local_day(member(member(supply, "validityPeriod"), "end"), reading.zone))
    lasts = days(member(supply, "expectedSupplyDuration"))
    refills = min(number(member(supply, "numberOfRepeatsAllowed")) or 0, 36)
    told.append(on + lasts * (1 + int(refills)) if lasts else None)
    end = next((day for day in told if day is not None and day >= on), None)
    return None if end is None else min(end, reading.today)


CONTINUOUS = timedelta(days=30)
"""A new order this soon after the end of the last one goes on with it."""
CONTINUOUS_UNTOLD = timedelta(days=180)
"""The same where the source does not say when the last one ended."""
