"""Every refusal is a page that says what to do; a log line never holds a name, a number or a score."""

import logging

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from registry.access.policies import Refused
from registry.access.scope import NotVisible
from registry.extensions import db
from registry.models.base import Changed

log = logging.getLogger("registry.errors")
PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500})


def hang_up(app: Flask) -> None:
    app.register_error_handler(Refused, lambda error: page(403, str(error)))
    app.register_error_handler(NotVisible, lambda error: page(404))
    app.register_error_handler(Changed, lambda error: page(409))
    app.register_error_handler(StaleDataError, lambda error: page(409))
    app.register_error_handler(
        CSRFError, lambda error: page(400, "This form is too old. Open it again and resend.")
    )
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)


def page(status: int, sentence: str = "") -> tuple[str, int]:
    """Roll back whatever was begun, and say what happened and what to do."""
    db.session.rollback()
    if status in (403, 404):
        log.warning("%s %s request %s", status, request.endpoint, g.get("request_id", ""))
    name = status if status in PAGES else 400
    return render_template(
        f"errors/{name}.html", sentence=sentence, request_id=g.get("request_id", "")
    ), status


def http(error: HTTPException) -> Response | tuple[str, int]:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    return page(error.code)


def busy(error: OperationalError) -> tuple[str, int]:
    """The database did not answer in time, or its disk is full."""
    log.error("database: %s request %s", type(error.orig).__name__, g.get("request_id", ""))
    return page(500, "The database is busy. Nothing was saved. Wait a moment and send the form again.")


def unexpected(error: Exception) -> tuple[str, int]:
    log.error("%s at %s request %s", type(error).__name__, request.endpoint, g.get("request_id", ""))
    if log.isEnabledFor(logging.DEBUG):
        log.debug("trace", exc_info=error)
    return page(500)
