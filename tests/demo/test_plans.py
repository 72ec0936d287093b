"""How SQLite looks rows up once it has counted them: by the patient or the episode, never through an organisation."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from registry import audit
from registry.demo.load import load
from registry.extensions import keep_statistics
from registry.models import Episode
from registry.papers import cases
from tests.demo.conftest import TODAY

THROUGH_THE_ORGANISATION = re.compile(r"SEARCH (?!protocol_version)(\w+) USING .*INDEX \w+ \(org_id=\?\)")


@pytest.mark.databases("sqlite")
def test_one_patients_page_reads_that_patients_rows(session, engine):
    audit.bind(session, audit.AuditContext({"1": b"k" * 32}, datetime(2026, 11, 20, 12, tzinfo=UTC)))
    load(session, TODAY, "hash", seed=1)
    session.commit()
    keep_statistics(engine)
    engine.dispose()  # a connection reads the counts when it opens
    episode = session.scalars(select(Episode).where(Episode.closed_on.is_(None)).limit(1)).one()
    plans = []

    @event.listens_for(engine, "after_cursor_execute")
    def explain(connection, _cursor, statement, values, _context, _many):
        if statement.startswith("SELECT"):
            driver = connection.connection.driver_connection
            plans.extend(
                row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            )

    cases.case(session, episode.org_id, episode.id, TODAY, TODAY)
    event.remove(engine, "after_cursor_execute", explain)
    assert len(plans) > 20
    assert [plan for plan in plans if THROUGH_THE_ORGANISATION.fullmatch(plan)] == []
