"""The next action of a row: edited in the row or on a page, and never written over what nobody had seen."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, NextAction
from tests import factories as make
from tests.cast import Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
SWAP = {"HX-Request": "true"}
MONDAY = "2026-11-23"


def address(cast: Cast) -> str:
    return f"/caseload/next/{cast.episode.id}"


def sent(
    action: str = "Call the sister", due: str = MONDAY, version: int = 0, once: str = "t"
) -> dict[str, object]:
    return {"next_action": action, "due_on": due, "version": version, "once": once}


def stored(session: Session, cast: Cast) -> NextAction | None:
    return session.scalar(select(NextAction).where(NextAction.episode_id == cast.episode.id))


def test_the_first_one_is_the_writers_own(sign_in: SignIn, session: Session, cast: Cast) -> None:
    response = sign_in(cast.owner).post(address(cast), data=sent())
    assert response.location == "/caseload/"
    row = stored(session, cast)
    assert row is not None
    assert (row.action, row.due_on, row.owner_id) == ("Call the sister", date(2026, 11, 23), cast.owner.id)


def test_in_the_row_the_answer_is_the_row(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.owner)
    form = client.get(address(cast), headers=SWAP)
    assert form.text.startswith(f'<tr id="row-{cast.episode.id}"')
    saved = client.post(address(cast), data=sent(), headers=SWAP)
    assert saved.location == f"/caseload/row/{cast.episode.id}"
    row = client.get(saved.location, headers=SWAP).text
    assert row.startswith(f'<tr id="row-{cast.episode.id}"')
    assert "Call the sister" in row
    assert "Nov 23" in row


def test_the_filters_are_there_again_after_saving_on_the_page(sign_in: SignIn, cast: Cast) -> None:
    response = sign_in(cast.owner).post(address(cast) + "?view=due&sort=name", data=sent())
    assert response.location == "/caseload/?view=due&sort=name"


def test_a_form_sent_twice_counts_once(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    client.post(address(cast), data=sent())
    again = client.post(address(cast), data=sent())
    assert again.status_code == 302
    row = stored(session, cast)
    assert row is not None
    assert row.version == 1


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("headers", [{}, SWAP])
def test_what_somebody_else_saved_meanwhile_is_shown_and_nothing_typed_is_lost(
    sign_in: SignIn, session: Session, cast: Cast, headers: dict[str, str]
) -> None:
    row = make.make_next_action(session, cast.episode, action="Video visit", who=cast.colleague.account)
    client = sign_in(cast.owner)
    refused = client.post(address(cast), data=sent(version=row.version - 1), headers=headers)
    assert refused.status_code == 409
    assert "Jonas Weber" in refused.text
    assert "Video visit" in refused.text
    assert 'value="Call the sister"' in refused.text
    assert f'name="version" type="hidden" value="{row.version}"' in refused.text
    kept = stored(session, cast)
    assert kept is not None
    assert kept.action == "Video visit"


def test_saving_again_replaces_knowingly(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_next_action(session, cast.episode, action="Video visit", who=cast.colleague.account)
    client = sign_in(cast.owner)
    client.post(address(cast), data=sent(version=0))
    assert client.post(address(cast), data=sent(version=1, once="u")).status_code == 302
    row = stored(session, cast)
    assert row is not None
    assert (row.action, row.version, row.changed_by) == ("Call the sister", 2, cast.owner.id)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sent(action=" "), "Say what happens next."),
        (sent(due=""), "Give the day by which it is due."),
        (sent(due="2062-11-23"), "more than a year away"),
        (sent(action="x" * 121), "under 120"),
    ],
)
@pytest.mark.parametrize("headers", [{}, SWAP])
def test_what_is_missing_is_said_at_the_field(
    sign_in: SignIn,
    session: Session,
    cast: Cast,
    data: dict[str, object],
    words: str,
    headers: dict[str, str],
) -> None:
    response = sign_in(cast.owner).post(address(cast), data=data, headers=headers)
    assert response.status_code == 422
    assert words in response.text
    assert 'aria-invalid="true"' in response.text
    assert stored(session, cast) is None


def test_the_trail_has_the_days_and_not_the_words(sign_in: SignIn, session: Session, cast: Cast) -> None:
    sign_in(cast.owner).post(address(cast), data=sent())
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "set_next_action")).one()
    assert event.detail == {"due_on": [None, MONDAY]}
    assert event.patients == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may(sign_in: SignIn, cast: Cast, method: str) -> None:
    def ask(person: Person) -> int:
        return getattr(sign_in(person), method)(address(cast), data=sent()).status_code  # type: ignore[no-any-return]

    assert ask(cast.outsider) == 404
    assert ask(cast.consultant) == 403
    assert ask(cast.manager) == 403
    assert ask(cast.therapist) in (200, 302)


def test_who_may_not_edit_sees_plain_words(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_next_action(session, cast.episode, action="Video visit")
    text = sign_in(cast.manager).get("/caseload/").text
    assert "Video visit" in text
    assert "/caseload/next/" not in text
