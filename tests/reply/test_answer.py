"""Behind the code: three buttons, what is recorded, how it is put right, and what is withheld."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.advice import DecisionRefused, Overtaken
from registry.models import AuditEvent, Decision, Pathway
from registry.reply.services import answers
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.reply.conftest import links
from tests.settings import settings


@pytest.fixture
def opened(phone, send, advice):
    """The phone with the advice on its screen; `opened(number, kind, ...)` presses a button."""
    sent = send()
    phone.post(sent.path, data={"code": sent.code})

    def press(number, kind, **words):
        return phone.post(f"{sent.path}/{number}", data={"kind": kind, "mark": mark(number), **words})

    def mark(number):
        """What the page carries now beside that recommendation's buttons."""
        part = phone.get(f"{sent.path}?change=1").text.split(f'id="recommendation-{number}"')[-1]
        found = re.search(r'name="mark" value="([^"]*)"', part.split("</section>")[0])
        return found.group(1) if found else ""

    press.path, press.mark = sent.path, mark
    return press


def decisions(session):
    answers = select(Decision).where(Decision.kind.not_in(("delivered", "seen")))
    return session.scalars(answers.order_by(Decision.recorded_at, Decision.id)).all()


def later(monkeypatch, **delta):
    moment = NOW + timedelta(**delta)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.databases("sqlite", "postgresql")
def test_agree_change_and_decline(session, phone, opened, advice):
    assert opened(1, "accepted").location == f"{opened.path}#recommendation-2"
    assert opened(2, "modified", change="With the next draw").location == f"{opened.path}#recommendation-4"
    assert opened(4, "declined", reason="Patient has a therapist").location == opened.path
    rows = {row.recommendation_id: row for row in decisions(session)}
    told = [(row.kind, row.reason, row.decided_by, row.via, row.recorded_by, row.on)
            for row in (rows[advice[0].id], rows[advice[1].id], rows[advice[3].id])]  # fmt: skip
    assert told == [
        ("accepted", "", "Dr. Ingrid Lang", "link", None, TODAY),
        ("modified", "With the next draw", "Dr. Ingrid Lang", "link", None, TODAY),
        ("declined", "Patient has a therapist", "Dr. Ingrid Lang", "link", None, TODAY),
    ]
    thanks = phone.get(opened.path).text
    for words in (
        "Thank you",
        "Accepted on Nov 20, 2026",
        "With the next draw",
        "Patient has a therapist",
        "Dec 4, 2026",
    ):
        assert words in thanks, words


def test_words_are_asked_for_only_where_they_are_missing(session, phone, opened):
    for kind, sentence in (("modified", "what you will do instead."), ("declined", "Say in a few words why")):
        page = opened(1, kind)
        assert page.status_code == 422
        assert sentence in page.text
        assert page.text.count("<details name=") == 6, "the other answers are still there"
        assert page.text.count(" open>") == 1, "and the one that lacks words stands open"
    assert decisions(session) == []


@pytest.mark.parametrize("kind", ["", "implemented", "deferred", "closed", "delivered", "seen", "eaten"])
def test_nothing_but_the_three_answers_is_taken(session, opened, kind):
    assert opened(1, kind).status_code == 422
    assert decisions(session) == []


@pytest.mark.parametrize("number", [0, 3, 9])
def test_what_is_not_asked_takes_no_answer(session, opened, number):
    """No such recommendation, or one that asks nothing."""
    answer = opened(number, "accepted")
    assert answer.status_code in (404, 422)
    assert decisions(session) == []


def test_too_many_words_are_refused_and_kept_in_the_field(opened):
    page = opened(1, "declined", reason="x" * 301)
    assert page.status_code == 422
    assert "x" * 301 in page.text


def test_an_answer_is_changed_by_a_further_row(session, phone, opened, monkeypatch, advice):
    opened(1, "accepted")
    later(monkeypatch, minutes=5)
    opened(1, "declined", reason="Blood pressure")
    assert [row.kind for row in decisions(session)] == ["accepted", "declined"]
    assert "Declined on Nov 20, 2026: Blood pressure" in phone.get(opened.path).text


