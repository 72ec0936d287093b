"""The nightly digest: each care manager learns how much waits for them, in numbers, without a name."""

from collections import Counter
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import System
from registry.clinical.findings import Urgency
from registry.clinical.loop import late_lines, standings
from registry.clinical.views import is_active, is_due_this_week, standing
from registry.jobs.runner import Slot, Works, run_once
from registry.models import Account, Clinic, Episode, OutboxMail
from registry.snapshots import snapshots

FROM_HOUR = 4
"""Hour of the clinic's night from which the digest of a day is written."""
SUBJECT = "Your caseload today"


def write_digests(works: Works, now: datetime) -> int:
    """Write the digest of the day for each care manager; once a person and day."""
    with works.transaction() as session:
        people = _care_managers(session)
    return sum(_write(works, org_id, account_id, zone, now) for org_id, account_id, zone in people)


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


def _write(works: Works, org_id: UUID, account_id: UUID, zone: str, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(zone))
    if local.hour < FROM_HOUR:
        return False

    def work(session: Session) -> None:
        account = session.get_one(Account, account_id)
        body, patients = digest(session, org_id, account_id, local.date(), works.base_url)
        session.add(
            OutboxMail(
                org_id=org_id,
                id=uuid4(),
                to_address=account.email,
                subject=SUBJECT,
                body=body,
                written_at=now,
            )
        )
        audit.record(
            session, System(org_id, "digest job"), audit.Act("digest", "findings", patients=patients)
        )

    return run_once(works, Slot(org_id, "digest", f"{account_id} {local.date()}"), work, now)


def digest(
    session: Session, org_id: UUID, account_id: UUID, today: date, base_url: str
) -> tuple[str, list[UUID]]:
    """The text of one digest, and whose findings were counted."""
    chosen = select(Episode.id).where(
        Episode.org_id == org_id, Episode.care_manager_id == account_id, Episode.closed_on.is_(None)
    )
    found = snapshots(session, org_id, chosen)
    seen = [(one.subject.patient_id, standing(one.facts, one.protocol(today), today)) for one in found]
    advice = [told for one in found for told in standings(one.facts, one.protocol(today), today)]
    most_urgent = Counter(one.findings[0].urgency for _, one in seen if one.findings)
    due = sum(is_due_this_week(one) for _, one in seen)
    active = sum(is_active(one) for _, one in seen)
    lines = [f"Patients in your care: {active}. Due this week: {due}."]
    lines += [
        f"{urgency.label}: {most_urgent[urgency]} patients." for urgency in Urgency if most_urgent[urgency]
    ]
    if late := late_lines(advice, today):
        lines += ["", *late, f"Open what is late: {base_url}/loop/?late=1"]
    lines += [
        "",
        f"Open your caseload: {base_url}/caseload/",
        "",
        "This mail names nobody, and replies to it are not read.",
    ]
    return "\n".join(lines), [patient for patient, _ in seen]
