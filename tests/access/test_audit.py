"""The audit trail: only ever added to, and a broken link shows. On both databases."""

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DatabaseError

from registry import audit
from registry.models import AuditEvent, AuditHead, AuditPatient, guards
from tests.cast import NOW
from tests.settings import settings

KEYS = settings("sqlite://")["AUDIT_KEYS"]


@pytest.fixture
def trail(cast, session):
    """Five events, the third about the patient."""
    for number in range(5):
        patients = [cast.patient.id] if number == 2 else []
        audit.record(session, cast.owner.viewer, audit.Act("read", "chart", "patient", number, patients))
    session.commit()
    return cast.org.id


def unguarded(session):
    """What somebody does who owns the database: the triggers are gone."""
    names = guards.SQLITE if session.get_bind().dialect.name == "sqlite" else guards.POSTGRESQL
    for name, body in names.items():
        table = body.split(" ON ", 1)[1].split(" ", 1)[0]
        suffix = "" if session.get_bind().dialect.name == "sqlite" else f" ON {table}"
        session.execute(text(f"DROP TRIGGER {name}{suffix}"))
    session.commit()


def problems(session, org_id):
    return list(audit.verify(session, org_id, KEYS))


def test_an_untouched_chain_is_whole(trail, session):
    assert problems(session, trail) == []


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_event SET action = 'nothing' WHERE seq = 3",
        "UPDATE audit_event SET seq = 99 WHERE seq = 1",
        "DELETE FROM audit_event WHERE seq = 2",
        "DELETE FROM audit_event WHERE seq = 5",
        "DELETE FROM audit_patient",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 3",
    ],
)
def test_an_attack_is_refused_by_the_database(trail, session, attack):
    with pytest.raises(DatabaseError, match=r"audit|foreign key|FOREIGN KEY|out of order"):
        session.execute(text(attack))
    session.rollback()
    assert problems(session, trail) == []


def test_a_row_out_of_order_is_refused(trail, session):
    columns = ", ".join(column.name for column in AuditEvent.__table__.columns)
    copied = columns.replace("seq", "99", 1)
    with pytest.raises(DatabaseError, match="out of order"):
        session.execute(
            text(f"INSERT INTO audit_event ({columns}) SELECT {copied} FROM audit_event WHERE seq = 1")
        )
    session.rollback()


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_event SET action = 'nothing' WHERE seq = 3",
        "UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE seq = 3",
        "DELETE FROM audit_patient",
        "UPDATE audit_head SET seq = 3",
        "DELETE FROM audit_head",
    ],
)
def test_without_the_triggers_the_chain_still_tells(trail, session, attack):
    unguarded(session)
    session.execute(text(attack))
    session.commit()
    assert problems(session, trail)


def test_a_missing_event_and_a_cut_tail_are_told(trail, session):
    unguarded(session)
    session.execute(delete(AuditEvent).where(AuditEvent.seq == 2))
    session.execute(delete(AuditEvent).where(AuditEvent.seq == 5))
    session.commit()
    told = " ".join(problems(session, trail))
    assert "Event 2 is missing" in told
    assert "the tail was cut" in told


def test_another_key_verifies_nothing(trail, session):
    assert len(list(audit.verify(session, trail, {"1": b"another"}))) >= 5
    assert "not at hand" in next(iter(audit.verify(session, trail, {"2": b"another"})))


def test_work_that_is_undone_leaves_no_event_and_no_gap(trail, cast, session):
    audit.record(session, cast.owner.viewer, audit.Act("read", "chart"))
    session.rollback()
    assert session.scalar(select(AuditHead.seq).where(AuditHead.org_id == trail)) == 5
    audit.record(session, cast.owner.viewer, audit.Act("read", "chart"))
    session.commit()
    assert problems(session, trail) == []


def test_who_saw_this_patient(trail, cast, session):
    assert session.scalars(
        select(AuditPatient.seq).where(AuditPatient.patient_id == cast.patient.id)
    ).all() == [3]
    assert session.scalar(select(func.count()).select_from(AuditPatient)) == 1


def test_without_its_keys_a_session_records_nothing(engine, cast, session):
    session.info.pop("audit")
    with pytest.raises(KeyError):
        audit.record(session, cast.owner.viewer, audit.Act("read", "chart"))
    assert NOW.tzinfo is not None
