"""Whether a thing to do may wait, and whether somebody may say that it is done; each refusal is a sentence."""

from datetime import date, timedelta

from registry.clinical.dates import FURTHEST
from registry.clinical.findings import Urgency
from registry.clinical.things import SAFETY
from registry.clinical.week import Item

LONGEST_WAIT = timedelta(days=28)
"""How long what a rule asks for can be put off at once (own judgement, awaiting clinical sign-off)."""


def refuse_move(item: Item, day: date, today: date) -> str | None:
    """A thing moves to today or later without a reason, unless it is for today: then it is put off, with one."""
    if day == item.day:
        return "It stands on that day already."
    if refused := _refuse_day(day, today):
        return refused
    if item.kind == SAFETY and day > item.day:
        return f"A safety finding does not wait. {item.clears}"
    if item.code and item.urgency <= Urgency.SAME_DAY and day > today:
        return "This is for today. If it has to wait, put it off with a reason."
    return None


def _refuse_day(day: date, today: date) -> str | None:
    if day < today:
        return "That day has passed. Choose today or a later day."
    if day - today > FURTHEST:
        return "This day is more than a year away. Check the year."
    return None


def refuse_snooze(item: Item, until: date, reason: str, today: date) -> str | None:
    """What waits has a day and a reason; a safety finding does not wait beyond today."""
    if item.kind == SAFETY:
        return f"A safety finding cannot be put off beyond today. {item.clears}"
    if not reason.strip():
        return "Say why it can wait."
    if until <= today:
        return "Put it off until a day after today."
    if item.code and until - today > LONGEST_WAIT:
        return "What a rule asks for waits four weeks at most. Choose an earlier day, and look again then."
    return _refuse_day(until, today)


def refuse_done(item: Item) -> str | None:
    """Done by hand is what leaves no record of its own; for the rest the sentence says what would clear it."""
    return None if item.by_hand else item.clears
