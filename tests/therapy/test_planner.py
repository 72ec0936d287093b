"""The planner of activities and the model of combination."""

import pytest
from sqlalchemy import event, select

from registry.models import Activity, Combination, Exchange
from tests import factories as make
from tests.cast import TODAY
from tests.factories import days_ago
from tests.therapy import rows

pytestmark = pytest.mark.databases("sqlite", "postgresql")


def test_an_activity_is_planned_and_rated(cast, sign_in, session):
    client = sign_in(cast.owner)
    answer = client.post(
        f"/therapy/plan/{cast.patient.id}", data={"title": "Call Ana", "planned_on": "2026-11-21"}
    )
    assert answer.location.endswith("?week=2026-11-16")
    row = session.scalars(select(Activity)).one()
    rating = {"done": "yes", "mood_before": "3", "mood_after": "5", "pleasure": "6", "mastery": "4"}
    assert client.post(f"/therapy/activity/{row.id}", data=rating).status_code == 302
    page = client.get(f"/therapy/planner/{cast.patient.id}").text
    assert "Activities, week of Nov 16, 2026" in page
    assert "1 of 1 done; mood up by 2.0 points on average over 1 rated." in page
    assert "Call Ana" not in client.get(f"/therapy/planner/{cast.patient.id}?week=2026-11-23").text


def test_ratings_lie_between_0_and_10_and_are_asked_for(cast, sign_in, session):
    row = rows.activity(session, cast.patient)
    answer = sign_in(cast.owner).post(f"/therapy/activity/{row.id}", data={"mood_after": "11"})
    assert answer.status_code == 422
    assert "Rate from 0 to 10." in answer.text
    assert "Say whether it was done." in answer.text


def test_a_mistaken_activity_goes_and_leads_back_to_its_week(cast, sign_in, session):
    row = rows.activity(session, cast.patient, planned_on=days_ago(14))
    answer = sign_in(cast.owner).post(f"/therapy/in-error/activity/{row.id}", data={"reason": "Twice"})
    assert answer.location.endswith("?week=2026-11-02")


def test_a_week_that_is_no_day_is_this_week(cast, sign_in):
    page = sign_in(cast.pcp).get(f"/therapy/planner/{cast.patient.id}?week=soon")
    assert "week of Nov 16, 2026" in page.text
    assert "Nothing is planned for this week." in page.text
    assert "Plan it" not in page.text, "a PCP reads"


def choose(client, patient, **fields):
    form = {"model": "split", "on": TODAY.isoformat(), "note": "", **fields}
    return client.post(f"/therapy/combination/{patient.id}", data=form)


def test_what_sequential_care_needs_is_told_at_its_fields(cast, sign_in):
    page = sign_in(cast.owner).get(f"/therapy/combination/{cast.patient.id}").text
    asked = page[page.index('data-when="sequential"') : page.index('name="on"')]
    assert asked.count("Needed for sequential care") == 2
    assert "(optional)" not in asked


def test_a_model_is_chosen_and_the_latest_holds(cast, sign_in, session):
    client = sign_in(cast.consultant)
    assert choose(client, cast.patient, on="2026-10-01").status_code == 302
    later = {"model": "sequential", "first": "medication", "second_due_on": "2026-12-01"}
    assert choose(client, cast.patient, **later).status_code == 302
    page = client.get(f"/therapy/{cast.patient.id}").text
    assert "Sequential: medication first; therapy is due Dec 1, 2026 if it has not worked" in page
    assert "Split" in page, "the earlier one stays in the list"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"model": "sequential"}, "Say which of the two comes first."),
        ({"model": "sequential"}, "Give the day on which the second is due."),
        (
            {"model": "sequential", "first": "therapy", "second_due_on": "2026-11-20"},
            "due after the first began",
        ),
        ({"model": ""}, "Choose the model."),
    ],
)
def test_sequential_care_says_what_is_first_and_when_the_second_is_due(
    cast, sign_in, session, fields, sentence
):
    answer = choose(sign_in(cast.owner), cast.patient, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(Combination)).all() == []


def test_another_model_keeps_no_second(cast, sign_in, session):
    choose(sign_in(cast.owner), cast.patient, model="integrated", first="therapy", second_due_on="2026-12-01")
    row = session.scalars(select(Combination)).one()
    assert (row.first, row.second_due_on) == ("", None)


def test_an_exchange_is_recorded_and_taken_back(cast, sign_in, session):
    rows.combination(session, cast.patient)
    client = sign_in(cast.therapist)
    assert "None recorded." in client.get(f"/therapy/{cast.patient.id}").text
    form = {"on": TODAY.isoformat(), "whom": "Dr. Lang and Lena Novák", "note": "Sleep first"}
    assert client.post(f"/therapy/exchange/{cast.patient.id}", data=form).status_code == 302
    assert "Sleep first" in client.get(f"/therapy/{cast.patient.id}").text
    row = session.scalars(select(Exchange)).one()
    client.post(f"/therapy/in-error/exchange/{row.id}", data={"reason": "Wrong day"})
    assert "Sleep first" not in client.get(f"/therapy/{cast.patient.id}").text


def test_what_speaks_for_combining_is_said_with_its_source(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[3] * 7 + [1, 0], taken_on=days_ago(3))
    session.commit()
    page = sign_in(cast.owner).get(f"/therapy/{cast.patient.id}").text
    assert "PHQ-9 22 on Nov 17, 2026 is severe (20 or more)." in page
    assert "diagnosis F33.1 (recurrent)" in page.replace("Diagnosis", "diagnosis")
    assert "awaiting clinical sign-off" in page


def test_the_page_asks_no_more_when_the_history_grows(cast, sign_in, session, app):
    from registry.extensions import db

    with app.app_context():
        engine = db.engine
    client = sign_in(cast.owner)
    before = statements(engine, client, cast.patient)
    course = rows.course(session, cast.patient)
    for days in range(1, 9):
        rows.held(session, course, on=days_ago(days))
    rows.exchange(session, cast.patient)
    assert statements(engine, client, cast.patient) == before


def statements(engine, client, patient):
    """How many statements the therapy page sends."""
    asked = []

    def count(*args):
        asked.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    client.get(f"/therapy/{patient.id}")
    event.remove(engine, "before_cursor_execute", count)
    return len(asked)


@pytest.mark.parametrize(
    ("page", "fields", "sentence"),
    [
        ("plan", {"title": "Call Ana", "planned_on": "2099-01-01"}, "more than a year away"),
        ("plan", {"title": "Call Ana", "planned_on": "1900-01-01"}, "before the patient"),
        ("exchange", {"on": "1900-01-01", "whom": "Dr. Owens and Dana Berg"}, "before the patient"),
        ("combination", {"model": "split", "on": "1900-01-01"}, "before the patient"),
        (
            "combination",
            {"model": "sequential", "on": "2026-11-01", "first": "therapy", "second_due_on": "2046-12-20"},
            "more than a year away",
        ),
        (
            "begin",
            {"modality": "ba", "outside": "Dr. Berg", "started_on": "1890-01-01"},
            "before the patient",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused(cast, sign_in, session, page, fields, sentence):
    answer = sign_in(cast.owner).post(f"/therapy/{page}/{cast.patient.id}", data=fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not session.scalars(select(Activity)).all()
    assert not session.scalars(select(Combination)).all()
    assert not session.scalars(select(Exchange)).all()
