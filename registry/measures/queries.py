"""What the pages about scores read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.clinical.facts import EpisodeFacts, FactId, Score
from registry.clinical.instruments import Instrument
from registry.clinical.protocol import Protocol
from registry.clinical.risk import open_item9
from registry.models import Account, Correction, InstrumentLicence, Measure, Patient
from registry.snapshots import snapshot, without_episode
from registry.snapshots.protocols import protocol_for

ACTION = "record_contact"


def patient(session: Session, viewer: Viewer, patient_id: UUID, action: str = ACTION) -> Patient:
    """The patient, or `NotVisible`."""
    return scope.patient(session, viewer, patient_id, action)


def scores(session: Session, viewer: Viewer, patient_id: UUID) -> list[tuple[Measure, str]]:
    """Every score of a patient with who entered it, the last first; those in error too."""
    found = (
        select(Measure, Account.name)
        .outerjoin(Account, Account.id == Measure.recorded_by)
        .where(Measure.org_id == viewer.org_id, Measure.patient_id == patient_id)
        .order_by(Measure.taken_on.desc(), Measure.instrument, Measure.id)
    )
    return [(row[0], row[1] or "") for row in session.execute(found)]


@dataclass(frozen=True, slots=True)
class Standing:
    """The patient as the safety rules see them."""

    facts: EpisodeFacts
    protocol: Protocol

    @property
    def open_ids(self) -> frozenset[FactId]:
        """The scores with a positive safety item or question that nobody has assessed."""
        return frozenset(score.id for score in open_item9(self.facts, self.protocol))


def standing(
    session: Session, viewer: Viewer, patient: Patient, today: date, action: str = ACTION
) -> Standing:
    """The facts of the open episode, else of the last one, else what is known without one."""
    episode = scope.current_episode(session, viewer, patient.id, action)
    seen = snapshot(session, viewer.org_id, episode.id) if episode else None
    facts = seen.facts if seen else without_episode(session, patient)
    return Standing(facts.as_of(today), protocol_for(session, viewer.org_id, patient.clinic_id, today))


def facts(measure: Measure) -> Score:
    """A score as the rules read it; parts beside a bare total are no answered form."""
    by_item = measure.items is not None and measure.answered is not None
    return Score(
        measure.id, measure.instrument, measure.taken_on, measure.total, measure.answered,
        tuple(measure.items or ()) if by_item else None, measure.item9, measure.source, measure.prorated,
        measure.reviewed_on, measure.mode, tuple(measure.extras.items()),
    )  # fmt: skip


def by_item(session: Session, viewer: Viewer, kind: Instrument, today: date) -> bool:
    """Whether the answers of an instrument may be entered: its wording is free, or a licence holds today."""
    if not kind.needs_licence:
        return True
    held = select(InstrumentLicence.id).where(
        InstrumentLicence.org_id == viewer.org_id,
        InstrumentLicence.instrument == kind.name,
        InstrumentLicence.withdrawn_at.is_(None),
        InstrumentLicence.granted_on <= today,
        or_(InstrumentLicence.ends_on.is_(None), InstrumentLicence.ends_on >= today),
    )
    return session.scalar(held.limit(1)) is not None


def measure(
    session: Session, viewer: Viewer, measure_id: UUID, *, lock: bool = False
) -> tuple[Measure, Patient]:
    """The score and its patient, or `NotVisible`; `lock` keeps others from changing it until the commit."""
    joined = and_(Patient.org_id == Measure.org_id, Patient.id == Measure.patient_id)
    found = (
        select(Measure, Patient)
        .join(Patient, joined)
        .where(scope.visible(viewer, ACTION), Measure.id == measure_id)
    )
    row = session.execute(found.with_for_update(of=Measure) if lock else found).one_or_none()
    if row is None:
        raise scope.NotVisible("measure")
    return row.Measure, row.Patient


def entered_by(session: Session, measure: Measure) -> str:
    """Who entered a score; nobody where it was imported."""
    return session.scalar(select(Account.name).where(Account.id == measure.recorded_by)) or ""


def corrections(
    session: Session, viewer: Viewer, patient_id: UUID
) -> dict[UUID, list[tuple[Correction, str]]]:
    """The corrections of a patient's scores by score, the last first."""
    found = (
        select(Correction, Account.name)
        .outerjoin(Account, Account.id == Correction.corrected_by)
        .where(
            Correction.org_id == viewer.org_id,
            Correction.patient_id == patient_id,
            Correction.subject == "measure",
        )
        .order_by(Correction.corrected_at.desc())
    )
    by_score: dict[UUID, list[tuple[Correction, str]]] = {}
    for row in session.execute(found):
        by_score.setdefault(row[0].subject_id, []).append((row[0], row[1] or "somebody"))
    return by_score


def note_read(
    session: Session, viewer: Viewer, patient_id: UUID, what: str, subject_id: UUID | str = ""
) -> None:
    """Leave the trace of a page that showed the patient."""
    audit.record(session, viewer, audit.Act(what, "scores", "measure", subject_id, patients=[patient_id]))
