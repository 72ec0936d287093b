"""Units: what reports write is read alike by forms and imports, and only what is exactly the same."""

import pytest

from registry.clinical.readings import READINGS, UnitRefused, kept, offered, unit_refusal

CASES = [
    ("valproate_level", 80, "mcg/mL", 80, "a level in micrograms, as US reports write them"),
    ("valproate_level", 80, "UG/ML", 80, "in capitals"),
    ("tricyclic_level", 120, "mcg/L", 120, "micrograms a liter are nanograms a milliliter"),
    ("anc", 1500, "/mm3", 1500, "a cubic millimeter is a microliter"),
    ("anc", 1500, "cells/mcL", 1500, "neutrophils as cells"),
    ("anc", 1.5, "x10E3/uL", 1500, "neutrophils in thousands"),
    ("anc", 1.5, "10^3/µL", 1500, "with the sign for micro"),
    ("anc", 1.5, "10*9/L", 1500, "as UCUM writes it"),
    ("platelets", 250, "thousand/uL", 250, "platelets in thousands"),
    ("platelets", 250, "10*9/L", 250, "platelets as UCUM writes them"),
    ("weight", 180, "lbs", 81.6466, "pounds in the plural"),
    ("weight", 180, "lb", 81.6466, "pounds"),
    ("qtc", 440, "msec", 440, "milliseconds"),
    ("systolic", 129, "mm[Hg]", 129, "pressure as UCUM writes it"),
    ("tsh", 2.5, "uIU/mL", 2.5, "thyrotropin in microunits"),
    ("egfr", 88, "mL/min/1.73m2", 88, "filtration without a blank"),
]


@pytest.mark.parametrize(("code", "value", "unit", "found", "sentence"), CASES, ids=[c[4] for c in CASES])
def test_a_spelling_of_a_report_is_read(code, value, unit, found, sentence):
    assert kept(code, value, unit) == (found, READINGS[code].unit)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("lithium_level", "mg/dL"),
        ("glucose", "mmol/L"),
        ("calcium", "mEq/L"),
        ("weight", "stone"),
        ("qtc", ""),
    ],
    ids=["a level by mass", "another mass of sugar", "calcium by charge", "no such unit", "none at all"],
)
def test_a_unit_that_is_not_exactly_the_same_is_refused(code, unit):
    assert unit_refusal(code, unit)
    with pytest.raises(UnitRefused):
        kept(code, 100, unit)


def test_every_unit_that_is_offered_is_taken():
    measured = [code for code, one in READINGS.items() if not one.outcomes]
    assert not [(code, unit) for code in measured for unit in offered(code) if unit_refusal(code, unit)]
