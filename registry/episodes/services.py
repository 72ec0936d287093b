"""What moves an episode: refer, start outreach, record consent, enrol, step down or up, close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit
from registry.access import policies, scope
from registry.access.viewer import Viewer
from registry.clinical.episode_moves import refuse_or_none
from registry.clinical.facts import EpisodeFacts
from registry.clinical.interventions import FIRST_OUTREACH
from registry.clinical.primary import refusal
from registry.episodes import queries
from registry.models import Consent, Episode, EpisodeStatus, NextAction, Patient
from registry.models.base import expect_version
from registry.snapshots import snapshot
from registry.snapshots.protocols import protocol_for


class MoveRefused(ValueError):
    """A move that the table of moves, or a fact, forbids; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move of an episode: the day it happened, and for a close its coded reason."""

    to: str
    on: date
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is fixed at enrolment; `on` is the day of the initial assessment."""

    on: date
    primary_condition: str
    icd10: str
    primary_scale: str
    target: str
    psychosocial: str
    care_manager_id: UUID
    consultant_id: UUID | None
    therapist_id: UUID | None


@dataclass(frozen=True, slots=True)
class Permission:
    """A consent as it was given."""

    given_on: date
    given_by: str
    how: str
    script_version: str
    cost_share_told: bool
    consult_permitted: bool


def refer_patient(
    session: Session, viewer: Viewer, patient_id: UUID, on: date, reason: str, care_manager_id: UUID | None,
    now: datetime,
) -> Episode:  # fmt: skip
    """Begin an episode with its referral; a patient has one open episode at a time."""
    patient = scope.patient(session, viewer, patient_id, "run_episode")
    if queries.open_episode(session, viewer, patient_id):
        raise MoveRefused("This patient has an open episode already.")
    if patient.deceased_on:
        raise MoveRefused("This patient's death is recorded.")
    _member(session, viewer, patient.clinic_id, policies.CARE_MANAGER, care_manager_id)
    episode = Episode(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, clinic_id=patient.clinic_id, referred_on=on,
        referral_reason=reason, care_manager_id=care_manager_id, opened_at=now,
    )  # fmt: skip
    session.add(episode)
    session.flush()
    _add_status(session, viewer, episode, Step("referred", on), now)
    session.add(
        NextAction(
            org_id=viewer.org_id, episode_id=episode.id, action=FIRST_OUTREACH, due_on=_after(on, 2),
            owner_id=care_manager_id, changed_at=now, changed_by=viewer.account_id,
        )
    )  # fmt: skip
    _record(session, viewer, episode, "refer", {"on": on})
    return episode


def move_episode(session: Session, viewer: Viewer, episode_id: UUID, step: Step, now: datetime) -> Episode:
    """Start outreach, step down to relapse prevention, or back up; other moves have a form of their own."""
    _, episode = queries.episode(session, viewer, episode_id)
    _check(session, viewer, episode, step)
    _add_status(session, viewer, episode, step, now)
    _record(session, viewer, episode, "move_episode", {"to": step.to, "on": step.on})
    return episode


