"""Lists for a spreadsheet as CSV: every cell quoted, and none of them ever a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

Cell = str | int | date | None
FORMULA = frozenset("=+-@|%＝＋－＠｜％\t\r\n")
"""What a spreadsheet may take for the beginning of a formula or of another cell."""
UNSEEN = "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}"


def csv_file(head: Sequence[str], records: Iterable[Sequence[Cell]]) -> bytes:
    """A list as CSV: every cell quoted, marked as UTF-8 so that a spreadsheet reads the names right."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    writer.writerows([_text(cell) for cell in line] for line in records)
    return out.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would calculate it."""
    seen = text.lstrip(UNSEEN + " \N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}")
    begins = seen[:1] in FORMULA or text.lstrip().lstrip(UNSEEN)[:1] in FORMULA
    return f"'{text}" if seen and begins else text


def file_name(what: str, clinics: Sequence[str], today: date, kind: str) -> str:
    """What, clinic and day, never a patient: 'caseload-riverside-2026-11-20.csv'."""
    place = clinics[0] if len(clinics) == 1 else "all-clinics" if clinics else "no-clinic"
    plain = re.sub(r"[^a-z0-9]+", "-", place.lower()).strip("-") or "clinic"
    return f"{what}-{plain}-{today.isoformat()}.{kind}"
