"""Psychotherapy and how it is combined with medication: courses, sessions, activities, models, pathways."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to
from registry.models.treatment import Recorded


class TherapyCourse(OrgRow, Recorded, Base):
    """One course of one therapy, inside or outside the practice."""

    __tablename__ = "therapy_course"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "started_on"))

    patient_id: Mapped[UUID]
    modality: Mapped[str]
    therapist_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    outside: Mapped[str] = mapped_column(default="")
    """Name of a therapist outside the practice; empty inside."""
    planned_sessions: Mapped[int | None]
    targets: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TherapySession(OrgRow, Recorded, Base):
    """A session of a course: held or missed, what was practised, what became of the homework."""

    __tablename__ = "therapy_session"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("therapy_course"),
        Index(None, "org_id", "patient_id", "on"),
    )

    patient_id: Mapped[UUID]
    therapy_course_id: Mapped[UUID]
    on: Mapped[date]
    attended: Mapped[bool]
    skills: Mapped[list[str]] = mapped_column(default=list)
    homework: Mapped[str] = mapped_column(default="")
    """done, partly, not_done, none_set or unknown (empty)."""
    alliance: Mapped[int | None]
    """0 to 10, as the patient rates it."""
    note: Mapped[str] = mapped_column(default="")


class Activity(OrgRow, Recorded, Base):
    """One activity of a behavioural-activation planner."""

    __tablename__ = "activity"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "planned_on"))

    patient_id: Mapped[UUID]
    planned_on: Mapped[date]
    title: Mapped[str]
    done: Mapped[bool | None]
    """Null until somebody asked."""
    mood_before: Mapped[int | None]
    mood_after: Mapped[int | None]
    pleasure: Mapped[int | None]
    mastery: Mapped[int | None]
    """Ratings from 0 to 10."""
    note: Mapped[str] = mapped_column(default="")


class Combination(OrgRow, Recorded, Base):
    """How medication and therapy are combined from a day on; the latest row holds."""

    __tablename__ = "combination"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "on"))

    patient_id: Mapped[UUID]
    on: Mapped[date]
    model: Mapped[str]
    """collaborative, sequential, integrated or split."""
    first: Mapped[str] = mapped_column(default="")
    """sequential: medication or therapy."""
    second_due_on: Mapped[date | None]
    """sequential: when the second is due if the first has not worked."""
    note: Mapped[str] = mapped_column(default="")


class Exchange(OrgRow, Recorded, Base):
    """Prescriber and therapist told each other how it goes."""

    __tablename__ = "exchange"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "on"))

    patient_id: Mapped[UUID]
    on: Mapped[date]
    whom: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class Pathway(OrgRow, Recorded, Base):
    """A patient follows a pathway with rules of its own."""

    __tablename__ = "pathway"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "started_on"))

    patient_id: Mapped[UUID]
    kind: Mapped[str]
    """opioid_use, alcohol_use, bipolar, young or perinatal."""
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    part_2: Mapped[bool] = mapped_column(default=False)
    """Records under 42 CFR Part 2."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The pathway's own form: warning signs, targets, confidential items, resources ..."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PathwayEvent(OrgRow, Recorded, Base):
    """Something that happened on a pathway: induction, check-in, urine screen, lapse, warning sign ..."""

    __tablename__ = "pathway_event"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("pathway"),
        Index(None, "org_id", "patient_id", "on"),
    )

    patient_id: Mapped[UUID]
    pathway_id: Mapped[UUID]
    on: Mapped[date]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
