"""The ledger: every open recommendation by age and owner."""

import re

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, AuditPatient
from tests import factories as make
from tests.cast import TODAY
from tests.loop.advised import add_patient, advise, decide


def texts(page):
    """The advice of each row, in order."""
    body = re.search(r"<tbody>(.*?)</tbody>", page.text, re.S)
    rows = re.findall(r"<tr.*?</tr>", body.group(1), re.S) if body else []
    return [re.search(r"</a>: (.*?)</td>", row, re.S).group(1) for row in rows]


def tabs(page):
    """Label and count of each stage."""
    found = re.findall(
        r'<a href="/loop/[^"]*"(?: aria-current="page")?>([^<]+) <span class="count[^"]*">(\d+)', page.text
    )
    return {label: int(number) for label, number in found}


@pytest.fixture
def several(cast, session):
    """One recommendation at each stage of the way, of the owner's patient."""
    make.make_measure(session, cast.patient, total=16, taken_on=make.days_ago(58))
    rows = advise(
        session, cast, {"text": "To deliver"}, {"text": "To answer"}, {"text": "To wait for"}, {"text": "To do"},
        {"text": "Undone"}, {"text": "To judge", "judge_on": make.days_ago(2)}, {"text": "Over"},
        {"text": "As now", "category": "continue"}, on=20,
    )  # fmt: skip
    decide(session, rows[1], ("delivered", 19, "Fax"))
    make.make_decision(
        session, rows[2], kind="deferred", on=make.days_ago(18), until_on=make.days_ago(-5), reason="Lab"
    )
    decide(session, rows[3], ("accepted", 3))
    decide(session, rows[4], ("accepted", 10), ("not_implemented", 9, "Cost"))
    decide(session, rows[5], ("accepted", 17), ("implemented", 16))
    decide(session, rows[6], ("declined", 15, "Blood pressure"))
    session.commit()
    return rows


def test_every_stage_has_its_count_and_its_list(cast, sign_in, several):
    client = sign_in(cast.owner)
    page = client.get("/loop/")
    assert tabs(page) == {
        "All open": 6, "Late": 4, "To deliver": 1, "Awaits the PCP&#39;s answer": 1, "Deferred": 1, "Accepted, to be done": 1,
        "Not done, to be decided again": 1, "Done, to be judged": 1, "Closed": 1,
    }  # fmt: skip
    assert texts(page) == ["To deliver", "To answer", "To wait for", "To judge", "Undone", "To do"], (
        "the oldest first"
    )
    by_stage = {
        "deliver": "To deliver", "answer": "To answer", "deferred": "To wait for", "do": "To do", "not_done": "Undone",
        "judge": "To judge", "done": "Over",
    }  # fmt: skip
    for stage, text in by_stage.items():
        assert texts(client.get(f"/loop/?stage={stage}")) == [text], stage


def test_a_row_says_where_it_stands_and_how_late_it_is_in_words(cast, sign_in, several):
    page = sign_in(cast.owner).get("/loop/").text
    for words in (
        "Delivered on Nov 1, 2026 (Fax), no answer yet", "PCP: Dr. Ingrid Lang", "Escalate to the PCP&#39;s lead", "16 days late",
        "Deferred on Nov 2, 2026 until Nov 25, 2026: Lab", "due in 5 days", "Care manager: Maria Ortiz", "See that it is done",
        "Not done on Nov 11, 2026: Cost", "Decide again with the PCP", "No score to judge it by.", "Take the primary scale",
    ):  # fmt: skip
        assert words in page, words
    assert f'href="/consult/decide/{several[0].id}?next=/loop/"' in page
    assert f'href="/consult/note/{several[0].review_id}"' in page


def test_what_came_of_it_stands_beside_it(cast, session, sign_in):
    make.make_measure(session, cast.patient, total=20, taken_on=make.days_ago(58))
    make.make_measure(session, cast.patient, total=8, taken_on=make.days_ago(3))
    (row,) = advise(session, cast, {"judge_on": make.days_ago(5)}, on=40)
    decide(session, row, ("accepted", 38), ("implemented", 37))
    session.commit()
    assert (
        "Better: PHQ-9 20 on Sep 23, 2026, 8 on Nov 17, 2026."
        in sign_in(cast.owner).get("/loop/?stage=done").text
    )


def test_filters(cast, sign_in, several):
    client = sign_in(cast.owner)
    assert texts(client.get("/loop/?owner=pcp")) == ["To answer", "To wait for"]
    assert texts(client.get("/loop/?late=1")) == ["To deliver", "To answer", "To judge", "Undone"]
    assert texts(client.get("/loop/?late=1&owner=pcp&stage=answer")) == ["To answer"]
    assert texts(client.get(f"/loop/?clinic={cast.riverside.id}&owner=pcp")) == ["To answer", "To wait for"]
    nothing = client.get("/loop/?stage=deferred&late=1")
    assert "Nothing here" in nothing.text
    assert 'href="/loop/">Show what is open' in nothing.text


def test_what_does_not_exist_is_the_usual_list(cast, sign_in, several):
    client = sign_in(cast.owner)
    usual = texts(client.get("/loop/"))
    for odd in (
        "stage=lost",
        "owner=nobody",
        "late=yes",
        "count=all",
        "since=soon",
        "page=x",
        "page=99",
        "sort=colour",
    ):
        assert texts(client.get(f"/loop/?{odd}")) == usual, odd
    assert client.get("/loop/?clinic=here").status_code == 404
    assert client.get("/loop/?manager=me").status_code == 404


