"""What the rules may know about one episode: recorded facts only, each with the day it happened.

Every class is frozen and every date is the local date of the event, never of the note.  Nothing here is
derived and stored: a score has its items, a medication its dose events, an episode its status changes.
Unknown is ``None`` and never means "no" or "nought".

``EpisodeFacts`` sorts what it is given, so the order of entry never matters, and ``as_of(today)`` hides
every fact dated after ``today``, so that any day in the past can be replayed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import attrgetter, lt
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from registry.clinical.care import Care

FactId = UUID | str

#: The adolescent form of the PHQ-9 has the same nine items and total: it belongs to the same series (S66).
SERIES = {"phq_a": "phq9"}

TREATMENT, OUTREACH_ATTEMPT, SCHEDULING, NO_SHOW, MESSAGE = (
    "treatment",
    "outreach_attempt",
    "scheduling",
    "no_show",
    "message",
)


#: Dose events from which on a drug is not taken.
NOT_TAKEN = ("stop", "hold")


PORTAL = "portal"
"""The mode of a form that the patient filled in alone, on whatever day and hour."""


class Score(NamedTuple):
    """One form as it was answered: an unanswered item is None and a missing total is None."""

    id: FactId
    instrument: str
    taken_on: date
    total: int | None = None
    answered: int | None = None
    items: tuple[int | None, ...] | None = None
    item9: int | None = None  # None: not asked, declined or not known
    source: str = "entered"  # or "import:<system>"
    prorated: bool = False
    reviewed_on: date | None = None
    mode: str = ""  # self | phone | portal | interview; "" where the source does not say
    extras: tuple[tuple[str, int], ...] = ()  # asked beside the items, by key; the rest was not asked

    @property
    def series(self) -> str:
        """The series that the score belongs to: the PHQ-A counts with the PHQ-9."""
        return SERIES.get(self.instrument, self.instrument)

    @property
    def by_item(self) -> bool:
        """The form was answered item by item, even where the answers themselves were not loaded."""
        return self.items is not None or self.answered is not None

    @property
    def positive_item9(self) -> bool:
        """True where item 9 was answered with 1, 2 or 3."""
        return bool(self.item9)


class Contact(NamedTuple):
    """One contact or attempt by a member of the team; only kind "treatment" counts as a contact."""

    id: FactId
    on: date
    kind: str  # treatment | outreach_attempt | scheduling | no_show | message
    modality: str | None = None  # in_person | video | phone
    minutes: int | None = None
    author_role: str = "care_manager"
    reached: bool = True
    discuss: bool = False
    question: str = ""
    interventions: tuple[str, ...] = ()
    adherence: str = ""  # all | some | none | not_prescribed; empty where nobody asked

    @property
    def is_treatment(self) -> bool:
        """Only a synchronous interaction that treats the patient counts (S19)."""
        return self.kind == TREATMENT


class DoseEvent(NamedTuple):
    """A medication was started, changed, held, resumed or stopped on a day; mg a day, None where not known.

    A split is the same dose at other times of the day: no change of treatment.
    """

    on: date
    kind: str  # start | change | split | hold | resume | stop
    dose_mg: float | None = None
    text: str = ""
    reason: str = ""
    at: datetime | None = None  # orders the events of one day; without it a stop or a hold comes first

    @property
    def taken(self) -> bool:
        """From this day on the drug is taken: a hold or a stop ends that."""
        return self.kind not in NOT_TAKEN


RENEWAL = 3
"""Days between a stop and the next start up to which an order was renewed: no new run begins (M)."""


class Run(NamedTuple):
    """A drug that is taken without an interruption: since when, and the day on which the run before it ended."""

    since: date
    ended: date | None


@dataclass(frozen=True, slots=True)
class Medication:
    """A medication and what happened to its dose, sorted by day."""

    id: FactId
    name: str
    drug_class: str | None = None
    events: tuple[DoseEvent, ...] = ()

    def __post_init__(self) -> None:
        if len(self.events) > 1:
            object.__setattr__(self, "events", _by_day(self.events, _on, dose_tie))

    def event_on(self, day: date) -> DoseEvent | None:
        """The last event on or before the day, or None where it had not been started."""
        for event in reversed(self.events):
            if event.on <= day:
                return event
        return None

    def is_current(self, day: date) -> bool:
        """A medication is current from its first event until it is stopped, and not while it is held."""
        event = self.event_on(day)
        return event is not None and event.taken

    def dose_on(self, day: date) -> float | None:
        """The dose in mg a day, None where it is stopped, held or not known."""
        event = self.event_on(day)
        return event.dose_mg if event and event.taken else None

    def held_since(self, day: date) -> date | None:
        """The day from which it is held; None where it is taken, stopped or was never begun."""
        since: date | None = None
        for event in self.events:
            if event.on <= day:
                since = (since or event.on) if event.kind == "hold" else None
        return since

    def run_on(self, day: date, held: int | None = None) -> Run | None:
        """The present run, None where it is stopped: a stop ends one, unless the order is renewed within a few days.

        `held`: a hold of more days than that ends a run too.
        """
        since = ended = off = stopped = None
        for event in self.events:
            if event.on > day:
                break
            if event.kind == "stop":
                stopped = stopped or event.on
            if not event.taken:
                off = off or event.on
            elif off is not None:
                most = RENEWAL if stopped else held
                if most is not None and (event.on - off).days > most:
                    since, ended = None, stopped or off
                off = stopped = None
            if event.kind != "stop":
                since = since or event.on
        return Run(since, ended) if since and not stopped else None

    def started_on(self, day: date) -> date | None:
        """The first day of the present run, however long it was held."""
        run = self.run_on(day)
        return run.since if run else None

    def dose_since(self, day: date) -> date | None:
        """The day from which the present dose is taken."""
        since: date | None = None
        for event in self.events:
            if event.on <= day and event.kind != "split":
                since = event.on if event.taken else None
        return since


class RiskAssessment(NamedTuple):
    """A C-SSRS screener by a person, for the scores it names; an unknown answer is None, never no."""

    id: FactId
    on: date
    score_ids: frozenset[FactId] = frozenset()
    wish_dead: bool | None = None  # question 1, past month
    thoughts: bool | None = None  # question 2
    method: bool | None = None  # question 3
    intent: bool | None = None  # question 4
    plan: bool | None = None  # question 5
    behaviour_lifetime: bool | None = None  # question 6
    behaviour_3_months: bool | None = None
    cleared_reason: str = ""
    at: datetime | None = None  # orders the assessments of one day; without it a clearing comes first


class SafetyPlan(NamedTuple):
    """A safety plan made with the patient, and when it was last gone through."""

    id: FactId
    made_on: date
    reviewed_on: date | None = None

    @property
    def fresh_on(self) -> date:
        """The later of the day it was made and the day it was last reviewed."""
        return self.made_on if self.reviewed_on is None else max(self.made_on, self.reviewed_on)


class Decision(NamedTuple):
    """What became of a recommendation on a day."""

    on: date
    kind: str  # a key of decision_moves.STEPS
    reason: str = ""
    at: datetime | None = None  # orders the decisions of one day; without it the furthest counts as the last
    until_on: date | None = None  # of a deferral


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One numbered piece of the consultant's advice and the decisions on it, sorted by day."""

    id: FactId
    number: int
    category: str
    text: str = ""
    judge_on: date | None = None
    if_fails: str = ""
    decisions: tuple[Decision, ...] = ()

    def __post_init__(self) -> None:
        if len(self.decisions) > 1:
            object.__setattr__(self, "decisions", _by_day(self.decisions, _on, _decision_tie))

    def last(self, *kinds: str) -> Decision | None:
        """The latest decision of these kinds."""
        for decision in reversed(self.decisions):
            if decision.kind in kinds:
                return decision
        return None


