"""Pregnancy and lactation: of all that is told the latest holds, and what is not known rules out nothing."""

from datetime import date

import pytest

from registry.clinical.care import Care, HealthFact, LabResult, Pathway, PathwayEvent
from registry.clinical.facts import Check, EpisodeFacts
from registry.clinical.pregnancy import (
    is_pregnant,
    lactating_since,
    pregnancy_possible,
    pregnancy_status,
    pregnant_since,
)
from registry.clinical.prompts import prompts
from tests.clinical.cases import TODAY, ago, case, drug, enrolled

WOMAN = {"sex": "female", "birth_date": date(1993, 5, 1)}


def told(days: int, value: str, kind: str = "pregnancy") -> HealthFact:
    return HealthFact(f"{kind}{days}", ago(days), kind, value=value)


def happened(days: int, kind: str, value: str = "") -> PathwayEvent:
    return PathwayEvent(f"{kind}{days}", ago(days), "way", kind, value)


def patient(*health: HealthFact, events=(), ended=None, **more) -> EpisodeFacts:
    paths = (Pathway("way", ago(200), "perinatal", ago(ended) if ended else None),) if events else ()
    return enrolled(300, care=Care(health=health, pathways=paths, pathway_events=events), **{**WOMAN, **more})


DUE = happened(150, "due_date", "2027-03-01")


@pytest.mark.parametrize(
    ("facts", "status", "since"),
    [
        case("nobody asked", patient(), "unknown", None),
        case("told to be pregnant", patient(told(9, "yes")), "yes", 9),
        case("planned is told, and is no pregnancy", patient(told(9, "planned")), "planned", None),
        case("the intake asks too", patient(checks=(Check("pregnancy", ago(20), True),)), "yes", 20),
        case("its no is an answer", patient(checks=(Check("pregnancy", ago(20), False),)), "no", None),
        case("the later of the two holds", patient(told(9, "no"), checks=(Check("pregnancy", ago(20), True),)), "no", None),
        case("a due date on the pathway tells it", patient(events=(DUE,)), "yes", 150),
        case("and holds over an older answer", patient(told(160, "no"), events=(DUE,)), "yes", 150),
        case("told twice it began with the first", patient(told(160, "yes"), events=(DUE,)), "yes", 160),
        case("the birth ends it, whatever was told before",
             patient(told(100, "yes"), events=(DUE, happened(20, "birth"))), "no", None),
        case("the next one is a new one", patient(told(2, "yes"), events=(DUE, happened(60, "birth"))), "yes", 2),
        case("a pathway that ends without a birth tells no more", patient(events=(DUE,), ended=30), "unknown", None),
        case("one that ends after the birth leaves that", patient(events=(DUE, happened(60, "birth")), ended=30), "no", None),
        case("a pathway that told nothing of it takes nothing back when it ends",
             patient(told(100, "yes"), events=(happened(90, "check_in"),), ended=30), "yes", 100),
        case("a due date told after the birth is that of the birth",
             patient(events=(DUE, happened(20, "birth"), happened(10, "due_date", "2026-11-10"))), "no", None),
        case("one far behind it is another pregnancy, and holds until its pathway ends",
             patient(events=(DUE, happened(60, "birth"), happened(10, "due_date", "2027-07-01"))), "yes", 10),
        case("then nobody knows",
             patient(events=(DUE, happened(60, "birth"), happened(10, "due_date", "2027-07-01")), ended=5), "unknown", None),
        case("one that cannot be read is told all the same", patient(events=(happened(9, "due_date", "in spring"),)), "yes", 9),
        case("an event that tells nothing of it", patient(told(9, "yes"), events=(happened(5, "check_in"),)), "yes", 9),
    ],
)  # fmt: skip
def test_what_is_known_of_a_pregnancy(facts: EpisodeFacts, status: str, since: int | None) -> None:
    assert pregnancy_status(facts) == status
    assert is_pregnant(facts) is {"unknown": None, "yes": True}.get(status, False)
    assert pregnant_since(facts) == (None if since is None else ago(since))


