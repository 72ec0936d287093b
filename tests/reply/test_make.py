"""The team makes a link: what goes out, what is kept, and who may."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models import AuditEvent, Decision, OnceToken, OutboxMail, Recommendation
from registry.reply.services import links as services
from registry.reply.services import posting
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.documents.reading import text
from tests.reply.conftest import CODE, PIECES, links
from tests.settings import settings


def acts(session, *actions):
    rows = select(AuditEvent).where(AuditEvent.action.in_(actions)).order_by(AuditEvent.seq)
    return session.scalars(rows).all()


def test_the_mail_names_nobody(cast, session, send):
    sent = send()
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.to_address, mail.subject) == ("lang@practice.example", "You have advice to answer")
    assert sent.path in mail.body
    assert "Dec 4, 2026" in mail.body, "fourteen days"
    told = mail.subject + mail.body.replace(sent.path, "")
    about = (cast.patient.family_name, cast.patient.given_name, cast.patient.mrn, "S. C.", "Riverside", "Valley", "Ortiz",
             "Okafor", "Lang", str(cast.patient.id), sent.code, sent.code.replace(" ", ""))  # fmt: skip
    assert not [word for word in about if word in told]


def test_neither_token_nor_code_is_kept(session, send):
    sent = send()
    link = links(session)[0]
    token = sent.path.removeprefix("/reply/")
    kept = " ".join(str(getattr(link, column.key)) for column in link.__table__.columns)
    trail = " ".join(str(row.detail) for row in session.scalars(select(AuditEvent)))
    for secret in (token, token.partition(".")[2], sent.code.replace(" ", "")):
        assert secret not in kept
        assert secret not in trail
    assert link.expires_at == NOW + timedelta(days=14)
    assert len(token.partition(".")[2]) == 43, "256 bits"


def test_on_paper_the_advice_counts_as_delivered_by_mail_only_once_that_has_left(cast, session, send, advice):
    """Of the mail's leaving tests/jobs/test_mail.py tells."""
    send()
    assert session.scalars(select(Decision)).all() == []
    send(way="paper")
    steps = session.scalars(select(Decision)).all()
    assert {step.recommendation_id for step in steps} == {advice[0].id, advice[1].id, advice[3].id}, (
        "continue asks nothing"
    )
    assert {(step.kind, step.on, step.reason, step.via, step.recorded_by) for step in steps} == {
        ("delivered", TODAY, "Paper", "", cast.owner.id)
    }


def test_without_a_mail_server_the_page_says_that_the_mail_waits(app, cast, sign_in, review):
    data = {"provider": "Dr. Lang", "way": "mail", "to_address": "lang@practice.example"}
    assert "no mail server is set up" in sign_in(cast.owner).post(f"/reply/new/{review.id}", data=data).text
    app.config["SMTP_URL"] = "smtp://localhost"
    page = sign_in(cast.owner).post(f"/reply/new/{review.id}", data=data).text
    assert "counts as delivered from then on" in page
    assert "no mail server" not in page


def test_who_tells_the_code_sees_how_the_pcp_is_reached(cast, session, sign_in, review):
    cast.provider.phone, cast.provider.fax = "555-0177", "555-0178"
    data = {"provider": "Dr. Lang", "way": "mail", "to_address": "lang@practice.example"}
    page = sign_in(cast.owner).post(f"/reply/new/{review.id}", data=data).text
    assert "phone 555-0177, fax 555-0178" in page


def test_a_consultant_sends_too(cast, session, send):
    assert send(cast.consultant).code
    assert links(session)[0].created_by == cast.consultant.id


@pytest.mark.databases("sqlite", "postgresql")
def test_a_new_link_ends_the_one_before(cast, session, send):
    first, second = send(), send()
    assert first.path != second.path
    assert [link.revoked_at for link in links(session)].count(None) == 1
    assert [act.action for act in acts(session, "make_link", "revoke_link")] == [
        "make_link",
        "revoke_link",
        "make_link",
    ]
    assert acts(session, "revoke_link")[0].detail == {"why": "a new link"}


