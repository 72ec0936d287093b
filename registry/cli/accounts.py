"""`flask organisation create`, `flask user create`: the first steps of a real installation."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security import hash_password, password_complexity_validator, password_length_validator

from registry import audit, clock
from registry.access.policies import ROLE_LABELS
from registry.admin import queries, services
from registry.cli.database import clinic_named, opened
from registry.extensions import db


@click.group("organisation")
def organisation() -> None:
    """The organisation of this database."""


@organisation.command("create")
@click.argument("name")
@click.option(
    "--clinic", "clinics", multiple=True, required=True, help="A clinic; may be given several times."
)
@with_appcontext
def create_organisation(name: str, clinics: tuple[str, ...]) -> None:
    """Begin an organisation with its clinics."""
    session = db.session()
    audit.bind(session, audit.AuditContext(current_app.config["AUDIT_KEYS"], clock.now()))
    try:
        services.create_organisation(session, name, list(clinics), clock.now())
    except services.AccountRefused as refused:
        raise click.ClickException(str(refused)) from None
    session.commit()
    click.echo(f"{name} is there, with {len(clinics)} clinics. Next: flask user create.")


@click.group("user")
def user() -> None:
    """People who sign in."""


@user.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(list(ROLE_LABELS)), required=True)
@click.option(
    "--clinic", "clinics", multiple=True, help="May be given several times; left out: every clinic."
)
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when left out."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def create_user(
    email: str, name: str, role: str, clinics: tuple[str, ...], password: str, as_json: bool
) -> None:
    """Make an account with one role in one or more clinics."""
    problems = (password_length_validator(password) or []) + (
        password_complexity_validator(password, True, email=email) or []
    )
    if problems:
        raise click.ClickException(" ".join(str(problem) for problem in problems))
    with opened("user command") as (session, who):
        named = [clinic_named(session, who, clinic) for clinic in clinics] or queries.clinics(session, who)
        roles = tuple((clinic.id, role) for clinic in named)
        new = services.NewAccount(email, name, "", hash_password(password), roles)
        try:
            account = services.create_account(session, who, new)
        except services.AccountRefused as refused:
            raise click.ClickException(str(refused)) from None
        made = {
            "id": str(account.id),
            "email": account.email,
            "role": role,
            "clinics": [c.name for c in named],
        }
    click.echo(json.dumps(made) if as_json else f"{made['email']} may sign in as {ROLE_LABELS[role]}.")
