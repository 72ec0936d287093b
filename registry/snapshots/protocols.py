"""The protocols of an organisation: all versions in one statement, kept for the session that asked.

The statement that knows who is signed in brings them along (`told_of`), so a page asks for them without a statement
of its own.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, Text, case, cast, func, literal, select
from sqlalchemy.orm import Session

from registry.clinical.protocol import Protocol
from registry.clinical.protocols import Protocols, Version, protocols_of
from registry.models import ProtocolVersion as Row
from registry.snapshots.subjects import FIELD, ROW

__all__ = ["forget", "protocol_for", "protocols", "remember", "told_of"]

KEPT = "protocols"


def protocols(session: Session, org_id: UUID) -> Protocols:
    """All versions of an organisation that stand."""
    kept: dict[UUID, Protocols] = session.info.setdefault(KEPT, {})
    if org_id not in kept:
        session.flush()
        remember(session, org_id, session.scalar(select(told_of(literal(org_id, Row.org_id.type)))))
    return kept[org_id]


def protocol_for(session: Session, org_id: UUID, clinic_id: UUID | None, on: date) -> Protocol:
    """The protocol that held for a clinic on a day."""
    return protocols(session, org_id).on(clinic_id, on)


def remember(session: Session, org_id: UUID, told: str | None) -> None:
    """Keep what a statement told of the versions."""
    session.info.setdefault(KEPT, {})[org_id] = protocols_of(_versions(told or ""))


def forget(session: Session) -> None:
    """A version was saved or withdrawn: ask again."""
    session.info.pop(KEPT, None)


def told_of(org_id: Any) -> Any:
    """All standing versions of an organisation as one value, on SQLite as on PostgreSQL."""
    values = case((Row.follows, literal("")), else_=cast(Row.values, Text))
    parts = (
        cast(Row.number, String), func.coalesce(cast(Row.clinic_id, Text), literal("")), Row.label,
        cast(Row.effective_on, Text), values,
    )  # fmt: skip
    line: Any = parts[0]
    for part in parts[1:]:
        line = line.concat(literal(FIELD)).concat(part)
    found = select(func.aggregate_strings(line, ROW)).where(Row.org_id == org_id, Row.withdrawn_at.is_(None))
    return found.scalar_subquery()


def _versions(told: str) -> Iterator[Version]:
    for line in told.split(ROW) if told else ():
        number, clinic_id, label, effective_on, values = line.split(FIELD)
        yield Version(
            int(number),
            UUID(clinic_id) if clinic_id else None,
            label,
            date.fromisoformat(effective_on),
            tuple(json.loads(values).items()) if values else None,
        )
