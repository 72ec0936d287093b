"""The days of a week with their cards and counts, and the tabs around them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.dates import DAY, FRIDAY
from registry.clinical.things import CALL, KINDS, SAFETY, thing_of
from registry.week.presenters.cards import Card, DoneLine, card, done_line
from registry.week.presenters.words import cover_notes

if TYPE_CHECKING:
    from registry.week.queries.board import Board, Wanted

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT = tuple(name[:3] for name in DAYS)
ON_CALLS = (SAFETY, CALL)
"""What the sheet of calls lists: whom to call, and whom to call first."""


@dataclass(frozen=True, slots=True)
class Column:
    """One day (or the weekend) with what stands on it and what was done."""

    name: str
    begins: date
    is_today: bool
    is_past: bool
    cards: tuple[Card, ...]
    done: tuple[DoneLine, ...]

    @property
    def late(self) -> int:
        return sum(card.late_since is not None for card in self.cards)

    @property
    def groups(self) -> tuple[tuple[str, list[Card]], ...]:
        """Safety first, then what is late, then what is for the day; a day with one of them needs no heading."""
        late, due = f"Late: {self.late}", f"For {'today' if self.is_today else self.name}"
        found: dict[str, list[Card]] = {"Safety": [], late: [], due: []}
        for one in self.cards:
            found["Safety" if one.kind == SAFETY else late if one.late_since else due].append(one)
        return tuple((label, cards) for label, cards in found.items() if cards)

    @property
    def is_empty(self) -> bool:
        return not self.cards and not self.done


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of work with its number in the shown week."""

    label: str
    query: str
    count: int
    is_current: bool
    is_hot: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A day to move a card to."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """What the page of a week lays out."""

    title: str
    columns: tuple[Column, ...]
    tabs: tuple[Tab, ...]
    days: tuple[Choice, ...]
    notes: tuple[str, ...]
    """Who covers whom, today and soon."""
    shown: int
    late: int
    news: int
    later: int
    previous_query: str
    next_query: str
    this_query: str

    @property
    def cards(self) -> list[Card]:
        return [card for column in self.columns for card in column.cards]


def week_page(board: "Board", viewer_id: UUID, today: date, zone: tzinfo | None) -> WeekPage:
    """The week of the board: the cards of the wanted kind on their days, the counts of all kinds."""
    wanted = board.wanted
    every = sorted(board.entries, key=lambda entry: (*entry.item.place, entry.person.name))
    here = [entry for entry in every if wanted.monday <= entry.item.day <= wanted.sunday]
    cards = [card(entry, viewer_id) for entry in here if wanted.kind in ("", entry.item.kind)]
    done = (
        [(local_day(row.done_at, zone), done_line(row, _thing(row))) for row in board.done]
        if not wanted.kind
        else []
    )
    week = timedelta(days=7)
    return WeekPage(
        title=_title(wanted, board, today),
        columns=tuple(_columns(cards, done, wanted, today)),
        tabs=tuple(_tabs([entry.item.kind for entry in here], wanted)),
        days=tuple(_days(wanted, today)),
        notes=tuple(cover_notes(board.covers, viewer_id, today)),
        shown=len(cards),
        late=sum(card.late_since is not None for card in cards),
        news=sum(card.is_news for card in cards),
        later=sum(entry.item.day > wanted.sunday for entry in every),
        previous_query=wanted.query(monday=wanted.monday - week),
        next_query=wanted.query(monday=wanted.monday + week),
        this_query=wanted.query(monday=wanted.this_monday),
    )


def _thing(kept: object) -> str:
    stored = kept.stored  # type: ignore[attr-defined]
    return thing_of(stored.code) if stored.code else str(stored.id)


def local_day(moment: datetime | None, zone: tzinfo | None) -> date:
    """The day of a moment where the viewer works."""
    assert moment is not None, "what is done was done at some time"
    return moment.astimezone(zone).date()


def _title(wanted: "Wanted", board: "Board", today: date) -> str:
    names = {str(key): name for key, name in board.colleagues}
    whose = {"": "My week", "all": "Everybody's week"}.get(wanted.who, f"Week of {names.get(wanted.who, '')}")
    return f"{whose}, {span(wanted.monday)}"


def span(begin: date) -> str:
    """'Nov 16 to 22, 2026'; both months where they differ."""
    end = begin + timedelta(days=6)
    first = f"{begin:%b} {begin.day}"
    last = f"{end.day}" if end.month == begin.month else f"{end:%b} {end.day}"
    return f"{first} to {last}, {end.year}"


def _columns(
    cards: Sequence[Card], done: Sequence[tuple[date, DoneLine]], wanted: "Wanted", today: date
) -> Iterable[Column]:
    """Monday to Friday, and the weekend where there is something on it or it is now."""
    by_day: dict[date, list[Card]] = defaultdict(list)
    made: dict[date, list[DoneLine]] = defaultdict(list)
    for one in cards:
        by_day[one.day].append(one)
    for on, line in done:
        made[on].append(line)
    for n in range(FRIDAY + 1):
        on = wanted.monday + n * DAY
        yield Column(DAYS[n], on, on == today, on < today, tuple(by_day[on]), tuple(made[on]))
    rest = [wanted.sunday - DAY, wanted.sunday]
    weekend = Column("Weekend", rest[0], today in rest, rest[1] < today, tuple(by_day[rest[0]] + by_day[rest[1]]),
                     tuple(made[rest[0]] + made[rest[1]]))  # fmt: skip
    if not weekend.is_empty or weekend.is_today:
        yield weekend


def _tabs(kinds: Sequence[str], wanted: "Wanted") -> Iterable[Tab]:
    yield Tab("All", wanted.query(kind=""), len(kinds), not wanted.kind, False)
    for kind, label in KINDS.items():
        count = kinds.count(kind)
        if count or kind == wanted.kind:
            yield Tab(
                label, wanted.query(kind=kind), count, kind == wanted.kind, kind == SAFETY and bool(count)
            )


def _days(wanted: "Wanted", today: date) -> Iterable[Choice]:
    """The working days from today or the shown Monday to the end of the week after."""
    begin = max(today, wanted.monday)
    last = max(begin, wanted.monday) + timedelta(days=11)
    for n in range((last - begin).days + 1):
        on = begin + n * DAY
        if on.weekday() <= FRIDAY or on == today:
            words = f"{SHORT[on.weekday()]}, {on:%b} {on.day}"
            yield Choice(on.isoformat(), f"Today, {on:%b} {on.day}" if on == today else words)


def counts_words(page: WeekPage) -> str:
    """'12 things to do, 3 late'."""
    late = f", {page.late} late" if page.late else ""
    return f"{page.shown} {'thing' if page.shown == 1 else 'things'} to do{late}"


def calls(page: WeekPage, only: str = "") -> list[tuple[Column, list[Card]]]:
    """The calls of each day (or of one), a patient once: who is called about safety is not called a second time."""
    found: list[tuple[Column, list[Card]]] = []
    for column in page.columns:
        if only and column.begins.isoformat() != only:
            continue
        first: dict[UUID, Card] = {}
        for one in column.cards:
            if one.kind in ON_CALLS:
                first.setdefault(one.patient_id, one)
        if first:
            found.append((column, list(first.values())))
    return found
