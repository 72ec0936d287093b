"""What was printed: the file as it was shown, and how far a file in the making is."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, deferred, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Document(OrgRow, Base):
    """A packet or summary; `sha256` is the checksum of `content`, `facts_sha256` of what it was made from."""

    __tablename__ = "document"
    __table_args__ = (
        belongs_to("clinic"),
        belongs_to("patient"),
        Index(None, "org_id", "clinic_id", "kind", "for_on"),
    )

    clinic_id: Mapped[UUID]
    patient_id: Mapped[UUID | None]
    kind: Mapped[str]
    """packet or summary."""
    for_on: Mapped[date]
    episode_ids: Mapped[list[str]] = mapped_column(default=list)
    """What a packet is asked to hold, in order."""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, rendering, ready or failed."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int | None]
    problem: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    sha256: Mapped[str | None]
    facts_sha256: Mapped[str | None]
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
