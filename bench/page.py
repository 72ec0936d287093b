"""The caseload page of one care manager with 100 patients, against its bare minimum.

The bare minimum is what nobody can do without: one indexed query for the scores of these patients through the bare
driver, and a template that prints as many rows and cells, with as many characters, from plain strings.
"""

import secrets
import time
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bench import dataset
from bench.measure import Figure, at_most, counted, median_wall, peak_memory
from config import from_environment
from registry import clock
from registry.accounts.services import digest
from registry.app import create_app
from registry.extensions import db
from registry.models import Account, UserSession

ADDRESS = "/caseload/"
STATEMENTS, RATIO, MEMORY = 15, 4, 250
SCORES_OF_A_CASELOAD = """
SELECT e.id, e.enrolled_on, p.family_name, p.given_name, p.birth_date, m.taken_on, m.instrument, m.total, m.item9
FROM episode e JOIN patient p ON p.org_id = e.org_id AND p.id = e.patient_id
JOIN measure m ON m.org_id = p.org_id AND m.patient_id = p.id
WHERE e.org_id = ? AND e.care_manager_id = ? AND e.closed_on IS NULL AND e.enrolled_on IS NOT NULL
ORDER BY p.search_name, m.taken_on
"""
STATIC_TABLE = jinja2.Environment(autoescape=True).from_string(
    "<!doctype html><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
    "{% endfor %}</table>"
)


def application(path: Path) -> Flask:
    """The registry on the measured database, on the day up to which its histories go."""
    clock.now = lambda: dataset.NOW
    keys = {
        "REGISTRY_SECRET_KEY": "a" * 64,
        "REGISTRY_DATABASE_KEY": dataset.KEY,
        "REGISTRY_AUDIT_KEY": "1:" + dataset.AUDIT_KEYS["1"].decode(),
        "DATABASE_URL": f"sqlite:///{path.resolve()}",
    }
    return create_app({**from_environment(keys), "TESTING": True, "WTF_CSRF_ENABLED": False})


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

    cells = _cells(page().get_data(as_text=True))
    with counted(engine) as sent:
        size = len(page().data)
    spent, memory = median_wall(page), peak_memory()
    query, table = _bare(path, engine, cells)
    what = f"caseload page of {len(cells)} patients"
    sides = (
        f"page {spent * 1000:.1f} ms ({size / 1024:.0f} KB) / bare {(query + table) * 1000:.1f} ms "
        f"= query {query * 1000:.1f} + static table {table * 1000:.1f}"
    )
    return [
        at_most(f"{what}: statements", len(sent), STATEMENTS, ""),
        at_most(f"{what}: server time", spent / (query + table), RATIO, "times bare", sides),
        at_most(f"{what}: peak memory", memory, MEMORY, "MB", "whole process, 32 requests"),
    ]


def _cells(page: str) -> list[list[str]]:
    """The characters of each cell of the page's table, markup and all."""
    root = parse(page, namespaceHTMLElements=False)
    body = max(root.iter("tbody"), key=len)
    return [[_markup(cell) for cell in row] for row in body.iter("tr")]


def _markup(cell: Any) -> str:
    """As many plain characters as the cell has with its markup."""
    from xml.etree.ElementTree import tostring

    return "x" * len(tostring(cell, encoding="unicode"))


def _bare(path: Path, engine: Any, cells: list[list[str]]) -> tuple[float, float]:
    """Seconds of the one query, and of the static table."""
    with Session(engine) as session:
        account = session.scalars(select(Account).where(Account.email == "m.ortiz@demo.example")).one()
        key = (account.org_id.hex, account.id.hex)
    connection = engine.raw_connection()
    try:
        query = median_wall(lambda: connection.cursor().execute(SCORES_OF_A_CASELOAD, key).fetchall())
        found = len(connection.cursor().execute(SCORES_OF_A_CASELOAD, key).fetchall())
    finally:
        connection.close()
    assert found > 5 * len(cells), "the query finds the scores of the caseload"
    return query, median_wall(lambda: STATIC_TABLE.render(rows=cells))
