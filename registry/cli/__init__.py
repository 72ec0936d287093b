"""The flask commands: what a script or a scheduled task wants, one group a file."""

from flask import Flask


def hang_up(app: Flask) -> None:
    """Add every command to the application."""
