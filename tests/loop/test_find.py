"""The code from a fax-back sheet leads to the advice, and a wrong one tells nothing."""

import pytest
from sqlalchemy import select

from registry.loop.services import MOST_GUESSES
from registry.models import AuditEvent
from registry.reply_codes import new_code, spelled
from tests.loop.advised import advise, decide

SENTENCE = "No advice with this code in your clinics."
CODE = new_code()


@pytest.fixture
def advice(cast, session):
    rows = advise(
        session, cast, {"category": "continue"}, {"text": "Raise"}, {"text": "TSH"}, on=5, reply_code=CODE
    )
    session.commit()
    return rows


def find(client, typed):
    return client.post("/loop/find", data={"code": typed})


def test_the_code_leads_to_the_first_that_waits(cast, session, sign_in, advice):
    client = sign_in(cast.owner)
    for typed in (CODE, spelled(CODE), f" {spelled(CODE).lower()} "):
        assert find(client, typed).location == f"/consult/decide/{advice[1].id}", (
            "to go on as now asks nothing"
        )
    decide(session, advice[1], ("accepted", 1))
    session.commit()
    assert find(client, CODE).location == f"/consult/decide/{advice[2].id}"
    decide(session, advice[2], ("accepted", 1))
    session.commit()
    assert find(client, CODE).location == f"/consult/decide/{advice[1].id}", (
        "where all are answered, the first"
    )


def test_a_sheet_from_before_an_amendment_leads_to_the_amendment(cast, session, sign_in, advice):
    (new,) = advise(session, cast, {"text": "Other"}, on=5, amends_id=advice[0].review_id)
    (newer,) = advise(session, cast, {"text": "Another"}, on=5, amends_id=new.review_id)
    session.commit()
    assert find(sign_in(cast.owner), CODE).location == f"/consult/decide/{newer.id}"


def wrong(cast, session):
    """A code of each kind that must read the same: misread, of nobody, of another clinic, of a draft."""
    foreign, draft = new_code(), new_code()
    advise(session, cast, {"text": "Foreign"}, episode=cast.strange_episode, reply_code=foreign)
    advise(session, cast, {"text": "Draft"}, signed=False, reply_code=draft)
    session.commit()
    last = "2" if CODE[-1] != "2" else "3"
    return [CODE[:-1] + last, "hello", "' OR 1=1 --", new_code(), foreign, draft]


def test_whatever_is_wrong_reads_the_same(cast, session, sign_in, advice):
    client = sign_in(cast.owner)
    for typed in wrong(cast, session):
        answer = find(client, typed)
        assert answer.status_code == 422, typed
        assert SENTENCE in answer.text, typed
        assert "Foreign" not in answer.text
        assert cast.stranger.family_name not in answer.text
    assert "Type the code that is printed on the sheet." in find(client, " ").text
    assert "longer than 20" in find(client, "x" * 21).text


def test_the_address_and_the_trail_never_hold_a_code(cast, session, sign_in, advice):
    client = sign_in(cast.owner)
    assert CODE not in find(client, CODE).location
    find(client, "hello")
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "find_by_code")).all()
    assert [event.detail for event in events] == [{"result": "found"}, {"result": "not found"}]


def test_who_guesses_too_often_waits(cast, sign_in, advice):
    client = sign_in(cast.owner)
    for _ in range(MOST_GUESSES):
        assert SENTENCE in find(client, "hello").text
    answer = find(client, CODE)
    assert answer.status_code == 422
    assert "Too many wrong codes." in answer.text
    assert find(sign_in(cast.colleague), CODE).status_code == 302, "others are not held up"


def test_a_right_code_costs_no_guess(cast, sign_in, advice):
    client = sign_in(cast.owner)
    for _ in range(MOST_GUESSES + 1):
        assert find(client, CODE).status_code == 302


def test_a_pcp_finds_only_what_is_theirs(cast, sign_in, advice):
    assert find(sign_in(cast.pcp), CODE).status_code == 302
    assert SENTENCE in find(sign_in(cast.other_pcp), CODE).text
    assert sign_in(cast.pcp).get("/loop/find").status_code == 200
    assert sign_in(cast.consultant).get("/loop/find").status_code == 403
