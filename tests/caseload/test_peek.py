"""The panel at the side: every reason in full, its own address, and nobody else's patient."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, AuditPatient
from tests import factories as make
from tests.cast import Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
SWAP = {"HX-Request": "true"}


@pytest.fixture
def ill(session: Session, cast: Cast) -> Cast:
    """The cast's patient with scores, a drug, a contact, a review and a next action."""
    make.make_measure(session, cast.patient, total=20, taken_on=days_ago(58))
    make.make_measure(session, cast.patient, items=(2, 2, 2, 2, 2, 2, 2, 2, 3), taken_on=days_ago(3))
    make.make_medication(session, cast.patient)
    make.make_contact(
        session, cast.episode, on=days_ago(3), minutes=22, interventions=["behavioural_activation"]
    )
    advice = [{"text": "Increase to 100 mg"}]
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=days_ago(12), recommendations=advice
    )
    make.make_next_action(session, cast.episode, action="Safety follow-up", due_on=date(2026, 11, 23))
    session.commit()
    return cast


def test_the_panel_tells_all(sign_in: SignIn, ill: Cast) -> None:
    response = sign_in(ill.owner).get(f"/caseload/peek/{ill.episode.id}", headers=SWAP)
    text = response.text
    assert text.startswith('<div id="peek">')
    for words in (
        "Carter, Samuel", "64 M · MRN R-1001 · Dr. Ingrid Lang · week 8",
        "Item 9 scored 3 on Nov 17, 2026 and no risk assessment of that score is recorded.",
        "Safety follow-up, Nov 23", "sertraline 50 mg, Behavioral activation", "Nov 17 (3 days ago), phone 22 min",
        "20 to 19 (−5%), Nov 17", "Nov 8: Increase to 100 mg", "22 min logged", "555-0199", "Maria Ortiz",
        "Why this place in the list", "100 points, ",
    ):  # fmt: skip
        assert words in text, words
    assert "<svg" in text


def test_it_has_an_address_of_its_own(sign_in: SignIn, ill: Cast) -> None:
    client = sign_in(ill.owner)
    fragment = client.get(f"/caseload/peek/{ill.episode.id}?view=safety", headers=SWAP)
    address = f"/caseload/?view=safety&peek={ill.episode.id}"
    assert fragment.headers["HX-Push-Url"] == address
    page = client.get(address)
    assert 'id="peek-title"' in page.text
    assert 'aria-selected="true"' in page.text
    assert client.get(f"/caseload/peek/{ill.episode.id}?view=safety").location == address


def test_closing_leads_to_the_list_with_its_filters(sign_in: SignIn, ill: Cast) -> None:
    text = sign_in(ill.owner).get(f"/caseload/peek/{ill.episode.id}?view=due&sort=name", headers=SWAP).text
    assert 'href="/caseload/?view=due&amp;sort=name" data-close' in text


def test_a_patient_outside_the_list_can_be_open_beside_it(sign_in: SignIn, ill: Cast) -> None:
    response = sign_in(ill.colleague).get(f"/caseload/?peek={ill.episode.id}")
    assert "Carter, Samuel" in response.text


@pytest.mark.parametrize("address", ["/caseload/peek/{}", "/caseload/?peek={}", "/caseload/row/{}"])
def test_another_clinics_patient_is_not_found(sign_in: SignIn, ill: Cast, address: str) -> None:
    response = sign_in(ill.outsider).get(address.format(ill.episode.id), headers=SWAP)
    assert response.status_code == 404
    assert "Carter" not in response.text


def test_no_finding_is_said_to_be_none(sign_in: SignIn, session: Session, cast: Cast) -> None:
    text = sign_in(cast.owner).get(f"/caseload/peek/{cast.episode.id}", headers=SWAP).text
    for words in (
        "never measured",
        "none recorded",
        "no treatment contact yet",
        "not yet reviewed",
        "nothing planned",
    ):
        assert words in text, words


def test_each_look_is_recorded(sign_in: SignIn, session: Session, ill: Cast) -> None:
    sign_in(ill.owner).get(f"/caseload/peek/{ill.episode.id}", headers=SWAP)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "peek")).one()
    assert session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)).all() == [
        ill.patient.id
    ]


def test_who_may_not_record_has_no_button_for_it(sign_in: SignIn, ill: Cast) -> None:
    address = f"/caseload/peek/{ill.episode.id}"
    assert "Record contact" in sign_in(ill.owner).get(address, headers=SWAP).text
    text = sign_in(ill.consultant).get(address, headers=SWAP).text
    assert "Record contact" not in text
    assert "Open chart" in text


def test_each_value_of_the_panel_says_why(sign_in: SignIn, ill: Cast) -> None:
    text = sign_in(ill.owner).get(f"/caseload/peek/{ill.episode.id}", headers=SWAP).text
    for words in (
        "PHQ-9: why −5%?", "(19 − 20) ÷ 20 = −5%.", "PHQ-9: why “", "The first that holds of: ",
        "Sep 23, 2026: PHQ-9 20 (baseline)", "Nov 17, 2026: PHQ-9 19, item 9: 3 (best, latest)", "Rule SF1 · why?",
        "Source: ", "Protocol 2026.1, in force since Jan 1, 2026",
    ):  # fmt: skip
        assert words in text, words
    assert "GAD-7: why" not in text


def test_the_rules_of_the_panel_are_those_of_the_clinic_and_the_day(sign_in: SignIn, ill: Cast) -> None:
    client, then = sign_in(ill.owner), days_ago(2)
    now = client.get(f"/caseload/peek/{ill.episode.id}", headers=SWAP).text
    past = client.get(f"/caseload/peek/{ill.episode.id}?as_of={then}", headers=SWAP).text
    assert f'/protocol/rules?clinic={ill.riverside.id}#SF1"' in now
    assert f'/protocol/rules?clinic={ill.riverside.id}&amp;on={then}#SF1"' in past
    assert "/protocol/rules?clinic" in past.replace(f"&amp;on={then}", "")
    assert past.count("/protocol/rules?") == past.count(f"&amp;on={then}#")
