"""The report of the loop: advice that was signed in a period, and patients who were not improved in it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.policies import clinics
from registry.access.viewer import Viewer
from registry.advice import Given
from registry.clinical.stuck import Stuck, stuck
from registry.loop.queries.ledger import SEE, Line, followed_up, of_period
from registry.models import Clinic, Episode
from registry.snapshots import Snapshot, snapshots


@dataclass(frozen=True, slots=True)
class Period:
    """From and to, both days counted, and a clinic where only one is asked for."""

    since: date
    until: date
    clinic_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NotImproved:
    """A patient whose score showed no improvement in the period."""

    snapshot: Snapshot
    stuck: Stuck


@dataclass(frozen=True, slots=True)
class Told:
    """What the report counts."""

    clinics: tuple[Clinic, ...]
    lines: tuple[Line, ...]
    not_improved: tuple[NotImproved, ...]

    def of(self, clinic_id: UUID | None) -> "Told":
        """The part of one clinic; all of it without one."""
        if clinic_id is None:
            return self
        return Told(
            tuple(one for one in self.clinics if one.id == clinic_id),
            tuple(one for one in self.lines if one.given.subject.clinic_id == clinic_id),
            tuple(one for one in self.not_improved if one.snapshot.subject.clinic_id == clinic_id),
        )


def told(session: Session, viewer: Viewer, period: Period, today: date) -> Told:
    """Everything of the period, in a fixed number of statements; an episode counts once it was enrolled."""
    here = _clinics(session, viewer, period)
    mine = scope.episodes(viewer, SEE).with_only_columns(Episode.id)
    chosen = of_period(mine, period.since, period.until).where(
        Episode.enrolled_on.is_not(None), Episode.clinic_id.in_([clinic.id for clinic in here])
    )
    found = snapshots(session, viewer.org_id, chosen)
    given = (
        Given(one, review, advice)
        for one in found
        for review in one.facts.reviews
        if period.since <= review.on <= period.until
        for advice in review.recommendations
    )
    return Told(here, tuple(followed_up(given, today)), tuple(_not_improved(found, period, today)))


def _clinics(session: Session, viewer: Viewer, period: Period) -> tuple[Clinic, ...]:
    """The clinics of the viewer's scope, or the one that is asked for."""
    if period.clinic_id is not None:
        return (scope.clinic(session, viewer, period.clinic_id, SEE),)
    return tuple(scope.visible_clinics(session, viewer, SEE))


def _not_improved(found: list[Snapshot], period: Period, today: date) -> list[NotImproved]:
    """Those whose first such score was taken in the period."""
    judged = ((one, stuck(one.facts, one.protocol(today), today)) for one in found)
    return [
        NotImproved(one, when)
        for one, when in judged
        if when is not None and period.since <= when.since <= period.until
    ]


def record_read(session: Session, viewer: Viewer, action: str, shown: Told, period: Period) -> None:
    """The report counts patients of these clinics; who they are stands in the trail."""
    patients = {one.given.subject.patient_id for one in shown.lines}
    patients |= {one.snapshot.subject.patient_id for one in shown.not_improved}
    detail = {"since": period.since, "until": period.until, "clinics": len(clinics(viewer, SEE))}
    act = audit.Act(action, "review", "loop_report", viewer.account_id, patients, detail)
    audit.record(session, viewer, act)
