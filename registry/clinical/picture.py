"""One episode seen once: what several rules need is worked out here and only here."""

from datetime import date
from typing import NamedTuple

from registry.clinical.course import Course, course_of, held_since, is_improved, total
from registry.clinical.facts import (
    NO_SHOW,
    OUTREACH_ATTEMPT,
    SERIES,
    TREATMENT,
    Contact,
    EpisodeFacts,
    Review,
    Score,
)
from registry.clinical.loop import Tracked, standings_in
from registry.clinical.monitoring import Watch, monitoring
from registry.clinical.protocol import Protocol, ScaleThresholds
from registry.clinical.risk import RiskFlag, open_item9, risk_flag
from registry.clinical.treatment import TreatmentChange, treatment_changes

REFERRAL, ACTIVE, CLOSED = "referral", "active", "closed"

_STAGES = {"enrolled": ACTIVE, "relapse_prevention": ACTIVE, "closed": CLOSED}


class Picture(NamedTuple):
    """The facts of one episode as of today, with what the rules read from them."""

    facts: EpisodeFacts
    protocol: Protocol
    today: date
    status: str
    stage: str  # referral | active | closed
    enrolled_on: date | None
    days: int  # enrolled; 0 where not
    seen_on: date  # last treatment contact since enrolment, else the enrolment (else the referral)
    follow_ups: tuple[Contact, ...]  # treatment contacts after the enrolment day
    phase: str  # acute | transition | maintenance
    missed: tuple[Contact, ...]  # no-shows and unanswered attempts since somebody was reached
    primary: Course
    phq9: Course
    scale: ScaleThresholds
    held_since: date | None
    changes: tuple[TreatmentChange, ...]
    review: Review | None
    open_item9: tuple[Score, ...]
    flag: RiskFlag
    watches: tuple[Watch, ...] = ()  # what the medications of an active patient ask for
    advice: tuple[Tracked, ...] = ()  # every recommendation of an open episode, of whichever review

    @property
    def unseen_days(self) -> int:
        """Days since the last treatment contact, or since the enrolment where there was none."""
        return (self.today - self.seen_on).days

    @property
    def change(self) -> TreatmentChange | None:
        """The last change of treatment."""
        return self.changes[-1] if self.changes else None

    def days_since(self, day: date) -> int:
        """Whole days from a day to today."""
        return (self.today - day).days

    def reviewed_since(self, day: date) -> bool:
        """True where the consultant reviewed the patient on the day or later."""
        return self.review is not None and self.review.on >= day


def picture(facts: EpisodeFacts, protocol: Protocol, today: date) -> Picture:
    """See an episode as of today."""
    facts = facts.as_of(today)
    enrolled, stage = facts.enrolled_on, _stage(facts)
    primary = course_of(facts, protocol, today, SERIES.get(facts.primary_scale, facts.primary_scale))
    since = enrolled or date.max
    treatment = [c for c in facts.contacts if c.kind == TREATMENT and c.on >= since]
    return Picture(
        facts=facts,
        protocol=protocol,
        today=today,
        status=facts.status,
        stage=stage,
        enrolled_on=enrolled,
        days=(today - enrolled).days if enrolled else 0,
        seen_on=_seen_on(facts, treatment, today),
        follow_ups=tuple([c for c in treatment if c.on > since]),
        phase=_phase(facts, primary, protocol),
        missed=_missed(facts),
        primary=primary,
        phq9=primary if primary.series == "phq9" else course_of(facts, protocol, today, "phq9"),
        scale=protocol.scale(primary.series),
        held_since=held_since(primary, protocol),
        changes=treatment_changes(facts),
        review=facts.reviews[-1] if facts.reviews else None,
        open_item9=open_item9(facts, protocol),
        flag=risk_flag(facts.risk_assessments),
        watches=monitoring(facts, today, protocol.antipsychotics.value) if stage == ACTIVE else (),
        advice=() if stage == CLOSED else tuple(standings_in(facts, primary, protocol, today)),
    )


def _stage(facts: EpisodeFacts) -> str:
    """Active needs both the status and the day of the initial assessment."""
    stage = _STAGES.get(facts.status, REFERRAL)
    return REFERRAL if stage == ACTIVE and facts.enrolled_on is None else stage


def _seen_on(facts: EpisodeFacts, treatment: list[Contact], today: date) -> date:
    if treatment:
        return treatment[-1].on
    return facts.enrolled_on or facts.referred_on or today


def _missed(facts: EpisodeFacts) -> tuple[Contact, ...]:
    """No-shows and unanswered attempts after the last contact that reached the patient."""
    missed: list[Contact] = []
    for contact in reversed(facts.contacts):
        if contact.kind == NO_SHOW or (contact.kind == OUTREACH_ATTEMPT and not contact.reached):
            missed.append(contact)
        elif contact.reached and contact.kind != "message":
            break
    return tuple(reversed(missed))


def _phase(facts: EpisodeFacts, course: Course, protocol: Protocol) -> str:
    """Acute until two scores in a row are better; maintenance is a status that somebody set."""
    if facts.status == "relapse_prevention":
        return "maintenance"
    return "transition" if _twice_better(course, protocol) else "acute"


def _twice_better(course: Course, protocol: Protocol) -> bool:
    """The last two primary scores are improved: at least half below the baseline, or by the scale's own number."""
    if not course.improved or len(course.scores) < 3:
        return False
    first, before = total(course.scores[0]), total(course.scores[-2])
    return is_improved(first, before, protocol.scale(course.series), protocol)
