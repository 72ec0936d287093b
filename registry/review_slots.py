"""The weekly slots of a clinic, as the days of its reviews follow them."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clinical.review_days import Weekly, next_review
from registry.models import Clinic, ReviewSeries


def slots_of(session: Session, org_id: UUID, clinic_id: UUID) -> list[Weekly]:
    """Every slot that the clinic has or had."""
    rows = select(ReviewSeries).where(ReviewSeries.org_id == org_id, ReviewSeries.clinic_id == clinic_id)
    return [_weekly(row) for row in session.scalars(rows)]


def review_weekdays(session: Session, org_id: UUID, today: date) -> dict[UUID, int]:
    """The weekday of each clinic's next review."""
    clinics = session.execute(select(Clinic.id, Clinic.review_weekday).where(Clinic.org_id == org_id)).all()
    rows = session.scalars(select(ReviewSeries).where(ReviewSeries.org_id == org_id)).all()
    return {
        key: next_review([_weekly(row) for row in rows if row.clinic_id == key], usual, today).weekday()
        for key, usual in clinics
    }


def _weekly(row: ReviewSeries) -> Weekly:
    return Weekly(row.weekday, row.from_on, row.until_on)
