"""The safety plan: written, gone through without change, and never saved over somebody else's."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import SafetyPlan
from tests import factories as make
from tests.cast import TODAY, Cast
from tests.safety.asking import SignIn, audited, codes

STEPS = {
    "once": "once-1",
    "made_on": "2026-11-20",
    "signs": "Not sleeping",
    "help": "Sister, 555-0123",
    "seen": "",
}


def url(cast: Cast) -> str:
    return f"/safety/plan/{cast.patient.id}"


def plans(session: Session) -> list[SafetyPlan]:
    return list(session.scalars(select(SafetyPlan).order_by(SafetyPlan.made_on)))


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("owner", 200), ("colleague", 200), ("therapist", 200), ("consultant", 200), ("outsider", 404), ("pcp", 403),
        ("other_pcp", 403), ("manager", 403), ("administrator", 403), ("auditor", 403),
    ],
)  # fmt: skip
def test_who_may(cast: Cast, sign_in: SignIn, part: str, status: int) -> None:
    browser = sign_in(cast.people[part])
    assert browser.get(url(cast)).status_code == status
    assert browser.post(url(cast), data=STEPS).status_code == (302 if status == 200 else status)
    assert browser.post(f"{url(cast)}/reviewed").status_code == (409 if status == 200 else status)


def test_the_steps_are_kept_as_one_text_and_shown_again(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    assert "No plan is on file" in browser.get(url(cast)).text
    browser.post(url(cast), data=STEPS)
    plan = plans(session)[0]
    assert plan.text == "Warning signs:\nNot sleeping\n\nPeople whom I can ask for help:\nSister, 555-0123"
    assert (plan.made_on, plan.made_by) == (TODAY, cast.owner.id)
    page = browser.get(url(cast)).text
    assert page.count("Sister, 555-0123") == 2, "as it is read, and in its field"
    assert "call or text 988" in page
    assert "Not sleeping" not in str(audited(session, "write_plan")[0].detail)


def test_sent_twice_it_is_one_plan(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    first, second = browser.post(url(cast), data=STEPS), browser.post(url(cast), data=STEPS)
    assert first.location == second.location
    assert len(plans(session)) == 1


def test_a_plan_that_was_written_elsewhere_loses_nothing(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    row = make.make_plan(
        session, cast.patient, text="Call sister. 988 at any hour.", made_on=make.days_ago(30)
    )
    browser = sign_in(cast.owner)
    assert browser.get(url(cast)).text.count("Call sister. 988 at any hour.") == 2
    browser.post(url(cast), data=STEPS | {"rest": "Call sister. 988 at any hour.", "seen": str(row.id)})
    assert plans(session)[-1].text.startswith("Call sister. 988 at any hour.\n\nWarning signs:\n")


def test_gone_through_without_change_it_is_fresh(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_assessment(session, cast.patient, thoughts=True, method=True)
    make.make_contact(session, cast.episode)
    old = make.make_plan(session, cast.patient, made_on=make.days_ago(100))
    assert codes(session, cast) == {"SF3", "SF6"}
    browser = sign_in(cast.owner)
    sent = {"reviewed-seen": str(old.id), "reviewed-once": "r-1"}
    first, second = (browser.post(f"{url(cast)}/reviewed", data=sent) for _ in range(2))
    assert first.location == second.location == url(cast)
    assert [(plan.text, plan.made_on) for plan in plans(session)] == [
        ("Call sister", old.made_on),
        ("Call sister", TODAY),
    ]
    assert codes(session, cast) == {"SF3"}
    assert len(audited(session, "review_plan")) == 1
    assert "Gone through with Maria Ortiz" in browser.get(url(cast)).text


def test_a_plan_that_changed_meanwhile_is_not_gone_through_unseen(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    old = make.make_plan(session, cast.patient, made_on=make.days_ago(9))
    make.make_plan(session, cast.patient, text="Call mother", made_on=make.days_ago(1))
    reply = sign_in(cast.owner).post(f"{url(cast)}/reviewed", data={"reviewed-seen": str(old.id)})
    assert reply.status_code == 409
    assert "The plan was changed meanwhile" in reply.text
    assert "Call mother" in reply.text
    assert len(plans(session)) == 2


def test_two_people_at_once_see_both_plans(cast: Cast, sign_in: SignIn, session: Session) -> None:
    sign_in(cast.colleague).post(url(cast), data=STEPS | {"once": "a", "signs": "Drinking alone"})
    browser = sign_in(cast.owner)
    reply = browser.post(url(cast), data=STEPS | {"once": "b"})
    assert reply.status_code == 409
    assert "Jonas Weber saved this while you were writing" in reply.text
    assert "Drinking alone" in reply.text
    assert "Not sleeping" in reply.text
    again = browser.post(url(cast), data=STEPS | {"once": "b", "seen": str(plans(session)[0].id)})
    assert again.status_code == 302
    assert len(plans(session)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"made_on": "2026-11-21"}, "in the future"),
        ({"made_on": "1950-01-01"}, "before the patient&#39;s birth"),
        ({"made_on": ""}, "Give the day"),
        ({"signs": " ", "help": ""}, "Write at least one step"),
        ({"alone": "x" * 2001}, "cannot be longer than 2000"),
    ],
)
def test_what_cannot_be_is_said(
    cast: Cast, sign_in: SignIn, session: Session, changes: dict[str, str], words: str
) -> None:
    reply = sign_in(cast.owner).post(url(cast), data=STEPS | changes)
    assert reply.status_code == 422
    assert words in reply.text
    assert plans(session) == []
