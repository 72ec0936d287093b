"""RX5 and RX6: a side effect is acted upon, and medication in pregnancy is weighed with the consultant."""

import pytest

from registry.clinical.care import Care, HealthFact, Pathway, PathwayEvent, SideEffect
from registry.clinical.facts import EpisodeFacts
from tests.clinical.cases import ago, asked, case, drug, enrolled, found, review

SERTRALINE = drug("sertraline", (60, "start", 50.0))
STEPPED = drug("sertraline", (60, "start", 50.0), (3, "change", 25.0))
SPLIT = drug("sertraline", (60, "start", 50.0), (3, "split", 50.0))
RAISED = drug("sertraline", (60, "start", 50.0), (3, "change", 100.0))
SAME = drug("sertraline", (60, "start", 50.0), (3, "change", 50.0))
STOPPED = drug("sertraline", (60, "start", 50.0), (3, "stop", None))
RESUMED = drug("sertraline", (60, "start", 100.0), (3, "hold", None), (2, "resume", 100.0))
LESS = drug("sertraline", (60, "start", 100.0), (3, "hold", None), (2, "resume", 50.0))
BACK = drug("sertraline", (60, "start", 100.0), (8, "change", 50.0), (3, "change", 100.0))
PROPRANOLOL = drug("propranolol", (60, "start", 40.0), (3, "stop", None))
LITHIUM = drug("lithium", (40, "start", 600.0))


def effect(days, severity="moderate", of=None, until=None):
    return SideEffect("e", ago(days), of, "Nausea", severity, None if until is None else ago(until))


def with_effect(told, *medications, **more):
    return enrolled(70, medications=medications or (SERTRALINE,), care=Care(side_effects=(told,)), **more)


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        case("a moderate one that lasts stands", with_effect(effect(10)), True),
        case("a mild one is watched and does not stand", with_effect(effect(10, "mild")), False),
        case("one that has ended does not", with_effect(effect(10, until=2)), False),
        case("a new dose of its medication answers it", with_effect(effect(10, of=STEPPED.id), STEPPED), False),
        case("a dose of another medication does not",
             with_effect(effect(10, of=LITHIUM.id), STEPPED, LITHIUM), True),
        case("where nobody knows of which, any new dose answers it",
             with_effect(effect(10), STEPPED, LITHIUM), False),
        case("taking the dose in two parts is no new dose", with_effect(effect(10, of=SPLIT.id), SPLIT), True),
        case("the dose of the day of its onset was not the answer", with_effect(effect(3, of=STEPPED.id), STEPPED), True),
        case("a drug for the body is answered by its own dose",
             with_effect(effect(10, of=PROPRANOLOL.id), SERTRALINE, beside=(PROPRANOLOL,)), False),
        case("a higher dose answers a moderate one", with_effect(effect(10, of=RAISED.id), RAISED), False),
        case("but no severe one", with_effect(effect(10, "severe", of=RAISED.id), RAISED), True),
        case("which a lower dose answers", with_effect(effect(10, "severe", of=STEPPED.id), STEPPED), False),
        case("a dose written down anew is no answer", with_effect(effect(10, of=SAME.id), SAME), True),
        case("a stop on the day of its onset answers it", with_effect(effect(3, "severe", of=STOPPED.id), STOPPED), False),
        case("a hold that ended at the same dose does not", with_effect(effect(5, "severe", of=RESUMED.id), RESUMED), True),
        case("nor does it answer a moderate one", with_effect(effect(5, of=RESUMED.id), RESUMED), True),
        case("one that ended at a lower dose does", with_effect(effect(5, "severe", of=LESS.id), LESS), False),
        case("a lower dose that was taken back does not", with_effect(effect(10, of=BACK.id), BACK), True),
        case("a review after it answers it", with_effect(effect(10), reviews=(review(9),)), False),
        case("a review before it does not", with_effect(effect(10), reviews=(review(11),)), True),
    ],
)  # fmt: skip
def test_a_side_effect_is_acted_upon(facts: EpisodeFacts, stands: bool) -> None:
    assert (found(facts, "RX5") is not None) is stands


def test_a_severe_side_effect_is_answered_the_same_day() -> None:
    told = found(with_effect(effect(1, "severe", of=SERTRALINE.id)), "RX5")
    assert told.urgency.name == "SAME_DAY"
    assert told.sentence == "Not acted upon: severe nausea of sertraline since Nov 17, 2026."
    assert told.facts == ("e",)
    assert found(with_effect(effect(1)), "RX5").urgency.name == "THIS_WEEK"


def pregnancy(days, value="yes"):
    return HealthFact(f"p{days}", ago(days), "pregnancy", value=value)


def pregnant(*told, perinatal=False, born=None, **more):
    more.setdefault("medications", (SERTRALINE,))
    paths = (Pathway("way", ago(30), "perinatal"),) if perinatal else ()
    due = (PathwayEvent("due", ago(30), "way", "due_date", "2027-04-01"),) if perinatal else ()
    birth = () if born is None else (PathwayEvent("birth", ago(born), "way", "birth"),)
    return enrolled(70, care=Care(health=told, pathways=paths, pathway_events=due + birth), **more)


def test_after_a_birth_it_says_what_is_not_known():
    told = found(pregnant(perinatal=True, born=9), "RX6")
    assert told.sentence == (
        "Birth on Nov 9, 2026, and nobody knows whether the patient breastfeeds, on sertraline; not reviewed since."
    )


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        case("a psychotropic in pregnancy waits for a review", pregnant(pregnancy(9)), True),
        case("told at the intake counts as well", pregnant(checks=(asked("pregnancy", 60, positive=True),)), True),
        case("without a psychotropic there is nothing to weigh", pregnant(pregnancy(9), medications=()), False),
        case("a pregnancy that ended is none", pregnant(pregnancy(30), pregnancy(9, "no")), False),
        case("nobody asked: nothing is known", pregnant(), False),
        case("breastfeeding counts as well", pregnant(HealthFact("l", ago(9), "lactation", value="yes")), True),
        case("after a birth nobody knows of breastfeeding", pregnant(perinatal=True, born=9), True),
        case("of a man nothing is asked", pregnant(pregnancy(9), sex="male"), False),
        case("until somebody has asked", pregnant(HealthFact("l", ago(3), "lactation", value="no"), perinatal=True, born=9), False),
        case("a due date on the perinatal pathway too", pregnant(perinatal=True), True),
        case("a review since both answers it", pregnant(pregnancy(9), reviews=(review(8),)), False),
        case("told again after the review, it is no new pregnancy",
             pregnant(pregnancy(30), pregnancy(2), reviews=(review(8),)), False),
        case("a second pregnancy is a new one",
             pregnant(pregnancy(60), pregnancy(40, "no"), pregnancy(2), reviews=(review(8),)), True),
        case("a psychotropic started after the review waits for the next",
             pregnant(pregnancy(50), reviews=(review(45),), medications=(LITHIUM,)), True),
    ],
)  # fmt: skip
def test_medication_in_pregnancy_is_reviewed(facts: EpisodeFacts, stands: bool) -> None:
    assert (found(facts, "RX6") is not None) is stands
