"""The review meeting: begin across clinics, order, clock, skip, not today, end, minutes, and who was passed over."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.access.policies import CARE_MANAGER, CONSULTANT
from registry.clinical.minutes import minutes_this_month
from registry.models import (
    AgendaMark,
    AuditEvent,
    MeetingPresence,
    ReviewMeeting,
    ReviewMinutes,
    ReviewSeries,
    UserSession,
)
from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import NOW, PASSWORD_HASH, TODAY, Person
from tests.consult.test_review import filled
from tests.meeting.conftest import begin, cases, join, later, review

WRITES = {"owner", "colleague", "consultant"}


def test_a_consultant_begins_with_everybody_on_the_agenda(cast, sign_in, session, patients):
    client = sign_in(cast.consultant)
    answer = begin(client, cast)
    meeting = session.scalars(select(ReviewMeeting)).one()
    assert answer.location == f"/meeting/{meeting.id}"
    assert (meeting.on, meeting.planned_minutes, meeting.consultant_id) == (TODAY, 30, cast.consultant.id)
    assert {case.episode_id for case in cases(session)} == {one.id for one in patients}
    page = client.get(answer.location).text
    assert "30 minutes left for 3" in page
    assert "about 10 minutes each" in page
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "begin_meeting")).one()
    assert act.patients == 3


def test_only_as_many_as_there_is_time_for(cast, sign_in, session, patients):
    begin(sign_in(cast.consultant), cast, most="2")
    assert len(cases(session)) == 2


def test_one_agenda_across_the_clinics_of_a_consultant(cast, sign_in, session, patients):
    join(session, cast.consultant, cast.hilltop, CONSULTANT)
    make.make_mark(session, cast.strange_episode, text="Reviewed together?")
    session.commit()
    client = sign_in(cast.consultant)
    begin(client, cast, clinics=[str(cast.riverside.id), str(cast.stranger.clinic_id)])
    assert cast.strange_episode.id in {case.episode_id for case in cases(session)}
    meeting = session.scalars(select(ReviewMeeting)).one()
    names = sign_in(cast.owner).get(f"/meeting/{meeting.id}").text
    assert "Carter" in names
    assert cast.stranger.family_name not in names, "everybody sees the patients of their own clinics alone"


@pytest.mark.parametrize(
    ("part", "data", "sentence"),
    [
        ("owner", {}, "The consultant begins the meeting"),
        ("consultant", {"clinics": []}, "Choose at least one clinic."),
        ("consultant", {"minutes": "2"}, "From 5 to 480 minutes."),
        ("consultant", {"minutes": "soon"}, "Write a whole number"),
        ("consultant", {"most": "0"}, "From 1 to 99."),
    ],
)
def test_what_does_not_begin(cast, sign_in, session, patients, part, data, sentence):
    answer = begin(sign_in(cast.people[part]), cast, **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(ReviewMeeting)).all() == []


def test_nobody_on_the_agenda_is_no_meeting(cast, sign_in, session):
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(1), recommendations=[{}]
    )
    session.commit()
    assert "Nobody in these clinics" in begin(sign_in(cast.consultant), cast).text


def test_two_of_one_name_are_told_apart(cast, sign_in, session, patients):
    for year, sex in ((1986, "female"), (2009, "male")):
        twin = make.make_patient(
            session, cast.riverside, family_name="Twin", mrn=f"T-{year}", birth_date=date(year, 3, 1), sex=sex
        )
        make.make_mark(session, make.make_episode(session, twin, care_manager=cast.owner.account))
    session.commit()
    client = sign_in(cast.consultant)
    page = client.get(begin(client, cast).location).text
    assert '<span class="muted">40 F</span>' in page
    assert '<span class="muted">17 M</span>' in page


def test_who_opens_it(cast, sign_in, meeting):
    for part, person in cast.people.items():
        expected = 200 if part in WRITES else 404 if part in {"outsider"} else 403
        assert sign_in(person).get(f"/meeting/{meeting.id}").status_code == expected, part


def test_the_clock_runs_for_the_patient_on_the_screen(cast, sign_in, session, meeting, monkeypatch):
    client = sign_in(cast.consultant)
    first, second = [case.episode_id for case in cases(session)][:2]
    page = client.get(review(meeting, first)).text
    assert "0 of 3" in page
    later(monkeypatch, minutes=4)
    client.get(review(meeting, second))
    later(monkeypatch, minutes=6)
    client.get(review(meeting, first))
    seconds = {case.episode_id: (case.seconds, case.opened_at is not None) for case in cases(session)}
    assert seconds[first] == (240, True)
    assert seconds[second] == (120, False)


def test_a_care_manager_who_looks_moves_no_clock(cast, sign_in, session, meeting):
    sign_in(cast.owner).get(f"/meeting/{meeting.id}")
    assert all(case.opened_at is None for case in cases(session))


def test_a_signed_note_signs_the_patient_off_with_minutes_for_each(
    cast, sign_in, session, meeting, monkeypatch
):
    manager, client = sign_in(cast.owner), sign_in(cast.consultant)
    episode = cases(session)[0].episode_id
    client.get(review(meeting, episode))
    for second in range(100, 236, 15):
        later(monkeypatch, seconds=second)
        manager.post(f"/meeting/{meeting.id}/here", data={"episode": str(episode)})
    later(monkeypatch, minutes=4)
    answer = client.post(review(meeting, episode), data=filled("sign_next"))
    assert f"meeting={meeting.id}" in answer.location, "on to the next patient of the meeting"
    rows = session.scalars(select(ReviewMinutes).order_by(ReviewMinutes.role)).all()
    assert [(row.role, row.account_id, row.minutes) for row in rows] == [
        ("care_manager", cast.owner.id, 2), ("psychiatric_consultant", cast.consultant.id, 4),
    ]  # fmt: skip
    assert cases(session)[0].state == "reviewed"
    facts = snapshot(session, cast.patient.org_id, episode).facts
    assert minutes_this_month(facts, TODAY).counted == 2, (
        "the consultant's minutes are never the care manager's"
    )
    assert "1 of 3" in client.get(answer.location).text


def test_a_care_manager_who_was_not_there_gets_no_minutes(cast, sign_in, session, meeting):
    client = sign_in(cast.consultant)
    client.post(review(meeting, cases(session)[0].episode_id), data=filled("sign"))
    assert [row.role for row in session.scalars(select(ReviewMinutes))] == ["psychiatric_consultant"]


def test_the_order_is_changed_by_hand(cast, sign_in, session, meeting):
    client, before = sign_in(cast.owner), [case.episode_id for case in cases(session)]
    assert client.post(f"/meeting/{meeting.id}/move/{before[2]}", data={"place": "1"}).status_code == 302
    assert [case.episode_id for case in cases(session)] == [before[2], before[0], before[1]]
    for wrong in ("0", "x", ""):
        assert (
            client.post(f"/meeting/{meeting.id}/move/{before[0]}", data={"place": wrong}).status_code == 422
        )
    assert (
        client.post(f"/meeting/{meeting.id}/move/{cast.strange_episode.id}", data={"place": "1"}).status_code
        == 404
    )


def test_who_is_skipped_comes_again_at_the_end(cast, sign_in, session, meeting):
    client, before = sign_in(cast.consultant), [case.episode_id for case in cases(session)]
    answer = client.post(f"/meeting/{meeting.id}/skip/{before[0]}", data={"back": "case"})
    assert answer.location == f"/consult/review/{before[1]}?meeting={meeting.id}"
    page = client.get(f"/meeting/{meeting.id}").text
    assert page.index(f"case-{before[0]}") > page.index(f"case-{before[2]}")
    assert "Skipped, comes again" in page
    answer = client.post(f"/meeting/{meeting.id}/skip/{before[1]}", data={"back": "case"})
    assert answer.location == f"/consult/review/{before[2]}?meeting={meeting.id}", (
        "onward, not back to the first"
    )


@pytest.mark.parametrize(
    ("moved", "place", "order", "waits"),
    [(2, 2, (1, 2, 0), (1, 2)), (0, 1, (0, 1, 2), (0, 1, 2)), (0, 2, (1, 0, 2), (0, 1, 2))],
    ids=["the last who waits stays last of them", "who was skipped comes first again", "or second"],
)
def test_the_order_is_changed_by_hand_after_a_skip(
    cast, sign_in, session, meeting, moved, place, order, waits
):
    client, before = sign_in(cast.consultant), [case.episode_id for case in cases(session)]
    client.post(f"/meeting/{meeting.id}/skip/{before[0]}")
    client.post(f"/meeting/{meeting.id}/move/{before[moved]}", data={"place": str(place)})
    page = client.get(f"/meeting/{meeting.id}").text
    shown = sorted(before, key=lambda episode: page.index(f"case-{episode}"))
    assert shown == [before[at] for at in order]
    waiting = {case.episode_id for case in cases(session) if case.state == "waiting"}
    assert waiting == {before[at] for at in waits}


def test_not_today_needs_its_reason_and_stands_on_the_agenda(cast, sign_in, session, meeting):
    client, episode = sign_in(cast.owner), cases(session)[0].episode_id
    url = f"/meeting/{meeting.id}/not-today/{episode}"
    assert "Say why not today" in client.post(url, data={"reason": " "}).text
    client.post(url, data={"reason": "Waiting for labs"})
    assert (cases(session)[0].state, cases(session)[0].reason) == ("not_today", "Waiting for labs")
    mark = session.scalars(select(AgendaMark).where(AgendaMark.kind == "set_aside")).one()
    assert (mark.episode_id, mark.review_on, mark.text) == (episode, TODAY, "Waiting for labs")


def test_nobody_is_set_aside_in_a_meeting_that_is_over_or_not_theirs(cast, sign_in, session, meeting):
    client, url = sign_in(cast.owner), f"/meeting/{meeting.id}/not-today"
    assert client.post(f"{url}/{cast.strange_episode.id}", data={"reason": "Labs"}).status_code == 404
    client.post(f"/meeting/{meeting.id}/end")
    answer = client.post(f"{url}/{cases(session)[0].episode_id}", data={"reason": "Labs"})
    assert answer.status_code == 422
    assert "This meeting is over" in answer.text
    assert session.scalars(select(AgendaMark).where(AgendaMark.kind == "set_aside")).all() == []


def test_the_end_carries_over_who_was_not_reached(cast, sign_in, session, meeting):
    client, first = sign_in(cast.consultant), cases(session)[0].episode_id
    client.post(review(meeting, first), data=filled("sign"))
    answer = client.post(f"/meeting/{meeting.id}/end", follow_redirects=True)
    assert "2 carried over to the next." in answer.text
    assert [case.state for case in cases(session)] == ["reviewed", "carried_over", "carried_over"]
    client.post(f"/meeting/{meeting.id}/skip/{cases(session)[1].episode_id}")
    assert cases(session)[1].state == "carried_over", "a meeting that is over stays as it was"


def test_a_page_that_was_opened_before_takes_no_signature_back(cast, sign_in, session, meeting):
    consultant, manager, first = sign_in(cast.consultant), sign_in(cast.owner), cases(session)[0].episode_id
    consultant.post(review(meeting, first), data=filled("sign"))
    manager.post(f"/meeting/{meeting.id}/skip/{first}")
    answer = manager.post(f"/meeting/{meeting.id}/not-today/{first}", data={"reason": "Labs"})
    assert answer.status_code == 422
    assert "This patient is through in this meeting." in answer.text
    assert cases(session)[0].state == "reviewed"
    assert session.scalars(select(AgendaMark).where(AgendaMark.kind == "set_aside")).all() == []


def test_who_was_put_off_and_is_reviewed_all_the_same_is_reviewed(cast, sign_in, session, meeting):
    client, first = sign_in(cast.consultant), cases(session)[0].episode_id
    client.post(f"/meeting/{meeting.id}/not-today/{first}", data={"reason": "Labs"})
    client.post(review(meeting, first), data=filled("sign"))
    assert cases(session)[0].state == "reviewed"
    assert len(session.scalars(select(ReviewMinutes)).all()) == 1


def test_a_review_counts_though_somebody_ended_the_meeting_meanwhile(cast, sign_in, session, meeting):
    consultant, first = sign_in(cast.consultant), cases(session)[0].episode_id
    consultant.get(review(meeting, first))
    sign_in(cast.owner).post(f"/meeting/{meeting.id}/end")
    consultant.post(review(meeting, first), data=filled("sign"))
    assert [case.state for case in cases(session)] == ["reviewed", "carried_over", "carried_over"]
    assert len(session.scalars(select(ReviewMinutes)).all()) == 1


def test_the_meeting_ends_for_both_clinics_whoever_ends_it(cast, sign_in, session, both_clinics):
    answer = sign_in(cast.owner).post(f"/meeting/{both_clinics.id}/end", follow_redirects=True)
    assert "3 carried over to the next." in answer.text, "of those whom she may see"
    assert {case.state for case in cases(session)} == {"carried_over"}
    assert len(cases(session)) == 4


def test_a_patient_of_another_clinic_has_no_number_here(cast, sign_in, session, both_clinics):
    sign_in(cast.consultant).get(review(both_clinics, cast.strange_episode.id))
    told = sign_in(cast.owner).post(f"/meeting/{both_clinics.id}/here").text
    assert "Dr. Amara Okafor is with another patient" in told


def test_the_number_is_that_of_the_queue(cast, sign_in, session, meeting):
    consultant, order = sign_in(cast.consultant), [case.episode_id for case in cases(session)]
    consultant.post(review(meeting, order[0]), data=filled("sign"))
    consultant.get(review(meeting, order[1]))
    assert (
        "Dr. Amara Okafor is looking at number 1"
        in sign_in(cast.owner).post(f"/meeting/{meeting.id}/here").text
    )


def test_the_minutes_are_the_signers(cast, sign_in, session, meeting):
    other = make.make_account(
        session, cast.org, name="Dr. Second", roles={(cast.riverside.id, CONSULTANT)}, password=PASSWORD_HASH
    )
    session.commit()
    second = Person(other.id, other.name, other.email, other, cast.consultant.viewer)
    sign_in(second).post(review(meeting, cases(session)[0].episode_id), data=filled("sign"))
    assert [row.account_id for row in session.scalars(select(ReviewMinutes))] == [other.id]


# Who is where


def test_everybody_sees_where_the_others_are_and_who_writes(cast, sign_in, session, meeting, monkeypatch):
    consultant, manager = sign_in(cast.consultant), sign_in(cast.owner)
    episode = cases(session)[1].episode_id
    consultant.get(review(meeting, episode))
    here = f"/meeting/{meeting.id}/here"
    assert "Dr. Amara Okafor is looking at number 2" in manager.post(here).text
    consultant.post(f"/consult/typed/{episode}", data={"impression": "Thinking"})
    told = manager.post(here).text
    assert "Dr. Amara Okafor is writing on number 2" in told
    assert "Thinking" not in told
    assert "Carter" not in told
    later(monkeypatch, seconds=30)
    assert "Okafor" not in manager.post(here).text, "who says nothing for a while has left"


def test_an_open_page_keeps_no_session_alive(cast, sign_in, session, meeting, monkeypatch):
    manager = sign_in(cast.owner)
    later(monkeypatch, minutes=5)
    manager.post(f"/meeting/{meeting.id}/here")
    session.expire_all()
    assert {row.seen_at for row in session.scalars(select(UserSession))} == {NOW}
    assert session.scalars(select(MeetingPresence)).one().seen_at == NOW + timedelta(minutes=5)


# Slots, and nobody forgotten


def test_nobody_leads_two_meetings_at_a_time(cast, sign_in, session, meeting):
    answer = begin(sign_in(cast.consultant), cast)
    assert answer.status_code == 422
    assert "Your meeting of today still runs: go on with it, or end it first." in answer.text
    assert len(session.scalars(select(ReviewMeeting)).all()) == 1
    assert f'<a href="/meeting/{meeting.id}">Go on with the meeting of Dr. Amara Okafor</a>' in answer.text


def test_a_meeting_that_nobody_ended_is_over_when_the_next_begins(cast, sign_in, session, meeting):
    meeting.on = TODAY - timedelta(days=7)
    session.commit()
    assert begin(sign_in(cast.consultant), cast).status_code == 302
    session.refresh(meeting)
    assert meeting.ended_at == NOW
    old = [case for case in cases(session) if case.review_meeting_id == meeting.id]
    assert {case.state for case in old} == {"carried_over"}


def slot(**changes):
    return {"weekday": "3", "starts_at": "09:30", "minutes": "60", "from_on": str(TODAY), **changes}


def test_a_weekly_slot_is_added_and_ended(cast, sign_in, session):
    client = sign_in(cast.owner)
    form = slot(clinic=str(cast.riverside.id), consultant=str(cast.consultant.id))
    assert client.post("/meeting/slots/new", data=form).status_code == 302
    assert "Thursday 09:30, 60 minutes" in client.get("/meeting/").text
    answer = client.post("/meeting/slots/new", data=form | {"starts_at": "10:15"})
    assert "reviews" in answer.text, "one consultant is not in two places"
    assert answer.status_code == 422
    row = session.scalars(select(ReviewSeries)).one()
    client.post(f"/meeting/slots/{row.id}/end")
    session.refresh(row)
    assert row.until_on == TODAY - timedelta(days=1)
    assert "No weekly slot yet." in client.get("/meeting/").text
    assert sign_in(cast.outsider).post(f"/meeting/slots/{row.id}/end").status_code == 404


def test_the_slots_of_the_day_propose_the_meeting(cast, sign_in, session):
    form = slot(clinic=str(cast.riverside.id), consultant=str(cast.consultant.id), minutes="45")
    manager = sign_in(cast.owner)
    manager.post("/meeting/slots/new", data=form | {"weekday": str(TODAY.weekday())})
    manager.post("/meeting/slots/new", data=form)
    page = sign_in(cast.consultant).get("/meeting/").text
    assert f"Today’s weekly slots: {cast.riverside.name} at 09:30, 45 minutes. The form is filled in" in page
    assert all(f'value="{number}"' in page for number in (45, 6)), "minutes, and eight patients an hour"
    assert "next on Nov 26, 2026" in page, "the one on Thursday"
    row = session.scalars(select(ReviewSeries).where(ReviewSeries.weekday == TODAY.weekday())).one()
    manager.post(f"/meeting/slots/{row.id}/end")
    assert "Today’s weekly slots" not in sign_in(cast.consultant).get("/meeting/").text, (
        "from today on it proposes nothing"
    )
    assert "Today’s weekly slots" not in manager.get("/meeting/").text, "the consultant's, nobody else's"


def test_a_slot_that_ends_before_its_next_day_proposes_nothing(cast, sign_in, session):
    form = slot(clinic=str(cast.riverside.id), consultant=str(cast.consultant.id))
    manager = sign_in(cast.owner)
    manager.post(
        "/meeting/slots/new",
        data=form | {"weekday": str(TODAY.weekday()), "from_on": str(TODAY + timedelta(days=1))},
    )
    row = session.scalars(select(ReviewSeries)).one()
    assert "next on Nov 27, 2026" in manager.get("/meeting/").text
    manager.post(f"/meeting/slots/{row.id}/end")
    assert "No weekly slot yet." in manager.get("/meeting/").text
    assert "next on" not in manager.get("/meeting/").text


def test_a_slot_is_held_by_a_consultant_of_its_clinic(cast, sign_in, session):
    other = make.make_account(session, cast.org, name="Dr. Hill", roles={(cast.hilltop.id, CONSULTANT)})
    join(session, cast.owner, cast.hilltop, CARE_MANAGER)
    session.commit()
    form, client = slot(consultant=str(other.id)), sign_in(cast.owner)
    answer = client.post("/meeting/slots/new", data=form | {"clinic": str(cast.riverside.id)})
    assert answer.status_code == 422
    assert "Choose a consultant of the clinic." in answer.text
    assert client.post("/meeting/slots/new", data=form | {"clinic": str(cast.hilltop.id)}).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [{"starts_at": "noon"}, {"minutes": "0"}, {"from_on": ""}, {"weekday": "9"}, {"consultant": "nobody"}],
)
def test_what_is_no_slot(cast, sign_in, session, changes):
    form = slot(clinic=str(cast.riverside.id), consultant=str(cast.consultant.id)) | changes
    assert sign_in(cast.owner).post("/meeting/slots/new", data=form).status_code == 422
    assert session.scalars(select(ReviewSeries)).all() == []


def test_nobody_is_forgotten(cast, sign_in, session, patients):
    client = sign_in(cast.consultant)
    page = client.get("/meeting/").text
    assert "Never reviewed" in page
    assert "Doe" in page
    for episode in patients:
        make.make_review(
            session, episode, consultant=cast.consultant.account, on=make.days_ago(1), recommendations=[{}]
        )
    session.commit()
    after = client.get("/meeting/").text
    assert after.count(">0</b>") == 3, "the lists reach nought"
