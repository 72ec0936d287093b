"""The board: whose things stand on which day, late since when, filtered, for a colleague, and empty."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, AuditPatient
from tests import factories as make
from tests.caseload.people import add_case
from tests.cast import NOW, TODAY, Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient
from tests.week.people import card, cards, day, things

SignIn = Callable[[Person], PageClient]
MONDAY = days_ago(-3)
"""Today is a Friday."""


def test_what_the_rules_ask_for_stands_on_today_without_a_row(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in(cast.owner).get("/week/")
    assert things(page, cast) == ["call", "scale", "plan"]
    assert "Late since Oct 5" in card(page, "call")
    assert "No contact since the initial assessment" in card(page, "call")
    assert "555-0199" in card(page, "call")
    assert "aria-current" in day(page, "Friday").split(">")[0]


def test_safety_stands_first_and_what_is_planned_on_its_day(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    make.make_measure(session, cast.patient, items=[1] * 9)
    other = add_case(session, cast, "Abel")
    make.make_contact(session, other.episode, on=days_ago(1))
    make.make_next_action(session, other.episode, action="Video visit", due_on=MONDAY)
    client = sign_in(cast.owner)
    assert cards(client.get("/week/"))[0] == (cast.patient.id, "safety")
    following = client.get(f"/week/?from={MONDAY}")
    assert (other.patient.id, "call") in cards(following)
    assert "Video visit" in day(following, "Monday")


def test_tabs_count_the_kinds_and_filter(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.owner)
    text = client.get("/week/").text
    assert 'Calls <span class="count">1</span>' in text
    assert things(client.get("/week/?kind=scale"), cast) == ["scale"]
    assert "Nothing of this kind" in client.get("/week/?kind=safety").text


@pytest.mark.parametrize("query", ["?kind=none&from=yesterday", "?from=1999-01-01", "?from=2199-01-01"])
def test_an_address_that_means_nothing_is_this_week(sign_in: SignIn, cast: Cast, query: str) -> None:
    page = sign_in(cast.owner).get(f"/week/{query}")
    assert "My week, Nov 16 to 22, 2026" in page.text
    assert things(page, cast)


def test_a_colleague_has_their_own_week_and_may_look_at_mine(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.colleague)
    assert cards(client.get("/week/")) == []
    mine = client.get(f"/week/?who={cast.owner.id}")
    assert "Week of Maria Ortiz" in mine.text
    assert "for Maria Ortiz" in card(mine, "call")
    assert things(client.get("/week/?who=all"), cast) == ["call", "scale", "plan"]


def test_another_clinics_week_is_not_there(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.outsider)
    assert client.get(f"/week/?who={cast.owner.id}").status_code == 404
    assert cast.patient.id not in dict(cards(client.get("/week/?who=all")))


def test_a_task_by_hand_stands_on_its_day_with_its_words(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    task = make.make_task(session, cast.patient, owner=cast.owner.account, due_on=MONDAY)
    page = sign_in(cast.owner).get(f"/week/?from={MONDAY}")
    assert "Fax the school" in card(page, str(task.id))
    assert "Done" in card(page, str(task.id))


def test_a_task_of_a_colleagues_patient_is_in_my_week_and_not_his(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    task = make.make_task(session, cast.patient, owner=cast.colleague.account, who=cast.owner.account)
    assert str(task.id) in things(sign_in(cast.colleague).get("/week/"), cast)
    assert str(task.id) not in things(sign_in(cast.owner).get("/week/"), cast)


def test_a_call_that_was_handed_over_is_the_colleagues(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_next_action(session, cast.episode, due_on=TODAY)
    task = make.make_task(session, cast.patient, owner=cast.colleague.account, episode=cast.episode, code="C1",
                          who=cast.owner.account)  # fmt: skip
    make.make_task_step(session, task, kind="handed_over", who=cast.owner.account)
    assert "call" not in things(sign_in(cast.owner).get("/week/"), cast)
    theirs = sign_in(cast.colleague).get("/week/")
    assert things(theirs, cast) == ["call"]
    assert "New" in card(theirs, "call")
    assert "1 new to you" in theirs.text


def test_what_was_done_stands_on_its_day(sign_in: SignIn, session: Session, cast: Cast) -> None:
    monday = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)  # Monday evening in New York
    make.make_task(session, cast.patient, owner=cast.owner.account, title="Mail the letter", done_at=monday)
    page = sign_in(cast.owner).get("/week/")
    assert "Mail the letter" in day(page, "Monday")
    before = sign_in(cast.owner).get(f"/week/?from={days_ago(7)}")
    assert "Mail the letter" not in before.text


def test_a_week_that_is_over_shows_what_was_done(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_task(session, cast.patient, owner=cast.owner.account, title="Mail the letter",
                   done_at=NOW - timedelta(days=9))  # fmt: skip
    page = sign_in(cast.owner).get(f"/week/?from={days_ago(9)}")
    assert cards(page) == []
    assert "Mail the letter" in day(page, "Wednesday")


def test_the_weekend_has_a_column_when_something_stands_on_it(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    assert "Weekend" not in sign_in(cast.owner).get("/week/").text
    task = make.make_task(session, cast.patient, owner=cast.owner.account, due_on=days_ago(-1))
    assert str(task.id) in day(sign_in(cast.owner).get("/week/"), "Weekend")


def test_two_kinds_of_nothing(sign_in: SignIn, session: Session, cast: Cast) -> None:
    assert "No work yet" in sign_in(cast.colleague).get("/week/").text
    make.make_task(session, cast.patient, owner=cast.colleague.account, due_on=days_ago(-20))
    page = sign_in(cast.colleague).get("/week/").text
    assert "Nothing to do this week" in page
    assert "1 stand later" in page


def test_who_is_on_the_page_is_in_the_trail_and_no_word_of_it(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    sign_in(cast.owner).get("/week/?kind=call")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "see_week")).one()
    assert event.detail == {"kind": "call", "patients": 1}
    shown = select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)
    assert session.scalars(shown).all() == [cast.patient.id]


def test_who_has_a_week(sign_in: SignIn, cast: Cast) -> None:
    asked = {part: sign_in(person).get("/week/").status_code for part, person in cast.people.items()}
    assert {part for part, status in asked.items() if status == 200} == {
        "owner", "colleague", "outsider", "consultant", "therapist", "manager",
    }  # fmt: skip


def test_who_does_not_record_contacts_does_not_move_them(sign_in: SignIn, cast: Cast) -> None:
    page = sign_in(cast.consultant).get("/week/?who=all")
    assert "/week/move/" not in page.text.split("card-")[1]
    assert "/week/move/" in page.text, "other things move"


def test_advice_leads_to_the_form_of_its_answer(sign_in: SignIn, session: Session, cast: Cast) -> None:
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=days_ago(9))
    advice = make.make_recommendation(session, review)
    page = sign_in(cast.owner).get("/week/")
    assert "Record the answer" in card(page, "advice")
    assert f"/consult/decide/{advice.id}" in page.text
