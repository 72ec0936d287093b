"""Baseline and T1 to T6."""

import pytest

from registry.clinical.course import course
from registry.clinical.facts import EpisodeFacts, Score
from tests.clinical.cases import TODAY, P, ago, case, closed, enrolled, gad7, new_id, phq9, referred, status


def phq(days: int, *totals: tuple[int, int]) -> EpisodeFacts:
    return enrolled(days, scores=tuple(phq9(d, t) for d, t in totals))


def gad(days: int, *totals: tuple[int, int]) -> EpisodeFacts:
    return enrolled(days, primary_scale="gad7", scores=tuple(gad7(d, t) for d, t in totals))


def of(instrument: str, days: int, total: int) -> Score:
    return Score(new_id("score"), instrument, ago(days), total)


def own(scale: str, days: int, *totals: tuple[int, int]) -> EpisodeFacts:
    return enrolled(days, primary_scale=scale, scores=tuple(of(scale, d, t) for d, t in totals))


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        case("never measured since enrolment is not measured", phq(60), "none"),
        case("a score from before enrolment is never the baseline", phq(60, (61, 20)), "none"),
        case("one score is a baseline and no more", phq(60, (60, 20)), "baseline"),
        case("half of the baseline is response", phq(60, (60, 20), (5, 10)), "T1"),
        case("a point short of half is partial", phq(60, (60, 20), (5, 11)), "T4"),
        case("below 5 within the month is remission", phq(60, (60, 20), (5, 4)), "T3"),
        case("5 is not remission", phq(60, (60, 20), (5, 5)), "T1"),
        case("a remission older than a month counts as response", phq(90, (90, 20), (40, 4)), "T1"),
        case("a closed episode is judged on the day it closed", closed(140, scores=(phq9(230, 20), phq9(147, 4))), "T3"),
        case("a score that was older than a month at the close is response for good",
             closed(140, scores=(phq9(230, 20), phq9(171, 4))), "T1"),
        case("a score from after the close is as old as it is today", closed(140, scores=(phq9(230, 20), phq9(40, 4))), "T1"),
        case("and remission while it is fresh", closed(140, scores=(phq9(230, 20), phq9(20, 4))), "T3"),
        case("improvement is not reached after the close", enrolled(200, status(140, "closed", "graduated"), closed_on=ago(140),
             scores=(phq9(200, 17), phq9(145, 9))), "T4"),
        case("below 10 after 70 days is improved", phq(70, (70, 17), (5, 9)), "T2"),
        case("below 10 before 70 days is not yet judged improved", phq(69, (69, 17), (5, 9)), "T4"),
        case("a quarter below baseline is partial", phq(60, (60, 16), (5, 12)), "T4"),
        case("five points below a high baseline are partial", phq(60, (60, 26), (5, 21)), "T4"),
        case("less than a quarter and five points is no response", phq(60, (60, 20), (5, 16)), "T5"),
        case("five points above the baseline is deterioration", phq(60, (60, 12), (5, 17)), "T6"),
        case("four points above the baseline is not", phq(60, (60, 12), (5, 16)), "T5"),
        case("five above the best score is deterioration even in response",
             phq(60, (60, 24), (30, 4), (5, 9)), "T6"),
        case("deterioration goes before improvement", phq(80, (80, 18), (30, 3), (5, 8)), "T6"),
        case("a baseline below 10 cannot remit", phq(60, (60, 9), (5, 2)), "low"),
        case("a baseline below 10 can deteriorate", phq(60, (60, 6), (5, 11)), "T6"),
        case("GAD-7 four points up is deterioration", gad(60, (60, 12), (5, 16)), "T6"),
        case("GAD-7 three points up is not", gad(60, (60, 12), (5, 15)), "T5"),
        case("GAD-7 four points down is partial", gad(60, (60, 18), (5, 14)), "T4"),
        case("GAD-7 below 5 is remission", gad(60, (60, 14), (5, 4)), "T3"),
        case("PCL-5 twelve points down is improved from 70 days on", own("pcl5", 70, (70, 50), (5, 38)), "T2"),
        case("before that it is partial", own("pcl5", 69, (69, 50), (5, 38)), "T4"),
        case("as are ten points", own("pcl5", 90, (90, 50), (5, 40)), "T4"),
        case("nine points of fifty are no response", own("pcl5", 90, (90, 50), (5, 41)), "T5"),
        case("PCL-5 half of the baseline is response", own("pcl5", 60, (60, 70), (5, 35)), "T1"),
        case("PCL-5 below 33 within the month is remission", own("pcl5", 60, (60, 50), (5, 32)), "T3"),
        case("a month later it counts by its drop", own("pcl5", 90, (90, 50), (35, 32)), "T2"),
        case("33 is not remission", own("pcl5", 60, (60, 50), (5, 33)), "T4"),
        case("a PCL-5 of 32 is no elevated baseline", own("pcl5", 60, (60, 32), (5, 10)), "low"),
        case("ten points up is deterioration", own("pcl5", 60, (60, 40), (5, 50)), "T6"),
        case("nine are not", own("pcl5", 60, (60, 40), (5, 49)), "T5"),
        case("SCARED half of the baseline is response", own("scared_child", 60, (60, 52), (5, 26)), "T1"),
        case("SCARED below 25 is remission", own("scared_parent", 60, (60, 40), (5, 24)), "T3"),
        case("a quarter is partial: no points are published", own("scared_child", 60, (60, 40), (5, 30)), "T4"),
        case("less is none, however many points", own("scared_child", 60, (60, 60), (5, 46)), "T5"),
        case("nor is it ever improved by a number of its own", own("scared_child", 90, (90, 60), (5, 35)), "T4"),
        case("no published number says when a SCARED is worse", own("scared_child", 60, (60, 30), (5, 60)), "T5"),
        case("a SCARED of 24 is no elevated baseline", own("scared_child", 60, (60, 24), (5, 5)), "low"),
        case("PSC-17 below 15 is remission", own("psc17", 60, (60, 20), (5, 14)), "T3"),
        case("PSC-17 half of the baseline is response", own("psc17", 60, (60, 32), (5, 16)), "T1"),
        case("a PSC-17 of 14 is no elevated baseline", own("psc17", 60, (60, 14), (5, 5)), "low"),
        case("the parent's form is no score of the child's", enrolled(60, primary_scale="scared_child",
             scores=(of("scared_parent", 60, 40), of("scared_parent", 5, 20))), "none"),
        case("a referral that is not enrolled is not judged", referred(60, scores=(phq9(50, 20), phq9(5, 4))),
             "none"),
    ],
)  # fmt: skip
def test_status(facts: EpisodeFacts, status: str) -> None:
    assert course(facts, P, TODAY).status == status


