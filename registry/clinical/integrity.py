"""Can this score be believed: gated, partial, copied forward, duplicate, wrong form or implausible (1.3, 11.7).

A doubt is a sentence for whoever enters or imports the score, never a refusal.  "Item 9 is 0" and "item 9 was not
asked" are different states, and only the second is a doubt.  The numbers below are the registry's own judgement.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from registry.clinical.dates import age_on, counted, spell
from registry.clinical.facts import SERIES, Score
from registry.clinical.instruments import INSTRUMENTS, Instrument, ScoreError, positive, score

GATED, GATE_ALONE, PARTIAL, SAFETY = "gated", "gate_alone", "partial", "safety_item"
COPIED, DUPLICATE, WRONG_FORM, IMPLAUSIBLE = "copied_forward", "duplicate", "wrong_form", "implausible"

WORDS = {
    GATED: "Gated",
    GATE_ALONE: "Gated?",
    PARTIAL: "Partial",
    SAFETY: "Safety item unknown",
    COPIED: "Copied forward?",
    DUPLICATE: "Duplicate?",
    WRONG_FORM: "Wrong form",
    IMPLAUSIBLE: "Implausible",
}

SLIPS = frozenset({GATE_ALONE, COPIED, DUPLICATE, WRONG_FORM, IMPLAUSIBLE})
"""Doubts that a slip would explain: asked about before a score is saved. Who filled in the form knows the others."""

COPIED_TOTAL_DAYS = 14  # an imported bare total that repeats the last one within them
JUMP_DAYS = 14  # half of the range within them
LONG_FORM = 7  # items from which the same answer throughout is worth a look
SAME_ANSWERS = 5  # items from which the same answers as last time are


class Doubt(NamedTuple):
    """One reason not to take a score at its word."""

    kind: str
    sentence: str


class Patient(NamedTuple):
    """What the checks may know of the patient."""

    birth_date: date | None = None
    sex: str | None = None


def doubts(
    one: Score, others: Iterable[Score], patient: Patient, today: date, declined: Sequence[int] = ()
) -> tuple[Doubt, ...]:
    """Every doubt about a score, given the patient's other scores (it may stand among them)."""
    kind = INSTRUMENTS.get(one.instrument)
    if kind is None:
        return ()
    rest = [other for other in others if other.id != one.id]
    found = [
        _dated(one, patient, today),
        _wrong_form(kind, one, patient),
        _partial(kind, one),
        _safety_item(kind, one, declined),
        _gated(kind, one, rest, patient),
        _gate_alone(kind, one, rest),
        _duplicate(kind, one, rest),
        _copied(kind, one, rest),
        *(check(kind, one, rest) for check in PLAUSIBLE),
    ]
    return tuple(doubt for doubt in found if doubt is not None)


def _dated(one: Score, patient: Patient, today: date) -> Doubt | None:
    """A day that has not come, or from before the birth; day and month may have been exchanged."""
    born = patient.birth_date or date.min
    if born <= one.taken_on <= today:
        return None
    told = "lies in the future" if one.taken_on > today else "lies before the patient's birth"
    turned = _turned(one.taken_on)
    guess = (
        f" Was it {spell(turned)}, with day and month exchanged?"
        if turned and born <= turned <= today
        else ""
    )
    return Doubt(IMPLAUSIBLE, f"{spell(one.taken_on)} {told}.{guess}")


def _turned(day: date) -> date | None:
    return day.replace(month=day.day, day=day.month) if day.day <= 12 and day.day != day.month else None


def _wrong_form(kind: Instrument, one: Score, patient: Patient) -> Doubt | None:
    """A form for another age."""
    age = age_on(patient.birth_date, one.taken_on)
    if age is None or age < 0:
        return None
    young, old = (
        kind.from_age is not None and age < kind.from_age,
        kind.to_age is not None and age > kind.to_age,
    )
    if not young and not old:
        return None
    limit = f"from {kind.from_age}" if young else f"up to {kind.to_age}"
    right = {"phq9": " The form for this age is the PHQ-A.", "phq_a": " The form for this age is the PHQ-9."}
    told = right.get(kind.name, "") if old or age >= 11 else ""
    return Doubt(WRONG_FORM, f"The {kind.title} is for patients {limit}; this one was {age}.{told}")


