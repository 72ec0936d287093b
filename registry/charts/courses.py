"""Medication trials as bars below the plot: a filled bar was adequate, a dashed one was not, a hollow one nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from registry.charts.frame import ROW, Frame
from registry.charts.shapes import LEAST_HEIGHT, Trend, TrialBar
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


def rows_of(chart: Trend, height: int) -> int:
    """How many rows of bars a chart of this height has."""
    if height < LEAST_HEIGHT:
        return 0
    return max((row + 1 for _, row in _rows(chart)), default=0)


def _rows(chart: Trend) -> list[tuple[TrialBar, int]]:
    """Each bar in the first row that is free on its first day; what has no row is in the table beside the chart."""
    ends: list[TrialBar | None] = [None] * MOST_ROWS
    found = []
    for bar in chart.bars():
        row = next((i for i, last in enumerate(ends) if last is None or last.until <= bar.from_on), None)
        if row is not None:
            ends[row] = bar
            found.append((bar, row))
    return found


def placed(chart: Trend, plot: Frame, height: int) -> list[Placed]:
    """The bars where they are drawn."""
    if height < LEAST_HEIGHT:
        return []
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
