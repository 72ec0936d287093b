"""Treatment events above the plot: each label in the lowest lane that has room for it, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.charts.frame import LANE
from registry.charts.shapes import Event
from registry.charts.type import width as type_width
from registry.clinical.dates import spell_month

MOST_LANES = 3
MOST_CHARS = 34
GAP = 4.0
GLYPH = 8.0
CUT = "…"


@dataclass(frozen=True)
class Flag:
    """An event with its place: ``x`` of its day, ``left`` and ``width`` of its box, its lane from the top.

    A label without room is drawn as its glyph alone, without a box and over its line; without room even for that, ``lane`` is None and the line stands
    alone. The words are then in the line under the chart, and in its sentence and its table either way.
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

    @property
    def is_named(self) -> bool:
        """All its words stand in its box."""
        return bool(self.label) and not self.label.endswith(CUT)


def hoist(events: list[tuple[Event, float]], earlier: set[Event], right: float, height: int) -> list[Flag]:
    """Flags for events with their x, in order of time; ``earlier`` began before the plot and say since when.

    The newest is placed first, in the lowest lane, so that none is without its name and no line falls through it. A low
    chart has fewer lanes, so that the scores keep most of its height.
    """
    lanes: list[list[Flag]] = [[] for _ in range(max(1, min(MOST_LANES, (height - 96) // 42)))]
    found = [_place(event, x, _text(event, event in earlier), right, lanes) for event, x in reversed(events)]
    top = lanes_used(found) - 1
    return [flag if flag.lane is None else replace(flag, lane=top - flag.lane) for flag in reversed(found)]


def lanes_used(flags: list[Flag]) -> int:
    return max((f.lane + 1 for f in flags if f.lane is not None), default=0)


def _text(event: Event, earlier: bool) -> str:
    since = f" since {spell_month(event.on)}" if earlier else ""
    whole = event.label + since
    return whole if len(whole) <= MOST_CHARS else whole[: MOST_CHARS - 1].rstrip() + CUT


def _place(event: Event, x: float, label: str, right: float, lanes: list[list[Flag]]) -> Flag:
    """In the first lane that is free there, counted from below."""
    for text, start, width in ((label, x, type_width(label) + 24), ("", x - GLYPH / 2, GLYPH)):
        left = max(0.0, min(start, right - width))
        for lane, placed in enumerate(lanes):
            if all(f.left + f.width + GAP <= left or left + width + GAP <= f.left for f in placed):
                flag = Flag(event, x, left, width, lane, text)
                placed.append(flag)
                return flag
    return Flag(event, x, x, 0, None, "")
