"""What the week's tests ask for and read off its pages."""

import re
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from tests.cast import Cast

CARD = re.compile(r'id="card-([0-9a-f-]{36})-([^"]+)"')


def cards(response: TestResponse) -> list[tuple[UUID, str]]:
    """(patient, thing) of every card, from the first day to the last, top to bottom."""
    return [(UUID(patient), thing) for patient, thing in CARD.findall(response.get_data(as_text=True))]


def things(response: TestResponse, cast: Cast) -> list[str]:
    """The things to do for the cast's patient."""
    return [thing for patient, thing in cards(response) if patient == cast.patient.id]


def card(response: TestResponse, thing: str) -> str:
    """One card's words."""
    text = response.get_data(as_text=True)
    begin = next(found.start() for found in CARD.finditer(text) if found[2] == thing)
    inner = text[begin : text.index("</li>", begin)]
    return " ".join(re.sub(r"<[^>]*>", " ", inner).split())


def day(response: TestResponse, name: str) -> str:
    """The part of the page that one day takes."""
    text = response.get_data(as_text=True)
    for part in text.split('<section class="day"')[1:]:
        if name in part[: part.index("</h2>")]:
            return part.split("</section>")[0]
    raise AssertionError(f"{name} is not on the page")


def address(act: str, cast: Cast, thing: str = "call") -> str:
    return f"/week/{act}/{cast.patient.id}/{thing}"


def sent(version: int = 0, once: str = "t", **values: Any) -> dict[str, Any]:
    return {"version": version, "once": once, **values}
