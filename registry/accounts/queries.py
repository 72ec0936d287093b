"""Accounts and the browsers they are signed in from."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import UserSession

ACCOUNT_ATTEMPTS = 10
ADDRESS_ATTEMPTS = 100


def open_browsers(session: Session, account_id: UUID) -> list[UserSession]:
    """Where this person is signed in, the latest first."""
    found = select(UserSession).where(UserSession.account_id == account_id, UserSession.revoked_at.is_(None))
    return list(session.scalars(found.order_by(UserSession.seen_at.desc())))
