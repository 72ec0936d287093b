"""Jobs: a slot is done once, a mail names nobody, the packet of a review day is ready in the morning."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from registry.jobs import digest, packets
from registry.jobs.runner import MOST_ATTEMPTS, Slot, run_once
from registry.models import Document, JobRun, OutboxMail
from tests import factories as make
from tests.cast import NOW, TODAY


def test_a_slot_is_done_once(cast, session, works):
    session.commit()
    seen = []
    slot = Slot(cast.org.id, "digest", "2026-11-20")
    assert run_once(works, slot, lambda _: seen.append(1), NOW)
    assert not run_once(works, slot, lambda _: seen.append(2), NOW + timedelta(days=1))
    assert seen == [1]


def test_a_failure_undoes_its_effect_and_is_tried_again_until_it_is_parked(cast, session, works):
    session.commit()
    slot = Slot(cast.org.id, "digest", "bad day")

    def fail(inner):
        inner.add(OutboxMail(org_id=cast.org.id, to_address="a", subject="b", body="c", written_at=NOW))
        inner.flush()
        raise ValueError("no")

    for attempt in range(MOST_ATTEMPTS + 2):
        assert not run_once(works, slot, fail, NOW + timedelta(hours=attempt))
    row = session.scalars(select(JobRun)).one()
    assert (row.attempts, row.done_at, row.problem) == (MOST_ATTEMPTS, None, "ValueError")
    assert not session.scalars(select(OutboxMail)).all()


def test_a_slot_that_somebody_works_on_is_left_alone(cast, session, works):
    session.commit()
    slot = Slot(cast.org.id, "digest", "busy")
    inside = []

    def work(_):
        inside.append(1)

    session.add(
        JobRun(
            org_id=cast.org.id, job="digest", slot="busy", attempts=1, leased_until=NOW + timedelta(minutes=5)
        )
    )
    session.commit()
    assert not run_once(works, slot, work, NOW)
    assert run_once(works, slot, work, NOW + timedelta(minutes=6)), "the lease ran out: the worker died"
    assert inside == [1]


def test_the_digest_counts_and_names_nobody(cast, session, works):
    make.make_measure(session, cast.patient, items=[2] * 8 + [1], taken_on=TODAY)
    session.commit()
    assert digest.write_digests(works, NOW) == 2, "one a care manager"
    assert digest.write_digests(works, NOW) == 0
    mails = {row.to_address: row for row in session.scalars(select(OutboxMail))}
    body = mails[cast.owner.email].body
    assert "Same day: 1 patients." in body
    assert "https://registry.example/caseload/" in body
    for hidden in (cast.patient.family_name, cast.patient.given_name, cast.patient.mrn, "PHQ"):
        assert hidden not in body


def test_the_digest_counts_late_advice_and_says_nothing_where_none_is(cast, session, works):
    advice = [
        {"text": "Raise sertraline"},
        {"text": "Check TSH", "category": "labs"},
        {"category": "continue"},
    ]
    make.make_review(
        session,
        cast.episode,
        consultant=cast.consultant.account,
        on=make.days_ago(20),
        recommendations=advice,
    )
    session.commit()
    digest.write_digests(works, NOW)
    mails = {row.to_address: row.body for row in session.scalars(select(OutboxMail))}
    body = mails[cast.owner.email]
    assert "Advice that is late: 2.\nTo deliver: 2.\n" in body
    assert "https://registry.example/loop/?late=1" in body
    for hidden in ("sertraline", "TSH", cast.patient.family_name, cast.pcp.name):
        assert hidden not in body
    assert "Advice" not in mails[cast.outsider.email]


def test_the_digest_waits_for_the_clinics_night_to_end(cast, session, works):
    session.commit()
    assert digest.write_digests(works, datetime(2026, 11, 20, 7, 0, tzinfo=UTC)) == 0, "two in the morning"


def test_the_packet_of_a_review_day_is_ordered_in_its_morning(cast, session, works):
    make.make_mark(session, cast.episode, kind="asked", text="Dose?", on=TODAY - timedelta(days=1))
    cast.riverside.review_weekday = TODAY.weekday()
    cast.hilltop.review_weekday = (TODAY.weekday() + 1) % 7
    session.commit()
    assert packets.order_for_review_days(works, NOW) == 1
    assert packets.order_for_review_days(works, NOW + timedelta(hours=1)) == 0
    document = session.scalars(select(Document)).one()
    assert (document.clinic_id, document.for_on, document.total) == (cast.riverside.id, TODAY, 1)
