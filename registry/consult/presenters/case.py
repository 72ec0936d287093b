"""The case beside the review form: what the consultant must see before advising."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from registry.charts import Trend, trend_of
from registry.clinical.agenda import AgendaScore, rank_in
from registry.clinical.agenda_marks import open_asks
from registry.clinical.checks import CHECKS
from registry.clinical.circumstances import latest
from registry.clinical.dates import counted, spell
from registry.clinical.decision_moves import MOVES, state_of, state_words
from registry.clinical.facts import EpisodeFacts, Recommendation
from registry.clinical.loop import is_followed
from registry.clinical.pathways import PART_2_SENTENCE, is_part_2, pathway_words
from registry.clinical.primary import series_title, shown_scales
from registry.clinical.protocol import Protocol
from registry.clinical.safety_words import safety_sentence
from registry.clinical.screening import known
from registry.clinical.therapy import therapies_of
from registry.clinical.treatment import Running
from registry.clinical.trials import Trial, attributions, dose_range
from registry.clinical.views import Standing, standing
from registry.consult.presenters.agenda import ASKED, Why, questions, reasons
from registry.consult.presenters.checklist import Item, checklist
from registry.consult.presenters.since import Part, category_words, since, stands
from registry.documents.values import Line, Monitoring
from registry.papers import steering
from registry.papers.words import medical

if TYPE_CHECKING:
    from registry.consult.queries.notes import Case
    from registry.snapshots import Subject

NOTES = 4
"""Contact notes beside the form; the chart has them all."""
NEAR = timedelta(days=14)
SETTLED = ("implemented", "declined", "closed")
"""Nothing is left to be replaced: what was done is judged, what was declined is not to come."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One treatment: what, when, and what came of it."""

    what: str
    when: str
    result: str


