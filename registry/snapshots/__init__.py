"""Rows to facts: what the rules and the pages know of one episode or of ten thousand, in eight statements."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clinical import facts as f
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol
from registry.clinical.protocols import PUBLISHED, Protocols
from registry.models import Episode, Patient
from registry.snapshots import rows
from registry.snapshots.care import steering
from registry.snapshots.protocols import protocols as all_protocols
from registry.snapshots.subjects import Chosen, Dates, Subject, answers_of, subjects

__all__ = ["Snapshot", "Subject", "snapshot", "snapshots", "without_episode"]

LOOK_BACK = timedelta(days=max(30, DEFAULT_PROTOCOL.safety_look_back.value))
"""Scores this long before the referral belong to the picture: what made the patient eligible, and an open item 9."""
ONE_DAY = timedelta(days=1)
LOOK_AFTER = timedelta(days=365)
"""And this long after the close: the watch over relapse (D6)."""


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
    whose = [patient.id]
    return f.EpisodeFacts(
        episode_id="",
        patient_id=patient.id,
        birth_date=patient.birth_date,
        scores=rows.scores(session, patient.org_id, whose, answers=False)(patient.id.hex),
        risk_assessments=rows.assessments(session, patient.org_id, whose)(patient.id.hex),
        safety_plans=steering(session, patient.org_id, whose)(patient.id.hex).safety_plans,
    )


def _assemble(
    session: Session, org_id: UUID, found: list[tuple[Subject, Dates]], answers: bool
) -> list[Snapshot]:
    chosen = [who.episode_id for who, _ in found]
    whose = list({who.patient_id for who, _ in found})
    statuses, marks = rows.moves(session, org_id, chosen)
    contacts = rows.contacts(session, org_id, chosen)
    reviews = rows.reviews(session, org_id, chosen)
    scores = rows.scores(session, org_id, whose, answers)
    medications = rows.medications(session, org_id, whose)
    assessments = rows.assessments(session, org_id, whose)
    steered = steering(session, org_id, whose)

    def facts(who: Subject, dates: Dates) -> f.EpisodeFacts:
        episode, patient = who.episode_id.hex, who.patient_id.hex
        return f.EpisodeFacts(
            episode_id=who.episode_id,
            patient_id=who.patient_id,
            birth_date=who.birth_date,
            sex=who.sex if who.sex in ("female", "male") else None,
            referred_on=dates.referred_on,
            consented_on=dates.consented_on,
            enrolled_on=dates.enrolled_on,
            closed_on=dates.closed_on,
            primary_scale=dates.primary_scale or "phq9",
            status_changes=statuses(episode),
            scores=_within(scores(patient), dates),
            contacts=contacts(episode),
            medications=tuple([m for m in medications(patient) if m.drug_class]),
            beside=tuple([m for m in medications(patient) if not m.drug_class]),
            reviews=reviews(episode),
            risk_assessments=assessments(patient),
            safety_plans=steered(patient).safety_plans,
            care=steered(patient).care,
            agenda_marks=marks(episode),
            next_action=who.next_action,
            next_action_due_on=who.next_due_on,
            bipolar_screen=_screened(checks := answers_of(dates.checks)),
            checks=checks,
        )

    held = all_protocols(session, org_id)
    return [Snapshot(who, facts(who, dates), held) for who, dates in found]


def _screened(checks: tuple[f.Check, ...]) -> str | None:
    """The latest answer to the bipolar screen, whenever it was given."""
    answers = [(c.on, c.at, c.positive) for c in checks if c.topic == "bipolar"]
    return None if not answers else "positive" if max(answers)[2] else "negative"


def _within(scores: tuple[f.Score, ...], dates: Dates) -> tuple[f.Score, ...]:
    """The scores of this episode's time; those of an earlier one, or of the one that followed, judge nothing here."""
    first = dates.referred_on - LOOK_BACK
    last = dates.closed_on + LOOK_AFTER if dates.closed_on else date.max
    if dates.closed_on and dates.followed_on:
        last = max(dates.closed_on, min(last, dates.followed_on - ONE_DAY))
    return tuple([score for score in scores if first <= score.taken_on <= last])
