"""A signature: whoever signs shows once more who they are, unless they did so for another signature a moment ago.

A moment is the freshness of sensitive acts (15 minutes, docs/security.md); the sign-in is no signature and does not count.
Five wrong passwords end the session: the sign-in page counts further ones.
"""

from datetime import datetime

from flask import abort, current_app, g, session
from flask_login import current_user, logout_user
from flask_security.utils import verify_password
from sqlalchemy import update

from registry import attempts
from registry.extensions import db
from registry.models import UserSession
from registry.web.guards import now

TRIES = 5


def proved_at() -> datetime | None:
    """When the password was last given for a signature: in this session and a moment ago, else nothing."""
    kept = session.get("proved_at")
    if not kept:
        return None
    given = datetime.fromisoformat(kept)
    is_fresh = now() - given <= current_app.config["SECURITY_FRESHNESS"]
    return given if is_fresh and given >= g.browser.begun_at else None


def proves(password: str) -> bool:
    """The password is the signer's; the fifth wrong one ends the session (401)."""
    counter = f"signature:{current_user.id}"
    if password and verify_password(password, current_user.password):
        session["proved_at"] = now().isoformat()
        attempts.forget(db.session(), counter)
        return True
    if password:
        attempts.count(db.session(), [counter], now())
        if attempts.too_many(db.session(), {counter: TRIES}, now()):
            _end_session()
    return False


def _end_session() -> None:
    db.session.execute(update(UserSession).where(UserSession.id == g.browser.id).values(revoked_at=now()))
    db.session.commit()
    logout_user()
    abort(401)
