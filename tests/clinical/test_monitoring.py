"""Monitoring: what each medication asks for, when it is due, and which results are out of range."""

from datetime import date, timedelta

import pytest

from registry.clinical.care import Adherence, Care, HealthFact, LabResult, PathwayEvent
from registry.clinical.choices import ADA_2004, APA_2020
from registry.clinical.circumstances import circumstances
from registry.clinical.drugs import CATALOGUE
from registry.clinical.findings import findings
from registry.clinical.monitoring import monitoring, result_words, standing_words
from registry.clinical.readings import READINGS, UnitRefused, kept
from registry.clinical.result_limits import LIMITS, urgent_words
from registry.clinical.result_limits import table as limits
from registry.clinical.schedules import items
from tests.clinical.cases import TODAY, P, ago, case, drug, enrolled, found, new_id, review, seen


def lab(days, code, value=None, low=None, high=None):
    return LabResult(new_id("lab"), ago(days), code, value, READINGS[code].unit, low, high)


def screen(days, value):
    return PathwayEvent(new_id("event"), ago(days), "p1", "urine_screen", value)


def condition(code, value="active", kind="comorbidity", days=300):
    return HealthFact(new_id("health"), ago(days), kind, code, value)


def on(
    name,
    start,
    *more,
    results=(),
    health=(),
    adherence=(),
    beside=(),
    screens=(),
    born=date(1986, 5, 1),
    days=900,
    **facts,
):
    """Somebody who takes a drug since so many days."""
    care = Care(results=results, health=health, adherence=adherence, pathway_events=screens)
    return enrolled(days, birth_date=born, care=care, beside=beside,
                    medications=(drug(name, (start, "start", 100.0), *more),), **facts)  # fmt: skip


def watch(facts, code, antipsychotics=ADA_2004):
    return next((w for w in monitoring(facts, TODAY, antipsychotics) if w.code == code), None)


def state(facts, code, antipsychotics=ADA_2004):
    one = watch(facts, code, antipsychotics)
    return one and (one.state, one.due_on and (TODAY - one.due_on).days)


OLD, FIFTY, SIXTEEN = date(1955, 1, 1), date(1976, 1, 1), date(2010, 1, 1)
LEVEL = "lithium_level"
STABLE = (lab(70, LEVEL, 0.6), lab(63, LEVEL, 0.7))


