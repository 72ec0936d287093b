"""Opening a link: a code, ten guesses, a ticket for half an hour, and no hint of anything to anybody else."""

import hashlib
import re
import secrets
import threading
from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.app import create_app
from registry.extensions import db
from registry.models import AttemptBucket, AuditEvent, Decision, ReplyLink
from registry.reply.services import answers, codes
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.reply.conftest import links
from tests.settings import settings

SENTENCE = "This link does not open anything (any more). Ask the clinic for a new one."
TOKENS = re.compile(r'name="(csrf_token|once)" (type="hidden" )?value="[^"]*"')


def later(monkeypatch, **delta):
    moment = NOW + timedelta(**delta)
    monkeypatch.setattr(clock, "now", lambda: moment)


def seen(page):
    """A page without what differs from one form to the next."""
    return (
        TOKENS.sub("", page.text),
        page.status_code,
        sorted((name, value) for name, value in page.headers if name != "Set-Cookie"),
    )


def acts(session, *actions):
    rows = select(AuditEvent).where(AuditEvent.action.in_(actions)).order_by(AuditEvent.seq)
    return session.scalars(rows).all()


def test_the_code_opens_the_advice_on_one_patient(cast, session, phone, send, advice):
    sent = send()
    assert "Type the code" in phone.get(sent.path).text
    answer = phone.post(sent.path, data={"code": sent.code})
    assert (answer.status_code, answer.location) == (302, sent.path)
    page = phone.get(sent.path).text
    for words in ("Carter, Samuel", "R-1001", "Increase sertraline to 100 mg", "Half a response at 50 mg", "3 to answer",
                  "Begin problem-solving treatment", "No answer needed", "Dec 18, 2026"):  # fmt: skip
        assert words in page, words
    link = links(session)[0]
    assert (link.opened_at, link.attempts) == (NOW, 0)
    assert [(act.actor, act.account_id, act.patients) for act in acts(session, "open_link")] == [
        ("reply link", None, 1)
    ]
    assert acts(session, "read")[-1].actor == "reply link"


@pytest.mark.parametrize("typed", [" 123 456 ", "123-456", "123456"])
def test_blanks_and_dashes_in_a_code_do_not_matter(phone, send, monkeypatch, typed):
    monkeypatch.setattr(secrets, "randbelow", lambda most: 123456)
    assert phone.post(send().path, data={"code": typed}).status_code == 302


def test_the_printed_code_opens_in_small_letters(phone, send):
    assert phone.post(send(way="paper").path, data={"code": "k7qm 2x9v"}).status_code == 302


def test_opening_counts_as_seen_once(cast, session, phone, send, advice):
    sent = send()
    for _ in range(2):
        phone.delete_cookie("reply", path=sent.path)
        phone.post(sent.path, data={"code": sent.code})
    steps = session.scalars(select(Decision).where(Decision.kind == "seen")).all()
    assert {(s.recommendation_id, s.on, s.via, s.decided_by, s.recorded_by) for s in steps} == {
        (row.id, TODAY, "link", "Dr. Ingrid Lang", None) for row in (advice[0], advice[1], advice[3])
    }
    assert len(steps) == 3


# What must look the same ----------------------------------------------------------------------


def flip(text, place):
    """The same text with another letter at one place."""
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


