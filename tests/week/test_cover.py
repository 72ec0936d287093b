"""Cover: who arranges it for whom, what cannot be, and what a colleague sees while it holds."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, AuditEvent, Cover, Episode
from tests import factories as make
from tests.cast import NOW, TODAY, Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient
from tests.week.people import card, cards, things

SignIn = Callable[[Person], PageClient]
MONDAY, FRIDAY = days_ago(-3), days_ago(-7)


def filled(
    away: UUID, by: UUID, begin: date = MONDAY, end: date = FRIDAY, once: str = "t"
) -> dict[str, object]:
    return {
        "away_id": away,
        "by_id": by,
        "from_on": begin,
        "until_on": end,
        "reason": "Vacation",
        "once": once,
    }


def periods(session: Session) -> list[Cover]:
    return list(session.scalars(select(Cover)))


def test_a_care_manager_arranges_their_own(sign_in: SignIn, session: Session, cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert client.post("/week/cover", data=filled(cast.owner.id, cast.colleague.id)).status_code == 302
    (row,) = periods(session)
    assert (row.account_id, row.covered_by, row.from_on, row.until_on) == (
        cast.owner.id, cast.colleague.id, MONDAY, FRIDAY,
    )  # fmt: skip
    text = client.get("/week/cover").text
    assert "To come" in text
    assert "Call off" in text
    assert (
        "You will be away from Nov 23, 2026 to Nov 27, 2026; Jonas Weber covers." in client.get("/week/").text
    )
    assert "You will cover Maria Ortiz" in sign_in(cast.colleague).get("/week/").text


def test_a_manager_arranges_that_of_the_clinic_and_nobody_elses(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    manager = sign_in(cast.manager)
    assert manager.post("/week/cover", data=filled(cast.owner.id, cast.colleague.id)).status_code == 302
    data = filled(cast.outsider.id, cast.colleague.id, once="u")
    assert manager.post("/week/cover", data=data).status_code == 422
    assert len(periods(session)) == 1


def test_a_care_manager_arranges_nobody_elses(sign_in: SignIn, session: Session, cast: Cast) -> None:
    data = filled(cast.colleague.id, cast.owner.id)
    assert sign_in(cast.owner).post("/week/cover", data=data).status_code == 422
    assert not periods(session)


@pytest.mark.parametrize("part", ["consultant", "pcp", "therapist", "administrator"])
def test_who_has_no_say(sign_in: SignIn, cast: Cast, part: str) -> None:
    assert sign_in(cast.people[part]).get("/week/cover").status_code == 403


def test_only_a_care_manager_of_all_the_clinics_covers(sign_in: SignIn, session: Session, cast: Cast) -> None:
    session.add(
        make.Membership(
            org_id=cast.org.id, account_id=cast.owner.id, clinic_id=cast.hilltop.id, role="care_manager"
        )
    )
    text = sign_in(cast.owner).get("/week/cover").text
    assert "No other care manager belongs to the same clinics" in text
    both = {(cast.riverside.id, "care_manager"), (cast.hilltop.id, "care_manager")}
    make.make_account(session, cast.org, name="Dora Reyes", roles=both)
    text = sign_in(cast.owner).get("/week/cover").text
    assert "Dora Reyes" in text
    assert "Jonas Weber" not in text


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (days_ago(1), MONDAY, "Begin today or later"),
        (FRIDAY, MONDAY, "before the first"),
        (MONDAY, date(2062, 1, 1), "more than a year away"),
    ],
)
def test_days_that_cannot_be(
    sign_in: SignIn, session: Session, cast: Cast, begin: date, end: date, words: str
) -> None:
    answer = sign_in(cast.owner).post(
        "/week/cover", data=filled(cast.owner.id, cast.colleague.id, begin, end)
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert not periods(session)


@pytest.mark.databases("sqlite", "postgresql")
def test_overlapping_and_circular_cover_is_refused(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_cover(session, cast.owner, cast.colleague, from_on=MONDAY)
    again = sign_in(cast.owner).post("/week/cover", data=filled(cast.owner.id, cast.colleague.id))
    assert "stands already" in again.text
    circular = sign_in(cast.colleague).post("/week/cover", data=filled(cast.colleague.id, cast.owner.id))
    assert "cover each other" in circular.text
    assert {again.status_code, circular.status_code} == {422}
    assert len(periods(session)) == 1


def test_what_was_ended_is_in_nobodys_way(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_cover(session, cast.owner, cast.colleague, from_on=MONDAY, ended_at=NOW)
    answer = sign_in(cast.owner).post("/week/cover", data=filled(cast.owner.id, cast.colleague.id))
    assert answer.status_code == 302


# ---------------------------------------------------------------- while it holds


def test_meanwhile_the_colleague_has_the_work_and_it_is_marked(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    colleague = sign_in(cast.colleague)
    assert cards(colleague.get("/week/")) == []
    make.make_cover(session, cast.owner, cast.colleague, until_on=MONDAY)
    page = colleague.get("/week/")
    assert things(page, cast) == ["call", "scale", "plan"]
    assert "for Maria Ortiz" in card(page, "call")
    assert "You cover Maria Ortiz until Nov 23, 2026" in page.text
    caseload = colleague.get("/caseload/").text
    assert "Carter, Samuel" in caseload
    assert "for Maria Ortiz" in caseload
    assert "Jonas Weber sees and does your work" in sign_in(cast.owner).get("/week/").text


@pytest.mark.parametrize(
    ("begin", "end"), [(days_ago(9), days_ago(1)), (days_ago(-1), days_ago(-9))], ids=["over", "to come"]
)
def test_before_and_after_it_nothing_is_shared(
    sign_in: SignIn, session: Session, cast: Cast, begin: date, end: date
) -> None:
    make.make_cover(session, cast.owner, cast.colleague, from_on=begin, until_on=end)
    colleague = sign_in(cast.colleague)
    assert cards(colleague.get("/week/")) == []
    assert "Carter" not in colleague.get("/caseload/").text


def test_another_list_than_ones_own_is_not_changed_by_cover(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    make.make_cover(session, cast.owner, cast.colleague)
    colleague = sign_in(cast.colleague)
    assert "Carter" not in colleague.get(f"/caseload/?manager={cast.colleague.id}").text
    assert "for Maria Ortiz" not in colleague.get(f"/caseload/?manager={cast.owner.id}").text


def test_cover_opens_no_chart_of_another_clinic(sign_in: SignIn, session: Session, cast: Cast) -> None:
    make.make_cover(session, cast.outsider, cast.colleague)
    colleague = sign_in(cast.colleague)
    assert cards(colleague.get("/week/")) == []
    assert colleague.get(f"/chart/{cast.stranger.id}").status_code == 404


def test_who_is_back_early_ends_it(sign_in: SignIn, session: Session, cast: Cast) -> None:
    row = make.make_cover(session, cast.owner, cast.colleague)
    owner = sign_in(cast.owner)
    assert "Holds, 7 days left" in owner.get("/week/cover").text
    assert owner.post(f"/week/cover/{row.id}/end", data={"once": "t"}).status_code == 302
    assert cards(sign_in(cast.colleague).get("/week/")) == []
    assert "Ended early" in owner.get("/week/cover").text
    again = owner.post(f"/week/cover/{row.id}/end", data={"once": "u"})
    assert "over already" in owner.get(again.location).text


def test_who_covers_does_not_end_it_and_others_do_not_see_it(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    row = make.make_cover(session, cast.owner, cast.colleague)
    for person in (cast.colleague, cast.outsider):
        assert sign_in(person).post(f"/week/cover/{row.id}/end", data={"once": "t"}).status_code == 404
    assert "Maria Ortiz" not in sign_in(cast.outsider).get("/week/cover").text
    assert sign_in(cast.manager).post(f"/week/cover/{row.id}/end", data={"once": "u"}).status_code == 302


def test_the_trail_has_both_and_the_days(sign_in: SignIn, session: Session, cast: Cast) -> None:
    sign_in(cast.owner).post("/week/cover", data=filled(cast.owner.id, cast.colleague.id))
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "arrange_cover")).one()
    assert event.detail == {
        "account": str(cast.owner.id), "by": str(cast.colleague.id), "from_on": "2026-11-23", "until_on": "2026-11-27",
    }  # fmt: skip


def test_whose_care_manager_is_nobody_is_in_nobodys_list(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    row = session.get_one(Episode, (cast.org.id, cast.episode.id))
    row.care_manager_id = None
    assert cards(sign_in(cast.owner).get("/week/")) == []
    everybody = sign_in(cast.owner).get("/week/?who=all")
    assert "for nobody" in card(everybody, "call")


def test_a_colleague_whose_account_is_closed_does_not_cover(
    sign_in: SignIn, session: Session, cast: Cast
) -> None:
    session.get_one(Account, cast.colleague.id).active = False
    assert "Jonas Weber" not in sign_in(cast.owner).get("/week/cover").text
    assert TODAY.weekday() == 4
