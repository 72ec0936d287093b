"""Loading: into an empty database only, with an audit chain, and a caseload that looks right."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.clinical.findings import Finding, Urgency, findings
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.demo.load import AlreadyLoaded, is_empty, load
from registry.models import AuditEvent, Episode
from registry.snapshots import snapshots
from tests.demo.conftest import TODAY

KEYS = {"1": b"k" * 32}


def fill(session: Session) -> None:
    audit.bind(session, audit.AuditContext(KEYS, datetime(2026, 11, 20, 12, tzinfo=UTC)))
    load(session, TODAY, "hash", seed=1)


def test_loading_opens_the_chain_and_is_refused_twice(session: Session) -> None:
    assert is_empty(session)
    fill(session)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor) == ("load_demo", "demo")
    assert list(audit.verify(session, event.org_id, KEYS)) == []
    with pytest.raises(AlreadyLoaded, match="already has an organization"):
        fill(session)


@pytest.mark.databases("sqlite")
def test_the_caseload_looks_like_one(session: Session) -> None:
    fill(session)
    caseloads = active_findings(session)
    assert len(caseloads) == 3
    for found in caseloads.values():
        urgent = [f for f in found if any(one.urgency <= Urgency.THIS_WEEK for one in f)]
        safety = [f for f in found if any(one.tag == "safety" for one in f)]
        quiet = [f for f in found if not f]
        assert 0.25 <= len(urgent) / len(found) <= 0.5, "about a third needs something this week"
        assert 0.05 <= len(safety) / len(found) <= 0.12, "about 8 % have an open safety finding"
        assert len(quiet) / len(found) >= 0.25
    codes = {one.code for found in caseloads.values() for f in found for one in f}
    assert {
        "SF1",
        "SF2",
        "SF3",
        "SF5",
        "T4",
        "T5",
        "T6",
        "X3",
        "X7",
        "C2",
        "C7",
        "C8",
        "D1",
        "D2",
        "M1",
        "A1",
    } <= codes


def active_findings(session: Session) -> dict[object, list[tuple[Finding, ...]]]:
    """What the rules find in each care manager's enrolled patients."""
    org_id = session.scalars(select(Episode.org_id)).first()
    assert org_id
    chosen = select(Episode.id).where(Episode.enrolled_on.is_not(None), Episode.closed_on.is_(None))
    found: dict[object, list[tuple[Finding, ...]]] = {}
    for shot in snapshots(session, org_id, chosen):
        found.setdefault(shot.subject.care_manager_id, []).append(
            findings(shot.facts, DEFAULT_PROTOCOL, TODAY)
        )
    return found
