"""Own views: a name for a set of filters, for one person alone."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, SavedView
from tests.cast import Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
NEW = "/caseload/views/new?view=safety&language=es&sort=-phq9"


def save(client: PageClient, name: str = "Spanish, safety", once: str = "a", address: str = NEW) -> object:
    return client.post(address, data={"name": name, "once": once})


def the_view(session: Session) -> SavedView:
    return session.scalars(select(SavedView)).one()


@pytest.mark.databases("sqlite", "postgresql")
def test_the_filters_of_now_are_kept_under_a_name(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    saved = client.post(NEW, data={"name": "  Spanish,  safety ", "once": "a"})
    assert saved.location == "/caseload/?view=safety&language=es&sort=-phq9"
    view = the_view(session)
    assert (view.name, view.query) == ("Spanish, safety", "?view=safety&language=es&sort=-phq9")
    text = client.get(saved.location).text
    assert 'aria-current="true">Spanish, safety</a>' in text
    assert f'href="/caseload/views/{view.id}"' in text


def test_words_that_may_name_a_patient_are_not_kept(sign_in: SignIn, session: Session, cast: Cast) -> None:
    save(sign_in(cast.owner), address=f"/caseload/views/new?q=Carter&peek={cast.episode.id}&page=2&view=due")
    assert the_view(session).query == "?view=due"


def test_nobody_else_sees_or_touches_it(sign_in: SignIn, session: Session, cast: Cast) -> None:
    save(sign_in(cast.owner))
    view_id = the_view(session).id
    other = sign_in(cast.colleague)
    assert "Spanish, safety" not in other.get("/caseload/").text
    for address in (f"/caseload/views/{view_id}", f"/caseload/views/{view_id}/delete"):
        assert other.get(address).status_code == 404
        assert other.post(address, data={"name": "Mine", "once": address}).status_code == 404
    assert the_view(session).name == "Spanish, safety"


def test_two_people_may_use_the_same_name_and_one_may_not(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    save(sign_in(cast.owner))
    save(sign_in(cast.colleague), once="other")
    assert len(session.scalars(select(SavedView)).all()) == 2
    again = sign_in(cast.owner).post(NEW, data={"name": "Spanish, safety", "once": "b"})
    assert again.status_code == 422
    assert "You have a view called" in again.text
    assert len(session.scalars(select(SavedView)).all()) == 2


def test_it_is_renamed(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    save(client)
    address = f"/caseload/views/{the_view(session).id}"
    assert client.get(address).status_code == 200
    client.post(address, data={"name": "Español", "once": "b"})
    assert the_view(session).name == "Español"
    assert client.post(address, data={"name": "", "once": "c"}).status_code == 422


def test_it_is_deleted_after_a_question(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    save(client)
    address = f"/caseload/views/{the_view(session).id}/delete"
    assert "Delete the view" in client.get(address).text
    assert the_view(session), "asking deletes nothing"
    client.post(address, data={"once": "b"})
    assert session.scalars(select(SavedView)).all() == []
    assert client.post(address, data={"once": "b"}).status_code == 302, "the same form again is no error"


def test_each_change_is_recorded(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    save(client)
    view_id = the_view(session).id
    client.post(f"/caseload/views/{view_id}", data={"name": "Other", "once": "b"})
    client.post(f"/caseload/views/{view_id}/delete", data={"once": "c"})
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "saved_view")).all()
    assert acts == ["save_view", "rename_view", "delete_view"]
