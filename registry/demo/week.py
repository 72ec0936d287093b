"""Work written by hand: tasks that wait, one that is late, one put off, one done, one handed on; and who covers whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from registry.demo.cast import Clinic, Clinician
from registry.demo.rows import Rows, at, working, working_before


@dataclass(frozen=True)
class Plan:
    """One task: the days from today to its day, and what became of it."""

    title: str
    days: int
    fate: str = ""
    """snoozed, done or handed_over; empty while it waits."""
    reason: str = ""


TASKS = (
    Plan("Fax the sleep questionnaire to the PCP's office", 0),
    Plan("Ask the pharmacy about the prior authorization", -3),
    Plan("Send the patient the bus schedule for the clinic", 2),
    Plan("Ask the school counselor for a time to talk", 3, "snoozed", "Fall break until then"),
    Plan("Mail the benefits letter", -2, "done", "Mailed with the form"),
    Plan("Go through the plan with the daughter", 4, "handed_over", "You know the family"),
)
AWAY = ((-25, -21, "Training week"), (11, 17, "Vacation"))
"""Cover periods as days from today: one that is over, and one to come."""


def plan(rows: Rows, clinics: Sequence[Clinic], stand_in: Clinician, today: date) -> None:
    """Tasks in each clinic's caseload; the first clinic's care manager is away now and then."""
    for clinic in clinics:
        for episode, task in zip(_followed(rows, clinic), TASKS, strict=False):
            _write(rows, clinic, episode, task, stand_in, today)
    for begin, end, reason in AWAY:
        from_on, until_on = today + timedelta(days=begin), today + timedelta(days=end)
        rows.add("cover", account_id=clinics[0].care_manager.id, covered_by=stand_in.id, from_on=from_on,
                 until_on=until_on, reason=reason, created_by=clinics[0].care_manager.id,
                 created_at=at(working_before(min(from_on, today) - timedelta(days=7))))  # fmt: skip


def _followed(rows: Rows, clinic: Clinic) -> list[dict[str, Any]]:
    """Every ninth open episode of the care manager, so that the tasks are spread over the caseload."""
    mine = [
        row for row in rows.tables["episode"]
        if row["care_manager_id"] == clinic.care_manager.id and row["enrolled_on"] and not row["closed_on"]
    ]  # fmt: skip
    return mine[4::9]


def _write(
    rows: Rows, clinic: Clinic, episode: dict[str, Any], task: Plan, stand_in: Clinician, today: date
) -> None:
    """The task with its steps, all of them before today."""
    manager, due = clinic.care_manager.id, working(today + timedelta(days=task.days))
    written = at(working_before(min(due, today) - timedelta(days=4)), 16)
    last = at(working_before(today), 17)
    until = working(today + timedelta(days=9)) if task.fate == "snoozed" else None
    owner = stand_in.id if task.fate == "handed_over" else manager
    key = rows.add("task", patient_id=episode["patient_id"], episode_id=episode["id"], title=task.title, owner_id=owner,
                   due_on=due, snoozed_until=until, done_at=last if task.fate == "done" else None, created_by=manager,
                   created_at=written)  # fmt: skip
    _step(rows, key, "created", due, manager, manager, written)
    if task.fate:
        _step(rows, key, task.fate, until or due, owner, manager, last, task.reason)


def _step(
    rows: Rows, task: UUID, kind: str, due: date, owner: UUID, by: UUID, moment: Any, reason: str = ""
) -> None:
    rows.add(
        "task_step", task_id=task, kind=kind, reason=reason, due_on=due, owner_id=owner, by_id=by, at=moment
    )
