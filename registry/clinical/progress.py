"""How a score moved, in the one word that a patient reads: better, same, worse; or no word where nobody can judge it."""

from registry.clinical.course import reaches
from registry.clinical.protocol import Protocol, ScaleThresholds

BETTER, SAME, WORSE, UNJUDGED, UP_AGAIN = "better", "same", "worse", "unjudged", "up_again"


def direction(
    first: int, last: int, scale: ScaleThresholds, protocol: Protocol, best: int | None = None
) -> str:
    """Better by half, or by what counts as a partial response (T4); worse by the points of a deterioration (T6).

    Who is as many points above their best (``best``) is up again, wherever they are against the first.
    """
    if _is_worse(first, last, scale):
        return WORSE
    if best is not None and _is_worse(best, last, scale):
        return UP_AGAIN
    if reaches(first - last, scale.partial_points) or _is_lower(first, last, scale, protocol):
        return BETTER
    return UNJUDGED if scale.worse_points is None else SAME


def _is_lower(first: int, last: int, scale: ScaleThresholds, protocol: Protocol) -> bool:
    """By half; by the percent of a partial response where the first was elevated and the scale has a published change."""
    is_judged = first >= scale.elevated and scale.partial_points is not None
    percent = protocol.partial_percent.value if is_judged else 50
    return last < first and (first - last) * 100 >= percent * first


def _is_worse(before: int, last: int, scale: ScaleThresholds) -> bool:
    return scale.worse_points is not None and reaches(last - before, scale.worse_points)
