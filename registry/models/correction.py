"""What stood before: a clinical record is corrected, not deleted."""

from collections.abc import Mapping
from datetime import date, datetime, time
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


def apply(row: Any, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write new values to a row and return what changed: field name to [before, after], as a correction keeps it."""
    changes: dict[str, list[Any]] = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            changes[name] = [plain(before), plain(after)]
            setattr(row, name, after)
    return changes


def plain(value: Any) -> Any:
    """A value as a correction keeps it."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
