"""What a form asks beside its items: asked, kept, shown, corrected, and a yes to a safety question opens the path."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AssessedScore, Correction, Measure
from tests import factories as make
from tests.cast import Cast
from tests.measures.test_measures import SENT, SignIn, answers, saved
from tests.safety.asking import codes, sent

MONTH = "thoughts of suicide in the past month"
TEEN = answers(1, 1, 1, 1, 1, 1, 1, 0, 0)
YES = {"score-extra_suicidal_past_month": "1", "score-extra_attempt_ever": "0"}


def url(cast: Cast, instrument: str = "phq_a") -> str:
    return f"/measures/add/{cast.patient.id}?instrument={instrument}"


@pytest.mark.parametrize(
    ("instrument", "keys"),
    [("phq9", ["difficulty"]), ("phq_a", ["dysthymia", "suicidal_past_month", "attempt_ever"]), ("gad7", [])],
)
def test_each_form_asks_its_own(cast: Cast, sign_in: SignIn, instrument: str, keys: list[str]) -> None:
    page = sign_in(cast.owner).get(url(cast, instrument)).text
    assert page.count('<fieldset class="field" id="score-extra_') == len(keys)
    assert all(f'id="score-extra_{key}"' in page for key in keys)


def test_a_yes_is_kept_beside_the_score_and_opens_the_safety_path(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    saved(browser, url(cast), SENT | TEEN | YES)
    score = session.scalars(select(Measure)).one()
    assert score.extras == {"suicidal_past_month": 1, "attempt_ever": 0}
    assert (score.total, score.item9, score.answered, score.items) == (7, 0, 9, [1] * 7 + [0, 0])
    assert "SF1" in codes(session, cast)
    page = browser.get(f"/measures/{cast.patient.id}").text
    assert f"<b>{MONTH}: yes</b>" in page
    assert "a suicide attempt at any time: no" in page
    assert "depressed or sad on most days of the past year: not asked" in page
    make.make_measure(session, cast.patient, items=[1] * 8 + [0])
    assert "difficulty" not in sign_in(cast.owner).get(f"/measures/{cast.patient.id}").text, (
        "only safety is missed"
    )
    asked = browser.get(f"/safety/assess/{cast.patient.id}").text
    assert f"PHQ-A of Nov 19: item 9 is 0; {MONTH}: yes" in asked
    browser.post(f"/safety/assess/{cast.patient.id}", data=sent("once-2", covers=[str(score.id)]))
    assert session.scalars(select(AssessedScore.measure_id)).one() == score.id
    assert "SF1" not in codes(session, cast)


def test_what_was_not_asked_is_not_kept_as_a_no(cast: Cast, sign_in: SignIn, session: Session) -> None:
    saved(sign_in(cast.owner), url(cast), SENT | TEEN | {"score-extra_attempt_ever": "not_asked"})
    assert session.scalars(select(Measure.extras)).one() == {}
    assert not codes(session, cast) & {"SF1", "SF5"}


def test_a_yes_beside_a_bare_total_names_what_is_not_known(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser, total = sign_in(cast.owner), {"score-total": "7", "score-source_note": "School nurse"}
    saved(browser, url(cast), SENT | total | YES)
    assert session.scalars(select(Measure.extras)).one()["suicidal_past_month"] == 1
    page = browser.get(f"/safety/assess/{cast.patient.id}").text
    assert f"item 9 is not known; {MONTH}: yes" in page


@pytest.mark.parametrize(
    ("sent_too", "words"),
    [(YES, "Give the PHQ-A answers too, or the total."), ({"score-extra_attempt_ever": "2"}, "valid choice")],
)
def test_an_answer_alone_or_one_that_is_none_is_refused(
    cast: Cast, sign_in: SignIn, session: Session, sent_too: dict[str, str], words: str
) -> None:
    reply = sign_in(cast.owner).post(url(cast), data=SENT | sent_too)
    assert reply.status_code == 422
    assert words in reply.text
    assert session.scalars(select(Measure)).all() == []


def test_a_correction_shows_it_and_keeps_what_stood_before(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    saved(browser, url(cast), SENT | TEEN | YES)
    score = session.scalars(select(Measure)).one()
    form = f"/measures/correct/{score.id}"
    field = browser.get(form).text.split('id="score-extra_suicidal_past_month"')[1].split("</fieldset>")[0]
    assert next(part.split(">")[0] for part in field.split("<input")[1:] if "checked" in part).count(
        'value="1"'
    )
    changed = SENT | TEEN | {"version": str(score.version), "reason": "Misheard", "once": "once-2"}
    changed |= {"score-extra_suicidal_past_month": "0", "score-extra_attempt_ever": "0"}
    assert saved(browser, form, changed).status_code == 302
    session.expire_all()
    assert score.extras == {"suicidal_past_month": 0, "attempt_ever": 0}
    kept = session.scalars(select(Correction)).one()
    assert list(kept.changes) == ["extras"]
    page = browser.get(f"/measures/{cast.patient.id}").text
    assert f"Asked beside the items: <del>{MONTH}: yes; a suicide attempt at any time: no</del>" in page
    assert f"<ins>{MONTH}: no; a suicide attempt at any time: no</ins>" in page


def test_a_contact_with_an_adolescent_asks_them_and_one_with_an_adult_does_not(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser, record = sign_in(cast.owner), f"/contacts/record/{cast.patient.id}"
    assert "extra_" not in browser.get(record).text
    cast.patient.birth_date = date(2010, 5, 1)
    session.flush()
    assert 'id="phq-extra_attempt_ever"' in browser.get(record).text
    contact = {
        "once": "once-1", "kind": "treatment", "modality": "phone", "on": "2026-11-20", "started_at": "09:30",
        "minutes": "22", "next_action": "Call", "next_due_on": "2026-12-04", "next_version": "0",
    }  # fmt: skip
    contact |= {f"phq-item{n}": "0" for n in range(1, 10)} | {"phq-extra_attempt_ever": "1"}
    screened = {f"screener-{name}": "no" for name in ("wish_dead", "thoughts", "behaviour_lifetime")}
    assert browser.post(record, data=contact | screened).status_code == 302
    score = session.scalars(select(Measure)).one()
    assert (score.instrument, score.item9, score.extras) == ("phq_a", 0, {"attempt_ever": 1})
    assert session.scalars(select(AssessedScore.measure_id)).one() == score.id, "the screener answers it"


def test_a_plain_score_has_none(cast: Cast, session: Session) -> None:
    assert make.make_measure(session, cast.patient).extras == {}


def test_an_open_safety_question_is_said_after_saving_and_leads_to_the_assessment(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    saved(browser, url(cast), SENT | TEEN | YES)
    page = browser.get(f"/measures/{cast.patient.id}").text
    assert "Open now: Safety. Do the C-SSRS with the patient today" in page
    assert "Record a risk assessment" in page
    assert "Record a risk assessment" not in sign_in(cast.manager).get(f"/measures/{cast.patient.id}").text
    score = session.scalars(select(Measure)).one()
    browser.post(f"/safety/assess/{cast.patient.id}", data=sent("once-2", covers=[str(score.id)]))
    assert "Not assessed" not in browser.get(f"/measures/{cast.patient.id}").text


def test_the_alert_of_the_form_listens_to_every_question_about_suicide(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.owner).get(url(cast)).text
    heard = "score-item9 score-beside9 score-extra_suicidal_past_month score-extra_attempt_ever"
    assert f'data-items-alert="{heard}"' in page
    assert "Item 9 is above 0 or a question about suicide is answered yes." in page
