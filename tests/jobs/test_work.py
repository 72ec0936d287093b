"""The night's work on tasks: what no rule asks for is settled, the digest counts, and goes to who covers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from registry.jobs import digest, tasks
from registry.jobs.runner import Works
from registry.models import AuditEvent, OutboxMail, TaskStep
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.factories import days_ago
from tests.settings import settings


@pytest.fixture
def works(engine):
    return Works(
        engine, settings("sqlite://")["AUDIT_KEYS"], "", "registry@example.org", "https://registry.example"
    )


def written_about(session, cast, code, **fields):
    """A row that somebody wrote about what a rule asks for."""
    return make.make_task(
        session, cast.patient, owner=cast.owner.account, episode=cast.episode, code=code, **fields
    )


def done(session, *rows):
    session.expire_all()
    return [row.done_at is not None for row in rows]


def test_what_no_rule_asks_for_any_more_is_settled_once(cast, session, works):
    make.make_contact(session, cast.episode, on=days_ago(1))
    silent, holds = (
        written_about(session, cast, "C7"),
        written_about(session, cast, "P1", due_on=days_ago(-3)),
    )
    by_hand = make.make_task(session, cast.patient, owner=cast.owner.account, due_on=days_ago(30))
    session.commit()
    assert tasks.settle_tasks(works, NOW) == 2, "a clinic each"
    assert tasks.settle_tasks(works, NOW) == 0
    assert done(session, silent, holds, by_hand) == [True, False, False]
    step = session.scalars(select(TaskStep).where(TaskStep.kind == "settled")).one()
    assert (step.task_id, step.reason, step.by_id) == (silent.id, tasks.SETTLED, None)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "settle_tasks")).one()
    assert (event.actor, event.detail, event.patients) == ("task job", {"tasks": 1}, 1)


def test_a_contact_that_was_planned_anew_settles_what_was_written_about_the_last_one(cast, session, works):
    make.make_contact(session, cast.episode, on=days_ago(1))
    make.make_next_action(session, cast.episode, due_on=days_ago(-6))
    before, now = written_about(session, cast, "C2"), written_about(session, cast, "C2", due_on=days_ago(-6))
    session.commit()
    tasks.settle_tasks(works, NOW)
    assert done(session, before, now) == [True, False]


def test_an_episode_that_is_closed_asks_for_nothing(cast, session, works):
    row = written_about(session, cast, "P1")
    cast.episode.closed_on, cast.episode.close_reason = TODAY, "graduated"
    session.add(cast.episode)
    make.make_status(session, cast.episode, status="closed")
    session.commit()
    tasks.settle_tasks(works, NOW)
    assert done(session, row) == [True]


def test_it_waits_for_the_clinics_night(cast, session, works):
    session.commit()
    assert tasks.settle_tasks(works, datetime(2026, 11, 20, 6, 0, tzinfo=UTC)) == 0, "one in the morning"


# ---------------------------------------------------------------- the digest


def mails(session):
    return {row.to_address: row.body for row in session.scalars(select(OutboxMail))}


def test_the_digest_counts_what_stands_on_today_and_names_no_patient(cast, session, works):
    make.make_task(
        session, cast.patient, owner=cast.owner.account, title="Fax the Carters", due_on=days_ago(2)
    )
    make.make_task(session, cast.patient, owner=cast.owner.account, due_on=days_ago(-2))
    session.commit()
    digest.write_digests(works, NOW)
    body = mails(session)[cast.owner.email]
    assert "Things to do today: 4, of them late: 3." in body
    assert "https://registry.example/week/" in body
    for hidden in (cast.patient.family_name, cast.patient.mrn, "Fax"):
        assert hidden not in body


def test_while_somebody_is_away_their_digest_goes_to_who_covers(cast, session, works):
    make.make_cover(session, cast.owner, cast.colleague, until_on=days_ago(-4))
    session.commit()
    assert digest.write_digests(works, NOW) == 2, "the colleague's and the outsider's"
    found = mails(session)
    assert cast.owner.email not in found
    body = found[cast.colleague.email]
    assert "For Maria Ortiz, who is away until Nov 24, 2026:" in body
    assert "Patients in your care: 1." in body
    assert "Things to do today: 3" in body


def test_who_covers_and_has_a_caseload_gets_both_in_one_mail(cast, session, works):
    other = make.make_patient(session, cast.riverside, family_name="Abel", mrn="R-7")
    make.make_episode(session, other, care_manager=cast.colleague.account)
    make.make_cover(session, cast.owner, cast.colleague)
    session.commit()
    digest.write_digests(works, NOW)
    body = mails(session)[cast.colleague.email]
    assert body.index("Patients in your care: 1.") < body.index("For Maria Ortiz")
    assert body.count("Things to do today") == 2


def test_when_the_cover_is_over_the_digest_is_ones_own_again(cast, session, works):
    make.make_cover(session, cast.owner, cast.colleague, from_on=days_ago(9), until_on=days_ago(1))
    make.make_cover(session, cast.owner, cast.colleague, from_on=TODAY, ended_at=NOW - timedelta(hours=1))
    session.commit()
    digest.write_digests(works, NOW)
    assert set(mails(session)) == {cast.owner.email, cast.outsider.email}
