"""What is recorded of a medication: it starts, its dose changes, it is held or stopped; mistakes are taken back.

A start, a change or a resumption brings up prompts: they are answered with a reason, and never block.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit, records
from registry.access.viewer import Viewer
from registry.clinical import facts as f
from registry.clinical.dates import spell
from registry.clinical.drugs import ingredient, is_psychotropic, same_drug
from registry.clinical.prompts import NEW, Prompt, prompts_before
from registry.clinical.treatment import DONE
from registry.models import DoseEvent, Medication, PromptAnswer
from registry.treatment import queries

Reasons = Mapping[tuple[str, str], str]
"""Why the treatment goes on, by the code of a prompt and what it is about."""


class TreatmentRefused(records.Refused):
    """What cannot be recorded of a treatment."""


class Unanswered(Exception):
    """Prompts that have to be read and answered before this is saved."""

    def __init__(self, prompts: tuple[Prompt, ...]) -> None:
        super().__init__("Read what is shown, and say why it is given all the same.")
        self.prompts = prompts


@dataclass(frozen=True, slots=True)
class Dose:
    """What happened to a dose: `dose_mg` is milligrams a day, unknown where None."""

    on: date
    dose_mg: float | None = None
    text: str = ""
    reason: str = ""
    prescriber: str = ""


@dataclass(frozen=True, slots=True)
class New:
    """A drug as it was written; `psychotropic` counts only where the catalogue does not know it."""

    name: str
    indication: str = ""
    psychotropic: bool = False


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of recording, and its day in the clinic."""

    at: datetime
    today: date


def start_medication(
    session: Session, viewer: Viewer, patient_id: UUID, new: New, dose: Dose, reasons: Reasons, now: Now
) -> Medication:
    """Start a drug, or start one again that was stopped; one that runs already is changed instead."""
    patient = queries.patient(session, viewer, patient_id)
    if dose.on < patient.birth_date:
        raise TreatmentRefused(
            f"The patient was born on {spell(patient.birth_date)}: give a later day.", "on"
        )
    name = ingredient(new.name)
    before = [c for c in queries.courses(session, viewer, patient_id) if same_drug(c.medication.name, name)]
    if running := next((course for course in before if course.is_current), None):
        told = running.medication.name.capitalize()
        raise TreatmentRefused(f"{told} is running already: record a dose change instead.", "name")
    for course in before[:1]:
        _refuse_before(course, dose.on)
    drug = before[0].medication if before else None
    answered = _answered(
        session, viewer, patient_id, name, "start", dose, drug.id if drug else None, reasons, now
    )
    if drug is None:
        drug = Medication(
            org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, name=name, indication=new.indication,
            psychotropic=new.psychotropic or is_psychotropic(f.Medication("", name)), recorded_by=viewer.account_id, recorded_at=now.at,
        )  # fmt: skip
        session.add(drug)
        session.flush()
    _add(session, viewer, drug, "start", dose, now)
    keep_answers(session, viewer, patient_id, answered, reasons, now)
    return drug


def change_dose(
    session: Session, viewer: Viewer, medication_id: UUID, dose: Dose, reasons: Reasons, now: Now
) -> None:
    """Record a new dose of a running drug."""
    _event(session, viewer, medication_id, "change", dose, reasons, now)


def split_dose(
    session: Session, viewer: Viewer, medication_id: UUID, dose: Dose, reasons: Reasons, now: Now
) -> None:
    """The same dose of the day, taken at other times."""
    _event(session, viewer, medication_id, "split", dose, reasons, now)


def hold_medication(
    session: Session, viewer: Viewer, medication_id: UUID, dose: Dose, reasons: Reasons, now: Now
) -> None:
    """Hold a running drug, with the reason: it is not taken until it is resumed."""
    _event(session, viewer, medication_id, "hold", dose, reasons, now)


def resume_medication(
    session: Session, viewer: Viewer, medication_id: UUID, dose: Dose, reasons: Reasons, now: Now
) -> None:
    """Take a drug up again that was held."""
    _event(session, viewer, medication_id, "resume", dose, reasons, now)


def stop_medication(
    session: Session, viewer: Viewer, medication_id: UUID, dose: Dose, reasons: Reasons, now: Now
) -> None:
    """Stop a running drug, with the reason."""
    _event(session, viewer, medication_id, "stop", dose, reasons, now)


def _event(
    session: Session, viewer: Viewer, medication_id: UUID, kind: str, dose: Dose, reasons: Reasons, now: Now
) -> None:
    patient, drug = queries.medication(session, viewer, medication_id)
    course = _running(session, viewer, drug, dose.on, kind)
    last = course.dose_mg
    if kind == "change" and dose.dose_mg == last and last is not None:
        raise TreatmentRefused(
            f"{drug.name.capitalize()} is taken at {last:g} mg already, and a refill is no new dose. "
            "Where it is taken at other times, record a split.",
            "dose_mg",
        )
    if dose.dose_mg is None and kind in ("split", "resume"):
        dose = Dose(dose.on, last, dose.text, dose.reason, dose.prescriber)
    answered: tuple[Prompt, ...] = ()
    if kind in ("change", "resume"):
        answered = _answered(session, viewer, patient.id, drug.name, kind, dose, drug.id, reasons, now)
    _add(session, viewer, drug, kind, dose, now)
    keep_answers(session, viewer, patient.id, answered, reasons, now)


