"""The caseload costs the same number of statements for one patient as for many, and not more than 15."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import factories as make
from tests.caseload.people import add_case, score, shown
from tests.cast import Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
MOST = 15
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "PRAGMA")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the app sends meanwhile; the frame of the transaction is none of them."""
    from registry.extensions import db

    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(CONTROL):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def fill(session: Session, cast: Cast, number: int) -> None:
    """So many patients, each with something in every table that the list reads."""
    for n in range(number):
        case = add_case(session, cast, f"Patient{n:03}", mrn=f"P-{n}")
        for days in (50, 4):
            score(session, case.patient, 18, days)
            score(session, case.patient, 12, days, instrument="gad7")
        first = make.make_measure(session, case.patient, items=(2,) * 9, taken_on=days_ago(2))
        make.make_medication(session, case.patient)
        make.make_contact(session, case.episode, on=days_ago(5))
        make.make_assessment(session, case.patient, scores=[first])
        make.make_plan(session, case.patient)
        make.make_mark(session, case.episode)
        make.make_review(
            session, case.episode, consultant=cast.consultant.account, on=days_ago(9), recommendations=[{}]
        )
        make.make_next_action(session, case.episode)
    session.commit()


@pytest.mark.parametrize("address", ["/caseload/", "/caseload/?manager=all&view=safety&q=pat&sort=-phq9"])
def test_one_patient_or_two_hundred(
    app: Flask, sign_in: SignIn, session: Session, cast: Cast, address: str
) -> None:
    fill(session, cast, 1)
    client = sign_in(cast.owner)
    with counted(app) as few:
        client.get(address)
    for n in range(1, 200):
        add_case(session, cast, f"Patient{n:03}", mrn=f"P-{n}")
    session.commit()
    with counted(app) as many:
        page = client.get(address)
    assert len(shown(page)) > 1 or "safety" in address
    assert len(few) == len(many)
    assert len(many) <= MOST, "\n".join(many)


def test_the_panel_and_the_row_are_fixed_too(
    app: Flask, sign_in: SignIn, session: Session, cast: Cast
) -> None:
    client = sign_in(cast.owner)
    with counted(app) as bare:
        client.get(f"/caseload/peek/{cast.episode.id}", headers={"HX-Request": "true"})
    make.make_measure(session, cast.patient, items=(2,) * 9)
    make.make_medication(session, cast.patient)
    with counted(app) as full:
        client.get(f"/caseload/peek/{cast.episode.id}", headers={"HX-Request": "true"})
    assert len(bare) == len(full) <= MOST