@pytest.mark.parametrize(
    ("facts", "code", "expected"),
    [
        # lithium (S51, S52)
        case("lithium: the first level is due a week after the start", on("lithium", 7), LEVEL, ("due", 0)),
        case("and not before", on("lithium", 6), LEVEL, ("done", -1)),
        case("three days of grace", on("lithium", 10), LEVEL, ("due", 3)),
        case("then it is overdue", on("lithium", 11), LEVEL, ("overdue", 4)),
        case("a level on day 4 is too early to tell", on("lithium", 11, results=(lab(7, LEVEL, 0.6),)), LEVEL,
             ("overdue", 4)),
        case("one on day 5 counts, and the next is due in a week until stable",
             on("lithium", 11, results=(lab(6, LEVEL, 0.6),)), LEVEL, ("done", -1)),
        case("after two in range it is due every three months in the first year",
             on("lithium", 100, results=STABLE), LEVEL, ("done", 63 - 91)),
        case("three steps of six days without a level: it is overdue from two weeks after the first dose on",
             on("lithium", 24, (18, "change", 600.0), (12, "change", 900.0), (6, "change", 1200.0)), LEVEL, ("overdue", 10)),
        case("five weekly doses of lithium without a level are told of by day 18",
             on("lithium", 18, (12, "change", 600.0), (6, "change", 900.0), (0, "change", 1200.0)), LEVEL, ("overdue", 4)),
        case("a step on day 3 came before the first level could tell: it is due a week after that step",
             on("lithium", 11, (8, "change", 600.0)), LEVEL, ("due", 1)),
        case("steps on days 4 and 8: at the latest two weeks after the first dose",
             on("lithium", 13, (9, "change", 600.0), (5, "change", 900.0)), LEVEL, ("done", -1)),
        case("a step on the day on which a level is due does not put it off",
             on("lithium", 11, (4, "change", 600.0)), LEVEL, ("overdue", 4)),
        case("a step before a hold of weeks asks for nothing, the resumed dose does",
             on("lithium", 400, (30, "change", 150.0), (25, "hold", None), (2, "resume", 100.0),
                results=(lab(70, LEVEL, 0.6), lab(63, LEVEL, 0.7))), LEVEL, ("done", -5)),
        case("one before a hold of two days is still asked about",
             on("lithium", 400, (30, "change", 150.0), (5, "hold", None), (3, "resume", 100.0),
                results=(lab(70, LEVEL, 0.6), lab(63, LEVEL, 0.7))), LEVEL, ("overdue", 23)),
        case("lisdexamfetamine: after a hold the pressure is due two weeks after it is taken again",
             on("lisdexamfetamine", 90, (60, "change", 150.0), (50, "hold", None), (2, "resume", 100.0),
                results=(lab(91, "systolic", 120), lab(70, "systolic", 120))), "systolic", ("done", -12)),
        case("an order that is renewed at its dose is no step",
             on("lithium", 400, (8, "stop", None), (8, "start", 100.0), results=STABLE), LEVEL, ("done", 63 - 91)),
        case("renewed at another dose it is one",
             on("lithium", 400, (8, "stop", None), (8, "start", 200.0), results=STABLE), LEVEL, ("due", 1)),
        case("so it is where nobody knows the dose",
             on("lithium", 400, (8, "stop", None), (8, "start", None), results=STABLE), LEVEL, ("due", 1)),
        case("after days without it the level is asked for at the same dose too",
             on("lithium", 400, (10, "stop", None), (8, "start", 100.0), results=STABLE), LEVEL, ("due", 1)),
        case("split doses after a hold do not silence it",
             on("lithium", 400, (40, "hold", None), (8, "split", 100.0), results=STABLE), LEVEL, ("due", 1)),
        case("a change of dose asks for a level a week later",
             on("lithium", 100, (8, "change", 200.0), results=STABLE), LEVEL, ("due", 1)),
        case("after the first year every six months",
             on("lithium", 600, results=(lab(190, LEVEL, 0.6), lab(183, LEVEL, 0.6))), LEVEL, ("due", 1)),
        case("a level that is overdue is not done by the end of the first year",
             on("lithium", 380, results=(lab(187, LEVEL, 0.6), lab(180, LEVEL, 0.6))), LEVEL, ("overdue", 89)),
        case("an ACE inhibitor since last week brings it forward at once",
             on("lithium", 600, beside=(drug("lisinopril", (7, "start", 10.0)),),
                results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6))), LEVEL, ("due", 1)),
        case("from 65 three-monthly for good",
             on("lithium", 500, born=OLD, results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6))), LEVEL, ("due", 1)),
        case("with an ACE inhibitor too", on("lithium", 500, beside=(drug("lisinopril", (400, "start", 10.0)),),
             results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6))), LEVEL, ("due", 1)),
        case("not once that was stopped", on("lithium", 500, results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6)),
             beside=(drug("lisinopril", (400, "start", 10.0), (300, "stop", None)),)), LEVEL, ("done", 92 - 182)),
        case("with kidney disease too", on("lithium", 500, health=(condition("renal"),),
             results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6))), LEVEL, ("due", 1)),
        case("not where that was resolved", on("lithium", 500, health=(condition("renal", "resolved"),),
             results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6))), LEVEL, ("done", 92 - 182)),
        case("where it is not taken regularly too", on("lithium", 500, adherence=(
             Adherence("a", ago(100), None, 60),), results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6))), LEVEL, ("due", 1)),
        case("or where a contact told that doses are missed", on("lithium", 500, contacts=(seen(100, adherence="some"),),
             results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.6))), LEVEL, ("due", 1)),
        case("and where the last was 0.8 or more", on("lithium", 500,
             results=(lab(190, LEVEL, 0.6), lab(92, LEVEL, 0.8))), LEVEL, ("due", 1)),
        case("a level outside the laboratory's range is not stable", on("lithium", 100,
             results=(lab(20, LEVEL, 0.6), lab(8, LEVEL, 1.1, 0.6, 1.0))), LEVEL, ("due", 1)),
        case("eGFR before lithium", on("lithium", 5), "egfr", ("due", 5)),
        case("one from 90 days before counts", on("lithium", 5, results=(lab(95, "egfr", 80),)), "egfr",
             ("done", 5 - 182)),
        case("an older one does not", on("lithium", 5, results=(lab(96, "egfr", 80),)), "egfr", ("due", 5)),
        case("TSH six-monthly", on("lithium", 300, results=(lab(200, "tsh", 2),)), "tsh", ("overdue", 18)),
        case("calcium six-monthly", on("lithium", 300, results=(lab(183, "calcium", 9),)), "calcium", ("due", 1)),
        case("blood count once", on("lithium", 300, results=(lab(300, "platelets", 200),)), "platelets", ("done", None)),
        case("ECG with heart disease", on("lithium", 5, health=(condition("cardiac"),)), "qtc", ("due", 5)),
        case("and without none", on("lithium", 5), "qtc", None),
        case("pregnancy test where it is possible", on("lithium", 5, sex="female"), "pregnancy_test", ("due", 5)),
        case("not in a man", on("lithium", 5, sex="male"), "pregnancy_test", None),
        case("where the sex is not known nothing is ruled out", on("lithium", 5), "pregnancy_test", ("due", 5)),
        case("nor at 71", on("lithium", 5, sex="female", born=OLD), "pregnancy_test", None),
        case("nor where it is ruled out", on("lithium", 5, sex="female",
             health=(condition("", "not_needed", "contraception"),)), "pregnancy_test", None),
        case("one level on a dose that has not changed for a quarter is enough to be settled",
             on("lithium", 700, results=(lab(50, LEVEL, 0.7),)), LEVEL, ("done", -132)),
        case("a dose does not settle by waiting for its second level",
             on("lithium", 700, (95, "change", 900.0), results=(lab(60, LEVEL, 0.7),)), LEVEL, ("overdue", 53)),
        case("on a new dose one level is not", on("lithium", 700, (60, "change", 900.0), results=(lab(50, LEVEL, 0.7),)),
             LEVEL, ("overdue", 43)),
        # valproate and carbamazepine (M)
        case("carbamazepine: a level two weeks after a step", on("carbamazepine", 16), "carbamazepine_level", ("due", 2)),
        case("a tricyclic: a level two weeks after a step", on("nortriptyline", 16), "tricyclic_level", ("due", 2)),
        case("raised weekly, at the latest four weeks after the first dose: due, and not overdue yet",
             on("nortriptyline", 33, (26, "change", 150.0), (19, "change", 200.0), (12, "change", 250.0)), "tricyclic_level",
             ("due", 5)),
        case("two quick doses of carbamazepine: two weeks after the second",
             on("carbamazepine", 20, (13, "change", 150.0)), "carbamazepine_level", ("done", -1)),
        case("by ADA/APA 2004 an A1c is no fasting glucose", on("olanzapine", 5, results=(lab(4, "a1c", 5.4),)),
             "glucose", ("due", 5)),
        case("valproate: level three to five days after a change", on("valproate", 6), "valproate_level", ("due", 1)),
        case("a level on day 2 does not count", on("valproate", 6, results=(lab(4, "valproate_level", 70),)),
             "valproate_level", ("due", 1)),
        case("a level on day 3 does", on("valproate", 6, results=(lab(3, "valproate_level", 70),)),
             "valproate_level", ("done", None)),
        case("liver tests at one month", on("divalproex", 35, results=(lab(35, "alt", 20),)), "alt", ("due", 5)),
        case("at three months", on("divalproex", 95, results=(lab(95, "alt", 20), lab(65, "alt", 20))), "alt", ("due", 4)),
        case("at six months", on("divalproex", 185, results=(lab(95, "alt", 20),)), "alt", ("due", 3)),
        case("then yearly", on("divalproex", 600, results=(lab(366, "alt", 20),)), "alt", ("due", 1)),
        case("platelets likewise", on("divalproex", 35, results=(lab(35, "platelets", 200),)), "platelets", ("due", 5)),
        case("carbamazepine: sodium", on("carbamazepine", 35, results=(lab(35, "sodium", 140),)), "sodium", ("due", 5)),
        case("HLA-B*1502 in at-risk ancestry", on("carbamazepine", 3, health=(condition("hla_risk"),)), "hla_b1502",
             ("due", 3)),
        case("and not otherwise", on("carbamazepine", 3), "hla_b1502", None),
        case("lamotrigine: rash asked for after each step", on("lamotrigine", 30, (15, "change", 50.0),
             results=(lab(20, "rash"),)), "rash", ("due", 1)),
        case("one that was missed after a step is not forgiven by the next",
             on("lamotrigine", 43, (29, "change", 50.0), (15, "change", 100.0), (8, "change", 150.0)), "rash",
             ("overdue", 29)),
        case("one before a step answers the steps before it, and not that one",
             on("lamotrigine", 43, (29, "change", 50.0), (15, "change", 100.0), (1, "change", 150.0), results=(lab(15, "rash"),)),
             "rash", ("due", 1)),
        case("nor the one that follows within the week: it is asked two weeks after the last",
             on("lamotrigine", 43, (29, "change", 50.0), (15, "change", 100.0), (8, "change", 150.0), results=(lab(15, "rash"),)),
             "rash", ("done", -6)),
        case("a step of an earlier run asks for nothing",
             on("lamotrigine", 90, (60, "change", 50.0), (40, "stop", None), (13, "start", 25.0)), "rash", ("done", -1)),
        case("asked a week after it", on("lamotrigine", 20, (15, "change", 50.0), results=(lab(8, "rash"),)), "rash",
             ("done", None)),
        # clozapine (S53)
        case("clozapine: neutrophils weekly for six months", on("clozapine", 100, results=(lab(8, "anc", 3000),)), "anc",
             ("due", 1)),
        case("a count that is overdue is not done by the end of the six months",
             on("clozapine", 183, results=(lab(16, "anc", 3000),)), "anc", ("overdue", 9)),
        case("two-weekly for six more", on("clozapine", 200, results=(lab(15, "anc", 3000),)), "anc", ("due", 1)),
        case("then monthly", on("clozapine", 400, results=(lab(29, "anc", 3000),)), "anc", ("due", 1)),
        # antipsychotics: ADA/APA 2004 (S49)
        case("2004: weight at four weeks", on("olanzapine", 30, results=(lab(30, "weight", 80),)), "weight", ("due", 2)),
        case("at eight weeks", on("olanzapine", 57, results=(lab(30, "weight", 80),)), "weight", ("due", 1)),
        case("at twelve weeks", on("olanzapine", 85, results=(lab(30, "weight", 80),)), "weight", ("due", 1)),
        case("then quarterly", on("olanzapine", 300, results=(lab(92, "weight", 80),)), "weight", ("due", 1)),
        case("waist yearly", on("olanzapine", 500, results=(lab(366, "waist", 90),)), "waist", ("due", 1)),
        case("blood pressure at twelve weeks", on("olanzapine", 85, results=(lab(85, "systolic", 120),)), "systolic",
             ("due", 1)),
        case("glucose at twelve weeks", on("olanzapine", 85, results=(lab(85, "glucose", 90),)), "glucose", ("due", 1)),
        case("then yearly", on("olanzapine", 500, results=(lab(366, "glucose", 90),)), "glucose", ("due", 1)),
        case("lipids every five years", on("olanzapine", 800, results=(lab(700, "ldl", 90),)), "ldl",
             ("done", 700 - 1825)),
        case("family history before", on("olanzapine", 3), "family_history", ("due", 3)),
        case("movements yearly", on("haloperidol", 500, results=(lab(366, "movement_exam"),)), "movement_exam", ("due", 1)),
        case("ECG for ziprasidone", on("ziprasidone", 3), "qtc", ("due", 3)),
        case("for another only with heart disease", on("olanzapine", 3), "qtc", None),
        case("an antipsychotic of the first generation has no metabolic schedule", on("haloperidol", 3), "waist", None),
        # citalopram, SSRI, SNRI and others
        case("citalopram: ECG over 60", on("citalopram", 3, born=OLD), "qtc", ("due", 3)),
        case("escitalopram: ECG with a macrolide", on("escitalopram", 3,
             beside=(drug("azithromycin", (2, "start", 250.0)),)), "qtc", ("due", 2)),
        case("potassium with heart disease", on("citalopram", 3, health=(condition("long_qt"),)), "potassium", ("due", 3)),
        case("no ECG without a risk", on("citalopram", 3), "qtc", None),
        case("nor where the age is not known", on("citalopram", 3, born=None), "qtc", None),
        case("sertraline from 65: sodium by four weeks", on("sertraline", 29, born=OLD), "sodium", ("due", 1)),
        case("one at two weeks is enough", on("sertraline", 29, born=OLD, results=(lab(15, "sodium", 140),)), "sodium",
             ("done", None)),
        case("with a thiazide at any age", on("sertraline", 29,
             beside=(drug("hydrochlorothiazide", (300, "start", 25.0)),)), "sodium", ("due", 1)),
        case("else not", on("sertraline", 29), "sodium", None),
        case("venlafaxine: blood pressure before", on("venlafaxine", 3), "systolic", ("due", 3)),
        case("after each step", on("venlafaxine", 40, (15, "change", 150.0),
             results=(lab(40, "systolic", 120), lab(25, "systolic", 120))),
             "systolic", ("due", 1)),
        case("and six-monthly", on("venlafaxine", 400, results=(lab(183, "systolic", 120),)), "systolic", ("due", 1)),
        case("duloxetine: liver tests before", on("duloxetine", 3), "alt", ("due", 3)),
        case("bupropion: blood pressure", on("bupropion", 3), "systolic", ("due", 3)),
        case("mirtazapine: weight", on("mirtazapine", 3), "weight", ("due", 3)),
        case("tricyclic: ECG over 40", on("nortriptyline", 3, born=FIFTY), "qtc", ("due", 3)),
        case("or with heart disease", on("nortriptyline", 3, born=date(1990, 1, 1), health=(condition("cardiac"),)), "qtc",
             ("due", 3)),
        case("else not", on("nortriptyline", 3, born=date(1990, 1, 1)), "qtc", None),
        case("stimulant: heart rate before", on("methylphenidate", 3), "heart_rate", ("due", 3)),
        case("height in youth", on("methylphenidate", 3, born=SIXTEEN), "height", ("due", 3)),
        case("not in adults", on("methylphenidate", 3), "height", None),
        case("misuse screen before", on("methylphenidate", 3), "misuse_screen", ("due", 3)),
        case("atomoxetine: blood pressure", on("atomoxetine", 3), "systolic", ("due", 3)),
        case("buprenorphine: urine screen monthly", on("buprenorphine", 90, results=(lab(31, "urine_screen"),)),
             "urine_screen", ("due", 1)),
        case("one recorded on a pathway is the same", on("buprenorphine", 90, screens=(screen(12, "unexpected"),)),
             "urine_screen", ("done", -18)),
        case("one that was not done there is none", on("buprenorphine", 20, screens=(screen(12, "not_done"),)),
             "urine_screen", ("overdue", 20)),
        case("naltrexone: free of opioids before", on("naltrexone", 3), "opioid_free", ("due", 3)),
        case("benzodiazepine: PDMP quarterly", on("clonazepam", 200, results=(lab(92, "pdmp"),)), "pdmp", ("due", 1)),
        # what is not asked
        case("a drug that is held asks for nothing", on("lithium", 50, (5, "hold", None)), LEVEL, None),
        case("nor one that was stopped", on("lithium", 50, (5, "stop", None)), LEVEL, None),
        case("nor one that is to start", on("lithium", -5), LEVEL, None),
        case("clozapine: a count from a week before the start is the one before it",
             on("clozapine", 2, results=(lab(9, "anc", 3000),)), "anc", ("done", 2 - 7)),
        case("one from eight days before is not", on("clozapine", 2, results=(lab(10, "anc", 3000),)), "anc", ("due", 2)),
        case("nor is a pregnancy test of a month before valproate",
             on("valproate", 5, results=(lab(35, "pregnancy_test", 0),)), "pregnancy_test", ("due", 5)),
        case("free of opioids in an earlier run of naltrexone says nothing of this one",
             on("naltrexone", 90, (6, "stop", None), (2, "start", 50.0), results=(lab(7, "opioid_free", 0),)), "opioid_free",
             ("due", 2)),
        case("a hold of four months asks for it again",
             on("naltrexone", 200, (120, "hold", None), (3, "resume", 50.0), results=(lab(201, "opioid_free", 0),)), "opioid_free",
             ("due", 3)),
        case("a hold of eight days too",
             on("naltrexone", 200, (11, "hold", None), (3, "resume", 50.0), results=(lab(201, "opioid_free", 0),)), "opioid_free",
             ("due", 3)),
        case("one of a week does not",
             on("naltrexone", 200, (10, "hold", None), (3, "resume", 50.0), results=(lab(201, "opioid_free", 0),)), "opioid_free",
             ("done", None)),
        case("nor does an order that was renewed after three days",
             on("naltrexone", 200, (6, "stop", None), (3, "start", 50.0), results=(lab(201, "opioid_free", 0),)), "opioid_free",
             ("done", None)),
        case("one after four days does",
             on("naltrexone", 200, (7, "stop", None), (3, "start", 50.0), results=(lab(201, "opioid_free", 0),)), "opioid_free",
             ("due", 3)),
        case("valproate held for months: a pregnancy test again",
             on("valproate", 200, (120, "hold", None), (3, "resume", 50.0), results=(lab(201, "pregnancy_test", 0),)),
             "pregnancy_test", ("due", 3)),
        case("an order of valproate that was renewed on its day asks for no second test",
             on("valproate", 25, (20, "stop", None), (20, "start", 100.0), results=(lab(25, "pregnancy_test", 0),)),
             "pregnancy_test", ("done", None)),
        case("an order of clozapine that was renewed leaves its counts as they are",
             on("clozapine", 900, (5, "stop", None), (5, "start", 100.0), results=(lab(36, "anc", 3000), lab(8, "anc", 3000))), "anc",
             ("done", 8 - 28)),
        case("after three missed days as well",
             on("clozapine", 900, (5, "stop", None), (2, "start", 100.0), results=(lab(9, "anc", 3000),)), "anc", ("done", 9 - 28)),
        case("after its end it does",
             on("naltrexone", 90, (6, "stop", None), (2, "start", 50.0), results=(lab(3, "opioid_free", 0),)), "opioid_free",
             ("done", None)),
        case("a diuretic that came later asks for sodium by four weeks after it, whatever it was before",
             on("sertraline", 400, beside=(drug("hydrochlorothiazide", (29, "start", 25.0)),), results=(lab(380, "sodium", 140),)),
             "sodium", ("due", 1)),
        case("and not in its first weeks",
             on("sertraline", 400, beside=(drug("hydrochlorothiazide", (16, "start", 25.0)),), results=(lab(380, "sodium", 140),)),
             "sodium", ("done", -12)),
        case("one on the day of the diuretic is too early to tell",
             on("sertraline", 400, beside=(drug("hydrochlorothiazide", (29, "start", 25.0)),), results=(lab(29, "sodium", 140),)),
             "sodium", ("due", 1)),
        case("one two weeks after it answers it",
             on("sertraline", 400, beside=(drug("hydrochlorothiazide", (29, "start", 25.0)),), results=(lab(15, "sodium", 140),)),
             "sodium", ("done", None)),
        case("a thiazide the day after sertraline: four weeks from then, with a sodium at the start",
             on("sertraline", 3, beside=(drug("hydrochlorothiazide", (2, "start", 25.0)),), results=(lab(3, "sodium", 140),)),
             "sodium", ("done", -26)),
        case("and without one", on("sertraline", 3, beside=(drug("hydrochlorothiazide", (2, "start", 25.0)),)), "sodium",
             ("done", -26)),
        case("each diuretic asks for one: a second one does not put off what the first asked for",
             on("sertraline", 400, beside=(drug("hydrochlorothiazide", (300, "start", 25.0)), drug("furosemide", (2, "start", 20.0))),
                results=(lab(380, "sodium", 140),)), "sodium", ("overdue", 272)),
        case("who turned 65 with a sodium on file is not asked again",
             on("sertraline", 3000, days=3100, born=date(1961, 11, 10), results=(lab(100, "sodium", 140),)), "sodium", ("done", None)),
        case("from 65 without any, a later diuretic does not put it off",
             on("sertraline", 400, born=OLD, beside=(drug("hydrochlorothiazide", (2, "start", 25.0)),)), "sodium", ("overdue", 372)),
        case("methadone after ondansetron asks for an ECG of its own",
             on("citalopram", 900, beside=(drug("ondansetron", (800, "start", 4.0)), drug("methadone", (10, "start", 40.0))),
                results=(lab(800, "qtc", 420),)), "qtc", ("due", 10)),
        case("so does a long QT that is found after heart disease",
             on("citalopram", 900, health=(condition("cardiac", days=800), condition("long_qt", days=10)),
                results=(lab(800, "qtc", 420),)), "qtc", ("due", 10)),
        case("methadone that came later asks for another ECG",
             on("citalopram", 300, beside=(drug("methadone", (10, "start", 40.0)),), results=(lab(310, "qtc", 410),)), "qtc",
             ("due", 10)),
        case("so it does where age had asked for the first one",
             on("citalopram", 300, born=OLD, beside=(drug("methadone", (10, "start", 40.0)),), results=(lab(300, "qtc", 410),)),
             "qtc", ("due", 10)),
        case("one from shortly before methadone was added is enough",
             on("citalopram", 300, beside=(drug("methadone", (10, "start", 40.0)),), results=(lab(40, "qtc", 410),)), "qtc",
             ("done", None)),
        case("a gene is not asked for again where the ancestry is told later",
             on("carbamazepine", 400, health=(condition("hla_risk", days=30),), results=(lab(390, "hla_b1502", 0),)), "hla_b1502",
             ("done", None)),
        case("who turned 65 yesterday is asked from then on", on("sertraline", 700, born=date(1961, 11, 17)), "sodium",
             ("due", 1)),
        case("with a diuretic since last week, by four weeks from then",
             on("sertraline", 400, beside=(drug("hydrochlorothiazide", (7, "start", 25.0)),)), "sodium", ("done", -21)),
        case("with heart disease since it is known",
             on("citalopram", 400, health=(condition("cardiac", days=20),)), "qtc", ("overdue", 20)),
        case("born on a February 29, 65 on March 1", on("sertraline", 700, born=date(1960, 2, 29)), "sodium", ("overdue", 627)),
        case("told again it is no new condition",
             on("citalopram", 400, health=(condition("cardiac", days=90), condition("cardiac", days=1))), "qtc", ("overdue", 90)),
        case("one that went and came back is",
             on("citalopram", 400, health=(condition("cardiac", days=90), condition("cardiac", "resolved", days=50),
                                           condition("cardiac", days=20))), "qtc", ("overdue", 20)),
        case("the gene of long ago holds", on("carbamazepine", 60, health=(condition("hla_risk"),), results=(lab(900, "hla_b1502", 0),)),
             "hla_b1502", ("done", None)),
        case("taken again by an import after a hold, its level is due again",
             on("lithium", 200, (60, "hold", None), (20, "change", 100.0), results=(*STABLE,)), LEVEL, ("overdue", 13)),
        case("what was missed before the enrolment is due from then on", on("venlafaxine", 700, days=10), "systolic",
             ("due", 10)),
    ],
)  # fmt: skip
def test_schedules(facts, code, expected):
    assert state(facts, code) == expected


