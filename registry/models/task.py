"""Work: tasks with an owner and a day, who stands in for whom, and what a person has seen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Task(OrgRow, Base):
    """Something to do for a patient: written by hand, or asked for by a rule and moved, put off or handed over."""

    __tablename__ = "task"
    __table_args__ = (
        belongs_to("patient"),
        Index(None, "org_id", "owner_id", "due_on"),
        Index(None, "org_id", "patient_id"),
    )

    patient_id: Mapped[UUID]
    episode_id: Mapped[UUID | None]
    code: Mapped[str] = mapped_column(default="")
    """The rule that asks for it; empty for one written by hand."""
    title: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date]
    snoozed_until: Mapped[date | None]
    done_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TaskStep(OrgRow, Base):
    """What happened to a task: created, moved, snoozed, handed_over, changed, done, reopened, dropped or settled; never edited."""

    __tablename__ = "task_step"
    __table_args__ = (belongs_to("task"), Index(None, "org_id", "task_id", "at"))

    task_id: Mapped[UUID]
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class Cover(OrgRow, Base):
    """While somebody is away, a colleague sees and does their work."""

    __tablename__ = "cover"
    __table_args__ = (
        Index(None, "org_id", "account_id", "until_on"),
        Index(None, "org_id", "covered_by", "until_on"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    covered_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The last day."""
    reason: Mapped[str] = mapped_column(default="")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Acknowledgement(OrgRow, Base):
    """One person has seen something; it stays for everybody else."""

    __tablename__ = "acknowledgement"
    __table_args__ = (
        Index("uq_acknowledgement", "org_id", "account_id", "subject", "subject_id", unique=True),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    subject: Mapped[str]
    """The table of what was seen."""
    subject_id: Mapped[UUID]
    at: Mapped[datetime]