def with_tests(*results, told=(), checks=()) -> EpisodeFacts:
    """Tests as days ago and outcome: 1 is positive, 0 negative, None was not told."""
    rows = tuple(
        LabResult(f"t{n}", ago(day), "pregnancy_test", value) for n, (day, value) in enumerate(results)
    )
    lithium = drug("lithium", (40, "start", 600.0))
    return enrolled(70, care=Care(health=told, results=rows), checks=checks, medications=(lithium,), **WOMAN)


@pytest.mark.parametrize(
    ("facts", "status", "since"),
    [
        case("a positive test tells of a pregnancy from its day", with_tests((9, 1)), "yes", 9),
        case("over an earlier no", with_tests((9, 1), told=(told(20, "no"),)), "yes", 9),
        case("and over an earlier intake check", with_tests((9, 1), checks=(Check("pregnancy", ago(60), False),)), "yes", 9),
        case("and over a no of the same day", with_tests((9, 1), told=(told(9, "no"),)), "yes", 9),
        case("until a later no", with_tests((9, 1), told=(told(3, "no"),)), "no", None),
        case("one that somebody told of before is the same", with_tests((9, 1), told=(told(20, "yes"),)), "yes", 20),
        case("a later negative test takes it back", with_tests((9, 1), (3, 0)), "unknown", None),
        case("one without an outcome does not", with_tests((9, 1), (3, None)), "yes", 9),
        case("of two on one day the positive one counts", with_tests((9, 1), (9, 0)), "yes", 9),
        case("a negative test does not end what somebody told", with_tests((3, 0), told=(told(20, "yes"),)), "yes", 20),
        case("nor does it answer for the patient", with_tests((3, 0)), "unknown", None),
    ],
)  # fmt: skip
def test_a_positive_test_is_a_pregnancy(facts: EpisodeFacts, status: str, since: int | None) -> None:
    assert (pregnancy_status(facts), pregnant_since(facts)) == (status, since and ago(since))


def test_lithium_is_asked_about_anew_after_a_positive_test() -> None:
    facts = with_tests((2, 1), told=(told(20, "no"),))
    (asked,) = (one for one in prompts(facts, TODAY) if one.code == "pregnancy")
    assert asked.text == "lithium and pregnancy: the patient is pregnant: call the prescriber today."


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        case("nobody asked", patient(), None),
        case("breastfeeding", patient(told(9, "yes", "lactation")), 9),
        case(
            "told again it began with the first",
            patient(told(9, "yes", "lactation"), told(2, "yes", "lactation")),
            9,
        ),
        case("no more", patient(told(9, "yes", "lactation"), told(2, "no", "lactation")), None),
    ],
)
def test_lactation(facts: EpisodeFacts, since: int | None) -> None:
    assert lactating_since(facts) == (None if since is None else ago(since))


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        case("a woman of 33", patient(), True),
        case("a man", patient(sex="male"), False),
        case("a sex that is not recorded rules out nothing", patient(sex=None), True),
        case("nor does another", patient(sex="other"), True),
        case("nor a birth date that is not known", patient(birth_date=None), True),
        case("at 56", patient(birth_date=date(1970, 1, 1)), False),
        case("no contraception is needed", patient(told(9, "not_needed", "contraception")), False),
        case("until a later answer says otherwise",
             patient(told(90, "not_needed", "contraception"), told(9, "none", "contraception")), True),
        case("not possible", patient(told(9, "not_needed")), False),
        case("and a later no at the intake does not make it possible",
             patient(told(90, "not_needed"), checks=(Check("pregnancy", ago(9), False),)), False),
        case("a pregnancy that is told does", patient(told(90, "not_needed"), told(9, "yes")), True),
    ],
)  # fmt: skip
def test_whether_a_pregnancy_is_possible(facts: EpisodeFacts, possible: bool) -> None:
    assert pregnancy_possible(facts, TODAY) is possible
