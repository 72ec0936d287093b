"""Who is in a review meeting and on which patient, and how long each person was there.

A page of the meeting that is on the screen says so every few seconds.  The time between two words counts for the
patient of the first; after a silence of twenty seconds its reader has left, and the silence counts for nobody.  A hidden
page is silent, and so is one whose session has ended because nothing was done.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access.policies import CARE_MANAGER, CONSULTANT
from registry.access.viewer import Viewer
from registry.clinical.meeting import REVIEWED
from registry.models import (
    Account,
    CaseTime,
    Draft,
    Episode,
    MeetingCase,
    MeetingPresence,
    Membership,
    ReviewMeeting,
)

HERE = timedelta(seconds=20)
"""A page that is open says so every few seconds; after this long without a word its reader has left."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody whose page of the meeting is open: where they are, and whether they are writing."""

    account_id: UUID
    name: str
    episode_id: UUID | None
    is_writing: bool


def say_here(
    session: Session, viewer: Viewer, meeting: ReviewMeeting, episode_id: UUID | None, now: datetime
) -> None:
    """Remember that this person's page is open, and on whom; the time since their last word counts where they were."""
    key = (viewer.org_id, meeting.id, viewer.account_id)
    row = session.get(MeetingPresence, key, with_for_update=True)
    if row is None:
        row = MeetingPresence(
            org_id=viewer.org_id, review_meeting_id=meeting.id, account_id=viewer.account_id, seen_at=now
        )
        session.add(row)
    _count(session, row, meeting, now)
    row.episode_id, row.seen_at = episode_id, now
    session.flush()


def settle(session: Session, meeting: ReviewMeeting, episode_id: UUID, now: datetime) -> None:
    """Count the time of everybody who is on this patient until now."""
    rows = select(MeetingPresence).where(
        MeetingPresence.org_id == meeting.org_id,
        MeetingPresence.review_meeting_id == meeting.id,
        MeetingPresence.episode_id == episode_id,
    )
    for row in session.scalars(rows).all():
        _count(session, row, meeting, now)
    session.flush()


def _count(session: Session, row: MeetingPresence, meeting: ReviewMeeting, now: datetime) -> None:
    """Only while the meeting goes on, and until the patient is signed off."""
    since = now - row.seen_at
    if row.episode_id is None or not timedelta(0) < since <= HERE or meeting.ended_at is not None:
        return
    case_id = session.scalar(
        select(MeetingCase.id).where(
            MeetingCase.org_id == row.org_id,
            MeetingCase.review_meeting_id == meeting.id,
            MeetingCase.episode_id == row.episode_id,
            MeetingCase.state != REVIEWED,
        )
    )
    if case_id is None:
        return
    spent = session.get(CaseTime, (row.org_id, case_id, row.account_id))
    if spent is None:
        spent = CaseTime(org_id=row.org_id, meeting_case_id=case_id, account_id=row.account_id, seconds=0)
        session.add(spent)
    spent.seconds += since.total_seconds()


def times(session: Session, case: MeetingCase) -> dict[UUID, float]:
    """The seconds of each person who was on this patient of the meeting."""
    rows = select(CaseTime).where(CaseTime.org_id == case.org_id, CaseTime.meeting_case_id == case.id)
    return {row.account_id: row.seconds for row in session.scalars(rows)}


def took_part(session: Session, episode: Episode, spent: Mapping[UUID, float]) -> dict[UUID, str]:
    """Whose time it was, by role: every consultant's, and one care manager's, the patient's own before a colleague."""
    rows = select(Membership.account_id, Membership.role).where(
        Membership.org_id == episode.org_id,
        Membership.clinic_id == episode.clinic_id,
        Membership.account_id.in_(spent),
        Membership.role.in_((CARE_MANAGER, CONSULTANT)),
    )
    found = session.execute(rows).all()
    people = {row.account_id: CONSULTANT for row in found if row.role == CONSULTANT}
    managers = [row.account_id for row in found if row.account_id not in people]
    own = episode.care_manager_id
    first = sorted(managers, key=lambda one: (one != own, -spent[one], str(one)))[:1]
    return people | dict.fromkeys(first, CARE_MANAGER)


def present(session: Session, meeting: ReviewMeeting, now: datetime) -> Sequence[Present]:
    """Who is here, by name; writing is whoever has kept a line within the last seconds."""
    rows = session.execute(
        select(MeetingPresence, Account.name, Draft.saved_at)
        .join(Account, Account.id == MeetingPresence.account_id)
        .outerjoin(
            Draft,
            (Draft.org_id == MeetingPresence.org_id)
            & (Draft.author_id == MeetingPresence.account_id)
            & (Draft.subject_id == MeetingPresence.episode_id),
        )
        .where(
            MeetingPresence.org_id == meeting.org_id,
            MeetingPresence.review_meeting_id == meeting.id,
            MeetingPresence.seen_at >= now - HERE,
        )
        .order_by(Account.name)
    ).all()
    return [
        Present(row.account_id, name, row.episode_id, saved_at is not None and now - saved_at <= HERE)
        for row, name, saved_at in rows
    ]


def names(session: Session, account_ids: Collection[UUID]) -> list[str]:
    """Of these people, in the order of the names."""
    return list(
        session.scalars(select(Account.name).where(Account.id.in_(account_ids)).order_by(Account.name))
    )
