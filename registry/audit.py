"""The audit trail: one row per act in the transaction of the act, chained by HMAC.

Where no audit row can be written the act does not happen: the caller's transaction fails with it.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.orm import Session

from registry.access.viewer import System, Viewer
from registry.models import AuditEvent, AuditHead, AuditPatient, Base

GENESIS = "0" * 64
COVERED = (
    "org_id", "seq", "at", "account_id", "actor", "action", "category", "subject", "subject_id", "detail",
    "request_id", "address", "patients", "key_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditContext:
    """What a session knows of its request: the keys of the chain, when it is, and where the request came from."""

    keys: Mapping[str, bytes]
    """Key id to key; the last one signs, all of them verify."""
    now: datetime
    request_id: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """What is being done: a verb, the kind of data, the row, the patients, and before/after for a write."""

    action: str
    category: str
    subject: str = ""
    subject_id: UUID | str = ""
    patients: Collection[UUID] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


def bind(session: Session, context: AuditContext) -> None:
    """Give a session what its audit rows need; without it `record` refuses."""
    session.info.update(audit=context, audited=False)


def open_chain(session: Session, org_id: UUID) -> None:
    """Begin the chain of a new organisation."""
    session.execute(insert(AuditHead).values(org_id=org_id, seq=0, mac=GENESIS))


def record(session: Session, who: Viewer | System, act: Act) -> int:
    """Append one act to the chain of its organisation and return its number."""
    context: AuditContext = session.info["audit"]
    session.flush()
    head = select(AuditHead.seq, AuditHead.mac).where(AuditHead.org_id == who.org_id).with_for_update()
    connection = session.connection()
    seq, previous = connection.execute(head).one()
    key_id = list(context.keys)[-1]
    row = {
        "org_id": who.org_id, "seq": seq + 1, "at": context.now, "account_id": who.account_id, "actor": who.actor,
        "action": act.action, "category": act.category, "subject": act.subject, "subject_id": str(act.subject_id),
        "detail": json.loads(json.dumps(dict(act.detail), default=str)), "request_id": context.request_id,
        "address": context.address, "patients": len(set(act.patients)), "key_id": key_id,
    }  # fmt: skip
    patients = sorted(set(act.patients), key=attrgetter("int"))
    row["mac"] = _mac(context.keys[key_id], previous, row, patients)
    connection.execute(insert(_table(AuditEvent)), row)
    if patients:
        shown = [{"org_id": who.org_id, "seq": seq + 1, "patient_id": patient} for patient in patients]
        connection.execute(insert(_table(AuditPatient)), shown)
    moved = (
        update(_table(AuditHead)).where(AuditHead.org_id == who.org_id).values(seq=seq + 1, mac=row["mac"])
    )
    connection.execute(moved)
    session.info["audited"] = True
    return int(seq) + 1


def _table(model: type[Base]) -> Table:
    """Rows of the trail are written as they are: none is an object that a session would have to keep."""
    return cast(Table, model.__table__)


def length(session: Session, org_id: UUID) -> int:
    """How many events an organisation's chain has, by its head."""
    return session.scalar(select(AuditHead.seq).where(AuditHead.org_id == org_id)) or 0


def verify(session: Session, org_id: UUID, keys: Mapping[str, bytes]) -> Iterator[str]:
    """Every break in an organisation's chain, as a sentence; nothing when it is whole."""
    previous, last = GENESIS, 0
    shown = _patients_by_event(session, org_id)
    events = select(AuditEvent.__table__).where(AuditEvent.org_id == org_id).order_by(AuditEvent.seq)
    for event in session.execute(events.execution_options(yield_per=1000)):
        yield from _check(event, previous, last, shown.get(event.seq, []), keys)
        previous, last = event.mac, event.seq
    head = session.execute(
        select(AuditHead.seq, AuditHead.mac).where(AuditHead.org_id == org_id)
    ).one_or_none()
    if head is None:
        yield "The head of the chain is missing."
    elif tuple(head) != (last, previous):
        yield f"The head stands at {head.seq} but the last event is {last}: the tail was cut or the head moved."


def _check(
    event: Row[Any], previous: str, last: int, patients: list[UUID], keys: Mapping[str, bytes]
) -> Iterator[str]:
    if event.seq != last + 1:
        yield f"Event {last + 1} is missing before event {event.seq}."
    if event.key_id not in keys:
        yield f"Event {event.seq} was signed with key '{event.key_id}', which is not at hand."
    elif not hmac.compare_digest(_mac(keys[event.key_id], previous, event._asdict(), patients), event.mac):
        yield f"Event {event.seq} does not match its seal: it, or an event before it, was altered."


def _patients_by_event(session: Session, org_id: UUID) -> dict[int, list[UUID]]:
    rows = select(AuditPatient.seq, AuditPatient.patient_id).where(AuditPatient.org_id == org_id)
    found: dict[int, list[UUID]] = {}
    for seq, patient_id in session.execute(rows):
        found.setdefault(seq, []).append(patient_id)
    return {seq: sorted(patients) for seq, patients in found.items()}


def _mac(key: bytes, previous: str, row: Mapping[str, Any], patients: list[UUID]) -> str:
    covered = [_plain(row[name]) for name in COVERED]
    text = json.dumps(
        [previous, covered, [str(patient) for patient in patients]], sort_keys=True, ensure_ascii=False
    )
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
