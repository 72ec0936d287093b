"""Accounts of the organisation, and its audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from registry.access.scope import NotVisible
from registry.access.viewer import System, Viewer
from registry.models import (
    Account,
    AuditEvent,
    AuditPatient,
    Clinic,
    InstrumentLicence,
    Membership,
    Organisation,
    Patient,
)

PAGE = 100


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What an auditor looks for: days (both included), a person, an act, a patient's MRN."""

    since: date | None = None
    until: date | None = None
    account_id: UUID | None = None
    action: str = ""
    mrn: str = ""
    page: int = 1


def organisation(session: Session) -> Organisation:
    """The one organisation of this database; a second one needs PostgreSQL and its own connection."""
    return session.scalars(select(Organisation).order_by(Organisation.name)).first() or _missing()


def _missing() -> Organisation:
    raise NotVisible("There is no organization yet: run 'flask demo load', or 'flask organisation create'.")


def clinics(session: Session, who: Viewer | System) -> list[Clinic]:
    """Every clinic of the organisation, by name."""
    return list(session.scalars(select(Clinic).where(Clinic.org_id == who.org_id).order_by(Clinic.name)))


def disclaimer(session: Session, viewer: Viewer) -> str:
    """The organisation's own text under the consultant's advice."""
    return session.scalar(select(Organisation.disclaimer).where(Organisation.id == viewer.org_id)) or ""


def accounts(session: Session, viewer: Viewer) -> list[Account]:
    """Everybody who signs in, by name."""
    return list(
        session.scalars(select(Account).where(Account.org_id == viewer.org_id).order_by(Account.name))
    )


def account(session: Session, viewer: Viewer, account_id: UUID) -> Account:
    """One account of the viewer's organisation, or `NotVisible`."""
    found = session.scalar(select(Account).where(Account.org_id == viewer.org_id, Account.id == account_id))
    if found is None:
        raise NotVisible("account")
    return found


def memberships(session: Session, viewer: Viewer) -> dict[UUID, list[tuple[Membership, Clinic]]]:
    """Roles and clinics of each account."""
    joined = and_(Clinic.org_id == Membership.org_id, Clinic.id == Membership.clinic_id)
    rows = select(Membership, Clinic).join(Clinic, joined).where(Membership.org_id == viewer.org_id)
    found: dict[UUID, list[tuple[Membership, Clinic]]] = {}
    for membership, clinic in session.execute(rows.order_by(Clinic.name, Membership.role)):
        found.setdefault(membership.account_id, []).append((membership, clinic))
    return found


def licences(session: Session, viewer: Viewer) -> list[tuple[InstrumentLicence, str]]:
    """Every licence with who recorded it, the latest first; withdrawn ones too."""
    rows = (
        select(InstrumentLicence, Account.name)
        .outerjoin(Account, Account.id == InstrumentLicence.recorded_by)
        .where(InstrumentLicence.org_id == viewer.org_id)
        .order_by(InstrumentLicence.recorded_at.desc(), InstrumentLicence.id)
    )
    return [(row[0], row[1] or "") for row in session.execute(rows)]


def licence(session: Session, viewer: Viewer, licence_id: UUID) -> InstrumentLicence:
    """One licence of the organisation that stands, or `NotVisible`."""
    found = session.get(InstrumentLicence, (viewer.org_id, licence_id))
    if found is None or found.withdrawn_at is not None:
        raise NotVisible("licence")
    return found


def audit_events(session: Session, viewer: Viewer, wanted: AuditFilter, zone: str) -> Sequence[Any]:
    """One page of events with the person's name, the latest first."""
    rows = (
        select(AuditEvent, Account.name)
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .where(*_conditions(viewer, wanted, zone))
    )
    ordered = rows.order_by(AuditEvent.seq.desc()).limit(PAGE).offset((wanted.page - 1) * PAGE)
    return session.execute(ordered).all()


def audit_count(session: Session, viewer: Viewer, wanted: AuditFilter, zone: str) -> int:
    """How many events match."""
    found = session.scalar(
        select(func.count()).select_from(AuditEvent).where(*_conditions(viewer, wanted, zone))
    )
    return found or 0


def audit_actions(session: Session, viewer: Viewer) -> list[str]:
    """The acts that occur in this trail."""
    found = select(AuditEvent.action).where(AuditEvent.org_id == viewer.org_id).distinct()
    return list(session.scalars(found.order_by(AuditEvent.action)))


def _conditions(viewer: Viewer, wanted: AuditFilter, zone: str) -> list[ColumnElement[bool]]:
    conditions = [AuditEvent.org_id == viewer.org_id]
    if wanted.since:
        conditions.append(AuditEvent.at >= _midnight(wanted.since, zone))
    if wanted.until:
        conditions.append(AuditEvent.at < _midnight(wanted.until + timedelta(days=1), zone))
    if wanted.account_id:
        conditions.append(AuditEvent.account_id == wanted.account_id)
    if wanted.action:
        conditions.append(AuditEvent.action == wanted.action)
    if wanted.mrn:
        same = and_(Patient.org_id == AuditPatient.org_id, Patient.id == AuditPatient.patient_id)
        shown = select(AuditPatient.seq).join(Patient, same)
        shown = shown.where(AuditPatient.org_id == viewer.org_id, Patient.mrn == wanted.mrn)
        conditions.append(AuditEvent.seq.in_(shown))
    return conditions


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
