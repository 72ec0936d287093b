"""Plans made with the patient: each version is a row, and the latest holds. The safety plan has its own table."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to
from registry.models.treatment import Recorded


class PatientPlan(OrgRow, Recorded, Base):
    """One version of a care plan or a relapse-prevention plan."""

    __tablename__ = "patient_plan"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "kind", "made_on"))

    patient_id: Mapped[UUID]
    kind: Mapped[str]
    """care or relapse_prevention."""
    made_on: Mapped[date]
    language: Mapped[str] = mapped_column(default="en")
    """Of the labels on the printed page."""
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The parts of the plan by their names, as the form of the kind declares them."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was changed."""
    handed_over: Mapped[str] = mapped_column(default="")
    """How the patient got it: printed, read out, by post ..."""
