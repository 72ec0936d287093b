"""The board of a week: what these people have to do, what they did, and what stands around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import policies, scope
from registry.access.viewer import Viewer
from registry.clinical.dates import FURTHEST
from registry.clinical.things import KINDS
from registry.clinical.week import monday
from registry.models import Account, Membership, Task
from registry.week.queries.covers import Covered, covers
from registry.workload import ACTION, Asked, Entry, Kept, entries, kept_tasks

EVERYBODY = "all"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the week asks for; what does not exist is the usual."""

    monday: date
    this_monday: date
    kind: str = ""
    who: str = ""
    """An account, 'all', or nothing: one's own work and that of whom one covers."""
    at: str = ""
    """The card that has just changed, so that the page opens there."""

    @classmethod
    def read(cls, values: Mapping[str, str], today: date) -> "Wanted":
        this, kind = monday(today), values.get("kind", "")
        return cls(
            _monday(values.get("from", ""), this), this, kind if kind in KINDS else "", values.get("who", ""),
            values.get("at", ""),
        )  # fmt: skip

    def query(self, **changes: str | date) -> str:
        """'?from=2026-11-23&kind=call' with these changes; nothing where all is as usual."""
        start = changes.get("monday", self.monday)
        pairs = {
            "from": "" if start == self.this_monday else str(start),
            "kind": changes.get("kind", self.kind),
            "who": changes.get("who", self.who),
            "at": changes.get("at", ""),
        }
        kept = {name: value for name, value in pairs.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def sunday(self) -> date:
        return self.monday + WEEK - timedelta(days=1)


def _monday(text: str, this: date) -> date:
    """The Monday of any day of the wanted week; of this one where the day is none, or is far away."""
    try:
        found = monday(date.fromisoformat(text))
    except ValueError:
        return this
    return found if abs(found - this) <= FURTHEST else this


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that a week's page lays out."""

    wanted: Wanted
    entries: Sequence[Entry]
    done: Sequence[Kept]
    covers: Sequence[Covered]
    """The viewer's own, today and to come: whom they cover, and who covers them."""
    colleagues: Sequence[tuple[UUID, str]]
    patients: int
    """How many patients these people have open episodes or tasks with."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The day and the zone in which the viewer works."""

    today: date
    zone: tzinfo | None

    def begin(self, day: date) -> datetime:
        """The first moment of a day there."""
        return datetime.combine(day, time.min, self.zone)

    @property
    def since(self) -> datetime:
        """The begin of this week: what was done by hand rests until the next."""
        return self.begin(monday(self.today))


def board(session: Session, viewer: Viewer, wanted: Wanted, clock: Clock) -> Board:
    """The week of the wanted people; who is on it is recorded."""
    known, mine = colleagues(session, viewer), covers(session, viewer, clock.today)
    accounts = _accounts(viewer, wanted, known, mine, clock.today)
    visible = scope.visible(viewer, ACTION)
    asked = Asked(accounts, clock.today, clock.since)
    found = entries(session, viewer.org_id, visible, asked, viewer.account_id)
    since, until = clock.begin(wanted.monday), clock.begin(wanted.monday + WEEK)
    whose = Task.owner_id.in_(accounts) if accounts is not None else Task.org_id.is_not(None)
    done = kept_tasks(
        session, viewer.org_id, and_(visible, whose, Task.done_at >= since, Task.done_at < until)
    )
    return Board(wanted, found, done, mine, known, len({entry.person.patient_id for entry in found}))


def _accounts(
    viewer: Viewer, wanted: Wanted, known: Sequence[tuple[UUID, str]], mine: Sequence[Covered], today: date
) -> frozenset[UUID] | None:
    """Whose work: one's own with that of whom one covers today, a colleague's, or everybody's."""
    if wanted.who == EVERYBODY:
        return None
    if wanted.who:
        asked = next((key for key, _ in known if str(key) == wanted.who), None)
        if asked is None:
            raise scope.NotVisible("colleague")
        return frozenset({asked})
    covered = {
        one.period.away for one in mine if one.period.by == viewer.account_id and one.period.holds_on(today)
    }
    return frozenset({viewer.account_id, *covered})  # type: ignore[arg-type]


def colleagues(session: Session, viewer: Viewer) -> list[tuple[UUID, str]]:
    """The active people of the viewer's clinics who work with tasks, by name."""
    ids = policies.clinics(viewer, ACTION) | policies.panel_clinics(viewer, ACTION)
    joined = and_(Membership.org_id == viewer.org_id, Membership.account_id == Account.id)
    roles = [role for role, actions in policies.POLICIES.items() if ACTION in actions]
    found = (
        select(Account.id, Account.name)
        .join(Membership, joined)
        .where(Membership.clinic_id.in_(ids), Membership.role.in_(roles), Account.active)
        .distinct()
        .order_by(Account.name)
    )
    return [(row.id, row.name) for row in session.execute(found)]


def note_shown(session: Session, viewer: Viewer, action: str, shown: Sequence[UUID], kind: str) -> None:
    """Leave the trace of a page with these patients on it."""
    detail = {"kind": kind or "all", "patients": len(set(shown))}
    act = audit.Act(action, "task", "week", viewer.account_id, frozenset(shown), detail)
    audit.record(session, viewer, act)
