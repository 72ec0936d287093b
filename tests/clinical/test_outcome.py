"""What came of a recommendation, and where it stands: derived from the decisions, the day to judge it and the scores."""

from datetime import date

import pytest

from registry.clinical.course import course
from registry.clinical.facts import Decision, Recommendation, Score
from registry.clinical.outcome import STAGES, Standing, outcome, standing_of
from registry.clinical.protocol import DEFAULT_PROTOCOL as P
from tests.clinical.cases import TODAY, ago, case, enrolled, phq9

SIGNED_ON = ago(40)
DONE = Decision(ago(35), "implemented")


def advice(*steps: Decision, judge: int | None = 7, category: str = "increase") -> Recommendation:
    judge_on = None if judge is None else ago(judge)
    return Recommendation(
        "r", 1, category, judge_on=judge_on, decisions=(Decision(ago(36), "accepted"), *steps)
    )


def course_with(*scores: tuple[int, int]):
    facts = enrolled(90, scores=tuple(phq9(days, total) for days, total in scores))
    return course(facts, P, TODAY)


def test_an_outcome_names_its_scale_and_of_two_forms_both() -> None:
    """An adolescent begins with the PHQ-A and goes on with the PHQ-9: 16 to 8."""
    scores = (Score("a", "phq_a", ago(80), 20), Score("b", "phq_a", ago(36), 16), phq9(6, 8))
    found = outcome(advice(DONE), course(enrolled(90, scores=scores), P, TODAY), P, TODAY)
    assert found is not None
    assert found.sentence == "Better: PHQ-A 16 on Oct 13, 2026, PHQ-9 8 on Nov 12, 2026."


@pytest.mark.parametrize(
    ("scores", "status", "sentence"),
    [
        case("half below the score before the change is better", ((80, 20), (36, 16), (6, 8)), "better",
             "Better: PHQ-9 16 on Oct 13, 2026, 8 on Nov 12, 2026."),
        case("in remission is better, however little it took", ((80, 20), (36, 6), (6, 4)), "better",
             "Better: PHQ-9 6 on Oct 13, 2026, 4 on Nov 12, 2026."),
        case("five points are partly better", ((80, 20), (36, 16), (6, 11)), "partly",
             "Partly better: PHQ-9 16 on Oct 13, 2026, 11 on Nov 12, 2026."),
        case("a quarter is partly better", ((80, 20), (36, 12), (6, 9)), "partly",
             "Partly better: PHQ-9 12 on Oct 13, 2026, 9 on Nov 12, 2026."),
        case("a point is not better", ((80, 20), (36, 16), (6, 15)), "same",
             "Not better: PHQ-9 16 on Oct 13, 2026, 15 on Nov 12, 2026."),
        case("five points more are worse", ((80, 20), (36, 16), (6, 21)), "worse",
             "Worse: PHQ-9 16 on Oct 13, 2026, 21 on Nov 12, 2026."),
        case("the first score on or after the day counts, not the last", ((80, 20), (36, 16), (7, 15), (1, 5)), "same",
             "Not better: PHQ-9 16 on Oct 13, 2026, 15 on Nov 11, 2026."),
        case("a score before the day to judge it is none", ((80, 20), (36, 16), (8, 5)), "unknown",
             "No score to judge it by."),
        case("a score of before the change does not judge it, though its day is past", ((80, 20), (36, 16)), "unknown",
             "No score to judge it by."),
        case("without a score before the change the baseline is one", ((30, 20), (6, 9)), "better",
             "Better: PHQ-9 20 on Oct 19, 2026, 9 on Nov 12, 2026."),
        case("a baseline that was taken later than the day judges nothing", ((6, 9),), "unknown",
             "No score to judge it by."),
        case("never measured", (), "unknown", "No score to judge it by."),
    ],
)  # fmt: skip
def test_outcomes(scores: tuple[tuple[int, int], ...], status: str, sentence: str) -> None:
    found = outcome(advice(DONE), course_with(*scores), P, TODAY)
    assert found is not None
    assert (found.status, found.sentence) == (status, sentence)
    assert (found.points is None) is (status == "unknown")


