"""What steers a treatment: prompts, holds, trials, results, plans, what was told, and mistakes."""

import pytest
from sqlalchemy import event, select

from registry.extensions import db
from registry.models import (
    Adherence,
    AuditEvent,
    Correction,
    DoseEvent,
    DoseStep,
    HealthFact,
    LabResult,
    PastTrial,
    Pathway,
    PathwayEvent,
    PromptAnswer,
    SideEffect,
)
from tests import factories as make
from tests.cast import NOW, TODAY

pytestmark = pytest.mark.databases("sqlite", "postgresql")
ON = TODAY.isoformat()


def url(patient):
    return f"/treatment/{patient.id}"


@pytest.fixture
def drug(cast, session):
    return make.make_medication(session, cast.patient, name="sertraline")


# ---------------------------------------------------------------- prompts


def test_a_start_asks_first_and_keeps_what_was_typed(cast, sign_in, session):
    client = sign_in(cast.owner)
    form = {"name": "Zoloft", "dose_mg": "50", "on": ON, "text": "50 mg every morning"}
    asked = client.post(url(cast.patient), data=form)
    assert asked.status_code == 422
    assert "No mania screen is on file for sertraline" in asked.text
    assert "50 mg every morning" in asked.text
    assert not session.scalars(select(DoseEvent)).all()
    why = {
        "whys-0-code": "mania",
        "whys-0-about": "sertraline + screen not known",
        "whys-0-reason": "Asked: none",
    }
    assert client.post(url(cast.patient), data=form | why).status_code == 302
    answer = session.scalars(select(PromptAnswer)).one()
    assert (answer.code, answer.reason, answer.on) == ("mania", "Asked: none", TODAY)
    page = client.get(url(cast.patient)).text
    assert "Acknowledged" in page
    assert "Prompts" not in page


def test_an_open_prompt_is_acknowledged_with_a_reason_and_never_blocks(cast, sign_in, session, drug):
    make.make_medication(session, cast.patient, name="ibuprofen", psychotropic=False)
    client = sign_in(cast.owner)
    page = client.get(url(cast.patient))
    assert "sertraline with ibuprofen: more bleeding" in page.text
    answer = {"code": "bleeding", "about": "ibuprofen + sertraline"}
    assert client.post(f"/treatment/answer/{cast.patient.id}", data=answer).status_code == 422
    taken = client.post(f"/treatment/answer/{cast.patient.id}", data=answer | {"reason": "With omeprazole"})
    assert taken.status_code == 302
    assert "With omeprazole" in client.get(url(cast.patient)).text
    assert (
        client.post(f"/treatment/change/{drug.id}", data={"dose_mg": "100", "on": ON, **screen()}).status_code
        == 302
    )


def screen():
    return {
        "whys-0-code": "mania",
        "whys-0-about": "sertraline + screen not known",
        "whys-0-reason": "Asked: none",
    }


def test_a_prompt_that_holds_no_more_is_not_kept(cast, sign_in, session):
    client = sign_in(cast.owner)
    answer = {"code": "citalopram", "about": "citalopram + 60 mg over 60", "reason": "ECG is fine"}
    said = client.post(f"/treatment/answer/{cast.patient.id}", data=answer)
    assert said.status_code == 422
    assert "This prompt holds no more" in said.text
    assert "Nothing was kept: what this was about has changed." in said.text
    assert not session.scalars(select(PromptAnswer)).all()


# ---------------------------------------------------------------- hold, resume, split


