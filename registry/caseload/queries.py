"""What the caseload reads: the episodes of a list with their standing, and what stands around the list."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from registry.access import scope
from registry.access.policies import CARE_MANAGER, clinics, panel_clinics
from registry.access.viewer import Viewer
from registry.clinical.agenda import AgendaScore, order, rank_in
from registry.clinical.facts import FactId
from registry.clinical.part_2_consent import shared
from registry.clinical.views import VIEWS, Standing, is_active, standing
from registry.covering import covered_by
from registry.eligible import eligible_patients
from registry.models import (
    Account,
    Clinic,
    Episode,
    Membership,
    NextAction,
    Provider,
    SavedView,
    fold,
)
from registry.snapshots import Snapshot, Subject, snapshot, snapshots

EVERYBODY = "all"
REFERRED = frozenset({"referred", "outreach", "consented"})
STATUSES = {
    "active": frozenset({"enrolled"}),
    "relapse_prevention": frozenset({"relapse_prevention"}),
    "referred": REFERRED,
    "closed": frozenset({"closed"}),
}
NOT_KEPT = frozenset({"q", "peek", "page", "as_of"})
"""What a saved view leaves out: words that may name a patient, and the place in the list."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the list asks for; an empty value is the usual one."""

    view: str = ""
    q: str = ""
    manager: str = ""
    """A care manager's account, 'all', or nothing: one's own list, or everybody's for those who have none."""
    status: str = ""
    clinic: str = ""
    pcp: str = ""
    language: str = ""
    sort: str = ""
    """A column's key, with '-' before it for the other way round."""
    peek: str = ""
    page: str = ""
    as_of: str = ""
    """A day that has passed, for the list as it was then."""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Wanted":
        """From the address; a view or a status that does not exist is the usual one."""
        given = {field.name: values.get(field.name, "").strip() for field in fields(cls)}
        wanted = cls(**given)
        return replace(
            wanted,
            view=wanted.view if wanted.view in VIEWS and wanted.view != "all" else "",
            status=wanted.status if wanted.status in STATUSES else "",
        )

    def query(self, **changes: str) -> str:
        """'?view=due&pcp=...' with these changes, or nothing where all is as usual."""
        changed = replace(self, **changes)
        pairs = [(f.name, getattr(changed, f.name)) for f in fields(changed) if getattr(changed, f.name)]
        return f"?{urlencode(pairs)}" if pairs else ""

    def kept(self) -> str:
        """The part of the address that a saved view keeps."""
        return self.query(**dict.fromkeys(NOT_KEPT, ""))

    @property
    def is_filtered(self) -> bool:
        """Whether something may have hidden a patient."""
        return any((self.view, self.q, self.status, self.clinic, self.pcp, self.language))


class Entry(NamedTuple):
    """One episode of the list: whom it is about, how it stands, and why it stands where it does."""

    subject: Subject
    standing: Standing
    place: AgendaScore


@dataclass(frozen=True, slots=True)
class Look:
    """On which day one looks, and from which: a day that has passed shows what was known then."""

    day: date
    today: date

    @property
    def is_back(self) -> bool:
        return self.day < self.today


def entries(session: Session, viewer: Viewer, wanted: Wanted, look: Look) -> list[Entry]:
    """Every episode of the wanted person's list, in the order of review priority."""
    found = snapshots(session, viewer.org_id, chosen(viewer, wanted, look))
    seen: dict[FactId, Entry] = {s.subject.episode_id: _entry(s, look) for s in found}
    return [seen[place.episode_id] for place in order(e.place for e in seen.values())]


