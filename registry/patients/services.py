"""What is done to a patient's details: added, corrected with a reason, covered by a payer from a day on."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit, records
from registry.access import scope
from registry.access.viewer import Viewer
from registry.clinical.dates import spell
from registry.models import Coverage, Patient
from registry.models.base import expect_version
from registry.models.correction import plain
from registry.models.patient import fold
from registry.patients import queries

FIELDS = (
    "clinic_id", "mrn", "family_name", "given_name", "preferred_name", "birth_date", "sex", "gender_identity",
    "pronouns", "race", "ethnicity", "language", "interpreter", "phone", "email", "address", "contact_by",
    "contact_note", "voicemail_ok", "text_ok", "caregiver", "pcp_id", "deceased_on",
)  # fmt: skip


class Duplicate(ValueError):
    """The MRN belongs to somebody else in this clinic."""

    def __init__(self, other: Patient) -> None:
        super().__init__(f"{other.name} has this MRN already.")
        self.other = other


class MaybeDuplicate(ValueError):
    """Somebody with this name and date of birth is here already."""

    def __init__(self, others: list[Patient]) -> None:
        super().__init__("Somebody with this name and date of birth is here already.")
        self.others = others


class CoverageRefused(ValueError):
    """A coverage period that cannot be; the message is what the person reads."""


def add_patient(
    session: Session, viewer: Viewer, details: Mapping[str, Any], knowingly: bool, now: datetime
) -> Patient:
    """Add a patient to a clinic in which the viewer may; duplicates are refused or, by name, warned of once."""
    scope.clinic(session, viewer, details["clinic_id"], "edit_patient")
    _refuse_duplicates(session, viewer, details, None, knowingly)
    patient = Patient(
        org_id=viewer.org_id, id=uuid4(), added_at=now, added_by=viewer.account_id, **_stored(details)
    )
    session.add(patient)
    session.flush()
    audit.record(
        session, viewer, audit.Act("add_patient", "demographics", "patient", patient.id, [patient.id])
    )
    return patient


def correct_patient(
    session: Session, viewer: Viewer, patient_id: UUID, details: Mapping[str, Any], version: int, reason: str,
    knowingly: bool, now: datetime,
) -> Patient:  # fmt: skip
    """Correct a patient's details; what stood before is kept with who, when and why."""
    patient = scope.patient(session, viewer, patient_id, "edit_patient")
    expect_version(patient, version)
    scope.clinic(session, viewer, details["clinic_id"], "edit_patient")
    stored = _stored(details)
    changes = {name: [plain(getattr(patient, name)), plain(stored[name])] for name in FIELDS
               if getattr(patient, name) != stored[name]}  # fmt: skip
    if not changes:
        return patient
    if changes.keys() & {"mrn", "clinic_id", "family_name", "given_name", "birth_date"}:
        _refuse_duplicates(session, viewer, details, patient_id, knowingly)
    for name, value in stored.items():
        setattr(patient, name, value)
    records.keep(session, viewer, patient_id, patient, changes, reason, now)
    detail = {"fields": sorted(changes)}
    audit.record(
        session, viewer, audit.Act("correct", "demographics", "patient", patient_id, [patient_id], detail)
    )
    return patient


def add_coverage(
    session: Session, viewer: Viewer, patient_id: UUID, payer: str, plan: str, since: date
) -> None:
    """Begin a coverage period; the one that runs ends the day before, and one that has ended is never run over."""
    scope.patient(session, viewer, patient_id, "edit_patient")
    periods = queries.coverage(session, viewer, patient_id)
    for period in periods:
        if period.ended_on is None and period.started_on >= since:
            raise CoverageRefused(
                f"The present coverage began on {spell(period.started_on)}: give a later day."
            )
        if period.ended_on is not None and period.ended_on >= since:
            raise CoverageRefused(f"Another coverage ran until {spell(period.ended_on)}: give a later day.")
    for period in periods:
        period.ended_on = period.ended_on or since - timedelta(days=1)
    row = Coverage(
        org_id=viewer.org_id, patient_id=patient_id, payer_category=payer, plan_name=plan, started_on=since
    )
    session.add(row)
    detail = {"payer": payer, "since": since}
    audit.record(
        session, viewer, audit.Act("add_coverage", "coverage", "patient", patient_id, [patient_id], detail)
    )


def end_coverage(session: Session, viewer: Viewer, patient_id: UUID, on: date) -> None:
    """End the coverage that runs."""
    scope.patient(session, viewer, patient_id, "edit_patient")
    running = [
        p for p in queries.coverage(session, viewer, patient_id) if p.ended_on is None and p.started_on <= on
    ]
    if not running:
        raise CoverageRefused("No coverage runs on that day.")
    for period in running:
        period.ended_on = on
    audit.record(
        session,
        viewer,
        audit.Act("end_coverage", "coverage", "patient", patient_id, [patient_id], {"on": on}),
    )


def note_shown(session: Session, viewer: Viewer, patients: list[Patient]) -> None:
    """The form for a new patient names nobody, unless it warns of a likely duplicate."""
    shown = [patient.id for patient in patients]
    audit.record(session, viewer, audit.Act("read", "demographics", "new patient", patients=shown))


def _refuse_duplicates(
    session: Session, viewer: Viewer, details: Mapping[str, Any], but: UUID | None, knowingly: bool
) -> None:
    if other := queries.same_mrn(session, viewer, details["clinic_id"], details["mrn"], but):
        raise Duplicate(other)
    name = search_name(details["family_name"], details["given_name"])
    others = queries.same_person(session, viewer, name, details["birth_date"], but)
    if others and not knowingly:
        raise MaybeDuplicate(others)


def search_name(family: str, given: str) -> str:
    """What a search compares with."""
    return f"{fold(family)} {fold(given)}".strip()


def _stored(details: Mapping[str, Any]) -> dict[str, Any]:
    tidy = {name: value.strip() if isinstance(value, str) else value for name, value in details.items()}
    names = {
        "search_name": search_name(tidy["family_name"], tidy["given_name"]),
        "search_given": fold(tidy["given_name"]),
    }
    return {name: tidy[name] for name in FIELDS} | names
