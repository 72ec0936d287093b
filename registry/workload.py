"""What there is to do for whom: the rules' answers over a list of episodes, with what somebody wrote about them.

The week, the patient page and the nightly digest read it here, in a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from registry.access.viewer import Viewer
from registry.clinical.views import standing
from registry.clinical.week import Item, Stored, monday, owner_of, week_items
from registry.models import Account, Acknowledgement, Episode, Patient, Task, TaskStep
from registry.review_slots import review_weekdays
from registry.snapshots import Snapshot, Subject, snapshots

ACTION = "work_tasks"
TASK = "task"


class Person(NamedTuple):
    """Whom it is about, and how they are reached."""

    patient_id: UUID
    clinic_id: UUID
    name: str
    mrn: str
    phone: str
    contact_by: str
    contact_note: str
    language: str
    interpreter: bool


class Kept(NamedTuple):
    """A task as it is stored, with its patient and owner; the reader sees what is new to them."""

    stored: Stored
    person: Person
    episode_id: UUID | None
    owner: str
    version: int
    created_at: datetime
    done_at: datetime | None
    given_at: datetime | None
    """When somebody else last gave it to its owner."""
    seen_at: datetime | None
    """When the reader last said that they have seen it."""

    @property
    def is_news(self) -> bool:
        return self.given_at is not None and (self.seen_at is None or self.seen_at < self.given_at)


class Entry(NamedTuple):
    """One thing to do for one patient, and whose it is."""

    person: Person
    episode_id: UUID | None
    item: Item
    owner_id: UUID | None
    owner: str
    kept: Kept | None
    next_version: int
    """Of the next action; 0 where none was written."""

    @property
    def version(self) -> int:
        """Grows with every change of what somebody wrote about it, and of the next action where that is part of it."""
        own = self.kept.version if self.kept else 0
        return own + (self.next_version if self.item.planned_on else 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose work, on which day: `accounts` is None for everybody; what was done counts from `since` on."""

    accounts: frozenset[UUID] | None
    today: date
    since: datetime


def kept_tasks(
    session: Session, org_id: UUID, which: ColumnElement[bool], reader: UUID | None = None
) -> list[Kept]:
    """The stored tasks of a condition, in the order in which they were written."""
    query = _KEPT.add_columns(*_news(reader)).where(Task.org_id == org_id, which)
    return [_kept(row) for row in session.execute(query.order_by(Task.created_at, Task.id))]


def _steps(*kinds: str) -> ColumnElement[bool]:
    return and_(TaskStep.org_id == Task.org_id, TaskStep.task_id == Task.id, TaskStep.kind.in_(kinds))


_REASON = (
    select(TaskStep.reason)
    .where(_steps("snoozed"))
    .order_by(TaskStep.at.desc())
    .limit(1)
    .correlate(Task)
    .scalar_subquery()
)
_KEPT = (
    select(
        Task, Patient, func.coalesce(Account.name, ""), func.coalesce(_REASON, ""),
        exists().where(_steps("handed_over")).correlate(Task),
    )
    .join(Patient, and_(Patient.org_id == Task.org_id, Patient.id == Task.patient_id))
    .outerjoin(Account, Account.id == Task.owner_id)
)  # fmt: skip


def _news(reader: UUID | None) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """When somebody else gave the task to its owner, and when the reader saw it."""
    given = select(func.max(TaskStep.at)).where(_steps("created", "handed_over"), TaskStep.by_id != reader)
    seen = select(func.max(Acknowledgement.at)).where(
        Acknowledgement.org_id == Task.org_id, Acknowledgement.account_id == reader,
        Acknowledgement.subject == TASK, Acknowledgement.subject_id == Task.id,
    )  # fmt: skip
    return given.correlate(Task).scalar_subquery(), seen.correlate(Task).scalar_subquery()


def _kept(row: Any) -> Kept:
    task, patient, owner, reason, handed, given_at, seen_at = row
    stored = Stored(
        task.id, task.code, task.title, task.due_on, task.owner_id, task.snoozed_until, reason, bool(handed),
        task.done_at is not None,
    )  # fmt: skip
    return Kept(stored, person_of(patient.id, patient), task.episode_id, owner, task.version, task.created_at, task.done_at,
                given_at, seen_at)  # fmt: skip


def person_of(patient_id: UUID, who: Patient | Subject) -> Person:
    """A patient as a task shows them."""
    return Person(patient_id, who.clinic_id, who.name, who.mrn, who.phone, who.contact_by, who.contact_note,
                  who.language, who.interpreter)  # fmt: skip


