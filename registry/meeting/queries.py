"""What the meeting's pages read: whom to look at across clinics, weekly slots, and the meetings that were held."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, run_sheet
from registry.access import scope
from registry.access.policies import CONSULTANT
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.clinical.agenda import AgendaScore, is_carried, order, rank_in
from registry.clinical.forgotten import forgotten
from registry.clinical.meeting import AN_HOUR
from registry.clinical.review_days import Weekly
from registry.clinical.views import Standing, is_active, standing
from registry.models import Account, Clinic, Episode, Membership, ReviewMeeting, ReviewSeries
from registry.run_sheet import ACTION, RunSheet
from registry.snapshots import Snapshot, Subject, snapshots

SHOWN = 20
"""Meetings on the page; older ones are in the trail."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One episode as a meeting sees it."""

    subject: Subject
    standing: Standing
    place: AgendaScore
    carried_from: date | None = None
    """The day of the meeting that did not reach the patient."""

    @property
    def is_to_meet(self) -> bool:
        """On the agenda or carried over, not set aside for the day, and not reviewed on it."""
        return self.place.to_review(self.carried_from) and not self.is_reviewed_today

    @property
    def is_reviewed_today(self) -> bool:
        seen = self.standing.picture
        return seen.review is not None and seen.review.on == seen.today


def caseload(session: Session, viewer: Viewer, clinic_ids: Collection[UUID], today: date) -> list[Entry]:
    """Every active patient of these clinics whom the viewer may see, in the order of the ranking."""
    mine = scope.episodes(viewer, ACTION).with_only_columns(Episode.id)
    chosen = mine.where(Episode.clinic_id.in_(clinic_ids), Episode.closed_on.is_(None))
    carried = run_sheet.carried_over(session, viewer.org_id, chosen, today)
    found = [_entry(one, today, carried) for one in snapshots(session, viewer.org_id, chosen)]
    active = {one.place.episode_id: one for one in found if is_active(one.standing)}
    first = {key for key, one in active.items() if one.carried_from}
    return [active[place.episode_id] for place in order((one.place for one in active.values()), first)]


def of_sheet(session: Session, viewer: Viewer, sheet: RunSheet, today: date) -> dict[UUID, Entry]:
    """The patients of a run-sheet as they stand, by their episode."""
    ids = [case.row.episode_id for case in sheet.cases]
    chosen = select(Episode.id).where(Episode.org_id == viewer.org_id, Episode.id.in_(ids))
    carried = run_sheet.carried_over(session, viewer.org_id, chosen, sheet.meeting.on - timedelta(days=1))
    found = (_entry(one, today, carried) for one in snapshots(session, viewer.org_id, chosen))
    return {one.subject.episode_id: one for one in found}


def _entry(found: Snapshot, today: date, carried: Mapping[UUID, date]) -> Entry:
    seen = standing(found.facts, found.protocol(today), today)
    place, since = rank_in(seen.picture, seen.findings, today), carried.get(found.subject.episode_id)
    return Entry(found.subject, seen, place, since if is_carried(place, since) else None)


