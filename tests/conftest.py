"""The ground that all tests stand on: a database on either engine, a session, the app, a browser.

A test that asks for `database_url`, `engine` or `session` runs on SQLite and on PostgreSQL. One that reaches the
app runs on SQLite alone, unless `@pytest.mark.databases("sqlite", "postgresql")` asks for both.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests import postgres

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from jinja2 import BytecodeCache
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.cast import Cast, Person
    from tests.databases import Databases
    from tests.pages import PageClient

ENGINES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[postgres.FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="registry-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.stop(postgres.run_folder())
        shutil.rmtree(postgres.run_folder(), ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_engine" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("databases")
    names = marker.args if marker else ENGINES[:1] if "app" in metafunc.fixturenames else ENGINES
    marks = {"postgresql": [pytest.mark.postgres]}
    metafunc.parametrize(
        "database_engine", [pytest.param(name, marks=marks.get(name, [])) for name in names], indirect=True
    )


@pytest.fixture
def database_engine(request: pytest.FixtureRequest) -> str:
    """The name of the engine that the test runs on."""
    return request.param


@pytest.fixture(scope="session")
def databases_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Databases]:
    """The maker of databases for an engine's name; a PostgreSQL server starts when one is first asked for."""
    from tests.databases import PostgresqlDatabases, SqliteDatabases

    made: dict[str, Databases] = {}

    def databases(engine: str) -> Databases:
        if engine not in made:
            on_sqlite = engine == "sqlite"
            folder = tmp_path_factory.mktemp("databases")
            made[engine] = SqliteDatabases(folder) if on_sqlite else PostgresqlDatabases()
        return made[engine]

    return databases


@pytest.fixture
def database_url(database_engine: str, databases_of: Callable[[str], Databases]) -> Iterator[str]:
    """A new database with the whole schema and no rows."""
    databases = databases_of(database_engine)
    url = databases.make()
    yield url
    databases.remove(url)


@pytest.fixture
def empty_database_url(database_engine: str, databases_of: Callable[[str], Databases]) -> Iterator[str]:
    """A new database without a table in it, for migrations to fill."""
    databases = databases_of(database_engine)
    url = databases.make_empty()
    yield url
    databases.remove(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The registry's own kind of engine on a new database."""
    from registry.extensions import make_engine

    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A bare session, as services and queries get it; nothing it leaves uncommitted is kept."""
    from sqlalchemy.orm import Session

    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Templates are compiled once a run, not once an app: that was half the time of a page's test."""
    from jinja2 import FileSystemBytecodeCache

    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database_url: str, compiled_templates: BytecodeCache) -> Iterator[Flask]:
    """The application on a new database, configured for tests."""
    from registry.app import create_app
    from registry.extensions import db
    from tests.settings import settings

    app = create_app(settings(database_url))
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody's browser: not signed in yet."""
    return app.test_client()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium; without one the test is skipped on a desk and fails under CI."""
    path = os.environ.get("REGISTRY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path:
        return path
    sentence = "no Chromium on this machine: bin/test installs one, or name it in REGISTRY_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
def cast(session: Session, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The people of `tests/cast.py` on `session`, audited, on the day on which all of them live."""
    from registry import audit, clock
    from tests.cast import NOW, make_cast
    from tests.settings import settings

    monkeypatch.setattr(clock, "now", lambda: NOW)
    audit.bind(session, audit.AuditContext(settings("sqlite://")["AUDIT_KEYS"], NOW))
    cast = make_cast(session)
    session.commit()
    return cast


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[[Person], PageClient]:
    """`sign_in(cast.owner)` is a browser in which that person is signed in; it parses every page."""
    from tests.pages import PageClient, sign_in_as

    app.test_client_class = PageClient

    def browser(person: Person) -> PageClient:
        client = app.test_client()
        client.test_session = session
        return sign_in_as(client, session, person)

    return browser
