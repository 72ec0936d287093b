"""Laboratory results and vital signs: what one Observation measured, in the unit that the registry keeps, or why not."""

import re
from datetime import date
from typing import Any, NamedTuple

from registry.clinical.readings import READINGS
from registry.fhir import answers
from registry.fhir.answers import FINAL, READ
from registry.fhir.laboratory import (
    IN_WORDS,
    LOWER,
    MORE_IS_WELL,
    OLDEST,
    PRESSURE_PANEL,
    RESULTS,
    UPPER,
    VITAL_SIGNS,
    factor,
    in_kept_unit,
    outcome,
)
from registry.fhir.reading import Found
from registry.fhir.records import PartRecord, Reading, ResultRecord, origin
from registry.fhir.values import (
    LOINC_SYSTEMS,
    Refused,
    Unused,
    code_in,
    codings,
    entries,
    member,
    number,
    period_start,
    plain,
    reference,
    words,
)

PRELIMINARY = "preliminary"
KEPT = (*FINAL, PRELIMINARY)
TAKEN_BACK = {"entered-in-error": "entered in error", "cancelled": "cancelled"}
UCUM_SYSTEMS = frozenset(
    {"http://unitsofmeasure.org", "https://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"}
)
UCUM_MARKS = re.compile(r"[\[\]{}]|_(?:av|i)\b")
"""What UCUM writes around a unit, `[lb_av]`, and people do not."""
NO_DAY = "it names no day of the measurement"
Json = dict[str, Any]
Coded = list[tuple[str, str, str]]


class Told(NamedTuple):
    """A number as its source wrote it, and what one of its unit is in the kept one."""

    value: float
    times: float
    unit: str
    comparator: str


Observed = PartRecord | ResultRecord


def observation(found: Found, reading: Reading) -> Observed:
    """An Observation is a result, or else a part of a form, or nothing that is kept."""
    coded = codings(found.resource.get("code"))
    if any(code in RESULTS for _, code, _ in coded):
        return _result(found, reading, coded)
    return answers.observation(found, reading)


def _result(found: Found, reading: Reading, coded: Coded) -> ResultRecord:
    """One that must not be kept says why, since an earlier version of it may have been."""
    resource = found.resource
    code = _code(coded)
    gone = TAKEN_BACK.get(plain(resource.get("status"), 30), "")
    at: date | None = None
    on, refusal = None, ""
    values: Json = {}
    if not gone:
        try:
            at, on = reading.moment(period_start(resource, "effective"), NO_DAY)
            if code in VITAL_SIGNS and on < reading.today - OLDEST:
                raise Unused("a vital sign of more than five years ago")
            values = {"code": code, "on": on, **_values(resource, code)}
        except Refused as why:
            refusal = str(why)
    patient = reference(resource.get("subject"), found.links)
    return ResultRecord(origin(found), patient, code, at, on, values, refusal, gone)


def _code(coded: Coded) -> str:
    """The one reading that the codes name."""
    known = {code: system for system, code, _ in coded if code in RESULTS}
    if not any(system in LOINC_SYSTEMS for system in known.values()):
        raise Refused(f"its code {next(iter(known))} does not say that it is of LOINC")
    named = {RESULTS[code] for code in known}
    if len(named) > 1 or any(code in READ for _, code, _ in coded):
        told = " and ".join(sorted({code for _, code, _ in coded if code in RESULTS or code in READ}))
        raise Refused(f"its codes {told} name different things")
    return named.pop()


def _values(resource: Json, code: str) -> Json:
    """Value, unit, the laboratory's range and a note, as columns of a row."""
    status = plain(resource.get("status"), 30)
    if status not in KEPT:
        raise Refused(f"it is not final ({status or 'no status'})")
    if code in IN_WORDS:
        return _in_words(resource, status)
    holder = _holder(resource, code)
    told = _quantity(code, holder)
    value = in_kept_unit(code, told.value, told.times)
    low, high = _range(code, holder, told.times)
    notes = [_pressure(resource, value)] if code == "systolic" else []
    if told.comparator:
        notes.append(_limit(code, told, value, low))
    elif told.times != 1:
        notes.append(f"{told.value:g} {told.unit} in the source")
    if status == PRELIMINARY:
        notes.append(PRELIMINARY)
    return {
        "value": None if told.comparator else value,
        "unit": "" if told.comparator else READINGS[code].unit,
        "low": low,
        "high": high,
        "note": "; ".join(filter(None, notes)),
    }


