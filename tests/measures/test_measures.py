"""Scores outside a contact: the table, entering one, correcting one."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, Correction, Measure
from tests import factories as make
from tests.cast import TODAY, Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
SENT = {"taken_on": "2026-11-19", "mode": "self", "language": "en", "once": "once-1"}


def answers(*given: object) -> dict[str, str]:
    return {
        f"score-item{number}": str(answer) for number, answer in enumerate(given, 1) if answer is not None
    }


def seen(page: str) -> str:
    """The mark of the doubts that a page shows."""
    found = re.search(r'name="seen"[^>]*value="(\w+)"', page)
    return found[1] if found else ""


def saved(browser: PageClient, url: str, data: dict[str, str]) -> Any:
    """Send a form, and once more where it asks to be looked at."""
    reply = browser.post(url, data=data)
    return browser.post(url, data=data | {"seen": seen(reply.text)}) if reply.status_code == 422 else reply


@pytest.mark.parametrize(
    ("part", "table", "form"),
    [
        ("owner", 200, 200), ("colleague", 200, 200), ("therapist", 200, 200), ("outsider", 404, 404),
        ("consultant", 200, 403), ("pcp", 200, 403), ("other_pcp", 404, 403), ("manager", 200, 403),
        ("administrator", 403, 403), ("auditor", 403, 403),
    ],
)  # fmt: skip
def test_who_reads_and_who_enters(
    cast: Cast, sign_in: SignIn, session: Session, part: str, table: int, form: int
) -> None:
    score = make.make_measure(session, cast.patient)
    browser = sign_in(cast.people[part])
    assert browser.get(f"/measures/{cast.patient.id}").status_code == table
    assert browser.get(f"/measures/add/{cast.patient.id}").status_code == form
    assert browser.get(f"/measures/correct/{score.id}").status_code == form


def test_a_scale_without_bands_tells_what_is_known_of_its_cut(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_measure(session, cast.patient, instrument="pcl5", total=32)
    session.commit()
    page = sign_in(cast.owner).get(f"/measures/{cast.patient.id}").text
    assert (
        "PCL-5, positive: ≥ 31 (31 to 33 are in use: the screen is positive from 31, the usual target" in page
    )
    assert "positive: the cut is 31" in page
    assert '<td class="num" data-label="Total">32</td>' in page


def test_the_table_shows_answers_completeness_and_source(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_measure(session, cast.patient, items=[1] * 8 + [None], declined=[9], who=cast.owner.account)
    make.make_measure(session, cast.patient, total=14, source_note="PCP note", source="import:EHR")
    make.make_measure(session, cast.patient, instrument="audit_c", items=[1, 1, 1])
    make.make_measure(session, cast.patient, instrument="phq9", items=[1, 1] + [None] * 7, in_error=True)
    page = sign_in(cast.owner).get(f"/measures/{cast.patient.id}").text
    for words in (
        "1 1 1 1 1 1 1 1 d",
        "8 of 9, pro-rated",
        "declined",
        "total only",
        "PCP note",
        "negative",
        "In error",
    ):
        assert words in page
    read = session.scalars(select(AuditEvent).where(AuditEvent.action == "list_measures")).one()
    assert read.patients == 1


@pytest.mark.parametrize(
    ("source", "mode", "words"),
    [
        ("import:portal", "portal", "patient portal, by the patient"),
        ("import:ehr", "self", "from the health record, on paper, by the patient"),
        ("import:EHR", "", "from the health record"),
        ("import:lakeside", "phone", "lakeside, phone"),
    ],
)
def test_the_source_of_a_score_is_told_in_words(
    cast: Cast, sign_in: SignIn, session: Session, source: str, mode: str, words: str
) -> None:
    make.make_measure(session, cast.patient, source=source, mode=mode)
    page = sign_in(cast.owner).get(f"/measures/{cast.patient.id}").text
    assert f'data-label="Source">{words}\n' in page


def test_a_score_is_read_in_the_language_of_the_patient_or_another(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    cast.patient.language = "es"
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}"
    page = browser.get(f"{url}?instrument=phq9").text
    assert "Poco interés" in page
    assert "awaiting check against the published PDF" in page
    assert '<option selected value="es-US">Spanish (USA)</option>' in page
    assert "¿qué tanta dificultad le han dado estos problemas" in page
    assert "Little interest" in browser.get(f"{url}?instrument=phq9&text=en").text
    assert "Little interest" in browser.get(f"{url}?instrument=phq9&text=xx").text, "a text that is not there"
    assert 'name="text"' not in browser.get(f"{url}?instrument=gad7").text, "there is nothing to choose"
    saved(browser, f"{url}?instrument=phq9&text=es-US", SENT | {"language": "es-US"} | answers(*[1] * 9))
    score = session.scalars(select(Measure)).one()
    assert (score.language, score.form_version) == ("es-US", "2")
    assert "Spanish (USA)" in browser.get(f"/measures/{cast.patient.id}").text
    assert "Poco interés" in browser.get(f"/measures/correct/{score.id}").text


@pytest.mark.parametrize(
    ("instrument", "given", "stored"),
    [
        ("phq9", (1, 1, 1, 1, 1, 1, 1, 1, 2), (10, 2, 9)),
        ("gad7", (1, 1, 1, 1, 1, 1, None), (7, None, 6)),
        ("phq2", (2, 2), (4, None, 2)),
        ("gad2", (2, None), (None, None, 1)),
        ("audit_c", (4, 4, 4), (12, None, 3)),
        ("phq_a", (1, 1, 1, 1, 1, 1, 1, 1, 0), (8, 0, 9)),
        ("pcl5", (2,) * 10 + (1,) * 10, (30, None, 20)),
        ("pc_ptsd_5", (0, None, None, None, None, None), (0, None, 1)),
        ("audit", (1, 1, 1, 1, 1, 1, 1, 1, 2, 0), (10, None, 10)),
        ("psc17", (1,) * 16 + (0,), (16, None, 17)),
        ("smfq_child", (1,) * 12 + (0,), (12, None, 13)),
        ("scared_parent", (1,) * 40 + (0,), (40, None, 41)),
        ("vanderbilt_teacher", (2,) * 35 + (3,) * 8, (36, None, 43)),
    ],
)
def test_each_instrument_is_scored(
    cast: Cast,
    sign_in: SignIn,
    session: Session,
    instrument: str,
    given: tuple[object, ...],
    stored: tuple[object, ...],
) -> None:
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}?instrument={instrument}"
    assert browser.get(url).status_code == 200
    reply = saved(browser, url, SENT | answers(*given))
    assert reply.location == f"/measures/{cast.patient.id}"
    score = session.scalars(select(Measure)).one()
    assert (score.total, score.item9, score.answered) == stored
    assert (score.instrument, score.mode, score.taken_on) == (instrument, "self", date(2026, 11, 19))
    assert (score.recorded_by, score.reviewed_on, score.contact_id) == (cast.owner.id, TODAY, None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Give the answers of the PHQ-9, or its total"),
        ({"score-total": "28", "score-source_note": "x"}, "between 0 and 27"),
        ({"score-total": "12"}, "Say where"),
        ({"score-item1": "1", "taken_on": "2026-11-21"}, "cannot lie in the future"),
        ({"score-item1": "1", "taken_on": "1900-01-01"}, "before the patient&#39;s birth"),
        ({"score-item1": "1", "taken_on": ""}, "Give the date"),
        ({"score-item1": "1", "taken_on": "soon"}, "Date:"),
    ],
)
def test_bad_values_are_refused(cast: Cast, sign_in: SignIn, changes: dict[str, str], words: str) -> None:
    reply = sign_in(cast.owner).post(f"/measures/add/{cast.patient.id}", data=SENT | changes)
    assert reply.status_code == 422
    assert words in reply.text


@pytest.mark.parametrize("name", ["honos", "cssrs"])
def test_an_instrument_that_is_not_entered_here_is_404(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert sign_in(cast.owner).get(f"/measures/add/{cast.patient.id}?instrument={name}").status_code == 404


def test_sent_twice_it_is_one_score(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}"
    for _ in range(2):
        assert browser.post(url, data=SENT | answers(*[1] * 9)).status_code == 302
    assert session.scalars(select(Measure)).one()


CORRECT = {
    "taken_on": "2026-11-20",
    "mode": "phone",
    "language": "en",
    "version": "1",
    "reason": "Misheard",
    "once": "c-1",
}


def test_a_correction_scores_anew_and_keeps_what_stood_before(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    score = make.make_measure(session, cast.patient, items=[1] * 9, form_version="1")
    url = f"/measures/correct/{score.id}"
    browser = sign_in(cast.colleague)
    assert "Correct PHQ-9" in browser.get(url).text
    assert browser.post(url, data=CORRECT | answers(*[1] * 8, 0)).status_code == 302
    assert (score.total, score.item9, score.version) == (8, 0, 2)
    kept = session.scalars(select(Correction)).one()
    assert kept.changes == {"items": [[1] * 9, [1] * 8 + [0]], "total": [9, 8], "item9": [1, 0]}
    assert (kept.reason, kept.corrected_by) == ("Misheard", cast.colleague.id)
    assert "Misheard" in browser.get(f"/measures/{cast.patient.id}").text


def test_in_error_and_nothing_changed(cast: Cast, sign_in: SignIn, session: Session) -> None:
    score = make.make_measure(session, cast.patient, items=[1] * 9, form_version="1")
    browser, url = sign_in(cast.owner), f"/measures/correct/{score.id}"
    assert "Nothing was changed" in browser.post(url, data=CORRECT | answers(*[1] * 9)).text
    assert browser.post(url, data=CORRECT | answers(*[1] * 9) | {"in_error": "y"}).status_code == 302
    assert score.in_error
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "correct_measure")).one()
    assert event.detail == {"changes": {"in_error": [False, True]}}


def test_two_people_correcting_see_both(cast: Cast, sign_in: SignIn, session: Session) -> None:
    score = make.make_measure(session, cast.patient, items=[1] * 9, form_version="1")
    url = f"/measures/correct/{score.id}"
    sign_in(cast.colleague).post(url, data=CORRECT | answers(*[1] * 8, 0))
    mine = sign_in(cast.owner)
    reply = mine.post(url, data=CORRECT | answers(*[2] * 9) | {"once": "c-2"})
    assert reply.status_code == 409
    assert "Jonas Weber saved this while you were writing" in reply.text
    assert "2 2 2 2 2 2 2 2 2" in reply.text
    assert (
        mine.post(url, data=CORRECT | answers(*[2] * 9) | {"once": "c-2", "version": "2"}).status_code == 302
    )
    assert score.total == 18


def test_a_total_is_corrected_as_a_total(cast: Cast, sign_in: SignIn, session: Session) -> None:
    score = make.make_measure(session, cast.patient, total=14, source_note="PCP note")
    browser, url = sign_in(cast.owner), f"/measures/correct/{score.id}"
    assert 'value="14"' in browser.get(url).text
    browser.post(url, data=CORRECT | {"score-total": "12", "score-source_note": "PCP note"})
    assert (score.total, score.items, score.item9) == (12, None, None)


def test_a_scale_beside_the_primary_one_tells_how_it_moved_and_by_what(cast, sign_in, session):
    for days, total in ((60, 20), (10, 12)):
        make.make_measure(session, cast.patient, instrument="isi", total=total, taken_on=make.days_ago(days))
    make.make_measure(session, cast.patient, instrument="gad7", total=15, taken_on=make.days_ago(60))
    make.make_measure(session, cast.patient, instrument="gad7", total=5, taken_on=make.days_ago(10))
    session.commit()
    page = " ".join(sign_in(cast.owner).get(f"/measures/{cast.patient.id}").text.split())
    assert "8 points lower (40 %), moderate to subthreshold; reaches: response (8 points)." in page
    assert "Source: clinical practice; awaiting clinical sign-off." in page
    assert page.count("Change since the first") == 1
