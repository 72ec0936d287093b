"""Scores on a bare session, on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access.scope import NotVisible
from registry.clinical.instruments import INSTRUMENTS, Filled
from registry.measures import services
from registry.models import Correction, Measure
from registry.models.base import Changed
from registry.snapshots import snapshot
from tests.cast import NOW, TODAY, Cast

PHQ9 = Filled(INSTRUMENTS["phq9"], (2,) * 9, form_version="1")
HOW = {"taken_on": TODAY, "mode": "phone", "language": "en"}


def test_a_score_is_entered_corrected_and_struck_out(session: Session, cast: Cast) -> None:
    viewer = cast.owner.viewer
    score = services.add_measure(session, viewer, cast.patient.id, services.Taken(PHQ9, HOW), TODAY, NOW)
    session.flush()
    total = services.Taken(Filled(INSTRUMENTS["phq9"], None, 14, source_note="PCP"), HOW)
    assert services.correct_measure(
        session, viewer, score.id, services.Change(1, total, False, "Read wrong"), NOW
    )
    session.flush()
    assert (score.total, score.items, score.item9, score.version) == (14, None, None, 2)
    assert services.correct_measure(
        session, viewer, score.id, services.Change(2, total, True, "Not hers"), NOW
    )
    session.flush()
    assert [row.reason for row in session.scalars(select(Correction))] == ["Read wrong", "Not hers"]
    seen = snapshot(session, cast.org.id, cast.episode.id)
    assert seen is not None
    assert seen.facts.scores == ()


def test_a_stale_correction_and_another_clinic_are_refused(session: Session, cast: Cast) -> None:
    taken = services.Taken(PHQ9, HOW)
    score = services.add_measure(session, cast.owner.viewer, cast.patient.id, taken, TODAY, NOW)
    session.flush()
    with pytest.raises(Changed):
        services.correct_measure(
            session, cast.owner.viewer, score.id, services.Change(7, taken, True, "x"), NOW
        )
    with pytest.raises(NotVisible):
        services.correct_measure(
            session, cast.outsider.viewer, score.id, services.Change(1, taken, True, "x"), NOW
        )
    with pytest.raises(NotVisible):
        services.add_measure(session, cast.outsider.viewer, cast.patient.id, taken, TODAY, NOW)
    assert len(session.scalars(select(Measure)).all()) == 1