def test_the_same_answer_twice_is_one(session, opened, monkeypatch):
    for minutes in (0, 1):
        later(monkeypatch, minutes=minutes)
        assert opened(1, "accepted").status_code == 302
        assert opened(2, "modified", change="Later").status_code == 302
    assert len(decisions(session)) == 2


def test_a_stale_tab_overwrites_nothing_and_keeps_its_words(
    cast, session, phone, opened, advice, monkeypatch
):
    """Two tabs, or the inbox beside the link: the answer that stands is told, and sent again knowingly the other replaces it."""
    old = opened.mark(1)
    make.make_decision(
        session, advice[0], kind="declined", reason="Blood pressure", decided_by="Dr. Stand In"
    )
    session.commit()
    later(monkeypatch, minutes=5)
    page = opened(1, "modified", change="75 mg first", mark=old)
    assert page.status_code == 409
    for words in (
        "Dr. Stand In answered meanwhile. Declined on Nov 20, 2026: Blood pressure.",
        "75 mg first",
        " open>",
    ):
        assert words in page.text, words
    assert [row.kind for row in decisions(session)] == ["declined"]
    again = re.search(r'name="mark" value="([^"]+)"', page.text.split('id="recommendation-1"')[1]).group(1)
    assert opened(1, "modified", change="75 mg first", mark=again).status_code == 302
    assert [row.kind for row in decisions(session)] == ["declined", "modified"]


@pytest.mark.parametrize("mark", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_form_that_says_nothing_of_what_it_saw_overwrites_nothing(session, opened, mark):
    opened(1, "accepted")
    assert opened(1, "declined", reason="No", mark=mark).status_code == 409
    assert [row.kind for row in decisions(session)] == ["accepted"]


def test_that_it_was_delivered_meanwhile_overtakes_nobody(session, opened, advice):
    old = opened.mark(1)
    make.make_decision(session, advice[0], kind="delivered", reason="Fax")
    assert opened(1, "accepted", mark=old).status_code == 302


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("kinds", [("accepted", "accepted"), ("accepted", "declined")])
def test_two_presses_at_once_leave_one_answer(cast, engine, session, send, advice, kinds):
    """A double click is one answer; of two different ones the second is told of the first."""
    send()
    link = links(session)[0]
    session.commit()
    start, told = threading.Barrier(2), []

    def press(kind):
        with Session(engine, expire_on_commit=False) as own:
            audit.bind(own, audit.AuditContext(settings("sqlite://")["AUDIT_KEYS"], NOW))
            mine = own.get_one(type(link), (link.org_id, link.id))
            own.commit()
            start.wait(10)
            try:
                answers.answer(
                    own, mine, answers.Answered(1, kind, "No" if kind == "declined" else "", ""), NOW
                )
                own.commit()
            except DecisionRefused as refused:
                told.append(refused)

    both = [threading.Thread(target=press, args=[kind]) for kind in kinds]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    session.expire_all()
    assert len(decisions(session)) == 1
    assert [type(one) for one in told] == ([] if len(set(kinds)) == 1 else [Overtaken])


@pytest.mark.parametrize("signed_in", [True, False])
def test_an_address_of_a_button_leads_back_to_the_page_of_the_link(phone, send, signed_in):
    """Loaded again after an error it is no dead end; without the code it leads to the field for one, as does any address."""
    sent = send()
    if signed_in:
        phone.post(sent.path, data={"code": sent.code})
        phone.post(f"{sent.path}/1", data={"kind": "declined"})
    for path in (sent.path, "/reply/nothing"):
        for number in (1, 9, 99999):
            answer = phone.get(f"{path}/{number}")
            assert (answer.status_code, answer.location) == (302, path)
            assert "Carter" not in answer.text
            assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = phone.get(f"{sent.path}/1", follow_redirects=True).text
    assert ("Carter" in page) is signed_in
    assert ("Type the code" in page) is not signed_in


def test_what_is_done_is_not_changed_from_outside(session, opened, advice, phone):
    opened(1, "accepted")
    done = Decision(org_id=advice[0].org_id, id=uuid4(), recommendation_id=advice[0].id, kind="implemented", on=TODAY,
                    recorded_at=NOW + timedelta(minutes=1))  # fmt: skip
    session.add(done)
    session.commit()
    stale = opened(1, "declined", reason="Too late", mark="")
    assert stale.status_code == 409
    assert "Done on Nov 20, 2026. Yours is not recorded." in stale.text
    page = opened(1, "declined", reason="Too late", mark=str(done.id))
    assert page.status_code == 422
    assert "The recommendation is done" in page.text


def test_after_the_answers_they_can_be_changed_until_the_link_ends(phone, opened, monkeypatch):
    for number in (1, 2, 4):
        opened(number, "accepted")
    page = phone.get(f"{opened.path}?change=1").text
    assert page.count("Change this answer") == 3
    assert "Dec 4, 2026" in page


def test_the_team_sees_who_answered_and_how(cast, session, sign_in, review, opened):
    opened(1, "declined", reason="Blood pressure")
    note = sign_in(cast.owner).get(f"/consult/note/{review.id}").text
    assert "Declined on Nov 20, 2026: Blood pressure" in note
    assert "Dr. Ingrid Lang" in note
    assert "Opened" in note


def test_an_answer_is_in_the_trail_without_its_words(session, opened, advice):
    opened(1, "declined", reason="Blood pressure")
    act = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "decide").order_by(AuditEvent.seq)
    ).all()[-1]
    assert (act.actor, act.account_id) == ("reply link", None)
    assert act.detail == {"kind": ["seen", "declined"], "on": "2026-11-20", "via": "link"}


