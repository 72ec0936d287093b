"""Pathways: begun with their own form, events on them, what is due, what is confidential, what falls under Part 2."""

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Correction, Pathway, PathwayEvent
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.factories import days_ago

pytestmark = pytest.mark.databases("sqlite", "postgresql")


def url(patient):
    return f"/pathways/{patient.id}"


def path(session, patient, kind="opioid_use", **fields):
    values = {"started_on": days_ago(20), "part_2": kind == "opioid_use", "details": {}} | fields
    row = Pathway(org_id=patient.org_id, patient_id=patient.id, kind=kind, recorded_at=NOW, **values)
    session.add(row)
    session.commit()
    return row


def happened(session, row, kind, days, value=""):
    event = PathwayEvent(
        org_id=row.org_id, patient_id=row.patient_id, pathway_id=row.id, kind=kind, on=days_ago(days), value=value,
        recorded_at=NOW,
    )  # fmt: skip
    session.add(event)
    session.commit()
    return event


def test_a_pathway_begins_with_its_own_form(cast, sign_in, session):
    client = sign_in(cast.owner)
    form = {
        "started_on": "2026-11-02",
        "part_2": "y",
        "part_lapse_plan": "Call Maria the same day",
        "version": "1",
    }
    assert client.post(f"/pathways/begin/opioid_use/{cast.patient.id}", data=form).status_code == 302
    row = session.scalars(select(Pathway)).one()
    assert (row.kind, row.part_2, row.details) == (
        "opioid_use",
        True,
        {"lapse_plan": "Call Maria the same day"},
    )
    trail = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (trail.action, "Maria" in str(trail.detail)) == ("begin_pathway", False)
    page = client.get(url(cast.patient)).text
    assert "42 CFR Part 2" in page
    assert "Call Maria the same day" in page
    assert "On the pathway since Nov 2, 2026 without a check-in, 18 days ago; due every 7 days." in page


def test_part_2_is_offered_where_it_is_usual(cast, sign_in):
    client = sign_in(cast.owner)
    assert 'checked id="part_2"' in client.get(f"/pathways/begin/alcohol_use/{cast.patient.id}").text
    assert 'checked id="part_2"' not in client.get(f"/pathways/begin/bipolar/{cast.patient.id}").text
    assert client.get(f"/pathways/begin/none/{cast.patient.id}").status_code == 404


def test_part_2_is_asked_on_the_substance_use_pathways_alone(cast, sign_in, session):
    client = sign_in(cast.owner)
    for kind, asked in (("opioid_use", True), ("alcohol_use", True), ("bipolar", False), ("young", False)):
        page = client.get(f"/pathways/begin/{kind}/{cast.patient.id}").text
        assert ('id="part_2"' in page) is asked, kind
    row = path(session, cast.patient, "perinatal", part_2=True)
    change = {
        "started_on": "2026-11-02",
        "version": row.version,
        "reason": "The day",
        "part_sleep": "He takes Fridays",
    }
    assert client.post(f"/pathways/edit/{row.id}", data=change).status_code == 302
    session.refresh(row)
    assert (row.part_2, row.details) == (True, {"sleep": "He takes Fridays"})


def test_a_patient_is_on_a_pathway_once(cast, sign_in, session):
    path(session, cast.patient, "bipolar")
    answer = sign_in(cast.owner).post(
        f"/pathways/begin/bipolar/{cast.patient.id}", data={"started_on": "2026-11-02"}
    )
    assert answer.status_code == 422
    assert "on this pathway already" in answer.text


def test_a_return_to_use_shows_the_plan_and_leads_to_the_risk_assessment(cast, sign_in, session):
    row = path(session, cast.patient, details={"lapse_plan": "Call Maria the same day"})
    client = sign_in(cast.owner)
    form = client.get(f"/pathways/event/return_to_use/{row.id}").text
    assert "Agreed with the patient" in form
    assert "Call Maria the same day" in form
    answer = client.post(
        f"/pathways/event/return_to_use/{row.id}", data={"on": TODAY.isoformat(), "note": "Weekend"}
    )
    assert answer.location.endswith(f"/safety/assess/{cast.patient.id}")
    page = client.get(url(cast.patient)).text
    assert "still to do: contact with the patient, risk assessment and adjustment of the treatment." in page
    assert "without judgment" in page
    for word in ("relapse", "dirty", "abuse", "addict", "clean"):
        assert word not in page.casefold(), word


