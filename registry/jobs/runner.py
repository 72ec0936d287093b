"""How a job runs: it claims a slot, does one unit a transaction, and is safe to run twice.

A slot is a day of a clinic ('2026-11-20'). Whoever moves its lease forward does the work; effect and 'done' are one
commit. A slot that failed five times is parked for a person to look at.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models import JobRun

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
log = logging.getLogger("registry.jobs")


@dataclass(frozen=True, slots=True)
class Works:
    """What every job needs: the database, the keys of the audit chain, and where mail goes."""

    engine: Engine
    audit_keys: Mapping[str, bytes]
    smtp_url: str
    mail_from: str
    base_url: str

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: committed at its end, or as if it had never begun."""
        with Session(self.engine, expire_on_commit=False) as session:
            audit.bind(session, audit.AuditContext(self.audit_keys, clock.now()))
            yield session
            session.commit()


@dataclass(frozen=True, slots=True)
class Slot:
    """One run of one job for one organisation."""

    org_id: UUID
    job: str
    key: str


def run_once(works: Works, slot: Slot, work: Callable[[Session], None], now: datetime) -> bool:
    """Do the work of a slot unless it is done, being done, or parked; True when it was done here."""
    if not _claim(works, slot, now):
        return False
    try:
        with works.transaction() as session:
            work(session)
            _mine(session, slot, done_at=now, problem="")
    except Exception as error:
        log.exception("job %s slot %s failed", slot.job, slot.key)
        with works.transaction() as session:
            _mine(session, slot, problem=type(error).__name__, leased_until=None)
        return False
    return True


def _claim(works: Works, slot: Slot, now: datetime) -> bool:
    """Move the lease of a slot forward; of two that try, one succeeds."""
    _ensure(works, slot)
    free = or_(JobRun.leased_until.is_(None), JobRun.leased_until < now)
    with works.transaction() as session:
        taken = (
            update(JobRun)
            .where(JobRun.org_id == slot.org_id, JobRun.job == slot.job, JobRun.slot == slot.key)
            .where(JobRun.done_at.is_(None), free, JobRun.attempts < MOST_ATTEMPTS)
            .values(leased_until=now + LEASE, attempts=JobRun.attempts + 1)
        )
        return session.execute(taken).rowcount == 1  # type: ignore[attr-defined]


def _ensure(works: Works, slot: Slot) -> None:
    known = select(JobRun.id).where(
        JobRun.org_id == slot.org_id, JobRun.job == slot.job, JobRun.slot == slot.key
    )
    try:
        with works.transaction() as session:
            if session.scalar(known) is None:
                session.add(JobRun(org_id=slot.org_id, id=uuid4(), job=slot.job, slot=slot.key, attempts=0))
    except IntegrityError:
        return  # another runner made it in the same moment


def _mine(session: Session, slot: Slot, **values: object) -> None:
    row = update(JobRun).where(JobRun.org_id == slot.org_id, JobRun.job == slot.job, JobRun.slot == slot.key)
    session.execute(row.values(**values))