@pytest.mark.parametrize(
    ("facts", "code", "expected"),
    [
        case("2020: weight monthly for six months", on("olanzapine", 62, results=(lab(30, "weight", 80),)), "weight",
             ("due", 1)),
        case("then quarterly", on("olanzapine", 400, results=(lab(92, "weight", 80),)), "weight", ("due", 1)),
        case("glucose at four months", on("olanzapine", 124, results=(lab(124, "glucose", 90),)), "glucose", ("due", 2)),
        case("or A1c in its place", on("olanzapine", 124, results=(lab(124, "a1c", 5.4),)), "glucose", ("due", 2)),
        case("an A1c on the day serves", on("olanzapine", 124, results=(lab(1, "a1c", 5.4),)), "glucose", ("done", -364)),
        case("lipids yearly", on("olanzapine", 600, results=(lab(366, "ldl", 90),)), "ldl", ("due", 1)),
        case("waist is not asked", on("olanzapine", 60), "waist", None),
    ],
)  # fmt: skip
def test_the_other_antipsychotic_schedule_is_a_setting(facts, code, expected):
    assert state(facts, code, APA_2020) == expected


def test_the_finding_judges_by_the_schedule_that_the_protocol_chose():
    apa = P.with_values("Winter", ago(50), antipsychotics=APA_2020)
    codes = ("weight", "glucose", "ldl", "systolic")
    done = tuple(lab(day, code, 90) for day in (60, 30, 1) for code in codes)
    facts = on("olanzapine", 60, results=(*done, lab(60, "movement_exam"), lab(60, "family_history")))
    told = found(facts, "RX1")
    assert told.sentence == "Overdue for olanzapine: Waist (since Sep 19, 2026)."
    assert "RX1" not in {one.code for one in findings(facts, apa, TODAY)}


