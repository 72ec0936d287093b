"""Rows to facts: what the rules and the pages know of one episode or of ten thousand, in eight statements."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clinical import facts as f
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol
from registry.clinical.protocols import PUBLISHED, Protocols
from registry.clinical.risk import asks_safety
from registry.clinical.screening import SCREENS
from registry.models import Episode, Patient
from registry.snapshots import rows
from registry.snapshots.among import Keys
from registry.snapshots.care import CARE, steering
from registry.snapshots.protocols import protocols as all_protocols
from registry.snapshots.subjects import Chosen, Dates, Subject, answers_of, consents_of, subjects

__all__ = ["Snapshot", "Subject", "snapshot", "snapshots", "without_episode"]

LOOK_BACK = timedelta(days=max(30, DEFAULT_PROTOCOL.safety_look_back.value))
"""Scores this long before the referral belong to the picture: what made the patient eligible, and an open item 9."""
ONE_DAY = timedelta(days=1)
LOOK_AFTER = timedelta(days=365)
"""And this long after the close: the watch over relapse (D6). Those that ask about suicide have no such end."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One episode: whom it is about, and the facts that the rules judge."""

    subject: Subject
    facts: f.EpisodeFacts
    protocols: Protocols = PUBLISHED

    def protocol(self, day: date) -> Protocol:
        """The protocol that held for the patient's clinic on a day."""
        return self.protocols.on(self.subject.clinic_id, day)

    def as_of(self, day: date, today: date) -> "Snapshot":
        """The same episode as it was on a day that has passed; what was planned then is not kept."""
        if day >= today:
            return self
        facts = replace(self.facts.as_of(day), next_action="", next_action_due_on=None)
        subject = self.subject._replace(next_action="", next_due_on=None)
        return replace(self, subject=subject, facts=facts)


def snapshots(session: Session, org_id: UUID, chosen: Chosen, answers: bool = False) -> list[Snapshot]:
    """Every chosen episode (`chosen` selects `Episode.id` inside the viewer's scope) with its facts.

    `answers` loads the items of each score, which no rule needs and a printed profile does.
    """
    found = subjects(session, org_id, chosen)
    return _assemble(session, org_id, found, answers) if found else []


def snapshot(session: Session, org_id: UUID, episode_id: UUID) -> Snapshot | None:
    """One episode, whose visibility the caller has already asked for."""
    chosen = select(Episode.id).where(Episode.org_id == org_id, Episode.id == episode_id)
    found = snapshots(session, org_id, chosen)
    return found[0] if found else None


def without_episode(session: Session, patient: Patient) -> f.EpisodeFacts:
    """What is known of the safety of a patient who was never referred: scores, assessments and plans."""

    def told(query: Any) -> rows.Rows:
        return rows.load(session, query, patient.org_id, [patient.id])(patient.id.hex)

    return f.EpisodeFacts(
        episode_id="",
        patient_id=patient.id,
        birth_date=patient.birth_date,
        scores=rows.scores(told(rows.SCORES)),
        risk_assessments=rows.assessments(told(rows.ASSESSMENTS)),
        safety_plans=steering(told(CARE)).safety_plans,
    )


class Told(NamedTuple):
    """Everything that the database tells of one episode, as the driver gives it."""

    episode_id: UUID
    patient_id: UUID
    birth_date: date
    sex: str
    next_action: str
    next_due_on: date | None
    dates: Dates
    moves: rows.Rows
    contacts: rows.Rows
    reviews: rows.Rows
    scores: rows.Rows
    medications: rows.Rows
    assessments: rows.Rows
    care: rows.Rows


def _assemble(
    session: Session, org_id: UUID, found: list[tuple[Subject, Dates]], answers: bool
) -> list[Snapshot]:
    episodes = Keys(who.episode_id for who, _ in found)
    patients = Keys({who.patient_id for who, _ in found})
    of_episode = [rows.load(session, query, org_id, episodes) for query in OF_EPISODE]
    scores = rows.SCORES_WITH_ANSWERS if answers else rows.SCORES
    of_patient = [rows.load(session, query, org_id, patients) for query in (scores, *OF_PATIENT)]

    def told(who: Subject, dates: Dates) -> Told:
        episode, patient = who.episode_id.hex, who.patient_id.hex
        own = (who.episode_id, who.patient_id, who.birth_date, who.sex, who.next_action, who.next_due_on)
        return Told(*own, dates, *(of(episode) for of in of_episode), *(of(patient) for of in of_patient))

    held = all_protocols(session, org_id)
    return [Snapshot(who, facts_of(told(who, dates)), held) for who, dates in found]


OF_EPISODE = (rows.MOVES, rows.CONTACTS, rows.REVIEWS)
OF_PATIENT = (rows.MEDICATIONS, rows.ASSESSMENTS, CARE)


@lru_cache(maxsize=512)
def facts_of(told: Told) -> f.EpisodeFacts:
    """The facts in what is told.

    Kept for rows that are told again: of a caseload that is looked at all day long a few episodes change, and the facts
    of the others need not be made anew.
    """
    steered = steering(told.care, told.dates.zone)
    scores = rows.scores(told.scores)
    within = _within(scores, told.dates)
    return f.EpisodeFacts(
        episode_id=told.episode_id,
        patient_id=told.patient_id,
        birth_date=told.birth_date,
        sex=told.sex if told.sex in ("female", "male") else None,
        referred_on=told.dates.referred_on,
        consents=consents_of(told.dates.consents),
        enrolled_on=told.dates.enrolled_on,
        closed_on=told.dates.closed_on,
        earlier_closed_on=told.dates.earlier_closed_on,
        primary_scale=told.dates.primary_scale or "phq9",
        status_changes=rows.statuses(told.moves),
        scores=within,
        contacts=rows.contacts(told.contacts),
        medications=rows.medications(told.medications, psychotropic=True),
        beside=rows.medications(told.medications, psychotropic=False),
        reviews=rows.reviews(told.reviews),
        risk_assessments=rows.assessments(told.assessments),
        safety_plans=steered.safety_plans,
        care=steered.care,
        agenda_marks=rows.marks(told.moves),
        next_action=told.next_action,
        next_action_due_on=told.next_due_on,
        checks=answers_of(told.dates.checks),
        earlier_screens=tuple([s for s in scores if s.instrument in SCREENS and s not in within]),
    )


def _within(scores: tuple[f.Score, ...], dates: Dates) -> tuple[f.Score, ...]:
    """The scores of this episode's time; those of an earlier one, or of the one that followed, judge nothing here.

    Until another follows it keeps every later one that asks about suicide: no other episode would tell of it.
    """
    first, last = dates.referred_on - LOOK_BACK, date.max
    watched = dates.closed_on + LOOK_AFTER if dates.closed_on else last
    if dates.closed_on and dates.followed_on:
        last = max(dates.closed_on, dates.followed_on - ONE_DAY)
    return tuple([
        score
        for score in scores
        if first <= score.taken_on <= last and (score.taken_on <= watched or asks_safety(score))
    ])  # fmt: skip
