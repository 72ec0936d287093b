"""The migrations lead to exactly what the models declare, there and back, on both databases."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect

from registry.app import create_app
from registry.extensions import db
from registry.models import Base, guards
from tests.settings import settings


@pytest.fixture
def migrated(empty_database_url: str) -> Iterator[Flask]:
    """The app, inside its context, on a database that the migrations filled."""
    app = create_app(settings(empty_database_url))
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def difference(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def test_head_is_what_the_models_declare(migrated: Flask) -> None:
    found = difference(db.engine)
    assert not found, f"Write the migration:  bin/flask db migrate -m '...'\n{found}"


def test_migrations_leave_every_guard_in_place(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        missing = guards.missing(connection)
    assert not missing, (
        f"A table was rebuilt without its triggers: install guards after it. Missing: {missing}"
    )


def test_migrations_go_down_and_up_again(migrated: Flask) -> None:
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert not difference(db.engine)
