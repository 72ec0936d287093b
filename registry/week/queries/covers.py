"""Cover periods: those that concern the viewer, those of a clinic, and who can cover whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from registry.access import scope
from registry.access.policies import CARE_MANAGER, clinics
from registry.access.viewer import Viewer
from registry.clinical.cover import Period
from registry.models import Account, Cover, Membership

ARRANGE, OF_OTHERS = "arrange_cover", "see_team"
"""Care managers arrange their own cover; who sees the team's figures arranges that of the clinic."""


@dataclass(frozen=True, slots=True)
class Covered:
    """One period with the names of both."""

    id: UUID
    period: Period
    away: str
    by: str
    reason: str
    ended_at: datetime | None


_away, _by = aliased(Account), aliased(Account)


def _found(session: Session, viewer: Viewer, *which: ColumnElement[bool]) -> list[Covered]:
    query = (
        select(Cover, _away.name, _by.name)
        .join(_away, _away.id == Cover.account_id)
        .join(_by, _by.id == Cover.covered_by)
        .where(Cover.org_id == viewer.org_id, *which)
        .order_by(Cover.from_on.desc(), Cover.id)
    )
    return [
        Covered(row.id, _period(row), away, by, row.reason, row.ended_at)
        for row, away, by in session.execute(query)
    ]


def _period(row: Cover) -> Period:
    return Period(row.account_id, row.covered_by, row.from_on, row.until_on)


def covers(session: Session, viewer: Viewer, today: date) -> list[Covered]:
    """The viewer's own periods that hold today or are to come: away, or covering."""
    mine = or_(Cover.account_id == viewer.account_id, Cover.covered_by == viewer.account_id)
    return _found(session, viewer, mine, Cover.until_on >= today, Cover.ended_at.is_(None))


def visible_covers(session: Session, viewer: Viewer) -> list[Covered]:
    """Every period that the viewer may see: their own, and those of the care managers of the clinics that they run."""
    mine = or_(Cover.account_id == viewer.account_id, Cover.covered_by == viewer.account_id)
    return _found(session, viewer, or_(mine, Cover.account_id.in_(_of_clinics(viewer))))


def _of_clinics(viewer: Viewer) -> Select[UUID]:
    return select(Membership.account_id).where(
        Membership.org_id == viewer.org_id, Membership.clinic_id.in_(clinics(viewer, OF_OTHERS)),
        Membership.role == CARE_MANAGER,
    )  # fmt: skip


def standing_periods(session: Session, viewer: Viewer, accounts: frozenset[UUID]) -> list[Period]:
    """The periods of these people that were not ended."""
    theirs = or_(Cover.account_id.in_(accounts), Cover.covered_by.in_(accounts))
    return [one.period for one in _found(session, viewer, theirs, Cover.ended_at.is_(None))]


def who_may_be_away(session: Session, viewer: Viewer) -> list[tuple[UUID, str]]:
    """Whose cover the viewer arranges: their own as a care manager, and that of the clinics that they run."""
    own = Account.id == viewer.account_id if CARE_MANAGER in viewer.role_names else Account.id.is_(None)
    found = select(Account.id, Account.name).where(
        Account.org_id == viewer.org_id, Account.active, or_(own, Account.id.in_(_of_clinics(viewer)))
    )
    return [(row.id, row.name) for row in session.execute(found.order_by(Account.name))]


def who_may_cover(session: Session, viewer: Viewer, away_id: UUID) -> list[tuple[UUID, str]]:
    """The other care managers who belong to every clinic in which the one who is away is a care manager."""
    mine = _care_managers(session, viewer)
    here = {clinic for clinic, account, _ in mine if account == away_id}
    names = {account: name for _, account, name in mine if account != away_id}
    return [
        (account, name)
        for account, name in names.items()
        if here <= {clinic for clinic, other, _ in mine if other == account}
    ]


def who_may_cover_any(session: Session, viewer: Viewer, away: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Whoever can cover one of these people, by name: which of them, the service asks."""
    found = {pair for key in away for pair in who_may_cover(session, viewer, key)}
    return sorted(found, key=lambda pair: (pair[1], str(pair[0])))


def _care_managers(session: Session, viewer: Viewer) -> Sequence[Any]:
    """(clinic, account, name) of every active care manager of the organisation, by name."""
    query = (
        select(Membership.clinic_id, Account.id, Account.name)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.org_id == viewer.org_id, Membership.role == CARE_MANAGER, Account.active)
        .order_by(Account.name, Account.id)
    )
    return session.execute(query).all()


def cover(session: Session, viewer: Viewer, cover_id: UUID) -> Covered:
    """A period that the viewer may end, or `NotVisible`."""
    found = _found(session, viewer, Cover.id == cover_id)
    mine = {key for key, _ in who_may_be_away(session, viewer)}
    if not found or found[0].period.away not in mine:
        raise scope.NotVisible("cover")
    return found[0]
