"""Pathways: PW1 to PW12, stages, words."""

from datetime import date
from typing import Any

import pytest

from registry.clinical.care import Care, LabResult, Pathway, PathwayEvent
from registry.clinical.facts import EpisodeFacts, Score
from registry.clinical.findings import Urgency
from registry.clinical.pathways import (
    EVENTS,
    PARTS,
    PATHWAYS,
    agreed,
    due_date,
    event_words,
    is_part_2,
    last_urine_screen,
    mood_stabilisers,
    open_pathways,
    pathway_words,
    perinatal_stage,
    without_confidential,
)
from tests.clinical.cases import TODAY, ago, case, cssrs, drug, enrolled, found, missed, new_id, review, seen


def event(days: int, kind: str, value: str = "", path: str = "p1") -> PathwayEvent:
    return PathwayEvent(new_id("event"), ago(days), path, kind, value)


def on(
    kind: str, *events: PathwayEvent, days: int = 20, until: int | None = None,
    results: tuple[LabResult, ...] = (), **facts: Any,
) -> EpisodeFacts:  # fmt: skip
    """An enrolled patient on one pathway."""
    path = Pathway("p1", ago(days), kind, None if until is None else ago(until))
    return enrolled(60, care=Care(pathways=(path,), pathway_events=events, results=results), **facts)


def epds(days: int) -> Score:
    return Score(new_id("score"), "epds", ago(days), 9, answered=10)


