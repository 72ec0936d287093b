"""The right to use the wording of an instrument, as an administrator recorded it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow


class InstrumentLicence(OrgRow, Base):
    """A licence switches the entry of the answers on, until its last day or until it is withdrawn."""

    __tablename__ = "instrument_licence"
    __table_args__ = (Index(None, "org_id", "instrument"),)

    instrument: Mapped[str]
    holder: Mapped[str]
    """Who gave it: 'Mapi Research Trust'."""
    reference: Mapped[str]
    """Number or letter by which it is found."""
    granted_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Its last day; null: without end."""
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_reason: Mapped[str] = mapped_column(default="")
