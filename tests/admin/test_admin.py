"""Accounts and roles for administrators, the trail for auditors."""

import pytest
from sqlalchemy import select, text

from registry.models import Account, AuditEvent, Membership

NEW = {
    "name": "New Person",
    "email": "New@Example.org",
    "phone": "",
    "password": "blue kettle on a quiet hill",
}


def test_an_account_is_made_with_its_roles(cast, sign_in, session):
    roles = [f"{cast.riverside.id}:care_manager", f"{cast.hilltop.id}:therapist"]
    answer = sign_in(cast.administrator).post("/admin/accounts/new", data={**NEW, "roles": roles})
    assert answer.status_code == 302
    made = session.scalars(select(Account).where(Account.email == "new@example.org")).one()
    held = session.execute(
        select(Membership.clinic_id, Membership.role).where(Membership.account_id == made.id)
    ).all()
    assert {tuple(row) for row in held} == {
        (cast.riverside.id, "care_manager"),
        (cast.hilltop.id, "therapist"),
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"roles": []}, "Give at least one role"), ({"email": "not an address"}, "That is not an address."),
     ({"email": "OWNER"}, "has an account already"), ({"password": "short"}, "15")],
)  # fmt: skip
def test_a_bad_account_is_refused_with_a_sentence(cast, sign_in, session, change, sentence):
    if change.get("email") == "OWNER":
        change = {"email": cast.owner.email.upper()}
    data = {**NEW, "roles": [f"{cast.riverside.id}:care_manager"], **change}
    answer = sign_in(cast.administrator).post("/admin/accounts/new", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not session.scalars(select(Account).where(Account.name == "New Person")).all()


def test_a_role_that_is_taken_away_is_gone_with_the_next_click(cast, sign_in):
    browser = sign_in(cast.colleague)
    assert browser.get("/patients/").status_code == 200
    sign_in(cast.administrator).post(
        f"/admin/accounts/{cast.colleague.id}", data={"roles": [f"{cast.riverside.id}:auditor"]}
    )
    assert browser.get("/patients/").status_code == 403


def test_nobody_locks_themselves_out(cast, sign_in, session):
    browser = sign_in(cast.administrator)
    mine = f"/admin/accounts/{cast.administrator.id}"
    assert browser.post(mine, data={"roles": [f"{cast.riverside.id}:auditor"]}).status_code == 422
    browser.post(f"{mine}/close")
    assert session.get(Account, cast.administrator.id).active


def test_a_closed_account_is_signed_out_everywhere_and_can_come_back(cast, sign_in, session):
    browser, admin = sign_in(cast.owner), sign_in(cast.administrator)
    admin.post(f"/admin/accounts/{cast.owner.id}/close")
    assert browser.get("/patients/").status_code == 302
    admin.post(f"/admin/accounts/{cast.owner.id}/open")
    assert sign_in(cast.owner).get("/patients/").status_code == 200


def test_the_trail_is_filtered_and_its_reading_is_in_it(cast, sign_in, session):
    sign_in(cast.owner).get(f"/chart/{cast.patient.id}")
    auditor = sign_in(cast.auditor)
    shown = auditor.get(f"/admin/audit?mrn={cast.patient.mrn}").text
    assert cast.owner.name in shown
    assert cast.patient.family_name not in shown, "the trail names rows, not patients"
    assert "No event matches" in auditor.get("/admin/audit?mrn=none-such").text
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (last.action, last.account_id) == ("read_audit", cast.auditor.id)


def test_a_broken_chain_is_told(cast, sign_in, session):
    sign_in(cast.owner).get(f"/chart/{cast.patient.id}")
    auditor = sign_in(cast.auditor)
    assert "The chain is whole" in auditor.get("/admin/audit?verify=1").text
    session.execute(text("DROP TRIGGER audit_event_no_update"))
    session.execute(text("UPDATE audit_event SET actor = 'somebody else' WHERE seq = 1"))
    session.commit()
    assert "The chain is broken" in auditor.get("/admin/audit?verify=1").text


@pytest.mark.parametrize(
    ("path", "allowed"), [("/admin/accounts", "administrator"), ("/admin/audit", "auditor")]
)
def test_who_may(cast, sign_in, path, allowed):
    for part, person in cast.people.items():
        assert sign_in(person).get(path).status_code == (200 if part == allowed else 403), part
