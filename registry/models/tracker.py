"""What a patient follows in their own words: a goal, days at work or school, sleep, exercise, cravings."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to
from registry.models.treatment import Recorded


class Tracker(OrgRow, Recorded, Base):
    """One thing that is followed, with what its ends mean to the patient."""

    __tablename__ = "tracker"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id"))

    patient_id: Mapped[UUID]
    kind: Mapped[str]
    """goal, attendance, sleep, exercise or cravings."""
    title: Mapped[str]
    """In the patient's own words: 'Walk the dog in the morning'."""
    low_text: Mapped[str] = mapped_column(default="")
    """What 0 looks like."""
    high_text: Mapped[str] = mapped_column(default="")
    """What 10 looks like."""
    target: Mapped[float | None]
    """What the patient wants to reach, in the unit of the kind."""
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TrackerEntry(OrgRow, Recorded, Base):
    """One day, or one night, of a tracker."""

    __tablename__ = "tracker_entry"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("tracker"),
        Index(None, "org_id", "patient_id", "on"),
        Index(None, "org_id", "tracker_id", "on"),
    )

    patient_id: Mapped[UUID]
    tracker_id: Mapped[UUID]
    on: Mapped[date]
    """The day; of a night the day on which the patient woke."""
    value: Mapped[float | None]
    """0 to 10 for a goal and for cravings, days of the week, hours slept, minutes of exercise."""
    bed_time: Mapped[time | None]
    wake_time: Mapped[time | None]
    quality: Mapped[int | None]
    """Of a night's sleep, 1 (very poor) to 5 (very good)."""
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
