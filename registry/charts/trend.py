"""The full chart of one measure: bands, target, half of baseline, scores, item 9, treatment, two lines of axis."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from registry.charts.courses import drawn, placed, rows_of, undrawn
from registry.charts.frame import Frame, frame, span, totals, weeks
from registry.charts.labels import (
    Box,
    Place,
    Segment,
    Surroundings,
    name_box,
    place_values,
    quiet_place,
    struck,
    value_box,
)
from registry.charts.lanes import Flag, hoist, lanes_used
from registry.charts.shapes import Band, Trend, TrendPoint
from registry.charts.type import width as type_width
from registry.charts.words import half, sentence
from registry.clinical.dates import spell

INK, INK2, GRID, LINE, EDGE, ALERT = "#17222c", "#465663", "#c4ced6", "#0b5a6b", "#08404c", "#9c1c1c"
BANDS = ("#f4f8f8", "#fbf1d3", "#f9e2bd", "#f3cdb3", "#e7bfb7")
GLYPHS = {
    "start": "M0 0l7 4-7 4z",
    "up": "M0 7.5h8l-4-7z",
    "down": "M0 .5h8l-4 7z",
    "stop": "M.5 .5h7v7h-7z",
    "therapy": "M8 4c0 2.2-1.8 4-4 4-2.2 0-4-1.8-4-4 0-2.2 1.8-4 4-4 2.2 0 4 1.8 4 4z",
}


def trend(chart: Trend, *, width: int = 880, height: int = 260, uid: str = "trend") -> Markup:
    """Draw at the size of its slot: scaling it would shrink the type. ``uid`` is unique on the page."""
    flags, rows = _flags(chart, frame(chart, width, height, 0), width, height), rows_of(chart)
    plot = frame(chart, width, height, lanes_used(flags), rows)
    points = chart.shown()
    xy = [(plot.x(p.on), plot.y(p.total)) for p in points]
    parts = [_head(chart, width, height, uid), *_bands(chart, plot), *_grid(chart, plot), *_axis(chart, plot)]
    levels = _levels(chart, plot, xy, flags)
    parts += [*_event_lines(flags, plot), *map(_level, levels), *_line(xy), *_baseline(chart, plot)]
    parts += map(_name, levels)
    around = Surroundings(
        plot.bottom, plot.left, plot.right, _marks(chart, plot, levels), _lines(chart, plot, levels, flags)
    )
    parts += [*_points(points, xy, plot), *_values(points, xy, around), *_flag_boxes(flags)]
    parts += drawn(placed(chart, plot), height)
    return Markup("".join(parts) + "</svg>")


def also(chart: Trend, *, width: int = 880, height: int = 260) -> str:
    """What a chart of this size has no room to name: changes of treatment, the latest first, and trials. The line under it."""
    flags = _flags(chart, frame(chart, width, height, 0), width, height)
    told = [f"{spell(f.event.on)} {f.event.label}" for f in reversed(flags) if not f.is_named]
    told += [f"trial of {bar.label} from {spell(bar.from_on)}" for bar in undrawn(chart)]
    return f"Also: {'; '.join(told)}." if told else ""


def figure(chart: Trend, *, width: int = 880, height: int = 260, uid: str = "trend") -> Markup:
    """The chart as a page shows it, with what it could not name under it."""
    drawn, told = trend(chart, width=width, height=height, uid=uid), also(chart, width=width, height=height)
    return drawn + Markup('<p class="also">{}</p>').format(told) if told else drawn


def _head(chart: Trend, width: int, height: int, uid: str) -> str:
    name = escape(uid)
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Source Sans 3" font-size="11">'
        f'<title id="{name}-title">{escape(sentence(chart))}</title>'
    )


def _bands(chart: Trend, plot: Frame) -> list[str]:
    """Severity as areas with their names at the right, so that colour is never the only sign."""
    tops = [b.low for b in chart.bands[1:]] + [chart.maximum]
    return [_band(band, top, plot) for band, top in zip(chart.bands, tops, strict=False)]


def _band(band: Band, top: int, plot: Frame) -> str:
    y, below = plot.y(top), plot.y(band.low)
    return (
        f'<rect class="band b{band.step}" x="{plot.left:.1f}" y="{y:.1f}" width="{plot.right - plot.left:.1f}" '
        f'height="{below - y:.1f}" fill="{BANDS[band.step]}"/>'
        + _text("clab", plot.right + 10, (y + below) / 2 + 4, band.name, fill=INK2)
    )


def _grid(chart: Trend, plot: Frame) -> list[str]:
    at = [(total, plot.y(total)) for total in totals(chart)]
    lines = [(plot.left, y, plot.right, y) for _, y in at]
    lowest = plot.bottom if plot.low else plot.bottom + 4  # the first tick of a low chart reaches under its 0
    names = [
        _text("clab", plot.left - 6, min(y + 4, lowest), str(total), fill=INK2, anchor="end")
        for total, y in at
    ]
    return [_rules("grid", lines, GRID, 0.75), *names]


def _axis(chart: Trend, plot: Frame) -> list[str]:
    """Treatment week and date, below it or beside it; enrolment is a full line through the plot."""
    ticks = [(plot.x(on), week, written) for on, week, written in weeks(chart, plot)]
    parts = [_rules("target", [(x, plot.bottom, x, plot.bottom + 4) for x, _, _ in ticks], INK2, 1)]
    room = plot.right + 14 if not chart.bands else float("inf")
    for x, week, written in ticks:
        parts += _tick(x, plot, week, written, room)
    return parts + [_rule("target", *line, INK2, 1) for line in _enrolment(chart, plot)]


def _enrolment(chart: Trend, plot: Frame) -> list[Segment]:
    if not (chart.enrolled_on and plot.first < chart.enrolled_on <= chart.today):
        return []
    x = plot.x(chart.enrolled_on)
    return [(x, plot.top, x, plot.bottom)]


def _tick(x: float, plot: Frame, week: str, written: str, room: float) -> list[str]:
    """Beside names of bands a tick may reach under them; without bands it ends where the picture does."""
    if plot.low:
        both = f"{week} · {written}"
        x = min(max(x, type_width(both, 10) / 2), room - type_width(both, 10) / 2)
        return [_text("clab", x, plot.bottom + 15, both, fill=INK2, anchor="middle", size=10)]
    return [
        _text("clab", x, plot.bottom + 15, week, fill=INK2, anchor="middle"),
        _text("clab", x, plot.bottom + 27, written, fill=INK2, anchor="middle", size=10),
    ]


def _flags(chart: Trend, plot: Frame, width: int, height: int) -> list[Flag]:
    first, _ = span(chart)
    steps = chart.steps()
    earlier = {e for e in steps if e.on < first}
    return hoist([(e, plot.x(e.on)) for e in steps], earlier, width - 1, height)


def _event_lines(flags: list[Flag], plot: Frame) -> list[str]:
    lines = _falls(flags, plot)
    return [_rules("ev", lines, EDGE, 1, dash="3 2")] if lines else []


def _falls(flags: list[Flag], plot: Frame) -> list[Segment]:
    return [(f.x, f.top + 8, f.x, plot.bottom) for f in flags]


def _flag_boxes(flags: list[Flag]) -> list[str]:
    return [_flag_box(f) for f in flags if f.lane is not None]


def _flag_box(flag: Flag) -> str:
    x = flag.left + (4.5 if flag.label else 0)
    glyph = (
        f'<path class="evg" transform="translate({x:.1f} {flag.top + 4:.1f})" '
        f'd="{GLYPHS[flag.event.kind]}" fill="{EDGE}"/>'
    )
    if not flag.label:
        return glyph
    return (
        f'<rect class="evb" x="{flag.left:.1f}" y="{flag.top:.1f}" width="{flag.width:.1f}" height="16" rx="3" '
        f'fill="#fff" stroke="{EDGE}"/>{glyph}'
        + _text("evt", flag.left + 17, flag.top + 12, flag.label, fill=EDGE)
    )


OVER, UNDER, OFF = -4.0, 12.0, 12.0
"""The name of a level line stands this far from it, or a line of words farther off."""


class Level(NamedTuple):
    """A line across the plot with its name above or below."""

    line: Segment
    name: str
    x: float
    y: float
    dash: str

    @property
    def box(self) -> Box:
        """The ground of its name."""
        return name_box(self.x, self.y, type_width(self.name))


def _levels(chart: Trend, plot: Frame, xy: list[Place], flags: list[Flag]) -> list[Level]:
    """The target, dashed, and half of the baseline, dotted: the higher one is named above, the other below, where that
    is quiet."""
    lines = []
    if chart.target is not None:
        lines.append((chart.target, f"Target: {chart.side} {chart.target:g}", "6 3"))
    if chart.baseline is not None:
        name = f"50% of baseline ({half(chart.baseline.total)})"
        lines.append((chart.baseline.total / 2, name, "1.5 2.5"))
    lines.sort(key=lambda line: -line[0])
    rules = [(plot.left, plot.y(total), plot.right, plot.y(total)) for total, *_ in lines]
    fixed = (*_enrolment(chart, plot), *_falls(flags, plot))
    placed: list[Level] = []
    for i, (_, name, dash) in enumerate(lines):
        around = Surroundings(
            plot.bottom,
            plot.left,
            plot.right,
            _marks(chart, plot, placed),
            (*fixed, *rules[:i], *rules[i + 1 :]),
        )
        sides = (UNDER, OVER, UNDER + OFF) if i else (OVER, UNDER, OVER - OFF)
        x, y = quiet_place(rules[i][1], sides, type_width(name), xy, around)
        placed.append(Level(rules[i], name, x, y, dash))
    return placed


def _level(level: Level) -> str:
    return _rule("target", *level.line, INK, 1.2, dash=level.dash)


def _name(level: Level) -> str:
    return _ground(level.box) + _text("tlab", level.x, level.y, level.name, fill=INK)


def _ground(box: Box) -> str:
    """Paper under words that stand on something."""
    left, top, right, bottom = box
    return (
        f'<rect class="lb" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        'fill="#fff" fill-opacity=".8"/>'
    )


def _line(xy: list[Place]) -> list[str]:
    if len(xy) < 2:
        return []
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)
    shape = f'points="{path}" fill="none" stroke-linejoin="round"'
    return [
        f'<polyline class="halo" {shape} stroke="#fff" stroke-width="4.5"/>',
        f'<polyline class="line" {shape} stroke="{LINE}" stroke-width="2"/>',
    ]


RING = 7.5


def _baseline(chart: Trend, plot: Frame) -> list[str]:
    return [
        f'<circle class="target" cx="{x:.1f}" cy="{y:.1f}" r="{RING}" fill="none" stroke="{INK}"/>'
        for x, y in _ringed(chart, plot)
    ]


def _ringed(chart: Trend, plot: Frame) -> list[Place]:
    base = chart.baseline
    if base is None or not plot.first <= base.on <= chart.today:
        return []
    return [(plot.x(base.on), plot.y(base.total))]


def _marks(chart: Trend, plot: Frame, levels: list[Level]) -> tuple[Box, ...]:
    rings = [(x - RING, y - RING, x + RING, y + RING) for x, y in _ringed(chart, plot)]
    return (*rings, *(level.box for level in levels))


def _lines(chart: Trend, plot: Frame, levels: list[Level], flags: list[Flag]) -> tuple[Segment, ...]:
    return (*(level.line for level in levels), *_enrolment(chart, plot), *_falls(flags, plot))


def _points(points: list[TrendPoint], xy: list[Place], plot: Frame) -> list[str]:
    """A dot a score, smaller where they crowd; a diamond where item 9 is above 0; hollow where partly answered."""
    room = (plot.right - plot.left) / max(1, len(points))
    radius = 3.2 if room > 14 else 2.3
    return [_point(p, x, y, radius) for p, (x, y) in zip(points, xy, strict=True)]


def _point(point: TrendPoint, x: float, y: float, radius: float) -> str:
    colour = ALERT if point.item9_positive else EDGE
    kind = "i9" if point.item9_positive else "pt"
    paint = f'class="{kind}" fill="{colour}" stroke="#fff" stroke-width="1"'
    if point.partial:
        paint = f'class="hollow" fill="#fff" stroke="{colour}" stroke-width="1.6"'
    if point.item9_positive:
        r = radius + 2.4
        return f'<path {paint} d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}-{r:.1f} {r:.1f}-{r:.1f}-{r:.1f}z"/>'
    return f'<circle {paint} cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _values(points: list[TrendPoint], xy: list[Place], around: Surroundings) -> list[str]:
    """Each number beside its point, on paper of its own where a line cannot be avoided."""
    lines = (*around.lines, *((*a, *b) for a, b in pairwise(xy)))
    return [
        (_ground(value_box(x, y, total)) if struck(value_box(x, y, total), lines) else "")
        + _text("val", x, y, str(total), fill=INK, anchor="middle", size=12, bold=True)
        for x, y, total in place_values(points, xy, around)
    ]


def _rule(
    kind: str, x1: float, y1: float, x2: float, y2: float, colour: str, wide: float, dash: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{wide}"{dashed}/>'
    )


def _rules(kind: str, lines: list[Box], colour: str, wide: float, dash: str = "") -> str:
    """Lines of one kind as one shape: each shape costs the press as much as a word."""
    path = "".join(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" for x1, y1, x2, y2 in lines)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path class="{kind}" d="{path}" fill="none" stroke="{colour}" stroke-width="{wide}"{dashed}/>'


def _text(
    kind: str,
    x: float,
    y: float,
    words: str,
    *,
    fill: str,
    anchor: str = "start",
    size: int = 11,
    bold: bool = False,
) -> str:
    """A text whose start, middle or end is at x."""
    x -= type_width(words, size, bold) * {"start": 0, "middle": 0.5, "end": 1}[anchor]
    more = f' font-size="{size}"' if size != 11 else ""
    more += ' font-weight="600"' if bold else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" fill="{fill}"{more}>{escape(words)}</text>'
