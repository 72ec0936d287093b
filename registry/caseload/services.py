"""What the buttons of the caseload do, and the trace that looking at it leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.caseload import queries
from registry.models import Episode, NextAction, SavedView
from registry.models.base import Changed, expect_version


class NameTaken(ValueError):
    """A second view of the same name; the message is what its author reads."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody wrote as the next action of an episode, and the version that they had seen."""

    action: str
    due_on: date
    version: int


def note_shown(
    session: Session,
    viewer: Viewer,
    action: str,
    patients: Iterable[UUID],
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Leave the trace of a page, a panel or a file with these patients on it."""
    act = audit.Act(action, "caseload", "caseload", viewer.account_id, frozenset(patients), detail or {})
    audit.record(session, viewer, act)


def set_next_action(
    session: Session, viewer: Viewer, episode_id: UUID, planned: Planned, now: datetime
) -> NextAction:
    """Write what happens next and by when, unless somebody else did in the meantime (`Changed`)."""
    episode = scope.episode(session, viewer, episode_id, "record_contact")
    row = _next_action(session, viewer, episode, planned.version)
    before = row.due_on
    row.action, row.due_on = planned.action, planned.due_on
    row.changed_at, row.changed_by = now, viewer.account_id
    _flush(session, row)
    detail = {"due_on": [before, row.due_on]}
    act = audit.Act("set_next_action", "plan", "episode", episode.id, [episode.patient_id], detail)
    audit.record(session, viewer, act)
    return row


def _next_action(session: Session, viewer: Viewer, episode: Episode, version: int) -> NextAction:
    """The row as its editor saw it; a new one, the viewer's own, where there was none."""
    found = select(NextAction).where(NextAction.org_id == viewer.org_id, NextAction.episode_id == episode.id)
    row = session.scalar(found)
    if row is not None:
        expect_version(row, version)
        return row
    row = NextAction(
        org_id=viewer.org_id, episode_id=episode.id, action="", due_on=None, owner_id=viewer.account_id
    )
    session.add(row)
    return row


def _flush(session: Session, row: NextAction) -> None:
    """Of two who save in the same moment, the later one is told."""
    try:
        session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise Changed(row) from error


def save_view(session: Session, viewer: Viewer, name: str, query: str) -> SavedView:
    """Keep a set of filters under a name of one's own."""
    _refuse_taken(session, viewer, name)
    row = SavedView(org_id=viewer.org_id, account_id=viewer.account_id, name=name, query=query)
    session.add(row)
    session.flush()
    _note_view(session, viewer, "save_view", row)
    return row


def rename_view(session: Session, viewer: Viewer, view_id: UUID, name: str) -> None:
    """Call one's own view by another name."""
    row = queries.saved_view(session, viewer, view_id)
    if name != row.name:
        _refuse_taken(session, viewer, name)
    row.name = name
    _note_view(session, viewer, "rename_view", row)


def delete_view(session: Session, viewer: Viewer, view_id: UUID) -> None:
    """Forget one's own view; the patients in it stay where they are."""
    row = queries.saved_view(session, viewer, view_id)
    session.delete(row)
    _note_view(session, viewer, "delete_view", row)


def _refuse_taken(session: Session, viewer: Viewer, name: str) -> None:
    taken = select(SavedView.id).where(
        SavedView.org_id == viewer.org_id, SavedView.account_id == viewer.account_id, SavedView.name == name
    )
    if session.scalar(taken):
        raise NameTaken(f"You have a view called “{name}” already. Give this one another name.")


def _note_view(session: Session, viewer: Viewer, action: str, row: SavedView) -> None:
    audit.record(session, viewer, audit.Act(action, "caseload", "saved_view", row.id))