@dataclass(frozen=True, slots=True)
class Review:
    """The consultant reviewed this patient: dated by the day of signing."""

    id: FactId
    on: date
    recommendations: tuple[Recommendation, ...] = ()

    def __post_init__(self) -> None:
        if len(self.recommendations) > 1:
            ordered = tuple(sorted(self.recommendations, key=lambda r: (r.number, str(r.id))))
            object.__setattr__(self, "recommendations", ordered)


class Consent(NamedTuple):
    """Permission for the service from a day on; from the day of its withdrawal it covers nothing."""

    on: date
    withdrawn_on: date | None = None

    def covers(self, day: date) -> bool:
        """The consent stood on that day."""
        return self.on <= day and (self.withdrawn_on is None or day < self.withdrawn_on)


class StatusChange(NamedTuple):
    """The episode moved to a status on a day."""

    on: date
    status: str  # referred | outreach | consented | enrolled | relapse_prevention | closed
    reason: str = ""


class AgendaMark(NamedTuple):
    """Somebody asked for a review, set the patient aside for one review day, or put them back for that day."""

    kind: str  # asked | set_aside | put_back
    on: date
    by_role: str = "care_manager"
    text: str = ""
    review_on: date | None = None


class Check(NamedTuple):
    """The answer to one diagnostic check (bipolar screen, trauma, psychosis ...); without a row it is unknown."""

    topic: str
    on: date
    positive: bool
    at: str = ""  # orders the answers of one day


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeFacts:
    """Everything recorded about one episode, sorted by day however it was entered."""

    episode_id: FactId
    patient_id: FactId
    birth_date: date | None = None
    sex: str | None = None  # "female", "male"; None: not known
    status_changes: tuple[StatusChange, ...] = ()
    referred_on: date | None = None
    consents: tuple[Consent, ...] = ()
    enrolled_on: date | None = None
    closed_on: date | None = None
    earlier_closed_on: date | None = None  # the close of the episode before this one, of the same patient
    primary_scale: str = "phq9"  # phq9 (with the PHQ-A) | gad7
    scores: tuple[Score, ...] = ()
    contacts: tuple[Contact, ...] = ()
    medications: tuple[Medication, ...] = ()
    beside: tuple[Medication, ...] = ()  # drugs for the body that bear on those for the mind
    reviews: tuple[Review, ...] = ()
    risk_assessments: tuple[RiskAssessment, ...] = ()
    safety_plans: tuple[SafetyPlan, ...] = ()
    agenda_marks: tuple[AgendaMark, ...] = ()
    next_action: str = ""
    next_action_due_on: date | None = None
    care: Care = Care()
    checks: tuple[Check, ...] = ()
    earlier_screens: tuple[Score, ...] = ()  # from outside the episode; they answer checks too
    #: The scores of each series, oldest first.
    by_series: dict[str, tuple[Score, ...]] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )
    #: The last day on which any of the facts happened (plans such as a due date are not facts).
    last_fact_on: date = field(init=False, compare=False, default=date.min)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "status_changes", _by_day(self.status_changes, _on, _status_tie))
        put(self, "consents", tuple(sorted(self.consents, key=_consent_key)))
        put(self, "scores", _by_day(self.scores, _day_and_total, _score_tie))
        put(self, "by_series", _by_series(self.scores))
        put(self, "contacts", _by_day(self.contacts, _on, _id_tie))
        put(self, "medications", tuple(sorted(self.medications, key=_medication_key)))
        put(self, "beside", tuple(sorted(self.beside, key=_medication_key)))
        put(self, "reviews", _by_day(self.reviews, _on, _id_tie))
        put(self, "risk_assessments", _by_day(self.risk_assessments, _on, _risk_tie))
        put(self, "safety_plans", _by_day(self.safety_plans, _made_on, _id_tie))
        put(self, "agenda_marks", _by_day(self.agenda_marks, _on, _mark_tie))
        put(self, "care", self.care.sorted())
        put(self, "checks", _by_day(self.checks, _on, _check_tie))
        put(self, "earlier_screens", _by_day(self.earlier_screens, _day_and_total, _score_tie))
        put(self, "last_fact_on", _last_day(self))

    @property
    def consented_on(self) -> date | None:
        """The day from which a consent stands without a gap; None where none stands. A renewed consent goes on."""
        since: date | None = None
        for consent in reversed(self.consents):
            until = consent.withdrawn_on
            if until is None or (since is not None and since <= until):
                since = consent.on
        return since

    @property
    def status(self) -> str:
        """The status after the last change; without a recorded change, what the dates say."""
        if self.status_changes:
            return self.status_changes[-1].status
        dated = (
            ("closed", self.closed_on),
            ("enrolled", self.enrolled_on),
            ("consented", self.consented_on),
        )
        return next((status for status, on in dated if on is not None), "referred")

    def week(self, day: date) -> int | None:
        """The week of treatment on a day: whole weeks since the enrollment, up to the close; None before it."""
        if self.enrolled_on is None:
            return None
        return (min(day, self.closed_on or day) - self.enrolled_on).days // 7

    def is_earlier(self, day: date) -> bool:
        """The day belongs to an earlier episode of the patient."""
        closed, begun = self.earlier_closed_on, self.referred_on
        return closed is not None and day <= closed and (begun is None or day < begun)

    def series(self, name: str) -> tuple[Score, ...]:
        """The scores of one series ("phq9" with the PHQ-A, or "gad7"), oldest first."""
        return self.by_series.get(name, ())

    def latest(self, name: str) -> Score | None:
        """The latest score of a series that has a total."""
        for score in reversed(self.series(name)):
            if score.total is not None:
                return score
        return None

    def check(self, topic: str) -> Check | None:
        """The latest answer to a check."""
        for check in reversed(self.checks):
            if check.topic == topic:
                return check
        return None

    def as_of(self, today: date) -> "EpisodeFacts":
        """The same episode as it was known at the end of ``today``."""
        if self.last_fact_on <= today:
            return self
        return replace(
            self,
            status_changes=tuple(c for c in self.status_changes if c.on <= today),
            referred_on=_until(self.referred_on, today),
            consents=tuple(
                c._replace(withdrawn_on=_until(c.withdrawn_on, today)) for c in self.consents if c.on <= today
            ),
            enrolled_on=_until(self.enrolled_on, today),
            closed_on=_until(self.closed_on, today),
            scores=tuple(_score_as_of(s, today) for s in self.scores if s.taken_on <= today),
            contacts=tuple(c for c in self.contacts if c.on <= today),
            medications=_medications_as_of(self.medications, today),
            beside=_medications_as_of(self.beside, today),
            reviews=tuple(_review_as_of(r, today) for r in self.reviews if r.on <= today),
            risk_assessments=tuple(r for r in self.risk_assessments if r.on <= today),
            safety_plans=tuple(_plan_as_of(p, today) for p in self.safety_plans if p.made_on <= today),
            agenda_marks=tuple(m for m in self.agenda_marks if m.on <= today),
            care=self.care.as_of(today),
            checks=tuple(c for c in self.checks if c.on <= today),
            earlier_screens=tuple(s for s in self.earlier_screens if s.taken_on <= today),
        )


