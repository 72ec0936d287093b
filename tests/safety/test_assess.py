"""A C-SSRS screener outside a contact: who may, Columbia's triage, which score it answers, and lifting a flag."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import AssessedScore, Measure, RiskAssessment
from tests import factories as make
from tests.cast import Cast
from tests.safety.asking import CALM, SignIn, audited, codes, flashes, sent


def url(cast: Cast) -> str:
    return f"/safety/assess/{cast.patient.id}"


def positive(session: Session, cast: Cast, days_ago: int = 0) -> Measure:
    return make.make_measure(session, cast.patient, items=[1] * 9, taken_on=make.days_ago(days_ago))


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
    assert browser.post(url(cast), data=sent()).status_code == (302 if status == 200 else status)


@pytest.mark.parametrize(
    ("answers", "words", "found"),
    [
        pytest.param(CALM, "negative", set(), id="no to all"),
        pytest.param(CALM | {"wish_dead": "yes"}, "low risk", {"SF4"}, id="1 alone is low"),
        pytest.param({"wish_dead": "yes", "thoughts": "yes", "method": "no", "intent": "no", "plan": "no",
                      "behaviour_lifetime": "no"}, "low risk", {"SF4"}, id="1 and 2 are low"),
        pytest.param({"thoughts": "yes", "method": "yes", "intent": "no", "plan": "no", "behaviour_lifetime": "no"},
                     "moderate risk", {"SF3", "SF6"}, id="3 is moderate"),
        pytest.param(CALM | {"behaviour_lifetime": "yes", "behaviour_3_months": "no"}, "moderate risk",
                     {"SF3", "SF6"}, id="behavior longer ago is moderate"),
        pytest.param({"thoughts": "yes", "intent": "yes"}, "high risk", {"SF2", "SF6"}, id="4 is high"),
        pytest.param({"thoughts": "yes", "plan": "yes"}, "high risk", {"SF2", "SF6"}, id="5 is high"),
        pytest.param({"behaviour_lifetime": "yes", "behaviour_3_months": "yes"}, "high risk", {"SF2", "SF6"},
                     id="behavior in 3 months is high"),
        pytest.param({"wish_dead": "no"}, "not complete", set(), id="an unanswered question is never a no"),
    ],
)  # fmt: skip
def test_columbias_triage(
    cast: Cast, sign_in: SignIn, session: Session, answers: dict[str, str], words: str, found: set[str]
) -> None:
    browser = sign_in(cast.owner)
    assert words in browser.post("/safety/triage", data=sent(**answers)).text.lower(), "while it is asked"
    assert browser.post(url(cast), data=sent(**answers)).location == f"/chart/{cast.patient.id}"
    assert f"recorded: {words}" in flashes(browser)
    assert codes(session, cast) == found


def test_a_high_answer_says_what_follows(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.owner)
    words = browser.post("/safety/triage", data=sent(thoughts="yes", intent="yes")).text
    assert "Emergency: Do not leave the patient alone" in words
    assert "988 or 911" in words
    browser.post(url(cast), data=sent(thoughts="yes", intent="yes"))
    assert "Open now: High risk. Do not leave the patient alone" in flashes(browser)
    assert "Carter" not in flashes(browser)


def test_the_triage_keeps_nothing(cast: Cast, sign_in: SignIn, session: Session) -> None:
    words = sign_in(cast.owner).post("/safety/triage", data={"on": "2026-11-20"}).text
    assert "shows here as you answer" in words
    assert session.scalars(select(RiskAssessment)).all() == []


def test_everything_is_written_and_audited_without_words(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    score = positive(session, cast, 1)
    texts = {
        "screener-actions": "PCP told at 10.",
        "screener-means": "No firearms.",
        "screener-protective": "Two dogs.",
    }
    sign_in(cast.owner).post(url(cast), data=sent(covers=str(score.id)) | texts)
    row = session.scalars(select(RiskAssessment)).one()
    assert (row.actions, row.means, row.protective) == ("PCP told at 10.", "No firearms.", "Two dogs.")
    assert (row.contact_id, row.assessed_by, row.method) == (None, cast.owner.id, None)
    assert (row.wish_dead, row.thoughts, row.behaviour_lifetime) == (False, False, False)
    event = audited(session, "record_assessment")[0]
    assert event.detail["after"]["level"] == "none"
    assert event.detail["after"]["scores"] == [str(score.id)]
    assert "dogs" not in str(event.detail)


def test_opening_the_form_leaves_a_trace(cast: Cast, sign_in: SignIn, session: Session) -> None:
    sign_in(cast.owner).get(url(cast))
    assert [event.subject for event in audited(session, "read")] == ["risk_assessment"]


def test_sent_twice_it_is_one_assessment(cast: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(cast.owner)
    first, second = browser.post(url(cast), data=sent()), browser.post(url(cast), data=sent())
    assert first.location == second.location
    assert session.scalar(select(func.count()).select_from(RiskAssessment)) == 1
    assert len(audited(session, "record_assessment")) == 1


def test_all_open_scores_are_ticked_and_only_the_ticked_one_is_cleared(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    first, second = positive(session, cast, 9), positive(session, cast, 2)
    browser = sign_in(cast.owner)
    page = browser.get(url(cast)).text
    assert page.count("checked") >= 2
    assert "PHQ-9 of Nov 11: item 9 is 1" in page
    browser.post(url(cast), data=sent("a", covers=str(second.id)))
    assert session.scalars(select(AssessedScore.measure_id)).all() == [second.id]
    assert codes(session, cast) == {"SF1", "SF5"}, "the first score still waits"
    assert "Open now: Safety" in flashes(browser)
    browser.post(url(cast), data=sent("b", covers=str(first.id)))
    assert codes(session, cast) == set()


def test_the_finding_returns_with_the_next_positive_score(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    first = positive(session, cast, 1)
    sign_in(cast.owner).post(url(cast), data=sent(covers=str(first.id)))
    assert codes(session, cast) == set()
    positive(session, cast)
    assert codes(session, cast) == {"SF1"}


def test_an_unfinished_screener_answers_no_score(cast: Cast, sign_in: SignIn, session: Session) -> None:
    score = positive(session, cast)
    browser = sign_in(cast.owner)
    browser.post(url(cast), data=sent(covers=str(score.id), wish_dead="no", thoughts="no"))
    assert codes(session, cast) == {"SF1"}
    assert "not complete" in flashes(browser)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on": "2026-11-21"}, "in the future"),
        ({"on": "1950-01-01"}, "before the patient&#39;s birth"),
        ({"on": ""}, "Give the date of the assessment"),
        ({"on": "2026-11-17"}, "taken after the day of this assessment"),
        ({"screener-thoughts": "no", "screener-plan": "yes"}, "Answer question 2 again"),
        ({"screener-behaviour_3_months": "yes"}, "also behavior ever"),
        ({"screener-wish_dead": "", "screener-thoughts": "", "screener-behaviour_lifetime": ""}, "Answer the screener"),
        ({"screener-cleared_reason": "Seen"}, "No flag is up"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_lost(
    cast: Cast, sign_in: SignIn, session: Session, changes: dict[str, str], words: str
) -> None:
    score = positive(session, cast, 1)
    reply = sign_in(cast.owner).post(
        url(cast), data=sent(covers=str(score.id)) | {"screener-actions": "Told the PCP"} | changes
    )
    assert reply.status_code == 422
    assert words in reply.text
    assert "Told the PCP" in reply.text
    assert session.scalars(select(RiskAssessment)).all() == []


def test_a_score_that_a_colleague_assessed_meanwhile(cast: Cast, sign_in: SignIn, session: Session) -> None:
    score = positive(session, cast)
    sign_in(cast.colleague).post(url(cast), data=sent("a", covers=str(score.id)))
    reply = sign_in(cast.owner).post(url(cast), data=sent("b", covers=str(score.id)))
    assert reply.status_code == 422
    assert "was assessed meanwhile" in reply.text


def test_a_flag_is_lifted_with_a_reason_only(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_assessment(session, cast.patient, on=make.days_ago(9), thoughts=True, intent=True)
    browser = sign_in(cast.owner)
    assert "The high risk flag is up" in browser.get(url(cast)).text
    browser.post(url(cast), data=sent("a"))
    assert {"SF2", "SF7"} <= codes(session, cast), "a lower answer alone lifts nothing"
    browser.post(url(cast), data=sent("b") | {"screener-cleared_reason": "Seen by Dr. Okafor; plan in place"})
    assert codes(session, cast) == set()
    assert "The flag is lifted." in flashes(browser)
    assert "Why the flag is lifted" not in browser.get(url(cast)).text, "nothing is up, nothing to lift"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param({"wish_dead": "no"}, "Finish the screener before you lift", id="not finished"),
        pytest.param({"wish_dead": "no", "thoughts": "yes", "method": "no", "intent": "no", "plan": "yes",
                      "behaviour_lifetime": "no"}, "These answers are high risk, so the flag stays", id="still high"),
    ],
)  # fmt: skip
def test_a_flag_is_not_lifted_by_answers_that_keep_it_up(
    cast: Cast, sign_in: SignIn, session: Session, answers: dict[str, str], words: str
) -> None:
    make.make_assessment(session, cast.patient, on=make.days_ago(9), thoughts=True, intent=True)
    reply = sign_in(cast.owner).post(url(cast), data=sent(**answers) | {"screener-cleared_reason": "Better"})
    assert reply.status_code == 422
    assert words in reply.text
    assert len(session.scalars(select(RiskAssessment)).all()) == 1


def test_earlier_assessments_stand_below(cast: Cast, sign_in: SignIn, session: Session) -> None:
    score = positive(session, cast, 9)
    make.make_assessment(
        session, cast.patient, on=make.days_ago(9), thoughts=True, method=True, actions="Dr. Lang told.",
        scores=[score], who=cast.colleague.account,
    )  # fmt: skip
    page = sign_in(cast.owner).get(url(cast)).text
    for words in (
        "Moderate risk",
        "question 3 (method)",
        "Dr. Lang told.",
        "Jonas Weber",
        "PHQ-9 of Nov 11, 2026",
    ):
        assert words in page


def test_before_a_referral_it_is_recorded_too(cast: Cast, sign_in: SignIn, session: Session) -> None:
    new = make.make_patient(session, cast.riverside, mrn="R-8")
    score = make.make_measure(session, new, items=[1] * 9)
    browser = sign_in(cast.owner)
    assert "item 9 is 1" in browser.get(f"/safety/assess/{new.id}").text
    browser.post(f"/safety/assess/{new.id}", data=sent(covers=str(score.id)))
    assert session.scalars(select(AssessedScore.measure_id)).all() == [score.id]
    assert "item 9 is 1" not in browser.get(f"/safety/assess/{new.id}").text
