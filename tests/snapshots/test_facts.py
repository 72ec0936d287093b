"""Rows to facts: the time of an episode, what does not count, and no statement more for more patients. Both databases."""

from datetime import timedelta

from sqlalchemy import event, select

from registry.models import Episode
from registry.snapshots import snapshot, snapshots
from tests import factories as make
from tests.cast import TODAY


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
