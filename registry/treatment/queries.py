"""What a patient takes and took, and what bears on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.clinical import facts as f
from registry.clinical.drugs import is_psychotropic
from registry.clinical.protocol import Protocol
from registry.models import (
    Adherence,
    DoseEvent,
    DoseStep,
    Episode,
    HealthFact,
    LabResult,
    Medication,
    PastTrial,
    Patient,
    PromptAnswer,
    SideEffect,
)
from registry.snapshots import snapshot, without_episode
from registry.snapshots.care import steering_of
from registry.snapshots.protocols import protocol_for

SEE, RECORD = "see_treatment", "record_treatment"
ENTRIES: dict[str, Any] = {
    "adherence": Adherence,
    "side-effect": SideEffect,
    "past-trial": PastTrial,
    "result": LabResult,
    "health": HealthFact,
    "step": DoseStep,
    "answer": PromptAnswer,
}
"""What can be marked as entered in error, by the word in the address."""


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
        """It runs, though it may be held."""
        return self.last.kind != "stop"

    @property
    def is_held(self) -> bool:
        return self.last.kind == "hold"

    @property
    def dose_mg(self) -> float | None:
        """The last dose that was told while it was taken; None where it was not."""
        return next((event.dose_mg for event in self.events if event.kind not in f.NOT_TAKEN), None)

    def as_facts(self) -> f.Medication:
        """The medication as the rules know it."""
        events = tuple(_fact(event) for event in self.events)
        group = "psychotropic" if self.medication.psychotropic else None
        return f.Medication(self.medication.id, self.medication.name, group, events)


@dataclass(frozen=True, slots=True)
class Ground:
    """A patient, the facts of the open episode (else what is known without one), and the protocol that holds."""

    patient: Patient
    facts: f.EpisodeFacts
    protocol: Protocol


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the medications page shows."""

    ground: Ground
    courses: list[Course]
    notes: dict[UUID, str]


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
    for event in sorted(session.scalars(doses), key=_place, reverse=True):
        events[event.medication_id].append(event)
    listed = [Course(drug, events[drug.id]) for drug in found if events[drug.id]]
    return sorted(
        listed,
        key=lambda course: (not course.is_current, -course.last.on.toordinal(), course.medication.name),
    )


def _fact(event: DoseEvent) -> f.DoseEvent:
    """The event as the rules know it."""
    return f.DoseEvent(event.on, event.kind, event.dose_mg, event.text, event.reason, event.recorded_at)


def _place(event: DoseEvent) -> tuple[object, ...]:
    """Where the rules see the event, so that a page and a rule never disagree on what holds."""
    return (event.on, *f.dose_tie(_fact(event)))


def patient(session: Session, viewer: Viewer, patient_id: UUID) -> Patient:
    """The patient whose treatment this person may record, or `NotVisible`."""
    return scope.patient(session, viewer, patient_id, RECORD)


def ground(session: Session, viewer: Viewer, patient_id: UUID, today: date, action: str = RECORD) -> Ground:
    """The patient with the facts that the rules judge."""
    found = scope.patient(session, viewer, patient_id, action)
    protocol = protocol_for(session, viewer.org_id, found.clinic_id, today)
    return Ground(found, _facts(session, viewer, found), protocol)


def _facts(session: Session, viewer: Viewer, found: Patient) -> f.EpisodeFacts:
    """Those of the open episode, else of the last one; without any, what belongs to the patient alone."""
    last = (
        select(Episode.id)
        .where(Episode.org_id == viewer.org_id, Episode.patient_id == found.id)
        .order_by(Episode.closed_on.is_not(None), Episode.referred_on.desc())
        .limit(1)
    )
    episode_id = session.scalar(last)
    seen = snapshot(session, viewer.org_id, episode_id) if episode_id else None
    return seen.facts if seen else _without_episode(session, viewer, found)


def _without_episode(session: Session, viewer: Viewer, found: Patient) -> f.EpisodeFacts:
    drugs = [course.as_facts() for course in courses(session, viewer, found.id)]
    care = steering_of(session, viewer.org_id, found.id).care
    return replace(
        without_episode(session, found),
        sex=found.sex if found.sex in ("female", "male") else None,
        care=care,
        medications=tuple(drug for drug in drugs if is_psychotropic(drug)),
        beside=tuple(drug for drug in drugs if not is_psychotropic(drug)),
    )


def sheet(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> Sheet:
    """The medication page of a patient; reading it is recorded."""
    base = ground(session, viewer, patient_id, today, SEE)
    note_read(session, viewer, patient_id)
    return Sheet(base, courses(session, viewer, patient_id), _notes(session, viewer, patient_id))


def note_read(session: Session, viewer: Viewer, patient_id: UUID) -> None:
    """Record that somebody read what a patient takes."""
    audit.record(session, viewer, audit.Act("read", "medication", "patient", patient_id, [patient_id]))


def _notes(session: Session, viewer: Viewer, patient_id: UUID) -> dict[UUID, str]:
    """The remark of each row that has one, and why a planned step was settled: all six tables in one statement."""
    tables = (Adherence, SideEffect, PastTrial, LabResult, HealthFact)
    told = (
        select(table.id, words.label("note")).where(
            table.org_id == viewer.org_id, table.patient_id == patient_id, words != literal("")
        )
        for table, words in (*((table, table.note) for table in tables), (DoseStep, DoseStep.reason))
    )
    return {row.id: row.note for row in session.execute(union_all(*told))}


def medication(session: Session, viewer: Viewer, medication_id: UUID) -> tuple[Patient, Medication]:
    """One medication of a visible patient, or `NotVisible`."""
    found = session.get(Medication, (viewer.org_id, medication_id))
    if found is None:
        raise NotVisible("medication")
    return patient(session, viewer, found.patient_id), found


def course(session: Session, viewer: Viewer, drug: Medication) -> Course | None:
    """What happened to one medication; None where all of it was a mistake."""
    return next((c for c in courses(session, viewer, drug.patient_id) if c.medication.id == drug.id), None)


def event(session: Session, viewer: Viewer, event_id: UUID) -> tuple[Patient, Medication, DoseEvent]:
    """One dose event of a visible patient, or `NotVisible`."""
    found = session.get(DoseEvent, (viewer.org_id, event_id))
    if found is None or found.in_error:
        raise NotVisible("dose event")
    whose, drug = medication(session, viewer, found.medication_id)
    return whose, drug, found


def entry(session: Session, viewer: Viewer, what: str, entry_id: UUID) -> tuple[Patient, Any]:
    """One row of what was told, measured, planned or answered, or `NotVisible`."""
    table = ENTRIES.get(what)
    found = session.get(table, (viewer.org_id, entry_id)) if table else None
    if found is None or found.in_error:
        raise NotVisible(what)
    return patient(session, viewer, found.patient_id), found


def drug_choices(session: Session, viewer: Viewer, patient_id: UUID) -> list[tuple[str, str, date]]:
    """The medications of a patient for a form, current ones first, with the first day on which each was taken."""
    return [
        (str(course.medication.id), course.medication.name, course.events[-1].on)
        for course in courses(session, viewer, patient_id)
    ]
