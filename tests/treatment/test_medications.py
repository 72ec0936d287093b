"""Medications: start, change, stop, take back; what cannot be is said at the form."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Correction, DoseEvent, Medication
from registry.snapshots import snapshot
from registry.treatment.queries import courses
from tests import factories as make
from tests.cast import NOW, TODAY

pytestmark = pytest.mark.databases("sqlite", "postgresql")


LATER = NOW + timedelta(minutes=5)
NO_SCREEN = {
    "whys-0-code": "mania",
    "whys-0-about": "sertraline + screen not known",
    "whys-0-reason": "Asked by phone: never elated",
}
"""The cast's patient has no mania screen: the prompt about it is answered."""


def url(patient):
    return f"/treatment/{patient.id}"


def start(client, patient, **fields):
    form = {
        "name": "Sertraline",
        "dose_mg": "50",
        "text": "50 mg every morning",
        "on": TODAY.isoformat(),
        **NO_SCREEN,
        **fields,
    }
    return client.post(url(patient), data=form)


def test_the_owner_starts_a_medication(cast, sign_in, session):
    answer = start(sign_in(cast.owner), cast.patient)
    assert answer.status_code == 302
    drug = session.scalars(select(Medication)).one()
    assert (drug.name, drug.psychotropic) == ("sertraline", True)
    dose = session.scalars(select(DoseEvent)).one()
    assert (dose.kind, dose.dose_mg, dose.on) == ("start", 50, TODAY)
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert {"start_medication", "answer_prompt"} <= set(acts)


def test_a_form_sent_twice_starts_it_once(cast, sign_in, session):
    client = sign_in(cast.owner)
    first = start(client, cast.patient, once="token-1")
    second = start(client, cast.patient, once="token-1")
    assert first.location == second.location
    assert len(session.scalars(select(DoseEvent)).all()) == 1


def test_a_running_medication_is_changed_not_started_again(cast, sign_in, session):
    make.make_medication(session, cast.patient, name="sertraline")
    answer = start(sign_in(cast.owner), cast.patient)
    assert answer.status_code == 422
    assert "record a dose change instead" in answer.text
    assert "50 mg every morning" in answer.text, "what was typed is kept"


def test_a_refill_is_no_new_dose(cast, sign_in, session):
    drug = make.make_medication(session, cast.patient, name="lithium", events=[
        {"kind": "start", "on": make.days_ago(90), "dose_mg": 900}])  # fmt: skip
    answer = sign_in(cast.owner).post(
        f"/treatment/change/{drug.id}", data={"dose_mg": "900", "on": "2026-11-01"}
    )
    assert "Lithium is taken at 900 mg already, and a refill is no new dose." in answer.text
    assert [event.kind for event in session.scalars(select(DoseEvent))] == ["start"]


def test_change_and_stop(cast, sign_in, session):
    client = sign_in(cast.owner)
    start(client, cast.patient, on="2026-10-01")
    drug = session.scalars(select(Medication)).one()
    client.post(f"/treatment/change/{drug.id}", data={"dose_mg": "100", "on": "2026-11-01"})
    stopped = client.post(f"/treatment/stop/{drug.id}", data={"reason": "side_effects", "on": "2026-11-10"})
    assert stopped.status_code == 302
    kinds = session.execute(select(DoseEvent.kind, DoseEvent.reason).order_by(DoseEvent.on)).all()
    assert [tuple(row) for row in kinds] == [("start", ""), ("change", ""), ("stop", "side_effects")]
    page = client.get(url(cast.patient)).text
    assert "stopped Nov 10, 2026" in page


@pytest.mark.parametrize(("act", "word"), [("hold", "600 mg a day before"), ("stop", "stopped Nov 20, 2026")])
def test_a_hold_or_stop_on_the_day_of_a_change_holds_for_page_and_rules(cast, sign_in, session, act, word):
    drug = make.make_medication(
        session, cast.patient, name="lithium",
        events=[{"kind": "start", "on": make.days_ago(90), "dose_mg": 900}, {"kind": "change", "on": TODAY, "dose_mg": 600}],
    )  # fmt: skip
    make.make_dose(session, drug, kind=act, on=TODAY, reason="side_effects", recorded_at=LATER)
    session.commit()
    taken = snapshot(session, cast.org.id, cast.episode.id).facts.medications[0]
    assert [event.kind for event in taken.events] == ["start", "change", act]
    assert not taken.is_current(TODAY)
    client = sign_in(cast.owner)
    assert word in client.get(url(cast.patient)).text
    for page in (f"/chart/{cast.patient.id}", "/caseload/"):
        assert "lithium 600 mg" not in client.get(page).text, page


