"""Packets as they were printed: which of them somebody may open, when and by whom they were made, with the checksum."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Text, and_, cast, select
from sqlalchemy.orm import Session

from registry.access import policies, scope
from registry.access.viewer import Viewer
from registry.models import Account, Clinic, Document, Episode

PRINT = "print_chart"
MOST = 5
LOOKED_AT = 50
"""Packets that are looked through for those that somebody may open."""


class Printed(NamedTuple):
    """One packet that is kept as it was printed."""

    id: UUID
    for_on: date
    printed_at: datetime
    printed_on: date
    """The day in the clinic."""
    by: str
    sha256: str
    pages: int
    patients: int


def packets_with(session: Session, viewer: Viewer, episode_id: UUID, day: date) -> list[Printed]:
    """The latest packets with a patient in them that were printed on a day or before it."""
    holds = cast(Document.episode_ids, Text).contains(f'"{episode_id}"', autoescape=True)
    after = datetime.combine(day + timedelta(days=2), datetime.min.time(), ZoneInfo("UTC"))
    found = _openable(session, viewer, _ready(viewer).where(holds, Document.finished_at < after))
    return [one for one in found if one.printed_on <= day][:MOST]


def packets_for(session: Session, viewer: Viewer, clinic_id: UUID, review_on: date) -> list[Printed]:
    """The latest packets of a clinic's review day."""
    mine = _ready(viewer).where(Document.clinic_id == clinic_id, Document.for_on == review_on)
    return _openable(session, viewer, mine)[:MOST]


def _ready(viewer: Viewer) -> Any:
    """Those that are kept, of the clinics in which this person may print, the latest first."""
    clinics = policies.clinics(viewer, PRINT) | policies.panel_clinics(viewer, PRINT)
    of_clinic = and_(Clinic.org_id == Document.org_id, Clinic.id == Document.clinic_id)
    return (
        select(Document.id, Document.for_on, Document.finished_at, Account.name, Document.sha256, Document.pages,
               Document.episode_ids, Clinic.timezone)
        .join(Clinic, of_clinic)
        .outerjoin(Account, Account.id == Document.requested_by)
        .where(Document.org_id == viewer.org_id, Document.kind == "packet", Document.state == "ready",
               Document.clinic_id.in_(clinics))
        .order_by(Document.finished_at.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip


def _openable(session: Session, viewer: Viewer, wanted: Any) -> list[Printed]:
    """Who sees only a panel opens no packet with others' patients in it, and is not shown one."""
    rows = session.execute(wanted).all()
    visible = _visible(session, viewer, {one for row in rows for one in row.episode_ids}) if rows else set()
    return [_printed(row) for row in rows if visible.issuperset(row.episode_ids)]


def _visible(session: Session, viewer: Viewer, ids: Iterable[str]) -> set[str]:
    mine = scope.episodes(viewer, PRINT).with_only_columns(Episode.id)
    return {str(one) for one in session.scalars(mine.where(Episode.id.in_([UUID(one) for one in ids])))}


def _printed(row: Any) -> Printed:
    held: Sequence[str] = row.episode_ids
    on = row.finished_at.astimezone(ZoneInfo(row.timezone)).date()
    by = row.name or "the registry"
    return Printed(
        row.id, row.for_on, row.finished_at, on, by, row.sha256 or "", row.pages or 0, len(held)
    )  # fmt: skip
