"""Small builders: facts by days before TODAY, a Wednesday in the middle of a month."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from registry.clinical.facts import (
    Check,
    Consent,
    Contact,
    Decision,
    DoseEvent,
    EpisodeFacts,
    Medication,
    Recommendation,
    Review,
    RiskAssessment,
    SafetyPlan,
    Score,
    StatusChange,
)
from registry.clinical.findings import Finding, findings
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol

TODAY = date(2026, 11, 18)
P = DEFAULT_PROTOCOL
NO = {
    "wish_dead": False,
    "thoughts": False,
    "behaviour_lifetime": False,
}
_numbers = count(1)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def new_id(kind: str) -> str:
    return f"{kind}{next(_numbers)}"


def phq9(days: int, total: int | None, item9: int | None = 0, **more: Any) -> Score:
    more.setdefault("answered", 9)
    more.setdefault("items", (None,) * 9)
    return Score(more.pop("id", new_id("score")), "phq9", ago(days), total, item9=item9, **more)


def gad7(days: int, total: int, **more: Any) -> Score:
    return Score(new_id("score"), "gad7", ago(days), total, answered=7, **more)


def of(instrument: str, days: int, total: int) -> Score:
    """A total of any other form."""
    return Score(new_id("score"), instrument, ago(days), total)


def asked(topic: str, days: int, positive: bool = False, at: str = "") -> Check:
    """Somebody asked about one of the diagnostic checks."""
    return Check(topic, ago(days), positive, at)


def seen(days: int, **more: Any) -> Contact:
    return Contact(new_id("contact"), ago(days), "treatment", "phone", 20, **more)


def missed(days: int, kind: str = "no_show") -> Contact:
    return Contact(new_id("contact"), ago(days), kind, "phone", None, reached=False)


def drug(name: str, *events: tuple[int, str, float | None], drug_class: str | None = None) -> Medication:
    return Medication(
        new_id("drug"), name, drug_class, tuple(DoseEvent(ago(d), kind, dose) for d, kind, dose in events)
    )


def review(days: int, *advice: Recommendation) -> Review:
    return Review(new_id("review"), ago(days), advice)


def advice(number: int, category: str, *decisions: tuple[int, str]) -> Recommendation:
    steps = tuple(Decision(ago(d), kind) for d, kind in decisions)
    return Recommendation(new_id("advice"), number, category, decisions=steps)


def cssrs(days: int, *scores: Score, cleared: str = "", **answers: Any) -> RiskAssessment:
    ids = frozenset(s.id for s in scores)
    return RiskAssessment(new_id("risk"), ago(days), ids, **{**NO, "cleared_reason": cleared, **answers})


def plan(days: int, reviewed: int | None = None) -> SafetyPlan:
    return SafetyPlan(new_id("plan"), ago(days), None if reviewed is None else ago(reviewed))


def status(days: int, name: str, reason: str = "") -> StatusChange:
    return StatusChange(ago(days), name, reason)


def referred(days: int, **facts: Any) -> EpisodeFacts:
    """An open referral."""
    moves = facts.pop("moves", (status(days, "referred"),))
    return EpisodeFacts(
        episode_id="e1", patient_id="p1", referred_on=ago(days), status_changes=moves, **facts
    )


def enrolled(days: int, *more_moves: StatusChange, **facts: Any) -> EpisodeFacts:
    """An enrolled patient of 40, consented three days before the enrolment."""
    moves = (status(days + 10, "referred"), status(days + 3, "consented"), status(days, "enrolled"))
    base = {
        "episode_id": "e1",
        "patient_id": "p1",
        "birth_date": date(1986, 5, 1),
        "referred_on": ago(days + 10),
        "consents": (Consent(ago(days + 3)),),
        "enrolled_on": ago(days),
        "status_changes": moves + more_moves,
    }
    return EpisodeFacts(**{**base, **facts})


def closed(days: int, reason: str = "graduated", **facts: Any) -> EpisodeFacts:
    """An episode that was closed some days ago after half a year."""
    return enrolled(days + 180, status(days, "closed", reason), closed_on=ago(days), **facts)


def found(
    facts: EpisodeFacts, code: str, today: date = TODAY, protocol: Protocol = DEFAULT_PROTOCOL
) -> Finding | None:
    """The finding with this code."""
    return next((f for f in findings(facts, protocol, today) if f.code == code), None)


def case(sentence: str, *values: Any) -> Any:
    """One row of a table, named by its clinical sentence."""
    return pytest.param(*values, id=sentence)