def test_an_event_has_its_values_and_is_corrected(cast, sign_in, session):
    row = path(session, cast.patient)
    client = sign_in(cast.therapist)
    refused = client.post(f"/pathways/event/urine_screen/{row.id}", data={"on": TODAY.isoformat()})
    assert refused.status_code == 422
    assert "Choose: as expected" in refused.text
    form = {"on": TODAY.isoformat(), "value": "unexpected", "note": ""}
    assert client.post(f"/pathways/event/urine_screen/{row.id}", data=form).status_code == 302
    event = session.scalars(select(PathwayEvent)).one()
    assert "Urine screen: positive screen (not expected)" in client.get(url(cast.patient)).text
    fixed = {**form, "value": "expected", "reason": "Prescribed medication"}
    assert client.post(f"/pathways/event/correct/{event.id}", data=fixed).status_code == 302
    assert session.scalars(select(Correction)).one().changes == {"value": ["unexpected", "expected"]}
    client.post(f"/pathways/in-error/event/{event.id}", data={"reason": "Other patient"})
    assert "Nothing is recorded yet." in client.get(url(cast.patient)).text


def test_a_check_in_asks_what_the_pathway_is_about_and_is_no_contact(cast, sign_in, session):
    client = sign_in(cast.owner)
    use, bipolar = path(session, cast.patient), path(session, cast.patient, "bipolar")
    asked = {row.kind: client.get(f"/pathways/event/check_in/{row.id}").text for row in (use, bipolar)}
    assert "Cravings" in asked["opioid_use"]
    assert "Cravings" not in asked["bipolar"]
    assert "Mood up, or more energy than usual" in asked["bipolar"]
    for page in asked.values():
        assert "A check-in is not a contact" in page
        assert f'href="/contacts/record/{cast.patient.id}"' in page
    sent = {"on": TODAY.isoformat(), "value": "cravings"}
    assert client.post(f"/pathways/event/check_in/{bipolar.id}", data=sent).status_code == 422
    assert (
        client.post(f"/pathways/event/check_in/{bipolar.id}", data=sent | {"value": "up"}).status_code == 302
    )
    event = session.scalars(select(PathwayEvent)).one()
    assert "Mood up" in client.get(f"/pathways/event/correct/{event.id}").text


def test_a_screen_without_the_prescribed_medication_is_talked_through(cast, sign_in, session):
    row = path(session, cast.patient)
    client = sign_in(cast.owner)
    form = {"on": TODAY.isoformat(), "value": "not_found"}
    assert client.post(f"/pathways/event/urine_screen/{row.id}", data=form).status_code == 302
    page = client.get(url(cast.patient)).text
    assert "Urine screen: prescribed medication not found (not expected)" in page
    assert "Urine screen without the prescribed medication on Nov 20, 2026; not talked through since." in page


def test_what_happened_shows_the_last_eight_and_folds_the_rest(cast, sign_in, session):
    row = path(session, cast.patient)
    for weeks in range(8):
        happened(session, row, "check_in", weeks, "well")
    client = sign_in(cast.owner)
    assert "earlier</summary>" not in client.get(url(cast.patient)).text
    happened(session, row, "check_in", 19, "cravings")
    page = client.get(url(cast.patient)).text
    open_part, folded = page.split("<summary>1 earlier</summary>")
    assert open_part.count("<b>Check-in: doing well</b>") == 8
    assert "<b>Check-in: cravings</b>" in folded


def test_a_contact_is_the_last_check_in_too(cast, sign_in, session):
    row = path(session, cast.patient)
    happened(session, row, "check_in", 9, "well")
    make.make_contact(session, cast.episode, on=days_ago(2))
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert "Nov 18, 2026, 2 days ago (contact)" in page
    happened(session, row, "check_in", 0, "well")
    assert "Nov 20, 2026, today</dd>" in sign_in(cast.owner).get(url(cast.patient)).text
    assert "Nothing: the pathways ask for nothing today." in page


