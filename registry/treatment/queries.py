"""What a patient takes and took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.models import DoseEvent, Medication, Patient


@dataclass(frozen=True, slots=True)
class Course:
    """One medication and what happened to it, the latest event first."""

    medication: Medication
    events: Sequence[DoseEvent]

    @property
    def last(self) -> DoseEvent:
        return self.events[0]

    @property
    def is_current(self) -> bool:
        return self.last.kind != "stop"

    @property
    def dose_since(self) -> date:
        return self.last.on

    @property
    def started_on(self) -> date:
        return self.events[-1].on


def courses(session: Session, viewer: Viewer, patient_id: UUID) -> list[Course]:
    """Every medication with its events: current ones first, the latest change first."""
    drugs = select(Medication).where(
        Medication.org_id == viewer.org_id,
        Medication.patient_id == patient_id,
        Medication.in_error.is_(False),
    )
    found = session.scalars(drugs).all()
    events: dict[UUID, list[DoseEvent]] = {drug.id: [] for drug in found}
    doses = select(DoseEvent).where(
        DoseEvent.org_id == viewer.org_id, DoseEvent.medication_id.in_(events), DoseEvent.in_error.is_(False)
    )
    for event in session.scalars(doses.order_by(DoseEvent.on.desc(), DoseEvent.recorded_at.desc())):
        events[event.medication_id].append(event)
    listed = [Course(drug, events[drug.id]) for drug in found if events[drug.id]]
    return sorted(
        listed,
        key=lambda course: (not course.is_current, -course.last.on.toordinal(), course.medication.name),
    )


def page(session: Session, viewer: Viewer, patient_id: UUID) -> tuple[Patient, list[Course]]:
    """The medication page of a patient; reading it is recorded."""
    patient = scope.patient(session, viewer, patient_id)
    audit.record(session, viewer, audit.Act("read", "medication", "patient", patient_id, [patient_id]))
    return patient, courses(session, viewer, patient_id)


def medication(session: Session, viewer: Viewer, medication_id: UUID) -> tuple[Patient, Medication]:
    """One medication of a visible patient, or `NotVisible`."""
    found = session.get(Medication, (viewer.org_id, medication_id))
    if found is None:
        raise NotVisible("medication")
    return scope.patient(session, viewer, found.patient_id, "record_treatment"), found


def event(session: Session, viewer: Viewer, event_id: UUID) -> tuple[Patient, Medication, DoseEvent]:
    """One dose event of a visible patient, or `NotVisible`."""
    found = session.get(DoseEvent, (viewer.org_id, event_id))
    if found is None:
        raise NotVisible("dose event")
    patient, drug = medication(session, viewer, found.medication_id)
    return patient, drug, found
