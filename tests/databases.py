"""A fresh database for each test, on either engine: a copy of a template that is made once."""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

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
    """Makes and removes databases of one engine."""

    @abstractmethod
    def make(self) -> str:
        """The URL of a new database with the whole schema and no rows."""

    @abstractmethod
    def make_empty(self) -> str:
        """The URL of a new database with nothing in it, for migrations."""

    @abstractmethod
    def remove(self, url: str) -> None:
        """Take a database away again."""


class SqliteDatabases(Databases):
    """One file a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"

    def make(self) -> str:
        if not self.template.exists():
            build_schema(f"sqlite:///{self.template}")
        url = self.make_empty()
        shutil.copyfile(self.template, make_url(url).database or "")
        return url

    def make_empty(self) -> str:
        return f"sqlite:///{self.folder / uuid4().hex}.db"

    def remove(self, url: str) -> None:
        for path in self.folder.glob(f"{Path(make_url(url).database or '').name}*"):
            path.unlink()


class PostgresqlDatabases(Databases):
    """One database of the run's server each; all of them copies of one template."""

    def __init__(self) -> None:
        self.server = make_url(postgres.server_url())
        self.admin = create_engine(self.server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
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

    def remove(self, url: str) -> None:
        self.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")
