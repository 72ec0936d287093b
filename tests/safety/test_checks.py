"""The checks of the intake: unknown stays unknown, an answer is never lost, mania leads to its findings."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clinical.checks import CHECKS
from registry.clinical.findings import findings
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.models import CheckAnswer, Correction
from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import TODAY, Cast
from tests.safety.asking import SignIn, audited


def url(cast: Cast) -> str:
    return f"/safety/checks/{cast.patient.id}"


def rows(session: Session) -> list[tuple[object, ...]]:
    found = session.scalars(select(CheckAnswer).order_by(CheckAnswer.on, CheckAnswer.topic))
    return [(row.topic, row.positive, row.on, row.note) for row in found]


def found(session: Session, cast: Cast) -> set[str]:
    session.expire_all()
    seen = snapshot(session, cast.org.id, cast.episode.id)
    assert seen is not None
    return {f.code for f in findings(seen.facts, DEFAULT_PROTOCOL, TODAY)} & {"E7", "E8"}


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("owner", 200), ("colleague", 200), ("therapist", 200), ("consultant", 403), ("outsider", 404), ("pcp", 403),
        ("other_pcp", 403), ("manager", 403), ("administrator", 403), ("auditor", 403),
    ],
)  # fmt: skip
def test_who_may(cast: Cast, sign_in: SignIn, part: str, status: int) -> None:
    browser = sign_in(cast.people[part])
    assert browser.get(url(cast)).status_code == status
    assert browser.post(url(cast), data={"pain-answer": "no"}).status_code == (
        302 if status == 200 else status
    )


def test_twelve_checks_that_nobody_asked_are_not_known(cast: Cast, sign_in: SignIn, session: Session) -> None:
    page = sign_in(cast.owner).get(url(cast)).text
    assert page.count("Not known: never asked.") == len(CHECKS) == 12
    assert all(title.split(" (")[0] in page for title in CHECKS.values())


def test_only_what_is_new_becomes_a_row(cast: Cast, sign_in: SignIn, session: Session) -> None:
    old = make.make_check(session, cast.patient, topic="pain", positive=False, on=make.days_ago(30))
    sent = {"once": "a", "pain-answer": "no", "pain-seen": str(old.id), "trauma-answer": "yes", "trauma-note": "PC-PTSD-5",
            "trauma-on": "2026-11-18", "bipolar-answer": "no"}  # fmt: skip
    browser = sign_in(cast.owner)
    first, second = browser.post(url(cast), data=sent), browser.post(url(cast), data=sent)
    assert first.location == second.location == url(cast)
    assert rows(session) == [
        ("pain", False, make.days_ago(30), ""), ("trauma", True, make.days_ago(2), "PC-PTSD-5"),
        ("bipolar", False, TODAY, ""),
    ]  # fmt: skip
    detail = audited(session, "record_checks")[0].detail
    assert set(detail["after"]) == {"trauma", "bipolar"}
    assert "PC-PTSD-5" not in str(detail)


def test_a_changed_answer_keeps_the_one_before(cast: Cast, sign_in: SignIn, session: Session) -> None:
    old = make.make_check(session, cast.patient, topic="pregnancy", positive=False, on=make.days_ago(30))
    browser = sign_in(cast.owner)
    browser.post(url(cast), data={"pregnancy-answer": "yes", "pregnancy-seen": str(old.id)})
    assert [row[1] for row in rows(session)] == [False, True]
    page = browser.get(url(cast)).text
    assert "Yes, Nov 20, 2026, Maria Ortiz" in page
    assert "No, Oct 21, 2026" in page


def test_the_same_answer_on_another_day_was_asked_again(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    old = make.make_check(session, cast.patient, topic="pregnancy", positive=False, on=make.days_ago(30))
    sent = {"pregnancy-answer": "no", "pregnancy-seen": str(old.id), "pregnancy-on": "2026-11-20"}
    sign_in(cast.owner).post(url(cast), data=sent)
    assert len(rows(session)) == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Nothing was changed"),
        ({"pain-note": "asked"}, "Answer yes or no"),
        ({"pain-on": "2026-11-20"}, "Answer yes or no"),
        ({"pain-answer": "yes", "pain-on": "2026-11-21"}, "in the future"),
        ({"pain-answer": "yes", "pain-on": "1950-01-01"}, "before the patient&#39;s birth"),
        ({"pain-answer": "maybe"}, "Not a valid choice"),
        ({"pain-answer": "yes", "pain-note": "x" * 501}, "cannot be longer than 500"),
    ],
)
def test_what_cannot_be_is_said(
    cast: Cast, sign_in: SignIn, session: Session, sent: dict[str, str], words: str
) -> None:
    reply = sign_in(cast.owner).post(url(cast), data=sent)
    assert reply.status_code == 422
    assert words in reply.text
    assert rows(session) == []


def test_an_answer_does_not_go_back_behind_the_one_on_file(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    old = make.make_check(session, cast.patient, topic="pain", positive=False, on=make.days_ago(3))
    sent = {"pain-answer": "yes", "pain-seen": str(old.id), "pain-on": make.days_ago(9).isoformat()}
    assert "The answer on file is of Nov 17, 2026" in sign_in(cast.owner).post(url(cast), data=sent).text


def test_an_answer_of_a_colleague_is_not_overwritten_unseen(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(cast.owner)
    sign_in(cast.colleague).post(url(cast), data={"bipolar-answer": "yes"})
    reply = browser.post(url(cast), data={"bipolar-answer": "no", "pain-answer": "no"})
    assert reply.status_code == 422
    assert "Jonas Weber answered this meanwhile" in reply.text
    assert [row[:2] for row in rows(session)] == [("bipolar", True)]
    seen = session.scalars(select(CheckAnswer.id)).one()
    assert str(seen) in reply.text, "the next save is a knowing one"
    browser.post(url(cast), data={"pain-answer": "no", "bipolar-answer": "yes", "bipolar-seen": str(seen)})
    assert [row[:2] for row in rows(session)] == [("bipolar", True), ("pain", False)]


def test_the_mania_screen_feeds_its_findings(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_medication(session, cast.patient, name="sertraline")
    assert found(session, cast) == {"E7"}, "not asked"
    browser = sign_in(cast.owner)
    browser.post(url(cast), data={"once": "a", "bipolar-answer": "no"})
    assert found(session, cast) == set()
    seen = session.scalars(select(CheckAnswer.id)).one()
    browser.post(
        url(cast),
        data={"once": "b", "bipolar-answer": "yes", "bipolar-seen": str(seen), "bipolar-note": "MDQ"},
    )
    assert found(session, cast) == {"E8"}


POSITIVE, NEGATIVE = (*(1,) * 8, *(0,) * 5, 1, 2), (*(1,) * 8, *(0,) * 5, 1, 1)


def test_a_completed_mdq_answers_as_if_somebody_had_asked(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_medication(session, cast.patient, name="sertraline")
    make.make_check(session, cast.patient, positive=False, on=make.days_ago(9))
    make.make_measure(session, cast.patient, instrument="mdq", items=POSITIVE, taken_on=make.days_ago(2))
    assert found(session, cast) == {"E8"}
    page = sign_in(cast.owner).get(url(cast)).text
    assert "Yes, Nov 18, 2026, by the form: MDQ 8" in page
    assert "No, Nov 11, 2026" in page, "what was asked before stays in the history"
    make.make_measure(session, cast.patient, instrument="mdq", items=NEGATIVE, taken_on=make.days_ago(1))
    assert found(session, cast) == set(), "the latest form holds, in both directions"
    assert len(rows(session)) == 1, "nothing is stored twice"


def test_an_mdq_of_which_only_the_total_is_known_answers_nothing(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_medication(session, cast.patient, name="sertraline")
    make.make_measure(session, cast.patient, instrument="mdq", total=9, source_note="PCP note")
    assert found(session, cast) == {"E7"}
    assert "by the form" not in sign_in(cast.owner).get(url(cast)).text


def test_an_mdq_of_an_earlier_episode_is_still_known(cast: Cast, session: Session) -> None:
    make.make_measure(session, cast.patient, instrument="mdq", items=POSITIVE, taken_on=make.days_ago(900))
    assert found(session, cast) == {"E8"}


def test_an_answer_in_error_gives_way_to_the_one_before(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_medication(session, cast.patient, name="sertraline")
    wrong = make.make_check(session, cast.patient, positive=True)
    assert found(session, cast) == {"E8"}
    browser = sign_in(cast.owner)
    assert "Bipolar screen: yes on Nov 20, 2026" in browser.get(f"/safety/checks/in-error/{wrong.id}").text
    browser.post(f"/safety/checks/in-error/{wrong.id}", data={"reason": "Wrong patient"})
    assert found(session, cast) == {"E7"}, "not known again"
    assert session.scalars(select(Correction.subject)).all() == ["check_answer"]
    stale = browser.post(url(cast), data={"bipolar-answer": "yes", "bipolar-seen": str(wrong.id)})
    assert "This answer was taken back meanwhile" in stale.text
