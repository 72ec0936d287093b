"""Courses of therapy: begun, corrected, ended, their sessions; what cannot be is said at the form."""

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Correction, TherapyCourse, TherapySession
from tests import factories as make
from tests.cast import TODAY
from tests.factories import days_ago
from tests.therapy import rows

pytestmark = pytest.mark.databases("sqlite", "postgresql")

COURSE = {
    "modality": "ba", "therapist": "", "outside": "Dr. Berg", "planned_sessions": "8", "targets": "Leave the house",
    "started_on": "2026-10-20",
}  # fmt: skip


def url(patient):
    return f"/therapy/{patient.id}"


def begin(client, patient, **fields):
    return client.post(f"/therapy/begin/{patient.id}", data={**COURSE, **fields})


def test_the_owner_begins_a_course_outside(cast, sign_in, session):
    client = sign_in(cast.owner)
    assert begin(client, cast.patient).status_code == 302
    row = session.scalars(select(TherapyCourse)).one()
    assert (row.modality, row.outside, row.planned_sessions, row.therapist_id) == ("ba", "Dr. Berg", 8, None)
    trail = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert trail.action == "begin_therapy"
    assert "Leave the house" not in str(trail.detail), "words stay out of the trail"
    page = client.get(url(cast.patient)).text
    assert "Behavioral activation" in page
    assert "Dr. Berg (outside), since Oct 20, 2026." in page
    assert "Week 4: no PHQ-9" not in page
    assert "Week 4: due about Nov 17, 2026" in page


