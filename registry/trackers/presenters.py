"""Trackers as they are read: a line, a chart, a table, a page of paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any
from uuid import UUID

from markupsafe import Markup

from registry.charts import Trend, TrendPoint, trend
from registry.charts.sleep import clock, sleep_chart, sleep_sentence
from registry.clinical.dates import counted, spell
from registry.clinical.plan_labels import Labels, labels
from registry.clinical.trackers import KINDS, LATEST, QUALITY, SLEEP, Averages, Night, averages, course
from registry.documents.sleep import SleepLog
from registry.documents.values import Printing

if TYPE_CHECKING:
    from registry.trackers.queries import Followed

WIDE, NARROW, PAPER = 880, 330, 700

LABELS = {
    "kind": "What is followed", "title": "In the patient's own words", "low_text": "What 0 looks like",
    "high_text": "What 10 looks like", "target": "Target", "started_on": "From", "ended_on": "Until", "on": "Date",
    "value": "Value", "bed_time": "Went to bed", "wake_time": "Got up", "quality": "Quality", "note": "Note",
    "in_error": "Entered in error",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrackerView:
    """One tracker with what it shows."""

    id: UUID
    kind: str
    kind_title: str
    title: str
    ends: str
    since: str
    ended: bool
    last: str
    chart: Markup | None
    narrow: Markup | None
    sentence: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day in the table."""

    id: UUID
    on: date
    value: str
    times: str
    quality: str
    note: str
    by: str
    in_error: bool


def night(entry: Any) -> Night:
    """An entry of a sleep log as the rules read it."""
    return Night(entry.on, entry.bed_time, entry.wake_time, entry.value, entry.quality, entry.note)


def nights(followed: "Followed") -> list[Night]:
    """The nights of a sleep log, the last first."""
    return [night(entry) for entry in followed.entries]


def view(followed: "Followed", today: date) -> TrackerView:
    """One tracker in words, with its chart for a wide page and a narrow one."""
    tracker, kind = followed.tracker, KINDS[followed.tracker.kind]
    uid = f"tracker-{tracker.id.hex[:8]}"
    ended = f" to {spell(tracker.ended_on)}" if tracker.ended_on else ""
    return TrackerView(
        id=tracker.id,
        kind=tracker.kind,
        kind_title=kind.title,
        title=tracker.title,
        ends=_ends(tracker),
        since=f"Since {spell(tracker.started_on)}{ended}",
        ended=tracker.ended_on is not None,
        last=last_line(followed),
        chart=_chart(followed, today, WIDE, uid),
        narrow=_chart(followed, today, NARROW, f"{uid}-narrow"),
        sentence=_sentence(followed),
    )


def _ends(tracker: Any) -> str:
    parts = [
        f"0: {tracker.low_text}" if tracker.low_text else "",
        f"10: {tracker.high_text}" if tracker.high_text else "",
    ]
    kind = KINDS[tracker.kind]
    parts += [f"Target: {kind.side} {tracker.target:g} {kind.unit}"] if tracker.target is not None else []
    return ". ".join(part for part in parts if part)


def last_line(followed: "Followed") -> str:
    """The last value with its day, and how it went from the first."""
    kind = KINDS[followed.tracker.kind]
    known = [entry for entry in followed.entries if entry.value is not None]
    if not known:
        return (
            "Nothing recorded yet." if not followed.entries else f"Last on {spell(followed.entries[0].on)}."
        )
    if followed.tracker.kind == SLEEP:
        told = [one for one in nights(followed)[:LATEST] if one.hours is not None]
        mean = f"; {averages(told).hours:g} on average of {counted(len(told), 'night')}" if told else ""
        return f"{known[0].value:g} hours on {spell(known[0].on)}{mean}."
    went = course(
        followed.tracker.kind, [entry.value for entry in reversed(known) if entry.value is not None]
    )
    return f"{known[0].value:g} {kind.unit} on {spell(known[0].on)}{f'; {went}' if went else ''}."


