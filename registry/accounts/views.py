"""Signing in and out, the first page, preferences."""

import hashlib
from typing import Any

from flask import Blueprint, Flask, Response, g, render_template, request, session, url_for
from flask_login import current_user, user_logged_out
from flask_security import password_changed, user_authenticated
from sqlalchemy import text

from registry import attempts
from registry.access.policies import may
from registry.accounts import queries, services
from registry.accounts.forms import PreferencesForm
from registry.extensions import db
from registry.web.guards import begin, needs, now, viewer
from registry.web.redirects import redirect
from registry.web.transaction import already_done, done
from registry.web.waiting import refuse_too_many

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")

FIRST_PAGES = {"caseload": "caseload.index", "consult": "consult.agenda", "patients": "patients.index"}
USUAL = (
    ("record_contact", "caseload.index"),
    ("write_advice", "consult.agenda"),
    ("see_panel", "patients.panel"),
    ("see_caseload", "caseload.index"),
    ("manage_accounts", "admin.accounts"),
    ("read_audit", "admin.audit_trail"),
)


def watch_sign_in(app: Flask) -> None:
    """Hang our session table and the attempt counter on the library's sign-in."""
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    password_changed.connect(_password_changed, app)
    app.before_request(_throttle)
    app.after_request(_count)


@blueprint.get("/first-page")
@needs("own_account")
def first_page() -> Response:
    """The page that this person chose, or the usual one of their role."""
    who = viewer()
    usual = next((to for action, to in USUAL if may(who, action)), "accounts.preferences")
    chosen = FIRST_PAGES.get(current_user.first_page) if may(who, "see_caseload") else None
    return redirect(url_for(chosen or usual))


@blueprint.route("/preferences", methods=["GET", "POST"])
@needs("own_account")
def preferences() -> str | Response:
    form = PreferencesForm(obj=current_user)
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        services.save_preferences(db.session(), viewer(), {field.name: field.data for field in form})
        return done(form, url_for("accounts.preferences"), "Preferences saved.")
    browsers = queries.open_browsers(db.session(), viewer().account_id)
    here = services.digest(session.get("sid", ""))
    return render_template("accounts/preferences.html", form=form, browsers=browsers, here=here)


@blueprint.post("/end-other-sessions")
@needs("own_account")
def end_other_sessions() -> Response:
    services.end_other_sessions(db.session(), current_user, session["sid"], now())
    return redirect(url_for("accounts.preferences"))


@blueprint.post("/extend")
@needs("own_account")
def extend() -> tuple[str, int]:
    """Asked by the page that warns of the time-out: being asked is enough."""
    return "", 204


@blueprint.get("/health")
def health() -> dict[str, str]:
    """For the load balancer: the database answers."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}


def _signed_in(_app: Flask, user: Any, **_: Any) -> None:
    if "now" not in g:
        begin()
    address, agent = request.remote_addr or "", request.user_agent.string
    session.permanent = True
    session["sid"] = services.begin_session(db.session(), user, now(), address, agent)
    attempts.forget(db.session(), _account_key(user.email))


def _signed_out(_app: Flask, user: Any, **_: Any) -> None:
    if "sid" in session and user is not None and user.is_authenticated:
        services.end_session(db.session(), user, session.pop("sid"), now())


def _password_changed(_app: Flask, user: Any, **_: Any) -> None:
    services.note_password_change(db.session(), user)
    services.end_other_sessions(db.session(), user, session.get("sid", ""), now())


def _throttle() -> None:
    """Refuse before the password is looked at, with the same answer for every name."""
    if _is_attempt():
        refuse_too_many(_limits())


def _count(response: Response) -> Response:
    if _is_attempt() and response.status_code in (200, 400, 401):
        attempts.count(db.session(), _limits(), now())
    return response


def _is_attempt() -> bool:
    return request.endpoint == "security.login" and request.method == "POST"


def _limits() -> dict[str, int]:
    return {
        _account_key(request.form.get("email", "")): queries.ACCOUNT_ATTEMPTS,
        f"address:{request.remote_addr}": queries.ADDRESS_ATTEMPTS,
    }


def _account_key(email: str) -> str:
    return "account:" + hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