def test_mine_and_everybodys(cast, session, sign_in, several):
    theirs = add_patient(session, cast, "Novak", care_manager=cast.colleague.account)
    advise(session, cast, {"text": "Of a colleague"}, on=1, episode=theirs)
    session.commit()
    owner, consultant = sign_in(cast.owner), sign_in(cast.consultant)
    assert "Of a colleague" not in owner.get("/loop/").text
    assert "Of a colleague" in owner.get("/loop/?manager=all").text
    assert texts(owner.get(f"/loop/?manager={cast.colleague.id}")) == ["Of a colleague"]
    assert "Of a colleague" in consultant.get("/loop/").text, (
        "who has no patients of their own sees everybody's"
    )


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("patient", ["Adams", "Carter", "Novak"]),
        ("-patient", ["Novak", "Carter", "Adams"]),
        ("", ["Carter", "Novak", "Adams"]),
        ("-age", ["Adams", "Novak", "Carter"]),
        ("due", ["Carter", "Novak", "Adams"]),
        ("stage", ["Adams", "Carter", "Novak"]),
    ],
)
def test_orders(cast, session, sign_in, sort, names):
    rows = advise(session, cast, on=12) + advise(
        session, cast, on=8, episode=add_patient(session, cast, "Novak")
    )
    advise(session, cast, on=2, episode=add_patient(session, cast, "Adams"))
    for row in rows:
        decide(session, row, ("delivered", 7, "Fax")) if row is rows[1] else decide(
            session, row, ("delivered", 11, "Fax")
        )
    session.commit()
    page = sign_in(cast.owner).get(f"/loop/?sort={sort}").text
    body = page[page.index("<tbody>") :]
    assert re.findall(r'<th scope="row" class="wrap"><a [^>]*>(\w+), ', body) == names
    assert 'aria-sort="' in page


def test_more_than_a_hundred_have_pages(cast, session, sign_in):
    for n in range(21):
        episode = add_patient(session, cast, f"P{n:02}")
        advise(session, cast, *({"text": f"Advice {n}.{m}"} for m in range(5)), on=30 - n, episode=episode)
    session.commit()
    client = sign_in(cast.owner)
    first, second = client.get("/loop/?owner=care_manager"), client.get("/loop/?owner=care_manager&page=2")
    assert (len(texts(first)), len(texts(second))) == (100, 5)
    assert not set(texts(first)) & set(texts(second))
    assert "Page 1 of 2, 105 recommendations" in first.text
    assert 'rel="next" href="/loop/?owner=care_manager&amp;page=2"' in first.text


def test_an_amended_note_is_told_by_its_amendment(cast, session, sign_in):
    (first,) = advise(session, cast, {"text": "Old"}, on=5)
    advise(session, cast, {"text": "New"}, on=5, amends_id=first.review_id)
    session.commit()
    assert texts(sign_in(cast.owner).get("/loop/")) == ["New"]


def test_drafts_closed_episodes_and_other_clinics_are_not_in_it(cast, session, sign_in):
    advise(session, cast, {"text": "Draft"}, signed=False)
    advise(session, cast, {"text": "Elsewhere"}, episode=cast.strange_episode)
    gone = add_patient(session, cast, "Gone", status="closed")
    advise(session, cast, {"text": "Of a closed episode"}, episode=gone)
    session.commit()
    client = sign_in(cast.owner)
    page = client.get("/loop/?manager=all")
    assert "No advice to follow yet" in page.text
    assert "Elsewhere" not in client.get(f"/loop/?manager=all&clinic={cast.hilltop.id}").text
    period = client.get(f"/loop/?manager=all&since={make.days_ago(30)}&until={TODAY}")
    assert texts(period) == ["Of a closed episode"], (
        "what was signed in a period is listed, whatever became of the episode"
    )


def test_who_may(cast, session, sign_in, several):
    allowed = {"owner", "colleague", "outsider", "consultant", "manager"}
    for part, person in cast.people.items():
        assert sign_in(person).get("/loop/").status_code == (200 if part in allowed else 403), part
    consultant = sign_in(cast.consultant).get("/loop/").text
    assert "/consult/decide/" not in consultant
    assert "fax-back" not in consultant
    assert "To answer" not in sign_in(cast.outsider).get("/loop/?manager=all").text


def test_the_trail_knows_whose_advice_was_on_the_page(cast, session, sign_in, several):
    sign_in(cast.owner).get("/loop/?stage=answer")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "see_loop")).one()
    assert event.detail == {"stage": "answer", "rows": 1}
    shown = session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)).all()
    assert shown == [cast.patient.id]


def test_the_sheet_to_print_is_one_part_for_each_whose_turn_it_is(cast, sign_in, session, several):
    page = sign_in(cast.owner).get("/loop/sheet?late=1").text
    assert page.index("Care manager: Maria Ortiz") < page.index("PCP: Dr. Ingrid Lang")
    assert "4 recommendations." in page
    assert "To wait for" not in page
    assert cast.patient.mrn in page
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "print_loop")).one().patients == 1
    assert "Nothing to follow." in sign_in(cast.colleague).get("/loop/sheet").text


def test_only_what_was_done_is_ticked_when_it_is_closed(cast, session, sign_in):
    done, declined = advise(session, cast, {"text": "Done"}, {"text": "Declined"}, on=20)
    decide(session, done, ("accepted", 19), ("implemented", 18))
    decide(session, declined, ("declined", 19, "BP"))
    session.commit()
    page = sign_in(cast.owner).get("/loop/?stage=done").text
    assert re.findall(r'<span class="tag (\w+)"', page) == ["lost", "ok"], "declined a day earlier"
