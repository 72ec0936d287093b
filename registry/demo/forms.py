"""Filled forms: a wanted score becomes answers, and some forms come back incomplete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.instruments.scoring import score
from registry.demo import answers
from registry.demo.case import Taken
from registry.demo.people import Person
from registry.demo.rows import Rows, at

ENTERED, FROM_RECORDS, FROM_PORTAL = "entered", "import:ehr", "import:portal"
INCOMPLETE_SHARE, TOTAL_ONLY_SHARE, ITEM9_SKIPPED_SHARE = 0.02, 0.008, 0.006
DECLINED_SHARE = 0.4
"""Of the unanswered ninth items: the patient did not want to say; the others were not asked."""


@dataclass(frozen=True)
class Sheet:
    """A form before it is scored: whose, when, how it was filled in and where it came from."""

    person: Person
    on: date
    mode: str = "phone"
    source: str = ENTERED
    contact_id: UUID | None = None
    by: UUID | None = None
    read: bool = True


def phq9(rows: Rows, sheet: Sheet, total: int, item9: int) -> Taken:
    """A PHQ-9, or the PHQ-A of a young patient; item 9 may stay unknown."""
    instrument = "phq_a" if sheet.person.young else "phq9"
    items = _with_gaps(rows, answers.phq9(rows.rng, min(total, 24 + item9), item9))
    measure_id, found, ninth = _file(rows, sheet, instrument, items)
    return Taken(measure_id, sheet.on, found, ninth)


def gad7(rows: Rows, sheet: Sheet, total: int) -> int:
    """A GAD-7; returned is its total."""
    return _file(rows, sheet, "gad7", list(answers.gad7(rows.rng, total)))[1]


def _with_gaps(rows: Rows, items: Sequence[int]) -> list[int | None]:
    """Most forms are complete; a positive ninth item is never lost."""
    filled: list[int | None] = list(items)
    chance = rows.rng.random()
    if chance < ITEM9_SKIPPED_SHARE and items[8] == 0:
        filled[8] = None
    elif chance < ITEM9_SKIPPED_SHARE + INCOMPLETE_SHARE:
        for n in rows.rng.sample(range(8), rows.rng.choice((1, 1, 2))):
            filled[n] = None
    return filled


def _file(rows: Rows, sheet: Sheet, instrument: str, items: list[int | None]) -> tuple[UUID, int, int | None]:
    """The scored form as a row; now and then only its total was copied from a sheet of paper."""
    scored = score(INSTRUMENTS[instrument], items)
    assert scored.total is not None, "two gaps at most still give a total"
    answers_lost = sheet.source == ENTERED and scored.item9 == 0 and rows.rng.random() < TOTAL_ONLY_SHARE
    item9 = None if answers_lost else scored.item9
    measure_id = rows.add(
        "measure", patient_id=sheet.person.id, contact_id=sheet.contact_id, instrument=instrument,
        taken_on=sheet.on, language=sheet.person.language, mode=sheet.mode, source=sheet.source,
        declined=[9] if items[-1] is None and rows.rng.random() < DECLINED_SHARE else None,
        items=None if answers_lost else items, answered=None if answers_lost else scored.answered,
        total=scored.total, prorated=scored.prorated and not answers_lost, item9=item9,
        source_note="front desk sheet" if answers_lost else "", reviewed_on=sheet.on if sheet.read else None,
        recorded_by=sheet.by, recorded_at=at(sheet.on, 16),
    )  # fmt: skip
    return measure_id, scored.total, item9
