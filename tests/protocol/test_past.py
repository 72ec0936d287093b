"""The caseload and the patient page as they were: same rules, the protocol of then, nothing to change."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, Episode
from tests import factories as make
from tests.caseload.people import add_case, score, shown
from tests.cast import TODAY
from tests.factories import days_ago
from tests.protocol.versions import add_version

THEN = TODAY - timedelta(days=20)
BANNER = "As it was on <b>Oct 31, 2026</b>"


@pytest.fixture
def history(cast, session):
    """The cast's patient: 18 forty days ago, 6 last week, and a review yesterday."""
    score(session, cast.patient, 18, 40)
    score(session, cast.patient, 6, 7)
    make.make_contact(session, cast.episode, on=days_ago(35))
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=days_ago(1), recommendations=[{}]
    )
    make.make_next_action(session, cast.episode, action="Ring the sister")
    session.commit()


def test_a_patient_as_known_then(cast, sign_in, history):
    client, address = sign_in(cast.owner), f"/chart/{cast.patient.id}"
    now, then = (client.get(f"{address}{query}").text for query in ("", f"?as_of={THEN}"))
    assert BANNER not in now
    assert "Ring the sister" in now
    assert BANNER in then
    assert "PHQ-9 18" in then
    assert "PHQ-9 6" not in then
    assert "Consultant's review" not in then
    assert "Ring the sister" not in then
    assert "Record contact" not in then
    assert "Record decision" not in then
    assert f'href="/chart/{cast.patient.id}">Back to today' in then


def test_a_day_before_the_first_protocol_says_so(cast, session, sign_in):
    cast.episode.referred_on = cast.episode.enrolled_on = date(2025, 12, 1)
    session.commit()
    page = sign_in(cast.owner).get(f"/chart/{cast.patient.id}?as_of=2025-12-20").text
    assert "the protocol of that day (2026.1, the first one, of Jan 1, 2026)" in page
    assert "in force since" not in page


def test_the_rules_of_a_past_page_are_those_of_its_day(cast, sign_in, history):
    page = sign_in(cast.owner).get(f"/chart/{cast.patient.id}?as_of={THEN}").text
    found = page.count("/protocol/rules?")
    assert found == page.count(f"/protocol/rules?clinic={cast.riverside.id}&amp;on={THEN}#") > 1


def test_each_value_says_why(cast, sign_in, history):
    page = sign_in(cast.owner).get(f"/chart/{cast.patient.id}").text
    assert "(6 − 18) ÷ 18 = −67%." in page
    assert "Why −67%?" in page
    assert "Oct 11, 2026: PHQ-9 18 (baseline)" in page
    assert "enrolled (initial assessment)" in page
    assert "below the baseline: response" in page
    assert "/protocol/rules?clinic=" in page
    assert "Protocol 2026.1, in force since Jan 1, 2026" in page


def test_the_protocol_of_then_judges(cast, session, sign_in, history):
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=40, transition_interval=56)
    client, address = sign_in(cast.owner), f"/chart/{cast.patient.id}"
    assert "#C2" in client.get(f"{address}?as_of={THEN}").text
    assert "#C2" not in client.get(address).text


def test_the_caseload_lists_who_was_open_then(cast, session, sign_in, history):
    gone, fresh = add_case(session, cast, "Gone"), add_case(session, cast, "Fresh")
    session.get(Episode, (cast.org.id, gone.episode.id)).closed_on = days_ago(10)
    session.get(Episode, (cast.org.id, fresh.episode.id)).referred_on = days_ago(5)
    session.commit()
    client = sign_in(cast.owner)
    now, then = shown(client.get("/caseload/?status=")), client.get(f"/caseload/?as_of={THEN}")
    assert gone.episode.id not in now
    assert gone.episode.id in shown(then)
    assert fresh.episode.id not in shown(then)
    assert BANNER in then.text
    assert "Add to review agenda" not in then.text
    assert f"?as_of={THEN}" in then.text
    assert 'href="/caseload/">Back to today' in then.text


def test_the_peek_looks_back_too(cast, sign_in, history):
    address = f"/caseload/peek/{cast.episode.id}?as_of={THEN}"
    panel = sign_in(cast.owner).get(address, headers={"HX-Request": "true"}).text
    assert f"/chart/{cast.patient.id}?as_of={THEN}" in panel
    assert "Record contact" not in panel


@pytest.mark.parametrize("address", ["/caseload/", "/chart/{patient}"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-11-21", "still to come"),
        ("2026-02-30", "not a day of the calendar"),
        ("yesterday", "not a day"),
    ],
)
def test_a_day_that_cannot_be_is_said(cast, sign_in, address, text, sentence):
    answer = sign_in(cast.owner).get(f"{address.format(patient=cast.patient.id)}?as_of={text}")
    assert answer.status_code == 400
    assert sentence in answer.text


def test_before_the_referral_there_was_nothing(cast, sign_in):
    answer = sign_in(cast.owner).get(f"/chart/{cast.patient.id}?as_of=2020-01-01")
    assert answer.status_code == 200
    assert "No episode had begun by that day." in answer.text


def test_looking_back_is_in_the_trail(cast, session, sign_in, history):
    client = sign_in(cast.owner)
    client.get(f"/chart/{cast.patient.id}?as_of={THEN}")
    client.get(f"/caseload/?as_of={THEN}")
    acts = session.scalars(select(AuditEvent).where(AuditEvent.action.in_(("read", "see_caseload")))).all()
    assert [act.detail.get("as_of") for act in acts] == [str(THEN), str(THEN)]


def test_today_itself_is_today(cast, sign_in):
    assert "As it was on" not in sign_in(cast.owner).get(f"/caseload/?as_of={TODAY}").text.replace(
        "As it was on <input", ""
    )


def test_another_clinics_patient_has_no_past_either(cast, sign_in):
    assert sign_in(cast.outsider).get(f"/chart/{cast.patient.id}?as_of={THEN}").status_code == 404
