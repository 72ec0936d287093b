"""What a patient answered: one filled instrument."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.clinical.instruments import Filled
from registry.models.base import Base, OrgRow, belongs_to


class Measure(OrgRow, Base):
    """A score with its answers, its completeness and where it came from."""

    __tablename__ = "measure"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("contact"),
        Index(None, "org_id", "patient_id", "taken_on"),
        Index(None, "org_id", "instrument", "taken_on"),
    )

    patient_id: Mapped[UUID]
    contact_id: Mapped[UUID | None]
    instrument: Mapped[str]
    form_version: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    mode: Mapped[str] = mapped_column(default="")
    """self, phone, portal, interview; empty when the source does not say."""
    taken_on: Mapped[date]
    items: Mapped[list[Any] | None]
    """Answer of each item in order, null where not asked or declined; null when only a total is known. Parts that were
    told beside a bare total stand in their places, and then `answered` is null."""
    declined: Mapped[list[Any] | None]
    """Numbers of the items that the patient declined, counted from 1; the other nulls were not asked."""
    answered: Mapped[int | None]
    total: Mapped[int | None]
    """As scored by `scoring_version`, pro-rated where the rule allows; null when it cannot be scored."""
    prorated: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    item9: Mapped[int | None]
    """The safety item; null is 'not asked', never zero."""
    extras: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was asked beside the items, by its key; what is absent was not asked. Never scored."""
    scoring_version: Mapped[str] = mapped_column(default="1")
    source: Mapped[str] = mapped_column(default="entered")
    """'entered', or 'import:<system>'."""
    source_note: Mapped[str] = mapped_column(default="")
    """Where a total without items was read."""
    reviewed_on: Mapped[date | None]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    def hold(self, filled: Filled) -> None:
        """Keep a form: the answers as given, and what the rules of scoring make of them."""
        scored = filled.scored()
        self.instrument = scored.instrument
        self.form_version = filled.form_version
        self.items = _kept(filled)
        self.declined = list(filled.declined) or None
        self.source_note = filled.source_note
        self.answered = scored.answered
        self.total = scored.total
        self.prorated = scored.prorated
        self.item9 = scored.item9
        self.extras = dict(filled.extras)


def _kept(filled: Filled) -> list[int | None] | None:
    """The answers; beside a bare total the safety item has its own column, and only other parts are kept here."""
    if filled.items is None:
        return None
    others = [a for n, a in enumerate(filled.items, 1) if n != filled.instrument.safety_item]
    alone = filled.total is not None and all(answer is None for answer in others)
    return None if alone else list(filled.items)
