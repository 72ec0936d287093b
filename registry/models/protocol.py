"""The protocol of an organisation or of one of its clinics, version by version."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class ProtocolVersion(OrgRow, Base):
    """The numbers and choices that differ from the published protocol, from a day on; never edited.

    One that has not begun can be withdrawn: it keeps its row, with who took it back, when and why.
    """

    __tablename__ = "protocol_version"
    __table_args__ = (
        belongs_to("clinic"),
        Index(None, "org_id", "clinic_id"),
        UniqueConstraint("org_id", "number"),
    )

    number: Mapped[int]
    """Counts the versions of an organisation: of two from the same day the later one holds."""
    clinic_id: Mapped[UUID | None]
    """None for the whole organisation."""
    label: Mapped[str]
    effective_on: Mapped[date]
    values: Mapped[dict[str, Any]]
    """Name of the number to its value, of the choice to the code of its way."""
    follows: Mapped[bool] = mapped_column(default=False)
    """The clinic follows the organisation again."""
    reason: Mapped[str]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")
