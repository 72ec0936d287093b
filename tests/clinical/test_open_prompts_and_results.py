"""RX7 and RX8: what a prompt asks is answered, and a result out of range is seen though no medication asks for it."""

from datetime import date

import pytest

from registry.clinical.care import Care, LabResult, PromptAnswer
from registry.clinical.facts import EpisodeFacts
from tests.clinical.cases import ago, asked, case, drug, enrolled, found, review, seen

SERTRALINE = drug("sertraline", (60, "start", 50.0))
IBUPROFEN = drug("ibuprofen", (60, "start", 600.0))
LITHIUM = drug("lithium", (60, "start", 900.0))
READ = PromptAnswer("a", ago(5), "bleeding", "ibuprofen + sertraline", "Omeprazole added")


def taking(*medications, beside=(), answers=(), **more):
    return enrolled(70, medications=medications, beside=beside, care=Care(prompt_answers=answers), **more)


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        case("an imported NSAID beside an SSRI waits for an answer", taking(SERTRALINE, beside=(IBUPROFEN,)), True),
        case("answered with a reason it does not", taking(SERTRALINE, beside=(IBUPROFEN,), answers=(READ,)), False),
        case("a missing mania screen is E7 and not told twice", taking(SERTRALINE), False),
        case("a pregnancy that is possible is asked about", taking(LITHIUM, sex="female", birth_date=date(1993, 5, 1)), True),
        case("one that is known is RX6's", taking(LITHIUM, sex="female", birth_date=date(1993, 5, 1),
             checks=(asked("pregnancy", 60, positive=True),)), False),
        case("nothing is taken: nothing is asked", taking(), False),
        case("a drug that nobody knows is asked about", taking(drug("sertralin", (9, "start", 50.0), drug_class="psychotropic")),
             True),
        case("once it is stopped it is not",
             taking(drug("sertralin", (9, "start", 50.0), (3, "stop", None), drug_class="psychotropic")), False),
    ],
)  # fmt: skip
def test_a_prompt_is_answered(facts: EpisodeFacts, stands: bool) -> None:
    assert (found(facts, "RX7") is not None) is stands


def test_the_prompts_are_told_in_one_sentence() -> None:
    told = found(taking(SERTRALINE, beside=(IBUPROFEN,)), "RX7")
    assert told.sentence == "Not answered: sertraline with ibuprofen: more bleeding."
    assert set(told.facts) == {SERTRALINE.id, IBUPROFEN.id}


def test_what_is_never_together_is_for_the_same_day() -> None:
    told = found(taking(SERTRALINE, drug("phenelzine", (9, "start", 15.0))), "RX7")
    assert told.urgency.name == "SAME_DAY"
    assert found(taking(SERTRALINE, beside=(IBUPROFEN,)), "RX7").urgency.name == "THIS_WEEK"


def result(days, value=2.8, code="potassium", low=3.5, high=5.1):
    return LabResult("r", ago(days), code, value, "mmol/L", low, high)


def with_results(*results, days=40, **more):
    return enrolled(days, care=Care(results=results), **more)


def level(days, value, *events, low=None, high=None, **more):
    """A lithium level, of somebody who took it from 60 days ago on until the events."""
    taken = (
        drug("lithium", (60, "start", 900.0), *((on, kind, None) for on, kind in events)) if events else None
    )
    medications = (taken,) if taken else ()
    return with_results(result(days, value, "lithium_level", low, high), medications=medications, **more)


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        case("a low potassium is told, though no medication asks for it", with_results(result(3)), True),
        case("so is a high one", with_results(result(3, 6.2)), True),
        case("one inside its range is not", with_results(result(3, 4.0)), False),
        case("one without a range is judged by nobody", with_results(result(3, low=None, high=None)), False),
        case("a QTc over 500 ms is told whatever is taken", with_results(result(3, 510, "qtc", None, None)), True),
        case("neutrophils under 1500 too", with_results(result(3, 1400, "anc", None, None)), True),
        case("a high level of a drug that is not on the list is told", level(3, 1.3), True),
        case("a low one says nothing of a drug that is not taken", level(3, 0.2, low=0.6), False),
        case("nor by the registry's limit", with_results(result(3, 20, "valproate_level", None, None)), False),
        case("a level that is still toxic after a hold is told", level(3, 1.7, (5, "hold")), True),
        case("or after a stop", level(3, 1.7, (5, "stop")), True),
        case("and long after it: then it is still taken", level(3, 1.7, (40, "stop")), True),
        case("a hold on its day has answered it", level(3, 1.7, (3, "hold")), False),
        case("so has a stop after it", level(3, 1.7, (2, "stop")), False),
        case("falling under the range after a hold is what it should do", level(3, 0.3, (5, "hold"), low=0.6), False),
        case("a contact does not answer what is for the same day", level(3, 1.7, (5, "hold"), contacts=(seen(1),)), True),
        case("a review does", level(3, 1.7, (5, "hold"), reviews=(review(1),)), False),
        case("a high level by its laboratory is told too", level(3, 1.1, (5, "hold"), high=1.0), True),
        case("what was done without a number cannot be out of range", with_results(result(3, None)), False),
        case("a later one inside the range answers it", with_results(result(9), result(3, 4.1)), False),
        case("after 90 days it is no news", with_results(result(91), days=120), False),
        case("a contact after it has heard of it", with_results(result(9), contacts=(seen(4),)), False),
        case("so has a review", with_results(result(9), reviews=(review(4),)), False),
        case("one that a medication asks for is RX2's",
             with_results(result(3, 150, "sodium", 135, 145), medications=(LITHIUM,)), False),
    ],
)  # fmt: skip
def test_a_result_out_of_range_is_seen(facts: EpisodeFacts, stands: bool) -> None:
    assert (found(facts, "RX8") is not None) is stands


def test_the_result_is_told_with_its_range() -> None:
    told = found(with_results(result(3)), "RX8")
    assert told.sentence == "Out of range: Potassium 2.8 mmol/L on Nov 15, 2026, below the laboratory's 3.5."
    assert told.facts == ("r",)


def test_an_outcome_that_no_medication_asks_for_can_wait_for_the_week() -> None:
    told = found(with_results(result(3, 1, "pregnancy_test", None, None)), "RX8")
    assert told.urgency.name == "THIS_WEEK"
    assert told.sentence.endswith(
        "Pregnancy test positive on Nov 15, 2026, no abrupt stop: call the prescriber."
    )
    assert found(with_results(result(3, 0, "rash", None, None)), "RX8") is None


def test_a_result_over_a_limit_is_for_the_same_day() -> None:
    told = found(with_results(result(3, 510, "qtc", None, None)), "RX8")
    assert told.urgency.name == "SAME_DAY"
    assert told.source.startswith("S54 ")
    assert found(with_results(result(3)), "RX8").urgency.name == "THIS_WEEK"