def test_a_therapist_of_the_practice_is_chosen_by_name(cast, sign_in, session):
    answer = begin(sign_in(cast.therapist), cast.patient, therapist=str(cast.therapist.id), outside="")
    assert answer.status_code == 302
    assert session.scalars(select(TherapyCourse.therapist_id)).one() == cast.therapist.id


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outside": ""}, "Write the name of the therapist outside"),
        ({"modality": ""}, "Choose the therapy."),
        ({"started_on": "2027-01-01"}, "in the future"),
        ({"planned_sessions": "0"}, "Enter from 1 to 100 sessions."),
        ({"therapist": "11111111-1111-4111-8111-111111111111", "outside": ""}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_at_the_form(cast, sign_in, session, fields, sentence):
    answer = begin(sign_in(cast.owner), cast.patient, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Leave the house" in answer.text, "what was typed is kept"
    assert session.scalars(select(TherapyCourse)).all() == []


def test_the_form_tells_that_a_name_is_needed_outside(cast, sign_in):
    page = sign_in(cast.owner).get(f"/therapy/begin/{cast.patient.id}").text
    asked = page[page.index('for="outside"') : page.index('name="outside"')]
    assert "needed unless a therapist of the practice is chosen" in asked
    assert "(optional)" not in asked


def test_more_sessions_than_planned_are_told_as_such(cast, sign_in, session):
    row = rows.course(session, cast.patient, planned_sessions=1)
    for days in (9, 2):
        rows.held(session, row, on=days_ago(days))
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert "2 sessions held, 1 was planned" in page
    assert "Working alliance" in page
    assert "Working together" not in page


def test_a_form_sent_twice_begins_one_course(cast, sign_in, session):
    client = sign_in(cast.owner)
    first, second = (begin(client, cast.patient, once="token-1") for _ in range(2))
    assert first.location == second.location
    assert len(session.scalars(select(TherapyCourse)).all()) == 1


def test_sessions_add_up(cast, sign_in, session):
    row = rows.course(session, cast.patient)
    client = sign_in(cast.owner)
    for on, attended, homework in (
        ("2026-10-20", "yes", ""),
        ("2026-10-27", "yes", "done"),
        ("2026-11-03", "no", ""),
    ):
        form = {
            "on": on,
            "attended": attended,
            "homework": homework,
            "skills": ["thought_record"],
            "alliance": "8",
        }
        assert client.post(f"/therapy/session/{row.id}", data=form).status_code == 302
    page = client.get(url(cast.patient)).text
    assert "2 of 8 planned sessions held, 1 missed (67 % attended)" in page
    assert "1 of 1 done or partly done (100 %)" in page
    assert "Thought record" in page
    missed = session.scalars(select(TherapySession).where(TherapySession.attended.is_(False))).one()
    assert (missed.skills, missed.alliance) == ([], None), "a missed session has neither"


def test_a_session_before_the_course_is_refused(cast, sign_in, session):
    row = rows.course(session, cast.patient)
    answer = sign_in(cast.owner).post(
        f"/therapy/session/{row.id}", data={"on": "2026-01-05", "attended": "yes"}
    )
    assert answer.status_code == 422
    assert "The course began on Oct 11" in answer.text


def test_a_session_is_corrected_and_what_stood_is_kept(cast, sign_in, session):
    one = rows.held(session, rows.course(session, cast.patient))
    client = sign_in(cast.colleague)
    form = {"on": one.on.isoformat(), "attended": "no", "homework": "", "reason": "Patient did not come"}
    assert client.post(f"/therapy/session/correct/{one.id}", data=form).status_code == 302
    kept = session.scalars(select(Correction)).one()
    assert (kept.changes, kept.reason) == ({"attended": [True, False]}, "Patient did not come")


def test_a_mistaken_session_counts_no_more(cast, sign_in, session):
    one = rows.held(session, rows.course(session, cast.patient))
    client = sign_in(cast.owner)
    answer = client.post(f"/therapy/in-error/session/{one.id}", data={"reason": "Other patient"})
    assert answer.status_code == 302
    session.expire_all()
    assert session.get(TherapySession, (cast.org.id, one.id)).in_error
    assert "No session is recorded" in client.get(url(cast.patient)).text
    assert client.get(f"/therapy/in-error/session/{one.id}").status_code == 404


def test_a_course_ends_with_its_reason_and_may_go_on(cast, sign_in, session):
    row = rows.course(session, cast.patient)
    rows.held(session, row, on=days_ago(10))
    client = sign_in(cast.owner)
    too_early = {"ended_on": days_ago(20).isoformat(), "end_reason": "completed", "version": "1"}
    answer = client.post(f"/therapy/end/{row.id}", data=too_early)
    assert answer.status_code == 422
    assert "give that day or later" in answer.text
    form = {"ended_on": TODAY.isoformat(), "end_reason": "dropped_out", "version": "1"}
    assert client.post(f"/therapy/end/{row.id}", data=form).status_code == 302
    page = client.get(url(cast.patient)).text
    assert "to Nov 20, 2026: did not come back" in page
    late = client.post(f"/therapy/session/{row.id}", data={"on": TODAY.isoformat(), "attended": "yes"})
    assert late.status_code == 302, "the last day still belongs to it"
    answer = client.post(f"/therapy/reopen/{row.id}", data={"reason": "Came back", "version": "2"})
    assert answer.status_code == 302
    session.expire_all()
    assert session.get(TherapyCourse, (cast.org.id, row.id)).ended_on is None


def test_two_people_at_once_see_both(cast, sign_in, session):
    row = rows.course(session, cast.patient, recorded_by=cast.owner.id)
    edited = {
        **COURSE,
        "modality": "cbt",
        "started_on": row.started_on.isoformat(),
        "reason": "More",
        "version": "1",
    }
    owner, colleague = sign_in(cast.owner), sign_in(cast.colleague)
    first = owner.post(f"/therapy/edit/{row.id}", data={**edited, "planned_sessions": "12"})
    assert first.status_code == 302
    second = colleague.post(f"/therapy/edit/{row.id}", data={**edited, "planned_sessions": "16"})
    assert second.status_code == 409
    assert "Maria Ortiz saved this while you were writing" in second.text
    again = colleague.post(
        f"/therapy/edit/{row.id}", data={**edited, "planned_sessions": "16", "version": "2"}
    )
    assert again.status_code == 302


def test_the_first_day_stays_before_the_sessions(cast, sign_in, session):
    row = rows.course(session, cast.patient)
    rows.held(session, row, on=days_ago(30))
    form = {**COURSE, "started_on": days_ago(5).isoformat(), "reason": "Later", "version": "1"}
    answer = sign_in(cast.owner).post(f"/therapy/edit/{row.id}", data=form)
    assert answer.status_code == 422
    assert "the course began by then" in answer.text


def test_off_track_at_week_four_is_said(cast, sign_in, session):
    rows.course(session, cast.patient, started_on=days_ago(30))
    make.make_measure(session, cast.patient, items=[2] * 8 + [1], taken_on=days_ago(2))
    session.commit()
    page = sign_in(cast.owner).get(url(cast.patient)).text
    assert "Week 4: PHQ-9 17 on Nov 18, 2026, not on track (off track from 17)." in page


def test_who_may_and_who_sees_nothing(cast, sign_in, session):
    row = rows.course(session, cast.patient)
    one = rows.held(session, row)
    writers = {"owner", "colleague", "consultant", "therapist"}
    readers = writers | {"pcp", "manager"}
    forms = [f"/therapy/begin/{cast.patient.id}", f"/therapy/edit/{row.id}", f"/therapy/end/{row.id}",
             f"/therapy/session/{row.id}", f"/therapy/session/correct/{one.id}",
             f"/therapy/in-error/course/{row.id}"]  # fmt: skip
    for part, person in cast.people.items():
        client = sign_in(person)
        outside = part in {"outsider", "other_pcp"}
        seen = 200 if part in readers else 404 if outside else 403
        assert client.get(url(cast.patient)).status_code == seen, part
        for path in forms:
            expected = 200 if part in writers else 404 if part == "outsider" else 403
            assert client.get(path).status_code == expected, (part, path)
    assert sign_in(cast.outsider).post(f"/therapy/end/{row.id}", data={"version": "1"}).status_code == 404


def test_a_patient_without_an_episode_has_an_empty_page(cast, sign_in, session):
    nobody = make.make_patient(session, cast.riverside, mrn="R-9")
    session.commit()
    page = sign_in(cast.owner).get(url(nobody)).text
    assert "No course of therapy is recorded" in page
    assert "Not in collaborative care." in page


def test_what_contacts_delivered_is_shown_and_a_course_begins_from_it(cast, sign_in, session):
    for days in (20, 12, 5):
        make.make_contact(
            session, cast.episode, who=cast.owner, on=days_ago(days), interventions=["problem_solving"]
        )
    make.make_contact(session, cast.episode, on=days_ago(3), interventions=["side_effect_check"])
    session.commit()
    client = sign_in(cast.owner)
    page = " ".join(client.get(url(cast.patient)).text.split())
    assert "<b>Problem-solving treatment</b>: 3 contacts, Oct 31, 2026, Nov 8, 2026 and Nov 15, 2026." in page
    assert "Begin a course from these" not in sign_in(cast.pcp).get(url(cast.patient)).text
    path = f"/therapy/begin/{cast.patient.id}?modality=pst"
    form = client.get(path).text
    assert '<option selected value="pst">' in form
    assert f'value="{days_ago(20)}"' in form
    assert f'<option selected value="{cast.owner.id}">' in form, "who gave it gives the course"
    sent = {
        **COURSE,
        "modality": "pst",
        "therapist": "",
        "with_contacts": "y",
        "started_on": days_ago(12).isoformat(),
    }
    assert client.post(path, data=sent).status_code == 302
    held = session.scalars(select(TherapySession).order_by(TherapySession.on)).all()
    assert [(one.on, one.attended, one.homework) for one in held] == [
        (days_ago(12), True, ""),
        (days_ago(5), True, ""),
    ]
    assert "Given in contacts" not in client.get(url(cast.patient)).text


@pytest.mark.parametrize("sent", [{}, {"with_contacts": "y", "modality": "cbt"}])
def test_contacts_become_sessions_only_where_that_was_ticked_for_their_therapy(cast, sign_in, session, sent):
    make.make_contact(session, cast.episode, on=days_ago(5), interventions=["problem_solving"])
    session.commit()
    path = f"/therapy/begin/{cast.patient.id}?modality=pst"
    data = {**COURSE, "modality": "pst", **sent}
    assert sign_in(cast.owner).post(path, data=data).status_code == 302
    assert session.scalars(select(TherapySession)).all() == []


def test_what_a_course_does_not_allow_is_said_at_the_field(cast, sign_in, session):
    client, row = sign_in(cast.owner), rows.course(session, cast.patient, started_on=days_ago(30))
    early = client.post(f"/therapy/session/{row.id}", data={"on": "2026-01-01", "attended": "yes"})
    assert '<a href="#on">Date: The course began on Oct 21, 2026: give that day or a later one.' in early.text
    rows.held(session, row, on=days_ago(9))
    late = client.post(
        f"/therapy/end/{row.id}", data={"ended_on": "2026-11-01", "end_reason": "completed", "version": "1"}
    )
    assert '<a href="#ended_on">Last day: ' in late.text
