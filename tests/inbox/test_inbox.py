"""The PCP's inbox: what waits, the three buttons, what is new, and that one person's click is one person's."""

import re

import pytest
from sqlalchemy import event, select

from registry.access.policies import PCP
from registry.inbox import views
from registry.models import Acknowledgement, AuditEvent, Decision, Membership
from tests import factories as make
from tests.cast import TODAY
from tests.inbox.conftest import advice_of


def decisions(session, kind=None):
    rows = session.scalars(select(Decision).order_by(Decision.on, Decision.recorded_at, Decision.id)).all()
    return [row for row in rows if kind in (None, row.kind)]


def nav(page):
    return " ".join(page.split('aria-label="Main"')[1].split("</nav>")[0].split())


def test_it_shows_what_waits_for_this_pcp_alone(cast, sign_in, session, advice, others):
    page = sign_in(cast.pcp).get("/inbox/").text
    for words in (
        "Carter, Samuel",
        "MRN R-1001",
        "Increase sertraline to 100 mg",
        "Check TSH once",
        "Waits 9 days",
        "4 d late",
    ):
        assert words in page, words
    assert "Continue activation." not in page, "it asks nothing"
    assert "Brandt" not in page
    assert "Add mirtazapine" in sign_in(cast.other_pcp).get("/inbox/").text


def test_the_navigation_counts(cast, sign_in, session, advice, others):
    page = sign_in(cast.pcp).get("/inbox/").text
    assert 'Inbox <span class="count">2<span class="vh"> waiting' in nav(page)
    assert "Inbox" not in nav(sign_in(cast.owner).get("/caseload/").text)


@pytest.mark.parametrize(
    ("steps", "waiting"),
    [
        ((), 2),
        ((("delivered", 3, {}),), 2),
        ((("delivered", 3, {}), ("seen", 2, {})), 2),
        ((("accepted", 3, {}),), 1),
        ((("declined", 3, {}),), 1),
        ((("accepted", 3, {}), ("implemented", 2, {})), 1),
        ((("deferred", 3, {"until_on": make.days_ago(-4)}),), 1),
        ((("deferred", 3, {"until_on": make.days_ago(0)}),), 2),
        ((("deferred", 3, {}),), 2),
        ((("closed", 3, {"reason": "Moved away"}), ("deferred", 1, {"until_on": make.days_ago(1)})), 2),
    ],
)
@pytest.mark.databases("sqlite", "postgresql")
def test_the_count_is_that_of_the_page(cast, sign_in, session, advice, steps, waiting):
    for kind, days, fields in steps:
        make.make_decision(session, advice[0], kind=kind, on=make.days_ago(days), **fields)
    pcp = sign_in(cast.pcp)
    assert f">{waiting} recommendation" in pcp.get("/patients/panel").text
    page = pcp.get("/inbox/").text
    assert f'Mine <span class="count">{waiting}</span>' in page
    assert f'<span class="count">{waiting}<span class="vh"> waiting' in nav(page)


def test_agree_change_and_decline(cast, sign_in, session, advice):
    pcp = sign_in(cast.pcp)
    pcp.post(f"/inbox/answer/{advice[0].id}", data={"kind": "modified", "change": "75 mg first"})
    answer = pcp.post(f"/inbox/answer/{advice[1].id}", data={"kind": "accepted"})
    assert answer.location == "/inbox/"
    rows = {row.recommendation_id: row for row in decisions(session)}
    told = [
        (row.kind, row.reason, row.decided_by, row.via, row.recorded_by)
        for row in (rows[a.id] for a in advice[:2])
    ]
    assert told == [
        ("modified", "75 mg first", "Dr. Ingrid Lang", "inbox", cast.pcp.id),
        ("accepted", "", "Dr. Ingrid Lang", "inbox", cast.pcp.id),
    ]
    assert "Nothing waits for you" in pcp.get("/inbox/").text


@pytest.mark.parametrize("kind", ["modified", "declined", "", "implemented"])
def test_what_is_missing_is_asked_for_in_place(cast, sign_in, session, advice, kind):
    page = sign_in(cast.pcp).post(f"/inbox/answer/{advice[1].id}", data={"kind": kind})
    assert page.status_code == 422
    assert "Check TSH once" in page.text
    if kind in ("modified", "declined"):
        assert page.text.count(" open>") == 1
    assert decisions(session) == []


def test_the_same_form_twice_is_one_answer(cast, sign_in, session, advice):
    pcp = sign_in(cast.pcp)
    for _ in range(2):
        data = {"kind": "modified", "change": "75 mg first", "once": "same"}
        assert pcp.post(f"/inbox/answer/{advice[0].id}", data=data).status_code == 302
    assert len(decisions(session)) == 1