def _chart(followed: "Followed", today: date, width: int, uid: str) -> Markup | None:
    if not followed.entries:
        return None
    if followed.tracker.kind == SLEEP:
        return sleep_chart(nights(followed), width=width, uid=uid)
    return trend(_trend(followed, today), width=width, height=170, uid=uid)


def _trend(followed: "Followed", today: date) -> Trend:
    """The values as points; the axis of minutes ends a little above the highest."""
    points = tuple(
        TrendPoint(entry.on, round(entry.value)) for entry in followed.entries if entry.value is not None
    )
    kind = KINDS[followed.tracker.kind]
    wanted = followed.tracker.target
    highest = max([30, wanted or 0, *(point.total for point in points)])
    top = kind.highest if kind.highest <= 10 else ceil(highest / 30) * 30
    return Trend(
        title=followed.tracker.title, maximum=top, points=points, today=today, target=wanted,
        side=kind.side,
    )  # fmt: skip


def _sentence(followed: "Followed") -> str:
    return sleep_sentence(nights(followed)[:LATEST][::-1]) if followed.tracker.kind == SLEEP else ""


def rows(entries: Iterable[tuple[Any, str]]) -> list[DayRow]:
    """Every day as the table shows it."""
    return [
        DayRow(
            entry.id, entry.on, "" if entry.value is None else f"{entry.value:g}", times(night(entry)),
            QUALITY[entry.quality - 1] if entry.quality else "", entry.note, by, entry.in_error,
        )
        for entry, by in entries
    ]  # fmt: skip


def times(one: Night) -> str:
    """11:30 pm to 6:00 am; a time that is not known is told so."""
    if one.bed is None and one.wake is None:
        return ""
    bed, wake = (clock(at) if at else "not known" for at in (one.bed, one.wake))
    return f"{bed} to {wake}"


def words(value: Any) -> str:
    """A value as it is read."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def compared(yours: dict[str, Any], row: Any) -> list[tuple[str, str, str]]:
    """Two versions of the same row, side by side."""
    return [
        (LABELS[name], words(value), words(getattr(row, name)))
        for name, value in yours.items()
        if name in LABELS
    ]


def sleep_log(followed: "Followed", patient: Any, language: str, printing: Printing) -> SleepLog:
    """The latest nights on one page, under labels in a language."""
    words, shown = labels(language), nights(followed)[:LATEST][::-1]
    foot = words.word(
        "sleep", "foot", clinic=printing.clinic, day=words.day(printing.data_as_of), who=printing.printed_by
    )
    return SleepLog(
        patient.name, patient.mrn, followed.tracker.title, tuple(_paper_row(one, words) for one in shown),
        sleep_chart(shown, width=PAPER, words=words), tuple(_means(averages(shown), len(nights(followed)), words)),
        printing.clinic, foot, words,
    )  # fmt: skip


def _paper_row(one: Night, words: Labels) -> tuple[str, ...]:
    hours = "" if one.hours is None else f"{one.hours:g}"
    asleep = "" if one.asleep_percent is None else f"{one.asleep_percent} %"
    quality = words.word("sleep", f"quality_{one.quality}") if one.quality else ""
    bed, wake = (clock(at) if at else "" for at in (one.bed, one.wake))
    return (words.day(one.on), bed, wake, hours, asleep, quality, one.note)


def _means(seen: Averages, on_file: int, words: Labels) -> Iterable[str]:
    count = "nights" if seen.nights == on_file else "latest"
    yield words.word("sleep", count, shown=seen.nights, all=on_file)
    told: Sequence[tuple[str, float | None, str]] = (
        ("hours", seen.hours, ""),
        ("in_bed", seen.in_bed, ""),
        ("asleep", seen.asleep_percent, " %"),
        ("rated", seen.quality, ""),
    )
    for name, value, unit in told:
        known = words.word("sleep", "not_known") if value is None else f"{value:g}{unit}"
        yield words.word("sleep", name, value=known)
