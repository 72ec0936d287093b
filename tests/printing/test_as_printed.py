"""A packet as it was printed: found from the patient as of a past day and from the agenda, and opened as it was kept."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Document
from registry.printing.services import checksum
from tests import factories as make
from tests.cast import TODAY

pytestmark = pytest.mark.databases("sqlite", "postgresql")
REVIEW = TODAY - timedelta(days=15)
LATE = datetime(REVIEW.year, REVIEW.month, REVIEW.day, tzinfo=UTC) + timedelta(hours=25)
"""An hour after midnight in Greenwich is still the evening of the review day in the clinic."""


@pytest.fixture
def keep(cast, session):
    """Keep a packet of some episodes, printed late on the review day."""

    def kept(*episodes, state="ready", clinic=None, at=LATE):
        content = f"%PDF- {uuid4()}".encode()
        document = Document(
            org_id=cast.org.id, id=uuid4(), clinic_id=(clinic or cast.riverside).id, kind="packet", for_on=REVIEW,
            episode_ids=[str(one.id) for one in episodes], state=state, content=content, sha256=checksum(content),
            total=len(episodes), pages=2, requested_by=cast.owner.account.id, requested_at=at, finished_at=at,
        )  # fmt: skip
        session.add(document)
        session.commit()
        return document

    return kept


def chart(cast, day=None):
    return f"/chart/{cast.patient.id}" + (f"?as_of={day}" if day else "")


def test_the_patient_as_of_that_day_leads_to_the_packet_that_was_printed(cast, sign_in, session, keep):
    document, client = keep(cast.episode), sign_in(cast.owner)
    page = client.get(chart(cast, REVIEW)).text
    assert "Packets printed by then" in page
    assert f"by {cast.owner.account.name}. Checksum (SHA-256): " in page
    assert document.sha256 in page
    assert f'href="/printing/{document.id}"' in page
    answer = client.get(f"/printing/{document.id}")
    assert checksum(answer.data) == document.sha256
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "open_packet")).one()
    assert act.detail["sha256"] == document.sha256


def test_it_is_there_from_the_day_of_printing_on(cast, sign_in, keep):
    document, client = keep(cast.episode), sign_in(cast.owner)
    assert document.sha256 not in client.get(chart(cast, REVIEW - timedelta(days=1))).text
    assert document.sha256 in client.get(chart(cast, REVIEW + timedelta(days=1))).text
    assert "Packets as they were printed" in client.get(chart(cast)).text


def test_only_packets_with_the_patient_and_only_finished_ones(cast, sign_in, session, keep):
    other = make.make_patient(session, cast.riverside, family_name="Elsewhere", mrn="R-60")
    others = keep(make.make_episode(session, other, care_manager=cast.owner.account))
    failed = keep(cast.episode, state="failed")
    page = sign_in(cast.owner).get(chart(cast)).text
    assert others.sha256 not in page
    assert failed.sha256 not in page


def test_a_panel_reader_is_shown_no_packet_with_others_patients(cast, sign_in, session, keep):
    other = make.make_patient(
        session, cast.riverside, family_name="Elsewhere", mrn="R-60", pcp=cast.other_provider
    )
    mixed = keep(cast.episode, make.make_episode(session, other, care_manager=cast.owner.account))
    own = keep(cast.episode)
    client = sign_in(cast.pcp)
    page = client.get(chart(cast)).text
    assert own.sha256 in page
    assert mixed.sha256 not in page
    assert client.get(f"/printing/{own.id}").status_code == 200
    assert client.get(f"/printing/{mixed.id}").status_code == 404


def test_the_agenda_of_a_past_review_day_leads_to_its_packets(cast, sign_in, keep):
    document, client = keep(cast.episode), sign_in(cast.consultant)
    address = f"/consult/?clinic={cast.riverside.id}&on="
    page = client.get(f"{address}{REVIEW}").text
    assert "Packets of this review day, as they were printed" in page
    assert document.sha256 in page
    assert document.sha256 not in client.get(f"{address}{TODAY}").text


def test_a_packet_of_another_clinic_is_on_nobodys_agenda(cast, sign_in, keep):
    document = keep(cast.strange_episode, clinic=cast.hilltop)
    assert document.sha256 not in sign_in(cast.owner).get(f"/consult/?on={REVIEW}").text
    assert document.sha256 in sign_in(cast.outsider).get(f"/consult/?on={REVIEW}").text


def test_the_list_of_packets_tells_the_checksums(cast, sign_in, keep):
    document = keep(cast.episode)
    assert document.sha256 in sign_in(cast.owner).get("/printing/").text
