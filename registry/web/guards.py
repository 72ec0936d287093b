"""Who is asking and may they: every endpoint names the action that it needs, or is refused."""

import hashlib
import logging
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, current_app, g, request, session, url_for
from flask_login import current_user
from flask_security.utils import set_request_attr
from sqlalchemy import and_, bindparam, select, update

from registry import audit, clock
from registry.access.policies import check
from registry.access.viewer import Viewer
from registry.extensions import db
from registry.models import Account, Clinic, Membership, UserSession
from registry.snapshots import protocols
from registry.web.redirects import redirect

log = logging.getLogger("registry.access")

PUBLIC = frozenset(
    {"static", "security.login", "security.logout", "accounts.health", "reply.open_link", "reply.answer"}
)
"""Endpoints for everybody; sign-out only ends what there is.

A PCP without an account answers by `reply.open_link` and `reply.answer`: the first shows a field for a code whatever its
address and takes ten wrong codes in a quarter of an hour for a link and fifty from an address; the second opens nothing to a
browser that was not given a ticket for that one link.
"""
OWN = frozenset({"security.change_password", "security.verify"})
"""The library's pages about one's own account."""
WITHOUT_PATIENTS = frozenset({"own_account", "manage_accounts", "read_audit"})
UNASKED = frozenset({"meeting.here"})
"""What an open page sends by itself: it must not keep a session alive that nobody uses."""
ABSOLUTE_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
View = TypeVar("View", bound=Callable[..., Any])


def needs(action: str) -> Callable[[View], View]:
    """Declare the action of `access/policies.py` that an endpoint needs."""

    def mark(view: View) -> View:
        view.needs_action = action  # type: ignore[attr-defined]
        return view

    return mark


def hang_up(app: Flask) -> None:
    """Refuse what is not declared, and keep one transaction a request."""
    app.before_request_funcs.setdefault(None, []).insert(0, begin)  # before the libraries look for a person
    app.before_request(refuse_undeclared)
    app.after_request(finish)


def declared(app: Flask, endpoint: str) -> str | None:
    """The action that an endpoint needs; 'public' for everybody; None when nobody declared one."""
    if endpoint in PUBLIC:
        return "public"
    if endpoint in OWN:
        return "own_account"
    return getattr(app.view_functions[endpoint], "needs_action", None)


def begin() -> None:
    """Give the request its number, its time, and the session what the audit trail needs."""
    g.request_id = uuid.uuid4().hex[:12]
    g.now = clock.now()
    context = audit.AuditContext(
        current_app.config["AUDIT_KEYS"], g.now, g.request_id, request.remote_addr or ""
    )
    audit.bind(db.session(), context)


def refuse_undeclared() -> Response | None:
    """Default deny: 403 for an endpoint without an action, sign-in for a stranger, 403 for the wrong role."""
    if request.endpoint is None:
        return None
    action = declared(current_app, request.endpoint)
    if action == "public":
        return None
    if action is None:
        log.error("endpoint %s declares no action", request.endpoint)
        abort(403)
    if not current_user.is_authenticated:
        return to_sign_in()
    check(viewer(), action)
    return None


def to_sign_in() -> Response:
    """Lead to the sign-in page; a fragment request leads the whole page there, not a row of a table."""
    target = url_for(
        "security.login", next=request.full_path.rstrip("?") if request.method == "GET" else None
    )
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("security.login")})
    return redirect(target)


def finish(response: Response) -> Response:
    """One commit a request; a page about patients that left no audit row is not shown."""
    if response.status_code >= 500:
        db.session.rollback()
        return response
    if _shows_patients(response) and not db.session.info.get("audited"):
        db.session.rollback()
        log.error("endpoint %s showed patients without an audit row", request.endpoint)
        raise RuntimeError(
            f"{request.endpoint} must record what it shows: call audit.record in the view's service"
        )
    db.session.commit()
    return response


def _shows_patients(response: Response) -> bool:
    action = declared(current_app, request.endpoint) if request.endpoint else "public"
    page = request.method == "GET" and response.status_code == 200
    return page and action is not None and action != "public" and action not in WITHOUT_PATIENTS


def viewer() -> Viewer:
    """The person who is signed in, with the roles of this moment."""
    found: Viewer = g.viewer
    return found


def today() -> date:
    """The calendar day where the viewer works."""
    return clock.today(g.get("zone", clock.DEFAULT_ZONE), g.now)


def now() -> datetime:
    """The time of the request: one for all its rows."""
    moment: datetime = g.now
    return moment


def local_now() -> datetime:
    """The time of the request as the clock on the clinic's wall shows it."""
    return now().astimezone(ZoneInfo(g.get("zone", clock.DEFAULT_ZONE)))


def aware_now() -> datetime:
    """The time that the sign-in library writes."""
    return clock.now()


def load_viewers(app: Flask) -> None:
    """Load account, browser session and roles in one statement, in place of the library's look-up."""
    app.login_manager.user_loader(load_account)  # type: ignore[attr-defined]


_SIGNED_IN = (
    select(
        Account,
        UserSession,
        Membership.clinic_id,
        Membership.role,
        Clinic.timezone,
        protocols.told_of(Account.org_id).label("protocols"),
    )
    .join(UserSession, UserSession.account_id == Account.id)
    .outerjoin(Membership, and_(Membership.org_id == Account.org_id, Membership.account_id == Account.id))
    .outerjoin(Clinic, and_(Clinic.org_id == Membership.org_id, Clinic.id == Membership.clinic_id))
    .where(
        Account.active, Account.fs_uniquifier == bindparam("uniquifier"), UserSession.id == bindparam("sid")
    )
    .order_by(Clinic.name)
)
"""Written once: a statement that is built anew for every request costs more than the database's answer."""


def load_account(uniquifier: str) -> Account | None:
    """The account behind a cookie, if its browser session stands: not revoked, not idle, not too old."""
    sid = hashlib.sha256(session.get("sid", "").encode()).hexdigest()
    rows = db.session.execute(_SIGNED_IN, {"uniquifier": uniquifier, "sid": sid}).all()
    if not rows or not _stands(rows[0][1]):
        return None
    account, browser = rows[0][0], rows[0][1]
    if request.endpoint not in UNASKED:
        _seen(browser)
    g.browser = browser
    roles = frozenset((row.clinic_id, row.role) for row in rows if row.role)
    protocols.remember(db.session(), account.org_id, rows[0].protocols)
    g.viewer = Viewer(account.id, account.org_id, account.name, roles)
    g.zone = rows[0].timezone or clock.DEFAULT_ZONE
    set_request_attr("fs_authn_via", "session")  # what the library's own pages ask for
    return account


def _stands(browser: UserSession) -> bool:
    idle: timedelta = current_app.config["IDLE"]
    fresh = g.now - browser.seen_at <= idle and g.now - browser.begun_at <= ABSOLUTE_SESSION
    return browser.revoked_at is None and fresh


def _seen(browser: UserSession) -> None:
    if g.now - browser.seen_at >= SEEN_EVERY:
        db.session.execute(update(UserSession).where(UserSession.id == browser.id).values(seen_at=g.now))
