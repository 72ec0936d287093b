"""`flask audit`: is the trail whole."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from registry import audit as trail
from registry.cli.database import opened


@click.group("audit")
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Recompute the chain; exit status 1 where it is broken."""
    with opened("audit command") as (session, who):
        events = trail.length(session, who.org_id)
        broken = list(trail.verify(session, who.org_id, current_app.config["AUDIT_KEYS"]))
    if as_json:
        click.echo(json.dumps({"events": events, "whole": not broken, "problems": broken}))
    else:
        click.echo(
            f"{events} events: the chain is whole."
            if not broken
            else f"{events} events: the chain is broken."
        )
        for line in broken:
            click.echo(line, err=True)
    context.exit(1 if broken else 0)
