"""The pages of the protocol: rules for everybody, numbers for those who set them, what-if before saving."""

import html
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from registry.models import AuditEvent, LabResult, ProtocolVersion
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.factories import days_ago
from tests.protocol.versions import add_version, form_of

DAY = timedelta(days=1)


@pytest.fixture
def late(cast, session):
    """The cast's patient was last seen 20 days ago: late by the published 14 days, in time by 21."""
    make.make_contact(session, cast.episode, on=days_ago(20))
    session.commit()


def hidden(page, name):
    """The value of a hidden field."""
    return html.unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1])


def seen_by(page):
    return hidden(page, "seen")


def address(cast):
    return f"/protocol/edit?clinic={cast.riverside.id}"


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("manager", 200), ("owner", 403), ("consultant", 403), ("auditor", 403)],
)
def test_who_sees_the_versions(cast, sign_in, who, status):
    assert sign_in(cast.people[who]).get("/protocol/").status_code == status


def test_everybody_reads_the_rules_with_the_numbers_of_their_clinic(cast, session, sign_in):
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    page = sign_in(cast.owner).get("/protocol/rules").text
    assert 'id="C2"' in page
    assert "older than 21 d" in page
    assert "1 of" in page
    assert "awaiting clinical sign-off" in page
    yesterday = sign_in(cast.owner).get(f"/protocol/rules?on={TODAY - DAY}").text
    assert "older than 14 d" in yesterday
    assert "older than 14 d" in sign_in(cast.outsider).get("/protocol/rules").text


def test_another_clinics_rules_are_not_found(cast, sign_in):
    assert sign_in(cast.outsider).get(f"/protocol/rules?clinic={cast.riverside.id}").status_code == 404
    assert sign_in(cast.owner).get("/protocol/rules?clinic=nonsense").status_code == 404


@pytest.mark.parametrize("who", ["manager", "administrator"])
def test_a_clinic_that_is_not_ones_own_is_not_found(cast, sign_in, who):
    assert sign_in(cast.people[who]).get(f"/protocol/edit?clinic={cast.hilltop.id}").status_code == 404


@pytest.mark.parametrize(
    ("who", "place"), [("manager", "Edit a copy: Riverside"), ("administrator", "all clinics")]
)
def test_without_a_clinic_the_widest_place_is_edited(cast, sign_in, who, place):
    assert place in sign_in(cast.people[who]).get("/protocol/edit").text


def test_the_form_begins_with_what_holds_and_names_bounds_and_sources(cast, session, sign_in):
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    page = sign_in(cast.manager).get(address(cast)).text
    assert 'name="n_acute_interval"' in page
    assert 'value="21"' in page
    assert "14 published, 3 to 56 allowed" in page
    assert "awaiting clinical sign-off" in page
    assert "Save this version" not in page


def test_what_would_change_is_shown_before_saving(cast, session, sign_in, late):
    client = sign_in(cast.manager)
    page = client.post(address(cast), data=form_of(cast, n_acute_interval="21", act="look"))
    assert page.status_code == 200
    assert "would have other findings" in page.text
    assert 'data-label="Would say something else">0</td>' in page.text, (
        "on a phone each number says what it counts"
    )
    assert cast.patient.family_name in page.text
    assert "(C2)" in page.text
    assert not session.scalars(select(ProtocolVersion)).all()
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "what_if_protocol")).one()
    assert act.detail["changed"] == 1


def test_an_administrator_sees_counts_and_no_names(cast, sign_in, late):
    page = sign_in(cast.administrator).post(
        address(cast), data=form_of(cast, n_acute_interval="21", act="look")
    )
    assert "Patient 1" in page.text
    assert "Patients are numbered" in page.text
    assert cast.patient.family_name not in page.text
    assert cast.patient.mrn not in page.text


