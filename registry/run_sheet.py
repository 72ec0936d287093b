"""The run-sheet of a review meeting: its patients in order, the clock of each, who is where, and the minutes they took.

Below the slices, because the note's form keeps the clock and signs a patient off, and the meeting's own pages show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from registry import attendance, audit
from registry.access import scope
from registry.access.policies import CONSULTANT, clinics
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.attendance import Present
from registry.clinical.meeting import (
    CARRIED_OVER,
    NOT_TODAY,
    REVIEWED,
    SKIPPED,
    STATES,
    TO_COME,
    WAITING,
    Clock,
    clock_words,
    minutes_of,
    whole_minutes,
)
from registry.clinical.meeting import clock as clock_of
from registry.models import (
    Account,
    Episode,
    MeetingCase,
    Review,
    ReviewMeeting,
    ReviewMinutes,
)

ACTION = "run_review"


@dataclass(frozen=True, slots=True)
class Case:
    """One patient of the meeting, with the time spent so far."""

    row: MeetingCase
    episode: Episode

    @property
    def is_open(self) -> bool:
        return self.row.opened_at is not None

    def seconds(self, now: datetime) -> int:
        """Of the times before, and of the one that runs."""
        running = (now - self.row.opened_at).total_seconds() if self.row.opened_at else 0
        return self.row.seconds + int(running)


@dataclass(frozen=True, slots=True)
class RunSheet:
    """A meeting with the patients whom this person may see, in order: those to come first, skipped ones last of them."""

    meeting: ReviewMeeting
    consultant: str
    cases: tuple[Case, ...]
    is_whole: bool = True
    """Nobody is on it whom this person may not see."""

    @property
    def to_come(self) -> list[Case]:
        """Who is still to be looked at: in their order, those who were skipped after the others."""
        ordered = [case for case in self.cases if case.row.state in TO_COME]
        return sorted(ordered, key=lambda case: (case.row.state == SKIPPED, case.row.place))

    def case(self, episode_id: UUID) -> Case | None:
        return next((case for case in self.cases if case.row.episode_id == episode_id), None)

    def minutes_left(self, now: datetime) -> int:
        """Of the planned time; below nought it has run over."""
        gone = (self.meeting.ended_at or now) - self.meeting.begun_at
        return self.meeting.planned_minutes - int(gone.total_seconds() // 60)


def run_sheet(session: Session, viewer: Viewer, meeting_id: UUID) -> RunSheet:
    """A meeting of one of the viewer's clinics, or `NotVisible`; only patients whom they may see are on it."""
    meeting = session.get(ReviewMeeting, (viewer.org_id, meeting_id))
    mine = {str(clinic_id) for clinic_id in clinics(viewer, ACTION)}
    if meeting is None or not mine.intersection(meeting.clinic_ids):
        raise NotVisible("meeting")
    seen = scope.episodes(viewer, ACTION).with_only_columns(Episode.id)
    rows = session.execute(
        select(MeetingCase, Episode)
        .join(Episode, (Episode.org_id == MeetingCase.org_id) & (Episode.id == MeetingCase.episode_id))
        .where(
            MeetingCase.org_id == viewer.org_id,
            MeetingCase.review_meeting_id == meeting_id,
            MeetingCase.episode_id.in_(seen),
        )
        .order_by(MeetingCase.place, MeetingCase.id)
    ).all()
    name = session.scalar(select(Account.name).where(Account.id == meeting.consultant_id)) or ""
    whole = select(func.count()).where(
        MeetingCase.org_id == viewer.org_id, MeetingCase.review_meeting_id == meeting_id
    )
    is_whole = session.scalar(whole) == len(rows)
    return RunSheet(meeting, name, tuple(Case(row, episode) for row, episode in rows), is_whole)


def open_case(session: Session, viewer: Viewer, sheet: RunSheet, episode_id: UUID, now: datetime) -> None:
    """The consultant turns to a patient: their clock runs, every other one stands."""
    if viewer.account_id != sheet.meeting.consultant_id or sheet.meeting.ended_at is not None:
        return
    for case in sheet.cases:
        if case.is_open and case.row.episode_id != episode_id:
            _stop(case.row, now)
    opened = sheet.case(episode_id)
    if opened is not None and not opened.is_open and opened.row.state in TO_COME:
        opened.row.opened_at = now
    session.flush()


