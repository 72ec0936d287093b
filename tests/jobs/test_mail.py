"""Mail: sent once, kept no longer than it must; the mail of a link only while the link opens something."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry import clock
from registry.clinical.dates import spell
from registry.jobs import mail
from registry.jobs.runner import Works
from registry.models import AuditEvent, Decision, OutboxMail, Recommendation, ReplyLink
from registry.models.job import MOST_ATTEMPTS
from registry.reply import presenters, queries
from registry.reply.services import answers, links, posting
from tests import factories as make
from tests.cast import NOW, TODAY


def test_mail_is_sent_once_and_carries_the_rows_id(cast, session, sending, postbox):
    session.add(
        OutboxMail(
            org_id=cast.org.id,
            to_address="a@example.org",
            subject="Your caseload",
            body="Hello",
            written_at=NOW,
        )
    )
    session.commit()
    row = session.scalars(select(OutboxMail)).one()
    session.commit()
    assert mail.send_waiting(sending) == 1
    assert mail.send_waiting(sending) == 0
    (letter,) = postbox.letters
    assert f"Message-ID: <{row.id}@registry>" in letter
    assert "Hello" in letter


def test_mail_waits_for_a_server_that_is_not_there(cast, session, works):
    session.add(
        OutboxMail(org_id=cast.org.id, to_address="a@example.org", subject="s", body="b", written_at=NOW)
    )
    session.commit()
    nowhere = Works(works.engine, works.audit_keys, "smtp://127.0.0.1:1", "r@example.org", "")
    assert mail.send_waiting(nowhere) == 0
    row = session.scalars(select(OutboxMail)).one()
    assert (row.sent_at, row.attempts) == (None, 1)


# The mail of a link ---------------------------------------------------------------------------

SETTING = links.Setting(timedelta(days=14), "https://registry.example")


@pytest.fixture
def review(cast, session):
    pieces = [{}, {"category": "continue", "text": "Continue."}, {"category": "labs", "text": "TSH"}]
    return make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(2), recommendations=pieces
    )


@pytest.fixture
def made(cast, session, review):
    """A link whose mail waits."""
    wanted = links.Wanted(review.id, "Dr. Lang", posting.MAIL, "lang@practice.example")
    made = links.make_link(session, cast.owner.viewer, wanted, SETTING, TODAY, NOW)
    session.commit()
    return made


def later(monkeypatch, **delta):
    moment = NOW + timedelta(**delta)
    monkeypatch.setattr(clock, "now", lambda: moment)


def waiting(session):
    """The mail of the link as it stands in the database now."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(OutboxMail)).one()


def state(cast, session, review):
    """What the page of the note says of its link."""
    session.rollback()
    session.expire_all()
    (line,) = presenters.link_lines(queries.links(session, cast.owner.viewer, review.id), clock.now())
    return line.state


def delivered(session):
    return session.scalars(select(Decision).where(Decision.kind == "delivered")).all()


def test_the_advice_counts_as_delivered_once_the_mail_has_left(cast, session, sending, postbox, review, made):
    assert made.token in waiting(session).body
    assert delivered(session) == []
    assert state(cast, session, review) == "Waits to be sent"
    session.rollback()
    assert mail.send_waiting(sending) == 1
    row = waiting(session)
    assert (row.id, row.sent_at, row.body) == (made.link.id, NOW, "")
    assert made.token.partition(".")[2] in postbox.letters[0].replace("=\r\n", "").replace("=\n", "")
    asked = session.scalars(select(Recommendation.id).where(Recommendation.category != "continue"))
    assert {step.recommendation_id for step in delivered(session)} == set(asked)
    assert {(step.on, step.reason, step.recorded_by) for step in delivered(session)} == {
        (TODAY, "Mail with a link", None)
    }
    acts = session.scalars(select(AuditEvent).where(AuditEvent.action == "decide")).all()
    assert {(act.actor, act.patients) for act in acts} == {("mail job", 1)}
    assert state(cast, session, review) == "Sent, not opened yet"


def test_the_day_of_delivery_is_that_of_the_clinic(session, sending, made, monkeypatch):
    """Half past two in the morning in London is the evening before in New York."""
    later(monkeypatch, hours=11, minutes=30)
    assert mail.send_waiting(sending) == 1
    session.expire_all()
    assert {spell(step.on) for step in delivered(session)} == {"Nov 20, 2026"}