CHECKED = event(1, "check_in", "well")
BACK = event(0, "return_to_use")
TEEN = {"birth_date": date(2010, 5, 1)}
SERT = drug("sertraline", (15, "start", 50.0))
MINOR = date(2008, 11, 19)


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("a return to use asks for contact, risk assessment and adjustment", "PW1", on("opioid_use", BACK),
             "Return to use on Nov 18, 2026; still to do: contact with the patient, risk assessment and adjustment of "
             "the treatment."),
        case("a contact and an assessment leave the adjustment", "PW1",
             on("alcohol_use", event(1, "return_to_use"), contacts=(seen(1),), risk_assessments=(cssrs(0),)),
             "Return to use on Nov 17, 2026; still to do: adjustment of the treatment."),
        case("a check-in is a contact too", "PW1",
             on("opioid_use", event(1, "return_to_use"), CHECKED, event(0, "adjusted", "visits")),
             "Return to use on Nov 17, 2026; still to do: risk assessment."),
        case("a new dose is an adjustment", "PW1",
             on("opioid_use", event(2, "return_to_use"), event(1, "check_in"), risk_assessments=(cssrs(1),),
                medications=(drug("buprenorphine", (20, "start", 16.0), (1, "change", 24.0), drug_class="psychotropic"),)),
             None),
        case("all three are done", "PW1",
             on("opioid_use", event(1, "return_to_use"), CHECKED, event(0, "adjusted", "same"), risk_assessments=(cssrs(1),)),
             None),
        case("what was done before does not count", "PW1",
             on("opioid_use", event(3, "adjusted", "dose"), event(2, "return_to_use"), contacts=(seen(3),), risk_assessments=(cssrs(3),)),
             "Return to use on Nov 16, 2026; still to do: contact with the patient, risk assessment and adjustment of "
             "the treatment."),
        case("on no pathway nothing is asked", "PW1", enrolled(60), None),
        case("to end the pathway the day after a lapse is no answer", "PW1",
             on("opioid_use", event(2, "return_to_use"), until=1),
             "Return to use on Nov 16, 2026; still to do: contact with the patient and risk assessment."),
        case("spoken with and assessed, an ended pathway has nothing left to adjust", "PW1",
             on("opioid_use", event(2, "return_to_use"), until=1, contacts=(seen(1),), risk_assessments=(cssrs(1),)), None),
        case("a pathway that ended before this episode is history", "PW1",
             on("opioid_use", event(90, "return_to_use"), days=100, until=80), None),
        case("nor does what an earlier episode dealt with ask again, though the pathway goes on", "PW1",
             on("opioid_use", event(300, "return_to_use"), days=400, earlier_closed_on=ago(200)), None),
        case("nor an unexpected screen of then", "PW3",
             on("opioid_use", event(300, "urine_screen", "unexpected"), days=400, earlier_closed_on=ago(200)), None),
        case("to stop sertraline is no adjustment of the treatment of use", "PW1",
             on("opioid_use", event(2, "return_to_use"), event(1, "check_in"), risk_assessments=(cssrs(1),),
                medications=(drug("sertraline", (20, "start", 50.0), (1, "stop", None)),)),
             "Return to use on Nov 16, 2026; still to do: adjustment of the treatment."),
        case("a week without a check-in", "PW2", on("opioid_use", event(7, "check_in", "well")),
             "Last check-in on Nov 11, 2026, 7 days ago; due every 7 days."),
        case("six days are no week", "PW2", on("opioid_use", event(6, "check_in", "well")), None),
        case("never checked in", "PW2", on("alcohol_use", days=7),
             "On the pathway since Nov 11, 2026 without a check-in, 7 days ago; due every 7 days."),
        case("once steady four weeks are enough", "PW2", on("opioid_use", event(27, "stable"), days=90), None),
        case("and not more", "PW2", on("opioid_use", event(28, "stable"), days=90),
             "Last check-in on Oct 21, 2026, 28 days ago; due every 28 days."),
        case("after a return to use it is weekly again", "PW2",
             on("opioid_use", event(40, "stable"), event(20, "return_to_use"), event(8, "check_in", "well"), days=90),
             "Last check-in on Nov 10, 2026, 8 days ago; due every 7 days."),
        case("a return to use on the very day counts, in whichever order they come", "PW2",
             on("opioid_use", event(20, "return_to_use"), event(20, "stable"), days=90),
             "Last check-in on Oct 29, 2026, 20 days ago; due every 7 days."),
        case("a treatment contact is a check-in and is not recorded twice", "PW2", on("opioid_use", contacts=(seen(6),)), None),
        case("and is the last one for a week", "PW2",
             on("opioid_use", event(9, "check_in", "well"), contacts=(seen(7), missed(2))),
             "Last check-in on Nov 11, 2026, 7 days ago; due every 7 days."),
        case("one before the pathway is none on it", "PW2", on("alcohol_use", days=7, contacts=(seen(8),)),
             "On the pathway since Nov 11, 2026 without a check-in, 7 days ago; due every 7 days."),
        case("other pathways have no weekly check-in", "PW2", on("perinatal"), None),
        case("a positive screen is talked through", "PW3", on("opioid_use", event(2, "urine_screen", "unexpected")),
             "Positive urine screen on Nov 16, 2026; not talked through since."),
        case("it was", "PW3", on("opioid_use", event(2, "urine_screen", "unexpected"), CHECKED), None),
        case("a contact counts", "PW3", on("opioid_use", event(2, "urine_screen", "unexpected"), contacts=(seen(1),)), None),
        case("to adjust the treatment together on the day is to talk", "PW3",
             on("opioid_use", event(2, "urine_screen", "unexpected"), event(2, "adjusted", "dose")), None),
        case("adjusted before the screen is not", "PW3",
             on("opioid_use", event(2, "urine_screen", "unexpected"), event(3, "adjusted", "dose")),
             "Positive urine screen on Nov 16, 2026; not talked through since."),
        case("a screen without the prescribed medication is talked through as well", "PW3",
             on("opioid_use", event(2, "urine_screen", "not_found")),
             "Urine screen without the prescribed medication on Nov 16, 2026; not talked through since."),
        case("it was too", "PW3", on("opioid_use", event(2, "urine_screen", "not_found"), CHECKED), None),
        case("one that was not done asks for no talk", "PW3", on("opioid_use", event(2, "urine_screen", "not_done")), None),
        case("an expected result needs no talk", "PW3", on("opioid_use", event(2, "urine_screen", "expected")), None),
        case("a later screen that is as expected is no talk", "PW3",
             on("opioid_use", event(5, "urine_screen", "unexpected"), event(2, "urine_screen", "expected")),
             "Positive urine screen on Nov 13, 2026; not talked through since."),
        case("nor is a later one that was not done", "PW3",
             on("opioid_use", event(5, "urine_screen", "unexpected"), event(2, "urine_screen", "not_done")),
             "Positive urine screen on Nov 13, 2026; not talked through since."),
        case("talked through before the later screen", "PW3",
             on("opioid_use", event(5, "urine_screen", "unexpected"), event(3, "check_in"), event(2, "urine_screen", "expected")),
             None),
        case("nor the end of the pathway", "PW3", on("opioid_use", event(5, "urine_screen", "unexpected"), until=3),
             "Positive urine screen on Nov 13, 2026; not talked through since."),
        case("never screened", "PW3", on("opioid_use"), None),
        case("a urine screen every thirty days", "PW4", on("opioid_use", event(30, "urine_screen", "expected"), days=60),
             "Last urine screen on Oct 19, 2026."),
        case("not before", "PW4", on("opioid_use", event(29, "urine_screen", "expected"), days=60), None),
        case("one that was not done does not count", "PW4", on("opioid_use", event(3, "urine_screen", "not_done"), days=40),
             "No urine screen since Oct 9, 2026."),
        case("one among the results of a medication counts", "PW4",
             on("opioid_use", event(31, "urine_screen", "expected"), days=60, results=(LabResult("lab", ago(4), "urine_screen"),)),
             None),
        case("one from before the pathway does not", "PW4",
             on("opioid_use", days=31, results=(LabResult("lab", ago(32), "urine_screen"),)),
             "No urine screen since Oct 18, 2026."),
        case("alcohol use asks for none", "PW4", on("alcohol_use", days=60), None),
        case("three days after an induction nobody has called", "PW5", on("opioid_use", event(3, "induction", "started")),
             "Induction began on Nov 15, 2026, 3 days ago, and nobody has spoken with the patient since."),
        case("two days are still in time", "PW5", on("opioid_use", event(2, "induction", "started")), None),
        case("somebody called", "PW5", on("opioid_use", event(3, "induction", "started"), CHECKED), None),
        case("the contact of the induction itself is not the call", "PW5",
             on("alcohol_use", event(3, "induction", "started"), contacts=(seen(3),)),
             "Induction began on Nov 15, 2026, 3 days ago, and nobody has spoken with the patient since."),
        case("no induction, no call", "PW5", on("alcohol_use", event(3, "induction", "stopped")), None),
        case("an antidepressant alone in bipolar disorder", "PW6", on("bipolar", medications=(SERT,)),
             "Bipolar pathway: sertraline since Nov 3, 2026, and no mood stabilizer on record."),
        case("with lithium it is not alone", "PW6", on("bipolar", medications=(SERT, drug("lithium", (15, "start", 900.0)))), None),
        case("a product of both is not alone", "PW6", on("bipolar", medications=(drug("symbyax", (15, "start", None)),)), None),
        case("lithium that was stopped steadies nothing", "PW6",
             on("bipolar", medications=(SERT, drug("lithium", (15, "start", 900.0), (5, "stop", None)))),
             "Bipolar pathway: sertraline since Nov 3, 2026, and no mood stabilizer on record."),
        case("reviewed since", "PW6", on("bipolar", medications=(SERT,), reviews=(review(10),)), None),
        case("no antidepressant", "PW6", on("bipolar"), None),
        case("not on the bipolar pathway", "PW6", on("young", medications=(SERT,)), None),
        case("an early-warning sign", "PW7", on("bipolar", event(0, "warning_sign", "sleep")),
             "Early-warning sign on Nov 18, 2026: sleeps less and is not tired."),
        case("a sign of the patient's own", "PW7", on("bipolar", event(0, "warning_sign")),
             "Early-warning sign on Nov 18, 2026: a sign of the patient's own."),
        case("a check-in on the day answers it", "PW7", on("bipolar", event(1, "warning_sign", "sleep"), CHECKED), None),
        case("so does a call on the day", "PW7", on("bipolar", event(0, "warning_sign", "sleep"), contacts=(seen(0),)), None),
        case("a contact before it does not", "PW7", on("bipolar", event(0, "warning_sign", "sleep"), contacts=(seen(1),)),
             "Early-warning sign on Nov 18, 2026: sleeps less and is not tired."),
        case("a later contact as well", "PW7", on("bipolar", event(2, "warning_sign", "sleep"), contacts=(seen(1),)), None),
        case("no sign", "PW7", on("bipolar"), None),
        case("the rhythm is lost twice", "PW8", on("bipolar", event(14, "rhythm", "not_kept"), event(7, "rhythm", "not_kept")),
             "Daily rhythm not kept on Nov 4, 2026 and Nov 11, 2026."),
        case("once is not twice", "PW8", on("bipolar", event(7, "rhythm", "not_kept")), None),
        case("kept since", "PW8", on("bipolar", event(14, "rhythm", "not_kept"), event(7, "rhythm", "partly")), None),
        case("no rhythm on another pathway", "PW8", on("young"), None),
        case("no assent of a minor after two weeks", "PW9", on("young", days=14, **TEEN),
             "On the pathway since Nov 4, 2026, and no assent is on record."),
        case("there is time until then", "PW9", on("young", days=13, **TEEN), None),
        case("assent or refusal, either is an answer", "PW9", on("young", event(5, "assent", "declined"), **TEEN), None),
        case("an adult consents alone", "PW9", on("young"), None),
        case("the day before the eighteenth birthday counts", "PW9", on("young", birth_date=MINOR),
             "On the pathway since Oct 29, 2026, and no assent is on record."),
        case("without a birth date nothing is claimed", "PW9", on("young", birth_date=None), None),
        case("thirty days without the caregiver", "PW10", on("young", event(30, "caregiver_contact"), days=60, **TEEN),
             "Last contact with the caregiver on Oct 19, 2026, 30 days ago."),
        case("never spoken with", "PW10", on("young", days=30, **TEEN),
             "No contact with the caregiver since Oct 19, 2026, 30 days ago."),
        case("in time", "PW10", on("young", event(29, "caregiver_contact"), days=60, **TEEN), None),
        case("not for adults", "PW10", on("young", days=60), None),
        case("no EPDS in this trimester", "PW11", on("perinatal", event(10, "due_date", "2027-02-26")),
             "Second trimester, week 25; no EPDS on record."),
        case("one from this trimester", "PW11", on("perinatal", event(10, "due_date", "2027-02-26"), scores=(epds(10),)), None),
        case("one from the trimester before", "PW11", on("perinatal", event(10, "due_date", "2027-02-26"), scores=(epds(100),)),
             "Second trimester, week 25; last EPDS 9 on Aug 10, 2026."),
        case("six weeks after birth", "PW11", on("perinatal", event(42, "birth"), days=60), "Postpartum week 6; no EPDS on record."),
        case("not a day before", "PW11", on("perinatal", event(41, "birth"), days=60), None),
        case("every six weeks", "PW11", on("perinatal", event(100, "birth"), scores=(epds(42),), days=120),
             "Postpartum week 14; last EPDS 9 on Oct 7, 2026."),
        case("in time", "PW11", on("perinatal", event(100, "birth"), scores=(epds(41),), days=120), None),
        case("without dates no stage is known", "PW11", on("perinatal"), None),
        case("not on another pathway", "PW11", on("young"), None),
        case("no due date", "PW12", on("perinatal"), "Perinatal pathway since Oct 29, 2026 without a due date."),
        case("the due date has passed", "PW12", on("perinatal", event(10, "due_date", "2026-11-17")),
             "The due date of Nov 17, 2026 has passed; no birth is recorded."),
        case("today it has not", "PW12", on("perinatal", event(10, "due_date", "2026-11-18")), None),
        case("the birth is known", "PW12", on("perinatal", event(10, "birth")), None),
        case("not on another pathway", "PW12", on("bipolar"), None),
    ],
)  # fmt: skip
def test_pathways(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def test_a_return_to_use_is_for_the_same_day_and_speaks_without_judgement() -> None:
    told = found(on("opioid_use", BACK), "PW1")
    assert told is not None
    assert (told.urgency, told.tag, told.label) == (Urgency.SAME_DAY, "safety", "Return to use")
    assert "without judgment" in told.action


def test_one_check_in_serves_both_pathways_of_substance_use() -> None:
    paths = (Pathway("p1", ago(20), "opioid_use"), Pathway("p2", ago(20), "alcohol_use"))
    back = event(0, "return_to_use", path="p2")
    care = Care(pathways=paths, pathway_events=(event(1, "check_in", "well"), back))
    facts = enrolled(60, care=care)
    assert found(facts, "PW2") is None
    assert found(facts, "PW1") is not None, "a return to use on either is seen"


def test_records_under_part_2_stay_under_it() -> None:
    ended = Pathway("p1", ago(20), "opioid_use", ago(2), part_2=True)
    assert is_part_2(Care(pathways=(ended,)))
    assert not is_part_2(Care(pathways=(ended._replace(part_2=False),)))
    assert open_pathways(Care(pathways=(ended,))) == ()


@pytest.mark.parametrize(
    ("events", "words"),
    [
        case("thirty weeks before the due date", (event(10, "due_date", "2027-06-16"),), "first trimester, week 10"),
        case("fourteen weeks", (event(10, "due_date", "2027-05-19"),), "second trimester, week 14"),
        case("twenty-eight weeks", (event(10, "due_date", "2027-02-10"),), "third trimester, week 28"),
        case("a due date further away than a pregnancy lasts", (event(10, "due_date", "2027-12-01"),), "first trimester, week 0"),
        case("the later date holds", (event(10, "due_date", "2027-06-16"), event(2, "due_date", "2027-02-10")), "third trimester, week 28"),
        case("after birth weeks are counted from it", (event(30, "birth"),), "postpartum week 4"),
        case("a year after birth it is over", (event(366, "birth"),), None),
        case("nothing is known", (), None),
        case("the due date has passed", (event(10, "due_date", "2026-11-17"),), None),
        case("a date that is none", (event(10, "due_date", "in spring"),), None),
    ],
)  # fmt: skip
def test_the_stage_of_a_pregnancy(events: tuple[PathwayEvent, ...], words: str | None) -> None:
    stage = perinatal_stage(events, TODAY)
    assert (stage.words if stage else None) == words


def test_due_date_is_none_without_one() -> None:
    assert due_date(()) is None


@pytest.mark.parametrize(
    ("name", "steadies"),
    [
        ("Symbyax", True), ("tegretol xr", True), ("Lithobid ER", True), ("eskalith cr", True), ("depakene 250 mg", True),
        ("valproic acid", True), ("invega sustenna", True), ("risperdal consta", True), ("Fanapt 4 mg", True),
        ("oxcarbazepine", True), ("Trileptal", True), ("olanzapine-fluoxetine", True), ("brexpiprazole", False),
        ("haloperidol", False), ("sertraline", False), ("gabapentin", False),
    ],
)  # fmt: skip
def test_a_brand_or_a_product_steadies_the_mood_as_its_ingredient_does(name: str, steadies: bool) -> None:
    facts = on("bipolar", medications=(SERT, drug(name, (15, "start", None))))
    assert (found(facts, "PW6") is None) is steadies


def test_what_steadies_the_mood() -> None:
    facts = enrolled(60, medications=(
        drug("Lithium carbonate", (9, "start", 900.0)), drug("newdrug", (9, "start", 1.0), drug_class="Mood stabilizer"),
        SERT, drug("quetiapine", (9, "start", 100.0), (2, "stop", None))))  # fmt: skip
    assert [m.name for m in mood_stabilisers(facts, TODAY)] == ["Lithium carbonate", "newdrug"]


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        case("a coded value goes on in the sentence", "urine_screen", "unexpected",
             "Urine screen: positive screen (not expected)"),
        case("no value", "return_to_use", "", "Return to use"),
        case("a due date as a day", "due_date", "2027-02-26", "Due date: Feb 26, 2027"),
        case("one that is none as it stands", "due_date", "in spring", "Due date: in spring"),
        case("words of one's own", "check_in", "tired", "Check-in: tired"),
        case("an unknown kind", "first_dose", "x", "first dose"),
    ],
)  # fmt: skip
def test_events_in_words(kind: str, value: str, words: str) -> None:
    assert event_words(kind, value) == words


