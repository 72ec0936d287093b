"""Trackers: started in the patient's words, a day recorded, corrected, ended; nothing is lost and nobody else sees it."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Correction, Tracker, TrackerEntry
from tests.cast import NOW, TODAY
from tests.documents.reading import text

pytestmark = pytest.mark.databases("sqlite", "postgresql")

DAY = TODAY.isoformat()
NEW = {"kind": "goal", "title": "Walk the dog", "low_text": "I stay in bed", "high_text": "Around the lake",
       "target": "8", "started_on": DAY}  # fmt: skip


def make_tracker(session, cast, kind="goal", **more):
    row = Tracker(org_id=cast.org.id, patient_id=cast.patient.id, kind=kind, title="Walk the dog", low_text="",
                  high_text="", started_on=TODAY, recorded_at=NOW, **more)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def make_entry(session, tracker, on=TODAY, **more):
    row = TrackerEntry(org_id=tracker.org_id, patient_id=tracker.patient_id, tracker_id=tracker.id, on=on,
                       recorded_at=NOW, **more)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_a_goal_is_started_in_the_patients_words(cast, sign_in, session):
    browser = sign_in(cast.owner)
    assert browser.get(f"/trackers/new/{cast.patient.id}?kind=sleep").status_code == 200
    assert browser.post(f"/trackers/new/{cast.patient.id}", data=NEW).status_code == 302
    row = session.scalars(select(Tracker)).one()
    assert (row.title, row.low_text, row.target, row.recorded_by) == (
        "Walk the dog", "I stay in bed", 8, cast.owner.id,
    )  # fmt: skip
    page = browser.get(f"/trackers/{cast.patient.id}").text
    assert "0: I stay in bed. 10: Around the lake. Target: at least 8 of 10" in page
    assert "Nothing recorded yet." in page
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "start_tracker")).one()
    assert "dog" not in str(act.detail)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " "}, "Write what is followed"),
        ({"target": "11"}, "Give a number from 0 to 10."),
        ({"started_on": "2030-01-01"}, "in the future"),
        ({"kind": "weather"}, "Not a valid choice"),
    ],
)
def test_a_tracker_that_cannot_be_is_refused(cast, sign_in, session, change, sentence):
    reply = sign_in(cast.owner).post(f"/trackers/new/{cast.patient.id}", data=NEW | change)
    assert reply.status_code == 422
    assert sentence in reply.text
    assert not session.scalars(select(Tracker)).all()


def test_a_day_is_recorded_once(cast, sign_in, session):
    tracker, browser = make_tracker(session, cast), sign_in(cast.owner)
    url = f"/trackers/record/{tracker.id}"
    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"on": DAY, "value": "0", "once": "a"}).status_code == 302
    assert browser.post(url, data={"on": DAY, "value": "0", "once": "a"}).status_code == 302
    again = browser.post(url, data={"on": DAY, "value": "4", "once": "b"})
    assert again.status_code == 422
    assert "recorded already" in again.text
    assert session.scalars(select(TrackerEntry)).one().value == 0
    page = browser.get(f"/trackers/of/{tracker.id}").text
    assert "0 of 10 on" in page
    assert "<svg" in page


@pytest.mark.parametrize(
    ("kind", "target", "value", "line", "told"),
    [
        ("goal", 7, 5, "Target: at least 7", "Target at least 7: not reached."),
        ("goal", 7, 7, "Target: at least 7", "Target at least 7: reached."),
        ("cravings", 2, 2, "Target: at most 2", "Target at most 2: reached."),
        ("cravings", 2, 3, "Target: at most 2", "Target at most 2: not reached."),
        ("exercise", 200, 30, "Target: at least 200", "Target at least 200: not reached."),
    ],
)
def test_what_is_wanted_is_drawn_as_the_target(cast, sign_in, session, kind, target, value, line, told):
    tracker = make_tracker(session, cast, kind, target=target)
    make_entry(session, tracker, value=value)
    session.commit()
    page = sign_in(cast.owner).get(f"/trackers/{cast.patient.id}").text
    assert line in page
    assert told in page


def test_a_goal_without_a_target_has_no_line(cast, sign_in, session):
    make_entry(session, make_tracker(session, cast), value=4)
    session.commit()
    assert "Target" not in sign_in(cast.owner).get(f"/trackers/{cast.patient.id}").text


def test_the_buttons_say_that_they_begin_a_new_one(cast, sign_in):
    page = sign_in(cast.owner).get(f"/trackers/{cast.patient.id}").text
    for noun in ("goal", "attendance log", "sleep log", "exercise log", "cravings log"):
        assert f">New {noun}</a>" in page


@pytest.mark.parametrize(
    ("kind", "sent", "sentence"),
    [
        ("goal", {}, "Enter a number."),
        ("cravings", {"value": "11"}, "from 0 to 10"),
        ("attendance", {"value": "8"}, "from 0 to 7"),
        ("exercise", {"value": "20", "on": "2030-01-01"}, "in the future"),
        ("sleep", {}, "Give the times"),
        ("sleep", {"bed_time": "23:00", "wake_time": "05:00", "value": "8"}, "more sleep than time in bed"),
        ("sleep", {"bed_time": "06:00", "wake_time": "23:00"}, "hours in bed"),
    ],
)
def test_a_day_that_cannot_be_is_refused(cast, sign_in, session, kind, sent, sentence):
    tracker = make_tracker(session, cast, kind)
    reply = sign_in(cast.owner).post(f"/trackers/record/{tracker.id}", data={"on": DAY} | sent)
    assert reply.status_code == 422
    assert sentence in reply.text


def test_a_night_is_recorded_and_drawn(cast, sign_in, session):
    tracker, browser = make_tracker(session, cast, "sleep"), sign_in(cast.owner)
    night = {
        "on": DAY,
        "bed_time": "23:30",
        "wake_time": "06:00",
        "value": "5.5",
        "quality": "2",
        "note": "Noise",
    }
    assert browser.post(f"/trackers/record/{tracker.id}", data=night).status_code == 302
    row = session.scalars(select(TrackerEntry)).one()
    assert (row.bed_time, row.wake_time, row.value, row.quality) == (time(23, 30), time(6), 5.5, 2)
    page = browser.get(f"/trackers/of/{tracker.id}").text
    assert "11:30 pm to 6:00 am" in page
    assert "Asleep 85 % of the time in bed." in page
    assert "Spanish labels" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Sleep log", "Woke on", "Nights recorded: 1", "Asleep while in bed: not known", "Nov 20, 2026", "Poor",
                "5.5 h, poor", "Printed on Nov 20, 2026 by Maria Ortiz", "Ruido")),
        ("es", ("Registro de sueño", "Desperté el", "Noches anotadas: 1", "Tiempo dormido en la cama: no se sabe",
                "20 de nov de 2026", "Mala", "5.5 h, mala", "Impreso el 20 de nov de 2026 por Maria Ortiz", "Ruido")),
    ],
)  # fmt: skip
def test_the_sleep_log_on_paper_in_the_patients_language(cast, sign_in, session, language, words):
    tracker = make_tracker(session, cast, "sleep")
    make_entry(session, tracker, value=5.5, quality=2, note="Ruido")
    cast.patient.language = language
    session.commit()
    browser = sign_in(cast.owner)
    for asked in ({"language": language}, {}):
        paper = browser.get(f"/trackers/sleep-log/{tracker.id}", query_string=asked)
        assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
        told = " ".join(text(paper.data).split())
        for one in words:
            assert one in told, one


def test_only_a_sleep_log_is_printed(cast, sign_in, session):
    tracker = make_tracker(session, cast)
    assert sign_in(cast.owner).get(f"/trackers/sleep-log/{tracker.id}").status_code == 404


def test_a_day_is_corrected_and_what_stood_is_kept(cast, sign_in, session):
    tracker, browser = make_tracker(session, cast, "sleep"), sign_in(cast.owner)
    entry = make_entry(session, tracker, value=6.0, quality=2, bed_time=time(23))
    url = f"/trackers/correct/{entry.id}"
    page = browser.get(url).text
    assert 'value="23:00"' in page
    sent = {
        "on": DAY,
        "value": "5",
        "bed_time": "23:00",
        "quality": "2",
        "version": "1",
        "reason": "Misheard",
    }
    assert browser.post(url, data=sent).status_code == 302
    session.refresh(entry)
    assert (entry.value, entry.version) == (5, 2)
    kept = session.scalars(select(Correction)).one()
    assert (kept.subject, kept.changes) == ("tracker_entry", {"value": [6.0, 5.0]})
    assert browser.post(url, data=sent | {"version": "2", "once": "x"}).status_code == 422
    late = browser.post(url, data=sent | {"value": "7", "once": "y"})
    assert late.status_code == 409
    assert "saved this while you were writing" in late.text
    taken = browser.post(url, data=sent | {"version": "2", "in_error": "y", "once": "z"})
    assert taken.status_code == 302
    assert "In error" in browser.get(f"/trackers/of/{tracker.id}").text


def test_a_corrected_day_does_not_land_on_another(cast, sign_in, session):
    tracker = make_tracker(session, cast)
    make_entry(session, tracker, value=3)
    entry = make_entry(session, tracker, TODAY.replace(day=1), value=4)
    sent = {"on": DAY, "value": "4", "version": "1", "reason": "Wrong day"}
    reply = sign_in(cast.owner).post(f"/trackers/correct/{entry.id}", data=sent)
    assert reply.status_code == 422
    assert "recorded already" in reply.text


def test_a_tracker_is_ended_with_its_reason(cast, sign_in, session):
    tracker, browser = make_tracker(session, cast), sign_in(cast.owner)
    url = f"/trackers/change/{tracker.id}"
    assert browser.get(url).status_code == 200
    sent = {"title": "Walk the dog", "started_on": DAY, "ended_on": DAY, "version": "1", "reason": "Reached"}
    assert browser.post(url, data=sent | {"reason": ""}).status_code == 422
    assert browser.post(url, data=sent | {"ended_on": "2020-01-01"}).status_code == 422
    assert browser.post(url, data=sent).status_code == 302
    session.refresh(tracker)
    assert tracker.ended_on == TODAY
    assert browser.post(url, data=sent | {"version": "2", "once": "b"}).status_code == 422
    assert browser.post(url, data=sent | {"title": "Other", "once": "c"}).status_code == 409
    assert "ended" in browser.get(f"/trackers/{cast.patient.id}").text


def test_the_course_is_told(cast, sign_in, session):
    tracker = make_tracker(session, cast, "cravings")
    make_entry(session, tracker, TODAY.replace(day=1), value=8)
    make_entry(session, tracker, value=5)
    make_entry(session, make_tracker(session, cast, "exercise"), value=45)
    page = sign_in(cast.owner).get(f"/trackers/{cast.patient.id}").text
    assert "from 8 to 5, better" in page
    assert "45 minutes on" in page


def test_who_reads_and_who_writes(cast, sign_in, session):
    tracker = make_tracker(session, cast, "sleep")
    entry = make_entry(session, tracker, value=6)
    reads = {"owner", "colleague", "therapist", "consultant", "pcp", "manager"}
    writes = {"owner", "colleague", "therapist"}
    for part, person in cast.people.items():
        browser = sign_in(person)
        hidden = part in {"outsider", "other_pcp"}
        seen = 200 if part in reads else 404 if hidden else 403
        for url in (f"/trackers/{cast.patient.id}", f"/trackers/of/{tracker.id}"):
            assert browser.get(url).status_code == seen, (part, url)
        may = 200 if part in writes else 404 if part == "outsider" else 403
        for url in (f"/trackers/new/{cast.patient.id}", f"/trackers/record/{tracker.id}",
                    f"/trackers/change/{tracker.id}", f"/trackers/correct/{entry.id}"):  # fmt: skip
            assert browser.get(url).status_code == may, (part, url)


def test_a_tracker_that_is_not_there_is_404(cast, sign_in):
    browser = sign_in(cast.owner)
    for url in ("of", "record", "change", "correct", "sleep-log"):
        assert browser.get(f"/trackers/{url}/{cast.patient.id}").status_code == 404


@pytest.mark.parametrize(
    ("on", "value", "sentence"),
    [
        ("1850-01-01", "3", "It is followed from Nov 1, 2026: give that day or a later one."),
        ("2026-10-31", "3", "It is followed from Nov 1, 2026: give that day or a later one."),
        ("2026-11-16", "3", "It was followed until Nov 15, 2026: give that day or an earlier one."),
        ("2026-11-10", "1,000", "Write a number, such as 6.5."),
        ("2026-11-10", "many", "Write a number, such as 6.5."),
    ],
)
def test_a_day_outside_the_tracker_or_without_a_number_is_refused(
    cast, sign_in, session, on, value, sentence
):
    tracker = make_tracker(session, cast, ended_on=TODAY.replace(day=15))
    tracker.started_on = TODAY.replace(day=1)
    session.commit()
    browser = sign_in(cast.owner)
    reply = browser.post(f"/trackers/record/{tracker.id}", data={"on": on, "value": value})
    assert reply.status_code == 422
    assert sentence in reply.text
    assert not session.scalars(select(TrackerEntry)).all()
    entry = make_entry(session, tracker, TODAY.replace(day=9), value=5)
    session.commit()
    data = {"on": on, "value": value, "version": "1", "reason": "Typo"}
    assert sentence in browser.post(f"/trackers/correct/{entry.id}", data=data).text


def test_a_day_from_before_the_tracker_is_corrected_and_stays_where_it_is(cast, sign_in, session):
    tracker = make_tracker(session, cast)
    entry = make_entry(session, tracker, TODAY.replace(day=1), value=4)
    session.commit()
    browser, url = sign_in(cast.owner), f"/trackers/correct/{entry.id}"
    form = {"on": entry.on.isoformat(), "value": "5", "version": "1", "reason": "Typo"}
    assert browser.post(url, data=form).status_code == 302
    moved = browser.post(url, data=form | {"on": TODAY.replace(day=2).isoformat(), "version": "2"})
    assert moved.status_code == 422
    assert "It is followed from" in moved.text
    session.refresh(entry)
    assert (entry.value, entry.on) == (5, TODAY.replace(day=1))


def test_a_decimal_comma_is_a_decimal_point(cast, sign_in, session):
    tracker = make_tracker(session, cast)
    session.commit()
    reply = sign_in(cast.owner).post(f"/trackers/record/{tracker.id}", data={"on": DAY, "value": "6,5"})
    assert reply.status_code == 302
    assert session.scalars(select(TrackerEntry)).one().value == 6.5


def test_nothing_is_followed_from_before_the_birth(cast, sign_in):
    reply = sign_in(cast.owner).post(
        f"/trackers/new/{cast.patient.id}", data=NEW | {"started_on": "1850-01-01"}
    )
    assert (reply.status_code, "before the patient&#39;s birth" in reply.text) == (422, True)


def test_the_average_counts_the_nights_that_tell_hours(cast, sign_in, session):
    tracker = make_tracker(session, cast, kind="sleep")
    make_entry(session, tracker, value=6)
    make_entry(session, tracker, on=TODAY - timedelta(days=1), quality=2, value=None)
    page = sign_in(cast.owner).get(f"/trackers/{cast.patient.id}").text
    assert "6 on average of 1 night." in page


def test_a_target_says_what_it_is_told_in(cast, sign_in):
    page = sign_in(cast.owner).get(f"/trackers/new/{cast.patient.id}?kind=sleep").text
    asked = page[page.index('for="target"') : page.index('id="target"')]
    assert '<span data-shows="kind" data-when="sleep">, hours a night</span>' in asked
    assert '<span data-shows="kind" data-when="cravings" hidden>: at most this</span>' in asked