@pytest.mark.parametrize(
    ("facts", "code", "text", "urgent"),
    [
        case("lithium 1.2 is urgent", on("lithium", 60, results=(lab(2, LEVEL, 1.2),)), LEVEL,
             "1.2 or above: call the prescriber today", True),
        case("lithium 1.5 is toxic", on("lithium", 60, results=(lab(2, LEVEL, 1.5),)), LEVEL,
             "toxic range: hold it and have the patient seen now", True),
        case("lithium 1.1 is not urgent", on("lithium", 60, results=(lab(2, LEVEL, 1.1),)), LEVEL, None, None),
        case("but above the laboratory's range", on("lithium", 60, results=(lab(2, LEVEL, 1.1, 0.6, 1.0),)), LEVEL,
             "above the laboratory's 1", False),
        case("or below it", on("lithium", 60, results=(lab(2, LEVEL, 0.4, 0.6, 1.0),)), LEVEL,
             "below the laboratory's 0.6", False),
        case("valproate 130", on("valproate", 60, results=(lab(2, "valproate_level", 130),)), "valproate_level",
             "outside 50 to 125", False),
        case("valproate 50 is in range", on("valproate", 60, results=(lab(2, "valproate_level", 50),)),
             "valproate_level", None, None),
        case("neutrophils under 1500", on("clozapine", 60, results=(lab(2, "anc", 1499),)), "anc",
             "below 1500: call the prescriber today", True),
        case("1200 is enough with benign neutropenia", on("clozapine", 60, results=(lab(2, "anc", 1200),),
             health=(condition("benign_neutropenia"),)), "anc", None, None),
        case("QTc above 500", on("ziprasidone", 60, results=(lab(2, "qtc", 501),)), "qtc",
             "above 500 ms: call the prescriber today", True),
        case("five percent more weight on an antipsychotic",
             on("olanzapine", 60, results=(lab(60, "weight", 80), lab(2, "weight", 84))), "weight",
             "5 % above 80 kg at the start: consider a switch", False),
        case("less is not", on("olanzapine", 60, results=(lab(60, "weight", 80), lab(2, "weight", 83))), "weight", None, None),
        case("without a weight at the start nobody can say", on("olanzapine", 60, results=(lab(2, "weight", 84),)),
             "weight", None, None),
        case("on mirtazapine the laboratory's range alone speaks",
             on("mirtazapine", 60, results=(lab(60, "weight", 80), lab(2, "weight", 90))), "weight", None, None),
        case("a positive pregnancy test on lithium is for today", on("lithium", 60, results=(lab(2, "pregnancy_test", 1),),
             sex="female"), "pregnancy_test", "no abrupt stop: call the prescriber today", True),
        case("a negative one is in range", on("lithium", 60, results=(lab(2, "pregnancy_test", 0),), sex="female"),
             "pregnancy_test", None, None),
        case("one of which no outcome was told says nothing", on("lithium", 60, results=(lab(2, "pregnancy_test"),),
             sex="female"), "pregnancy_test", None, None),
        case("of two on one day the positive one counts", on("lithium", 60, sex="female",
             results=(lab(2, "pregnancy_test", 1), lab(2, "pregnancy_test", 0))), "pregnancy_test",
             "no abrupt stop: call the prescriber today", True),
        case("a rash on lamotrigine is for today", on("lamotrigine", 60, results=(lab(2, "rash", 1),)), "rash",
             "no further dose before it is seen: call the prescriber today", True),
        case("HLA-B*1502 on carbamazepine too", on("carbamazepine", 60, results=(lab(2, "hla_b1502", 1),),
             health=(condition("hla_risk"),)), "hla_b1502",
             "serious skin reactions with carbamazepine: call the prescriber today", True),
        case("opioids with naltrexone too", on("naltrexone", 2, results=(lab(2, "opioid_free", 1),)), "opioid_free",
             "naltrexone would bring on withdrawal: call the prescriber today", True),
        case("movements on an antipsychotic are not", on("haloperidol", 60, results=(lab(2, "movement_exam", 1),)),
             "movement_exam", "ask the prescriber about the dose or a switch", False),
        case("an unexpected urine screen is a reason to talk", on("buprenorphine", 60, results=(lab(2, "urine_screen", 1),)),
             "urine_screen", "confirm it, and talk it through without judgment", False),
        case("recorded on a pathway it is the same", on("buprenorphine", 60, screens=(screen(2, "unexpected"),)),
             "urine_screen", "confirm it, and talk it through without judgment", False),
        case("an expected one is none", on("buprenorphine", 60, screens=(screen(2, "expected"),)), "urine_screen", None, None),
        case("a family history bears on the choice and is no abnormal result",
             on("olanzapine", 60, results=(lab(2, "family_history", 1),)), "family_history", None, None),
        case("done without a number has no range", on("lithium", 60, results=(lab(2, LEVEL),)), LEVEL, None, None),
    ],
)  # fmt: skip
def test_out_of_range(facts, code, text, urgent):
    problem = watch(facts, code).problem
    assert (problem and problem.text, problem and problem.urgent) == (text, urgent)


