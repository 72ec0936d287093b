"""What is recorded about safety, on a bare session and on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access.scope import NotVisible
from registry.models import AssessedScore, AuditEvent, CheckAnswer, RiskAssessment, SafetyPlan
from registry.models.base import Changed
from registry.safety import services
from tests import factories as make
from tests.cast import NOW, TODAY, Cast
from tests.safety.asking import codes

CALL = {"help": "Call sister"}
NO = {
    "wish_dead": False, "thoughts": False, "method": None, "intent": None, "plan": None, "behaviour_lifetime": False,
    "behaviour_3_months": None,
}  # fmt: skip


def test_an_assessment_clears_the_score_it_names_and_the_next_one_returns(
    session: Session, cast: Cast
) -> None:
    first = make.make_measure(session, cast.patient, items=[1] * 9, taken_on=make.days_ago(3))
    second = make.make_measure(session, cast.patient, items=[2] * 9, taken_on=make.days_ago(2))
    other = make.make_measure(session, cast.stranger, items=[1] * 9)
    assessed = services.Assessed(TODAY, NO, {"actions": "PCP told."}, [first.id, other.id])
    row = services.assess(session, cast.owner.viewer, cast.patient.id, assessed, TODAY, NOW)
    assert session.scalars(select(AssessedScore.measure_id)).all() == [first.id], "nobody else's score"
    assert codes(session, cast) == {"SF1", "SF5"}
    assessed = services.Assessed(TODAY, NO, covers=[second.id])
    services.assess(session, cast.owner.viewer, cast.patient.id, assessed, TODAY, NOW)
    assert codes(session, cast) == set()
    services.mark_in_error(session, cast.owner.viewer, "assessment", row.id, "Wrong patient", NOW)
    assert codes(session, cast) == {"SF1", "SF5"}


def test_no_score_is_answered_before_it_was_taken(session: Session, cast: Cast) -> None:
    score = make.make_measure(session, cast.patient, items=[1] * 9)
    assessed = services.Assessed(make.days_ago(1), NO, covers=[score.id])
    services.assess(session, cast.owner.viewer, cast.patient.id, assessed, TODAY, NOW)
    assert session.scalars(select(AssessedScore)).all() == []


def test_plans_are_rows_upon_rows(session: Session, cast: Cast) -> None:
    who, patient = cast.owner.viewer, cast.patient.id
    first = services.write_plan(session, who, patient, services.Plan(make.days_ago(99), CALL), NOW)
    services.review_plan(session, who, patient, first.id, TODAY, NOW)
    with pytest.raises(Changed):
        services.write_plan(session, who, patient, services.Plan(TODAY, {"help": "Mother"}, first.id), NOW)
    found = session.scalars(select(SafetyPlan).order_by(SafetyPlan.made_on)).all()
    assert [(plan.made_on, plan.held) for plan in found] == [
        (make.days_ago(99), CALL), (TODAY, CALL),
    ]  # fmt: skip


def test_every_writing_leaves_its_row_in_the_trail(session: Session, cast: Cast) -> None:
    who, patient = cast.owner.viewer, cast.patient.id
    services.assess(session, who, patient, services.Assessed(TODAY, NO), TODAY, NOW)
    plan = services.write_plan(session, who, patient, services.Plan(TODAY, CALL), NOW)
    services.review_plan(session, who, patient, plan.id, TODAY, NOW)
    services.record_checks(session, who, patient, [services.Check("pain", True, TODAY, "back")], NOW)
    check = session.scalars(select(CheckAnswer)).one()
    services.mark_in_error(session, who, "check", check.id, "Wrong patient", NOW)
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert actions == [
        "record_assessment",
        "write_plan",
        "review_plan",
        "record_checks",
        "mark_check_in_error",
    ]
    session.rollback()
    for table in (RiskAssessment, SafetyPlan, CheckAnswer, AuditEvent):
        assert session.scalars(select(table)).all() == []


def test_an_outsider_writes_nothing(session: Session, cast: Cast) -> None:
    who, patient = cast.outsider.viewer, cast.patient.id
    plan = make.make_plan(session, cast.patient)
    with pytest.raises(NotVisible):
        services.assess(session, who, patient, services.Assessed(TODAY, NO), TODAY, NOW)
    with pytest.raises(NotVisible):
        services.write_plan(session, who, patient, services.Plan(TODAY, CALL, plan.id), NOW)
    with pytest.raises(NotVisible):
        services.review_plan(session, who, patient, plan.id, TODAY, NOW)
    with pytest.raises(NotVisible):
        services.record_checks(session, who, patient, [services.Check("pain", True, TODAY)], NOW)
    with pytest.raises(NotVisible):
        services.mark_in_error(session, who, "plan", plan.id, "x", NOW)
