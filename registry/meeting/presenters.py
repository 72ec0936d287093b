"""How the run-sheet reads: a line for each patient, and who was passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.agenda import WEIGHTS
from registry.clinical.dates import counted
from registry.clinical.forgotten import LABELS
from registry.clinical.meeting import STATES, TO_COME, carried_words, clock_words

if TYPE_CHECKING:
    from registry.meeting.queries import Entry
    from registry.run_sheet import Case, RunSheet

REASONS = {weight.code: weight.name for weight in WEIGHTS}


@dataclass(frozen=True, slots=True)
class Line:
    """One patient of the run-sheet."""

    episode_id: UUID
    patient_id: UUID
    place: int
    """In the queue of those to come; 0 for those who are through."""
    name: str
    about: str
    """Age and sex."""
    clinic: str
    why: str
    carried: str
    safety: bool
    state: str
    reason: str
    time: str
    is_open: bool
    is_to_come: bool


def lines(sheet: RunSheet, entries: Mapping[UUID, Entry], today: date, now: datetime) -> tuple[Line, ...]:
    """Those to come in their order, then the others."""
    queue = sheet.to_come
    through = [case for case in sheet.cases if case.row.state not in TO_COME]
    return (
        *(
            _line(case, entries[case.row.episode_id], place, today, now)
            for place, case in enumerate(queue, 1)
        ),
        *(_line(case, entries[case.row.episode_id], 0, today, now) for case in through),
    )


def _line(case: Case, entry: Entry, place: int, today: date, now: datetime) -> Line:
    reasons = entry.place.reasons
    return Line(
        episode_id=case.row.episode_id,
        patient_id=entry.subject.patient_id,
        place=place,
        name=entry.subject.name,
        about=entry.subject.about(today),
        clinic=entry.subject.clinic,
        why=REASONS[reasons[0].code] if reasons else "",
        carried=carried_words(entry.carried_from),
        safety=entry.place.safety,
        state=STATES[case.row.state],
        reason=case.row.reason,
        time=clock_words(case.seconds(now)),
        is_open=case.is_open,
        is_to_come=case.row.state in TO_COME,
    )


@dataclass(frozen=True, slots=True)
class Forgotten:
    """One list of those who were passed over."""

    code: str
    label: str
    entries: Sequence[Entry]


def passed_over(found: Mapping[str, Sequence[Entry]], fresh_days: int) -> tuple[Forgotten, ...]:
    """The three lists, each with its count, which is to reach nought."""
    fresh = counted(fresh_days, "day")
    return tuple(
        Forgotten(code, LABELS[code].format(review_fresh=fresh), rows) for code, rows in found.items()
    )