def test_a_pathway_in_a_line_tells_the_last_of_everything() -> None:
    events = (
        event(9, "urine_screen", "unexpected"),
        event(4, "return_to_use"),
        event(2, "urine_screen", "expected"),
    )
    other = event(1, "check_in", "well", path="p2")
    paths = (
        Pathway("p1", ago(20), "opioid_use"),
        Pathway("p2", ago(9), "somewhere_new"),
        Pathway("p3", ago(9), "young", ago(1)),
    )
    assert pathway_words(Care(pathways=paths, pathway_events=(*events, other))) == [
        ("Opioid use: medication treatment",
         "since Oct 29, 2026; urine screen: as expected, Nov 16, 2026; return to use, Nov 14, 2026"),
        ("somewhere new", "since Nov 9, 2026; check-in: doing well, Nov 17, 2026"),
    ]  # fmt: skip


def test_a_due_date_is_told_with_the_day_on_which_it_was_told() -> None:
    care = Care(
        pathways=(Pathway("p1", ago(20), "perinatal"),), pathway_events=(event(3, "due_date", "2027-02-04"),)
    )
    ((_, words),) = pathway_words(care)
    assert words == "since Oct 29, 2026; due date Feb 4, 2027 (told Nov 15, 2026)"


@pytest.mark.parametrize(
    ("kind", "pathway", "asked"),
    [
        case("substance use asks for cravings", "check_in", "opioid_use", ["well", "cravings", "struggling"]),
        case("bipolar disorder for sleep, mood and early signs, never for cravings", "check_in", "bipolar",
             ["well", "sleep", "down", "up", "mixed", "signs", "struggling"]),
        case("a screen can miss the prescribed medication", "urine_screen", "opioid_use",
             ["expected", "unexpected", "not_found", "not_done"]),
        case("what has no values asks for none", "stable", "alcohol_use", []),
    ],
)  # fmt: skip
def test_what_is_asked_on_a_pathway(kind: str, pathway: str, asked: list[str]) -> None:
    assert list(EVENTS[kind].asked(pathway)) == asked


