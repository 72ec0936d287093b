"""Whose page it is stands on it by name, birth and number."""

import pytest

from tests.cast import Cast
from tests.therapy import rows
from tests.trackers.test_trackers import make_tracker


@pytest.mark.parametrize(
    "page",
    [
        "/therapy/{patient}", "/therapy/planner/{patient}", "/therapy/begin/{patient}", "/therapy/combination/{patient}",
        "/therapy/session/{course}", "/therapy/in-error/course/{course}", "/pathways/{patient}",
        "/pathways/begin/bipolar/{patient}", "/plans/{patient}", "/plans/care/{patient}", "/plans/care/write/{patient}",
        "/safety/plan/{patient}", "/safety/assess/{patient}", "/safety/checks/{patient}", "/trackers/{patient}",
        "/trackers/new/{patient}", "/trackers/of/{tracker}", "/trackers/record/{tracker}", "/trackers/change/{tracker}",
        "/measures/{patient}", "/measures/add/{patient}",
    ],
)  # fmt: skip
def test_a_page_names_its_patient(cast: Cast, sign_in, session, page: str) -> None:
    course, tracker = rows.course(session, cast.patient), make_tracker(session, cast)
    session.commit()
    answer = sign_in(cast.owner).get(
        page.format(patient=cast.patient.id, course=course.id, tracker=tracker.id)
    )
    assert answer.status_code == 200
    assert cast.patient.name in answer.text
    assert f"DOB Mar 9, 1962, MRN {cast.patient.mrn}" in answer.text
