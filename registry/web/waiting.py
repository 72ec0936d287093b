"""Who tried too often is told how long to wait."""

from collections.abc import Mapping
from math import ceil

from werkzeug.exceptions import TooManyRequests

from registry import attempts
from registry.extensions import db
from registry.web.guards import now


def refuse_too_many(limits: Mapping[str, int]) -> None:
    """Refuse while any of these counters is at its limit; the answer carries the seconds until it no longer is."""
    if until := attempts.full_until(db.session(), limits, now()):
        raise TooManyRequests(retry_after=ceil((until - now()).total_seconds()))
