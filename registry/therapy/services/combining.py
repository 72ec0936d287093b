"""How medication and therapy are combined, and the exchanges of those who give them."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import records
from registry.access.viewer import Viewer
from registry.models import Combination, Exchange
from registry.therapy import queries
from registry.therapy.services.records import THERAPY


@dataclass(frozen=True, slots=True)
class Model:
    """The model from a day on."""

    on: date
    model: str
    first: str = ""
    second_due_on: date | None = None
    note: str = ""


def choose_model(
    session: Session, viewer: Viewer, patient_id: UUID, model: Model, now: datetime
) -> Combination:
    """Record the model; the latest holds, and the earlier ones stay."""
    queries.patient(session, viewer, patient_id)
    row = Combination(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, recorded_by=viewer.account_id, recorded_at=now,
        **asdict(model),
    )  # fmt: skip
    records.add(session, viewer, THERAPY, "choose_combination", row)
    return row


def record_exchange(
    session: Session, viewer: Viewer, patient_id: UUID, on: date, whom: str, note: str, now: datetime
) -> Exchange:
    """Record that prescriber and therapist told each other how it goes."""
    queries.patient(session, viewer, patient_id)
    row = Exchange(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, on=on, whom=whom, note=note,
        recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    records.add(session, viewer, THERAPY, "record_exchange", row)
    return row
