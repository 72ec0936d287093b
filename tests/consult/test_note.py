"""The signed note as it reads."""

import pytest
from sqlalchemy import select

from registry.models import AuditEvent
from tests import factories as make


@pytest.fixture
def note(session, cast):
    make.make_measure(session, cast.patient, items=[3] * 6 + [0] * 3, taken_on=make.days_ago(60))
    pieces = [{"if_fails": "Add bupropion"}, {"category": "continue", "text": "Continue as now."}]
    return make.make_review(session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(2), minutes=7,
                            impression="Partial <b>response</b>", safety="Nothing open", attended="M. Ortiz",
                            recommendations=pieces)  # fmt: skip


def test_it_has_every_section(cast, sign_in, note):
    page = sign_in(cast.owner).get(f"/consult/note/{note.id}").text
    for words in ("MRN R-1001", "M. Ortiz", "Source and limits", "PHQ-9 18 on Sep 21, 2026 (baseline)", "Increase dose",
                  "If it fails: Add bupropion", "No answer yet", "No answer needed", "Nothing open",
                  "Signed by Dr. Amara Okafor", "not meant for an emergency", "Riverside, 555-0100"):  # fmt: skip
        assert words in page, words
    assert "Partial &lt;b&gt;response&lt;/b&gt;" in page


def test_the_plain_text_carries_the_whole_note(cast, sign_in, note):
    page = sign_in(cast.owner).get(f"/consult/note/{note.id}").text
    plain = page.split("<textarea")[1].split("</textarea>")[0]
    for words in ("RECOMMENDATIONS", "1. Increase dose: Increase sertraline to 100 mg", "If it fails: Add bupropion",
                  "SAFETY", "Signed by Dr. Amara Okafor", "not meant for an emergency"):  # fmt: skip
        assert words in plain, words


def test_who_reads_it(cast, sign_in, note):
    allowed = {"owner", "colleague", "consultant", "pcp", "therapist", "manager"}
    for part, person in cast.people.items():
        expected = 200 if part in allowed else 404 if part in {"outsider", "other_pcp"} else 403
        assert sign_in(person).get(f"/consult/note/{note.id}").status_code == expected, part


def test_reading_is_recorded(cast, sign_in, session, note):
    sign_in(cast.owner).get(f"/consult/note/{note.id}")
    act = session.scalars(select(AuditEvent).where(AuditEvent.category == "review")).one()
    assert (act.action, act.subject, act.subject_id) == ("read", "review", str(note.id))


def test_buttons_follow_the_role(cast, sign_in, note):
    address = f"/consult/note/{note.id}"
    owner, consultant = sign_in(cast.owner).get(address).text, sign_in(cast.consultant).get(address).text
    assert "Record decision" in owner
    assert "Record decision" not in consultant
    assert "/consult/amend/" in consultant
    assert "/consult/amend/" not in owner
