"""A cover period is entered, and ends by itself; who is back early hands nothing over, the period is ended."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.clinical.cover import Period, refuse_cover
from registry.models import Account, Cover
from registry.week.queries import covers as queries


class CoverRefused(ValueError):
    """A period that cannot be; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class NewCover:
    """Who is away from when to when, who does their work, and why."""

    away_id: UUID
    by_id: UUID
    from_on: date
    until_on: date
    reason: str = ""


def arrange_cover(session: Session, viewer: Viewer, new: NewCover, today: date, now: datetime) -> Cover:
    """Enter a period; of two that are entered at once for the same person the second sees the first."""
    _lock(session, new)
    if new.away_id not in {key for key, _ in queries.who_may_be_away(session, viewer)}:
        raise CoverRefused("You arrange your own cover, or that of the care managers of your clinic.")
    if new.by_id not in {key for key, _ in queries.who_may_cover(session, viewer, new.away_id)} | {
        new.away_id
    }:
        raise CoverRefused("Whoever covers is a care manager in each clinic of the one who is away.")
    period = Period(new.away_id, new.by_id, new.from_on, new.until_on)
    others = queries.standing_periods(session, viewer, frozenset({new.away_id, new.by_id}))
    if refused := refuse_cover(period, others, today):
        raise CoverRefused(refused)
    row = Cover(
        org_id=viewer.org_id, id=uuid4(), account_id=new.away_id, covered_by=new.by_id, from_on=new.from_on,
        until_on=new.until_on, reason=new.reason, created_by=viewer.account_id, created_at=now,
    )  # fmt: skip
    session.add(row)
    _note(session, viewer, "arrange_cover", row)
    return row


def _lock(session: Session, new: NewCover) -> None:
    """Both people's rows, in one order: two periods that exclude each other are not entered side by side."""
    both = select(Account.id).where(Account.id.in_([new.away_id, new.by_id])).order_by(Account.id)
    session.execute(both.with_for_update())


def end_cover(session: Session, viewer: Viewer, cover_id: UUID, today: date, now: datetime) -> None:
    """Who was away is back, or the period is not needed: the work is their own again."""
    found = queries.cover(session, viewer, cover_id)
    if found.ended_at is not None or found.period.until_on < today:
        raise CoverRefused("This period is over already.")
    row = session.get_one(Cover, (viewer.org_id, cover_id))
    row.ended_at = now
    _note(session, viewer, "end_cover", row)


def note_read(session: Session, viewer: Viewer) -> None:
    """Looking at the periods is recorded; they name nobody's patients."""
    audit.record(session, viewer, audit.Act("read", "task", "cover", viewer.account_id))


def _note(session: Session, viewer: Viewer, action: str, row: Cover) -> None:
    detail = {
        "account": row.account_id, "by": row.covered_by, "from_on": row.from_on, "until_on": row.until_on,
    }  # fmt: skip
    audit.record(session, viewer, audit.Act(action, "task", "cover", row.id, detail=detail))
