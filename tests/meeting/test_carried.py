"""Who was not reached comes again, right after safety: in the next meeting, and on the agenda before it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry import run_sheet
from registry.models import MeetingCase, ReviewMeeting
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.meeting.conftest import begin, cases

LAST = TODAY - timedelta(days=7)
TAG = "Carried over from Nov 13"
RISKY = [1, 1, 1, 1, 1, 1, 1, 1, 2]


@pytest.fixture
def last_week(cast, sign_in, session, meeting):
    """The meeting of a week ago put Carter off and did not reach Doe and Evans; of today are a worse score and a risk."""
    client, (first, *_) = sign_in(cast.consultant), cases(session)
    meeting.on = LAST
    session.commit()
    client.post(f"/meeting/{meeting.id}/not-today/{first.episode_id}", data={"reason": "Waiting for labs"})
    client.post(f"/meeting/{meeting.id}/end")
    return [case.episode_id for case in cases(session)]


def another(session, cast, name, **scores):
    patient = make.make_patient(session, cast.riverside, family_name=name, mrn=f"R-{name}")
    episode = make.make_episode(session, patient, care_manager=cast.owner.account)
    make.make_mark(session, episode, text="Worse?")
    if scores:
        make.make_measure(session, patient, taken_on=TODAY, **scores)
    session.commit()
    return episode


def of_today(session):
    session.expire_all()
    rows = select(MeetingCase).join(ReviewMeeting, ReviewMeeting.id == MeetingCase.review_meeting_id)
    return list(session.scalars(rows.where(ReviewMeeting.on == TODAY).order_by(MeetingCase.place)))


def test_the_next_meeting_begins_with_safety_then_who_was_carried_over(cast, sign_in, session, last_week):
    worse, risky = another(session, cast, "Aaron"), another(session, cast, "Zeller", items=RISKY)
    client = sign_in(cast.consultant)
    address = begin(client, cast).location
    order = [case.episode_id for case in of_today(session)]
    assert order[0] == risky.id
    assert set(order[1:4]) == set(last_week), "those carried over, and the one who was put off"
    assert order[4] == worse.id
    page = client.get(address).text
    assert page.count(TAG) == 3
    assert client.get(f"/consult/review/{order[1]}?meeting={address[-36:]}").text.count(TAG) == 3


def test_the_limit_leaves_out_the_ranking_first(cast, sign_in, session, last_week):
    another(session, cast, "Aaron")
    begin(sign_in(cast.consultant), cast, most="3")
    assert {case.episode_id for case in of_today(session)} == set(last_week)


def test_a_hand_moves_who_was_carried_over_all_the_same(cast, sign_in, session, last_week):
    worse, client = another(session, cast, "Aaron"), sign_in(cast.consultant)
    address = begin(client, cast).location
    client.post(f"{address}/move/{worse.id}", data={"place": "1"})
    assert of_today(session)[0].episode_id == worse.id


def test_the_agenda_before_the_meeting_says_it_too(cast, sign_in, session, last_week):
    another(session, cast, "Aaron")
    text = sign_in(cast.owner).get("/consult/").text
    assert text.count(TAG) == 3
    assert text.index("Doe") < text.index("Aaron")
    past = sign_in(cast.owner).get(f"/consult/?on={LAST}").text
    assert TAG not in past, "on the day of that meeting nobody was carried over from it"


def test_a_review_since_then_ends_it(cast, sign_in, session, last_week):
    make.make_review(session, session.get(type(cast.episode), (cast.org.id, last_week[1])),
                     consultant=cast.consultant.account, on=make.days_ago(2), recommendations=[{}])  # fmt: skip
    session.commit()
    assert sign_in(cast.owner).get("/consult/").text.count(TAG) == 2
    address = begin(sign_in(cast.consultant), cast).location
    assert of_today(session)[-1].episode_id == last_week[1], "still asked about, but after those carried over"
    assert sign_in(cast.consultant).get(address).text.count(TAG) == 2


def test_who_has_no_other_reason_any_more_is_looked_at_all_the_same(cast, sign_in, session):
    consultant = cast.consultant
    make.make_review(
        session, cast.episode, consultant=consultant.account, on=make.days_ago(10), recommendations=[{}]
    )
    run_sheet.begin(
        session, consultant.viewer, [cast.riverside.id], [cast.episode.id], LAST, 60, consultant.id, NOW
    )
    session.commit()
    page = sign_in(cast.owner).get("/consult/").text
    assert TAG in page
    assert "No other reason is left" in page
    address = begin(sign_in(consultant), cast).location
    assert [case.episode_id for case in of_today(session)] == [cast.episode.id]
    assert "No other reason is left" in sign_in(consultant).get(address).text


def test_set_aside_for_the_day_is_not_carried_into_it(cast, sign_in, session, last_week):
    make.make_mark(session, session.get(type(cast.episode), (cast.org.id, last_week[0])), kind="set_aside",
                   review_on=TODAY, text="On holiday")  # fmt: skip
    session.commit()
    begin(sign_in(cast.consultant), cast)
    assert {case.episode_id for case in of_today(session)} == set(last_week[1:])


def test_a_meeting_that_nobody_ended_carries_over_as_well(cast, sign_in, session, meeting):
    meeting.on = LAST
    session.commit()
    assert sign_in(cast.owner).get("/consult/").text.count(TAG) == 3
