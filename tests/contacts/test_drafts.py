"""Drafts: one author's own, kept over a time-out, gone when the contact is saved."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.contacts import queries, services
from registry.models import AuditEvent, Draft
from tests.cast import NOW, Cast, Person
from tests.contacts.test_record import ROUTINE, phq, url
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]


def begin(browser: PageClient, cast: Cast, **typed: str) -> int:
    return browser.post(f"/contacts/draft/{cast.patient.id}", data=ROUTINE | typed).status_code


def test_a_draft_is_restored_with_a_notice(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.owner)
    assert begin(browser, cast, note="Half a sentence", **phq(1, 2)) == 204
    page = browser.get(url(cast)).text
    assert "Your draft of Nov 20, 2026 10:00 is restored." in page
    assert "Half a sentence" in page
    assert 'checked id="phq-item2-2"' in page


def test_it_survives_a_time_out(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(sign_in(cast.owner), cast, note="Half a sentence")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=13))
    late = sign_in(cast.owner)
    assert late.get(url(cast)).status_code == 302, "the old session is over"
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
    assert "Half a sentence" in sign_in(cast.owner).get(url(cast)).text


def test_nobody_else_sees_it(cast: Cast, sign_in: SignIn) -> None:
    begin(sign_in(cast.owner), cast, note="Half a sentence")
    assert "Half a sentence" not in sign_in(cast.colleague).get(url(cast)).text


def test_saving_the_contact_ends_it(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    begin(browser, cast)
    browser.post(url(cast), data=ROUTINE)
    assert session.scalars(select(Draft)).all() == []


def test_a_refused_contact_keeps_it(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    begin(browser, cast)
    browser.post(url(cast), data=ROUTINE | {"minutes": "9999"})
    assert session.scalars(select(Draft)).one()


def test_it_can_be_discarded(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    begin(browser, cast)
    assert browser.post(f"/contacts/draft/{cast.patient.id}/discard").location == url(cast)
    assert session.scalars(select(Draft)).all() == []


@pytest.mark.parametrize(
    ("part", "status"), [("colleague", 204), ("outsider", 404), ("consultant", 403), ("pcp", 403)]
)
def test_who_keeps_one(cast: Cast, sign_in: SignIn, part: str, status: int) -> None:
    assert begin(sign_in(cast.people[part]), cast) == status


def test_saved_again_it_is_one_draft_with_one_audit_row(session: Session, cast: Cast) -> None:
    viewer, patient_id = cast.owner.viewer, cast.patient.id
    for words in ("a", "ab", "abc"):
        content = {"note": [words], "csrf_token": ["secret"], "once": ["token"]}
        services.save_draft(session, viewer, patient_id, content, NOW)
    assert session.scalars(select(Draft.content)).one() == {"note": ["abc"]}
    begun = session.scalars(select(AuditEvent).where(AuditEvent.action == "begin_draft")).all()
    assert len(begun) == 1
    assert "abc" not in str(begun[0].detail)
    assert queries.draft(session, viewer, patient_id)