def test_the_form_of_a_pathway_tells_what_was_agreed_and_nothing_confidential() -> None:
    form = {
        "confidential": "Tried cannabis",
        "school": "Mornings.\n\nMath;\n",
        "caregiver": " ",
        "other": "x",
    }
    assert list(agreed("young", form)) == [("School targets", "Mornings; Math")]
    assert list(agreed("bipolar", {})) == list(agreed("unheard_of", form)) == []


def test_corrections_tell_nothing_confidential() -> None:
    form = {"confidential": "Tried cannabis", "school": "Mornings"}
    changes = {"details": [form, {**form, "confidential": "No"}], "started_on": ["2026-11-01", "2026-11-02"],
               "entered in error": [{"kind": "young", "details": form}, None], "confidential": ["a", "b"]}  # fmt: skip
    assert without_confidential(changes) == {
        "details": [{"school": "Mornings"}, {"school": "Mornings"}], "started_on": ["2026-11-01", "2026-11-02"],
        "entered in error": [{"kind": "young", "details": {"school": "Mornings"}}, None],
    }  # fmt: skip


def test_of_one_day_what_follows_stands_before_what_it_follows_from() -> None:
    both = (event(3, "return_to_use"), event(3, "adjusted", "dose"))
    for events in (both, both[::-1]):
        care = Care(pathways=(Pathway("p1", ago(20), "opioid_use"),), pathway_events=events)
        ((_, words),) = pathway_words(care)
        assert words.index("treatment adjusted together") < words.index("return to use")