T = TypeVar("T")


def _by_day(
    rows: Sequence[T], day: Callable[[T], Any], tie: Callable[[T], tuple[object, ...]]
) -> tuple[T, ...]:
    """Sort by day, where they are not; only where two share a day is the slower, order-free tie-break asked."""
    if len(rows) < 2:
        return tuple(rows)
    days = [*map(day, rows)]
    if all(map(lt, days, days[1:])):
        return tuple(rows)
    ordered = sorted(rows, key=day)
    days.sort()
    if all(map(lt, days, days[1:])):
        return tuple(ordered)
    return tuple(sorted(rows, key=lambda row: (day(row), tie(row))))


#: Getters of the standard library: a page asks thousands of rows for their day.
_on: Callable[[Any], date] = attrgetter("on")
_made_on: Callable[[Any], date] = attrgetter("made_on")


def _risk_tie(row: RiskAssessment) -> tuple[object, ...]:
    """By the clock where it is known; else a flag that is raised and cleared on one day stays up."""
    return (row.at.timestamp() if row.at else 0.0, not row.cleared_reason, str(row.id))


def _id_tie(row: Contact | Review | SafetyPlan) -> tuple[object, ...]:
    return (str(row.id),)


def _day_and_total(score: Score) -> tuple[date, int]:
    """Of two scores on one day the one with the higher total counts as the later: the careful reading."""
    return (score.taken_on, -1 if score.total is None else score.total)