def test_an_event_of_another_pathway_is_not_there(cast, sign_in, session):
    row = path(session, cast.patient, "bipolar")
    client = sign_in(cast.owner)
    assert client.get(f"/pathways/event/urine_screen/{row.id}").status_code == 404
    assert client.get(f"/pathways/event/none/{row.id}").status_code == 404
    answer = client.post(
        f"/pathways/event/warning_sign/{row.id}", data={"on": "2026-01-01", "value": "sleep"}
    )
    assert answer.status_code == 422
    assert "The pathway began on Oct 31: give a later day." in answer.text


def test_a_due_date_is_kept_as_a_day(cast, sign_in, session):
    row = path(session, cast.patient, "perinatal")
    client = sign_in(cast.owner)
    form = {"on": TODAY.isoformat(), "value": "2027-02-26"}
    assert client.post(f"/pathways/event/due_date/{row.id}", data=form).status_code == 302
    page = client.get(url(cast.patient)).text
    assert "Second trimester, week 26" in page
    assert "Due date: Feb 26, 2027" in page
    event = session.scalars(select(PathwayEvent)).one()
    assert 'value="2027-02-26"' in client.get(f"/pathways/event/correct/{event.id}").text


def test_what_a_young_person_told_in_confidence_is_not_for_every_reader(cast, sign_in, session):
    path(
        session,
        cast.patient,
        "young",
        details={"confidential": "Sees someone", "school": "Two lessons a day"},
    )
    for part, sees in (("owner", True), ("pcp", False), ("manager", False)):
        page = sign_in(cast.people[part]).get(url(cast.patient)).text
        assert ("Sees someone" in page) is sees, part
        assert ("Confidential items are shown to those" in page) is not sees, part
        assert "Two lessons a day" in page


def test_what_was_told_in_confidence_is_not_in_the_corrections_of_every_reader(cast, sign_in, session):
    row = path(session, cast.patient, "young", details={"confidential": "Sees someone", "school": "Mornings"})
    form = {
        "started_on": str(row.started_on),
        "reason": "Learned more",
        "version": "1",
        "part_confidential": "Broke up",
        "part_school": "Noon",
    }
    assert sign_in(cast.owner).post(f"/pathways/edit/{row.id}", data=form).status_code == 302
    for part, sees in (("owner", True), ("manager", False)):
        page = sign_in(cast.people[part]).get(f"/patients/{cast.patient.id}/corrections").text
        assert ("Sees someone" in page, "Broke up" in page) == (sees, sees), part
        assert "Mornings" in page


def test_a_pathway_ends_and_stays_protected(cast, sign_in, session):
    row = path(session, cast.patient)
    client = sign_in(cast.owner)
    assert "and so does their protection under 42 CFR Part 2." in client.get(f"/pathways/end/{row.id}").text
    early = client.post(
        f"/pathways/end/{row.id}", data={"ended_on": "2026-10-01", "reason": "Moved", "version": "1"}
    )
    assert early.status_code == 422
    form = {"ended_on": TODAY.isoformat(), "reason": "Care goes on at the program", "version": "1"}
    assert client.post(f"/pathways/end/{row.id}", data=form).status_code == 302
    page = client.get(url(cast.patient)).text
    assert "Ended" in page
    assert "42 CFR Part 2" in page
    assert "Nothing: the pathways ask for nothing today." in page


def test_an_ended_pathway_says_why(cast, sign_in, session):
    row, client = path(session, cast.patient), sign_in(cast.owner)

    def end(on, reason, version):
        form = {"ended_on": on.isoformat(), "reason": reason, "version": version}
        assert client.post(f"/pathways/end/{row.id}", data=form).status_code == 302
        return client.get(url(cast.patient)).text

    assert "to Nov 18, 2026. Reason: Moved away</p>" in end(days_ago(2), "Moved away", "1")
    assert "to Nov 19, 2026. Reason: Moved away; Seen on Thursday</p>" in end(
        days_ago(1), "Seen on Thursday", "2"
    )
    client.post(f"/pathways/reopen/{row.id}", data={"reason": "Came back", "version": "3"})
    assert "Reason:" not in client.get(url(cast.patient)).text
    assert "Reason: Done</p>" in end(TODAY, "Done", "4")