def test_hold_resume_and_split(cast, sign_in, session, drug):
    client = sign_in(cast.owner)
    assert (
        client.post(
            f"/treatment/hold/{drug.id}", data={"reason": "side_effects", "on": "2026-11-02"}
        ).status_code
        == 302
    )
    assert "since Nov 2, 2026, 2 weeks; 50 mg a day before" in client.get(url(cast.patient)).text
    refused = client.post(f"/treatment/change/{drug.id}", data={"dose_mg": "100", "on": ON, **screen()})
    assert refused.status_code == 422
    assert "is held: resume it instead." in refused.text
    asked = client.post(f"/treatment/resume/{drug.id}", data={"on": "2026-11-09"})
    assert asked.status_code == 422, "a resumption brings up what a start would"
    assert (
        client.post(f"/treatment/resume/{drug.id}", data={"on": "2026-11-09", **screen()}).status_code == 302
    )
    split = client.post(
        f"/treatment/split/{drug.id}", data={"on": ON, "text": "25 mg twice a day", "prescriber": "Dr. Lang"}
    )
    assert split.status_code == 302
    rows = session.execute(select(DoseEvent.kind, DoseEvent.dose_mg).order_by(DoseEvent.on)).all()
    assert [tuple(row) for row in rows] == [("start", 50), ("hold", None), ("resume", 50), ("split", 50)]
    page = client.get(url(cast.patient)).text
    assert "25 mg twice a day" in page
    assert "Dr. Lang" in page
    assert "is not held." in client.post(f"/treatment/resume/{drug.id}", data={"on": ON}).text


# ---------------------------------------------------------------- the page


def test_the_verdict_of_a_trial_stands_beside_its_drug(cast, sign_in, session, drug):
    session.add(Adherence(org_id=cast.org.id, patient_id=cast.patient.id, medication_id=drug.id,
                          on=make.days_ago(3), percent=60, reasons=["cost"], recorded_at=NOW))  # fmt: skip
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert "7 weeks at 50 mg or more, but adherence 60 %; 80 % is needed." in page
    assert "60 % taken: cost, Nov 17, 2026" in page
    assert "awaiting clinical sign-off" in page or "clinical practice" in page


def test_what_a_contact_tells_of_taking_it_stands_there_too(cast, sign_in, session, drug):
    for days, word in ((3, "all"), (9, "not_prescribed")):
        make.make_contact(session, cast.episode, on=make.days_ago(days), adherence=word)
    session.commit()
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert "7 weeks at 50 mg or more, takes nearly all doses (Nov 17, 2026)." in page
    assert "Told in contacts" in page
    assert "<li>Takes nearly all doses, Nov 17, 2026 " in page
    assert page.count("/contacts/correct/") == 1


TELL = [
    ("adherence", {"on": ON, "percent": "90", "reasons": ["forgetting"]}, Adherence, "90 % taken: forgetting"),
    ("side-effect", {"effect": "Nausea", "severity": "mild", "onset_on": "2026-11-01"}, SideEffect, "mild, from Nov 1, 2026, still there"),
    ("past-trial", {"name": "Fluoxetine", "dose_mg": "20", "weeks": "8", "adherent": "yes", "response": "none",
                    "stop_reason": "no_response", "told_on": ON}, PastTrial, "8 weeks at 20 mg, taken regularly."),
    ("result", {"code": "weight", "value": "180", "unit": "lb", "on": ON}, LabResult, "81.6 kg"),
    ("result", {"code": "egfr", "value": "88", "unit": "mL/min", "low": "60", "on": ON}, LabResult, "range from 60)"),
    ("result", {"code": "ldl", "value": "88", "unit": "mg/dL", "high": "130", "on": ON}, LabResult, "range up to 130)"),
    ("result", {"code": "tsh", "value": "2.5", "unit": "mIU/L", "low": "0.4", "high": "4", "on": ON}, LabResult, "range 0.4 to 4)"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "form", "table", "shown"), TELL)
