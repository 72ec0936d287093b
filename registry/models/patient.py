"""Whom the registry follows, and who pays for their care."""

import unicodedata
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Patient(OrgRow, Base):
    __tablename__ = "patient"
    __table_args__ = (
        belongs_to("clinic"),
        belongs_to("provider", "pcp_id"),
        UniqueConstraint("org_id", "clinic_id", "mrn"),
        Index(None, "org_id", "clinic_id", "search_name"),
        Index(None, "org_id", "search_given"),
        Index(None, "org_id", "birth_date"),
        Index(None, "org_id", "pcp_id"),
        Index(None, "org_id", "mrn"),
    )

    clinic_id: Mapped[UUID]
    mrn: Mapped[str]
    family_name: Mapped[str]
    given_name: Mapped[str]
    preferred_name: Mapped[str] = mapped_column(default="")
    search_name: Mapped[str]
    """Family then given name, folded: no case, no diacritics; what a search compares with."""
    search_given: Mapped[str]
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(default="unknown")
    gender_identity: Mapped[str] = mapped_column(default="")
    pronouns: Mapped[str] = mapped_column(default="")
    race: Mapped[str] = mapped_column(default="")
    ethnicity: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    """BCP 47 tag of the language in which care is given."""
    interpreter: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    contact_by: Mapped[str] = mapped_column(default="phone")
    contact_note: Mapped[str] = mapped_column(default="")
    """When and how to reach: 'after 3 pm, no voicemail'."""
    voicemail_ok: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    text_ok: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    caregiver: Mapped[str] = mapped_column(default="")
    pcp_id: Mapped[UUID | None]
    deceased_on: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        return f"{self.family_name}, {self.given_name}"


class Coverage(OrgRow, Base):
    """One period of one payer; open when `ended_on` is empty."""

    __tablename__ = "coverage"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "started_on"))

    patient_id: Mapped[UUID]
    payer_category: Mapped[str]
    plan_name: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


_UNMARKED = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ʼ": "'",
        "’": "'",
    }
)
"""Letters that no decomposition leads back to a plain one, and the two typographic apostrophes."""


def fold(text: str) -> str:
    """A name as a search compares it: no case, no diacritics, single spaces; `search_name` folds family + given."""
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain).translate(_UNMARKED)
        plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.split())
