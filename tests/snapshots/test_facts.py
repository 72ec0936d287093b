"""Rows to facts: the time of an episode, what does not count, and no statement more for more patients. Both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from registry.clinical.findings import findings
from registry.clinical.prompts import open_prompts
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.clinical.therapy import therapies_of
from registry.models import Combination, Consent, DoseStep, Episode, TherapyCourse, TherapySession
from registry.snapshots import snapshot, snapshots
from tests import factories as make
from tests.cast import NOW, TODAY


def totals(session, episode):
    return [score.total for score in snapshot(session, episode.org_id, episode.id).facts.scores]


def scored(session, patient, days, total):
    return make.make_measure(session, patient, items=None, total=total, taken_on=TODAY - timedelta(days=days))


def test_an_episode_has_the_scores_of_its_own_time(cast, session):
    patient = make.make_patient(session, cast.riverside, family_name="Again", mrn="R-70")
    first = make.make_episode(
        session, patient, care_manager=cast.owner.account, status="closed",
        referred_on=TODAY - timedelta(days=400), closed_on=TODAY - timedelta(days=200),
    )  # fmt: skip
    second = make.make_episode(
        session, patient, care_manager=cast.owner.account, referred_on=TODAY - timedelta(days=60)
    )
    for days, total in ((600, 1), (390, 2), (210, 3), (160, 4), (20, 5)):
        scored(session, patient, days, total)
    assert totals(session, first) == [2, 3, 4], "the watch after the close ends where the next episode begins"
    assert totals(session, second) == [5]


def test_long_after_the_close_what_asks_about_suicide_is_kept_until_another_episode_begins(cast, session):
    patient = make.make_patient(session, cast.riverside, family_name="Later", mrn="R-71")
    first = make.make_episode(
        session, patient, care_manager=cast.owner.account, status="closed",
        referred_on=TODAY - timedelta(days=900), closed_on=TODAY - timedelta(days=500),
    )  # fmt: skip
    make.make_measure(
        session, patient, instrument="gad7", items=None, total=7, taken_on=TODAY - timedelta(days=90)
    )
    make.make_measure(
        session, patient, instrument="phq_a", items=[0] * 8 + [1], taken_on=TODAY - timedelta(days=90)
    )
    assert totals(session, first) == [1], "no watch over relapse that long, and no safety item missed"
    make.make_episode(
        session, patient, care_manager=cast.owner.account, referred_on=TODAY - timedelta(days=200)
    )
    assert totals(session, first) == []


def test_what_was_entered_in_error_is_no_fact(cast, session):
    scored(session, cast.patient, 5, 12).in_error = True
    make.make_contact(session, cast.episode, on=TODAY, in_error=True)
    seen = snapshot(session, cast.org.id, cast.episode.id).facts
    assert (seen.scores, seen.contacts) == ((), ())


def test_answers_come_on_request_alone(cast, session):
    make.make_measure(session, cast.patient, items=[1] * 9, taken_on=TODAY)
    chosen = select(Episode.id).where(Episode.id == cast.episode.id)
    (plain,), (full,) = (snapshots(session, cast.org.id, chosen, answers=wanted) for wanted in (False, True))
    assert plain.facts.scores[0].items is None
    assert full.facts.scores[0].items == (1,) * 9
    assert plain.facts.scores[0].by_item


def test_what_a_contact_tells_of_the_medication_is_a_fact(cast, session):
    make.make_contact(session, cast.episode, on=TODAY - timedelta(days=1), adherence="all")
    make.make_contact(session, cast.episode, on=TODAY)
    told = snapshot(session, cast.org.id, cast.episode.id).facts.contacts
    assert [contact.adherence for contact in told] == ["all", ""]


def test_an_unsigned_review_advises_nobody(cast, session):
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account, signed=False)
    make.make_recommendation(session, review, category="increase", text="More.")
    assert snapshot(session, cast.org.id, cast.episode.id).facts.reviews == ()


def test_a_thousand_patients_take_no_more_statements_than_one(engine, cast, session):
    def statements() -> int:
        sent = []
        event.listen(engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
        chosen = select(Episode.id).where(Episode.clinic_id == cast.riverside.id)
        found = snapshots(session, cast.org.id, chosen)
        assert found
        return len(sent)

    one = statements()
    for number in range(20):
        patient = make.make_patient(session, cast.riverside, family_name=f"P{number}", mrn=f"R-8{number}")
        make.make_episode(session, patient, care_manager=cast.owner.account)
    session.commit()
    assert statements() <= 2 * one, "the second listener counts beside the first"


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("lisinopril", "lisinopril + lithium"),
        ("lisinopril hydrochlorothiazide", "hydrochlorothiazide + lisinopril + lithium"),
        ("lisinopril/hydrochlorothiazide", "hydrochlorothiazide + lisinopril + lithium"),
        ("lisinopril-hctz", "hydrochlorothiazide + lisinopril + lithium"),
        ("losartan / hydrochlorothiazide", "hydrochlorothiazide + lithium + losartan"),
        ("amlodipine-benazepril", "benazepril + lithium"),
        ("zestoretic", "hydrochlorothiazide + lisinopril + lithium"),
        ("diovan hct 160/12.5 mg", "hydrochlorothiazide + lithium + valsartan"),
        ("naproxen 500 mg as needed", "lithium + naproxen"),
    ],
)
def test_a_drug_for_the_body_that_bears_on_one_for_the_mind_is_known_to_every_rule(
    cast, session, name, about
):
    make.make_medication(session, cast.patient, name="lithium")
    make.make_medication(session, cast.patient, name=name, psychotropic=False)
    for other in ("metformin", "amlodipine / atorvastatin", "insulin glargine", "co-trimoxazole"):
        make.make_medication(session, cast.patient, name=other, psychotropic=False)
    facts = snapshot(session, cast.org.id, cast.episode.id).facts
    assert [drug.name for drug in facts.beside] == [name]
    assert ("lithium", about) in {(one.code, one.about) for one in open_prompts(facts, TODAY)}


def test_consents_are_known_as_they_stood_on_each_day(cast, session):
    make.make_consent(session, cast.episode, given_on=make.days_ago(5))
    kept = {days: since(session, cast, days) for days in (0, 10)}
    assert kept[0] == kept[10] != make.days_ago(5), "a renewed consent takes nothing from the earlier one"
    for consent in session.scalars(select(Consent).where(Consent.episode_id == cast.episode.id)):
        consent.withdrawn_on = make.days_ago(1)
    assert (since(session, cast, 0), since(session, cast, 10)) == (None, kept[10])


def since(session, cast, days):
    """From when consent stood on a day."""
    return as_of(session, cast, days).consented_on


@pytest.mark.parametrize(("hour", "planned_on"), [(15, make.days_ago(0)), (3, make.days_ago(1))])
def test_a_plan_is_no_fact_of_the_days_before_it_was_made(cast, session, hour, planned_on):
    """The clinic's day counts: 3 o'clock in UTC is yesterday evening there."""
    drug = make.make_medication(
        session,
        cast.patient,
        name="alprazolam",
        events=[{"kind": "start", "on": make.days_ago(200), "dose_mg": 1}],
    )
    step = DoseStep(
        org_id=cast.org.id, patient_id=cast.patient.id, medication_id=drug.id, kind="reassess",
        planned_on=make.days_ago(-30), recorded_at=NOW.replace(hour=hour),
    )  # fmt: skip
    before = findings(as_of(session, cast, 20), DEFAULT_PROTOCOL, make.days_ago(20))
    session.add(step)
    assert [one.told_on for one in as_of(session, cast, 0).care.steps] == [planned_on]
    assert findings(as_of(session, cast, 20), DEFAULT_PROTOCOL, make.days_ago(20)) == before
    assert "RX4" in {one.code for one in before}


def as_of(session, cast, days):
    """The facts as they were known on a day."""
    return snapshot(session, cast.org.id, cast.episode.id).facts.as_of(make.days_ago(days))


def test_what_stood_open_in_a_closed_episode_does_not_judge_the_next(cast, session):
    patient = make.make_patient(session, cast.riverside, pcp=cast.provider, family_name="Again", mrn="R-71")
    make.make_episode(
        session, patient, status="closed", referred_on=make.days_ago(800), enrolled_on=make.days_ago(790),
        closed_on=make.days_ago(500), care_manager=cast.owner.account,
    )  # fmt: skip
    second = make.make_episode(
        session,
        patient,
        referred_on=make.days_ago(20),
        enrolled_on=make.days_ago(10),
        care_manager=cast.owner.account,
    )
    own = {"org_id": cast.org.id, "patient_id": patient.id, "recorded_at": NOW}
    session.add(Combination(**own, on=make.days_ago(780), model="split"))
    session.add(course := TherapyCourse(**own, started_on=make.days_ago(780), modality="cbt"))
    facts = snapshot(session, cast.org.id, second.id).facts
    assert facts.earlier_closed_on == make.days_ago(500)
    assert {"TH1", "CC2"}.isdisjoint(one.code for one in findings(facts, DEFAULT_PROTOCOL, TODAY))
    assert [one.goes_on for one in therapies_of(facts)] == [False], "it is told, and not judged"
    session.flush()
    session.add(TherapySession(**own, therapy_course_id=course.id, on=make.days_ago(2), attended=True))
    assert [one.goes_on for one in therapies_of(snapshot(session, cast.org.id, second.id).facts)] == [True]