def test_what_is_told_is_kept_shown_and_taken_back(cast, sign_in, session, drug, what, form, table, shown):
    client = sign_in(cast.owner)
    told = client.post(f"/treatment/tell/{what}/{cast.patient.id}", data={**form, "note": "By phone"})
    assert told.status_code == 302, told.text
    row = session.scalars(select(table)).one()
    assert row.recorded_by == cast.owner.id
    page = client.get(url(cast.patient)).text
    assert shown in page
    assert "By phone" in page
    acts = session.scalars(select(AuditEvent.action)).all()
    assert f"record_{what}".replace("-", "_") in acts
    wrong = {"reason": "Another patient", "once": "token-1"}
    sent = [client.post(f"/treatment/in-error/{what}/{row.id}", data=wrong).status_code for _ in range(2)]
    assert sent == [302, 302], "a second click leads to the result of the first"
    session.refresh(row)
    assert row.in_error
    assert session.scalars(select(Correction.reason)).one() == "Another patient"
    assert shown not in client.get(url(cast.patient)).text


HEALTH = [
    ("allergy", {"code": "Penicillin", "value": "rash"}, "Penicillin"),
    ("comorbidity", {"code": "cardiac", "value": "active"}, "Heart disease"),
    ("family_response", {"code": "fluoxetine", "value": "good"}, "Helped a relative"),
    ("genomic", {"code": "CYP2C19", "value": "poor"}, "Poor metabolizer"),
    ("pregnancy", {"value": "no"}, "Not pregnant"),
    ("contraception", {"value": "long_acting"}, "IUD or implant"),
    ("lactation", {"value": "no"}, "Not breastfeeding"),
    ("discharge", {"code": "emergency", "value": "Mercy Hospital"}, "Emergency department"),
]


@pytest.mark.parametrize(("kind", "form", "shown"), HEALTH, ids=[row[0] for row in HEALTH])
def test_what_bears_on_the_choice(cast, sign_in, session, kind, form, shown):
    client = sign_in(cast.owner)
    assert (
        client.post(f"/treatment/health/{kind}/{cast.patient.id}", data={**form, "on": ON}).status_code == 302
    )
    assert session.scalars(select(HealthFact.kind)).one() == kind
    assert shown in client.get(url(cast.patient)).text
    assert client.post(f"/treatment/health/{kind}/{cast.patient.id}", data={"on": ON}).status_code == 422


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"code": "lithium_level", "value": "0.8", "unit": "mg/dL"}, "is not kept in mg/dL"),
        ({"code": "lithium_level", "value": "80", "unit": "mmol/L"}, "cannot be"),
        ({"value": "80"}, "Choose what was measured."),
        (
            {"code": "sodium", "value": "140", "unit": "mmol/L", "low": "145", "high": "135"},
            "range begins above its end",
        ),
        ({"code": "anc", "value": "1.2", "unit": "/uL"}, "cannot be"),
        ({"code": "weight", "value": "180"}, "Weight has no unit. Give the one that was told: kg, lb."),
        ({"code": "height", "value": "70"}, "Height has no unit."),
        ({"code": "systolic", "value": "120", "unit": " "}, "Systolic blood pressure has no unit."),
        ({"code": "sodium", "low": "135"}, "Sodium has no unit."),
        ({"code": "weight", "value": "80", "unit": "kg", "on": "1900-01-01"}, "before the patient"),
        ({"code": "weight", "value": "80", "unit": "kg", "on": "2027-01-01"}, "in the future"),
    ],
)
def test_a_result_that_cannot_be_is_refused(cast, sign_in, session, form, sentence):
    answer = sign_in(cast.owner).post(f"/treatment/tell/result/{cast.patient.id}", data={"on": ON, **form})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not session.scalars(select(LabResult)).all()