@pytest.mark.parametrize("why", ["by hand", "a new link", "wrong codes", "expired", "amended"])
def test_the_mail_of_a_link_that_ended_is_never_sent_and_forgets_the_token(
    cast, session, sending, works, postbox, review, made, monkeypatch, why
):
    at_once = why in ("by hand", "a new link", "wrong codes")
    if why == "by hand":
        links.end_link(session, cast.owner.viewer, made.link.id, NOW)
    if why == "a new link":
        paper = links.Wanted(review.id, "Dr. Lang", posting.PAPER)
        links.make_link(session, cast.owner.viewer, paper, SETTING, TODAY, NOW)
    if why == "wrong codes":
        made.link.attempts = 9
        answers.refuse_guess(
            session, answers.count_guess(session, made.token, answers.LinkKeys("link", "address"), NOW), NOW
        )
    if why == "expired":
        later(monkeypatch, days=14)
    if why == "amended":
        make.make_review(session, cast.episode, consultant=cast.consultant.account, amends_id=review.id)
    session.commit()
    assert (waiting(session).body == "") is at_once
    session.rollback()
    assert mail.send_waiting(works) == 0, "without a server"
    assert waiting(session).body == ""
    session.rollback()
    assert mail.send_waiting(sending) == 0
    assert postbox.letters == []
    assert waiting(session).sent_at is None
    assert [step.reason for step in delivered(session) if step.reason != "Paper"] == []


def test_a_mail_that_nobody_takes_is_given_up_and_says_what_to_do(
    cast, session, sending, postbox, review, made, monkeypatch
):
    postbox.refuses = True
    for number in range(MOST_ATTEMPTS):
        later(monkeypatch, minutes=6 * number)
        assert mail.send_waiting(sending) == 0
        row = waiting(session)
        assert row.attempts == number + 1
        assert (row.body == "") is (number + 1 == MOST_ATTEMPTS)
        told = state(cast, session, review)
        if number + 1 < MOST_ATTEMPTS:
            assert told == "Waits to be sent: the mail server has not taken it yet"
        session.rollback()
    assert told.startswith("Could not be sent: check the address and make a new link")
    postbox.refuses = False
    later(monkeypatch, hours=3)
    assert mail.send_waiting(sending) == 0
    assert delivered(session) == []


def test_a_mail_that_leaves_while_its_link_ends_delivers_nothing(cast, session, sending, made, monkeypatch):
    """Whoever revokes it in that very moment: the mail is gone, and what it carries opens nothing."""
    send = mail._send

    def revoked_meanwhile(works, row):
        links.end_link(session, cast.owner.viewer, made.link.id, NOW)
        session.commit()
        send(works, row)

    monkeypatch.setattr(mail, "_send", revoked_meanwhile)
    assert mail.send_waiting(sending) == 1
    assert waiting(session).sent_at == NOW
    assert delivered(session) == []


def test_an_answer_that_came_before_the_mail_left_stays_the_last_word(session, sending, made):
    row = session.scalars(select(Recommendation).where(Recommendation.number == 1)).one()
    make.make_decision(session, row, kind="declined", reason="Blood pressure")
    session.commit()
    assert mail.send_waiting(sending) == 1
    session.expire_all()
    assert row.id not in {step.recommendation_id for step in delivered(session)}


def test_what_earlier_versions_kept_of_sent_mails_is_blanked(cast, session, works):
    session.add(
        OutboxMail(org_id=cast.org.id, to_address="a", subject="s", body="token", written_at=NOW, sent_at=NOW)
    )
    session.add(OutboxMail(org_id=cast.org.id, to_address="b", subject="s", body="hello", written_at=NOW))
    session.commit()
    mail.clear_sent(works)
    session.expire_all()
    assert {row.to_address: row.body for row in session.scalars(select(OutboxMail))} == {
        "a": "",
        "b": "hello",
    }


def test_no_mail_of_a_link_is_kept_beside_one_on_paper(cast, session, review):
    wanted = links.Wanted(review.id, "Dr. Lang", posting.PAPER)
    links.make_link(session, cast.owner.viewer, wanted, SETTING, TODAY, NOW)
    assert session.scalars(select(OutboxMail)).all() == []
    assert {step.reason for step in delivered(session)} == {"Paper"}
    assert session.scalars(select(ReplyLink)).one().channel == "paper"
