"""Nobody is forgotten: the whole caseload is scanned, and who was passed over by the review is named.

Three lists, each to be brought to nought: enrolled and never reviewed; not improved and not reviewed for 60 days (S19);
in weeks 8 to 12, not improved, and not reviewed since week 8 (S30).  Their days are the protocol's.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from registry.clinical.picture import ACTIVE, Picture

NEVER, OLD, WEEK_8 = "never", "old", "week_8"
LABELS = {
    NEVER: "Never reviewed",
    OLD: "Not improved, not reviewed for {review_fresh}",
    WEEK_8: "Weeks 8 to 12, not improved, not reviewed since week 8",
}
T = TypeVar("T")


def never_reviewed(p: Picture) -> bool:
    """Enrolled long enough for a first review, and none was held in this episode."""
    is_new = p.enrolled_on is None or p.days < p.protocol.first_review_from.value
    return p.stage == ACTIVE and not is_new and not p.reviewed_since(p.enrolled_on or p.today)


def not_reviewed_lately(p: Picture) -> bool:
    """Not improved, reviewed once, and not within the days in which a review is fresh."""
    if p.stage != ACTIVE or not p.primary.not_improved or p.review is None:
        return False
    return p.days_since(p.review.on) > p.protocol.review_fresh.value


def week_8_without_review(p: Picture) -> bool:
    """In weeks 8 to 12, not improved, and nobody has looked since week 8 began."""
    if p.stage != ACTIVE or p.enrolled_on is None or not p.primary.not_improved:
        return False
    start, end = p.protocol.review_from.value, p.protocol.review_until.value
    return start <= p.days <= end and not p.reviewed_since(p.enrolled_on + timedelta(days=start))


CHECKS: Mapping[str, Callable[[Picture], bool]] = {
    NEVER: never_reviewed,
    OLD: not_reviewed_lately,
    WEEK_8: week_8_without_review,
}


def forgotten(everybody: Iterable[tuple[T, Picture]]) -> dict[str, list[T]]:
    """Who stands on which of the three lists, in the order given; one patient can stand on two."""
    seen = list(everybody)
    return {code: [one for one, picture in seen if check(picture)] for code, check in CHECKS.items()}
