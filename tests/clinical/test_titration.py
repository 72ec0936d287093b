"""Planned doses: due, done, missed; tapers; reassessments."""

import pytest

from registry.clinical.care import Care, DoseStep
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.clinical.titration import planned, standing_words, taper
from tests.clinical.cases import TODAY, ago, case, drug, enrolled, found

DRUG = drug("sertraline", (30, "start", 50.0))


def step(days, dose=100.0, kind="step", **more):
    return DoseStep("s1", ago(days), DRUG.id, kind, dose, **more)


def one(row, *events, **facts):
    medication = drug("sertraline", (30, "start", 50.0), *events)
    care = Care(steps=(row._replace(medication_id=medication.id),))
    return planned(enrolled(60, medications=(medication,), care=care, **facts), TODAY, DEFAULT_PROTOCOL)[0]


@pytest.mark.parametrize(
    ("row", "events", "state", "words"),
    [
        case("to come", step(-3), (), "planned", "planned for Nov 21, 2026"),
        case("due on its day", step(0), (), "due", "due since Nov 18, 2026"),
        case("still due a week later", step(7), (), "due", "due since Nov 11, 2026"),
        case("then missed", step(8), (), "missed", "missed, planned for Nov 10, 2026"),
        case("the new dose is the step", step(8), ((6, "change", 100.0),), "done", "done Nov 12, 2026"),
        case("three days early too", step(8), ((11, "change", 100.0),), "done", "done Nov 7, 2026"),
        case("earlier is another step", step(8), ((12, "change", 100.0), (11, "change", 75.0)), "missed",
             "missed, planned for Nov 10, 2026"),
        case("another dose is not the step", step(8), ((6, "change", 75.0),), "missed",
             "missed, planned for Nov 10, 2026"),
        case("a taper to nothing ends with the stop", step(8, None, "taper"), ((7, "stop", None),), "done",
             "done Nov 11, 2026"),
        case("said to be done", step(8, done_on=ago(5)), (), "done", "done Nov 13, 2026"),
        case("cancelled", step(8, cancelled_on=ago(5)), (), "cancelled", "cancelled"),
        case("a plan ends with the drug", step(8), ((9, "stop", None),), "cancelled", "cancelled"),
        case("one that is held goes on", step(8), ((9, "hold", None),), "missed", "missed, planned for Nov 10, 2026"),
        case("and does not come back when the drug is begun again", step(20, told_on=ago(25)),
             ((22, "stop", None), (5, "start", 50.0)), "cancelled", "cancelled"),
        case("where nobody knows when it was planned, its day tells the run", step(8), ((7, "stop", None), (3, "start", 50.0)),
             "cancelled", "cancelled"),
        case("an order that is renewed on the day of its end leaves the plan as it is", step(10, told_on=ago(25)),
             ((20, "stop", None), (20, "start", 50.0)), "missed", "missed, planned for Nov 8, 2026"),
        case("and so does one that is renewed three days later", step(10, told_on=ago(25)),
             ((20, "stop", None), (17, "start", 50.0)), "missed", "missed, planned for Nov 8, 2026"),
        case("after four days it is another run", step(10, told_on=ago(25)),
             ((20, "stop", None), (16, "start", 50.0)), "cancelled", "cancelled"),
        case("counted from the hold before the stop", step(10, told_on=ago(29)),
             ((28, "hold", None), (18, "stop", None), (16, "start", 50.0)), "cancelled", "cancelled"),
        case("a plan for the new run that was made on the day of the stop stands", step(10, told_on=ago(30)),
             ((30, "stop", None), (25, "start", 25.0)), "missed", "missed, planned for Nov 8, 2026"),
        case("one that was planned after the new start stands", step(8, told_on=ago(15)),
             ((20, "stop", None), (15, "start", 50.0)), "missed", "missed, planned for Nov 10, 2026"),
        case("one of a day on which the drug was stopped and begun again is of the new run", step(8, told_on=ago(15)),
             ((15, "stop", None), (15, "start", 50.0)), "missed", "missed, planned for Nov 10, 2026"),
        case("a reassessment is not done by a dose", step(2, None, "reassess"), ((1, "change", 75.0),), "due",
             "due since Nov 16, 2026"),
    ],
)  # fmt: skip
def test_a_planned_step(row, events, state, words):
    found_one = one(row, *events)
    assert (found_one.state, standing_words(found_one)) == (state, words)
    assert found_one.is_open == (state in ("due", "missed"))


def test_what_is_planned_in_words():
    assert one(step(2)).words == "sertraline to 100 mg"
    assert one(step(2, None, "taper")).words == "stop sertraline"
    assert one(step(2, None, "reassess")).words == "look again at sertraline"


