"""Recording a contact: who may, what is written, what is refused, and that nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.clinical.agenda_marks import open_asks
from registry.models import (
    AssessedScore,
    AuditEvent,
    AuditPatient,
    Contact,
    Measure,
    NextAction,
    RiskAssessment,
)
from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import TODAY, Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
ROUTINE = {
    "once": "once-1", "kind": "treatment", "modality": "phone", "on": "2026-11-20", "started_at": "09:30", "minutes": "22",
    "note": "Walks every day now.", "next_action": "Phone follow-up with PHQ-9", "next_due_on": "2026-12-04",
    "next_version": "0",
}  # fmt: skip


def phq(*answers: object, name: str = "phq") -> dict[str, str]:
    return {
        f"{name}-item{number}": str(answer) for number, answer in enumerate(answers, 1) if answer is not None
    }


def url(cast: Cast) -> str:
    return f"/contacts/record/{cast.patient.id}"


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("owner", 200), ("colleague", 200), ("therapist", 200), ("outsider", 404), ("consultant", 403), ("pcp", 403),
        ("other_pcp", 403), ("manager", 403), ("administrator", 403), ("auditor", 403),
    ],
)  # fmt: skip
def test_who_opens_the_form(cast: Cast, sign_in: SignIn, part: str, status: int) -> None:
    assert sign_in(cast.people[part]).get(url(cast)).status_code == status


def test_a_routine_follow_up_writes_everything(cast: Cast, sign_in: SignIn, session: Session) -> None:
    sent = ROUTINE | phq(1, 2, 1, 1, 1, 0, 1, 0, 0) | phq(1, 1, 1, 0, 0, 0, 0, name="gad")
    sent |= {"interventions": ["behavioural_activation"], "adherence": "some"}
    reply = sign_in(cast.owner).post(url(cast), data=sent)
    assert reply.status_code == 302
    assert reply.location == f"/chart/{cast.patient.id}"
    contact = session.scalars(select(Contact)).one()
    assert (contact.kind, contact.minutes, contact.on, contact.started_at) == (
        "treatment",
        22,
        TODAY,
        time(9, 30),
    )
    assert contact.author_role == "care_manager"
    assert contact.reached
    assert (contact.interventions, contact.adherence) == (["behavioural_activation"], "some")
    scores = {m.instrument: m for m in session.scalars(select(Measure))}
    assert {name: (m.total, m.item9, m.contact_id) for name, m in scores.items()} == {
        "phq9": (7, 0, contact.id), "gad7": (3, None, contact.id),
    }  # fmt: skip
    assert scores["phq9"].reviewed_on == TODAY
    plan = session.scalars(select(NextAction)).one()
    assert (plan.action, plan.due_on, plan.owner_id) == (
        "Phone follow-up with PHQ-9",
        date(2026, 12, 4),
        cast.owner.id,
    )


SPANISH = "Poco interés o placer en hacer cosas"


def test_who_speaks_spanish_is_asked_in_spanish(cast: Cast, sign_in: SignIn, session: Session) -> None:
    cast.patient.language = "es"
    browser = sign_in(cast.owner)
    page = browser.get(url(cast)).text
    assert SPANISH in page
    assert '<th scope="row" id="phq-item1-q" lang="es-US">' in page
    assert "awaiting check against the published PDF" in page
    assert "No se requiere permiso" in page
    browser.post(
        url(cast), data=ROUTINE | {"text": "es-US"} | phq(1, 1, 1, 1, 1, 1, 1, 1, 0) | phq(1, name="gad")
    )
    scores = {m.instrument: (m.language, m.form_version) for m in session.scalars(select(Measure))}
    assert scores == {"phq9": ("es-US", "2"), "gad7": ("es", "1")}


def test_the_language_of_the_form_is_chosen_and_nothing_typed_is_lost(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    assert SPANISH not in browser.get(url(cast)).text
    sent = ROUTINE | {"text": "es-US", "minutes": "a while"} | phq(2)
    page = browser.post(url(cast), data=sent | {"act": "text"})
    assert page.status_code == 200
    assert SPANISH in page.text
    assert "Walks every day now." in page.text
    assert re.search(r'<input[^>]*checked[^>]*id="phq-item1-2"', page.text), "the answer given so far stays"
    assert session.scalar(select(func.count()).select_from(Contact)) == 0
    assert browser.post(url(cast), data=sent | {"minutes": "20"}).status_code == 302
    assert session.scalars(select(Measure.language)).one() == "es-US"


def test_english_that_was_chosen_for_who_speaks_spanish_is_recorded(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    cast.patient.language = "es"
    sign_in(cast.owner).post(url(cast), data=ROUTINE | {"text": "en"} | phq(1, 1, 1, 1, 1, 1, 1, 1, 0))
    assert session.scalars(select(Measure.language)).one() == "en"


def test_a_language_without_a_text_is_read_in_english(cast: Cast, sign_in: SignIn, session: Session) -> None:
    cast.patient.language = "vi"
    browser = sign_in(cast.owner)
    assert "Little interest" in browser.get(url(cast)).text
    browser.post(url(cast), data=ROUTINE | {"text": "xx"} | phq(1, 1, 1, 1, 1, 1, 1, 1, 0))
    assert session.scalars(select(Measure.language)).one() == "vi"


def test_enter_in_a_field_saves(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.owner).get(url(cast)).text
    form = page[page.index("data-primary") :]
    assert re.search(r"<button[^>]*>[^<]*", form)[0].endswith(">Save contact")  # type: ignore[index]


def test_it_leaves_one_audit_row_about_the_patient(cast: Cast, sign_in: SignIn, session: Session) -> None:
    sign_in(cast.owner).post(url(cast), data=ROUTINE | phq(1, 1, 1, 1, 1, 1, 1, 1, 1))
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "record_contact")).one()
    shown = session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)).all()
    assert shown == [cast.patient.id]
    assert event.detail["after"]["scores"] == {"phq9": [9, 1]}
    assert "Walks" not in str(event.detail)


def test_sent_twice_it_is_one_contact(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    sent = ROUTINE | phq(2, 2, 2, 2, 2, 2, 2, 2, 1)
    first, second = browser.post(url(cast), data=sent), browser.post(url(cast), data=sent)
    assert first.location == second.location
    assert session.scalar(select(func.count()).select_from(Contact)) == 1
    assert session.scalar(select(func.count()).select_from(Measure)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on": "2026-11-21"}, "cannot lie in the future"),
        ({"on": "1950-01-01"}, "before the patient&#39;s birth"),
        ({"on": "2026-01-01"}, "before the first referral, Sep 11, 2026"),
        ({"on": "yesterday"}, "Date:"),
        ({"on": ""}, "Give the date"),
        ({"minutes": "601"}, "between 0 and 600"),
        ({"minutes": "-1"}, "between 0 and 600"),
        ({"minutes": "a while"}, "Write a whole number"),
        ({"minutes": ""}, "Give the minutes"),
        ({"modality": ""}, "how you spoke"),
        ({"kind": "visit"}, "Kind:"),
        ({"phq-total": "28", "phq-source_note": "PCP"}, "A PHQ-9 total is between 0 and 27"),
        ({"phq-total": "12"}, "Say where the PHQ-9 total was read"),
        ({"phq-source_note": "PCP note"}, "Give the PHQ-9 total"),
        (
            {"phq-total": "12", "phq-source_note": "PCP", "phq-item1": "2"},
            "answers or the total, not both",
        ),
        ({"phq-item1": "4"}, "Not a valid choice"),
        ({"discuss": "y"}, "Write the question"),
        ({"next_due_on": "2026-11-19"}, "due date is before the contact"),
        ({"next_due_on": "2028-01-01"}, "more than a year away"),
        ({"next_action": ""}, "Say what is due"),
        ({"kind": "no_show", "phq-item1": "2"}, "Scores belong to a treatment contact"),
        ({"kind": "message", "modality": "", "screener-wish_dead": "no"}, "asked by a person"),
        ({"screener-thoughts": "no", "screener-method": "yes"}, "Answer question 2 again"),
        ({"screener-behaviour_3_months": "yes"}, "also behavior ever"),
        ({"screener-actions": "Told the PCP"}, "Answer the screener"),
        ({"screener-wish_dead": "no", "screener-cleared_reason": "better"}, "Finish the screener"),
    ],
)
def test_bad_values_are_refused_and_nothing_is_lost(
    cast: Cast, sign_in: SignIn, session: Session, changes: dict[str, str], words: str
) -> None:
    reply = sign_in(cast.owner).post(url(cast), data=ROUTINE | changes)
    assert reply.status_code == 422
    assert words in reply.text
    assert "There is a problem" in reply.text
    assert "Walks every day now." in reply.text
    assert session.scalar(select(func.count()).select_from(Contact)) == 0


@pytest.mark.parametrize(
    ("answers", "stored"),
    [
        pytest.param((1, 1, 1, 1, 1, 1, 1, 1, 2), (2, 10, False, None), id="asked: 2"),
        pytest.param((1, 1, 1, 1, 1, 1, 1, 1, 0), (0, 8, False, None), id="asked: 0"),
        pytest.param((1, 1, 1, 1, 1, 1, 1, 1, "not_asked"), (None, 9, True, None), id="not asked is not 0"),
        pytest.param((1, 1, 1, 1, 1, 1, 1, 1, "declined"), (None, 9, True, [9]), id="declined is not 0"),
        pytest.param((1, 1, 1, 1, 1, 1, 1, 1, None), (None, 9, True, None), id="left blank is not asked"),
        pytest.param(
            (1, 1, 1, 1, 1, 1, None, None, None), (None, None, False, None), id="three blank: no total"
        ),
    ],
)
def test_item_9_has_its_own_states(
    cast: Cast, sign_in: SignIn, session: Session, answers: tuple[object, ...], stored: tuple[object, ...]
) -> None:
    sign_in(cast.owner).post(url(cast), data=ROUTINE | phq(*answers))
    score = session.scalars(select(Measure)).one()
    assert (score.item9, score.total, score.prorated, score.declined) == stored


def test_a_total_without_answers_knows_no_item_9(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    browser.post(url(cast), data=ROUTINE | {"phq-total": "14", "phq-source_note": "PCP note of today"})
    score = session.scalars(select(Measure)).one()
    assert (score.total, score.items, score.item9, score.source_note) == (14, None, None, "PCP note of today")
    assert "Item 9 was not asked" in flashes(browser)


def flashes(browser: PageClient) -> str:
    with browser.session_transaction() as cookie:
        return " ".join(words for _, words in cookie.get("_flashes", []))


def test_a_positive_item_9_does_not_block_saving_and_says_what_is_open(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    assert browser.post(url(cast), data=ROUTINE | phq(1, 1, 1, 1, 1, 1, 1, 1, 1)).status_code == 302
    assert "Open now: Safety." in flashes(browser)
    assert "Carter" not in flashes(browser)


def test_the_screener_answers_the_score_of_this_contact(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    screener = {
        "screener-wish_dead": "yes", "screener-thoughts": "no", "screener-behaviour_lifetime": "no",
        "screener-actions": "PCP told at 10.", "screener-means": "No firearms.",
    }  # fmt: skip
    browser.post(url(cast), data=ROUTINE | phq(1, 1, 1, 1, 1, 1, 1, 1, 1) | screener)
    found = session.scalars(select(RiskAssessment)).one()
    assert (found.wish_dead, found.thoughts, found.method, found.behaviour_3_months) == (
        True,
        False,
        None,
        None,
    )
    assert (found.actions, found.means) == ("PCP told at 10.", "No firearms.")
    link = session.scalars(select(AssessedScore)).one()
    assert link.measure_id == session.scalars(select(Measure.id)).one()
    assert "Open now: Safety." not in flashes(browser)


def test_earlier_open_scores_are_covered_only_where_ticked(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    first = make.make_measure(session, cast.patient, items=[1] * 9, taken_on=make.days_ago(10))
    second = make.make_measure(session, cast.patient, items=[2] * 9, taken_on=make.days_ago(5))
    browser = sign_in(cast.owner)
    page = browser.get(url(cast)).text
    assert "PHQ-9 of Nov 10: item 9 is 1" in page
    screener = {f"screener-{name}": "no" for name in ("wish_dead", "thoughts", "behaviour_lifetime")}
    browser.post(url(cast), data=ROUTINE | screener | {"screener-covers": str(second.id)})
    assert session.scalars(select(AssessedScore.measure_id)).all() == [second.id]
    assert first.id != second.id


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        ({"wish_dead": "yes", "thoughts": "yes", "intent": "yes"}, "High risk"),
        ({"thoughts": "yes", "plan": "yes"}, "High risk"),
        ({"thoughts": "no", "behaviour_lifetime": "yes", "behaviour_3_months": "yes"}, "High risk"),
        (
            {"thoughts": "yes", "method": "yes", "intent": "no", "plan": "no", "behaviour_lifetime": "no"},
            "Moderate risk",
        ),
        ({"thoughts": "no", "behaviour_lifetime": "yes", "behaviour_3_months": "no"}, "Moderate risk"),
        ({"wish_dead": "yes", "thoughts": "no", "behaviour_lifetime": "no"}, ""),
        ({"wish_dead": "no", "thoughts": "no", "behaviour_lifetime": "no"}, ""),
    ],
)
def test_columbias_triage_is_said_after_saving(
    cast: Cast, sign_in: SignIn, answers: dict[str, str], flag: str
) -> None:
    browser = sign_in(cast.owner)
    sent = ROUTINE | {f"screener-{name}": answer for name, answer in answers.items()}
    assert browser.post(url(cast), data=sent).status_code == 302
    assert ("Open now: " + flag in flashes(browser)) if flag else ("risk" not in flashes(browser))


def test_a_flag_is_lifted_with_a_reason_only(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_assessment(session, cast.patient, on=make.days_ago(20), thoughts=True, intent=True)
    browser = sign_in(cast.owner)
    assert "The high risk flag is up" in browser.get(url(cast)).text
    calm = {f"screener-{name}": "no" for name in ("wish_dead", "thoughts", "behaviour_lifetime")}
    browser.post(url(cast), data=ROUTINE | calm)
    assert "Open now: High risk" in flashes(browser)
    browser.post(
        url(cast),
        data=ROUTINE
        | calm
        | {"once": "2", "next_version": "1", "screener-cleared_reason": "Seen by Dr. Okafor"},
    )
    assert "The high risk flag is up" not in browser.get(url(cast)).text


def test_discussing_puts_the_question_on_the_agenda(cast: Cast, sign_in: SignIn, session: Session) -> None:
    sign_in(cast.owner).post(url(cast), data=ROUTINE | {"discuss": "y", "question": "Stuck at 12. Switch?"})
    (ask,) = open_asks(snapshot(session, cast.org.id, cast.episode.id).facts)
    assert ask.sentence == "Care manager asked on Nov 20, 2026: Stuck at 12. Switch?"


def test_an_adolescent_gets_the_phq_a(cast: Cast, sign_in: SignIn, session: Session) -> None:
    teen = make.make_patient(
        session, cast.riverside, mrn="R-7", family_name="Young", birth_date=date(2010, 5, 1)
    )
    make.make_episode(session, teen, care_manager=cast.owner.account)
    browser = sign_in(cast.owner)
    page = browser.get(f"/contacts/record/{teen.id}").text
    assert "PHQ-A" in page
    assert "Little interest" not in page
    browser.post(f"/contacts/record/{teen.id}", data=ROUTINE | phq(1, 1, 1, 1, 1, 1, 1, 1, 0))
    assert session.scalars(select(Measure.instrument)).one() == "phq_a"


def test_without_an_episode_there_is_a_way_to_refer(cast: Cast, sign_in: SignIn, session: Session) -> None:
    new = make.make_patient(session, cast.riverside, mrn="R-8")
    reply = sign_in(cast.owner).get(f"/contacts/record/{new.id}")
    assert "No episode is open" in reply.text
    assert f"/episodes/refer/{new.id}" in reply.text


def test_before_consent_it_is_recorded_and_says_why_minutes_do_not_count(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    waiting = make.make_patient(session, cast.riverside, mrn="R-9")
    make.make_episode(session, waiting, status="outreach", care_manager=cast.owner.account)
    browser = sign_in(cast.owner)
    assert "will not count. No consent is recorded." in browser.get(f"/contacts/record/{waiting.id}").text
    sent = ROUTINE | {"kind": "outreach_attempt", "reached": "y", "minutes": "5"}
    assert browser.post(f"/contacts/record/{waiting.id}", data=sent).status_code == 302
    assert "will not count. No consent is recorded." in flashes(browser)


def test_after_the_close_it_is_filed_under_the_closed_episode(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    done = make.make_patient(session, cast.riverside, mrn="R-10")
    episode = make.make_episode(session, done, status="closed", closed_on=make.days_ago(3))
    browser = sign_in(cast.owner)
    assert "The episode closed on Nov 17, 2026" in browser.get(f"/contacts/record/{done.id}").text
    browser.post(f"/contacts/record/{done.id}", data=ROUTINE)
    assert session.scalars(select(Contact.episode_id)).one() == episode.id
    assert "After the discharge" in flashes(browser)
    assert session.scalars(select(NextAction)).all() == []


def test_a_next_action_that_somebody_else_set_is_shown_first(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_next_action(session, cast.episode, action="Visit on Monday", who=cast.colleague.account)
    browser = sign_in(cast.owner)
    reply = browser.post(url(cast), data=ROUTINE)
    assert reply.status_code == 409
    assert "Jonas Weber saved this while you were writing" in reply.text
    assert "Visit on Monday" in reply.text
    assert "Walks every day now." in reply.text
    assert session.scalars(select(Contact)).all() == []
    assert browser.post(url(cast), data=ROUTINE | {"next_version": "1"}).status_code == 302


def test_the_last_scores_stand_beside_the_entry(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_measure(session, cast.patient, items=[1] * 8 + [2], taken_on=date(2026, 10, 31))
    assert "last time 10 on Oct 31" in sign_in(cast.owner).get(url(cast)).text


def test_it_proposes_the_last_modality_and_says_the_last_minutes(
    cast: Cast, sign_in: Callable[[Person], PageClient], session: Session
) -> None:
    make.make_contact(session, cast.episode, on=make.days_ago(20), modality="phone", minutes=30)
    make.make_contact(session, cast.episode, on=make.days_ago(9), modality="video", minutes=25)
    make.make_contact(session, cast.episode, on=make.days_ago(2), kind="no_show", modality=None, minutes=None)
    session.commit()
    page = sign_in(cast.owner).get(f"/contacts/record/{cast.patient.id}").text
    assert re.search(r'<input[^>]*checked[^>]*value="video"', page)
    assert "Last time 25" in page
    assert not re.search(r'name="minutes"[^>]*value="\d', page), "minutes are what happened today"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([3] * 9, "Look again at the PHQ-9: implausible. All scores says why."),
        ([1, 2, 1, 1, 1, 0, 1, 0, 0], ""),
    ],
)
def test_a_score_that_is_hard_to_believe_is_told_after_saving(
    cast: Cast, sign_in: SignIn, given: list[int], words: str
) -> None:
    browser = sign_in(cast.owner)
    reply = browser.post(url(cast), data=ROUTINE | phq(*given))
    assert reply.status_code == 302
    page = browser.get(reply.location).text
    assert words in page
    assert bool(words) is ("Look again at" in page)


@pytest.mark.parametrize(
    ("status", "scale", "planned", "proposed"),
    [
        ("outreach", "phq9", "First outreach call", "First outreach call"),
        ("enrolled", "phq9", "First outreach call", "Phone follow-up with PHQ-9"),
        ("enrolled", "gad7", "First outreach call", "Phone follow-up with PHQ-9 and GAD-7"),
        ("enrolled", "gad7", "Visit on Monday", "Visit on Monday"),
    ],
)
def test_the_first_call_of_a_referral_is_not_planned_again_for_who_is_in_care(
    cast: Cast, sign_in: SignIn, session: Session, status: str, scale: str, planned: str, proposed: str
) -> None:
    patient = make.make_patient(session, cast.riverside, mrn="R-77")
    episode = make.make_episode(
        session, patient, status=status, primary_scale=scale, care_manager=cast.owner.account
    )
    make.make_next_action(session, episode, action=planned)
    session.commit()
    page = sign_in(cast.owner).get(f"/contacts/record/{patient.id}").text
    found = re.search(r'<input[^>]*name="next_action"[^>]*>', page)
    assert found is not None
    assert f'value="{proposed}"' in found[0]


SOON = "Usual now: the next working day"


def test_the_next_working_day_is_told_where_no_day_is_usual(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    patient = make.make_patient(session, cast.riverside, mrn="R-77")
    make.make_episode(session, patient, status="referred", referred_on=make.days_ago(-3), care_manager=cast.owner.account)  # fmt: skip
    session.commit()
    page = sign_in(cast.owner).get(f"/contacts/record/{patient.id}").text
    assert 'data-from="" data-to="2026-11-23" hidden>' in page
    assert page.count("Usual now") == 1


def test_while_safety_is_not_assessed_the_next_working_day_is_usual(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    """TODAY is a Friday: the next working day is Monday."""
    browser = sign_in(cast.owner)
    page = browser.get(url(cast)).text
    assert f"hidden><b>{SOON}</b>, Nov 23, because safety is not yet assessed" in page
    browser.post(url(cast), data=ROUTINE | phq(1, 2, 1, 1, 1, 0, 1, 0, 1))
    assert "planned later than the next working day" in browser.get(f"/chart/{cast.patient.id}").text
    page = browser.get(url(cast)).text
    assert f"{SOON}, because the positive item 9 is not assessed" in page
    assert re.search(r'name="next_due_on"[^>]*value="2026-11-23"', page)
    soon = ROUTINE | {"once": "once-2", "next_due_on": "2026-11-23", "next_version": "1"}
    browser.post(url(cast), data=soon)
    assert "planned later" not in browser.get(f"/chart/{cast.patient.id}").text
