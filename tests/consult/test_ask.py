"""Putting patients on the agenda."""

from sqlalchemy import select

from registry.models import AgendaMark, AuditEvent
from tests import factories as make
from tests.cast import TODAY


def ask(client, episode, **data):
    return client.post(f"/consult/ask/{episode.id}", data=data)


def marks(session):
    return session.scalars(select(AgendaMark).order_by(AgendaMark.text)).all()


def test_a_button_puts_a_patient_on_the_next_agenda(cast, sign_in, session):
    answer = ask(sign_in(cast.owner), cast.episode, next=f"/chart/{cast.patient.id}")
    assert answer.location == f"/chart/{cast.patient.id}"
    mark = marks(session)[0]
    assert (mark.kind, mark.on, str(mark.review_on), mark.by_role) == (
        "asked",
        TODAY,
        "2026-11-26",
        "care_manager",
    )
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "mark_agenda")).one()


def test_asking_twice_is_one_row_but_a_new_question_is_kept(cast, sign_in, session):
    client = sign_in(cast.owner)
    ask(client, cast.episode, question="Dose or switch?")
    ask(client, cast.episode)
    ask(client, cast.episode, question="Dose or switch?")
    assert [mark.text for mark in marks(session)] == ["Dose or switch?"]
    ask(client, cast.episode, question="And the sleep?")
    assert [mark.text for mark in marks(session)] == ["And the sleep?", "Dose or switch?"]
    text = client.get("/consult/").text
    assert text.count('<th scope="row" class="wrap"><a') == 1
    assert "And the sleep?" in text
    assert "Dose or switch?" in text


def test_the_same_form_sent_twice_counts_once(cast, sign_in, session):
    client = sign_in(cast.owner)
    for _ in range(2):
        ask(client, cast.episode, once="spent-once", question="Dose?")
    assert len(marks(session)) == 1


def test_after_a_review_of_today_a_question_would_be_lost(cast, sign_in, session):
    make.make_review(session, cast.episode, consultant=cast.consultant.account, recommendations=[{}])
    answer = ask(sign_in(cast.owner), cast.episode, question="Dose?")
    assert answer.status_code == 422
    assert "was reviewed today" in answer.text
    assert "Dose?" in answer.text, "what was typed is kept"
    assert marks(session) == []


def test_who_is_not_enrolled_is_refused_with_a_sentence(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, family_name="Waiting", mrn="R-9")
    episode = make.make_episode(session, patient, status="referred")
    answer = ask(sign_in(cast.owner), episode)
    assert answer.status_code == 422
    assert "not enrolled yet" in answer.text


def test_many_at_once(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, family_name="Waiting", mrn="R-9")
    waiting = make.make_episode(session, patient, status="referred")
    client = sign_in(cast.owner)
    answer = client.post(
        "/consult/ask", data={"episode": [str(cast.episode.id), str(waiting.id)], "next": "/caseload/"}
    )
    assert answer.location == "/caseload/"
    assert [mark.episode_id for mark in marks(session)] == [cast.episode.id]
    again = client.post("/consult/ask", data={"episode": [str(cast.episode.id)]})
    assert again.location == "/consult/"
    assert len(marks(session)) == 1


def test_nothing_ticked_is_said(cast, sign_in, session):
    assert sign_in(cast.owner).post("/consult/ask", data={}).status_code == 302
    assert marks(session) == []


def test_no_form_leads_out_of_the_registry(cast, sign_in):
    client = sign_in(cast.owner)
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = client.post("/consult/ask", data={"episode": [str(cast.episode.id)], "next": elsewhere})
        assert answer.location == "/consult/"
        assert ask(client, cast.episode, next=elsewhere).location == f"/chart/{cast.patient.id}"


def test_one_stranger_among_the_ticked_is_not_found(cast, sign_in, session):
    data = {"episode": [str(cast.episode.id), str(cast.strange_episode.id)]}
    assert sign_in(cast.owner).post("/consult/ask", data=data).status_code == 404
    assert marks(session) == []
    assert sign_in(cast.owner).post("/consult/ask", data={"episode": ["x"]}).status_code == 400


def test_who_may_ask(cast, sign_in):
    expected = {"owner": 200, "colleague": 200, "consultant": 200, "pcp": 200, "therapist": 200, "outsider": 404,
                "other_pcp": 404, "manager": 403, "administrator": 403, "auditor": 403}  # fmt: skip
    for part, status in expected.items():
        assert sign_in(cast.people[part]).get(f"/consult/ask/{cast.episode.id}").status_code == status, part