@pytest.mark.parametrize(
    ("first", "second", "running"), [("change", "hold", False), ("hold", "resume", True), ("stop", "start", True)]
)  # fmt: skip
def test_a_page_and_a_rule_order_the_events_of_one_day_alike(cast, session, first, second, running):
    drug = make.make_medication(session, cast.patient, name="lithium")
    make.make_dose(session, drug, kind=second, on=TODAY, recorded_at=LATER)
    make.make_dose(session, drug, kind=first, on=TODAY)
    session.commit()
    (course,) = courses(session, cast.owner.viewer, cast.patient.id)
    taken = snapshot(session, cast.org.id, cast.episode.id).facts.medications[0]
    assert course.as_facts().events == taken.events
    assert course.last.kind == taken.events[-1].kind == second
    assert taken.is_current(TODAY) is running


def test_a_start_on_the_day_of_a_stop_brings_up_its_prompts(cast, sign_in, session):
    drug = make.make_medication(session, cast.patient, name="sertraline")
    make.make_dose(session, drug, kind="stop", on=TODAY, recorded_at=NOW - timedelta(minutes=5))
    session.commit()
    answer = start(sign_in(cast.owner), cast.patient, **{"whys-0-code": "", "whys-0-reason": ""})
    assert answer.status_code == 422
    assert "screen not known" in answer.text


def test_what_was_taken_back_is_not_taken_back_again(cast, sign_in, session):
    drug = make.make_medication(session, cast.patient, name="fluoxetine")
    event = session.scalars(select(DoseEvent).where(DoseEvent.medication_id == drug.id)).one()
    client = sign_in(cast.owner)
    asked = f"/treatment/take-back/{event.id}"
    assert client.post(asked, data={"reason": "Wrong patient"}).status_code == 302
    assert client.get(asked).status_code == 404
    assert client.post(asked, data={"reason": "Again"}).status_code == 404
    assert len(session.scalars(select(Correction)).all()) == 1


def test_a_drug_of_which_everything_was_taken_back_leaves_every_page_whole(cast, sign_in, session):
    drug = make.make_medication(session, cast.patient, name="mirtazapine")
    make.make_measure(session, cast.patient, items=[1] * 9, taken_on=TODAY)
    event = session.scalars(select(DoseEvent).where(DoseEvent.medication_id == drug.id)).one()
    client = sign_in(cast.owner)
    assert (
        client.post(f"/treatment/take-back/{event.id}", data={"reason": "Wrong patient"}).status_code == 302
    )
    for path in (f"/chart/{cast.patient.id}", f"/caseload/peek/{cast.episode.id}", url(cast.patient)):
        assert client.get(path, headers={"HX-Request": "true"}).status_code == 200, path
    assert "irtazapine" not in client.get(f"/chart/{cast.patient.id}").text


@pytest.mark.parametrize(
    ("events", "back", "said"),
    [
        pytest.param(["start 50", "split 50"], 0, "was split on", id="a split has the dose of its start"),
        pytest.param(["start 50", "change 100"], 0, "was changed on", id="a dose is changed that was begun"),
        pytest.param(["start 50", "change 100", "split 100"], 1, "was split on", id="a split has the dose of the change"),
        pytest.param(["start 50", "hold", "resume 50"], 1, "was resumed on", id="what is resumed was held"),
        pytest.param(["start 50", "stop", "start 25"], 1, "was started on", id="what is started again was stopped"),
        pytest.param(["start 50", "hold", "resume 50", "change 75"], 2, "was changed on", id="a held dose is not changed"),
        pytest.param(["start 50", "split 50"], 1, "", id="nothing rests on the last"),
        pytest.param(["start 50", "change 100", "change 150"], 1, "", id="a change between two doses"),
        pytest.param(["start 50", "split 50", "change 100"], 1, "", id="no dose rests on a split"),
        pytest.param(["split 50", "start 50", "stop"], 0, "", id="what was out of order before"),
        pytest.param(["split 50"], 0, "", id="what was left alone"),
    ],
)  # fmt: skip
def test_what_later_entries_rest_on_is_not_taken_back_before_them(cast, sign_in, session, events, back, said):
    told = [one.split() for one in events]
    drug = make.make_medication(session, cast.patient, name="sertraline", events=[
        {"kind": kind, "on": make.days_ago(40 - day), "dose_mg": float(dose[0]) if dose else None}
        for day, (kind, *dose) in enumerate(told)])  # fmt: skip
    ordered = select(DoseEvent).where(DoseEvent.medication_id == drug.id).order_by(DoseEvent.on)
    event = session.scalars(ordered).all()[back]
    client = sign_in(cast.owner)
    answer = client.post(f"/treatment/take-back/{event.id}", data={"reason": "A mistake"})
    assert answer.status_code == (422 if said else 302)
    assert said in answer.text
    assert ("and that rests on this: take that back first." in answer.text) is bool(said)
    session.refresh(event)
    assert event.in_error is not bool(said)
    for page in (f"/treatment/{cast.patient.id}", f"/chart/{cast.patient.id}", "/caseload/"):
        assert client.get(page).status_code == 200