@pytest.mark.databases("sqlite", "postgresql")
def test_a_new_link_to_a_later_note_ends_those_of_the_patient(cast, session, sign_in, send):
    """One patient has one link; the page that makes it says so, and another patient's stays."""
    patient = make.make_patient(session, cast.riverside, family_name="Brandt", given_name="Jo", mrn="R-2002")
    episode = make.make_episode(session, patient, care_manager=cast.owner.account)
    of_another = make.make_review(session, episode, consultant=cast.consultant.account, recommendations=[{}])
    later = make.make_review(session, cast.episode, consultant=cast.consultant.account, recommendations=[{}])
    send(note=of_another)
    send()
    page = sign_in(cast.owner).get(f"/reply/new/{later.id}").text
    assert "The new link ends the link on this patient that is open now, to the note of Nov 18, 2026." in page
    send(note=later)
    live = {link.review_id for link in links(session) if link.revoked_at is None}
    assert live == {of_another.id, later.id}
    assert [act.detail for act in acts(session, "revoke_link")] == [{"why": "a new link"}]
    assert "ends the link on this patient that is open now, to this note." in (
        sign_in(cast.owner).get(f"/reply/new/{later.id}").text
    )


def test_paper_carries_the_code_and_the_link(cast, session, sign_in, review, send):
    sent = send(way="paper")
    assert sent.code == "K7QM-2X9V"
    assert session.scalars(select(OutboxMail)).all() == []
    owner, link = sign_in(cast.owner), links(session)[0]
    token = sent.path.removeprefix("/reply/")
    answer = owner.post(f"/reply/sheet/{link.id}", data={"token": token})
    assert answer.mimetype == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    words = " ".join(text(answer.data).split())
    assert "Reply code K7QM-2X9V" in words
    assert PIECES[0]["text"] in words
    assert owner.post(f"/reply/sheet/{link.id}", data={"token": "another"}).status_code == 400


def test_a_mail_may_be_opened_with_the_code_on_paper(session, send):
    sent = send(way="mail_paper")
    assert sent.code == "K7QM-2X9V"
    assert session.scalars(select(OutboxMail)).one()


def test_a_note_without_a_printed_code_goes_by_mail_with_six_digits(cast, session, sign_in):
    note = make.make_review(session, cast.episode, consultant=cast.consultant.account, recommendations=[{}])
    page = sign_in(cast.owner).get(f"/reply/new/{note.id}").text
    assert 'value="mail"' in page
    assert 'value="paper"' not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"to_address": ""}, "Give the address that the mail goes to."),
        ({"to_address": "not an address"}, "This is no mail address."),
        ({"to_address": "a@b.example\nBcc: c@d.example"}, "This is no mail address."),
        ({"provider": ""}, "Say who answers"),
        ({"way": ""}, "Choose how the advice gets to the PCP."),
        ({"way": "pigeon"}, "Not a valid choice"),
    ],
)
def test_refusals_stand_at_the_form(cast, session, sign_in, review, fields, sentence):
    data = {"provider": "Dr. Lang", "way": "mail", "to_address": "lang@practice.example", **fields}
    answer = sign_in(cast.owner).post(f"/reply/new/{review.id}", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert links(session) == []


def test_an_amended_note_is_not_sent(cast, session, sign_in, review):
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, amends_id=review.id, recommendations=[{}]
    )
    data = {"provider": "Dr. Lang", "way": "mail", "to_address": "lang@practice.example"}
    answer = sign_in(cast.owner).post(f"/reply/new/{review.id}", data=data)
    assert answer.status_code == 422
    assert "send the amendment" in answer.text
    assert "Send to the PCP" not in sign_in(cast.owner).get(f"/consult/note/{review.id}").text


@pytest.mark.parametrize("piece", [{"category": "continue", "text": "Continue."}, {"category": "labs"}])
def test_a_note_in_which_nothing_waits_is_not_sent(cast, session, sign_in, piece):
    """Because it asks nothing, or because it is answered."""
    note = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, recommendations=[piece]
    )
    row = session.scalars(select(Recommendation).where(Recommendation.review_id == note.id)).one()
    if piece["category"] == "labs":
        make.make_decision(session, row, kind="accepted")
    data = {"provider": "Dr. Lang", "way": "mail", "to_address": "lang@practice.example"}
    answer = sign_in(cast.owner).post(f"/reply/new/{note.id}", data=data)
    assert answer.status_code == 422
    assert "Nothing in this note waits for an answer." in answer.text


