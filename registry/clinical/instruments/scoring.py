"""Scoring: items in; total, band, subscales and verdict out, with the gaps."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.clinical.instruments.kinds import Band, Instrument
from registry.clinical.instruments.verdicts import SubscaleScore, by_total, subscale_scores, verdict


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
    """The safety item: item 9 of the PHQ, item 10 of the EPDS."""
    note: str
    subscales: tuple[SubscaleScore, ...] = ()
    positive: bool | None = None
    verdict: str = ""


def score(instrument: Instrument, items: Sequence[int | None], sex: str | None = None) -> Scored:
    """Add up the answers; one or two blanks are pro-rated where the instrument allows it (3.2, [M])."""
    given = whole(instrument, items)
    _check(instrument, given)
    total, prorated = _total(instrument, given)
    found = band(instrument, total)
    told = verdict(instrument, total, given, sex)
    return Scored(
        instrument=instrument.name,
        total=total,
        band=found.name if found else told.level or None,
        severity=found.severity if found else None,
        answered=sum(answer is not None for answer in given),
        complete=_closed(instrument, given) or None not in given,
        prorated=prorated,
        item9=None if instrument.safety_item is None else given[instrument.safety_item - 1],
        note=_note(instrument, given, total, prorated),
        subscales=subscale_scores(instrument, given),
        positive=told.positive,
        verdict=told.text,
    )


def score_total(
    instrument: Instrument, total: int, beside: Sequence[int | None] | None = None, sex: str | None = None
) -> Scored:
    """A total without its items: banded, but what was answered stays unknown, unless told beside the total."""
    if not instrument.has_total:
        raise ScoreError(f"{instrument.title} has no total")
    if not instrument.lowest <= total <= instrument.highest:
        raise ScoreError(f"total: {total} is not one of {instrument.lowest}-{instrument.highest}")
    given = beside or [None] * instrument.item_count
    _check(instrument, given)
    found = band(instrument, total)
    told = verdict(instrument, total, beside, sex)
    safety = None if instrument.safety_item is None else given[instrument.safety_item - 1]
    if safety is not None and safety > total:
        raise ScoreError(f"item {instrument.safety_item}: {safety} is more than the total of {total}")
    unknown = (
        f"; item {instrument.safety_item} is not known" if instrument.safety_item and safety is None else ""
    )
    return Scored(
        instrument=instrument.name,
        total=total,
        band=found.name if found else None,
        severity=found.severity if found else None,
        answered=None,
        complete=None,
        prorated=False,
        item9=safety,
        note=f"Total only: the answers are not known{unknown}.",
        positive=told.positive,
        verdict=told.text,
    )


def band(instrument: Instrument, total: int | None) -> Band | None:
    """The band of a total; None without a total or where the instrument has no bands."""
    if total is None:
        return None
    return next((b for b in instrument.bands if b.lowest <= total <= b.highest), None)


def positive(
    instrument: Instrument,
    total: int | None,
    sex: str | None = None,
    items: Sequence[int | None] | None = None,
) -> bool | None:
    """Whether the screen is positive; None where the total, or what decides it, is not known."""
    if instrument.rule or items is not None:
        return verdict(instrument, total, items, sex).positive
    return by_total(instrument, total, sex)


def whole(instrument: Instrument, items: Sequence[int | None]) -> list[int | None]:
    """The answers in their places: a gate that was passed may be left out, and so may the parts at the end."""
    given, lacking = list(items), instrument.item_count - len(items)
    if instrument.gate_item and lacking == 1:
        given.insert(instrument.gate_item - 1, 1)
    elif 0 < lacking == instrument.parts_after:
        given += [None] * lacking
    return given


def _check(instrument: Instrument, items: Sequence[int | None]) -> None:
    if len(items) != instrument.item_count:
        raise ScoreError(f"{instrument.title} has {instrument.item_count} items; {len(items)} were given")
    for number, (answer, values) in enumerate(zip(items, instrument.values, strict=True), 1):
        if answer is not None and answer not in values:
            raise ScoreError(f"item {number}: {answer} is not one of {_listed(values)}")


def _listed(values: tuple[int, ...]) -> str:
    """0-3, or 0, 2, 4 where numbers are left out."""
    even = values == tuple(range(values[0], values[-1] + 1))
    return f"{values[0]}-{values[-1]}" if even else ", ".join(map(str, values))


def _total(instrument: Instrument, items: Sequence[int | None]) -> tuple[int | None, bool]:
    """The total, and whether it is pro-rated."""
    if not instrument.has_total:
        return None, False
    if _closed(instrument, items):
        return 0, False
    answers = [_value(instrument, n, a) for n in instrument.total_items if (a := items[n - 1]) is not None]
    count = len(instrument.total_items)
    missing = count - len(answers)
    if missing > instrument.may_miss:
        return None, False
    return _prorate(sum(answers), len(answers), count), missing > 0


def _closed(instrument: Instrument, items: Sequence[int | None]) -> bool:
    """A no to the gate: the rest is not asked, and an answer to it does not count."""
    return instrument.gate_item is not None and items[instrument.gate_item - 1] == 0


def _value(instrument: Instrument, number: int, answer: int) -> int:
    return instrument.item_highest - answer if number in instrument.reversed_items else answer


def _prorate(points: int, answered: int, count: int) -> int:
    """Points times items over answered, rounded half up in whole numbers."""
    return (2 * points * count + answered) // (2 * answered)


def _note(instrument: Instrument, items: Sequence[int | None], total: int | None, prorated: bool) -> str:
    """What is missing and what was done about it, in words; empty for a complete form."""
    missing = list(items).count(None)
    if missing == 0 or _closed(instrument, items):
        return ""
    answered = f"{instrument.item_count - missing} of {instrument.item_count} items answered"
    if not instrument.has_total:
        return f"{answered}."
    result = "the total is pro-rated" if prorated else "no total" if total is None else "the total stands"
    if instrument.safety_item and items[instrument.safety_item - 1] is None:
        result += f"; item {instrument.safety_item} was not answered, which is not a 0"
    return f"{answered}: {result}."
