"""An organisation with one clinic, and a delivery of FHIR resources into it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import System
from registry.fhir import reading
from registry.fhir.report import OUTCOMES, Report
from registry.interop.services import Import, Target
from registry.models import Base, Clinic, Organisation
from tests.fhir.samples import READING, bundle

KEYS = {"1": b"a test key"}
NOW = datetime(2026, 5, 20, 15, tzinfo=UTC)


class Ward:
    """The clinic under test: deliver resources to it, and look at what became of them."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder
        audit.bind(session, audit.AuditContext(KEYS, NOW))
        organisation = Organisation(name="Test")
        session.add(organisation)
        session.flush()
        clinic = Clinic(org_id=organisation.id, name="Elm Street")
        session.add(clinic)
        audit.open_chain(session, organisation.id)
        session.commit()
        self.org_id: UUID = organisation.id
        self.clinic_id: UUID = clinic.id

    def deliver(self, *resources: dict[str, Any], source: str = "ehr") -> Report:
        """One bundle, imported and committed."""
        path = self.folder / "delivery.json"
        path.write_text(json.dumps(bundle(*resources)), encoding="utf-8")
        return self.deliver_files(path, source=source)

    def deliver_files(self, *paths: Path, source: str = "ehr", size: int = reading.BATCH) -> Report:
        target = Target(self.org_id, self.clinic_id, source, READING, NOW)
        run = Import(self.session, System(self.org_id, "import fhir"), target)
        report = Report()
        for _, items in reading.batches(reading.files(paths), size):
            report.add(run.take(items))
            self.session.commit()
        report.add(run.finish())
        self.session.commit()
        return report

    def rows(self, name: str) -> list[dict[str, Any]]:
        table = Base.metadata.tables[name]
        return [dict(row._mapping) for row in self.session.execute(select(table).order_by(table.c.id))]

    def row(self, name: str) -> dict[str, Any]:
        (only,) = self.rows(name)
        return only

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        return {
            name: self.rows(name) for name in Base.metadata.tables if "id" in Base.metadata.tables[name].c
        }


def counts(report: Report, kind: str) -> dict[str, int]:
    """The outcomes of a resource type that are not nought."""
    return {outcome: report.counts[kind, outcome] for outcome in OUTCOMES if report.counts[kind, outcome]}


def reasons(report: Report) -> list[str]:
    return [skip.reason for skip in report.skips]


@pytest.fixture
def ward(session: Session, tmp_path: Path) -> Ward:
    return Ward(session, tmp_path)
