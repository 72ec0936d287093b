"""Who signs in, where they belong and with which role, and from which browsers."""

from datetime import datetime
from uuid import UUID, uuid4

from flask_security import UserMixin
from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Account(UserMixin, Base):
    """A person who signs in; rights come from memberships alone, so the library's roles stay empty."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=lambda: uuid4().hex)
    last_login_at: Mapped[datetime | None]
    current_login_at: Mapped[datetime | None]
    last_login_ip: Mapped[str | None]
    current_login_ip: Mapped[str | None]
    login_count: Mapped[int | None]
    theme: Mapped[str] = mapped_column(default="")
    density: Mapped[str] = mapped_column(default="")
    keys: Mapped[str] = mapped_column(default="on")
    first_page: Mapped[str] = mapped_column(default="")

    @property
    def roles(self) -> list[str]:
        return []


class Membership(OrgRow, Base):
    """One role of one person in one clinic."""

    __tablename__ = "membership"
    __table_args__ = (
        belongs_to("clinic"),
        UniqueConstraint("org_id", "account_id", "clinic_id", "role"),
        Index(None, "org_id", "clinic_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    clinic_id: Mapped[UUID]
    role: Mapped[str]


class UserSession(Base):
    """A browser that is signed in; the cookie holds a secret of which only the hash is kept."""

    __tablename__ = "user_session"
    __table_args__ = (Index(None, "account_id", "revoked_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the session secret, in hex."""
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")


class AttemptBucket(Base):
    """Failed attempts to prove who one is, counted per account or address in a window of time."""

    __tablename__ = "attempt_bucket"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
