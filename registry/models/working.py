"""What a person has under their hands: drafts, own views, and the tokens that make a form count once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow


class Draft(OrgRow, Base):
    """An unfinished form of one author about one row; nobody else sees it."""

    __tablename__ = "draft"
    __table_args__ = (Index("uq_draft_author", "org_id", "author_id", "form", "subject_id", unique=True),)

    author_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    form: Mapped[str]
    subject_id: Mapped[UUID]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class OnceToken(Base):
    """A form that was taken; the same form sent again leads to the same result."""

    __tablename__ = "once_token"

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    token: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    result_url: Mapped[str]
    used_at: Mapped[datetime]


class SavedView(OrgRow, Base):
    """A caseload view of one person: a name for a set of filters."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("uq_saved_view_name", "org_id", "account_id", "name", unique=True),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    query: Mapped[str]
