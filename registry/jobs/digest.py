"""The nightly digest: each care manager learns how much waits for them, in numbers, without a patient's name.

While somebody is away their digest goes to whoever covers them, beside that person's own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import System
from registry.clinical.dates import spell
from registry.clinical.findings import Urgency
from registry.clinical.loop import late_lines, standings
from registry.clinical.views import is_active, is_due_this_week, standing
from registry.clinical.week import monday
from registry.covering import holds_on
from registry.jobs.runner import Slot, Works, run_once
from registry.models import Account, Clinic, Cover, Episode, OutboxMail, Patient
from registry.snapshots import snapshots
from registry.workload import Asked, entries

FROM_HOUR = 4
"""Hour of the clinic's night from which the digest of a day is written."""
SUBJECT = "Your caseload today"


@dataclass(frozen=True, slots=True)
class Section:
    """Whose work is counted; covered people are named with their last day away."""

    account_id: UUID
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One digest: to whom, for which day of their clinic, about whose work."""

    org_id: UUID
    account_id: UUID
    day: date
    sections: tuple[Section, ...]


def write_digests(works: Works, now: datetime) -> int:
    """Write the digest of the day for each care manager, or for who covers them; once a person and day."""
    with works.transaction() as session:
        letters = list(_letters(session, now))
    return sum(_write(works, letter, now) for letter in letters)


def _letters(session: Session, now: datetime) -> Iterator[Letter]:
    """Every letter whose day has begun: one's own work unless one is away, then that of whom one covers."""
    found: dict[tuple[UUID, UUID, date], list[Section]] = {}
    for org_id, account_id, zone in _care_managers(session):
        local = now.astimezone(ZoneInfo(zone))
        if local.hour < FROM_HOUR:
            continue
        cover = _cover(session, org_id, account_id, local.date())
        if cover is None:
            found.setdefault((org_id, account_id, local.date()), []).insert(0, Section(account_id))
        else:
            name = session.get_one(Account, account_id).name
            heading = f"For {name}, who is away until {spell(cover.until_on)}:"
            found.setdefault((org_id, cover.covered_by, local.date()), []).append(
                Section(account_id, heading)
            )
    for (org_id, account_id, day), sections in found.items():
        yield Letter(org_id, account_id, day, tuple(sections))


def _care_managers(session: Session) -> list[tuple[UUID, UUID, str]]:
    """(organisation, account, time zone) of everybody with an open caseload; the zone of their first clinic."""
    rows = session.execute(
        select(Episode.org_id, Episode.care_manager_id, Clinic.timezone, Clinic.name)
        .join(Clinic, (Clinic.org_id == Episode.org_id) & (Clinic.id == Episode.clinic_id))
        .join(Account, Account.id == Episode.care_manager_id)
        .where(Episode.closed_on.is_(None), Account.active)
        .distinct()
        .order_by(Clinic.name)
    )
    first = {(row.org_id, row.care_manager_id): row.timezone for row in reversed(rows.all())}
    return [(org_id, account_id, zone) for (org_id, account_id), zone in first.items()]


def _cover(session: Session, org_id: UUID, account_id: UUID, day: date) -> Cover | None:
    """The period that holds for somebody who is away, where the colleague can still sign in."""
    theirs = select(Cover).join(Account, Account.id == Cover.covered_by)
    return session.scalar(
        theirs.where(Cover.org_id == org_id, Cover.account_id == account_id, holds_on(day), Account.active)
    )


def _write(works: Works, letter: Letter, now: datetime) -> bool:
    def work(session: Session) -> None:
        account = session.get_one(Account, letter.account_id)
        body, patients = digest(session, letter.org_id, letter.sections, letter.day, works.base_url)
        session.add(
            OutboxMail(
                org_id=letter.org_id,
                id=uuid4(),
                to_address=account.email,
                subject=SUBJECT,
                body=body,
                written_at=now,
            )
        )
        audit.record(
            session, System(letter.org_id, "digest job"), audit.Act("digest", "findings", patients=patients)
        )

    return run_once(works, Slot(letter.org_id, "digest", f"{letter.account_id} {letter.day}"), work, now)


def digest(
    session: Session, org_id: UUID, sections: Sequence[Section], today: date, base_url: str
) -> tuple[str, list[UUID]]:
    """The text of one digest, and whose findings were counted."""
    lines: list[str] = []
    counted: list[UUID] = []
    for section in sections:
        told, patients = _section(session, org_id, section, today, base_url)
        lines += [*told, ""]
        counted += patients
    lines += [
        f"Open your caseload: {base_url}/caseload/",
        f"Open your week: {base_url}/week/",
        "",
        "This mail names no patient, and replies to it are not read.",
    ]
    return "\n".join(lines), counted


def _section(
    session: Session, org_id: UUID, section: Section, today: date, base_url: str
) -> tuple[list[str], list[UUID]]:
    """The numbers of one person's work."""
    chosen = select(Episode.id).where(
        Episode.org_id == org_id, Episode.care_manager_id == section.account_id, Episode.closed_on.is_(None)
    )
    found = snapshots(session, org_id, chosen)
    seen = [(one.subject.patient_id, standing(one.facts, one.protocol(today), today)) for one in found]
    advice = [told for one in found for told in standings(one.facts, one.protocol(today), today)]
    most_urgent = Counter(one.findings[0].urgency for _, one in seen if one.findings)
    due = sum(is_due_this_week(one) for _, one in seen)
    active = sum(is_active(one) for _, one in seen)
    lines = [section.heading] if section.heading else []
    lines += [f"Patients in your care: {active}. Due this week: {due}."]
    lines += [
        f"{urgency.label}: {most_urgent[urgency]} patients." for urgency in Urgency if most_urgent[urgency]
    ]
    lines.append(_tasks(session, org_id, section.account_id, today))
    if late := late_lines(advice, today):
        whose = f"&manager={section.account_id}" if section.heading else ""
        lines += ["", *late, f"Open what is late: {base_url}/loop/?late=1{whose}"]
    return lines, [patient for patient, _ in seen]


def _tasks(session: Session, org_id: UUID, account_id: UUID, today: date) -> str:
    """What stands on today in this person's week."""
    asked = Asked(frozenset({account_id}), today, datetime.combine(monday(today), time.min, UTC))
    found = entries(session, org_id, Patient.org_id == org_id, asked)
    items = [entry.item for entry in found if entry.item.day == today]
    late = sum(item.late_since is not None for item in items)
    return f"Things to do today: {len(items)}, of them late: {late}."