def _in_words(resource: Json, status: str) -> Json:
    """Positive or negative; any other word is refused, for a test that is read wrongly is worse than none."""
    concept = resource.get("valueCodeableConcept")
    coded = [text for _, code, display in codings(concept) for text in (code, display)]
    texts = [*coded, words(concept, 80), plain(resource.get("valueString"), 80)]
    value = outcome(texts)
    if value is None:
        told = next(filter(None, reversed(texts)), "")
        raise Refused(f"{told} is neither positive nor negative" if told else _nothing(resource))
    note = PRELIMINARY if status == PRELIMINARY else ""
    return {"value": value, "unit": "", "low": None, "high": None, "note": note}


def _holder(resource: Json, code: str) -> Json:
    """Where the value stands: the Observation, or of a blood pressure its upper component."""
    if code != "systolic":
        return resource
    upper = _component(resource, UPPER)
    if upper is not None:
        return upper
    if not code_in(resource.get("code"), UPPER):
        if any(name.startswith("value") for name in resource):
            raise Refused(
                f"{PRESSURE_PANEL} is the panel of the blood pressure: a value there may be anything"
            )
        if any(entries(resource.get("hasMember"))):
            raise Unused("a panel, whose members are read for themselves")
        raise Refused("it has no upper value")
    return resource


def _component(resource: Json, code: str) -> Json | None:
    return next(
        (part for part in entries(resource.get("component")) if code_in(part.get("code"), code)), None
    )


def _quantity(code: str, holder: Json) -> Told:
    """The number with its unit; text, a limit of unclear meaning and a missing unit are refused."""
    quantity = holder.get("valueQuantity")
    if not isinstance(quantity, dict):
        raise Refused(_nothing(holder))
    value = number(quantity.get("value"))
    if value is None:
        absent = "value" not in quantity and holder.get("dataAbsentReason")
        raise Refused(_nothing(holder) if absent else "its value is no number")
    unit, times = _unit(code, quantity)
    return Told(value, times, unit, plain(quantity.get("comparator"), 5))


def _nothing(holder: Json) -> str:
    """Why there is no value, in the source's words or its code."""
    absent = holder.get("dataAbsentReason")
    why = words(absent, 80) or next((plain(code, 40) for _, code, _ in codings(absent)), "")
    if why:
        return f"it has no value: {why}"
    written = any(name.startswith("value") for name in holder)
    return "its value is no quantity with a unit" if written else "it has no value"


def _unit(code: str, quantity: Json) -> tuple[str, float]:
    coded, written = plain(quantity.get("code"), 40), plain(quantity.get("unit"), 40)
    times = factor(code, coded, written, plain(quantity.get("system")) in UCUM_SYSTEMS)
    return UCUM_MARKS.sub("", written or coded).replace("_", " "), times


def _limit(code: str, told: Told, value: float, low: float | None) -> str:
    """A limit alone is no number: `>60` of an eGFR tells that it was done and is well, any other is refused."""
    well = code in MORE_IS_WELL and told.comparator in (">", ">=") and low is not None and value >= low
    if not well:
        raise Refused(f"it says only {told.comparator}{told.value:g} {told.unit}")
    return f"{told.comparator}{told.value:g} {told.unit}"


def _pressure(resource: Json, upper: float) -> str:
    """Both numbers of a blood pressure, for the note; a lower one above the upper is refused."""
    part = _component(resource, LOWER)
    value = number(member(member(part, "valueQuantity"), "value"))
    if part is None or value is None:
        return ""
    lower = value * _unit("systolic", part["valueQuantity"])[1]
    if lower >= upper:
        raise Refused(f"its upper value {upper:g} does not lie above its lower value {lower:g}")
    return f"{upper:g}/{lower:g} {READINGS['systolic'].unit}"


def _range(code: str, holder: Json, times: float) -> tuple[float | None, float | None]:
    """The laboratory's normal range, where it gives one and no more than one."""
    normal = [one for one in entries(holder.get("referenceRange")) if _is_normal(one)]
    if len(normal) != 1:
        return None, None
    low, high = _end(code, normal[0].get("low"), times), _end(code, normal[0].get("high"), times)
    if low is not None and high is not None and low > high:
        raise Refused(f"its range runs from {low:g} to {high:g}")
    return low, high


def _is_normal(one: Json) -> bool:
    """A range that does not say what it is of is the normal one."""
    return not one.get("type") or code_in(one.get("type"), "normal")


def _end(code: str, quantity: Any, times: float) -> float | None:
    """An end of the range; without a unit of its own it has that of the value, and one that cannot be limits nothing."""
    value = number(member(quantity, "value"))
    if value is None:
        return None
    if quantity.get("code") or quantity.get("unit"):
        times = _unit(code, quantity)[1]
    try:
        return in_kept_unit(code, value, times)
    except Refused:
        return None
