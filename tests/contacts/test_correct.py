"""Correcting a contact: what stood before is kept, and nobody overwrites what they have not seen."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clinical.agenda_marks import open_asks
from registry.contacts import services
from registry.models import AuditEvent, Contact, Correction, Measure, RiskAssessment
from registry.models.base import Changed
from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import NOW, TODAY, Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
AS_IT_WAS = {
    "kind": "treatment", "modality": "phone", "on": "2026-11-18", "started_at": "09:30", "minutes": "20", "note": "Before.",
    "version": "1", "reason": "Typing error", "once": "once-1",
}  # fmt: skip


@pytest.fixture
def contact(session: Session, cast: Cast) -> Contact:
    row = make.make_contact(
        session, cast.episode, on=date(2026, 11, 18), note="Before.", who=cast.owner.account
    )
    session.commit()
    return row


def url(contact: Contact) -> str:
    return f"/contacts/correct/{contact.id}"


@pytest.mark.parametrize(
    ("part", "status"),
    [("owner", 200), ("colleague", 200), ("therapist", 200), ("outsider", 404), ("consultant", 403), ("pcp", 403),
     ("manager", 403), ("administrator", 403), ("auditor", 403)],
)  # fmt: skip
def test_who_corrects(cast: Cast, contact: Contact, sign_in: SignIn, part: str, status: int) -> None:
    assert sign_in(cast.people[part]).get(url(contact)).status_code == status


def test_a_colleagues_correction_keeps_what_stood_before(
    cast: Cast, contact: Contact, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.colleague)
    reply = browser.post(
        url(contact), data=AS_IT_WAS | {"minutes": "25", "note": "After.", "interventions": ["cbt"]}
    )
    assert reply.location == f"/chart/{cast.patient.id}"
    assert (contact.minutes, contact.note, contact.version) == (25, "After.", 2)
    kept = session.scalars(select(Correction)).one()
    assert kept.changes == {
        "minutes": [20, 25],
        "note": ["Before.", "After."],
        "interventions": [[], ["cbt"]],
    }
    assert (kept.reason, kept.corrected_by, kept.corrected_at) == ("Typing error", cast.colleague.id, NOW)
    page = browser.get(url(contact)).text
    assert "Jonas Weber" in page
    assert "Cognitive behavioral therapy" in page


def test_the_audit_row_has_no_note(cast: Cast, contact: Contact, sign_in: SignIn, session: Session) -> None:
    sign_in(cast.owner).post(url(contact), data=AS_IT_WAS | {"minutes": "25", "note": "Secret words."})
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "correct_contact")).one()
    assert event.detail == {"changes": {"minutes": [20, 25]}, "fields": ["minutes", "note"]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Say why the record is corrected"),
        ({}, "Nothing was changed"),
        ({"on": "2026-11-21"}, "cannot lie in the future"),
        ({"minutes": ""}, "Give the minutes"),
    ],
)
def test_bad_values_are_refused(
    cast: Cast, contact: Contact, sign_in: SignIn, changes: dict[str, str], words: str
) -> None:
    reply = sign_in(cast.owner).post(url(contact), data=AS_IT_WAS | changes)
    assert reply.status_code == 422
    assert words in reply.text
    assert contact.version == 1


def test_two_people_saving_see_both_texts(
    cast: Cast, contact: Contact, sign_in: SignIn, session: Session
) -> None:
    sign_in(cast.colleague).post(url(contact), data=AS_IT_WAS | {"note": "What Jonas wrote."})
    mine = sign_in(cast.owner)
    reply = mine.post(url(contact), data=AS_IT_WAS | {"note": "What Maria wrote.", "once": "once-2"})
    assert reply.status_code == 409
    assert "Jonas Weber saved this while you were writing" in reply.text
    assert "What Jonas wrote." in reply.text
    assert "What Maria wrote." in reply.text
    assert 'name="version" type="hidden" value="2"' in reply.text
    assert contact.note == "What Jonas wrote."
    again = mine.post(
        url(contact), data=AS_IT_WAS | {"note": "What Maria wrote.", "once": "once-2", "version": "2"}
    )
    assert again.status_code == 302
    assert contact.note == "What Maria wrote."
    assert len(session.scalars(select(Correction)).all()) == 2


def test_sent_twice_it_is_one_correction(
    cast: Cast, contact: Contact, sign_in: SignIn, session: Session
) -> None:
    browser, sent = sign_in(cast.owner), AS_IT_WAS | {"minutes": "25"}
    assert browser.post(url(contact), data=sent).location == browser.post(url(contact), data=sent).location
    assert session.scalars(select(Correction)).one()


def test_with_its_day_a_contact_moves_to_the_episode_of_that_day(
    cast: Cast, contact: Contact, sign_in: SignIn, session: Session
) -> None:
    earlier = make.make_episode(
        session, cast.patient, status="closed", referred_on=date(2026, 1, 5), closed_on=date(2026, 5, 1)
    )
    session.commit()
    browser = sign_in(cast.owner)
    assert browser.post(url(contact), data=AS_IT_WAS | {"on": "2026-03-10"}).status_code == 302
    session.refresh(contact)
    assert (contact.on, contact.episode_id) == (date(2026, 3, 10), earlier.id)
    kept = session.scalars(select(Correction)).one()
    assert kept.changes["episode_id"] == [str(cast.episode.id), str(earlier.id)]
    assert str(earlier.id) not in browser.get(url(contact)).text
    back = AS_IT_WAS | {"version": "2", "once": "once-2"}
    assert browser.post(url(contact), data=back).status_code == 302
    session.refresh(contact)
    assert contact.episode_id == cast.episode.id


def test_no_contact_lies_before_the_first_referral(
    session: Session, cast: Cast, contact: Contact, sign_in: SignIn
) -> None:
    reply = sign_in(cast.owner).post(url(contact), data=AS_IT_WAS | {"on": "2026-01-02"})
    assert reply.status_code == 422
    with pytest.raises(services.Unrecordable):
        services.correct_contact(
            session, cast.owner.viewer, contact.id, change(contact, on=date(2026, 1, 2)), TODAY, NOW
        )


def corrected(contact: Contact, **changes: Any) -> dict[str, Any]:
    names = "kind modality on started_at minutes reached with_caregiver interventions adherence note discuss question"
    return {name: getattr(contact, name) for name in f"{names} in_error".split()} | changes


def change(contact: Contact, **changes: Any) -> services.Change:
    return services.Change(contact.version, corrected(contact, **changes), True, "Wrong patient")


def test_in_error_it_counts_nowhere_and_takes_its_scores_along(
    session: Session, cast: Cast, contact: Contact
) -> None:
    score = make.make_measure(session, cast.patient, contact=contact, taken_on=contact.on)
    services.correct_contact(
        session, cast.owner.viewer, contact.id, change(contact, in_error=True), TODAY, NOW
    )
    session.flush()
    assert (contact.in_error, score.in_error) == (True, True)
    assert {c.subject for c in session.scalars(select(Correction))} == {"contact", "measure"}
    seen = snapshot(session, cast.org.id, cast.episode.id)
    assert seen is not None
    assert (seen.facts.contacts, seen.facts.scores) == ((), ())


def test_scores_and_assessment_move_with_the_day(session: Session, cast: Cast, contact: Contact) -> None:
    make.make_measure(session, cast.patient, contact=contact, taken_on=contact.on)
    make.make_assessment(session, cast.patient, contact=contact, on=contact.on)
    moved = change(contact, on=date(2026, 11, 17))
    services.correct_contact(session, cast.owner.viewer, contact.id, moved, TODAY, NOW)
    assert session.scalars(select(Measure.taken_on)).one() == date(2026, 11, 17)
    assert session.scalars(select(RiskAssessment.on)).one() == date(2026, 11, 17)


def test_a_question_that_was_forgotten_reaches_the_agenda(
    session: Session, cast: Cast, contact: Contact
) -> None:
    asked = change(contact, discuss=True, question="Switch?")
    services.correct_contact(session, cast.owner.viewer, contact.id, asked, TODAY, NOW)
    (ask,) = open_asks(snapshot(session, cast.org.id, cast.episode.id).facts)
    assert ask.sentence.endswith("Switch?")


def test_the_service_refuses_what_its_author_has_not_seen(
    session: Session, cast: Cast, contact: Contact
) -> None:
    late = services.Change(0, corrected(contact, minutes=25), False, "Late")
    with pytest.raises(Changed):
        services.correct_contact(session, cast.owner.viewer, contact.id, late, TODAY, NOW)
