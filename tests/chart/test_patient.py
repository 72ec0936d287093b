"""The patient page: is the patient safe, better, when last touched, what is next and whose."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, AuditPatient, LabResult
from tests import factories as make
from tests.cast import NOW, TODAY


def page(client, patient, query=""):
    return client.get(f"/chart/{patient.id}{query}")


@pytest.mark.parametrize(
    ("part", "status"),
    [("owner", 200), ("colleague", 200), ("consultant", 200), ("pcp", 200), ("therapist", 200), ("manager", 200),
     ("outsider", 404), ("other_pcp", 404), ("administrator", 403), ("auditor", 403)],
)  # fmt: skip
def test_who_sees_the_chart(cast, sign_in, part, status):
    assert page(sign_in(cast.people[part]), cast.patient).status_code == status


def test_an_open_item_9_is_the_first_thing_told(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[1, 1, 1, 1, 1, 1, 1, 1, 2], taken_on=TODAY)
    text = page(sign_in(cast.owner), cast.patient).text
    assert "Needs action" in text
    assert "Item 9 scored 2 on Nov 20, 2026 and no risk assessment of that score is recorded." in text


def test_never_asked_is_not_safe(cast, sign_in, session):
    text = page(sign_in(cast.owner), cast.patient).text
    assert "Not asked: no item 9 and no risk assessment on record." in text
    assert "never measured" in text


def test_a_patient_without_an_episode_is_offered_a_referral(cast, sign_in, session):
    lone = make.make_patient(session, cast.riverside, family_name="Alone", mrn="R-9")
    text = page(sign_in(cast.owner), lone).text
    assert "Not in collaborative care" in text
    assert f"/episodes/refer/{lone.id}" in text


def test_advice_of_an_earlier_review_stands_there_until_it_is_finished(cast, sign_in, session):
    earlier = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=TODAY - timedelta(days=30)
    )
    accepted = make.make_recommendation(session, earlier, text="Check the sodium", category="labs")
    make.make_decision(session, accepted, kind="accepted", on=TODAY - timedelta(days=20))
    make.make_review(
        session,
        cast.episode,
        consultant=cast.consultant.account,
        recommendations=({"text": "Ask for sleep"},),
    )
    text = page(sign_in(cast.owner), cast.patient).text
    told = text[text.index('id="advice"') :]
    assert told.index("Check the sodium") < told.index("Accepted, to be done") < told.index("6 d late")
    assert told.index("6 d late") < told.index("Ask for sleep") < told.index("To deliver")
    make.make_decision(session, accepted, kind="implemented")
    assert (
        "Check the sodium"
        not in page(sign_in(cast.owner), cast.patient).text.split('id="advice"')[1].split("</section>")[0]
    )


def test_what_each_improvement_followed_stands_under_the_curve(cast, sign_in, session):
    for days, total in ((90, 22), (60, 20), (20, 12)):
        make.make_measure(session, cast.patient, total=total, taken_on=make.days_ago(days))
    assert "after sertraline" not in page(sign_in(cast.owner), cast.patient).text
    drug = make.make_medication(session, cast.patient)
    make.make_dose(session, drug, kind="change", on=make.days_ago(40), dose_mg=100)
    session.commit()
    text = page(sign_in(cast.owner), cast.patient).text
    assert text.count("PHQ-9 fell from") == 1
    curve = text[text.index("PHQ-9 trend") :].partition("</section>")[0]
    assert (
        "PHQ-9 fell from 20 (Sep 21, 2026) to 12 (Oct 31, 2026) after sertraline started at 50 mg on Oct 1, 2026; sertraline "
        "changed to 100 mg on Oct 11, 2026. Which dose did it is not clear: changes lie within 14 days."
        in curve
    )
    before = page(sign_in(cast.owner), cast.patient, f"?as_of={make.days_ago(30)}").text
    assert "PHQ-9 fell from" not in before


def test_of_many_improvements_the_last_two_are_unfolded(cast, sign_in, session):
    events = [{"kind": "start", "on": make.days_ago(190), "dose_mg": 50}]
    for at, days in enumerate((140, 90, 40)):
        events.append({"kind": "change", "on": make.days_ago(days), "dose_mg": 75 + 25 * at})
    make.make_medication(session, cast.patient, events=events)
    cast.episode.referred_on = cast.episode.enrolled_on = make.days_ago(200)
    for days, total in ((195, 27), (150, 22), (100, 17), (50, 12), (5, 4)):
        make.make_measure(session, cast.patient, total=total, taken_on=make.days_ago(days))
    session.commit()
    text = page(sign_in(cast.owner), cast.patient).text
    shown, _, folded = text[text.index("PHQ-9 fell from") :].partition("Earlier improvements (2)")
    assert shown.index("from 12") < shown.index("from 17")
    assert folded.index("from 22") < folded.index("from 27")


def test_reading_leaves_an_audit_row(cast, sign_in, session):
    page(sign_in(cast.colleague), cast.patient)
    seq = session.scalar(select(AuditPatient.seq).where(AuditPatient.patient_id == cast.patient.id))
    act = session.get(AuditEvent, (cast.org.id, seq))
    assert (act.action, act.category, act.account_id) == ("read", "chart", cast.colleague.id)


def test_the_timeline_tells_it_newest_first_and_in_full_on_request(cast, sign_in, session):
    for days in range(40):
        make.make_contact(session, cast.episode, on=TODAY - timedelta(days=days), note=f"note of day {days}")
    client = sign_in(cast.owner)
    text = page(client, cast.patient).text
    assert text.index("note of day 0") < text.index("note of day 1<")
    assert "note of day 39" not in text
    assert "note of day 39" in page(client, cast.patient, "?all=1").text


def test_the_results_of_a_day_stand_in_the_timeline(cast, sign_in, session):
    for code, value, unit in (
        ("lithium_level", 1.3, "mmol/L"),
        ("weight", 70.7604, "kg"),
        ("pdmp", None, ""),
    ):
        row = LabResult(org_id=cast.org.id, patient_id=cast.patient.id, code=code, value=value, unit=unit,
                        on=TODAY, recorded_at=NOW)  # fmt: skip
        session.add(row)
    session.commit()
    text = page(sign_in(cast.owner), cast.patient).text
    assert text.count("Results</b>") == 1
    for told in ("Lithium level, 12-hour trough 1.3 mmol/L", "Weight 70.8 kg", "PDMP check done"):
        assert told in text


def test_another_clinics_episode_is_not_found(cast, sign_in):
    answer = page(sign_in(cast.owner), cast.patient, f"?episode={cast.strange_episode.id}")
    assert answer.status_code == 404


def test_the_plans_made_with_the_patient_are_named_and_reached(cast, sign_in, session):
    browser = sign_in(cast.owner)
    assert "No plan made with the patient yet." in browser.get(f"/chart/{cast.patient.id}").text
    make.make_care_plan(session, cast.patient, made_on=make.days_ago(40))
    make.make_care_plan(session, cast.patient, made_on=make.days_ago(9))
    make.make_care_plan(session, cast.patient, kind="relapse_prevention", made_on=make.days_ago(2))
    session.commit()
    page = " ".join(browser.get(f"/chart/{cast.patient.id}").text.split())
    assert "Care plan of Nov 11, 2026. Relapse prevention plan of Nov 18, 2026." in page
    assert f"/plans/progress/{cast.patient.id}" in page
    assert "Care plan made" in page
    assert "Care plan changed" in page


def test_the_goal_is_that_of_the_care_plan_that_stood_on_the_day(cast, sign_in, session):
    cast.episode.target = "Feel better"
    make.make_care_plan(
        session, cast.patient, made_on=make.days_ago(9), content={"goals": [{"words": "Back to my kitchen"}]}
    )
    session.commit()
    browser = sign_in(cast.owner)
    now = page(browser, cast.patient).text
    assert "Back to my kitchen" in now
    assert "Feel better" not in now
    before = page(browser, cast.patient, f"?as_of={make.days_ago(20)}").text
    assert "Feel better" in before
    assert "Back to my kitchen" not in before
    assert (
        "goal: Back to my kitchen" in sign_in(cast.consultant).get(f"/consult/review/{cast.episode.id}").text
    )


def test_a_positive_safety_item_long_after_the_close_is_open_on_the_chart(cast, sign_in, session):
    """Two years after the discharge the school nurse enters a PHQ-A: nobody may read that nothing is open."""
    cast.episode.referred_on, cast.episode.enrolled_on = make.days_ago(900), make.days_ago(890)
    cast.episode.closed_on, cast.episode.close_reason = make.days_ago(500), "graduated"
    make.make_measure(session, cast.patient, items=[0] * 9, taken_on=make.days_ago(600))
    make.make_measure(
        session, cast.patient, instrument="phq_a", items=[0] * 8 + [1], taken_on=TODAY,
        extras={"suicidal_past_month": 1},
    )  # fmt: skip
    session.commit()
    page = sign_in(cast.owner).get(f"/chart/{cast.patient.id}").text
    text = " ".join(page.split())
    assert "None reported" not in text
    assert "scored 1 on Nov 20, 2026" in text


def test_advice_on_a_drug_that_is_held_says_so(cast, sign_in, session):
    note = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(7))
    make.make_recommendation(session, note, text="Increase sertraline from 50 to 100 mg")
    medication = make.make_medication(session, cast.patient)
    client = sign_in(cast.owner)
    assert "Sertraline held since" not in page(client, cast.patient).text
    make.make_dose(session, medication, kind="hold", on=make.days_ago(3), dose_mg=None)
    told = page(client, cast.patient).text.split('id="advice"')[1].split("</section>")[0]
    assert "Sertraline held since Nov 17, 2026." in told


def test_the_weeks_of_treatment_end_with_the_episode(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, family_name="Done", mrn="R-9")
    make.make_episode(
        session, patient, status="closed", referred_on=make.days_ago(410), closed_on=make.days_ago(323)
    )
    text = " ".join(page(sign_in(cast.owner), patient).text.split())
    assert re.search(r"Weeks of treatment</\w+> *<\w+[^>]*> *11 *<", text)
    assert "Closed Jan 1, 2026, enrolled Oct 16, 2025" in text
    assert "Next action" not in text


def test_an_episode_that_had_not_begun_by_the_day_is_none_of_another_clinic(cast, sign_in, session):
    client, asked = sign_in(cast.owner), f"?episode={cast.episode.id}&as_of="
    before = page(client, cast.patient, f"{asked}{make.days_ago(200)}")
    assert before.status_code == 200
    assert "No episode had begun by that day." in before.text
    make.make_episode(
        session, cast.patient, status="closed", referred_on=make.days_ago(400), closed_on=make.days_ago(300)
    )
    then = page(client, cast.patient, f"{asked}{make.days_ago(350)}")
    assert "Enrolled Oct 26, 2025" in " ".join(then.text.split())
    strange = page(client, cast.patient, f"?episode={cast.strange_episode.id}&as_of={make.days_ago(350)}")
    assert strange.status_code == 404


def test_nobody_has_an_age_before_birth(cast, sign_in):
    text = " ".join(page(sign_in(cast.owner), cast.patient, "?as_of=1900-01-01").text.split())
    assert 'class="muted"> M · DOB' in text


def test_what_was_said_of_means_stands_in_the_timeline_with_its_label(cast, sign_in, session):
    make.make_assessment(session, cast.patient, means="Not discussed in detail")
    assert "Access to means: Not discussed in detail" in page(sign_in(cast.owner), cast.patient).text


def test_an_episode_has_one_word_for_its_status(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, family_name="Sought", mrn="R-9")
    make.make_episode(session, patient, status="outreach")
    text = page(sign_in(cast.owner), patient).text
    assert "Episode: outreach" in text
    assert "In outreach" not in text