def test_the_same_form_twice_makes_one_link(cast, session, sign_in, review):
    owner = sign_in(cast.owner)
    data = {"provider": "Dr. Lang", "way": "mail", "to_address": "lang@practice.example", "once": "same"}
    assert owner.post(f"/reply/new/{review.id}", data=data).status_code == 200
    again = owner.post(f"/reply/new/{review.id}", data=data)
    assert again.location == f"/consult/note/{review.id}"
    assert len(links(session)) == 1
    assert session.scalars(select(OnceToken)).one()


def test_the_address_is_the_one_used_last_for_this_pcp(cast, session, sign_in, review, send):
    owner = sign_in(cast.owner)
    assert f'value="{cast.pcp.email}"' in owner.get(f"/reply/new/{review.id}").text, "of the account"
    send(to_address="ingrid@home.example")
    assert 'value="ingrid@home.example"' in owner.get(f"/reply/new/{review.id}").text


def test_the_note_lists_its_links_and_ends_them(cast, session, sign_in, review, send):
    send()
    owner = sign_in(cast.owner)
    note = owner.get(f"/consult/note/{review.id}").text
    assert "Sent to the PCP" in note
    assert "Waits to be sent" in note
    assert "lang@practice.example" in note
    answer = owner.post(f"/reply/revoke/{links(session)[0].id}")
    assert answer.location == f"/consult/note/{review.id}#links"
    assert links(session)[0].revoked_at == NOW
    note = owner.get(f"/consult/note/{review.id}").text
    assert "Revoked" in note
    assert not re.search(r">\s*Revoke\s*<", note)
    owner.post(f"/reply/revoke/{links(session)[0].id}")
    assert len(acts(session, "revoke_link")) == 1


def test_who_may(cast, session, sign_in, review, send):
    send()
    allowed = {"owner", "colleague", "consultant"}
    for part, person in cast.people.items():
        browser = sign_in(person)
        expected = 200 if part in allowed else 404 if part == "outsider" else 403
        assert browser.get(f"/reply/new/{review.id}").status_code == expected, part
        if part not in allowed:
            assert browser.post(f"/reply/revoke/{links(session)[0].id}").status_code == expected, part
            assert browser.post(f"/reply/sheet/{links(session)[0].id}").status_code == expected, part
    assert links(session)[0].revoked_at is None


def test_an_address_of_a_button_leads_back_to_the_note_and_presses_nothing(
    cast, session, sign_in, review, send
):
    send()
    link = links(session)[0]
    for action in ("revoke", "sheet"):
        answer = sign_in(cast.owner).get(f"/reply/{action}/{link.id}")
        assert answer.location == f"/consult/note/{review.id}#links"
        assert sign_in(cast.outsider).get(f"/reply/{action}/{link.id}").status_code == 404
    assert links(session)[0].revoked_at is None


@pytest.mark.databases("sqlite", "postgresql")
def test_two_links_made_at_once_leave_one(cast, engine, session, review):
    """Also where the two are to different notes on the patient."""
    other = make.make_review(session, cast.episode, consultant=cast.consultant.account, recommendations=[{}])
    session.commit()
    start = threading.Barrier(2)

    def press(note):
        with Session(engine, expire_on_commit=False) as own:
            audit.bind(own, audit.AuditContext(settings("sqlite://")["AUDIT_KEYS"], NOW))
            start.wait(10)
            wanted = services.Wanted(note.id, "Dr. Lang", posting.MAIL, "lang@practice.example")
            setting = services.Setting(timedelta(days=14), "https://registry.example")
            services.make_link(own, cast.owner.viewer, wanted, setting, TODAY, NOW)
            own.commit()

    both = [threading.Thread(target=press, args=[note]) for note in (review, other)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    session.expire_all()
    assert len(links(session)) == 2
    assert [link.revoked_at for link in links(session)].count(None) == 1
    assert sorted(body != "" for body in session.scalars(select(OutboxMail.body))) == [False, True]


def test_every_use_by_the_team_is_recorded(cast, session, send, sign_in, review):
    send(way="paper")
    sign_in(cast.owner).post(f"/reply/revoke/{links(session)[0].id}")
    made, ended = acts(session, "make_link", "revoke_link")
    assert (made.account_id, made.category, made.patients) == (cast.owner.id, "reply", 1)
    assert made.detail["channel"] == "paper"
    assert ended.detail == {"why": "by hand"}
    assert CODE not in str(made.detail)
