"""The screener inside a contact: no score of a later day, and struck out with its contact."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Contact, Correction, RiskAssessment
from tests import factories as make
from tests.cast import Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
CALM = {f"screener-{name}": "no" for name in ("wish_dead", "thoughts", "behaviour_lifetime")}
CALL = {"once": "once-1", "kind": "treatment", "modality": "phone", "minutes": "20", "next_version": "0"}


@pytest.mark.parametrize(("on", "status"), [("2026-11-17", 422), ("2026-11-18", 302)])
def test_a_score_of_a_later_day_is_not_answered(
    cast: Cast, sign_in: SignIn, session: Session, on: str, status: int
) -> None:
    score = make.make_measure(session, cast.patient, items=[1] * 9, taken_on=make.days_ago(2))
    sent = CALL | CALM | {"on": on, "screener-covers": str(score.id)}
    reply = sign_in(cast.owner).post(f"/contacts/record/{cast.patient.id}", data=sent)
    assert reply.status_code == status
    assert ("taken after the day of this assessment" in reply.text) == (status == 422)


def test_a_contact_in_error_takes_its_assessment_along(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    browser.post(f"/contacts/record/{cast.patient.id}", data=CALL | CALM | {"on": "2026-11-20"})
    contact = session.scalars(select(Contact)).one()
    assert "Its scores and risk assessment too" in browser.get(f"/contacts/correct/{contact.id}").text
    sent = CALL | {
        "once": "b",
        "on": "2026-11-20",
        "version": "1",
        "in_error": "y",
        "with_scores": "y",
        "reason": "Wrong patient",
    }
    assert browser.post(f"/contacts/correct/{contact.id}", data=sent).status_code == 302
    assert session.scalars(select(RiskAssessment.in_error)).one()
    assert {row.subject for row in session.scalars(select(Correction))} == {"contact", "risk_assessment"}
