"""Where imported rows came from, so that a second import changes nothing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from registry.models.base import Base, OrgRow


class SourceRecord(OrgRow, Base):
    """One resource of one source system, the digest of what was read, and the row it became."""

    __tablename__ = "source_record"
    __table_args__ = (
        UniqueConstraint("org_id", "source", "kind", "key"),
        Index(None, "org_id", "subject_id"),
    )

    source: Mapped[str]
    kind: Mapped[str]
    """Resource type, as 'Observation'."""
    key: Mapped[str]
    """The id in the source system."""
    digest: Mapped[str]
    subject: Mapped[str]
    """Table of the row that it became."""
    subject_id: Mapped[UUID]
    read_at: Mapped[datetime]
