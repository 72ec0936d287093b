"""The demo clinic: one seed and one day make the same rows, down to the keys."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import System
from registry.demo import curves, episodes, following, loop, steering, trouble, waiting, week
from registry.demo.case import Case
from registry.demo.cast import Clinic, assemble, hire_stand_in, meet
from registry.demo.episodes import Span
from registry.demo.history import History, plan_next
from registry.demo.people import Person, register
from registry.demo.rows import Rows, working, working_before
from registry.models import Organisation

ACTIVE, CLOSED, RELAPSED = 80, 70, 4
"""Episodes in each care manager's hands: active ones, closed ones of two years, and second ones."""
SLIPS = 0.24
"""Share of active patients whose next call is late."""
ACTIVE_WEEKS = {
    curves.RESPONDER: (0.6, 19),
    curves.REMITTER: (4, 22),
    curves.PARTIAL: (1, 30),
    curves.NON_RESPONDER: (2, 32),
    curves.DETERIORATING: (9, 24),
    curves.UNREACHABLE: (7, 20),
    curves.RELAPSING: (20, 30),
}
CLOSED_WEEKS = {curves.REMITTER: (18, 38), curves.RESPONDER: (16, 40), curves.UNREACHABLE: (9, 22)}
ENOUGH_FOR_A_BREAK = 190


class AlreadyLoaded(Exception):
    """The database has an organisation; the message is what the operator reads."""


def is_empty(session: Session) -> bool:
    """Nobody runs a programme in this database yet."""
    return not session.scalar(select(exists().where(Organisation.id.is_not(None))))


def load(session: Session, today: date, password_hash: str, seed: int = 1) -> System:
    """Fill an empty database; the session must be bound for audit. The caller commits."""
    if not is_empty(session):
        raise AlreadyLoaded(
            "This database already has an organization: the demo is loaded into an empty one only."
        )
    rows = generate(today, password_hash, seed)
    rows.write(session)
    audit.open_chain(session, rows.org_id)
    system = System(rows.org_id, "demo")
    patients = [row["id"] for row in rows.tables["patient"]]
    audit.record(session, system, audit.Act("load_demo", "chart", "organisation", rows.org_id, patients,
                                            {"seed": seed, "today": today, "patients": len(patients)}))  # fmt: skip
    return system


def generate(today: date, password_hash: str, seed: int, active: int = ACTIVE) -> Rows:
    """Every row of the demo, written nowhere yet; each care manager has `active` patients under care."""
    rows = Rows(f"{seed}/{today.isoformat()}")
    clinics = assemble(rows, password_hash)
    for clinic in clinics:
        _fill(rows, clinic, today, active)
    week.plan(rows, clinics, hire_stand_in(rows, clinics, password_hash), today)
    loop.follow(rows, today)
    meet(rows, clinics, today)
    return rows


def _fill(rows: Rows, clinic: Clinic, today: date, count: int) -> None:
    before = [_closed(rows, clinic, kind, today) for kind in _drawn(rows.rng, curves.CLOSED_MIX, CLOSED)]
    again = [case for case in before if _may_relapse(case)][:RELAPSED]
    kinds = _drawn(rows.rng, curves.ACTIVE_MIX, count)
    people = [case.person for case in again] + [None] * (count - len(again))
    active = [_active(rows, clinic, kind, person, today) for kind, person in zip(kinds, people, strict=True)]
    trouble.beset(active, [case for case in before if case not in again])
    for history in active:
        plan_next(history)
    steering.steer([history.case for history in active])
    following.follow([history.case for history in active])
    waiting.at_the_door(rows, clinic, today)


def _drawn(rng: Random, mix: dict[str, int], count: int) -> list[str]:
    """`count` kinds in the proportions of the mix, shuffled."""
    share = count / sum(mix.values())
    kinds = [kind for kind, weight in mix.items() for _ in range(round(weight * share))]
    kinds = (kinds + ["responder"] * count)[:count]
    rng.shuffle(kinds)
    return kinds


def _may_relapse(case: Case) -> bool:
    return case.closes == "graduated" and (case.today - case.last_on).days > ENOUGH_FOR_A_BREAK


def _closed(rows: Rows, clinic: Clinic, kind: str, today: date) -> Case:
    """An episode that began within two years and is over."""
    weeks = rows.rng.uniform(*CLOSED_WEEKS.get(kind, (10, 30)))
    closed = working_before(today - timedelta(days=rows.rng.randint(4, 729 - int(weeks * 7))))
    enrolled = working(closed - timedelta(days=int(weeks * 7)))
    person = register(rows, clinic, today, enrolled - timedelta(days=rows.rng.randint(20, 900)), youngest=15)
    case = episodes.begin(rows, clinic, person, kind, Span(enrolled, closed, True), today)
    History(case).tell()
    return case


def _active(rows: Rows, clinic: Clinic, kind: str, person: Person | None, today: date) -> History:
    """An episode that goes on; the person is new, or comes back after a break."""
    rng = rows.rng
    yesterday = working_before(today)
    enrolled = min(yesterday, working(today - timedelta(days=int(rng.uniform(*ACTIVE_WEEKS[kind]) * 7))))
    person = person or register(rows, clinic, today, enrolled - timedelta(days=rng.randint(20, 1500)))
    last = yesterday
    if rng.random() < SLIPS and (today - enrolled).days > 21:
        last = working_before(today - timedelta(days=rng.randint(2, 12)))
    case = episodes.begin(rows, clinic, person, kind, Span(enrolled, last, False), today)
    history = History(case)
    history.tell()
    return history
