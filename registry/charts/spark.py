"""The small line in a table row: all scores of the episode, the goal band below it, the latest as a dot."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from registry.charts.shapes import TrendPoint

LINE, DOT, ALERT, GOAL = "#0b5a6b", "#0b3f4d", "#9c1c1c", "#e3eaee"
PAD = 3.5


def sparkline(
    points: Sequence[TrendPoint],
    *,
    title: str | None = None,
    maximum: int = 27,
    target: int | None = 10,
    width: int = 76,
    height: int = 18,
) -> Markup:
    """All scores as one line; the last is a dot, or a red diamond when its item 9 is above 0.

    Without ``title`` the picture is hidden from screen readers: use that where the numbers stand beside it. In a PDF
    give the title, or the picture has no alternative text.
    """
    shown = sorted(points, key=lambda p: p.on)
    parts = [_head(width, height, title), _goal(width, height, maximum, target)]
    if shown:
        xy = _places(shown, width, height, maximum)
        parts += [_line(xy), _last(xy[-1], shown[-1].item9_positive)]
    return Markup("".join(parts) + "</svg>")


def _head(width: int, height: int, title: str | None) -> str:
    size = f'<svg class="spark" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    if title is None:
        return f'{size} aria-hidden="true" focusable="false">'
    return f'{size} role="img"><title>{escape(title)}</title>'


def _goal(width: int, height: int, maximum: int, target: int | None) -> str:
    """The band in which the score is at target."""
    if target is None:
        return ""
    top = _level(target, height, maximum)
    return f'<rect class="sgoal" y="{top:.1f}" width="{width}" height="{height - top:.1f}" fill="{GOAL}"/>'


def _level(total: int, height: int, maximum: int) -> float:
    return PAD + (height - 2 * PAD) * (1 - min(total, maximum) / maximum)


def _places(points: list[TrendPoint], width: int, height: int, maximum: int) -> list[tuple[float, float]]:
    first = points[0].on.toordinal()
    days = points[-1].on.toordinal() - first or 1
    scale = (width - 2 * PAD) / days
    return [(PAD + (p.on.toordinal() - first) * scale, _level(p.total, height, maximum)) for p in points]


def _line(xy: list[tuple[float, float]]) -> str:
    if len(xy) < 2:
        return ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)
    return f'<polyline class="line" points="{path}" fill="none" stroke="{LINE}" stroke-width="1.5"/>'


def _last(at: tuple[float, float], item9: bool) -> str:
    x, y = at
    if item9:
        return f'<path class="i9" d="M{x:.1f} {y - 3.4:.1f}l3.4 3.4-3.4 3.4-3.4-3.4z" fill="{ALERT}"/>'
    return f'<circle class="pt" cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{DOT}"/>'
