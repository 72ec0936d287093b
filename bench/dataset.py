"""A big clinic network: the demo's people copied until there are 100,000 patients and 1.2 million scores.

Every copy has clinics, staff and keys of its own, so that scope, indexes and histories are those of real use; one care
manager looks after 100 active patients. The file is kept in the cache and made anew when the tables change.
"""

import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Uuid
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from registry import audit
from registry.demo.load import generate
from registry.demo.rows import Rows
from registry.extensions import keep_statistics, make_engine
from registry.models import Base, fold, guards

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = "b" * 64
AUDIT_KEYS = {"1": b"c" * 64}
PATIENTS, SCORES = 100_000, 1_200_000
CASELOAD = 100
BUILD_PRAGMAS = (
    f"key = \"x'{KEY}'\"",
    "journal_mode = OFF",
    "synchronous = OFF",
    "cache_size = -1500000",
    "temp_store = MEMORY",
)
_DIALECT = sqlite.dialect()


def database(cache: Path, patients: int = PATIENTS, scores: int = SCORES) -> Path:
    """The file with at least so many patients and scores, made where it is not in the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n")
    path = cache / f"registry-{patients}-{_schema()}.db"
    if not path.exists():
        for old in cache.glob(f"registry-{patients}-*"):
            old.unlink()
        _build(path, patients, scores)
    return path


def _schema() -> str:
    tables = Base.metadata.sorted_tables
    text = "".join(str(CreateTable(table).compile(dialect=_DIALECT)) for table in tables)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _build(path: Path, patients: int, scores: int) -> None:
    begun, rows = perf_counter(), generate(TODAY, "no password", seed=1, active=CASELOAD)
    needed = max(patients / len(rows.tables["patient"]), scores / len(rows.tables["measure"]))
    copies = ceil(needed)
    _tell(f"making the database: {copies} copies of {len(rows.tables['patient'])} patients")
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    _write(part, rows, copies)
    _finish(part)
    part.rename(path)
    for left in path.parent.glob("*.part*"):
        left.unlink()
    _tell(f"made in {perf_counter() - begun:.0f} s, {path.stat().st_size / 2**20:,.0f} MB")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _write(path: Path, rows: Rows, copies: int) -> None:
    """Tables and rows through the bare driver; indexes come last, when there is something to sort."""
    import sqlcipher3.dbapi2 as sqlcipher

    connection = sqlcipher.connect(str(path), isolation_level=None)
    for pragma in BUILD_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    masks = _masks(copies)
    connection.execute("BEGIN")
    for table in Base.metadata.sorted_tables:
        connection.execute(str(CreateTable(table).compile(dialect=_DIALECT)))
        if found := rows.tables.get(table.name):
            once = table.name == "organisation"
            connection.executemany(_insert(table), _copied(table, found, masks[:1] if once else masks))
    for table in Base.metadata.sorted_tables:
        for index in table.indexes:
            connection.execute(str(CreateIndex(index).compile(dialect=_DIALECT)))
    connection.execute("COMMIT")
    connection.close()


def _masks(copies: int) -> list[int]:
    """What the keys of each copy are mixed with; the first copy keeps its own."""
    rng = Random(1)
    return [0, *(rng.getrandbits(128) for _ in range(copies - 1))]


def _insert(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(table.columns))})"


def _copied(table: Table, found: list[dict[str, Any]], masks: list[int]) -> Iterator[tuple[Any, ...]]:
    """Every row of every copy as the driver takes it."""
    plain = [_plain(table, row) for row in found]
    changed = _CHANGES.get(table.name)
    keys = [
        n
        for n, column in enumerate(table.columns)
        if isinstance(column.type, Uuid) and column.name != "org_id"
    ]
    if table.name == "organisation":
        keys = []
    names = [column.name for column in table.columns]
    for copy, mask in enumerate(masks):
        for place, row in enumerate(plain):
            values = list(row)
            for n in keys:
                if values[n] is not None:
                    values[n] = f"{values[n] ^ mask:032x}"
            if changed:
                changed(names, values, (copy, place), found)
            yield tuple(values)


def _plain(table: Table, row: dict[str, Any]) -> list[Any]:
    """Values as the database keeps them; keys as numbers, which are mixed for each copy."""
    return [_bound(column, row[column.name]) for column in table.columns]


def _bound(column: Any, value: Any) -> Any:
    if isinstance(value, UUID):
        return value.int if column.name != "org_id" and column.table.name != "organisation" else value.hex
    process = column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return process(value) if process and value is not None else value


def _other_account(names: list[str], values: list[Any], which: tuple[int, int], _found: object) -> None:
    if which[0]:
        values[names.index("email")] = f"{which[0]}.{values[names.index('email')]}"
        values[names.index("fs_uniquifier")] = f"{which[0]}.{values[names.index('fs_uniquifier')]}"


def _other_clinic(names: list[str], values: list[Any], which: tuple[int, int], _found: object) -> None:
    if which[0]:
        values[names.index("name")] = f"{values[names.index('name')]} {which[0]}"


def _other_name(
    names: list[str], values: list[Any], which: tuple[int, int], found: list[dict[str, Any]]
) -> None:
    """Family names move on by one patient with every copy."""
    family = found[(which[0] + which[1]) % len(found)]["family_name"]
    values[names.index("family_name")] = family
    values[names.index("search_name")] = fold(f"{family} {values[names.index('given_name')]}")


def _other_code(names: list[str], values: list[Any], which: tuple[int, int], _found: object) -> None:
    """A reply code finds one note."""
    at = names.index("reply_code")
    if which[0] and values[at]:
        values[at] = f"{which[0]}.{values[at]}"


_CHANGES = {"account": _other_account, "clinic": _other_clinic, "patient": _other_name, "review": _other_code}


def _finish(path: Path) -> None:
    """Guards, the audit chain and the counts of the indexes, through the registry's own kind of engine."""
    engine = make_engine(f"sqlite:///{path.resolve()}", KEY)
    with Session(engine) as session:
        guards.install(session.connection())
        organisation = session.connection().exec_driver_sql("SELECT id FROM organisation").scalar_one()
        audit.open_chain(session, UUID(organisation))
        session.commit()
    keep_statistics(engine)
    engine.dispose()