def test_saving_takes_the_numbers_that_were_looked_at(cast, session, sign_in, late):
    client, data = sign_in(cast.manager), form_of(cast, n_acute_interval="21", act="save")
    refused = client.post(address(cast), data=data)
    assert refused.status_code == 422
    assert "read what would change, then save once more" in refused.text
    seen = seen_by(refused)
    answer = client.post(address(cast), data={**data, "seen": seen})
    assert answer.status_code == 302
    row = session.scalars(select(ProtocolVersion)).one()
    assert (row.label, row.values, row.clinic_id) == ("Winter", {"acute_interval": 21}, cast.riverside.id)
    assert "Holds now" in client.get("/protocol/").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n_acute_interval": "400"}, "Enter a number from 3 to 56."),
        ({"n_acute_interval": "often"}, "Write a whole number"),
        ({"n_acute_interval": ""}, "Enter a number."),
        ({"n_review_from": "90"}, "may not exceed"),
    ],
)
def test_an_unfit_number_is_told_at_its_field(cast, sign_in, change, sentence):
    page = sign_in(cast.manager).post(address(cast), data=form_of(cast, **change, act="look"))
    assert page.status_code == 422
    assert sentence in page.text
    assert "Save this version" not in page.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"effective_on": (TODAY - DAY).isoformat()}, "Choose today or a later day"),
        ({"effective_on": "9999-12-31"}, "This day is more than a year away. Check the year."),
        ({"reason": ""}, "Say why"),
        ({"label": "2026.1"}, "The published protocol has this name"),
        ({"label": ""}, "Name the version."),
        ({"label": "  "}, "Name the version."),
        ({"label": "Winter\u202e6202"}, "The name has a character that cannot be seen"),
        ({"label": "Winter\x1f2026"}, "The name has a character that cannot be seen"),
        ({"label": "Winter\xa02026"}, "The name has a character that cannot be seen"),
    ],
)
def test_an_unfit_version_is_refused_and_nothing_is_lost(cast, session, sign_in, change, sentence):
    day = change.get("effective_on", str(TODAY))
    seen = json.dumps([{"acute_interval": 21}, day, ""])
    data = form_of(cast, n_acute_interval="21", seen=seen, act="save", **change)
    page = sign_in(cast.manager).post(address(cast), data=data)
    assert page.status_code == 422
    assert sentence in page.text
    assert 'value="21"' in page.text
    assert not session.scalars(select(ProtocolVersion)).all()


def test_the_whole_organisation_leaves_out_clinics_with_their_own(cast, session, sign_in, late):
    client = sign_in(cast.administrator)
    data = form_of(cast, n_acute_interval="21", act="look")
    assert "1 of 1 open episodes" in client.post("/protocol/edit", data=data).text
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=20)
    assert "0 of 0 open episodes" in client.post("/protocol/edit", data=data).text


def test_a_clinic_follows_the_organisation_again(cast, session, sign_in):
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    client, url = sign_in(cast.manager), f"/protocol/follow/{cast.riverside.id}"
    assert client.post(url, data={"effective_on": str(TODAY), "reason": ""}).status_code == 422
    assert client.post(url, data={"effective_on": str(TODAY), "reason": "simpler"}).status_code == 302
    assert "follows the published protocol" in client.get("/protocol/").text


def test_a_planned_version_can_be_withdrawn(cast, session, sign_in):
    row = add_version(session, cast.manager, cast.riverside.id, TODAY + DAY, acute_interval=21)
    client = sign_in(cast.manager)
    assert "Planned" in client.get("/protocol/").text
    assert client.get(f"/protocol/withdraw/{row.id}").status_code == 200
    assert client.post(f"/protocol/withdraw/{row.id}", data={"reason": "a slip"}).status_code == 302
    page = client.get("/protocol/").text
    assert "Withdrawn by" in page
    assert "a slip" in page


def test_one_that_holds_cannot(cast, session, sign_in):
    row = add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    answer = sign_in(cast.manager).post(f"/protocol/withdraw/{row.id}", data={"reason": "a slip"})
    assert answer.status_code == 422
    assert "has begun" in answer.text
    assert sign_in(cast.owner).get(f"/protocol/withdraw/{row.id}").status_code == 403


