"""Everything about an episode that a page may show, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.access import scope
from registry.clinical.agenda import AgendaScore, rank_in
from registry.clinical.views import standing
from registry.models import Episode
from registry.papers.background import Background, backgrounds
from registry.snapshots import Snapshot, snapshots


@dataclass(frozen=True, slots=True)
class Case:
    """One patient to be printed."""

    snapshot: Snapshot
    background: Background
    agenda: AgendaScore


def cases(session: Session, org_id: UUID, episode_ids: Sequence[UUID], on: date, today: date) -> list[Case]:
    """Everything about some episodes for paper, in their order; the caller has asked whether they may be seen."""
    chosen = select(Episode.id).where(Episode.org_id == org_id, Episode.id.in_(episode_ids))
    found = {one.subject.episode_id: one for one in snapshots(session, org_id, chosen, answers=True)}
    if len(found) < len(set(episode_ids)):
        raise scope.NotVisible("episode")
    behind = backgrounds(session, org_id, list(found.values()), today)
    return [_case(found[one], behind[one], on, today) for one in episode_ids]


def case(session: Session, org_id: UUID, episode_id: UUID, on: date, today: date) -> Case:
    """Everything about one episode for paper; the caller has asked whether it may be seen."""
    return cases(session, org_id, [episode_id], on, today)[0]


def _case(found: Snapshot, background: Background, on: date, today: date) -> Case:
    seen = standing(found.facts, found.protocol(today), today)
    return Case(found, background, rank_in(seen.picture, seen.findings, on))