def test_who_is_steady_is_not_told_the_check_in_before() -> None:
    events = (event(9, "check_in", "cravings"), event(4, "stable"))
    care = Care(pathways=(Pathway("p1", ago(20), "opioid_use"),), pathway_events=events)
    ((_, words),) = pathway_words(care)
    assert words == "since Oct 29, 2026; steady: check-ins every 4 weeks from now, Nov 14, 2026"


def test_words_put_the_person_first() -> None:
    told = " ".join([*(k.label for k in PATHWAYS.values()), *(f"{e.label} {e.hint} {e.values}" for e in EVENTS.values()),
                     *(f"{p.label} {p.hint}" for parts in PARTS.values() for p in parts.values())]).casefold()  # fmt: skip
    for word in ("addict", "abuse", "dirty", "clean", "relapse", "failed", "non-compliant"):
        assert word not in told.split(), word


def lab(days: int, value: float | None = None) -> LabResult:
    return LabResult(new_id("lab"), ago(days), "urine_screen", value)


@pytest.mark.parametrize(("events", "results", "told", "words"), [
    case("none at all", (), (), None, None),
    case("the one on the pathway", (event(3, "urine_screen", "expected"),), (), (ago(3), "As expected"),
         "urine screen: as expected, Nov 15, 2026"),
    case("a result that came later", (event(9, "urine_screen", "expected"),), (lab(12), lab(2)), (ago(2), ""),
         "urine screen, Nov 16, 2026"),
    case("a result that says how it came out", (event(9, "urine_screen", "expected"),), (lab(2, 1),),
         (ago(2), "Not as expected"), "urine screen: not as expected, Nov 16, 2026"),
    case("a result that came before", (event(3, "urine_screen", "unexpected"),), (lab(5),),
         (ago(3), "Positive screen (not expected)"), "urine screen: positive screen (not expected), Nov 15, 2026"),
    case("of one day the one that tells how it came out", (event(3, "urine_screen", "expected"),), (lab(3),),
         (ago(3), "As expected"), "urine screen: as expected, Nov 15, 2026"),
    case("a result alone", (), (lab(4),), (ago(4), ""), "urine screen, Nov 14, 2026"),
    case("one from before the pathway is not of it", (), (lab(30),), (ago(30), ""), None),
])  # fmt: skip
def test_the_newest_urine_screen_holds_however_it_was_recorded(
    events: tuple[PathwayEvent, ...], results: tuple[LabResult, ...], told: Any, words: str | None
) -> None:
    care = on("opioid_use", *events, results=results).care
    assert last_urine_screen(care, events) == told
    ((_, line),) = pathway_words(care)
    assert ("urine screen" in line) is bool(words)
    assert words is None or words in line
