"""Trials: weeks at an effective dose, adequate or not and why, what came of it, and which change preceded it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clinical.adherence import reports
from registry.clinical.care import Adherence, Care, PastTrial, TherapyCourse
from registry.clinical.drugs import CATALOGUE, ingredient, ingredients, known, same_drug
from registry.clinical.facts import DoseEvent, Medication
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.clinical.trials import (
    attributions,
    bands,
    dose_range,
    failed_adequate,
    longest,
    response_words,
    runs,
    trials,
)
from tests.clinical.cases import TODAY, ago, case, drug, enrolled, found, gad7, new_id, phq9, review, seen


def told(days, percent, medication_id=None):
    return Adherence(new_id("adherence"), ago(days), medication_id, percent)


def past(name, dose, weeks, response="none", adherent=True):
    return PastTrial(new_id("past"), ago(100), name, dose, weeks, response, "no_response", adherent)


def only(*events, name="sertraline", **facts):
    """The one trial of an episode."""
    return trials(enrolled(200, medications=(drug(name, *events),), **facts), TODAY)[0]


GOOD = Care(adherence=(told(20, 90),))


@pytest.mark.parametrize(
    ("events", "care", "weeks", "verdict", "why"),
    [
        case("four weeks at 50 mg with 90 % taken are adequate", [(28, "start", 50)], GOOD, 4, "adequate",
             "4 weeks at 50 mg or more, adherence 90 %"),
        case("one day less is too early while it runs", [(27, "start", 50)], GOOD, 3, "early",
             "3 weeks at 50 mg or more so far; 4 are needed"),
        case("and too short once it was stopped", [(27, "start", 50), (0, "stop", None)], GOOD, 3, "inadequate",
             "only 3 weeks at 50 mg or more without a break; 4 are needed"),
        case("weeks below the minimum effective dose do not count", [(70, "start", 25), (14, "change", 50)], GOOD, 2,
             "early", "2 weeks at 50 mg or more so far; 4 are needed"),
        case("never at an effective dose", [(70, "start", 25)], GOOD, 0, "inadequate",
             "never above 25 mg; 50 mg or more is needed"),
        case("a low dose is a beginning on its first day", [(0, "start", 25)], GOOD, 0, "early",
             "25 mg so far; 4 weeks at 50 mg or more are needed"),
        case("and in its first four weeks", [(27, "start", 12.5), (7, "change", 25)], GOOD, 0, "early",
             "25 mg so far; 4 weeks at 50 mg or more are needed"),
        case("but not after them", [(28, "start", 25)], GOOD, 0, "inadequate",
             "never above 25 mg; 50 mg or more is needed"),
        case("nor where it was stopped, or is held", [(20, "start", 25), (3, "hold", None)], GOOD, 0, "inadequate",
             "never above 25 mg; 50 mg or more is needed"),
        case("adherence of 60 % is not adequate", [(60, "start", 100)], Care(adherence=(told(20, 60),)), 8,
             "inadequate", "8 weeks at 50 mg or more, but adherence 60 %; 80 % is needed"),
        case("several reports count as their mean", [(60, "start", 100)],
             Care(adherence=(told(40, 100), told(20, 70))), 8, "adequate",
             "8 weeks at 50 mg or more, adherence 85 %"),
        case("a report from before the start says nothing", [(60, "start", 100)], Care(adherence=(told(70, 20),)), 8,
             "unknown", "8 weeks at 50 mg or more; adherence not recorded"),
        case("nor one about another drug, nor one without a number", [(60, "start", 100)],
             Care(adherence=(told(20, 10, "other"), told(20, None))), 8,
             "unknown", "8 weeks at 50 mg or more; adherence not recorded"),
        case("a hold breaks the weeks", [(60, "start", 50), (39, "hold", None), (32, "resume", None)], GOOD, 4,
             "adequate", "4 weeks at 50 mg or more, adherence 90 %"),
        case("a hold of three days does not: its days count for nothing", [(31, "start", 50), (20, "hold", None),
             (17, "resume", None)], GOOD, 4, "adequate", "4 weeks at 50 mg or more, adherence 90 %"),
        case("nor one of a single day", [(29, "start", 50), (20, "hold", None), (19, "resume", None)], GOOD, 4,
             "adequate", "4 weeks at 50 mg or more, adherence 90 %"),
        case("one of four days does", [(32, "start", 50), (20, "hold", None), (16, "resume", None)], GOOD, 2, "early",
             "2 weeks at 50 mg or more so far; 4 are needed"),
        case("held since three days it may still go on", [(20, "start", 50), (3, "hold", None)], GOOD, 2, "early",
             "2 weeks at 50 mg or more so far; 4 are needed"),
        case("held since four it has ended", [(20, "start", 50), (4, "hold", None)], GOOD, 2, "inadequate",
             "only 2 weeks at 50 mg or more without a break; 4 are needed"),
        case("a short hold does not make a low dose effective", [(31, "start", 25), (20, "hold", None),
             (17, "resume", 50)], GOOD, 2, "early", "2 weeks at 50 mg or more so far; 4 are needed"),
        case("held before there were four weeks", [(30, "start", 50), (10, "hold", None)], GOOD, 2, "inadequate",
             "only 2 weeks at 50 mg or more without a break; 4 are needed"),
        case("a resumption at a dose of its own", [(60, "start", 50), (39, "hold", None), (32, "resume", 25)], GOOD, 3,
             "inadequate", "only 3 weeks at 50 mg or more without a break; 4 are needed"),
        case("a step within the effective range goes on counting", [(40, "start", 50), (20, "change", 100)], GOOD, 5,
             "adequate", "5 weeks at 50 mg or more, adherence 90 %"),
        case("a split keeps the dose and is no change", [(40, "start", 50), (20, "split", None)], GOOD, 5, "adequate",
             "5 weeks at 50 mg or more, adherence 90 %"),
        case("a dose that is not known is not guessed", [(60, "start", None)], GOOD, 0, "unknown",
             "the dose was not recorded throughout"),
        case("started today", [(0, "start", 50)], GOOD, 0, "early", "0 weeks at 50 mg or more so far; 4 are needed"),
        case("started and stopped on one day", [(9, "start", 50), (9, "change", 50), (8, "stop", None)], GOOD, 0,
             "inadequate", "only 0 weeks at 50 mg or more without a break; 4 are needed"),
    ],
)  # fmt: skip
def test_weeks_and_verdict(events, care, weeks, verdict, why):
    trial = only(*events, care=care)
    assert (trial.weeks, trial.verdict.code, trial.verdict.why) == (weeks, verdict, why)


def said(days, word):
    """A contact that tells how the medication is taken."""
    return seen(days, adherence=word)


ENOUGH = "8 weeks at 50 mg or more"


@pytest.mark.parametrize(
    ("contacts", "care", "adherence", "verdict", "why"),
    [
        case("'takes nearly all doses' in a contact is adherence, with its day", (said(20, "all"),), Care(), 90,
             "adequate", f"{ENOUGH}, takes nearly all doses (Oct 29, 2026)"),
        case("told again, the last day is named", (said(20, "all"), said(6, "all")), Care(), 90, "adequate",
             f"{ENOUGH}, takes nearly all doses (told 2 times, the last time on Nov 12, 2026)"),
        case("'misses doses' is not enough", (said(20, "some"),), Care(), 50, "inadequate",
             f"{ENOUGH}, but misses doses (Oct 29, 2026); 80 % is needed"),
        case("nor is 'does not take it'", (said(20, "none"),), Care(), 0, "inadequate",
             f"{ENOUGH}, but does not take it (Oct 29, 2026); 80 % is needed"),
        case("different words count as their mean", (said(40, "all"), said(20, "some"), said(6, "all")), Care(), 77,
             "inadequate", f"{ENOUGH}, but adherence about 77 % (told 3 times, the last time on Nov 12, 2026); 80 % is "
             "needed"),
        case("words and percents too", (said(6, "all"),), Care(adherence=(told(40, 80),)), 85, "adequate",
             f"{ENOUGH}, adherence about 85 % (told 2 times, the last time on Nov 12, 2026)"),
        case("on a day with a percent the words add nothing", (said(20, "some"),), GOOD, 90, "adequate",
             f"{ENOUGH}, adherence 90 %"),
        case("a percent of another drug does not silence them", (said(20, "some"),),
             Care(adherence=(told(20, 90, "other"),)), 50, "inadequate",
             f"{ENOUGH}, but misses doses (Oct 29, 2026); 80 % is needed"),
        case("a contact before the start says nothing", (said(61, "all"),), Care(), None, "unknown",
             f"{ENOUGH}; adherence not recorded"),
        case("nor one on the day of the start", (said(60, "all"),), Care(), None, "unknown",
             f"{ENOUGH}; adherence not recorded"),
        case("nor 'no medication', nor a contact that did not ask", (said(20, "not_prescribed"), said(6, "")), Care(),
             None, "unknown", f"{ENOUGH}; adherence not recorded"),
    ],
)  # fmt: skip
def test_what_a_contact_tells_is_adherence(contacts, care, adherence, verdict, why):
    trial = only((60, "start", 100), care=care, contacts=contacts)
    assert (trial.adherence, trial.verdict.code, trial.verdict.why) == (adherence, verdict, why)


def test_a_contact_after_the_stop_tells_of_the_next_trial_alone():
    first, second = trials(
        enrolled(200, contacts=(said(10, "all"),), medications=(
            drug("sertraline", (120, "start", 50), (60, "stop", None)), drug("fluoxetine", (50, "start", 20)))),
        TODAY,
    )  # fmt: skip
    assert (first.adherence, second.adherence) == (None, 90)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        case("lithium is judged by its level", "lithium", "lithium is dosed by its level"),
        case("no dose is known of vortioxetine", "vortioxetine", "vortioxetine has no minimum effective dose on file"),
        case("a name nobody knows", "mystery", "mystery has no minimum effective dose on file"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged(name, why):
    trial = only((60, "start", 300), name=name)
    assert (trial.verdict.code, trial.verdict.why, trial.weeks) == ("unknown", why, None)


@pytest.mark.parametrize(
    ("row", "verdict", "why"),
    [
        case("eight weeks of 20 mg, taken", past("fluoxetine", 20, 8), "adequate", "8 weeks at 20 mg, taken regularly"),
        case("too little", past("fluoxetine", 10, 8), "inadequate", "never above 10 mg; 20 mg or more is needed"),
        case("too short", past("fluoxetine", 20, 3), "inadequate", "only 3 weeks; 4 are needed"),
        case("not taken", past("fluoxetine", 20, 8, adherent=False), "inadequate", "it was not taken regularly"),
        case("taken or not is not known", past("fluoxetine", 20, 8, adherent=None), "unknown",
             "8 weeks at 20 mg; adherence not recorded"),
        case("the dose is not known", past("fluoxetine", None, 8), "unknown", "the dose is not known"),
        case("nothing is known", past("fluoxetine", None, None), "unknown", "the dose and the duration is not known"),
        case("no minimum on file", past("nortriptyline", 75, 8), "unknown",
             "nortriptyline has no minimum effective dose on file"),
        case("unknown to the catalogue", past("mystery", 75, None), "unknown",
             "mystery has no minimum effective dose on file"),
    ],
)  # fmt: skip
def test_a_trial_from_the_history(row, verdict, why):
    trial = trials(enrolled(90, care=Care(past_trials=(row,))), TODAY)[0]
    assert (trial.verdict.code, trial.verdict.why) == (verdict, why)
    assert trial.started_on is None
    assert not trial.is_running


@pytest.mark.parametrize(
    ("row", "weeks", "taken"),
    [
        case("at an effective dose the weeks are the trial's", past("sertraline", 100, 8), 8, 8),
        case("below it they are told all the same", past("sertraline", 25, 8), None, 8),
        case("nobody knows", past("sertraline", 100, None), None, None),
    ],
)
def test_the_weeks_of_a_trial_from_the_history(row, weeks, taken):
    trial = trials(enrolled(90, care=Care(past_trials=(row,))), TODAY)[0]
    assert (trial.weeks, trial.weeks_taken) == (weeks, taken)


def test_days_on_hold_are_no_weeks_in_which_it_was_taken():
    assert only((70, "start", 50), (35, "hold", None), (14, "resume", 50)).weeks_taken == 7


@pytest.mark.parametrize(
    ("events", "facts", "words"),
    [
        case("how it was taken is part of the reason where it decides", [(28, "start", 50)], {"care": GOOD},
             "Adequate trial: 4 weeks at 50 mg or more, adherence 90 %"),
        case("and is told beside the reason where it does not", [(70, "start", 25)], {"care": GOOD},
             "Not an adequate trial: never above 25 mg; 50 mg or more is needed; adherence 90 %"),
        case("where nobody asked nothing is added", [(70, "start", 25)], {},
             "Not an adequate trial: never above 25 mg; 50 mg or more is needed"),
    ],
)  # fmt: skip
def test_how_a_trial_is_judged_in_words(events, facts, words):
    assert only(*events, **facts).judged == words


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        case("half of it is a response", (phq9(60, 20), phq9(2, 10)), "response"),
        case("below 5 is a remission", (phq9(60, 20), phq9(2, 4)), "remission"),
        case("five points are a partial response", (phq9(60, 20), phq9(2, 15)), "partial"),
        case("a quarter of a low score too", (phq9(60, 12), phq9(2, 9)), "partial"),
        case("less is none", (phq9(60, 20), phq9(2, 17)), "none"),
        case("five points more are worse", (phq9(60, 12), phq9(2, 17)), "worse"),
        case("the first score of the first two weeks may stand for the one before", (phq9(50, 20), phq9(2, 10)),
             "response"),
        case("one score says nothing", (phq9(60, 20),), "unknown"),
        case("no score says nothing", (), "unknown"),
        case("one score within the first two weeks says nothing", (phq9(50, 20),), "unknown"),
        case("a score after the trial is not its own", (phq9(70, 20), phq9(65, 5)), "unknown"),
        case("a response in the fourth week that was lost is no failure of the trial",
             (phq9(60, 20), phq9(32, 4), phq9(2, 18)), "lost"),
        case("nor is an earlier one that a second score confirmed", (phq9(60, 20), phq9(45, 9), phq9(38, 10), phq9(2, 18)),
             "lost"),
        case("one good score before the fourth week is no response", (phq9(60, 20), phq9(33, 4), phq9(2, 18)), "none"),
        case("nor are two of one day", (phq9(60, 20), phq9(40, 4), phq9(40, 5), phq9(2, 18)), "none"),
        case("four points above the start a response is lost", (phq9(60, 20), phq9(30, 9), phq9(2, 24)), "lost"),
        case("five points above it the trial made it worse", (phq9(60, 20), phq9(30, 9), phq9(2, 25)), "worse"),
        case("a partial response that was lost is what the last score says", (phq9(60, 20), phq9(40, 14), phq9(2, 19)),
             "none"),
        case("a score of months before yields to one of the first days", (phq9(240, 4), phq9(58, 18), phq9(3, 9)),
             "response"),
        case("one of thirty days before does not", (phq9(90, 18), phq9(58, 9), phq9(3, 9)), "response"),
        case("an older one stands where the first days have none", (phq9(91, 20), phq9(3, 10)), "response"),
        case("begun before anybody measured, the first elevated score of the trial stands for the one before",
             (phq9(40, 20), phq9(2, 19)), "none"),
        case("a first score that is not elevated may be its own work", (phq9(40, 6), phq9(2, 7)), "unknown"),
    ],
)  # fmt: skip
def test_the_response_is_measured_over_the_trial(scores, outcome):
    assert only((60, "start", 50), scores=scores).outcome == outcome


def test_a_lost_response_and_a_late_first_score_are_told_with_their_scores():
    lost = only((60, "start", 50), scores=(phq9(60, 20), phq9(30, 4), phq9(2, 18)))
    assert (lost.failed, response_words(lost)) == (False, "PHQ-9 20 to 4, then 18, response, lost since")
    late = only((60, "start", 50), scores=(phq9(40, 20), phq9(2, 19)))
    assert (late.failed, response_words(late)) == (
        True,
        "PHQ-9 20 to 19, no response; first score on Oct 9, 2026",
    )


@pytest.mark.parametrize(
    ("response", "reason", "outcome"),
    [
        case("ended because it did not help: no response", "unknown", "no_response", "none"),
        case("ended for another reason: not known", "unknown", "cost", "unknown"),
        case("what was told of the response holds", "partial", "no_response", "partial"),
    ],
)
def test_the_reason_for_a_stop_tells_what_the_scores_do_not(response, reason, outcome):
    row = past("sertraline", 50, 12, response)._replace(stop_reason=reason)
    assert trials(enrolled(90, care=Care(past_trials=(row,))), TODAY)[0].outcome == outcome
    stopped = DoseEvent(ago(10), "stop", None, reason=reason)
    seen_here = Medication("m", "sertraline", None, (DoseEvent(ago(60), "start", 50), stopped))
    told = trials(enrolled(90, medications=(seen_here,)), TODAY)[0].outcome
    assert told == ("none" if reason == "no_response" else "unknown")


def test_one_good_score_does_not_hide_a_trial_that_ends_worse():
    facts = enrolled(
        120,
        medications=(drug("venlafaxine", (98, "start", 150)),),
        scores=(phq9(100, 20), phq9(80, 9), phq9(60, 19), phq9(30, 20), phq9(5, 26)),
        care=Care(adherence=(told(20, 90),), past_trials=(past("fluoxetine", 40, 12),)),
    )
    assert found(facts, "X10").sentence == (
        "2 adequate trials failed: fluoxetine 12 weeks at 40 mg (no response); venlafaxine 14 weeks at 150 mg or more (worse)."
    )


def test_a_trial_begun_before_the_care_counts_among_the_failed():
    drugs = (
        drug("sertraline", (300, "start", 100), (52, "stop", None)),
        drug("venlafaxine", (50, "start", 150)),
    )
    facts = enrolled(120, medications=drugs, scores=(phq9(119, 20), phq9(60, 20), phq9(3, 19)), care=GOOD)
    assert found(facts, "X10").sentence == (
        "2 trials at an adequate dose and time failed: sertraline 35 weeks at 50 mg or more (no response since the first "
        "score, taken later; adherence not recorded); venlafaxine 7 weeks at 150 mg or more (no response)."
    )


def test_a_trial_ends_with_its_stop_and_a_new_start_is_a_new_one():
    facts = enrolled(200, medications=(drug("sertraline", (100, "stop", None), (90, "start", 50), (60, "stop", None),
                                            (30, "start", 100)),), scores=(phq9(92, 20), phq9(61, 18), phq9(2, 8)))  # fmt: skip
    first, second = trials(facts, TODAY)
    assert (first.started_on, first.ended_on, response_words(first)) == (
        ago(90),
        ago(60),
        "PHQ-9 20 to 18, no response",
    )
    assert (second.is_running, response_words(second)) == (True, "PHQ-9 18 to 8, response")


def test_the_anxiety_scale_judges_where_it_is_primary():
    facts = enrolled(200, primary_scale="gad7", medications=(drug("sertraline", (60, "start", 50)),),
                     scores=(phq9(60, 20), gad7(60, 14), gad7(2, 6)))  # fmt: skip
    assert trials(facts, TODAY)[0].outcome == "response"


def test_words():
    assert dose_range(only((60, "start", 50), (30, "change", 100))) == "50 to 100 mg"
    assert dose_range(only((60, "start", 50))) == "50 mg"
    assert dose_range(only((60, "start", None))) == "dose not known"
    told_of = trials(enrolled(90, care=Care(past_trials=(past("fluoxetine", 20, 8),))), TODAY)[0]
    assert (dose_range(told_of), response_words(told_of)) == ("20 mg", "no response")


def test_bars_for_the_chart():
    facts = enrolled(200, medications=(drug("sertraline", (90, "start", 25), (60, "stop", None)),
                                       drug("fluoxetine", (50, "start", 20))), care=GOOD)  # fmt: skip
    first, second = bands(facts, TODAY)
    assert first[:4] == (ago(90), ago(60), "sertraline 25 mg", False)
    assert second[:4] == (ago(50), TODAY, "fluoxetine 20 mg", True)
    assert first.why == "Not an adequate trial: never above 25 mg; 50 mg or more is needed."
    assert bands(enrolled(9, medications=(drug("sertraline", (5, "start", 50)),)), TODAY)[0].adequate is None


# ---------------------------------------------------------------- two failed adequate trials

FAILED_ONE = drug("sertraline", (150, "start", 100), (100, "stop", None))
FAILED_TWO = drug("escitalopram", (90, "start", 10), (20, "stop", None))
FLAT = (phq9(160, 20), phq9(101, 19), phq9(95, 19), phq9(21, 18))


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        case("two drugs, both without a response", {"medications": (FAILED_ONE, FAILED_TWO), "scores": FLAT},
             ["sertraline", "escitalopram"]),
        case("one of them twice is one", {"medications": (FAILED_ONE, drug("Zoloft", (90, "start", 50))),
                                          "scores": FLAT}, ["sertraline"]),
        case("the history counts", {"care": Care(past_trials=(past("fluoxetine", 20, 8),))}, ["fluoxetine"]),
        case("a partial response in the history is a failure",
             {"care": Care(past_trials=(past("fluoxetine", 20, 8, "partial"),))}, ["fluoxetine"]),
        case("a full one is not", {"care": Care(past_trials=(past("fluoxetine", 20, 8, "full"),))}, []),
        case("nor one that is not known, stopped for its cost",
             {"care": Care(past_trials=(past("fluoxetine", 20, 8, "unknown")._replace(stop_reason="cost"),))}, []),
        case("one that is told to have ended because it did not help is",
             {"care": Care(past_trials=(past("fluoxetine", 20, 8, "unknown"),))}, ["fluoxetine"]),
        case("nor one that was not taken", {"care": Care(past_trials=(past("fluoxetine", 20, 8, adherent=False),))}, []),
        case("a drug that is no antidepressant is not counted", {"medications": (drug("lithium", (90, "start", 900)),),
                                                               "scores": FLAT}, []),
        case("one that runs is judged from six weeks on",
             {"medications": (drug("sertraline", (41, "start", 50)),), "scores": (phq9(41, 20), phq9(1, 19))}, []),
        case("and then it counts", {"medications": (drug("sertraline", (42, "start", 50)),),
                                    "scores": (phq9(42, 20), phq9(1, 19))}, ["sertraline"]),
    ],
)  # fmt: skip
def test_failed_adequate_trials(facts, names):
    failed = failed_adequate(trials(enrolled(200, **facts), TODAY))
    assert [trial.name for trial in failed] == names
    assert all(trial.failed_on for trial in failed)


# ---------------------------------------------------------------- what preceded the improvement

SERT = drug("sertraline", (60, "start", 50))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        case("one change, then an improvement", {"medications": (SERT,), "scores": (phq9(60, 20), phq9(20, 12))},
             ["PHQ-9 fell from 20 (Sep 19, 2026) to 12 (Oct 29, 2026) after sertraline started at 50 mg on Sep 19, 2026."]),
        case("four points are no improvement", {"medications": (SERT,), "scores": (phq9(60, 20), phq9(20, 16))}, []),
        case("a drug and a therapy within two weeks", {"medications": (SERT,), "scores": (phq9(60, 20), phq9(20, 12)),
             "care": Care(courses=(TherapyCourse("c", ago(46), "cbt"),))}, ["Which treatment did it is not clear"]),
        case("two doses within two weeks",
             {"medications": (drug("sertraline", (60, "start", 50), (46, "change", 100)),),
              "scores": (phq9(60, 20), phq9(20, 12))}, ["Which dose did it is not clear"]),
        case("fifteen days apart each has its own scores",
             {"medications": (drug("sertraline", (60, "start", 50), (45, "change", 100)),),
              "scores": (phq9(60, 20), phq9(50, 19), phq9(20, 12))},
             ["PHQ-9 fell from 19 (Sep 29, 2026) to 12 (Oct 29, 2026) after sertraline changed to 100 mg"]),
        case("no score between two changes tells nothing apart",
             {"medications": (SERT, drug("lithium", (40, "start", 900.0))), "scores": (phq9(60, 20), phq9(20, 12))},
             ["Which treatment did it is not clear: no score was taken between the changes."]),
        case("more than eight weeks apart each stands alone",
             {"medications": (drug("sertraline", (120, "start", 50)), drug("lithium", (40, "start", 900.0))),
              "scores": (phq9(120, 20), phq9(20, 12))}, ["after lithium started at 900 mg"]),
        case("a stop is no cause", {"medications": (drug("sertraline", (300, "start", 50), (60, "stop", None)),),
                                    "scores": (phq9(60, 20), phq9(20, 12))}, []),
        case("a stop of another drug within two weeks of a start",
             {"medications": (drug("bupropion", (50, "start", 150.0)), drug("olanzapine", (300, "start", 10.0), (46, "stop", None))),
              "scores": (phq9(53, 20), phq9(17, 8))},
             [("after bupropion started at 150 mg on Sep 29, 2026; olanzapine stopped on Oct 3, 2026. "
              "Which treatment did it is not clear: changes lie within 14 days.")]),
        case("a hold of another drug on the day before",
             {"medications": (SERT, drug("lithium", (300, "start", 900.0), (61, "hold", None))),
              "scores": (phq9(62, 20), phq9(20, 12))}, ["Which treatment did it is not clear: changes lie within 14 days."]),
        case("a start and a stop of the same drug",
             {"medications": (drug("sertraline", (60, "start", 50.0), (50, "stop", None)),),
              "scores": (phq9(60, 20), phq9(20, 12))}, ["Which change did it is not clear: changes lie within 14 days."]),
        case("a stop weeks later without a score between",
             {"medications": (drug("bupropion", (60, "start", 150.0)), drug("olanzapine", (300, "start", 10.0), (30, "stop", None))),
              "scores": (phq9(60, 20), phq9(20, 12))},
             ["Which treatment did it is not clear: no score was taken between the changes."]),
        case("a stop long after the score of a start takes nothing from it",
             {"medications": (drug("bupropion", (80, "start", 150.0)), drug("olanzapine", (300, "start", 10.0), (30, "stop", None))),
              "scores": (phq9(80, 20), phq9(40, 12), phq9(10, 11))}, ["20 (Aug 30, 2026) to 12 (Oct 9, 2026) after bupropion"]),
        case("what fell after a stop alone is put down to nothing",
             {"medications": (drug("bupropion", (80, "start", 150.0)), drug("olanzapine", (300, "start", 10.0), (30, "stop", None))),
              "scores": (phq9(80, 20), phq9(40, 19), phq9(10, 11))}, []),
        case("a dose that is written down as it was is no change",
             {"medications": (drug("bupropion", (60, "start", 150.0)), drug("lithium", (300, "start", 900.0), (55, "change", 900.0))),
              "scores": (phq9(60, 20), phq9(20, 12))}, ["after bupropion started at 150 mg on Sep 19, 2026."]),
        case("a score of months before is not what it fell from, where the first days have one",
             {"medications": (SERT,), "scores": (phq9(240, 4), phq9(58, 18), phq9(3, 9))},
             ["PHQ-9 fell from 18 (Sep 21, 2026) to 9 (Nov 15, 2026) after sertraline started at 50 mg on Sep 19, 2026."]),
        case("one score after a change is nothing to fall from", {"medications": (SERT,), "scores": (phq9(58, 9),)}, []),
        case("no score, no claim", {"medications": (SERT,)}, []),
        case("no change, no claim", {"scores": (phq9(60, 20), phq9(20, 12))}, []),
    ],
)  # fmt: skip
def test_which_change_preceded_the_improvement(facts, told):
    found = attributions(enrolled(200, **facts), TODAY)
    assert len(found) == len(told)
    for one, words in zip(found, told, strict=True):
        assert words in one.sentence
        assert one.is_clear == ("not clear" not in words)


# ---------------------------------------------------------------- the catalogue


@pytest.mark.parametrize(
    ("brand", "inside"),
    [
        ("Zestoretic", ["lisinopril", "hydrochlorothiazide"]),
        ("Prinzide 20-12.5 mg", ["lisinopril", "hydrochlorothiazide"]),
        ("Hyzaar", ["losartan", "hydrochlorothiazide"]),
        ("Diovan", ["valsartan"]),
        ("Diovan HCT", ["valsartan", "hydrochlorothiazide"]),
        ("Diovan HCT 160/12.5 mg tablet", ["valsartan", "hydrochlorothiazide"]),
        ("Benicar HCT", ["olmesartan", "hydrochlorothiazide"]),
        ("Lotensin HCT", ["benazepril", "hydrochlorothiazide"]),
        ("Entresto", ["valsartan"]),
        ("Edarbyclor", ["azilsartan", "chlorthalidone"]),
        ("Maxzide", ["hydrochlorothiazide"]),
        ("Vimovo", ["naproxen", "esomeprazole"]),
        ("lisinopril-HCTZ", ["lisinopril", "hydrochlorothiazide"]),
        ("Caduet", []),  # amlodipine and atorvastatin bear on no drug for the mind that the rules know
    ],
)
def test_a_brand_of_two_tells_what_is_in_it(brand, inside):
    assert sorted(drug.name for drug in ingredients(brand)) == sorted(inside)


def test_every_drug_has_its_source_and_sensible_doses():
    for entry in CATALOGUE.values():
        assert entry.sources
        if entry.minimum_mg is not None:
            assert entry.start.low <= entry.minimum_mg == entry.usual.low <= entry.usual.high <= entry.max_mg
        if entry.elderly_max_mg is not None:
            assert entry.elderly_max_mg <= entry.max_mg


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lexapro 10 mg tablet", "escitalopram", True),
        ("citalopram", "escitalopram", False),
        ("Symbyax", "olanzapine", False),
        ("lamictal xr", "lamotrigine", True),
        ("Zestoretic", "lisinopril / hydrochlorothiazide", True),
        ("Zestoretic", "lisinopril", False),
        ("Metformin", "metformin", True),
        ("metformin", "glipizide", False),
    ],
)
def test_two_names_of_one_drug(one, other, same):
    assert same_drug(one, other) is same_drug(other, one) is same


def test_names_are_found_as_people_write_them():
    assert known("Lexapro 10 mg").name == "escitalopram"
    assert known("Methylene Blue").name == "methylene blue"
    assert known("metformin") is None
    assert known("valproic acid 250 mg").name == "valproate"
    assert [d.name for d in ingredients("Symbyax 6/25")] == ["fluoxetine", "olanzapine"], "a product of two"
    assert [d.name for d in ingredients("dextromethorphan/bupropion")] == ["dextromethorphan", "bupropion"]
    assert [d.name for d in ingredients("methylene blue 1 %")] == ["methylene blue"]


# ---------------------------------------------------------------- properties

SOME = settings(max_examples=80, deadline=None)
EVENTS = st.lists(
    st.builds(
        DoseEvent,
        st.integers(0, 400).map(ago),
        st.sampled_from(["start", "change", "split", "hold", "resume", "stop"]),
        st.sampled_from([None, 25.0, 50.0, 100.0]),
    ),
    max_size=12,
)


@given(EVENTS)
@SOME
def test_weeks_never_exceed_the_calendar(events):
    facts = enrolled(200, medications=(Medication("m", "sertraline", None, tuple(events)),))
    for trial in trials(facts, TODAY):
        taken = sum(span.days for span in trial.spans)
        assert 0 <= trial.weeks * 7 <= taken <= ((trial.ended_on or TODAY) - trial.started_on).days


@given(EVENTS.flatmap(lambda events: st.tuples(st.just(events), st.permutations(events))))
@SOME
def test_the_order_of_entry_never_matters(both):
    told = [enrolled(200, medications=(Medication("m", "sertraline", None, tuple(events)),),
                     scores=(phq9(150, 20, id="a"), phq9(20, 10, id="b"))) for events in both]  # fmt: skip
    assert trials(told[0], TODAY) == trials(told[1], TODAY)
    assert attributions(told[0], TODAY) == attributions(told[1], TODAY)


def test_a_stretch_ends_where_a_day_is_missing():
    (run,) = runs(drug("sertraline", (60, "start", 50), (40, "hold", None), (30, "resume", 50)), TODAY)
    assert longest(run.spans, 50) == 30
    assert longest(run.spans, None) == 0
    assert run.spans[-1].until == TODAY
    assert timedelta(0) < TODAY - date(2026, 1, 1)


def test_two_failed_adequate_trials_go_to_review():
    facts = enrolled(200, medications=(FAILED_ONE, FAILED_TWO), scores=(*FLAT, phq9(3, 18)))
    told = found(facts, "X10")
    assert told.sentence == (
        "2 trials at an adequate dose and time failed: sertraline 7 weeks at 50 mg or more (no response; adherence not "
        "recorded); escitalopram 10 weeks at 10 mg or more (no response; adherence not recorded)."
    )
    assert told.tag == "consult"
    contacts = (said(120, "all"), said(40, "all"))
    asked = found(
        enrolled(200, medications=(FAILED_ONE, FAILED_TWO), scores=(*FLAT, phq9(3, 18)), contacts=contacts),
        "X10",
    )
    assert asked.sentence == (
        "2 adequate trials failed: sertraline 7 weeks at 50 mg or more (no response); "
        "escitalopram 10 weeks at 10 mg or more (no response)."
    )
    assert {one.id for one in contacts} <= set(asked.facts)
    reviewed = enrolled(
        200, medications=(FAILED_ONE, FAILED_TWO), scores=(*FLAT, phq9(3, 18)), reviews=(review(2),)
    )
    assert found(reviewed, "X10") is None
    third = enrolled(
        200,
        medications=(FAILED_ONE, drug("fluoxetine", (98, "start", 20), (60, "stop", None)), FAILED_TWO),
        scores=(*FLAT, phq9(61, 19), phq9(3, 18)),
        reviews=(review(50),),
    )
    assert found(third, "X10").sentence.startswith("3 trials"), "a third that failed since the review is news"
    assert found(enrolled(200, medications=(FAILED_ONE,), scores=FLAT), "X10") is None
    better = enrolled(200, medications=(FAILED_ONE, FAILED_TWO), scores=(*FLAT, phq9(200, 20), phq9(3, 5)))
    assert found(better, "X10") is None


THIRD = drug("venlafaxine", (90, "start", 150))
NO_BETTER = (phq9(100, 20), phq9(62, 19), phq9(12, 19), phq9(2, 19))


@pytest.mark.parametrize(
    ("last", "scores", "adherence", "reviewed", "is_told"),
    [
        case("a further score after the review is no news", THIRD, NO_BETTER, (), 8, False),
        case("nor one after a review on the day on which the trial had its six weeks", THIRD, NO_BETTER, (), 48, False),
        case("a review before it had them did not know", THIRD, NO_BETTER, (), 49, True),
        case("nor did one before the first score that spoke against it", THIRD, (phq9(100, 20), phq9(12, 19)), (), 13, True),
        case("one on the day of that score did", THIRD, (phq9(100, 20), phq9(12, 19)), (), 12, False),
        case("to stop it after the review is no news", drug("venlafaxine", (90, "start", 150), (3, "stop", None)), NO_BETTER, (),
             8, False),
        case("a trial stopped before six weeks is known to have failed on that day",
             drug("venlafaxine", (90, "start", 150), (55, "stop", None)), NO_BETTER, (), 56, True),
        case("worse after a response is news", THIRD, (phq9(100, 20), phq9(40, 19), phq9(30, 9), phq9(2, 25)), (), 20, True),
        case("that it was taken after all is news", THIRD, NO_BETTER, ((20, 70), (5, 100)), 8, True),
        case("that it was taken as one had thought is not", THIRD, NO_BETTER, ((5, 90),), 8, False),
    ],
)  # fmt: skip
def test_a_failed_trial_is_news_until_a_review_since_it_was_known(last, scores, adherence, reviewed, is_told):
    history = (past("fluoxetine", 40, 12), past("citalopram", 40, 12))
    care = Care(past_trials=history, adherence=tuple(told(*row, last.id) for row in adherence))
    facts = enrolled(120, medications=(last,), scores=scores, care=care, reviews=(review(reviewed),))
    assert bool(found(facts, "X10")) == is_told


def test_nobody_told_of_a_drug_before_its_first_dose():
    new = drug("escitalopram", (3, "start", 10.0))
    told = (Adherence("a", ago(30), None, 95), Adherence("b", ago(2), None, 80))
    facts = enrolled(60, medications=(new,), care=Care(adherence=told), contacts=(seen(20, adherence="all"),))
    assert [report.id for report in reports(facts, new.id)] == ["b"]
    assert len(reports(facts, "another")) == 3


@pytest.mark.parametrize(
    ("values", "says"),
    [
        case("a clinic that asks for eight weeks sees one trial of seven as too short", {"trial_weeks": 8, "trial_judged": 8},
             None),
        case("one that waits for three failed trials is not told of two", {"failed_trials": 3}, None),
        case("one that asks for 95 % still counts what is not recorded", {"trial_adherence": 95}, "2 trials at an"),
    ],
)  # fmt: skip
def test_the_numbers_of_a_trial_are_the_clinics(values, says):
    facts = enrolled(200, medications=(FAILED_ONE, FAILED_TWO), scores=(*FLAT, phq9(3, 18)))
    told = found(facts, "X10", protocol=DEFAULT_PROTOCOL.with_values("own", ago(300), **values))
    assert told is None if says is None else told.sentence.startswith(says)


def test_how_far_apart_changes_are_told_apart_is_the_clinics():
    drugs = (drug("sertraline", (60, "start", 50), (40, "change", 100)),)
    facts = enrolled(200, medications=drugs, scores=(phq9(60, 20), phq9(50, 19), phq9(20, 12)))
    own = DEFAULT_PROTOCOL.with_values("own", ago(300), changes_apart=28)
    assert [one.is_clear for one in attributions(facts, TODAY)] == [True]
    (one,) = attributions(facts, TODAY, own)
    assert "changes lie within 28 days" in one.sentence


def test_dose_and_time_are_told_where_adherence_is_not_recorded():
    trial = only((60, "start", 100))
    assert trial.words == "Adequate dose and time"
    assert only((60, "start", 100), care=GOOD).words == "Adequate trial"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        case("a brand alone is kept under what is in it", "Lamictal", "lamotrigine"),
        case("with words beside it as it was told", "Lamictal  XR", "lamictal xr"),
        case("a drug for the body always under what is in it", "ibuprofen 400 mg", "ibuprofen"),
        case("a product of two as it was told", "Zestoretic", "zestoretic"),
        case("what the catalogue does not know as it was told", "Metformin ER", "metformin er"),
    ],
)
def test_under_which_name_a_drug_is_kept(name, kept):
    assert ingredient(name) == kept
