"""The cast stands on both databases, and each of them can be signed in."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import TODAY, Cast, Person
from tests.pages import PageClient


def test_a_patient_of_each_clinic_has_an_enrolled_episode(session: Session, cast: Cast) -> None:
    make.make_measure(session, cast.patient, items=[2, 2, 2, 1, 1, 1, 1, 1, 1])
    make.make_medication(session, cast.patient)
    make.make_contact(session, cast.episode, who=cast.owner.account)
    make.make_review(session, cast.episode, consultant=cast.consultant.account, recommendations=[{}])
    make.make_assessment(session, cast.patient)
    found = snapshot(session, cast.org.id, cast.episode.id)
    assert found is not None
    assert found.facts.as_of(TODAY).status == "enrolled"
    assert found.facts.latest("phq9")
    assert found.facts.consented_on


@pytest.mark.parametrize("part", ["owner", "consultant", "pcp", "administrator", "auditor"])
def test_everybody_can_be_signed_in(cast: Cast, sign_in: Callable[[Person], PageClient], part: str) -> None:
    assert sign_in(cast.people[part]).post("/accounts/extend").status_code == 204