def test_the_page_of_the_facts(cast, session, phone, send, review):
    make.make_measure(session, cast.patient, items=[2] * 8 + [0], taken_on=make.days_ago(60))
    make.make_measure(session, cast.patient, items=[1] * 9, taken_on=make.days_ago(4))
    make.make_medication(session, cast.patient, name="sertraline")
    sent = send()
    phone.post(sent.path, data={"code": sent.code})
    page = phone.get(sent.path).text
    for words in ("16 on Sep 21, 2026", "9 (mild) on Nov 16, 2026", "sertraline 50 mg", "no risk assessment of that score",
                  "<svg", "Maria Ortiz", "555-0142", "decides, prescribes and stays responsible"):  # fmt: skip
        assert words in page, words


@pytest.fixture
def under_part_2(session, cast):
    path = Pathway(org_id=cast.org.id, patient_id=cast.patient.id, kind="opioid_use", started_on=TODAY, part_2=True,
                   recorded_at=NOW)  # fmt: skip
    session.add(path)
    make.make_medication(session, cast.patient, name="buprenorphine")
    make.make_medication(session, cast.patient, name="sertraline")
    make.make_measure(session, cast.patient, instrument="audit_c", items=[4, 4, 4], taken_on=TODAY)
    pieces = [{"text": "Increase sertraline to 100 mg"}, {"text": "Raise buprenorphine to 16 mg"},
              {"text": "Raise the dose", "drug": "naltrexone"}]  # fmt: skip
    return make.make_review(session, cast.episode, consultant=cast.consultant.account, reply_code="M4TR8WX2",
                            impression="Drinks again", recommendations=pieces)  # fmt: skip


def test_substance_use_under_part_2_is_withheld(cast, session, phone, sign_in, send, under_part_2):
    form = sign_in(cast.owner).get(f"/reply/new/{under_part_2.id}").text
    assert "Not behind the link: recommendation 2, 3." in form
    sent = send(note=under_part_2)
    phone.post(sent.path, data={"code": sent.code})
    page = phone.get(sent.path).text
    assert "Increase sertraline to 100 mg" in page
    assert "1 to answer" in page
    for words in ("uprenorphine", "altrexone", "AUDIT", "Drinks", "Part 2", "pioid"):
        assert words not in page, words
    assert phone.post(f"{sent.path}/2", data={"kind": "accepted"}).status_code == 404
    assert decisions(session) == []


def test_a_patient_without_such_records_is_told_the_same_sentence(phone, opened):
    assert "may leave things out that the law protects" in phone.get(opened.path).text


def test_an_amendment_ends_the_page(cast, session, phone, opened, review):
    make.make_review(session, cast.episode, consultant=cast.consultant.account, amends_id=review.id)
    assert opened(1, "accepted").location == opened.path
    assert "Type the code" in phone.get(opened.path).text
    assert decisions(session) == []
    assert links(session)[0].revoked_at is None, "the note's own page says why it ended"
