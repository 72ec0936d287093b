"""Every refusal is a page that says what to do; a log line never holds a name, a number or a score."""

import logging
import traceback
from math import ceil

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from registry.access.policies import Refused
from registry.access.scope import NotVisible
from registry.clinical.dates import counted
from registry.extensions import db
from registry.models.base import Changed
from registry.web.past import NoSuchDay

log = logging.getLogger("registry.errors")
PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500})


def hang_up(app: Flask) -> None:
    app.register_error_handler(Refused, lambda error: page(403, str(error)))
    app.register_error_handler(NotVisible, lambda error: page(404))
    app.register_error_handler(NoSuchDay, lambda error: page(400, str(error)))
    app.register_error_handler(Changed, lambda error: page(409))
    app.register_error_handler(StaleDataError, lambda error: page(409))
    app.register_error_handler(
        CSRFError, lambda error: page(400, "This form is too old. Open it again and resend.")
    )
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(TimeoutError, busy)
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
    if isinstance(error, SecurityError):
        return "This registry does not answer under that name.", 400  # no page: addresses cannot be built
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, TooManyRequests):
        return too_many(error)
    return page(error.code)


def too_many(error: TooManyRequests) -> Response | tuple[str, int]:
    """How long to wait, for the reader in minutes and for the browser in seconds."""
    if not isinstance(error.retry_after, int):
        return page(429)
    wait = counted(ceil(error.retry_after / 60), "minute")
    html, status = page(429, f"Wait {wait}, then try again. What was typed meanwhile is not looked at.")
    return Response(html, status, {"Retry-After": str(error.retry_after)})


def busy(error: SQLAlchemyError) -> tuple[str, int]:
    """The database did not answer in time, or its disk is full."""
    log.error(
        "database: %s request %s", type(getattr(error, "orig", error)).__name__, g.get("request_id", "")
    )
    return page(500, "The database is busy. Nothing was saved. Wait a moment and send the form again.")


def unexpected(error: Exception) -> tuple[str, int]:
    where = traceback.extract_tb(error.__traceback__)[-1]
    name, place = type(error).__name__, f"{where.filename}:{where.lineno}"
    log.error("%s at %s, %s, request %s", name, request.endpoint, place, g.get("request_id", ""))
    return page(500)
