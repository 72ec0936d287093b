"""What is read for paper, and which paper a person may see."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, undefer

from registry import audit
from registry.access import scope
from registry.access.viewer import System, Viewer
from registry.advice import advised, given
from registry.clinical.agenda import order, rank_in
from registry.clinical.outcome import ANSWER, DELIVER
from registry.clinical.views import is_active, standing
from registry.models import Account, Clinic, Document, Episode, Patient
from registry.papers.cases import Case, case
from registry.snapshots import Snapshot, snapshots

PACKET, PAGES = "packet", "pages"
"""What is made in the background: a review packet, or the PCPs' pages of a clinic day."""
KINDS = (PACKET, PAGES)
WAITS = (DELIVER, ANSWER)


def clinic(session: Session, who: Viewer | System, clinic_id: UUID) -> Clinic:
    """A clinic whose charts this person may print; a command may print any of its organisation."""
    if isinstance(who, Viewer):
        return scope.clinic(session, who, clinic_id, "print_chart")
    found = session.get(Clinic, (who.org_id, clinic_id))
    if found is None:
        raise scope.NotVisible("clinic")
    return found


def agenda(session: Session, who: Viewer | System, clinic_id: UUID, on: date, today: date) -> list[Snapshot]:
    """The patients on a clinic's agenda for a review day, in its order."""
    chosen = select(Episode.id).where(
        Episode.org_id == who.org_id, Episode.clinic_id == clinic_id, Episode.closed_on.is_(None)
    )
    seen = {one.subject.episode_id: one for one in snapshots(session, who.org_id, chosen)}
    standings = (standing(one.facts, one.protocol(today), today) for one in seen.values())
    ranked = (rank_in(one.picture, one.findings, on) for one in standings if is_active(one))
    return [seen[score.episode_id] for score in order(ranked) if score.on_agenda]  # type: ignore[index]


def visible_episodes(session: Session, viewer: Viewer, episode_ids: Iterable[UUID]) -> list[UUID]:
    """Those of the episodes that this person may print, in the order in which they came."""
    wanted = list(dict.fromkeys(episode_ids))
    found = scope.episodes(viewer, "print_chart").where(Episode.id.in_(wanted)).with_only_columns(Episode.id)
    seen = set(session.scalars(found))
    if len(seen) != len(wanted):
        raise scope.NotVisible("episode")
    return wanted


def clinic_of(session: Session, viewer: Viewer, episode_ids: list[UUID]) -> UUID:
    """The clinic of the first chosen episode; of none, the first clinic of this person."""
    if episode_ids:
        return scope.episode(session, viewer, episode_ids[0], "print_chart").clinic_id
    clinics = scope.visible_clinics(session, viewer, "print_chart")
    if not clinics:
        raise scope.NotVisible("clinic")
    return clinics[0].id


def patient_case(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> Case:
    """The present episode of a visible patient, for the summary."""
    scope.patient(session, viewer, patient_id, "print_chart")
    episode = scope.current_episode(session, viewer, patient_id, "print_chart")
    if episode is None:
        raise scope.NotVisible("episode")
    return case(session, viewer.org_id, episode.id, today, today)


def episode_of_mrn(session: Session, who: System, mrn: str) -> UUID | None:
    """The open, else the last, episode of the patient with an MRN; for a command."""
    found = (
        select(Episode.id)
        .join(Patient, and_(Patient.org_id == Episode.org_id, Patient.id == Episode.patient_id))
        .where(Episode.org_id == who.org_id, Patient.mrn == mrn)
        .order_by(Episode.closed_on.is_not(None), Episode.referred_on.desc())
    )
    return session.scalars(found).first()


def waiting_episodes(session: Session, viewer: Viewer, clinic_id: UUID, today: date) -> list[UUID]:
    """The episodes of a clinic with advice that waits for the PCP, by the patients' names."""
    chosen = advised(viewer, "print_chart").where(Episode.clinic_id == clinic_id, Episode.closed_on.is_(None))
    found = given(session, viewer, chosen)
    waiting = {
        one.subject.episode_id: one.subject.name for one in found if one.standing(today).stage in WAITS
    }
    return sorted(waiting, key=lambda episode_id: waiting[episode_id])


def episodes_of_mrns(
    session: Session, viewer: Viewer, clinic_id: UUID, mrns: Sequence[str]
) -> tuple[list[UUID], list[str]]:
    """The last episode of each MRN of a clinic, in the order in which they came; and the MRNs that have none."""
    rows = session.execute(
        scope.episodes(viewer, "print_chart")
        .with_only_columns(Patient.mrn, Episode.id)
        .where(Patient.clinic_id == clinic_id, Patient.mrn.in_(mrns))
        .order_by(Episode.referred_on)
    ).all()
    last = {row.mrn: row.id for row in rows}
    return [last[mrn] for mrn in mrns if mrn in last], [mrn for mrn in mrns if mrn not in last]


def document(session: Session, viewer: Viewer, document_id: UUID) -> Document:
    """A document of a clinic that this person may print for, with its content; or `NotVisible`."""
    found = session.get(Document, (viewer.org_id, document_id), options=[undefer(Document.content)])
    if found is None:
        raise scope.NotVisible("document")
    clinic(session, viewer, found.clinic_id)
    _all_visible(session, viewer, found)
    return found


def _all_visible(session: Session, viewer: Viewer, found: Document) -> None:
    """Somebody who sees only a panel may not read a packet with others' patients in it."""
    visible_episodes(session, viewer, (UUID(one) for one in found.episode_ids))


def documents(session: Session, viewer: Viewer) -> list[tuple[Document, str, str | None]]:
    """The latest packets of this person's clinics, with clinic and who asked."""
    clinics = {one.id: one.name for one in scope.visible_clinics(session, viewer, "print_chart")}
    rows = (
        select(Document, Account.name)
        .outerjoin(Account, Account.id == Document.requested_by)
        .where(Document.org_id == viewer.org_id, Document.clinic_id.in_(clinics), Document.kind.in_(KINDS))
        .order_by(Document.requested_at.desc())
        .limit(30)
    )
    return [(row, clinics[row.clinic_id], name) for row, name in session.execute(rows)]


def record_read(
    session: Session, who: Viewer | System, action: str, patients: Iterable[UUID], **detail: Any
) -> None:
    """What was printed or shown, with its checksum."""
    audit.record(
        session, who, audit.Act(action, "printed chart", "document", patients=list(patients), detail=detail)
    )


def patients_of(session: Session, org_id: UUID, found: Document) -> list[UUID]:
    """Whose pages a packet holds."""
    ids = [UUID(one) for one in found.episode_ids]
    rows = select(Episode.patient_id).where(Episode.org_id == org_id, Episode.id.in_(ids))
    return list(session.scalars(rows))
