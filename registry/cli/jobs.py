"""`flask jobs`: the process beside the web server."""

import logging

import click
from flask.cli import with_appcontext

from registry.cli.printing import works
from registry.jobs import schedule


@click.group("jobs")
def jobs() -> None:
    """Packets in the background, the nightly digest, mail."""


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@with_appcontext
def run(once: bool) -> None:
    """Run the jobs until told to stop; several of these processes share the work."""
    logging.basicConfig(level=logging.WARNING)
    if once:
        schedule.run_due(works())
    else:
        schedule.run_forever(works())
