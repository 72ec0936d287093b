"""The words of the pages about scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry.clinical.instruments import INSTRUMENTS, Instrument, band, depression_form, positive

LABELS = {
    "taken_on": "Date",
    "mode": "How",
    "language": "Language",
    "items": "Answers",
    "declined": "Declined items",
    "answered": "Items answered",
    "total": "Total",
    "prorated": "Pro-rated",
    "item9": "Item 9",
    "source_note": "Where the total was read",
    "in_error": "Entered in error",
    "form_version": "Form version",
}
MODES = {
    "phone": "phone",
    "interview": "in person or video",
    "self": "on paper, by the patient",
    "portal": "portal, by the patient",
}


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction as it is read."""

    at: datetime
    by: str
    reason: str
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One score as the table shows it."""

    id: UUID
    title: str
    on: date
    total: int | None
    severity: int | None
    meaning: str
    items: str
    completeness: str
    item9: str
    source: str
    in_error: bool
    corrections: list[CorrectionLine]


def offered(birth_date: date, today: date) -> list[tuple[str, str]]:
    """The instruments that can be entered for a patient of this age: one form of the PHQ-9, not both."""
    other = {"phq9": "phq_a", "phq_a": "phq9"}[depression_form(birth_date, today)]
    return [(name, kind.title) for name, kind in INSTRUMENTS.items() if name != other]


def score_row(measure: Any, entered_by: str, sex: str, corrections: Sequence[tuple[Any, str]]) -> ScoreRow:
    """One score in words."""
    kind = INSTRUMENTS.get(measure.instrument)
    found = band(kind, measure.total) if kind else None
    return ScoreRow(
        id=measure.id,
        title=kind.title if kind else measure.instrument,
        on=measure.taken_on,
        total=measure.total,
        severity=found.severity if found else None,
        meaning=_meaning(kind, measure.total, sex, found.name if found else ""),
        items=answers(measure.items, measure.declined),
        completeness=_completeness(kind, measure),
        item9=_item9(kind, measure),
        source=_source(measure, entered_by),
        in_error=measure.in_error,
        corrections=correction_lines(corrections),
    )


def _meaning(kind: Instrument | None, total: int | None, sex: str, name: str) -> str:
    """The band; else whether the screen is positive."""
    if name or kind is None or total is None:
        return name
    verdict = positive(kind, total, sex)
    return {True: "positive", False: "negative", None: "depends on sex, which is not known"}[verdict]


def answers(items: Sequence[int | None] | None, declined: Sequence[int] | None) -> str:
    """Each answer in order; a dash where not asked, a d where declined."""
    if items is None:
        return "not known"
    gap = {True: "d", False: "\N{EN DASH}"}
    return " ".join(gap[n in (declined or ())] if a is None else str(a) for n, a in enumerate(items, 1))


def _completeness(kind: Instrument | None, measure: Any) -> str:
    if measure.answered is None or kind is None:
        return "total only"
    if measure.answered == kind.item_count:
        return "complete"
    kept = "pro-rated" if measure.prorated else "no total"
    return f"{measure.answered} of {kind.item_count}, {kept}"


def _item9(kind: Instrument | None, measure: Any) -> str:
    if kind is None or kind.safety_item is None:
        return ""
    if measure.item9 is not None:
        return str(measure.item9)
    declined = kind.safety_item in (measure.declined or ())
    return "not known" if measure.items is None else "declined" if declined else "not asked"


def _source(measure: Any, entered_by: str) -> str:
    """Where the score comes from, and how it was taken."""
    origin = entered_by or measure.source.removeprefix("import:") or "import"
    parts = [origin, MODES.get(measure.mode, ""), measure.source_note]
    parts += [measure.language] if measure.language not in ("", "en") else []
    return ", ".join(part for part in parts if part)


def words(name: str, value: Any) -> str:
    """A value of a score as it is read."""
    if name == "items":
        return answers(value, None)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else MODES.get(str(value), str(value))


def compared(yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the page that shows two versions of the same score."""
    return [
        (LABELS[name], words(name, yours[name]), words(name, theirs[name]))
        for name in LABELS
        if name in yours
    ]


def correction_lines(corrections: Sequence[tuple[Any, str]]) -> list[CorrectionLine]:
    """Who corrected what, when and why."""
    return [
        CorrectionLine(
            row.corrected_at,
            name,
            row.reason,
            [
                (LABELS.get(field, field), words(field, before) or "empty", words(field, after) or "empty")
                for field, (before, after) in row.changes.items()
            ],
        )
        for row, name in corrections
    ]
