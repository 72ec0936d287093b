"""Looking back: a page as it was on a day that has passed, from the same facts and rules, with nothing to change."""

import re
from datetime import date
from typing import Any

from flask import request, url_for

from registry.access import policies
from registry.web.guards import today, viewer

READING = frozenset({"see_chart", "see_caseload", "see_panel", "export_caseload", "own_account"})
"""What may still be done on a page that shows the past."""
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")


class NoSuchDay(ValueError):
    """A day that cannot be looked back to; the message is what the person reads."""


def seen_on() -> date:
    """The day that the address asks for (`as_of`), else today."""
    text = request.args.get("as_of", "").strip()
    if not text:
        return today()
    day = read_day(text)
    if day > today():
        raise NoSuchDay("That day is still to come. Look back at a day that has passed.")
    return day


def read_day(text: str) -> date:
    """A day of the calendar as an address writes it."""
    try:
        if WRITTEN.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NoSuchDay("That is not a day of the calendar. Write it as in 2026-11-03.")


def look(day: date) -> dict[str, Any]:
    """What a template needs: the day where it has passed, the way back to today, and who may do what meanwhile."""
    if day == today():
        return {"past": None}
    who = viewer()
    return {
        "past": day,
        "today_url": _today_url(),
        "may": lambda action: action in READING and policies.may(who, action),
    }


def _today_url() -> str:
    """The same page without the day."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "as_of"}
    return url_for(request.endpoint or "first_page", **(request.view_args or {}), **kept)