def test_an_answer_that_somebody_else_has_made_superfluous_says_so(cast, sign_in, session, advice):
    make.make_decision(session, advice[0], kind="accepted", on=make.days_ago(2))
    done = make.make_decision(session, advice[0], kind="implemented", on=make.days_ago(1))
    data, pcp = {"kind": "declined", "reason": "No"}, sign_in(cast.pcp)
    stale = pcp.post(f"/inbox/answer/{advice[0].id}", data=data)
    assert stale.status_code == 409
    assert (
        "Somebody else recorded what became of it meanwhile. Done on Nov 19, 2026. Yours is not recorded."
        in (stale.text)
    )
    page = pcp.post(f"/inbox/answer/{advice[0].id}", data={**data, "mark": str(done.id)})
    assert page.status_code == 422
    assert "The recommendation is done" in page.text


def test_a_stale_tab_overwrites_nothing_and_keeps_its_words(cast, sign_in, session, advice):
    """Answered by link meanwhile: the inbox tells that answer, and takes the other one if it is sent again."""
    pcp = sign_in(cast.pcp)
    pcp.get("/inbox/")
    make.make_decision(
        session,
        advice[0],
        kind="declined",
        on=make.days_ago(1),
        reason="Blood pressure",
        decided_by="Dr. Ingrid Lang",
    )
    page = pcp.post(
        f"/inbox/answer/{advice[0].id}", data={"kind": "modified", "change": "75 mg first", "mark": ""}
    )
    assert page.status_code == 409
    for words in (
        "Dr. Ingrid Lang answered meanwhile. Declined on Nov 19, 2026: Blood pressure.",
        "75 mg first",
        " open>",
    ):
        assert words in page.text, words
    assert 'Mine <span class="count">1</span>' in page.text, "it waits no more"
    assert [row.kind for row in decisions(session)] == ["declined"]
    part = page.text.split(f'id="asked-{advice[0].id}"')[1]
    mark = re.search(r'name="mark" value="([^"]+)"', part).group(1)
    again = {"kind": "modified", "change": "75 mg first", "mark": mark}
    assert pcp.post(f"/inbox/answer/{advice[0].id}", data=again).status_code == 302
    assert [row.kind for row in decisions(session)] == ["declined", "modified"]


def test_a_form_sent_twice_at_once_leads_to_the_first(cast, sign_in, session, advice, monkeypatch):
    """The second waits at the row while the first is taken, and then finds its own answer standing."""
    pcp, data = sign_in(cast.pcp), {"kind": "accepted", "once": "same", "mark": ""}
    assert pcp.post(f"/inbox/answer/{advice[0].id}", data=data).status_code == 302
    asked, real = [], views.already_done

    def late(form):
        asked.append(form)
        return None if len(asked) == 1 else real(form)

    monkeypatch.setattr(views, "already_done", late)
    assert pcp.post(f"/inbox/answer/{advice[0].id}", data=data).location == "/inbox/"
    assert len(decisions(session)) == 1


def test_an_address_of_a_button_leads_back_to_the_inbox_and_presses_nothing(
    cast, sign_in, session, advice, review
):
    paths = (
        f"answer/{advice[0].id}", f"seen/recommendation/{advice[0].id}", f"seen/closed/{advice[0].id}",
        f"seen-note/{review.id}", "answer/00000000-0000-0000-0000-000000000000",
    )  # fmt: skip
    for path in paths:
        assert sign_in(cast.pcp).get(f"/inbox/{path}").location == "/inbox/", path
    assert sign_in(cast.owner).get(f"/inbox/{paths[1]}").location == "/inbox/team"
    assert decisions(session) == []
    assert session.scalars(select(Acknowledgement)).all() == []


@pytest.mark.parametrize("part", ["outsider", "other_pcp", "owner", "therapist"])
def test_nobody_elses_item_is_answered(cast, sign_in, session, advice, part):
    """Another clinic's, another PCP's: it is not there; who answers nothing may not."""
    answer = sign_in(cast.people[part]).post(
        f"/inbox/answer/{advice[0].id}", data={"kind": "accepted", "mark": ""}
    )
    assert answer.status_code == (404 if part == "other_pcp" else 403)
    assert "Carter" not in answer.text
    assert decisions(session) == []


