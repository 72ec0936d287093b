"""The goals of the care plans that stand, in the patients' words: pages show them beside the facts."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clinical.plans import CARE, goals_of
from registry.models import PatientPlan


def goals(session: Session, org_id: UUID, patients: Collection[UUID], day: date) -> dict[UUID, str]:
    """The goals of each patient's last care plan by a day, in one statement; nobody without a goal is in it."""
    rows = select(PatientPlan.patient_id, PatientPlan.content).where(
        PatientPlan.org_id == org_id,
        PatientPlan.patient_id.in_(patients),
        PatientPlan.kind == CARE,
        PatientPlan.in_error.is_(False),
        PatientPlan.made_on <= day,
    )
    last = {
        row.patient_id: row.content
        for row in session.execute(rows.order_by(PatientPlan.made_on, PatientPlan.recorded_at))
    }
    return {whose: "; ".join(found) for whose, content in last.items() if (found := goals_of(content))}
