"""Nights as bars on the clock, from six in the evening to two in the afternoon: when, how long, how well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from html import escape

from markupsafe import Markup

from registry.charts.trend import EDGE, GRID, INK, INK2
from registry.charts.type import width as type_width
from registry.clinical.plan_labels import Labels, labels
from registry.clinical.trackers import LATEST, MINUTES_A_DAY, Night, averages

START, SPAN = 18 * 60, 20 * 60
HOURS = (18, 21, 0, 3, 6, 9, 12)
LEFT, RIGHT, TOP, ROW, BAR = 52.0, 118.0, 20.0, 20.0, 11.0
NARROW = 420
"""Below this width the words at the right are left to the table."""


def sleep_chart(
    nights: Sequence[Night], *, width: int = 700, uid: str = "sleep", words: Labels | None = None
) -> Markup:
    """The latest nights, the last one below; a night without its times has its hours alone."""
    words = words or labels("en")
    shown = sorted(nights, key=lambda night: night.on)[-LATEST:]
    height = TOP + ROW * len(shown) + 6
    right = width - (8 if width < NARROW else RIGHT)
    parts = [_head(sleep_sentence(shown, words), width, height, uid), *_clock(right, height)]
    for row, night in enumerate(shown):
        parts += _night(night, TOP + ROW * row, right, width, words)
    return Markup("".join(parts) + "</svg>")


def _head(sentence: str, width: int, height: float, uid: str) -> str:
    name = escape(uid)
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title" '
        f'width="{width}" height="{height:g}" viewBox="0 0 {width} {height:g}" font-family="Source Sans 3" '
        f'font-size="11"><title id="{name}-title">{escape(sentence)}</title>'
    )


def sleep_sentence(nights: Sequence[Night], words: Labels | None = None) -> str:
    """The chart in words."""
    words = words or labels("en")
    if not nights:
        return words.word("sleep", "drawn_none")
    seen = averages(nights)
    head = "drawn" if seen.nights > 1 else "drawn_one"
    told = [words.word("sleep", head, nights=seen.nights, day=words.day(nights[-1].on))]
    for name, value in (("hours", seen.hours), ("in_bed", seen.in_bed), ("asleep", seen.asleep_percent)):
        told += [words.word("sleep", f"drawn_{name}", value=f"{value:g}")] if value is not None else []
    return " ".join(told)


def clock(at: time) -> str:
    """A time as it is said: 10:30 pm."""
    return f"{(at.hour % 12) or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def _x(minutes: int, right: float) -> float:
    """The place of a time of the clock; what lies outside the picture is drawn at its edge."""
    since = (minutes - START) % MINUTES_A_DAY
    return LEFT + (right - LEFT) * min(since, SPAN) / SPAN


def _clock(right: float, height: float) -> list[str]:
    parts = []
    for hour in HOURS:
        x = _x(hour * 60, right)
        parts.append(
            f'<line class="grid" x1="{x:.1f}" y1="{TOP - 4}" x2="{x:.1f}" y2="{height - 4:.1f}" '
            f'stroke="{GRID}" stroke-width="0.75"/>'
        )
        parts.append(
            _text("clab", x, 11, f"{(hour % 12) or 12} {'am' if hour < 12 else 'pm'}", INK2, "middle")
        )
    return parts


def _night(night: Night, y: float, right: float, width: int, words: Labels) -> list[str]:
    parts = [_text("clab", 0, y + 12, words.day(night.on, "short"), INK2)]
    if night.bed is not None and night.wake is not None and night.in_bed:
        left = _x(night.bed.hour * 60 + night.bed.minute, right)
        end = _x(night.wake.hour * 60 + night.wake.minute, right)
        parts.append(
            f'<rect class="pt" x="{left:.1f}" y="{y + 3:.1f}" width="{max(1.0, end - left):.1f}" height="{BAR}" '
            f'rx="2" fill="{EDGE}"/>'
        )
    told = _told(night, words)
    if told and width >= NARROW:
        parts.append(_text("val", right + 10, y + 12, told, INK))
    return parts


def _told(night: Night, words: Labels) -> str:
    hours = "" if night.hours is None else f"{night.hours:g} h"
    quality = "" if night.quality is None else words.word("sleep", f"quality_{night.quality}").lower()
    return ", ".join(part for part in (hours, quality) if part)


def _text(kind: str, x: float, y: float, words: str, fill: str, anchor: str = "start") -> str:
    x -= type_width(words) / 2 if anchor == "middle" else 0
    return f'<text class="{kind}" x="{max(0.0, x):.1f}" y="{y:.1f}" fill="{fill}">{escape(words)}</text>'
