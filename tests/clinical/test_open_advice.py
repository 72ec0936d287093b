"""X7, X8, X9, X12, A2 and A3 over every review of an episode: advice that is late is found, whichever note it is in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.clinical.asked_by import asked_by
from registry.clinical.care import Care, TherapyCourse
from registry.clinical.decision_moves import MOVES, OPEN
from registry.clinical.facts import Decision, EpisodeFacts, Recommendation, Review
from registry.clinical.findings import findings
from registry.clinical.interventions import RECOMMENDATION_CATEGORIES
from registry.clinical.picture import picture
from tests.clinical.cases import TODAY, P, advice, ago, case, drug, enrolled, found, phq9, review

DOSES = (drug("sertraline", (50, "start", 50.0), (10, "change", 100.0)),)
ACCEPTED = review(20, advice(1, "increase", (14, "accepted")))


def reasoned(number: int, *steps: Decision, judge: int | None = None) -> Recommendation:
    judge_on = None if judge is None else ago(judge)
    return Recommendation(f"r{number}", number, "increase", judge_on=judge_on, decisions=steps)


def judged(judge: int, *steps: Decision) -> tuple[Review, ...]:
    return (Review("v", ago(40), (reasoned(1, Decision(ago(38), "accepted"), *steps, judge=judge),)),)


DONE = Decision(ago(35), "implemented", "Prescription")
BARRIER = Decision(ago(9), "not_implemented", "Cost or coverage")


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("a newer review does not answer an older one", "X7",
             enrolled(60, reviews=(review(20, advice(1, "increase")), review(6, advice(1, "labs")))),
             "Recommendation 1 (increase) of Oct 29, 2026 without an answer for 20 days; not recorded as delivered. "
             "Recommendation 1 (labs) of Nov 12, 2026 without an answer for 6 days; not recorded as delivered."),
        case("closed as replaced is answered", "X7",
             enrolled(60, reviews=(review(20, advice(1, "increase", (2, "closed"))), review(2))), None),
        case("one that was put off is open on its day", "X7",
             enrolled(60, reviews=(Review("v", ago(9), (reasoned(1, Decision(ago(8), "deferred", "Next visit", until_on=TODAY)),)),)),
             "Recommendation 1 (increase) of Nov 9, 2026 without an answer for 9 days; not recorded as delivered."),
        case("and not before", "X7",
             enrolled(60, reviews=(Review("v", ago(9), (reasoned(1, Decision(ago(8), "deferred", "Lab", until_on=ago(-1))),)),)),
             None),
        case("advice of an earlier review that was accepted is to be done all the same", "X8",
             enrolled(60, reviews=(ACCEPTED, review(3))),
             "Recommendation 1 (increase) of Oct 29, 2026 was accepted and is not recorded as done."),
        case("declined, and accepted after thinking, is to be done", "X8",
             enrolled(60, reviews=(review(30, advice(1, "labs", (28, "declined"), (14, "accepted"))),)),
             "Recommendation 1 (labs) of Oct 19, 2026 was accepted and is not recorded as done."),
        case("a dose change since the answer asks whether that was it", "A2",
             enrolled(60, reviews=(ACCEPTED,), medications=DOSES),
             "Recommendation 1 (increase) of Oct 29, 2026 was accepted; since then: "
             "sertraline changed to 100 mg on Nov 8, 2026."),
        case("a therapy that began is not the dose that was advised", "X8",
             enrolled(60, reviews=(ACCEPTED,), care=Care(courses=(TherapyCourse("c", ago(9), "cbt"),))),
             "Recommendation 1 (increase) of Oct 29, 2026 was accepted and is not recorded as done."),
        case("it may be the therapy that was", "A2",
             enrolled(60, reviews=(review(20, advice(1, "therapy", (14, "accepted"))),),
                      care=Care(courses=(TherapyCourse("c", ago(9), "cbt"),))),
             "Recommendation 1 (therapy) of Oct 29, 2026 was accepted; since then: "
             "cognitive behavioral therapy started on Nov 9, 2026."),
        case("it does not ask within two weeks", "A2",
             enrolled(60, reviews=(review(20, advice(1, "increase", (13, "accepted"))),), medications=DOSES), None),
        case("nor where no treatment was to be changed", "A2",
             enrolled(60, reviews=(review(20, advice(1, "labs", (14, "accepted"))),), medications=DOSES), None),
        case("nor once it is recorded as done", "A2",
             enrolled(60, reviews=(review(20, advice(1, "increase", (14, "accepted"), (9, "implemented"))),), medications=DOSES),
             None),
        case("what could not be done is decided again", "A3", enrolled(60, reviews=judged(7, BARRIER)),
             "Recommendation 1 (increase) of Oct 9, 2026 could not be carried out (Cost or coverage) and waits for a decision."),
        case("within three working days", "A3",
             enrolled(60, reviews=judged(7, Decision(ago(5), "not_implemented", "Cost or coverage"))), None),
        case("a barrier without words is one, too", "A3",
             enrolled(60, reviews=(review(20, advice(1, "labs", (14, "accepted"), (9, "not_implemented"))),)),
             "Recommendation 1 (labs) of Oct 29, 2026 could not be carried out and waits for a decision."),
        case("a new answer ends that", "A3",
             enrolled(60, reviews=judged(7, BARRIER, Decision(ago(2), "declined", "Patient does not want it"))), None),
        case("on the day to judge it there is a score", "X9", enrolled(60, scores=(phq9(58, 18), phq9(36, 16)), reviews=judged(0, DONE)),
             "Recommendation 1 carried out on Oct 14, 2026; last PHQ-9 16 on Oct 13, 2026. "
             "Recommendation 1 (increase) of Oct 9, 2026 is done and has no PHQ-9 to judge it by."),
        case("a score between the change and that day does not judge it", "X9",
             enrolled(60, scores=(phq9(58, 18), phq9(9, 12)), reviews=judged(7, DONE)),
             "Recommendation 1 (increase) of Oct 9, 2026 is done and has no PHQ-9 to judge it by."),
        case("a score since that day does", "X9",
             enrolled(60, scores=(phq9(58, 18), phq9(7, 12)), reviews=judged(7, DONE)), None),
        case("before that day nothing is missed", "X9",
             enrolled(60, scores=(phq9(58, 18), phq9(9, 12)), reviews=judged(-1, DONE)), None),
        case("a wish to see the patient outlives the next review", "X12",
             enrolled(60, reviews=(review(12, advice(1, "direct_evaluation")), review(5, advice(1, "direct_evaluation")))),
             "The reviews of Nov 6, 2026 and Nov 13, 2026 ask for a direct evaluation; no visit is recorded."),
    ],
)  # fmt: skip
def test_open_advice(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


@pytest.mark.parametrize(
    ("code", "facts", "day"),
    [
        case("X7 counts from the oldest answer that is late", "X7",
             enrolled(60, reviews=(review(20, advice(1, "increase")), ACCEPTED, review(6, advice(1, "labs")))), date(2026, 11, 3)),
        case("X8 from two weeks after the answer", "X8", enrolled(60, reviews=(ACCEPTED, review(3))), TODAY),
        case("A2 likewise", "A2", enrolled(60, reviews=(ACCEPTED,), medications=DOSES), TODAY),
        case("A3 from three working days after the barrier", "A3", enrolled(60, reviews=judged(7, BARRIER)), date(2026, 11, 12)),
        case("X9 from the day to judge it", "X9", enrolled(60, scores=(phq9(58, 18), phq9(9, 12)), reviews=judged(7, DONE)), ago(7)),
        case("or from four weeks after the change where that is earlier", "X9",
             enrolled(60, scores=(phq9(58, 18),), reviews=judged(6, DONE)), ago(7)),
    ],
)  # fmt: skip
def test_the_day_by_which_it_was_wanted(code: str, facts: EpisodeFacts, day: date) -> None:
    assert found(facts, code) is not None
    assert asked_by(code, picture(facts, P, TODAY)) == day


@st.composite
def followed_advice(draw: st.DrawFn, number: int, signed: int) -> Recommendation:
    """Advice with steps that may follow each other, on days from the signing to today."""
    days = sorted(draw(st.lists(st.integers(0, signed), max_size=5)), reverse=True)
    steps, state = [], OPEN
    for day in days:
        state = draw(st.sampled_from(MOVES[state]))
        until = draw(st.none() | st.integers(-20, day - 1)) if state == "deferred" else None
        steps.append(Decision(ago(day), state, "said", until_on=None if until is None else ago(until)))
    judge = draw(st.none() | st.integers(-30, signed))
    category = draw(st.sampled_from(sorted(RECOMMENDATION_CATEGORIES)))
    judge_on = None if judge is None else ago(judge)
    return Recommendation(f"{signed}.{number}", number, category, judge_on=judge_on, decisions=tuple(steps))


@st.composite
def reviewed(draw: st.DrawFn) -> EpisodeFacts:
    days = sorted(draw(st.lists(st.integers(0, 120), min_size=1, max_size=4, unique=True)), reverse=True)
    notes = [
        Review(
            f"v{day}",
            ago(day),
            tuple(draw(followed_advice(n, day)) for n in range(1, draw(st.integers(1, 3)) + 1)),
        )
        for day in days
    ]
    scores = draw(
        st.lists(st.tuples(st.integers(0, 140), st.integers(0, 27)), max_size=5, unique_by=lambda s: s[0])
    )
    doses = DOSES if draw(st.booleans()) else ()
    measured = tuple(phq9(day, total) for day, total in scores)
    return enrolled(150, scores=measured, reviews=tuple(notes), medications=doses)


@given(reviewed())
def test_every_piece_of_advice_that_is_late_has_its_finding(facts: EpisodeFacts) -> None:
    late = {one.advice.id for one in picture(facts, P, TODAY).advice if one.standing.is_late(TODAY)}
    named = {
        fact
        for f in findings(facts, P, TODAY)
        if f.code in ("X7", "X8", "X9", "A2", "A3")
        for fact in f.facts
    }
    assert late <= named
