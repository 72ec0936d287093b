"""The review agenda: who comes first, by points with their reasons in words.

Points add up, so that two reasons weigh more than one.  Of several reasons that say the same thing (three
say "not reviewed") only the highest counts.  Safety stands apart: an open safety finding comes before any
sum of other reasons, and among those a C-SSRS high comes before every other one.  After safety come those whom a
meeting carried over.  Ties: longest since the last review (never first), then oldest enrolment, then id.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from registry.clinical.agenda_marks import open_asks, set_aside
from registry.clinical.dates import listed, spell
from registry.clinical.decision_moves import state_of
from registry.clinical.facts import AgendaMark, EpisodeFacts, FactId, Recommendation, Review
from registry.clinical.findings import Finding, findings_in
from registry.clinical.picture import Picture, picture
from registry.clinical.protocol import Protocol

SAFETY_POINTS = 100
HIGHEST = "SF2"
"""The safety finding before which no other comes: C-SSRS high."""
HOW = (
    "Points add up; of one group only the highest counts. Safety comes before any sum of other reasons, and a C-SSRS high "
    "before every other safety finding. After safety come those whom a meeting carried over. Ties: longest since the last "
    "review (never first), then oldest enrollment."
)
"""How patients are ranked, as it is told."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Weight:
    """One reason of the table: the findings that give it and its points; of one group only the best counts."""

    group: str
    code: str
    points: int
    name: str


WEIGHTS: tuple[Weight, ...] = (
    Weight("safety", "SF2", SAFETY_POINTS, "C-SSRS high"),
    Weight("safety", "SF3", SAFETY_POINTS, "C-SSRS moderate"),
    Weight("safety", "SF1", SAFETY_POINTS, "Positive safety item not assessed"),
    Weight("worse", "T6", 60, "Deterioration"),
    Weight("worse", "D3", 60, "Relapse"),
    Weight("pathway", "PW1", 60, "Return to use, not followed through"),
    Weight("pathway", "PW6", 60, "Antidepressant without a mood stabilizer"),
    Weight("asked", "A1", 50, "Care manager or PCP asked"),
    Weight("review", "X3", 45, "Weeks 8 to 12, not improved, not reviewed since week 8"),
    Weight("review", "X5", 40, "70 days or more, not improved, last review over 60 days ago"),
    Weight("review", "X6", 30, "New, never reviewed"),
    Weight("bipolar", "E8", 30, "Positive bipolar screen"),
    Weight("bipolar", "E7", 30, "Antidepressant without a bipolar screen"),
    Weight("discharge", "C8", 30, "Home from hospital, no contact since"),
    Weight("pathway", "PW3", 30, "Positive urine screen, not talked through"),
    Weight("pathway", "PW7", 30, "Early-warning sign, not talked through"),
    Weight("medication", "RX2", 25, "Laboratory result out of range"),
    Weight("medication", "RX5", 25, "Side effect not acted upon"),
    Weight("medication", "RX6", 25, "Psychotropic in pregnancy"),
    Weight("medication", "RX8", 25, "Laboratory result out of range"),
    Weight("medication", "RX7", 25, "Prompt about a medication not answered"),
    Weight("medication", "RX1", 25, "Monitoring overdue"),
    Weight("advice", "X8", 20, "Recommendation declined or not done"),
    Weight("unchanged", "X4", 20, "No change of treatment for 12 weeks while not at target"),
    Weight("unchanged", "X10", 20, "Two adequate trials failed"),
    Weight("unchanged", "CC1", 20, "Second treatment due"),
    Weight("unchanged", "X2", 20, "Not on track in therapy"),
    Weight("graduate", "D2", 5, "Ready to graduate"),
)

_ADVICE = next(w for w in WEIGHTS if w.group == "advice")


class Reason(NamedTuple):
    """Why a patient is on the agenda: points, the sentence and the rule."""

    points: int
    sentence: str
    code: str


class AgendaScore(NamedTuple):
    """Where one episode stands on the agenda of a review day."""

    episode_id: FactId
    points: int
    safety: bool
    reasons: tuple[Reason, ...]
    last_review_on: date | None
    enrolled_on: date | None
    set_aside: AgendaMark | None  # "not today because": listed, but not ranked
    carried_over_from: date | None  # asked for an earlier review and not reached

    @property
    def is_high(self) -> bool:
        """C-SSRS high: whoever is in danger now comes first."""
        return any(reason.code == HIGHEST for reason in self.reasons)

    def to_review(self, carried_from: date | None) -> bool:
        """There is a reason or a meeting carried the patient over, and nobody set them aside for this day."""
        return self.on_agenda or (carried_from is not None and self.set_aside is None)

    @property
    def on_agenda(self) -> bool:
        """There is a reason, and nobody set the patient aside for this day."""
        return self.points > 0 and self.set_aside is None


