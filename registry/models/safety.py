"""What was found when somebody asked about suicide, and the plan made against it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.clinical import facts as f
from registry.clinical.instruments.cssrs import QUESTIONS, asked
from registry.clinical.safety_plan import held
from registry.models.base import Base, OrgRow, belongs_to


class RiskAssessment(OrgRow, Base):
    """A C-SSRS screener by a human; an unanswered question is null, never 'no'."""

    __tablename__ = "risk_assessment"
    __table_args__ = (belongs_to("patient"), belongs_to("contact"), Index(None, "org_id", "patient_id", "on"))

    patient_id: Mapped[UUID]
    contact_id: Mapped[UUID | None]
    on: Mapped[date]
    wish_dead: Mapped[bool | None]
    thoughts: Mapped[bool | None]
    method: Mapped[bool | None]
    intent: Mapped[bool | None]
    plan: Mapped[bool | None]
    behaviour_lifetime: Mapped[bool | None]
    behaviour_3_months: Mapped[bool | None]
    actions: Mapped[str] = mapped_column(default="")
    """What was done: who was told, means counselling, where the patient went."""
    protective: Mapped[str] = mapped_column(default="")
    means: Mapped[str] = mapped_column(default="")
    cleared_reason: Mapped[str] = mapped_column(default="")
    """Why a standing risk flag is lifted; only a clinician lifts one, and never without a reason."""
    assessed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    @property
    def answers(self) -> dict[str, bool | None]:
        """Each question of the screener with its answer."""
        return {name: getattr(self, name) for name, _ in QUESTIONS}

    @property
    def fact(self) -> f.RiskAssessment:
        """The answers as the rules of triage read them; which scores they answer stands in `assessed_score`."""
        return f.RiskAssessment(
            self.id, self.on, frozenset(), self.wish_dead, self.thoughts, self.method, self.intent, self.plan,
            self.behaviour_lifetime, self.behaviour_3_months, self.cleared_reason, self.recorded_at,
        )  # fmt: skip

    def hold(self, answers: Mapping[str, bool | None], texts: Mapping[str, str]) -> None:
        """Keep a screener as it was asked, and the words about it."""
        for name, value in (*asked(answers).items(), *texts.items()):
            setattr(self, name, value)

    def naming(self, measure_ids: Iterable[UUID]) -> "list[AssessedScore]":
        """The rows that say which scores this assessment answers."""
        return [
            AssessedScore(org_id=self.org_id, risk_assessment_id=self.id, measure_id=measure_id)
            for measure_id in measure_ids
        ]


class AssessedScore(Base):
    """The scores that a risk assessment answers: safety findings clear for those, and for no other."""

    __tablename__ = "assessed_score"
    __table_args__ = (
        belongs_to("risk_assessment"),
        belongs_to("measure"),
        Index(None, "org_id", "measure_id"),
    )

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    risk_assessment_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure_id: Mapped[UUID] = mapped_column(primary_key=True)


class SafetyPlan(OrgRow, Base):
    """A safety plan made with the patient; a review of it is a new row."""

    __tablename__ = "safety_plan"
    __table_args__ = (belongs_to("patient"), Index(None, "org_id", "patient_id", "made_on"))

    patient_id: Mapped[UUID]
    made_on: Mapped[date]
    text: Mapped[str] = mapped_column(default="")
    """A plan that was written elsewhere, or before its parts were kept apart."""
    parts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The steps and the counselling on means by the names of `clinical.safety_plan`."""
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    """Of the labels on the printed page."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was changed."""
    handed_over: Mapped[str] = mapped_column(default="", server_default="")
    """How the patient got it: printed, read out, by post ..."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    in_error: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    @property
    def held(self) -> dict[str, Any]:
        """What the plan holds by its parts."""
        return held(self.text, self.parts)
