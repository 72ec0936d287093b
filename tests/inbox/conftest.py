"""Advice that waits for the cast's PCP, and a second patient of the other PCP."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Episode, Recommendation, Review
from tests import factories as make
from tests.cast import Cast

PIECES = (
    {"text": "Increase sertraline to 100 mg", "judge_on": make.days_ago(-20)},
    {"category": "labs", "text": "Check TSH once"},
    {"category": "continue", "text": "Continue activation."},
)


@pytest.fixture
def review(session: Session, cast: Cast) -> Review:
    return make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(9), recommendations=PIECES
    )


@pytest.fixture
def advice(session: Session, review: Review) -> list[Recommendation]:
    return advice_of(session, review)


def advice_of(session: Session, review: Review) -> list[Recommendation]:
    rows = select(Recommendation).where(Recommendation.review_id == review.id)
    return list(session.scalars(rows.order_by(Recommendation.number)))


@pytest.fixture
def others(session: Session, cast: Cast) -> Any:
    """A patient of the other PCP of the same clinic, with advice that waits."""
    patient = make.make_patient(
        session, cast.riverside, pcp=cast.other_provider, family_name="Brandt", given_name="Jo", mrn="R-2002"
    )
    episode: Episode = make.make_episode(session, patient, care_manager=cast.owner.account)
    make.make_review(
        session, episode, consultant=cast.consultant.account, on=make.days_ago(1),
        recommendations=[{"text": "Add mirtazapine"}],
    )  # fmt: skip
    return episode
