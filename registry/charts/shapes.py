"""What a chart is made of: plain frozen values, filled by the caller from facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import compress
from operator import ge, itemgetter, le, lt
from typing import Literal, NamedTuple

from registry.clinical.dates import spell

EventKind = Literal["start", "up", "down", "stop", "therapy"]


class TrendPoint(NamedTuple):
    """One total on one day; ``partial`` is a pro-rated score and is drawn hollow."""

    on: date
    total: int
    item9_positive: bool = False
    partial: bool = False
    safety: str = ""
    """What the table says of the safety item: its points, or that it was not asked; nothing where the scale has none."""


@dataclass(frozen=True)
class Event:
    """A step of treatment, e.g. ``Event(date(2026, 8, 26), "up", "mirtazapine 15 to 30 mg")``."""

    on: date
    kind: EventKind
    label: str


@dataclass(frozen=True)
class Band:
    """A severity band from ``low`` to the next band's low; ``step`` 0 to 4 picks its colour."""

    low: int
    name: str
    step: int


class TrialBar(NamedTuple):
    """A medication trial from its start to its stop, or to today; ``adequate`` is None while nobody can say."""

    from_on: date
    until: date
    label: str
    adequate: bool | None = None


#: Which side of the target is wanted, and whether a total lies there.
SIDES: dict[str, Callable[[float, float], bool]] = {"below": lt, "at least": ge, "at most": le}


Row = tuple[date, str | int, str, str]


class Table(NamedTuple):
    """The head of a table and its rows."""

    head: list[str]
    rows: list[list[str | int]]


@dataclass(frozen=True)
class Trend:
    """The course of one measure in one episode.

    ``title`` is the measure's name ("PHQ-9"), ``maximum`` its highest possible total. ``target`` means "below this
    total", or another ``side`` of it. The chart starts at the first score (or at enrolment, where that is earlier) and ends at ``today``, or of a
    closed episode at its close or the last score; nothing after it is drawn. Points and events may come in any order.
    """

    title: str
    maximum: int
    points: tuple[TrendPoint, ...]
    today: date
    bands: tuple[Band, ...] = ()
    target: float | None = None
    baseline: TrendPoint | None = None
    enrolled_on: date | None = None
    events: tuple[Event, ...] = ()
    trials: tuple[TrialBar, ...] = ()
    side: str = "below"

    def shown(self) -> list[TrendPoint]:
        """The points in order of time; two on one day keep the order in which they came."""
        return sorted((p for p in self.points if p.on <= self.today), key=lambda p: p.on)

    def steps(self) -> list[Event]:
        """The events in order of time, none later than today."""
        return sorted((e for e in self.events if e.on <= self.today), key=lambda e: e.on)

    def bars(self) -> list[TrialBar]:
        """The trials in order of time, none that begins after today."""
        return sorted((t for t in self.trials if t.from_on <= self.today), key=lambda t: (t.from_on, t.label))

    def table(self) -> Table:
        """The numbers of the chart and the changes of treatment, the latest first.

        The safety item has its column where the measure has one, and the changes theirs where there are any.
        """
        changes = {e.on: "; ".join(s.label for s in self.steps() if s.on == e.on) for e in self.steps()}
        columns = True, True, any(p.safety for p in self.shown()), bool(changes)
        lines: list[Row] = [(p.on, p.total, p.safety, changes.pop(p.on, "")) for p in self.shown()[::-1]]
        lines += [(on, "", "", told) for on, told in changes.items()]
        lines.sort(key=itemgetter(0), reverse=True)
        return Table(
            list(compress(("Date", self.title, "Safety item", "Treatment change"), columns)),
            [list(compress((spell(on), *cells), columns)) for on, *cells in lines],
        )
