"""A meeting with three patients, and what its tests do over and over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry import clock
from registry.access.policies import CONSULTANT
from registry.models import MeetingCase, Membership, ReviewMeeting
from tests import factories as make
from tests.cast import NOW


@pytest.fixture
def patients(session, cast):
    """Three patients with a question each, in the order of their names."""
    episodes = [cast.episode]
    for name in ("Doe", "Evans"):
        patient = make.make_patient(session, cast.riverside, family_name=name, mrn=f"R-{name}")
        episodes.append(make.make_episode(session, patient, care_manager=cast.owner.account))
    for episode in episodes:
        make.make_mark(session, episode, text="Dose or switch?")
    session.commit()
    return episodes


def begin(client, cast, minutes="30", **data):
    form = {"clinics": [str(cast.riverside.id)], "minutes": minutes, "most": "12"} | data
    return client.post("/meeting/", data=form)


def cases(session):
    session.expire_all()
    return session.scalars(select(MeetingCase).order_by(MeetingCase.place)).all()


@pytest.fixture
def meeting(cast, sign_in, session, patients):
    begin(sign_in(cast.consultant), cast)
    return session.scalars(select(ReviewMeeting)).one()


def review(meeting, episode_id):
    return f"/consult/review/{episode_id}?meeting={meeting.id}"


def later(monkeypatch, **time):
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(**time))


def join(session, person, clinic, role):
    """One more clinic for somebody."""
    session.add(Membership(org_id=clinic.org_id, account_id=person.id, clinic_id=clinic.id, role=role))


@pytest.fixture
def both_clinics(cast, sign_in, session, patients):
    """A meeting over two clinics; the care manager of one sees her own patients only."""
    join(session, cast.consultant, cast.hilltop, CONSULTANT)
    make.make_mark(session, cast.strange_episode, text="Dose?")
    session.commit()
    begin(sign_in(cast.consultant), cast, clinics=[str(cast.riverside.id), str(cast.hilltop.id)])
    return session.scalars(select(ReviewMeeting)).one()
