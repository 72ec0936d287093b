"""Scoring: items in, total with its band and its gaps out."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.clinical.instruments.kinds import Band, Instrument


class ScoreError(ValueError):
    """An answer that the instrument does not have; the message names the item."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A form after scoring; ``None`` is "not known" throughout, never nought."""

    instrument: str
    total: int | None
    band: str | None
    severity: int | None
    answered: int | None
    complete: bool | None
    prorated: bool
    item9: int | None
    note: str


def score(instrument: Instrument, items: Sequence[int | None]) -> Scored:
    """Add up the answers; one or two blanks are pro-rated where the instrument allows it (3.2, [M])."""
    _check(instrument, items)
    answers = [_value(instrument, n, a) for n, a in enumerate(items, 1) if a is not None]
    missing = instrument.item_count - len(answers)
    scorable = missing <= instrument.may_miss
    total = _prorate(sum(answers), len(answers), instrument.item_count) if scorable else None
    found = band(instrument, total)
    return Scored(
        instrument=instrument.name,
        total=total,
        band=found.name if found else None,
        severity=found.severity if found else None,
        answered=len(answers),
        complete=missing == 0,
        prorated=scorable and missing > 0,
        item9=None if instrument.safety_item is None else items[instrument.safety_item - 1],
        note=_note(instrument, items, missing, scorable),
    )


def score_total(instrument: Instrument, total: int) -> Scored:
    """A total without its items: banded, but what was answered and item 9 stay unknown."""
    if not instrument.lowest <= total <= instrument.highest:
        raise ScoreError(f"total: {total} is not one of {instrument.lowest}-{instrument.highest}")
    found = band(instrument, total)
    return Scored(
        instrument=instrument.name,
        total=total,
        band=found.name if found else None,
        severity=found.severity if found else None,
        answered=None,
        complete=None,
        prorated=False,
        item9=None,
        note="Total only: the answers are not known"
        + ("; item 9 is not known" if instrument.safety_item else "")
        + ".",
    )


def band(instrument: Instrument, total: int | None) -> Band | None:
    """The band of a total; None without a total or where the instrument has no bands."""
    if total is None:
        return None
    return next((b for b in instrument.bands if b.lowest <= total <= b.highest), None)


def positive(instrument: Instrument, total: int | None, sex: str | None = None) -> bool | None:
    """Whether the screen is positive; None where the total, or the sex that decides it, is not known."""
    if total is None:
        return None
    whom = {"male": "men", "female": "women"}.get(sex or "")
    cuts = {cut.at_least for cut in instrument.cuts if whom is None or cut.whom in ("everyone", whom)}
    verdicts = {total >= cut for cut in cuts}
    return verdicts.pop() if len(verdicts) == 1 else None


def _check(instrument: Instrument, items: Sequence[int | None]) -> None:
    if len(items) != instrument.item_count:
        raise ScoreError(f"{instrument.title} has {instrument.item_count} items; {len(items)} were given")
    for number, answer in enumerate(items, 1):
        if answer is not None and not 0 <= answer <= instrument.item_highest:
            raise ScoreError(f"item {number}: {answer} is not one of 0-{instrument.item_highest}")


def _value(instrument: Instrument, number: int, answer: int) -> int:
    return instrument.item_highest - answer if number in instrument.reversed_items else answer


def _prorate(points: int, answered: int, count: int) -> int:
    """Points times items over answered, rounded half up in whole numbers."""
    return (2 * points * count + answered) // (2 * answered)


def _note(instrument: Instrument, items: Sequence[int | None], missing: int, scorable: bool) -> str:
    """What is missing and what was done about it, in words; empty for a complete form."""
    if missing == 0:
        return ""
    answered = f"{instrument.item_count - missing} of {instrument.item_count} items answered"
    result = "the total is pro-rated" if scorable else "no total"
    if instrument.safety_item and items[instrument.safety_item - 1] is None:
        result += "; item 9 was not answered, which is not a 0"
    return f"{answered}: {result}."
