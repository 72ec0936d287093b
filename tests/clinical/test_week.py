"""The things to do of a week: each once, on its day, late since when, and as somebody moved it or put it off."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.clinical.facts import Decision, EpisodeFacts, Recommendation, Review
from registry.clinical.findings import RULES, Urgency
from registry.clinical.findings.kinds import Told
from registry.clinical.things import (
    BY_HAND,
    CLEARS,
    KIND_OF,
    KINDS,
    TASK,
    is_care_managers,
    is_prescribers,
    planned_kind,
    thing_of,
    urgency_of,
)
from registry.clinical.views import Standing, standing
from registry.clinical.week import Item, Stored, friday, monday, owner_of, week_items
from tests.clinical.cases import (
    TODAY,
    P,
    ago,
    case,
    closed,
    cssrs,
    drug,
    enrolled,
    missed,
    phq9,
    plan,
    referred,
    review,
    seen,
    status,
)

FRIDAY, MONDAY = ago(-2), ago(2)
"""Today is a Wednesday."""
CALM: dict[str, Any] = {
    "reviews": (review(10),),
    "contacts": (seen(3),),
    "scores": (phq9(20, 18), phq9(3, 9)),
}


RELAPSED = enrolled(
    120, status(50, "relapse_prevention"), contacts=(seen(3),), reviews=(review(10),), next_action_due_on=ago(-8),
    scores=(phq9(120, 18), phq9(60, 9), phq9(3, 12)),
)  # fmt: skip


def stands(facts: EpisodeFacts, today: date = TODAY) -> Standing:
    return standing(facts, P, today)


def things(
    facts: EpisodeFacts, *rows: Stored, today: date = TODAY, weekday: int | None = None
) -> dict[str, Item]:
    return {item.thing: item for item in week_items(stands(facts, today), rows, today, weekday)}


def row(code: str = "", due: int = 0, **more: Any) -> Stored:
    more = {"id": "task1", "title": "Fax the school", "owner": "maria"} | more
    return Stored(code=code, due_on=ago(due), **more)


# ---------------------------------------------------------------- which things, why and when


@pytest.mark.parametrize(
    ("facts", "thing", "day", "late_since", "words"),
    [
        case("the planned contact stands on its day, in its own words",
             enrolled(20, next_action="Video visit", next_action_due_on=ago(-1), **CALM),
             "call", ago(-1), None, ("Video visit", "The next contact is due on Nov 19, 2026.")),
        case("without a plan the day is the protocol's, and the words are its rule's",
             enrolled(20, **CALM), "call", ago(-4), None,
             ("Contact the patient.", "The next contact is due on Nov 22, 2026.")),
        case("a planned contact that was missed stands on today, late since its day",
             enrolled(20, next_action="Video visit", next_action_due_on=ago(5), **CALM),
             "call", TODAY, ago(5), ("Video visit", "The next contact is due on Nov 13, 2026.")),
        case("a late contact says why, and keeps the words of the plan",
             enrolled(50, next_action="Phone follow-up", next_action_due_on=ago(1), reviews=(review(10),),
                      contacts=(seen(17),), scores=(phq9(50, 18), phq9(17, 9))),
             "call", TODAY, ago(1),
             ("Phone follow-up", "Last treatment contact on Nov 1, 2026, 17 days ago; not yet at target.")),
        case("a late contact that is planned for tomorrow stands there, as on the caseload",
             enrolled(50, next_action="Phone follow-up", next_action_due_on=ago(-1), reviews=(review(10),),
                      contacts=(seen(17),), scores=(phq9(50, 18), phq9(17, 9))),
             "call", ago(-1), None,
             ("Phone follow-up", "Last treatment contact on Nov 1, 2026, 17 days ago; not yet at target.")),
        case("one that is planned too late is for this week",
             enrolled(50, next_action="Phone follow-up", next_action_due_on=ago(-20), reviews=(review(10),),
                      contacts=(seen(17),), scores=(phq9(50, 18), phq9(17, 9))),
             "call", FRIDAY, None,
             ("Phone follow-up", "Last treatment contact on Nov 1, 2026, 17 days ago; not yet at target.")),
        case("a plan that is no contact does not put the contact off",
             enrolled(50, next_action="Discuss with consultant", next_action_due_on=ago(-20), reviews=(review(10),),
                      contacts=(seen(17),), scores=(phq9(50, 18), phq9(17, 9))),
             "call", TODAY, ago(3),
             ("Contact the patient.", "Last treatment contact on Nov 1, 2026, 17 days ago; not yet at target.")),
        case("a referral that nobody called is late since two days after it", referred(5), "call", TODAY, ago(3),
             ("Call; where nobody answers, try again by another channel.",
              "Referred on Nov 13, 2026, 5 days ago, and no outreach yet.")),
        case("a positive item 9 is for the day on which it was scored",
             enrolled(20, **{**CALM, "scores": (phq9(20, 18), phq9(3, 9, 1))}), "safety", TODAY, ago(3),
             ("Do the C-SSRS with the patient today and record it for this score.",
              "Item 9 scored 1 on Nov 15, 2026 and no risk assessment of that score is recorded.")),
        case("a flag that stands is for today, and not late",
             enrolled(20, risk_assessments=(cssrs(9, thoughts=True, method=True, intent=False, plan=False),), safety_plans=(plan(3),), **CALM),
             "safety", TODAY, None,
             ("Make or review the safety plan, counsel on means, and put the patient to the consultant.",
              "C-SSRS of Nov 9, 2026 is moderate (yes to question 3 (method)) and is not cleared.")),
        case("a baseline that is missing is due on day 14", enrolled(5, contacts=(seen(3),)), "scale", ago(-9), None,
             ("Take the primary scale: it becomes the baseline.",
              "No PHQ-9 with a total since enrollment on Nov 13, 2026 (day 5 of 14).")),
        case("a routine scale is taken at the next contact",
             enrolled(90, next_action_due_on=ago(-6), contacts=(seen(3),), reviews=(review(10),),
                      scores=(phq9(90, 18), phq9(35, 8))), "scale", ago(-6), None,
             ("Take the primary scale.", "Last PHQ-9 was 8 on Oct 14, 2026, 35 days ago.")),
        case("an effect that is unknown is due four weeks after the change",
             enrolled(90, next_action_due_on=ago(-6), contacts=(seen(3),), reviews=(review(10),),
                      scores=(phq9(90, 18), phq9(33, 8)), medications=(drug("sertraline", (30, "start", 50)),)),
             "scale", TODAY, ago(2), ("Take the primary scale.",
                                      "Sertraline started at 50 mg on Oct 19, 2026; last PHQ-9 8 on Oct 16, 2026.")),
        case("a plan is written at the next contact",
             enrolled(32, next_action_due_on=ago(-1), **CALM), "plan", ago(-1), None,
             ("Make the care plan with the patient: problems, goals, what stands in the way.",
              "Enrolled on Oct 17, 2026, 32 days ago, and no care plan yet.")),
        case("a routine task without a contact ahead is for today",
             enrolled(32, next_action_due_on=ago(2), **CALM), "plan", TODAY, None,
             ("Make the care plan with the patient: problems, goals, what stands in the way.",
              "Enrolled on Oct 17, 2026, 32 days ago, and no care plan yet.")),
        case("who relapses is put to the consultant by the end of the week", RELAPSED, "review", FRIDAY, None,
             ("Back to contacts every two weeks, and put the patient to the consultant.",
              "In relapse prevention; PHQ-9 12 on Nov 15, 2026, best 9 on Sep 19, 2026.")),
        case("who gets worse is put to the consultant today",
             enrolled(60, next_action_due_on=ago(-8), contacts=(seen(3),), scores=(phq9(60, 12), phq9(3, 18)),
                      reviews=(review(20),)), "review", TODAY, None,
             ("Check safety, and put the patient to the consultant.",
              "PHQ-9 18 on Nov 15, 2026 is 6 points above the baseline of 12 on Sep 19, 2026.")),
        case("an incomplete form is a thing of its own beside the scale",
             enrolled(20, **{**CALM, "scores": (phq9(20, 18), phq9(3, None, None, answered=4))}), "M2", TODAY, None,
             ("Ask item 9 by phone today.",
              "PHQ-9 of Nov 15, 2026: 4 of 9 items answered (no total) and item 9 was not answered.")),
    ],
)  # fmt: skip
def test_things(
    facts: EpisodeFacts, thing: str, day: date, late_since: date | None, words: tuple[str, str]
) -> None:
    item = things(facts)[thing]
    assert (item.day, item.late_since) == (day, late_since)
    assert (item.title, item.why) == words


def test_one_act_answers_several_findings_and_stands_once() -> None:
    facts = enrolled(
        50, reviews=(review(10),), contacts=(seen(17), missed(6), missed(2)), scores=(phq9(50, 18), phq9(17, 9)),
        medications=(drug("sertraline", (9, "start", 50)),),
    )  # fmt: skip
    item = things(facts)["call"]
    assert [finding.code for finding in item.reasons] == ["C2", "C6", "C7"]
    assert item.code == "C2"
    assert item.due_on == ago(3), "the earliest of their days"


def test_the_words_of_the_plan_yield_to_what_is_for_today() -> None:
    facts = enrolled(20, next_action="Discuss with consultant", next_action_due_on=ago(-1), contacts=(seen(3),),
                     scores=(phq9(20, 12), phq9(3, 18)))  # fmt: skip
    assert things(facts)["review"].title == "Check safety, and put the patient to the consultant."


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        case("any words are a contact", "Video visit", "call"),
        case("no words are a contact", "", "call"),
        case("the consultant is no contact", "Discuss with  Consultant", "review"),
        case("a plan is no contact", "Relapse prevention plan", "plan"),
    ],
)
def test_what_a_next_action_is(words: str, kind: str) -> None:
    assert planned_kind(words) == kind
    facts = enrolled(20, next_action=words, next_action_due_on=ago(-1), **CALM)
    assert things(facts)[kind].planned_on == ago(-1)


@pytest.mark.parametrize(
    ("due", "later"),
    [
        case("a contact planned for after the day that a rule asks for says so", ago(-20), True),
        case("one that is planned for the day on which it stands does not", TODAY, False),
        case("what is no contact was never planned as one", None, False),
    ],
)
def test_a_contact_says_that_it_was_planned_for_later(due: date | None, later: bool) -> None:
    facts = enrolled(
        20, next_action="Call", next_action_due_on=due, contacts=(seen(19),), scores=(phq9(20, 18),)
    )
    found = [item for item in things(facts).values() if item.planned_for_later]
    assert bool(found) is later


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        case("a referral", referred(1), "E2"),
        case("nobody has followed up yet", enrolled(5, scores=(phq9(3, 9),)), "C1"),
        case("not better yet", enrolled(20, **CALM), "C2"),
        case("better on two scores",
             enrolled(60, contacts=(seen(3),), reviews=(review(10),), scores=(phq9(60, 18), phq9(20, 8), phq9(3, 7))), "C4"),
        case("in relapse prevention",
             enrolled(90, status(9, "relapse_prevention"), contacts=(seen(3),), scores=(phq9(90, 18), phq9(3, 7))), "C5"),
    ],
)  # fmt: skip
def test_the_next_contact_names_the_rule_of_its_phase(facts: EpisodeFacts, code: str) -> None:
    assert things(facts)["call"].code == code


def test_the_review_is_on_the_clinics_day() -> None:
    assert things(RELAPSED, weekday=1)["review"].day == ago(-6), "Tuesday of next week"


def test_what_is_the_consultants_or_the_pcps_stands_on_the_agenda_and_not_here() -> None:
    facts = enrolled(90, contacts=(seen(3),), scores=(phq9(90, 18), phq9(3, 17)), next_action_due_on=ago(-8))
    assert {"X4", "X5", "X6", "T5"} <= {finding.code for finding in stands(facts).findings}
    assert "review" not in things(facts)


def test_safety_is_here_whosever_it_is() -> None:
    facts = enrolled(20, risk_assessments=(cssrs(1, thoughts=True, intent=True),), **CALM)
    assert things(facts)["safety"].reasons[0].who == "PCP on site"


def test_a_closed_episode_asks_for_nothing() -> None:
    assert things(closed(9, scores=(phq9(3, 18, 1),))) == {}


def test_on_a_weekend_this_week_is_the_next() -> None:
    saturday = ago(-3)
    later = replace(RELAPSED, next_action_due_on=ago(-30))
    assert things(later, today=saturday)["review"].day == ago(-9)
    assert (friday(saturday), friday(FRIDAY), monday(saturday)) == (ago(-9), FRIDAY, MONDAY)


def advised(*decisions: Decision, category: str = "increase") -> tuple[Review, ...]:
    return (Review("r", ago(20), (Recommendation("a", 1, category, decisions=decisions),)),)


@pytest.mark.parametrize(
    ("reviews", "late_since"),
    [
        case("advice that nobody answered is late since three working days after it", advised(), ago(15)),
        case("accepted and not done is late since two weeks after the answer",
             advised(Decision(ago(17), "accepted")), ago(3)),
    ],
)  # fmt: skip
def test_advice_is_late_since_its_own_day(reviews: tuple[Review, ...], late_since: date) -> None:
    facts = enrolled(60, next_action_due_on=ago(-8), **{**CALM, "reviews": reviews})
    item = things(facts)["advice"]
    assert (item.day, item.late_since) == (TODAY, late_since)


# ---------------------------------------------------------------- what somebody wrote


def test_a_task_by_hand_stands_on_its_day_and_is_late_after_it() -> None:
    ahead, late = row(due=-1), row(due=4, id="task2")
    found = {item.thing: item for item in week_items(None, [ahead, late], TODAY)}
    assert (found["task1"].title, found["task1"].day, found["task1"].late_since) == (
        "Fax the school",
        ago(-1),
        None,
    )
    assert (found["task2"].day, found["task2"].late_since) == (TODAY, ago(4))
    assert found["task1"].kind == TASK
    assert found["task1"].by_hand
    assert "somebody says so" in found["task1"].clears


def test_a_task_by_hand_that_is_done_is_gone() -> None:
    assert week_items(None, [row(done=True)], TODAY) == ()


@pytest.mark.parametrize(
    ("until", "day", "late_since", "put_off"),
    [
        case("it waits until its day with its reason", -5, ago(-5), None, "On vacation"),
        case("on that day it is back and not late", 0, TODAY, None, ""),
        case("after it, it is late since that day", 1, TODAY, ago(1), ""),
    ],
)
def test_a_task_that_was_put_off(until: int, day: date, late_since: date | None, put_off: str) -> None:
    (item,) = week_items(None, [row(due=9, snoozed_until=ago(until), reason="On vacation")], TODAY)
    assert (item.day, item.late_since, item.put_off) == (day, late_since, put_off)


QUIET = enrolled(35, next_action_due_on=ago(-1), **CALM)


@pytest.mark.parametrize(
    ("facts", "stored", "thing", "day", "put_off"),
    [
        case("a thing that was moved stands on the new day", QUIET, row("P1", -2), "plan", ago(-2), ""),
        case("one that was put off waits with its reason",
             QUIET, row("P1", 1, snoozed_until=ago(-8), reason="No interpreter"), "plan", ago(-8), "No interpreter"),
        case("a more urgent finding brings it back at once",
             enrolled(90, next_action_due_on=ago(-6), contacts=(seen(3),), reviews=(review(10),),
                      scores=(phq9(90, 18), phq9(33, 8)), medications=(drug("sertraline", (30, "start", 50)),)),
             row("M1", -9, snoozed_until=ago(-9), reason="At the next visit"), "scale", TODAY, ""),
        case("the next contact stands where it was moved to",
             enrolled(20, next_action="Video visit", next_action_due_on=ago(-2), **CALM), row("C2", -2), "call", ago(-2), ""),
        case("a late contact that was put off waits too",
             enrolled(50, next_action="Phone follow-up", next_action_due_on=ago(-5), reviews=(review(10),),
                      contacts=(seen(17),), scores=(phq9(50, 18), phq9(17, 9))),
             row("C2", 3, snoozed_until=ago(-5), reason="Abroad"), "call", ago(-5), "Abroad"),
        case("what was written about a contact is over once it is planned for another day",
             enrolled(20, next_action="Video visit", next_action_due_on=ago(-6), **CALM),
             row("C2", -2, snoozed_until=ago(-2), reason="Abroad"), "call", ago(-6), ""),
    ],
)  # fmt: skip
def test_what_was_moved_or_put_off(
    facts: EpisodeFacts, stored: Stored, thing: str, day: date, put_off: str
) -> None:
    item = things(facts, stored)[thing]
    assert (item.day, item.put_off) == (day, put_off)


def test_a_contact_that_was_planned_anew_has_no_row() -> None:
    facts = enrolled(20, next_action_due_on=ago(-6), **CALM)
    assert things(facts, row("C2", -2))["call"].stored is None


def test_the_last_row_counts() -> None:
    rows = (row("P1", -1), row("P1", -2, id="task2"))
    assert things(QUIET, *rows)["plan"].day == ago(-2)


REMINDED = enrolled(60, next_action_due_on=ago(-8), **{**CALM, "reviews": advised()})


def test_what_leaves_no_record_is_done_by_hand_and_rests() -> None:
    assert things(REMINDED)["advice"].by_hand
    assert "advice" not in things(REMINDED, row("X7", done=True))


def test_what_a_rule_can_see_is_not_done_by_hand() -> None:
    item = things(QUIET, row("P1", done=True))["plan"]
    assert not item.by_hand
    assert item.clears == "It is done when the plan is written."
    assert not things(QUIET)["call"].by_hand, "the next contact is recorded"


def test_safety_comes_first_in_a_day_then_the_more_urgent_then_the_longest_wait() -> None:
    facts = enrolled(60, contacts=(seen(17),), scores=(phq9(60, 12), phq9(3, 18, 1)))
    order = [item.thing for item in week_items(stands(facts), [row(due=9)], TODAY)]
    assert order[0] == "safety"
    assert order.index("review") < order.index("call") < order.index("task1")


@pytest.mark.parametrize(
    ("stored", "owner"),
    [
        case("nobody wrote about it: the care manager's", None, "care manager"),
        case(
            "moved by a colleague it is still the care manager's",
            row("P1", -2, owner="jonas"),
            "care manager",
        ),
        case("handed over it is the colleague's", row("P1", -2, owner="jonas", handed=True), "jonas"),
    ],
)
def test_whose_it_is(stored: Stored | None, owner: str) -> None:
    item = things(QUIET, *([stored] if stored else []))["plan"]
    assert owner_of(item, "care manager") == owner


def test_a_task_by_hand_is_its_owners() -> None:
    (item,) = week_items(None, [row()], TODAY)
    assert owner_of(item, "care manager") == "maria"


# ---------------------------------------------------------------- the table of things


def test_every_kind_says_what_would_clear_it() -> None:
    assert set(CLEARS) == set(KINDS)
    assert set(KIND_OF.values()) <= set(KINDS)


def test_a_rule_alone_is_a_thing_of_its_own() -> None:
    assert {code: thing_of(code) for code in ("C2", "SF1", "RX1", "M2")} == {
        "C2": "call", "SF1": "safety", "RX1": "RX1", "M2": "M2",
    }  # fmt: skip


def test_no_safety_rule_is_done_by_hand() -> None:
    assert not any(code.startswith("SF") for code in BY_HAND)
    assert (urgency_of("SF2"), urgency_of("next action")) == (Urgency.EMERGENCY, Urgency.ROUTINE)


def test_days_of_the_week() -> None:
    assert monday(MONDAY) == MONDAY
    assert friday(MONDAY) - MONDAY == timedelta(days=4)


@pytest.mark.parametrize(
    ("code", "prescribers", "care_managers"),
    [
        case("the PCP and the consultant", "E8", True, False),
        case("the prescriber alone", "PW4", True, False),
        case("the care manager asks the PCP", "RX5", True, True),
        case("the care manager alone", "C2", False, True),
        case("the consultant alone", "X3", False, False),
    ],
)
def test_who_has_a_part_in_it(code: str, prescribers: bool, care_managers: bool) -> None:
    finding = next(rule for rule in RULES if rule.code == code).finding(Told("It is so."))
    assert (is_prescribers(finding), is_care_managers(finding)) == (prescribers, care_managers)