@dataclass(frozen=True, slots=True)
class Past:
    """One recommendation of the last review and what became of it."""

    number: int
    category: str
    text: str
    judge_on: date | None
    if_fails: str
    state: str
    effect: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the template lays out beside the form."""

    subject: Subject
    standing: Standing
    place: AgendaScore
    week: int | None
    reasons: tuple[Why, ...]
    """Those that stand nowhere else on the page: not the question, not the safety sentence."""
    questions: tuple[str, ...]
    safety: str
    safety_open: bool
    plan: str
    trends: tuple[Trend, ...]
    attributions: tuple[str, ...]
    """What each improvement of the primary scale followed."""
    tried: tuple[Tried, ...]
    last_review_on: date | None
    last_review_id: UUID | None
    since: tuple[Part, ...]
    notes: tuple[Any, ...]
    past: tuple[Past, ...]
    checklist: tuple[Item, ...]
    unknown: tuple[str, ...]
    positive: tuple[str, ...]
    pathways: tuple[tuple[str, str], ...]
    """Each pathway that goes on, with the last of everything that happened on it."""
    part_2: str
    replaceable: tuple[tuple[UUID, str], ...]
    """Advice of earlier notes that is not done and may be closed."""
    allergies: str
    """Empty where nobody asked."""
    medical: tuple[Line, ...]
    monitoring: tuple[Monitoring, ...]
    """What is due, overdue or out of range."""

    @property
    def facts(self) -> EpisodeFacts:
        return self.standing.picture.facts


def case_page(case: Case, today: date) -> CasePage:
    """The case as it stands today."""
    protocol, subject = case.snapshot.protocol(today), case.snapshot.subject
    seen = standing(case.snapshot.facts, protocol, today)
    facts, last = seen.picture.facts, seen.picture.review
    place = rank_in(seen.picture, seen.findings, today)
    sentence, is_open = safety_sentence(seen)
    known = tuple(checklist(facts))
    trends = (trend_of(facts, protocol, today, name) for name in shown_scales(facts))
    return CasePage(
        subject=subject._replace(target=case.background.goals or subject.target),
        standing=seen,
        place=place,
        week=facts.week(today),
        reasons=tuple(one for one in reasons(place, seen) if one.code != ASKED and one.sentence != sentence),
        questions=questions(open_asks(facts)),
        safety=sentence,
        safety_open=is_open,
        plan=f"Safety plan of {spell(facts.safety_plans[-1].made_on)}." if facts.safety_plans else "No safety plan on file.",
        trends=tuple(trend for trend in trends if trend),
        attributions=tuple(one.sentence for one in attributions(facts, today, protocol)),
        tried=(*_drugs(facts, today, protocol), *_therapies(facts)),
        last_review_on=last.on if last else None,
        last_review_id=UUID(str(last.id)) if last else None,
        since=since(facts, protocol, (last.on if last else facts.enrolled_on) or date.min, today),
        notes=tuple(row for row in case.contacts if row.note and (last is None or row.on >= last.on))[:NOTES],
        past=tuple(_past(facts, one) for one in last.recommendations) if last else (),
        checklist=known,
        unknown=tuple(item.words for item in known if not item.is_known),
        positive=tuple(_positive(case, facts)),
        pathways=tuple(pathway_words(facts.care)),
        part_2=PART_2_SENTENCE if is_part_2(facts.care) else "",
        replaceable=tuple(replaceable(facts)),
        allergies=", ".join(row.code for row in latest(facts, "allergy").values()),
        medical=tuple(medical(case.background, facts, today)),
        monitoring=tuple(steering.readings(facts, today, protocol)),
    )  # fmt: skip


def _drugs(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[Tried]:
    """What runs first, then what is held, then what was stopped, the latest first, and what is told of earlier trials."""
    title = series_title(facts.primary_scale, facts.series(facts.primary_scale))
    for one, trial in steering.now(facts, today, protocol):
        yield Tried(one.words, _lasting(one, trial, today), steering.result(trial, title))
    for trial in reversed(steering.past(facts, today, protocol)):
        why = steering.stopped_because(trial)
        ended = f"stopped: {why}; " if why else ""
        yield Tried(
            f"{trial.name} {dose_range(trial)}", _lasted(trial), ended + steering.result(trial, title)
        )


def _lasting(one: Running, trial: Trial, today: date) -> str:
    """How long a trial runs, and the dose of today; of one that is held, what was taken before."""
    start = spell(trial.started_on or today)
    if one.is_held:
        return f"begun {start}, {dose_range(trial)}"
    return f"since {start}, this dose {counted((today - (one.since or today)).days // 7, 'week')}"


def _lasted(trial: Trial) -> str:
    """From when to when, and the weeks in which it was taken."""
    weeks = "weeks not known" if trial.weeks_taken is None else counted(trial.weeks_taken, "week")
    if trial.started_on and trial.ended_on:
        return f"{spell(trial.started_on)} to {spell(trial.ended_on)}, {weeks}"
    return f"from the history, {weeks}"


def _therapies(facts: EpisodeFacts) -> Iterator[Tried]:
    for one in therapies_of(facts):
        until = one.course.until if one.course else one.last_on
        end = until or one.last_on or one.first_on
        yield Tried(one.label, one.words, _meanwhile(facts, one.first_on, end))


def _meanwhile(facts: EpisodeFacts, start: date, end: date) -> str:
    """'PHQ-9 20 to 17': the last score by the begin (or the first soon after) and the last by the end."""
    scored = [s for s in facts.series(facts.primary_scale) if s.total is not None]
    before = [s for s in scored if s.taken_on <= start] or [s for s in scored if s.taken_on <= start + NEAR][
        :1
    ]
    after = [s for s in scored if before and before[-1].taken_on < s.taken_on <= end]
    if not before or not after:
        return "not measured since" if before and end > start else ""
    return f"{series_title(facts.primary_scale, scored)} {before[-1].total} to {after[-1].total}"


def _past(facts: EpisodeFacts, advice: Recommendation) -> Past:
    done = advice.last("implemented")
    return Past(
        advice.number, category_words(advice.category), advice.text,
        advice.judge_on, advice.if_fails, stands(advice),
        _meanwhile(facts, done.on, date.max) if done else "",
    )  # fmt: skip


def replaceable(facts: EpisodeFacts) -> Iterator[tuple[UUID, str]]:
    """Advice that is neither done nor declined, and may be closed from where it stands, the latest note first."""
    for review in reversed(facts.reviews):
        for one in filter(is_followed, review.recommendations):
            state = state_of(one.decisions)
            if state not in SETTLED and "closed" in MOVES[state]:
                what = f"{category_words(one.category)} of {spell(review.on)}: {one.text}"
                yield UUID(str(one.id)), f"{what} ({state_words(one.decisions)})"


def _positive(case: Case, facts: EpisodeFacts) -> Iterator[str]:
    """Checks whose answer that holds is yes, with the form that told it or what somebody noted."""
    notes = {row.topic: row.note for row in case.background.checks}
    for topic, label in CHECKS.items():
        held = known(facts, topic)
        if held is not None and held.positive:
            note = held.words or notes.get(topic, "")
            yield f"{label}{f' ({note})' if note else ''}, {spell(held.on)}"