def rank(facts: EpisodeFacts, protocol: Protocol, today: date, review_on: date | None = None) -> AgendaScore:
    """The points of one episode for a review day (today unless told), with the reasons."""
    seen = picture(facts, protocol, today)
    return rank_in(seen, findings_in(seen), review_on or today)


def rank_in(seen: Picture, found: Sequence[Finding], review_on: date) -> AgendaScore:
    """The points of an episode that was seen already."""
    reasons = _reasons(seen, found)
    return AgendaScore(
        episode_id=seen.facts.episode_id,
        points=sum(r.points for r in reasons),
        safety=any(r.points >= SAFETY_POINTS for r in reasons),
        reasons=reasons,
        last_review_on=seen.review.on if seen.review else None,
        enrolled_on=seen.enrolled_on,
        set_aside=set_aside(seen.facts, review_on),
        carried_over_from=_carried_over(seen, review_on),
    )


def order(scores: Iterable[AgendaScore], carried: Container[FactId] = ()) -> list[AgendaScore]:
    """First C-SSRS high, then other safety, who was carried over, points, longest since review, oldest enrolment, id."""
    return sorted(
        scores,
        key=lambda one: (not one.is_high, not one.safety, one.episode_id not in carried, *_place(one)),
    )


def is_carried(score: AgendaScore, meeting_on: date | None) -> bool:
    """A meeting of that day did not reach the patient, and nobody has signed a review since."""
    return meeting_on is not None and (score.last_review_on is None or score.last_review_on < meeting_on)


def _place(score: AgendaScore) -> tuple[int, date, date, str]:
    return (
        -score.points,
        score.last_review_on or date.min,
        score.enrolled_on or date.max,
        str(score.episode_id),
    )


def _reasons(seen: Picture, found: Sequence[Finding]) -> tuple[Reason, ...]:
    """The best reason of each group, most points first."""
    by_code = {f.code: f.sentence for f in found}
    best: dict[str, Reason] = {}
    for weight in WEIGHTS:
        sentence = by_code.get(weight.code) or (_refused(seen) if weight is _ADVICE else None)
        if sentence and weight.group not in best:
            best[weight.group] = Reason(weight.points, sentence, weight.code)
    return tuple(sorted(best.values(), key=lambda r: (-r.points, r.code)))


def _refused(seen: Picture) -> str | None:
    """What became of the refused advice, in a sentence; the day of the note where it is not the last one."""
    told = [
        _refusal(advice, review.on if review is not seen.review else None) for review, advice in refused(seen)
    ]
    return f"Recommendation {listed(told)}." if told else None


def refused(seen: Picture) -> list[tuple[Review, Recommendation]]:
    """Advice that was declined or could not be carried out: of the last review, or of an earlier one since then."""
    if seen.stage != "active" or seen.review is None:
        return []
    return [
        (review, advice)
        for review in reversed(seen.facts.reviews)
        for advice in review.recommendations
        if _is_refused(advice) and (review is seen.review or advice.decisions[-1].on >= seen.review.on)
    ]


def _is_refused(advice: Recommendation) -> bool:
    return state_of(advice.decisions) in ("declined", "not_implemented")


def _refusal(advice: Recommendation, signed_on: date | None) -> str:
    """'2 was declined on Nov 13, 2026 (QTc 480)', with the day of the note where it is not the last one."""
    last, of = advice.decisions[-1], f" of {spell(signed_on)}" if signed_on else ""
    because = f" ({last.reason.rstrip(' .')})" if last.reason else ""
    return f"{advice.number}{of} was {last.kind.replace('_', ' ')} on {spell(last.on)}{because}"


def _carried_over(seen: Picture, review_on: date) -> date | None:
    """The first open question from an earlier review day: its day has passed, or a week has."""
    asks = [
        a.on
        for a in open_asks(seen.facts)
        if (a.review_on < review_on if a.review_on else a.on + WEEK <= review_on)
    ]
    return asks[0] if asks else None
