"""What all pages of the week share: the blueprint, the day, what the address asks for, people to choose from."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from registry.web.fields import options
from registry.web.guards import local_now, now, today
from registry.week.queries.board import Clock, Wanted
from registry.week.services import tasks

blueprint = Blueprint("week", __name__, url_prefix="/week")
Answer = str | Response | tuple[str, int]


def clock() -> Clock:
    """The day and the zone where the viewer works."""
    return Clock(today(), local_now().tzinfo)


def moment() -> tasks.Moment:
    """The time of the request."""
    return tasks.Moment(now(), clock())


def wanted() -> Wanted:
    """The week, the kind and the people that the address asks for."""
    return Wanted.read(request.args, today())


def day_of(field: Field) -> date:
    """The day in a date field of a form that was found valid."""
    found: date = field.data
    return found


def people(found: list[tuple[UUID, str]]) -> list[SelectChoice]:
    """People to choose from, after nobody."""
    return options(("", "Choose"), *((str(key), name) for key, name in found))
