"""What comes next for a patient: questions, doses, readings, and the day on which a change is judged."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.clinical.care import Care, DoseStep, LabResult
from registry.clinical.coming import SOON, Check, next_checks, next_doses, next_judgement, next_scale
from registry.clinical.facts import EpisodeFacts
from tests.clinical.cases import TODAY, P, advice, ago, case, closed, drug, enrolled, phq9, referred, review

SERTRALINE = drug("sertraline", (60, "start", 50.0))
LITHIUM = drug("lithium", (200, "start", 900.0))
VALPROATE = drug("valproate", (400, "start", 750.0))


@pytest.mark.parametrize(("facts", "on"), [
    case("thirty days after the last score", enrolled(90, scores=(phq9(10, 12),)), ago(-20)),
    case("a day that has passed is told as it is", enrolled(90, scores=(phq9(40, 12),)), ago(10)),
    case("nothing was taken yet", enrolled(90), None),
    case("nobody asks before the enrollment", referred(5, scores=(phq9(5, 12),)), None),
    case("or after the end", closed(90, scores=(phq9(10, 12),)), None),
])  # fmt: skip
def test_the_next_questions(facts: EpisodeFacts, on: date | None) -> None:
    assert next_scale(facts, P, TODAY) == on


def step(number: str, days: int, dose: float | None = 100.0, **more: object) -> DoseStep:
    return DoseStep(number, ago(days), SERTRALINE.id, "step", dose, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("steps", "told"), [
    case("the next step of a medication, not the one after", (step("a", -7), step("b", -21, 150.0)), ["a"]),
    case("one that is due still comes", (step("a", 3),), ["a"]),
    case("one that was missed is for the team to plan anew", (step("a", 20), step("b", -7, 150.0)), ["b"]),
    case("one that was called off does not come", (step("a", -7, cancelled_on=ago(1)),), []),
    case("a far day is told later", (step("a", -57),), []),
])  # fmt: skip
def test_the_next_doses(steps: tuple[DoseStep, ...], told: list[str]) -> None:
    facts = enrolled(70, medications=(SERTRALINE,), care=Care(steps=steps))
    assert [one.id for one in next_doses(facts, P, TODAY)] == told


def test_when_a_step_is_missed_is_the_protocol_s_to_say() -> None:
    facts = enrolled(70, medications=(SERTRALINE,), care=Care(steps=(step("a", 20),)))
    own = P.with_values("own", ago(300), step_missed=28)
    assert [one.id for one in next_doses(facts, own, TODAY)] == ["a"]


def test_a_reassessment_that_nobody_planned_is_not_told() -> None:
    lorazepam = drug("lorazepam", (89, "start", 1.0), drug_class="benzodiazepine")
    assert [*next_doses(enrolled(100, medications=(lorazepam,)), P, TODAY)] == []


@pytest.mark.parametrize(("medication", "results", "told"), [
    case("the first reading that is due", LITHIUM, (), [Check("lithium", ago(200))]),
    case("a drug that asks for nothing", SERTRALINE, (), []),
    case("what only staff look up is no test of the patient's",
         drug("lorazepam", (200, "start", 1.0), drug_class="benzodiazepine"), (), []),
])  # fmt: skip
def test_the_next_checks(medication: object, results: tuple[LabResult, ...], told: list[Check]) -> None:
    facts = enrolled(210, medications=(medication,), care=Care(results=results))
    assert [*next_checks(facts, P, TODAY)] == told


def test_a_check_that_is_far_off_is_told_when_it_is_nearer() -> None:
    done = tuple(LabResult(code, ago(1), code) for code in ("valproate_level", "alt", "platelets"))
    facts = enrolled(410, sex="male", medications=(VALPROATE,), care=Care(results=done))
    due = ago(1) + timedelta(days=365)
    assert [*next_checks(facts, P, due - SOON - timedelta(days=1))] == []
    assert [*next_checks(facts, P, due - SOON)] == [Check("valproate", due)]


@pytest.mark.parametrize(("steps", "judged", "on"), [
    case("a change that the PCP agreed to", ((20, "delivered"), (15, "accepted")), -20, ago(-20)),
    case("not one that waits", ((20, "delivered"),), -20, None),
    case("nor one that was declined", ((20, "delivered"), (15, "declined")), -20, None),
    case("nor one whose day has passed", ((20, "delivered"), (15, "accepted")), 1, None),
    case("nor one without a day", ((20, "delivered"), (15, "accepted")), None, None),
])  # fmt: skip
def test_the_day_on_which_a_change_is_judged(
    steps: tuple[tuple[int, str], ...], judged: int | None, on: date | None
) -> None:
    one = replace(advice(1, "increase", *steps), judge_on=None if judged is None else ago(judged))
    assert next_judgement(enrolled(90, reviews=(review(21, one),)), TODAY) == on