def _answered(
    session: Session, viewer: Viewer, patient_id: UUID, name: str, kind: str, dose: Dose, drug_id: UUID | None,
    reasons: Reasons, now: Now,
) -> tuple[Prompt, ...]:  # fmt: skip
    """The prompts that this brings up, each of them answered; else `Unanswered`."""
    facts = queries.ground(session, viewer, patient_id, now.today).facts
    event = f.DoseEvent(dose.on, kind, dose.dose_mg, dose.text, at=now.at)
    found = prompts_before(facts, now.today, name, event, drug_id or NEW)
    if any(not reasons.get((one.code, one.about)) for one in found):
        raise Unanswered(found)
    return found


def keep_answers(
    session: Session, viewer: Viewer, patient_id: UUID, found: tuple[Prompt, ...], reasons: Reasons, now: Now
) -> None:
    """Write down why the treatment goes on, for each prompt that was read."""
    for one in found:
        row = PromptAnswer(
            org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, code=one.code, about=one.about, on=now.today,
            reason=reasons[(one.code, one.about)], recorded_by=viewer.account_id, recorded_at=now.at,
        )  # fmt: skip
        session.add(row)
        act = audit.Act(
            "answer_prompt", "medication", "prompt_answer", row.id, [patient_id], {"code": one.code}
        )
        audit.record(session, viewer, act)


def take_back(session: Session, viewer: Viewer, event_id: UUID, reason: str, now: datetime) -> UUID:
    """Mark a dose event as entered in error; what stood stays on record. Returns the patient."""
    patient, drug, event = queries.event(session, viewer, event_id)
    _refuse_ground(session, viewer, drug, event)
    event.in_error = True
    before = {"kind": event.kind, "on": event.on.isoformat(), "dose_mg": event.dose_mg, "text": event.text}
    changes = {"entered in error": [before, None], "medication": [drug.name, drug.name]}
    records.keep(session, viewer, patient.id, event, changes, reason, now)
    audit.record(
        session,
        viewer,
        audit.Act("take_back", "medication", "dose_event", event.id, [patient.id], {"before": before}),
    )
    return patient.id


WRONG: dict[str, tuple[Callable[[queries.Course], bool], str]] = {
    "change": (lambda c: c.is_held, "is held: resume it instead."),
    "split": (lambda c: c.is_held, "is held: resume it first."),
    "hold": (lambda c: c.is_held, "is held already."),
    "resume": (lambda c: not c.is_held, "is not held."),
}
"""What cannot be done to a running drug, and the sentence for it."""


def _running(session: Session, viewer: Viewer, drug: Medication, on: date, kind: str) -> queries.Course:
    course = queries.course(session, viewer, drug)
    if course is None or not course.is_current:
        raise TreatmentRefused(f"{drug.name.capitalize()} is not running: record a start instead.")
    if kind in WRONG and WRONG[kind][0](course):
        raise TreatmentRefused(f"{drug.name.capitalize()} {WRONG[kind][1]}")
    _refuse_before(course, on)
    return course


def _refuse_ground(session: Session, viewer: Viewer, drug: Medication, event: DoseEvent) -> None:
    """What later events rest on is not taken back before them."""
    course = queries.course(session, viewer, drug)
    events = course.events if course else ()
    rest = _possible(drug, events) - _possible(drug, [one for one in events if one is not event])
    if later := next((one for one in reversed(events) if one in rest - {event}), None):
        raise TreatmentRefused(
            f"{drug.name.capitalize()} was {DONE[later.kind]} on {spell(later.on)}, and that rests on this: "
            "take that back first."
        )


def _possible(drug: Medication, events: Sequence[DoseEvent]) -> set[DoseEvent]:
    """Of some events, the latest first, those that could be recorded after the ones before them."""
    return {one for n, one in enumerate(events, 1) if _may_follow(queries.Course(drug, events[n:]), one)}


def _may_follow(before: queries.Course, event: DoseEvent) -> bool:
    runs = bool(before.events) and before.is_current
    if not runs or event.kind == "start":
        return not runs and event.kind == "start"
    wrong = event.kind in WRONG and WRONG[event.kind][0](before)
    return not wrong and (event.kind != "split" or event.dose_mg == before.dose_mg)


def _refuse_before(course: queries.Course, on: date) -> None:
    """What happens to a drug is told in its order."""
    last = course.last.on
    if on < last:
        raise TreatmentRefused(f"The last change was on {spell(last)}: give that day or a later one.", "on")


def _add(session: Session, viewer: Viewer, drug: Medication, kind: str, dose: Dose, now: Now) -> None:
    event = DoseEvent(
        org_id=viewer.org_id, id=uuid4(), medication_id=drug.id, kind=kind, on=dose.on, dose_mg=dose.dose_mg,
        text=dose.text, reason=dose.reason, prescriber=dose.prescriber, recorded_by=viewer.account_id,
        recorded_at=now.at,
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
