"""The rules: how many episodes a second one core judges, from facts that are already loaded."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import dataset
from bench.measure import Figure, at_least, median_cpu
from registry.clinical.findings import findings
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.extensions import make_engine
from registry.models import Episode, Organisation
from registry.snapshots import snapshots

EPISODES = 3000
LEAST = 5000


def measure(path: Path) -> list[Figure]:
    """Active episodes as the caseload asks for them, and all episodes as they come, closed ones too."""
    engine = make_engine(f"sqlite:///{path.resolve()}", dataset.KEY)
    with Session(engine) as session:
        return [_rate(session, active=True), _rate(session, active=False)]


def _rate(session: Session, active: bool) -> Figure:
    org_id = session.scalars(select(Organisation.id)).one()
    chosen = select(Episode.id).where(Episode.org_id == org_id).limit(EPISODES)
    if active:
        chosen = chosen.where(Episode.enrolled_on.is_not(None), Episode.closed_on.is_(None))
    facts = [shot.facts for shot in snapshots(session, org_id, chosen)]

    def judge() -> None:
        for one in facts:
            findings(one, DEFAULT_PROTOCOL, dataset.TODAY)

    spent = median_cpu(judge, times=7)
    scores = sum(len(one.scores) for one in facts) / len(facts)
    what = "active episodes" if active else "all episodes"
    sides = f"{len(facts):,} episodes with {scores:.0f} scores each in {spent:.2f} s"
    return at_least(f"findings, {what}", len(facts) / spent, LEAST, "episodes/s", sides)
