"""Writing a plan: a new version each time, with its reason, and never over somebody else's."""

import pytest
from sqlalchemy.orm import Session

from tests import factories as make
from tests.cast import TODAY, Cast
from tests.plans.writing import CARE, STAY_WELL, SignIn, audited, make_plan, plans, url


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("owner", 200), ("colleague", 200), ("therapist", 200), ("consultant", 200), ("outsider", 404), ("pcp", 403),
        ("other_pcp", 403), ("manager", 403), ("administrator", 403), ("auditor", 403),
    ],
)  # fmt: skip
def test_who_may(cast: Cast, sign_in: SignIn, part: str, status: int) -> None:
    browser = sign_in(cast.people[part])
    assert browser.get(url(cast, what="write")).status_code == status
    assert browser.post(url(cast, what="write"), data=CARE).status_code == (302 if status == 200 else status)


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        ("care", "Needed: a problem or a goal"),
        ("relapse_prevention", "Needed: warning signs, whom to call and the PHQ-9 that means a call"),
    ],
)
def test_the_form_says_what_it_needs(
    cast: Cast, sign_in: SignIn, session: Session, kind: str, needed: str
) -> None:
    browser = sign_in(cast.owner)
    assert f"{needed}." in browser.get(url(cast, kind, "write")).text
    make_plan(session, cast.patient, kind=kind)
    assert f"{needed}, and why it is changed." in browser.get(url(cast, kind, "write")).text


def test_a_care_plan_is_kept_in_the_patients_words(cast: Cast, sign_in: SignIn, session: Session) -> None:
    whole = CARE | {
        "values": "My children", "preferences": "By phone", "goals-0-function": "cook",
        "decisions-0-about": "Treatment", "decisions-0-options": "pills, talk", "decisions-0-choice": "talk",
        "decisions-0-reason": "no pills", "barriers-cost-words": "Copay", "barriers-cost-answer": "generic",
        "barriers-cost-result": "Now $4", "sharing-school-answer": "no", "sharing-family-answer": "yes",
        "sharing-family-name": "Rosa", "sharing-family-what": "visit days", "education": ["sleep"], "taught": "Light",
    }  # fmt: skip
    reply = sign_in(cast.owner).post(url(cast, what="write"), data=whole)
    assert reply.location == url(cast)
    (plan,) = plans(session)
    assert plan.content == {
        "problems": "Cannot sleep",
        "goals": [{"words": "Back to my kitchen", "function": "cook", "step": "One soup"}],
        "values": "My children", "preferences": "By phone",
        "decisions": [{"about": "Treatment", "options": "pills, talk", "choice": "talk", "reason": "no pills"}],
        "barriers": {"cost": {"words": "Copay", "answer": "generic", "result": "Now $4"}},
        "sharing": {"school": {"answer": "no"}, "family": {"answer": "yes", "name": "Rosa", "what": "visit days"}},
        "education": ["sleep"], "taught": "Light",
    }  # fmt: skip
    assert (plan.kind, plan.made_on, plan.recorded_by) == ("care", TODAY, cast.owner.id)
    detail = str(audited(session, "write_plan")[0].detail)
    assert "kitchen" not in detail
    assert "goals" in detail


