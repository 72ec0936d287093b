"""What every record of therapy shares."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from registry import records
from registry.access.viewer import Viewer
from registry.models import Patient
from registry.therapy import queries

THERAPY = records.Kind("therapy", frozenset({"note", "targets", "title", "outside", "whom"}))


def editor(session: Session, viewer: Viewer, row: object) -> str:
    """Who saved a row last."""
    return records.editor(session, viewer, row)


class TherapyRefused(records.Refused):
    """A record of therapy that cannot be."""


def mark_in_error(
    session: Session, viewer: Viewer, what: str, entry_id: UUID, reason: str, now: datetime
) -> Patient:
    """Mark an entry as a mistake: it counts no more and stays on record."""
    patient, row = queries.entry(session, viewer, what, entry_id)
    records.mark_in_error(session, viewer, THERAPY, f"mark_{what}_in_error", row, reason, now)
    return patient
