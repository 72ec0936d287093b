"""The flask commands: what a script or a scheduled task wants, one group a file."""

from flask import Flask

from registry.cli.accounts import organisation, user
from registry.cli.audit import audit
from registry.cli.demo import demo
from registry.cli.findings import findings
from registry.cli.importing import imports
from registry.cli.jobs import jobs
from registry.cli.monitoring import monitoring
from registry.cli.printing import packet, summary
from registry.cli.score import score

COMMANDS = (audit, demo, findings, imports, jobs, monitoring, organisation, packet, score, summary, user)


def hang_up(app: Flask) -> None:
    """Add every command to the application."""
    for command in COMMANDS:
        app.cli.add_command(command)
