"""What a person does to their own account, and what happens when they sign in or out."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.models import Account, UserSession


def digest(secret: str) -> str:
    """What is kept of a browser's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin_session(session: Session, account: Account, now: datetime, address: str, agent: str) -> str:
    """Sign a browser in: a new secret for its cookie, of which the table keeps the hash."""
    secret = secrets.token_urlsafe(32)
    row = UserSession(
        id=digest(secret),
        account_id=account.id,
        begun_at=now,
        seen_at=now,
        address=address,
        agent=agent[:200],
    )
    session.add(row)
    _record(session, account, "sign_in")
    return secret


def end_session(session: Session, account: Account, secret: str, now: datetime) -> None:
    """Sign a browser out for good: a copied cookie dies with it."""
    session.execute(update(UserSession).where(UserSession.id == digest(secret)).values(revoked_at=now))
    _record(session, account, "sign_out")


def end_other_sessions(session: Session, account: Account, secret: str, now: datetime) -> None:
    """Sign out every other browser of this person."""
    others = update(UserSession).where(UserSession.account_id == account.id, UserSession.id != digest(secret))
    session.execute(others.where(UserSession.revoked_at.is_(None)).values(revoked_at=now))
    _record(session, account, "end_other_sessions")


def note_password_change(session: Session, account: Account) -> None:
    """Leave the trace of a changed password; the library has changed it."""
    _record(session, account, "change_password")


def save_preferences(session: Session, viewer: Viewer, chosen: dict[str, str]) -> None:
    """Keep how this person likes the screens."""
    account = session.get_one(Account, viewer.account_id)
    for name in ("theme", "density", "keys", "first_page"):
        setattr(account, name, chosen[name])
    audit.record(session, viewer, audit.Act("save_preferences", "account", "account", viewer.account_id))


def _record(session: Session, account: Account, action: str) -> None:
    who = Viewer(account.id, account.org_id, account.name, frozenset())
    audit.record(session, who, audit.Act(action, "account", "account", account.id))
