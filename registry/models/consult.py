"""The weekly review: what is asked, what is advised, and what becomes of the advice."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class AgendaMark(OrgRow, Base):
    """Somebody put a patient on the agenda, or set one aside for a review day with a reason."""

    __tablename__ = "agenda_mark"
    __table_args__ = (belongs_to("episode"), Index(None, "org_id", "episode_id", "on"))

    episode_id: Mapped[UUID]
    kind: Mapped[str]
    """asked, set_aside or put_back."""
    on: Mapped[date]
    review_on: Mapped[date | None]
    """The review day that a 'not today' speaks of."""
    text: Mapped[str] = mapped_column(default="")
    """The question, or why not today."""
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    by_role: Mapped[str]
    recorded_at: Mapped[datetime]


class Review(OrgRow, Base):
    """The consultant's note on one patient; once signed it is never edited, only amended by another."""

    __tablename__ = "review"
    __table_args__ = (
        belongs_to("episode"),
        belongs_to("review", "amends_id"),
        Index(None, "org_id", "episode_id", "on"),
        Index("uq_review_reply_code", "org_id", "reply_code", unique=True),
    )

    episode_id: Mapped[UUID]
    amends_id: Mapped[UUID | None]
    on: Mapped[date]
    minutes: Mapped[int | None]
    impression: Mapped[str] = mapped_column(default="")
    safety: Mapped[str] = mapped_column(default="")
    """What was said of safety."""
    attended: Mapped[str] = mapped_column(default="")
    consultant_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    begun_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    signature: Mapped[str] = mapped_column(default="")
    """How the signer showed who they are: the password and when it was given; without a time, in the minutes before."""
    knowns: Mapped[list[Any]] = mapped_column(default=list)
    """What the advice rested on: topic, known or not, and the words beside it, as it was when it was signed."""
    disclaimer: Mapped[str] = mapped_column(default="")
    """The organisation's text as it stood at the signing."""
    reply_code: Mapped[str | None]
    """Printed on what goes to the PCP; whoever types it finds the note again."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Recommendation(OrgRow, Base):
    """One numbered piece of advice of a review."""

    __tablename__ = "recommendation"
    __table_args__ = (belongs_to("review"), UniqueConstraint("org_id", "review_id", "number"))

    review_id: Mapped[UUID]
    number: Mapped[int]
    category: Mapped[str]
    text: Mapped[str]
    judge_on: Mapped[date | None]
    if_fails: Mapped[str] = mapped_column(default="")
    drug: Mapped[str] = mapped_column(default="")
    """Of the catalogue; empty where no drug is meant."""
    dose_mg: Mapped[float | None]
    """A day."""
    schedule: Mapped[str] = mapped_column(default="")
    rationale: Mapped[str] = mapped_column(default="")
    monitoring: Mapped[str] = mapped_column(default="")
    cautions: Mapped[list[str]] = mapped_column(default=list)
    """Codes of the prompts that were looked at."""


class Decision(OrgRow, Base):
    """One step of a recommendation's way: delivered, seen, accepted, modified, declined, deferred, done or not, closed."""

    __tablename__ = "decision"
    __table_args__ = (belongs_to("recommendation"), Index(None, "org_id", "recommendation_id", "on"))

    recommendation_id: Mapped[UUID]
    kind: Mapped[str]
    on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(default="")
    """Who decided, as written on the returned page."""
    reason: Mapped[str] = mapped_column(default="")
    until_on: Mapped[date | None]
    """Until when it is deferred."""
    via: Mapped[str] = mapped_column(default="")
    """How the answer came: link, inbox or paper; empty where the team recorded it."""
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
