"""Jobs: a slot is done once, a mail names nobody, the packet of a review day is ready in the morning."""

import socketserver
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from registry.jobs import digest, mail, packets
from registry.jobs.runner import MOST_ATTEMPTS, Slot, Works, run_once
from registry.models import Document, JobRun, OutboxMail
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.settings import settings


@pytest.fixture
def works(engine):
    return Works(
        engine, settings("sqlite://")["AUDIT_KEYS"], "", "registry@example.org", "https://registry.example"
    )


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


class Postbox(socketserver.StreamRequestHandler):
    """A mail server of the smallest kind: takes what comes."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part
                self.server.letters.append(letter.decode())
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def postbox():
    with socketserver.TCPServer(("127.0.0.1", 0), Postbox) as server:
        server.letters = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def test_mail_is_sent_once_and_carries_the_rows_id(cast, session, works, postbox):
    session.add(
        OutboxMail(
            org_id=cast.org.id,
            to_address="a@example.org",
            subject="Your caseload",
            body="Hello",
            written_at=NOW,
        )
    )
    session.commit()
    row = session.scalars(select(OutboxMail)).one()
    session.commit()
    sending = Works(
        works.engine, works.audit_keys, f"smtp://127.0.0.1:{postbox.server_address[1]}", "r@example.org", ""
    )
    assert mail.send_waiting(sending) == 1
    assert mail.send_waiting(sending) == 0
    (letter,) = postbox.letters
    assert f"Message-ID: <{row.id}@registry>" in letter
    assert "Hello" in letter


def test_mail_waits_for_a_server_that_is_not_there(cast, session, works):
    session.add(
        OutboxMail(org_id=cast.org.id, to_address="a@example.org", subject="s", body="b", written_at=NOW)
    )
    session.commit()
    nowhere = Works(works.engine, works.audit_keys, "smtp://127.0.0.1:1", "r@example.org", "")
    assert mail.send_waiting(nowhere) == 0
    row = session.scalars(select(OutboxMail)).one()
    assert (row.sent_at, row.attempts) == (None, 1)