def test_what_a_drug_asks_for_says_when(cast, sign_in, session):
    started = {"kind": "start", "on": TODAY, "dose_mg": 900}
    make.make_medication(session, cast.patient, name="lithium", events=[started])
    for code in ("egfr", "sodium", "calcium", "tsh", "weight", "platelets"):
        row = LabResult(org_id=cast.org.id, patient_id=cast.patient.id, code=code, on=TODAY, recorded_at=NOW)
        session.add(row)
    session.commit()
    page = " ".join(sign_in(cast.owner).get(url(cast.patient)).text.split())
    assert "nothing due; next lithium level, 12-hour trough on Nov 27, 2026" in page
    assert "Not due yet</span> <b>Lithium level, 12-hour trough</b>: none on file; next Nov 27, 2026" in page
    assert "<b>eGFR</b>: done on Nov 20, 2026" in page
    assert "EGFR" not in page
    assert "Antipsychotics are followed" not in page
    make.make_medication(session, cast.patient, name="quetiapine")
    session.commit()
    assert "Antipsychotics are followed by ADA/APA 2004." in sign_in(cast.owner).get(url(cast.patient)).text


@pytest.mark.parametrize(("positive", "told"), [(False, "no, by"), (True, "yes, by")])
def test_the_intake_tells_of_a_pregnancy(cast, sign_in, session, positive, told):
    cast.patient.sex, cast.patient.birth_date = "female", TODAY.replace(year=1992)
    make.make_check(session, cast.patient, topic="pregnancy", positive=positive, on=make.days_ago(9))
    session.commit()
    assert f"{told} the intake check of Nov 11, 2026" in sign_in(cast.owner).get(url(cast.patient)).text


def test_a_stay_in_hospital_asks_for_a_call_until_somebody_called(cast, sign_in, session):
    client, chart = sign_in(cast.owner), f"/chart/{cast.patient.id}"
    for on in (make.days_ago(9), make.days_ago(1)):
        stay = {"code": "hospital", "value": "Mercy Hospital", "on": on.isoformat()}
        assert client.post(f"/treatment/health/discharge/{cast.patient.id}", data=stay).status_code == 302
    assert client.get(url(cast.patient)).text.count("<b>Hospital</b>: Mercy Hospital, ") == 2
    page = client.get(chart).text
    assert "Discharged on Nov 19, 2026 (hospital, Mercy Hospital), 1 day ago" in page
    assert "Same day · rule C8" in page
    assert "Discharged: hospital, Mercy Hospital" in page, "the timeline tells of it"
    make.make_contact(session, cast.episode, on=TODAY)
    session.commit()
    assert "rule C8" not in client.get(chart).text


def test_a_stay_to_come_is_refused(cast, sign_in, session):
    stay = {"code": "hospital", "on": "2027-01-01"}
    answer = sign_in(cast.owner).post(f"/treatment/health/discharge/{cast.patient.id}", data=stay)
    assert answer.status_code == 422
    assert "in the future" in answer.text
    assert not session.scalars(select(HealthFact)).all()


def test_a_side_effect_ends(cast, sign_in, session):
    client = sign_in(cast.owner)
    form = {"effect": "Nausea", "severity": "mild", "onset_on": "2026-11-01"}
    client.post(f"/treatment/tell/side-effect/{cast.patient.id}", data=form)
    row = session.scalars(select(SideEffect)).one()
    wrong = client.post(f"/treatment/ended/{row.id}", data={"ended_on": "2026-10-01"})
    assert "cannot end before it began" in wrong.text
    client.post(f"/treatment/ended/{row.id}", data={"ended_on": ON})
    assert "until Nov 20, 2026" in client.get(url(cast.patient)).text


# ---------------------------------------------------------------- plans


