"""Failed attempts to prove who one is: counted in the database, by whatever key the caller gives, in a window of time.

Sign-in counts by account and address, a PCP's link by link and address.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.models import AttemptBucket

WINDOW = timedelta(minutes=15)


def too_many(session: Session, limits: Mapping[str, int], now: datetime) -> bool:
    """Whether any of these counters is at its limit in the running window."""
    rows = session.scalars(select(AttemptBucket).where(AttemptBucket.key.in_(limits))).all()
    return any(row.attempts >= limits[row.key] for row in rows if now - row.window_at < WINDOW)


def count(session: Session, keys: Collection[str], now: datetime) -> None:
    """Count one failed attempt against each key, in a window that begins with the first."""
    for key in keys:
        bucket = session.scalar(select(AttemptBucket).where(AttemptBucket.key == key).with_for_update())
        if bucket is None:
            session.add(AttemptBucket(key=key, window_at=now, attempts=1))
        elif now - bucket.window_at >= WINDOW:
            bucket.window_at, bucket.attempts = now, 1
        else:
            bucket.attempts += 1


def forget(session: Session, key: str) -> None:
    """A success ends the count of that key."""
    session.execute(delete(AttemptBucket).where(AttemptBucket.key == key))