def test_the_pcp_of_another_clinic_has_nothing_of_ours(cast, sign_in, session, advice):
    session.add(
        Membership(org_id=cast.org.id, account_id=cast.outsider.id, clinic_id=cast.hilltop.id, role=PCP)
    )
    session.commit()
    stranger = sign_in(cast.outsider)
    for kind in ("accepted", "eaten"):
        answer = stranger.post(f"/inbox/answer/{advice[0].id}", data={"kind": kind, "mark": ""})
        assert answer.status_code == 404
        assert "Carter" not in answer.text
    assert stranger.post(f"/inbox/seen/recommendation/{advice[0].id}").status_code == 404
    assert decisions(session) == []


# Who has seen it ----------------------------------------------------------------------------


def test_one_person_clicks_and_it_stays_for_everybody_else(cast, sign_in, session, advice, review):
    """Seen by the care manager: the PCP still has it to answer, the colleague still sees it unseen."""
    sign_in(cast.owner).post(f"/inbox/seen/recommendation/{advice[0].id}")
    assert "Increase sertraline to 100 mg" in sign_in(cast.pcp).get("/inbox/").text
    team = sign_in(cast.colleague).get("/inbox/team").text
    assert "Increase sertraline to 100 mg" in team
    assert "Maria Ortiz" in team
    assert decisions(session) == [], "a care manager's click is no PCP's"


@pytest.mark.databases("sqlite", "postgresql")
def test_a_pcp_who_acknowledges_has_seen_the_advice_and_still_has_it_to_answer(
    cast, sign_in, session, advice
):
    pcp = sign_in(cast.pcp)
    for _ in range(2):
        assert pcp.post(f"/inbox/seen/recommendation/{advice[0].id}").location == "/inbox/"
    seen = decisions(session, "seen")
    assert [(row.recommendation_id, row.via, row.decided_by, row.on) for row in seen] == [
        (advice[0].id, "inbox", "Dr. Ingrid Lang", TODAY)
    ]
    page = pcp.get("/inbox/").text
    assert "Increase sertraline to 100 mg" in page
    assert "Seen, answer later: recommendation 1" not in page
    assert "Seen, answer later: recommendation 2" in page
    assert "Acknowledged by Dr. Ingrid Lang" in page
    assert len(session.scalars(select(Acknowledgement)).all()) == 1


def closed(session, row):
    make.make_decision(session, row, kind="accepted", on=make.days_ago(7))
    make.make_decision(session, row, kind="implemented", on=make.days_ago(6))
    make.make_decision(session, row, kind="closed", on=make.days_ago(2), reason="Steady")


def test_news_goes_away_for_who_has_seen_it(cast, sign_in, session, advice):
    closed(session, advice[1])
    pcp, colleague = sign_in(cast.pcp), sign_in(cast.colleague)
    assert "closed, Steady" in pcp.get("/inbox/").text
    pcp.post(f"/inbox/seen/closed/{advice[1].id}")
    assert "closed, Steady" not in pcp.get("/inbox/").text
    acts = session.scalars(select(AuditEvent).where(AuditEvent.action == "acknowledge")).all()
    assert [(act.subject, act.subject_id, act.account_id) for act in acts] == [
        ("closed", str(advice[1].id), cast.pcp.id)
    ]
    assert colleague.get("/inbox/team").status_code == 200
    assert [(row.account_id, row.subject) for row in session.scalars(select(Acknowledgement))] == [
        (cast.pcp.id, "closed")
    ]


def test_an_amendment_is_news_and_brings_its_own_questions(cast, sign_in, session, review, advice):
    amendment = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=review.on, amends_id=review.id,
        recommendations=[{"text": "Increase sertraline to 75 mg"}],
    )  # fmt: skip
    pcp = sign_in(cast.pcp)
    page = pcp.get("/inbox/").text
    assert "The note was amended." in page
    assert "75 mg" in page
    assert "Increase sertraline to 100 mg" not in page, "it no longer holds"
    assert 'Mine <span class="count">1</span>' in page
    pcp.post(f"/inbox/seen-note/{amendment.id}")
    page = pcp.get("/inbox/").text
    assert "The note was amended." not in page
    assert "75 mg" in page


def test_what_came_of_advice_is_news(cast, sign_in, session, advice):
    make.make_measure(session, cast.patient, items=[2] * 9, taken_on=make.days_ago(58))
    make.make_measure(session, cast.patient, items=[0] * 9, taken_on=make.days_ago(1))
    old = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(50),
        recommendations=[{"text": "Start sertraline", "judge_on": make.days_ago(2)}],
    )  # fmt: skip
    row = advice_of(session, old)[0]
    make.make_decision(session, row, kind="accepted", on=make.days_ago(49))
    make.make_decision(session, row, kind="implemented", on=make.days_ago(48))
    pcp = sign_in(cast.pcp)
    assert "Start sertraline: Better: PHQ-9 18 on" in pcp.get("/inbox/").text
    pcp.post(f"/inbox/seen/outcome/{row.id}")
    assert "Start sertraline: Better" not in pcp.get("/inbox/").text