@pytest.fixture
def refused(cast, session, send, sign_in, monkeypatch):
    """Tokens that open nothing, by why: made, and then spoiled."""

    def token(sent):
        return sent.path.removeprefix("/reply/")

    def another_note():
        return make.make_review(
            session, cast.episode, consultant=cast.consultant.account, recommendations=[{}]
        )

    def spoil(token, **values):
        sha256 = hashlib.sha256(token.encode()).hexdigest()
        alone = {"revoked_at": None, **values}  # spoiled by this alone: the next link of the patient ended it
        session.execute(update(ReplyLink).where(ReplyLink.token_sha256 == sha256).values(**alone))

    org, _, secret = token(send()).partition(".")
    revoked, expired, locked = (token(send(note=another_note())) for _ in range(3))
    spoil(revoked, revoked_at=NOW)
    spoil(expired, expires_at=NOW)
    spoil(locked, attempts=10)
    note = another_note()
    amended = token(send(note=note))
    make.make_review(session, cast.episode, consultant=cast.consultant.account, amends_id=note.id)
    spoil(amended)
    send()
    other_org = urlsafe_b64encode(make.make_organisation(session, name="Other").id.bytes).decode().rstrip("=")
    nowhere = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
    return {
        "another organisation's": f"{other_org}.{secret}", "no organisation's": f"{nowhere}.{secret}",
        "replaced": f"{org}.{secret}", "revoked": revoked, "expired": expired, "amended": amended, "locked": locked,
        "unknown": f"{org}.{secrets.token_urlsafe(32)}", "tampered": flip(f"{org}.{secret}", -1),
        "tampered organisation": flip(f"{org}.{secret}", 21), "cut": f"{org}.{secret}"[:-1], "longer": f"{org}.{secret}A",
        "no dot": org + secret, "empty secret": f"{org}.", "empty organisation": f".{secret}", "short": "x", "dots": "...",
        "percent": "%25", "not ASCII": "\u017d", "very long": "A" * 3000,
    }  # fmt: skip


CODES = ("000000", "k7qm2x9v", "!", "9" * 40)


@pytest.mark.parametrize("code", CODES)
def test_whatever_opens_nothing_looks_the_same(app, session, phone, send, refused, code):
    """Byte for byte but for the tokens of the form: page, status and headers, before and after a code is typed."""
    good = send()
    before = {why: seen(phone.get(f"/reply/{token}")) for why, token in refused.items()}
    before["good"] = seen(phone.get(good.path))
    assert len({str(page) for page in before.values()}) == 1, before.keys()
    after = {why: seen(phone.post(f"/reply/{token}", data={"code": code})) for why, token in refused.items()}
    after["good, wrong code"] = seen(phone.post(good.path, data={"code": code}))
    assert len({str(page) for page in after.values()}) == 1, after.keys()
    page, status, _ = after["unknown"]
    assert SENTENCE in page
    assert status == 200


@pytest.mark.parametrize("guess", range(5))
def test_random_tokens_look_the_same_too(cast, phone, send, guess):
    """A property: however a token is spoiled at a random place, nothing changes in what is seen."""
    token = send().path.removeprefix("/reply/")
    place = secrets.randbelow(len(token))
    spoiled = flip(token, place) if guess else token[:place] + token[place + 1 :]
    answers = [phone.post(f"/reply/{one}", data={"code": "000000"}) for one in (token, spoiled)]
    assert seen(answers[0]) == seen(answers[1])


def test_a_right_code_does_not_help_a_replaced_link(phone, send, monkeypatch):
    monkeypatch.setattr(secrets, "randbelow", lambda most: 123456)
    first = send()
    send()
    assert SENTENCE in phone.post(first.path, data={"code": "123456"}).text


def test_it_ends_on_its_day(phone, send, monkeypatch):
    sent = send()
    later(monkeypatch, days=14, seconds=-1)
    assert phone.post(sent.path, data={"code": sent.code}).status_code == 302
    later(monkeypatch, days=14)
    phone.delete_cookie("reply", path=sent.path)
    assert SENTENCE in phone.post(sent.path, data={"code": sent.code}).text


def test_every_guess_costs_a_comparison(session, phone, send, monkeypatch):
    """The slow step is taken whether or not there is a link: the time says nothing."""
    compared = []
    monkeypatch.setattr(codes, "fits", lambda typed, kept: compared.append(kept) or False)
    sent = send()
    for path in (sent.path, "/reply/nothing", sent.path + "x"):
        phone.post(path, data={"code": "000000"})
    assert compared == [links(session)[0].code_hash, answers.NOBODYS, answers.NOBODYS]


def test_an_empty_code_is_asked_for_again_and_counts_for_nothing(session, phone, send):
    sent = send()
    pages = [phone.post(path, data={"code": " "}) for path in (sent.path, "/reply/nothing")]
    assert seen(pages[0]) == seen(pages[1])
    assert "Type the code." in pages[0].text
    assert links(session)[0].attempts == 0


