"""A weekly slot is changed from a day on; the agenda's day follows the slot."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, ReviewSeries
from tests.cast import TODAY
from tests.meeting.test_meeting import slot

LATER = TODAY + timedelta(days=14)


@pytest.fixture
def weekly(cast, sign_in, session):
    """Riverside's slot: Thursdays at 09:30."""
    form = slot(clinic=str(cast.riverside.id), consultant=str(cast.consultant.id))
    sign_in(cast.owner).post("/meeting/slots/new", data=form)
    return session.scalars(select(ReviewSeries)).one()


def change(client, cast, row, **changes):
    form = slot(
        clinic=str(cast.riverside.id), consultant=str(cast.consultant.id), version="1", from_on=str(LATER)
    )
    return client.post(f"/meeting/slots/{row.id}", data=form | changes)


def test_it_changes_from_a_day_on(cast, sign_in, session, weekly):
    client = sign_in(cast.owner)
    assert 'value="09:30"' in client.get(f"/meeting/slots/{weekly.id}").text
    assert change(client, cast, weekly, weekday="1", starts_at="09:45", minutes="30").status_code == 302
    session.expire_all()
    old, new = session.scalars(select(ReviewSeries).order_by(ReviewSeries.from_on)).all()
    assert (old.weekday, old.starts_at, old.minutes, old.until_on) == (
        3,
        "09:30",
        60,
        LATER - timedelta(days=1),
    )
    assert (new.weekday, new.starts_at, new.minutes, new.from_on, new.until_on) == (
        1,
        "09:45",
        30,
        LATER,
        None,
    )
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "change_review_slot")).one()
    assert "Review agenda, Nov 26, 2026" in client.get("/consult/").text
    assert "Review of Dec 8" in client.get("/consult/?on=2026-12-03").text


def test_the_agenda_follows_it(cast, sign_in, session, weekly):
    client = sign_in(cast.owner)
    change(client, cast, weekly, weekday="1", from_on=str(TODAY))
    page = client.get("/consult/").text
    assert "Review agenda, Nov 24, 2026" in page
    assert "Review of Dec 1" in page


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"from_on": str(TODAY - timedelta(days=1))}, 422, "Choose today or a later day"),
        ({"minutes": "0"}, 422, "From 5 to 480 minutes."),
        ({"version": "7"}, 409, ""),
    ],
)
def test_what_is_no_change(cast, sign_in, session, weekly, changes, status, sentence):
    answer = change(sign_in(cast.owner), cast, weekly, **changes)
    assert answer.status_code == status
    assert sentence in answer.text
    assert len(session.scalars(select(ReviewSeries)).all()) == 1


def test_another_clinics_slot_is_nobodys_here(cast, sign_in, weekly):
    assert sign_in(cast.outsider).get(f"/meeting/slots/{weekly.id}").status_code == 404
