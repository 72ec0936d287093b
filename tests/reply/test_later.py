"""Where the consultant has written again since, whoever reads the earlier note is told."""

from datetime import timedelta

import pytest

from tests import factories as make
from tests.cast import NOW
from tests.documents.reading import text
from tests.reply.conftest import links

TOLD = "A later note exists, signed on Nov 19, 2026."


@pytest.fixture
def later_note(cast, session):
    """`later_note()` signs a further note on the patient, the day after the first."""

    def sign(**fields):
        values = {"on": make.days_ago(1), "recommendations": [{"text": "Add mirtazapine"}], **fields}
        return make.make_review(session, cast.episode, consultant=cast.consultant.account, **values)

    return sign


def test_behind_the_link_before_and_after_the_answers(phone, send, later_note):
    sent = send()
    phone.post(sent.path, data={"code": sent.code})
    assert "later note" not in phone.get(sent.path).text
    later_note()
    assert TOLD in phone.get(sent.path).text
    for number in (1, 2, 4):
        phone.post(f"{sent.path}/{number}", data={"kind": "accepted"})
    thanks = phone.get(sent.path).text
    assert "Thank you" in thanks
    assert TOLD in thanks


def test_on_the_pages_of_the_team_and_on_paper(cast, sign_in, review, later_note):
    later = later_note()
    owner = sign_in(cast.owner)
    assert TOLD in owner.get(f"/reply/new/{review.id}").text
    assert TOLD in owner.get(f"/consult/note/{review.id}").text
    assert TOLD in " ".join(text(owner.get(f"/consult/note/{review.id}.pdf").data).split())
    assert "later note" not in owner.get(f"/consult/note/{later.id}").text
    assert "later note" not in text(owner.get(f"/consult/note/{later.id}.pdf").data)


def test_on_the_printed_page_with_a_link(cast, session, sign_in, send, later_note):
    """The sheet of the earlier note; that of the later one says nothing."""
    later = later_note(reply_code="M4TR8WX2")
    for note, told in ((None, True), (later, False)):
        sent = send(way="paper") if note is None else send(way="paper", note=note)
        token = sent.path.removeprefix("/reply/")
        link = next(one for one in links(session) if one.revoked_at is None)
        sheet = sign_in(cast.owner).post(f"/reply/sheet/{link.id}", data={"token": token})
        assert (TOLD in " ".join(text(sheet.data).split())) is told


def test_in_the_inbox_at_the_earlier_note_alone(cast, sign_in, review, later_note):
    pcp = sign_in(cast.pcp)
    assert "later note" not in pcp.get("/inbox/").text
    later_note()
    assert pcp.get("/inbox/").text.count(TOLD) == 1


def test_of_two_notes_of_one_day_the_one_signed_first_is_the_earlier(
    cast, session, sign_in, review, later_note
):
    second = later_note(on=review.on, signed=False)
    owner = sign_in(cast.owner)
    assert "later note" not in owner.get(f"/consult/note/{review.id}").text, "a draft is no note"
    second.signed_at = NOW + timedelta(minutes=5)
    session.commit()
    assert "A later note exists, signed on Nov 18, 2026." in owner.get(f"/consult/note/{review.id}").text
    assert "later note" not in owner.get(f"/consult/note/{second.id}").text


def test_an_amendment_is_told_as_one(cast, sign_in, review, later_note):
    later_note(amends_id=review.id)
    page = sign_in(cast.owner).get(f"/consult/note/{review.id}").text
    assert "This note was amended." in page
    assert "later note" not in page


def test_another_patients_note_is_no_later_one(cast, session, sign_in, review):
    patient = make.make_patient(session, cast.riverside, family_name="Brandt", given_name="Jo", mrn="R-2002")
    episode = make.make_episode(session, patient, care_manager=cast.owner.account)
    make.make_review(session, episode, consultant=cast.consultant.account, recommendations=[{}])
    assert "later note" not in sign_in(cast.owner).get(f"/consult/note/{review.id}").text


def test_a_note_of_the_next_episode_is_a_later_one(cast, session, sign_in, review):
    cast.episode.closed_on = make.days_ago(1)
    again = make.make_episode(session, cast.patient, care_manager=cast.owner.account)
    make.make_review(
        session, again, consultant=cast.consultant.account, on=make.days_ago(1), recommendations=[{}]
    )
    assert TOLD in sign_in(cast.owner).get(f"/consult/note/{review.id}").text
