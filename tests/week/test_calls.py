"""The sheet of calls: whom to call on each day, once, with number, best time and why."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent
from tests import factories as make
from tests.caseload.people import add_case
from tests.cast import TODAY, Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]


def test_the_sheet_has_who_number_time_and_why(sign_in: SignIn, session: Session, cast: Cast) -> None:
    cast.patient.contact_note, cast.patient.language, cast.patient.interpreter = "after 3 pm", "es", True
    session.add(cast.patient)
    text = " ".join(sign_in(cast.owner).get("/week/calls").text.split())
    assert "Carter, Samuel" in text
    assert "555-0199" in text
    assert "after 3 pm; Spanish, interpreter" in text
    assert "No contact since the initial assessment on Sep 21, 2026" in text
    assert "Late since Oct 5." in text


def test_who_is_called_about_safety_is_called_once(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_measure(session, cast.patient, items=[1] * 9)
    text = sign_in(cast.owner).get("/week/calls").text
    assert text.count("Carter, Samuel") == 1
    assert "<b>Safety.</b>" in text


def test_what_is_no_call_is_not_on_it(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_task(session, cast.patient, owner=cast.owner.account, title="Mail the letter")
    assert "Mail the letter" not in sign_in(cast.owner).get("/week/calls").text


def test_one_day_alone(sign_in: SignIn, session: Session, cast: Cast) -> None:
    case = add_case(session, cast, "Abel")
    make.make_contact(session, case.episode, on=days_ago(1))
    make.make_next_action(session, case.episode, due_on=days_ago(-3))
    client = sign_in(cast.owner)
    following = client.get(f"/week/calls?from={days_ago(-3)}").text
    assert "Abel, Ana" in following
    assert "Carter" not in following
    assert "Nobody to call" in client.get(f"/week/calls?from={days_ago(-3)}&on={days_ago(-4)}").text
    assert "Carter" in client.get(f"/week/calls?on={TODAY}").text


def test_printing_is_in_the_trail(sign_in: SignIn, session: Session, cast: Cast) -> None:
    sign_in(cast.owner).get("/week/calls")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "print_calls")).one()
    assert event.patients == 1


def test_nobody_to_call(sign_in: SignIn, cast: Cast) -> None:
    assert "Nobody to call" in sign_in(cast.colleague).get("/week/calls").text
