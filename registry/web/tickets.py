"""A ticket: shown for a short time by one browser, it opens one row and nothing else. It is no session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which row of which organisation, and until when."""

    org_id: UUID
    row_id: UUID
    until_at: datetime


def issue(purpose: str, ticket: Ticket) -> str:
    """The ticket, signed: nobody can write one, and one purpose's ticket is no other's."""
    parts = [str(ticket.org_id), str(ticket.row_id), ticket.until_at.isoformat()]
    return str(_serializer(purpose).dumps(parts))


def read(purpose: str, signed: str, now: datetime) -> Ticket | None:
    """The ticket that a browser shows; None where it is forged, of another purpose, or over."""
    try:
        org_id, row_id, until = _serializer(purpose).loads(signed)
    except BadSignature:
        return None
    ticket = Ticket(UUID(org_id), UUID(row_id), datetime.fromisoformat(until))
    return ticket if now < ticket.until_at else None


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"registry ticket: {purpose}")
