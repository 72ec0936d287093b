"""Laboratory values and readings: what each is called, the one unit it is kept in, and which units are exactly the same.

A value in a unit that cannot be turned into the kept one exactly is refused: a lithium level in mg/dL is a mistake, not
another way of writing it. So is a value without a unit: 180 may be pounds or kilograms, and nobody guesses.
"""

from functools import cache
from typing import NamedTuple

from registry.clinical.care import LabResult


class UnitRefused(ValueError):
    """A value that cannot be kept; the message is what the person reads."""


class Reading(NamedTuple):
    """One thing that is measured, in its unit, or asked, with the words of its two outcomes."""

    code: str
    label: str
    unit: str = ""
    same: tuple[tuple[str, float], ...] = ()  # other units, each with its exact factor
    lowest: float = 0.0  # what a typing mistake lies outside of
    highest: float = 0.0
    outcomes: tuple[str, ...] = ()
    """Kept as 0, as it should be, and 1, as it should not; done and no outcome told is None."""


def _asked(code: str, label: str, well: str, otherwise: str) -> Reading:
    return Reading(code, label, outcomes=(well, otherwise))


LB, INCH = 0.45359237, 2.54
TENTHS = ("kg", "cm")
READINGS: dict[str, Reading] = {
    reading.code: reading
    for reading in (
        Reading("lithium_level", "Lithium level, 12-hour trough", "mmol/L", (("mEq/L", 1.0),), 0, 5),
        Reading("valproate_level", "Valproate level", "µg/mL", (("mg/L", 1.0),), 0, 300),
        Reading("carbamazepine_level", "Carbamazepine level", "µg/mL", (("mg/L", 1.0),), 0, 40),
        Reading("tricyclic_level", "Tricyclic level", "ng/mL", (("µg/L", 1.0),), 0, 2000),
        Reading("egfr", "eGFR", "mL/min/1.73 m²", (("mL/min", 1.0),), 1, 200),
        Reading("sodium", "Sodium", "mmol/L", (("mEq/L", 1.0),), 90, 190),
        Reading("potassium", "Potassium", "mmol/L", (("mEq/L", 1.0),), 1, 10),
        Reading("magnesium", "Magnesium", "mg/dL", (), 0.2, 10),
        Reading("calcium", "Calcium", "mg/dL", (), 3, 20),
        Reading("tsh", "TSH", "mIU/L", (("µIU/mL", 1.0), ("mU/L", 1.0)), 0, 200),
        Reading("alt", "Liver tests (ALT)", "U/L", (("IU/L", 1.0),), 0, 10000),
        Reading("platelets", "Blood count (platelets)", "10⁹/L", (("K/µL", 1.0),), 1, 2000),
        Reading("anc", "Absolute neutrophil count", "/µL", (("10⁹/L", 1000.0), ("K/µL", 1000.0)), 20, 50000),
        Reading("ammonia", "Ammonia", "µmol/L", (), 0, 1000),
        Reading("glucose", "Fasting glucose", "mg/dL", (), 20, 1500),
        Reading("a1c", "A1c", "%", (), 2, 25),
        Reading("ldl", "Lipids (LDL)", "mg/dL", (), 5, 800),
        Reading("weight", "Weight", "kg", (("lb", LB),), 15, 400),
        Reading("height", "Height", "cm", (("in", INCH),), 50, 260),
        Reading("waist", "Waist", "cm", (("in", INCH),), 30, 300),
        Reading("systolic", "Systolic blood pressure", "mmHg", (), 50, 300),
        Reading("heart_rate", "Heart rate", "/min", (("bpm", 1.0),), 20, 250),
        Reading("qtc", "ECG (QTc)", "ms", (), 250, 800),
        _asked("pregnancy_test", "Pregnancy test", "negative", "positive"),
        _asked("hla_b1502", "HLA-B*1502", "negative", "positive"),
        _asked("family_history", "Family history of diabetes and heart disease", "none", "present"),
        _asked("cardiac_history", "Cardiac history", "none", "present"),
        _asked("movement_exam", "AIMS movement exam", "no movements", "movements"),
        _asked("misuse_screen", "Misuse screen", "negative", "positive"),
        _asked("pdmp", "PDMP check", "as expected", "not as expected"),
        _asked("urine_screen", "Urine drug screen", "as expected", "not as expected"),
        _asked("opioid_free", "Free of opioids", "yes", "no"),
        _asked("rash", "Rash", "none", "present"),
    )
}  # fmt: skip

