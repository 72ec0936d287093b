"""The ground that all tests stand on: a database on either engine, a session, the app, a browser.

A test that asks for `database_url`, `engine` or `session` runs on SQLite and on PostgreSQL. One that reaches the
app runs on SQLite alone, unless `@pytest.mark.databases("sqlite", "postgresql")` asks for both.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

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
ENOUGH = 2**30
"""Bytes: the databases, PostgreSQL's own files, and what Chromium keeps there."""


settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
"""A property holds or does not; how fast a machine draws its examples says nothing of it."""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[postgres.FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="registry-tests-", dir=memory())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's journeys begin first: a long test that begins last keeps one worker while the others have none."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def memory() -> Path | None:
    """Where files lie in memory, if that is large enough: commits need not wait for a disk."""
    place = Path("/dev/shm")
    roomy = place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free > ENOUGH
    return place if roomy else None


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


def new_folder(name: str) -> Path:
    """A folder of this process alone in the run's folder."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=postgres.run_folder()))


@pytest.fixture(scope="session")
def databases_of() -> Callable[[str], Databases]:
    """The maker of databases for an engine's name; a PostgreSQL server starts when one is first asked for."""
    from tests.databases import PostgresqlDatabases, SqliteDatabases

    made: dict[str, Databases] = {}

    def databases(engine: str) -> Databases:
        if engine not in made:
            on_sqlite = engine == "sqlite"
            made[engine] = SqliteDatabases(new_folder("databases")) if on_sqlite else PostgresqlDatabases()
        return made[engine]

    return databases


@pytest.fixture
def database_url(database_engine: str, databases_of: Callable[[str], Databases]) -> Iterator[str]:
    """A database with the whole schema and no rows."""
    databases = databases_of(database_engine)
    url = databases.lend()
    yield url
    databases.give_back(url)


@pytest.fixture
def empty_database_url(database_engine: str, databases_of: Callable[[str], Databases]) -> Iterator[str]:
    """A new database without a table in it, for migrations to fill."""
    databases = databases_of(database_engine)
    url = databases.make_empty()
    yield url
    databases.remove(url)


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """Each database's engine of the registry's own kind: it keeps the statements that it has compiled."""
    return {}


@pytest.fixture
def engine(database_url: str, engines: dict[str, Engine]) -> Iterator[Engine]:
    """The registry's own kind of engine on an empty database."""
    from registry.extensions import make_engine

    engine = engines.get(database_url) or make_engine(database_url)
    engines[database_url] = engine
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A bare session, as services and queries get it; nothing it leaves uncommitted is kept."""
    from sqlalchemy.orm import Session

    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def compiled_templates() -> BytecodeCache:
    """Templates are compiled once a run, whatever the number of apps."""
    from jinja2 import FileSystemBytecodeCache

    folder = postgres.run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def apps() -> dict[str, Flask]:
    """Each database's application: it keeps its addresses, its pages and its statements."""
    return {}


@pytest.fixture
def app(database_url: str, apps: dict[str, Flask], compiled_templates: BytecodeCache) -> Iterator[Flask]:
    """The application on an empty database, configured for tests; it forgets the test, and what that configured."""
    from registry.app import create_app
    from registry.extensions import db
    from tests.settings import settings

    if database_url not in apps:
        apps[database_url] = create_app(settings(database_url))
        apps[database_url].jinja_env.bytecode_cache = compiled_templates
    app = apps[database_url]
    config = dict(app.config)
    yield app
    app.config.clear()
    app.config.update(config)
    app.test_client_class = None
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


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