@pytest.fixture
def on_olanzapine(cast, session):
    """Everything is done but the waist, which the schedule of 2004 alone asks for."""
    started = {"kind": "start", "on": days_ago(60), "dose_mg": 10}
    make.make_medication(session, cast.patient, name="olanzapine", events=[started])
    for code in ("weight", "glucose", "ldl", "family_history", "movement_exam", "systolic"):
        for on in (days_ago(60), days_ago(30), days_ago(1)):
            row = {"code": code, "value": 80, "on": on, "recorded_at": NOW}
            session.add(LabResult(org_id=cast.org.id, patient_id=cast.patient.id, **row))
    session.commit()


def test_a_choice_is_shown_with_what_each_way_asks_for(cast, sign_in):
    page = sign_in(cast.manager).get(address(cast)).text
    assert 'name="n_antipsychotics"' in page
    assert "ADA/APA 2004 published" in page
    assert "Weight: at the start, on days 28, 56 and 84, then every quarter" in page


def test_who_would_change_by_another_choice_is_shown_before_saving(cast, session, sign_in, on_olanzapine):
    client, apa = sign_in(cast.manager), {"n_antipsychotics": "apa_2020"}
    looked = client.post(address(cast), data=form_of(cast, **apa, act="look"))
    page = looked.text
    assert "<b>1 of" in page
    assert "(RX1)" in page
    assert cast.patient.family_name in page
    seen = seen_by(looked)
    assert client.post(address(cast), data=form_of(cast, **apa, act="save", seen=seen)).status_code == 302
    assert session.scalars(select(ProtocolVersion)).one().values == {"antipsychotics": "apa_2020"}
    assert (
        'Metabolic monitoring of antipsychotics</th><td class="num">APA 2020</td>'
        in client.get("/protocol/").text
    )
    assert "followed by APA 2020" in sign_in(cast.owner).get(f"/treatment/{cast.patient.id}").text


def test_a_finding_that_stays_and_says_something_else_is_shown_too(cast, session, sign_in, on_olanzapine):
    session.execute(delete(LabResult).where(LabResult.code == "movement_exam"))
    session.commit()
    data = form_of(cast, n_antipsychotics="apa_2020", act="look")
    page = sign_in(cast.manager).post(address(cast), data=data).text
    assert "Labs overdue (RX1): Overdue for olanzapine: AIMS movement exam (since" in page


def test_a_way_that_does_not_exist_is_refused_at_its_field(cast, session, sign_in):
    answer = sign_in(cast.manager).post(
        address(cast), data=form_of(cast, n_antipsychotics="of_1998", act="look")
    )
    assert answer.status_code == 422
    assert not session.scalars(select(ProtocolVersion)).all()


def test_a_day_that_was_not_looked_at_is_looked_at_first(cast, session, sign_in, late):
    client, data = sign_in(cast.manager), form_of(cast, n_acute_interval="21")
    seen = seen_by(client.post(address(cast), data=data | {"act": "look"}))
    later = data | {"act": "save", "seen": seen, "effective_on": str(TODAY + DAY)}
    refused = client.post(address(cast), data=later)
    assert refused.status_code == 422
    told = (
        "Looked at again for Nov 21, 2026, with these numbers: read what would change, then save once more."
    )
    assert f'<a href="#effective_on">Holds from: {told}</a>' in refused.text
    assert not session.scalars(select(ProtocolVersion)).all()
    assert client.post(address(cast), data=later | {"seen": seen_by(refused)}).status_code == 302