def _partial(kind: Instrument, one: Score) -> Doubt | None:
    """Unanswered items, where it is known what was answered; the gate alone is named after its own form."""
    if one.answered is None or one.answered >= kind.item_count or _closed_gate(kind, one):
        return None
    if short := gate_answered(kind, one.items):
        return Doubt(GATED, f"Only the questions of the {short.title} were answered: it is no {kind.title}.")
    kept = (
        "the total is pro-rated"
        if one.prorated
        else "there is no total"
        if one.total is None
        else "the total stands"
    )
    return Doubt(
        PARTIAL, f"{one.answered} of {kind.item_count} items of the {kind.title} were answered: {kept}."
    )


def _closed_gate(kind: Instrument, one: Score) -> bool:
    return bool(kind.gate_item and one.items and one.items[kind.gate_item - 1] == 0)


def _safety_item(kind: Instrument, one: Score, declined: Sequence[int]) -> Doubt | None:
    """The safety item is not known: not asked, declined, or hidden in a bare total."""
    number = kind.safety_item
    if number is None or one.item9 is not None:
        return None
    told = (
        "was declined"
        if number in declined
        else "was not asked"
        if one.by_item
        else "is not known (total only)"
    )
    return Doubt(SAFETY, f"Item {number} of the {kind.title} {told}: that is not a 0.")


def _gated(kind: Instrument, one: Score, rest: list[Score], patient: Patient) -> Doubt | None:
    """A positive short form without the long one."""
    if not kind.gate_to or not positive(kind, one.total, patient.sex):
        return None
    if any(
        SERIES.get(other.instrument, other.instrument) == kind.gate_to
        for other in rest
        if other.taken_on >= one.taken_on
    ):
        return None
    full = INSTRUMENTS[kind.gate_to].title
    return Doubt(
        GATED,
        f"The {kind.title} of {spell(one.taken_on)} is positive ({one.total}) and no {full} has been taken since: "
        f"it does not stand for the {full}.",
    )


@cache
def _gate_of(name: str) -> Instrument | None:
    """The short form with whose questions a long one begins: its total could pass for that of the long one."""
    kind, series = INSTRUMENTS[name], SERIES.get(name, name)
    begins = (i for i in INSTRUMENTS.values() if i.gate_to == series)
    return next((short for short in begins if short.values == kind.values[: short.item_count]), None)


def gate_answered(kind: Instrument, items: Sequence[int | None] | None) -> Instrument | None:
    """The short form whose questions are all that was answered, whatever is known of the safety item."""
    short = _gate_of(kind.name)
    if short is None or items is None:
        return None
    answered = {number for number, answer in enumerate(items, 1) if answer is not None}
    return short if answered - {kind.safety_item} == set(range(1, short.item_count + 1)) else None


def gate_of(one: Score, others: Iterable[Score]) -> Instrument | None:
    """The short form whose total of the same day is this bare total: perhaps nothing more was asked."""
    short = None if _is_more(one) else _gate_of(one.instrument)
    if short is None:
        return None
    beside = [o for o in others if o.taken_on == one.taken_on]
    if any(o.series == one.series and _is_whole(o) for o in beside):
        return None
    return short if any(o.instrument == short.name and o.total == one.total for o in beside) else None


def _is_more(one: Score) -> bool:
    """More than a bare total: with its answers, or with the safety item; of who never drinks nothing more is asked."""
    never_drinks = one.instrument == "audit" and one.total == 0
    return one.by_item or one.total is None or one.item9 is not None or never_drinks


def _is_whole(one: Score) -> bool:
    return one.answered is not None and one.answered >= INSTRUMENTS[one.instrument].item_count


