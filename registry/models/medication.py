"""What the patient takes, told as what happened to it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Medication(OrgRow, Base):
    """One drug of one patient; its doses are events."""

    __tablename__ = "medication"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id"))

    patient_id: Mapped[UUID]
    name: Mapped[str]
    """Ingredient name in lower case, as 'sertraline'."""
    psychotropic: Mapped[bool] = mapped_column(Boolean, default=True)
    indication: Mapped[str] = mapped_column(default="")
    rxnorm: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="entered")
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class DoseEvent(OrgRow, Base):
    """Start, change, hold, resume or stop of a medication on a day; a hold or stop has a coded reason."""

    __tablename__ = "dose_event"
    __table_args__ = (belongs_to("medication"), Index(None, "org_id", "medication_id", "on"))

    medication_id: Mapped[UUID]
    kind: Mapped[str]
    """start, change, split (the same dose at other times of the day), hold, resume or stop."""
    on: Mapped[date]
    dose_mg: Mapped[float | None]
    """Milligrams a day; null when the source does not say."""
    text: Mapped[str] = mapped_column(default="")
    """The order in words: '50 mg every morning'."""
    reason: Mapped[str] = mapped_column(default="")
    prescriber: Mapped[str] = mapped_column(default="", server_default="")
    """Who ordered it, by name; empty is not known."""
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
