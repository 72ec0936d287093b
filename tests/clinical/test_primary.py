"""The primary scale: which can be one, what a page shows beside it, and what the rules make of it."""

from datetime import date

import pytest

from registry.clinical.explain import explain, explain_status
from registry.clinical.facts import EpisodeFacts, Score
from registry.clinical.findings import Finding, findings
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.picture import picture
from registry.clinical.primary import (
    MONITORING,
    NOT_PRIMARY,
    PRIMARY,
    level,
    other_scale,
    refusal,
    series_title,
    shown_scales,
)
from registry.clinical.progress import BETTER, SAME, UNJUDGED, WORSE, direction
from registry.clinical.protocol import DEFAULT_PROTOCOL, numbers, scale_awaits_sign_off
from registry.clinical.protocol_limits import problems
from registry.clinical.sources import AWAITING
from registry.clinical.trials import attributions, trials
from tests.clinical.cases import TODAY, P, ago, case, closed, drug, enrolled, of, phq9, seen, status

ADULT, CHILD = date(1986, 5, 1), date(2014, 5, 1)


def ptsd(days: int, *totals: tuple[int, int], **more: object) -> EpisodeFacts:
    scores = tuple(of("pcl5", d, t) for d, t in totals)
    return enrolled(days, primary_scale="pcl5", scores=scores, **more)


def anxious_child(days: int, *totals: tuple[int, int], **more: object) -> EpisodeFacts:
    scores = tuple(of("scared_child", d, t) for d, t in totals)
    return enrolled(days, primary_scale="scared_child", birth_date=CHILD, scores=scores, **more)


@pytest.mark.parametrize(
    ("name", "born", "sentence"),
    [
        case("a PCL-5 can be primary", "pcl5", ADULT, ""),
        case("a SCARED in a child", "scared_child", CHILD, ""),
        case("not in an adult", "scared_child", ADULT, "The SCARED, child is for ages 8 to 18; the patient is 40."),
        case("a PSC-17 in a child", "psc17", CHILD, ""),
        case("not in an adult", "psc17", ADULT, "The PSC-17 is for ages 4 to 17; the patient is 40."),
        case("an age that is not known passes", "psc17", None, ""),
        case("the PHQ-9 has its own form for the young", "phq9", CHILD, ""),
        case("an instrument that is no scale", "audit_c", ADULT, "Choose a primary scale."),
        case("no name", "", ADULT, "Choose a primary scale."),
    ],
)  # fmt: skip
def test_which_scale_can_be_primary(name: str, born: date | None, sentence: str) -> None:
    assert refusal(name, born, TODAY) == sentence


@pytest.mark.parametrize("name", NOT_PRIMARY)
def test_a_scale_without_a_published_baseline_is_refused_in_words(name: str) -> None:
    told = refusal(name, CHILD, TODAY)
    assert told.startswith(
        f"The {INSTRUMENTS[name].title} cannot be the primary scale: no published number says"
    )


def test_the_protocol_knows_every_primary_scale() -> None:
    assert {name: DEFAULT_PROTOCOL.scale(name).title for name in PRIMARY} == {
        "phq9": "PHQ-9", "gad7": "GAD-7", "pcl5": "PCL-5", "scared_child": "SCARED, child",
        "scared_parent": "SCARED, parent", "psc17": "PSC-17",
    }  # fmt: skip
    assert {name for name in PRIMARY if scale_awaits_sign_off(name)} == set(PRIMARY) - {"phq9", "gad7"}
    assert set(PRIMARY) < MONITORING
    assert DEFAULT_PROTOCOL.scale("pcl5").target == 33
    assert DEFAULT_PROTOCOL.scale("gad7").target == 10