def _gate_alone(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    short = gate_of(one, rest)
    if short is None:
        return None
    return Doubt(
        GATE_ALONE,
        f"The {short.title} of {spell(one.taken_on)} is {one.total} too: were the other questions of the "
        f"{kind.title} asked? The {short.title} does not stand for it.",
    )


def _duplicate(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    """The same form of the same day, with the same result."""
    same = [o for o in rest if o.series == one.series and o.taken_on == one.taken_on and o.total == one.total]
    if not any(o.items is None or one.items is None or o.items == one.items for o in same):
        return None
    return Doubt(
        DUPLICATE, f"The {kind.title} of {spell(one.taken_on)} is on record already, with the same result."
    )


def _copied(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    """The answers of the last time on a new day; or an imported total that repeats the last one."""
    last = _last(one, rest)
    if last is None or one.total is None or one.total != last.total:
        return None
    days = (one.taken_on - last.taken_on).days
    if one.items is not None and last.items is not None:
        copied = kind.item_count >= SAME_ANSWERS and one.items == last.items and len(set(one.items)) > 1
        what = "The same answers"
    else:
        copied = one.source != "entered" and one.items is None and days <= COPIED_TOTAL_DAYS and one.total > 0
        what = f"The same total of {one.total}"
    if not copied:
        return None
    return Doubt(
        COPIED, f"{what} as on {spell(last.taken_on)}, {counted(days, 'day')} before: was it copied forward?"
    )


def _last(one: Score, rest: Iterable[Score]) -> Score | None:
    """The score of the series before this day."""
    earlier = [
        o for o in rest if o.series == one.series and o.taken_on < one.taken_on and o.total is not None
    ]
    return max(earlier, key=lambda o: o.taken_on, default=None)


def _out_of_range(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    if one.total is None or kind.lowest <= one.total <= kind.highest:
        return None
    return Doubt(
        IMPLAUSIBLE,
        f"The total of the {kind.title} lies between {kind.lowest} and {kind.highest}, not at {one.total}.",
    )


def _contradiction(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    """A total that the answers do not give."""
    if one.items is None or one.answered is None or one.total is None:
        return None
    try:
        made = score(kind, one.items).total
    except ScoreError as error:
        return Doubt(IMPLAUSIBLE, f"The {kind.title} has an answer that it does not offer: {error}.")
    if made is None or made == one.total:
        return None
    return Doubt(IMPLAUSIBLE, f"The answers of the {kind.title} give {made}, not {one.total}.")


def _past_the_gate(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    """A no to the gate, and a yes to what is asked after a yes alone."""
    if not _closed_gate(kind, one) or not any(one.items or ()):
        return None
    return Doubt(
        IMPLAUSIBLE,
        f"The {kind.title} contradicts itself: question {kind.gate_item} is no and a later one is yes. "
        "The yes does not count.",
    )


def _one_answer(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    """The worst answer throughout a long form; or another one throughout, far from the last score."""
    answers = set(one.items or ())
    if kind.item_count < LONG_FORM or len(answers) != 1 or answers & {0, None}:
        return None
    if answers != {kind.item_highest} and not _moved(kind, one, _last(one, rest)):
        return None
    return Doubt(
        IMPLAUSIBLE,
        f"All {kind.item_count} answers of the {kind.title} are {answers.pop()}: was each item read?",
    )


def _moved(kind: Instrument, one: Score, last: Score | None) -> bool:
    """A quarter of the range or more."""
    if last is None or one.total is None or last.total is None:
        return False
    return 4 * abs(one.total - last.total) >= kind.highest - kind.lowest


def _jump(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    """Half of the range within two weeks."""
    last = _last(one, rest)
    if last is None or one.total is None or last.total is None:
        return None
    days = one.taken_on - last.taken_on
    if days > timedelta(days=JUMP_DAYS) or not _far_apart(kind, one.total, last.total):
        return None
    return Doubt(
        IMPLAUSIBLE,
        f"{kind.title} {last.total} to {one.total} in {counted(days.days, 'day')}: check the answers and the date.",
    )


def _same_day(kind: Instrument, one: Score, rest: list[Score]) -> Doubt | None:
    """Another result of the same day, half of the range away."""
    beside = (
        o.total for o in rest if o.series == one.series and o.taken_on == one.taken_on and o.total is not None
    )
    other = next((t for t in beside if one.total is not None and _far_apart(kind, one.total, t)), None)
    if other is None:
        return None
    return Doubt(
        IMPLAUSIBLE,
        f"The {kind.title} of {spell(one.taken_on)} is {other} in another result and {one.total} in this one: "
        "both cannot be right.",
    )


def _far_apart(kind: Instrument, one: int, other: int) -> bool:
    """More than half of the range."""
    return 2 * abs(one - other) > kind.highest - kind.lowest


Check = Callable[[Instrument, Score, list[Score]], Doubt | None]
PLAUSIBLE: tuple[Check, ...] = (_out_of_range, _contradiction, _past_the_gate, _one_answer, _jump, _same_day)


def sentences(found: Iterable[Doubt]) -> Iterator[str]:
    """Each doubt in words, with its name."""
    for doubt in found:
        yield f"{WORDS[doubt.kind].rstrip('?')}: {doubt.sentence}"