def test_a_split_whose_start_was_taken_back_brings_no_page_down(cast, sign_in, session):
    make.make_medication(session, cast.patient, name="lithium", events=[
        {"kind": "split", "on": make.days_ago(40), "dose_mg": 900}])  # fmt: skip
    client = sign_in(cast.owner)
    for page in (f"/treatment/{cast.patient.id}", f"/chart/{cast.patient.id}", "/caseload/"):
        assert client.get(page).status_code == 200


def test_a_take_back_sent_twice_leads_to_the_result_of_the_first(cast, sign_in, session):
    drug = make.make_medication(session, cast.patient, name="fluoxetine")
    event = session.scalars(select(DoseEvent).where(DoseEvent.medication_id == drug.id)).one()
    client, form = sign_in(cast.owner), {"reason": "Wrong patient", "once": "token-1"}
    first, second = (client.post(f"/treatment/take-back/{event.id}", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert len(session.scalars(select(Correction)).all()) == 1


@pytest.mark.parametrize(("told", "dose"), [("62,5", 62.5), ("62.5", 62.5), ("1,000", None), ("much", None)])
def test_a_dose_has_its_decimals_after_a_comma_or_a_point(cast, sign_in, session, told, dose):
    answer = start(sign_in(cast.owner), cast.patient, dose_mg=told)
    assert answer.status_code == (422 if dose is None else 302)
    assert ("Write a number, such as 6.5." in answer.text) is (dose is None)
    assert session.scalars(select(DoseEvent.dose_mg)).all() == ([] if dose is None else [dose])


def test_a_stop_needs_its_reason_and_a_day_that_was(cast, sign_in, session):
    client = sign_in(cast.owner)
    start(client, cast.patient)
    drug = session.scalars(select(Medication)).one()
    answer = client.post(f"/treatment/stop/{drug.id}", data={"reason": "", "on": "2027-01-01"})
    assert answer.status_code == 422
    assert "Choose why it was stopped." in answer.text
    assert "in the future" in answer.text


def test_a_mistake_is_taken_back_and_kept(cast, sign_in, session):
    client = sign_in(cast.owner)
    start(client, cast.patient)
    event = session.scalars(select(DoseEvent)).one()
    client.post(f"/treatment/take-back/{event.id}", data={"reason": "Wrong patient"})
    assert session.get(DoseEvent, (cast.org.id, event.id)).in_error
    correction = session.scalars(select(Correction)).one()
    assert correction.reason == "Wrong patient"
    assert correction.changes["entered in error"][0]["dose_mg"] == 50
    assert "No medication is recorded" in client.get(url(cast.patient)).text


def test_who_may_and_who_sees_nothing(cast, sign_in, session):
    drug = make.make_medication(session, cast.patient, name="fluoxetine")
    allowed = {"owner", "colleague", "consultant", "pcp"}
    for part, person in cast.people.items():
        client = sign_in(person)
        expected = 200 if part in allowed else 404 if part in {"outsider", "other_pcp"} else 403
        reads = 200 if part == "therapist" else expected
        assert client.get(url(cast.patient)).status_code == reads, part
        assert client.get(f"/treatment/change/{drug.id}").status_code == expected, part


@pytest.mark.parametrize("name", ["Lexapro 10 mg tablet", "lexapro", "Escitalopram"])
def test_one_drug_does_not_run_under_two_names(cast, sign_in, session, name):
    make.make_medication(session, cast.patient, name="escitalopram")
    answer = start(sign_in(cast.owner), cast.patient, name=name)
    assert answer.status_code == 422
    assert "Escitalopram is running already: record a dose change instead." in answer.text


def test_a_drug_is_started_again_after_it_was_stopped_and_not_before(cast, sign_in, session):
    steps = [
        {"kind": "start", "on": make.days_ago(90), "dose_mg": 50},
        {"kind": "stop", "on": make.days_ago(30)},
    ]
    make.make_medication(session, cast.patient, name="sertraline", events=steps)
    client = sign_in(cast.owner)
    answer = start(client, cast.patient, on=str(make.days_ago(60)))
    assert answer.status_code == 422
    assert "The last change was on Oct 21, 2026: give that day or a later one." in answer.text
    assert start(client, cast.patient).status_code == 302
    assert len(session.scalars(select(Medication)).all()) == 1


@pytest.mark.parametrize(
    "name", ["Zestoretic", "lisinopril/hydrochlorothiazide", "lisinopril hydrochlorothiazide"]
)
def test_a_combination_on_record_is_told_when_lithium_starts(cast, sign_in, session, name):
    client = sign_in(cast.owner)
    quiet = {"whys-0-code": "", "whys-0-about": "", "whys-0-reason": ""}
    assert start(client, cast.patient, name=name, dose_mg="", **quiet).status_code == 302
    answer = start(client, cast.patient, name="lithium", dose_mg="300", **quiet)
    assert answer.status_code == 422
    assert "hydrochlorothiazide + lisinopril + lithium" in answer.text


UNKNOWN = {
    "whys-0-code": "not_in_catalogue",
    "whys-0-about": "sertralin",
    "whys-0-reason": "Imported under this name",
}


def test_a_drug_that_the_catalogue_does_not_know_is_asked_about(cast, sign_in, session):
    client = sign_in(cast.owner)
    answer = start(
        client, cast.patient, name="Sertralin", **{"whys-0-code": "", "whys-0-about": "", "whys-0-reason": ""}
    )
    assert answer.status_code == 422
    assert (
        "Sertralin is not in the catalogue: no interaction, reading, maximum or trial is looked at"
        in answer.text
    )
    assert start(client, cast.patient, name="Sertralin", **UNKNOWN).status_code == 302
    assert session.scalars(select(Medication.psychotropic)).all() == [False]


def test_whoever_knows_says_that_it_is_a_psychotropic(cast, sign_in, session):
    assert (
        start(sign_in(cast.owner), cast.patient, name="Sertralin", psychotropic="y", **UNKNOWN).status_code
        == 302
    )
    assert session.scalars(select(Medication.psychotropic)).all() == [True]


def test_a_drug_for_the_body_is_kept_under_its_ingredient(cast, sign_in, session):
    assert start(sign_in(cast.owner), cast.patient, name="Eliquis 5 mg").status_code == 302
    assert session.scalars(select(Medication.name)).all() == ["apixaban"]


def test_nothing_happened_before_the_patient_was_born(cast, sign_in, session):
    answer = start(sign_in(cast.owner), cast.patient, on="1900-01-01")
    assert answer.status_code == 422
    assert "The patient was born on" in answer.text
    assert session.scalars(select(DoseEvent)).all() == []


def test_a_therapist_reads_what_was_tried_and_writes_nothing(cast, sign_in, session):
    make.make_medication(session, cast.patient, name="sertraline")
    client = sign_in(cast.therapist)
    page = client.get(url(cast.patient))
    assert page.status_code == 200
    assert "Sertraline" in page.text
    main = page.text.split("<main", 1)[1].split("</main>", 1)[0]
    assert "<form" not in main
    for word in (
        "Record",
        "Change dose",
        "Entered in error",
        "Start a medication",
        "Acknowledge",
        "Add an earlier",
    ):
        assert word not in main, word
    assert start(client, cast.patient).status_code == 403
    assert len(session.scalars(select(DoseEvent)).all()) == 1
    assert f"/treatment/{cast.patient.id}" in client.get(f"/chart/{cast.patient.id}").text
    read = session.scalars(select(AuditEvent).where(AuditEvent.account_id == cast.therapist.account.id)).all()
    assert ("read", "medication") in {(act.action, act.category) for act in read}


def test_a_therapist_reads_the_medications_of_the_patients_they_treat_alone(cast, sign_in, session):
    other = make.make_patient(session, cast.riverside, mrn="R-78")
    session.commit()
    assert sign_in(cast.therapist).get(url(other)).status_code == 404
