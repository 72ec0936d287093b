"""The treatment beside doses: sorted however it was entered, and hidden where it lies after the day in question."""

from dataclasses import replace
from datetime import date, timedelta

from registry.clinical import care as c
from registry.clinical.facts import EpisodeFacts

DAY = date(2026, 11, 2)
LATER = DAY + timedelta(days=10)
CARE = c.Care(
    steps=(c.DoseStep("s", DAY, "m", "step", 100, done_on=LATER),),
    adherence=(c.Adherence("b", LATER, percent=50), c.Adherence("a", DAY, percent=90)),
    side_effects=(c.SideEffect("e", DAY, "m", "nausea", "mild", until=LATER),),
    courses=(c.TherapyCourse("t", DAY, "cbt", until=LATER),),
    pathways=(c.Pathway("p", DAY, "opioid_use", until=LATER),),
    pathway_events=(c.PathwayEvent("l", LATER, "p", "lapse"),),
)


def facts(care: c.Care) -> EpisodeFacts:
    return EpisodeFacts(episode_id="e", patient_id="p", care=care)


def test_the_order_of_entry_does_not_matter():
    turned = CARE._replace(adherence=CARE.adherence[::-1])
    assert facts(CARE) == facts(turned)
    assert [row.id for row in facts(CARE).care.adherence] == ["a", "b"]


def test_a_day_in_the_past_knows_nothing_of_what_ended_later():
    seen = facts(CARE).as_of(DAY).care
    assert seen.steps[0].done_on is None
    assert [row.id for row in seen.adherence] == ["a"]
    assert [row.until for row in (*seen.side_effects, *seen.courses, *seen.pathways)] == [None, None, None]
    assert seen.pathway_events == ()


def test_a_day_in_the_past_knows_no_plan_that_was_made_later_and_no_reason_of_an_end_to_come():
    care = c.Care(
        steps=(
            c.DoseStep("before", LATER, "m", "taper", told_on=DAY),
            c.DoseStep("after", LATER, "m", "reassess", told_on=DAY + timedelta(days=1)),
            c.DoseStep("always", LATER, "m", "step", 50),
        ),
        courses=(
            c.TherapyCourse("goes on", DAY, "cbt", until=LATER, end_reason="dropped_out"),
            c.TherapyCourse("over", DAY, "ba", until=DAY, end_reason="completed"),
        ),
    )
    seen = facts(care).as_of(DAY).care
    assert [step.id for step in seen.steps] == ["always", "before"]
    assert [(course.until, course.end_reason) for course in seen.courses] == [(None, ""), (DAY, "completed")]


def test_on_the_last_day_everything_is_known():
    known = facts(CARE)
    assert known.last_fact_on == LATER
    assert known.as_of(LATER).care == known.care
    assert c.Care().last_on == date.min
    assert replace(known, care=c.Care()).last_fact_on == date.min


def test_a_planned_step_is_no_fact_of_its_day():
    assert c.Care(steps=(c.DoseStep("s", LATER, "m", "taper"),)).last_on == date.min
