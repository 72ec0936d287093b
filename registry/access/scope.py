"""Which rows a person may see: every query on patient data starts here."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from registry.access.policies import clinics, panel_clinics
from registry.access.viewer import Viewer
from registry.models import Clinic, Episode, Patient, Provider


class NotVisible(LookupError):
    """A row that does not exist for this person; another clinic's patient is no different from none."""


def visible(viewer: Viewer, action: str = "see_chart") -> ColumnElement[bool]:
    """The condition on `patient` that keeps this person inside their clinics, or inside their own panel."""
    whole = Patient.clinic_id.in_(clinics(viewer, action))
    panel = panel_clinics(viewer, action)
    if not panel:
        return and_(Patient.org_id == viewer.org_id, whole)
    shared = and_(Patient.clinic_id.in_(panel), or_(_is_pcp(viewer), _treats(viewer)))
    return and_(Patient.org_id == viewer.org_id, or_(whole, shared))


def _is_pcp(viewer: Viewer) -> ColumnElement[bool]:
    """Aliased, so that a query which joins the PCP too does not swallow the sub-query's table."""
    mine = aliased(Provider)
    shared = exists().where(
        mine.org_id == viewer.org_id, mine.id == Patient.pcp_id, mine.account_id == viewer.account_id
    )
    return shared.correlate(Patient)


def _treats(viewer: Viewer) -> ColumnElement[bool]:
    mine = aliased(Episode)
    shared = exists().where(
        mine.org_id == viewer.org_id, mine.patient_id == Patient.id, mine.therapist_id == viewer.account_id
    )
    return shared.correlate(Patient)


def patients(viewer: Viewer, action: str = "see_chart") -> Select[Patient]:
    """Every patient whom this person may see for the action."""
    return select(Patient).where(visible(viewer, action))


def episodes(viewer: Viewer, action: str = "see_chart") -> Select[Episode]:
    """Every episode of those patients."""
    joined = and_(Patient.org_id == Episode.org_id, Patient.id == Episode.patient_id)
    return select(Episode).join(Patient, joined).where(visible(viewer, action))


def patient(session: Session, viewer: Viewer, patient_id: UUID, action: str = "see_chart") -> Patient:
    """The patient, or `NotVisible`."""
    found = session.scalar(patients(viewer, action).where(Patient.id == patient_id))
    if found is None:
        raise NotVisible("patient")
    return found


def episode(session: Session, viewer: Viewer, episode_id: UUID, action: str = "see_chart") -> Episode:
    """The episode, or `NotVisible`."""
    found = session.scalar(episodes(viewer, action).where(Episode.id == episode_id))
    if found is None:
        raise NotVisible("episode")
    return found


def current_episode(
    session: Session, viewer: Viewer, patient_id: UUID, action: str = "see_chart"
) -> Episode | None:
    """The patient's open episode, else the last one, else nothing."""
    found = episodes(viewer, action).where(Episode.patient_id == patient_id)
    return session.scalar(found.order_by(Episode.closed_on.is_not(None), Episode.referred_on.desc()).limit(1))


def visible_clinics(session: Session, viewer: Viewer, action: str = "see_chart") -> list[Clinic]:
    """The clinics in which this person may do the action, by name."""
    ids = clinics(viewer, action) | panel_clinics(viewer, action)
    found = select(Clinic).where(Clinic.org_id == viewer.org_id, Clinic.id.in_(ids)).order_by(Clinic.name)
    return list(session.scalars(found))


def clinic(session: Session, viewer: Viewer, clinic_id: UUID, action: str = "see_chart") -> Clinic:
    """The clinic, or `NotVisible`."""
    for found in visible_clinics(session, viewer, action):
        if found.id == clinic_id:
            return found
    raise NotVisible("clinic")


def open_on(day: date) -> ColumnElement[bool]:
    """Episodes that were open on a day."""
    return and_(Episode.referred_on <= day, or_(Episode.closed_on.is_(None), Episode.closed_on > day))