def chosen(viewer: Viewer, wanted: Wanted, look: Look) -> Select[UUID]:
    """The ids of the episodes in question: inside the viewer's scope, open or closed, of one care manager or all.

    One's own list has the patients of whom one covers that day beside one's own.
    """
    found = scope.episodes(viewer, "see_caseload").with_only_columns(Episode.id)
    is_closed = wanted.status == "closed"
    if look.is_back:
        found = found.where(Episode.closed_on <= look.day if is_closed else scope.open_on(look.day))
    else:
        found = found.where(Episode.closed_on.is_not(None) if is_closed else Episode.closed_on.is_(None))
    manager = _manager(viewer, wanted)
    if manager is None:
        return found
    mine = Episode.care_manager_id == manager
    if wanted.manager:
        return found.where(mine)
    return found.where(or_(mine, Episode.care_manager_id.in_(covered_by(viewer.org_id, manager, look.day))))


def _manager(viewer: Viewer, wanted: Wanted) -> UUID | None:
    """Whose list: a care manager's own unless another is named; everybody's for the other roles."""
    if not wanted.manager:
        return viewer.account_id if has_own_list(viewer) else None
    return None if wanted.manager == EVERYBODY else as_id(wanted.manager)


def as_id(text: str) -> UUID:
    """A row's key from an address; what is none leads to no row."""
    try:
        return UUID(text)
    except ValueError:
        raise scope.NotVisible("row") from None


def has_own_list(viewer: Viewer) -> bool:
    """Only care managers have patients of their own here."""
    return CARE_MANAGER in viewer.role_names


def _entry(whole: Snapshot, look: Look) -> Entry:
    found = whole.as_of(look.day, look.today)
    seen = standing(found.facts, found.protocol(look.day), look.day)
    return Entry(found.subject, seen, rank_in(seen.picture, seen.findings, look.day))


class Leaving(NamedTuple):
    """An episode as it may leave in a file, and whether something of it is withheld (42 CFR Part 2)."""

    entry: Entry
    withheld: bool


def leaving(entry: Entry) -> Leaving:
    """A file goes to nobody by name: only a consent for everybody who treats, or for the clinic, lets records go."""
    seen = entry.standing.picture
    told = shared(seen.facts, (entry.subject.clinic,))
    if not told.withheld:
        return Leaving(entry, withheld=False)
    found = standing(told.facts, seen.protocol, seen.today)
    place = rank_in(found.picture, found.findings, seen.today)
    return Leaving(Entry(entry.subject, found, place), withheld=True)


def narrowed(found: Iterable[Entry], wanted: Wanted) -> list[Entry]:
    """What the filters leave, in the same order."""
    words = fold(wanted.q).split()
    tests = {"clinic": "clinic_id", "pcp": "pcp_id", "language": "language"}
    same = [(name, getattr(wanted, key)) for key, name in tests.items() if getattr(wanted, key)]
    statuses = STATUSES.get(wanted.status)
    return [
        entry
        for entry in found
        if (statuses is None or entry.standing.picture.status in statuses)
        and all(str(getattr(entry.subject, name)) == value for name, value in same)
        and (not words or _matches(entry.subject, words))
    ]


def _matches(subject: Subject, words: list[str]) -> bool:
    """Each word begins the MRN or a part of the name, whatever its case and accents."""
    parts = [fold(subject.mrn), *fold(subject.name).replace(",", " ").replace("-", " ").split()]
    return all(any(part.startswith(word) for part in parts) for word in words)


def in_view(found: Sequence[Entry], view: str, wanted: Wanted) -> list[Entry]:
    """The entries of one view; where a status is asked for, 'all' is all that have it."""
    if view in ("", "all"):
        return list(found) if wanted.status else [e for e in found if is_active(e.standing)]
    return [e for e in found if VIEWS[view](e.standing)]


def entry(session: Session, viewer: Viewer, episode_id: UUID, look: Look) -> Entry:
    """One episode of a visible patient, or `NotVisible`."""
    scope.episode(session, viewer, episode_id, "see_caseload")
    found = snapshot(session, viewer.org_id, episode_id)
    assert found is not None, "a visible episode has its facts"
    return _entry(found, look)


