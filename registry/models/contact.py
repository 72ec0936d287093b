"""What was done with or for a patient, by whom, and when."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Contact(OrgRow, Base):
    """A contact of an episode; a wrong one is corrected or marked as entered in error, never deleted."""

    __tablename__ = "contact"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("episode"),
        Index(None, "org_id", "episode_id", "on"),
        Index(None, "org_id", "patient_id", "on"),
    )

    patient_id: Mapped[UUID]
    episode_id: Mapped[UUID]
    kind: Mapped[str]
    """treatment, outreach_attempt, scheduling, no_show or message."""
    modality: Mapped[str | None]
    """in_person, video or phone; empty for a message."""
    on: Mapped[date]
    started_at: Mapped[time | None]
    minutes: Mapped[int | None]
    reached: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    with_caregiver: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    interventions: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of the structured interventions delivered."""
    adherence: Mapped[str | None]
    """How the medication is taken: all, some, none, not_prescribed; empty where nobody asked."""
    note: Mapped[str] = mapped_column(default="")
    discuss: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    question: Mapped[str] = mapped_column(default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    author_role: Mapped[str]
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