def test_the_end_of_a_pathway_is_taken_back_with_all_that_belongs_to_it(cast, sign_in, session):
    row = path(session, cast.patient, ended_on=days_ago(2))
    happened(session, row, "consent", 15, "tpo")
    client, address = sign_in(cast.owner), f"/pathways/reopen/{row.id}"
    assert "Take back the end" in client.get(url(cast.patient)).text
    assert client.post(address, data={"reason": "", "version": "1"}).status_code == 422
    assert client.post(address, data={"reason": "Came back", "version": "1"}).status_code == 302
    session.refresh(row)
    assert row.ended_on is None
    kept = session.scalars(select(Correction)).one()
    assert (kept.subject, kept.changes, kept.reason) == (
        "pathway",
        {"ended_on": [days_ago(2).isoformat(), None]},
        "Came back",
    )
    page = client.get(url(cast.patient)).text
    assert "Take back the end" not in page
    assert "Since Oct 31, 2026" in page
    again = client.post(address, data={"reason": "Came back", "version": "2"})
    assert again.status_code == 422
    assert "The patient is on this pathway: Opioid use: medication treatment." in again.text


def test_the_end_is_not_taken_back_beside_another_of_the_kind(cast, sign_in, session):
    ended = path(session, cast.patient, ended_on=days_ago(2))
    path(session, cast.patient, started_on=days_ago(1))
    answer = sign_in(cast.owner).post(
        f"/pathways/reopen/{ended.id}", data={"reason": "Came back", "version": "1"}
    )
    assert answer.status_code == 422
    session.refresh(ended)
    assert ended.ended_on == days_ago(2)


def test_two_people_at_once_see_both(cast, sign_in, session):
    row = path(session, cast.patient, "bipolar", recorded_by=cast.owner.id)
    form = {"started_on": row.started_on.isoformat(), "reason": "Learned more", "version": "1"}
    owner, colleague = sign_in(cast.owner), sign_in(cast.colleague)
    assert (
        owner.post(f"/pathways/edit/{row.id}", data={**form, "part_rhythm": "Bed at 11"}).status_code == 302
    )
    second = colleague.post(f"/pathways/edit/{row.id}", data={**form, "part_rhythm": "Bed at 10"})
    assert second.status_code == 409
    assert "Maria Ortiz saved this while you were writing" in second.text
    assert "Bed at 11" in second.text
    assert "Bed at 10" in second.text


def test_who_may_and_who_sees_nothing(cast, sign_in, session):
    row = path(session, cast.patient)
    event = happened(session, row, "check_in", 3, "well")
    writers = {"owner", "colleague", "consultant", "therapist"}
    forms = [f"/pathways/begin/bipolar/{cast.patient.id}", f"/pathways/edit/{row.id}", f"/pathways/end/{row.id}",
             f"/pathways/reopen/{row.id}", f"/pathways/event/check_in/{row.id}", f"/pathways/event/correct/{event.id}",
             f"/pathways/in-error/pathway/{row.id}"]  # fmt: skip
    for part, person in cast.people.items():
        client = sign_in(person)
        outside = part in {"outsider", "other_pcp"}
        seen = 200 if part in writers | {"pcp", "manager"} else 404 if outside else 403
        assert client.get(url(cast.patient)).status_code == seen, part
        for address in forms:
            expected = 200 if part in writers else 404 if part == "outsider" else 403
            assert client.get(address).status_code == expected, (part, address)
    assert sign_in(cast.outsider).post(f"/pathways/end/{row.id}", data={"version": "1"}).status_code == 404


def test_a_patient_on_no_pathway_has_an_empty_page(cast, sign_in):
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert "On no pathway" in page
    assert "Begin a pathway" in page


# ---------------------------------------------------------------- written consent under 42 CFR Part 2


def sign(client, row, **form):
    given = {"on": "2026-11-10", "recipients": ["tpo"], "terms": "y"} | form
    return client.post(f"/pathways/consent/{row.id}", data=given)


def signed(session):
    rows = session.scalars(select(PathwayEvent).order_by(PathwayEvent.on, PathwayEvent.value)).all()
    return [(row.kind, row.value, str(row.on)) for row in rows if not row.in_error]


