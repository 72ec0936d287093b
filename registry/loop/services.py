"""Finding advice by the code of its sheet: who guesses too often waits, and every try is in the trail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from registry import attempts, audit
from registry.access.viewer import Viewer
from registry.loop.queries import codes
from registry.reply_codes import read

MOST_GUESSES = 20
"""Wrong codes of one person in a quarter of an hour: more than a stack of badly sent sheets, less than a search."""


class TooManyGuesses(Exception):
    """This person has typed too many wrong codes; what is typed now is not looked at."""


def find(session: Session, viewer: Viewer, typed: str, now: datetime) -> UUID | None:
    """The recommendation that a code leads to; None where it leads nowhere, whatever the reason."""
    counter = f"reply code:{viewer.account_id}"
    if attempts.too_many(session, {counter: MOST_GUESSES}, now):
        raise TooManyGuesses
    code = read(typed)
    found = codes.coded(session, viewer, code) if code else None
    if found is None:
        attempts.count(session, [counter], now)
    note_tried(session, viewer, "found" if found else "not found")
    return found


def note_tried(session: Session, viewer: Viewer, result: str) -> None:
    """The trail keeps that a code was looked for, never the code."""
    audit.record(session, viewer, audit.Act("find_by_code", "review", detail={"result": result}))
