"""What the pages about plans read: every version of a plan, and what stands beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.clinical.facts import EpisodeFacts, FactId
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol
from registry.clinical.trackers import Tracked
from registry.documents.sheets import Team
from registry.models import Account, Activity, Clinic, Patient, PatientPlan, SafetyPlan, TherapyCourse
from registry.records import from_version
from registry.snapshots import Snapshot, Subject, snapshot, without_episode
from registry.snapshots.trackers import tracked

SEE, WRITE, PRINT = "see_chart", "write_plan", "print_chart"


class Version(NamedTuple):
    """One version of a plan and who wrote it."""

    row: PatientPlan
    by: str


class Overview(NamedTuple):
    """The plans that stand, by their kind: the day of each."""

    made_on: dict[str, date]
    safety_on: date | None


class Ground(NamedTuple):
    """A patient on the way to paper: the clinic, the facts, and who looks after them where there is an episode."""

    patient: Patient
    clinic: str
    facts: EpisodeFacts
    subject: Subject | None
    snapshot: Snapshot | None
    trackers: Sequence[Tracked] = ()
    targets: Mapping[FactId, str] = {}
    """Of each course of therapy."""
    activities: Sequence[tuple[date, str]] = ()
    """Planned and not yet asked about, the first one first."""

    @property
    def name(self) -> str:
        """The patient's name as the patient says it."""
        return f"{self.patient.given_name} {self.patient.family_name}"

    @property
    def team(self) -> Team:
        """Whom this patient calls."""
        who = self.subject
        return (
            Team(self.clinic, who.care_manager, who.care_manager_phone, who.pcp) if who else Team(self.clinic)
        )

    def protocol(self, today: date) -> Protocol:
        """The protocol that holds for the patient."""
        return self.snapshot.protocol(today) if self.snapshot else DEFAULT_PROTOCOL


def patient(session: Session, viewer: Viewer, patient_id: UUID, action: str = SEE) -> Patient:
    """The patient for whom this person may do the action, or `NotVisible`."""
    return scope.patient(session, viewer, patient_id, action)


def versions(session: Session, viewer: Viewer, patient_id: UUID, kind: str) -> list[Version]:
    """Every version of a kind that stands, the last first."""
    found = (
        select(PatientPlan, Account.name)
        .outerjoin(Account, Account.id == PatientPlan.recorded_by)
        .where(
            PatientPlan.org_id == viewer.org_id,
            PatientPlan.patient_id == patient_id,
            PatientPlan.kind == kind,
            PatientPlan.in_error.is_(False),
        )
        .order_by(PatientPlan.made_on.desc(), PatientPlan.recorded_at.desc(), PatientPlan.id)
    )
    return [Version(row, name or "") for row, name in session.execute(found)]


def versions_since(
    session: Session, viewer: Viewer, patient_id: UUID, kind: str, version: UUID | None
) -> list[PatientPlan]:
    """One version that stands and all after it, the last first; without a version the last alone."""
    return from_version([one.row for one in versions(session, viewer, patient_id, kind)], version)


def overview(session: Session, viewer: Viewer, patient_id: UUID) -> Overview:
    """Which plans there are, and of what day."""
    mine = (
        PatientPlan.org_id == viewer.org_id,
        PatientPlan.patient_id == patient_id,
        PatientPlan.in_error.is_(False),
    )
    made = select(PatientPlan.kind, PatientPlan.made_on).where(*mine).order_by(PatientPlan.made_on)
    safety = select(SafetyPlan.made_on).where(
        SafetyPlan.org_id == viewer.org_id,
        SafetyPlan.patient_id == patient_id,
        SafetyPlan.in_error.is_(False),
    )
    return Overview(
        {row.kind: row.made_on for row in session.execute(made)},
        session.scalars(safety.order_by(SafetyPlan.made_on.desc()).limit(1)).first(),
    )


def plan(session: Session, viewer: Viewer, plan_id: UUID, action: str = WRITE) -> tuple[Patient, PatientPlan]:
    """One version that stands, of a visible patient; or `NotVisible`."""
    found = session.get(PatientPlan, (viewer.org_id, plan_id))
    if found is None or found.in_error:
        raise NotVisible("plan")
    return patient(session, viewer, found.patient_id, action), found


def ground(session: Session, viewer: Viewer, patient_id: UUID) -> Ground:
    """What paper for a visible patient is made of."""
    one = patient(session, viewer, patient_id, PRINT)
    found = whole(session, viewer, patient_id)
    clinic = select(Clinic.name).where(Clinic.org_id == viewer.org_id, Clinic.id == one.clinic_id)
    facts = found.facts if found else without_episode(session, one)
    return Ground(one, session.scalar(clinic) or "", facts, found.subject if found else None, found)


def progress_ground(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> Ground:
    """The same with what the patient follows, wants from therapy and plans to do."""
    return ground(session, viewer, patient_id)._replace(
        trackers=tracked(session, viewer.org_id, [patient_id], today).get(patient_id, ()),
        targets=_targets(session, viewer, patient_id),
        activities=_activities(session, viewer, patient_id, today),
    )


def _targets(session: Session, viewer: Viewer, patient_id: UUID) -> dict[FactId, str]:
    table = TherapyCourse
    rows = select(table.id, table.targets).where(
        table.org_id == viewer.org_id,
        table.patient_id == patient_id,
        table.in_error.is_(False),
        table.targets != "",
    )
    return {row.id: row.targets for row in session.execute(rows)}


def _activities(session: Session, viewer: Viewer, patient_id: UUID, today: date) -> list[tuple[date, str]]:
    table = Activity
    rows = select(table.planned_on, table.title).where(
        table.org_id == viewer.org_id,
        table.patient_id == patient_id,
        table.in_error.is_(False),
        table.planned_on >= today,
        table.done.is_(None),
    )
    return [
        (row.planned_on, row.title) for row in session.execute(rows.order_by(table.planned_on, table.title))
    ]


def whole(session: Session, viewer: Viewer, patient_id: UUID) -> Snapshot | None:
    """The facts of the open episode, else of the last one; nothing where there is none."""
    episode = scope.current_episode(session, viewer, patient_id)
    return snapshot(session, viewer.org_id, episode.id) if episode else None


def record_read(session: Session, viewer: Viewer, what: str, patient_id: UUID, **detail: Any) -> None:
    """Leave the trace of a page or a paper that showed the patient."""
    audit.record(session, viewer, audit.Act("read", "plan", what, patient_id, [patient_id], detail))


def latest(found: Sequence[Version]) -> PatientPlan | None:
    """The version that holds."""
    return found[0].row if found else None
