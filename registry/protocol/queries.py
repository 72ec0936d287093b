"""What the pages about the protocol read: the places that can be set, the versions, and what new numbers would change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from registry import audit
from registry.access import policies, scope
from registry.access.viewer import Viewer
from registry.clinical.findings import Finding
from registry.clinical.protocol import Protocol
from registry.clinical.protocols import Protocols
from registry.clinical.views import standing
from registry.models import Account, Clinic, Episode, Organisation, ProtocolVersion
from registry.snapshots import Snapshot, Subject, snapshots
from registry.snapshots.protocols import protocols

ACTION = "manage_protocol"


class Place(NamedTuple):
    """Where a protocol holds: one clinic, or (without an id) the whole organisation."""

    id: UUID | None
    name: str


class Listed(NamedTuple):
    """One version with the names of the people behind it."""

    row: ProtocolVersion
    place: str
    author: str
    withdrawn_by: str


def places(session: Session, viewer: Viewer) -> list[Place]:
    """What this person may set: their clinics, and for an administrator the whole organisation."""
    found = [Place(clinic.id, clinic.name) for clinic in scope.visible_clinics(session, viewer, ACTION)]
    if policies.ADMINISTRATOR not in viewer.role_names:
        return found
    name = session.scalar(select(Organisation.name).where(Organisation.id == viewer.org_id)) or ""
    return [Place(None, f"{name}, all clinics"), *found]


def place(session: Session, viewer: Viewer, clinic_id: UUID | None) -> Place:
    """A place that this person may set, or `NotVisible`."""
    for found in places(session, viewer):
        if found.id == clinic_id:
            return found
    raise scope.NotVisible("clinic")


def versions(session: Session, viewer: Viewer, shown: Sequence[Place]) -> list[Listed]:
    """Every version that concerns these places, also the withdrawn ones, the latest first."""
    author, other = aliased(Account), aliased(Account)
    found = (
        select(ProtocolVersion, author.name, other.name)
        .outerjoin(author, author.id == ProtocolVersion.created_by)
        .outerjoin(other, other.id == ProtocolVersion.withdrawn_by)
        .where(ProtocolVersion.org_id == viewer.org_id)
        .order_by(ProtocolVersion.effective_on.desc(), ProtocolVersion.number.desc())
    )
    names = {one.id: one.name for one in shown}
    names.setdefault(None, "All clinics")
    rows = session.execute(found).all()
    return [
        Listed(row, names[row.clinic_id], a or "", b or "") for row, a, b in rows if row.clinic_id in names
    ]


def bearing_on(session: Session, viewer: Viewer, place: Place) -> list[Place]:
    """The places whose versions bear on one: the whole organization is all its clinics, for one with its own leaves it."""
    return [place] if place.id else places(session, viewer)


def mark(session: Session, viewer: Viewer, place: Place) -> str:
    """Names the versions that bear on a place."""
    return held(session, viewer).mark([one.id for one in bearing_on(session, viewer, place)])


def version(session: Session, viewer: Viewer, version_id: UUID) -> ProtocolVersion:
    """A version of a place that this person may set, or `NotVisible`."""
    found = session.get(ProtocolVersion, (viewer.org_id, version_id))
    if found is None:
        raise scope.NotVisible("protocol version")
    place(session, viewer, found.clinic_id)
    return found


def held(session: Session, viewer: Viewer) -> Protocols:
    """All versions that stand."""
    return protocols(session, viewer.org_id)


class Changed(NamedTuple):
    """One patient whose findings would change; without a name where this person may not see charts."""

    subject: Subject | None
    clinic: str
    week: int | None
    gained: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    reworded: tuple[Finding, ...] = ()
    """Those that stay and would say something else: another reading, another urgency."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would change among the open episodes, if the new protocol held today."""

    judged: int
    changed: tuple[Changed, ...]
    clinics: tuple[str, ...]
    """The clinics that were judged."""

    @property
    def gained(self) -> Counter[str]:
        """How many patients would gain a finding, by its rule."""
        return Counter(code for one in self.changed for code in {f.code for f in one.gained})

    @property
    def lost(self) -> Counter[str]:
        """How many patients would lose a finding, by its rule."""
        return Counter(code for one in self.changed for code in {f.code for f in one.lost})

    @property
    def reworded(self) -> Counter[str]:
        """How many patients would keep a finding that says something else, by its rule."""
        return Counter(f.code for one in self.changed for f in one.reworded)


def what_if(session: Session, viewer: Viewer, clinic_id: UUID | None, new: Protocol, today: date) -> WhatIf:
    """The findings of today's caseload by the new protocol, and by what would hold on its day without it."""
    found = snapshots(session, viewer.org_id, _concerned(session, viewer, clinic_id, new, today))
    named, on = policies.clinics(viewer, "see_chart"), max(new.effective_on, today)
    changed = (
        _difference(one, (one.protocol(on), new), today, one.subject.clinic_id in named) for one in found
    )
    kept = tuple(one for one in changed if one is not None)
    audit.record(session, viewer, _act(found, kept))
    return WhatIf(len(found), kept, tuple(sorted({one.subject.clinic for one in found})))


def _act(found: Sequence[Snapshot], kept: Sequence[Changed]) -> audit.Act:
    detail = {"judged": len(found), "changed": len(kept)}
    patients = [one.subject.patient_id for one in found]
    return audit.Act("what_if_protocol", "protocol", "protocol", patients=patients, detail=detail)


def _concerned(
    session: Session, viewer: Viewer, clinic_id: UUID | None, new: Protocol, today: date
) -> Select[UUID]:
    """The open episodes of the clinic; of the whole organisation those of clinics that follow it."""
    mine = scope.episodes(viewer, ACTION).with_only_columns(Episode.id).where(Episode.closed_on.is_(None))
    if clinic_id is not None:
        return mine.where(Episode.clinic_id == clinic_id)
    on, known = max(new.effective_on, today), held(session, viewer)
    own = [one.id for one in scope.visible_clinics(session, viewer, ACTION) if _has_own(known, one, on)]
    return mine.where(Episode.clinic_id.not_in(own))


def _has_own(known: Protocols, clinic: Clinic, on: date) -> bool:
    found = known.version_on(clinic.id, on)
    return found is not None and found.clinic_id is not None


def _difference(one: Snapshot, both: tuple[Protocol, Protocol], today: date, named: bool) -> Changed | None:
    now, then = (standing(one.facts, protocol, today) for protocol in both)
    before, after = ({f.code: f for f in seen.findings} for seen in (now, then))
    gained = tuple(f for code, f in after.items() if code not in before)
    lost = tuple(f for code, f in before.items() if code not in after)
    reworded = tuple(f for code, f in after.items() if code in before and _says(f) != _says(before[code]))
    if not gained and not lost and not reworded:
        return None
    week = now.picture.days // 7 if now.picture.enrolled_on else None
    return Changed(one.subject if named else None, one.subject.clinic, week, gained, lost, reworded)


def _says(finding: Finding) -> tuple[str, int]:
    return finding.sentence, finding.urgency


def note_read(session: Session, viewer: Viewer, what: str) -> None:
    """Leave the trace of a page about the protocol."""
    audit.record(session, viewer, audit.Act("read", "protocol", what))


def clinics(session: Session, viewer: Viewer) -> list[Place]:
    """The clinics that this person works in, by name: whose rules they may want to read."""
    ids = {clinic for clinic, _ in viewer.roles}
    found = select(Clinic).where(Clinic.org_id == viewer.org_id, Clinic.id.in_(ids)).order_by(Clinic.name)
    return [Place(one.id, one.name) for one in session.scalars(found)]
