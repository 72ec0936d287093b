"""The safety plan: written, gone through without change, and never saved over somebody else's."""

import re
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import SafetyPlan
from tests import factories as make
from tests.cast import TODAY, Cast
from tests.documents.reading import text
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


def test_the_steps_are_kept_by_their_names_and_shown_again(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    assert "No plan is on file" in browser.get(url(cast)).text
    browser.post(url(cast), data=STEPS)
    plan = plans(session)[0]
    assert plan.parts == {"signs": "Not sleeping", "help": "Sister, 555-0123"}
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
    assert plans(session)[-1].held == {
        "rest": "Call sister. 988 at any hour.", "signs": "Not sleeping", "help": "Sister, 555-0123"
    }  # fmt: skip


def test_gone_through_without_change_it_is_fresh(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_assessment(session, cast.patient, thoughts=True, method=True)
    make.make_contact(session, cast.episode)
    old = make.make_plan(session, cast.patient, made_on=make.days_ago(100))
    assert codes(session, cast) == {"SF3", "SF6"}
    browser = sign_in(cast.owner)
    sent = {"reviewed-seen": str(old.id), "reviewed-once": "r-1"}
    first, second = (browser.post(f"{url(cast)}/reviewed", data=sent) for _ in range(2))
    assert first.location == second.location == url(cast)
    assert [(plan.held, plan.made_on) for plan in plans(session)] == [
        ({"rest": "Call sister"}, old.made_on),
        ({"rest": "Call sister"}, TODAY),
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


def test_the_counselling_on_means_is_on_record_and_not_on_paper(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    means = {"counselled": ["firearms", "medication"], "agreed": "Brother keeps the gun"}
    browser.post(url(cast), data=STEPS | means)
    assert plans(session)[0].parts["counselled"] == ["firearms", "medication"]
    page = browser.get(url(cast)).text
    assert "Means counseling: Firearms, Medication and poisons. Brother keeps the gun." in page
    printed = " ".join(text(browser.get(f"/safety/plan/paper/{cast.patient.id}").data).split())
    assert "gun" not in printed
    for words in ("My safety plan", "Not sleeping", "Sister, 555-0123", "988", "Maria Ortiz"):
        assert words in printed


def test_counselling_alone_is_no_plan(cast: Cast, sign_in: SignIn, session: Session) -> None:
    empty = STEPS | {"signs": "", "help": "", "counselled": ["none"]}
    assert sign_in(cast.owner).post(url(cast), data=empty).status_code == 422
    assert plans(session) == []


def test_paper_has_spanish_labels_for_a_patient_who_speaks_spanish(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    cast.patient.language = "es"
    session.commit()
    browser = sign_in(cast.owner)
    paper = f"/safety/plan/paper/{cast.patient.id}"
    assert browser.get(paper).location == url(cast)
    assert '<option selected value="es">' in browser.get(url(cast)).text
    browser.post(url(cast), data=STEPS | {"language": "es"})
    printed = " ".join(text(browser.get(paper).data).split())
    assert "Mis señales de advertencia" in printed
    assert "AYUDA" in printed
    assert "My warning signs" in text(browser.get(paper, query_string={"language": "en"}).data)


def test_what_a_version_changed_is_shown_with_its_reason(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    old = make.make_plan(session, cast.patient, text="Warning signs:\nDrinking", made_on=make.days_ago(9))
    browser = sign_in(cast.owner)
    browser.post(url(cast), data=STEPS | {"seen": str(old.id), "reason": "Sister moved in"})
    page = " ".join(browser.get(url(cast)).text.split())
    assert "Sister moved in" in page
    assert '<td class="pre wrap">Drinking</td><td class="pre wrap">Not sleeping</td>' in page


def test_emptying_a_part_is_asked_about_before_it_is_saved(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    words = "Warning signs:\nNot sleeping\nPeople whom I can ask for help:\nSister\nMaking my surroundings safe:\nThe gun"
    old = make.make_plan(session, cast.patient, text=words, made_on=make.days_ago(9))
    browser, sent = sign_in(cast.owner), STEPS | {"seen": str(old.id)}
    asked = browser.post(url(cast), data=sent)
    assert asked.status_code == 422
    assert "“Making my surroundings safe” had words in the plan before and would now be empty." in asked.text
    assert "Nothing is saved yet" in asked.text
    assert plans(session) == [old]
    mark = re.search(r'name="emptied"[^>]*value="([^"]*)"', asked.text)
    assert mark
    other = browser.post(url(cast), data=sent | {"emptied": unescape(mark[1]), "help": ""})
    assert "“People whom I can ask for help” and “Making my surroundings safe” had" in unescape(other.text), (
        "another part is another question"
    )
    assert browser.post(url(cast), data=sent | {"emptied": unescape(mark[1])}).status_code == 302
    assert plans(session)[-1].parts == {"signs": "Not sleeping", "help": "Sister, 555-0123"}
    page = browser.get(url(cast)).text
    assert "Still empty: “What I can do on my own”" in page
    assert "and “Making my surroundings safe”." in page


def test_an_empty_part_keeps_its_heading_on_paper_with_room_to_write(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    browser.post(url(cast), data=STEPS)
    paper = f"/safety/plan/paper/{cast.patient.id}"
    printed = browser.get(paper).data
    assert "Making my surroundings safe" in " ".join(text(printed).split())
    spanish = " ".join(text(browser.get(paper, query_string={"language": "es"}).data).split())
    assert "Cómo hacer seguro el lugar donde estoy" in spanish


def test_two_plans_of_one_day_are_told_apart_by_the_time(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_plan(session, cast.patient, text="Call sister", made_on=TODAY)
    browser = sign_in(cast.owner)
    assert ", saved " not in browser.get(url(cast)).text
    make.make_plan(session, cast.patient, text="Call brother", made_on=TODAY)
    assert browser.get(url(cast)).text.count(", saved Nov 20, 2026 ") >= 2


def test_the_form_says_that_one_part_is_enough(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.owner).get(url(cast)).text
    assert "Needed: one part." in page
    assert "(optional)" not in page


def test_handing_over_is_recorded(cast: Cast, sign_in: SignIn, session: Session) -> None:
    row = make.make_plan(session, cast.patient)
    browser = sign_in(cast.owner)
    where = f"/safety/plan/handed-over/{row.id}"
    browser.post(where, data={"handed-once": "h-0", "handed-how": "by pigeon"})
    for _ in range(2):
        browser.post(where, data={"handed-once": "h-1", "handed-how": "read_out"})
    assert "Read out on the phone." in browser.get(url(cast)).text
    assert len(audited(session, "hand_over_plan")) == 1
    assert sign_in(cast.outsider).post(where, data={"handed-how": "printed"}).status_code == 404


def test_an_older_version_is_marked_on_paper_with_the_day_on_which_it_was_replaced(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    old = make.make_plan(session, cast.patient, made_on=make.days_ago(90), text="Call sister")
    make.make_plan(session, cast.patient, made_on=make.days_ago(60), text="Call sister")
    same = make.make_plan(session, cast.patient, made_on=make.days_ago(30), text="Call brother")
    make.make_plan(session, cast.patient, made_on=make.days_ago(3), text="Call brother")
    wrong = make.make_plan(session, cast.patient, made_on=make.days_ago(2), text="Nobody")
    wrong.in_error = True
    session.commit()
    browser, paper = sign_in(cast.owner), f"/safety/plan/paper/{cast.patient.id}"

    def printed(**asked: str) -> str:
        return " ".join(text(browser.get(paper, query_string=asked).data).split())

    told = printed(version=str(old.id))
    assert "Call sister" in told
    assert "This is an old version. A new one replaced it on Oct 21, 2026." in told
    assert "La reemplazó otra el 21 de oct de 2026." in printed(version=str(old.id), language="es")
    assert "old version" not in printed(version=str(same.id)), "gone through, its words still stand"
    assert "old version" not in printed()
    assert browser.get(paper, query_string={"version": str(wrong.id)}).status_code == 404
    assert f"version={old.id}" not in browser.get(url(cast)).text.split("Before")[0]


def test_a_plan_dated_before_the_one_that_stands_is_refused_at_its_day(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    """Saved with an earlier day it would never stand: nobody would follow what was just agreed."""
    browser = sign_in(cast.owner)
    browser.post(url(cast), data=STEPS)
    newer = {**STEPS, "once": "once-2", "seen": str(plans(session)[0].id), "signs": "Gun in the house"}
    refused = browser.post(url(cast), data={**newer, "made_on": "2026-11-18"})
    assert refused.status_code == 422
    assert "The plan that stands is of Nov 20, 2026: give that day or a later one." in refused.text
    assert "Gun in the house" in refused.text
    assert len(plans(session)) == 1
    assert browser.post(url(cast), data=newer).status_code == 302
    assert "Gun in the house" in browser.get(url(cast)).text


def test_spanish_labels_say_that_they_await_review_wherever_they_are_offered(cast, sign_in):
    page = sign_in(cast.owner).get(f"/safety/plan/{cast.patient.id}").text
    assert "Spanish labels: translation awaiting review." in page