def test_the_candidates_await_sign_off_and_what_nobody_published_is_no_number() -> None:
    held = numbers(DEFAULT_PROTOCOL)
    assert {name: n.value for name, n in held.items() if name.startswith(("pcl5.", "scared.", "psc17."))} == {
        "pcl5.elevated": 33, "pcl5.improved_points": 12, "pcl5.remission_below": 33, "pcl5.worse_points": 10,
        "pcl5.partial_points": 10, "pcl5.small_drop": 10, "scared.elevated": 25, "scared.remission_below": 25,
        "psc17.elevated": 15, "psc17.remission_below": 15,
    }  # fmt: skip
    waiting = {
        name
        for name, n in held.items()
        if name.startswith(("pcl5.", "scared.", "psc17.")) and n.awaiting_sign_off
    }
    assert waiting >= {"pcl5.elevated", "pcl5.remission_below", "scared.elevated", "psc17.remission_below"}
    assert not held["pcl5.improved_points"].awaiting_sign_off, "New York counts 12 points"
    assert problems({"pcl5.remission_below": 40}).keys() == {"pcl5.remission_below"}


def test_a_clinic_sets_the_number_of_both_forms_at_once() -> None:
    own = DEFAULT_PROTOCOL.with_values("own", ago(90), **{"scared.elevated": 30})
    assert (own.scale("scared_child").elevated, own.scale("scared_parent").elevated) == (30, 30)


@pytest.mark.parametrize(
    ("facts", "shown", "other"),
    [
        case("the usual two", enrolled(30), ("phq9", "gad7"), None),
        case("an adolescent's too", enrolled(30, primary_scale="phq_a"), ("phq9", "gad7"), None),
        case("the GAD-7 first where anxiety is followed", enrolled(30, primary_scale="gad7"), ("gad7", "phq9"), None),
        case("the PCL-5 first", ptsd(30), ("pcl5", "phq9", "gad7"), "pcl5"),
        case("the child's form alone", anxious_child(30), ("scared_child", "phq9", "gad7"), "scared_child"),
        case("and with the parent's once there is one",
             enrolled(30, primary_scale="scared_child", scores=(of("scared_parent", 5, 30),)),
             ("scared_child", "scared_parent", "phq9", "gad7"), "scared_child"),
    ],
)  # fmt: skip
def test_what_a_page_shows(facts: EpisodeFacts, shown: tuple[str, ...], other: str | None) -> None:
    assert shown_scales(facts) == shown
    assert other_scale(facts) == other


@pytest.mark.parametrize(
    ("scores", "title"),
    [
        case("never taken: the series' own name", (), "PHQ-9"),
        case("an adolescent's form is called by its name", (of("phq_a", 30, 12), of("phq_a", 2, 9)), "PHQ-A"),
        case("a patient who turned 18 has both", (of("phq_a", 90, 12), of("phq9", 2, 9)), "PHQ-A and PHQ-9"),
        case("a form without a total is on no chart", (of("phq_a", 30, 9)._replace(total=None), of("phq9", 2, 9)), "PHQ-9"),
    ],
)  # fmt: skip
def test_a_series_is_called_by_the_forms_that_were_taken(scores: tuple[Score, ...], title: str) -> None:
    assert series_title("phq9", scores) == title


@pytest.mark.parametrize(
    ("name", "total", "word", "severity"),
    [
        case("a PHQ-9 has its band", "phq9", 12, "moderate", 2),
        case("a PCL-5 has none: its side of the line is told", "pcl5", 33, "33 or more", 2),
        case("and the other side", "pcl5", 32, "below 33", 0),
        case("each form by the numbers of its scale", "scared_parent", 25, "25 or more", 2),
    ],
)
def test_the_level_of_a_total(name: str, total: int, word: str, severity: int) -> None:
    told = level(name, total, DEFAULT_PROTOCOL)
    assert (told.name, told.severity) == (word, severity)


