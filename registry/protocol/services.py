"""What an administrator or a clinic manager does with the protocol; every act is in the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.clinical.dates import FURTHEST
from registry.clinical.protocol import Value
from registry.clinical.protocol_limits import problems
from registry.clinical.protocols import differing
from registry.models import ProtocolVersion
from registry.protocol import queries
from registry.snapshots.protocols import forget


class ProtocolRefused(ValueError):
    """A version that cannot be saved or withdrawn so; the message is what the person reads."""


class ChangedMeanwhile(ProtocolRefused):
    """Another version was saved or withdrawn since this copy was begun."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A version to be saved; ``values`` is None where the clinic follows the organisation again."""

    clinic_id: UUID | None
    label: str
    effective_on: date
    reason: str
    values: dict[str, Value] | None
    begun: str | None = None
    """The mark of the versions from which a copy was begun."""


def save_version(
    session: Session, viewer: Viewer, planned: Planned, today: date, now: datetime
) -> ProtocolVersion:
    """Keep a new version from a day on that has not passed; nothing that held before is touched."""
    place = queries.place(session, viewer, planned.clinic_id)
    values = differing(planned.values or {})
    _refuse(planned, values, today)
    key = uuid4()
    audit.record(
        session, viewer, _act("save_protocol", key, planned, values)
    )  # holds the head: versions queue here
    forget(session)
    if planned.begun not in (None, queries.mark(session, viewer, place)):
        raise ChangedMeanwhile("The protocol was changed meanwhile.")
    last = select(func.max(ProtocolVersion.number)).where(ProtocolVersion.org_id == viewer.org_id)
    row = ProtocolVersion(
        org_id=viewer.org_id, id=key, number=(session.scalar(last) or 0) + 1, clinic_id=planned.clinic_id,
        label=planned.label, effective_on=planned.effective_on, values=values, follows=planned.values is None,
        reason=planned.reason, created_by=viewer.account_id, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    forget(session)
    return row


def _refuse(planned: Planned, values: dict[str, Value], today: date) -> None:
    if planned.effective_on < today:
        raise ProtocolRefused("A protocol holds from today or later: a day that has passed keeps its own.")
    if planned.effective_on > today + FURTHEST:
        raise ProtocolRefused("A protocol is planned a year ahead at most.")
    if planned.values is None and planned.clinic_id is None:
        raise ProtocolRefused("Only a clinic can follow the organization.")
    if not planned.label.isprintable():
        raise ProtocolRefused("Give the version a name on one line.")
    if told := problems(values):
        raise ProtocolRefused(next(iter(told.values())))


def _act(action: str, key: UUID, planned: Planned, values: dict[str, Value]) -> audit.Act:
    detail = {
        "clinic": planned.clinic_id or "all", "label": planned.label, "effective_on": planned.effective_on,
        "values": values, "follows": planned.values is None,
    }  # fmt: skip
    return audit.Act(action, "protocol", "protocol_version", key, detail=detail)


def withdraw(
    session: Session, viewer: Viewer, version_id: UUID, reason: str, today: date, now: datetime
) -> None:
    """Take a version back before its day; it keeps its row, with who, when and why."""
    row = queries.version(session, viewer, version_id)
    if row.withdrawn_at is not None:
        raise ProtocolRefused("This version was withdrawn already.")
    if row.effective_on <= today:
        raise ProtocolRefused("This version has begun: save a new one from today instead.")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = viewer.account_id, now, reason
    detail = {"label": row.label, "effective_on": row.effective_on, "before": None, "after": "withdrawn"}
    audit.record(
        session, viewer, audit.Act("withdraw_protocol", "protocol", "protocol_version", row.id, detail=detail)
    )
    forget(session)
