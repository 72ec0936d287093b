"""The advice of a PCP's panel or of a clinic, and who has seen what of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.advice import SignedNote, advised, notes, one, unanswered
from registry.models import (
    Account,
    Acknowledgement,
    Clinic,
    Episode,
    Patient,
    Recommendation,
    Review,
)
from registry.snapshots.among import among

OWN, TEAM = "see_inbox", "see_team_inbox"
Seen = tuple[str, UUID]
"""What somebody acknowledges: the kind of news, and the row that it is about."""


@dataclass(frozen=True, slots=True)
class Told:
    """Signed notes with who has acknowledged what of them."""

    notes: Sequence[SignedNote]
    mine: frozenset[Seen]
    """Of the viewer."""
    names: Mapping[Seen, Sequence[str]]
    """Of everybody."""


def told(session: Session, viewer: Viewer, action: str) -> Told:
    """Every signed note of an open episode that this person may see for the action; reading them is recorded."""
    chosen = advised(viewer, action).where(Episode.closed_on.is_(None))
    found = notes(session, viewer, chosen)
    _record_read(session, viewer, "inbox", {note.subject.patient_id for note in found})
    return _with_acknowledgements(session, viewer, found)


def history(session: Session, viewer: Viewer, patient_id: UUID) -> tuple[Patient, Told]:
    """Every signed note on one visible patient, of all episodes; reading them is recorded."""
    patient = scope.patient(session, viewer, patient_id, TEAM)
    found = notes(session, viewer, advised(viewer, TEAM).where(Episode.patient_id == patient_id))
    _record_read(session, viewer, "advice history", [patient_id])
    return patient, _with_acknowledgements(session, viewer, found)


def own(session: Session, viewer: Viewer, recommendation_id: UUID) -> None:
    """Refuse a recommendation that is not on a patient of this person's panel."""
    one(session, viewer, recommendation_id, OWN)


def _record_read(session: Session, viewer: Viewer, subject: str, patients: Iterable[UUID]) -> None:
    audit.record(session, viewer, audit.Act("read", "review", subject, patients=list(patients)))


def _with_acknowledgements(session: Session, viewer: Viewer, found: Sequence[SignedNote]) -> Told:
    rows = session.execute(
        select(Acknowledgement.subject, Acknowledgement.subject_id, Acknowledgement.account_id, Account.name)
        .join(Account, Account.id == Acknowledgement.account_id)
        .where(Acknowledgement.org_id == viewer.org_id, among(Acknowledgement.subject_id, "subjects"))
        .order_by(Acknowledgement.at),
        {"subjects": [*_subjects(found)]},
    ).all()
    names: dict[Seen, list[str]] = defaultdict(list)
    for row in rows:
        names[row.subject, row.subject_id].append(row.name)
    mine = frozenset((row.subject, row.subject_id) for row in rows if row.account_id == viewer.account_id)
    return Told(found, mine, names)


def _subjects(found: Sequence[SignedNote]) -> Iterable[UUID]:
    for note in found:
        yield note.review.id
        yield from (one.row.id for one in note.advice)


def waiting(session: Session, viewer: Viewer, today: date) -> int:
    """How many recommendations of this person's panel wait for an answer: one statement, because every page asks."""
    mine = scope.episodes(viewer, OWN).where(Episode.closed_on.is_(None)).with_only_columns(Episode.id)
    found = (
        select(func.count())
        .select_from(Recommendation)
        .join(Review, and_(Review.org_id == Recommendation.org_id, Review.id == Recommendation.review_id))
        .where(Review.org_id == viewer.org_id, Review.episode_id.in_(mine), unanswered(today))
    )
    return session.scalar(found) or 0


def clinics(session: Session, viewer: Viewer) -> list[Clinic]:
    """The clinics for which this person prints."""
    return scope.visible_clinics(session, viewer, "print_chart")