def test_the_day_is_asked_before_the_look_and_need_not_be_looked_at_twice(cast, session, sign_in, late):
    client, data = sign_in(cast.manager), form_of(cast, n_acute_interval="21", effective_on=str(TODAY + DAY))
    assert 'name="effective_on"' in client.get(address(cast)).text
    looked = client.post(address(cast), data=data | {"act": "look"})
    assert looked.text.count('name="effective_on"') == 1
    saved = client.post(address(cast), data=data | {"act": "save", "seen": seen_by(looked)})
    assert saved.status_code == 302
    assert session.scalars(select(ProtocolVersion)).one().effective_on == TODAY + DAY


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (str(TODAY - DAY), "Choose today or a later day"),
        ("9999-12-31", "This day is more than a year away. Check the year."),
        ("", "Give the day from which it holds."),
    ],
)
def test_a_day_from_which_nothing_can_hold_is_told_at_the_look(cast, sign_in, day, sentence):
    data = form_of(cast, n_acute_interval="21", act="look", effective_on=day)
    page = sign_in(cast.manager).post(address(cast), data=data)
    assert page.status_code == 422
    assert f'<a href="#effective_on">Holds from: {sentence}' in page.text


@pytest.mark.parametrize("act", ["look", "save"])
def test_a_copy_that_was_begun_before_another_version_says_so(cast, session, sign_in, late, act):
    client, data = sign_in(cast.manager), form_of(cast, n_weekly="6", label="B version")
    begun = hidden(client.get(address(cast)), "begun")
    seen = seen_by(client.post(address(cast), data=data | {"act": "look", "begun": begun}))
    other = add_version(session, cast.administrator, cast.riverside.id, TODAY, acute_interval=21)
    data |= {"begun": begun, "seen": seen, "act": act}
    told = client.post(address(cast), data=data)
    assert told.status_code == 422
    assert f"Meanwhile {cast.administrator.name} saved “{other.label}” (Riverside, from" in told.text
    assert '<td class="num" data-label="Without it">21 days</td>' in told.text
    assert cast.patient.family_name in told.text, "its own change is shown against what holds now"
    assert len(session.scalars(select(ProtocolVersion)).all()) == 1
    data |= {"begun": hidden(told, "begun"), "seen": seen_by(told), "act": "save"}
    assert client.post(address(cast), data=data).status_code == 302


def test_a_version_that_was_withdrawn_meanwhile_is_told(cast, session, sign_in):
    row = add_version(session, cast.manager, cast.riverside.id, TODAY + DAY, acute_interval=21)
    client = sign_in(cast.manager)
    begun = hidden(client.get(address(cast)), "begun")
    client.post(f"/protocol/withdraw/{row.id}", data={"reason": "a slip"})
    told = client.post(address(cast), data=form_of(cast, act="look", begun=begun))
    assert told.status_code == 422
    assert f"withdrew “{row.label}”" in told.text


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (0, "is planned from Nov 22, 2026: this one would hold until then."),
        (2, "is planned from Nov 22, 2026 too: this one would hold in its place."),
        (5, "is planned from Nov 22, 2026: it would hold until Nov 25, 2026."),
    ],
)
def test_a_planned_version_is_not_dropped_without_a_word(cast, session, sign_in, days, sentence):
    add_version(session, cast.manager, cast.riverside.id, TODAY + 2 * DAY, review_fresh=45)
    client = sign_in(cast.manager)
    page = client.get(address(cast))
    assert "this one would hold until then" in page.text
    data = form_of(cast, act="look", effective_on=str(TODAY + days * DAY), begun=hidden(page, "begun"))
    looked = client.post(address(cast), data=data)
    assert looked.status_code == 200
    assert sentence in looked.text
    assert ('data-label="Without it">45 days</td>' in looked.text) is (days >= 2)


def test_a_clinics_own_copy_tells_that_the_organizations_planned_version_would_not_begin_there(
    cast, session, sign_in
):
    add_version(session, cast.administrator, None, TODAY + 2 * DAY, acute_interval=21)
    client = sign_in(cast.manager)
    page, told = client.get(address(cast)), "it would not begin in Riverside."
    assert f"is planned for the organization from Nov 22, 2026: {told}" in page.text
    data = form_of(cast, act="look", begun=hidden(page, "begun"))
    assert told not in client.post(address(cast), data=data | {"effective_on": str(TODAY + 3 * DAY)}).text
    looked = client.post(address(cast), data=data)
    assert told in looked.text
    saved = client.post(
        address(cast), data=data | {"act": "save", "seen": seen_by(looked)}, follow_redirects=True
    )
    assert (
        "Saved: Winter, for Riverside. “v from 2026-11-22” of the organization, from Nov 22, 2026, does not begin there."
        in saved.text
    )
    assert told not in client.get(address(cast)).text, "Riverside has its own now"