def _score_tie(score: Score) -> tuple[object, ...]:
    """Of equal totals the one that tells item 9, and tells it higher, then the one with more answers."""
    return (-1 if score.item9 is None else score.item9, score.answered or 0, str(score.id))


STATUS_ORDER = ("referred", "outreach", "consented", "enrolled", "relapse_prevention", "closed")


def _status_tie(change: StatusChange) -> tuple[object, ...]:
    """Several moves on one day follow the way through the episode."""
    return (STATUS_ORDER.index(change.status), change.reason)


def dose_tie(event: DoseEvent) -> tuple[object, ...]:
    """By the clock; of one moment a stop or a hold comes first: what may be taken is judged as taken, the careful reading."""
    at = event.at.timestamp() if event.at else 0.0
    return (at, DOSE_ORDER.index(event.kind), event.dose_mg or 0.0, event.text, event.reason)


DOSE_ORDER = ("stop", "hold", "start", "resume", "change", "split")


def _decision_tie(decision: Decision) -> tuple[object, ...]:
    """By the clock where it is known, so that a mistake can be put right on the same day."""
    at = decision.at.timestamp() if decision.at else 0.0
    return (at, DECISION_ORDER.index(decision.kind), decision.reason)


DECISION_ORDER = (
    "delivered",
    "seen",
    "deferred",
    "declined",
    "modified",
    "accepted",
    "not_implemented",
    "implemented",
    "closed",
)


