"""The review meeting: its weekly slot, one meeting, the patients it goes through, and the minutes it took."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class ReviewSeries(OrgRow, Base):
    """A clinic's weekly slot: which consultant, on which day of the week, when and for how long."""

    __tablename__ = "review_series"
    __table_args__ = (belongs_to("clinic"), Index(None, "org_id", "clinic_id"))

    clinic_id: Mapped[UUID]
    consultant_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    weekday: Mapped[int]
    """Monday is 0."""
    starts_at: Mapped[str]
    """'09:30', by the clock on the clinic's wall."""
    minutes: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    """The last day; None while it goes on."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReviewMeeting(OrgRow, Base):
    """One meeting of one consultant on a day, for one clinic or several."""

    __tablename__ = "review_meeting"
    __table_args__ = (Index(None, "org_id", "consultant_id", "on"), Index(None, "org_id", "on"))

    on: Mapped[date]
    consultant_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    clinic_ids: Mapped[list[str]] = mapped_column(default=list)
    planned_minutes: Mapped[int]
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MeetingCase(OrgRow, Base):
    """One patient of a meeting: where in the queue, how it went, and how long it took."""

    __tablename__ = "meeting_case"
    __table_args__ = (
        belongs_to("review_meeting"),
        belongs_to("episode"),
        UniqueConstraint("org_id", "review_meeting_id", "episode_id"),
    )

    review_meeting_id: Mapped[UUID]
    episode_id: Mapped[UUID]
    place: Mapped[int]
    """In the order of the meeting; changed by hand."""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, reviewed, skipped (comes again at the end), not_today or carried_over."""
    reason: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime | None]
    """Since when it is on the screen; None while it is not."""
    seconds: Mapped[int] = mapped_column(default=0)
    """Of the times before."""
    closed_at: Mapped[datetime | None]


class MeetingPresence(Base):
    """Where a participant is, told by the page every few seconds."""

    __tablename__ = "meeting_presence"
    __table_args__ = (belongs_to("review_meeting"),)

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    review_meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    episode_id: Mapped[UUID | None]
    seen_at: Mapped[datetime]


class CaseTime(Base):
    """How long one person was on one patient of a meeting."""

    __tablename__ = "case_time"
    __table_args__ = (belongs_to("meeting_case"),)

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    meeting_case_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seconds: Mapped[float]


class ReviewMinutes(OrgRow, Base):
    """Minutes of one person on one patient in a review: the consultant's are never the care manager's."""

    __tablename__ = "review_minutes"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("episode"),
        Index(None, "org_id", "patient_id", "on"),
        UniqueConstraint("org_id", "meeting_case_id", "account_id"),
    )

    patient_id: Mapped[UUID]
    episode_id: Mapped[UUID]
    meeting_case_id: Mapped[UUID | None]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    on: Mapped[date]
    minutes: Mapped[int]
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(default=False)


class AdviceTemplate(OrgRow, Base):
    """A recommendation that a consultant writes often."""

    __tablename__ = "advice_template"
    __table_args__ = (Index("uq_advice_template_name", "org_id", "account_id", "name", unique=True),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The fields of a recommendation, and after how many days to judge it."""