def test_old_news_is_none(cast, sign_in, session):
    old = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(50),
                           recommendations=[{"text": "Start sertraline"}])  # fmt: skip
    make.make_decision(
        session, advice_of(session, old)[0], kind="closed", on=make.days_ago(31), reason="Moved"
    )
    assert "closed, Moved" not in sign_in(cast.pcp).get("/inbox/").text


# Team, history, who may ------------------------------------------------------------------------


def test_the_team_sees_whose_it_is(cast, sign_in, session, advice, others):
    team = sign_in(cast.owner).get("/inbox/team").text
    for words in ("Carter, Samuel", "Dr. Ingrid Lang", "Brandt, Jo", "Dr. Pablo Ruiz", "9 days, 4 d late"):
        assert words in team, words
    mine = sign_in(cast.pcp).get("/inbox/team").text
    assert "Carter" in mine
    assert "Brandt" not in mine, "a PCP's team view is the own panel's"


def test_put_off_advice_waits_below(cast, sign_in, session, advice):
    make.make_decision(
        session, advice[0], kind="deferred", on=make.days_ago(1), until_on=make.days_ago(-9), reason="Visit"
    )
    page = sign_in(cast.pcp).get("/inbox/").text
    below = page.split("Put off")[1]
    assert "Deferred on Nov 19, 2026 until Nov 29, 2026: Visit" in below


def test_the_history_of_a_patient(cast, sign_in, session, advice):
    make.make_decision(
        session,
        advice[0],
        kind="declined",
        on=make.days_ago(3),
        reason="Blood pressure",
        decided_by="K. Lang NP",
    )
    page = sign_in(cast.pcp).get(f"/inbox/history/{cast.patient.id}").text
    for words in ("Advice on Carter, Samuel", "Declined on Nov 17, 2026: Blood pressure", "Check TSH once", "Continue activation.",
                  "No answer needed", "Dr. Amara Okafor"):  # fmt: skip
        assert words in page, words
    assert "Never advised" in sign_in(cast.outsider).get(f"/inbox/history/{cast.stranger.id}").text


def test_who_may(cast, sign_in, session, advice, review):
    for part, person in cast.people.items():
        browser = sign_in(person)
        team = part in {"owner", "colleague", "consultant", "pcp", "other_pcp", "outsider"}
        own = part in {"pcp", "other_pcp"}
        assert browser.get("/inbox/").status_code == (200 if own else 403), part
        assert browser.get("/inbox/team").status_code == (200 if team else 403), part
        sees = team and part not in {"other_pcp", "outsider"}
        expected = 200 if sees else 404 if team else 403
        assert browser.get(f"/inbox/history/{cast.patient.id}").status_code == expected, part
        expected = 302 if part == "pcp" else 404 if part == "other_pcp" else 403
        got = browser.post(f"/inbox/answer/{advice[0].id}", data={"kind": "accepted"}).status_code
        assert got == expected, part
        expected = 302 if sees else 404 if team else 403
        assert browser.post(f"/inbox/seen/recommendation/{advice[1].id}").status_code == expected, part
        assert browser.post(f"/inbox/seen-note/{review.id}").status_code == expected, part
    assert {row.kind for row in decisions(session)} == {"accepted", "seen"}


def test_advice_of_a_draft_and_of_a_closed_episode_waits_nowhere(cast, sign_in, session):
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, signed=False, recommendations=[{}]
    )
    page = sign_in(cast.pcp).get("/inbox/").text
    assert "Nothing waits for you" in page
    assert 'class="count">1<' not in nav(page)


def test_reading_is_recorded(cast, sign_in, session, advice):
    sign_in(cast.pcp).get("/inbox/")
    act = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (act.action, act.category, act.subject, act.patients) == ("read", "review", "inbox", 1)


def test_the_number_of_statements_does_not_grow_with_the_panel(app, cast, sign_in, session, advice):
    from registry.extensions import db

    def statements():
        asked = []

        def listen(connection, cursor, statement, *_):
            asked.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", listen)
        sign_in(cast.pcp).get("/inbox/")
        event.remove(engine, "before_cursor_execute", listen)
        return len(asked)

    few = statements()
    for number in range(12):
        patient = make.make_patient(session, cast.riverside, pcp=cast.provider, mrn=f"P-{number}")
        episode = make.make_episode(session, patient, care_manager=cast.owner.account)
        make.make_review(
            session, episode, consultant=cast.consultant.account, recommendations=[{}, {"category": "labs"}]
        )
    assert statements() == few
