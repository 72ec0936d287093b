"""When each medication asks for which reading: before it, after each step, on fixed days and then every so often.

Days are counted from the start of the present run.  ``M`` marks what is clinical practice without a public source.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from registry.clinical.choices import ADA_2004, APA_2020
from registry.clinical.circumstances import Circumstances
from registry.clinical.dates import listed
from registry.clinical.readings import READINGS


class Asked(NamedTuple):
    """Why a reading is asked of this patient, in words, the day from which that holds, and those of the reasons.

    A reading is asked for again for each of `days` that came after the start.
    """

    why: str
    since: date
    days: tuple[date, ...] = ()


Reason = Callable[[Circumstances], Asked | None]
"""None where it is not asked."""
Interval = Callable[[Circumstances], int]

WEEK, QUARTER, HALF_YEAR, YEAR = 7, 91, 182, 365
LOOK_BACK = 90
"""Days before the start for which a reading still counts as the one before it (I)."""
FRESH = 7
"""The same, of what is another thing a week later; one of an earlier run says nothing of this one (M)."""
FOR_LIFE = 36_500
"""The same, of what does not change: a gene."""


class Item(NamedTuple):
    """One reading that a medication asks for."""

    code: str
    sources: tuple[str, ...] = ("M",)
    baseline: bool = True
    on_days: tuple[int, ...] = ()
    every: int | Interval | None = None
    after_step: int | None = None  # due so many days after the start and each change of dose
    step_from: int = 1  # earlier than that it says nothing about the new dose
    grace: int = 14  # days after which due becomes overdue (I)
    firm: bool = False  # the drug must not go on without it
    look_back: int = LOOK_BACK  # one so many days before the start still counts as the one before it
    or_code: str = ""  # another reading that does as well
    when: Reason | None = None


def _first(*reasons: tuple[str, list[date]]) -> Asked | None:
    """The reasons that hold, the one that has held the longest first."""
    holding = sorted((min(days), why) for why, days in reasons if days)
    if not holding:
        return None
    return Asked(
        listed(why for _, why in holding), holding[0][0], tuple(day for _, days in reasons for day in days)
    )


def elderly_or_diuretic(c: Circumstances) -> Asked | None:
    """From 65, or with a diuretic; a birthday alone is no reason for a second one."""
    diuretics = c.takes_since("diuretic")
    asked = _first(("65 or older", c.older_since(65)), ("with a diuretic", diuretics))
    return asked and asked._replace(days=tuple(diuretics))


def over_40_or_cardiac(c: Circumstances) -> Asked | None:
    """Over 40, or with heart disease."""
    return _first(("over 40", c.older_since(41)), _heart(c))


def cardiac(c: Circumstances) -> Asked | None:
    """With heart disease or a long QT."""
    return _first(_heart(c))


def _heart(c: Circumstances) -> tuple[str, list[date]]:
    return "heart disease", c.has_since("cardiac", "long_qt")


def qt_risk(c: Circumstances) -> Asked | None:
    """Heart disease, over 60, or another drug that prolongs the QT."""
    other = "with another drug that prolongs the QT", c.takes_since("qt", "qt_other")
    return _first(("over 60", c.older_since(61)), _heart(c), other)


def pregnancy_possible(c: Circumstances) -> Asked | None:
    """Where a pregnancy is possible."""
    return Asked("pregnancy is possible", date.min) if c.pregnancy_possible else None


def hla_risk(c: Circumstances) -> Asked | None:
    """Of at-risk ancestry."""
    return _first(("at-risk ancestry", c.has_since("hla_risk")))


def youth(c: Circumstances) -> Asked | None:
    """Under 18."""
    return Asked("under 18", date.min) if c.age is not None and c.age < 18 else None


def lithium_interval(c: Circumstances) -> int:
    """Weekly until stable, 3-monthly in the first year, then 6-monthly; 3-monthly for good where the risk is higher."""
    levels = c.results("lithium_level")
    if levels and levels[-1].on > c.since_step and not c.is_stable:
        return WEEK
    risky = (
        (c.age is not None and c.age >= 65)
        or c.takes("nsaid", "lithium_raising")
        or c.has("renal", "thyroid", "calcium")
        or (c.adherence is not None and c.adherence < 80)
        or bool(levels and levels[-1].value is not None and levels[-1].value >= 0.8)
    )
    return QUARTER if risky or c.days < YEAR else HALF_YEAR


def clozapine_interval(c: Circumstances) -> int:
    """Weekly for six months, every two weeks for six more, then monthly."""
    if c.days < HALF_YEAR:
        return WEEK
    return 2 * WEEK if c.days < YEAR else 4 * WEEK


L, LM, V = ("S51", "S52"), ("S51", "S52", "M"), ("M",)
ADA, APA = ("S49",), ("S50",)
FIRST_MONTHS = (30, 91, 182)

LITHIUM = (
    Item("lithium_level", L, baseline=False, after_step=7, step_from=5, every=lithium_interval, grace=3, firm=True),
    Item("egfr", L, every=HALF_YEAR, firm=True),
    Item("sodium", L, every=HALF_YEAR),
    Item("calcium", L, every=HALF_YEAR),
    Item("tsh", L, every=HALF_YEAR, firm=True),
    Item("weight", L, every=HALF_YEAR),
    Item("platelets", L),
    Item("qtc", L, when=cardiac),
    Item("pregnancy_test", LM, look_back=FRESH, when=pregnancy_possible),
)  # fmt: skip
VALPROATE = (
    Item("valproate_level", V, baseline=False, after_step=5, step_from=3, grace=7, firm=True),
    Item("alt", V, on_days=FIRST_MONTHS, every=YEAR, firm=True),
    Item("platelets", V, on_days=FIRST_MONTHS, every=YEAR, firm=True),
    Item("pregnancy_test", V, look_back=FRESH, when=pregnancy_possible, firm=True),
)
CARBAMAZEPINE = (
    Item("carbamazepine_level", V, baseline=False, after_step=14, step_from=5),
    Item("platelets", V, on_days=FIRST_MONTHS, every=YEAR, firm=True),
    Item("sodium", V, on_days=FIRST_MONTHS, every=YEAR, firm=True),
    Item("alt", V, on_days=FIRST_MONTHS, every=YEAR, firm=True),
    Item("hla_b1502", V, when=hla_risk, firm=True, look_back=FOR_LIFE),
    Item("pregnancy_test", V, look_back=FRESH, when=pregnancy_possible),
)
LAMOTRIGINE = (Item("rash", V, baseline=False, after_step=14, step_from=7),)
METABOLIC_2004 = (
    Item("weight", ADA, on_days=(28, 56, 84), every=QUARTER),
    Item("waist", ADA, every=YEAR),
    Item("systolic", ADA, on_days=(84,), every=YEAR),
    Item("glucose", ADA, on_days=(84,), every=YEAR),
    Item("ldl", ADA, on_days=(84,), every=5 * YEAR),
    Item("family_history", ADA, every=YEAR),
)
METABOLIC_2020 = (
    Item("weight", APA, on_days=(30, 61, 91, 122, 152, 182), every=QUARTER),
    Item("glucose", APA, on_days=(122,), every=YEAR, or_code="a1c"),
    Item("ldl", APA, on_days=(122,), every=YEAR),
)
METABOLIC = {ADA_2004: METABOLIC_2004, APA_2020: METABOLIC_2020}
"""Two published schedules for antipsychotics differ: which one holds is a choice of the protocol."""
MOVEMENT = Item("movement_exam", V, every=YEAR)
ECG_DRUG = Item("qtc", APA)
ECG_CARDIAC = Item("qtc", APA, when=cardiac)
CLOZAPINE = (Item("anc", ("S53", "M"), every=clozapine_interval, grace=3, firm=True, look_back=FRESH),)
QT = (
    Item("qtc", ("S54", "S86", "M"), when=qt_risk),
    Item("potassium", ("S54", "S86", "M"), when=qt_risk),
    Item("magnesium", ("S54", "S86", "M"), when=qt_risk),
)
SODIUM = Item("sodium", V, baseline=False, on_days=(28,), when=elderly_or_diuretic)
PRESSURE = Item("systolic", V, after_step=14, step_from=7, every=HALF_YEAR)
PULSE = Item("heart_rate", V, after_step=14, step_from=7, every=HALF_YEAR)
LIVER = Item("alt", V)
WEIGHT = (Item("weight", V, every=HALF_YEAR), Item("ldl", V, every=YEAR))
TRICYCLIC = (
    Item("qtc", V, when=over_40_or_cardiac),
    Item("tricyclic_level", V, baseline=False, after_step=14, step_from=5),
)
STIMULANT = (
    PRESSURE,
    PULSE,
    Item("weight", V, every=HALF_YEAR),
    Item("height", V, every=HALF_YEAR, when=youth),
    Item("cardiac_history", V),
    Item("pdmp", V, every=HALF_YEAR),
    Item("misuse_screen", V),
)
NORADRENERGIC = (PRESSURE, PULSE)
BUPRENORPHINE = (
    Item("alt", V, every=HALF_YEAR),
    Item("pdmp", V, every=QUARTER),
    Item("urine_screen", V, every=30),
)
NALTREXONE = (
    Item("opioid_free", V, firm=True, look_back=FRESH),
    Item("alt", V, every=HALF_YEAR),
)
SEDATIVE = (Item("pdmp", V, every=QUARTER),)

BY_NAME: dict[str, tuple[Item, ...]] = {
    "lithium": LITHIUM,
    "valproate": VALPROATE,
    "carbamazepine": CARBAMAZEPINE,
    "lamotrigine": LAMOTRIGINE,
    "buprenorphine": BUPRENORPHINE,
    "naltrexone": NALTREXONE,
}
BY_CLASS: dict[str, tuple[Item, ...]] = {
    "tca": TRICYCLIC,
    "stimulant": STIMULANT,
    "benzodiazepine": SEDATIVE,
    "z-drug": SEDATIVE,
}


@lru_cache(maxsize=1024)
def items(name: str, drug_class: str, flags: frozenset[str], antipsychotics: str) -> tuple[Item, ...]:
    """Everything that a drug asks for; of one reading the first mention holds."""
    found = [*BY_NAME.get(name, ()), *BY_CLASS.get(drug_class, ())]
    if drug_class in ("sga", "antipsychotic"):
        found += _antipsychotic(name, flags, antipsychotics)
    found += [item for flag, row in BY_FLAG if flag in flags for item in row]
    if "qt" in flags and drug_class == "ssri":
        found += QT
    return tuple({item.code: item for item in reversed(found)}.values())[::-1]


BY_FLAG: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("sodium", (SODIUM,)),
    ("blood_pressure", (PRESSURE,)),
    ("liver", (LIVER,)),
    ("weight", WEIGHT),
    ("noradrenergic", NORADRENERGIC),
)


def _antipsychotic(name: str, flags: frozenset[str], antipsychotics: str) -> list[Item]:
    """The metabolic schedule that is set, the movements, the ECG, and for clozapine the neutrophils."""
    metabolic = METABOLIC[antipsychotics]
    first = CLOZAPINE if name == "clozapine" else ()
    ecg = ECG_DRUG if "ecg" in flags else ECG_CARDIAC
    return [*first, *(metabolic if "metabolic" in flags else ()), MOVEMENT, ecg]


def metabolic_words(antipsychotics: str) -> str:
    """What a schedule for antipsychotics asks for, reading by reading."""
    return f"{'; '.join(map(_item_words, METABOLIC[antipsychotics]))}."


EVERY: dict[Any, str] = {
    WEEK: "week", QUARTER: "quarter", HALF_YEAR: "half year", YEAR: "year", 5 * YEAR: "5 years",
}  # fmt: skip


def _item_words(item: Item) -> str:
    """'Weight: at the start, on days 28, 56 and 84, then every quarter'."""
    return f"{READINGS[item.code].label}: {item_times(item)}"


def item_times(item: Item) -> str:
    """When a reading is asked for: 'at the start, 7 days after each step, then every quarter'."""
    fresh = f" (at most {item.look_back} days before it)" if item.look_back < LOOK_BACK else ""
    times = [f"at the start{fresh}"] if item.baseline else []
    if item.after_step is not None:
        times.append(f"{item.after_step} days after the start and each new dose")
    if item.on_days:
        days = "days" if len(item.on_days) > 1 else "day"
        times.append(f"on {days} {listed(str(day) for day in item.on_days)}")
    if callable(item.every):
        times.append((item.every.__doc__ or "").rstrip(".").lower())
    elif item.every:
        times.append(f"then every {EVERY.get(item.every, f'{item.every} days')}")
    return ", ".join(times)
