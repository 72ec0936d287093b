"""What bears on a treatment and is written down: what was told and measured, what is planned, and what was a mistake."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit, records
from registry.access.viewer import Viewer
from registry.clinical.dates import spell
from registry.clinical.readings import UnitRefused, kept
from registry.clinical.titration import taper
from registry.models import (
    Adherence,
    DoseEvent,
    DoseStep,
    HealthFact,
    LabResult,
    Medication,
    PastTrial,
    SideEffect,
)
from registry.treatment import queries
from registry.treatment.services import Now, TreatmentRefused

MEDICATION = records.Kind("medication", frozenset({"note", "text", "reason"}))
TABLES = {
    "adherence": Adherence,
    "side-effect": SideEffect,
    "past-trial": PastTrial,
    "result": LabResult,
    "health": HealthFact,
}


def tell(
    session: Session, viewer: Viewer, patient_id: UUID, what: str, values: dict[str, Any], now: Now
) -> None:
    """Record one fact about the treatment of a patient."""
    queries.patient(session, viewer, patient_id)
    if what == "result":
        values = _in_its_unit(values)
    if drug := values.get("medication_id"):
        _belongs(session, viewer, patient_id, drug)
    row = TABLES[what](
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, recorded_by=viewer.account_id, recorded_at=now.at,
        **values,
    )  # fmt: skip
    records.add(session, viewer, MEDICATION, f"record_{what}".replace("-", "_"), row)


def _in_its_unit(values: dict[str, Any]) -> dict[str, Any]:
    """A result and its range in the one unit of its code; another unit is refused."""
    found: dict[str, Any] = {"unit": ""}
    for name, lowest in (("low", 0), ("high", 0), ("value", None)):
        try:
            found[name], found["unit"] = kept(values["code"], values[name], values["unit"], lowest)
        except UnitRefused as refused:
            raise TreatmentRefused(str(refused), name) from None
    low, high = found["low"], found["high"]
    if low is not None and high is not None and low > high:
        raise TreatmentRefused("The laboratory's range begins above its end: exchange the two.", "low")
    return values | found


def _belongs(session: Session, viewer: Viewer, patient_id: UUID, medication_id: UUID) -> Medication:
    whose, drug = queries.medication(session, viewer, medication_id)
    if whose.id != patient_id:
        raise TreatmentRefused("This medication belongs to another patient.")
    return drug


def end_side_effect(session: Session, viewer: Viewer, effect_id: UUID, ended_on: date, now: Now) -> UUID:
    """A side effect is over. Returns the patient."""
    patient, row = queries.entry(session, viewer, "side-effect", effect_id)
    if ended_on < row.onset_on:
        raise TreatmentRefused("It cannot end before it began.", "ended_on")
    records.settle(session, viewer, MEDICATION, "end_side_effect", row, {"ended_on": ended_on})
    return patient.id


def plan_steps(
    session: Session, viewer: Viewer, medication_id: UUID, kind: str, planned_on: date, now: Now, *,
    dose_mg: float | None = None, steps: int | None = None, every: int | None = None, text: str = "",
) -> UUID:  # fmt: skip
    """Plan a dose step, a taper in equal steps to nothing, or a day to look at the drug again. Returns the patient."""
    patient, drug = queries.medication(session, viewer, medication_id)
    course = queries.course(session, viewer, drug)
    if course is None or not course.is_current:
        raise TreatmentRefused(
            f"{drug.name.capitalize()} is not running: record a start before its next step."
        )
    days: tuple[tuple[date, float | None], ...] = ((planned_on, dose_mg if kind == "step" else None),)
    if kind == "taper":
        days = taper(_dose_now(course), 0, planned_on, steps or 1, every or 7)
    for day, dose in days:
        row = DoseStep(
            org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, medication_id=drug.id, kind=kind, planned_on=day,
            dose_mg=dose, text=text, recorded_by=viewer.account_id, recorded_at=now.at,
        )  # fmt: skip
        session.add(row)
    detail = {"medication": drug.name, "kind": kind, "days": [day.isoformat() for day, _ in days]}
    audit.record(
        session, viewer, audit.Act("plan_dose", "medication", "medication", drug.id, [patient.id], detail)
    )
    return patient.id


def _dose_now(course: queries.Course) -> float:
    dose = next((e.dose_mg for e in course.events if e.dose_mg is not None), None)
    if dose is None:
        raise TreatmentRefused(
            f"A taper of {course.medication.name} needs the dose that is taken now: record it first."
        )
    return dose


def settle_step(
    session: Session, viewer: Viewer, step_id: UUID, what: str, on: date, reason: str, now: Now
) -> UUID:
    """Say what became of a planned step: done, or cancelled, and why. Returns the patient."""
    patient, row = queries.entry(session, viewer, "step", step_id)
    if settled := row.done_on or row.cancelled_on:
        was = "done" if row.done_on else "cancelled"
        raise TreatmentRefused(
            f"This step was {was} on {spell(settled)}: if that is wrong, mark it as entered in error."
        )
    begun = select(func.min(DoseEvent.on)).where(
        DoseEvent.org_id == viewer.org_id, DoseEvent.medication_id == row.medication_id, DoseEvent.in_error.is_(False)
    )  # fmt: skip
    if (first := session.scalar(begun)) and on < first:
        raise TreatmentRefused(f"The medication began on {spell(first)}: give that day or a later one.", "on")
    field = "done_on" if what == "done" else "cancelled_on"
    records.settle(session, viewer, MEDICATION, f"{what}_step", row, {field: on, "reason": reason})
    return patient.id


def mark_in_error(
    session: Session, viewer: Viewer, what: str, entry_id: UUID, reason: str, now: datetime
) -> UUID:
    """Mark an entry as a mistake; what stood stays in the record of corrections. Returns the patient."""
    patient, row = queries.entry(session, viewer, what, entry_id)
    records.mark_in_error(session, viewer, MEDICATION, "take_back", row, reason, now)
    return patient.id
