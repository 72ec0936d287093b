"""The organisation's text under the consultant's advice."""

from sqlalchemy import select

from registry.models import AuditEvent, Organisation


def test_an_administrator_sets_it(cast, sign_in, session):
    browser = sign_in(cast.administrator)
    assert browser.post("/admin/disclaimer", data={"disclaimer": " Ours. "}).location == "/admin/disclaimer"
    assert session.get_one(Organisation, cast.patient.org_id).disclaimer == "Ours."
    assert "Ours." in browser.get("/admin/disclaimer").text
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "set_disclaimer")).one()
    assert act.detail == {"disclaimer": ["", "Ours."]}


def test_too_long_a_text_is_refused(cast, sign_in, session):
    answer = sign_in(cast.administrator).post("/admin/disclaimer", data={"disclaimer": "x" * 3001})
    assert answer.status_code == 422
    assert session.get_one(Organisation, cast.patient.org_id).disclaimer == ""


def test_nobody_else_does(cast, sign_in):
    for part, person in cast.people.items():
        expected = 200 if part == "administrator" else 403
        assert sign_in(person).get("/admin/disclaimer").status_code == expected, part
