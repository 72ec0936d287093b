"""What runs without a person: job slots that are done once, and mail waiting to be sent."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow

MOST_ATTEMPTS = 8
"""So often a mail is tried; then it is given up."""


class JobRun(OrgRow, Base):
    """One slot of one job ('digest' of '2026-11-20'): claimed by a lease, done once."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("org_id", "job", "slot"),)

    job: Mapped[str]
    slot: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")


class OutboxMail(OrgRow, Base):
    """A mail written in the transaction that caused it, sent afterwards; its text never holds PHI.

    The text is blank once the mail was sent, given up or withdrawn. The mail of a PCP's link has the link's id.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (
        Index(
            "ix_outbox_mail_waiting",
            "org_id",
            "written_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    to_address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
