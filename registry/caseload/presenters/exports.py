"""The list as a file: CSV for any program, XLSX with typed cells; no cell of either is ever a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from registry import spreadsheets
from registry.caseload.presenters.rows import Row
from registry.clinical.part_2_consent import WITHHELD
from registry.clinical.pathways import PART_2, is_part_2
from registry.spreadsheets import Cell

if TYPE_CHECKING:
    from registry.caseload.queries import Entry

HEAD = (
    "MRN", "Family name", "Given name", "Birth date", "Age", "Sex", "Clinic", "Care manager", "PCP", "Language",
    "Status", "Why now", "Next action", "Due", "Weeks", "First PHQ-9", "Last PHQ-9", "PHQ-9 band", "PHQ-9 change %",
    "Last PHQ-9 on", "First GAD-7", "Last GAD-7", "GAD-7 band", "GAD-7 change %", "Last GAD-7 on", "Treatment",
    "Days since contact", "Days since review", "Minutes this month", "Review priority",
    "Other primary scale", "Its first score", "Its last score", "Its change %", "Its last score on", "Protection",
)  # fmt: skip
NOT_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def record(entry: Entry, row: Row, withheld: bool = False) -> list[Cell]:
    """One line of the file, in the order of `HEAD`; the last cell says what protects it, or that some is withheld."""
    who = entry.subject
    return [
        who.mrn, who.family_name, who.given_name, who.birth_date, row.age, who.sex, who.clinic, who.care_manager,
        who.pcp, who.language, entry.standing.picture.status.replace("_", " "),
        " ".join(finding.sentence for finding in entry.standing.findings), row.next_action, row.due_on, row.weeks,
        row.phq9.first, row.phq9.last, row.phq9.band, row.phq9.percent, row.phq9.taken_on,
        row.gad7.first, row.gad7.last, row.gad7.band, row.gad7.percent, row.gad7.taken_on, row.treatments,
        row.contact_days, row.review_days, row.minutes, row.points,
        row.own_title,
        *((row.own.first, row.own.last, row.own.percent, row.own.taken_on) if row.own else (None,) * 4),
        WITHHELD if withheld else PART_2 if is_part_2(entry.standing.picture.facts.care) else "",
    ]  # fmt: skip


def csv_file(records: Iterable[Sequence[Cell]]) -> bytes:
    """The list as CSV."""
    return spreadsheets.csv_file(HEAD, records)


def xlsx_file(records: Iterable[Sequence[Cell]], title: str) -> bytes:
    """The list as a workbook: numbers and dates are what they are, a text is never read as a formula or a link."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
        sheet = book.add_worksheet("Caseload")
        sheet.set_header(f"&L{title.replace('&', '&&')}&RPage &P of &N")
        sheet.set_landscape()
        sheet.freeze_panes(1, 3)
        sheet.write_row(0, 0, HEAD, bold)
        for at, line in enumerate(records, 1):
            for column, cell in enumerate(line):
                _write(sheet, at, column, cell, day)
        sheet.autofit()
    return out.getvalue()


def _write(sheet: object, at: int, column: int, cell: Cell, day: object) -> None:
    """One typed cell; nothing is written where nothing is known."""
    if isinstance(cell, date):
        sheet.write_datetime(at, column, cell, day)  # type: ignore[attr-defined]
    elif isinstance(cell, int):
        sheet.write_number(at, column, cell)  # type: ignore[attr-defined]
    elif cell:
        sheet.write_string(at, column, NOT_CONTROL.sub("", cell))  # type: ignore[attr-defined]


def file_name(clinics: Sequence[str], today: date, kind: str) -> str:
    """Clinic and day, never a patient."""
    return spreadsheets.file_name("caseload", clinics, today, kind)
