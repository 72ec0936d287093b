"""How a score moved, in the one word that a patient reads: better, same, worse; or no word where nobody can judge it."""

from registry.clinical.course import reaches
from registry.clinical.protocol import ScaleThresholds

BETTER, SAME, WORSE, UNJUDGED, UP_AGAIN = "better", "same", "worse", "unjudged", "up_again"


def direction(first: int, last: int, scale: ScaleThresholds, best: int | None = None) -> str:
    """Better by a change that counts or by half, worse by the points that the protocol takes for a deterioration.

    Who is as many points above their best (``best``) is up again, wherever they are against the first.
    """
    if _is_worse(first, last, scale):
        return WORSE
    if best is not None and _is_worse(best, last, scale):
        return UP_AGAIN
    if reaches(first - last, scale.partial_points) or (last < first and last * 2 <= first):
        return BETTER
    return UNJUDGED if scale.worse_points is None else SAME


def _is_worse(before: int, last: int, scale: ScaleThresholds) -> bool:
    return scale.worse_points is not None and reaches(last - before, scale.worse_points)
