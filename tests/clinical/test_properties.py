"""What holds for every episode, whatever was entered and in whatever order."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clinical.agenda import rank
from registry.clinical.dates import MONTHS
from registry.clinical.facts import (
    AgendaMark,
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
from registry.clinical.findings import Urgency, findings
from registry.clinical.protocol import DEFAULT_PROTOCOL as P
from registry.clinical.views import standing

TODAY = date(2026, 11, 18)
DAYS = st.integers(-30, 240).map(lambda days: TODAY - timedelta(days=days))
MAYBE = st.sampled_from([None, False, True])
LISTS = (
    *("status_changes", "scores", "contacts", "medications", "reviews"),
    *("risk_assessments", "safety_plans", "agenda_marks", "checks"),
)


def numbered(rows: list[Any]) -> tuple[Any, ...]:
    """Give each row an id of its own."""
    ids = [f"{type(row).__name__}{n}" for n, row in enumerate(rows)]
    return tuple(
        row._replace(id=one) if isinstance(row, tuple) else replace(row, id=one)
        for row, one in zip(rows, ids, strict=True)
    )


SCORES = st.builds(
    Score,
    id=st.just(""),
    instrument=st.sampled_from(["phq9", "phq9", "gad7", "phq_a", "phq2", "audit_c"]),
    taken_on=DAYS,
    total=st.one_of(st.none(), st.integers(0, 6), st.integers(0, 21)),
    answered=st.sampled_from([None, 5, 9]),
    items=st.sampled_from([None, (1,) * 9]),
    item9=st.sampled_from([None, 0, 0, 1, 3]),
    source=st.sampled_from(["entered", "import:ehr"]),
    reviewed_on=st.one_of(st.none(), DAYS),
    extras=st.sampled_from([(), (), (("attempt_ever", 0),), (("suicidal_past_month", 1), ("dysthymia", 1))]),
)
CONTACTS = st.builds(
    Contact,
    id=st.just(""),
    on=DAYS,
    kind=st.sampled_from(["treatment", "treatment", "outreach_attempt", "scheduling", "no_show", "message"]),
    minutes=st.sampled_from([None, 10, 20]),
    reached=st.booleans(),
    discuss=st.booleans(),
    interventions=st.sampled_from([(), (), ("cbt",), ("relapse_prevention_plan",)]),
)
DOSES = st.builds(DoseEvent, on=DAYS, kind=st.sampled_from(["start", "change", "stop"]), dose_mg=st.sampled_from([None, 50.0, 100.0]))  # fmt: skip
DRUGS = st.builds(
    Medication,
    id=st.just(""),
    name=st.sampled_from(["sertraline", "lithium", "atorvastatin"]),
    events=st.lists(DOSES, max_size=3).map(tuple),
)
STEPS = st.builds(Decision, on=DAYS, kind=st.sampled_from(["delivered", "accepted", "declined", "deferred", "implemented"]))  # fmt: skip
ADVICE = st.builds(
    Recommendation,
    id=st.just("r"),
    number=st.integers(1, 3),
    category=st.sampled_from(["increase", "continue", "labs"]),
    decisions=st.lists(STEPS, max_size=2).map(tuple),
)
REVIEWS = st.builds(Review, id=st.just(""), on=DAYS, recommendations=st.lists(ADVICE, max_size=1).map(tuple))
RISKS = st.builds(
    RiskAssessment,
    id=st.just(""),
    on=DAYS,
    at=st.one_of(st.none(), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))),
    score_ids=st.sets(st.sampled_from(["Score0", "Score1", "Score2"])).map(frozenset),
    wish_dead=MAYBE,
    thoughts=MAYBE,
    method=MAYBE,
    intent=MAYBE,
    plan=MAYBE,
    behaviour_lifetime=MAYBE,
    behaviour_3_months=MAYBE,
    cleared_reason=st.sampled_from(["", "", "seen"]),
)
PLANS = st.builds(SafetyPlan, id=st.just(""), made_on=DAYS, reviewed_on=st.one_of(st.none(), DAYS))
CHECKS = st.builds(Check, topic=st.sampled_from(["bipolar", "trauma"]), on=DAYS, positive=st.booleans())
MARKS = st.builds(AgendaMark, kind=st.sampled_from(["asked", "set_aside"]), on=DAYS, review_on=st.one_of(st.none(), DAYS))  # fmt: skip


@st.composite
def episodes(draw: st.DrawFn) -> EpisodeFacts:
    """An episode of any length with anything recorded in it, before and after today."""
    enrolled_on = draw(DAYS)
    moves = [
        StatusChange(enrolled_on - timedelta(days=9), "referred"),
        StatusChange(enrolled_on, "enrolled"),
    ]
    end = draw(st.sampled_from(["", "relapse_prevention", "closed"]))
    end_on = enrolled_on + timedelta(days=draw(st.integers(1, 120)))
    if end:
        moves.append(StatusChange(end_on, end, draw(st.sampled_from(["graduated", "died"]))))
    return EpisodeFacts(
        episode_id="e",
        patient_id="p",
        birth_date=draw(st.sampled_from([None, date(1980, 1, 1), date(2006, 1, 1)])),
        primary_scale=draw(st.sampled_from(["phq9", "phq9", "gad7"])),
        referred_on=enrolled_on - timedelta(days=9),
        consents=draw(st.one_of(st.just(()), st.just((Consent(enrolled_on),)))),
        enrolled_on=enrolled_on,
        closed_on=end_on if end == "closed" else None,
        status_changes=tuple(moves),
        scores=numbered(draw(st.lists(SCORES, max_size=6))),
        contacts=numbered(draw(st.lists(CONTACTS, max_size=6))),
        medications=numbered(draw(st.lists(DRUGS, max_size=2))),
        reviews=numbered(draw(st.lists(REVIEWS, max_size=2))),
        risk_assessments=numbered(draw(st.lists(RISKS, max_size=3))),
        safety_plans=numbered(draw(st.lists(PLANS, max_size=2))),
        agenda_marks=tuple(draw(st.lists(MARKS, max_size=2))),
        checks=tuple(draw(st.lists(CHECKS, max_size=2))),
    )


SOME = settings(max_examples=150, deadline=None)


@SOME
@given(episodes(), st.randoms(use_true_random=False))
def test_the_order_of_entry_never_matters(facts: EpisodeFacts, random: Any) -> None:
    shuffled = {name: tuple(random.sample(getattr(facts, name), len(getattr(facts, name)))) for name in LISTS}
    again = replace(facts, **shuffled)
    assert findings(again, P, TODAY) == findings(facts, P, TODAY)
    assert rank(again, P, TODAY) == rank(facts, P, TODAY)


@SOME
@given(episodes())
def test_a_day_in_the_past_can_be_replayed(facts: EpisodeFacts) -> None:
    assert findings(facts, P, TODAY) == findings(facts.as_of(TODAY), P, TODAY)
    assert standing(facts, P, TODAY) == standing(facts.as_of(TODAY), P, TODAY)


@SOME
@given(episodes())
def test_findings_come_most_urgent_first_and_each_code_once(facts: EpisodeFacts) -> None:
    told = [(f.urgency, f.code) for f in findings(facts, P, TODAY)]
    assert told == sorted(set(told))


@SOME
@given(episodes())
def test_no_finding_rests_on_a_fact_after_today(facts: EpisodeFacts) -> None:
    known = {
        *(s.id for s in facts.scores if s.taken_on <= TODAY),
        *(c.id for c in facts.contacts if c.on <= TODAY),
        *(m.id for m in facts.medications if any(e.on <= TODAY for e in m.events)),
        *(r.id for r in facts.risk_assessments if r.on <= TODAY),
        *(p.id for p in facts.safety_plans if p.made_on <= TODAY),
        *(a.id for r in facts.reviews if r.on <= TODAY for a in r.recommendations),
    }
    for finding in findings(facts, P, TODAY):
        assert set(finding.facts) <= known, finding


DATED = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
PLANNED = {"C3", "D4", "D5", "X3", "X6"}  # these say by when something is due


@SOME
@given(episodes())
def test_no_sentence_mentions_a_day_after_today(facts: EpisodeFacts) -> None:
    for finding in findings(facts, P, TODAY):
        days = [date(int(y), MONTHS.index(m) + 1, int(d)) for d, m, y in DATED.findall(finding.sentence)]
        assert finding.code in PLANNED or all(day <= TODAY for day in days), finding.sentence


@SOME
@given(episodes(), st.integers(0, 20), st.integers(1, 3))
def test_a_later_worse_score_never_removes_an_urgent_finding(
    facts: EpisodeFacts, days: int, item9: int
) -> None:
    """A complete form with the worst answers, taken after everything else."""
    known = facts.as_of(TODAY)
    last = max([s.taken_on for s in known.scores], default=TODAY - timedelta(days=20))
    taken_on = min(TODAY, last + timedelta(days=days))
    worse = Score(
        "worse", "phq9", taken_on, 27, 9, (3,) * 8 + (item9,), item9, "entered", reviewed_on=taken_on
    )
    before = urgent(known)
    after = urgent(replace(known, scores=(*known.scores, worse)))
    asked_for = {"M2", "M3"}  # these ask for the very score or reading that the new form brings
    assert before - after <= asked_for


def urgent(facts: EpisodeFacts) -> set[str]:
    return {f.code for f in findings(facts, P, TODAY) if f.urgency <= Urgency.SAME_DAY}


@SOME
@given(episodes(), st.integers(0, 27))
def test_no_score_ever_closes_a_positive_item_9(facts: EpisodeFacts, total: int) -> None:
    known = facts.as_of(TODAY)
    later = Score("later", "phq9", TODAY, total, 9, (0,) * 9, 0)
    had = {f.code for f in findings(known, P, TODAY)} & {"SF1", "SF2", "SF3", "SF5"}
    has = {f.code for f in findings(replace(known, scores=(*known.scores, later)), P, TODAY)}
    assert had <= has


@SOME
@given(episodes(), st.integers(1, 200))
def test_a_flag_never_clears_by_waiting(facts: EpisodeFacts, days: int) -> None:
    known = facts.as_of(TODAY)
    had = {f.code for f in findings(known, P, TODAY)} & {"SF1", "SF2", "SF3", "SF5"}
    has = {f.code for f in findings(known, P, TODAY + timedelta(days=days))}
    assert had <= has
