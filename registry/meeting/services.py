"""What a meeting's buttons do: slots, beginning, order, skipping, "not today", the end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit, run_sheet
from registry.access import scope
from registry.access.policies import CONSULTANT
from registry.access.viewer import Viewer
from registry.clinical.meeting import NOT_TODAY, SKIPPED
from registry.meeting import queries
from registry.models import AgendaMark, ReviewMeeting, ReviewSeries
from registry.models.base import expect_version
from registry.run_sheet import ACTION, RunSheet

DAY = timedelta(days=1)


class MeetingRefused(ValueError):
    """A meeting or slot that cannot be; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A weekly slot as it was written."""

    clinic_id: UUID
    consultant_id: UUID
    weekday: int
    starts_at: str
    minutes: int
    from_on: date


def add_slot(session: Session, viewer: Viewer, new: NewSlot, now: datetime) -> ReviewSeries:
    """Give a clinic a weekly slot; one consultant is not in two places at a time."""
    _check(session, viewer, new, None)
    return _add(session, viewer, new, now, "add_review_slot")


def change_slot(
    session: Session, viewer: Viewer, series_id: UUID, new: NewSlot, version: int, now: datetime
) -> ReviewSeries:
    """Change a slot from a day on: until then it stays, and so do the meetings that were held."""
    row = queries.slot(session, viewer, series_id)
    expect_version(row, version)
    _check(session, viewer, new, series_id)
    last, row.until_on = row.until_on, new.from_on - DAY
    session.flush()
    made = _add(session, viewer, new, now, "change_review_slot")
    made.until_on = last
    session.flush()
    return made


def _check(session: Session, viewer: Viewer, new: NewSlot, instead_of: UUID | None) -> None:
    scope.clinic(session, viewer, new.clinic_id, ACTION)
    if new.consultant_id not in dict(queries.consultants(session, viewer, new.clinic_id)):
        raise MeetingRefused("Choose a consultant of the clinic.")
    for slot in queries.slots(session, viewer, new.from_on):
        row = slot.row
        same = (row.consultant_id, row.weekday) == (new.consultant_id, new.weekday)
        if row.id != instead_of and same and _overlap(row, new):
            raise MeetingRefused(f"{slot.consultant} reviews {slot.clinic} at that time ({row.starts_at}).")


def _add(session: Session, viewer: Viewer, new: NewSlot, now: datetime, action: str) -> ReviewSeries:
    row = ReviewSeries(
        org_id=viewer.org_id, id=uuid4(), clinic_id=new.clinic_id, consultant_id=new.consultant_id,
        weekday=new.weekday, starts_at=new.starts_at, minutes=new.minutes, from_on=new.from_on,
        created_by=viewer.account_id, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, viewer, action, row)
    return row


def _overlap(row: ReviewSeries, new: NewSlot) -> bool:
    begins, other = _minutes(row.starts_at), _minutes(new.starts_at)
    return begins < other + new.minutes and other < begins + row.minutes


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def end_slot(session: Session, viewer: Viewer, series_id: UUID, today: date) -> None:
    """From today on the slot proposes nothing; the meetings that were held stay."""
    row = queries.slot(session, viewer, series_id)
    row.until_on = today - DAY
    session.flush()
    _record(session, viewer, "end_review_slot", row)


def _record(session: Session, viewer: Viewer, action: str, row: ReviewSeries) -> None:
    detail = {"clinic": row.clinic_id, "weekday": row.weekday, "starts_at": row.starts_at}
    audit.record(session, viewer, audit.Act(action, "organisation", "review_series", row.id, detail=detail))


def begin(
    session: Session,
    viewer: Viewer,
    clinic_ids: Collection[UUID],
    minutes: int,
    most: int,
    today: date,
    now: datetime,
) -> ReviewMeeting:
    """Begin the meeting of today: the first with a reason or carried over, across these clinics, in the order of the ranking."""
    if CONSULTANT not in viewer.role_names:
        raise MeetingRefused("The consultant begins the meeting; open the one that runs.")
    _end_forgotten(session, viewer, today, now)
    clinics = {clinic.id for clinic in scope.visible_clinics(session, viewer, ACTION)}
    chosen = [clinic_id for clinic_id in clinic_ids if clinic_id in clinics]
    if not chosen:
        raise MeetingRefused("Choose at least one clinic.")
    entries = queries.caseload(session, viewer, chosen, today)
    to_meet = (one for one in entries if one.is_to_meet)
    ordered = [one.subject.episode_id for one in islice(to_meet, most)]
    if not ordered:
        raise MeetingRefused("Nobody in these clinics is on the agenda today.")
    meeting = run_sheet.begin(session, viewer, chosen, ordered, today, minutes, viewer.account_id, now)
    detail = {"clinics": [str(one) for one in chosen], "minutes": minutes, "cases": len(ordered)}
    patients = [one.subject.patient_id for one in entries if one.subject.episode_id in set(ordered)]
    act = audit.Act("begin_meeting", "review", "review_meeting", meeting.id, patients, detail)
    audit.record(session, viewer, act)
    return meeting


def _end_forgotten(session: Session, viewer: Viewer, today: date, now: datetime) -> None:
    """Nobody leads two meetings: today's is gone on with, and one of another day that nobody ended is over."""
    for meeting in queries.running(session, viewer):
        if meeting.on == today:
            raise MeetingRefused("Your meeting of today still runs: go on with it, or end it first.")
        run_sheet.end(session, viewer, run_sheet.run_sheet(session, viewer, meeting.id), now)


def skip(session: Session, viewer: Viewer, sheet: RunSheet, episode_id: UUID, now: datetime) -> None:
    """Later in this meeting: the patient comes again after the others."""
    run_sheet.close_case(session, viewer, sheet, episode_id, SKIPPED, now)


def not_today(
    session: Session,
    viewer: Viewer,
    sheet: RunSheet,
    episode_id: UUID,
    reason: str,
    today: date,
    now: datetime,
) -> None:
    """Set a patient aside for this review day, with the reason: in the meeting, and on the agenda."""
    if not reason.strip():
        raise MeetingRefused("Say why not today, for whoever prepares the next review.")
    if sheet.meeting.ended_at is not None:
        raise MeetingRefused("This meeting is over: set the patient aside on the agenda.")
    if (case := sheet.case(episode_id)) is None:
        raise scope.NotVisible("episode")
    if not run_sheet.may_be_put_off(sheet, case):
        raise MeetingRefused("This patient is through in this meeting.")
    episode = scope.episode(session, viewer, episode_id, ACTION)
    run_sheet.close_case(session, viewer, sheet, episode_id, NOT_TODAY, now, reason.strip())
    session.add(
        AgendaMark(
            org_id=viewer.org_id, id=uuid4(), episode_id=episode_id, kind="set_aside", on=today,
            review_on=sheet.meeting.on, text=reason.strip(), by_id=viewer.account_id,
            by_role=viewer.role_in(episode.clinic_id), recorded_at=now,
        )
    )  # fmt: skip
    session.flush()