# Guessing -------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite", "postgresql")
def test_ten_wrong_codes_end_a_link(session, phone, send, monkeypatch):
    sent = send()
    for number in range(10):
        later(monkeypatch, hours=number)
        assert SENTENCE in phone.post(sent.path, data={"code": "wrong"}).text
    link = links(session)[0]
    assert (link.attempts, link.revoked_at) == (10, NOW + timedelta(hours=9))
    later(monkeypatch, hours=11)
    assert SENTENCE in phone.post(sent.path, data={"code": sent.code}).text
    assert [act.detail for act in acts(session, "revoke_link")] == [{"why": "wrong codes"}]
    assert len(acts(session, "refuse_code")) == 11


def test_the_tenth_code_may_be_the_right_one(session, phone, send, monkeypatch):
    sent = send()
    for number in range(9):
        later(monkeypatch, hours=number)
        phone.post(sent.path, data={"code": "wrong"})
    assert phone.post(sent.path, data={"code": sent.code}).status_code == 302
    assert links(session)[0].attempts == 9


@pytest.mark.parametrize("exists", [True, False])
def test_guessing_is_slow_for_a_link_and_for_none(session, phone, send, exists):
    path = send().path if exists else "/reply/nothing"
    answers = [phone.post(path, data={"code": "wrong"}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_guessing_is_slow_from_one_address(phone):
    answers = [phone.post(f"/reply/{number}", data={"code": "wrong"}).status_code for number in range(51)]
    assert answers == [200] * 50 + [429]


def test_right_codes_do_not_count_against_an_address(session, phone, send):
    """A clinic behind one address: sixty PCPs who open their links are no attack."""
    sent = send()
    for _ in range(60):
        phone.delete_cookie("reply", path=sent.path)
        assert phone.post(sent.path, data={"code": sent.code}).status_code == 302
    for number in range(49):
        phone.post(f"/reply/{number}", data={"code": "wrong"})
    phone.delete_cookie("reply", path=sent.path)
    assert phone.post(sent.path, data={"code": sent.code}).status_code == 302
    answers = [phone.post(f"/reply/x{number}", data={"code": "wrong"}).status_code for number in range(2)]
    assert answers == [200, 429]


@pytest.mark.parametrize("exists", [True, False])
def test_who_has_to_wait_is_told_how_long(phone, send, monkeypatch, exists):
    path = send().path if exists else "/reply/nothing"
    for minutes in range(10):
        later(monkeypatch, minutes=minutes)
        phone.post(path, data={"code": "wrong"})
    later(monkeypatch, minutes=9, seconds=30)
    answer = phone.post(path, data={"code": "wrong"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(5 * 60 + 30), "the window began with the first"
    assert "Wait 6 minutes, then try again." in answer.text
    later(monkeypatch, minutes=15)
    assert phone.post(path, data={"code": "wrong"}).status_code == 200


def test_behind_a_proxy_each_caller_has_their_own_address(database_url, session, cast):
    """With one proxy the last address counts, which the proxy wrote; what a caller writes before it does not."""
    app = create_app(settings(database_url, PROXIES=1))
    browser = app.test_client()

    def wrong(number, forwarded):
        headers = {"X-Forwarded-For": forwarded}
        return browser.post(f"/reply/{number}", data={"code": "wrong"}, headers=headers).status_code

    assert [wrong(number, f"10.9.9.{number}, 198.51.100.1") for number in range(51)] == [200] * 50 + [429]
    assert wrong("other", "198.51.100.2") == 200
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_without_a_proxy_what_a_caller_writes_is_not_believed(phone):
    for number in range(50):
        phone.post(
            f"/reply/{number}", data={"code": "wrong"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
    assert phone.post("/reply/x", data={"code": "wrong"}).status_code == 429


def test_the_right_code_ends_the_count(session, phone, send):
    sent = send()
    for _ in range(9):
        phone.post(sent.path, data={"code": "wrong"})
    phone.post(sent.path, data={"code": sent.code})
    keys = session.scalars(select(AttemptBucket.key)).all()
    assert [key for key in keys if key.startswith("reply:")] == []


def test_a_guess_is_counted_before_it_is_compared(session, phone, send, monkeypatch):
    """Guesses sent side by side cannot outrun the count."""
    sent, counted = send(), []
    monkeypatch.setattr(
        codes,
        "fits",
        lambda typed, kept: counted.append(links(session)[0].attempts) or session.commit() or False,
    )
    phone.post(sent.path, data={"code": "wrong"})
    assert counted == [1]


@pytest.mark.databases("sqlite", "postgresql")
def test_codes_typed_at_once_are_all_counted(cast, engine, session, send):
    """Also the first ones, for which no counter stands yet."""
    token = send().path.removeprefix("/reply/")
    session.commit()
    start, wrong, failed = threading.Barrier(4), [], []

    def guess():
        with Session(engine, expire_on_commit=False) as own:
            audit.bind(own, audit.AuditContext(settings("sqlite://")["AUDIT_KEYS"], NOW))
            start.wait(10)
            try:
                guess = answers.count_guess(own, token, answers.LinkKeys("reply:x", "reply-address:y"), NOW)
                own.commit()
                answers.refuse_guess(own, guess, NOW)
                own.commit()
                wrong.append(guess)
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=guess) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    session.expire_all()
    assert failed == []
    assert links(session)[0].attempts == 4
    assert {row.attempts for row in session.scalars(select(AttemptBucket))} == {4}


# The ticket -----------------------------------------------------------------------------------


def test_the_ticket_is_short_lived_and_of_its_link_alone(cast, session, phone, send, monkeypatch):
    sent = send()
    answer = phone.post(sent.path, data={"code": sent.code})
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("reply="))
    for part in ("HttpOnly", "SameSite=Lax", f"Path={sent.path}", "Max-Age=1800"):
        assert part in cookie, part
    later(monkeypatch, minutes=29)
    assert "Carter" in phone.get(sent.path).text
    later(monkeypatch, minutes=30)
    assert "Type the code" in phone.get(sent.path).text


def test_a_ticket_opens_no_other_link(cast, session, phone, send):
    patient = make.make_patient(session, cast.riverside, family_name="Brandt", given_name="Jo", mrn="R-2002")
    episode = make.make_episode(session, patient, care_manager=cast.owner.account)
    other = make.make_review(session, episode, consultant=cast.consultant.account, recommendations=[{}])
    one, two = send(), send(note=other)
    phone.post(one.path, data={"code": one.code})
    value = phone.get_cookie("reply", path=one.path).value
    phone.set_cookie("reply", value, path=two.path)
    assert "Type the code" in phone.get(two.path).text
    phone.set_cookie("reply", value[:-2] + ("AA" if value[-2:] != "AA" else "BB"), path=one.path)
    assert "Type the code" in phone.get(one.path).text


@pytest.mark.parametrize("spoil", ["revoked_at", "expires_at"])
def test_a_ticket_ends_with_its_link(session, phone, send, spoil):
    sent = send()
    phone.post(sent.path, data={"code": sent.code})
    setattr(links(session)[0], spoil, NOW)
    session.commit()
    assert "Type the code" in phone.get(sent.path).text
    assert phone.post(f"{sent.path}/1", data={"kind": "accepted"}).location == sent.path


def test_it_is_no_session_of_an_account(phone, send, cast):
    sent = send()
    phone.post(sent.path, data={"code": sent.code})
    assert phone.get(f"/chart/{cast.patient.id}").location.startswith("/accounts/login")


def test_nothing_is_kept_and_no_address_goes_on(phone, send):
    sent = send()
    phone.post(sent.path, data={"code": sent.code})
    for page in (phone.get("/reply/nothing"), phone.get(sent.path), phone.post(f"{sent.path}/1", data={})):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert 'name="robots" content="noindex, nofollow"' in page.text
        assert not re.search(r'(src|href)="(https?:)?//', page.text)


def test_a_form_without_its_token_is_refused_and_one_without_a_referrer_is_not(app, phone, send):
    sent = send()
    app.config["WTF_CSRF_ENABLED"] = True
    secure = {"base_url": "https://localhost"}
    page = phone.get(sent.path, **secure).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    assert phone.post(sent.path, data={"code": sent.code}, **secure).status_code == 200
    answer = phone.post(sent.path, data={"code": sent.code, "csrf_token": token}, **secure)
    assert answer.status_code == 302
