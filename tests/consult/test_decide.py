"""What becomes of a recommendation."""

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Decision, Recommendation
from tests import factories as make
from tests.cast import TODAY


@pytest.fixture
def advice(session, cast):
    pieces = [{}, {"category": "labs", "text": "TSH"}, {"category": "continue", "text": "Continue."}]
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(5), recommendations=pieces
    )
    return session.scalars(select(Recommendation).order_by(Recommendation.number)).all()


def decide(client, piece, kind="accepted", on=TODAY, **data):
    return client.post(f"/consult/decide/{piece.id}", data={"kind": kind, "on": str(on), **data})


def rows(session):
    return session.scalars(select(Decision).order_by(Decision.on, Decision.recorded_at)).all()


def test_the_answer_on_the_returned_page(cast, sign_in, session, advice):
    client = sign_in(cast.owner)
    answer = decide(client, advice[0], "declined", remark="Blood pressure", decided_by="K. Lang NP")
    assert answer.location == f"/consult/decide/{advice[1].id}", "the next one of the page"
    row = rows(session)[0]
    assert (row.kind, row.on, row.decided_by, row.reason, row.recorded_by) == (
        "declined", TODAY, "K. Lang NP", "Blood pressure", cast.owner.id,
    )  # fmt: skip
    assert decide(client, advice[1]).location == f"/consult/note/{advice[0].review_id}"
    note = client.get(f"/consult/note/{advice[0].review_id}").text
    assert "Declined on Nov 20, 2026: Blood pressure" in note
    chart = client.get(f"/chart/{cast.patient.id}").text
    assert "PCP declined" in chart
    assert "recommendation 1 of Nov 15, 2026" in chart, "numbers begin anew in every review"


def test_the_whole_way_and_no_step_beside_it(cast, sign_in, session, advice):
    client = sign_in(cast.owner)
    assert decide(client, advice[0], "implemented").status_code == 422
    decide(client, advice[0], "delivered", make.days_ago(4), remark="Fax", decided_by="nobody")
    decide(client, advice[0], "accepted", make.days_ago(2), decided_by="Dr. Lang")
    assert "What shows it: write it down." in decide(client, advice[0], "implemented", make.days_ago(1)).text
    decide(client, advice[0], "implemented", make.days_ago(1), remark="Medication list")
    assert [(row.kind, row.decided_by) for row in rows(session)] == [
        ("delivered", ""), ("accepted", "Dr. Lang"), ("implemented", ""),
    ]  # fmt: skip
    answer = decide(client, advice[0], "accepted")
    assert answer.status_code == 422
    assert "The recommendation is done; next comes: Not done or Closed, nothing more to do." in answer.text


@pytest.mark.parametrize(
    ("kind", "on", "sentence"),
    [
        ("declined", TODAY, "Why the PCP declined: write it down."),
        ("modified", TODAY, "What the PCP will do instead: write it down."),
        ("accepted", make.days_ago(-1), "in the future"),
        ("accepted", make.days_ago(6), "The advice was signed on Nov 15, 2026"),
        ("", TODAY, "Choose what happened."),
        ("eaten", TODAY, "Choose what happened."),
    ],
)
def test_refusals_stand_at_the_form(cast, sign_in, session, advice, kind, on, sentence):
    answer = decide(sign_in(cast.owner), advice[0], kind, on, decided_by="K. Lang NP")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "K. Lang NP" in answer.text
    assert rows(session) == []


def test_a_mistake_is_put_right_on_the_same_day(cast, sign_in, session, advice):
    client = sign_in(cast.owner)
    decide(client, advice[0], "accepted")
    decide(client, advice[0], "declined", remark="Misread the page")
    assert (
        "Declined on Nov 20, 2026: Misread the page"
        in client.get(f"/consult/note/{advice[0].review_id}").text
    )


def test_a_stale_form_overwrites_nothing_and_keeps_its_words(cast, sign_in, session, advice):
    """The PCP answered by link while the form stood open: the form tells the answer, and is sent again knowingly."""
    client = sign_in(cast.owner)
    assert 'name="mark" type="hidden" value=""' in client.get(f"/consult/decide/{advice[0].id}").text
    make.make_decision(session, advice[0], kind="accepted", on=make.days_ago(1), decided_by="Dr. Lang")
    session.commit()
    page = decide(client, advice[0], "declined", remark="Blood pressure", mark="")
    assert page.status_code == 409
    assert "Dr. Lang answered meanwhile. Accepted on Nov 19, 2026." in page.text
    assert "Blood pressure" in page.text
    assert [row.kind for row in rows(session)] == ["accepted"]
    mark = str(rows(session)[0].id)
    assert f'value="{mark}"' in page.text
    assert decide(client, advice[0], "declined", remark="Blood pressure", mark=mark).status_code == 302
    assert [row.kind for row in rows(session)] == ["accepted", "declined"]


def test_a_pcp_answers_in_their_own_name(cast, sign_in, session, advice):
    client = sign_in(cast.pcp)
    assert 'value="Dr. Ingrid Lang"' in client.get(f"/consult/decide/{advice[0].id}").text
    decide(client, advice[0], decided_by="Dr. Ingrid Lang")
    assert rows(session)[0].recorded_by == cast.pcp.id


