"""What is recorded of a medication: it starts, its dose changes, it stops with a reason; mistakes are taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.clinical.drugs import is_psychotropic
from registry.clinical.facts import Medication as MedicationFacts
from registry.models import Correction, DoseEvent, Medication
from registry.treatment import queries


class TreatmentRefused(ValueError):
    """A dose event that cannot be; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Dose:
    """What happened to a dose: `dose_mg` is milligrams a day, unknown where None."""

    on: date
    dose_mg: float | None = None
    text: str = ""
    reason: str = ""


def start_medication(
    session: Session, viewer: Viewer, patient_id: UUID, name: str, indication: str, dose: Dose, now: datetime
) -> Medication:
    """Start a drug, or start one again that was stopped; one that runs already is changed instead."""
    patient = scope.patient(session, viewer, patient_id, "record_treatment")
    name = " ".join(name.split()).lower()
    running = [c for c in queries.courses(session, viewer, patient_id) if c.medication.name == name]
    if any(course.is_current for course in running):
        raise TreatmentRefused(f"{name.capitalize()} is running already: record a dose change instead.")
    drug = running[0].medication if running else None
    if drug is None:
        drug = Medication(
            org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, name=name, indication=indication,
            psychotropic=is_psychotropic(MedicationFacts("", name)), recorded_by=viewer.account_id, recorded_at=now,
        )  # fmt: skip
        session.add(drug)
        session.flush()
    _add(session, viewer, drug, "start", dose, now)
    return drug


def change_dose(session: Session, viewer: Viewer, medication_id: UUID, dose: Dose, now: datetime) -> None:
    """Record a new dose of a running drug."""
    _, drug = queries.medication(session, viewer, medication_id)
    _running(session, viewer, drug, dose.on)
    _add(session, viewer, drug, "change", dose, now)


def stop_medication(session: Session, viewer: Viewer, medication_id: UUID, dose: Dose, now: datetime) -> None:
    """Stop a running drug, with the reason."""
    _, drug = queries.medication(session, viewer, medication_id)
    _running(session, viewer, drug, dose.on)
    _add(session, viewer, drug, "stop", dose, now)


def take_back(session: Session, viewer: Viewer, event_id: UUID, reason: str, now: datetime) -> UUID:
    """Mark a dose event as entered in error; what stood stays on record. Returns the patient."""
    patient, drug, event = queries.event(session, viewer, event_id)
    event.in_error = True
    before = {"kind": event.kind, "on": event.on.isoformat(), "dose_mg": event.dose_mg, "text": event.text}
    session.add(
        Correction(
            org_id=viewer.org_id, patient_id=patient.id, subject="dose_event", subject_id=event.id,
            changes={"entered in error": [before, None], "medication": [drug.name, drug.name]}, reason=reason,
            corrected_by=viewer.account_id, corrected_at=now,
        )
    )  # fmt: skip
    audit.record(
        session,
        viewer,
        audit.Act("take_back", "medication", "dose_event", event.id, [patient.id], {"before": before}),
    )
    return patient.id


def _running(session: Session, viewer: Viewer, drug: Medication, on: date) -> None:
    course = next(
        (c for c in queries.courses(session, viewer, drug.patient_id) if c.medication.id == drug.id), None
    )
    if course is None or not course.is_current:
        raise TreatmentRefused(f"{drug.name.capitalize()} is not running: record a start instead.")
    if on < course.last.on:
        raise TreatmentRefused(
            f"The last change was on {course.last.on:%b} {course.last.on.day}: give a later day."
        )


def _add(session: Session, viewer: Viewer, drug: Medication, kind: str, dose: Dose, now: datetime) -> None:
    event = DoseEvent(
        org_id=viewer.org_id, id=uuid4(), medication_id=drug.id, kind=kind, on=dose.on, dose_mg=dose.dose_mg,
        text=dose.text, reason=dose.reason, recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    session.add(event)
    detail = {
        "medication": drug.name,
        "kind": kind,
        "on": dose.on,
        "dose_mg": dose.dose_mg,
        "reason": dose.reason,
    }
    act = audit.Act(f"{kind}_medication", "medication", "medication", drug.id, [drug.patient_id], detail)
    audit.record(session, viewer, act)
