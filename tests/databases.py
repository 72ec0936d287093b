"""A fresh database for each test, on either engine: one that an earlier test gave back, emptied, or a new one.

An address that comes back lets its engine and its app come back too, and with them every statement and page that
they have compiled: those were most of the time of a short test.
"""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Row, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from registry.extensions import make_engine
from registry.models import Base, guards
from tests import postgres

TEMPLATE = "registry_template"


def build_schema(url: str) -> None:
    """Every table and every guard, as the models declare them."""
    engine = make_engine(url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        guards.install(connection)
    engine.dispose()


class Databases(ABC):
    """Makes, lends again and removes databases of one engine."""

    def __init__(self) -> None:
        self.free: list[str] = []

    def lend(self) -> str:
        """The URL of a database with the whole schema and no rows."""
        return self.free.pop() if self.free else self.make()

    def give_back(self, url: str) -> None:
        """Nobody uses it any more: empty it for the next test, or remove it where that would not be enough."""
        if self.empty(url):
            self.free.append(url)
        else:
            self.remove(url)

    @abstractmethod
    def make(self) -> str:
        """The URL of a new database with the whole schema and no rows."""

    @abstractmethod
    def empty(self, url: str) -> bool:
        """Make a database as good as new; whether that was possible."""

    @abstractmethod
    def make_empty(self) -> str:
        """The URL of a new database with nothing in it, for migrations."""

    @abstractmethod
    def remove(self, url: str) -> None:
        """Take a database away again."""


class SqliteDatabases(Databases):
    """One file a database."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.template = folder / "template.db"

    def make(self) -> str:
        if not self.template.exists():
            build_schema(f"sqlite:///{self.template}")
        url = self.make_empty()
        self.empty(url)
        return url

    def empty(self, url: str) -> bool:
        """Another file of the same name: a connection that was left open keeps the old one."""
        self.remove(url)
        shutil.copyfile(self.template, make_url(url).database or "")
        return True

    def make_empty(self) -> str:
        return f"sqlite:///{self.folder / uuid4().hex}.db"

    def remove(self, url: str) -> None:
        for path in self.folder.glob(f"{Path(make_url(url).database or '').name}*"):
            path.unlink()


SCHEMA = """
SELECT sum(count), max(newest) FROM (
  SELECT count(*), max(xmin::text::bigint) AS newest FROM pg_class UNION ALL
  SELECT count(*), max(xmin::text::bigint) FROM pg_attribute UNION ALL
  SELECT count(*), max(xmin::text::bigint) FROM pg_constraint UNION ALL
  SELECT count(*), max(xmin::text::bigint) FROM pg_proc UNION ALL
  SELECT count(*), max(xmin::text::bigint) FROM pg_trigger
) AS catalogues
"""
"""What any change of a table, a constraint, a function or a trigger changes."""

OTHERS_OUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class PostgresqlDatabases(Databases):
    """One database of the run's server each; all of them copies of one template."""

    def __init__(self) -> None:
        super().__init__()
        self.server = make_url(postgres.server_url())
        self.admin = create_engine(self.server, isolation_level="AUTOCOMMIT")
        self.sweepers: dict[str, Sweeper] = {}
        with postgres.alone(postgres.run_folder() / "template.lock"):
            self.ensure_template()

    def url_of(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def ensure_template(self) -> None:
        """Build the template unless another process of this run has; one that was left behind is built anew."""
        done = postgres.run_folder() / "template.done"
        if not done.exists():
            self.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
            self.execute(f"CREATE DATABASE {TEMPLATE}")
            build_schema(self.url_of(TEMPLATE))
            done.touch()

    def make(self) -> str:
        return self.create(TEMPLATE)

    def make_empty(self) -> str:
        return self.create("template1")

    def create(self, template: str) -> str:
        name = f"registry_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url_of(name)

    def lend(self) -> str:
        url = super().lend()
        if url not in self.sweepers:
            with suppress(OperationalError):  # only a superuser may sweep; others make each database anew
                self.sweepers[url] = Sweeper(url)
        return url

    def empty(self, url: str) -> bool:
        return url in self.sweepers and self.sweepers[url].sweep()

    def remove(self, url: str) -> None:
        if sweeper := self.sweepers.pop(url, None):
            sweeper.engine.dispose()
        self.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


class Sweeper:
    """Takes every row out of one PostgreSQL database: far cheaper than another database."""

    def __init__(self, url: str) -> None:
        past_guards = {"options": "-c session_replication_role=replica"}
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=past_guards)
        self.schema = self.ask(SCHEMA)
        filled = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in Base.metadata.tables)
        self.filled = " UNION ALL ".join(filled)

    def ask(self, question: str) -> Sequence[Row]:
        with self.engine.connect() as connection:
            return connection.execute(text(question)).all()

    def sweep(self) -> bool:
        """Delete all rows, unless a test has changed the schema: then the database is of no more use."""
        self.ask(OTHERS_OUT)
        if self.ask(SCHEMA) != self.schema:
            return False
        with self.engine.connect() as connection:
            for (table,) in connection.execute(text(self.filled)).all():
                connection.execute(text(f"DELETE FROM {table}"))
        return True
