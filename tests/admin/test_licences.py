"""Licences of instruments: recorded and withdrawn by an administrator, with a trace."""

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, InstrumentLicence

NEW = {"instrument": "isi", "holder": "Mapi Research Trust", "reference": "42-7", "granted_on": "2026-11-01"}


def test_a_licence_is_recorded_and_withdrawn_with_its_reason(cast, sign_in, session):
    browser = sign_in(cast.administrator)
    assert browser.post("/admin/licences", data=NEW).status_code == 302
    row = session.scalars(select(InstrumentLicence)).one()
    assert (row.instrument, row.holder, row.ends_on, row.recorded_by) == (
        "isi", "Mapi Research Trust", None, cast.administrator.id,
    )  # fmt: skip
    page = browser.get("/admin/licences").text
    assert "42-7" in page
    url = f"/admin/licences/{row.id}/withdraw"
    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"reason": ""}).status_code == 422
    assert browser.post(url, data={"reason": "Contract ended"}).status_code == 302
    session.refresh(row)
    assert (row.withdrawn_by, row.withdrawn_reason) == (cast.administrator.id, "Contract ended")
    assert "Contract ended" in browser.get("/admin/licences").text
    assert browser.get(url).status_code == 404
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.category == "organisation")).all()
    assert {"record_licence", "withdraw_licence"} <= set(acts)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"instrument": ""}, "Choose the instrument."),
        ({"instrument": "phq9"}, "Not a valid choice"),
        ({"reference": ""}, "Enter its number"),
        ({"ends_on": "2026-10-01"}, "The last day lies before the first."),
    ],
)
def test_a_licence_that_cannot_be_is_refused(cast, sign_in, session, change, sentence):
    reply = sign_in(cast.administrator).post("/admin/licences", data=NEW | change)
    assert reply.status_code == 422
    assert sentence in reply.text
    assert not session.scalars(select(InstrumentLicence)).all()


def test_only_an_administrator_records_licences(cast, sign_in):
    for part in ("owner", "consultant", "manager", "auditor"):
        assert sign_in(cast.people[part]).get("/admin/licences").status_code == 403
