"""What else is known of a patient: problems, visits to the practice, and answers to the usual checks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Problem(OrgRow, Base):
    """A diagnosis on the problem list."""

    __tablename__ = "problem"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id"))

    patient_id: Mapped[UUID]
    code_system: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    behavioural: Mapped[bool] = mapped_column(default=False)
    onset_on: Mapped[date | None]
    resolved_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="entered")
    recorded_at: Mapped[datetime]


class PracticeVisit(OrgRow, Base):
    """A visit to the practice as its own records tell it."""

    __tablename__ = "practice_visit"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "on"))

    patient_id: Mapped[UUID]
    on: Mapped[date]
    title: Mapped[str] = mapped_column(default="")
    visit_class: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="entered")


class CheckAnswer(OrgRow, Base):
    """The answer to one diagnostic check (bipolar screen, trauma, pregnancy ...); no row is 'unknown'."""

    __tablename__ = "check_answer"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "topic", "on"))

    patient_id: Mapped[UUID]
    topic: Mapped[str]
    positive: Mapped[bool]
    on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