def test_a_step_a_taper_and_a_look_are_planned_and_settled(cast, sign_in, session, drug):
    client = sign_in(cast.owner)
    plan = f"/treatment/plan/{drug.id}"
    assert client.post(plan, data={"kind": "step", "planned_on": ON}).status_code == 422
    assert client.post(plan, data={"kind": "step", "planned_on": ON, "dose_mg": "100"}).status_code == 302
    assert (
        client.post(plan, data={"kind": "taper", "planned_on": ON, "steps": "2", "every": "14"}).status_code
        == 302
    )
    assert client.post(plan, data={"kind": "reassess", "planned_on": "2027-05-01"}).status_code == 302
    assert client.post(plan, data={"kind": "reassess", "planned_on": "2026-01-01"}).status_code == 422
    rows = session.scalars(select(DoseStep).order_by(DoseStep.planned_on, DoseStep.dose_mg)).all()
    assert [(r.kind, r.dose_mg) for r in rows] == [
        ("taper", 25),
        ("step", 100),
        ("taper", 0),
        ("reassess", None),
    ]
    page = client.get(url(cast.patient)).text
    assert "Sertraline to 100 mg: due since Nov 20, 2026" in page
    assert "Look again at sertraline: planned for May 1, 2027" in page
    settled = client.post(
        f"/treatment/settle/{rows[1].id}", data={"what": "cancelled", "on": ON, "reason": "Dizzy"}
    )
    assert settled.status_code == 302
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "cancelled_step")).one()
    assert "Dizzy" not in str(act.detail)
    session.refresh(rows[1])
    assert (rows[1].cancelled_on, rows[1].reason) == (TODAY, "Dizzy")
    assert "Sertraline to 100 mg: cancelled: Dizzy" in client.get(url(cast.patient)).text


@pytest.mark.parametrize("what", ["done", "cancelled"])
def test_a_step_is_settled_once_and_not_before_its_medication(cast, sign_in, session, drug, what):
    client = sign_in(cast.owner)
    client.post(f"/treatment/plan/{drug.id}", data={"kind": "step", "planned_on": ON, "dose_mg": "100"})
    step = session.scalars(select(DoseStep)).one()
    early = client.post(
        f"/treatment/settle/{step.id}", data={"what": what, "on": "2020-01-01", "reason": "x", "once": "a"}
    )
    assert early.status_code == 422
    assert "The medication began on Oct 1, 2026: give that day or a later one." in early.text
    data = {"what": what, "on": ON, "reason": "Well borne"}
    assert client.post(f"/treatment/settle/{step.id}", data={**data, "once": "b"}).status_code == 302
    for other in ("done", "cancelled"):
        again = client.post(f"/treatment/settle/{step.id}", data={**data, "what": other, "once": f"c{other}"})
        assert again.status_code == 422
        assert (
            f"This step was {what} on Nov 20, 2026: if that is wrong, mark it as entered in error."
            in again.text
        )


# ---------------------------------------------------------------- who, and how much


def test_who_may_and_who_sees_nothing(cast, sign_in, session, drug):
    allowed = {"owner", "colleague", "consultant", "pcp"}
    for part, person in cast.people.items():
        client = sign_in(person)
        expected = 200 if part in allowed else 404 if part in {"outsider", "other_pcp"} else 403
        for address in (
            f"tell/result/{cast.patient.id}",
            f"health/allergy/{cast.patient.id}",
            f"plan/{drug.id}",
            f"hold/{drug.id}",
        ):
            assert client.get(f"/treatment/{address}").status_code == expected, (part, address)


def test_another_patients_drug_is_refused(cast, sign_in, session):
    other = make.make_medication(session, cast.stranger, name="lithium")
    form = {"on": ON, "percent": "90", "medication_id": str(other.id)}
    assert (
        sign_in(cast.owner).post(f"/treatment/tell/adherence/{cast.patient.id}", data=form).status_code == 422
    )
    unknown = sign_in(cast.owner).get(f"/treatment/in-error/nothing/{other.id}")
    assert unknown.status_code == 404


def test_a_patient_without_an_episode_has_the_page_too(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, mrn="R-77", sex="female")
    make.make_medication(session, patient, name="lithium")
    page = sign_in(cast.owner).get(url(patient)).text
    assert "lithium is dosed by its level" in page.lower()


def test_the_page_costs_the_same_with_a_long_history(app, cast, sign_in, session, drug):
    client = sign_in(cast.owner)
    client.get(url(cast.patient))
    short = statements(app, lambda: client.get(url(cast.patient)))
    for days in range(40):
        session.add(LabResult(org_id=cast.org.id, patient_id=cast.patient.id, code="weight", value=80 + days / 10,
                              unit="kg", on=make.days_ago(days), recorded_at=NOW))  # fmt: skip
        make.make_medication(session, cast.patient, name=f"drug{days}")
    session.commit()
    long = statements(app, lambda: client.get(url(cast.patient)))
    assert long == short > 5


