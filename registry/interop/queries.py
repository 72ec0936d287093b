"""What an import must know before it writes: a few statements a batch, whatever its size."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from registry.clinical.facts import Score
from registry.models import (
    Base,
    Clinic,
    Correction,
    DoseEvent,
    LabResult,
    Measure,
    Medication,
    Organisation,
    Patient,
    Provider,
    SourceRecord,
)

CHUNK = 5000
"""Values in one IN list; both databases take more."""


@dataclass(frozen=True, slots=True)
class Known:
    """A resource that was read before: its record, what was read, and the row that it became."""

    id: UUID
    digest: str
    subject: str
    subject_id: UUID


def table(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


def organisation_ids(session: Session) -> list[UUID]:
    """The organisations of this registry: one on SQLite."""
    return list(session.scalars(select(Organisation.id)))


def clinics_by_name(session: Session, org_id: UUID) -> dict[str, Clinic]:
    found = session.scalars(select(Clinic).where(Clinic.org_id == org_id).order_by(Clinic.name))
    return {clinic.name: clinic for clinic in found}


def known_records(
    session: Session, org_id: UUID, source: str, keys: Mapping[str, Collection[str]]
) -> dict[tuple[str, str], Known]:
    """What is known of these resources, by type and id in the source."""
    found: dict[tuple[str, str], Known] = {}
    record = SourceRecord
    for kind, wanted in keys.items():
        for part in _parts(wanted):
            rows = session.execute(
                select(record.key, record.id, record.digest, record.subject, record.subject_id).where(
                    record.org_id == org_id,
                    record.source == source,
                    record.kind == kind,
                    record.key.in_(part),
                )
            )
            found.update({(kind, row[0]): Known(*row[1:]) for row in rows})
    return found


def rows_by_id(session: Session, org_id: UUID, name: str, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Whole rows of a table."""
    source = table(name)
    found: dict[UUID, dict[str, Any]] = {}
    for part in _parts(set(ids)):
        rows = session.execute(select(source).where(source.c.org_id == org_id, source.c.id.in_(part)))
        found.update({row.id: dict(row._mapping) for row in rows})
    return found