SPELLINGS: dict[str, dict[str, float]] = {
    "mmol/L": {"mmol/l": 1, "meq/l": 1},
    "µg/mL": {"ug/ml": 1, "mcg/ml": 1, "mg/l": 1},
    "ng/mL": {"ug/l": 1, "mcg/l": 1},
    "mL/min/1.73 m²": {
        "ml/min/{1.73_m2}": 1,
        "ml/min/{1.73m2}": 1,
        "ml/min/1.73_m2": 1,
        "ml/min/1.73 m2": 1,
        "ml/min/1.73m2": 1,
        "ml/min": 1,
    },
    "mg/dL": {"mg/dl": 1},
    "mIU/L": {"m[iu]/l": 1, "u[iu]/ml": 1, "uiu/ml": 1, "mu/l": 1, "m[u]/l": 1, "mcu/ml": 1, "uu/ml": 1},
    "U/L": {"[iu]/l": 1, "iu/l": 1, "units/l": 1, "unit/l": 1},
    "10⁹/L": {
        "10*9/l": 1,
        "10^9/l": 1,
        "10*3/ul": 1,
        "10*3/mm3": 1,
        "10^3/ul": 1,
        "x10e3/ul": 1,
        "k/mm3": 1,
        "thou/ul": 1,
        "thousand/ul": 1,
        "/ul": 0.001,
        "/mm3": 0.001,
    },
    "/µL": {
        "{cells}/ul": 1,
        "cells/ul": 1,
        "cells/mcl": 1,
        "/mm3": 1,
        "10*9/l": 1000,
        "10^9/l": 1000,
        "10*3/ul": 1000,
        "10*3/mm3": 1000,
        "10^3/ul": 1000,
        "x10e3/ul": 1000,
        "k/mm3": 1000,
        "thou/ul": 1000,
        "thousand/ul": 1000,
    },
    "µmol/L": {"umol/l": 1},
    "%": {},
    "kg": {
        "g": 0.001,
        "[lb_av]": 0.45359237,
        "lbs": 0.45359237,
        "[oz_av]": 0.45359237 / 16,
        "oz": 0.45359237 / 16,
    },
    "cm": {"m": 100, "mm": 0.1, "[in_i]": 2.54, "inches": 2.54, "[ft_i]": 30.48, "ft": 30.48},
    "mmHg": {"mm[hg]": 1, "mm hg": 1},
    "/min": {"{beats}/min": 1, "beats/min": 1, "beats/minute": 1, "{beat}/min": 1, "1/min": 1},
    "ms": {"msec": 1, "s": 1000, "sec": 1000},
}
"""UCUM and what laboratories write instead, folded, by the unit that is kept; all of them exact.  Forms and imports read
both this and the units that a reading names itself."""


def value_words(value: float, unit: str) -> str:
    """'70.8 kg': what may have been turned from pounds or inches is told to a tenth."""
    digits = 1 if unit in TENTHS else 4
    return f"{round(value, digits):g} {unit}".strip()


def value_told(result: LabResult) -> str:
    """'0.8 mmol/L', 'positive': what came of it; 'done' where nobody told."""
    if result.value is None:
        return "done"
    outcomes = READINGS[result.code].outcomes if result.code in READINGS else ()
    return outcomes[result.value > 0] if outcomes else value_words(result.value, result.unit)


def kept(code: str, value: float | None, unit: str, lowest: float | None = None) -> tuple[float | None, str]:
    """The value in the unit in which its code is kept, or `UnitRefused` with what to write instead.

    `lowest`: from where it can be, if not from where a patient's can: a laboratory's range may begin at 0.
    """
    reading = READINGS[code]
    lowest = reading.lowest if lowest is None else lowest
    if value is None or not reading.unit:
        return (value if reading.outcomes and value in (0, 1) else None), ""
    if told := unit_refusal(code, unit):
        raise UnitRefused(told)
    factor = factors(code)[folded(unit)]
    found = round(value * factor, 4)
    if not lowest <= found <= reading.highest:
        raise UnitRefused(
            f"{reading.label}: {value:g} {unit} cannot be. "
            f"Check the number and the unit ({lowest:g} to {reading.highest:g} {reading.unit})."
        )
    return found, reading.unit


def unit_refusal(code: str, unit: str) -> str:
    """What is wrong with the unit of a number, as the sentence that is read; empty where it fits or none is needed."""
    reading, unit = READINGS[code], unit.strip()
    if not reading.unit or folded(unit) in factors(code):
        return ""
    known = ", ".join(offered(code))
    if not unit:
        return f"{reading.label} has no unit. Give the one that was told: {known}."
    return f"{reading.label} is not kept in {unit}. Give it in one of: {known}."


def offered(code: str) -> tuple[str, ...]:
    """The units of a reading that a person is offered, the kept one first."""
    reading = READINGS[code]
    return (reading.unit, *(name for name, _ in reading.same))


def folded(unit: str) -> str:
    """A unit without what two spellings of it differ in: capitals, blanks around it, the sign for micro."""
    return unit.strip().casefold().replace("μ", "u")


@cache
def factors(code: str) -> dict[str, float]:
    """Every unit of a reading, folded, with what one of it is in the kept one."""
    reading = READINGS[code]
    told = ((reading.unit, 1.0), *reading.same, *SPELLINGS.get(reading.unit, {}).items())
    return {folded(name): factor for name, factor in told}
