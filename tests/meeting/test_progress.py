"""What an open page of a meeting is told, what it fills in by itself, and where the keys of the case lead."""

import re

import pytest
from sqlalchemy import select

from registry.models import Review
from tests.consult.test_review import filled
from tests.meeting.conftest import cases, later, review


def here(client, meeting, episode_id=""):
    return client.post(f"/meeting/{meeting.id}/here", data={"episode": str(episode_id)}).text


def order(told, by):
    """The episodes as the run-sheet or the queue shows them."""
    found = re.findall(r'data-of="([^"]+)" data-sheet="(\d+)" data-queue="(\d+)"', told)
    return [key for key, *at in sorted(found, key=lambda one: int(one[1 if by == "sheet" else 2]))]


def field(page, name):
    return re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page).group(1)


def test_what_a_colleague_does_is_told_without_a_name(cast, sign_in, session, meeting):
    manager, consultant = sign_in(cast.owner), sign_in(cast.consultant)
    first, second, third = (case.episode_id for case in cases(session))
    manager.post(f"/meeting/{meeting.id}/move/{third}", data={"place": "1"})
    manager.post(f"/meeting/{meeting.id}/skip/{first}")
    manager.post(f"/meeting/{meeting.id}/not-today/{second}", data={"reason": "Waiting for labs"})
    told = here(consultant, meeting)
    assert order(told, "sheet") == [str(third), str(first), str(second)]
    assert order(told, "queue") == [str(second), str(third), str(first)]
    assert "Not today: Waiting for labs" in told
    assert "Skipped, comes again" in told
    assert not any(name in told for name in ("Carter", "Doe", "Evans"))


def test_that_a_colleague_has_signed_is_said_on_the_patient(cast, sign_in, session, meeting):
    manager, consultant = sign_in(cast.owner), sign_in(cast.consultant)
    first, second, _ = (case.episode_id for case in cases(session))
    assert "has signed" not in here(manager, meeting, first)
    consultant.post(review(meeting, first), data=filled("sign"))
    note = session.scalars(select(Review).where(Review.signed_at.is_not(None))).one()
    told = here(manager, meeting, first)
    assert f'data-announce="{cast.consultant.name} has signed the note on this patient."' in told
    assert f"/consult/note/{note.id}" in told
    assert "has signed" not in here(manager, meeting, second)
    assert "has signed" not in here(consultant, meeting, first), "who signed it knows"


def test_next_and_previous_are_told_anew(cast, sign_in, session, meeting):
    manager, consultant = sign_in(cast.owner), sign_in(cast.consultant)
    first, second, third = (case.episode_id for case in cases(session))
    manager.post(f"/meeting/{meeting.id}/skip/{second}")
    told = here(consultant, meeting, first)
    assert re.search(rf'data-turns="next" href="/consult/review/{third}\?', told)
    assert re.search(r'data-turns="previous"></a>', told)


def test_minutes_and_attendance_are_filled_in(cast, sign_in, session, meeting, monkeypatch):
    manager, consultant = sign_in(cast.owner), sign_in(cast.consultant)
    first = cases(session)[0].episode_id
    page = consultant.get(review(meeting, first)).text
    assert field(page, "attended") == cast.consultant.name, "nobody else was on the patient yet"
    for second in range(0, 240, 15):
        later(monkeypatch, seconds=second)
        here(consultant, meeting, first)
    here(manager, meeting, first)
    page = consultant.get(review(meeting, first)).text
    assert field(page, "minutes") == field(page, "minutes_offered") == "4"
    assert field(page, "attended") == f"{cast.consultant.name}, {cast.owner.name}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"minutes": "2", "attended": "A"}, (4, "Dr. Amara Okafor")),
        ({"minutes": "9", "attended": "By phone"}, (9, "By phone")),
        ({"minutes": "", "attended": "A"}, (None, "Dr. Amara Okafor")),
    ],
)
def test_a_signature_takes_what_holds_now_and_never_touches_what_was_typed(
    cast, sign_in, session, meeting, monkeypatch, typed, kept
):
    consultant, first = sign_in(cast.consultant), cases(session)[0].episode_id
    consultant.get(review(meeting, first))
    for second in range(0, 240, 15):
        later(monkeypatch, seconds=second)
        here(consultant, meeting, first)
    data = filled("sign", minutes_offered="2", attended_offered="A", **typed)
    consultant.post(review(meeting, first), data=data)
    note = session.scalars(select(Review)).one()
    assert (note.minutes, note.attended) == kept


