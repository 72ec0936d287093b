"""Numbers at the points: as many as can be read, the telling ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import dist, inf

from registry.charts.shapes import TrendPoint

Box = tuple[float, float, float, float]
"""left, top, right, bottom"""
Place = tuple[float, float]
Segment = tuple[float, float, float, float]
"""x1, y1, x2, y2"""
ABOVE, BELOW, HIGH = -8.0, 17.0, 11.0
FARTHER, ASIDE = 6.0, 10.0
"""Where the usual places are struck through: this much farther off, or beside the point."""
CLEAR = 2.0
"""A number this near to the axis, or to a line that is not its curve, counts as struck by it."""
STEP = 24.0
"""Pixels between the places that are tried for the name of a line."""
COVERS, CURVE = 6, 2
"""A name that covers a point, a ring or a name is worse than one that the curve strikes, and that worse than another line."""
CROWD, CROWD_GAP = 20, 7.0
"""From this many scores on, labels keep this much more distance."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is drawn in the plot: words and rings that no label may cover, and lines that it should not stand on."""

    floor: float
    left: float = 0.0
    right: float = inf
    marks: tuple[Box, ...] = ()
    lines: tuple[Segment, ...] = ()


def place_values(
    points: list[TrendPoint], xy: list[Place], around: Surroundings
) -> list[tuple[float, float, int]]:
    """x, baseline y and total of each value label that runs into no other label, no point, and not out to the left."""
    taken: list[Box] = [*((x - 4, y - 4, x + 4, y + 4) for x, y in xy), *around.marks]
    still = [*around.lines, (around.left, 0.0, around.left, around.floor)]
    gap = CROWD_GAP if len(points) > CROWD else 0.0
    placed = []
    for i in _order(points):
        total, curve = points[i].total, _curve(xy, i)
        free = [at for at in _spots(points, xy, i, around) if not _is_taken(value_box(*at, total), taken)]
        if free:
            x, y = min(free, key=lambda at: _worth(at, i, xy, value_box(at[0], at[1], total), curve, still))
            placed.append((x, y, total))
            taken.append(value_box(x, y, total, gap))
    return placed


def _worth(
    at: Place, i: int, xy: list[Place], box: Box, curve: list[Segment], still: list[Segment]
) -> tuple[int, int]:
    """A number nearer to another point than to its own would be read as that one's: worse than any line through it."""
    around = (box[0] - CLEAR, box[1] - CLEAR, box[2] + CLEAR, box[3] + CLEAR)
    middle = (at[0], (box[1] + box[3]) / 2)
    own = dist(middle, xy[i])
    return sum(dist(middle, other) < own for other in xy), struck(box, curve) + struck(around, still)


def struck(box: Box, lines: Iterable[Segment]) -> int:
    """How many lines run through a label."""
    return sum(_crosses(line, box) for line in lines)


def _crosses(line: Segment, box: Box) -> bool:
    """The line passes the box's frame, and its corners do not lie all on one side of it."""
    x1, y1, x2, y2 = line
    if not _touch((min(x1, x2), min(y1, y2), max(x1, x2) + 0.1, max(y1, y2) + 0.1), box):
        return False
    sides = [(x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(sides) < 0 < max(sides)


def _curve(xy: list[Place], i: int) -> list[Segment]:
    """The stretches of the curve that meet at a point."""
    return [(*xy[n], *xy[n + 1]) for n in (i - 1, i) if 0 <= n < len(xy) - 1]


def _order(points: list[TrendPoint]) -> list[int]:
    """Last, first, highest, lowest, then turns, then the rest in order of time."""
    if not points:
        return []
    size = len(points)
    totals = [p.total for p in points]
    first = [size - 1, 0, totals.index(max(totals)), totals.index(min(totals))]
    turns = [i for i in range(1, size - 1) if (totals[i] - totals[i - 1]) * (totals[i + 1] - totals[i]) < 0]
    return list(dict.fromkeys([*first, *turns, *range(size)]))


def _spots(points: list[TrendPoint], xy: list[Place], i: int, around: Surroundings) -> list[Place]:
    """Above or below the point; where points do not crowd also a little farther off and beside it; never on the axis."""
    (at, y), half = xy[i], _half(points[i].total)
    x = max(at, around.left + half)
    sides = (BELOW, ABOVE) if _valley(points, i) else (ABOVE, BELOW)
    spots = [(x, y + side) for side in sides]
    if len(points) > CROWD:
        return _above(spots, points[i].total, around)
    spots += [(x, y + side + (FARTHER if side > 0 else -FARTHER)) for side in sides]
    away = half + ASIDE
    spots += [(at + away, y + side) for side in (ABOVE, BELOW, 4) if at + away + half < around.right]
    spots += [(at - away, y + side) for side in (ABOVE, BELOW, 4) if at - away - half > around.left]
    return _above(spots, points[i].total, around)


def _above(spots: list[Place], total: int, around: Surroundings) -> list[Place]:
    return [(x, y) for x, y in spots if value_box(x, y, total)[3] < around.floor]


def _is_taken(box: Box, taken: Iterable[Box]) -> bool:
    return any(_touch(box, other) for other in taken)


def _valley(points: list[TrendPoint], i: int) -> bool:
    before = points[i - 1].total if i else points[i].total
    after = points[i + 1].total if i + 1 < len(points) else points[i].total
    return before > points[i].total < after


def value_box(x: float, y: float, total: int, gap: float = 0.0) -> Box:
    """What a number covers."""
    half = _half(total) + gap
    return (x - half, y - HIGH + 2, x + half, y + 1)


def _half(total: int) -> float:
    """Half the width of a number."""
    return 3.1 * len(str(total)) + 1


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def name_box(x: float, y: float, width: float) -> Box:
    """What the name of a line covers."""
    return (x - 2, y - 9, x + width + 2, y + 2.5)


def quiet_place(
    level: float, sides: Iterable[float], width: float, busy: list[Place], around: Surroundings
) -> Place:
    """x, baseline y for the name of a level line: where nothing runs through it, on its usual side if it can, there at
    the end where fewer points are, else between."""
    ends = [around.left + 4, around.right - width - 4]
    between = [ends[0] + STEP * n for n in range(1, int(max(0.0, ends[1] - ends[0]) / STEP))]
    taken = [*((x - 4, y - 4, x + 4, y + 4) for x, y in busy), *around.marks]
    curve = [(*a, *b) for a, b in pairwise(busy)]

    def noise(at: Place) -> tuple[int, int]:
        box = name_box(*at, width)
        met = sum(_touch(box, other) for other in taken)
        worst = COVERS * met + CURVE * struck(box, curve) + struck(box, around.lines)
        return worst, _crowd(at[0], level, width, busy)

    spots = [(x, level + side) for side in sides for x in ends + between]
    return min((at for at in spots if name_box(*at, width)[3] < around.floor), key=noise)


def _crowd(x: float, y: float, width: float, busy: list[Place]) -> int:
    """How many points a name would stand near; the last one, which is read first, weighs most."""
    near = [x - 12 < at[0] < x + width + 12 and abs(at[1] - y) < 20 for at in busy]
    return sum(near) + 2 * sum(near[-1:])
