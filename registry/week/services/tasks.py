"""What somebody does with a thing to do: each act leaves a step in its history and one in the trail."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from registry import audit
from registry.access import policies, scope
from registry.access.viewer import Viewer
from registry.clinical.putting_off import refuse_done, refuse_move, refuse_snooze
from registry.clinical.week import Item
from registry.models import Acknowledgement, NextAction, Task, TaskStep
from registry.models.base import Changed
from registry.week.queries.board import Clock
from registry.week.queries.place import Place, owners, place
from registry.workload import TASK, Entry

DONE, DROPPED = "done", "dropped"


class TaskRefused(ValueError):
    """An act that the rules do not allow; the message is what the person reads."""


class NothingToDo(Exception):
    """Nothing asks for it any more: it was done, or the rule no longer holds."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Which thing to do for which patient, and the version that its editor saw."""

    patient_id: UUID
    thing: str
    version: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of the act, and the day of the clinic."""

    at: datetime
    clock: Clock

    @property
    def today(self) -> date:
        return self.clock.today


def move(session: Session, viewer: Viewer, aim: Aim, day: date, moment: Moment) -> None:
    """Do it on another day; the planned contact moves with it."""
    found, entry = _stands(session, viewer, aim, moment)
    _refuse(refuse_move(entry.item, day, moment.today))
    row, before = _row(session, viewer, found, entry, moment), entry.item.due_on
    row.due_on, row.snoozed_until = day, None
    _plan_contact(session, viewer, entry, day, moment)
    _step(session, viewer, row, "moved", moment)
    _note(session, viewer, "move_task", row, {"due_on": [before, day]})


def snooze(session: Session, viewer: Viewer, aim: Aim, until: date, reason: str, moment: Moment) -> None:
    """Put it off until a day, with the reason; a safety finding does not wait."""
    found, entry = _stands(session, viewer, aim, moment)
    _refuse(refuse_snooze(entry.item, until, reason, moment.today))
    row = _row(session, viewer, found, entry, moment)
    row.snoozed_until = until
    row.due_on = min(row.due_on, until)
    _plan_contact(session, viewer, entry, until, moment)
    _step(session, viewer, row, "snoozed", moment, reason.strip(), until)
    _note(session, viewer, "snooze_task", row, {"until": until})


def hand_over(
    session: Session, viewer: Viewer, aim: Aim, owner_id: UUID, remark: str, moment: Moment
) -> None:
    """Give it to a member of the patient's clinic."""
    found, entry = _stands(session, viewer, aim, moment)
    if owner_id not in {key for key, _ in owners(session, viewer, found.patient)}:
        raise TaskRefused("Only members of the patient's clinic can own a task.")
    if owner_id == entry.owner_id:
        raise TaskRefused("It is this person's already.")
    row, before = _row(session, viewer, found, entry, moment), entry.owner_id
    row.owner_id = owner_id
    if entry.item.planned_on is not None:
        _plan_contact(session, viewer, entry, entry.item.planned_on, moment)
    _step(session, viewer, row, "handed_over", moment, remark.strip())
    _note(session, viewer, "hand_over_task", row, {"owner": [before, owner_id]})


def finish(session: Session, viewer: Viewer, aim: Aim, how: str, remark: str, moment: Moment) -> None:
    """Say that it is done, or that nobody needs it any more; what a rule can see for itself is refused."""
    found, entry = _stands(session, viewer, aim, moment)
    _refuse(refuse_done(entry.item))
    if how == DROPPED and (entry.item.code or not remark.strip()):
        raise TaskRefused("Only a task written by hand is dropped, with the reason.")
    row = _row(session, viewer, found, entry, moment)
    row.done_at = moment.at
    _step(session, viewer, row, how, moment, remark.strip())
    _note(session, viewer, "finish_task", row, {"how": how})


def reword(session: Session, viewer: Viewer, aim: Aim, title: str, moment: Moment) -> None:
    """Write a task of one's own hand in other words; those of before stay in its history."""
    found, entry = _stands(session, viewer, aim, moment)
    if entry.item.code:
        raise TaskRefused("The words of a rule are the protocol's.")
    row = _row(session, viewer, found, entry, moment)
    before, row.title = row.title, title
    _step(session, viewer, row, "changed", moment, before)
    _note(session, viewer, "reword_task", row, {"fields": ["title"]})


def reopen(session: Session, viewer: Viewer, aim: Aim, moment: Moment) -> None:
    """Take back that it is done."""
    found = place(session, viewer, aim.patient_id, aim.thing, moment.clock, lock=True)
    last = found.last_done
    if last is None or found.entry is not None:
        raise NothingToDo
    row = session.get_one(Task, (viewer.org_id, last.stored.id))
    row.done_at = None
    _step(session, viewer, row, "reopened", moment)
    _note(session, viewer, "reopen_task", row, {})


