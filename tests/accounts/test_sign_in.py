"""Signing in and out: the password, the browser's session, idle time, too many attempts, the first page."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask_security import hash_password
from sqlalchemy import select

from registry import clock
from registry.accounts.queries import ACCOUNT_ATTEMPTS
from registry.models import AuditEvent, UserSession
from tests.cast import NOW

PASSWORD = "quiet river under seven stars"


@pytest.fixture
def owner(app, cast, session):
    with app.app_context():
        cast.owner.account.password = hash_password(PASSWORD)
    session.commit()
    return cast.owner


def sign_in(client, email, password=PASSWORD, **fields):
    return client.post("/accounts/login", data={"email": email, "password": password, **fields})


def acts(session):
    session.expire_all()
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def test_the_right_password_opens_the_first_page(app, client, owner, session):
    answer = sign_in(client, owner.email)
    assert answer.status_code == 302
    assert client.get("/").location == "/caseload/"
    assert acts(session)[-1] == "sign_in"


@pytest.mark.parametrize(
    ("email", "password"), [("owner", "wrong"), ("nobody@example.org", PASSWORD), ("", "")]
)
def test_a_wrong_pair_says_the_same_for_every_name(client, owner, email, password):
    answer = sign_in(client, owner.email if email == "owner" else email, password)
    assert answer.status_code in (200, 400)
    assert client.get("/caseload/").status_code == 302


def test_too_many_attempts_are_refused_before_the_password_is_read(client, owner):
    for _ in range(ACCOUNT_ATTEMPTS):
        assert sign_in(client, owner.email, "wrong").status_code != 429
    refused = sign_in(client, owner.email)
    assert refused.status_code == 429, "the right one too, or the page would tell"
    assert refused.headers["Retry-After"] == "900"
    assert "Wait 15 minutes" in refused.text


def test_the_window_of_attempts_passes(client, owner, monkeypatch):
    for _ in range(ACCOUNT_ATTEMPTS + 1):
        sign_in(client, owner.email, "wrong")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=16))
    assert sign_in(client, owner.email).status_code == 302


def test_a_copied_cookie_dies_with_the_sign_out(app, client, owner, session):
    sign_in(client, owner.email)
    thief = app.test_client()
    with client.session_transaction() as mine, thief.session_transaction() as copied:
        copied.update(mine)
    assert thief.get("/accounts/preferences").status_code == 200
    client.post("/accounts/logout")
    assert thief.get("/accounts/preferences").status_code == 302
    assert acts(session)[-1] == "sign_out"


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 302), (13 * 60, 302)])
def test_idle_time_signs_out(client, owner, monkeypatch, minutes, status):
    sign_in(client, owner.email)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes))
    assert client.get("/accounts/preferences").status_code == status


def test_working_on_ends_after_twelve_hours(client, owner, monkeypatch):
    sign_in(client, owner.email)
    for quarter in range(1, 60):
        monkeypatch.setattr(clock, "now", lambda at=NOW + timedelta(minutes=14 * quarter): at)
        client.get("/accounts/preferences")
    assert client.get("/accounts/preferences").status_code == 302


def test_a_fragment_request_is_led_to_the_sign_in_page_as_a_whole(client):
    answer = client.get("/caseload/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/accounts/login"


def test_a_new_password_signs_out_the_other_browsers(app, client, owner, session):
    other = app.test_client()
    sign_in(other, owner.email)
    sign_in(client, owner.email)
    new = "seven bridges across the river"
    fields = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert client.post("/accounts/change", data=fields).status_code == 302
    assert other.get("/accounts/preferences").status_code == 302
    assert sign_in(app.test_client(), owner.email, new).status_code == 302
    assert "change_password" in acts(session)


@pytest.mark.parametrize("weak", ["short", "password123456789", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_weak_password_is_refused_at_the_field(client, owner, weak):
    sign_in(client, owner.email)
    fields = {"password": PASSWORD, "new_password": weak, "new_password_confirm": weak}
    answer = client.post("/accounts/change", data=fields)
    assert answer.status_code in (200, 400)
    assert 'id="new_password-error"' in answer.text


def test_a_closed_account_is_out_at_once(client, owner, session):
    sign_in(client, owner.email)
    session.refresh(owner.account)
    owner.account.active = False
    session.commit()
    assert client.get("/accounts/preferences").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "///evil.example"]
)
def test_a_foreign_target_after_sign_in_is_ignored(client, owner, target):
    answer = client.post(f"/accounts/login?next={target}", data={"email": owner.email, "password": PASSWORD})
    location = answer.headers.get("Location", "/")
    assert urlsplit(location).netloc == ""
    assert not location.startswith(("//", "/\\\\", "\\\\"))


def test_preferences_are_kept(cast, sign_in, session):
    browser = sign_in(cast.owner)
    fields = {"theme": "dark", "density": "cosy", "keys": "off", "first_page": "patients"}
    assert browser.post("/accounts/preferences", data=fields).status_code == 302
    page = browser.get("/accounts/preferences").text
    assert 'data-theme="dark" data-density="cosy" data-keys="off"' in page
    assert browser.get("/").location == "/patients/"


def test_every_browser_but_this_one_is_signed_out_on_request(cast, sign_in, session):
    here, there = sign_in(cast.owner), sign_in(cast.owner)
    here.post("/accounts/end-other-sessions")
    assert there.get("/accounts/preferences").status_code == 302
    assert here.get("/accounts/preferences").status_code == 200
    assert session.scalars(select(UserSession).where(UserSession.revoked_at.is_not(None))).all()


def test_a_foreign_host_is_refused(client):
    assert client.get("/accounts/login", headers={"Host": "evil.example"}).status_code == 400
