"""The trackers on the patient page: one line each, as of the day that is looked at, in one statement."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from registry.snapshots.trackers import trackers
from tests.cast import TODAY
from tests.trackers.test_trackers import make_entry, make_tracker

pytestmark = pytest.mark.databases("sqlite", "postgresql")


def test_the_last_day_of_each_tracker(cast, session):
    early = TODAY - timedelta(days=10)
    goal = make_tracker(session, cast)
    goal.started_on = early
    for days, value in ((9, 2), (5, 4), (0, 6)):
        make_entry(session, goal, TODAY - timedelta(days=days), value=value)
    make_entry(session, goal, TODAY - timedelta(days=1), value=9, in_error=True)
    make_tracker(session, cast, "sleep")
    make_tracker(session, cast, "cravings", in_error=True)
    make_tracker(session, cast, "exercise", ended_on=TODAY - timedelta(days=1))
    told = {one.kind: one.told for one in trackers(session, cast.org.id, cast.patient.id, TODAY)}
    assert told == {"goal": "6 of 10", "sleep": ""}
    before = trackers(session, cast.org.id, cast.patient.id, TODAY - timedelta(days=4))
    assert [(one.kind, one.value) for one in before] == [("goal", 4)]


def test_one_statement_however_long_the_history(cast, session):
    goal, counted = make_tracker(session, cast), []
    for days in range(20):
        make_entry(session, goal, TODAY - timedelta(days=days), value=days % 10)
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    trackers(session, cast.org.id, cast.patient.id, TODAY)
    assert len(counted) == 1


def test_the_patient_page_shows_them(cast, sign_in, session):
    goal = make_tracker(session, cast)
    make_entry(session, goal, value=6)
    page = sign_in(cast.owner).get(f"/chart/{cast.patient.id}").text
    assert "Walk the dog" in page
    assert "6 of 10" in page
