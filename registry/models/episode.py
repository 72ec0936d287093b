"""One course of collaborative care: from referral to a coded close."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to

OPEN = text("closed_on IS NULL")


class Episode(OrgRow, Base):
    """What was agreed for the episode; where it stands is told by its status rows."""

    __tablename__ = "episode"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("clinic"),
        Index(
            "uq_episode_open", "org_id", "patient_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
        Index("ix_episode_caseload", "org_id", "care_manager_id", "closed_on"),
        Index("ix_episode_clinic", "org_id", "clinic_id", "closed_on"),
        Index(None, "org_id", "patient_id"),
        Index(None, "org_id", "therapist_id"),
    )

    patient_id: Mapped[UUID]
    clinic_id: Mapped[UUID]
    referred_on: Mapped[date]
    referral_reason: Mapped[str] = mapped_column(default="")
    enrolled_on: Mapped[date | None]
    """Date of the care manager's initial assessment, never the referral."""
    primary_condition: Mapped[str] = mapped_column(default="")
    icd10: Mapped[str] = mapped_column(default="")
    primary_scale: Mapped[str] = mapped_column(default="")
    """Fixed at enrolment."""
    target: Mapped[str] = mapped_column(default="")
    """What the patient wants to be able to do, in the patient's words."""
    psychosocial: Mapped[str] = mapped_column(default="")
    care_manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    consultant_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    therapist_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_on: Mapped[date | None]
    close_reason: Mapped[str | None]
    opened_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class EpisodeStatus(OrgRow, Base):
    """One move of an episode; the last one by (`on`, `recorded_at`) is where it stands."""

    __tablename__ = "episode_status"
    __table_args__ = (belongs_to("episode"), Index(None, "org_id", "episode_id", "on"))

    episode_id: Mapped[UUID]
    status: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Consent(OrgRow, Base):
    """Permission given before the service: who, how, when, which script, what was told of cost."""

    __tablename__ = "consent"
    __table_args__ = (belongs_to("episode"), Index(None, "org_id", "episode_id", "given_on"))

    episode_id: Mapped[UUID]
    given_on: Mapped[date]
    given_by: Mapped[str]
    """patient, parent or guardian."""
    how: Mapped[str]
    """verbal or written."""
    script_version: Mapped[str]
    cost_share_told: Mapped[bool]
    consult_permitted: Mapped[bool]
    withdrawn_on: Mapped[date | None]
    obtained_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class NextAction(OrgRow, Base):
    """What happens next in an episode, by when, and whose it is; one row an episode, edited in place."""

    __tablename__ = "next_action"
    __table_args__ = (
        belongs_to("episode"),
        Index("uq_next_action_episode", "org_id", "episode_id", unique=True),
    )

    episode_id: Mapped[UUID]
    action: Mapped[str]
    due_on: Mapped[date | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
