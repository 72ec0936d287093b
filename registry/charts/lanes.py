"""Treatment events above the plot: each label in the first lane that has room for it."""

from __future__ import annotations

from dataclasses import dataclass

from registry.charts.frame import LANE
from registry.charts.shapes import MONTHS, Event
from registry.charts.type import width as type_width

MOST_LANES = 3
MOST_CHARS = 34
GAP = 4.0
GLYPH = 8.0


@dataclass(frozen=True)
class Flag:
    """An event with its place: ``x`` of its day, ``left`` and ``width`` of its box, its lane from the top.

    A label without room is drawn as its glyph alone, without a box and over its line; without room even for that, ``lane`` is None and the line stands
    alone. The words are in the chart's sentence and in the table beside it either way.
    """

    event: Event
    x: float
    left: float
    width: float
    lane: int | None
    label: str

    @property
    def top(self) -> float:
        return (self.lane or 0) * LANE + 1


def hoist(events: list[tuple[Event, float]], earlier: set[Event], right: float, height: int) -> list[Flag]:
    """Flags for events with their x, in order of time; ``earlier`` began before the plot and say since when.

    A low chart has fewer lanes, so that the scores keep most of its height.
    """
    ends = [0.0] * max(1, min(MOST_LANES, (height - 96) // 42))
    return [_place(event, x, _text(event, event in earlier), right, ends) for event, x in events]


def lanes_used(flags: list[Flag]) -> int:
    return max((f.lane + 1 for f in flags if f.lane is not None), default=0)


def _text(event: Event, earlier: bool) -> str:
    since = f" since {MONTHS[event.on.month - 1]} {event.on.year}" if earlier else ""
    whole = event.label + since
    return whole if len(whole) <= MOST_CHARS else whole[: MOST_CHARS - 1].rstrip() + "…"


def _place(event: Event, x: float, label: str, right: float, ends: list[float]) -> Flag:
    for text, start, width in ((label, x, type_width(label) + 24), ("", x - GLYPH / 2, GLYPH)):
        left = max(0.0, min(start, right - width))
        lane = next((i for i, end in enumerate(ends) if end <= left), None)
        if lane is not None:
            ends[lane] = left + width + GAP
            return Flag(event, x, left, width, lane, text)
    return Flag(event, x, x, 0, None, "")
