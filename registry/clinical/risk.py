"""What stands open in safety: positive safety items and questions without an assessment, and the risk flag."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from registry.clinical.dates import listed, spell
from registry.clinical.facts import EpisodeFacts, FactId, RiskAssessment, Score
from registry.clinical.instruments import INSTRUMENTS, alarms
from registry.clinical.instruments.cssrs import HIGH, LOW, MODERATE, NONE, SEVERITY, triage
from registry.clinical.protocol import Protocol


class RiskFlag(NamedTuple):
    """The flag that the assessments leave standing; it never clears by itself."""

    level: str  # high | moderate | low | none | unknown
    by: RiskAssessment | None = None
    lower_since: RiskAssessment | None = None  # a later one that gives no reason to clear

    @property
    def is_up(self) -> bool:
        """Only high and moderate are a flag."""
        return self.level in (HIGH, MODERATE)


def safety_item(score: Score) -> str:
    """Which item asks about suicide: "item 9" of the PHQ, "item 10 of the EPDS"."""
    kind = INSTRUMENTS[score.instrument]
    return "item 9" if kind.safety_item == 9 else f"item {kind.safety_item} of the {kind.title}"


def safety_answer(score: Score) -> str:
    """The answer to that item: "2"; where there is none, whether it was left out or is hidden in a bare total."""
    return answer_words(score.item9, score.by_item)


def answer_words(answer: int | None, by_item: bool) -> str:
    """One answer of a form, or why there is none: the answers are on file and it is not among them, or they are not."""
    if answer is not None:
        return str(answer)
    return "not answered" if by_item else "not known"


def asks_safety(score: Score) -> bool:
    """Whether the form has an item that asks about suicide at all: a PHQ-2 has none."""
    return score.instrument in INSTRUMENTS and INSTRUMENTS[score.instrument].safety_item is not None


def unknown_item(score: Score, assessments: Iterable[RiskAssessment]) -> str:
    """ "item 9 was not answered": the safety item is not known and nobody has assessed the risk for this form; else empty."""
    if not asks_safety(score) or score.item9 is not None or score.id in assessed_scores(assessments):
        return ""
    item = safety_item(score)
    return f"{item} was not answered" if score.by_item else f"{item} is not known (total only)"


def positive_items(scores: Iterable[Score]) -> str:
    """The items and safety questions that are positive in these scores, each once."""
    return listed(dict.fromkeys(item for score in scores for item in _positive(score)))


def _positive(score: Score) -> Iterator[str]:
    if score.item9:
        yield safety_item(score)
    title = INSTRUMENTS[score.instrument].title
    yield from (f"{title} question ({extra.label})" for extra in alarms(score.extras))


def alarm_words(score: Score) -> tuple[str, ...]:
    """Each safety question that was answered yes: "PHQ-A, thoughts of suicide in the past month: yes, on Nov 3, 2026"."""
    return tuple(
        f"{INSTRUMENTS[score.instrument].title}, {extra.told(1)}, on {spell(score.taken_on)}"
        for extra in alarms(score.extras)
    )


def positive_safety(score: Score) -> bool:
    """Whether the safety item, or a safety question beside the items, is positive."""
    return bool(score.item9 or (score.extras and alarms(score.extras)))


def open_item9(facts: EpisodeFacts, protocol: Protocol) -> tuple[Score, ...]:
    """Scores with a positive safety item or question that no settled assessment names; a later 0 does not close them."""
    scores = [s for s in facts.scores if positive_safety(s)]
    if not scores:
        return ()
    assessed = assessed_scores(facts.risk_assessments)
    first = _counts_from(facts, protocol)
    return tuple(s for s in scores if s.taken_on >= first and s.id not in assessed)


def assessed_scores(assessments: Iterable[RiskAssessment]) -> frozenset[FactId]:
    """The scores named by an assessment that is complete enough to act on, or that clears with a reason."""
    return frozenset(
        score_id for a in assessments for score_id in a.score_ids if a.cleared_reason or triage(a).settled
    )


def _counts_from(facts: EpisodeFacts, protocol: Protocol) -> date:
    """Scores count from some time before the episode began, for the screening that led to it."""
    began = facts.referred_on or facts.enrolled_on
    if began is None:
        return date.min
    return began - timedelta(days=protocol.safety_look_back.value)


def risk_flag(assessments: Iterable[RiskAssessment]) -> RiskFlag:
    """High or moderate stands until a later assessment that clears it with a reason."""
    flag = RiskFlag(NONE)
    for assessment in assessments:
        flag = _after(flag, assessment)
    return flag


def _after(flag: RiskFlag, assessment: RiskAssessment) -> RiskFlag:
    level = _own_level(assessment)
    if assessment.cleared_reason or not flag.is_up or SEVERITY[level] >= SEVERITY[flag.level]:
        return RiskFlag(level, assessment)
    return RiskFlag(flag.level, flag.by, assessment)


def _own_level(assessment: RiskAssessment) -> str:
    """The triage level; where a clinician clears with a reason, behaviour long ago no longer raises it."""
    level = triage(assessment).level
    if not assessment.cleared_reason or level != MODERATE or assessment.method:
        return level
    return LOW if assessment.wish_dead or assessment.thoughts else NONE
