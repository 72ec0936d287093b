"""A browser for tests: signed in, it parses every page and fails on what a real browser would only mend."""

import re
import secrets
import time
from typing import Any

import html5lib
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry.models import UserSession
from tests.cast import NOW, Person

MENDED = frozenset({"invalid-codepoint"})
"""What the parser calls an error though the living standard does not."""
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""All that differs between the same page of two tests."""
sound: set[tuple[str, bool]] = set()
"""Pages that have passed, without their keys: parsing was a quarter of a page's test."""


class PageClient(FlaskClient):
    """Commits the test's session before a request, parses the answer, and lets the session read afresh.

    A test's session that still held its transaction would keep the app waiting for the database for ever.
    """

    test_session: Session

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.test_session.commit()
        response = super().open(*args, **kwargs)
        self.test_session.expire_all()
        if response.mimetype == "text/html" and response.data:
            check_page(response)
        return response


def check_page(response: TestResponse) -> None:
    """Whole pages parse and have exactly one h1; fragments parse; none has a style or a script of its own."""
    text = response.get_data(as_text=True)
    redirects = 300 <= response.status_code < 400
    page = KEY.sub("", text), redirects
    if page in sound:
        return
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    if "<!doctype" in text[:100].lower():
        headings = parser.parse(text).findall(".//h1")
        assert redirects or len(headings) == 1, f"{response.request.path}: {len(headings)} h1, one is wanted"
    else:
        parser.parseFragment(text, container="tbody" if text.lstrip().startswith("<tr") else "div")
    found = [(where, code, data) for where, code, data in parser.errors if code not in MENDED]
    assert not found, f"{response.request.path} is not well-formed (line, column), error: {found[:3]}"
    assert " style=" not in text, f"{response.request.path} has a style attribute, which the policy blocks"
    sound.add(page)


def sign_in_as(client: PageClient, session: Session, person: Person) -> PageClient:
    """Sign a person in as the sign-in page would, without the cost of a password."""
    from registry.accounts.services import digest

    secret = secrets.token_urlsafe(32)
    session.add(UserSession(id=digest(secret), account_id=person.id, begun_at=NOW, seen_at=NOW))
    uniquifier = person.account.fs_uniquifier
    session.commit()
    with client.session_transaction() as cookie:
        cookie.permanent = True
        cookie.update(_user_id=uniquifier, _fresh=True, sid=secret, fs_cc="set", fs_paa=time.time())
    return client