def finding(facts: EpisodeFacts, code: str) -> Finding | None:
    return next((f for f in findings(facts, P, TODAY) if f.code == code), None)


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("the baseline is asked for by its name", "E6", ptsd(3),
             "No PCL-5 with a total since enrollment on Nov 15, 2026 (day 3 of 14)."),
        case("a PHQ-9 is no baseline of it", "E6", enrolled(20, primary_scale="pcl5", scores=(phq9(10, 20),)),
             "No PCL-5 with a total since enrollment on Oct 29, 2026 (20 days ago)."),
        case("the scale is due after a month", "M1", ptsd(60, (60, 50), (31, 40)),
             "Last PCL-5 was 40 on Oct 18, 2026, 31 days ago."),
        case("not improved at eight weeks is reviewed", "X3", ptsd(60, (60, 50), (5, 45)),
             "Week 8: PCL-5 50 on Sep 19, 2026 (baseline), 45 on Nov 13, 2026, 10% lower. Never reviewed. Week 12 ends on "
             "Dec 12, 2026."),
        case("twelve points lower is improved", "X3", ptsd(60, (60, 50), (5, 38)), None),
        case("ten points up is worse", "T6", ptsd(60, (60, 40), (5, 50)),
             "PCL-5 50 on Nov 13, 2026 is 10 points above the baseline of 40 on Sep 19, 2026."),
        case("a SCARED is never told to be worse", "T6", anxious_child(60, (60, 30), (5, 60)), None),
        case("but at eight weeks it is not improving", "T5", anxious_child(60, (60, 30), (5, 60)),
             "Week 8: SCARED, child 30 on Sep 19, 2026 (baseline), 60 on Nov 13, 2026, 100% higher."),
        case("a small drop on a step is an early signal", "X1",
             ptsd(60, (60, 60), (5, 51), medications=(drug("sertraline", (30, "start", 50.0)),)),
             "Sertraline started at 50 mg on Oct 19, 2026; PCL-5 60 on Sep 19, 2026, 51 on Nov 13, 2026."),
        case("of a SCARED by percent alone", "X1",
             anxious_child(60, (60, 60), (5, 49), medications=(drug("sertraline", (30, "start", 50.0)),)),
             "Sertraline started at 50 mg on Oct 19, 2026; SCARED, child 60 on Sep 19, 2026, 49 on Nov 13, 2026."),
        case("a fifth less is enough", "X1",
             anxious_child(60, (60, 60), (5, 48), medications=(drug("sertraline", (30, "start", 50.0)),)), None),
        case("the month's scale is any of the families", "C3",
             ptsd(60, (60, 50), (2, 40), contacts=(seen(2),)), None),
        case("without one it is asked for by name", "C3", ptsd(60, (60, 50), contacts=(seen(2),)),
             "This month, which ends on Nov 30, 2026, has no scored PCL-5, PHQ-9 or GAD-7."),
        case("a high score after the close is told", "D6",
             closed(20, primary_scale="pcl5", scores=(of("pcl5", 2, 40),)),
             "Closed on Oct 29, 2026; PCL-5 40 on Nov 16, 2026."),
        case("of another episode's scale it is not", "D6", closed(20, scores=(of("pcl5", 2, 40),)), None),
        case("an elevated score in relapse prevention is a relapse", "D3",
             enrolled(200, status(60, "relapse_prevention"), primary_scale="psc17",
                      scores=(of("psc17", 200, 22), of("psc17", 60, 8), of("psc17", 5, 15))),
             "In relapse prevention; PSC-17 15 on Nov 13, 2026, best 8 on Sep 19, 2026."),
        case("points above the best of it are not: none are published", "D3",
             enrolled(200, status(60, "relapse_prevention"), primary_scale="psc17",
                      scores=(of("psc17", 200, 22), of("psc17", 60, 2), of("psc17", 5, 14))), None),
    ],
)  # fmt: skip
def test_the_findings_follow_the_primary_scale(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    on = TODAY.replace(day=25) if code == "C3" else TODAY
    told = next((f for f in findings(facts, P, on) if f.code == code), None)
    assert (told.sentence if told else None) == sentence


def test_what_rests_on_a_candidate_number_awaits_sign_off() -> None:
    by_pcl5, by_phq9 = (
        finding(ptsd(60, (60, 50), (5, 45)), "X3"),
        finding(enrolled(60, scores=(phq9(60, 18), phq9(5, 17))), "X3"),
    )
    assert by_pcl5 is not None
    assert by_phq9 is not None
    assert (by_pcl5.awaiting_sign_off, by_phq9.awaiting_sign_off) == (True, False)
    contact = finding(ptsd(60, (60, 50), (5, 45)), "X6")
    assert contact is not None
    assert contact.awaiting_sign_off, "a rule that awaits it anyway"


def test_two_scores_better_make_the_transition() -> None:
    seen_now = picture(ptsd(90, (90, 50), (30, 38), (5, 37)), P, TODAY)
    assert seen_now.phase == "transition"
    assert picture(ptsd(90, (90, 50), (30, 39), (5, 37)), P, TODAY).phase == "acute"


def test_a_status_is_explained_by_the_numbers_of_its_own_scale() -> None:
    seen_now = picture(ptsd(80, (80, 50), (5, 38)), P, TODAY)
    told = explain_status(seen_now.primary, seen_now)
    assert told.title == "PCL-5: Improved"
    assert told.rule.endswith(
        "Improved: baseline 33 (PCL-5) or more; 12 (PCL-5) points below the baseline; from 70 d after enrollment "
        "(in a closed episode, by the day of its close)."
    )
    assert [n.name for n in told.numbers] == ["pcl5.elevated", "pcl5.improved_points", "improved_from"]
    assert told.awaiting_sign_off


def test_a_finding_is_explained_by_its_scale_and_by_the_phq9_that_is_always_watched() -> None:
    seen_now = picture(ptsd(60, (60, 40), (5, 50)), P, TODAY)
    told = explain(next(f for f in findings(seen_now.facts, P, TODAY) if f.code == "T6"), seen_now)
    assert "10 (PCL-5), 5 (PHQ-9) points above" in told.rule
    assert [n.name for n in told.numbers] == ["pcl5.worse_points", "phq9.worse_points"]


def test_the_rulebook_lists_what_is_not_published_and_what_is_refused() -> None:
    from registry.clinical.rulebook import page, statuses

    told = page()
    row = next(line for line in told.splitlines() if line.startswith("| SCARED |"))
    assert row.count("none published") == 5
    assert AWAITING in row
    assert all(sentence in told for sentence in NOT_PRIMARY.values())
    remission = next(line for line in statuses(P) if line[0] == "T3")
    assert remission[3].endswith(f"PCL-5, SCARED, PSC-17: *{AWAITING}*")


@pytest.mark.parametrize(
    ("scale", "first", "last", "expected"),
    [
        ("pcl5", 50, 40, BETTER), ("pcl5", 50, 41, SAME), ("pcl5", 50, 60, WORSE),
        ("scared_child", 50, 25, BETTER), ("scared_child", 50, 26, UNJUDGED), ("scared_child", 50, 70, UNJUDGED),
    ],
)  # fmt: skip
def test_the_word_for_the_patient(scale: str, first: int, last: int, expected: str) -> None:
    assert direction(first, last, DEFAULT_PROTOCOL.scale(scale), DEFAULT_PROTOCOL) == expected


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        (((60, 60), (5, 30)), "response"), (((60, 60), (5, 45)), "partial"), (((60, 60), (5, 46)), "none"),
        (((60, 60), (5, 82)), "none"), (((60, 40), (5, 20)), "remission"),
    ],
)  # fmt: skip
def test_a_trial_is_judged_on_the_primary_scale(scores: tuple[tuple[int, int], ...], outcome: str) -> None:
    facts = anxious_child(60, *scores, medications=(drug("sertraline", (55, "start", 50.0)),))
    assert [trial.outcome for trial in trials(facts, TODAY)] == [outcome]


@pytest.mark.parametrize(("last", "told"), [(45, 1), (46, 0)])
def test_without_published_points_a_quarter_less_is_an_improvement(last: int, told: int) -> None:
    facts = anxious_child(90, (90, 60), (10, last), medications=(drug("sertraline", (60, "start", 50.0)),))
    assert len(attributions(facts, TODAY)) == told
