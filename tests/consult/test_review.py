"""The consultant's note: draft, signature, amendment."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from registry.models import (
    Adherence,
    AuditEvent,
    Decision,
    HealthFact,
    LabResult,
    PastTrial,
    Pathway,
    PathwayEvent,
    Problem,
    Recommendation,
    Review,
)
from tests import factories as make
from tests.cast import NOW, PASSWORD, TODAY

LATER = str(TODAY + timedelta(weeks=4))


def url(episode, query=""):
    return f"/consult/review/{episode.id}{query}"


def filled(act="sign", **changes):
    """A form that may be signed."""
    data = {
        "version": "0", "act": act, "impression": "Partial response", "attended": "M. Ortiz", "minutes": "6",
        "advice-0-category": "increase", "advice-0-text": "Sertraline to 100 mg", "advice-0-judge_on": LATER,
        "advice-0-if_fails": "Add bupropion", "signed": "y", "password": PASSWORD,
    }  # fmt: skip
    return {name: value for name, value in (data | changes).items() if value is not None}


def notes(session):
    return session.scalars(select(Review).order_by(Review.signed_at)).all()


def advice(session):
    return session.scalars(select(Recommendation).order_by(Recommendation.number)).all()


def test_only_a_consultant_writes(cast, sign_in):
    for part, person in cast.people.items():
        expected = {"consultant": 200}.get(part, 403)
        assert sign_in(person).get(url(cast.episode)).status_code == expected, part
    assert sign_in(cast.consultant).get(url(cast.strange_episode)).status_code == 404


def test_the_case_stands_beside_the_form(cast, sign_in, session):
    make.make_mark(session, cast.episode, text="Dose or switch?")
    make.make_measure(session, cast.patient, items=[3, 3, 2, 2, 2, 2, 2, 2, 1], taken_on=make.days_ago(60))
    make.make_measure(session, cast.patient, items=[2, 2, 2, 2, 2, 2, 2, 2, 0], taken_on=make.days_ago(2))
    make.make_medication(session, cast.patient)
    make.make_contact(session, cast.episode, note="Sleeps five hours")
    old = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(30),
                           recommendations=[{}])  # fmt: skip
    step = session.scalars(select(Recommendation).where(Recommendation.review_id == old.id)).one()
    make.make_decision(session, step, kind="declined", on=make.days_ago(20), reason="Blood pressure")
    page = sign_in(cast.consultant).get(url(cast.episode)).text
    for words in ("Dose or switch?", "Item 9 scored 1", "sertraline 50 mg", "Sleeps five hours", "PHQ-9 19 to 16",
                  "Declined on Oct 31, 2026: Blood pressure", "Bipolar screen", "1 of 1 on the agenda"):  # fmt: skip
        assert words in page, words


def test_a_completed_screen_answers_its_check_beside_the_form(cast, sign_in, session):
    before = sign_in(cast.consultant).get(url(cast.episode)).text
    assert "Bipolar screen" in before.partition("Answered yes")[0]
    answers = (*(1,) * 8, *(0,) * 5, 1, 2)
    make.make_measure(session, cast.patient, instrument="mdq", items=answers, taken_on=make.days_ago(2))
    page = sign_in(cast.consultant).get(url(cast.episode)).text
    assert "Bipolar screen (MDQ 8), Nov 18, 2026" in page
    assert "The bipolar screen is positive (MDQ 8 on Nov 18, 2026)" in page, "and so does the agenda's reason"


def test_what_was_tried_says_whether_it_was_tried_properly(cast, sign_in, session):
    about = {"org_id": cast.org.id, "patient_id": cast.patient.id, "recorded_at": NOW}
    session.add(PastTrial(**about, told_on=make.days_ago(60), name="fluoxetine", dose_mg=10, weeks=8, response="partial",
                          stop_reason="side_effects", adherent=True))  # fmt: skip
    stopped = [{"kind": "start", "on": make.days_ago(90), "dose_mg": 150},
               {"kind": "stop", "on": make.days_ago(55), "reason": "no_response"}]  # fmt: skip
    make.make_medication(session, cast.patient, name="bupropion", events=stopped)
    drug = make.make_medication(session, cast.patient)
    session.add(Adherence(**about, on=make.days_ago(3), medication_id=drug.id, percent=90))
    for days, total in ((95, 20), (56, 19), (2, 9)):
        make.make_measure(session, cast.patient, total=total, taken_on=make.days_ago(days))
    session.commit()
    page = " ".join(sign_in(cast.consultant).get(url(cast.episode)).text.split())
    rows = page[page.index("Tried so far") :].partition("</table>")[0].split("<tr>")[2:]
    told = [tuple(re.findall('class="wrap">([^<]*)<', row)) for row in rows]
    lines = [
        ("sertraline 50 mg", "since Oct 1, 2026, this dose 7 weeks",
         "PHQ-9 19 to 9, response. Adequate trial: 7 weeks at 50 mg or more, adherence 90 %"),
        ("bupropion 150 mg", "Aug 22, 2026 to Sep 26, 2026, 5 weeks", ("stopped: did not help; PHQ-9 20 to 19, no response. "
          "Not an adequate trial: never above 150 mg; 300 mg or more is needed")),
        ("fluoxetine 10 mg", "from the history, 8 weeks", ("stopped: side effects; partial response. "
          "Not an adequate trial: never above 10 mg; 20 mg or more is needed")),
    ]  # fmt: skip
    assert told == lines, "what runs, what was stopped, what the patient tells"
    curve = page[: page.index("Tried so far")]
    assert (
        "PHQ-9 fell from 19 (Sep 25, 2026) to 9 (Nov 18, 2026) after bupropion stopped on Sep 26, 2026; sertraline started "
        "at 50 mg on Oct 1, 2026. Which treatment did it is not clear: changes lie within 14 days." in curve
    )


def test_medical_facts_stand_beside_the_form_as_in_the_packet(cast, sign_in, session):
    page = sign_in(cast.consultant).get(url(cast.episode)).text
    assert "allergies not asked" in page
    assert "Since enrollment" in page
    assert "Nothing recorded since." in page
    about = {"org_id": cast.org.id, "patient_id": cast.patient.id, "recorded_at": NOW}
    session.add_all((
        Problem(**about, title="Hypertension"), HealthFact(**about, kind="allergy", code="Penicillin", value="rash", on=TODAY),
        LabResult(**about, code="tsh", value=9.1, unit="mIU/L", high=4, on=make.days_ago(5)),
        LabResult(**about, code="systolic", value=146, unit="mmHg", on=make.days_ago(4)),
    ))  # fmt: skip
    make.make_medication(session, cast.patient, name="lisinopril", psychotropic=False)
    make.make_medication(session, cast.patient, name="lithium")
    session.commit()
    page = " ".join(sign_in(cast.consultant).get(url(cast.episode)).text.split())
    for words in ("<dt>Problem list</dt><dd>Hypertension</dd>", "<dt>Other medication</dt><dd>lisinopril 50 mg</dd>",
                  "allergies: Penicillin", "Penicillin (rash)", "TSH 9.1 mIU/L on Nov 15, 2026: above the laboratory&#39;s 4",
                  "Systolic blood pressure 146 mmHg on Nov 16, 2026", "Lithium level, 12-hour trough, lithium: due since"):  # fmt: skip
        assert words in page, words


def test_a_drug_for_the_body_that_was_changed_and_stopped_on_one_day_is_not_taken(cast, sign_in, session):
    drug = make.make_medication(session, cast.patient, name="ibuprofen", psychotropic=False)
    for kind, dose, minutes in (("change", 800, 1), ("stop", None, 2)):
        make.make_dose(
            session, drug, kind=kind, dose_mg=dose, on=TODAY, recorded_at=NOW + timedelta(minutes=minutes)
        )
    session.commit()
    page = " ".join(sign_in(cast.consultant).get(url(cast.episode)).text.split())
    assert '<dt>Other medication</dt><dd><span class="muted">not known</span></dd>' in page
    assert "ibuprofen 800 mg" not in page


def test_the_pathway_stands_beside_the_form(cast, sign_in, session):
    path = Pathway(org_id=cast.org.id, patient_id=cast.patient.id, kind="opioid_use", part_2=True, details={},
                   started_on=make.days_ago(40), recorded_at=NOW)  # fmt: skip
    session.add(path)
    session.flush()
    back = PathwayEvent(org_id=cast.org.id, patient_id=cast.patient.id, pathway_id=path.id, kind="return_to_use",
                        on=make.days_ago(9), recorded_at=NOW)  # fmt: skip
    session.add(back)
    session.commit()
    page = sign_in(cast.consultant).get(url(cast.episode)).text
    assert "Opioid use: medication treatment" in page
    assert "Since Oct 11, 2026; return to use, Nov 11, 2026." in page
    assert "Substance-use records under 42 CFR Part 2" in page


def test_the_text_for_another_record_leaves_out_what_no_consent_shares(cast, sign_in, session):
    path = Pathway(org_id=cast.org.id, patient_id=cast.patient.id, kind="opioid_use", part_2=True, details={},
                   started_on=make.days_ago(40), recorded_at=NOW)  # fmt: skip
    review = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, impression="Drinks again"
    )
    make.make_recommendation(session, review, number=1, category="increase", text="Buprenorphine to 24 mg")
    make.make_recommendation(session, review, number=2, category="labs", text="TSH")
    session.add(path)
    session.commit()
    page = sign_in(cast.owner).get(f"/consult/note/{review.id}").text
    text = page.partition("PSYCHIATRIC CONSULTANT")[2].partition("</textarea>")[0]
    assert "TSH" in text
    assert "Some information is withheld." in text
    assert "Drinks" not in text
    assert "Buprenorphine" not in text
    assert "Drinks again" in page, "inside the practice the note is whole"


def test_sign_a_recommendation(cast, sign_in, session):
    make.make_mark(session, cast.episode, on=make.days_ago(1))
    answer = sign_in(cast.consultant).post(url(cast.episode), data=filled())
    note = notes(session)[0]
    assert answer.location == f"/consult/note/{note.id}"
    assert (note.on, note.minutes, note.signed_at is not None) == (TODAY, 6, True)
    piece = advice(session)[0]
    assert (piece.number, piece.category, str(piece.judge_on), piece.if_fails) == (
        1,
        "increase",
        LATER,
        "Add bupropion",
    )
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "sign_review")).one()
    assert act.detail["advice"] == ["increase"]
    assert "Sertraline" not in str(act.detail), "the audit trail holds codes, not the words of a note"
    assert "Nobody on the agenda" in sign_in(cast.owner).get("/consult/").text, "the question is closed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"advice-0-category": None, "advice-0-text": None, "advice-0-if_fails": None},
            "at least one recommendation",
        ),
        ({"advice-0-category": ""}, "Choose the category."),
        ({"advice-0-text": ""}, "Write what to do."),
        ({"advice-0-judge_on": ""}, "needs the day on which to judge it"),
        ({"advice-0-judge_on": str(TODAY)}, "Give a day after the review."),
        ({"advice-0-judge_on": "soon"}, "Not a valid date value"),
        ({"minutes": "999"}, "From 1 to 240 minutes."),
        ({"signed": None}, "Tick that you sign this note."),
    ],
)
def test_what_a_signature_needs(cast, sign_in, session, changes, sentence):
    answer = sign_in(cast.consultant).post(url(cast.episode), data=filled(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Partial response" in answer.text, "what was typed is kept"
    assert notes(session) == []


def test_an_open_safety_finding_asks_for_a_statement(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[1] * 8 + [2])
    client = sign_in(cast.consultant)
    answer = client.post(url(cast.episode), data=filled())
    assert answer.status_code == 422
    assert "A safety finding is open" in answer.text
    assert client.post(url(cast.episode), data=filled(safety="Same-day C-SSRS agreed")).status_code == 302


def test_to_continue_is_a_recommendation_and_needs_no_words(cast, sign_in, session):
    data = filled(
        **{
            "advice-0-category": "continue",
            "advice-0-text": "",
            "advice-0-judge_on": "",
            "advice-0-if_fails": "",
        }
    )
    assert sign_in(cast.consultant).post(url(cast.episode), data=data).status_code == 302
    assert advice(session)[0].text == "Continue as now."


def test_a_draft_is_kept_with_its_gaps_and_is_its_authors_alone(cast, sign_in, session):
    client = sign_in(cast.consultant)
    data = filled("draft", **{"advice-0-category": "", "signed": None})
    assert client.post(url(cast.episode), data=data).location == url(cast.episode)
    page = client.get(url(cast.episode)).text
    assert "Sertraline to 100 mg" in page
    assert "This is your draft" in page
    assert "Your draft" in client.get("/consult/").text
    draft = notes(session)[0]
    assert draft.signed_at is None
    assert sign_in(cast.owner).get(f"/consult/note/{draft.id}").status_code == 404
    assert "Your draft" not in sign_in(cast.owner).get("/consult/").text


def test_one_draft_per_consultant_and_episode(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft"))
    version = notes(session)[0].version
    client.post(url(cast.episode), data=filled("draft", version=str(version), impression="Better"))
    assert [note.impression for note in notes(session)] == ["Better"]
    assert len(advice(session)) == 1


def test_a_draft_changed_in_another_window_is_shown_beside_ones_own(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft", impression="From the other window"))
    answer = client.post(url(cast.episode), data=filled("draft", impression="From this window"))
    assert answer.status_code == 409
    assert "From the other window" in answer.text
    assert "From this window" in answer.text
    version = answer.text.split('name="version" type="hidden" value="')[1].split('"')[0]
    again = client.post(
        url(cast.episode), data=filled("draft", version=version, impression="From this window")
    )
    assert again.status_code == 302
    assert notes(session)[0].impression == "From this window"


def test_new_advice_alone_counts_as_a_change(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft"))
    version = notes(session)[0].version
    client.post(url(cast.episode), data=filled("draft", version=str(version), **{"advice-0-text": "Other"}))
    assert notes(session)[0].version > version


def test_add_another_keeps_what_is_written_and_makes_room(cast, sign_in, session):
    client = sign_in(cast.consultant)
    answer = client.post(url(cast.episode), data=filled("add"))
    assert answer.location == url(cast.episode, "?rows=2#recommendation-2")
    page = client.get(answer.location).text
    assert "Sertraline to 100 mg" in page
    assert 'name="advice-1-text"' in page


def test_several_are_numbered_and_blank_ones_left_out(cast, sign_in, session):
    more = {"advice-1-category": "", "advice-1-text": "", "advice-1-judge_on": LATER,
            "advice-2-category": "labs", "advice-2-text": "TSH", "advice-2-judge_on": ""}  # fmt: skip
    sign_in(cast.consultant).post(url(cast.episode), data=filled(**more))
    assert [(piece.number, piece.category) for piece in advice(session)] == [(1, "increase"), (2, "labs")]


def test_sign_and_next_leads_along_the_agenda(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, family_name="Second", mrn="R-2")
    second = make.make_episode(session, patient, care_manager=cast.owner.account)
    make.make_mark(session, cast.episode)
    client = sign_in(cast.consultant)
    assert client.post(url(cast.episode, "?on=2026-11-26"), data=filled("sign_next")).location == url(
        second, "?on=2026-11-26"
    )
    last = client.post(url(second), data=filled(act=None))
    assert last.location.startswith("/consult/note/"), "Ctrl+Enter signs; nobody is left"


def test_the_same_form_sent_twice_signs_once(cast, sign_in, session):
    client = sign_in(cast.consultant)
    first, second = (client.post(url(cast.episode), data=filled(once="spent-once")) for _ in range(2))
    assert first.location == second.location
    assert len(notes(session)) == 1


def test_a_signed_note_is_not_edited_by_an_old_window(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft"))
    version = str(notes(session)[0].version)
    client.post(url(cast.episode), data=filled(version=version))
    answer = client.post(url(cast.episode), data=filled("draft", version=version, impression="Changed"))
    assert answer.status_code == 422
    assert "signed or was discarded" in answer.text
    assert [note.impression for note in notes(session)] == ["Partial response"]


@pytest.mark.parametrize("statement", ["UPDATE review SET impression = 'x'", "UPDATE recommendation SET text = 'x'",
                                       "DELETE FROM recommendation"])  # fmt: skip
def test_the_database_itself_keeps_what_is_signed(cast, session, statement):
    make.make_review(session, cast.episode, consultant=cast.consultant.account, recommendations=[{}])
    session.commit()
    with pytest.raises(DatabaseError, match="never edited"):
        session.execute(text(statement))
    session.rollback()


def test_a_closed_episode_is_not_reviewed(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, family_name="Closed", mrn="R-3")
    closed = make.make_episode(session, patient, status="closed")
    answer = sign_in(cast.consultant).post(url(closed), data=filled())
    assert answer.status_code == 422
    assert "episode is closed" in answer.text


def test_a_draft_is_discarded(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft"))
    client.post(f"/consult/discard/{cast.episode.id}")
    assert notes(session) == []
    assert advice(session) == []


def amended(session, cast):
    """A note of nine days ago whose first advice was accepted."""
    on = make.days_ago(9)
    pieces = [{"text": "Sertraline to 100 mg", "judge_on": TODAY + timedelta(weeks=4), "if_fails": "Add bupropion"},
              {"category": "labs", "text": "TSH"}]  # fmt: skip
    note = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=on, recommendations=pieces,
                            impression="Partial response")  # fmt: skip
    make.make_decision(session, advice(session)[0], on=make.days_ago(5), decided_by="Dr. Lang")
    make.make_mark(session, cast.episode, on=make.days_ago(3), text="Asked after the review")
    session.commit()
    return note


def test_a_signed_note_is_amended_by_another(cast, sign_in, session):
    first = amended(session, cast)
    client = sign_in(cast.consultant)
    form = client.get(f"/consult/amend/{first.id}").text
    assert "Partial response" in form
    assert "Sertraline to 100 mg" in form
    changed = {
        "advice-1-category": "labs",
        "advice-1-text": "TSH and B12",
        "impression": "As before; B12 added",
    }
    answer = client.post(f"/consult/amend/{first.id}", data=filled(**changed))
    second = next(note for note in notes(session) if note.amends_id == first.id)
    assert answer.location == f"/consult/note/{second.id}"
    assert second.on == first.on, "it tells of the same review, and closes no later question"
    old, new = client.get(f"/consult/note/{first.id}").text, client.get(f"/consult/note/{second.id}").text
    assert "This note was amended." in old
    assert "Amends the note signed" in new
    assert "Accepted on Nov 15, 2026" in new, "the answer to unchanged advice is kept"
    assert "Asked after the review" in client.get("/consult/").text
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "amend_review")).one()
    assert len(session.scalars(select(Decision)).all()) == 2


def test_a_note_is_amended_once_and_then_its_amendment(cast, sign_in, session):
    first = amended(session, cast)
    client = sign_in(cast.consultant)
    client.post(f"/consult/amend/{first.id}", data=filled())
    second = next(note for note in notes(session) if note.amends_id)
    assert client.get(f"/consult/amend/{first.id}").location == f"/consult/note/{second.id}"
    client.post(f"/consult/amend/{second.id}", data=filled())
    third = next(note for note in notes(session) if note.amends_id == second.id)
    assert client.get(f"/consult/note/{first.id}").text.count("/consult/note/") >= 2
    assert str(second.id) in client.get(f"/consult/note/{third.id}").text


def test_an_amendment_is_judged_by_the_day_of_the_review(cast, sign_in, session):
    first = amended(session, cast)
    past = filled(**{"advice-0-judge_on": str(make.days_ago(2))})
    assert sign_in(cast.consultant).post(f"/consult/amend/{first.id}", data=past).status_code == 302


def test_only_a_consultant_amends_and_a_draft_is_amended_by_nobody(cast, sign_in, session):
    first = amended(session, cast)
    assert sign_in(cast.owner).get(f"/consult/amend/{first.id}").status_code == 403
    draft = make.make_review(session, cast.episode, consultant=cast.consultant.account, signed=False)
    assert sign_in(cast.consultant).get(f"/consult/amend/{draft.id}").status_code == 404


def test_what_is_typed_survives_a_time_out(cast, sign_in, session):
    client = sign_in(cast.consultant)
    typed = filled(**{"advice-0-text": "Half a sentence", "signed": "y"})
    assert client.post(f"/consult/typed/{cast.episode.id}", data=typed).status_code == 204
    page = client.get(url(cast.episode)).text
    assert "Half a sentence" in page
    assert "is restored" in page
    assert "checked" not in page.split('id="signed"')[1].split(">")[0], "a signature is never restored"
    assert notes(session) == [], "and it is no note yet"
    client.post(url(cast.episode), data=filled("draft"))
    assert "Half a sentence" not in client.get(url(cast.episode)).text
    assert (
        sign_in(cast.consultant).post(f"/consult/typed/{cast.strange_episode.id}", data=typed).status_code
        == 404
    )


def typing(client, episode, words, once, **changes):
    """A window sends what is typed in it."""
    data = filled(None, **({"advice-0-text": words, "once": once, "password": None} | changes))
    return client.post(f"/consult/typed/{episode.id}", data=data)


def test_two_windows_of_one_author_do_not_write_over_each_other(cast, sign_in, session):
    client = sign_in(cast.consultant)
    assert typing(client, cast.episode, "From the first", "one").status_code == 204
    assert typing(client, cast.episode, "From the first, longer", "one").status_code == 204
    refused = typing(client, cast.episode, "From the second", "two")
    assert refused.status_code == 409
    for words in (
        "Another tab saved this while you were writing",
        "From the first, longer",
        "From the second",
        'data-typed="one"',
    ):
        assert words in refused.text, words
    assert "From the first, longer" in client.get(url(cast.episode)).text, "nothing was written over"
    known = typing(client, cast.episode, "From the second", "two", typed="one")
    assert known.status_code == 204, "whoever has seen both may go on"
    assert typing(client, cast.episode, "From the first again", "one").status_code == 409


def test_a_window_that_was_restored_goes_on_where_the_other_ended(cast, sign_in, session):
    client = sign_in(cast.consultant)
    typing(client, cast.episode, "Before the time-out", "one")
    page = client.get(url(cast.episode)).text
    assert page.split('name="typed"')[1].split(">")[0].split('value="')[1].startswith("one")
    assert typing(client, cast.episode, "After it", "two", typed="one").status_code == 204


def test_a_draft_saved_in_another_window_is_not_typed_over(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft", impression="Saved elsewhere"))
    refused = typing(client, cast.episode, "Typed here", "two")
    assert refused.status_code == 409
    assert "Saved elsewhere" in refused.text
    version = refused.text.split('data-version="')[1].split('"')[0]
    assert typing(client, cast.episode, "Typed here", "two", version=version).status_code == 204


def test_to_save_or_sign_asks_before_it_takes_what_another_window_typed(cast, sign_in, session):
    client = sign_in(cast.consultant)
    typing(client, cast.episode, "Typed in the first", "one")
    answer = client.post(url(cast.episode), data=filled(once="two"))
    assert answer.status_code == 409
    assert "Typed in the first" in answer.text
    assert notes(session) == []
    assert client.post(url(cast.episode), data=filled(once="two", typed="one")).status_code == 302


def test_typing_after_the_signature_of_another_window_is_told(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft"))
    version = str(notes(session)[0].version)
    client.post(url(cast.episode), data=filled(version=version))
    assert typing(client, cast.episode, "Too late", "two", version=version).status_code == 409


def test_a_reason_of_the_case_opens_its_rule_of_the_clinic(cast, sign_in, session):
    text = sign_in(cast.consultant).get(f"/consult/review/{cast.episode.id}").text
    links = re.findall(r'href="(/protocol/rules[^"]*)"', text)
    assert links
    assert {link.split("#")[0] for link in links} == {f"/protocol/rules?clinic={cast.riverside.id}"}
    assert " · why?" in text
