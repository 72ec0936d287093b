"""What the buttons about a score do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit, records
from registry.access.viewer import Viewer
from registry.clinical import integrity
from registry.clinical.facts import Score
from registry.clinical.instruments import Filled
from registry.measures import queries
from registry.models import Measure, Patient
from registry.models.base import Changed, expect_version
from registry.models.correction import apply

SCORED = (
    "items",
    "declined",
    "answered",
    "total",
    "prorated",
    "item9",
    "extras",
    "source_note",
    "form_version",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A filled form, with when and how as columns (`taken_on`, `mode`, `language`)."""

    filled: Filled
    when_and_how: Mapping[str, Any]


def add_measure(
    session: Session, viewer: Viewer, patient_id: UUID, taken: Taken, today: date, now: datetime
) -> Measure:
    """Enter a score that was not taken in a contact."""
    patient = queries.patient(session, viewer, patient_id)
    measure = Measure(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, reviewed_on=today, recorded_by=viewer.account_id,
        recorded_at=now, **taken.when_and_how,
    )  # fmt: skip
    measure.hold(taken.filled)
    session.add(measure)
    detail = {"after": {"instrument": measure.instrument, "on": measure.taken_on, **_result(measure)}}
    audit.record(
        session, viewer, audit.Act("add_measure", "scores", "measure", measure.id, [patient.id], detail)
    )
    return measure


def doubts(
    session: Session,
    viewer: Viewer,
    patient: Patient,
    taken: Taken,
    today: date,
    measure_id: UUID | None = None,
) -> tuple[integrity.Doubt, ...]:
    """The doubts about a form before it is saved, given what is on record of the patient."""
    others = [
        queries.facts(row) for row, _ in queries.scores(session, viewer, patient.id) if not row.in_error
    ]
    whom = integrity.Patient(patient.birth_date, patient.sex)
    return integrity.doubts(_score(taken, measure_id), others, whom, today, taken.filled.declined)


def _score(taken: Taken, measure_id: UUID | None) -> Score:
    row = Measure(id=measure_id or uuid4(), source="entered", reviewed_on=None, **taken.when_and_how)
    row.hold(taken.filled)
    return queries.facts(row)


def _result(measure: Measure) -> dict[str, Any]:
    return {"total": measure.total, "item9": measure.item9, "answered": measure.answered}


@dataclass(frozen=True, slots=True)
class Change:
    """A score as it should have been entered."""

    version: int
    """What its author saw."""
    taken: Taken
    in_error: bool
    reason: str


def correct_measure(
    session: Session, viewer: Viewer, measure_id: UUID, change: Change, now: datetime
) -> bool:
    """Write a score as it should have been; what stood before is kept. False where nothing differs."""
    measure, patient = queries.measure(session, viewer, measure_id, lock=True)
    expect_version(measure, change.version)
    changes = apply(measure, {**values(change.taken, measure), "in_error": change.in_error})
    if not changes:
        return False
    records.keep(session, viewer, patient.id, measure, changes, change.reason, now)
    coded = {name: change for name, change in changes.items() if name != "source_note"}
    act = audit.Act("correct_measure", "scores", "measure", measure.id, [patient.id], {"changes": coded})
    audit.record(session, viewer, act)
    return True


def values(taken: Taken, measure: Measure) -> dict[str, Any]:
    """The columns that a filled form decides; a correction names the version that the patient was asked in."""
    scored = Measure()
    scored.hold(taken.filled)
    if scored.form_version and measure.form_version and taken.when_and_how["language"] == measure.language:
        scored.form_version = measure.form_version
    return {**{name: getattr(scored, name) for name in SCORED}, **taken.when_and_how}


__all__ = ["Change", "Changed", "Taken", "add_measure", "correct_measure", "doubts", "values"]
