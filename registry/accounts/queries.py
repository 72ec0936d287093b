"""Accounts and the browsers they are signed in from."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AttemptBucket, UserSession

ATTEMPT_WINDOW = timedelta(minutes=15)
ACCOUNT_ATTEMPTS = 10
ADDRESS_ATTEMPTS = 100


def open_browsers(session: Session, account_id: UUID) -> list[UserSession]:
    """Where this person is signed in, the latest first."""
    found = select(UserSession).where(UserSession.account_id == account_id, UserSession.revoked_at.is_(None))
    return list(session.scalars(found.order_by(UserSession.seen_at.desc())))


def too_many_attempts(session: Session, limits: dict[str, int], now: datetime) -> bool:
    """Whether any of these counters is over its limit in the running window."""
    rows = session.scalars(select(AttemptBucket).where(AttemptBucket.key.in_(limits))).all()
    return any(row.attempts >= limits[row.key] for row in rows if now - row.window_at < ATTEMPT_WINDOW)