def test_the_form_begins_with_the_plan_that_stands_and_an_empty_row(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    content = {
        "problems": "Low mood",
        "goals": [{"words": "Walk"}],
        "barriers": {"stigma": {"words": "Neighbors"}},
    }
    make_plan(session, cast.patient, content=content)
    page = sign_in(cast.owner).get(url(cast, what="write")).text
    for words in ("Low mood", 'value="Walk"', 'value="Neighbors"', "goals-1-words", "Why it is changed"):
        assert words in page


def test_an_edit_is_a_new_version_with_a_reason(cast: Cast, sign_in: SignIn, session: Session) -> None:
    first = make_plan(session, cast.patient, made_on=make.days_ago(30))
    browser = sign_in(cast.owner)
    sent = CARE | {"seen": str(first.id)}
    refused = browser.post(url(cast, what="write"), data=sent)
    assert refused.status_code == 422
    assert "Say why the plan is changed." in refused.text
    assert "Back to my kitchen" in refused.text
    browser.post(url(cast, what="write"), data=sent | {"reason": "Goal is set"})
    assert [(plan.content["problems"], plan.reason) for plan in plans(session)] == [
        ("Low mood", ""),
        ("Cannot sleep", "Goal is set"),
    ]


def test_sent_twice_it_is_one_version(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    first, second = (browser.post(url(cast, what="write"), data=CARE) for _ in range(2))
    assert first.location == second.location
    assert len(plans(session)) == 1


def test_two_people_at_once_see_both_plans(cast: Cast, sign_in: SignIn, session: Session) -> None:
    sign_in(cast.colleague).post(
        url(cast, what="write"), data=CARE | {"once": "a", "problems": "Drinks alone"}
    )
    browser = sign_in(cast.owner)
    reply = browser.post(url(cast, what="write"), data=CARE | {"once": "b"})
    assert reply.status_code == 409
    for words in (
        "Jonas Weber saved this while you were writing",
        "Drinks alone",
        "Cannot sleep",
        "Why it is changed",
    ):
        assert words in reply.text
    again = CARE | {"once": "b", "seen": str(plans(session)[0].id), "reason": "Both are true"}
    assert browser.post(url(cast, what="write"), data=again).status_code == 302
    assert len(plans(session)) == 2


def test_a_plan_taken_back_meanwhile_is_no_conflict_without_a_text(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    old = make_plan(session, cast.patient)
    old.in_error = True
    session.commit()
    reply = sign_in(cast.owner).post(
        url(cast, what="write"), data=CARE | {"seen": str(old.id), "reason": "x"}
    )
    assert reply.status_code == 409
    assert "Somebody saved this" in reply.text


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("care", {"problems": "", "goals-0-words": "", "goals-0-step": ""}, "Write a problem or a goal."),
        ("care", {"goals-0-words": ""}, "My goals: Write the goal in the patient&#39;s words."),
        ("care", {"made_on": "2026-11-21"}, "in the future"),
        ("care", {"made_on": "1900-01-01"}, "before the patient&#39;s birth"),
        ("care", {"barriers-cost-answer": "generic"}, "Say what the barrier is"),
        ("care", {"sharing-school-answer": "yes"}, "A yes names with whom"),
        ("care", {"problems": "x" * 3001}, "longer than 3000"),
        ("relapse_prevention", {"phq9": "30"}, "from 1 to 27"),
        ("relapse_prevention", {"phq9": "ten"}, "Write a whole number"),
        ("relapse_prevention", {"signs": ""}, "Write the first signs"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_lost(
    cast: Cast, sign_in: SignIn, session: Session, kind: str, changes: dict[str, str], words: str
) -> None:
    sent = CARE if kind == "care" else STAY_WELL
    reply = sign_in(cast.owner).post(url(cast, kind, "write"), data=sent | changes)
    assert reply.status_code == 422
    assert words in reply.text
    assert plans(session) == []


def test_a_relapse_plan_offers_the_score_that_the_protocol_takes_for_a_relapse(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_measure(session, cast.patient, items=[1, 1, 1, 0, 0, 0, 0, 0, 0], taken_on=TODAY)
    session.commit()
    browser = sign_in(cast.owner)
    assert 'value="8"' in browser.get(url(cast, "relapse_prevention", "write")).text
    browser.post(url(cast, "relapse_prevention", "write"), data=STAY_WELL)
    (plan,) = plans(session)
    assert plan.content == {"signs": "Not sleeping", "call": "Maria Ortiz, 555-0142", "phq9": 10}


def test_a_patient_without_an_episode_has_plans_too(cast: Cast, sign_in: SignIn, session: Session) -> None:
    other = make.make_patient(session, cast.riverside, mrn="R-9001")
    session.commit()
    browser = sign_in(cast.owner)
    assert 'value="10"' in browser.get(f"/plans/relapse_prevention/write/{other.id}").text
    assert browser.get(f"/plans/progress/{other.id}").status_code == 200


def test_the_labels_are_offered_in_the_patients_language(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    cast.patient.language = "es"
    session.commit()
    page = sign_in(cast.owner).get(url(cast, what="write")).text
    assert '<option selected value="es">Spanish</option>' in page


@pytest.mark.parametrize("kind", ["care", "relapse_prevention"])
def test_a_version_dated_before_the_one_that_stands_is_refused_at_its_day(
    cast: Cast, sign_in: SignIn, session: Session, kind: str
) -> None:
    """Saved with an earlier day it would never stand: form and paper would go on with the old one."""
    browser, first = sign_in(cast.owner), CARE if kind == "care" else STAY_WELL
    browser.post(url(cast, kind, "write"), data=first)
    newer = {**first, "once": "once-2", "seen": str(plans(session)[0].id), "reason": "Agreed anew"}
    refused = browser.post(url(cast, kind, "write"), data={**newer, "made_on": "2026-11-18"})
    assert refused.status_code == 422
    assert "The plan that stands is of Nov 20, 2026: give that day or a later one." in refused.text
    assert len(plans(session)) == 1
    assert browser.post(url(cast, kind, "write"), data=newer).status_code == 302
    assert len(plans(session)) == 2
