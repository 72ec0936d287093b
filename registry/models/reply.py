"""How a PCP without an account answers: a link to one note that expires, and the codes that open it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class ReplyLink(OrgRow, Base):
    """A link to the advice on one patient; neither it nor the mail around it tells who the patient is."""

    __tablename__ = "reply_link"
    __table_args__ = (
        belongs_to("review"),
        belongs_to("patient"),
        Index(None, "org_id", "review_id"),
        Index("uq_reply_link_token", "org_id", "token_sha256", unique=True),
    )

    review_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    provider: Mapped[str]
    """The PCP's name, as it is written beside an answer."""
    token_sha256: Mapped[str]
    """The token itself stands in the mail alone; it begins with the organisation, so that a link is looked up inside one."""
    code_hash: Mapped[str]
    """Of the code that is sent separately or stands on the paper."""
    channel: Mapped[str]
    """mail or paper."""
    to_address: Mapped[str] = mapped_column(default="")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When the right code was first given."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Wrong codes so far."""
