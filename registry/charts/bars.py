"""The patient's own picture: one bar a score, its number above and its day below; no safety mark, no word of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from registry.charts.type import width as type_width

INK, FILL, EDGE, GOAL = "#17222c", "#9fc6cf", "#0b5a6b", "#17222c"
TOP, BOTTOM, SIDE = 18.0, 20.0, 6.0
WIDEST = 46.0


class Bar(NamedTuple):
    """One score: its day in words, and its total."""

    day: str
    total: int


def bars(
    shown: Sequence[Bar],
    *,
    maximum: int,
    title: str,
    goal: int | None = None,
    width: int = 640,
    height: int = 130,
) -> Markup:
    """Draw the scores in the order in which they come; the dashed line is the goal, and `title` says it all in words."""
    room = (width - 2 * SIDE) / max(1, len(shown))
    deep = height - TOP - BOTTOM
    parts = [_head(title, width, height)]
    if goal is not None:
        parts.append(_line(width, height - BOTTOM - deep * goal / maximum, GOAL, "5 3"))
    for place, one in enumerate(shown):
        parts += _bar(
            one, SIDE + room * (place + 0.5), min(WIDEST, room * 0.6), deep * one.total / maximum, height
        )
    parts.append(_line(width, height - BOTTOM, EDGE, ""))
    return Markup("".join(parts) + "</svg>")


def _head(title: str, width: int, height: int) -> str:
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="Source Sans 3" font-size="12"><title>{escape(title)}</title>'
    )


def _bar(one: Bar, middle: float, wide: float, tall: float, height: int) -> list[str]:
    foot = height - BOTTOM
    return [
        (
            f'<rect class="bar" x="{middle - wide / 2:.1f}" y="{foot - tall:.1f}" width="{wide:.1f}" '
            f'height="{tall:.1f}" fill="{FILL}" stroke="{EDGE}"/>'
        ),
        _plate(str(one.total), middle, foot - tall - 5),
        _text(str(one.total), middle, foot - tall - 5, 13, True),
        _text(one.day, middle, height - 5, 11, False),
    ]


def _plate(words: str, middle: float, y: float) -> str:
    """Paper behind a number, so that the line of the goal does not strike it through."""
    wide = type_width(words, 13, True) + 4
    return (
        f'<rect x="{middle - wide / 2:.1f}" y="{y - 10.5:.1f}" width="{wide:.1f}" height="12" fill="#fff"/>'
    )


def _line(width: int, y: float, colour: str, dash: str) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{SIDE}" y1="{y:.1f}" x2="{width - SIDE}" y2="{y:.1f}" stroke="{colour}" stroke-width="1"{dashed}/>'


def _text(words: str, middle: float, y: float, size: int, bold: bool) -> str:
    weight = ' font-weight="600"' if bold else ""
    x = middle - type_width(words, size, bold) / 2
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" font-size="{size}"{weight}>{escape(words)}</text>'