def record_consent(
    session: Session, viewer: Viewer, episode_id: UUID, given: Permission, now: datetime
) -> Episode:
    """Record a consent; before enrolment it moves the episode, later it adds a row."""
    _, episode = queries.episode(session, viewer, episode_id)
    if given.given_on < episode.referred_on:
        raise MoveRefused("The consent cannot be older than the referral.")
    before = _facts(session, viewer, episode).status
    row = Consent(
        org_id=viewer.org_id, id=uuid4(), episode_id=episode.id, given_on=given.given_on, given_by=given.given_by,
        how=given.how, script_version=given.script_version, cost_share_told=given.cost_share_told,
        consult_permitted=given.consult_permitted, obtained_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if before in ("referred", "outreach"):
        _check(session, viewer, episode, step := Step("consented", given.given_on))
        _add_status(session, viewer, episode, step, now)
    elif before == "closed":
        raise MoveRefused("This episode is closed.")
    _record(session, viewer, episode, "record_consent", {"given_on": given.given_on, "how": given.how})
    return episode


def withdraw_consent(session: Session, viewer: Viewer, consent_id: UUID, on: date) -> Episode:
    """Record that a consent was withdrawn; from that day no time counts."""
    consent = session.get(Consent, (viewer.org_id, consent_id))
    if consent is None:
        raise scope.NotVisible("consent")
    _, episode = queries.episode(session, viewer, consent.episode_id)
    if on < consent.given_on:
        raise MoveRefused("The consent was given after that day.")
    consent.withdrawn_on = on
    _record(session, viewer, episode, "withdraw_consent", {"on": on})
    return episode


def enrol_patient(
    session: Session, viewer: Viewer, episode_id: UUID, version: int, agreed: Enrolment, now: datetime
) -> Episode:
    """Enrol on the day of the initial assessment; condition and primary scale are fixed from then on."""
    patient, episode = queries.episode(session, viewer, episode_id)
    expect_version(episode, version)
    if sentence := refusal(agreed.primary_scale, patient.birth_date, agreed.on):
        raise MoveRefused(sentence)
    step = Step("enrolled", agreed.on)
    _check(session, viewer, episode, step)
    _member(session, viewer, episode.clinic_id, policies.CARE_MANAGER, agreed.care_manager_id)
    _member(session, viewer, episode.clinic_id, policies.CONSULTANT, agreed.consultant_id)
    _member(session, viewer, episode.clinic_id, policies.THERAPIST, agreed.therapist_id)
    episode.enrolled_on = agreed.on
    for name in ("primary_condition", "icd10", "primary_scale", "target", "psychosocial", "care_manager_id",
                 "consultant_id", "therapist_id"):  # fmt: skip
        setattr(episode, name, getattr(agreed, name))
    _add_status(session, viewer, episode, step, now)
    detail = {"on": agreed.on, "condition": agreed.primary_condition, "scale": agreed.primary_scale}
    _record(session, viewer, episode, "enrol", detail)
    return episode


def change_team(
    session: Session,
    viewer: Viewer,
    episode_id: UUID,
    version: int,
    people: dict[str, UUID | None],
    words: dict[str, str],
) -> Episode:
    """Hand an episode over to other people, or reword its goal and circumstances."""
    _, episode = queries.episode(session, viewer, episode_id)
    expect_version(episode, version)
    roles = {"care_manager_id": policies.CARE_MANAGER, "consultant_id": policies.CONSULTANT,
             "therapist_id": policies.THERAPIST}  # fmt: skip
    for name, person in people.items():
        _member(session, viewer, episode.clinic_id, roles[name], person)
    detail = {name: [str(getattr(episode, name)), str(person)] for name, person in people.items()
              if getattr(episode, name) != person}  # fmt: skip
    for name, value in {**people, **words}.items():
        setattr(episode, name, value)
    _record(session, viewer, episode, "change_team", detail)
    return episode


def close_episode(session: Session, viewer: Viewer, episode_id: UUID, step: Step, now: datetime) -> Episode:
    """Close with a coded reason; a closed episode stays closed."""
    _, episode = queries.episode(session, viewer, episode_id)
    _check(session, viewer, episode, step)
    episode.closed_on, episode.close_reason = step.on, step.reason
    _add_status(session, viewer, episode, step, now)
    _record(session, viewer, episode, "close_episode", {"on": step.on, "reason": step.reason})
    return episode


def note_form(session: Session, viewer: Viewer, patient: Patient) -> None:
    """The referral form names the patient."""
    audit.record(session, viewer, audit.Act("read", "demographics", "patient", patient.id, [patient.id]))


def _check(session: Session, viewer: Viewer, episode: Episode, step: Step) -> None:
    facts = _facts(session, viewer, episode)
    protocol = protocol_for(session, viewer.org_id, episode.clinic_id, step.on)
    if sentence := refuse_or_none(facts.status, step.to, facts, step.reason, protocol):
        raise MoveRefused(sentence)
    last = facts.status_changes[-1].on if facts.status_changes else episode.referred_on
    if step.on < last:
        raise MoveRefused(
            f"The last move was on {last:%b} {last.day}, {last.year}: give that day or a later one."
        )


def _facts(session: Session, viewer: Viewer, episode: Episode) -> EpisodeFacts:
    seen = snapshot(session, viewer.org_id, episode.id)
    assert seen is not None, "an episode in scope has a snapshot"
    return seen.facts


def _member(session: Session, viewer: Viewer, clinic_id: UUID, role: str, person: UUID | None) -> None:
    """A team member must hold the role in the clinic."""
    if person is not None and person not in dict(queries.team(session, viewer, clinic_id, role)):
        raise MoveRefused(f"Choose a {policies.ROLE_LABELS[role]} of this clinic.")


def _add_status(session: Session, viewer: Viewer, episode: Episode, step: Step, now: datetime) -> None:
    row = EpisodeStatus(
        org_id=viewer.org_id, id=uuid4(), episode_id=episode.id, status=step.to, on=step.on, reason=step.reason,
        note=step.note, recorded_at=now, recorded_by=viewer.account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()


def _record(
    session: Session, viewer: Viewer, episode: Episode, action: str, detail: Mapping[str, object]
) -> None:
    act = audit.Act(action, "episode", "episode", episode.id, [episode.patient_id], detail)
    audit.record(session, viewer, act)


def _after(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)
