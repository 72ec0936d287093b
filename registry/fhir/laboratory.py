"""What each LOINC code measures, and what a source's unit is worth in the one that the registry keeps.

Only codes whose meaning is confirmed: seen with their LOINC name in real deliveries (those of Synthea), in HL7's value
sets (vital signs, top 2000, PDDI-CDS, CMS measures), in the NLM's tables, or in several laboratories' own catalogues.
A code that sources give to different things is left out, and so is every result that would need a molar mass, a formula
or a guess: glucose in mmol/L, an eGFR from a creatinine, a glucose of which nobody says that it was fasting.
"""

from collections.abc import Iterable
from datetime import timedelta

from registry.clinical.readings import READINGS, UnitRefused, factors, folded, kept
from registry.fhir.values import Refused

PRESSURE_PANEL, UPPER, LOWER = "85354-9", "8480-6", "8462-4"
MEASURED: dict[str, tuple[str, ...]] = {
    "lithium_level": ("14334-7", "74806-1"),
    "valproate_level": ("4086-5",),
    "carbamazepine_level": ("3432-2",),
    "egfr": ("33914-3", "62238-1", "98979-8"),
    "sodium": ("2951-2", "2947-0"),
    "potassium": ("2823-3", "6298-4"),
    "magnesium": ("19123-9",),
    "calcium": ("17861-6", "49765-1"),
    "tsh": ("3016-3", "11580-8"),
    "alt": ("1742-6", "1743-4"),
    "platelets": ("777-3", "26515-7"),
    "anc": ("751-8", "26499-4"),
    "ammonia": ("16362-6",),
    "glucose": ("1558-6",),
    "a1c": ("4548-4", "17856-6"),
    "ldl": ("13457-7", "2089-1", "18262-6"),
    "weight": ("29463-7",),
    "height": ("8302-2",),
    "waist": ("8280-0",),
    "systolic": (UPPER, PRESSURE_PANEL),
    "heart_rate": ("8867-4",),
    "qtc": ("8636-3", "76635-2"),
}
IN_WORDS: dict[str, tuple[str, ...]] = {"pregnancy_test": ("2106-3", "2118-8", "80384-1", "80385-8")}
"""Told as an outcome: hCG present or not, in urine or serum."""
RESULTS = {loinc: code for code, known in (MEASURED | IN_WORDS).items() for loinc in known}
VITAL_SIGNS = frozenset({"weight", "height", "waist", "systolic", "heart_rate"})
OLDEST = timedelta(days=5 * 365 + 1)
"""Vital signs further back are left out: they are taken at every visit, and five years is the longest interval that any
monitoring schedule asks for. Laboratory results stay, because some are asked for once, before the first dose."""
SMALL_CHILD = 6
"""Years: the limits that find a slip of the pen in a vital sign are those of older people (I)."""
MORE_IS_WELL = frozenset({"egfr"})
"""Results that are often told as a limit alone, `>60`, when nothing is wrong with them."""

OUTCOMES = {
    "negative": 0, "neg": 0, "not detected": 0, "none detected": 0, "260385009": 0, "260415000": 0,
    "positive": 1, "pos": 1, "detected": 1, "10828004": 1, "260373001": 1,
}  # fmt: skip
"""What a source writes of an outcome, in lower case or as the code of SNOMED CT, as the registry keeps it."""


def outcome(told: Iterable[str]) -> float | None:
    """The one outcome that all words agree on which are understood, None where there is none or more than one."""
    found = {OUTCOMES[one] for text in told if (one := text.strip().rstrip(".").casefold()) in OUTCOMES}
    return float(found.pop()) if len(found) == 1 else None


FACTORS = {code: factors(code) for code in MEASURED}
ANY_UNIT = frozenset(unit for factors in FACTORS.values() for unit in factors)


def factor(code: str, coded: str, written: str, is_ucum: bool) -> float:
    """What one of the source's unit is in the kept one; code and words of the unit that differ are refused."""
    found: set[float] = set()
    for text, binding in ((coded, is_ucum), (written, False)):
        unit = folded(text)
        if unit in FACTORS[code]:
            found.add(FACTORS[code][unit])
        elif unit and (binding or unit in ANY_UNIT):
            raise Refused(f"{READINGS[code].label} is not kept in {text}")
    if len(found) > 1:
        raise Refused(f"its unit says both {coded} and {written}")
    if not found:
        told = coded or written
        raise Refused(f"{READINGS[code].label} is not kept in {told}" if told else "it has no unit")
    return found.pop()


def in_kept_unit(code: str, value: float, times: float) -> float:
    """The value in the kept unit; one that cannot be is refused."""
    reading = READINGS[code]
    try:
        return kept(code, value * times, reading.unit)[0] or 0.0
    except UnitRefused:
        raise Refused(
            f"{reading.label} of {value * times:g} {reading.unit} cannot be"
            f" ({reading.lowest:g} to {reading.highest:g})"
        ) from None
