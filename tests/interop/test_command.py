"""`flask import fhir`: its options, its report and its exit status."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from registry import audit
from registry.extensions import db
from registry.models import Clinic, Organisation, Patient
from tests.fhir.samples import bundle, patient, total


@pytest.fixture
def clinic(app: Flask) -> Flask:
    with app.app_context():
        organisation = Organisation(name="Test")
        db.session.add(organisation)
        db.session.flush()
        db.session.add(Clinic(org_id=organisation.id, name="Elm Street"))
        audit.open_chain(db.session(), organisation.id)
        db.session.commit()
    return app


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import", "fhir", *map(str, arguments)])


def delivered(folder: Path, *resources: dict[str, Any]) -> Path:
    path = folder / "Žižka.json"
    path.write_text(json.dumps(bundle(*resources)))
    return path


def patients(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Patient)) or 0


def test_all_fine(clinic: Flask, tmp_path: Path) -> None:
    result = run(clinic, delivered(tmp_path, patient(), total(value=14)), "--as-of", "2026-05-20")
    assert result.exit_code == 0, result.output
    assert "1 patients are eligible and not referred" in result.stdout
    assert result.stderr == ""
    assert patients(clinic) == 1


def test_a_refusal_goes_to_stderr_and_makes_the_status_1(clinic: Flask, tmp_path: Path) -> None:
    path = delivered(tmp_path, patient(), total(value=300))
    result = run(clinic, path, "--as-of", "2026-05-20")
    assert result.exit_code == 1
    assert f"skipped: {path}: entry[1]: Observation o1: its total 300 is outside 0-27" in result.stderr
    assert "Žižka, Łukasz" not in result.output


def test_json(clinic: Flask, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    delivered(tmp_path, patient(), total(), {"resourceType": "Claim"})
    result = run(clinic, tmp_path, "--json", "--as-of", "2026-05-20")
    facts = json.loads(result.stdout)
    assert result.exit_code == 1
    assert facts["total"] == {"created": 2, "updated": 0, "unchanged": 0, "skipped": 1, "not_used": 1}
    assert facts["skipped"][0]["position"] == "byte 1"
    assert facts["by_type"]["Patient"]["created"] == 1
    assert len(facts["eligible"]) == 1


def test_a_dry_run_writes_nothing(clinic: Flask, tmp_path: Path) -> None:
    result = run(clinic, delivered(tmp_path, patient()), "--dry-run")
    assert "Nothing was written" in result.stdout
    assert patients(clinic) == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["/no/such/path"], [".", "--as-of", "May"], [".", "--clinic", "None"], [".", "--source", "a b"]],
)
def test_wrong_usage(clinic: Flask, arguments: list[str]) -> None:
    assert run(clinic, *arguments).exit_code == 2


def test_two_clinics_need_a_name(clinic: Flask, tmp_path: Path) -> None:
    with clinic.app_context():
        first = db.session.scalars(select(Clinic)).one()
        db.session.add(Clinic(org_id=first.org_id, name="Oak Street"))
        db.session.commit()
    path = delivered(tmp_path, patient())
    result = run(clinic, path)
    assert result.exit_code == 2
    assert "Elm Street, Oak Street" in result.stderr
    assert run(clinic, path, "--clinic", "Oak Street").exit_code == 0


def test_without_an_organisation(app: Flask, tmp_path: Path) -> None:
    assert run(app, delivered(tmp_path, patient())).exit_code == 2
