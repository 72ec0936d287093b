"""What the pages about a contact read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.clinical.picture import Picture, picture
from registry.models import (
    Account,
    Contact,
    Correction,
    Draft,
    Episode,
    Measure,
    NextAction,
    Patient,
    RiskAssessment,
)
from registry.snapshots import Snapshot, snapshot

ACTION = "record_contact"
DRAFT = "contact"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known when a contact is recorded."""

    patient: Patient
    episode: Episode | None
    """The open episode, else the last one."""
    referred_on: date | None
    """Of the first episode: no contact lies before it."""
    seen: Snapshot | None
    draft: Draft | None


def ground(session: Session, viewer: Viewer, patient_id: UUID) -> Ground:
    """The patient whom this person may record a contact for, with the episode, its facts and the own draft."""
    patient = scope.patient(session, viewer, patient_id, ACTION)
    episode = scope.current_episode(session, viewer, patient_id, ACTION)
    if episode is None:
        return Ground(patient, None, None, None, None)
    seen = snapshot(session, viewer.org_id, episode.id)
    referred_on = first_referral(session, viewer, patient_id)
    return Ground(patient, episode, referred_on, seen, draft(session, viewer, patient_id))


def draft(session: Session, viewer: Viewer, patient_id: UUID) -> Draft | None:
    """What this person has begun to write about the patient."""
    mine = select(Draft).where(Draft.org_id == viewer.org_id, Draft.author_id == viewer.account_id)
    return session.scalar(mine.where(Draft.form == DRAFT, Draft.subject_id == patient_id))


def view(seen: Snapshot, today: date) -> Picture:
    """The episode as the rules see it today."""
    return picture(seen.facts, seen.protocol(today), today)


def contact(
    session: Session, viewer: Viewer, contact_id: UUID, *, lock: bool = False
) -> tuple[Contact, Patient]:
    """The contact and its patient, or `NotVisible`; `lock` keeps others from changing it until the commit."""
    joined = and_(Patient.org_id == Contact.org_id, Patient.id == Contact.patient_id)
    found = (
        select(Contact, Patient)
        .join(Patient, joined)
        .where(scope.visible(viewer, ACTION), Contact.id == contact_id)
    )
    row = session.execute(found.with_for_update(of=Contact) if lock else found).one_or_none()
    if row is None:
        raise scope.NotVisible("contact")
    return row.Contact, row.Patient


def scores_of(session: Session, viewer: Viewer, contact_id: UUID) -> list[Measure]:
    """The scores that were taken in a contact and stand."""
    found = select(Measure).where(Measure.org_id == viewer.org_id, Measure.contact_id == contact_id)
    return list(session.scalars(found.where(Measure.in_error.is_(False)).order_by(Measure.instrument)))


def assessments_of(session: Session, viewer: Viewer, contact_id: UUID) -> list[RiskAssessment]:
    """The risk assessments that were made in a contact and stand."""
    found = select(RiskAssessment).where(RiskAssessment.org_id == viewer.org_id)
    mine = found.where(RiskAssessment.contact_id == contact_id, RiskAssessment.in_error.is_(False))
    return list(session.scalars(mine))


def corrections(session: Session, viewer: Viewer, subject_id: UUID) -> list[tuple[Correction, str]]:
    """What was corrected in a row and by whom, the last first."""
    found = (
        select(Correction, Account.name)
        .outerjoin(Account, Account.id == Correction.corrected_by)
        .where(Correction.org_id == viewer.org_id, Correction.subject_id == subject_id)
        .order_by(Correction.corrected_at.desc())
    )
    return [(row[0], row[1] or "somebody") for row in session.execute(found)]


def author(session: Session, account_id: UUID | None) -> str:
    """The name behind an account."""
    return (
        session.scalar(select(Account.name).where(Account.id == account_id)) if account_id else None
    ) or "import"


def next_action_by(session: Session, viewer: Viewer, episode_id: UUID) -> str:
    """Who set the next action last."""
    found = select(NextAction.changed_by).where(NextAction.org_id == viewer.org_id)
    return author(session, session.scalar(found.where(NextAction.episode_id == episode_id)))


def first_referral(session: Session, viewer: Viewer, patient_id: UUID) -> date | None:
    """The day of the first referral: no contact lies before it."""
    found = select(Episode.referred_on).where(
        Episode.org_id == viewer.org_id, Episode.patient_id == patient_id
    )
    return session.scalar(found.order_by(Episode.referred_on).limit(1))


def note_read(
    session: Session, viewer: Viewer, patient_id: UUID, what: str, subject_id: UUID | str = ""
) -> None:
    """Leave the trace of a page that showed the patient."""
    audit.record(session, viewer, audit.Act(what, "chart", "contact", subject_id, patients=[patient_id]))
