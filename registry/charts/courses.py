"""Medication trials as bars below the plot: a filled bar was adequate, a dashed one was not, a hollow one nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from registry.charts.frame import ROW, Frame
from registry.charts.shapes import Trend, TrialBar
from registry.charts.type import width as type_width

MOST_ROWS = 3
EDGE, FILL, PAPER = "#08404c", "#b9d6dc", "#fff"
LEAST, GAP, SIZE, BEYOND = 3.0, 8.0, 10, 60.0
WORDS = {True: "adequate", False: "not adequate", None: ""}


@dataclass(frozen=True)
class Placed:
    """A bar with its row; ``label`` is as much of its words as has room until the next bar."""

    bar: TrialBar
    left: float
    right: float
    row: int
    label: str = ""
    x: float = 0.0


def rows_of(chart: Trend) -> int:
    """How many rows of bars a chart has."""
    return max((row + 1 for _, row in _rows(chart)), default=0)


def height_of_bars(chart: Trend) -> int:
    """The pixels that they take below the axis."""
    return round(ROW * rows_of(chart))


def _rows(chart: Trend) -> list[tuple[TrialBar, int]]:
    """Each bar in the first row that is free while it lasts: first what is taken still, and of that the newest."""
    rows: list[list[TrialBar]] = [[] for _ in range(MOST_ROWS)]
    found = []
    for bar in sorted(chart.bars(), key=lambda bar: (bar.until, bar.from_on), reverse=True):
        for row, others in enumerate(rows):
            if all(bar.until <= other.from_on or other.until <= bar.from_on for other in others):
                others.append(bar)
                found.append((bar, row))
                break
    return found


def undrawn(chart: Trend) -> list[TrialBar]:
    """The bars for which there is no row."""
    drawn = {id(bar) for bar, _ in _rows(chart)}
    return [bar for bar in chart.bars() if id(bar) not in drawn]


def placed(chart: Trend, plot: Frame) -> list[Placed]:
    """The bars where they are drawn."""
    bars = [_place(bar, row, plot) for bar, row in _rows(chart) if bar.until >= plot.first]
    return [_labelled(one, bars, plot) for one in bars]


def _place(bar: TrialBar, row: int, plot: Frame) -> Placed:
    left = plot.x(bar.from_on)
    return Placed(bar, left, max(left + LEAST, plot.x(bar.until)), row)


def _labelled(one: Placed, bars: list[Placed], plot: Frame) -> Placed:
    """The longest of its words that fits inside it, or behind it before the next bar of its row."""
    after = [other.left for other in bars if other.row == one.row and other.left > one.left]
    inside, behind = one.right - one.left - GAP, min([*after, plot.right + BEYOND]) - one.right - GAP
    words = ", ".join(filter(None, (one.bar.label, WORDS[one.bar.adequate])))
    for text in (words, one.bar.label, one.bar.label.split()[0]):
        for room, x in ((inside, one.left), (behind, one.right)):
            if type_width(text, SIZE) <= room:
                return replace(one, label=text, x=x + 4)
    return one


def drawn(bars: list[Placed], height: int) -> list[str]:
    """The bars and their words, the first row on top."""
    rows = max((one.row + 1 for one in bars), default=0)
    return [part for one in bars for part in _drawn(one, height - ROW * (rows - one.row))]


def _drawn(one: Placed, top: float) -> tuple[str, str]:
    kind = {True: "adequate", False: "short", None: "open"}[one.bar.adequate]
    dash = ' stroke-dasharray="3 2"' if one.bar.adequate is False else ""
    paint = f'class="trial {kind}" fill="{FILL if one.bar.adequate else PAPER}" stroke="{EDGE}"{dash}'
    box = f'x="{one.left:.1f}" y="{top + 1:.1f}" width="{one.right - one.left:.1f}" height="{ROW - 3:.1f}"'
    where = f'x="{one.x:.1f}" y="{top + ROW - 5:.1f}" fill="{EDGE}" font-size="{SIZE}"'
    return f"<rect {paint} {box}/>", f'<text class="val" {where}>{escape(one.label)}</text>'
