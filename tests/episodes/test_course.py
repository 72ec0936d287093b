"""From referral to a coded close: legal moves, refusals with a sentence, hand-over."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.models import Consent, Episode, EpisodeStatus, NextAction
from tests import factories as make
from tests.cast import TODAY

pytestmark = pytest.mark.databases("sqlite", "postgresql")


def day(days=0):
    return (TODAY - timedelta(days=days)).isoformat()


def consent(**changes):
    return {"on": day(3), "given_by": "patient", "how": "verbal", "script_version": "2026-01",
            "cost_share_told": "y", "consult_permitted": "y", **changes}  # fmt: skip


def enrolment(cast, **changes):
    return {"on": day(1), "primary_condition": "depression", "icd10": "f33.1", "primary_scale": "phq9",
            "care_manager_id": str(cast.owner.id), "consultant_id": str(cast.consultant.id), "therapist_id": "",
            "target": "Walk the dog", "psychosocial": "", "version": "1", **changes}  # fmt: skip


def statuses(session, episode):
    rows = select(EpisodeStatus.status).where(EpisodeStatus.episode_id == episode.id)
    return list(session.scalars(rows.order_by(EpisodeStatus.on, EpisodeStatus.recorded_at)))


def test_the_whole_way(cast, sign_in, session):
    client = sign_in(cast.owner)
    patient = make.make_patient(session, cast.riverside, family_name="Way", mrn="R-10")
    client.post(f"/episodes/refer/{patient.id}", data={"on": day(10), "care_manager_id": str(cast.owner.id)})
    episode = session.scalars(select(Episode).where(Episode.patient_id == patient.id)).one()
    first = session.scalars(select(NextAction).where(NextAction.episode_id == episode.id)).one()
    assert (first.action, first.due_on) == ("First outreach call", TODAY - timedelta(days=8)), (
        "E2: within two days"
    )
    path = f"/episodes/{episode.id}"
    for step, data in (
        ("/move/outreach", {"on": day(8)}),
        ("/consent", consent()),
        ("/enrol", enrolment(cast)),
        ("/move/relapse_prevention", {"on": day()}),
        ("/move/enrolled", {"on": day()}),
        ("/close", {"on": day(), "reason": "graduated"}),
    ):
        answer = client.post(path + step, data=data)
        assert answer.status_code == 302, (step, answer.text[:2000])
    episode = session.get(Episode, (cast.org.id, episode.id))
    assert (episode.icd10, episode.enrolled_on, episode.closed_on, episode.close_reason) == (
        "F33.1", TODAY - timedelta(days=1), TODAY, "graduated",
    )  # fmt: skip
    assert set(statuses(session, episode)) == {
        "referred", "outreach", "consented", "enrolled", "relapse_prevention", "closed",
    }  # fmt: skip
    page = client.get(path).text
    assert "This episode is closed" in page
    assert client.post(f"/episodes/refer/{patient.id}", data={"on": day()}).status_code == 302, (
        "a new episode"
    )


@pytest.mark.parametrize(
    ("status", "step", "data", "sentence"),
    [
        ("referred", "/enrol", "enrolment", "cannot become enrolled"),
        ("enrolled", "/move/outreach", {"on": "2026-11-20"}, "cannot become outreach"),
        ("enrolled", "/close", {"on": "2026-11-20", "reason": ""}, "Choose the reason."),
        ("enrolled", "/close", {"on": "2020-01-01", "reason": "withdrew"}, "give that day or a later one"),
        ("enrolled", "/close", {"on": "2027-01-01", "reason": "withdrew"}, "in the future"),
        ("closed", "/close", {"on": "2026-11-20", "reason": "withdrew"}, "stays closed"),
        ("referred", "/consent", {"on": "2026-11-19", "given_by": "patient", "how": "verbal", "script_version": "1"},
         "Explain cost sharing"),
    ],
)  # fmt: skip
def test_an_illegal_move_is_refused_with_a_sentence(cast, sign_in, session, status, step, data, sentence):
    patient = make.make_patient(session, cast.riverside, family_name="Refused", mrn="R-11")
    episode = make.make_episode(session, patient, care_manager=cast.owner.account, status=status)
    before = statuses(session, episode)
    sent = enrolment(cast, version=str(episode.version)) if data == "enrolment" else data
    answer = sign_in(cast.owner).post(f"/episodes/{episode.id}{step}", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert statuses(session, episode) == before, "nothing half-written"


@pytest.mark.parametrize("scale", ["pcl5", "psc17", "scared_parent"])
def test_other_scales_can_be_primary(cast, sign_in, session, scale):
    patient = make.make_patient(
        session, cast.riverside, family_name="Scale", mrn="R-12", birth_date=date(2014, 5, 1)
    )
    episode = make.make_episode(session, patient, care_manager=cast.owner.account, status="consented")
    client = sign_in(cast.owner)
    assert "await clinical sign-off" in client.get(f"/episodes/{episode.id}/enrol").text
    sent = enrolment(cast, version=str(episode.version), primary_scale=scale)
    assert client.post(f"/episodes/{episode.id}/enrol", data=sent).status_code == 302
    assert session.get(Episode, (cast.org.id, episode.id)).primary_scale == scale
    title = {"pcl5": "PCL-5", "psc17": "PSC-17", "scared_parent": "SCARED, parent"}[scale]
    assert title in client.get(f"/episodes/{episode.id}").text


@pytest.mark.parametrize(
    ("scale", "sentence"),
    [
        ("smfq_child", "The SMFQ, child cannot be the primary scale: no published number says when"),
        ("vanderbilt_teacher", "The Vanderbilt, teacher cannot be the primary scale"),
        ("psc17", "The PSC-17 is for ages 4 to 17; the patient is"),
        ("audit_c", "Choose a primary scale."),
    ],
)
def test_a_scale_that_cannot_be_judged_is_refused_with_a_sentence(cast, sign_in, session, scale, sentence):
    patient = make.make_patient(session, cast.riverside, family_name="Scale", mrn="R-12")
    episode = make.make_episode(session, patient, care_manager=cast.owner.account, status="consented")
    sent = enrolment(cast, version=str(episode.version), primary_scale=scale)
    answer = sign_in(cast.owner).post(f"/episodes/{episode.id}/enrol", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.get(Episode, (cast.org.id, episode.id)).enrolled_on is None


def test_an_open_item_9_keeps_the_episode_open(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[1] * 9, taken_on=TODAY)
    answer = sign_in(cast.owner).post(
        f"/episodes/{cast.episode.id}/close", data={"on": day(), "reason": "withdrew"}
    )
    assert answer.status_code == 422
    assert "record the risk assessment before closing" in answer.text


def test_the_form_that_closes_says_which_advice_is_open(cast, sign_in, session):
    url = f"/episodes/{cast.episode.id}/close"
    assert "open (" not in sign_in(cast.owner).get(url).text
    earlier = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=TODAY - timedelta(days=20)
    )
    accepted = make.make_recommendation(session, earlier)
    make.make_decision(session, accepted, kind="accepted", on=TODAY - timedelta(days=19))
    make.make_review(session, cast.episode, consultant=cast.consultant.account, on=TODAY - timedelta(days=2),
                     recommendations=({"category": "labs"}, {"category": "no_change"}))  # fmt: skip
    told = "2 recommendations are open (to deliver: 1; accepted, to be done: 1)."
    assert told in sign_in(cast.owner).get(url).text


def test_one_open_episode_a_patient(cast, sign_in):
    answer = sign_in(cast.owner).post(f"/episodes/refer/{cast.patient.id}", data={"on": day()})
    assert answer.status_code == 422
    assert "open episode already" in answer.text


def test_the_team_comes_from_the_clinic(cast, sign_in, session):
    url = f"/episodes/{cast.episode.id}/team"
    outside = {
        "care_manager_id": str(cast.outsider.id),
        "consultant_id": "",
        "therapist_id": "",
        "version": "1",
    }
    assert sign_in(cast.owner).post(url, data=outside).status_code == 422
    handed = outside | {"care_manager_id": str(cast.colleague.id), "version": str(cast.episode.version)}
    assert sign_in(cast.owner).post(url, data=handed).status_code == 302
    assert session.get(Episode, (cast.org.id, cast.episode.id)).care_manager_id == cast.colleague.id


def test_a_stale_hand_over_shows_both(cast, sign_in, session):
    url = f"/episodes/{cast.episode.id}/team"
    base = {"care_manager_id": str(cast.owner.id), "consultant_id": "", "therapist_id": "",
            "version": str(cast.episode.version)}  # fmt: skip
    assert sign_in(cast.colleague).post(url, data=base | {"target": "Theirs"}).status_code == 302
    clash = sign_in(cast.owner).post(url, data=base | {"target": "Mine"})
    assert clash.status_code == 409
    assert "Theirs" in clash.text
    assert "Mine" in clash.text


def test_a_withdrawn_consent_is_kept_and_marked(cast, sign_in, session):
    make.make_consent(session, cast.episode, given_on=date(2026, 9, 1))
    given = session.scalars(select(Consent).order_by(Consent.given_on)).first()
    answer = sign_in(cast.owner).post(
        f"/episodes/withdraw/{given.id}/of/{cast.episode.id}", data={"on": day()}
    )
    assert answer.status_code == 302
    assert session.get(Consent, (cast.org.id, given.id)).withdrawn_on == TODAY


@pytest.mark.parametrize("step", ["", "/consent", "/team", "/close", "/move/relapse_prevention"])
def test_who_may(cast, sign_in, step):
    allowed = {"owner", "colleague", "manager"}
    for part, person in cast.people.items():
        expected = 200 if part in allowed else 404 if part == "outsider" else 403
        assert sign_in(person).get(f"/episodes/{cast.episode.id}{step}").status_code == expected, part
