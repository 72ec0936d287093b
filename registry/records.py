"""How a clinical record changes: it is added, corrected with a reason, or marked as a mistake; never deleted.

Each leaves one act in the trail, which names the fields of free text and never repeats them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.models import Account, Correction
from registry.models.correction import apply, plain

BOOKKEEPING = frozenset({"org_id", "id", "patient_id", "recorded_by", "recorded_at", "in_error", "version"})


class Refused(ValueError):
    """What cannot be recorded; the message is what the person reads, at the field that it is about if there is one."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its category in the trail, and its fields of free text."""

    category: str
    words: frozenset[str]

    def coded(self, row: Any) -> dict[str, Any]:
        """What was recorded, without its words."""
        return {name: value for name, value in whole(row).items() if name not in self.words}


def add(session: Session, viewer: Viewer, kind: Kind, action: str, row: Any) -> None:
    """Add a row, and say in the trail what was coded in it."""
    session.add(row)
    session.flush()
    _audit(session, viewer, kind, action, row, {"after": kind.coded(row)})


def correct(
    session: Session, viewer: Viewer, kind: Kind, action: str, row: Any, values: Mapping[str, Any], reason: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Write new values over a row and keep what stood before with who, when and why. False where nothing differs."""
    changes = apply(row, values)
    if not changes:
        return False
    keep(session, viewer, row.patient_id, row, changes, reason, now)
    session.flush()
    told = {name: pair for name, pair in changes.items() if name not in kind.words}
    _audit(session, viewer, kind, action, row, {"changed": told, "fields": sorted(changes)})
    return True


def settle(
    session: Session, viewer: Viewer, kind: Kind, action: str, row: Any, values: Mapping[str, Any]
) -> None:
    """Write what became of a row in the end: its next state, and no correction of what stood before."""
    changes = apply(row, values)
    told = {name: pair for name, pair in changes.items() if name not in kind.words}
    _audit(session, viewer, kind, action, row, {"changed": told, "fields": sorted(changes)})


def mark_in_error(
    session: Session, viewer: Viewer, kind: Kind, action: str, row: Any, reason: str, now: datetime
) -> None:
    """Mark a row as a mistake: it counts no more and stays on record."""
    row.in_error = True
    before = {name: plain(value) for name, value in whole(row).items()}
    keep(session, viewer, row.patient_id, row, {"entered in error": [before, None]}, reason, now)
    session.flush()
    _audit(session, viewer, kind, action, row, {"before": kind.coded(row)})


def keep(
    session: Session, viewer: Viewer, patient_id: UUID, row: Any, changes: Mapping[str, Any], reason: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keep what stood before, field by field, with who corrected it, when and why."""
    correction = Correction(
        org_id=viewer.org_id, patient_id=patient_id, subject=row.__tablename__, subject_id=row.id,
        changes=dict(changes), reason=reason, corrected_by=viewer.account_id, corrected_at=now,
    )  # fmt: skip
    session.add(correction)


def whole(row: Any) -> dict[str, Any]:
    """What was recorded, with its words."""
    names = (column.key for column in row.__table__.columns)
    return {name: getattr(row, name) for name in names if name not in BOOKKEEPING}


def from_version(found: Sequence[Any], version: UUID | None) -> list[Any]:
    """Of a record's versions, the last first: one that stands and all after it; the last alone where none is named."""
    if version is None:
        return list(found[:1])
    places = [place for place, row in enumerate(found, 1) if row.id == version]
    if not places:
        raise NotVisible("version")
    return list(found[: places[0]])


def editor(session: Session, viewer: Viewer, row: Any) -> str:
    """Who corrected a row last, else who wrote it down."""
    found = (
        select(Account.name)
        .join(Correction, Correction.corrected_by == Account.id)
        .where(Correction.org_id == viewer.org_id, Correction.subject_id == row.id)
        .order_by(Correction.corrected_at.desc())
    )
    writer = select(Account.name).where(Account.id == row.recorded_by)
    return session.scalar(found.limit(1)) or session.scalar(writer) or "somebody"


def _audit(
    session: Session, viewer: Viewer, kind: Kind, action: str, row: Any, detail: Mapping[str, Any]
) -> None:
    act = audit.Act(action, kind.category, row.__tablename__, row.id, [row.patient_id], detail)
    audit.record(session, viewer, act)
