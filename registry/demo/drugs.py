"""What is prescribed and in which steps: usual adult doses, and the lower roofs of age."""

from dataclasses import dataclass

from registry.demo.people import Person

LADDERS: dict[str, tuple[int, ...]] = {
    "sertraline": (50, 100, 150, 200),
    "escitalopram": (10, 15, 20),
    "fluoxetine": (20, 40, 60),
    "citalopram": (20, 30, 40),
    "venlafaxine": (75, 150, 225),
    "duloxetine": (30, 60, 120),
    "bupropion": (150, 300, 450),
    "mirtazapine": (15, 30, 45),
}
FIRST = ("sertraline", "sertraline", "escitalopram", "escitalopram", "fluoxetine", "citalopram", "bupropion")
SECOND = ("venlafaxine", "duloxetine", "bupropion", "mirtazapine", "escitalopram", "sertraline")
YOUNG = ("fluoxetine", "escitalopram", "sertraline")
ADDED = {"bupropion": 150, "mirtazapine": 15, "buspirone": 15, "aripiprazole": 2}
ROOF_FROM_60 = {"citalopram": 20, "escitalopram": 10}
"""Milligrams a day from 60 on (citalopram: S54; escitalopram in the elderly: [M])."""
HOW = {
    "mirtazapine": "at night",
    "venlafaxine": "XR every morning",
    "bupropion": "XL every morning",
    "buspirone": "in two doses",
}
STOP_REASONS = ("no_response", "side_effects", "side_effects", "patient_choice", "cost")
SIDE_EFFECTS = (
    "nausea",
    "loose stools",
    "restless legs",
    "night sweats",
    "dry mouth",
    "headache in the first week",
)


@dataclass(frozen=True)
class Dose:
    drug: str
    mg: int

    @property
    def text(self) -> str:
        return f"{self.mg} mg {HOW.get(self.drug, 'every morning')}"


def steps(drug: str, person: Person) -> tuple[int, ...]:
    """The doses of a drug for this person."""
    roof = ROOF_FROM_60.get(drug, 10_000) if person.age >= 60 else 10_000
    return tuple(mg for mg in LADDERS.get(drug, (ADDED.get(drug, 0),)) if mg <= roof)


def next_dose(dose: Dose, person: Person) -> Dose | None:
    """One step up, or nothing at the roof."""
    higher = [mg for mg in steps(dose.drug, person) if mg > dose.mg]
    return Dose(dose.drug, higher[0]) if higher else None