def see(session: Session, viewer: Viewer, aim: Aim, moment: Moment) -> None:
    """This person has seen it; it stays new for everybody else."""
    found = place(session, viewer, aim.patient_id, aim.thing, moment.clock)
    if found.row_id is None:
        raise NothingToDo
    mine = select(Acknowledgement).where(
        Acknowledgement.org_id == viewer.org_id, Acknowledgement.account_id == viewer.account_id,
        Acknowledgement.subject == TASK, Acknowledgement.subject_id == found.row_id,
    )  # fmt: skip
    row = session.scalar(mine)
    if row is None:
        row = Acknowledgement(
            org_id=viewer.org_id, account_id=viewer.account_id, subject=TASK, subject_id=found.row_id
        )
        session.add(row)
    row.at = moment.at
    act = audit.Act("see_task", "task", "task", found.row_id, [found.patient.id])
    audit.record(session, viewer, act)


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something to do for a patient, written by hand."""

    patient_id: UUID
    title: str
    due_on: date
    owner_id: UUID


def write_task(session: Session, viewer: Viewer, new: NewTask, moment: Moment) -> Task:
    """Write a task by hand; its owner is a member of the patient's clinic."""
    patient = scope.patient(session, viewer, new.patient_id, "work_tasks")
    if new.owner_id not in {key for key, _ in owners(session, viewer, patient)}:
        raise TaskRefused("Only members of the patient's clinic can own a task.")
    episode = scope.current_episode(session, viewer, patient.id, "work_tasks")
    row = Task(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, title=new.title, owner_id=new.owner_id, due_on=new.due_on,
        episode_id=episode.id if episode and episode.closed_on is None else None, created_by=viewer.account_id,
        created_at=moment.at,
    )  # fmt: skip
    session.add(row)
    _flush(session, row)
    _step(session, viewer, row, "created", moment)
    _note(session, viewer, "write_task", row, {"due_on": new.due_on, "owner": new.owner_id})
    return row


def _stands(session: Session, viewer: Viewer, aim: Aim, moment: Moment) -> tuple[Place, Entry]:
    """The thing as it stands, locked; whoever has not seen its last change is told (`Changed`)."""
    found = place(session, viewer, aim.patient_id, aim.thing, moment.clock, lock=True)
    if found.entry is None:
        raise NothingToDo
    if found.entry.version != aim.version:
        raise Changed(found)
    return found, found.entry


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise TaskRefused(sentence)


def _row(session: Session, viewer: Viewer, found: Place, entry: Entry, moment: Moment) -> Task:
    """The stored task; the first act on what a rule asks for writes one."""
    if entry.kept is not None:
        return session.get_one(Task, (viewer.org_id, entry.kept.stored.id))
    item = entry.item
    row = Task(
        org_id=viewer.org_id, id=uuid4(), patient_id=found.patient.id, episode_id=entry.episode_id, code=item.code,
        title=item.title, owner_id=entry.owner_id or viewer.account_id, due_on=item.planned_on or item.due_on,
        created_by=viewer.account_id, created_at=moment.at,
    )  # fmt: skip
    session.add(row)
    return row


def _plan_contact(session: Session, viewer: Viewer, entry: Entry, day: date, moment: Moment) -> None:
    """The next contact has one day, here and on the caseload."""
    if entry.item.planned_on is None:
        return
    policies.check(viewer, "record_contact")
    mine = NextAction.org_id == viewer.org_id, NextAction.episode_id == entry.episode_id
    row = session.scalar(select(NextAction).where(*mine))
    if row is None:
        row = _first_plan(viewer, entry.episode_id, entry.item, entry.owner_id)
        session.add(row)
    before, row.due_on = row.due_on, day
    row.changed_at, row.changed_by = moment.at, viewer.account_id
    detail = {"due_on": [before, day]}
    act = audit.Act("set_next_action", "plan", "episode", row.episode_id, [entry.person.patient_id], detail)
    audit.record(session, viewer, act)


def _first_plan(viewer: Viewer, episode_id: UUID | None, item: Item, owner_id: UUID | None) -> NextAction:
    words = item.title.rstrip(".")
    return NextAction(org_id=viewer.org_id, episode_id=episode_id, action=words, owner_id=owner_id)


def _step(
    session: Session, viewer: Viewer, row: Task, kind: str, moment: Moment, reason: str = "",
    due_on: date | None = None,
) -> None:  # fmt: skip
    _flush(session, row)
    step = TaskStep(
        org_id=viewer.org_id, task_id=row.id, kind=kind, reason=reason, due_on=due_on or row.due_on,
        owner_id=row.owner_id, by_id=viewer.account_id, at=moment.at,
    )  # fmt: skip
    session.add(step)


def _flush(session: Session, row: Task) -> None:
    """Of two who save in the same moment, the later one is told."""
    try:
        session.flush()
    except StaleDataError as error:
        raise Changed(row) from error


def _note(session: Session, viewer: Viewer, action: str, row: Task, detail: dict[str, Any]) -> None:
    """The trail has the days, the owner and the rule, never the words."""
    told = {"code": row.code or "by hand", **detail}
    audit.record(session, viewer, audit.Act(action, "task", "task", row.id, [row.patient_id], told))
