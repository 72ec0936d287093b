"""Therapy, combined care and pathways on the patient page, in exports and on paper."""

from datetime import UTC, datetime

import pytest

from registry.models import Pathway, PathwayEvent
from registry.papers.cases import case
from registry.papers.words import Press, packet_page
from tests.cast import NOW, TODAY
from tests.factories import days_ago, make_contact
from tests.therapy import rows

PRESS = Press("Maria Ortiz", datetime(2026, 11, 20, 16, tzinfo=UTC), TODAY)


@pytest.fixture
def treated(cast, session):
    """A course with two sessions, sequential care, and a pathway under 42 CFR Part 2."""
    course = rows.course(session, cast.patient, modality="ba", therapist_id=cast.therapist.id, outside="")
    rows.held(session, course, on=days_ago(20), homework="done")
    rows.held(session, course, on=days_ago(6), attended=False)
    make_contact(session, cast.episode, on=days_ago(20), interventions=["behavioural_activation"])
    make_contact(session, cast.episode, on=days_ago(6), interventions=["problem_solving"])
    rows.combination(session, cast.patient, model="sequential", first="therapy", second_due_on=TODAY)
    path = Pathway(org_id=cast.org.id, patient_id=cast.patient.id, kind="alcohol_use", started_on=days_ago(5),
                   part_2=True, details={}, recorded_at=NOW)  # fmt: skip
    session.add(path)
    session.flush()
    session.add(PathwayEvent(org_id=cast.org.id, patient_id=cast.patient.id, pathway_id=path.id, kind="consent",
                             value="tpo", on=days_ago(5), recorded_at=NOW))  # fmt: skip
    session.commit()
    return cast


def test_the_patient_page_shows_course_model_and_pathways(treated, sign_in):
    page = sign_in(treated.owner).get(f"/chart/{treated.patient.id}").text
    assert "1 of 8 planned sessions held, 1 missed (50 % attended), since Oct 11, 2026" in page
    assert "Problem-solving treatment" in page, "what a contact delivered beside the course"
    assert "1 session, latest Nov 14, 2026" in page
    assert "Sequential: therapy first; medication is due Nov 20, 2026 if it has not worked" in page
    assert "42 CFR Part 2" in page
    assert f'href="/pathways/{treated.patient.id}"' in page
    assert "Session of behavioral activation: missed" in page


def test_a_contact_that_was_a_session_stands_in_the_timeline_once(treated, sign_in):
    page = sign_in(treated.owner).get(f"/chart/{treated.patient.id}").text
    timeline = page[page.index(">Timeline<") :]
    assert timeline.count("Session of behavioral activation held: ") == 1
    assert "Session of behavioral activation: held" not in timeline
    assert timeline.count("/contacts/correct/") == 2, (
        "the session leads to its contact, the other contact to itself"
    )
    assert timeline.count("Treatment contact: ") == 1


def test_the_packet_shows_them_and_carries_the_line_of_part_2(treated, session):
    page = packet_page(case(session, treated.org.id, treated.episode.id, TODAY, TODAY), PRESS)
    assert page.printing.part2
    assert page.therapies[0].what == "Behavioral activation"
    assert page.therapies[0].words.startswith("given here; 1 of 8 planned sessions held, 1 missed")
    assert page.combined.startswith("Sequential: therapy first")


def test_without_a_pathway_nothing_is_said_of_part_2(cast, session):
    page = packet_page(case(session, cast.org.id, cast.episode.id, TODAY, TODAY), PRESS)
    assert not page.printing.part2
    assert (page.therapies, page.combined) == ((), "")


def test_an_export_says_which_rows_are_protected(treated, sign_in):
    lines = sign_in(treated.owner).get("/caseload/caseload.csv").text.splitlines()
    assert lines[0].endswith('"Protection"')
    assert lines[1].endswith('"42 CFR Part 2"')
