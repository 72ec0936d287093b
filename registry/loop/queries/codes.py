"""Which advice a code from a fax-back sheet stands for, inside the clinics of whoever types it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import advice
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.advice import SignedNote
from registry.clinical.decision_moves import awaits_answer, state_of
from registry.clinical.loop import is_followed
from registry.models import Review


def coded(session: Session, viewer: Viewer, code: str) -> UUID | None:
    """The recommendation to decide: the first of the note that waits for an answer; None where the code is none of ours.

    A sheet that went out before the note was amended leads to the amendment.
    """
    found = _note(session, viewer, code)
    if found is None:
        return None
    asked = [one for one in found.advice if is_followed(one.whole)] or list(found.advice)
    waiting = (one for one in asked if awaits_answer(state_of(one.facts)))
    chosen = next(waiting, asked[0] if asked else None)
    return chosen.row.id if chosen else None


def _note(session: Session, viewer: Viewer, code: str) -> SignedNote | None:
    """The signed note, or what amends it now; a draft and another clinic's note are no different from none."""
    mine = select(Review.id).where(Review.org_id == viewer.org_id, Review.reply_code == code)
    review_id = session.scalar(mine)
    try:
        found = advice.note(session, viewer, review_id, advice.RECORD) if review_id else None
        while found is not None and found.amended_by is not None:
            found = advice.note(session, viewer, found.amended_by, advice.RECORD)
    except NotVisible:
        return None
    return found
