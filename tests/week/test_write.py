"""A task written by hand: from the week, from the chart, for oneself and for a colleague."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, Task
from tests import factories as make
from tests.cast import TODAY, Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient
from tests.week.people import card, things

SignIn = Callable[[Person], PageClient]
MONDAY = days_ago(-3)


def filled(cast: Cast, **changes: object) -> dict[str, object]:
    return {"title": "Fax the school", "due_on": MONDAY, "owner_id": cast.owner.id, "once": "t"} | changes


def written(session: Session) -> list[Task]:
    return list(session.scalars(select(Task)))


def test_a_task_is_written_and_shown_on_its_week(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    answer = client.post(f"/week/new/{cast.patient.id}", data=filled(cast))
    (row,) = written(session)
    assert (row.code, row.title, row.due_on, row.owner_id, row.episode_id) == (
        "", "Fax the school", MONDAY, cast.owner.id, cast.episode.id,
    )  # fmt: skip
    assert answer.location == f"/week/?from=2026-11-23&at={cast.patient.id}-{row.id}"
    assert "Fax the school" in card(client.get(answer.location), str(row.id))


def test_a_patient_without_an_episode_can_have_one(sign_in: SignIn, session: Session, cast: Cast) -> None:
    other = make.make_patient(session, cast.riverside, family_name="Abel", mrn="R-7")
    sign_in(cast.owner).post(f"/week/new/{other.id}", data=filled(cast, due_on=TODAY))
    (row,) = written(session)
    assert row.episode_id is None
    page = sign_in(cast.owner).get("/week/")
    assert "Abel" in card(page, str(row.id))
    assert "Fax the school" in sign_in(cast.owner).get(f"/chart/{other.id}").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "Say what is to be done."),
        ({"title": "x" * 121}, "under 120"),
        ({"due_on": ""}, "Choose the day."),
        ({"due_on": days_ago(1)}, "That day has passed."),
        ({"due_on": "2062-11-23"}, "more than a year away"),
        ({"owner_id": ""}, "Choose who does it."),
    ],
)
def test_what_is_missing_is_said_at_the_field(
    sign_in: SignIn, session: Session, cast: Cast, changes: dict[str, object], words: str
) -> None:
    answer = sign_in(cast.owner).post(f"/week/new/{cast.patient.id}", data=filled(cast, **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert not written(session)


def test_an_owner_of_another_clinic_is_none(sign_in: SignIn, session: Session, cast: Cast) -> None:
    data = filled(cast, owner_id=cast.outsider.id)
    assert sign_in(cast.owner).post(f"/week/new/{cast.patient.id}", data=data).status_code == 422
    assert not written(session)


def test_from_the_week_one_chooses_the_patient(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert "Carter, Samuel (R-1001)" in client.get("/week/new").text
    assert client.get(f"/week/new?patient={cast.patient.id}").location == f"/week/new/{cast.patient.id}"
    assert "No patients of your own" in sign_in(cast.colleague).get("/week/new").text


def test_the_chart_lists_what_is_open_and_done_and_leads_here(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    make.make_task(
        session, cast.patient, owner=cast.colleague.account, title="Mail the letter", due_on=MONDAY
    )
    make.make_task(session, cast.patient, owner=cast.owner.account, title="Ask the school", done_at=make.NOW)
    client = sign_in(cast.owner)
    text = client.get(f"/chart/{cast.patient.id}").text
    assert "Mail the letter" in text
    assert "Nov 23, 2026 · Jonas Weber" in " ".join(text.split())
    assert "Done or dropped: 1" in text
    assert f"/week/new/{cast.patient.id}?to=chart" in text
    answer = client.post(f"/week/new/{cast.patient.id}?to=chart", data=filled(cast))
    assert answer.location == f"/chart/{cast.patient.id}"


def test_a_chart_that_looks_back_has_no_tasks(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_task(session, cast.patient, owner=cast.owner.account, title="Mail the letter")
    assert "Mail the letter" not in sign_in(cast.owner).get(f"/chart/{cast.patient.id}?as_of=2026-11-10").text


def test_who_only_reads_sees_the_tasks_without_a_way_to_change_them(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    make.make_task(session, cast.patient, owner=cast.owner.account, title="Mail the letter")
    text = sign_in(cast.pcp).get(f"/chart/{cast.patient.id}").text
    assert "Mail the letter" in text
    assert "/week/" not in text


def test_the_trail_says_for_which_day_and_whom(sign_in: SignIn, session: Session, cast: Cast) -> None:
    sign_in(cast.owner).post(f"/week/new/{cast.patient.id}", data=filled(cast))
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "write_task")).one()
    assert event.detail == {"code": "by hand", "due_on": "2026-11-23", "owner": str(cast.owner.id)}


def test_a_task_of_somebody_who_is_not_visible_is_not_found(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    task = make.make_task(session, cast.patient, owner=cast.owner.account)
    outsider = sign_in(cast.outsider)
    assert outsider.get(f"/week/item/{cast.patient.id}/{task.id}").status_code == 404
    assert outsider.get(f"/week/item/{cast.stranger.id}/{task.id}").status_code == 404
    assert things(outsider.get("/week/?who=all"), cast) == []
