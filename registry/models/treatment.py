"""What steers a treatment beside the doses: plans of steps, adherence, side effects, results, and earlier trials."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, OrgRow, belongs_to


class Recorded:
    """Who wrote a row down and when, and whether it was a mistake."""

    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class DoseStep(OrgRow, Recorded, Base):
    """A planned step of a titration, a taper, or a day on which a medication is looked at again."""

    __tablename__ = "dose_step"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("medication"),
        Index(None, "org_id", "patient_id", "planned_on"),
    )

    patient_id: Mapped[UUID]
    medication_id: Mapped[UUID]
    kind: Mapped[str]
    """step, taper or reassess."""
    planned_on: Mapped[date]
    dose_mg: Mapped[float | None]
    """Milligrams a day from then on; null for a reassessment."""
    text: Mapped[str] = mapped_column(default="")
    done_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was cancelled, or what the reassessment decided."""


class Adherence(OrgRow, Recorded, Base):
    """How much of what is prescribed is taken, as the patient tells it, and why not all."""

    __tablename__ = "adherence"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("medication"),
        Index(None, "org_id", "patient_id", "on"),
    )

    patient_id: Mapped[UUID]
    medication_id: Mapped[UUID | None]
    """Null: all of them together."""
    on: Mapped[date]
    percent: Mapped[int | None]
    """Of the doses of the last two weeks, 0 to 100; null is not known."""
    reasons: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")


class SideEffect(OrgRow, Recorded, Base):
    """An unwanted effect: what, how bad, from when, until when."""

    __tablename__ = "side_effect"
    __table_args__ = (
        belongs_to("patient"),
        belongs_to("medication"),
        Index(None, "org_id", "patient_id", "onset_on"),
    )

    patient_id: Mapped[UUID]
    medication_id: Mapped[UUID | None]
    effect: Mapped[str]
    severity: Mapped[str]
    """mild, moderate or severe."""
    onset_on: Mapped[date]
    ended_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")


class PastTrial(OrgRow, Recorded, Base):
    """A medication tried before this registry knew the patient, from the history."""

    __tablename__ = "past_trial"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id"))

    patient_id: Mapped[UUID]
    name: Mapped[str]
    """Ingredient name in lower case."""
    dose_mg: Mapped[float | None]
    """The highest dose in milligrams a day."""
    weeks: Mapped[int | None]
    """At that dose."""
    response: Mapped[str] = mapped_column(default="unknown")
    """none, partial, full or unknown."""
    stop_reason: Mapped[str] = mapped_column(default="")
    adherent: Mapped[bool | None]
    year: Mapped[int | None]
    told_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")


class LabResult(OrgRow, Recorded, Base):
    """A laboratory value or a reading that a medication asks for: a level, a weight, a blood pressure, an ECG."""

    __tablename__ = "lab_result"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "on"))

    patient_id: Mapped[UUID]
    code: Mapped[str]
    """What was measured, as the monitoring schedules name it: lithium_level, egfr, tsh, weight ..."""
    on: Mapped[date]
    value: Mapped[float | None]
    """In `unit`, the one unit that the code is kept in; null where it was done and no number was told."""
    unit: Mapped[str] = mapped_column(default="")
    low: Mapped[float | None]
    high: Mapped[float | None]
    """The laboratory's own range, where it gave one."""
    note: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="entered")


class HealthFact(OrgRow, Recorded, Base):
    """What else bears on the choice of a treatment; a later row of the same kind and code takes the place of an earlier."""

    __tablename__ = "health_fact"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "on"))

    patient_id: Mapped[UUID]
    kind: Mapped[str]
    """allergy, comorbidity, pregnancy, contraception, lactation, family_response, genomic or discharge."""
    code: Mapped[str] = mapped_column(default="")
    """The substance, condition, gene or drug; of a discharge: hospital or emergency."""
    value: Mapped[str] = mapped_column(default="")
    """The reaction, status, phenotype or response; of a discharge the place."""
    on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")


class PromptAnswer(OrgRow, Recorded, Base):
    """A prompt about a medication was read, and why the treatment goes on as it is."""

    __tablename__ = "prompt_answer"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "on"))

    patient_id: Mapped[UUID]
    code: Mapped[str]
    about: Mapped[str]
    """Which drugs, doses or conditions the prompt was about: it returns when these change."""
    on: Mapped[date]
    reason: Mapped[str]
