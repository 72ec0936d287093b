"""The instruments, each from its versioned data file in `data/`."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from registry.clinical.instruments.kinds import Band, Change, Cut, Extra, Instrument, Label, Loinc, Subscale

DATA = Path(__file__).parent / "data"

NAMES = (
    "phq9", "phq_a", "gad7", "phq2", "gad2", "pcl5", "pc_ptsd_5", "audit_c", "audit", "dast10", "cssrs", "mdq",
    "epds", "isi", "asrs", "wsas", "smfq_child", "smfq_parent", "scared_child", "scared_parent", "psc17",
    "vanderbilt_parent", "vanderbilt_teacher",
)  # fmt: skip

PURPOSES = {
    "depression": "Depression",
    "anxiety": "Anxiety",
    "perinatal": "Perinatal",
    "trauma": "Trauma",
    "alcohol_drugs": "Alcohol and drugs",
    "bipolar": "Bipolar screen",
    "safety": "Safety",
    "sleep": "Sleep",
    "function": "Function",
    "attention": "Attention",
    "child": "Children and adolescents",
}
"""The groups of the entry screen, in their order."""

RENAMED = {"items": "item_count", "highest_answer": "item_highest", "reversed": "reversed_items"}
SETS = ("reversed_items", "worst_first")


def load(name: str) -> Instrument:
    """One instrument from its file; a key that no instrument has is refused."""
    data = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    fields = {RENAMED.get(key, key): _plain(value) for key, value in data.items() if key not in TABLES}
    fields |= {key: frozenset(fields[key]) for key in SETS if key in fields}
    count = fields["item_count"]
    fields.setdefault("total_items", tuple(range(1, count + 1)))
    tables = {key: make(data.get(key, [])) for key, make in TABLES.items() if key in LISTS or key in data}
    tables["values"] = _values(count, fields["item_highest"], data.get("answers", []))
    tables.pop("answers", None)
    return Instrument(name=name, **fields, **tables)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _rows(kind: Any) -> Any:
    return lambda rows: tuple(_one(kind)(row) for row in rows)


def _one(kind: Any) -> Any:
    return lambda row: kind(**{key: _plain(value) for key, value in row.items()})


def _loinc(data: Mapping[str, Any]) -> Loinc:
    return Loinc(data.get("panel"), data.get("total"), tuple(code or None for code in data.get("items", ())))


def _values(count: int, highest: int, exceptions: list[dict[str, Any]]) -> tuple[tuple[int, ...], ...]:
    """The answers of each item as numbers: 0 to the highest, unless the file says otherwise."""
    usual = tuple(range(highest + 1))
    other = {item: tuple(row["values"]) for row in exceptions for item in row["items"]}
    return tuple(other.get(item, usual) for item in range(1, count + 1))


LISTS = ("bands", "cuts", "subscales", "labels", "extras")
TABLES: dict[str, Any] = {
    "bands": _rows(Band),
    "cuts": _rows(Cut),
    "subscales": _rows(Subscale),
    "labels": _rows(Label),
    "extras": _rows(Extra),
    "change": _one(Change),
    "loinc": _loinc,
    "answers": tuple,
}

INSTRUMENTS: dict[str, Instrument] = {name: load(name) for name in NAMES}

EXTRAS: dict[str, Extra] = {extra.key: extra for kind in INSTRUMENTS.values() for extra in kind.extras}


def alarms(answers: Iterable[tuple[str, int]]) -> tuple[Extra, ...]:
    """The safety questions beside the items that were answered yes."""
    return tuple(EXTRAS[key] for key, answer in answers if answer and EXTRAS[key].safety)
