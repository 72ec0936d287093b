"""How a migration runs: one transaction, foreign keys checked at its end, the guards hung up again.

A batch alter on SQLite copies the table: with foreign keys on it would delete every child row, and it always drops
the table's triggers. So keys are off while it runs, are checked before the commit, and the guards are re-applied.
"""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from registry.models import Base, guards


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        _pragma(connection, "PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        compare_type=True,
        process_revision_directives=_skip_empty,
    )
    with context.begin_transaction():
        context.run_migrations()
        guards.install(connection)
        if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
            raise RuntimeError(f"the migration would leave {len(broken)} rows without their parent")
    if sqlite:
        _pragma(connection, "PRAGMA foreign_keys = ON")


def _pragma(connection: Connection, statement: str) -> None:
    """Foreign keys can only be switched outside a transaction, so past SQLAlchemy's own."""
    driver: Any = connection.connection.driver_connection
    driver.execute(statement)


def _skip_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if directives and directives[0].upgrade_ops.is_empty():
        directives[:] = []


with current_app.extensions["migrate"].db.engine.connect() as connection:
    run(connection)
    connection.commit()
