"""What was entered in error: marked with a reason, kept, and counting no more."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Correction, RiskAssessment
from tests import factories as make
from tests.cast import Cast
from tests.safety.asking import SignIn, audited, codes


def test_a_wrong_assessment_opens_the_findings_of_its_scores_again(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    score = make.make_measure(session, cast.patient, items=[1] * 9)
    row = make.make_assessment(session, cast.patient, scores=[score], actions="PCP told.")
    assert codes(session, cast) == set()
    browser = sign_in(cast.owner)
    assert (
        "Risk assessment of Nov 20, 2026: negative" in browser.get(f"/safety/assess/in-error/{row.id}").text
    )
    reply = browser.post(f"/safety/assess/in-error/{row.id}", data={"once": "a", "reason": "Wrong patient"})
    assert reply.location == f"/safety/assess/{cast.patient.id}"
    assert codes(session, cast) == {"SF1"}
    kept = session.get(RiskAssessment, (cast.org.id, row.id))
    assert kept is not None
    assert kept.in_error
    correction = session.scalars(select(Correction)).one()
    assert (correction.subject, correction.subject_id, correction.reason) == (
        "risk_assessment",
        row.id,
        "Wrong patient",
    )
    assert correction.changes["entered in error"][0]["level"] == "none"
    assert audited(session, "mark_assessment_in_error")[0].detail["before"]["on"] == "2026-11-20"
    page = browser.get(f"/safety/assess/{cast.patient.id}").text
    assert "Entered in error" in page
    assert "PCP told." in page


def test_a_flag_that_was_lifted_by_mistake_is_up_again(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_assessment(session, cast.patient, on=make.days_ago(9), thoughts=True, intent=True)
    row = make.make_assessment(session, cast.patient, cleared_reason="Better")
    assert codes(session, cast) == set()
    sign_in(cast.owner).post(f"/safety/assess/in-error/{row.id}", data={"reason": "Wrong patient"})
    assert "SF2" in codes(session, cast)


def test_a_plan_in_error_does_not_count(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_assessment(session, cast.patient, thoughts=True, method=True)
    make.make_contact(session, cast.episode)
    row = make.make_plan(session, cast.patient)
    assert codes(session, cast) == {"SF3"}
    browser = sign_in(cast.owner)
    browser.post(f"/safety/plan/in-error/{row.id}", data={"reason": "Wrong patient"})
    assert codes(session, cast) == {"SF3", "SF6"}
    assert "No plan is on file" in browser.get(f"/safety/plan/{cast.patient.id}").text


def test_a_mistake_needs_its_reason_and_is_marked_once(cast: Cast, sign_in: SignIn, session: Session) -> None:
    row = make.make_plan(session, cast.patient)
    browser, url = sign_in(cast.owner), f"/safety/plan/in-error/{row.id}"
    reply = browser.post(url, data={"once": "a", "reason": ""})
    assert reply.status_code == 422
    assert "Say why" in reply.text
    first, second = (browser.post(url, data={"once": "b", "reason": "Twice"}) for _ in range(2))
    assert first.location == second.location
    assert len(session.scalars(select(Correction)).all()) == 1
    assert browser.get(url).status_code == 404, "what is struck out is not struck out again"


@pytest.mark.parametrize(
    ("part", "status"),
    [("owner", 200), ("consultant", 200), ("outsider", 404), ("pcp", 403), ("manager", 403)],
)
def test_who_may(cast: Cast, sign_in: SignIn, session: Session, part: str, status: int) -> None:
    assessment, plan = make.make_assessment(session, cast.patient), make.make_plan(session, cast.patient)
    check = make.make_check(session, cast.patient)
    browser = sign_in(cast.people[part])
    assert browser.get(f"/safety/assess/in-error/{assessment.id}").status_code == status
    assert browser.get(f"/safety/plan/in-error/{plan.id}").status_code == status
    expected = 403 if part == "consultant" else status
    assert browser.get(f"/safety/checks/in-error/{check.id}").status_code == expected