@pytest.mark.parametrize(
    ("events", "steps", "expected"),
    [
        case("a benzodiazepine is looked at again after 90 days", [(90, "start", 1.0)], [], ("due", 0)),
        case("not before", [(89, "start", 1.0)], [], ("planned", -1)),
        case("a week later it is late", [(98, "start", 1.0)], [], ("missed", 8)),
        case("ninety days from the last look", [(300, "start", 1.0)], [DoseStep("s", ago(95), "", "reassess", None, ago(91))],
             ("due", 1)),
        case("not while a taper is planned", [(300, "start", 1.0)], [DoseStep("s", ago(-5), "", "taper", 0.5)],
             ("planned", -5)),
        case("a cancelled one does not count", [(91, "start", 1.0)],
             [DoseStep("s", ago(-5), "", "taper", 0.5, None, ago(1))], ("due", 1)),
        case("begun again, it counts from the new start", [(400, "start", 1.0), (200, "stop", None), (5, "start", 1.0)],
             [DoseStep("s", ago(350), "", "reassess", None, ago(350), told_on=ago(360))], ("planned", -85)),
        case("a taper of the earlier run is no look at this one", [(400, "start", 1.0), (200, "stop", None), (91, "start", 1.0)],
             [DoseStep("s", ago(210), "", "taper", 0.5, told_on=ago(250))], ("due", 1)),
        case("a look that was planned in the earlier run and done in this one is a look",
             [(400, "start", 1.0), (150, "stop", None), (140, "start", 1.0)],
             [DoseStep("s", ago(5), "", "reassess", None, ago(5), told_on=ago(200))], ("planned", -85)),
        case("an order that is renewed every month does not put it off",
             [(300, "start", 1.0), (60, "stop", None), (60, "start", 1.0), (30, "stop", None), (29, "start", 1.0)], [],
             ("missed", 210)),
        case("not once stopped", [(300, "start", 1.0), (5, "stop", None)], [], None),
    ],
)  # fmt: skip
def test_reassessment_of_a_sedative(events, steps, expected):
    medication = drug("clonazepam", *events)
    care = Care(steps=tuple(s._replace(medication_id=medication.id) for s in steps))
    rows = [
        p
        for p in planned(enrolled(400, medications=(medication,), care=care), TODAY, DEFAULT_PROTOCOL)
        if p.state not in ("done", "cancelled")
    ]
    assert [(p.state, (TODAY - p.on).days) for p in rows] == ([expected] if expected else [])


def test_a_taper_is_equal_steps_to_nothing():
    assert taper(1.0, 0, TODAY, 4, 14) == (
        (TODAY, 0.75),
        (ago(-14), 0.5),
        (ago(-28), 0.25),
        (ago(-42), 0.0),
    )
    assert taper(100, 50, TODAY, 1, 7) == ((TODAY, 50),)


def test_findings():
    medication = drug("sertraline", (30, "start", 50.0))
    care = Care(steps=(DoseStep("s", ago(9), medication.id, "step", 100.0),
                       DoseStep("r", ago(1), medication.id, "reassess"),
                       DoseStep("z", ago(1), "nobody's", "reassess")))  # fmt: skip
    facts = enrolled(60, medications=(medication,), care=care)
    assert found(facts, "RX3").sentence == "Planned and not done: sertraline to 100 mg (Nov 9, 2026)."
    assert found(facts, "RX4").sentence == "Due: look again at sertraline (Nov 17, 2026)."
    assert found(enrolled(60, medications=(medication,)), "RX3") is None
    assert found(enrolled(60, medications=(medication,)), "RX4") is None


def test_a_look_that_is_planned_in_a_year_is_no_look_within_ninety_days():
    medication = drug("clonazepam", (91, "start", 1.0))
    care = Care(steps=(DoseStep("s", ago(-365), medication.id, "reassess"),))
    rows = planned(enrolled(400, medications=(medication,), care=care), TODAY, DEFAULT_PROTOCOL)
    assert [(row.state, (TODAY - row.on).days) for row in rows] == [("due", 1), ("planned", -365)]


def test_the_days_of_a_plan_are_the_clinics():
    own = DEFAULT_PROTOCOL.with_values("own", ago(300), step_missed=14, step_early=7, reassess_sedative=30)
    medication = drug("sertraline", (30, "start", 50.0), (12, "change", 100.0))
    care = Care(
        steps=(
            DoseStep("a", ago(8), medication.id, "step", 100.0),
            DoseStep("b", ago(9), medication.id, "step", 150.0),
        )
    )
    rows = {
        row.id: row.state for row in planned(enrolled(60, medications=(medication,), care=care), TODAY, own)
    }
    assert rows == {"a": "done", "b": "due"}
    sedative = enrolled(60, medications=(drug("clonazepam", (31, "start", 1.0)),))
    assert found(sedative, "RX4") is None
    assert found(sedative, "RX4", protocol=own).sentence == "Due: look again at clonazepam (Nov 17, 2026)."