def _check_tie(check: Check) -> tuple[object, ...]:
    """By the time of recording; else a yes counts as the later answer: the careful reading."""
    return (check.at, check.positive, check.topic)


def _consent_key(consent: Consent) -> tuple[date, date]:
    return (consent.on, consent.withdrawn_on or date.max)


def _mark_tie(mark: AgendaMark) -> tuple[object, ...]:
    return (mark.kind, mark.by_role, mark.text, mark.review_on or date.min)


def _medication_key(medication: Medication) -> tuple[object, ...]:
    first = medication.events[0].on if medication.events else date.min
    return (first, medication.name, str(medication.id))


def _until(day: date | None, today: date) -> date | None:
    return day if day is None or day <= today else None


def _score_as_of(score: Score, today: date) -> Score:
    if score.reviewed_on is None or score.reviewed_on <= today:
        return score
    return score._replace(reviewed_on=None)


def _plan_as_of(plan: SafetyPlan, today: date) -> SafetyPlan:
    return plan._replace(reviewed_on=_until(plan.reviewed_on, today))


def _medications_as_of(medications: Iterable[Medication], today: date) -> tuple[Medication, ...]:
    cut = (replace(m, events=tuple(e for e in m.events if e.on <= today)) for m in medications)
    return tuple(m for m in cut if m.events)


def _review_as_of(review: Review, today: date) -> Review:
    cut = tuple(
        replace(r, decisions=tuple(d for d in r.decisions if d.on <= today)) for r in review.recommendations
    )
    return replace(review, recommendations=cut)


def _by_series(scores: Iterable[Score]) -> dict[str, tuple[Score, ...]]:
    found: dict[str, list[Score]] = {}
    for score in scores:
        found.setdefault(SERIES.get(score.instrument, score.instrument), []).append(score)
    return {name: tuple(rows) for name, rows in found.items()}


def _last_day(facts: EpisodeFacts) -> date:
    """The last day of any fact, including those inside a medication, a review or a plan."""
    dates = (facts.referred_on, facts.enrolled_on, facts.closed_on)
    days = [facts.care.last_on, *filter(None, dates)]
    days += [day for consent in facts.consents for day in consent if day]
    for rows in (
        facts.status_changes,
        facts.contacts,
        facts.reviews,
        facts.risk_assessments,
        facts.agenda_marks,
        facts.checks,
    ):
        if rows:
            days.append(rows[-1].on)
    for scores in (facts.scores, facts.earlier_screens):
        if scores:
            days.append(scores[-1].taken_on)
    if facts.scores:
        days += [score.reviewed_on for score in facts.scores if score.reviewed_on]
    days += [plan.fresh_on for plan in facts.safety_plans]
    days += [m.events[-1].on for m in (*facts.medications, *facts.beside) if m.events]
    days += [d.on for r in facts.reviews for rec in r.recommendations for d in rec.decisions[-1:]]
    return max(days)
