"""What leaves under 42 CFR Part 2: the PCP's page, the packet and exports, for whom the patient's consent names."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from registry.extensions import db
from registry.jobs import packets
from registry.jobs.runner import Works
from registry.models import (
    AuditEvent,
    Document,
    LabResult,
    Pathway,
    PathwayEvent,
    PatientPlan,
    Problem,
    SideEffect,
    Tracker,
    TrackerEntry,
)
from tests import factories as make
from tests.cast import NOW, TODAY

WITHHELD = "Some information is withheld."
ADVICE = ("Raise sertraline to 100 mg.", "Raise buprenorphine to 24 mg.")
PATHWAY, DRUG = "Opioid use: medication treatment", "buprenorphine"


@pytest.fixture
def row(cast, session):
    """Buprenorphine on a pathway under Part 2, a check-in, and no consent."""
    path = Pathway(org_id=cast.org.id, patient_id=cast.patient.id, kind="opioid_use", started_on=make.days_ago(40),
                   part_2=True, details={}, recorded_at=NOW)  # fmt: skip
    session.add(path)
    started = {"kind": "start", "on": make.days_ago(38), "dose_mg": 16}
    make.make_medication(session, cast.patient, name=DRUG, events=[started])
    make.make_medication(session, cast.patient, name="sertraline")
    session.commit()
    return path


@pytest.fixture
def sign(cast, session, row):
    def signed(value, kind="consent", days=10):
        session.add(PathwayEvent(org_id=cast.org.id, patient_id=cast.patient.id, pathway_id=row.id, kind=kind,
                                 value=value, on=make.days_ago(days), recorded_at=NOW))  # fmt: skip
        session.commit()

    return signed


@pytest.fixture
def paper(app, cast, sign_in, session):
    """`paper("summary")` and `paper("packet")` are the words of a page as it would leave."""

    def printed(what):
        client = sign_in(cast.owner)
        if what == "summary":
            return _words(client.get(f"/printing/summary/{cast.patient.id}").data)
        data = {"clinic": str(cast.riverside.id), "on": TODAY.isoformat(), "episode": [str(cast.episode.id)]}
        client.post("/printing/packet", data=data)
        session.commit()
        with app.app_context():
            packets.render_waiting(
                Works(db.engine, app.config["AUDIT_KEYS"], "", "registry@example.org", "http://x")
            )
        document = session.scalars(select(Document).order_by(Document.requested_at.desc())).first()
        return _words(client.get(f"/printing/{document.id}").data)

    return printed


def _words(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.parametrize(
    ("recipient", "summary", "packet", "export"),
    [
        (None, False, False, False),
        ("tpo", True, True, True),
        ("Riverside", True, True, True),
        ("Dr. Ingrid Lang", True, False, False),
        ("Dr. Amara Okafor", False, True, False),
        ("Somebody Else", False, False, False),
    ],
)
def test_each_paper_holds_what_the_consent_lets_its_reader_see(
    cast, sign_in, sign, paper, recipient, summary, packet, export
):
    assert (cast.provider.name, cast.consultant.account.name) == ("Dr. Ingrid Lang", "Dr. Amara Okafor")
    if recipient:
        sign(recipient)
    for what, goes in (("summary", summary), ("packet", packet)):
        words = paper(what)
        assert (PATHWAY in words, DRUG in words, WITHHELD in words) == (goes, goes, not goes), what
        assert ("42 CFR Part 2 prohibits" in words) is goes
        assert ("Shared under the patient's written consent" in words) is goes
        assert "sertraline" in words
    text = sign_in(cast.owner).get("/caseload/caseload.csv").text
    assert (DRUG in text, WITHHELD in text) == (export, not export)
    assert "sertraline" in text


@pytest.mark.parametrize(
    ("consent", "cause"),
    [
        ("", "after sertraline started at 50 mg on Oct 1, 2026. Diagnostic"),
        ("tpo", ("after sertraline started at 50 mg on Oct 1, 2026; buprenorphine started at 16 mg on Oct 13, 2026. Which "
         "treatment did it is not clear: changes lie within 14 days.")),
    ],
)  # fmt: skip
def test_what_an_improvement_followed_is_told_without_what_is_withheld(
    cast, sign, paper, session, consent, cause
):
    make.make_measure(session, cast.patient, total=20, taken_on=make.days_ago(60))
    make.make_measure(session, cast.patient, total=9, taken_on=make.days_ago(2))
    session.commit()
    if consent:
        sign(consent)
    assert f"PHQ-9 fell from 20 (Sep 21, 2026) to 9 (Nov 18, 2026) {cause}" in paper("packet")


def test_after_the_revocation_the_next_paper_leaves_it_out_and_the_kept_one_stays(cast, sign, paper, session):
    sign("tpo")
    assert PATHWAY in paper("packet")
    kept = session.scalars(select(Document)).one()
    sign("tpo", "consent_revoked", days=0)
    assert WITHHELD in paper("summary")
    session.refresh(kept)
    assert kept.sha256


def test_the_workbook_withholds_too(cast, sign_in, row):
    content = sign_in(cast.owner).get("/caseload/caseload.xlsx").data
    sheet = load_workbook(BytesIO(content)).active
    line = [cell.value for cell in sheet[2]]
    assert line[-1] == WITHHELD
    assert not [cell for cell in line if isinstance(cell, str) and DRUG in cell]


def test_that_something_was_withheld_is_in_the_trail(cast, sign_in, sign, paper, session):
    paper("summary")
    paper("packet")
    sign_in(cast.owner).get("/caseload/caseload.csv")
    sign("tpo")
    paper("summary")
    told = {}
    for act in session.scalars(select(AuditEvent).order_by(AuditEvent.seq)):
        told.setdefault(act.action, []).append(act.detail)
    assert [detail["part_2"] for detail in told["print_summary"]] == ["withheld", "shared by consent"]
    assert told["render_packet"][0]["withheld"] == 1
    assert told["export_caseload"][0]["withheld"] == 1


@pytest.mark.parametrize(
    ("condition", "code", "told"),
    [
        ("other", "F11.20", "with F11.20"),
        ("opioid_use", "", "with opioid use disorder"),
        ("alcohol_use", "F10.20", "with alcohol use disorder (F10.20)"),
    ],
)
def test_a_diagnosis_of_use_is_left_out_of_the_case(cast, sign, paper, session, condition, code, told):
    cast.episode.primary_condition, cast.episode.icd10 = condition, code
    session.commit()
    assert told.removeprefix("with ") not in paper("packet")
    sign("tpo")
    session.execute(Document.__table__.delete())
    session.commit()
    assert told in paper("packet")


def test_a_reading_that_tells_of_it_is_left_out_and_the_check_is_not_called_unknown(
    cast, paper, session, row
):
    session.add(
        LabResult(
            org_id=cast.org.id, patient_id=cast.patient.id, code="pdmp", on=make.days_ago(9), recorded_at=NOW
        )
    )
    session.commit()
    packet = paper("packet")
    assert "PDMP" not in packet
    assert "Alcohol or drugs" not in packet


def test_free_texts_that_tell_of_it_are_silent(cast, sign, paper, session):
    cast.episode.target, cast.episode.psychosocial = "Stay sober", "Two jobs"
    make.make_contact(session, cast.episode, discuss=True, question="More buprenorphine?")
    session.add(Problem(org_id=cast.org.id, patient_id=cast.patient.id, title="Opioid use disorder", code="F11.20",
                        recorded_at=NOW))  # fmt: skip
    review = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, impression="Drinks again"
    )
    for number, text in enumerate(ADVICE, 1):
        make.make_recommendation(session, review, number=number, category="increase", text=text)
    session.commit()
    for words in (paper("summary"), paper("packet")):
        assert "Raise sertraline" in words
        for hidden in ("sober", "uprenorphine", "Opioid", "Drinks again"):
            assert hidden not in words, hidden
    sign("tpo")
    assert "Raise buprenorphine to 24 mg." in paper("summary")


def test_no_free_text_about_use_leaves_on_any_paper(cast, sign_in, sign, paper, session):
    """Side effects, other medication, the question, the next action and the goal tell of use as well as a drug does."""
    own = {"org_id": cast.org.id, "patient_id": cast.patient.id, "recorded_at": NOW}
    for effect in ("Opioid withdrawal sweats", "precipitated sickness on suboxone", "Dry mouth"):
        session.add(SideEffect(effect=effect, severity="severe", onset_on=make.days_ago(5), **own))
    for name in ("naloxone nasal spray", "lofexidine", "bunavail", "lisinopril"):
        make.make_medication(session, cast.patient, name=name, psychotropic=False)
    make.make_medication(session, cast.patient, name="Bunavail", psychotropic=True)
    goals = {"goals": [{"words": "stay clean from H", "function": "", "step": ""}]}
    session.add(PatientPlan(kind="care", made_on=make.days_ago(3), content=goals, **own))
    make.make_contact(session, cast.episode, discuss=True, question="Bup dose? He used fent again")
    make.make_next_action(session, cast.episode, action="Call about bup taper", due_on=TODAY)
    session.commit()
    hidden = "withdrawal", "precipitated", "naloxone", "lofexidine", "unavail", "fent", "bup", "from H"

    def told():
        export = sign_in(cast.owner).get("/caseload/caseload.csv").text
        return {"summary": paper("summary"), "packet": paper("packet"), "export": export}

    for where, words in told().items():
        assert [one for one in hidden if one.casefold() in words.casefold()] == [], where
        assert "ry mouth" in words, where
    assert "lisinopril" in paper("packet")
    sign("tpo")
    session.execute(Document.__table__.delete())
    session.commit()
    shown = " ".join(told().values())
    assert [one for one in hidden if one not in shown] == []


def test_the_note_on_paper_and_the_ledger_leave_it_out_too(cast, sign_in, sign, session):
    review = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, impression="Drinks again"
    )
    for number, text in enumerate(ADVICE, 1):
        make.make_recommendation(session, review, number=number, category="increase", text=text)
    session.commit()
    client = sign_in(cast.owner)

    def left():
        note = _words(client.get(f"/consult/note/{review.id}.pdf").data)
        return note, client.get("/loop/advice.csv").text, client.get("/loop/sheet").text

    note, *ledger = left()
    for words in (note, *ledger):
        assert WITHHELD in words
        assert "Raise sertraline" in words
        assert "buprenorphine" not in words
    assert "Drinks again" not in note
    sign("tpo")
    for words in left():
        assert WITHHELD not in words
        assert "Raise buprenorphine" in words


@pytest.mark.parametrize(("recipient", "shown"), [(None, False), ("tpo", True)])
def test_what_patients_say_in_their_own_words_is_withheld_whole(cast, session, sign, paper, recipient, shown):
    """No list of words knows how people speak of use: goals, circumstances, trackers and agreements are left out unread."""
    own = {"org_id": cast.org.id, "patient_id": cast.patient.id, "recorded_at": NOW}
    cast.episode.psychosocial = "Lives with my old crew"
    goals = {"goals": [{"words": "No more of that stuff", "function": "", "step": ""}]}
    session.add(PatientPlan(kind="care", made_on=make.days_ago(3), content=goals, **own))
    session.add(Pathway(kind="bipolar", started_on=make.days_ago(40), part_2=False,
                        details={"early_signs": "Out all night"}, **own))  # fmt: skip
    for kind, title in (("cravings", "Wanting to"), ("goal", "Walk past the corner")):
        tracker = Tracker(kind=kind, title=title, started_on=make.days_ago(9), **own)
        session.add(tracker)
        session.flush()
        for days, value in ((9, 3), (2, 6)):
            session.add(TrackerEntry(tracker_id=tracker.id, on=make.days_ago(days), value=value, **own))
    session.commit()
    if recipient:
        sign(recipient)
    packet, summary = paper("packet"), paper("summary")
    for words in ("my old crew", "that stuff", "Out all night", "Wanting to", "Walk past the corner"):
        assert (words in packet) is shown, words
    assert ("that stuff" in summary) is shown
    assert "Bipolar" in packet
