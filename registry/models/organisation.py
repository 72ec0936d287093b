"""Who runs the programme: an organisation, its clinics, and the providers whom patients belong to."""

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    disclaimer: Mapped[str] = mapped_column(default="")
    """Printed under the consultant's advice; empty: the usual text."""


class Clinic(OrgRow, Base):
    """A place of care with its own time zone and its own weekly review."""

    __tablename__ = "clinic"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="America/New_York")
    phone: Mapped[str] = mapped_column(default="")
    review_weekday: Mapped[int] = mapped_column(default=3)
    """Day of the weekly review, Monday is 0."""


class Provider(OrgRow, Base):
    """A primary care provider (PCP); most never sign in, some have an account."""

    __tablename__ = "provider"
    __table_args__ = (
        belongs_to("clinic"),
        Index(None, "org_id", "clinic_id"),
        Index(None, "org_id", "account_id"),
    )

    clinic_id: Mapped[UUID]
    name: Mapped[str]
    credentials: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    fax: Mapped[str] = mapped_column(default="")
    npi: Mapped[str | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
