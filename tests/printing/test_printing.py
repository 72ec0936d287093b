"""Packets in the background and the PCP's page."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from registry.extensions import db
from registry.jobs import packets
from registry.jobs.runner import Works
from registry.models import AuditEvent, Document, Pathway, PathwayEvent
from tests import factories as make
from tests.cast import NOW, TODAY


@pytest.fixture
def works(app):
    with app.app_context():
        return Works(db.engine, app.config["AUDIT_KEYS"], "", "registry@example.org", "http://localhost")


def words(content):
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def order(browser, cast, *episodes, **fields):
    data = {
        "clinic": str(cast.riverside.id),
        "on": TODAY.isoformat(),
        "episode": [str(e.id) for e in episodes],
    }
    return browser.post("/printing/packet", data={**data, **fields})


def test_a_packet_is_ordered_rendered_and_kept_with_its_checksums(cast, sign_in, session, works):
    make.make_measure(session, cast.patient, items=[2] * 8 + [1], taken_on=TODAY)
    browser = sign_in(cast.owner)
    progress = order(browser, cast, cast.episode)
    assert progress.status_code == 302
    assert "0 of 1 patients" in browser.get(progress.location).text
    session.commit()
    assert packets.render_waiting(works) == 1
    assert packets.render_waiting(works) == 0, "done once"
    document = session.scalars(select(Document)).one()
    assert (document.state, document.done, document.total) == ("ready", 1, 1)
    answer = browser.get(f"/printing/{document.id}")
    assert answer.mimetype == "application/pdf"
    text = words(answer.data)
    assert cast.patient.family_name in text
    assert "no risk assessment of that score" in " ".join(text.split())
    bar = browser.get(progress.location, headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in bar, "a finished bar asks no more"
    last = session.scalars(
        select(AuditEvent).order_by(AuditEvent.seq.desc()).where(AuditEvent.action == "open_packet")
    )
    assert last.first().detail["sha256"] == document.sha256


def test_a_completed_mdq_stands_among_the_diagnostic_checks(cast, sign_in, session, works):
    answers = (*(1,) * 8, *(0,) * 5, 1, 2)
    make.make_measure(session, cast.patient, instrument="mdq", items=answers, taken_on=make.days_ago(3))
    make.make_measure(session, cast.patient, instrument="audit_c", items=(0, 0, 1), taken_on=make.days_ago(3))
    browser = sign_in(cast.owner)
    order(browser, cast, cast.episode)
    session.commit()
    packets.render_waiting(works)
    document = session.scalars(select(Document)).one()
    text = " ".join(words(browser.get(f"/printing/{document.id}").data).split())
    assert "Yes: Bipolar screen (MDQ 8, Nov 17, 2026)" in text
    assert "Alcohol or drugs (AUDIT-C 1; drugs not asked, Nov 17, 2026)" in text


def test_two_workers_render_a_packet_once(cast, sign_in, session, works):
    order(sign_in(cast.owner), cast, cast.episode)
    session.commit()
    org_id, document_id = cast.org.id, session.scalars(select(Document.id)).one()
    session.commit()
    assert packets.render(works, org_id, document_id)
    assert not packets.render(works, org_id, document_id)


def test_an_empty_selection_prints_the_agenda(cast, sign_in, session):
    answer = sign_in(cast.owner).post(
        "/printing/packet", data={"clinic": str(cast.riverside.id), "on": TODAY.isoformat()}
    )
    assert "/printing/progress/" in answer.location
    assert session.scalars(select(Document)).one().episode_ids == [str(cast.episode.id)], (
        "new, never reviewed"
    )


def test_an_empty_agenda_says_so(cast, sign_in, session):
    cast.episode.closed_on = TODAY
    session.commit()
    browser = sign_in(cast.owner)
    answer = browser.post(
        "/printing/packet", data={"clinic": str(cast.riverside.id), "on": TODAY.isoformat()}
    )
    assert answer.location == "/printing/"
    assert "Nobody is on the agenda of that day." in browser.get("/printing/").text


def test_another_clinics_patient_is_in_nobodys_packet(cast, sign_in, session):
    assert order(sign_in(cast.owner), cast, cast.episode, cast.strange_episode).status_code == 404
    assert order(sign_in(cast.outsider), cast, cast.episode).status_code == 404
    assert not session.scalars(select(Document)).all()


@pytest.mark.parametrize("rubbish", ["not-a-uuid", "", "1"])
def test_a_bad_row_is_told_and_nothing_is_ordered(cast, sign_in, session, rubbish):
    answer = sign_in(cast.owner).post("/printing/packet", data={"episode": [rubbish]})
    assert answer.location == "/printing/"
    assert not session.scalars(select(Document)).all()


def test_a_panel_reader_opens_no_packet_with_others_patients(cast, sign_in, session, works):
    other = make.make_patient(
        session, cast.riverside, family_name="Elsewhere", mrn="R-60", pcp=cast.other_provider
    )
    episode = make.make_episode(session, other, care_manager=cast.owner.account)
    order(sign_in(cast.owner), cast, cast.episode, episode)
    document_id = session.scalars(select(Document.id)).one()
    assert sign_in(cast.pcp).get(f"/printing/{document_id}").status_code == 404
    assert sign_in(cast.outsider).get(f"/printing/{document_id}").status_code == 404


def test_the_summary_is_one_page_with_the_decisions_first(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[2] * 8 + [0], taken_on=TODAY - timedelta(days=70))
    make.make_measure(session, cast.patient, items=[2] * 8 + [0], taken_on=TODAY)
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account)
    make.make_recommendation(session, review, category="increase", text="Raise sertraline from 50 to 100 mg.")
    answer = sign_in(cast.pcp).get(f"/printing/summary/{cast.patient.id}")
    assert answer.mimetype == "application/pdf"
    assert len(PdfReader(BytesIO(answer.data)).pages) == 1
    text = words(answer.data)
    assert text.index("Raise sertraline") < text.index("Treatment")
    assert "Accept" in text


def summary_words(browser, cast):
    return " ".join(words(browser.get(f"/printing/summary/{cast.patient.id}").data).split())


def packet_words(browser, cast, session, works):
    session.commit()
    order(browser, cast, cast.episode)
    session.commit()
    packets.render_waiting(works)
    document = session.scalars(select(Document)).one()
    return " ".join(words(browser.get(f"/printing/{document.id}").data).split())


def test_advice_to_continue_asks_the_pcp_for_nothing(cast, sign_in, session):
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account)
    make.make_recommendation(session, review, category="continue", text="Continue as now.")
    text = summary_words(sign_in(cast.pcp), cast)
    assert "Nothing to decide today" in text
    assert "Accept" not in text
    assert "1 Continue as now." in text


@pytest.mark.parametrize(("days", "stands"), [(7, True), (0, True), (-1, False)])
def test_a_day_of_judgment_that_has_passed_is_not_next(cast, sign_in, session, days, stands):
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(40))
    make.make_recommendation(
        session, review, category="increase", text="Raise it.", judge_on=TODAY + timedelta(days)
    )
    assert ("Team: judges" in summary_words(sign_in(cast.pcp), cast)) is stands


def test_the_goals_of_the_care_plan_come_before_the_goal_of_the_enrollment(cast, sign_in, session, works):
    cast.episode.target = "Feel better"
    session.commit()
    browser = sign_in(cast.owner)
    assert "Goals: Feel better" in summary_words(browser, cast)
    for days, goal in ((9, "Sleep through"), (3, "Back to my kitchen")):
        content = {"goals": [{"words": goal}, {"words": "See my sister"}]}
        make.make_care_plan(session, cast.patient, made_on=make.days_ago(days), content=content)
    session.commit()
    assert "Goals: Back to my kitchen; See my sister" in summary_words(browser, cast)
    order(browser, cast, cast.episode)
    session.commit()
    packets.render_waiting(works)
    document = session.scalars(select(Document)).one()
    packet = " ".join(words(browser.get(f"/printing/{document.id}").data).split())
    assert "goal: Back to my kitchen; See my sister." in packet


def test_paper_tells_the_pathway_and_what_happened_on_it(cast, sign_in, session, works):
    org, patient = cast.org.id, cast.patient.id
    path = Pathway(org_id=org, patient_id=patient, kind="opioid_use", started_on=make.days_ago(40), part_2=True,
                   details={"naloxone": "In the kitchen;\nmy brother", "supports": ""}, recorded_at=NOW)  # fmt: skip
    session.add(path)
    session.flush()
    for kind, value, days in (
        ("consent", "tpo", 30),
        ("return_to_use", "", 20),
        ("adjusted", "dose", 19),
        ("urine_screen", "expected", 5),
    ):
        session.add(PathwayEvent(org_id=org, patient_id=patient, pathway_id=path.id, kind=kind, value=value,
                                 on=make.days_ago(days), recorded_at=NOW))  # fmt: skip
    session.commit()
    browser = sign_in(cast.owner)
    told = (
        "Opioid use: medication treatment: since Oct 11, 2026; urine screen: as expected, Nov 15, 2026; "
        "treatment adjusted together: dose, Nov 1, 2026; return to use, Oct 31, 2026."
    )
    packet = packet_words(browser, cast, session, works)
    assert "Naloxone at home: In the kitchen; my brother" in packet
    assert "Urine drug screen as expected on Nov 15, 2026" in packet, (
        "the laboratory's line knows the pathway's screen"
    )
    for paper in (summary_words(browser, cast), packet):
        assert told in paper
        assert "42 CFR Part 2 prohibits unauthorized use or disclosure of these records." in paper
        assert "Shared under the patient's written consent (everybody who treats" in paper
        assert "withheld" not in paper


@pytest.mark.parametrize(("role", "name"), [("pcp", "PCP"), ("care_manager", "Maria Ortiz")])
def test_a_question_says_by_whom_it_is_asked(cast, sign_in, session, works, role, name):
    make.make_mark(session, cast.episode, text="Dose or switch?", by_role=role)
    assert f"{name} asks: Dose or switch?" in packet_words(sign_in(cast.owner), cast, session, works)


def test_checks_of_one_day_are_told_in_one_breath(cast, sign_in, session, works):
    for topic, days in (("psychosis", 9), ("trauma", 9), ("eating", 2)):
        make.make_check(session, cast.patient, topic=topic, on=make.days_ago(days))
    text = packet_words(sign_in(cast.owner), cast, session, works)
    assert "No: Psychosis, Trauma (Nov 11, 2026); Eating disorder (Nov 18, 2026)." in text


@pytest.mark.parametrize(("sex", "asked"), [("male", False), ("female", True), ("unknown", True)])
def test_of_a_man_it_is_not_unknown_whether_he_is_pregnant(cast, sign_in, session, works, sex, asked):
    cast.patient.sex = sex
    text = packet_words(sign_in(cast.owner), cast, session, works)
    assert ("Pregnancy or lactation" in text) is asked


def test_an_assessment_is_told_once(cast, sign_in, session):
    make.make_assessment(session, cast.patient, on=make.days_ago(2))
    session.commit()
    assert summary_words(sign_in(cast.owner), cast).count("C-SSRS") == 1


def test_what_was_asked_about_means_stands_until_it_is_asked_again(cast, sign_in, session, works):
    make.make_assessment(
        session, cast.patient, on=make.days_ago(9), means="No firearms.", protective="Sister"
    )
    make.make_assessment(session, cast.patient, on=make.days_ago(2), protective="Sister, choir")
    text = packet_words(sign_in(cast.owner), cast, session, works)
    assert "Firearms and means: No firearms (Nov 11, 2026)." in text
    assert "Protective factors: Sister, choir." in text


@pytest.mark.parametrize(
    ("condition", "code", "words"),
    [
        ("other", "F11.20", "year-old with F11.20;"),
        ("other", "", "year-old with another condition;"),
        ("depression", "F33.1", "year-old with depression (F33.1);"),
    ],
)
def test_another_condition_is_told_by_its_code(cast, sign_in, session, works, condition, code, words):
    cast.episode.primary_condition, cast.episode.icd10 = condition, code
    assert words in packet_words(sign_in(cast.owner), cast, session, works)


def test_a_medication_that_asks_for_no_reading_has_nothing_due(cast, sign_in, session):
    make.make_medication(session, cast.patient, name="sertraline")
    session.commit()
    text = summary_words(sign_in(cast.owner), cast)
    assert "Monitoring due Nothing is due" in text
    assert "sertraline 50 mg, started" in text


def test_the_pcp_is_told_what_the_rules_ask_of_whoever_prescribes(cast, sign_in, session):
    make.make_medication(session, cast.patient, name="sertraline")
    make.make_medication(session, cast.patient, name="ibuprofen", psychotropic=False)
    session.commit()
    text = summary_words(sign_in(cast.owner), cast)
    assert "Please look at:" in text
    assert "Not answered: sertraline with ibuprofen: more bleeding." in text


def test_a_short_case_has_room_for_the_bars_of_its_trials(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[2] * 8 + [0], taken_on=make.days_ago(70))
    start = {"kind": "start", "on": make.days_ago(60), "dose_mg": 50}
    make.make_medication(session, cast.patient, name="sertraline", events=[start])
    session.commit()
    assert "Bars: medication trials" in summary_words(sign_in(cast.owner), cast)


@pytest.mark.parametrize("questions", [["Raise or switch?"], ["Raise or switch?", "Bipolar?"]])
def test_each_open_question_is_printed_once(cast, sign_in, session, works, questions):
    for days, question in zip((3, 0), questions, strict=False):
        make.make_mark(session, cast.episode, text=question, on=make.days_ago(days), who=cast.owner.account)
    session.commit()
    packet = packet_words(sign_in(cast.owner), cast, session, works)
    assert [packet.count(question) for question in questions] == [1] * len(questions)


def test_what_the_safety_plan_says_of_means_stands_where_no_assessment_told_it(cast, sign_in, session, works):
    plan = make.make_plan(session, cast.patient, made_on=make.days_ago(3), who=cast.owner.account)
    plan.parts = {"signs": "Nights", "counselled": ["firearms"], "agreed": "Brother keeps the gun"}
    session.commit()
    packet = packet_words(sign_in(cast.owner), cast, session, works)
    assert "Firearms and means: Firearms. Brother keeps the gun." in packet


def test_unknown_is_printed_as_unknown(cast, sign_in):
    text = words(sign_in(cast.owner).get(f"/printing/summary/{cast.patient.id}").data)
    assert "Not asked: no item 9 and no risk assessment on record." in text


def test_who_prints(cast, sign_in):
    allowed = {"owner", "colleague", "consultant", "pcp", "therapist", "manager"}
    for part, person in cast.people.items():
        expected = 200 if part in allowed else 404 if part in {"outsider", "other_pcp"} else 403
        assert sign_in(person).get(f"/printing/summary/{cast.patient.id}").status_code == expected, part


def test_a_pathway_answers_a_check_that_a_form_denied(cast, sign_in, session, works):
    make.make_check(session, cast.patient, topic="bipolar", positive=False, on=make.days_ago(9))
    path = Pathway(org_id=cast.org.id, patient_id=cast.patient.id, kind="bipolar", started_on=make.days_ago(5), details={},
                   recorded_at=NOW)  # fmt: skip
    session.add(path)
    session.commit()
    assert "Yes: Bipolar screen (on the pathway Bipolar disorder, Nov 15, 2026)" in packet_words(
        sign_in(cast.owner), cast, session, works
    )


def test_an_item_9_hidden_in_a_bare_total_is_told_as_not_known_and_never_as_not_asked(
    cast, sign_in, session, works
):
    make.make_measure(session, cast.patient, items=[2] * 8 + [None], taken_on=make.days_ago(30))
    make.make_measure(session, cast.patient, total=18, taken_on=make.days_ago(4))
    session.commit()
    browser = sign_in(cast.owner)
    order(browser, cast, cast.episode)
    session.commit()
    packets.render_waiting(works)
    document = session.scalars(select(Document)).one()
    packet = " ".join(words(browser.get(f"/printing/{document.id}").data).split())
    page = " ".join(words(browser.get(f"/printing/summary/{cast.patient.id}").data).split())
    assert "Item 9: not known on Nov 16, 2026; not answered on Oct 21, 2026" in packet
    assert "(item 9: not known)" in packet
    assert "Moderately severe not known" in page
    for told in (packet, page):
        assert "not asked on" not in told.replace("Not asked on", "")
