"""The columns of the caseload: their heads, and how a click on each sorts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.caseload.presenters.rows import Row

if TYPE_CHECKING:
    from registry.caseload.queries import Wanted

PLANNED = "next"
NEVER = 100_000
"""Days since what never happened: longer than anything else."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the value it sorts by, and which end comes first at the first click."""

    key: str
    label: str
    value: Callable[[Row], Any]
    title: str = ""
    num: bool = False
    worst_first: bool = False
    """The first click puts the highest value on top."""
    wide: bool = True
    """Left out on a phone."""


@dataclass(frozen=True, slots=True)
class Head:
    """One cell of the head, as the table macro takes it."""

    label: str
    url: str = ""
    sort: str = ""
    num: bool = False
    title: str = ""
    hidden: bool = False
    wide: bool = False
    pick: bool = False


def _days(days: int | None) -> int:
    return NEVER if days is None else days


COLUMNS = (
    Column("name", "Patient", lambda r: r.name.casefold(), wide=False),
    Column("age", "Age", lambda r: r.age, "Age and sex", worst_first=True),
    Column("why", "Why now", lambda r: r.points, worst_first=True, wide=False),
    Column(PLANNED, "Next action", lambda r: r.next_action.casefold() or None),
    Column("due", "Due", lambda r: r.due_on, num=True, wide=False),
    Column("weeks", "Wk", lambda r: r.weeks, "Weeks since enrollment", num=True, worst_first=True),
    Column("phq9-first", "PHQ-9", lambda r: r.phq9.first, "First PHQ-9", num=True, worst_first=True),
    Column("phq9", "now", lambda r: r.phq9.last, "PHQ-9 now", num=True, worst_first=True, wide=False),
    Column("phq9-change", "Chg", lambda r: r.phq9.percent, "PHQ-9 change", num=True, worst_first=True),
    Column("trend", "Trend", lambda r: r.step, "All scores of the primary scale; sorts by the change since the one before", worst_first=True),
    Column("gad7-first", "GAD-7", lambda r: r.gad7.first, "First GAD-7", num=True, worst_first=True),
    Column("gad7", "now", lambda r: r.gad7.last, "GAD-7 now", num=True, worst_first=True),
    Column("gad7-change", "Chg", lambda r: r.gad7.percent, "GAD-7 change", num=True, worst_first=True),
    Column("treatment", "Treatment", lambda r: r.treatment.casefold() or None),
    Column("contact", "Contact", lambda r: _days(r.contact_days), "Days since the last treatment contact", num=True, worst_first=True),
    Column("review", "Review", lambda r: _days(r.review_days), "Days since the last psychiatric review", num=True, worst_first=True),
    Column("minutes", "Min", lambda r: r.minutes, "Minutes this month", num=True, worst_first=True),
    Column("pcp", "PCP", lambda r: r.pcp.casefold() or None),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}


def arranged(rows: Iterable[Row], sort: str) -> list[Row]:
    """The rows by one column, unknown values last; without a column in the order in which they came."""
    column = BY_KEY.get(sort.removeprefix("-"))
    if column is None:
        return list(rows)
    lines = list(rows)
    known = [row for row in lines if column.value(row) is not None]
    unknown = [row for row in lines if column.value(row) is None]
    return sorted(known, key=column.value, reverse=sort.startswith("-")) + unknown


def heads(wanted: Wanted, index: str, is_back: bool) -> list[Head]:
    """The head: each label leads to its next order, the third click back to review priority.

    A list of a past day has nothing to tick and no plans.
    """
    if is_back:
        return [_head(column, wanted, index) for column in COLUMNS if column.key != PLANNED]
    return [
        Head("Select", hidden=True, pick=True),
        *(_head(column, wanted, index) for column in COLUMNS),
    ]


def _head(column: Column, wanted: Wanted, index: str) -> Head:
    first, second = (f"-{column.key}", column.key) if column.worst_first else (column.key, f"-{column.key}")
    following = {first: second, second: ""}.get(wanted.sort, first)
    sort = {column.key: "ascending", f"-{column.key}": "descending"}.get(wanted.sort, "")
    return Head(
        column.label,
        index + wanted.query(sort=following, page=""),
        sort,
        column.num,
        column.title,
        wide=column.wide,
    )


def sorted_by(sort: str) -> str:
    """The order in words."""
    column = BY_KEY.get(sort.removeprefix("-"))
    if column is None:
        return "Sorted by review priority"
    return f"Sorted by {column.title or column.label}{', highest first' if sort.startswith('-') else ''}"