@pytest.mark.parametrize(
    ("code", "value", "unit", "expected"),
    [
        case("mEq/L of lithium is mmol/L", LEVEL, 0.8, "mEq/L", (0.8, "mmol/L")),
        case("without a unit nobody knows what it is", LEVEL, 0.8, "", "Lithium level, 12-hour trough has no unit"),
        case("180 may be pounds or kilograms", "weight", 180, " ", "Weight has no unit. Give the one that was told: kg, lb"),
        case("so may a height be in inches", "height", 70, "", "Height has no unit. .*: cm, in"),
        case("and a blood pressure is in mmHg because somebody says so", "systolic", 120, "", "Systolic blood pressure has no unit"),
        case("what has no unit needs none", "pdmp", None, "", (None, "")),
        case("pounds are exact", "weight", 100, "lb", (45.3592, "kg")),
        case("thousands a microliter", "anc", 1.4, "K/uL", (1400, "/µL")),
        case("done has no number", "pdmp", 3, "x", (None, "")),
        case("an outcome is kept", "pregnancy_test", 1, "", (1, "")),
        case("and so is the good one", "pregnancy_test", 0, "", (0, "")),
        case("a level that was done without a number", LEVEL, None, "mmol/L", (None, "")),
        case("lithium in mg/dL is a mistake", LEVEL, 0.8, "mg/dL", "is not kept in mg/dL"),
        case("glucose in mmol/L cannot be turned exactly", "glucose", 5.5, "mmol/L", "is not kept in mmol/L"),
        case("a decimal point was lost", LEVEL, 80, "mmol/L", "cannot be"),
    ],
)  # fmt: skip
def test_units(code, value, unit, expected):
    if isinstance(expected, str):
        with pytest.raises(UnitRefused, match=expected):
            kept(code, value, unit)
    else:
        assert kept(code, value, unit) == expected


