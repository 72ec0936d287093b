"""The catalogue of drugs, and which are psychotropic and which antidepressants, by class or by name; else not known.

The data stands in ``catalogue/*.toml``: RxNorm ingredient names, classes, doses in mg a day, warnings and flags, each
with its source.  A number that the sources do not give is not there, and nothing is guessed for it.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from registry.clinical.facts import Medication

HERE = Path(__file__).parent / "catalogue"

ANTIDEPRESSANT_CLASSES = frozenset(
    {"antidepressant", "ssri", "snri", "ndri", "nassa", "sari", "tca", "maoi", "atypical antidepressant"}
)

PSYCHOTROPIC_CLASSES = ANTIDEPRESSANT_CLASSES | {
    "psychotropic",
    "antipsychotic",
    "sga",
    "mood stabiliser",
    "mood stabilizer",
    "lithium",
    "stimulant",
    "anxiolytic",
    "benzodiazepine",
    "hypnotic",
    "z-drug",
    "adhd",
    "substance use",
}


class Range(NamedTuple):
    """From so many to so many mg a day."""

    low: float
    high: float


class Drug(NamedTuple):
    """What the catalogue knows of one ingredient; doses are mg a day, None where the sources give none."""

    name: str
    drug_class: str
    psychotropic: bool = True
    names: tuple[str, ...] = ()
    start: Range | None = None
    usual: Range | None = None
    max_mg: float | None = None
    elderly_max_mg: float | None = None
    elderly_from: int | None = None
    minimum_mg: float | None = None
    by_level: bool = False
    boxed: str = ""
    pregnancy: str = ""
    flags: frozenset[str] = frozenset()
    note: str = ""
    sources: tuple[str, ...] = ("M",)

    @property
    def is_antidepressant(self) -> bool:
        """Its class is one of the antidepressants."""
        return self.drug_class in ANTIDEPRESSANT_CLASSES


def _range(values: list[float] | None) -> Range | None:
    return Range(*values) if values else None


def _drug(row: dict[str, Any]) -> Drug:
    return Drug(
        name=row["name"],
        drug_class=row["class"],
        psychotropic=row.get("psychotropic", True),
        names=(row["name"], *row.get("also", ()), *row.get("brands", ())),
        start=_range(row.get("start_mg")),
        usual=_range(row.get("usual_mg")),
        max_mg=row.get("max_mg"),
        elderly_max_mg=row.get("elderly_max_mg"),
        elderly_from=row.get("elderly_from"),
        minimum_mg=row.get("minimum_effective_mg"),
        by_level=row.get("by_level", False),
        boxed=row.get("boxed", ""),
        pregnancy=row.get("pregnancy", ""),
        flags=frozenset(row.get("flags", ())),
        note=row.get("note", ""),
        sources=tuple(row["sources"]),
    )


def _read() -> dict[str, Drug]:
    tables = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.toml")))
    return {row["name"]: _drug(row) for table in tables for row in table["drug"]}


CATALOGUE: dict[str, Drug] = _read()
"""Every drug by its ingredient name."""

_BY_WORD = {
    word: tuple(drug for drug in CATALOGUE.values() if word in drug.names)
    for word in dict.fromkeys(name for drug in CATALOGUE.values() for name in drug.names)
}
"""What each name contains; the brand of a product of two stands at both."""
_ALL = [(name, drug) for drug in CATALOGUE.values() for name in drug.names]
ANTIDEPRESSANTS = frozenset(word for word, drug in _ALL if drug.is_antidepressant)
OTHER_PSYCHOTROPICS = frozenset(
    word for word, drug in _ALL if drug.psychotropic and word not in ANTIDEPRESSANTS
)
CATALOGUED = frozenset(_BY_WORD)
"""Every name that the catalogue knows; of the drugs for the body it has those that bear on the ones for the mind."""


def is_antidepressant(medication: Medication) -> bool:
    """A medication is an antidepressant by its class or by a word of its name."""
    return _kind(medication.name, medication.drug_class)[0]


def is_psychotropic(medication: Medication) -> bool:
    """A medication is psychotropic by its class or by a word of its name; unknown ones are not."""
    return _kind(medication.name, medication.drug_class)[1]


def known(name: str) -> Drug | None:
    """The drug of a name: ingredient or brand, alone or as a word among others; None where not known."""
    found = ingredients(name)
    return found[0] if found else None


@lru_cache(maxsize=4096)
def ingredients(name: str) -> tuple[Drug, ...]:
    """Every drug that a name contains, in its order; a product of two has both."""
    told = " ".join(_words(name))
    if told in _BY_WORD:
        return _BY_WORD[told]
    drugs = [drug for word in told.split() for drug in _BY_WORD.get(word, ())]
    drugs += [drug for word, found in _BY_WORD.items() if " " in word and word in told for drug in found]
    return tuple(dict.fromkeys(drugs))


def ingredient(name: str) -> str:
    """What a name is kept under: a brand alone by what is in it, a drug for the body always, everything else as told."""
    told = " ".join(name.split()).casefold()
    drugs = ingredients(told)
    if len(drugs) == 1 and (told in drugs[0].names or not drugs[0].psychotropic):
        return drugs[0].name
    return told


def same_drug(one: str, other: str) -> bool:
    """Two names of one ingredient, or of one product: "Lexapro 10 mg tablet" and "escitalopram"."""
    found = ingredients(one)
    return (bool(found) and set(found) == set(ingredients(other))) or _words(one) == _words(other)


def _words(name: str) -> list[str]:
    return re.sub(r"[-/,;()\[\]]", " ", name.casefold()).split()


@lru_cache(maxsize=4096)
def _kind(name: str, drug_class: str | None) -> tuple[bool, bool]:
    """Antidepressant or not, psychotropic or not."""
    group, drugs = (drug_class or "").casefold(), ingredients(name)
    antidepressant = group in ANTIDEPRESSANT_CLASSES or any(drug.is_antidepressant for drug in drugs)
    other = group in PSYCHOTROPIC_CLASSES or any(drug.psychotropic for drug in drugs)
    return antidepressant, antidepressant or other
