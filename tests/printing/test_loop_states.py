"""The PCP's page and the packet say where each recommendation stands, and what came of it."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from registry.extensions import db
from registry.jobs import packets
from registry.jobs.runner import Works
from registry.models import Document
from tests import factories as make
from tests.cast import TODAY

LOOP = [
    {"text": "Raise sertraline", "judge_on": make.days_ago(7)},
    {"text": "Check TSH", "category": "labs"},
    {"text": "Begin therapy", "category": "therapy"},
    {"text": "Check sodium", "category": "labs"},
]
TOLD = (
    "Better: PHQ-9 16 on Oct 16, 2026, 8 on Nov 14, 2026",
    "Deferred on Nov 10, 2026 until Nov 30, 2026: visit",
    "Seen on Nov 10, 2026",
    "Closed on Nov 10, 2026: not needed",
)


@pytest.fixture
def followed(cast, session):
    """A note of four: done and better, deferred, seen, closed."""
    for days, total in ((58, 20), (35, 16), (6, 8)):
        make.make_measure(session, cast.patient, total=total, taken_on=make.days_ago(days))
    note = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(40))
    rows = [make.make_recommendation(session, note, number=n, **one) for n, one in enumerate(LOOP, 1)]
    make.make_decision(session, rows[0], kind="accepted", on=make.days_ago(36))
    make.make_decision(session, rows[0], kind="implemented", on=make.days_ago(34))
    ten = make.days_ago(10)
    make.make_decision(session, rows[1], kind="deferred", on=ten, until_on=make.days_ago(-10), reason="visit")
    make.make_decision(session, rows[2], kind="seen", on=ten)
    make.make_decision(session, rows[3], kind="closed", on=ten, reason="not needed")
    session.commit()


def words(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_the_pcps_page(cast, sign_in, followed):
    page = words(sign_in(cast.owner).get(f"/printing/summary/{cast.patient.id}").data)
    assert all(told in page for told in TOLD), page


def test_the_pcps_page_tells_that_the_drug_of_the_advice_is_held(cast, sign_in, session):
    note = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(7))
    make.make_recommendation(session, note, text="Increase sertraline from 50 to 100 mg")
    medication = make.make_medication(session, cast.patient)
    make.make_dose(session, medication, kind="hold", on=make.days_ago(3), dose_mg=None)
    session.commit()
    page = words(sign_in(cast.owner).get(f"/printing/summary/{cast.patient.id}").data)
    assert "Increase sertraline from 50 to 100 mg (Sertraline held since Nov 17, 2026)" in page


def test_the_packet(app, cast, sign_in, session, followed):
    chosen = {"clinic": cast.riverside.id, "on": TODAY.isoformat(), "episode": cast.episode.id}
    browser = sign_in(cast.owner)
    browser.post("/printing/packet", data=chosen)
    session.commit()
    with app.app_context():
        packets.render_waiting(Works(db.engine, app.config["AUDIT_KEYS"], "", "registry@example.org", ""))
    page = words(browser.get(f"/printing/{session.query(Document).one().id}").data)
    assert all(told in page for told in TOLD), page