def test_a_written_consent_names_its_recipients_and_stands_until_it_is_revoked(cast, sign_in, session):
    row, client = path(session, cast.patient), sign_in(cast.owner)
    assert "No written consent to share is recorded." in client.get(url(cast.patient)).text
    asked = client.get(f"/pathways/consent/{row.id}").text
    assert "Everybody who treats, pays for or runs the care, for all future uses" in asked
    assert "Dr. Ingrid Lang" in asked, "the PCP is offered by name"
    assert sign(client, row, recipients=["tpo", "Dr. Ingrid Lang"], other="Harbor  Detox").status_code == 302
    assert signed(session) == [
        ("consent", "Dr. Ingrid Lang", "2026-11-10"), ("consent", "Harbor Detox", "2026-11-10"),
        ("consent", "tpo", "2026-11-10"),
    ]  # fmt: skip
    page = client.get(url(cast.patient)).text
    assert 'Harbor Detox <span class="muted">since Nov 10, 2026</span>' in page
    given = session.scalars(select(PathwayEvent).where(PathwayEvent.value == "Harbor Detox")).one()
    assert client.post(f"/pathways/revoke/{given.id}", data={"on": "2026-11-15"}).status_code == 302
    assert ("consent_revoked", "Harbor Detox", "2026-11-15") in signed(session)
    assert 'Harbor Detox <span class="muted">since' not in client.get(url(cast.patient)).text
    acts = session.scalars(select(AuditEvent.action)).all()
    assert {"record_part_2_consent", "revoke_part_2_consent"} <= set(acts)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"recipients": []}, "Say with whom: tick or write at least one."),
        ({"recipients": ["Somebody Else"]}, "not a valid choice"),
        ({"terms": ""}, "Without these the consent does not hold"),
        ({"on": "2027-01-01"}, "in the future"),
    ],
)
def test_a_consent_that_would_not_hold_is_refused(cast, sign_in, session, form, sentence):
    answer = sign(sign_in(cast.owner), path(session, cast.patient), **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert signed(session) == []


def test_after_a_revocation_only_a_later_consent_holds(cast, sign_in, session):
    row, client = path(session, cast.patient), sign_in(cast.owner)
    given = happened(session, row, "consent", 15, "tpo")
    early = client.post(f"/pathways/revoke/{given.id}", data={"on": str(days_ago(16))})
    assert "was signed on Nov 5, 2026: give a later day." in early.text
    assert client.post(f"/pathways/revoke/{given.id}", data={"on": str(days_ago(5))}).status_code == 302
    again = client.post(f"/pathways/revoke/{given.id}", data={"on": str(days_ago(4))})
    assert "does not stand" in again.text
    assert "only a later one holds" in sign(client, row, on=str(days_ago(5))).text
    assert sign(client, row, on=str(days_ago(4))).status_code == 302


def test_only_a_pathway_under_part_2_asks_for_it(cast, sign_in, session):
    row, client = path(session, cast.patient, "bipolar"), sign_in(cast.owner)
    event = happened(session, row, "check_in", 3, "well")
    assert client.get(f"/pathways/consent/{row.id}").status_code == 404
    assert sign(client, row).status_code == 404
    assert client.get(f"/pathways/revoke/{event.id}").status_code == 404
    assert "written consent" not in client.get(url(cast.patient)).text


def test_a_consent_is_entered_in_error_and_never_rewritten(cast, sign_in, session):
    row, client = path(session, cast.patient), sign_in(cast.owner)
    given = happened(session, row, "consent", 15, "tpo")
    assert client.get(f"/pathways/event/correct/{given.id}").status_code == 404
    assert f"/pathways/event/correct/{given.id}" not in client.get(url(cast.patient)).text
    client.post(f"/pathways/in-error/event/{given.id}", data={"reason": "Another patient's paper"})
    assert "No written consent to share is recorded." in client.get(url(cast.patient)).text


def test_a_consent_of_another_clinic_is_not_found(cast, sign_in, session):
    row = path(session, cast.patient)
    given = happened(session, row, "consent", 15, "tpo")
    client = sign_in(cast.outsider)
    assert sign(client, row).status_code == 404
    assert client.post(f"/pathways/revoke/{given.id}", data={"on": str(TODAY)}).status_code == 404
    assert sign_in(cast.pcp).post(f"/pathways/revoke/{given.id}", data={"on": str(TODAY)}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "data", "status", "told"),
    [
        ("due_date", {"value": "2027-05-20"}, 302, ""),
        ("due_date", {"value": "2206-05-20"}, 422, "A due date lies at most 10 months ahead and 3 weeks back"),
        ("due_date", {"value": "2026-10-20"}, 422, "A due date lies at most 10 months ahead and 3 weeks back"),
        ("due_date", {"value": "2026-11-06"}, 302, ""),
        ("due_date", {"on": "1900-01-01", "value": "1900-05-20"}, 422, "before the patient&#39;s birth"),
        ("birth", {"on": "1970-01-01"}, 422, "The pathway began on Oct 31: give a day within the year before, or later."),
        ("birth", {"on": "1800-01-01"}, 422, "before the patient&#39;s birth"),
        ("birth", {"on": "2026-06-01"}, 302, ""),
    ],
)  # fmt: skip
def test_a_pregnancy_has_its_own_days(cast, sign_in, session, kind, data, status, told):
    row = path(session, cast.patient, "perinatal")
    answer = sign_in(cast.owner).post(
        f"/pathways/event/{kind}/{row.id}", data={"on": TODAY.isoformat(), **data}
    )
    assert answer.status_code == status
    assert told in answer.text