@pytest.mark.parametrize(
    "one",
    [
        case("not done", advice()),
        case("no day to judge it", advice(DONE, judge=None)),
        case("the day is still to come", advice(DONE, judge=-1)),
        case("a score tells nothing of a laboratory test", advice(DONE, category="labs")),
    ],
)
def test_nothing_is_judged_before_its_day(one: Recommendation) -> None:
    assert outcome(one, course_with((80, 20), (36, 16), (6, 8)), P, TODAY) is None


def plain(*steps: Decision, category: str = "increase", judge: int | None = 7) -> Recommendation:
    return Recommendation("r", 1, category, judge_on=None if judge is None else ago(judge), decisions=steps)


@pytest.mark.parametrize(
    ("one", "stage", "owner", "due_on"),
    [
        case("signed and not sent", plain(), "deliver", "care_manager", date(2026, 10, 14)),
        case("sent and not answered", plain(Decision(ago(39), "delivered", "Fax")), "answer", "pcp", date(2026, 10, 14)),
        case("seen and not answered", plain(Decision(ago(39), "seen")), "answer", "pcp", date(2026, 10, 14)),
        case("deferred until a day to come", plain(Decision(ago(39), "deferred", "lab", until_on=ago(-2))), "deferred",
             "pcp", ago(-2)),
        case("the day until which it was deferred has come", plain(Decision(ago(39), "deferred", "lab", until_on=TODAY)),
             "answer", "pcp", TODAY),
        case("deferred without a day awaits the answer", plain(Decision(ago(39), "deferred", "lab")), "answer", "pcp",
             date(2026, 10, 14)),
        case("accepted", plain(Decision(ago(39), "accepted")), "do", "care_manager", ago(25)),
        case("modified", plain(Decision(ago(39), "modified", "50 mg")), "do", "care_manager", ago(25)),
        case("not done", plain(Decision(ago(2), "not_implemented", "cost")), "not_done", "care_manager",
             date(2026, 11, 19)),
        case("done, no score since the day to judge it", plain(DONE, judge=4), "judge", "care_manager", ago(4)),
        case("done, the day still to come", plain(DONE, judge=-3), "judge", "care_manager", ago(-3)),
        case("done and judged", plain(DONE), "done", "", None),
        case("done, nothing to judge", plain(DONE, judge=None, category="labs"), "done", "", None),
        case("declined", plain(Decision(ago(39), "declined", "BP")), "done", "", None),
        case("closed", plain(Decision(ago(39), "closed", "moved away")), "done", "", None),
        case("to continue asks nothing of the PCP", plain(category="continue"), "done", "", None),
    ],
)  # fmt: skip
def test_stages(one: Recommendation, stage: str, owner: str, due_on: date | None) -> None:
    found = standing_of(one, SIGNED_ON, course_with((80, 20), (36, 16), (6, 8)), P, TODAY)
    assert (found.stage, found.owner, found.due_on) == (stage, owner, due_on)
    assert found.label == STAGES[stage][0]


def test_what_is_late_is_past_its_day() -> None:
    late, due = (Standing("do", ago(20), day, None) for day in (ago(1), TODAY))
    assert late.is_late(TODAY)
    assert not due.is_late(TODAY)
    assert not Standing("done", ago(20), None, None).is_late(TODAY)
    assert late.age_words(TODAY) == "20 days"


def test_advice_that_was_done_late_is_judged_by_the_next_score() -> None:
    late = plain(Decision(ago(20), "accepted"), Decision(ago(3), "implemented"), judge=7)
    before = standing_of(late, SIGNED_ON, course_with((80, 20), (5, 16)), P, TODAY)
    after = standing_of(late, SIGNED_ON, course_with((80, 20), (5, 16), (1, 8)), P, TODAY)
    assert (before.stage, before.due_on) == ("judge", ago(7))
    assert (after.stage, after.outcome and after.outcome.status) == ("done", "better")


def test_nothing_is_waited_for_where_no_score_stands_before_the_change() -> None:
    done = plain(Decision(ago(36), "accepted"), DONE)
    assert standing_of(done, SIGNED_ON, course_with((6, 9)), P, TODAY).stage == "done"


def test_a_laboratory_test_that_was_taken_waits_for_no_score() -> None:
    taken = plain(Decision(ago(39), "accepted"), DONE, category="labs")
    assert standing_of(taken, SIGNED_ON, course_with((80, 20)), P, TODAY).stage == "done"