def test_the_baseline_is_the_first_score_since_enrolment_however_late() -> None:
    found = course(phq(60, (62, 25), (40, 18), (5, 12)), P, TODAY)
    assert found.baseline is not None
    assert (found.baseline.total, found.percent, found.points, found.weeks) == (18, -33, -6, 5)
    assert found.sentence == "PHQ-9 18 on Oct 9, 2026 (baseline), 12 on Nov 13, 2026, 33% lower."


def test_of_two_scores_on_one_day_the_higher_counts() -> None:
    found = course(phq(60, (60, 12), (60, 20), (5, 9), (5, 11)), P, TODAY)
    assert [s.total for s in found.scores] == [20, 11]


def test_partial_forms_without_a_total_are_no_baseline() -> None:
    facts = enrolled(60, scores=(phq9(60, None, answered=4), phq9(50, 15)))
    found = course(facts, P, TODAY)
    assert found.baseline is not None
    assert found.baseline.total == 15
    assert found.sentence == "PHQ-9 15 on Sep 29, 2026 (baseline); no later score."


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        case("an unchanged score is told so", ((60, 14), (5, 14)), "unchanged."),
        case("a higher score is told so", ((60, 10), (5, 13)), "30% higher."),
        case("from a baseline of 0 there is no percentage", ((60, 0), (5, 3)), "3 on Nov 13, 2026."),
    ],
)
def test_the_change_in_words(totals: tuple[tuple[int, int], ...], words: str) -> None:
    assert course(phq(60, *totals), P, TODAY).sentence.endswith(words)


def test_the_phq_a_counts_with_the_phq9_as_a_primary_scale() -> None:
    score = Score("s", "phq_a", ago(60), 14)
    facts = enrolled(60, primary_scale="phq_a", scores=(score, Score("t", "phq_a", ago(5), 4)))
    assert course(facts, P, TODAY).word == "Remission"


def test_the_words_for_what_is_not_known() -> None:
    assert course(phq(60), P, TODAY).sentence == "No PHQ-9 since enrollment on Sep 19, 2026."
    assert course(referred(5), P, TODAY, "gad7").sentence == "No GAD-7 since enrollment: not enrolled."


def test_an_unknown_scale_is_refused_by_name() -> None:
    with pytest.raises(
        ValueError, match="smfq_child is not a primary scale of the protocol: phq9, gad7, pcl5"
    ):
        course(phq(60), P, TODAY, "smfq_child")


def test_not_improved_needs_an_elevated_baseline() -> None:
    assert course(phq(60, (60, 15)), P, TODAY).not_improved
    assert not course(phq(60, (60, 9)), P, TODAY).not_improved
    assert not course(phq(60), P, TODAY).not_improved