def test_every_schedule_names_a_reading_that_exists():
    for entry in CATALOGUE.values():
        for item in items(entry.name, entry.drug_class, entry.flags, APA_2020):
            assert item.code in READINGS


def test_a_drug_that_is_not_taken_has_no_circumstances():
    held = drug("lithium", (50, "start", 900.0), (5, "hold", None))
    assert circumstances(enrolled(90, medications=(held,)), held, TODAY) is None


def test_a_split_without_its_start_has_no_circumstances():
    split = drug("lithium", (5, "split", 900.0))
    assert circumstances(enrolled(90, medications=(split,)), split, TODAY) is None


def test_words():
    one = watch(on("lithium", 100, results=STABLE), LEVEL)
    assert standing_words(one) == "last on Sep 16, 2026, next Dec 16, 2026"
    assert standing_words(watch(on("lithium", 11), LEVEL)) == "overdue since Nov 14, 2026, none on file"
    assert standing_words(
        watch(on("lithium", 300, results=(lab(300, "platelets", 2),)), "platelets")
    ).startswith("last")
    assert result_words(lab(0, LEVEL, 0.6)) == "0.6 mmol/L on Nov 18, 2026"
    assert result_words(lab(0, "pdmp")) == "done on Nov 18, 2026 (result not told)"
    assert result_words(lab(0, "pdmp", 0)) == "as expected on Nov 18, 2026"
    assert result_words(lab(0, "pdmp", 1)) == "not as expected on Nov 18, 2026"
    assert result_words(lab(0, "weight", 70.7604)) == "70.8 kg on Nov 18, 2026", "pounds, told to a tenth"
    assert one.awaiting_sign_off is False
    assert "S51" in one.source
    assert watch(on("valproate", 6), "alt").awaiting_sign_off


