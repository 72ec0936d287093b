"""Where an episode stands, what was consented to, and who may look after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.models import Account, Consent, Contact, Episode, EpisodeStatus, Membership, Patient
from registry.snapshots import Snapshot, snapshot


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """Everything that the episode's page shows."""

    patient: Patient
    episode: Episode
    snapshot: Snapshot
    statuses: Sequence[Any]
    consents: Sequence[Any]
    attempts: Sequence[Any]


def episode(session: Session, viewer: Viewer, episode_id: UUID) -> tuple[Patient, Episode]:
    """An episode that this person may run, with its patient."""
    found = scope.episode(session, viewer, episode_id, "run_episode")
    return scope.patient(session, viewer, found.patient_id, "run_episode"), found


def page(session: Session, viewer: Viewer, episode_id: UUID) -> EpisodePage:
    """The page of an episode; reading it is recorded."""
    patient, found = episode(session, viewer, episode_id)
    seen = snapshot(session, viewer.org_id, episode_id)
    assert seen is not None, "an episode in scope has a snapshot"
    audit.record(session, viewer, audit.Act("read", "episode", "episode", episode_id, [patient.id]))
    org = viewer.org_id
    statuses = (
        select(EpisodeStatus.status, EpisodeStatus.on, EpisodeStatus.reason, EpisodeStatus.note, Account.name)
        .outerjoin(Account, Account.id == EpisodeStatus.recorded_by)
        .where(EpisodeStatus.org_id == org, EpisodeStatus.episode_id == episode_id)
        .order_by(EpisodeStatus.on.desc(), EpisodeStatus.recorded_at.desc())
    )
    consents = (
        select(Consent, Account.name)
        .outerjoin(Account, Account.id == Consent.obtained_by)
        .where(Consent.org_id == org, Consent.episode_id == episode_id)
        .order_by(Consent.given_on.desc())
    )
    attempts = (
        select(Contact.on, Contact.modality, Contact.reached, Contact.note, Account.name)
        .outerjoin(Account, Account.id == Contact.author_id)
        .where(Contact.org_id == org, Contact.episode_id == episode_id, Contact.kind == "outreach_attempt",
               Contact.in_error.is_(False))
        .order_by(Contact.on.desc())
    )  # fmt: skip
    rows = (session.execute(found).all() for found in (statuses, consents, attempts))
    return EpisodePage(patient, found, seen, *rows)


def open_episode(session: Session, viewer: Viewer, patient_id: UUID) -> Episode | None:
    """The patient's episode that is not closed."""
    found = scope.episodes(viewer).where(Episode.patient_id == patient_id, Episode.closed_on.is_(None))
    return session.scalar(found)


def team(session: Session, viewer: Viewer, clinic_id: UUID, role: str) -> list[tuple[UUID, str]]:
    """(id, name) of the active people with a role in a clinic, by name."""
    joined = and_(Membership.account_id == Account.id, Membership.org_id == Account.org_id)
    rows = (
        select(Account.id, Account.name)
        .join(Membership, joined)
        .where(Membership.org_id == viewer.org_id, Membership.clinic_id == clinic_id, Membership.role == role)
        .where(Account.active)
        .order_by(Account.name)
    )
    return [(row.id, row.name) for row in session.execute(rows)]
