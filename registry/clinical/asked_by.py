"""The day by which a rule wanted it done, where the facts say so: only then can a thing to do be late since a day."""

from collections.abc import Callable
from datetime import date, timedelta

from registry.clinical.outcome import ANSWER, DELIVER, DO, JUDGE, NOT_DONE
from registry.clinical.picture import Picture


def asked_by(code: str, p: Picture) -> date | None:
    """The day by which the rule wanted it done; None where the rule only says how soon."""
    known = _DAYS.get(code)
    return known(p) if known else None


def _item9(p: Picture) -> date | None:
    """The same day as the first score whose item 9 nobody has asked about."""
    return min((score.taken_on for score in p.open_item9), default=None)


def _baseline(p: Picture) -> date | None:
    return p.enrolled_on and p.enrolled_on + timedelta(days=p.protocol.baseline_window.value)


def _effect(p: Picture) -> date | None:
    """Four weeks after the last change, or the first day to judge advice that is done."""
    change = p.change and p.change.on + timedelta(days=p.protocol.effect_known.value)
    days = [day for day in (change, _due_on(p, JUDGE)) if day and day <= p.today]
    return min(days, default=None)


def _due_on(p: Picture, *stages: str) -> date | None:
    """The first day on which some recommendation at these stages should have moved on."""
    due = (one.standing.due_on for one in p.advice if one.standing.stage in stages)
    return min((day for day in due if day), default=None)


_DAYS: dict[str, Callable[[Picture], date | None]] = {
    "SF1": _item9,
    "SF5": _item9,
    "E6": _baseline,
    "X7": lambda p: _due_on(p, DELIVER, ANSWER),
    "X8": lambda p: _due_on(p, DO),
    "A2": lambda p: _due_on(p, DO),
    "A3": lambda p: _due_on(p, NOT_DONE),
    "X9": _effect,
}