def test_two_drugs_of_one_name_are_both_watched_and_a_product_of_two_once():
    facts = enrolled(90, medications=(drug("olanzapine/fluoxetine", (3, "start", 6.0)),), birth_date=OLD)
    codes = [w.code for w in monitoring(facts, TODAY, ADA_2004)]
    assert len(codes) == len(set(codes))
    assert "sodium" in codes
    assert "waist" in codes


def test_findings_of_monitoring():
    late = found(on("lithium", 40), "RX1")
    assert late.sentence.startswith(
        "Overdue for lithium: Lithium level, 12-hour trough (since Oct 16, 2026), eGFR"
    )
    assert (late.urgency.name, late.tag) == ("THIS_WEEK", "measure")
    soft = found(on("venlafaxine", 40), "RX1")
    assert (soft.urgency.name, soft.tag) == ("ROUTINE", "measure")
    assert found(on("sertraline", 40), "RX1") is None


def test_findings_of_results():
    high = on("lithium", 60, results=(lab(2, LEVEL, 1.3),))
    told = found(high, "RX2")
    assert told.sentence == (
        "Out of range: Lithium level, 12-hour trough 1.3 mmol/L on Nov 16, 2026, 1.2 or above: call the prescriber today (lithium)."
    )
    assert told.urgency.name == "SAME_DAY"
    assert found(on("lithium", 60, (1, "change", 50.0), results=(lab(2, LEVEL, 1.3),)), "RX2") is None
    assert found(on("lithium", 60, results=(lab(2, LEVEL, 1.3),), reviews=(review(1),)), "RX2") is None
    soft = found(on("valproate", 60, results=(lab(2, "valproate_level", 40),)), "RX2")
    assert soft.urgency.name == "THIS_WEEK"
    assert found(on("valproate", 60), "RX2") is None
    assert found(on("valproate", 60), "RX1").facts


TOXIC, SOFT = lab(9, LEVEL, 1.7), lab(9, "valproate_level", 40)


@pytest.mark.parametrize(
    ("facts", "is_open"),
    [
        case("nothing was done", on("lithium", 60, results=(TOXIC,)), True),
        case("a lower dose answers it", on("lithium", 60, (9, "change", 50.0), results=(TOXIC,)), False),
        case("a higher one does not", on("lithium", 60, (8, "change", 200.0), results=(TOXIC,)), True),
        case("nor a dose that is written down anew", on("lithium", 60, (8, "change", 100.0), results=(TOXIC,)), True),
        case("nor one that nobody knows", on("lithium", 60, (8, "change", None), results=(TOXIC,)), True),
        case("nor one in two parts", on("lithium", 60, (8, "split", 100.0), results=(TOXIC,)), True),
        case("a hold answers it while it lasts", on("lithium", 60, (8, "hold", None), results=(TOXIC,)), False),
        case("taken again at the same dose, nothing was changed", on("lithium", 60, (8, "hold", None), (3, "resume", 100.0),
             results=(TOXIC,)), True),
        case("nor at one that nobody knows", on("lithium", 60, (8, "hold", None), (3, "resume", None), results=(TOXIC,)), True),
        case("nor by an import that tells it as a change", on("lithium", 60, (8, "hold", None), (3, "change", 100.0),
             results=(TOXIC,)), True),
        case("a lower one answers it", on("lithium", 60, (8, "hold", None), (3, "resume", 50.0), results=(TOXIC,)), False),
        case("not once it is raised again to what it was", on("lithium", 60, (8, "change", 50.0), (3, "change", 100.0),
             results=(TOXIC,)), True),
        case("a dose between is a lower one still", on("lithium", 60, (8, "change", 50.0), (3, "change", 75.0),
             results=(TOXIC,)), False),
        case("a lower dose that is written down anew without its number holds", on("lithium", 60, (8, "change", 50.0),
             (3, "change", None), results=(TOXIC,)), False),
        case("raised, then lowered to more than it was", on("lithium", 60, (9, "change", 300.0), (5, "change", 200.0),
             results=(TOXIC,)), True),
        case("a rash is not answered by a hold that ended at the same dose", on("lamotrigine", 60, (8, "hold", None),
             (5, "resume", 100.0), results=(lab(9, "rash", 1),)), True),
        case("a low level is not answered by a hold that ended at the same dose", on("valproate", 60, (8, "hold", None),
             (5, "resume", 100.0), results=(SOFT,)), True),
        case("but by one that ended at a higher dose", on("valproate", 60, (8, "hold", None), (5, "resume", 200.0),
             results=(SOFT,)), False),
        case("a rash is not answered by a lower dose", on("lamotrigine", 60, (8, "change", 50.0), results=(lab(9, "rash", 1),)), True),
        case("but by a hold that lasts", on("lamotrigine", 60, (8, "hold", None), results=(lab(9, "rash", 1),)), False),
        case("and open again once it is taken again, at however low a dose", on("lamotrigine", 60, (8, "hold", None),
             (5, "resume", 25.0), results=(lab(9, "rash", 1),)), True),
        case("movements are, by a lower dose", on("olanzapine", 60, (8, "change", 5.0), results=(lab(9, "movement_exam", 1),)), False),
        case("a higher one answers no prescription record", on("alprazolam", 60, (8, "change", 200.0), results=(lab(9, "pdmp", 1),)),
             True),
        case("a low level is answered by a higher dose", on("valproate", 60, (8, "change", 200.0), results=(SOFT,)),
             False),
        case("but not by the same", on("valproate", 60, (8, "change", 100.0), results=(SOFT,)), True),
        case("a change before it says nothing", on("valproate", 60, (20, "change", 200.0), results=(SOFT,)), True),
        case("a change that was taken back is no answer", on("valproate", 60, (8, "change", 150.0), (3, "change", 100.0),
             results=(SOFT,)), True),
        case("one to a third dose is", on("valproate", 60, (8, "change", 150.0), (3, "change", 200.0), results=(SOFT,)), False),
        case("one to a dose that nobody knows too", on("valproate", 60, (8, "change", None), results=(SOFT,)), False),
        case("stopped on its day and begun again lower", on("lithium", 60, (9, "stop", None), (2, "start", 50.0), results=(TOXIC,)),
             False),
        case("or at the same dose", on("lithium", 60, (9, "stop", None), (2, "start", 100.0), results=(TOXIC,)), True),
        case("a lower order in the place of the one of that day", on("lithium", 60, (9, "stop", None), (9, "start", 50.0),
             results=(TOXIC,)), False),
        case("or on the day after", on("lithium", 60, (8, "stop", None), (8, "start", 50.0), results=(TOXIC,)), False),
        case("an order that is renewed at the same dose is no answer", on("lithium", 60, (8, "stop", None), (8, "start", 100.0),
             results=(TOXIC,)), True),
        case("a level in the week after a stop is of that run", on("lithium", 60, (16, "stop", None), (2, "start", 50.0),
             results=(TOXIC,)), False),
        case("one before the start is not answered by the doses that follow", on("valproate", 5, (2, "change", 200.0),
             results=(lab(9, "alt", 200, 5, 40),)), True),
        case("nor one long after the run before", on("valproate", 60, (30, "stop", None), (5, "start", 50.0),
             results=(lab(9, "alt", 200, 5, 40),)), True),
    ],
)  # fmt: skip
def test_what_answers_a_result_out_of_range(facts, is_open):
    assert (found(facts, "RX2") is not None) is is_open


