"""An episode whose primary scale is the PCL-5: every page that shows a score shows that one, and judges by it."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.extensions import db
from registry.jobs import packets
from registry.jobs.runner import Works
from registry.models import Document, Measure
from tests import factories as make
from tests.cast import TODAY, Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
BASELINE, LATER = (3,) * 18 + (2,) * 2, (2,) * 20


@pytest.fixture
def trauma(cast: Cast, session: Session) -> Cast:
    """Samuel Carter with PTSD: 58 at the baseline, 40 now; his PHQ-9 is taken too."""
    cast.episode.primary_scale, cast.episode.primary_condition = "pcl5", "ptsd"
    start = cast.episode.enrolled_on
    make.make_measure(session, cast.patient, instrument="pcl5", items=BASELINE, taken_on=start)
    make.make_measure(session, cast.patient, instrument="pcl5", items=LATER, taken_on=make.days_ago(3))
    make.make_measure(session, cast.patient, items=[1] * 8 + [0], taken_on=make.days_ago(3))
    session.commit()
    return cast


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_the_patient_page_puts_it_first_and_marks_what_awaits_sign_off(trauma: Cast, sign_in: SignIn) -> None:
    text = sign_in(trauma.owner).get(f"/chart/{trauma.patient.id}").text
    assert text.index("PCL-5 trend") < text.index("PHQ-9 trend")
    assert "33 or more (awaiting clinical sign-off), Nov 17, 2026" in text
    assert "−31%" in text
    assert "Target: below 33" in text
    assert "25 % or 10 (PCL-5) points below baseline" in text, "the status is explained by its own numbers"


def test_the_caseload_the_side_panel_and_the_file_show_it(trauma: Cast, sign_in: SignIn) -> None:
    browser = sign_in(trauma.owner)
    page = " ".join(browser.get("/caseload/").text.split())
    assert 'PCL-5 <span class="sev s2" title="PCL-5 58 to 40, 33 or more">40' in page
    peek = browser.get(f"/caseload/peek/{trauma.episode.id}", headers={"HX-Request": "true"}).text
    assert "PCL-5" in peek
    head, line = list(csv.reader(StringIO(browser.get("/caseload/caseload.csv").text.lstrip("\ufeff"))))[:2]
    told = dict(zip(head, line, strict=True))
    assert [told[name] for name in ("Other primary scale", "Its first score", "Its last score", "Its change %")] == [
        "PCL-5", "58", "40", "-31",
    ]  # fmt: skip
    assert told["Last PHQ-9"] == "8"


def test_an_old_and_a_partial_score_are_told_apart(cast: Cast, sign_in: SignIn, session: Session) -> None:
    cast.episode.primary_scale = "pcl5"
    browser = sign_in(cast.owner)
    assert 'PCL-5 <span class="muted">none</span>' in " ".join(browser.get("/caseload/").text.split())
    make.make_measure(
        session, cast.patient, instrument="pcl5", items=BASELINE, taken_on=cast.episode.enrolled_on
    )
    make.make_measure(
        session, cast.patient, instrument="pcl5", items=(2,) * 10 + (None,) * 10, taken_on=TODAY
    )
    page = browser.get("/caseload/").text
    assert "The latest PCL-5 has too few answers for a total" in page
    assert "PCL-5 is 60 days old" in page


def test_it_is_entered_in_a_contact(trauma: Cast, sign_in: SignIn, session: Session) -> None:
    browser, url = sign_in(trauma.owner), f"/contacts/record/{trauma.patient.id}"
    page = browser.get(url).text
    assert "last time 40 on Nov 17" in page
    assert 'name="own-item20"' in page
    assert '<details class="card">\n          <summary><b>PCL-5</b>' in page, (
        "it is long, and was taken three days ago"
    )
    sent = {f"own-item{number}": "1" for number in range(1, 21)}
    browser.post(url, data={"kind": "treatment", "modality": "phone", "on": TODAY.isoformat(), "minutes": "20",
                            "next_version": "0", "once": "a", **sent})  # fmt: skip
    found = select(Measure).where(Measure.instrument == "pcl5", Measure.taken_on == TODAY)
    score = session.scalars(found).one()
    assert (score.total, score.contact_id is not None) == (20, True)


def test_it_lies_open_where_it_is_time_for_it(cast: Cast, sign_in: SignIn, session: Session) -> None:
    cast.episode.primary_scale = "pcl5"
    browser, url = sign_in(cast.owner), f"/contacts/record/{cast.patient.id}"
    opened = '<details class="card" open>\n          <summary><b>PCL-5</b> <span class="muted">'
    assert f"{opened}not yet taken" in browser.get(url).text
    make.make_measure(session, cast.patient, instrument="pcl5", items=LATER, taken_on=make.days_ago(14))
    assert f"{opened}last time 40" in browser.get(url).text


def test_others_are_not_asked_for_it(cast: Cast, sign_in: SignIn) -> None:
    assert 'name="own-item1"' not in sign_in(cast.owner).get(f"/contacts/record/{cast.patient.id}").text


def test_the_consultant_sees_it_on_the_agenda_and_beside_the_note(trauma: Cast, sign_in: SignIn) -> None:
    browser = sign_in(trauma.consultant)
    agenda = " ".join(browser.get("/consult/").text.split())
    assert '58 <span class="muted">to</span>' in agenda
    assert "PCL-5 −31%" in agenda
    review = browser.get(f"/consult/review/{trauma.episode.id}").text
    assert review.index("PCL-5") < review.index("PHQ-9 trend")


def test_the_pcps_page_and_the_packet_print_it(trauma: Cast, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(trauma.owner)
    summary = browser.get(f"/printing/summary/{trauma.patient.id}")
    assert len(PdfReader(BytesIO(summary.data)).pages) == 1
    text = words(summary.data)
    assert "PCL-5: partly better" in text or "PCL-5 trend" in text
    assert "Latest: 33 or more (awaiting clinical sign-off)" in text
    data = {"clinic": str(trauma.riverside.id), "on": TODAY.isoformat(), "episode": [str(trauma.episode.id)]}
    browser.post("/printing/packet", data=data)
    session.commit()
    app = browser.application
    with app.app_context():
        packets.render_waiting(
            Works(db.engine, app.config["AUDIT_KEYS"], "", "registry@example.org", "http://localhost")
        )
    document = session.scalars(select(Document)).one()
    packet = words(browser.get(f"/printing/{document.id}").data)
    assert "judged by numbers awaiting clinical sign-off; first 58 (33 or more)" in packet
    assert "item 20: 2 → 2" in packet


def test_the_patients_own_page_and_the_medications_name_it(trauma: Cast, sign_in: SignIn) -> None:
    browser = sign_in(trauma.owner)
    sheet = words(browser.get(f"/plans/progress/{trauma.patient.id}").data)
    assert "My stress after trauma (PCL-5) score was 58" in sheet
    assert browser.get(f"/treatment/{trauma.patient.id}").status_code == 200


def test_a_young_persons_forms_are_shown_both_and_never_called_worse(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    cast.episode.primary_scale = "scared_child"
    for name, days, answers in (
        ("scared_child", 40, (1,) * 30 + (0,) * 11), ("scared_child", 2, (1,) * 41), ("scared_parent", 2, (0,) * 41),
    ):  # fmt: skip
        make.make_measure(session, cast.patient, instrument=name, items=answers, taken_on=make.days_ago(days))
    text = sign_in(cast.owner).get(f"/chart/{cast.patient.id}").text
    assert text.index("SCARED, child trend") < text.index("SCARED, parent trend")
    assert "No response" in text
    sheet = words(sign_in(cast.owner).get(f"/plans/progress/{cast.patient.id}").data)
    assert "On Nov 18, 2026 it was 41. Lower" in sheet, "no word of better or worse"
