"""The unbound extension objects, and how a database connection is made safe.

SQLite speaks through sqlcipher3 (a current SQLite, encrypted with a raw key), every transaction begins
IMMEDIATE behind a queue in a lock file, and each commit is synced in full. See docs/adr/0004.
"""

import fcntl
import threading
import time
from collections.abc import Callable
from typing import IO, Any

from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import TimeoutError

from registry.models import Base

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can corrupt a database in WAL mode (the WAL-reset bug, fixed in 3.51.3)."""
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "mmap_size = 0",
    "busy_timeout = 10000",
    "temp_store = MEMORY",
    "cache_size = -32000",
)
LONGEST_WAIT = 10.0
"""Seconds that a writer waits for its turn on SQLite."""
POSTGRESQL_LIMITS = "-c lock_timeout=3s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
migrate = Migrate()
security = Security()
csrf = CSRFProtect()


def make_engine(url: str, key: str | None = None, **options: Any) -> Engine:
    """An engine as the registry uses it, outside Flask too; `key` is 64 hexadecimal digits, or nothing."""
    engine = create_engine(url, **engine_options(url), **options)
    prepare(engine, key)
    return engine


def engine_options(url: str) -> dict[str, Any]:
    """Arguments of `create_engine` for either database."""
    if make_url(url).get_backend_name() != "sqlite":
        return {"pool_pre_ping": True, "connect_args": {"options": POSTGRESQL_LIMITS, "connect_timeout": 5}}
    import sqlcipher3.dbapi2 as sqlcipher

    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        raise RuntimeError(
            f"SQLite {sqlcipher.sqlite_version} is too old: {OLDEST_SQLITE} or later is needed"
        )
    return {"module": sqlcipher, "connect_args": {"isolation_level": None, "timeout": 10}}


def prepare(engine: Engine, key: str | None = None) -> None:
    """Hang the pragmas, the lock queue and BEGIN IMMEDIATE on a SQLite engine; PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def open_connection(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        if key:
            cursor.execute(f"PRAGMA key = \"x'{key}'\"")
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    queue = WriteQueue(engine.url.database)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        queue.enter(connection.connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    dialect: Any = engine.dialect
    dialect.do_commit = queue.leaving(dialect.do_commit)
    dialect.do_rollback = queue.leaving(dialect.do_rollback)


def keep_statistics(engine: Engine) -> None:
    """Let SQLite count what its indexes hold, where that has changed; PostgreSQL does so by itself.

    Every index begins with `org_id`. Without counts SQLite may take that alone for a good index and walk through a whole
    organisation to find one patient's rows: seconds instead of milliseconds at 100,000 patients.
    """
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA optimize = 0x10002")


class WriteQueue:
    """Writers of one SQLite file stand in line at a lock file: SQLite's own busy handler is a lottery."""

    def __init__(self, database: str | None) -> None:
        self.path = f"{database}.lock" if database and database != ":memory:" else None
        self.holder = threading.local()
        self.tickets: dict[int, IO[str]] = {}

    def enter(self, connection: Any) -> None:
        """Wait for the turn; a thread that holds it already would wait for itself, so it is told."""
        if self.path is None:
            return
        if getattr(self.holder, "held", False):
            raise RuntimeError("this thread has a transaction open: finish it before it begins another")
        ticket = open(self.path, "w")  # noqa: SIM115 - kept open until the transaction ends
        self._wait(ticket)
        self.tickets[id(connection.driver_connection)] = ticket
        self.holder.held = True

    def _wait(self, ticket: IO[str]) -> None:
        """Take the lock in a bounded time: a writer that hangs must not hang everybody behind it."""
        give_up = time.monotonic() + LONGEST_WAIT
        while True:
            try:
                return fcntl.flock(ticket, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    ticket.close()
                    raise TimeoutError("another transaction holds the database") from None
                time.sleep(0.003)

    def leaving(self, end: Callable[[Any], None]) -> Callable[[Any], None]:
        """`end` a transaction, then let the next one in."""

        def ended(connection: Any) -> None:
            try:
                end(connection)
            finally:
                self.leave(connection)

        return ended

    def leave(self, connection: Any) -> None:
        ticket = self.tickets.pop(id(connection.driver_connection), None)
        if ticket is not None:
            ticket.close()
            self.holder.held = False
