"""What stood before: a clinical record is corrected, not deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Correction(OrgRow, Base):
    """One correction: which row, each field before and after, who, when and why."""

    __tablename__ = "correction"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "corrected_at"))

    patient_id: Mapped[UUID]
    subject: Mapped[str]
    """Table of the corrected row."""
    subject_id: Mapped[UUID]
    changes: Mapped[dict[str, Any]]
    """Field name to [before, after]."""
    reason: Mapped[str]
    corrected_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    corrected_at: Mapped[datetime]
