"""Doubts about a score: seen before it is saved where a slip would explain them, told after where it is unfinished."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import InstrumentLicence, Measure
from tests import factories as make
from tests.cast import NOW, TODAY, Cast, Person
from tests.measures.test_measures import SENT, answers, seen
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
MIXED = (1, 2, 1, 0, 2, 1, 1, 0, 0)


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Measure)) or 0


def test_a_copied_form_is_saved_when_its_author_has_seen_the_doubt(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_measure(session, cast.patient, items=MIXED, taken_on=TODAY.replace(day=1))
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}"
    asked = browser.post(url, data=SENT | answers(*MIXED))
    assert asked.status_code == 422
    assert "was it copied forward?" in asked.text
    assert stored(session) == 1
    assert browser.post(url, data=SENT | answers(*MIXED) | {"seen": seen(asked.text)}).status_code == 302
    assert stored(session) == 2
    assert "Copied forward?" in browser.get(f"/measures/{cast.patient.id}").text


def test_another_doubt_is_asked_about_anew(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_measure(session, cast.patient, items=MIXED, taken_on=TODAY.replace(day=1))
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}"
    mark = seen(browser.post(url, data=SENT | answers(*MIXED)).text)
    reply = browser.post(url, data=SENT | answers(*[3] * 9) | {"seen": mark})
    assert reply.status_code == 422
    assert "was each item read?" in reply.text


@pytest.mark.parametrize(
    ("instrument", "given", "words", "tag"),
    [
        ("phq2", (2, 2), "To complete: gated", "it does not stand for the PHQ-9"),
        (
            "phq9",
            (*MIXED[:8], None),
            "To complete: partial, safety item unknown",
            "was not asked: that is not a 0",
        ),
    ],
)
def test_an_unfinished_form_is_saved_and_told(
    cast: Cast,
    sign_in: SignIn,
    session: Session,
    instrument: str,
    given: tuple[int | None, ...],
    words: str,
    tag: str,
) -> None:
    browser = sign_in(cast.owner)
    reply = browser.post(
        f"/measures/add/{cast.patient.id}?instrument={instrument}", data=SENT | answers(*given)
    )
    assert reply.status_code == 302
    page = browser.get(reply.location).text
    assert words in page
    assert tag in page


def test_a_phq9_total_that_is_the_phq2_of_its_day_is_asked_about(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_measure(
        session, cast.patient, instrument="phq2", items=(1, 1), taken_on=date.fromisoformat(SENT["taken_on"])
    )
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}?instrument=phq9"
    total = {"score-total": "2", "score-source_note": "Paper form"}
    asked = browser.post(url, data=SENT | total)
    assert asked.status_code == 422
    assert "were the other questions of the PHQ-9 asked?" in asked.text
    assert browser.post(url, data=SENT | total | {"seen": seen(asked.text)}).status_code == 302
    assert "Gated?" in browser.get(f"/measures/{cast.patient.id}").text


def test_a_form_for_another_age_is_asked_about(cast: Cast, sign_in: SignIn) -> None:
    reply = sign_in(cast.owner).post(
        f"/measures/add/{cast.patient.id}?instrument=phq_a", data=SENT | answers(*MIXED)
    )
    assert reply.status_code == 422
    assert "The form for this age is the PHQ-9" in reply.text


def test_a_correction_is_asked_about_and_a_withdrawal_is_not(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    score = make.make_measure(session, cast.patient, items=MIXED)
    browser, url = sign_in(cast.owner), f"/measures/correct/{score.id}"
    data = SENT | {"version": "1", "reason": "Misread", "taken_on": TODAY.isoformat()} | answers(*[3] * 9)
    asked = browser.post(url, data=data)
    assert asked.status_code == 422
    assert "Look at this before you save" in asked.text
    assert browser.post(url, data=data | {"in_error": "y"}).status_code == 302


def licence(session: Session, cast: Cast, instrument: str, **more: object) -> None:
    values = {"holder": "Mapi", "reference": "42", "granted_on": TODAY, "recorded_at": NOW} | more
    session.add(InstrumentLicence(org_id=cast.org.id, instrument=instrument, **values))
    session.flush()


def test_without_a_licence_only_the_total_is_entered(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}?instrument=isi"
    page = browser.get(url).text
    assert "may not be embedded without a license" in page
    assert "score-item1" not in page
    assert browser.post(url, data=SENT | answers(*[1] * 7)).status_code == 422
    total = {"score-total": "16", "score-source_note": "Paper form"}
    assert browser.post(url, data=SENT | total).status_code == 302
    assert session.scalars(select(Measure)).one().total == 16


@pytest.mark.parametrize(
    ("more", "by_item"),
    [
        ({}, True),
        ({"ends_on": TODAY}, True),
        ({"ends_on": TODAY.replace(day=1)}, False),
        ({"granted_on": TODAY.replace(year=TODAY.year + 1)}, False),
        ({"withdrawn_at": NOW}, False),
    ],
)
def test_a_licence_switches_the_answers_on_while_it_holds(
    cast: Cast, sign_in: SignIn, session: Session, more: dict[str, object], by_item: bool
) -> None:
    licence(session, cast, "isi", **more)
    page = sign_in(cast.owner).get(f"/measures/add/{cast.patient.id}?instrument=isi").text
    assert ("score-item7" in page) is by_item


def test_item_10_of_the_epds_is_told_beside_its_total(cast: Cast, sign_in: SignIn, session: Session) -> None:
    url = f"/measures/add/{cast.patient.id}?instrument=epds"
    total = {"score-total": "12", "score-source_note": "Paper form", "score-beside10": "1"}
    assert sign_in(cast.owner).post(url, data=SENT | total).status_code == 302
    score = session.scalars(select(Measure)).one()
    assert (score.total, score.item9, score.items, score.answered) == (12, 1, None, None)


def test_the_parts_of_the_mdq_are_told_beside_its_total(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser, url = sign_in(cast.owner), f"/measures/add/{cast.patient.id}?instrument=mdq"
    total = {"score-total": "9", "score-source_note": "Paper", "score-beside14": "1", "score-beside15": "2"}
    assert browser.post(url, data=SENT | total).status_code == 302
    score = session.scalars(select(Measure)).one()
    assert (score.total, score.items, score.answered) == (9, [None] * 13 + [1, 2], None)
    assert "positive: 7 or more yes, in the same period" in browser.get(f"/measures/{cast.patient.id}").text
    page = browser.get(f"/measures/correct/{score.id}").text
    assert re.search(
        r'<input[^>]*checked[^>]*id="score-beside15-2"|<input[^>]*id="score-beside15-2"[^>]*checked', page
    )


def test_a_part_without_its_total_is_refused(cast: Cast, sign_in: SignIn) -> None:
    url = f"/measures/add/{cast.patient.id}?instrument=epds"
    reply = sign_in(cast.owner).post(url, data=SENT | {"score-beside10": "1"})
    assert "Give the EPDS total that was read there." in reply.text
    more = {"score-beside10": "3", "score-total": "2", "score-source_note": "Paper"}
    assert "Item 10 alone is more than this total." in sign_in(cast.owner).post(url, data=SENT | more).text
