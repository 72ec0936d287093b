"""What is done with a thing: moved, put off, handed over, done, dropped, reopened; refused; and told when two do it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Acknowledgement, AuditEvent, NextAction, Task, TaskStep
from tests import factories as make
from tests.cast import NOW, TODAY, Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient
from tests.week.people import address, card, sent, things

SignIn = Callable[[Person], PageClient]
MONDAY, TUESDAY = days_ago(-3), days_ago(-4)


def stored(session: Session) -> Task | None:
    return session.scalar(select(Task))


def steps(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(TaskStep).order_by(TaskStep.at, TaskStep.kind))
    return [(row.kind, row.reason) for row in rows]


# ---------------------------------------------------------------- move


def test_a_thing_moves_with_a_row_and_a_step(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    moved = client.post(address("move", cast, "plan"), data=sent(day=MONDAY))
    assert moved.location == f"/week/?at={cast.patient.id}-plan"
    row = stored(session)
    assert row is not None
    assert (row.code, row.due_on, row.owner_id, row.episode_id) == (
        "P1",
        MONDAY,
        cast.owner.id,
        cast.episode.id,
    )
    assert steps(session) == [("moved", "")]
    assert "plan" not in things(client.get("/week/"), cast)
    assert "plan" in things(client.get(f"/week/?from={MONDAY}"), cast)


def test_the_next_contact_moves_on_the_caseload_too(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_next_action(session, cast.episode, action="Video visit", due_on=TODAY)
    client = sign_in(cast.owner)
    client.post(address("move", cast), data=sent(version=1, day=MONDAY))
    planned = session.scalars(select(NextAction)).one()
    assert (planned.action, planned.due_on, planned.changed_by) == ("Video visit", MONDAY, cast.owner.id)
    assert "Nov 23" in client.get("/caseload/").text


def test_a_contact_that_nobody_planned_is_planned_by_moving_it(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    sign_in(cast.owner).post(address("move", cast), data=sent(day=MONDAY))
    planned = session.scalars(select(NextAction)).one()
    assert (planned.action, planned.due_on) == ("Call for the first follow-up", MONDAY)


def test_who_does_not_record_contacts_does_not_move_the_next_one(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    refused = sign_in(cast.consultant).post(address("move", cast), data=sent(day=MONDAY))
    assert refused.status_code == 403
    assert stored(session) is None


def test_a_form_sent_twice_counts_once(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    first = client.post(address("move", cast, "plan"), data=sent(day=MONDAY))
    again = client.post(address("move", cast, "plan"), data=sent(day=MONDAY))
    assert again.location == first.location
    assert len(steps(session)) == 1


@pytest.mark.parametrize(
    ("thing", "day", "words"),
    [
        ("plan", "", "Choose the day."),
        ("plan", "2026-11-19", "That day has passed."),
        ("plan", "2026-11-20", "It stands on that day already."),
        ("plan", "2062-11-23", "more than a year away"),
        ("safety", "2026-11-23", "A safety finding does not wait."),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_the_field(
    sign_in: SignIn, session: Session, cast: Cast, thing: str, day: str, words: str
) -> None:
    make.make_measure(session, cast.patient, items=[1] * 9)
    answer = sign_in(cast.owner).post(address("move", cast, thing), data=sent(day=day))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert stored(session) is None


# ---------------------------------------------------------------- put off


def test_what_waits_says_why_on_the_day_on_which_it_comes_back(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    client = sign_in(cast.owner)
    client.post(address("snooze", cast), data=sent(until=TUESDAY, reason="In hospital until then"))
    page = client.get(f"/week/?from={MONDAY}")
    assert "Put off: In hospital until then" in card(page, "call")
    assert "call" not in things(client.get("/week/"), cast)
    assert session.scalars(select(NextAction.due_on)).one() == TUESDAY
    assert steps(session) == [("snoozed", "In hospital until then")]


@pytest.mark.parametrize(
    ("thing", "values", "words"),
    [
        ("plan", {"until": TUESDAY, "reason": " "}, "Say why it can wait."),
        ("plan", {"until": TODAY, "reason": "Busy"}, "a day after today"),
        ("plan", {"until": days_ago(-40), "reason": "Abroad"}, "four weeks at most"),
        ("plan", {"until": "", "reason": "Abroad"}, "Give the day"),
        ("safety", {"until": MONDAY, "reason": "Busy"}, "cannot be put off beyond today"),
    ],
)
def test_what_cannot_wait_is_refused(
    sign_in: SignIn, session: Session, cast: Cast, thing: str, values: dict[str, Any], words: str
) -> None:
    make.make_measure(session, cast.patient, items=[1] * 9)
    answer = sign_in(cast.owner).post(address("snooze", cast, thing), data=sent(**values))
    assert answer.status_code == 422
    assert words in answer.text
    assert stored(session) is None


# ---------------------------------------------------------------- hand over


def test_a_thing_is_handed_to_a_colleague_who_sees_it_as_new(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    data = sent(owner_id=cast.colleague.id, remark="You know the family")
    sign_in(cast.owner).post(address("hand-over", cast, "plan"), data=data)
    row = stored(session)
    assert row is not None
    assert row.owner_id == cast.colleague.id
    theirs = sign_in(cast.colleague)
    page = theirs.get("/week/")
    assert things(page, cast) == ["plan"]
    assert "1 new to you" in page.text
    shown = theirs.get(address("item", cast, "plan")).text
    assert "Handed over to Jonas Weber by Maria Ortiz" in shown
    assert "You know the family" in shown


def test_seen_by_one_it_stays_new_for_the_other(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_cover(session, cast.colleague, cast.owner)
    task = make.make_task(session, cast.patient, owner=cast.colleague.account, who=cast.manager.account)
    colleague, owner = sign_in(cast.colleague), sign_in(cast.owner)
    colleague.post(address("seen", cast, str(task.id)), data=sent(version=1))
    assert "new to you" not in colleague.get("/week/").text
    assert "1 new to you" in owner.get("/week/").text
    assert session.scalars(select(Acknowledgement.account_id)).all() == [cast.colleague.id]
    colleague.post(address("seen", cast, str(task.id)), data=sent(version=1, once="u"))
    assert len(session.scalars(select(Acknowledgement)).all()) == 1


def test_what_comes_back_is_new_again(sign_in: SignIn, session: Session, cast: Cast) -> None:
    task = make.make_task(session, cast.patient, owner=cast.owner.account, who=cast.manager.account)
    client = sign_in(cast.owner)
    client.post(address("seen", cast, str(task.id)), data=sent(version=1))
    make.make_task_step(
        session, task, kind="handed_over", who=cast.colleague.account, at=NOW + timedelta(hours=1)
    )
    assert "1 new to you" in client.get("/week/").text


@pytest.mark.parametrize("part", ["outsider", "pcp", "other_pcp", "administrator", "nobody"])
def test_only_who_works_in_the_patients_clinic_can_own_a_task(
    sign_in: SignIn, session: Session, cast: Cast, part: str
) -> None:
    to = cast.people[part].id if part in cast.people else ""
    answer = sign_in(cast.owner).post(address("hand-over", cast, "plan"), data=sent(owner_id=to))
    assert answer.status_code == 422
    assert stored(session) is None


def test_the_patients_therapist_can_own_one_and_another_cannot(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    make.make_account(session, cast.org, name="Other Therapist", roles={(cast.riverside.id, "therapist")})
    form = sign_in(cast.owner).get(address("item", cast, "plan")).text
    assert "Lena Novák" in form
    assert "Other Therapist" not in form


def test_it_is_this_persons_already(sign_in: SignIn, cast: Cast) -> None:
    data = sent(owner_id=cast.owner.id)
    answer = sign_in(cast.colleague).post(address("hand-over", cast, "plan"), data=data)
    assert answer.status_code == 422
    assert "already" in answer.text


# ---------------------------------------------------------------- done


def test_a_task_by_hand_is_done_and_reopened(sign_in: SignIn, session: Session, cast: Cast) -> None:
    task = make.make_task(session, cast.patient, owner=cast.owner.account)
    client = sign_in(cast.owner)
    client.post(address("done", cast, str(task.id)), data=sent(version=1, how="done", remark="By fax"))
    assert str(task.id) not in things(client.get("/week/"), cast)
    shown = client.get(address("item", cast, str(task.id))).text
    assert "It was done on Nov 20, 2026" in shown
    assert "By fax" in shown
    client.post(address("reopen", cast, str(task.id)), data=sent(once="u"))
    assert str(task.id) in things(client.get("/week/"), cast)
    assert {kind for kind, _ in steps(session)} == {"created", "done", "reopened"}


def test_a_task_is_dropped_with_the_reason(sign_in: SignIn, session: Session, cast: Cast) -> None:
    task = make.make_task(session, cast.patient, owner=cast.owner.account)
    client = sign_in(cast.owner)
    refused = client.post(address("done", cast, str(task.id)), data=sent(version=1, how="dropped", remark=""))
    assert refused.status_code == 422
    assert "with the reason" in refused.text
    data = sent(version=1, once="u", how="dropped", remark="School is over")
    client.post(address("done", cast, str(task.id)), data=data)
    assert ("dropped", "School is over") in steps(session)


def test_what_a_rule_can_see_is_not_done_by_hand_and_says_what_clears_it(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    client = sign_in(cast.owner)
    assert "/week/done/" not in client.get(address("item", cast)).text
    refused = client.post(address("done", cast), data=sent(how="done"))
    assert refused.status_code == 422
    assert "It is done when a contact is recorded with its next step." in refused.text
    assert stored(session) is None


def test_a_reminder_is_done_by_hand_and_rests_until_monday(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=days_ago(9), recommendations=[{}]
    )
    make.make_contact(session, cast.episode, on=days_ago(1))
    client = sign_in(cast.owner)
    assert "Done" in card(client.get("/week/"), "advice")
    client.post(address("done", cast, "advice"), data=sent(how="done"))
    assert "advice" not in things(client.get("/week/"), cast)
    assert "asks again next week" in client.get(address("item", cast, "advice")).text
    row = stored(session)
    assert row is not None
    row.done_at = NOW - timedelta(days=7)
    assert "advice" in things(client.get("/week/"), cast), "it was done the week before"


def test_when_the_rule_is_silent_the_thing_is_gone(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    client.post(address("move", cast, "plan"), data=sent(day=MONDAY))
    make.make_care_plan(session, cast.patient)
    assert "no longer asks" in client.get(address("item", cast, "plan")).text
    late = client.post(address("move", cast, "plan"), data=sent(version=1, once="u", day=TUESDAY))
    assert late.status_code == 302
    assert "Nothing asks for this any more" in client.get(late.location).text
    assert steps(session) == [("moved", "")]


def test_what_never_was_is_not_found(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert client.get(address("item", cast, "advice")).status_code == 404
    assert client.post(address("seen", cast, "plan"), data=sent()).status_code == 302
    assert client.post(address("reopen", cast, "plan"), data=sent(once="u")).status_code == 302


# ---------------------------------------------------------------- two people


@pytest.mark.databases("sqlite", "postgresql")
def test_two_people_move_one_thing(sign_in: SignIn, session: Session, cast: Cast) -> None:
    sign_in(cast.colleague).post(address("move", cast, "plan"), data=sent(day=MONDAY))
    mine = sign_in(cast.owner)
    refused = mine.post(address("move", cast, "plan"), data=sent(once="u", day=TUESDAY))
    assert refused.status_code == 409
    assert "Jonas Weber saved this while you were writing" in refused.text
    assert "Nov 24, 2026" in refused.text
    assert "Nov 23, 2026" in refused.text
    assert 'value="2026-11-24"' in refused.text
    assert 'name="version" type="hidden" value="1"' in refused.text
    assert stored_day(session) == MONDAY
    mine.post(address("move", cast, "plan"), data=sent(version=1, once="v", day=TUESDAY))
    assert stored_day(session) == TUESDAY


def stored_day(session: Session) -> date:
    row = stored(session)
    assert row is not None
    return row.due_on


def test_two_people_reword_one_task_and_both_texts_are_shown(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    task = make.make_task(session, cast.patient, owner=cast.owner.account)
    where = address("words", cast, str(task.id))
    sign_in(cast.colleague).post(where, data=sent(version=1, title="Fax the school nurse"))
    mine = sign_in(cast.owner)
    refused = mine.post(where, data=sent(version=1, once="u", title="Call the school"))
    assert refused.status_code == 409
    for words in ("Fax the school nurse", "Call the school", "Jonas Weber"):
        assert words in refused.text
    mine.post(where, data=sent(version=2, once="v", title="Call the school"))
    assert ("changed", "Fax the school") in steps(session)
    assert ("changed", "Fax the school nurse") in steps(session)


def test_a_contact_that_was_planned_anew_meanwhile_is_told(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    make.make_next_action(
        session, cast.episode, action="Video visit", due_on=MONDAY, who=cast.colleague.account
    )
    refused = sign_in(cast.owner).post(address("move", cast), data=sent(version=0, day=TUESDAY))
    assert refused.status_code == 409
    assert "Jonas Weber" in refused.text
    assert session.scalars(select(NextAction.due_on)).one() == MONDAY


def test_the_words_of_a_rule_stay(sign_in: SignIn, session: Session, cast: Cast) -> None:
    refused = sign_in(cast.owner).post(address("words", cast, "plan"), data=sent(title="Later"))
    assert refused.status_code == 422
    assert stored(session) is None


# ---------------------------------------------------------------- trail


def test_the_trail_has_days_owners_and_rules_and_no_words(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    client = sign_in(cast.owner)
    client.post(address("snooze", cast, "plan"), data=sent(until=TUESDAY, reason="Secret reason"))
    client.post(
        address("hand-over", cast, "plan"), data=sent(version=1, once="u", owner_id=cast.colleague.id)
    )
    found = {
        row.action: row for row in session.scalars(select(AuditEvent).where(AuditEvent.category == "task"))
    }
    assert found["snooze_task"].detail == {"code": "P1", "until": "2026-11-24"}
    assert found["hand_over_task"].detail == {
        "code": "P1", "owner": [str(cast.owner.id), str(cast.colleague.id)],
    }  # fmt: skip
    assert all("Secret" not in str(row.detail) for row in found.values())
    assert all(found[action].patients == 1 for action in ("snooze_task", "hand_over_task"))


def test_from_the_chart_one_comes_back_to_the_chart(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert "?to=chart" in client.get(address("item", cast, "plan") + "?to=chart").text
    moved = client.post(address("move", cast, "plan") + "?to=chart", data=sent(day=MONDAY))
    assert moved.location == f"/chart/{cast.patient.id}"
