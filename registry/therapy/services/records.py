"""What every record of therapy shares: it is added, corrected with a reason, or marked as a mistake; never deleted."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.models import Correction, Patient
from registry.models.correction import apply
from registry.therapy import queries

WORDS = frozenset({"note", "targets", "title", "outside", "whom"})
"""Fields of free text: the trail names them and never repeats them."""


class TherapyRefused(ValueError):
    """A record that cannot be; the message is what the person reads."""


def add(session: Session, viewer: Viewer, action: str, row: Any) -> Any:
    """Add a row, and say in the trail what was coded in it."""
    session.add(row)
    session.flush()
    _audit(session, viewer, action, row, {"after": coded(row)})
    return row


def correct(
    session: Session,
    viewer: Viewer,
    action: str,
    row: Any,
    values: Mapping[str, Any],
    reason: str,
    now: datetime,
) -> None:
    """Write new values over a row and keep what stood before with who, when and why."""
    changes = apply(row, values)
    if not changes:
        return
    session.add(_correction(viewer, row, changes, reason, now))
    session.flush()
    told = {name: pair for name, pair in changes.items() if name not in WORDS}
    _audit(session, viewer, action, row, {"changed": told, "fields": sorted(changes)})


def mark_in_error(
    session: Session, viewer: Viewer, what: str, entry_id: UUID, reason: str, now: datetime
) -> Patient:
    """Mark an entry as a mistake: it counts no more and stays on record."""
    patient, row = queries.entry(session, viewer, what, entry_id)
    row.in_error = True
    before = {name: _plain(value) for name, value in whole(row).items()}
    session.add(_correction(viewer, row, {"entered in error": [before, None]}, reason, now))
    _audit(session, viewer, f"mark_{what}_in_error", row, {"before": coded(row)})
    return patient


def _correction(viewer: Viewer, row: Any, changes: dict[str, Any], reason: str, now: datetime) -> Correction:
    return Correction(
        org_id=viewer.org_id, patient_id=row.patient_id, subject=row.__tablename__, subject_id=row.id,
        changes=changes, reason=reason, corrected_by=viewer.account_id, corrected_at=now,
    )  # fmt: skip


BOOKKEEPING = frozenset({"org_id", "id", "patient_id", "recorded_by", "recorded_at", "in_error", "version"})


def whole(row: Any) -> dict[str, Any]:
    """What was recorded, with its words."""
    names = (column.key for column in row.__table__.columns)
    return {name: getattr(row, name) for name in names if name not in BOOKKEEPING}


def coded(row: Any) -> dict[str, Any]:
    """What was recorded, without its words."""
    return {name: value for name, value in whole(row).items() if name not in WORDS}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _audit(session: Session, viewer: Viewer, action: str, row: Any, detail: Mapping[str, Any]) -> None:
    act = audit.Act(action, "therapy", row.__tablename__, row.id, [row.patient_id], detail)
    audit.record(session, viewer, act)
