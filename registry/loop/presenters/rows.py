"""One line of the ledger: where the advice stands, since when, who moves it on, and how late it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from registry.clinical.decision_moves import state_words
from registry.clinical.interventions import RECOMMENDATION_CATEGORIES
from registry.clinical.loop import due_words, next_words
from registry.clinical.outcome import ANSWER, DEFERRED, DELIVER, DO, DONE, JUDGE, NOT_DONE, STAGES, Standing

if TYPE_CHECKING:
    from registry.loop.queries.ledger import Line

OWNERS = {"care_manager": "Care manager", "pcp": "PCP", "": "Nobody"}
KINDS = {
    DELIVER: "new",
    ANSWER: "consult",
    DEFERRED: "lost",
    DO: "info",
    NOT_DONE: "warn",
    JUDGE: "new",
    DONE: "ok",
}
"""Colour of a stage's tag; its words stand in it."""
PLACES = {stage: place for place, stage in enumerate(STAGES)}
IN_SHORT = 70
"""Letters of a recommendation in a list."""


class Row(NamedTuple):
    """Plain values, in the order of the columns."""

    recommendation_id: UUID
    review_id: UUID
    patient_id: UUID
    name: str
    mrn: str
    clinic: str
    number: int
    category: str
    text: str
    stage: str
    label: str
    kind: str
    told: str
    """The last step, or what came of it."""
    since: date
    age: str
    days: int
    due_on: date | None
    due: str
    is_late: bool
    owner: str
    next: str
    pcp: str
    care_manager: str
    signed_on: date
    outcome: str

    @property
    def short(self) -> str:
        """The advice in short."""
        text = self.text
        return text if len(text) <= IN_SHORT else f"{text[: IN_SHORT - 1].rstrip()}…"


def rows(lines: Iterable[Line], today: date) -> list[Row]:
    """A row for each line, in the same order."""
    return [_row(line, today) for line in lines]


def _row(line: Line, today: date) -> Row:
    given, one = line.given, line.followed
    advice, standing, who = given.advice, one.standing, given.subject
    outcome = one.outcome.sentence if one.outcome else ""
    return Row(
        recommendation_id=_key(advice.id),
        review_id=_key(given.review.id),
        patient_id=who.patient_id,
        name=who.name,
        mrn=who.mrn,
        clinic=who.clinic,
        number=advice.number,
        category=RECOMMENDATION_CATEGORIES.get(advice.category, advice.category),
        text=advice.text,
        stage=standing.stage,
        label=standing.label,
        kind="lost" if standing.stage == DONE and one.done_on is None else KINDS[standing.stage],
        told=outcome or state_words(advice.decisions),
        since=standing.since,
        age=standing.age_words(today),
        days=(today - standing.since).days,
        due_on=standing.due_on,
        due=due_words(standing, today),
        is_late=standing.is_late(today),
        owner=_owner(standing, who.pcp, who.care_manager),
        next=next_words(advice, standing, one.signed_on, given.snapshot.protocol(today), today),
        pcp=who.pcp,
        care_manager=who.care_manager,
        signed_on=one.signed_on,
        outcome=outcome,
    )


def _key(value: UUID | str) -> UUID:
    """Facts that come from rows have the keys of rows."""
    assert isinstance(value, UUID)
    return value


def _owner(standing: Standing, pcp: str, care_manager: str) -> str:
    """The role that moves it on, with the person's name where one is known."""
    name = {"pcp": pcp, "care_manager": care_manager}.get(standing.owner, "")
    return f"{OWNERS[standing.owner]}: {name}" if name else OWNERS[standing.owner]


class Column(NamedTuple):
    """One column: the value that it sorts by, and which end comes first at the first click."""

    key: str
    label: str
    value: Callable[[Row], Any]
    num: bool = False
    wide: bool = True
    """Left out on a phone."""


COLUMNS = (
    Column("patient", "Patient", lambda r: (r.name.casefold(), r.signed_on, r.number), wide=False),
    Column("advice", "Advice", lambda r: r.category, wide=False),
    Column("stage", "Stands", lambda r: PLACES[r.stage], wide=False),
    Column("age", "Since", lambda r: r.since, wide=False),
    Column("due", "Due", lambda r: r.due_on or date.max, wide=False),
    Column("owner", "Whose turn", lambda r: r.owner.casefold(), wide=False),
    Column("pcp", "PCP", lambda r: r.pcp.casefold()),
    Column("manager", "Care manager", lambda r: r.care_manager.casefold()),
    Column("clinic", "Clinic", lambda r: r.clinic.casefold()),
)
BY_KEY = {column.key: column for column in COLUMNS}
OLDEST = "age"
"""The usual order: what has waited longest comes first."""


def arranged(lines: Iterable[Row], sort: str) -> list[Row]:
    """The rows by one column; those that are equal by age, oldest first."""
    by_age = sorted(lines, key=lambda r: (r.since, r.name.casefold(), r.signed_on, r.number))
    column = BY_KEY.get(sort.removeprefix("-"), BY_KEY[OLDEST])
    return sorted(by_age, key=column.value, reverse=sort.startswith("-"))
