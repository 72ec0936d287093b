"""Reading a plan: its versions, what each changed, handing it over, taking it back, and paper."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from registry.models import Correction
from tests import factories as make
from tests.cast import TODAY, Cast
from tests.documents.reading import text
from tests.plans.writing import SignIn, audited, make_plan, plans, url


@pytest.mark.parametrize(
    ("part", "status"),
    [("owner", 200), ("therapist", 200), ("pcp", 200), ("manager", 200), ("outsider", 404), ("other_pcp", 404),
     ("administrator", 403), ("auditor", 403)],
)  # fmt: skip
def test_who_may_read(cast: Cast, sign_in: SignIn, session: Session, part: str, status: int) -> None:
    make_plan(session, cast.patient)
    browser = sign_in(cast.people[part])
    pages = (
        f"/plans/{cast.patient.id}",
        url(cast),
        url(cast, what="paper"),
        f"/plans/progress/{cast.patient.id}",
    )
    for page in pages:
        assert browser.get(page).status_code == status, page


def test_without_a_plan_the_page_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.owner)
    assert browser.get(f"/plans/{cast.patient.id}").text.count("Not made yet.") == 3
    page = browser.get(url(cast)).text
    assert "No care plan yet" in page
    assert "Make the plan" in page
    assert browser.get(url(cast, what="paper")).location == url(cast)
    assert "Make the plan" not in sign_in(cast.pcp).get(url(cast)).text


def test_versions_are_listed_with_what_each_changed(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make_plan(
        session, cast.patient, made_on=make.days_ago(40), content={"problems": "Low mood", "values": "Work"}
    )
    make_plan(session, cast.patient, made_on=make.days_ago(9), reason="New goal", recorded_by=cast.colleague.id,
              content={"problems": "Low mood", "goals": [{"words": "Walk"}]})  # fmt: skip
    make_plan(
        session,
        cast.patient,
        reason="Gone through",
        content={"problems": "Low mood", "goals": [{"words": "Walk"}]},
    )
    page = " ".join(sign_in(cast.owner).get(url(cast)).text.split())
    assert "Changed because: Gone through" in page
    assert (
        '<th scope="row">My goals</th><td class="pre wrap">empty</td><td class="pre wrap">Walk.</td>' in page
    )
    assert '<td class="pre wrap">Work</td><td class="pre wrap">empty</td>' in page
    assert "No words changed." in page
    assert "First version" in page
    assert "Jonas Weber" in page


def test_two_versions_of_one_day_are_told_apart_by_the_time(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make_plan(session, cast.patient, made_on=make.days_ago(9))
    make_plan(session, cast.patient)
    browser = sign_in(cast.owner)
    assert ", saved " not in browser.get(url(cast)).text
    make_plan(session, cast.patient)
    page = browser.get(url(cast)).text
    assert "plan of Nov 20, 2026, saved Nov 20, 2026 " in page
    assert "plan of Nov 11, 2026, saved" not in page


def test_the_statements_do_not_grow_with_the_versions(
    cast: Cast, sign_in: SignIn, session: Session, engine_of_app: object
) -> None:
    browser, counted = sign_in(cast.owner), []
    for _ in range(2):
        seen: list[str] = []
        make_plan(session, cast.patient)
        listen = lambda *args, into=seen: into.append(args[2])  # noqa: E731
        event.listen(engine_of_app, "before_cursor_execute", listen)
        browser.get(url(cast))
        event.remove(engine_of_app, "before_cursor_execute", listen)
        counted.append(len(seen))
    assert counted[0] == counted[1] > 0


@pytest.fixture
def engine_of_app(app) -> object:  # type: ignore[no-untyped-def]
    from registry.extensions import db

    with app.app_context():
        return db.engine


def test_handing_over_is_recorded(cast: Cast, sign_in: SignIn, session: Session) -> None:
    plan = make_plan(session, cast.patient)
    browser = sign_in(cast.owner)
    assert "Not handed over yet." in browser.get(url(cast)).text
    where = f"/plans/handed-over/{plan.id}"
    browser.post(where, data={"once": "h-0", "how": "by pigeon"})
    assert plans(session)[0].handed_over == ""
    for _ in range(2):
        assert browser.post(where, data={"once": "h-1", "how": "printed"}).location == url(cast)
    assert "Printed and handed over." in browser.get(url(cast)).text
    assert len(audited(session, "hand_over_plan")) == 1
    assert sign_in(cast.outsider).post(where, data={"how": "printed"}).status_code == 404


def test_a_mistake_is_marked_and_the_version_before_stands(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make_plan(session, cast.patient, made_on=make.days_ago(40), content={"problems": "The right one"})
    wrong = make_plan(session, cast.patient, content={"problems": "Another patient's"})
    browser, where = sign_in(cast.owner), f"/plans/in-error/{wrong.id}"
    assert browser.get(where).status_code == 200
    assert browser.post(where, data={"once": "e-0", "reason": ""}).status_code == 422
    for _ in range(2):
        assert browser.post(where, data={"once": "e-1", "reason": "Wrong chart"}).location == url(cast)
    page = browser.get(url(cast)).text
    assert "The right one" in page
    assert "Another patient" not in page
    correction = session.query(Correction).one()
    assert (correction.subject, correction.reason) == ("patient_plan", "Wrong chart")
    assert correction.changes["entered in error"][0]["content"] == {"problems": "Another patient's"}
    assert browser.get(where).status_code == 404


def test_paper_has_the_labels_of_the_language_that_was_asked_for(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make_plan(session, cast.patient, content={"problems": "Cannot sleep"}, language="es")
    browser = sign_in(cast.owner)
    spanish = " ".join(text(browser.get(url(cast, what="paper")).data).split())
    assert "Mi plan de cuidado" in spanish
    assert "Cannot sleep" in spanish
    english = " ".join(
        text(browser.get(url(cast, what="paper"), query_string={"language": "en"}).data).split()
    )
    assert "My care plan" in english
    assert "988" in english
    assert TODAY.strftime("%b %-d, %Y") in english
    assert audited(session, "read")[-1].detail == {"language": "en"}


def test_an_older_version_is_marked_on_paper(cast: Cast, sign_in: SignIn, session: Session) -> None:
    old = make_plan(session, cast.patient, made_on=make.days_ago(40), content={"problems": "Low mood"})
    new = make_plan(session, cast.patient, made_on=make.days_ago(9), content={"problems": "Sleep"})
    browser = sign_in(cast.owner)

    def printed(**asked: str) -> str:
        return " ".join(text(browser.get(url(cast, what="paper"), query_string=asked).data).split())

    told = printed(version=str(old.id))
    assert "Low mood" in told
    assert "This is an old version. A new one replaced it on Nov 11, 2026." in told
    assert "La reemplazó otra" in printed(version=str(old.id), language="es")
    for current in (printed(), printed(version=str(new.id))):
        assert "Sleep" in current
        assert "old version" not in current
    assert f"version={old.id}" in browser.get(url(cast)).text
    assert (
        browser.get(url(cast, what="paper"), query_string={"version": str(cast.patient.id)}).status_code
        == 404
    )