def statements(app, act):
    """How many statements an act sends."""
    sent = []
    with app.app_context():
        engine = db.engine

    def count(*args):
        sent.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(sent)


# ---------------------------------------------------------------- outcomes, heads and what is named


def woman_on_lithium(cast, session):
    cast.patient.sex, cast.patient.birth_date = "female", TODAY.replace(year=1993)
    drug = make.make_medication(
        session, cast.patient, name="lithium", events=[{"kind": "start", "on": TODAY, "dose_mg": 900}]
    )
    session.commit()
    return drug


def test_a_birth_on_the_pathway_ends_what_the_intake_told(cast, sign_in, session):
    cast.patient.sex, cast.patient.birth_date = "female", TODAY.replace(year=1992)
    make.make_check(session, cast.patient, topic="pregnancy", positive=True, on=make.days_ago(90))
    about = {"org_id": cast.org.id, "patient_id": cast.patient.id, "recorded_at": NOW}
    path = Pathway(**about, kind="perinatal", started_on=make.days_ago(80))
    session.add(path)
    session.flush()
    session.add(PathwayEvent(**about, pathway_id=path.id, kind="birth", on=make.days_ago(9)))
    session.commit()
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert "not any more, as the perinatal pathway tells" in page
    assert "by the intake check" not in page


def test_a_pregnancy_test_has_its_outcome_and_a_positive_one_is_seen(cast, sign_in, session):
    woman_on_lithium(cast, session)
    client, told = sign_in(cast.owner), f"/treatment/tell/result/{cast.patient.id}?code=pregnancy_test"
    client.post(f"/treatment/health/pregnancy/{cast.patient.id}", data={"value": "no", "on": "2026-11-01"})
    form = client.get(told).text
    assert ">Negative</option>" in form
    assert ">Positive</option>" in form
    assert 'name="unit"' not in form, "a test has no number"
    assert 'name="low"' not in form
    form = {"code": "pregnancy_test", "on": ON}
    refused = client.post(told, data=form)
    assert refused.status_code == 422, "done alone is not enough"
    assert "Pregnancy test: choose negative or positive." in refused.text
    assert client.post(told, data=form | {"outcome": "positive"}).status_code == 302
    assert session.scalars(select(LabResult.value)).one() == 1
    page = " ".join(client.get(url(cast.patient)).text.split())
    assert "Abnormal</span> <b>Pregnancy test</b>" in page
    assert "positive on Nov 20, 2026. <b>No abrupt stop: call the prescriber today.</b>" in page
    assert "Lithium and pregnancy: the patient is pregnant: call the prescriber today." in page
    assert "pregnant, by the test of Nov 20, 2026" in page
    chart = client.get(f"/chart/{cast.patient.id}").text
    assert "Pregnancy test positive on Nov 20, 2026, no abrupt stop" in chart
    assert "Pregnancy test positive" in chart, "the timeline tells the outcome"


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ({"code": "pdmp", "outcome": "as expected"}, 0),
        ({"code": "pdmp", "outcome": "untold"}, None),
        ({"code": "rash", "outcome": "present", "value": "3", "unit": "kg"}, 1),
        ({"code": "opioid_free", "outcome": "no"}, 1),
    ],
)
def test_an_outcome_is_kept_as_its_word(cast, sign_in, session, form, value):
    answer = sign_in(cast.owner).post(f"/treatment/tell/result/{cast.patient.id}", data={"on": ON, **form})
    assert answer.status_code == 302
    row = session.scalars(select(LabResult)).one()
    assert (row.value, row.unit) == (value, "")


