"""Where things go: the plot's edges, a day's x, a total's y, the ticks of both axes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from registry.charts.shapes import Trend
from registry.charts.type import width as type_width
from registry.clinical.dates import spell, spell_short

LEFT, BOTTOM, LANE, TOP = 30.0, 32.0, 21.0, 18.0
ROW = 15.0
"""The height of a row of trials below the axis."""
LEAST_DAYS = 7
LOW, LOW_BOTTOM = 190, 19.0
"""A chart lower than this writes week and date of a tick on one line, so that the scores keep its height."""
TICK, LONG_TICK = 84.0, 120.0
WEEK_STEPS = (1, 2, 4, 8, 12, 16, 26, 52, 104, 208)


@dataclass(frozen=True)
class Frame:
    """The plot inside the picture, in pixels, and the days and totals that it spans."""

    left: float
    right: float
    top: float
    bottom: float
    first: date
    last: date
    maximum: int
    low: bool = False

    def x(self, on: date) -> float:
        days = (min(max(on, self.first), self.last) - self.first).days
        return self.left + (self.right - self.left) * days / (self.last - self.first).days

    def y(self, total: float) -> float:
        return self.bottom - (self.bottom - self.top) * min(max(total, 0), self.maximum) / self.maximum


def frame(chart: Trend, width: int, height: int, lanes: int, rows: int = 0) -> Frame:
    """The plot that is left after the axes, the names of the bands, the lanes of events and the rows of trials have room."""
    names = max((type_width(b.name) for b in chart.bands), default=0.0)
    right = width - names - 14
    first, last = span(chart)
    bottom = height - (LOW_BOTTOM if height < LOW else BOTTOM) - rows * ROW
    return Frame(LEFT, right, lanes * LANE + TOP, bottom, first, last, chart.maximum, height < LOW)


def span(chart: Trend) -> tuple[date, date]:
    """From the first score, or enrolment where that is earlier, to today; at least a week."""
    starts = [p.on for p in chart.shown()]
    if chart.enrolled_on and chart.enrolled_on <= chart.today:
        starts.append(chart.enrolled_on)
    first = min(starts, default=chart.today - timedelta(days=LEAST_DAYS))
    return first, max(chart.today, first + timedelta(days=LEAST_DAYS))


def totals(chart: Trend) -> list[int]:
    """The totals that get a grid line: where bands begin, else five even steps."""
    if chart.bands:
        return sorted(b.low for b in chart.bands)
    return list(range(0, chart.maximum + 1, max(1, chart.maximum // 5)))


def weeks(chart: Trend, plot: Frame) -> list[tuple[date, str, str]]:
    """The ticks of the time axis: day, treatment week, date; as many as have room to be read."""
    origin = chart.enrolled_on if chart.enrolled_on and chart.enrolled_on <= chart.today else plot.first
    step = _step(plot)
    ticks = []
    on = origin
    while on <= plot.last:
        ticks.append((on, _week(on, origin, chart.enrolled_on), _date(on, plot)))
        on += timedelta(weeks=step)
    return [t for t in ticks if t[0] >= plot.first]


def _step(plot: Frame) -> int:
    """The smallest number of weeks that leaves every tick its room."""
    tick = LONG_TICK if plot.low and plot.first.year != plot.last.year else TICK
    fits = (tick * (plot.last - plot.first).days) / (7 * (plot.right - plot.left))
    return next((s for s in WEEK_STEPS if s >= fits), WEEK_STEPS[-1])


def _week(on: date, origin: date, enrolled_on: date | None) -> str:
    if on == origin:
        return "Enrolled" if enrolled_on else "First score"
    return f"Wk {(on - origin).days // 7}"


def _date(on: date, plot: Frame) -> str:
    return spell_short(on) if plot.first.year == plot.last.year else spell(on)
