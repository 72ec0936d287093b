"""A clinic that is open: its own database, the app behind a real server, the job beside it, and visitors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, make_server

from registry import audit, clock
from registry.app import create_app
from registry.extensions import db, make_engine
from registry.jobs import packets
from registry.jobs.runner import Works
from tests.browser.people import settle
from tests.cast import NOW, Cast, make_cast
from tests.settings import settings

if TYPE_CHECKING:
    from jinja2 import BytecodeCache

    from registry.models import Patient


@dataclass(frozen=True)
class World:
    """What a test needs of the open clinic."""

    url: str
    app: Flask
    engine: Engine
    cast: Cast
    patients: dict[str, Patient]
    move_clock: Callable[[datetime], None]
    """Put the clock to another moment, from where it goes on; whoever was signed in signs in again."""

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A short look into the database, committed at once: the server waits for nobody."""
        with Session(self.engine, expire_on_commit=False) as session:
            audit.bind(session, audit.AuditContext(self.app.config["AUDIT_KEYS"], clock.now()))
            yield session
            session.commit()

    def run_packets(self) -> int:
        """What the second process would do."""
        works = Works(self.engine, self.app.config["AUDIT_KEYS"], "", "registry@example.org", self.url)
        return packets.render_waiting(works)

    def names(self) -> list[str]:
        """What must never stay in a browser."""
        return [word for row in self.patients.values() for word in (row.family_name, row.mrn)]


@contextmanager
def open_clinic(database_url: str, templates: BytecodeCache) -> Iterator[World]:
    """Serve a filled database until the test is over, on the cast's day."""
    app, engine = _ready(database_url, templates)
    with pytest.MonkeyPatch.context() as patch:

        def move_clock(moment: datetime) -> None:
            patch.setattr(clock, "now", ticking(moment))

        move_clock(NOW)
        cast, patients = _fill(app, engine)
        with _serving(app) as server:
            yield World(f"http://127.0.0.1:{server.port}", app, engine, cast, patients, move_clock)
    engine.dispose()
    with app.app_context():
        db.engine.dispose()


@cache
def _ready(database_url: str, templates: BytecodeCache) -> tuple[Flask, Engine]:
    """Both are kept for the database's next clinic, with the pages and statements that they have compiled."""
    app = create_app(settings(database_url, WTF_CSRF_ENABLED=True, TESTING=False))
    app.jinja_env.bytecode_cache = templates
    return app, make_engine(database_url)


def ticking(begin: datetime) -> Callable[[], datetime]:
    """A clock that starts at a moment and goes on, so that what happens later is later."""
    started = time.monotonic()
    return lambda: begin + timedelta(seconds=time.monotonic() - started)


def _fill(app: Flask, engine: Engine) -> tuple[Cast, dict[str, Any]]:
    with Session(engine, expire_on_commit=False) as session:
        audit.bind(session, audit.AuditContext(app.config["AUDIT_KEYS"], NOW))
        cast = make_cast(session)
        return cast, settle(session, cast)


@contextmanager
def _serving(app: Flask) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