def test_a_level_has_its_decimals_after_a_comma_too(cast, sign_in, session):
    form = {"code": "lithium_level", "value": "0,8", "unit": "mmol/L", "low": "0,6", "high": "1,0", "on": ON}
    sign_in(cast.owner).post(f"/treatment/tell/result/{cast.patient.id}", data=form)
    row = session.scalars(select(LabResult)).one()
    assert (row.value, row.low, row.high) == (0.8, 0.6, 1.0)


def test_an_outcome_of_another_reading_is_refused(cast, sign_in, session):
    told = {"code": "pdmp", "outcome": "positive", "on": ON}
    answer = sign_in(cast.owner).post(f"/treatment/tell/result/{cast.patient.id}", data=told)
    assert answer.status_code == 422
    assert not session.scalars(select(LabResult)).all()


def places(drug, patient):
    yield from (f"/treatment/{what}/{drug.id}" for what in ("change", "split", "hold", "stop", "plan"))
    yield from (
        f"/treatment/tell/{what}/{patient.id}"
        for what in ("adherence", "side-effect", "past-trial", "result")
    )
    yield from (f"/treatment/health/{kind}/{patient.id}" for kind in ("allergy", "genomic"))


def test_every_form_names_the_patient_and_lights_the_caseload(cast, sign_in, session, drug):
    client, born = sign_in(cast.owner), f"DOB {cast.patient.birth_date:%b} {cast.patient.birth_date.day}"
    for place in places(drug, cast.patient):
        page = client.get(place).text
        assert f"Medications of {cast.patient.name}" in page, place
        assert f"MRN {cast.patient.mrn}" in page, place
        assert born in page, place
        assert 'aria-current="page"' in page, place


def test_a_change_shows_the_present_dose_and_the_limits_and_asks_the_dose_first(cast, sign_in, session, drug):
    page = sign_in(cast.owner).get(f"/treatment/change/{drug.id}").text
    assert "Now: <b>50 mg a day</b>" in page
    assert "since Oct 1, 2026, 7 weeks" in page
    assert "usual 50 to 150 mg, maximum 200 mg" in page
    assert page.index('name="dose_mg"') < page.index('name="on"') < page.index('name="text"')
    for what in ("hold", "stop"):
        page = sign_in(cast.owner).get(f"/treatment/{what}/{drug.id}").text
        assert page.index('name="reason"') < page.index('name="on"') < page.index('name="text"')


def test_what_is_marked_as_a_mistake_is_named(cast, sign_in, session, drug):
    client = sign_in(cast.owner)
    client.post(f"/treatment/tell/result/{cast.patient.id}",
                data={"code": "sodium", "value": "139", "unit": "mmol/L", "on": ON})  # fmt: skip
    client.post(f"/treatment/tell/adherence/{cast.patient.id}",
                data={"on": ON, "percent": "80", "medication_id": str(drug.id)})  # fmt: skip
    client.post(
        f"/treatment/health/allergy/{cast.patient.id}", data={"code": "Latex", "value": "rash", "on": ON}
    )
    client.post(
        f"/treatment/plan/{drug.id}", data={"kind": "step", "planned_on": "2026-12-01", "dose_mg": "75"}
    )
    event_id = session.scalars(select(DoseEvent.id)).one()
    for table, kind, words in (
        (LabResult, "result", "Result: Sodium, 139 mmol/L on Nov 20, 2026"),
        (Adherence, "adherence", "Adherence: Sertraline, 80 % taken, Nov 20, 2026"),
        (HealthFact, "health", "On file: Allergy: Latex, rash, Nov 20, 2026"),
        (DoseStep, "step", "Planned step: Sertraline to 75 mg, Dec 1, 2026"),
    ):
        page = client.get(f"/treatment/in-error/{kind}/{session.scalars(select(table.id)).one()}").text
        assert words in page
        assert '<button class="btn danger">Mark as entered in error</button>' in page
    page = client.get(f"/treatment/take-back/{event_id}").text
    assert "Sertraline: started 50 mg" in page
    assert "Oct 1, 2026" in page


