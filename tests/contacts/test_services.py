"""Recording a contact on a bare session, on both databases."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access.scope import NotVisible
from registry.clinical.instruments import INSTRUMENTS, Filled
from registry.contacts import services
from registry.models import AssessedScore, AuditEvent, Contact, Measure, NextAction, RiskAssessment
from registry.models.base import Changed
from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import NOW, TODAY, Cast

POSITIVE = Filled(INSTRUMENTS["phq9"], (1,) * 9)
NO = {
    "wish_dead": False, "thoughts": False, "method": None, "intent": None, "plan": None, "behaviour_lifetime": False,
    "behaviour_3_months": None,
}  # fmt: skip


def recording(**more: Any) -> services.Recording:
    contact = {
        "kind": "treatment", "modality": "phone", "on": TODAY, "started_at": None, "minutes": 22, "reached": True,
        "with_caregiver": False, "interventions": [], "adherence": None, "note": "", "discuss": False, "question": "",
    }  # fmt: skip
    return replace(services.Recording(contact), **more)


def save(session: Session, cast: Cast, what: services.Recording) -> services.Saved:
    return services.record_contact(session, cast.owner.viewer, cast.patient.id, what, TODAY, NOW)


def test_everything_is_in_one_transaction(session: Session, cast: Cast) -> None:
    saved = save(
        session, cast, recording(scores=[POSITIVE], answers=NO, next_action="Call", next_due_on=TODAY)
    )
    assert saved.assessment is not None
    session.rollback()
    for table in (Contact, Measure, RiskAssessment, AssessedScore, NextAction, AuditEvent):
        assert session.scalars(select(table)).all() == []


def test_the_rules_see_the_assessed_score_as_answered(session: Session, cast: Cast) -> None:
    save(session, cast, recording(scores=[POSITIVE], answers=NO))
    seen = snapshot(session, cast.org.id, cast.episode.id)
    assert seen is not None
    assert seen.facts.risk_assessments[0].score_ids == {seen.facts.scores[0].id}


def test_a_score_of_another_patient_cannot_be_covered(session: Session, cast: Cast) -> None:
    other = make.make_measure(session, cast.stranger, items=[1] * 9)
    save(session, cast, recording(answers=NO, covers=[other.id]))
    assert session.scalars(select(AssessedScore)).all() == []


def test_answers_after_a_no_stay_unknown(session: Session, cast: Cast) -> None:
    save(session, cast, recording(answers=NO | {"method": False, "behaviour_3_months": False}))
    found = session.scalars(select(RiskAssessment)).one()
    assert (found.method, found.behaviour_3_months) == (None, None)


def test_a_contact_of_an_earlier_episode_is_filed_there(session: Session, cast: Cast) -> None:
    again = make.make_patient(session, cast.riverside, mrn="R-11")
    first = make.make_episode(
        session, again, status="closed", referred_on=date(2026, 1, 5), closed_on=date(2026, 6, 1)
    )
    make.make_episode(session, again, referred_on=date(2026, 9, 1))
    what = recording()
    what = replace(what, contact={**what.contact, "on": date(2026, 5, 4)})
    saved = services.record_contact(session, cast.owner.viewer, again.id, what, TODAY, NOW)
    assert saved.contact.episode_id == first.id


def test_before_the_first_referral_there_is_nothing_to_file_it_under(session: Session, cast: Cast) -> None:
    what = recording()
    what = replace(what, contact={**what.contact, "on": date(2026, 1, 1)})
    with pytest.raises(services.Unrecordable, match="no referral yet"):
        save(session, cast, what)


def test_a_next_action_set_by_somebody_else_is_not_overwritten_unseen(session: Session, cast: Cast) -> None:
    make.make_next_action(session, cast.episode, action="Visit on Monday")
    with pytest.raises(Changed):
        save(session, cast, recording(next_action="Call", next_due_on=TODAY, next_version=0))


def test_the_same_next_action_is_no_conflict(session: Session, cast: Cast) -> None:
    make.make_next_action(session, cast.episode, action="Call", due_on=TODAY)
    save(session, cast, recording(next_action="Call", next_due_on=TODAY, next_version=0))
    assert session.scalars(select(NextAction.action)).one() == "Call"


def test_another_clinics_patient_does_not_exist(session: Session, cast: Cast) -> None:
    with pytest.raises(NotVisible):
        services.record_contact(session, cast.outsider.viewer, cast.patient.id, recording(), TODAY, NOW)