@dataclass(frozen=True, slots=True)
class Named:
    """Something to choose by its name: a saved view (with its filters), a colleague, a clinic, a PCP."""

    id: UUID
    name: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the list."""

    views: tuple[Named, ...]
    managers: tuple[Named, ...]
    clinics: tuple[Named, ...]
    pcps: tuple[Named, ...]


_HERE: Any = bindparam("org_id")
_MINE: Any = bindparam("clinics", expanding=True)
_AROUND = union_all(
    select(literal("view"), SavedView.id, SavedView.name, SavedView.query).where(
        SavedView.org_id == _HERE, SavedView.account_id == bindparam("account_id")
    ),
    select(literal("manager"), Account.id, Account.name, literal(""))
    .join(Membership, and_(Membership.org_id == _HERE, Membership.account_id == Account.id))
    .where(Membership.clinic_id.in_(_MINE), Membership.role == CARE_MANAGER, Account.active),
    select(literal("clinic"), Clinic.id, Clinic.name, literal("")).where(
        Clinic.org_id == _HERE, Clinic.id.in_(_MINE)
    ),
    select(literal("pcp"), Provider.id, Provider.name, literal("")).where(
        Provider.org_id == _HERE, Provider.clinic_id.in_(_MINE)
    ),
)


def around(session: Session, viewer: Viewer) -> Around:
    """Own views, care managers, clinics and PCPs to choose from, in one statement."""
    mine = clinics(viewer, "see_caseload") | panel_clinics(viewer, "see_caseload")
    found: dict[str, dict[UUID, Named]] = defaultdict(dict)
    whose = {"org_id": viewer.org_id, "account_id": viewer.account_id, "clinics": list(mine)}
    for kind, key, name, query in session.execute(_AROUND, whose):
        found[kind].setdefault(key, Named(key, name, query))
    return Around(
        views=_by_name(found["view"]),
        managers=_by_name(found["manager"]),
        clinics=_by_name(found["clinic"]),
        pcps=_by_name(found["pcp"]),
    )


def _by_name(found: Mapping[UUID, Named]) -> tuple[Named, ...]:
    return tuple(sorted(found.values(), key=lambda named: fold(named.name)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many are not in the list yet: referred and not enrolled, and eligible without a referral."""

    referred: int
    eligible: int


def waiting(session: Session, viewer: Viewer, today: date) -> Waiting:
    """The two counts for the clinics whose episodes this person runs."""
    open_ones = scope.episodes(viewer, "run_episode").with_only_columns(Episode.id)
    open_ones = open_ones.where(Episode.closed_on.is_(None), Episode.enrolled_on.is_(None))
    referred = session.scalar(select(func.count()).select_from(open_ones.subquery()))
    return Waiting(referred or 0, len(eligible_patients(session, viewer, today)))


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next action of an episode as it stands, and who wrote it when."""

    action: str
    due_on: date | None
    version: int
    changed_by: str = ""
    changed_at: datetime | None = None


def next_step(session: Session, viewer: Viewer, episode_id: UUID) -> NextStep:
    """What is next in an episode; version 0 where nothing was ever written."""
    found = (
        select(NextAction, Account.name)
        .outerjoin(Account, Account.id == NextAction.changed_by)
        .where(NextAction.org_id == viewer.org_id, NextAction.episode_id == episode_id)
    )
    row = session.execute(found).one_or_none()
    if row is None:
        return NextStep("", None, 0)
    step, who = row
    return NextStep(step.action, step.due_on, step.version, who or "Somebody", step.changed_at)


def saved_view(session: Session, viewer: Viewer, view_id: UUID) -> SavedView:
    """One's own view, or `NotVisible`: a colleague's is none of ours."""
    found = select(SavedView).where(
        SavedView.org_id == viewer.org_id,
        SavedView.account_id == viewer.account_id,
        SavedView.id == view_id,
    )
    row = session.scalar(found)
    if row is None:
        raise scope.NotVisible("view")
    return row
