"""Rows in the making: collected table by table, written in one go."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Table, insert
from sqlalchemy.orm import Session

from registry.models import Base

FRIDAY = 4


class Rows:
    """What the demo will insert; every key comes from the seed, so the same seed makes the same rows."""

    def __init__(self, seed: str) -> None:
        self.rng = Random(seed)
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.org_id = self.new_id()

    def new_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def add(self, table: str, **values: Any) -> UUID:
        """Add a row and return its id; columns that are not named take the table's own default."""
        row = {**_defaults(table), **values}
        if "org_id" in row:
            row["org_id"] = self.org_id
        if "id" in row and row["id"] is None:
            row["id"] = self.new_id()
        self.tables[table].append(row)
        return row.get("id") or self.org_id

    def write(self, session: Session) -> None:
        """Insert everything, tables that others point to first."""
        for table in Base.metadata.sorted_tables:
            if self.tables.get(table.name):
                session.execute(insert(table), self.tables[table.name])


@cache
def _defaults(table: str) -> dict[str, Any]:
    return {column.name: _default(column) for column in _table(table).columns}


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _default(column: Any) -> Any:
    default = column.default
    if default is None:
        return None
    if isinstance(column.type, JSON):
        return default.arg(None)  # an empty list or mapping; without it the column would hold a null of JSON
    return default.arg if default.is_scalar else None


def at(day: date, hour: int = 15, minute: int = 0) -> datetime:
    """A moment of the day, in UTC: the middle of a working day anywhere between New York and Denver."""
    return datetime.combine(day, time(hour, minute), UTC)


def working(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > FRIDAY else day


def working_before(day: date) -> date:
    """The last working day before a day."""
    day -= timedelta(days=1)
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))