def test_a_draft_that_was_left_as_offered_is_offered_anew(cast, sign_in, session, meeting, monkeypatch):
    consultant, first = sign_in(cast.consultant), cases(session)[0].episode_id
    consultant.get(review(meeting, first))
    data = filled("draft", minutes="", minutes_offered="", attended="A", attended_offered="A")
    consultant.post(review(meeting, first), data=data)
    for second in range(0, 120, 15):
        later(monkeypatch, seconds=second)
        here(consultant, meeting, first)
    page = consultant.get(review(meeting, first)).text
    assert field(page, "minutes") == "2"
    assert field(page, "attended") == cast.consultant.name
    typed = {"version": field(page, "version"), "minutes": "1", "minutes_offered": "1", "impression": "Slow"}
    assert consultant.post(f"/consult/typed/{first}", data=typed).status_code == 204
    page = consultant.get(review(meeting, first)).text
    assert "Slow" in page
    assert field(page, "minutes") == "2"


def test_who_is_done_leads_to_the_signed_note(cast, sign_in, session, meeting):
    consultant = sign_in(cast.consultant)
    first, second, _ = (case.episode_id for case in cases(session))
    consultant.post(review(meeting, first), data=filled("sign"))
    note = session.scalars(select(Review)).one()
    assert f'<a href="/consult/note/{note.id}"' in consultant.get(review(meeting, second)).text
    assert consultant.get(review(meeting, first)).location == f"/consult/note/{note.id}", (
        "a page that was opened before"
    )
    assert f'<a href="/consult/note/{note.id}"' in consultant.get(f"/consult/review/{second}").text, (
        "on the agenda, too"
    )


def test_a_text_of_ones_own_is_never_hidden_behind_a_colleagues_note(cast, sign_in, session, meeting):
    consultant, first = sign_in(cast.consultant), cases(session)[0].episode_id
    consultant.post(review(meeting, first), data=filled("sign"))
    consultant.post(f"/consult/typed/{first}", data={"impression": "One thing more"})
    assert "One thing more" in consultant.get(review(meeting, first)).text


def test_a_discarded_draft_stays_in_the_meeting(cast, sign_in, session, meeting):
    consultant, first = sign_in(cast.consultant), cases(session)[0].episode_id
    consultant.post(review(meeting, first), data=filled("draft"))
    page = consultant.get(review(meeting, first)).text
    target = re.search(r'action="(/consult/discard/[^"]+)"', page).group(1).replace("&amp;", "&")
    assert consultant.post(target).location == f"/consult/review/{first}?meeting={meeting.id}"


def test_not_today_is_on_the_case_and_leads_on(cast, sign_in, session, meeting):
    consultant = sign_in(cast.consultant)
    first, second, _ = (case.episode_id for case in cases(session))
    page = consultant.get(review(meeting, first)).text
    assert '<summary class="btn small" data-key="n">' in page
    assert 'data-key="t"' in page
    assert 'data-key="r"' in page
    answer = consultant.post(
        f"/meeting/{meeting.id}/not-today/{first}", data={"reason": "Labs", "back": "case"}
    )
    assert answer.location == f"/consult/review/{second}?meeting={meeting.id}"


def test_who_sees_one_clinic_is_told_that_the_time_is_for_others_too(cast, sign_in, session, both_clinics):
    manager, consultant = sign_in(cast.owner), sign_in(cast.consultant)
    told = manager.get(f"/meeting/{both_clinics.id}").text
    assert "0 of 3 of your clinics; it has patients of other clinics, too" in told
    assert "30 minutes left in the whole meeting" in told
    assert "minutes each" not in told
    whole = consultant.get(f"/meeting/{both_clinics.id}").text
    assert "30 minutes left for 4" in whole
    assert "other clinics" not in whole


def test_the_chart_keeps_a_care_manager_in_the_meeting(cast, sign_in, session, meeting):
    manager = sign_in(cast.owner)
    sheet = manager.get(f"/meeting/{meeting.id}").text
    link = re.search(rf'href="(/chart/[^"]+meeting={meeting.id})"', sheet).group(1)
    chart = manager.get(link).text
    assert f'hx-post="/meeting/{meeting.id}/here"' in chart
    assert (
        f'"episode": "{cast.episode.id}"'
        in manager.get(f"/chart/{cast.patient.id}?meeting={meeting.id}").text
    )
    assert "hx-post" not in manager.get(f"/chart/{cast.patient.id}?meeting=../../x").text
