"""The ledger: every recommendation that wants an answer, with where it stands, in a fixed number of statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from registry import advice, audit
from registry.access import scope
from registry.access.policies import CARE_MANAGER, clinics
from registry.access.viewer import Viewer
from registry.advice import Given
from registry.clinical.course import Course, course
from registry.clinical.loop import is_followed
from registry.clinical.loop_reasons import declined_because, reason_key
from registry.clinical.loop_report import SHARES, Followed
from registry.clinical.outcome import DONE, STAGES, outcome, standing_of
from registry.models import Account, Clinic, Episode, Membership
from registry.snapshots import Snapshot

SEE = "see_loop"
EVERYBODY = "all"
OWNERS = ("care_manager", "pcp")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the ledger asks for; an empty value is the usual one: everything open, one's own patients."""

    stage: str = ""
    owner: str = ""
    """The role that moves it on: care_manager or pcp."""
    manager: str = ""
    """A care manager's account, 'all', or nothing: one's own patients, or everybody's for those who have none."""
    clinic: str = ""
    late: str = ""
    count: str = ""
    """A count of the report: the list of what it counts, open or closed."""
    reason: str = ""
    """The sign of a reason for declining."""
    since: str = ""
    until: str = ""
    """Signed from and to these days."""
    sort: str = ""
    page: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Wanted":
        """From the address; what does not exist is the usual one."""
        given = {field.name: values.get(field.name, "").strip() for field in fields(cls)}
        known = {"stage": STAGES, "owner": OWNERS, "count": SHARES, "late": ("1",)}
        given |= {name: "" for name, those in known.items() if given[name] not in those}
        given |= {name: "" for name in ("since", "until") if day(given[name]) is None}
        return cls(**given)

    def query(self, **changes: str) -> str:
        """'?stage=answer&late=1' with these changes, or nothing where all is as usual."""
        changed = replace(self, **changes)
        pairs = [(f.name, getattr(changed, f.name)) for f in fields(changed) if getattr(changed, f.name)]
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def is_of_a_period(self) -> bool:
        """Everything signed in it is listed, closed episodes too; without one, what is still to be moved on."""
        return bool(self.since or self.until)


def day(text: str) -> date | None:
    """A day from an address; what is none is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Line(NamedTuple):
    """One recommendation of the ledger."""

    given: Given
    followed: Followed

    @property
    def is_open(self) -> bool:
        return self.followed.standing.stage != DONE


def lines(session: Session, viewer: Viewer, wanted: Wanted, today: date) -> list[Line]:
    """What is followed in the wanted clinic, for the wanted person's patients, signed in the wanted days."""
    given = advice.given(session, viewer, _chosen(viewer, wanted))
    return followed_up((one for one in given if _is_signed_in(one.review.on, wanted)), today)


def followed_up(given: Iterable[Given], today: date) -> list[Line]:
    """Where each recommendation stands today; the course of a patient is worked out once for all of them."""
    courses: dict[UUID, Course] = {}
    found = []
    for one in given:
        if is_followed(one.advice):
            key = one.subject.episode_id
            if key not in courses:
                courses[key] = course(one.snapshot.facts, one.snapshot.protocol(today), today)
            found.append(Line(one, _followed(one.snapshot, one, courses[key], today)))
    return found


def _followed(found: Snapshot, one: Given, seen: Course, today: date) -> Followed:
    protocol, signed_on = found.protocol(today), one.review.on
    return Followed(
        one.advice, signed_on, standing_of(one.advice, signed_on, seen, protocol, today),
        outcome(one.advice, seen, protocol, today), protocol.done_within.value,
    )  # fmt: skip


def _chosen(viewer: Viewer, wanted: Wanted) -> Select[UUID]:
    """The episodes in question: inside the viewer's scope, of one clinic or all, of one care manager or all."""
    found = of_period(advice.advised(viewer, SEE), day(wanted.since), day(wanted.until))
    if not wanted.is_of_a_period:
        found = found.where(Episode.closed_on.is_(None))
    if wanted.clinic:
        found = found.where(Episode.clinic_id == as_id(wanted.clinic))
    manager = _manager(viewer, wanted)
    return found if manager is None else found.where(Episode.care_manager_id == manager)


def of_period(episodes: Select[UUID], since: date | None, until: date | None) -> Select[UUID]:
    """The episodes that were open on some day of it."""
    if until is not None:
        episodes = episodes.where(Episode.referred_on <= until)
    if since is not None:
        episodes = episodes.where(or_(Episode.closed_on.is_(None), Episode.closed_on >= since))
    return episodes


def _is_signed_in(signed_on: date, wanted: Wanted) -> bool:
    return (day(wanted.since) or date.min) <= signed_on <= (day(wanted.until) or date.max)


def _manager(viewer: Viewer, wanted: Wanted) -> UUID | None:
    """Whose patients: a care manager's own unless another is named; everybody's for the other roles."""
    if not wanted.manager:
        return viewer.account_id if has_own(viewer) else None
    return None if wanted.manager == EVERYBODY else as_id(wanted.manager)


def has_own(viewer: Viewer) -> bool:
    """Only care managers have patients of their own here."""
    return CARE_MANAGER in viewer.role_names


def as_id(text: str) -> UUID:
    """A row's key from an address; what is none leads to no row."""
    try:
        return UUID(text)
    except ValueError:
        raise scope.NotVisible("row") from None


def narrowed(found: Iterable[Line], wanted: Wanted, today: date) -> list[Line]:
    """What the filters leave beside the stage, in the same order."""
    return [one for one in found if _fits(one.followed, wanted, today)]


def _fits(one: Followed, wanted: Wanted, today: date) -> bool:
    if wanted.owner and one.standing.owner != wanted.owner:
        return False
    if wanted.late and not one.standing.is_late(today):
        return False
    if wanted.reason and reason_key(declined_because(one)) != wanted.reason:
        return False
    return not wanted.count or SHARES[wanted.count].holds(one, today)


def in_stage(found: Iterable[Line], wanted: Wanted) -> list[Line]:
    """Those of one stage; without one all that are open, and every one that a count of the report counts."""
    if wanted.stage:
        return [one for one in found if one.followed.standing.stage == wanted.stage]
    return [one for one in found if wanted.count or one.is_open]


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to choose from: clinics, and care managers in them."""

    clinics: tuple[tuple[UUID, str], ...]
    managers: tuple[tuple[UUID, str], ...]


def around(session: Session, viewer: Viewer) -> Around:
    """Clinics and care managers of the viewer's scope, by name."""
    here = list(clinics(viewer, SEE))
    places = select(Clinic.id, Clinic.name).where(Clinic.org_id == viewer.org_id, Clinic.id.in_(here))
    people = (
        select(Account.id, Account.name)
        .join(Membership, and_(Membership.org_id == viewer.org_id, Membership.account_id == Account.id))
        .where(Membership.clinic_id.in_(here), Membership.role == CARE_MANAGER, Account.active)
        .distinct()
    )
    rows = (session.execute(query.order_by("name")).all() for query in (places, people))
    return Around(*(tuple((key, name) for key, name in found) for found in rows))


def record_read(
    session: Session, viewer: Viewer, action: str, shown: Iterable[Line], detail: Mapping[str, object]
) -> None:
    """Reading a list of advice is reading a little of everybody on it."""
    patients = {one.given.subject.patient_id for one in shown}
    act = audit.Act(action, "review", "loop", viewer.account_id, patients, detail)
    audit.record(session, viewer, act)
