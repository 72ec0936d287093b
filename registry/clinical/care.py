"""What the rules may know of the treatment beside doses and contacts: recorded facts only, each with its day.

``Care`` hangs on ``EpisodeFacts.care``; every list is sorted by day. Unknown is ``None`` and never means "no".
"""

from datetime import date
from operator import attrgetter, lt
from typing import Any, NamedTuple
from uuid import UUID

Id = UUID | str
_ON = attrgetter("on")


class DoseStep(NamedTuple):
    """A planned step, a taper step or a reassessment of a medication; ``on`` is the planned day."""

    id: Id
    on: date
    medication_id: Id
    kind: str  # step | taper | reassess
    dose_mg: float | None = None
    done_on: date | None = None
    cancelled_on: date | None = None
    told_on: date | None = None  # the day on which it was planned; None: not known, so known all along


class Adherence(NamedTuple):
    """Percent of the doses of the last two weeks, as the patient tells it."""

    id: Id
    on: date
    medication_id: Id | None = None
    percent: int | None = None
    reasons: tuple[str, ...] = ()
    at: str = ""


class SideEffect(NamedTuple):
    """An unwanted effect from its onset; ``until`` is None while it lasts."""

    id: Id
    on: date
    medication_id: Id | None
    effect: str
    severity: str  # mild | moderate | severe
    until: date | None = None


class PastTrial(NamedTuple):
    """A trial from the history; ``on`` is the day on which it was told."""

    id: Id
    on: date
    name: str
    dose_mg: float | None = None
    weeks: int | None = None
    response: str = "unknown"  # none | partial | full | unknown
    stop_reason: str = ""
    adherent: bool | None = None


class LabResult(NamedTuple):
    """A value in the unit in which its code is kept; ``low`` and ``high`` are the laboratory's own range."""

    id: Id
    on: date
    code: str
    value: float | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None


DISCHARGE = "discharge"
"""The kind of health fact that tells of the end of a stay in hospital."""


class HealthFact(NamedTuple):
    """Allergy, comorbidity, pregnancy, contraception, lactation, family response or gene: the latest of a code holds.

    A stay in hospital (kind "discharge") is told with the day on which it ended, where it was as the code, and the place.
    """

    id: Id
    on: date
    kind: str
    code: str = ""
    value: str = ""
    at: str = ""


class PromptAnswer(NamedTuple):
    """A prompt was read, and why the treatment goes on."""

    id: Id
    on: date
    code: str
    about: str
    reason: str = ""


class TherapySession(NamedTuple):
    """A session of a course, held or missed."""

    id: Id
    on: date
    course_id: Id
    attended: bool
    homework: str = ""  # done | partly | not_done | none_set | ""
    alliance: int | None = None
    skills: tuple[str, ...] = ()
    at: str = ""


class TherapyCourse(NamedTuple):
    """A course of therapy from its first day; ``until`` is None while it goes on."""

    id: Id
    on: date
    modality: str
    until: date | None = None
    inside: bool = True
    planned: int | None = None
    end_reason: str = ""


class Combination(NamedTuple):
    """How medication and therapy are combined from this day on."""

    id: Id
    on: date
    model: str  # collaborative | sequential | integrated | split
    first: str = ""  # medication | therapy
    second_due_on: date | None = None
    at: str = ""


class Exchange(NamedTuple):
    """Prescriber and therapist told each other how it goes."""

    id: Id
    on: date


class Pathway(NamedTuple):
    """A pathway with rules of its own."""

    id: Id
    on: date
    kind: str  # opioid_use | alcohol_use | bipolar | young | perinatal
    until: date | None = None
    part_2: bool = False


class PathwayEvent(NamedTuple):
    """Something that happened on a pathway."""

    id: Id
    on: date
    pathway_id: Id
    kind: str
    value: str = ""
    at: str = ""


class PlanMade(NamedTuple):
    """A version of a plan."""

    id: Id
    on: date
    kind: str  # care | relapse_prevention


class ReviewTime(NamedTuple):
    """Minutes of one person on the patient in a review meeting."""

    id: Id
    on: date
    role: str
    minutes: int


class Care(NamedTuple):
    """Everything of this kind about one patient."""

    steps: tuple[DoseStep, ...] = ()
    adherence: tuple[Adherence, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()
    past_trials: tuple[PastTrial, ...] = ()
    results: tuple[LabResult, ...] = ()
    health: tuple[HealthFact, ...] = ()
    prompt_answers: tuple[PromptAnswer, ...] = ()
    courses: tuple[TherapyCourse, ...] = ()
    sessions: tuple[TherapySession, ...] = ()
    combinations: tuple[Combination, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    pathways: tuple[Pathway, ...] = ()
    pathway_events: tuple[PathwayEvent, ...] = ()
    plans: tuple[PlanMade, ...] = ()
    review_times: tuple[ReviewTime, ...] = ()

    def sorted(self) -> "Care":
        """Each list by day, within a day as it was recorded, then by id: the order of loading never matters."""
        return Care._make(_by_day(rows) if len(rows) > 1 else rows for rows in self)

    @property
    def last_on(self) -> date:
        """The last day on which any of this happened; days that are only planned are no facts."""
        days = [row.on for rows in self[1:] for row in rows[-1:]]
        days += [day for step in self.steps for day in (step.told_on, step.done_on, step.cancelled_on) if day]
        days += [
            row.until
            for rows in (self.side_effects, self.courses, self.pathways)
            for row in rows
            if row.until
        ]
        return max(days, default=date.min)

    def as_of(self, today: date) -> "Care":
        """The same as it was known at the end of ``today``: what ended later was still going on."""
        if self.last_on <= today:
            return self
        kept = Care._make((self.steps, *(tuple(row for row in rows if row.on <= today) for rows in self[1:])))
        return kept._replace(
            steps=tuple(
                step._replace(
                    done_on=_until(step.done_on, today), cancelled_on=_until(step.cancelled_on, today)
                )
                for step in self.steps
                if step.told_on is None or step.told_on <= today
            ),
            side_effects=tuple(row._replace(until=_until(row.until, today)) for row in kept.side_effects),
            courses=tuple(
                row if row.until is None or row.until <= today else row._replace(until=None, end_reason="")
                for row in kept.courses
            ),
            pathways=tuple(row._replace(until=_until(row.until, today)) for row in kept.pathways),
        )


def _by_day(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sorted by day; only where two share one is more compared, which costs ten times as much."""
    ordered = sorted(rows, key=_ON)
    days = [*map(_ON, ordered)]
    return tuple(ordered) if all(map(lt, days, days[1:])) else tuple(sorted(rows, key=_place))


def _place(row: Any) -> tuple[date, str, str]:
    return (row.on, getattr(row, "at", ""), str(row.id))


def _until(day: date | None, today: date) -> date | None:
    return day if day is None or day <= today else None
