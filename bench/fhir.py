"""The FHIR import as the command runs it, against parsing the same JSON and inserting the same rows bare."""

import gc
import json
import statistics
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from bench.measure import Figure, at_least, at_most, missing
from bench.page import application
from registry import audit
from registry.cli.importing import imports
from registry.extensions import db
from registry.models import Base, Clinic, Organisation, guards

RUNS = 5
RATE, RATIO = 1500, 4
NAME = "FHIR import"
Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def measure(folder: Path | None) -> list[Figure]:
    if folder is None or not folder.exists():
        return [missing(NAME, "name a folder of FHIR bundles: --fhir PATH, or BENCH_FHIR")]
    with tempfile.TemporaryDirectory() as scratch:
        turns = [_turn(folder, Path(scratch), n) for n in range(RUNS)]
    spent, parse, insert = (statistics.median(column) for column in zip(*(t[0] for t in turns), strict=True))
    resources, rows = turns[0][1:]
    count = sum(len(found) for _, found in rows.values())
    sides = f"import {spent:.2f} s / bare {parse + insert:.2f} s = parse {parse:.2f} + insert {count:,} rows {insert:.2f}"
    return [
        at_least(
            f"{NAME}: rate",
            resources / spent,
            RATE,
            "resources/s",
            f"{resources:,} resources of {folder.name}",
        ),
        at_most(f"{NAME}: time", spent / (parse + insert), RATIO, "times bare", sides),
    ]


def _turn(folder: Path, scratch: Path, n: int) -> tuple[tuple[float, float, float], int, Rows]:
    """Seconds of import, parsing and inserting, one after the other, so that a busy machine slows all alike."""
    spent, resources, rows = _import(folder, scratch / f"import-{n}.db")
    return (spent, _parse(folder), _insert(scratch / f"bare-{n}.db", rows)), resources, rows


def _import(folder: Path, path: Path) -> tuple[float, int, Rows]:
    """Seconds, resources and the rows that came of them, in a new database."""
    app = application(path)
    _found_clinic(app)
    before = _rows(app)
    begun = perf_counter()
    done = app.test_cli_runner().invoke(imports, ["fhir", str(folder), "--json"])
    spent = perf_counter() - begun
    assert done.exit_code in (0, 1), done.output + done.stderr
    rows = _rows(app)
    for table, (_, found) in before.items():
        rows[table][1][:] = [row for row in rows[table][1] if row not in found]
    resources = int(json.loads(done.stdout)["resources"])
    return spent, resources, rows


def _found_clinic(app: Flask) -> None:
    with app.app_context():
        Base.metadata.create_all(db.engine)
        guards.install(db.session.connection())
        organisation = Organisation(id=UUID(int=1), name="Bench")
        db.session.add(organisation)
        db.session.flush()
        db.session.add(Clinic(org_id=organisation.id, id=UUID(int=2), name="Bench"))
        audit.open_chain(db.session(), organisation.id)
        db.session.commit()


def _rows(app: Flask) -> Rows:
    """Every table as the driver returns it."""
    with app.app_context():
        found: Rows = {}
        for table in Base.metadata.sorted_tables:
            if table.name.startswith("audit_head"):
                continue
            rows = db.session.connection().exec_driver_sql(str(select(table).compile(db.engine))).all()
            found[table.name] = ([column.name for column in table.columns], [tuple(row) for row in rows])
        db.session.rollback()
    return found


def _parse(folder: Path) -> float:
    """Seconds to parse every file, and nothing more."""
    gc.disable()
    begun = perf_counter()
    for path in sorted(folder.rglob("*.json")):
        json.loads(path.read_bytes())
    spent = perf_counter() - begun
    gc.enable()
    return spent


def _insert(path: Path, rows: Rows) -> float:
    """Seconds to insert the same rows through the bare driver, committed to an encrypted file."""
    app = application(path)
    _found_clinic(app)
    with app.app_context():
        connection = db.engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute("DROP TRIGGER audit_event_in_order")
        begun = perf_counter()
        cursor.execute("BEGIN IMMEDIATE")
        for table, (names, found) in rows.items():
            columns = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", found)
        cursor.execute("COMMIT")
        spent = perf_counter() - begun
        connection.close()
        db.engine.dispose()
    return spent
