"""`flask demo`: load once, refuse twice, list the sign-ins."""

import json

from flask import Flask
from flask_security import verify_password
from sqlalchemy import func, select

from registry.cli.demo import demo
from registry.demo.cast import PASSWORD
from registry.extensions import db
from registry.models import Account, Patient


def test_load_fills_an_empty_database_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(demo, ["load", "--today", "2026-11-20"])
    assert first.exit_code == 0, first.output
    with app.app_context():
        patients = db.session.scalar(select(func.count()).select_from(Patient))
        account = db.session.scalars(select(Account).where(Account.email == "m.ortiz@demo.example")).one()
        assert verify_password(PASSWORD, account.password)

    again = runner.invoke(demo, ["load"])
    assert again.exit_code == 1
    assert "already has an organization" in again.stderr
    quiet = runner.invoke(demo, ["load", "--if-empty"])
    assert (quiet.exit_code, quiet.output) == (0, "")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Patient)) == patients


def test_accounts_prints_every_sign_in(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(demo, ["accounts"]).output
    assert PASSWORD in printed
    assert "m.ortiz@demo.example" in printed
    facts = json.loads(app.test_cli_runner().invoke(demo, ["accounts", "--json"]).output)
    assert len(facts["accounts"]) == 14
