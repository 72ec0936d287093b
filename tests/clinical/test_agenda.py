"""The agenda: points with reasons in words, and an order that never wavers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.clinical.agenda import SAFETY_POINTS, WEIGHTS, AgendaScore, is_carried, order, rank
from registry.clinical.agenda_marks import open_asks
from registry.clinical.care import Care, HealthFact, LabResult, Pathway, SideEffect
from registry.clinical.facts import AgendaMark, Decision, EpisodeFacts, Recommendation, Review
from tests.clinical.cases import (
    TODAY,
    P,
    advice,
    ago,
    asked,
    case,
    closed,
    cssrs,
    drug,
    enrolled,
    phq9,
    referred,
    review,
    seen,
    status,
)

REVIEWED = (review(10),)
POSITIVE = phq9(3, 14, 1)


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        case("a reviewed patient without a reason is not on the agenda", enrolled(30, reviews=REVIEWED), []),
        case("an open item 9 is 100", enrolled(30, reviews=REVIEWED, scores=(POSITIVE,)), [("SF1", 100)]),
        case("the flag and the item are one safety reason",
             enrolled(30, reviews=REVIEWED, scores=(POSITIVE,), risk_assessments=(cssrs(1, intent=True),)), [("SF2", 100)]),
        case("a moderate flag is 100", enrolled(30, reviews=REVIEWED, risk_assessments=(cssrs(1, method=True),)),
             [("SF3", 100)]),
        case("deterioration is 60", enrolled(30, reviews=(review(6),), scores=(phq9(30, 10), phq9(5, 15))), [("T6", 60)]),
        case("relapse says the same and counts once",
             enrolled(90, status(40, "relapse_prevention"), reviews=REVIEWED,
                      medications=(drug("sertraline", (70, "start", 50.0)),),
                      scores=(phq9(90, 18), phq9(40, 4), phq9(5, 10))), [("T6", 60)]),
        case("a question is 50", enrolled(13, contacts=(seen(2, discuss=True),)), [("A1", 50)]),
        case("weeks 8 to 12 are 45, and one reason about the review is enough",
             enrolled(75, scores=(phq9(75, 18), phq9(5, 17))), [("X3", 45)]),
        case("an old review is 40, and no change 20",
             enrolled(100, scores=(phq9(100, 18), phq9(5, 17)), reviews=(review(70),)), [("X5", 40), ("X4", 20)]),
        case("a new patient is 30", enrolled(14), [("X6", 30)]),
        case("a positive bipolar screen is 30, with the review that it waits for",
             enrolled(14, checks=(asked("bipolar", 14, True),)), [("E8", 30), ("X6", 30)]),
        case("an antidepressant without a screen is 30",
             enrolled(13, medications=(drug("sertraline", (2, "start", 50.0)),)), [("E7", 30)]),
        case("home from hospital without a contact is 30",
             enrolled(30, reviews=REVIEWED, care=Care(health=(HealthFact("h", ago(1), "discharge", "hospital"),))),
             [("C8", 30)]),
        case("a severe side effect, an overdue reading and a result out of range are one reason of 25",
             enrolled(30, reviews=(review(10),), medications=(drug("lithium", (25, "start", 600.0)),),
                      care=Care(side_effects=(SideEffect("e", ago(2), None, "Tremor", "severe"),),
                                results=(LabResult("l", ago(3), "lithium_level", 1.3, "mmol/L"),))), [("RX2", 25)]),
        case("a moderate side effect is 25",
             enrolled(30, reviews=REVIEWED, care=Care(side_effects=(SideEffect("e", ago(2), None, "Nausea", "moderate"),))),
             [("RX5", 25)]),
        case("medication in pregnancy is 25",
             enrolled(60, reviews=(review(20),), checks=(asked("bipolar", 60), asked("pregnancy", 5, True)),
                      medications=(drug("sertraline", (60, "start", 50.0)),)), [("RX6", 25)]),
        case("a reading that is overdue is 25",
             enrolled(60, reviews=REVIEWED, sex="male", medications=(drug("lithium", (40, "start", 600.0)),)), [("RX1", 25)]),
        case("an antidepressant without a mood stabilizer is 60",
             enrolled(60, reviews=(review(30),), checks=(asked("bipolar", 60),), medications=(drug("sertraline", (20, "start", 50.0)),),
                      care=Care(pathways=(Pathway("p", ago(25), "bipolar"),))), [("PW6", 60)]),
        case("advice not done is 20", enrolled(60, reviews=(review(20, advice(1, "labs", (15, "accepted"))),)),
             [("X8", 20)]),
        case("advice declined is 20", enrolled(60, reviews=(review(20, advice(1, "labs", (15, "declined"))),)),
             [("X8", 20)]),
        case("advice of an earlier review that is declined after the last one is 20",
             enrolled(60, reviews=(review(30, advice(1, "labs", (3, "declined"))), review(10))), [("X8", 20)]),
        case("what was declined before the last review the consultant knew",
             enrolled(60, reviews=(review(30, advice(1, "labs", (15, "declined"))), review(10))), []),
        case("closed after it was declined is settled",
             enrolled(60, reviews=(review(20, advice(1, "labs", (15, "declined"), (4, "closed"))),)), []),
        case("advice carried out is none",
             enrolled(60, reviews=(review(20, advice(1, "labs", (15, "declined"), (9, "implemented"))),)), []),
        case("ready to graduate is 5",
             enrolled(150, status(40, "relapse_prevention"), reviews=REVIEWED,
                      scores=(phq9(150, 18), phq9(65, 4), phq9(5, 4))), [("D2", 5)]),
        case("a referral with an open item 9 is on the agenda", referred(3, scores=(POSITIVE,)), [("SF1", 100)]),
        case("declined advice of a closed episode is past",
             closed(5, reviews=(review(20, advice(1, "labs", (15, "declined"))),)), []),
    ],
)  # fmt: skip
def test_points(facts: EpisodeFacts, points: list[tuple[str, int]]) -> None:
    ranked = rank(facts, P, TODAY)
    assert [(r.code, r.points) for r in ranked.reasons] == points
    assert ranked.points == sum(p for _, p in points)
    assert ranked.on_agenda is bool(points)


def test_declined_advice_is_told_with_its_reason() -> None:
    declined = Recommendation("r", 2, "increase", decisions=(Decision(ago(5), "declined", "QTc 480"),))
    undone = Recommendation("s", 3, "labs", decisions=(Decision(ago(4), "not_implemented"),))
    ranked = rank(enrolled(60, reviews=(Review("v", ago(9), (declined, undone)),)), P, TODAY)
    assert [r.sentence for r in ranked.reasons if r.code == "X8"] == [
        "Recommendation 2 was declined on Nov 13, 2026 (QTc 480) and 3 was not implemented on Nov 14, 2026."
    ]
    since = rank(enrolled(60, reviews=(Review("v", ago(9), (declined,)), review(7))), P, TODAY)
    assert [r.sentence for r in since.reasons if r.code == "X8"] == [
        "Recommendation 2 of Nov 9, 2026 was declined on Nov 13, 2026 (QTc 480)."
    ]
    sentence = Recommendation(
        "r", 2, "increase", decisions=(Decision(ago(5), "declined", "The QTc is 480."),)
    )
    told = rank(enrolled(60, reviews=(Review("v", ago(9), (sentence,)),)), P, TODAY)
    assert [r.sentence for r in told.reasons if r.code == "X8"] == [
        "Recommendation 2 was declined on Nov 13, 2026 (The QTc is 480)."
    ], "a reason that was written as a sentence leaves its full stop behind"


def mark(kind: str, days: int, review_on: int | None) -> AgendaMark:
    return AgendaMark(kind, ago(days), "care_manager", "away", None if review_on is None else ago(review_on))


def test_not_today_because_holds_for_that_day_only() -> None:
    facts = enrolled(14, agenda_marks=(mark("set_aside", 1, 0),))
    today, next_week = rank(facts, P, TODAY), rank(facts, P, TODAY, ago(-7))
    assert today.set_aside is not None
    assert (today.set_aside.text, today.on_agenda) == ("away", False)
    assert (next_week.set_aside, next_week.on_agenda) == (None, True)
    assert [one.to_review(ago(7)) for one in (today, next_week)] == [False, True], "carried over or not"


def test_who_was_carried_over_is_to_be_reviewed_without_a_reason_left() -> None:
    settled = rank(enrolled(14, reviews=REVIEWED), P, TODAY)
    assert (settled.on_agenda, settled.to_review(None), settled.to_review(ago(7))) == (False, False, True)


def test_put_back_for_a_day_is_on_the_agenda_again() -> None:
    aside, back = mark("set_aside", 1, 0), mark("put_back", 1, 0)
    assert rank(enrolled(14, agenda_marks=(aside, back)), P, TODAY, ago(0)).on_agenda
    again = enrolled(14, agenda_marks=(back, aside, mark("set_aside", 0, 0)))
    assert not rank(again, P, TODAY, ago(0)).on_agenda


@pytest.mark.parametrize(
    ("facts", "carried"),
    [
        case("asked for today is not carried over", enrolled(40, agenda_marks=(mark("asked", 3, 0),)), False),
        case(
            "asked for last week and not reached is", enrolled(40, agenda_marks=(mark("asked", 9, 7),)), True
        ),
        case("asked a week ago without a day is", enrolled(40, agenda_marks=(mark("asked", 7, None),)), True),
        case(
            "asked this week without a day is not",
            enrolled(40, agenda_marks=(mark("asked", 6, None),)),
            False,
        ),
        case(
            "a review ends it", enrolled(40, agenda_marks=(mark("asked", 9, 7),), reviews=(review(7),)), False
        ),
    ],
)
def test_carry_over(facts: EpisodeFacts, carried: bool) -> None:
    assert (rank(facts, P, TODAY).carried_over_from is not None) is carried


def score(
    name: str,
    points: int,
    *,
    safety: bool = False,
    reviewed: int | None = None,
    enrolled_days: int | None = 100,
) -> AgendaScore:
    return AgendaScore(
        name,
        points,
        safety,
        (),
        None if reviewed is None else ago(reviewed),
        None if enrolled_days is None else ago(enrolled_days),
        None,
        None,
    )


def test_safety_is_never_outranked() -> None:
    assert SAFETY_POINTS == 100
    others = sum(w.points for w in WEIGHTS if w.group != "safety")
    ranked = order([score("sum", others), score("safe", 100, safety=True)])
    assert [s.episode_id for s in ranked] == ["safe", "sum"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        case("high comes before moderate, however much else speaks for the second",
             enrolled(30, reviews=REVIEWED, risk_assessments=(cssrs(1, intent=True),)),
             enrolled(30, reviews=(review(6),), risk_assessments=(cssrs(1, method=True),), scores=(phq9(30, 10), phq9(5, 15)))),
        case("high comes before an item 9 that nobody has assessed, and worse",
             enrolled(30, reviews=REVIEWED, risk_assessments=(cssrs(1, plan=True),)),
             enrolled(30, reviews=(review(6),), scores=(phq9(30, 10), phq9(5, 15, 1)))),
        case("of two in danger the one with more reasons",
             enrolled(30, reviews=(review(6),), risk_assessments=(cssrs(1, intent=True),), scores=(phq9(30, 10), phq9(5, 15))),
             enrolled(30, reviews=REVIEWED, risk_assessments=(cssrs(1, intent=True),))),
        case("a moderate comes before any sum of other reasons",
             enrolled(30, reviews=REVIEWED, risk_assessments=(cssrs(1, method=True),)),
             enrolled(30, reviews=(review(6),), contacts=(seen(2, discuss=True),), scores=(phq9(30, 10), phq9(5, 15)))),
    ],
)  # fmt: skip
def test_who_is_in_danger_comes_first(first: EpisodeFacts, second: EpisodeFacts) -> None:
    ranked = [
        rank(facts, P, TODAY)._replace(episode_id=name)
        for name, facts in (("second", second), ("first", first))
    ]
    assert [score.episode_id for score in order(ranked)] == ["first", "second"]


def test_who_was_carried_over_comes_right_after_safety() -> None:
    scores = [
        score("many", 200),
        score("carried", 5),
        score("safe", 100, safety=True),
        score("both", 100, safety=True),
    ]
    ranked = order(scores, {"carried", "both"})
    assert [s.episode_id for s in ranked] == ["both", "safe", "carried", "many"]


@pytest.mark.parametrize(
    ("reviewed", "meeting_days", "is_so"),
    [
        case("no meeting left the patient over", None, None, False),
        case("never reviewed since", None, 7, True),
        case("the last review was before that meeting", 8, 7, True),
        case("a review on the day of the meeting answers it", 7, 7, False),
        case("a review since then answers it", 2, 7, False),
    ],
)
def test_a_review_ends_being_carried_over(
    reviewed: int | None, meeting_days: int | None, is_so: bool
) -> None:
    met_on = None if meeting_days is None else ago(meeting_days)
    assert is_carried(score("a", 40, reviewed=reviewed), met_on) is is_so


def test_ties_go_to_the_longest_since_review_then_the_oldest_then_the_id() -> None:
    ranked = order(
        [
            score("d", 40, reviewed=10),
            score("referral", 40, enrolled_days=None),
            score("c", 40, reviewed=70),
            score("young", 40, enrolled_days=90),
            score("b", 40),
            score("a", 40),
            score("high", 45, reviewed=1),
        ]
    )
    assert [s.episode_id for s in ranked] == ["high", "a", "b", "young", "referral", "c", "d"]


@given(st.permutations([score(str(n), 40 + n % 3, reviewed=n % 4 or None) for n in range(8)]))
def test_the_order_does_not_depend_on_the_order_of_entry(scores: list[AgendaScore]) -> None:
    assert order(scores) == order(sorted(scores, key=lambda s: str(s.episode_id)))


def test_a_question_says_who_asks_and_what() -> None:
    marked = AgendaMark("asked", ago(2), "psychiatric_consultant", " Dose or switch? ")
    (ask,) = open_asks(enrolled(40, agenda_marks=(marked,)))
    assert (ask.by, ask.question) == ("Consultant", "Dose or switch?")
    assert ask.sentence == "Consultant asked on Nov 16, 2026: Dose or switch?"
