"""What the tests about plans send and ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, Patient, PatientPlan
from tests import factories as make
from tests.cast import Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
CARE = {"once": "once-1", "made_on": "2026-11-20", "language": "en", "seen": "", "problems": "Cannot sleep",
        "goals-0-words": "Back to my kitchen", "goals-0-step": "One soup"}  # fmt: skip
STAY_WELL = {"once": "once-1", "made_on": "2026-11-20", "language": "en", "seen": "", "signs": "Not sleeping",
             "call": "Maria Ortiz, 555-0142", "phq9": "10"}  # fmt: skip


def url(cast: Cast, page: str = "care", what: str = "") -> str:
    return f"/plans/{page}/{what + '/' if what else ''}{cast.patient.id}"


def plans(session: Session) -> list[PatientPlan]:
    session.expire_all()
    return list(session.scalars(select(PatientPlan).order_by(PatientPlan.made_on, PatientPlan.recorded_at)))


def make_plan(session: Session, patient: Patient, **fields: Any) -> PatientPlan:
    row = make.make_care_plan(session, patient, **fields)
    session.commit()
    return row


def audited(session: Session, action: str) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))
