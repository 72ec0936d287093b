"""The application: binds the extensions, registers the slices, hangs up guards, errors and filters."""

import gc
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_security import SQLAlchemyUserDatastore
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import cli
from registry.accounts.views import blueprint as accounts
from registry.accounts.views import first_page, watch_sign_in
from registry.admin.views import blueprint as admin
from registry.caseload.views import blueprint as caseload
from registry.chart.views import blueprint as chart
from registry.consult.views import blueprint as consult
from registry.contacts.views import blueprint as contacts
from registry.episodes.views import blueprint as episodes
from registry.extensions import csrf, db, engine_options, migrate, prepare, security
from registry.files import ROOT, STATIC, TEMPLATES
from registry.inbox.views import blueprint as inbox
from registry.loop.views import blueprint as loop
from registry.measures.views import blueprint as measures
from registry.meeting.views import blueprint as meeting
from registry.models import Account
from registry.pathways.views import blueprint as pathways
from registry.patients.views import blueprint as patients
from registry.plans.views import blueprint as plans
from registry.printing.views import blueprint as printing
from registry.protocol.views import blueprint as protocol
from registry.reply.views import blueprint as reply
from registry.safety.views import blueprint as safety
from registry.therapy.views import blueprint as therapy
from registry.trackers.views import blueprint as trackers
from registry.treatment.views import blueprint as treatment
from registry.web import errors, filters, guards, headers, layout
from registry.week.views import blueprint as week

SLICES = (
    accounts, admin, caseload, chart, consult, contacts, episodes, inbox, loop, measures, meeting, pathways, patients, plans, printing, protocol,
    reply, safety, treatment, therapy, trackers, week,
)  # fmt: skip

SETTINGS = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
    "MAX_CONTENT_LENGTH": 10 * 2**20,
    "MAX_FORM_MEMORY_SIZE": 2**20,
    "MAX_FORM_PARTS": 1000,
    "WTF_CSRF_TIME_LIMIT": None,  # as long as the session, or a form left open over lunch is lost
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_LENGTH_MIN": 15,
    "SECURITY_PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKD",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_CLI_USERS_NAME": None,  # ours leave a trace
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_TRACKABLE": True,
    "SECURITY_JOIN_USER_ROLES": False,  # rights come from memberships
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_FRESHNESS": timedelta(minutes=15),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_URL_PREFIX": "/accounts",
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/accounts/login",
    "SECURITY_POST_CHANGE_VIEW": "/",
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_DATETIME_FACTORY": guards.aware_now,
    "SECURITY_MSG_PASSWORD_CHANGE": ("Your password is changed.", "success"),
    "SECURITY_FLASH_MESSAGES": True,
}


def settle() -> None:
    """Tell the garbage collector of a process that serves: what is loaded stays, and a page makes many short-lived facts.

    With the usual threshold of 700 objects a caseload is looked through thirty times while it is put together, and now
    and then the whole program with it (a tenth of a second).
    """
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def create_app(config: Mapping[str, Any]) -> Flask:
    """The registry with `config` (see config.py): ready to serve, nothing read from the environment."""
    app = Flask("registry", static_folder=str(STATIC), template_folder=str(TEMPLATES))
    app.config.update(SETTINGS)
    app.config.update(config)
    app.config["SQLALCHEMY_DATABASE_URI"] = config["DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(config["DATABASE_URL"])
    app.config.setdefault("SECURITY_PASSWORD_SALT", config["SECRET_KEY"])
    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    _bind_extensions(app)
    for slice_ in SLICES:
        app.register_blueprint(slice_)
    app.add_url_rule("/", view_func=first_page, endpoint="first_page")
    for part in (guards, headers, filters, layout, errors):
        part.hang_up(app)
    watch_sign_in(app)
    cli.hang_up(app)
    return app


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare(db.engine, app.config.get("DATABASE_KEY"))
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    datastore = SQLAlchemyUserDatastore(db, Account, None)
    security.init_app(app, datastore)
    guards.load_viewers(app)
