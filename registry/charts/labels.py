"""Numbers at the points: as many as can be read, the telling ones first."""

from __future__ import annotations

from registry.charts.shapes import TrendPoint

Box = tuple[float, float, float, float]
"""left, top, right, bottom"""
Place = tuple[float, float]
ABOVE, BELOW, HIGH = -8.0, 17.0, 11.0
CROWD, CROWD_GAP = 20, 7.0
"""From this many scores on, labels keep this much more distance."""


def place_values(
    points: list[TrendPoint], xy: list[Place], floor: float, left: float = 0.0
) -> list[tuple[float, float, int]]:
    """x, baseline y and total of each value label that runs into no other label, no point, and not out to the left."""
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in xy]
    gap = CROWD_GAP if len(points) > CROWD else 0.0
    placed = []
    for i in _order(points):
        x = max(xy[i][0], left + _half(points[i].total))
        spot = _spot(points, (x, xy[i][1]), i, taken, floor)
        if spot is not None:
            placed.append((x, spot, points[i].total))
            taken.append(_box(x, spot, points[i].total, gap))
    return placed


def _order(points: list[TrendPoint]) -> list[int]:
    """Last, first, highest, lowest, then turns, then the rest in order of time."""
    if not points:
        return []
    size = len(points)
    totals = [p.total for p in points]
    first = [size - 1, 0, totals.index(max(totals)), totals.index(min(totals))]
    turns = [i for i in range(1, size - 1) if (totals[i] - totals[i - 1]) * (totals[i + 1] - totals[i]) < 0]
    return list(dict.fromkeys([*first, *turns, *range(size)]))


def _spot(points: list[TrendPoint], at: Place, i: int, taken: list[Box], floor: float) -> float | None:
    x, y = at
    sides = (BELOW, ABOVE) if _valley(points, i) else (ABOVE, BELOW)
    for side in sides:
        box = _box(x, y + side, points[i].total)
        if box[3] < floor and not any(_touch(box, other) for other in taken):
            return y + side
    return None


def _valley(points: list[TrendPoint], i: int) -> bool:
    before = points[i - 1].total if i else points[i].total
    after = points[i + 1].total if i + 1 < len(points) else points[i].total
    return before > points[i].total < after


def _box(x: float, y: float, total: int, gap: float = 0.0) -> Box:
    half = _half(total) + gap
    return (x - half, y - HIGH + 2, x + half, y + 1)


def _half(total: int) -> float:
    """Half the width of a number."""
    return 3.1 * len(str(total)) + 1


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def quiet_end(left: float, right: float, y: float, width: float, busy: list[Place]) -> float:
    """x for the name of a level line, at the end of the line where fewer points are."""
    ends = (left + 4, right - width - 4)
    return min(ends, key=lambda x: sum(_near(x, y, width, at) for at in busy))


def _near(x: float, y: float, width: float, at: Place) -> bool:
    """A point with its number reaches this far."""
    return x - 6 < at[0] < x + width + 6 and abs(at[1] - y) < 28
