"""What the printed pages say of medications: trials, adherence, readings, and what is not known."""

from registry.clinical.care import Adherence, Care, HealthFact, LabResult, PastTrial, SideEffect
from registry.clinical.choices import APA_2020
from registry.papers import steering
from tests.clinical.cases import TODAY, P, ago, drug, enrolled, phq9, seen

LITHIUM = drug("lithium", (60, "start", 900.0))
SERTRALINE = drug("sertraline", (70, "start", 50.0))
CARE = Care(
    adherence=(Adherence("a", ago(5), SERTRALINE.id, 90, ("forgetting",)),),
    side_effects=(SideEffect("s", ago(9), SERTRALINE.id, "Nausea", "mild"),),
    past_trials=(PastTrial("p", ago(80), "fluoxetine", 20, 8, "none", "no_response", True),),
    results=(
        LabResult("l", ago(3), "lithium_level", 1.3, "mmol/L"),
        LabResult("w", ago(3), "weight", 80, "kg"),
    ),
    health=(
        HealthFact("h", ago(80), "allergy", "Penicillin", "rash"),
        HealthFact("g", ago(8), "pregnancy", "", "no"),
        HealthFact("d", ago(40), "discharge", "emergency", "Mercy Hospital"),
    ),
)
FACTS = enrolled(100, medications=(LITHIUM, SERTRALINE, drug("bupropion", (95, "start", 150.0), (75, "stop", None))),
                 care=CARE, scores=(phq9(96, 20), phq9(76, 19), phq9(2, 9)))  # fmt: skip


def test_what_is_taken_stands_with_its_trial():
    lines = {one.what: one for one in steering.medications(FACTS, TODAY, P)}
    sertraline = lines["sertraline 50 mg"]
    assert (sertraline.adherence, sertraline.side_effects) == (
        "90 % (forgetting), Nov 13, 2026",
        "nausea, mild",
    )
    assert sertraline.trial == "Adequate trial: 10 weeks at 50 mg or more, adherence 90 %"
    assert lines["lithium 900 mg"].adherence == "", "what was not asked is not known"
    said = enrolled(90, medications=(SERTRALINE,), contacts=(seen(4, adherence="all"),))
    (line,) = steering.medications(said, TODAY, P)
    assert line.adherence == "takes nearly all doses, Nov 14, 2026"
    assert line.trial.endswith("10 weeks at 50 mg or more, takes nearly all doses (Nov 14, 2026)")
    assert "Adherence to sertraline" not in list(steering.missing(said, TODAY, P))
    held = enrolled(90, medications=(drug("sertraline", (70, "start", 50.0), (3, "hold", None)),))
    (line,) = steering.medications(held, TODAY, P)
    assert (line.what, line.is_held, line.weeks_at_dose) == (
        "sertraline, held since Nov 15, 2026",
        True,
        None,
    )


def test_what_was_tried_says_whether_it_was_tried_properly():
    first, second = steering.past_trials(FACTS, TODAY, P, "PHQ-9")
    assert (first.drug, first.weeks, first.stopped_because) == ("fluoxetine", 8, "did not help")
    assert (first.response, first.verdict) == (
        "no response",
        "Adequate trial: 8 weeks at 20 mg, taken regularly",
    )
    assert second.response == "PHQ-9 20 to 19, no response"
    assert second.verdict == "Not an adequate trial: never above 150 mg; 300 mg or more is needed"
    vague = enrolled(90, medications=(drug("vortioxetine", (80, "start", 10.0), (20, "stop", None)),))
    assert next(steering.past_trials(vague, TODAY, P, "PHQ-9")).weeks == 8


def test_a_trial_of_too_low_a_dose_keeps_its_weeks_and_how_it_was_taken():
    low = PastTrial("q", ago(80), "fluoxetine", 10, 8, "unknown", "", None)
    (trial,) = steering.past_trials(enrolled(90, care=Care(past_trials=(low,))), TODAY, P, "PHQ-9")
    assert (trial.max_dose, trial.weeks, trial.stopped_because) == ("10 mg", 8, "")
    assert trial.response == "not known"
    assert trial.verdict == "Not an adequate trial: never above 10 mg; 20 mg or more is needed"
    stopped = drug("sertraline", (70, "start", 25.0), (20, "stop", None))
    facts = enrolled(90, medications=(stopped,), contacts=(seen(40, adherence="some"),))
    (trial,) = steering.past_trials(facts, TODAY, P, "PHQ-9")
    assert trial.verdict.endswith("50 mg or more is needed; misses doses (Oct 9, 2026)")


def test_open_readings_and_what_is_on_file():
    level = next(m for m in steering.readings(FACTS, TODAY, P) if m.what.startswith("Lithium level"))
    assert level.last == "1.3 mmol/L (1.2 or above: call the prescriber today)"
    lines = {line.label: line.text for line in steering.lines(FACTS)}
    assert lines["Allergies"] == "Penicillin (rash)"
    assert lines["Vitals"] == "Weight 80 kg on Nov 15, 2026"
    assert lines["Labs"].startswith("Lithium level")
    assert lines["Pregnancy"] == "not pregnant"
    assert lines["Last discharge"] == "emergency department, Mercy Hospital, Oct 9, 2026"


def test_the_next_reading_is_the_first_that_is_not_due_yet():
    done = (LabResult("a", ago(9), "alt", 31, "U/L"), LabResult("p", ago(2), "pdmp"))
    facts = enrolled(100, medications=(drug("buprenorphine", (9, "start", 8.0)),), care=Care(results=done))
    coming = steering.next_reading(facts, TODAY, P)
    assert (coming.what, coming.due_on, coming.last) == ("PDMP check, buprenorphine", ago(-89), "done")
    assert steering.next_reading(enrolled(90, medications=(SERTRALINE,)), TODAY, P) is None


def test_results_of_one_day_stand_together_the_latest_first():
    results = (LabResult("e", ago(30), "egfr", 92, "mL/min/1.73 m²"), LabResult("t", ago(30), "tsh", 1.8, "mIU/L"),
               LabResult("l", ago(3), "lithium_level", 0.8, "mmol/L"))  # fmt: skip
    lines = {line.label: line.text for line in steering.lines(enrolled(100, care=Care(results=results)))}
    assert lines["Labs"] == (
        "Lithium level, 12-hour trough 0.8 mmol/L on Nov 15, 2026; eGFR 92 mL/min/1.73 m², TSH 1.8 mIU/L on Oct 19, 2026; "
        "no range given, not judged: eGFR and TSH"
    )


def test_readings_are_those_of_the_schedule_that_the_protocol_chose():
    facts = enrolled(100, medications=(drug("olanzapine", (60, "start", 10.0)),))
    apa = P.with_values("Winter", ago(0), antipsychotics=APA_2020)
    asked = [{one.what for one in steering.readings(facts, TODAY, protocol)} for protocol in (P, apa)]
    assert ["Waist, olanzapine" in of for of in asked] == [True, False]
    never = [" ".join(steering.missing(facts, TODAY, protocol)) for protocol in (P, apa)]
    assert ["Waist" in words for words in never] == [True, False]


def test_what_is_missing_is_named():
    told = list(steering.missing(FACTS, TODAY, P))
    assert told[:2] == ["Adherence to lithium", "Side effects of lithium"]
    assert told[2].startswith("Never measured: eGFR")
    assert "Allergies" in list(steering.missing(enrolled(90), TODAY, P))