def close_case(
    session: Session,
    viewer: Viewer,
    sheet: RunSheet,
    episode_id: UUID,
    state: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Sign a patient off, skip them, or say why not today; a review leaves one row of minutes for each who took part.

    A review counts whenever it is signed, even after the end; a page that was opened before it takes it back no more.
    """
    case = sheet.case(episode_id)
    if case is None or (state != REVIEWED and not may_be_put_off(sheet, case)):
        return
    _stop(case.row, now)
    attendance.settle(session, sheet.meeting, episode_id, now)
    case.row.state, case.row.reason = state, reason
    case.row.closed_at = None if state in TO_COME else now
    session.flush()
    if state == REVIEWED:
        _write_minutes(session, viewer, sheet, case, now)
    detail = {"state": state, "meeting": sheet.meeting.id}
    act = audit.Act("run_sheet", "review", "episode", episode_id, [case.episode.patient_id], detail)
    audit.record(session, viewer, act)


def may_be_put_off(sheet: RunSheet, case: Case) -> bool:
    """The meeting goes on, and the patient is still to come."""
    return sheet.meeting.ended_at is None and case.row.state in TO_COME


def _stop(row: MeetingCase, now: datetime) -> None:
    if row.opened_at is not None:
        row.seconds += int((now - row.opened_at).total_seconds())
        row.opened_at = None


def own_seconds(session: Session, sheet: RunSheet, case: Case, account_id: UUID, now: datetime) -> float:
    """How long this person was on the patient; the clock of the case tells it of a leader whose page told nothing."""
    told = attendance.times(session, case.row).get(account_id, 0)
    return told or (case.seconds(now) if account_id == sheet.meeting.consultant_id else 0)


def _write_minutes(session: Session, viewer: Viewer, sheet: RunSheet, case: Case, now: datetime) -> None:
    """One row a patient and person, each of their own time; a care manager's begun minute is none."""
    spent = attendance.times(session, case.row)
    minutes = {
        account_id: (
            role,
            minutes_of(spent[account_id]) if role == CONSULTANT else whole_minutes(spent[account_id]),
        )
        for account_id, role in attendance.took_part(session, case.episode, spent).items()
    }
    minutes[viewer.account_id] = (
        CONSULTANT,
        minutes_of(own_seconds(session, sheet, case, viewer.account_id, now)),
    )
    kept = {row.account_id: row for row in session.scalars(
        select(ReviewMinutes).where(
            ReviewMinutes.org_id == viewer.org_id, ReviewMinutes.meeting_case_id == case.row.id
        )
    )}  # fmt: skip
    for account_id, (role, number) in minutes.items():
        if not number:
            continue
        row = kept.get(account_id) or ReviewMinutes(
            org_id=viewer.org_id, id=uuid4(), patient_id=case.episode.patient_id, episode_id=case.episode.id,
            meeting_case_id=case.row.id, account_id=account_id, role=role, on=sheet.meeting.on, recorded_at=now,
        )  # fmt: skip
        row.minutes = number
        session.add(row)
    session.flush()


def begin(
    session: Session, viewer: Viewer, clinic_ids: Sequence[UUID], ordered: Sequence[UUID], on: date, minutes: int,
    consultant_id: UUID, now: datetime,
) -> ReviewMeeting:  # fmt: skip
    """Begin a meeting with these episodes in this order."""
    meeting = ReviewMeeting(
        org_id=viewer.org_id, id=uuid4(), on=on, consultant_id=consultant_id, planned_minutes=minutes,
        clinic_ids=[str(clinic_id) for clinic_id in clinic_ids], begun_by=viewer.account_id, begun_at=now,
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    session.add_all(
        MeetingCase(
            org_id=viewer.org_id, id=uuid4(), review_meeting_id=meeting.id, episode_id=episode_id, place=place
        )
        for place, episode_id in enumerate(ordered, 1)
    )
    session.flush()
    return meeting


def end(session: Session, viewer: Viewer, sheet: RunSheet, now: datetime) -> int:
    """End the meeting for everybody, whoever of its clinics ends it; who was not reached is carried over.

    Returns how many were carried over of those whom this person may see.
    """
    left = sheet.to_come
    whole = select(MeetingCase).where(
        MeetingCase.org_id == viewer.org_id, MeetingCase.review_meeting_id == sheet.meeting.id
    )
    rows = session.scalars(whole).all()
    for row in rows:
        _stop(row, now)
        if row.state in TO_COME:
            row.state = CARRIED_OVER
    sheet.meeting.ended_at = now
    session.flush()
    detail = {state: sum(row.state == state for row in rows) for state in (CARRIED_OVER, REVIEWED)}
    patients = [case.episode.patient_id for case in sheet.cases]
    audit.record(
        session,
        viewer,
        audit.Act("end_meeting", "review", "review_meeting", sheet.meeting.id, patients, detail),
    )
    return len(left)


def carried_over(session: Session, org_id: UUID, episodes: Select[UUID], until: date) -> dict[UUID, date]:
    """Who was not reached or put off in a meeting, and on which day last; a meeting of the past is over though nobody ended it."""
    waits = MeetingCase.state.in_(TO_COME) & (ReviewMeeting.on < until)
    rows = session.execute(
        select(MeetingCase.episode_id, func.max(ReviewMeeting.on))
        .join(
            ReviewMeeting,
            (ReviewMeeting.org_id == MeetingCase.org_id)
            & (ReviewMeeting.id == MeetingCase.review_meeting_id),
        )
        .where(
            MeetingCase.org_id == org_id,
            MeetingCase.episode_id.in_(episodes),
            ReviewMeeting.on <= until,
            MeetingCase.state.in_((CARRIED_OVER, NOT_TODAY)) | waits,
        )
        .group_by(MeetingCase.episode_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def move(session: Session, viewer: Viewer, sheet: RunSheet, episode_id: UUID, place: int) -> None:
    """Put a patient at another place of the queue of those to come; the others close up.

    Who was skipped and stands before somebody who waits now, waits again.
    """
    queue = sheet.to_come
    case = next((one for one in queue if one.row.episode_id == episode_id), None)
    if case is None:
        raise NotVisible("episode")
    places = sorted(one.row.place for one in queue)
    queue.remove(case)
    queue.insert(max(0, min(place - 1, len(queue))), case)
    last = max((at for at, one in enumerate(queue) if one.row.state == WAITING), default=-1)
    for at, (one, its_place) in enumerate(zip(queue, places, strict=True)):
        one.row.place = its_place
        if at < last:
            one.row.state = WAITING
    session.flush()
    detail = {"place": place, "meeting": sheet.meeting.id}
    act = audit.Act("move_case", "review", "episode", episode_id, [case.episode.patient_id], detail)
    audit.record(session, viewer, act)


def clock(sheet: RunSheet, now: datetime) -> Clock:
    """How the time of the meeting stands, for the patients whom this person may see."""
    done = sum(case.row.state == REVIEWED for case in sheet.cases)
    return clock_of(done, len(sheet.cases), len(sheet.to_come), sheet.minutes_left(now), sheet.is_whole)


@dataclass(frozen=True, slots=True)
class Part:
    """What changes of one patient while the meeting goes on."""

    episode_id: UUID
    sheet: int
    """Where on the run-sheet: those to come first."""
    queue: int
    """Where in the queue beside the case: those who are through first."""
    place: int
    """Among those to come; 0 for those who are through."""
    state: str
    reason: str
    time: str
    is_open: bool
    is_to_come: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class Here:
    """What the page of one patient is told about this patient."""

    episode_id: UUID
    previous: UUID | None
    next: UUID | None
    time: str
    minutes: str
    """The reader's own so far, for the note; empty before there are any."""
    attended: str
    signed: SignedBy | None


@dataclass(frozen=True, slots=True)
class SignedBy:
    """The note that was signed on a patient of the meeting."""

    review_id: UUID
    name: str
    at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How a meeting stands, as an open page is told every few seconds: no name of a patient is in it."""

    meeting: ReviewMeeting
    clock: Clock
    others: tuple[str, ...]
    parts: tuple[Part, ...]
    here: Here | None


def progress(
    session: Session, viewer: Viewer, sheet: RunSheet, episode_id: UUID | None, now: datetime
) -> Progress:
    """How the meeting stands for somebody who is on this patient, or on the run-sheet."""
    people = attendance.present(session, sheet.meeting, now)
    case = sheet.case(episode_id) if episode_id else None
    here = _here(session, viewer, sheet, case, people, now) if case else None
    return Progress(
        sheet.meeting, clock(sheet, now), others(people, sheet, viewer.account_id), parts(sheet, now), here
    )


def parts(sheet: RunSheet, now: datetime) -> tuple[Part, ...]:
    """Every patient of the run-sheet, those to come first."""
    to_come = sheet.to_come
    through = [case for case in sheet.cases if case.row.state not in TO_COME]
    queue = {case.row.id: at for at, case in enumerate((*through, *to_come), 1)}
    return tuple(
        Part(
            case.row.episode_id, at, queue[case.row.id], at if case.row.state in TO_COME else 0,
            STATES[case.row.state], case.row.reason, clock_words(case.seconds(now)), case.is_open,
            case.row.state in TO_COME, case.row.state == REVIEWED,
        )
        for at, case in enumerate((*to_come, *through), 1)
    )  # fmt: skip


def turns(sheet: RunSheet, episode_id: UUID) -> tuple[UUID | None, UUID | None]:
    """Who stands before and after a patient among those to come; from the end on to those who were left."""
    waiting = [case.row.episode_id for case in sheet.to_come]
    if episode_id not in waiting:
        return None, next(iter(waiting), None)
    at = waiting.index(episode_id)
    following = waiting[at + 1 :] + waiting[:at]
    return (waiting[at - 1] if at else None), next(iter(following), None)


def _here(
    session: Session, viewer: Viewer, sheet: RunSheet, case: Case, people: Sequence[Present], now: datetime
) -> Here:
    own = own_seconds(session, sheet, case, viewer.account_id, now)
    there = set(attendance.times(session, case.row)) | {viewer.account_id}
    there |= {one.account_id for one in people if one.episode_id == case.row.episode_id}
    return Here(
        case.row.episode_id, *turns(sheet, case.row.episode_id), clock_words(case.seconds(now)),
        str(minutes_of(own)) if own else "", ", ".join(attendance.names(session, there)),
        signed_by(session, viewer, sheet, case),
    )  # fmt: skip


def signed_by(session: Session, viewer: Viewer, sheet: RunSheet, case: Case) -> SignedBy | None:
    """The last note on a patient who was reviewed in this meeting."""
    if case.row.state != REVIEWED:
        return None
    row = session.execute(
        select(Review.id, Account.id.label("by"), Account.name, Review.signed_at)
        .join(Account, Account.id == Review.consultant_id)
        .where(
            Review.org_id == viewer.org_id,
            Review.episode_id == case.row.episode_id,
            Review.signed_at >= sheet.meeting.begun_at,
        )
        .order_by(Review.signed_at.desc())
    ).first()
    return SignedBy(row.id, row.name, row.signed_at, row.by == viewer.account_id) if row else None


def others(people: Sequence[Present], sheet: RunSheet, own: UUID) -> tuple[str, ...]:
    """Where the others are, by the number of the patient among those to come: a name stands only on the sheet itself."""
    order = {case.row.episode_id: place for place, case in enumerate(sheet.to_come, 1)}
    return tuple(_where(one, order) for one in people if one.account_id != own)


def _where(one: Present, order: Mapping[UUID, int]) -> str:
    if one.episode_id is None:
        return f"{one.name} is looking at the run-sheet"
    number = order.get(one.episode_id)
    if number is None:
        return f"{one.name} is with another patient"
    return f"{one.name} is {'writing on' if one.is_writing else 'looking at'} number {number}"
