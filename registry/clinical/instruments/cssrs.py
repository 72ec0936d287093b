"""C-SSRS screener: Columbia's triage; an unanswered question is never a no (S48).

High: question 4 or 5 in the past month, or behaviour in the past 3 months.  Moderate: question 3, or
behaviour ever.  Low: question 1 or 2.  The wording is licensed by registration and is not shipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from registry.clinical.facts import RiskAssessment
from registry.clinical.instruments.kinds import Loinc

LOINC = Loinc(
    panel="93373-9",
    total="93374-7",  # the risk level: the screener has no sum
    items=("93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3"),
)

HIGH, MODERATE, LOW, NONE, UNKNOWN = "high", "moderate", "low", "none", "unknown"
SEVERITY = {UNKNOWN: 0, NONE: 0, LOW: 1, MODERATE: 2, HIGH: 3}

QUESTIONS = (
    ("wish_dead", "question 1 (wish to be dead)"),
    ("thoughts", "question 2 (thoughts of suicide)"),
    ("method", "question 3 (method)"),
    ("intent", "question 4 (intent)"),
    ("plan", "question 5 (plan with intent)"),
    ("behaviour_lifetime", "question 6 (behavior, ever)"),
    ("behaviour_3_months", "question 6 (behavior, past 3 months)"),
)


@dataclass(frozen=True, slots=True)
class Triage:
    """The level that the answers establish, why, and which missing answers could raise it."""

    level: str  # high | moderate | low | none | unknown
    because: tuple[str, ...]
    unanswered: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True where no missing answer could raise the level."""
        return not self.unanswered

    @property
    def settled(self) -> bool:
        """True where the screener says what to do: it is complete, or the level already calls for action."""
        return self.complete or self.level in (HIGH, MODERATE)


def asked(answers: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """3 to 5 are asked after a yes to 2, the last 3 months after a yes to "ever"; what is not asked is not known."""
    kept = dict(answers)
    if not kept["thoughts"]:
        kept |= {"method": None, "intent": None, "plan": None}
    if not kept["behaviour_lifetime"]:
        kept["behaviour_3_months"] = None
    return kept


def triage(assessment: RiskAssessment) -> Triage:
    """Columbia's triage of one assessment."""
    return _triage(*[getattr(assessment, name) for name, _ in QUESTIONS])


def triage_of(answers: Mapping[str, bool | None]) -> Triage:
    """Columbia's triage of answers by the name of their question."""
    return _triage(*[answers[name] for name, _ in QUESTIONS])


@cache
def _triage(*given: bool | None) -> Triage:
    """Of the answers in the order of the questions; there are few combinations, and each is met again and again."""
    answers = {name: answer for (name, _), answer in zip(QUESTIONS, given, strict=True)}
    level, deciding = _level(answers)
    because = tuple(text for name, text in QUESTIONS if name in deciding and answers[name])
    missing = _unanswered(answers, level)
    if level == NONE and missing:
        level = UNKNOWN
    return Triage(level, because, tuple(text for name, text in QUESTIONS if name in missing))


_TRIAGE = (
    (HIGH, ("intent", "plan", "behaviour_3_months")),
    (MODERATE, ("method", "behaviour_lifetime")),
    (LOW, ("wish_dead", "thoughts")),
)


def _level(answers: dict[str, bool | None]) -> tuple[str, tuple[str, ...]]:
    """The highest level that a yes establishes."""
    for level, names in _TRIAGE:
        if any(answers[name] for name in names):
            return level, names
    return NONE, ()


def _unanswered(answers: dict[str, bool | None], level: str) -> set[str]:
    """Questions without an answer that could raise the level; a no to 2 or to "ever" answers what follows."""
    missing = {name for name, answer in answers.items() if answer is None}
    if answers["thoughts"] is False:
        missing -= {"method", "intent", "plan"}
    if answers["behaviour_lifetime"] is False:
        missing.discard("behaviour_3_months")
    raising = {name for lvl, names in _TRIAGE if SEVERITY[lvl] > SEVERITY[level] for name in names}
    if missing & {"thoughts"} and raising & {"intent", "plan"}:
        raising |= {"thoughts"}
    return missing & raising