def test_an_amended_note_takes_no_answer(cast, sign_in, session, advice):
    review_id = advice[0].review_id
    make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(5), amends_id=review_id,
                     recommendations=[{"text": "Other"}])  # fmt: skip
    client = sign_in(cast.owner)
    assert "Record the answer at the amendment." in client.get(f"/consult/decide/{advice[0].id}").text
    assert decide(client, advice[0]).status_code == 422


def test_what_is_recorded_of_it(cast, sign_in, session, advice):
    decide(sign_in(cast.owner), advice[0], "declined", remark="Blood pressure")
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "decide")).one()
    assert act.detail == {"kind": ["open", "declined"], "on": "2026-11-20"}


def test_who_may(cast, sign_in, session, advice):
    allowed = {"owner", "colleague", "pcp"}
    for part, person in cast.people.items():
        expected = 200 if part in allowed else 404 if part in {"outsider", "other_pcp"} else 403
        assert sign_in(person).get(f"/consult/decide/{advice[0].id}").status_code == expected, part


def test_advice_of_a_draft_takes_no_answer(cast, sign_in, session):
    draft = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, signed=False, recommendations=[{}]
    )
    piece = session.scalars(select(Recommendation).where(Recommendation.review_id == draft.id)).one()
    assert sign_in(cast.owner).get(f"/consult/decide/{piece.id}").status_code == 404


def test_a_deferral_needs_its_day(cast, sign_in, session, advice):
    client = sign_in(cast.owner)
    asked = {"remark": "Lab result", "decided_by": "K. Lang NP"}
    answer = decide(client, advice[0], "deferred", **asked)
    assert answer.status_code == 422
    assert "Enter the day until which it is deferred." in answer.text
    for until in (TODAY, make.days_ago(3)):
        assert (
            "Give a day after the answer."
            in decide(client, advice[0], "deferred", until_on=until, **asked).text
        )
    assert "Not a valid date" in decide(client, advice[0], "deferred", until_on="soon", **asked).text
    assert rows(session) == []
    decide(client, advice[0], "deferred", until_on=make.days_ago(-7), **asked)
    row = rows(session)[0]
    assert (row.kind, row.until_on, row.decided_by) == ("deferred", make.days_ago(-7), "K. Lang NP")
    note = client.get(f"/consult/note/{advice[0].review_id}").text
    assert "Deferred on Nov 20, 2026 until Nov 27, 2026: Lab result" in note


def test_a_day_to_wait_for_belongs_to_a_deferral_alone(cast, sign_in, session, advice):
    decide(sign_in(cast.owner), advice[0], "accepted", until_on=make.days_ago(9))
    assert rows(session)[0].until_on is None


def test_who_saw_it_and_why_it_is_closed(cast, sign_in, session, advice):
    client = sign_in(cast.owner)
    decide(client, advice[0], "seen", decided_by="K. Lang NP")
    assert "Why it is closed: write it down." in decide(client, advice[0], "closed").text
    decide(client, advice[0], "closed", remark="Patient left", decided_by="K. Lang NP")
    assert [(row.kind, row.decided_by, row.reason) for row in rows(session)] == [
        ("seen", "K. Lang NP", ""), ("closed", "", "Patient left"),
    ]  # fmt: skip


def test_evidence_and_barrier_are_kept_and_usual_words_offered(cast, sign_in, session, advice):
    client = sign_in(cast.owner)
    assert (
        '<option value="Cost or coverage" label="PCP declined: Cost or coverage">'
        in client.get(f"/consult/decide/{advice[0].id}").text
    )
    decide(client, advice[0], "accepted")
    page = client.get(f"/consult/decide/{advice[0].id}").text
    assert "What shows it" in page
    assert 'label="Not done: Patient not reached"' in page
    assert "PCP declined: Cost" in page, "a PCP may think again"
    decide(client, advice[0], "implemented", remark="Prescription")
    decide(client, advice[0], "not_implemented", remark="Cost or coverage")
    assert [row.reason for row in rows(session)] == ["", "Prescription", "Cost or coverage"]


def test_one_comes_back_to_where_one_was(cast, sign_in, session, advice):
    client = sign_in(cast.owner)
    back = "/loop/?stage=answer"
    asked = f"/consult/decide/{advice[0].id}?next=%2Floop%2F%3Fstage%3Danswer"
    assert f'href="{back}"' in client.get(asked).text
    assert client.post(asked, data={"kind": "accepted", "on": str(TODAY)}).location == back
    elsewhere = f"/consult/decide/{advice[1].id}?next=%2F%2Fevil.example"
    assert client.post(elsewhere, data={"kind": "accepted", "on": str(TODAY)}).location.startswith(
        "/consult/"
    )


def test_what_changed_since_the_advice_is_offered_as_evidence(cast, sign_in, session, advice):
    steps = [
        {"kind": "start", "on": make.days_ago(40), "dose_mg": 50},
        {"kind": "change", "on": make.days_ago(1), "dose_mg": 100},
    ]
    make.make_medication(session, cast.patient, name="sertraline", events=steps)
    session.commit()
    page = sign_in(cast.owner).get(f"/consult/decide/{advice[0].id}").text
    assert "Sertraline changed to 100 mg on Nov 19, 2026" not in page, (
        "nobody can have done what is not agreed"
    )
    decide(sign_in(cast.owner), advice[0], "accepted")
    page = sign_in(cast.owner).get(f"/consult/decide/{advice[0].id}").text
    assert 'label="Done: Sertraline changed to 100 mg on Nov 19, 2026"' in page
    assert "Sertraline started" not in page, "before the advice"
