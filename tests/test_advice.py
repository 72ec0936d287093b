"""Signed advice below the slices: whose it is, what it brings, and the one writer of its decisions."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from registry import advice, audit
from registry.access.scope import NotVisible
from registry.access.viewer import System
from registry.advice import Decided, DecisionRefused, record_decision
from registry.models import AuditEvent, Decision
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.loop.advised import add_patient, advise, decide
from tests.settings import settings


@pytest.fixture(autouse=True)
def bound(session):
    audit.bind(session, audit.AuditContext(settings("sqlite://")["AUDIT_KEYS"], NOW))


def by_link(cast):
    return System(cast.org.id, "pcp by link")


def test_a_note_comes_with_its_advice_decisions_patient_and_pcp(cast, session):
    first, second = advise(session, cast, {"text": "Raise"}, {"text": "TSH", "category": "labs"}, on=9)
    make.make_decision(session, second, kind="accepted", on=make.days_ago(5), who=cast.owner.account)
    for who in (cast.owner.viewer, cast.pcp.viewer, by_link(cast)):
        found, asked = advice.one(session, who, second.id, advice.RECORD)
        assert (found.review.id, found.consultant, found.amended_by) == (
            first.review_id,
            cast.consultant.name,
            None,
        )
        assert (found.subject.patient_id, found.subject.pcp) == (cast.patient.id, cast.pcp.name)
        assert [one.row.text for one in found.advice] == ["Raise", "TSH"]
        assert [d.kind for d in asked.facts] == ["accepted"]
        assert asked.recorders == {asked.decisions[0].id: cast.owner.name}
        assert found.standing(asked, TODAY).stage == "do"
        assert found.standing(found.advice[0], TODAY).stage == "deliver"


@pytest.mark.parametrize("part", ["outsider", "other_pcp", "consultant", "auditor"])
def test_who_may_not_record_sees_none(cast, session, part):
    (row,) = advise(session, cast)
    with pytest.raises(NotVisible):
        advice.one(session, cast.people[part].viewer, row.id, advice.RECORD)


def test_drafts_and_what_never_was_are_nobodys(cast, session):
    (draft,) = advise(session, cast, signed=False)
    for who in (cast.owner.viewer, by_link(cast)):
        for key in (draft.id, uuid4()):
            with pytest.raises(NotVisible):
                advice.one(session, who, key, advice.RECORD)
        with pytest.raises(NotVisible):
            advice.note(session, who, draft.review_id, "see_chart")
    assert advice.notes(session, cast.owner.viewer, advice.advised(cast.owner.viewer, "see_chart")) == []


def test_another_organisation_has_none_of_it(cast, session):
    (row,) = advise(session, cast)
    other = make.make_organisation(session, name="Other")
    with pytest.raises(NotVisible):
        advice.one(session, System(other.id, "pcp by link"), row.id, advice.RECORD)


def test_notes_and_facts_of_many_patients(cast, session):
    (old,) = advise(session, cast, {"text": "Old"}, on=9)
    advise(session, cast, {"text": "New"}, on=9, amends_id=old.review_id)
    advise(session, cast, {"text": "Later"}, on=2)
    advise(session, cast, {"text": "Hers"}, on=4, episode=add_patient(session, cast, "Adams"))
    advise(session, cast, {"text": "Elsewhere"}, episode=cast.strange_episode)
    chosen = advice.advised(cast.owner.viewer, "see_chart")
    told = [one.advice[0].row.text for one in advice.notes(session, cast.owner.viewer, chosen)]
    assert told == ["Hers", "New", "Later"], "by patient and day; what was amended is told by its amendment"
    given = advice.given(session, cast.owner.viewer, chosen)
    assert [(one.subject.family_name, one.advice.text) for one in given] == [
        ("Adams", "Hers"), ("Carter", "New"), ("Carter", "Later"),
    ]  # fmt: skip
    assert {one.standing(TODAY).stage for one in given} == {"deliver"}


def test_the_amended_note_knows_its_amendment(cast, session):
    (old,) = advise(session, cast, on=9)
    (new,) = advise(session, cast, on=9, amends_id=old.review_id)
    found, _ = advice.one(session, cast.owner.viewer, old.id, advice.RECORD)
    assert found.amended_by == new.review_id
    with pytest.raises(DecisionRefused, match="at the amendment"):
        record_decision(session, cast.owner.viewer, old.id, Decided("accepted", TODAY), TODAY, NOW)


def test_an_answer_by_link_is_the_registrys_row_and_says_how_it_came(cast, session):
    (row,) = advise(session, cast, on=3)
    step = Decided("deferred", TODAY, " Dr. Lang ", " Lab ", make.days_ago(-9), "link")
    record_decision(session, by_link(cast), row.id, step, TODAY, NOW)
    kept = session.scalars(select(Decision)).one()
    assert (kept.decided_by, kept.reason, kept.until_on, kept.via, kept.recorded_by) == (
        "Dr. Lang", "Lab", make.days_ago(-9), "link", None,
    )  # fmt: skip
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "decide")).one()
    assert (act.actor, act.detail) == (
        "pcp by link", {"kind": ["open", "deferred"], "on": str(TODAY), "via": "link"},
    )  # fmt: skip


def test_a_step_that_cannot_follow_writes_nothing(cast, session):
    (row,) = advise(session, cast, on=3)
    decide(session, row, ("accepted", 2))
    for step in (
        Decided("accepted", TODAY),
        Decided("declined", TODAY),
        Decided("implemented", make.days_ago(-1)),
    ):
        with pytest.raises(DecisionRefused):
            record_decision(session, cast.owner.viewer, row.id, step, TODAY, NOW)
    assert len(session.scalars(select(Decision)).all()) == 1
