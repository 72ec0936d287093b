"""Each person's minutes come from their own presence on the patient; nobody's from somebody else's clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry import clock
from registry.access.policies import CARE_MANAGER, CONSULTANT
from registry.clinical.minutes import minutes_this_month
from registry.models import CaseTime, ReviewMinutes, UserSession
from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import NOW, Person
from tests.consult.test_review import filled
from tests.meeting.conftest import cases, later, review


@pytest.fixture
def stay(monkeypatch, meeting):
    """A page of a patient is open from one second to another and tells so every four; then its reader is silent."""

    def told(client, episode_id, since, until):
        for second in range(since, until + 1, 4):
            monkeypatch.setattr(clock, "now", lambda at=second: NOW + timedelta(seconds=at))
            client.post(f"/meeting/{meeting.id}/here", data={"episode": str(episode_id)})

    return told


def rows(session):
    session.expire_all()
    found = session.scalars(select(ReviewMinutes).order_by(ReviewMinutes.role))
    return [(row.role, row.account_id, row.minutes) for row in found]


def test_everybody_has_the_time_that_they_were_there(cast, sign_in, session, meeting, stay, monkeypatch):
    manager, consultant, first = sign_in(cast.owner), sign_in(cast.consultant), cases(session)[0].episode_id
    consultant.get(review(meeting, first))
    stay(consultant, first, 0, 360)
    stay(manager, first, 120, 300)
    later(monkeypatch, seconds=360)
    consultant.post(review(meeting, first), data=filled("sign"))
    assert rows(session) == [
        (CARE_MANAGER, cast.owner.id, 3), (CONSULTANT, cast.consultant.id, 6),
    ]  # fmt: skip
    facts = snapshot(session, cast.patient.org_id, first).facts
    assert minutes_this_month(facts, meeting.on).counted == 3


def test_who_stays_on_a_patient_is_counted_until_the_signature(
    cast, sign_in, session, meeting, stay, monkeypatch
):
    manager, first = sign_in(cast.owner), cases(session)[0].episode_id
    stay(manager, first, 0, 116)
    later(monkeypatch, seconds=120)
    sign_in(cast.consultant).post(review(meeting, first), data=filled("sign"))
    stay(manager, first, 121, 600)
    assert (CARE_MANAGER, cast.owner.id, 2) in rows(session)
    assert session.scalars(select(CaseTime)).one().seconds == 120, "what comes after it counts no more"


@pytest.mark.parametrize(("since", "until"), [(0, 56), (0, 0)])
def test_less_than_a_minute_is_no_billable_minute(
    cast, sign_in, session, meeting, stay, monkeypatch, since, until
):
    stay(sign_in(cast.owner), cases(session)[0].episode_id, since, until)
    later(monkeypatch, minutes=4)
    sign_in(cast.consultant).post(review(meeting, cases(session)[0].episode_id), data=filled("sign"))
    assert [row[0] for row in rows(session)] == [CONSULTANT]


def test_a_silent_page_counts_for_nothing(cast, sign_in, session, meeting, stay, monkeypatch):
    """A page that is hidden, closed or asleep says nothing; when it wakes up, the silence is not made up for."""
    manager, first = sign_in(cast.owner), cases(session)[0].episode_id
    stay(manager, first, 0, 120)
    stay(manager, first, 600, 720)
    later(monkeypatch, seconds=800)
    sign_in(cast.consultant).post(review(meeting, first), data=filled("sign"))
    assert (CARE_MANAGER, cast.owner.id, 4) in rows(session)


def test_an_open_page_of_which_nobody_does_anything_ends_with_its_session(
    cast, sign_in, session, meeting, stay
):
    """The pages speak by themselves; the session they speak in ends a quarter of an hour after its last use."""
    manager, first = sign_in(cast.owner), cases(session)[0].episode_id
    stay(manager, first, 0, 3600)
    session.expire_all()
    assert session.scalars(select(CaseTime)).one().seconds <= 15 * 60
    assert all(row.seen_at == NOW for row in session.scalars(select(UserSession)).all())


def test_another_patient_or_the_run_sheet_is_no_time_on_this_one(
    cast, sign_in, session, meeting, stay, monkeypatch
):
    manager, (first, second, _) = sign_in(cast.owner), cases(session)
    stay(manager, second.episode_id, 0, 120)
    stay(manager, "", 124, 300)
    sign_in(cast.consultant).post(review(meeting, first.episode_id), data=filled("sign"))
    assert [row[0] for row in rows(session)] == [CONSULTANT]


def test_two_windows_of_one_person_are_one_person(cast, sign_in, session, meeting, stay, monkeypatch):
    manager, (first, second, _) = sign_in(cast.owner), cases(session)
    for at in range(0, 120, 4):
        stay(manager, first.episode_id, at, at)
        stay(manager, second.episode_id, at + 2, at + 2)
    assert sum(row.seconds for row in session.scalars(select(CaseTime))) <= 120


def test_a_colleague_who_stands_in_has_the_minutes_and_never_two_care_managers(
    cast, sign_in, session, meeting, stay, monkeypatch
):
    own, colleague = sign_in(cast.owner), sign_in(cast.colleague)
    consultant, (first, second, _) = sign_in(cast.consultant), cases(session)
    stay(colleague, first.episode_id, 0, 180)
    consultant.post(review(meeting, first.episode_id), data=filled("sign"))
    assert (CARE_MANAGER, cast.colleague.id, 3) in rows(session)
    stay(colleague, second.episode_id, 200, 400)
    stay(own, second.episode_id, 300, 400)
    consultant.post(review(meeting, second.episode_id), data=filled("sign"))
    assert [row for row in rows(session) if row[0] == CARE_MANAGER] == [
        (CARE_MANAGER, cast.colleague.id, 3), (CARE_MANAGER, cast.owner.id, 1),
    ]  # fmt: skip


def test_a_second_consultant_has_time_of_their_own(cast, sign_in, session, meeting, stay):
    other = make.make_account(session, cast.org, name="Dr. Second", roles={(cast.riverside.id, CONSULTANT)})
    session.commit()
    second, first = (
        sign_in(Person(other.id, other.name, other.email, other, cast.consultant.viewer)),
        cases(session)[0],
    )
    stay(second, first.episode_id, 0, 60)
    sign_in(cast.consultant).post(review(meeting, first.episode_id), data=filled("sign"))
    assert {row[1] for row in rows(session)} == {cast.consultant.id, other.id}
    assert {row[0] for row in rows(session)} == {CONSULTANT}