def passed_over(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Who was never reviewed, not for long, or not in weeks 8 to 12."""
    return forgotten([(entry, entry.standing.picture) for entry in entries])


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly slot with the names that stand for its keys."""

    row: ReviewSeries
    clinic: str
    consultant: str

    def next_on(self, day: date) -> date | None:
        """The day of its next meeting, that day or later; None where it ends before."""
        return Weekly(self.row.weekday, self.row.from_on, self.row.until_on).on_or_after(day)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The meeting that the weekly slots of a day ask for."""

    slots: tuple[Slot, ...]

    @property
    def clinic_ids(self) -> list[UUID]:
        return list(dict.fromkeys(slot.row.clinic_id for slot in self.slots))

    @property
    def minutes(self) -> int:
        return sum(slot.row.minutes for slot in self.slots)

    @property
    def most(self) -> int:
        """As many patients as there is time for."""
        return max(1, self.minutes * AN_HOUR // 60)


def proposal(slots: Sequence[Slot], viewer: Viewer, today: date) -> Proposal | None:
    """What the consultant's own slots of today ask for; None on another day."""
    mine = [
        one for one in slots if one.row.consultant_id == viewer.account_id and one.next_on(today) == today
    ]
    return Proposal(tuple(mine)) if mine else None


def slots(session: Session, viewer: Viewer, today: date) -> list[Slot]:
    """The weekly slots of the viewer's clinics that have not ended, by weekday and time."""
    clinics = [clinic.id for clinic in scope.visible_clinics(session, viewer, ACTION)]
    rows = session.execute(
        select(ReviewSeries, Clinic.name, Account.name)
        .join(Clinic, (Clinic.org_id == ReviewSeries.org_id) & (Clinic.id == ReviewSeries.clinic_id))
        .join(Account, Account.id == ReviewSeries.consultant_id)
        .where(ReviewSeries.org_id == viewer.org_id, ReviewSeries.clinic_id.in_(clinics))
        .order_by(ReviewSeries.weekday, ReviewSeries.starts_at, Clinic.name)
    ).all()
    return [Slot(*row) for row in rows if _goes_on(row[0], today)]


def _goes_on(row: ReviewSeries, today: date) -> bool:
    """It has not ended, and is to be held at all: one that was changed before it began is not."""
    return row.until_on is None or row.until_on >= max(today, row.from_on)


def slot(session: Session, viewer: Viewer, series_id: UUID) -> ReviewSeries:
    """A weekly slot of one of the viewer's clinics, or `NotVisible`."""
    row = session.get(ReviewSeries, (viewer.org_id, series_id))
    if row is None:
        raise NotVisible("series")
    scope.clinic(session, viewer, row.clinic_id, ACTION)
    return row


def consultants(session: Session, viewer: Viewer, clinic_id: UUID | None = None) -> list[tuple[UUID, str]]:
    """The consultants of the viewer's clinics, or of one of them, by name."""
    clinics = [c.id for c in scope.visible_clinics(session, viewer, ACTION) if clinic_id in (None, c.id)]
    rows = session.execute(
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.org_id == viewer.org_id,
            Membership.clinic_id.in_(clinics),
            Membership.role == CONSULTANT,
            Account.active,
        )
        .distinct()
        .order_by(Account.name)
    ).all()
    return [(row.id, row.name) for row in rows]


def meetings(session: Session, viewer: Viewer) -> list[Any]:
    """The last meetings of the viewer's clinics, the latest first: the row and the consultant's name."""
    mine = {str(clinic.id) for clinic in scope.visible_clinics(session, viewer, ACTION)}
    rows = session.execute(
        select(ReviewMeeting, Account.name)
        .join(Account, Account.id == ReviewMeeting.consultant_id)
        .where(ReviewMeeting.org_id == viewer.org_id)
        .order_by(ReviewMeeting.on.desc(), ReviewMeeting.begun_at.desc())
        .limit(SHOWN * 5)
    ).all()
    return [row for row in rows if mine.intersection(row[0].clinic_ids)][:SHOWN]


def running(session: Session, viewer: Viewer) -> list[ReviewMeeting]:
    """The viewer's own meetings of clinics that they still work in, which nobody has ended, the latest first."""
    mine = {str(clinic.id) for clinic in scope.visible_clinics(session, viewer, ACTION)}
    rows = select(ReviewMeeting).where(
        ReviewMeeting.org_id == viewer.org_id,
        ReviewMeeting.consultant_id == viewer.account_id,
        ReviewMeeting.ended_at.is_(None),
    )
    found = session.scalars(rows.order_by(ReviewMeeting.begun_at.desc()))
    return [meeting for meeting in found if mine.intersection(meeting.clinic_ids)]


def record_read(
    session: Session, viewer: Viewer, subject: str, subject_id: UUID, entries: Collection[Entry]
) -> None:
    """Reading the run-sheet is reading a little of everybody on it."""
    patients = [entry.subject.patient_id for entry in entries]
    audit.record(session, viewer, audit.Act("read", "agenda", subject, subject_id, patients))