def test_a_clinic_that_follows_is_told_of_its_own_planned_version(cast, session, sign_in):
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    add_version(session, cast.manager, cast.riverside.id, TODAY + 5 * DAY, acute_interval=18)
    client, url = sign_in(cast.manager), f"/protocol/follow/{cast.riverside.id}"
    assert (
        "“v from 2026-11-25” is planned from Nov 25, 2026: Riverside would follow until then."
        in client.get(url).text
    )
    sent = {"effective_on": str(TODAY + DAY), "reason": "simpler"}
    assert (
        "Riverside follows the organization from Nov 21, 2026 until “v from 2026-11-25” begins on Nov 25, 2026."
        in (client.post(url, data=sent, follow_redirects=True).text)
    )
    assert "Riverside follows the organization from Nov 25, 2026." in (
        client.post(url, data=sent | {"effective_on": str(TODAY + 5 * DAY)}, follow_redirects=True).text
    )
    assert "would follow until then" not in client.get(url).text


@pytest.mark.parametrize("act", ["look", "save"])
def test_a_clinic_that_set_its_own_meanwhile_is_told_to_whoever_sets_the_whole(
    cast, session, sign_in, late, act
):
    client, data = sign_in(cast.administrator), form_of(cast, n_acute_interval="21")
    data["begun"] = hidden(client.get("/protocol/edit"), "begun")
    looked = client.post("/protocol/edit", data=data | {"act": "look"})
    assert "1 of 1 open episodes" in looked.text
    other = add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=20)
    told = client.post("/protocol/edit", data=data | {"act": act, "seen": seen_by(looked)})
    assert told.status_code == 422
    assert f"Meanwhile {cast.manager.name} saved “{other.label}” (Riverside, from" in told.text
    assert "0 of 0 open episodes" in told.text
    data |= {"begun": hidden(told, "begun"), "seen": seen_by(told), "act": "save"}
    assert client.post("/protocol/edit", data=data).status_code == 302


@pytest.mark.parametrize("act", ["look", "save"])
def test_a_copy_of_versions_that_never_were_is_looked_at_again(cast, session, sign_in, act):
    told = sign_in(cast.manager).post(address(cast), data=form_of(cast, act=act, begun="7"))
    assert told.status_code == 422
    assert "Meanwhile the protocol was changed. Your copy was begun before that" in told.text


def test_the_effect_of_a_planned_version_is_that_against_what_would_hold_then(cast, session, sign_in, late):
    add_version(session, cast.manager, cast.riverside.id, TODAY + DAY, acute_interval=21)
    client = sign_in(cast.manager)
    data = form_of(cast, act="look", begun=hidden(client.get(address(cast)), "begun"))
    assert "<b>0 of" in client.post(address(cast), data=data).text
    assert "<b>1 of" in client.post(address(cast), data=data | {"effective_on": str(TODAY + DAY)}).text


def test_a_name_is_given_once(cast, session, sign_in):
    other = add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    client = sign_in(cast.manager)
    data = form_of(cast, act="look", begun=hidden(client.get(address(cast)), "begun"), label=other.label)
    seen = seen_by(client.post(address(cast), data=data))
    refused = client.post(address(cast), data=data | {"act": "save", "seen": seen})
    assert refused.status_code == 422
    assert "A version has this name already" in refused.text


def test_a_day_that_is_none_is_refused(cast, sign_in):
    refused = sign_in(cast.owner).get("/protocol/rules?on=abc")
    assert refused.status_code == 400
    assert "That is not a day of the calendar" in refused.text
