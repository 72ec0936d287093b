"""The consultant's advice on a printed page: which note the page is about, what became of it, and its reply code."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.course import Course
from registry.clinical.dates import counted
from registry.clinical.decision_moves import awaits_answer, state_of, state_words
from registry.clinical.facts import EpisodeFacts, Recommendation, Review
from registry.clinical.interventions import NO_ANSWER_NEEDED, RECOMMENDATION_CATEGORIES
from registry.clinical.outcome import UNKNOWN, outcome
from registry.clinical.primary import series_title
from registry.clinical.protocol import Protocol
from registry.clinical.treatment import meanwhile
from registry.documents import values as v
from registry.reply_codes import spelled

if TYPE_CHECKING:
    from registry.papers.cases import Case

WEEK = 7


def recommendations(
    case: "Case", seen: Course, reviews: Sequence[Review], protocol: Protocol, today: date
) -> Iterator[v.Recommendation]:
    """The advice of some reviews with what became of it: of the one that asks, or for the consultant of the last two."""
    words = {row.id: row for row in case.background.notes}
    reasons = {row.id: row.rationale for row in case.background.reasons}
    facts = case.snapshot.facts
    medications = (*facts.medications, *facts.beside)
    for review in reviews:
        row = words.get(review.id)
        for one in review.recommendations:
            is_first = one is review.recommendations[0]
            yield v.Recommendation(
                number=one.number,
                category=RECOMMENDATION_CATEGORIES.get(one.category, one.category),
                text=one.text,
                why=reasons.get(one.id) or (row.impression if row and is_first else "") or "",
                judge_on=one.judge_on,
                if_it_fails=one.if_fails,
                signed_by=row.name or "" if row else "",
                signed_on=review.on,
                needs_decision=_waits(one),
                status=state_words(one.decisions) if one.decisions else "",
                effect=_effect(one, seen, protocol, today),
                meanwhile=meanwhile(one.text, _news_from(one, review), medications, today),
            )


def _news_from(one: Recommendation, review: Review) -> date:
    """The day from which a stop is news beside advice: up to the day on which it was done the stop may be the advice."""
    done = one.decisions and one.decisions[-1].kind == "implemented"
    return one.decisions[-1].on + timedelta(days=1) if done else review.on


def asking(facts: EpisodeFacts, note_id: UUID | None) -> tuple[Review, ...]:
    """The review that the PCP's page is about: the chosen one, else the last with advice that waits, else the last."""
    if note_id is not None:
        return tuple(review for review in facts.reviews if review.id == note_id)
    waiting = [review for review in facts.reviews if any(map(_waits, review.recommendations))]
    return tuple((waiting or facts.reviews)[-1:])


def later_on(case: "Case", about: Sequence[Review], today: date) -> date | None:
    """The day of the last note, where it was signed after the one that the page is about."""
    notes = [row for row in case.background.notes if row.on <= today]
    own = next((row for row in notes if about and row.id == about[0].id), None)
    if own is None:
        return None
    return max((row.on for row in notes if (row.on, row.signed_at) > (own.on, own.signed_at)), default=None)


def _waits(one: Recommendation) -> bool:
    return one.category not in NO_ANSWER_NEEDED and awaits_answer(state_of(one.decisions))


def reply_code(case: "Case", about: Sequence[Review]) -> str:
    """The code by which the returned page is found again; on a page that asks nothing there is none."""
    if not any(_waits(one) for review in about for one in review.recommendations):
        return ""
    code = next((row.reply_code for row in case.background.notes if row.id == about[0].id), None)
    return spelled(code) if code else ""


def _effect(advice: Recommendation, seen: Course, protocol: Protocol, today: date) -> str:
    """What came of advice that was carried out; before the day to judge it, what the primary scale did since."""
    done, found = advice.last("implemented"), outcome(advice, seen, protocol, today)
    if done is None:
        return ""
    if found is not None and found.status != UNKNOWN:
        return found.sentence
    on = done.on
    before = [s for s in seen.scores if s.taken_on <= on]
    after = [s for s in seen.scores if s.taken_on > on]
    if not before or not after:
        return "not measured since"
    days = (after[-1].taken_on - on).days
    time = counted(days // 7, "week") if days >= WEEK else counted(days, "day")
    return f"{series_title(seen.series, seen.scores)} {before[-1].total} to {after[-1].total} in {time}"
