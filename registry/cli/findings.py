"""`flask findings`: every active episode with what the rules find in it, on any day."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.access import scope
from registry.access.viewer import System
from registry.cli.database import clinic_id_named, opened
from registry.clinical.findings import Finding
from registry.clinical.protocol import Protocol
from registry.clinical.views import Standing, is_active, standing
from registry.models import Episode
from registry.snapshots import Subject, snapshots
from registry.snapshots.protocols import protocol_for


@dataclass(frozen=True, slots=True)
class Found:
    """One active episode and how it stands."""

    subject: Subject
    standing: Standing


@click.command("findings")
@click.option("--clinic", metavar="NAME", help="One clinic; else all.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to look back to; else today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def findings(clinic: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Print every active episode with its findings and their reasons, as known at the end of a day.

    Each patient is judged by the protocol that held for the clinic on that day. Patients are named by their MRN. That
    they were read is recorded in the audit trail.
    """
    today = day_asked(as_of)
    with opened("flask findings") as (session, who):
        clinic_id = clinic_id_named(session, who, clinic)
        found = _active(session, who, clinic_id, today)
        protocol = protocol_for(session, who.org_id, clinic_id, today)
    click.echo(_as_json(found, today, protocol) if as_json else _as_table(found, today, protocol))


def day_asked(as_of: datetime | None) -> date:
    """The day to look back to, else today; what is to come is not known and refused."""
    today = as_of.date() if as_of else clock.today()
    if today > clock.today():
        raise click.BadParameter("that day is still to come", param_hint="--as-of")
    return today


def _active(session: Session, who: System, clinic_id: UUID | None, today: date) -> list[Found]:
    """The active episodes of a clinic or of all, and the trace of having read them."""
    subjects = snapshots(session, who.org_id, _enrolled(who.org_id, clinic_id, today))
    seen = [Found(s.subject, standing(s.facts, s.protocol(today), today)) for s in subjects]
    active = [one for one in seen if is_active(one.standing)]
    patients = [one.subject.patient_id for one in active]
    detail = {"as_of": today.isoformat(), "clinic": str(clinic_id or "all")}
    audit.record(session, who, audit.Act("read_findings", "caseload", "command", "", patients, detail))
    return active


def _enrolled(org_id: UUID, clinic_id: UUID | None, today: date) -> Select[UUID]:
    """Episodes that were open and enrolled on the day."""
    found = select(Episode.id).where(
        Episode.org_id == org_id, scope.open_on(today), Episode.enrolled_on <= today
    )
    return found if clinic_id is None else found.where(Episode.clinic_id == clinic_id)


def _as_json(found: list[Found], today: date, protocol: Protocol) -> str:
    """The version that held for the clinic, else the organisation, on the day; and with each episode its own."""
    episodes = [_episode(one) for one in found]
    facts = {"as_of": today.isoformat(), "protocol": protocol.version, "episodes": episodes}
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _episode(one: Found) -> dict[str, Any]:
    who, seen = one.subject, one.standing.picture
    return {
        "episode_id": str(who.episode_id),
        "patient_id": str(who.patient_id),
        "mrn": who.mrn,
        "clinic": who.clinic,
        "care_manager": who.care_manager,
        "status": seen.status,
        "weeks": seen.days // 7,
        "protocol": seen.protocol.version,
        "findings": [_finding(found) for found in one.standing.findings],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code,
        "urgency": found.urgency.name.lower(),
        "tag": found.tag,
        "label": found.label,
        "reason": found.sentence,
        "action": found.action,
        "who": found.who,
        "source": found.source,
        "awaiting_sign_off": found.awaiting_sign_off,
    }


def _as_table(found: list[Found], today: date, protocol: Protocol) -> str:
    """One line a finding, the most urgent of a patient first; a patient without one has a line too."""
    versions = sorted({one.standing.picture.protocol.version for one in found} or {protocol.version})
    title = f"{len(found)} active episodes as of {today.isoformat()}, protocol {', '.join(versions)}"
    lines = [("MRN", "Clinic", "Urgency", "Rule", "Reason"), *(line for one in found for line in _lines(one))]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    table = [
        "  ".join([*(c.ljust(w) for c, w in zip(line, widths, strict=False)), line[4]]) for line in lines
    ]
    return "\n".join([title, "", *table])


def _lines(one: Found) -> list[tuple[str, str, str, str, str]]:
    mrn, clinic = one.subject.mrn, one.subject.clinic
    found = [(mrn, clinic, f.urgency.label, f.code, f.sentence) for f in one.standing.findings]
    return found or [(mrn, clinic, "", "", "nothing found")]
