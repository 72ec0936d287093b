"""One thing to do with its history; and who may own the tasks of a patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.policies import PANEL_ROLES, POLICIES
from registry.access.viewer import Viewer
from registry.clinical.things import thing_of
from registry.models import Account, Episode, Membership, NextAction, Patient, Task, TaskStep
from registry.snapshots import Snapshot, snapshot
from registry.week.queries.board import Clock
from registry.workload import ACTION, Entry, Kept, kept_tasks, of_one


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a task's history."""

    kind: str
    reason: str
    due_on: Any
    owner: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """One thing to do for a patient as it stands; `entry` is None where nothing asks for it any more."""

    patient: Patient
    snapshot: Snapshot | None
    entry: Entry | None
    rows: Sequence[Kept]
    """What was ever written about this thing, oldest first."""

    @property
    def row_id(self) -> UUID | None:
        """The stored task behind it: the one that stands, else the last one that was done."""
        if self.entry is not None:
            return self.entry.kept.stored.id if self.entry.kept else None  # type: ignore[return-value]
        return self.rows[-1].stored.id if self.rows else None  # type: ignore[return-value]

    @property
    def last_done(self) -> Kept | None:
        """The last task about it, where that is done."""
        return self.rows[-1] if self.rows and self.rows[-1].done_at is not None else None


def place(
    session: Session, viewer: Viewer, patient_id: UUID, thing: str, clock: Clock, lock: bool = False
) -> Place:
    """One thing to do for a visible patient, or `NotVisible` where there never was one of that name."""
    whom = patient(session, viewer, patient_id, lock)
    kept = kept_tasks(session, viewer.org_id, Task.patient_id == patient_id, viewer.account_id)
    seen = _open(session, viewer, patient_id)
    entries = of_one(session, viewer.org_id, seen, kept, clock.today, clock.since)
    entry = next((one for one in entries if one.item.thing == thing), None)
    rows = [row for row in kept if _is_about(row, thing)]
    if entry is None and not rows:
        raise scope.NotVisible("task")
    return Place(whom, seen, entry, rows)


def patient(session: Session, viewer: Viewer, patient_id: UUID, lock: bool = False) -> Patient:
    """A patient whose tasks this person works with, or `NotVisible`; locked for whoever changes one."""
    found = scope.patients(viewer, ACTION).where(Patient.id == patient_id)
    row = session.scalar(found.with_for_update(of=Patient) if lock else found)
    if row is None:
        raise scope.NotVisible("patient")
    return row


def _open(session: Session, viewer: Viewer, patient_id: UUID) -> Snapshot | None:
    """The facts of the open episode."""
    mine = scope.episodes(viewer, ACTION).where(Episode.patient_id == patient_id, Episode.closed_on.is_(None))
    key = session.scalar(mine.with_only_columns(Episode.id))
    return snapshot(session, viewer.org_id, key) if key else None


def _is_about(row: Kept, thing: str) -> bool:
    return (thing_of(row.stored.code) if row.stored.code else str(row.stored.id)) == thing


def history(session: Session, viewer: Viewer, found: Place) -> list[Step]:
    """What happened to it, the latest first."""
    by, owner = select(Account.id, Account.name).subquery(), select(Account.id, Account.name).subquery()
    rows = session.execute(
        select(TaskStep, owner.c.name, by.c.name)
        .outerjoin(owner, owner.c.id == TaskStep.owner_id)
        .outerjoin(by, by.c.id == TaskStep.by_id)
        .where(TaskStep.org_id == viewer.org_id, TaskStep.task_id.in_([row.stored.id for row in found.rows]))
        .order_by(TaskStep.at.desc(), TaskStep.id)
    )
    return [
        Step(step.kind, step.reason, step.due_on, whose or "", who or "", step.at)
        for step, whose, who in rows
    ]


def last_change(session: Session, viewer: Viewer, found: Place) -> tuple[str, datetime | None]:
    """Who changed it last and when: its task, or the planned contact."""
    steps = history(session, viewer, found)[:1]
    changes = [(step.at, step.by) for step in steps]
    if found.snapshot is not None and found.entry is not None and found.entry.item.planned_on:
        planned = (
            select(NextAction.changed_at, Account.name)
            .outerjoin(Account, Account.id == NextAction.changed_by)
            .where(
                NextAction.org_id == viewer.org_id, NextAction.episode_id == found.snapshot.subject.episode_id
            )
        )
        changes += [(row.changed_at, row.name or "") for row in session.execute(planned)]
    at, who = max(changes, default=(None, ""))
    return who or "Somebody", at


def owners(session: Session, viewer: Viewer, patient: Patient) -> list[tuple[UUID, str]]:
    """Who may own a task of this patient: the clinic's people who work with tasks, and see this patient."""
    whole = [role for role, acts in POLICIES.items() if ACTION in acts and role not in PANEL_ROLES]
    panel = [role for role, acts in POLICIES.items() if ACTION in acts and role in PANEL_ROLES]
    treats = select(Episode.therapist_id).where(
        Episode.org_id == viewer.org_id, Episode.patient_id == patient.id, Episode.therapist_id.is_not(None)
    )
    shares = and_(Membership.role.in_(panel), Account.id.in_(treats))
    found = (
        select(Account.id, Account.name)
        .join(Membership, and_(Membership.org_id == viewer.org_id, Membership.account_id == Account.id))
        .where(Membership.clinic_id == patient.clinic_id, Account.active)
        .where(or_(Membership.role.in_(whole), shares))
        .distinct()
        .order_by(Account.name)
    )
    return [(row.id, row.name) for row in session.execute(found)]


def patients_to_choose(session: Session, viewer: Viewer) -> list[tuple[UUID, str]]:
    """The patients of the viewer's own caseload, and of those whom the episode names as theirs to see."""
    joined = and_(Patient.org_id == Episode.org_id, Patient.id == Episode.patient_id)
    mine = or_(Episode.care_manager_id == viewer.account_id, Episode.therapist_id == viewer.account_id,
               Episode.consultant_id == viewer.account_id)  # fmt: skip
    found = (
        select(Patient)
        .join(Episode, joined)
        .where(scope.visible(viewer, ACTION), Episode.closed_on.is_(None), mine)
        .order_by(Patient.search_name, Patient.id)
    )
    return [(row.id, f"{row.name} ({row.mrn})") for row in session.scalars(found)]


def note_read(session: Session, viewer: Viewer, patient_id: UUID, action: str = "read") -> None:
    """Reading a task of a patient is recorded."""
    audit.record(session, viewer, audit.Act(action, "task", "patient", patient_id, [patient_id]))
