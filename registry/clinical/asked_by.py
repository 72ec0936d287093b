"""The day by which a rule wanted it done, where the facts say so: only then can a thing to do be late since a day."""

from collections.abc import Callable
from datetime import date, timedelta

from registry.clinical.outcome import ANSWER, DELIVER, DO, NOT_DONE, standing_of
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
    return p.change and p.change.on + timedelta(days=p.protocol.effect_known.value)


def _advice(p: Picture) -> date | None:
    """The first day on which some recommendation of the latest review should have moved on."""
    assert p.review is not None, "a finding about advice has its review"
    stand = [
        standing_of(advice, p.review.on, p.primary, p.protocol, p.today)
        for advice in p.review.recommendations
    ]
    moving = [one.due_on for one in stand if one.stage in (DELIVER, ANSWER, DO, NOT_DONE) and one.due_on]
    return min(moving, default=None)


_DAYS: dict[str, Callable[[Picture], date | None]] = {
    "SF1": _item9,
    "SF5": _item9,
    "E6": _baseline,
    "X7": _advice,
    "X8": _advice,
    "X9": _effect,
}