def owners(session: Session, org_id: UUID, name: str, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The patient to whom each row of a table belongs."""
    found: dict[UUID, UUID] = {}
    for part in _parts(set(ids)):
        if name == "dose_event":
            rows = session.execute(
                select(DoseEvent.id, Medication.patient_id)
                .join(
                    Medication,
                    (Medication.org_id == DoseEvent.org_id) & (Medication.id == DoseEvent.medication_id),
                )
                .where(DoseEvent.org_id == org_id, DoseEvent.id.in_(part))
            )
        else:
            source = table(name)
            rows = session.execute(
                select(source.c.id, source.c.patient_id).where(
                    source.c.org_id == org_id, source.c.id.in_(part)
                )
            )
        found.update({row[0]: row[1] for row in rows})
    return found


def birth_dates(session: Session, org_id: UUID, ids: Iterable[UUID]) -> dict[UUID, date]:
    """When each patient was born."""
    found: dict[UUID, date] = {}
    for part in _parts(set(ids)):
        rows = session.execute(
            select(Patient.id, Patient.birth_date).where(Patient.org_id == org_id, Patient.id.in_(part))
        )
        found.update({row[0]: row[1] for row in rows})
    return found


def sexes(session: Session, org_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str | None]:
    """The sex of each patient, None where it is not known."""
    found: dict[UUID, str | None] = {}
    for part in _parts(set(ids)):
        rows = session.execute(
            select(Patient.id, Patient.sex).where(Patient.org_id == org_id, Patient.id.in_(part))
        )
        found.update({row[0]: row[1] if row[1] in ("female", "male") else None for row in rows})
    return found


def patients_by_mrn(
    session: Session, org_id: UUID, clinic_id: UUID, mrns: Collection[str]
) -> dict[str, tuple[UUID, date]]:
    """Patient and birth date behind each MRN of a clinic."""
    found: dict[str, tuple[UUID, date]] = {}
    for part in _parts(mrns):
        rows = session.execute(
            select(Patient.mrn, Patient.id, Patient.birth_date).where(
                Patient.org_id == org_id, Patient.clinic_id == clinic_id, Patient.mrn.in_(part)
            )
        )
        found.update({row[0]: (row[1], row[2]) for row in rows})
    return found


def providers_by_npi(session: Session, org_id: UUID, clinic_id: UUID) -> dict[str, UUID]:
    """The providers of a clinic by their national identifier."""
    rows = session.execute(
        select(Provider.npi, Provider.id).where(
            Provider.org_id == org_id, Provider.clinic_id == clinic_id, Provider.npi.is_not(None)
        )
    )
    return {row[0]: row[1] for row in rows if row[0]}


def fields_corrected_by_hand(session: Session, org_id: UUID, ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Fields of rows that a person has corrected: what stands there counts more than the source."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for part in _parts(ids):
        rows = session.execute(
            select(Correction.subject_id, Correction.changes).where(
                Correction.org_id == org_id,
                Correction.subject_id.in_(part),
                Correction.corrected_by.is_not(None),
            )
        )
        for subject_id, changes in rows:
            found[subject_id] |= set(changes)
    return found


def entered_scores(
    session: Session, org_id: UUID, patients: Iterable[UUID]
) -> dict[tuple[UUID, str, date, int | None], UUID]:
    """Scores that people entered, by patient, instrument, day and total."""
    found: dict[tuple[UUID, str, date, int | None], UUID] = {}
    for part in _parts(set(patients)):
        rows = session.execute(
            select(Measure.patient_id, Measure.instrument, Measure.taken_on, Measure.total, Measure.id).where(
                Measure.org_id == org_id,
                Measure.patient_id.in_(part),
                Measure.source == "entered",
                Measure.in_error.is_(False),
            )
        )
        found.update({(row[0], row[1], row[2], row[3]): row[4] for row in rows})
    return found


def scores_of(session: Session, org_id: UUID, patients: Iterable[UUID]) -> dict[UUID, list[Score]]:
    """Every score of these patients that counts, as the rules read it."""
    found: dict[UUID, list[Score]] = defaultdict(list)
    for part in _parts(set(patients)):
        rows = session.execute(
            select(
                Measure.patient_id, Measure.id, Measure.instrument, Measure.taken_on, Measure.total, Measure.answered,
                Measure.items, Measure.item9, Measure.source, Measure.prorated,
            ).where(Measure.org_id == org_id, Measure.patient_id.in_(part), Measure.in_error.is_(False))
        )  # fmt: skip
        for row in rows:
            answers = None if row.items is None or row.answered is None else tuple(row.items)
            found[row.patient_id].append(
                Score(
                    row.id, row.instrument, row.taken_on, row.total, row.answered, answers, row.item9, row.source,
                    row.prorated,
                )
            )  # fmt: skip
    return found


ResultMark = tuple[UUID, str, date, float | None]
"""Patient, what was measured, day and value of a result."""


def results_on_file(
    session: Session, org_id: UUID, patients: Iterable[UUID], since: date
) -> dict[ResultMark, tuple[UUID, str]]:
    """Row and source of each result of these patients from a day on; those in error left out."""
    found: dict[ResultMark, tuple[UUID, str]] = {}
    row = LabResult
    for part in _parts(set(patients)):
        rows = session.execute(
            select(row.patient_id, row.code, row.on, row.value, row.id, row.source).where(
                row.org_id == org_id, row.patient_id.in_(part), row.on >= since, row.in_error.is_(False)
            )
        )
        found.update({(one[0], one[1], one[2], one[3]): (one[4], one[5]) for one in rows})
    return found


def tellers(session: Session, org_id: UUID, rows: Collection[UUID]) -> Counter[UUID]:
    """How many resources tell of each of these rows."""
    found: Counter[UUID] = Counter()
    record = SourceRecord
    for part in _parts(rows):
        counted = session.execute(
            select(record.subject_id, func.count())
            .where(record.org_id == org_id, record.subject_id.in_(part))
            .group_by(record.subject_id)
        )
        for row_id, number in counted:
            found[row_id] += number
    return found


def entered_drugs(
    session: Session, org_id: UUID, patients: Iterable[UUID]
) -> dict[UUID, list[tuple[str, UUID]]]:
    """Medications that people keep by hand, by patient: the name of each and its row."""
    found: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for part in _parts(set(patients)):
        rows = session.execute(
            select(Medication.patient_id, Medication.name, Medication.id).where(
                Medication.org_id == org_id,
                Medication.patient_id.in_(part),
                Medication.source == "entered",
                Medication.in_error.is_(False),
            )
        )
        for patient_id, name, medication_id in rows:
            found[patient_id].append((name, medication_id))
    return found


def dose_events(
    session: Session, org_id: UUID, medications: Iterable[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """The dose events of medications, those in error left out."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    source = table("dose_event")
    for part in _parts(set(medications)):
        rows = session.execute(
            select(source).where(
                source.c.org_id == org_id, source.c.medication_id.in_(part), source.c.in_error.is_(False)
            )
        )
        for row in rows:
            found[row.medication_id].append(dict(row._mapping))
    return found


def orders_of(session: Session, org_id: UUID, source: str, events: Iterable[UUID]) -> Iterator[Any]:
    """What was read of the orders that dose events tell of, what was marked of them last."""
    record = SourceRecord
    for part in _parts(set(events)):
        yield from session.execute(
            select(record.id, record.kind, record.key, record.digest, record.subject_id)
            .where(
                record.org_id == org_id,
                record.source == source,
                record.subject == "dose_event",
                record.subject_id.in_(part),
            )
            .order_by(record.kind)
        )


def _parts(values: Collection[Any]) -> Iterator[list[Any]]:
    """Sorted, so that both databases get the same statements in every run."""
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