@pytest.mark.parametrize(
    ("pathway", "kind", "days", "value", "change", "status"),
    [
        pytest.param("bipolar", "check_in", 3, "cravings", {"note": "By phone"}, 302, id="an answer asked no longer stays"),
        pytest.param("bipolar", "check_in", 3, "cravings", {"value": "well"}, 302, id="and is changed to one that is asked"),
        pytest.param("bipolar", "check_in", 3, "well", {"value": "cravings"}, 422, id="nothing is changed to it"),
        pytest.param("perinatal", "due_date", 3, days_ago(58).isoformat(), {"note": "By phone"}, 302, id="a due date stays"),
        pytest.param("perinatal", "due_date", 3, days_ago(58).isoformat(), {"value": days_ago(57).isoformat()}, 422,
                     id="another due date is judged"),
        pytest.param("perinatal", "due_date", 3, days_ago(58).isoformat(), {"on": days_ago(2).isoformat()}, 422,
                     id="so is another day of its telling"),
        pytest.param("perinatal", "due_date", 3, days_ago(3).isoformat(), {"value": "soon"}, 422, id="a due date is a day"),
        pytest.param("perinatal", "birth", 500, "", {"note": "By phone"}, 302, id="a birth long before the pathway stays"),
        pytest.param("perinatal", "birth", 500, "", {"on": days_ago(501).isoformat()}, 422, id="another day of it is judged"),
        pytest.param("perinatal", "birth", 500, "", {"on": days_ago(300).isoformat()}, 302, id="and may be put right"),
    ],
)  # fmt: skip
def test_a_correction_is_refused_only_for_what_it_changes(
    cast, sign_in, session, pathway, kind, days, value, change, status
):
    event = happened(session, path(session, cast.patient, pathway), kind, days, value)
    client = sign_in(cast.owner)
    assert client.get(f"/pathways/event/correct/{event.id}").status_code == 200
    form = {"on": event.on.isoformat(), "value": value, "note": "", "reason": "Learned more"} | change
    assert client.post(f"/pathways/event/correct/{event.id}", data=form).status_code == status


@pytest.mark.parametrize(("born", "due", "status"), [(35, 40, 302), (35, 60, 422), (None, 40, 422)])
def test_a_due_date_is_told_after_the_birth_too(cast, sign_in, session, born, due, status):
    row = path(session, cast.patient, "perinatal")
    if born:
        happened(session, row, "birth", born)
    form = {"on": TODAY.isoformat(), "value": days_ago(due).isoformat()}
    answer = sign_in(cast.owner).post(f"/pathways/event/due_date/{row.id}", data=form)
    assert answer.status_code == status


def test_a_pathway_begins_after_the_birth_and_before_its_end(cast, sign_in, session):
    client = sign_in(cast.owner)
    form = {"started_on": "1900-01-01", "version": "1"}
    answer = client.post(f"/pathways/begin/bipolar/{cast.patient.id}", data=form)
    assert (answer.status_code, "before the patient&#39;s birth" in answer.text) == (422, True)
    row = path(session, cast.patient, "bipolar", ended_on=days_ago(5))
    form = {"started_on": days_ago(2).isoformat(), "version": "1", "reason": "Typo"}
    answer = client.post(f"/pathways/edit/{row.id}", data=form)
    assert answer.status_code == 422
    assert "The pathway ended on Nov 15, 2026: give that day or an earlier one." in answer.text