def entries(
    session: Session, org_id: UUID, visible: ColumnElement[bool], asked: Asked, reader: UUID | None = None
) -> list[Entry]:
    """Everything that these people have to do for visible patients, in no order."""
    fresh = or_(Task.done_at.is_(None), Task.done_at >= asked.since)
    tasks = kept_tasks(session, org_id, and_(visible, fresh, _about(asked.accounts)), reader)
    weekdays = review_weekdays(session, org_id, asked.today)
    seen = {
        one.subject.patient_id: one
        for one in snapshots(session, org_id, _chosen(org_id, visible, asked.accounts))
    }
    rows: dict[UUID, list[Kept]] = defaultdict(list)
    for task in tasks:
        rows[task.person.patient_id].append(task)
    found = (
        entry
        for patient_id in {**seen, **rows}
        for entry in of_patient(seen.get(patient_id), rows[patient_id], asked.today, weekdays)
    )
    return [entry for entry in found if asked.accounts is None or entry.owner_id in asked.accounts]


def _about(accounts: frozenset[UUID] | None) -> ColumnElement[bool]:
    """Tasks that these people own, and those about their patients: a thing handed on is no longer theirs."""
    if accounts is None:
        return Task.org_id.is_not(None)
    theirs = select(Episode.id).where(
        Episode.org_id == Task.org_id, Episode.care_manager_id.in_(accounts), Episode.closed_on.is_(None)
    )
    return or_(Task.owner_id.in_(accounts), Task.episode_id.in_(theirs))


def _chosen(org_id: UUID, visible: ColumnElement[bool], accounts: frozenset[UUID] | None) -> Select[UUID]:
    """Their open episodes, and those in which something was handed to them."""
    joined = and_(Patient.org_id == Episode.org_id, Patient.id == Episode.patient_id)
    found = select(Episode.id).join(Patient, joined).where(visible, Episode.closed_on.is_(None))
    if accounts is None:
        return found
    handed = select(Task.episode_id).where(
        Task.org_id == org_id, Task.owner_id.in_(accounts), Task.done_at.is_(None), Task.code != ""
    )
    return found.where(or_(Episode.care_manager_id.in_(accounts), Episode.id.in_(handed)))


def of_patient(
    seen: Snapshot | None, rows: list[Kept], today: date, weekdays: dict[UUID, int]
) -> list[Entry]:
    """Everything to do for one patient, in the order of a day."""
    person = person_of(seen.subject.patient_id, seen.subject) if seen else rows[0].person
    stands = standing(seen.facts, seen.protocol(today), today) if seen else None
    by_id = {row.stored.id: row for row in rows}
    items = week_items(stands, [row.stored for row in rows], today, weekdays.get(person.clinic_id))
    who = seen.subject if seen else None
    return [_entry(person, who, item, by_id.get(item.stored.id) if item.stored else None) for item in items]


def _entry(person: Person, who: Subject | None, item: Item, kept: Kept | None) -> Entry:
    owner_id = owner_of(item, who.care_manager_id if who else None)
    is_managers = who is not None and owner_id == who.care_manager_id
    name = who.care_manager if who and is_managers else kept.owner if kept else ""
    episode_id = who.episode_id if who else kept.episode_id if kept else None
    version = who.next_version if who else 0
    return Entry(person, episode_id, item, owner_id, name, kept, version)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do for one patient, and what was done by hand, the latest first."""

    open: tuple[Entry, ...]
    done: tuple[Kept, ...]


def of_one(
    session: Session, org_id: UUID, seen: Snapshot | None, rows: Sequence[Kept], today: date, since: datetime
) -> list[Entry]:
    """Everything to do for one patient whose rows are known: what was done since then by hand rests."""
    fresh = [row for row in rows if row.done_at is None or row.done_at >= since]
    if seen is None:
        return of_patient(None, fresh, today, {}) if fresh else []
    return of_patient(seen, fresh, today, review_weekdays(session, org_id, today))


def work_on(session: Session, viewer: Viewer, patient_id: UUID, seen: Snapshot | None, today: date) -> Work:
    """The tasks of a visible patient for the page about them; `seen` is the open episode."""
    rows = kept_tasks(session, viewer.org_id, Task.patient_id == patient_id, viewer.account_id)
    since = datetime.combine(monday(today), time.min, UTC)
    done = (row for row in reversed(rows) if row.done_at is not None)
    return Work(tuple(of_one(session, viewer.org_id, seen, rows, today, since)), tuple(done))
