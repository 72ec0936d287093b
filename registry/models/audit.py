"""Who did what, in a chain that shows a broken link."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base


class AuditEvent(Base):
    """One act, written in the transaction of the act; `mac` covers the row and the `mac` before it."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "org_id", "at"), Index(None, "org_id", "account_id", "at"))

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    actor: Mapped[str]
    """Roles of the person, or the name of the job or command."""
    action: Mapped[str]
    category: Mapped[str]
    """Which kind of data: chart, scores, note, medication, caseload, audit ..."""
    subject: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Before and after of a write; never the text of a note."""
    request_id: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    patients: Mapped[int] = mapped_column(default=0)
    """How many patients were shown or changed; which ones stands in `audit_patient`."""
    key_id: Mapped[str]
    mac: Mapped[str]


class AuditPatient(Base):
    """A patient whose data an act touched: 'who saw this patient'."""

    __tablename__ = "audit_patient"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "seq"], ["audit_event.org_id", "audit_event.seq"]),
        Index(None, "org_id", "patient_id", "seq"),
    )

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)


class AuditHead(Base):
    """The end of an organisation's chain; locked last, moved by one."""

    __tablename__ = "audit_head"

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    seq: Mapped[int]
    mac: Mapped[str]
