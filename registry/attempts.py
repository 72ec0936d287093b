"""Failed attempts to prove who one is: counted in the database, by whatever key the caller gives, in a window of time.

Sign-in counts by account and address, a PCP's link by link and address.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.models import AttemptBucket

WINDOW = timedelta(minutes=15)


def too_many(session: Session, limits: Mapping[str, int], now: datetime) -> bool:
    """Whether any of these counters is at its limit in the running window."""
    return full_until(session, limits, now) is not None


def full_until(session: Session, limits: Mapping[str, int], now: datetime) -> datetime | None:
    """When none of these counters will be at its limit any more; None where none is now."""
    rows = session.scalars(select(AttemptBucket).where(AttemptBucket.key.in_(limits))).all()
    full = [row for row in rows if row.attempts >= limits[row.key] and now - row.window_at < WINDOW]
    return max((row.window_at + WINDOW for row in full), default=None)


def count(session: Session, keys: Collection[str], now: datetime) -> None:
    """Count one failed attempt against each key, in a window that begins with the first."""
    for key in keys:
        bucket = _bucket(session, key) or _begun(session, key, now)
        if now - bucket.window_at >= WINDOW:
            bucket.window_at, bucket.attempts = now, 1
        else:
            bucket.attempts += 1


def _bucket(session: Session, key: str) -> AttemptBucket | None:
    """The counter of a key as it stands, kept for this transaction."""
    mine = select(AttemptBucket).where(AttemptBucket.key == key)
    return session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def _begun(session: Session, key: str, now: datetime) -> AttemptBucket:
    """A counter at nought; where somebody else begins the same one at this moment, theirs."""
    bucket = AttemptBucket(key=key, window_at=now, attempts=0)
    try:
        with session.begin_nested():
            session.add(bucket)
    except IntegrityError:
        theirs = _bucket(session, key)
        assert theirs is not None, "a counter is not removed while it is begun"
        return theirs
    return bucket


def take_back(session: Session, key: str) -> None:
    """What was counted before anybody looked at it was no failure."""
    counted = update(AttemptBucket).where(AttemptBucket.key == key, AttemptBucket.attempts > 0)
    session.execute(counted.values(attempts=AttemptBucket.attempts - 1))


def forget(session: Session, key: str) -> None:
    """A success ends the count of that key."""
    session.execute(delete(AttemptBucket).where(AttemptBucket.key == key))
