"""Since the last review: what is told of contacts, changes, scores, results and advice, computed from the facts."""

import pytest

from registry.clinical.care import Care, LabResult, TherapyCourse
from registry.clinical.facts import Decision, Recommendation
from registry.consult.presenters.since import since, stands
from tests.clinical.cases import TODAY, P, ago, drug, enrolled, gad7, missed, of, phq9, review, seen

REVIEWED = 30


def told(**facts):
    """What is told since a review of 30 days ago."""
    return {part.label: part.lines for part in since(enrolled(90, **facts), P, ago(REVIEWED), TODAY)}


def result(days, value, code="sodium", unit="mmol/L", **limits):
    return LabResult(f"{code}{days}", ago(days), code, value, unit, **limits)


def test_nothing_recorded_is_nothing_told():
    assert told(contacts=(seen(31),), scores=(phq9(31, 18),)) == {}


def test_what_is_recorded_without_a_contact_says_so():
    assert told(scores=(phq9(3, 12),))["Contacts"] == ("None.",)


@pytest.mark.parametrize(
    ("contacts", "lines"),
    [
        pytest.param((seen(40), seen(30), seen(5, adherence="some")),
                     ("2 treatment contacts, the last on Nov 13, 2026", "Adherence: Misses doses, Nov 13, 2026"),
                     id="one before the review does not count, one of its day does"),
        pytest.param((seen(5), missed(3)), ("1 treatment contact, the last on Nov 13, 2026", "1 no-show", "Adherence: not asked"),
                     id="a no-show is told; adherence that nobody asked for is not asked"),
        pytest.param((missed(4, "outreach_attempt"), missed(3, "outreach_attempt")),
                     ("No treatment contact", "2 outreach attempts"), id="attempts are no contact"),
    ],
)  # fmt: skip
def test_contacts(contacts, lines):
    assert told(contacts=contacts)["Contacts"] == lines


def test_changes_of_dose_drug_and_therapy():
    course = TherapyCourse("t", ago(60), "cbt", until=ago(2), end_reason="completed")
    found = told(
        medications=(drug("sertraline", (60, "start", 50), (10, "change", 100)), drug("bupropion", (5, "stop", None))),
        care=Care(courses=(course,)),
    )  # fmt: skip
    assert found["Changes"] == (
        "Sertraline changed to 100 mg, Nov 8, 2026", "Bupropion stopped, Nov 13, 2026", "Cognitive behavioral therapy ended, Nov 16, 2026",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "lines"),
    [
        pytest.param((phq9(60, 18), phq9(35, 16), phq9(20, 14), phq9(3, 12)),
                     ("PHQ-9 12, Nov 15, 2026, 4 points lower than 16 on Oct 14, 2026",), id="against the last one before"),
        pytest.param((phq9(20, 14), phq9(3, 15)), ("PHQ-9 15, Nov 15, 2026, 1 point higher than 14 on Oct 29, 2026",),
                     id="none before: against the first since"),
        pytest.param((phq9(3, 15),), ("PHQ-9 15, Nov 15, 2026, the first",), id="the first"),
        pytest.param((phq9(40, 15), phq9(3, 15)), ("PHQ-9 15, Nov 15, 2026, as 15 on Oct 9, 2026",), id="unchanged"),
        pytest.param((phq9(3, None), phq9(40, 15)), None, id="a form without a total is no score"),
        pytest.param((of("audit_c", 3, 5), gad7(3, 9)), ("GAD-7 9, Nov 15, 2026, the first", "AUDIT-C 5, Nov 15, 2026, the first"),
                     id="the scales of every page first"),
    ],
)  # fmt: skip
def test_scores_with_their_change(scores, lines):
    assert told(scores=scores).get("Scores") == lines


def test_results_out_of_range_first_and_of_the_others_the_last():
    low = result(20, 128, low=135)
    rows = (
        result(25, 139),
        low,
        result(3, 137, low=135),
        result(12, 2.1, "tsh", "mIU/L"),
        result(40, 5, "a1c", "%"),
    )
    assert told(care=Care(results=rows))["Results"] == (
        "Sodium 128 mmol/L on Oct 29, 2026: below the laboratory's 135",
        "TSH 2.1 mIU/L on Nov 6, 2026 (no range given by the laboratory: not judged)",
        "Sodium 137 mmol/L on Nov 15, 2026",
    )  # fmt: skip


def test_a_level_is_out_of_range_by_the_rule_of_its_drug():
    level = result(3, 1.6, "lithium_level")
    lines = told(medications=(drug("lithium", (60, "start", 900)),), care=Care(results=(level,)))["Results"]
    assert lines == (
        "Lithium level, 12-hour trough 1.6 mmol/L on Nov 15, 2026: toxic range: hold it and have the patient seen now",
    )


def test_earlier_advice_whose_state_changed():
    done = Recommendation("a", 1, "labs", decisions=(Decision(ago(5), "implemented", "Result"),))
    still = Recommendation("b", 2, "start", decisions=(Decision(ago(40), "accepted"),))
    found = told(reviews=(review(90, done, still), review(REVIEWED)))
    assert found["Earlier advice"] == ("Labs or monitoring of Aug 20, 2026: Done on Nov 13, 2026: Result",)


@pytest.mark.parametrize(
    ("category", "kinds", "words"),
    [
        pytest.param("increase", (), "No answer yet", id="nobody answered"),
        pytest.param("continue", (), "No answer needed", id="to go on asks nothing of the PCP"),
        pytest.param(
            "increase", ("accepted",), "Accepted on Nov 13, 2026; not done yet", id="accepted is not done"
        ),
        pytest.param("increase", ("accepted", "implemented"), "Done on Nov 13, 2026", id="done"),
    ],
)
def test_advice_done_or_not_done(category, kinds, words):
    steps = tuple(Decision(ago(5), kind) for kind in kinds)
    assert stands(Recommendation("a", 1, category, decisions=steps)) == words
