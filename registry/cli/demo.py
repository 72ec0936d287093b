"""`flask demo`: fill an empty database with invented patients, and list who can sign in."""

import json
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security import hash_password

from registry import audit, clock
from registry.access.policies import ROLE_LABELS
from registry.demo.cast import ACCOUNTS, PASSWORD, STAND_IN
from registry.demo.load import AlreadyLoaded, is_empty, load
from registry.extensions import db, keep_statistics


@click.group("demo")
def demo() -> None:
    """A demo organisation: three clinics, every role, invented patients with two years of history."""


@demo.command("load")
@click.option(
    "--if-empty", is_flag=True, help="Do nothing, and succeed, where there is an organization already."
)
@click.option("--seed", default=1, show_default=True, help="Another seed makes other people.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that the histories lead up to; else today."
)
@with_appcontext
def load_demo(if_empty: bool, seed: int, today: datetime | None) -> None:
    """Load the demo into an empty database."""
    if if_empty and not is_empty(db.session()):
        return
    now = clock.now()
    audit.bind(db.session(), audit.AuditContext(current_app.config["AUDIT_KEYS"], now))
    try:
        load(db.session(), today.date() if today else clock.today(at=now), hash_password(PASSWORD), seed)
    except AlreadyLoaded as refusal:
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    keep_statistics(db.engine)
    click.echo("The demo is loaded. Who can sign in:  flask demo accounts")


@demo.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def accounts(as_json: bool) -> None:
    """Print the sign-ins of the demo: e-mail, role, clinics and the one password."""
    people = [
        {"email": a.email, "name": a.name, "role": ROLE_LABELS[a.role], "clinics": list(a.clinics)}
        for a in (*ACCOUNTS, STAND_IN)
    ]
    if as_json:
        click.echo(json.dumps({"password": PASSWORD, "accounts": people}, ensure_ascii=False, indent=2))
        return
    click.echo(f"Demo sign-ins, all with the password:  {PASSWORD}\n")
    for person in people:
        where = "all clinics" if len(person["clinics"]) > 2 else ", ".join(person["clinics"])
        click.echo(f"  {person['email']:<26}{person['role']:<25}{where}")
