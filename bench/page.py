"""The caseload page of one care manager with 100 patients, against its bare minimum.

The bare minimum is what nobody can do without: one indexed query for the scores of these patients, asked through
SQLAlchemy as everything is, and the same table without a thought in it: a template of the page's own markup in which
every text and every attribute is printed, escaped, from a list of plain strings.
"""

import html
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bench import dataset
from bench.measure import TIMES, Figure, at_most, counted, medians, peak_memory
from config import from_environment
from registry import clock
from registry.accounts.services import digest
from registry.app import create_app, settle
from registry.clinical.views import standing
from registry.extensions import db
from registry.models import Account, Episode, Measure, UserSession
from registry.snapshots import facts_of

ADDRESS = "/caseload/"
STATEMENTS, RATIO, MEMORY = 15, 4, 250
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
VALUE = re.compile(r'(?<==")[^"]*(?=")|(?<=>)[^<>]*[^<>\s][^<>]*(?=<)')


def application(path: Path) -> Flask:
    """The registry on the measured database as wsgi.py serves it, on the day up to which its histories go."""
    clock.now = lambda: dataset.NOW
    keys = {
        "REGISTRY_SECRET_KEY": "a" * 64,
        "REGISTRY_DATABASE_KEY": dataset.KEY,
        "REGISTRY_AUDIT_KEY": "1:" + dataset.AUDIT_KEYS["1"].decode(),
        "DATABASE_URL": f"sqlite:///{path.resolve()}",
    }
    app = create_app({**from_environment(keys), "TESTING": True, "WTF_CSRF_ENABLED": False})
    settle()
    return app


def signed_in(app: Flask, email: str) -> FlaskClient:
    """A browser with the session of a person."""
    secret, client = secrets.token_urlsafe(32), app.test_client()
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email == email)).one()
        now = dataset.NOW
        db.session.add(UserSession(id=digest(secret), account_id=account.id, begun_at=now, seen_at=now))
        uniquifier = account.fs_uniquifier
        db.session.commit()
    with client.session_transaction() as cookie:
        cookie.permanent = True
        cookie.update(_user_id=uniquifier, _fresh=True, sid=secret, fs_cc="set", fs_paa=time.time())
    return client


def measure(path: Path) -> list[Figure]:
    app = application(path)
    client = signed_in(app, "m.ortiz@demo.example")
    with app.app_context():
        engine = db.engine

    def page() -> TestResponse:
        answer = client.get(ADDRESS)
        assert answer.status_code == 200, answer.status
        return answer

    def first_page() -> TestResponse:
        facts_of.cache_clear()
        standing.cache_clear()
        return page()

    text = page().get_data(as_text=True)
    with counted(engine) as sent:
        size = len(page().data)
    for _ in range(TIMES):
        page()
    memory = peak_memory()
    with Session(engine) as session:
        spent, first, asked, drawn = medians(page, first_page, _bare_query(session), _bare_table(text))
    what = f"caseload page of {text.count('<tr') - 1} patients"
    sides = (
        f"page {spent * 1000:.1f} ms ({size / 1024:.0f} KB) / bare {(asked + drawn) * 1000:.1f} ms "
        f"= query {asked * 1000:.1f} + static table {drawn * 1000:.1f}"
    )
    return [
        at_most(f"{what}: statements", len(sent), STATEMENTS, ""),
        at_most(f"{what}: server time", spent / (asked + drawn), RATIO, "times bare", sides),
        Figure(
            f"{what}: first look",
            f"{first / (asked + drawn):.3g} times bare",
            "",
            None,
            f"{first * 1000:.1f} ms, with every episode judged anew",
        ),
        at_most(f"{what}: peak memory", memory, MEMORY, "MB", "whole process, 32 requests"),
    ]


def _bare_query(session: Session) -> Callable[[], Any]:
    """The scores of the caseload: each table is reached by its index, in this order on every database."""
    account = session.scalars(select(Account).where(Account.email == "m.ortiz@demo.example")).one()
    own = (
        select(Episode.patient_id)
        .where(Episode.org_id == account.org_id, Episode.care_manager_id == account.id, Episode.closed_on.is_(None))
    )  # fmt: skip
    scores = select(
        Measure.patient_id, Measure.id, Measure.instrument, Measure.taken_on, Measure.total, Measure.answered,
        Measure.items, Measure.item9, Measure.source, Measure.prorated, Measure.reviewed_on,
    ).where(Measure.org_id == account.org_id, Measure.patient_id.in_(own))  # fmt: skip

    def ask() -> Any:
        found = session.execute(scores).all()
        session.rollback()
        return found

    assert len(ask()) > 500, "the query finds the scores of the caseload"
    return ask


def _bare_table(page: str) -> Callable[[], str]:
    """The page's table with its values taken out, and put back from a list."""
    found = TABLE.search(page)
    assert found, "the page has a table"
    values: list[str] = []

    def take(match: re.Match[str]) -> str:
        values.append(html.unescape(match.group()))
        return f"{{{{ values[{len(values) - 1}] }}}}"

    source = VALUE.sub(take, found.group().replace("{", "&#123;"))
    template = jinja2.Environment(autoescape=True).from_string(source)
    return lambda: template.render(values=values)
