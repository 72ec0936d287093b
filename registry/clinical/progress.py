"""How a score moved, in the one word that a patient reads: better, same, worse; or no word where nobody can judge it."""

from registry.clinical.course import reaches
from registry.clinical.protocol import ScaleThresholds

BETTER, SAME, WORSE, UNJUDGED = "better", "same", "worse", "unjudged"


def direction(first: int, last: int, scale: ScaleThresholds) -> str:
    """Better by a change that counts or by half, worse by the points that the protocol takes for a deterioration."""
    if reaches(first - last, scale.partial_points) or (last < first and last * 2 <= first):
        return BETTER
    if scale.worse_points is None:
        return UNJUDGED
    return WORSE if reaches(last - first, scale.worse_points) else SAME
