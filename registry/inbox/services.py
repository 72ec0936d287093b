"""What a PCP does in the inbox: answers, and says that something was seen."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.advice import Advice, Decided, SignedNote, note, one, record_decision
from registry.clinical.decision_moves import legal_steps, state_of
from registry.inbox.queries import OWN, TEAM
from registry.models import Acknowledgement

VIA = "inbox"
RECOMMENDATION, CLOSED, OUTCOME, NOTE = "recommendation", "closed", "outcome", "review"
"""What can be acknowledged: advice that waits, that it was closed, what came of it; and an amended note."""


class Given(NamedTuple):
    """One answer as it was given."""

    kind: str
    remark: str
    mark: str
    """Which step its author saw last."""


def answer(
    session: Session, viewer: Viewer, recommendation_id: UUID, given: Given, today: date, now: datetime
) -> None:  # fmt: skip
    """Record the answer of the PCP who is signed in."""
    step = Decided(given.kind, today, viewer.name, given.remark, via=VIA, mark=given.mark)
    record_decision(session, viewer, recommendation_id, step, today, now, OWN)


def acknowledge(
    session: Session, viewer: Viewer, news: str, recommendation_id: UUID, today: date, now: datetime
) -> None:
    """This person has seen it; for everybody else it stays. A PCP who has seen advice that waits is on record."""
    found, advice = one(session, viewer, recommendation_id, TEAM)
    if not _put_down(session, viewer, news, recommendation_id, found, now):
        return
    if news == RECOMMENDATION and _is_mine(session, viewer, recommendation_id):
        _see(session, viewer, advice, today, now)


def acknowledge_note(session: Session, viewer: Viewer, review_id: UUID, now: datetime) -> None:
    """This person has seen that a note was amended."""
    _put_down(session, viewer, NOTE, review_id, note(session, viewer, review_id, TEAM), now)


def _put_down(
    session: Session, viewer: Viewer, subject: str, subject_id: UUID, found: SignedNote, now: datetime
) -> bool:
    """Write it once; False where it stands already."""
    mine = select(Acknowledgement.id).where(
        Acknowledgement.org_id == viewer.org_id, Acknowledgement.account_id == viewer.account_id,
        Acknowledgement.subject == subject, Acknowledgement.subject_id == subject_id,
    )  # fmt: skip
    if session.scalar(mine) is not None:
        return False
    row = Acknowledgement(
        org_id=viewer.org_id, id=uuid4(), account_id=viewer.account_id, subject=subject, subject_id=subject_id, at=now
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False  # another window of the same person was faster
    act = audit.Act("acknowledge", "review", subject, subject_id, [found.subject.patient_id])
    audit.record(session, viewer, act)
    return True


def _is_mine(session: Session, viewer: Viewer, recommendation_id: UUID) -> bool:
    """The viewer is the PCP whom the advice asks."""
    try:
        one(session, viewer, recommendation_id, OWN)
    except LookupError:
        return False
    return True


def _see(session: Session, viewer: Viewer, advice: Advice, today: date, now: datetime) -> None:
    if "seen" in {step.kind for step in legal_steps(state_of(advice.facts))}:
        step = Decided("seen", today, viewer.name, via=VIA)
        record_decision(session, viewer, advice.row.id, step, today, now, OWN)
