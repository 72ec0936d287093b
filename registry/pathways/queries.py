"""What the pathway pages read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.clinical.care import Care
from registry.clinical.facts import Contact
from registry.clinical.findings import Finding
from registry.clinical.part_2_consent import standing_consents as consents_in
from registry.clinical.pathways import BIRTH, REVOKED
from registry.clinical.views import standing
from registry.models import Account, Clinic, Correction, Pathway, PathwayEvent, Patient, Provider
from registry.snapshots import snapshot
from registry.snapshots.care import steering_of

RECORD = "record_pathway"
ENTRIES: dict[str, type[Pathway] | type[PathwayEvent]] = {"pathway": Pathway, "event": PathwayEvent}


@dataclass(frozen=True, slots=True)
class PathwayPage:
    """Everything that the pathway page of a patient shows."""

    patient: Patient
    care: Care
    findings: Sequence[Finding]
    contacts: Sequence[Contact]
    """Of the present episode."""
    pathways: Sequence[Pathway]
    events: Sequence[PathwayEvent]
    ends: Mapping[UUID, str]
    """Why those ended that did."""


def page(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> PathwayPage:
    """The pathways of a patient; reading them is recorded."""
    patient = scope.patient(session, viewer, patient_id)
    note_read(session, viewer, patient_id)
    care = steering_of(session, viewer.org_id, patient_id).care.sorted()
    findings, contacts = _present(session, viewer, patient_id, today)
    return PathwayPage(
        patient=patient,
        care=care,
        findings=findings,
        contacts=contacts,
        pathways=_rows(session, viewer, patient_id, Pathway, Pathway.started_on),
        events=_rows(session, viewer, patient_id, PathwayEvent, PathwayEvent.on),
        ends=_ends(session, viewer, patient_id),
    )


def _present(
    session: Session, viewer: Viewer, patient_id: UUID, today: date
) -> tuple[list[Finding], Sequence[Contact]]:
    """What the rules of the pathways find in the present episode, and its contacts."""
    episode = scope.current_episode(session, viewer, patient_id)
    seen = snapshot(session, viewer.org_id, episode.id) if episode else None
    if seen is None:
        return [], ()
    found = standing(seen.facts, seen.protocol(today), today).findings
    return [f for f in found if f.code.startswith("PW")], seen.facts.contacts


def _ends(session: Session, viewer: Viewer, patient_id: UUID) -> dict[UUID, str]:
    """What was said of each end that stands, and of its correction."""
    mine = Correction.org_id == viewer.org_id, Correction.patient_id == patient_id
    theirs = select(Correction).where(*mine, Correction.subject == Pathway.__tablename__)
    found: dict[UUID, list[str]] = {}
    for one in session.scalars(theirs.order_by(Correction.corrected_at)):
        before, after = one.changes.get("ended_on", (None, None))
        if after:
            found[one.subject_id] = [*(found.get(one.subject_id, []) if before else []), one.reason]
    return {pathway_id: "; ".join(reasons) for pathway_id, reasons in found.items()}


def _rows(session: Session, viewer: Viewer, patient_id: UUID, table: Any, on: Any) -> Sequence[Any]:
    """The rows of a table that stand, the latest first."""
    mine = table.org_id == viewer.org_id, table.patient_id == patient_id, table.in_error.is_(False)
    return session.scalars(select(table).where(*mine).order_by(on.desc(), table.recorded_at.desc())).all()


def patient(session: Session, viewer: Viewer, patient_id: UUID) -> Patient:
    """The patient for whom a pathway is recorded."""
    return scope.patient(session, viewer, patient_id, RECORD)


def entry(session: Session, viewer: Viewer, what: str, entry_id: UUID) -> tuple[Patient, Any]:
    """One row that stands, of a visible patient, or `NotVisible`."""
    table = ENTRIES.get(what)
    found: Any = session.get(table, (viewer.org_id, entry_id)) if table else None
    if found is None or found.in_error:
        raise NotVisible(what)
    return patient(session, viewer, found.patient_id), found


def open_kinds(session: Session, viewer: Viewer, patient_id: UUID) -> set[str]:
    """The kinds of pathway on which a patient is."""
    rows = _rows(session, viewer, patient_id, Pathway, Pathway.started_on)
    return {row.kind for row in rows if row.ended_on is None}


def standing_consents(session: Session, viewer: Viewer, path: Pathway) -> set[UUID]:
    """The consents for a pathway's records that stand."""
    care = steering_of(session, viewer.org_id, path.patient_id).care.sorted()
    found = next(fact for fact in care.pathways if fact.id == path.id)
    return {event.id for event in consents_in(care, found)}  # type: ignore[misc]


def revoked_on(session: Session, viewer: Viewer, path: Pathway, recipient: str) -> date | None:
    """The last day on which the consent for a recipient was revoked."""
    mine = select(func.max(PathwayEvent.on)).where(
        PathwayEvent.org_id == viewer.org_id, PathwayEvent.pathway_id == path.id, PathwayEvent.kind == REVOKED,
        PathwayEvent.value == recipient, PathwayEvent.in_error.is_(False),
    )  # fmt: skip
    return session.scalar(mine)


def births(session: Session, viewer: Viewer, pathway_id: UUID) -> Sequence[date]:
    """The days of the births on a pathway."""
    mine = select(PathwayEvent.on).where(
        PathwayEvent.org_id == viewer.org_id, PathwayEvent.pathway_id == pathway_id, PathwayEvent.kind == BIRTH,
        PathwayEvent.in_error.is_(False),
    )  # fmt: skip
    return session.scalars(mine).all()


def likely_recipients(session: Session, viewer: Viewer, patient_id: UUID) -> list[str]:
    """By name: the patient's PCP, the consultant of the present episode, and the clinic."""
    person = scope.patient(session, viewer, patient_id, RECORD)
    episode = scope.current_episode(session, viewer, patient_id)
    names = [
        session.scalar(select(Provider.name).where(Provider.org_id == viewer.org_id, Provider.id == person.pcp_id)),
        episode
        and session.scalar(select(Account.name).where(Account.id == episode.consultant_id)),
        session.scalar(select(Clinic.name).where(Clinic.org_id == viewer.org_id, Clinic.id == person.clinic_id)),
    ]  # fmt: skip
    return list(dict.fromkeys(name for name in names if name))


def note_read(session: Session, viewer: Viewer, patient_id: UUID) -> None:
    """Something of a patient's pathways was shown."""
    audit.record(session, viewer, audit.Act("read", "pathway", "patient", patient_id, [patient_id]))
