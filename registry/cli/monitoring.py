"""`flask monitoring due`: every reading that a medication of an active episode asks for and does not have."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import System
from registry.cli.database import clinic_id_named, opened
from registry.cli.findings import day_asked
from registry.clinical.choices import ANTIPSYCHOTICS
from registry.clinical.monitoring import DONE, Watch
from registry.clinical.monitoring import monitoring as watched
from registry.clinical.readings import value_told
from registry.models import Episode
from registry.snapshots import Subject, snapshots


class Open(NamedTuple):
    """One reading of one patient that is due, overdue or out of range."""

    subject: Subject
    watch: Watch
    protocol: str
    """The version that held in the clinic on the day."""

    @property
    def state(self) -> str:
        """Out of range comes before due."""
        return "out_of_range" if self.watch.is_open else self.watch.state


@click.group("monitoring")
def monitoring() -> None:
    """Readings that medications ask for."""


@monitoring.command("due")
@click.option("--clinic", metavar="NAME", help="One clinic; else all.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to look back to; else today.")
@click.option(
    "--antipsychotics",
    type=click.Choice(list(ANTIPSYCHOTICS.names)),
    help="The schedule for antipsychotics; else the one that each clinic's protocol had chosen by that day.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def due(clinic: str | None, as_of: datetime | None, antipsychotics: str | None, as_json: bool) -> None:
    """Print what is due, overdue or out of range in the active episodes, as known at the end of a day.

    Patients are named by their MRN. That they were read is recorded in the audit trail.
    """
    today = day_asked(as_of)
    with opened("flask monitoring due") as (session, who):
        found = _open(session, who, clinic_id_named(session, who, clinic), today, antipsychotics)
    click.echo(_as_json(found, today, antipsychotics) if as_json else _as_table(found, today))


def _open(
    session: Session, who: System, clinic_id: UUID | None, today: date, antipsychotics: str | None
) -> list[Open]:
    """Every open reading, the patients by name, and the trace of having read them."""
    subjects = snapshots(session, who.org_id, _active(who.org_id, clinic_id, today))
    found = [
        Open(one.subject, watch, held.version)
        for one in subjects
        for held in [one.protocol(today)]
        for watch in watched(one.facts, today, antipsychotics or held.antipsychotics.value)
        if watch.state != DONE or watch.is_open
    ]
    detail = {"as_of": today.isoformat(), "clinic": str(clinic_id or "all")}
    patients = list(dict.fromkeys(one.subject.patient_id for one in found))
    audit.record(session, who, audit.Act("read_monitoring", "medication", "command", "", patients, detail))
    return found


def _active(org_id: UUID, clinic_id: UUID | None, today: date) -> Select[UUID]:
    """Episodes that were open and enrolled on the day."""
    found = select(Episode.id).where(
        Episode.org_id == org_id, scope.open_on(today), Episode.enrolled_on <= today
    )
    return found if clinic_id is None else found.where(Episode.clinic_id == clinic_id)


def _as_json(found: list[Open], today: date, antipsychotics: str | None) -> str:
    facts = {
        "as_of": today.isoformat(),
        "antipsychotics": antipsychotics or "protocol",
        "due": [_item(one) for one in found],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _item(one: Open) -> dict[str, Any]:
    watch, last = one.watch, one.watch.last
    return {
        "episode_id": str(one.subject.episode_id),
        "patient_id": str(one.subject.patient_id),
        "mrn": one.subject.mrn,
        "clinic": one.subject.clinic,
        "care_manager": one.subject.care_manager,
        "protocol": one.protocol,
        "medication": watch.drug,
        "code": watch.code,
        "reading": watch.label,
        "state": one.state,
        "due_on": watch.due_on and watch.due_on.isoformat(),
        "last_on": last and last.on.isoformat(),
        "last_value": last and last.value,
        "unit": last.unit if last else "",
        "problem": watch.problem.text if watch.problem else "",
        "urgent": bool(watch.problem and watch.problem.urgent),
        "because": watch.why,
        "source": watch.source,
        "awaiting_sign_off": watch.awaiting_sign_off,
    }


def _as_table(found: list[Open], today: date) -> str:
    """One line a reading."""
    title = f"{len(found)} readings due, overdue or out of range as of {today.isoformat()}"
    lines = [("MRN", "Clinic", "Medication", "Reading", "State", "Due", "Last"), *map(_line, found)]
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    table = list(_padded(lines, widths))
    return "\n".join([title, "", *table])


def _padded(lines: list[tuple[str, ...]], widths: list[int]) -> Iterator[str]:
    for line in lines:
        yield "  ".join([*(c.ljust(w) for c, w in zip(line, widths, strict=False)), line[6]]).rstrip()


def _line(one: Open) -> tuple[str, ...]:
    watch, last = one.watch, one.watch.last
    value = "" if last is None else f"{last.on} {'' if last.value is None else value_told(last)}"
    return (
        one.subject.mrn,
        one.subject.clinic,
        watch.drug,
        watch.label,
        one.state.replace("_", " "),
        str(watch.due_on or ""),
        value.strip(),
    )