def test_findings_of_outcomes():
    told = found(on("lithium", 60, results=(lab(2, "pregnancy_test", 1),), sex="female"), "RX2")
    assert told.sentence == (
        "Abnormal: Pregnancy test positive on Nov 16, 2026, no abrupt stop: call the prescriber today (lithium)."
    )
    assert (told.urgency.name, told.awaiting_sign_off) == ("SAME_DAY", True)
    screened = found(on("buprenorphine", 60, results=(lab(2, "urine_screen", 1),)), "RX2")
    assert screened.urgency.name == "THIS_WEEK"
    assert found(on("buprenorphine", 60, screens=(screen(2, "unexpected"),)), "RX2") is None, "it is PW3's"


def test_the_book_names_the_outcomes():
    rows = [cells for cells, _ in limits()]
    assert ("Pregnancy test", "positive", "no abrupt stop: call the prescriber today") in rows


@pytest.mark.parametrize("values", [(0.8, 1.3, 0.9), (1.3, 0.8), (0.9, 1.3)])
def test_of_several_levels_of_one_day_the_one_out_of_range_counts(values):
    told = found(on("lithium", 60, results=tuple(lab(2, LEVEL, value) for value in values)), "RX2")
    assert "1.3 mmol/L" in told.sentence


def test_of_several_out_of_range_the_urgent_one_counts():
    low, high = lab(2, LEVEL, 0.3)._replace(low=0.6), lab(2, LEVEL, 1.3)
    assert "1.3 mmol/L" in found(on("lithium", 60, results=(high, low)), "RX2").sentence
    assert "below the laboratory's 0.6" in found(on("lithium", 60, results=(low,)), "RX2").sentence


def test_a_replayed_day_knows_no_later_result():
    facts = on("lithium", 60, results=(lab(2, LEVEL, 1.3),))
    then = monitoring(facts, TODAY - timedelta(days=3), ADA_2004)
    assert next(w for w in then if w.code == LEVEL).last is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        case("a sodium without a range is judged by nobody, and says so", lab(2, "sodium", 128),
             "128 mmol/L on Nov 16, 2026 (no range given by the laboratory: not judged)"),
        case("so is a blood pressure", lab(2, "systolic", 190),
             "190 mmHg on Nov 16, 2026 (no range given: not judged)"),
        case("with one end of a range it is judged", lab(2, "sodium", 128, low=135), "128 mmol/L on Nov 16, 2026"),
        case("the registry has limits of its own for a lithium level", lab(2, LEVEL, 0.8), "0.8 mmol/L on Nov 16, 2026"),
        case("and for the QTc", lab(2, "qtc", 440), "440 ms on Nov 16, 2026"),
        case("a weight is followed by its change alone", lab(2, "weight", 80), "80 kg on Nov 16, 2026"),
        case("what was done has no number to judge", lab(2, "sodium"), "done on Nov 16, 2026"),
    ],
)  # fmt: skip
def test_a_number_without_a_range_is_not_judged(row, words):
    assert result_words(row) == words


@pytest.mark.parametrize(
    ("value", "benign", "expected"),
    [
        case("999 is too few for anybody", 999, True, "below 1000: call the prescriber today"),
        case("1000 is enough with benign neutropenia", 1000, True, None),
        case("and not without it", 1000, False, "below 1500: call the prescriber today"),
        case("1500 is enough", 1500, False, None),
    ],
)  # fmt: skip
def test_neutrophils_have_a_limit_for_each(value, benign, expected):
    health = (condition("benign_neutropenia"),) if benign else ()
    problem = watch(on("clozapine", 60, results=(lab(2, "anc", value),), health=health), "anc").problem
    assert (problem and problem.text) == expected


def test_the_graver_limit_comes_first_and_every_limit_has_a_source():
    for limit in LIMITS:
        assert limit.sources
        assert limit.code in READINGS
    assert [limit.below for limit in LIMITS if limit.code == LEVEL] == [1.5, 1.2]
    rows = [cells for cells, _ in limits()]
    assert ("Valproate level", "under 50 or over 125 µg/mL", "outside 50 to 125") in rows
    assert ("Weight", "5 % or more above the start of an antipsychotic", "consider a switch") in rows
    assert urgent_words() == (
        "Lithium level, 12-hour trough 1.2 or above; Absolute neutrophil count under 1500, without benign neutropenia; ECG "
        "(QTc) over 500; Pregnancy test positive; HLA-B*1502 positive; Rash present; Free of opioids no: same day"
    )


def test_a_late_reading_cites_the_schedule_that_asked_for_it():
    lithium = found(on("lithium", 60, results=(lab(2, LEVEL, 0.7),), sex="male"), "RX1")
    assert lithium.source.startswith("S51 ")
    assert "S49" not in lithium.source
    assert not lithium.awaiting_sign_off
    valproate = found(on("valproate", 90), "RX1")
    assert valproate.source == "clinical practice"
    assert valproate.awaiting_sign_off


def test_a_result_cites_the_limit_that_it_crossed():
    toxic = found(on("lithium", 60, results=(lab(2, LEVEL, 1.6),)), "RX2")
    assert toxic.source.startswith("S51 ")
    assert not toxic.awaiting_sign_off
    high = found(on("lithium", 60, results=(lab(2, LEVEL, 1.3),)), "RX2")
    assert (high.source, high.awaiting_sign_off) == ("clinical practice", True)
    by_laboratory = found(on("lithium", 60, results=(lab(2, "tsh", 9, 0.4, 4),)), "RX2")
    assert by_laboratory.source.startswith("S51 ")