def test_what_is_never_together_is_red_and_named_above_the_form(cast, sign_in, session, drug):
    client = sign_in(cast.owner)
    asked = client.post(url(cast.patient), data={"name": "phenelzine", "dose_mg": "15", "on": ON})
    assert asked.status_code == 422
    page = " ".join(asked.text.split())
    assert (
        '<a href="#whys-0-reason">Never together: Phenelzine is an MAOI and is taken with sertraline: serotonin syndrome: '
        "Say why it is given all the same.</a>" in page
    )
    assert '<div class="note danger">' in page
    assert "<b>Never together.</b> Phenelzine is an MAOI" in page
    assert 'id="whys-0-reason"' in page
    about = {"whys-0-code": "maoi", "whys-0-about": "phenelzine + sertraline", "whys-0-reason": "Ordered so"}
    more = {
        f"whys-1-{name}": word
        for name, word in (("code", "mania"), ("about", "phenelzine + screen not known"), ("reason", "Asked"))
    }
    taken = client.post(
        url(cast.patient), data={"name": "phenelzine", "dose_mg": "15", "on": ON, **about, **more}
    )
    assert taken.status_code == 302, "it never blocks"


def test_an_allergy_that_no_longer_holds_is_chosen_and_keeps_its_reaction(cast, sign_in, session):
    client, told = sign_in(cast.owner), f"/treatment/health/allergy/{cast.patient.id}"
    client.post(told, data={"code": "Penicillin", "value": "Rash", "on": "2026-11-01"})
    assert "resolved" not in client.get(told).text.split("Does it hold?")[0], "no word steers"
    client.post(told, data={"code": "Penicillin", "value": "Rash", "standing": "resolved", "on": ON})
    row = session.scalars(select(HealthFact).order_by(HealthFact.on.desc())).first()
    assert (row.value, row.note) == ("resolved", "Reaction: Rash.")
    assert "No longer holds, Nov 20, 2026" in client.get(url(cast.patient)).text


def test_a_plan_shows_what_each_kind_needs(cast, sign_in, session, drug):
    page = sign_in(cast.owner).get(f"/treatment/plan/{drug.id}").text
    assert '<div data-shows="kind" data-when="step">' in page
    assert page.count('<div data-shows="kind" data-when="taper">') == 2
    assert page.count("(optional)") == 1, "the remark alone"
    assert "Needed for a dose step" in page


def test_a_drug_judged_by_its_level_tells_the_last_one(cast, sign_in, session):
    make.make_medication(session, cast.patient, name="lithium")
    session.commit()
    client = sign_in(cast.owner)
    assert "Lithium is dosed by its level. No level is on file." in client.get(url(cast.patient)).text
    level = {"code": "lithium_level", "value": "0.8", "unit": "mmol/L", "on": ON}
    client.post(f"/treatment/tell/result/{cast.patient.id}", data=level)
    assert (
        "Lithium is dosed by its level. Last level 0.8 mmol/L on Nov 20, 2026."
        in client.get(url(cast.patient)).text
    )


def test_sources_are_keys_that_lead_to_their_list(cast, sign_in, session, drug):
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert f"/protocol/rules?clinic={cast.patient.clinic_id}#sources" in page
    assert "docsbay" not in page


def test_that_a_number_is_not_judged_is_explained_once(cast, sign_in, session, drug):
    client = sign_in(cast.owner)
    for code, value in (("sodium", "139"), ("potassium", "4")):
        told = {"code": code, "value": value, "unit": "mmol/L", "on": ON}
        client.post(f"/treatment/tell/result/{cast.patient.id}", data=told)
    page = client.get(url(cast.patient)).text
    assert page.count("(not judged)") == 2 * 2, "in the row, and in the name of its link"
    assert page.count("Not judged: the laboratory gave no range") == 1
