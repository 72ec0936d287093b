"""A signature: whoever signs shows once more who they are, unless they did so a moment ago.

A moment is the freshness of sensitive acts (15 minutes, docs/security.md).  Five wrong passwords end the session: the
sign-in page counts further ones.
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


def is_fresh() -> bool:
    """The password was given within the last minutes, at the sign-in or for another signature."""
    since = g.browser.begun_at
    if proved := session.get("proved_at"):
        since = max(since, datetime.fromisoformat(proved))
    return bool(now() - since <= current_app.config["SECURITY_FRESHNESS"])


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
