"""Who does whose work on a day: asked by the caseload, the week and the nightly digest."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from registry.models import Cover


def holds_on(day: date) -> ColumnElement[bool]:
    """The periods that hold on a day and were not ended by then."""
    over = datetime.combine(day, time.max, UTC)
    return and_(
        Cover.from_on <= day, Cover.until_on >= day, or_(Cover.ended_at.is_(None), Cover.ended_at > over)
    )


def covered_by(org_id: UUID, account_id: UUID, day: date) -> Select[UUID]:
    """Those whose work this person does on a day, beside their own."""
    return select(Cover.account_id).where(
        Cover.org_id == org_id, Cover.covered_by == account_id, holds_on(day)
    )
