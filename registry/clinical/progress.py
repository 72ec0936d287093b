"""How a score moved, in the one word that a patient reads: better, same, worse; or no word where nobody can judge it."""

from registry.clinical.course import reaches
from registry.clinical.protocol import ScaleThresholds

BETTER, SAME, WORSE, UNJUDGED, UP_AGAIN = "better", "same", "worse", "unjudged", "up_again"


def direction(first: int, last: int, scale: ScaleThresholds, best: int | None = None) -> str:
    """Better by a change that counts or by half, worse by the points that the protocol takes for a deterioration.

    Who was better at its best (``best``), by as many points as that, is up again, even where it is below the first.
    """
    if best is not None and best < first and last < first and _is_worse(best, last, scale):
        return UP_AGAIN
    if reaches(first - last, scale.partial_points) or (last < first and last * 2 <= first):
        return BETTER
    if scale.worse_points is None:
        return UNJUDGED
    return WORSE if _is_worse(first, last, scale) else SAME


def _is_worse(before: int, last: int, scale: ScaleThresholds) -> bool:
    return scale.worse_points is not None and reaches(last - before, scale.worse_points)
