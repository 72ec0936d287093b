"""Pathways: begun, changed, ended, and what happens on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import records
from registry.access.viewer import Viewer
from registry.clinical.dates import spell
from registry.clinical.part_2_consent import recipient_words
from registry.clinical.pathways import BIRTH, CONSENT, DUE_DATE, EVENTS, PATHWAYS, POSTPARTUM, REVOKED
from registry.models import Pathway, PathwayEvent, Patient
from registry.models.base import expect_version
from registry.pathways import queries

PATHWAY = records.Kind("pathway", frozenset({"note", "details"}))


class PathwayRefused(ValueError):
    """A record that cannot be; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A pathway as its form tells it."""

    started_on: date
    part_2: bool = False
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened on a pathway."""

    kind: str
    on: date
    value: str = ""
    note: str = ""


def begin(
    session: Session, viewer: Viewer, patient_id: UUID, kind: str, plan: Plan, now: datetime
) -> Pathway:
    """Begin a pathway; a patient is on each kind once at a time."""
    queries.patient(session, viewer, patient_id)
    if kind in queries.open_kinds(session, viewer, patient_id):
        raise PathwayRefused(f"The patient is on this pathway already: {PATHWAYS[kind].label}.")
    row = Pathway(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient_id, kind=kind, started_on=plan.started_on,
        part_2=plan.part_2, details=dict(plan.details), recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    records.add(session, viewer, PATHWAY, "begin_pathway", row)
    return row


def edit(
    session: Session, viewer: Viewer, pathway_id: UUID, plan: Plan, version: int, reason: str, now: datetime
) -> Pathway:
    """Change a pathway's form; what stood before is kept."""
    _, row = queries.entry(session, viewer, "pathway", pathway_id)
    expect_version(row, version)
    if row.ended_on is not None and plan.started_on > row.ended_on:
        raise PathwayRefused(f"The pathway ended on {spell(row.ended_on)}: give that day or an earlier one.")
    values = {"started_on": plan.started_on, "part_2": plan.part_2, "details": dict(plan.details)}
    records.correct(session, viewer, PATHWAY, "change_pathway", row, values, reason, now)
    found: Pathway = row
    return found


def end(
    session: Session, viewer: Viewer, pathway_id: UUID, on: date, reason: str, version: int, now: datetime
) -> Pathway:
    """End a pathway; its records stay, and so does their protection under 42 CFR Part 2."""
    _, row = queries.entry(session, viewer, "pathway", pathway_id)
    expect_version(row, version)
    if on < row.started_on:
        raise PathwayRefused(
            f"The pathway began on {row.started_on:%b} {row.started_on.day}: give a later day."
        )
    records.correct(session, viewer, PATHWAY, "end_pathway", row, {"ended_on": on}, reason, now)
    found: Pathway = row
    return found


def reopen(
    session: Session, viewer: Viewer, pathway_id: UUID, reason: str, version: int, now: datetime
) -> None:
    """Take back the end of a pathway: its events and consents go on with it."""
    _, row = queries.entry(session, viewer, "pathway", pathway_id)
    expect_version(row, version)
    if row.kind in queries.open_kinds(session, viewer, row.patient_id):
        raise PathwayRefused(f"The patient is on this pathway: {PATHWAYS[row.kind].label}.")
    records.correct(session, viewer, PATHWAY, "reopen_pathway", row, {"ended_on": None}, reason, now)


def record_event(
    session: Session, viewer: Viewer, pathway_id: UUID, happened: Happened, now: datetime
) -> PathwayEvent:
    """Record something that happened on an open pathway."""
    _, path = queries.entry(session, viewer, "pathway", pathway_id)
    if path.kind not in EVENTS[happened.kind].pathways:
        raise PathwayRefused("This does not belong to this pathway.")
    _refuse_day(path, happened)
    row = PathwayEvent(
        org_id=viewer.org_id, id=uuid4(), patient_id=path.patient_id, pathway_id=path.id, on=happened.on,
        kind=happened.kind, value=happened.value, note=happened.note, recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    records.add(session, viewer, PATHWAY, "record_pathway_event", row)
    return row


def _refuse_day(path: Pathway, happened: Happened) -> None:
    if path.ended_on is not None and happened.on > path.ended_on:
        raise PathwayRefused(
            f"The pathway ended on {path.ended_on:%b} {path.ended_on.day}: give an earlier day."
        )
    earlier = POSTPARTUM if happened.kind in (DUE_DATE, BIRTH) else timedelta()
    if happened.on < path.started_on - earlier:
        asked = "a day within the year before, or later" if earlier else "a later day"
        raise PathwayRefused(
            f"The pathway began on {path.started_on:%b} {path.started_on.day}: give {asked}."
        )


@dataclass(frozen=True, slots=True)
class Signed:
    """A written consent, or its revocation: whom it names, and the day on which it was signed."""

    recipients: Sequence[str]
    on: date
    note: str = ""


def consent(
    session: Session, viewer: Viewer, pathway_id: UUID, signed: Signed, now: datetime
) -> list[PathwayEvent]:
    """Record a written consent for the records of a pathway under 42 CFR Part 2, one row a recipient."""
    _, path = queries.entry(session, viewer, "pathway", pathway_id)
    if not path.part_2:
        raise PathwayRefused("This pathway does not fall under 42 CFR Part 2: it needs no such consent.")
    if not signed.recipients:
        raise PathwayRefused("Say with whom.")
    for name in signed.recipients:
        revoked_on = queries.revoked_on(session, viewer, path, name)
        if revoked_on is not None and signed.on <= revoked_on:
            raise PathwayRefused(
                f"The consent for {recipient_words(name)} was revoked on {spell(revoked_on)}: only a later one holds."
            )
    return [_signed(session, viewer, path, CONSENT, name, signed, now) for name in signed.recipients]


def revoke(
    session: Session, viewer: Viewer, consent_id: UUID, on: date, note: str, now: datetime
) -> PathwayEvent:
    """Record that a consent was revoked in writing: what leaves from then on leaves without these records."""
    _, given = queries.entry(session, viewer, "event", consent_id)
    _, path = queries.entry(session, viewer, "pathway", given.pathway_id)
    if given.id not in queries.standing_consents(session, viewer, path):
        raise PathwayRefused("This consent does not stand: it was revoked, or another took its place.")
    if on < given.on:
        raise PathwayRefused(f"The consent was signed on {spell(given.on)}: give a later day.")
    return _signed(session, viewer, path, REVOKED, given.value, Signed((), on, note), now)


def _signed(
    session: Session, viewer: Viewer, path: Pathway, kind: str, name: str, signed: Signed, now: datetime
) -> PathwayEvent:
    row = PathwayEvent(
        org_id=viewer.org_id, id=uuid4(), patient_id=path.patient_id, pathway_id=path.id, on=signed.on, kind=kind,
        value=name, note=signed.note, recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    action = "record_part_2_consent" if kind == CONSENT else "revoke_part_2_consent"
    records.add(session, viewer, PATHWAY, action, row)
    return row


def correct_event(
    session: Session, viewer: Viewer, event_id: UUID, happened: Happened, reason: str, now: datetime
) -> PathwayEvent:
    """Correct an event; what stood before is kept, and a day that stays as it was is not judged anew."""
    _, row = queries.entry(session, viewer, "event", event_id)
    _, path = queries.entry(session, viewer, "pathway", row.pathway_id)
    if happened.on != row.on:
        _refuse_day(path, happened)
    values = {"on": happened.on, "value": happened.value, "note": happened.note}
    records.correct(session, viewer, PATHWAY, "correct_pathway_event", row, values, reason, now)
    found: PathwayEvent = row
    return found


def mark_in_error(
    session: Session, viewer: Viewer, what: str, entry_id: UUID, reason: str, now: datetime
) -> Patient:
    """Mark a pathway or an event as a mistake: it counts no more and stays on record."""
    patient, row = queries.entry(session, viewer, what, entry_id)
    records.mark_in_error(session, viewer, PATHWAY, f"mark_{what}_in_error", row, reason, now)
    return patient


def editor(session: Session, viewer: Viewer, row: object) -> str:
    """Who saved a row last."""
    return records.editor(session, viewer, row)
