"""How a scale that the protocol does not judge has moved since its first score, by the thresholds of its data file.

Points, percent, bands and every threshold that is reached are told together; none alone is called meaningful (3.2).
"""

from collections.abc import Iterator

from registry.clinical.dates import counted, listed
from registry.clinical.instruments.kinds import Instrument
from registry.clinical.instruments.scoring import band


def moved(kind: Instrument, first: int, last: int) -> str:
    """'9 points lower (50 %), moderate to subthreshold; reaches: response (8 points)'; empty without thresholds."""
    if not kind.change.sources:
        return ""
    reached = list(_reached(kind, first, last))
    told = f"reaches: {listed(reached)}" if reached else "reaches no threshold"
    return f"{_points(first, last)}{_bands(kind, first, last)}; {told}"


def _points(first: int, last: int) -> str:
    size = abs(last - first)
    if not size:
        return "unchanged"
    percent = f" ({round(size * 100 / first)} %)" if first else ""
    return f"{counted(size, 'point')} {'lower' if last < first else 'higher'}{percent}"


def _bands(kind: Instrument, first: int, last: int) -> str:
    before, after = band(kind, first), band(kind, last)
    if before is None or after is None or before == after:
        return ""
    return f", {before.name} to {after.name}"


def _reached(kind: Instrument, first: int, last: int) -> Iterator[str]:
    """Every threshold that the change reaches; a reliable change may be for the worse."""
    change, drop = kind.change, first - last
    if change.lower_band and drop > 0 and _bands(kind, first, last):
        yield "better (a lower band)"
    if change.response_percent is not None and drop > 0 and drop * 100 >= change.response_percent * first:
        yield f"response ({change.response_percent} %)"
    if change.response_points is not None and drop >= change.response_points:
        yield f"response ({counted(change.response_points, 'point')})"
    if change.remission_below is not None and first >= change.remission_below > last:
        yield f"remission (below {change.remission_below})"
    if change.reliable_points is not None and abs(drop) >= change.reliable_points:
        word = "reliable change" if drop > 0 else "reliable change for the worse"
        yield f"{word} ({counted(change.reliable_points, 'point')})"
