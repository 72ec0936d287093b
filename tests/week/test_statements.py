"""A week costs the same number of statements for one patient as for many."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories as make
from tests.caseload.people import add_case
from tests.caseload.test_statements import counted, fill
from tests.cast import Cast, Person
from tests.pages import PageClient
from tests.week.people import cards

SignIn = Callable[[Person], PageClient]
MOST = 20


@pytest.mark.parametrize("address", ["/week/", "/week/?who=all&kind=call", "/week/calls"])
def test_one_patient_or_a_hundred(
    app: Flask, sign_in: SignIn, session: Session, cast: Cast, address: str
) -> None:
    fill(session, cast, 1)
    make.make_cover(session, cast.colleague, cast.owner)
    make.make_task(session, cast.patient, owner=cast.owner.account)
    make.make_task(session, cast.patient, owner=cast.owner.account, done_at=make.NOW)
    client = sign_in(cast.owner)
    with counted(app) as few:
        client.get(address)
    for n in range(1, 100):
        case = add_case(session, cast, f"Patient{n:03}", mrn=f"P-{n}")
        make.make_task(session, case.patient, owner=cast.owner.account)
    session.commit()
    with counted(app) as many:
        page = client.get(address)
    assert len(few) == len(many)
    assert len(many) <= MOST, "\n".join(many)
    assert "calls" in address or len(cards(page)) > 100


def test_one_thing_costs_the_same_with_a_long_history(
    app: Flask, sign_in: SignIn, session: Session, cast: Cast
) -> None:
    task = make.make_task(session, cast.patient, owner=cast.owner.account)
    client, address = sign_in(cast.owner), f"/week/item/{cast.patient.id}/{task.id}"
    with counted(app) as few:
        client.get(address)
    for _ in range(40):
        make.make_task_step(session, task, kind="moved", who=cast.owner.account)
        make.make_task(session, cast.patient, owner=cast.owner.account)
    with counted(app) as many:
        client.get(address)
    assert len(few) == len(many)
