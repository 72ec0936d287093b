"""The ledger as a file, and as a sheet to print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from registry import spreadsheets
from registry.clinical.part_2 import is_withheld
from registry.clinical.part_2_consent import WITHHELD, shared

if TYPE_CHECKING:
    from registry.loop.presenters.rows import Row
    from registry.loop.queries.ledger import Line
    from registry.spreadsheets import Cell

HEAD = (
    "MRN", "Family name", "Given name", "Birth date", "Clinic", "PCP", "Care manager", "Signed on", "Number", "Category",
    "Recommendation", "Stands", "Last step", "Since", "Days", "Due", "Late", "Whose turn", "Next", "Judge on", "Outcome",
)  # fmt: skip


def csv_file(lines: Iterable[tuple[Line, Row]]) -> bytes:
    """Every line of the list."""
    return spreadsheets.csv_file(HEAD, (record(line, row) for line, row in lines))


def record(line: Line, row: Row) -> list[Cell]:
    """One line of the file, in the order of `HEAD`."""
    who, row = line.given.subject, to_leave(line, row)
    return [
        who.mrn, who.family_name, who.given_name, who.birth_date, row.clinic, row.pcp, row.care_manager, row.signed_on,
        row.number, row.category, row.text, row.label, row.told, row.since, row.days, row.due_on,
        row.due if row.is_late else "", row.owner, row.next, line.given.advice.judge_on, row.outcome,
    ]  # fmt: skip


def to_leave(line: Line, row: Row) -> Row:
    """A row as it may leave, in the file or on the sheet: without what is withheld under 42 CFR Part 2."""
    return row._replace(text=WITHHELD, told="", outcome="") if _is_hidden(line) else row


def _is_hidden(line: Line) -> bool:
    """A file or a print goes to nobody by name: only a consent for everybody who treats, or for the clinic, lets such advice go."""
    facts = line.given.snapshot.facts
    return shared(facts, (line.given.subject.clinic,)).withheld and is_withheld(line.given.advice)


def by_owner(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """The rows of each person whose turn it is, by name: one call or one visit each."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.owner, []).append(row)
    return sorted(found.items(), key=lambda pair: pair[0].casefold())
