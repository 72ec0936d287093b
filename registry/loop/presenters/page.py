"""The lines around the ledger: stages with their counts, filters, the heads of the columns, pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.clinical.dates import spell
from registry.clinical.loop_report import SHARES
from registry.clinical.outcome import DONE, STAGES
from registry.loop.presenters.rows import BY_KEY, COLUMNS, OLDEST, OWNERS, Column

if TYPE_CHECKING:
    from datetime import date

    from registry.loop.queries.ledger import Around, Line, Wanted

PAGE = 100


class Tab(NamedTuple):
    """One stage with what it would list under the filters of now."""

    label: str
    query: str
    number: int
    current: bool
    hot: bool = False


def tabs(found: Sequence[Line], late: int, wanted: Wanted) -> list[Tab]:
    """All that is open, each stage in the order of the way, what is closed, and what is late."""
    counts = dict.fromkeys(STAGES, 0)
    for line in found:
        counts[line.followed.standing.stage] += 1
    open_ones = sum(number for stage, number in counts.items() if stage != DONE)
    begin = Tab("All", _to(wanted), len(found), not wanted.stage) if wanted.count else Tab(
        "All open", _to(wanted), open_ones, not wanted.stage and not wanted.late)  # fmt: skip
    stages = (Tab(STAGES[s][0], _to(wanted, s), number, wanted.stage == s) for s, number in counts.items())
    found_late = Tab("Late", wanted.query(late="1", stage="", page=""), late, bool(wanted.late) and not wanted.stage, late > 0)  # fmt: skip
    return [begin, found_late, *stages]


def _to(wanted: Wanted, stage: str = "") -> str:
    """A stage under the filters of now; 'all open' takes late ones and others."""
    return wanted.query(stage=stage, page="") if stage else wanted.query(stage="", late="", page="")


class Choice(NamedTuple):
    value: str
    label: str
    selected: bool


class Select(NamedTuple):
    """One drop-down of the filter line."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def selects(around: Around, wanted: Wanted, own: bool) -> list[Select]:
    """The drop-downs; one with a single choice is left out."""
    mine = [("", "Me"), ("all", "Everybody")] if own else [("", "Everybody")]
    owners = [("", "Anybody"), *((role, label) for role, label in OWNERS.items() if role)]
    offered = (
        _select("owner", "Whose turn", owners, wanted.owner),
        _select("manager", "Patients of", [*mine, *_named(around.managers)], wanted.manager),
        _select("clinic", "Clinic", [("", "All"), *_named(around.clinics)], wanted.clinic),
    )
    return [one for one in offered if len(one.choices) > 2]


def _select(name: str, label: str, choices: list[tuple[str, str]], now: str) -> Select:
    return Select(name, label, tuple(Choice(value, text, value == now) for value, text in choices))


def _named(named: Sequence[tuple[Any, str]]) -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in named]


def columns(around: Around, wanted: Wanted, own: bool) -> list[Column]:
    """The columns that are shown: what every row would repeat is left out."""
    same = {"clinic"} if len(around.clinics) < 2 or wanted.clinic else set()
    same |= {"manager"} if wanted.manager not in ("", "all") or (own and not wanted.manager) else set()
    return [column for column in COLUMNS if column.key not in same]


def heads(shown: Sequence[Column], wanted: Wanted, index: str, acts: bool) -> list[dict[str, Any]]:
    """The head: each label leads to its next order."""
    found = [_head(column, wanted, index) for column in shown]
    return [*found, {"label": "Actions", "hidden": True}] if acts else found


def _head(column: Column, wanted: Wanted, index: str) -> dict[str, Any]:
    now = wanted.sort or OLDEST
    following = f"-{column.key}" if now == column.key else column.key
    sort = {column.key: "ascending", f"-{column.key}": "descending"}.get(now, "")
    url = index + wanted.query(sort="" if following == OLDEST else following, page="")
    return {"label": column.label, "url": url, "sort": sort, "num": column.num, "wide": column.wide}


def sorted_by(sort: str) -> str:
    """The order in words."""
    if sort.removeprefix("-") not in BY_KEY or sort == OLDEST:
        return "What has waited longest comes first"
    backwards = ", backwards" if sort.startswith("-") else ""
    return f"Sorted by {BY_KEY[sort.removeprefix('-')].label.lower()}{backwards}"


def pager(wanted: Wanted, total: int, index: str) -> dict[str, Any]:
    """Which page of how many; one that is too high is the last."""
    pages = max(1, -(-total // PAGE))
    number = min(max(1, int(wanted.page)), pages) if wanted.page.isdecimal() else 1
    before = index + wanted.query(page=str(number - 1)) if number > 1 else ""
    after = index + wanted.query(page=str(number + 1)) if number < pages else ""
    return {"number": number, "pages": pages, "total": total, "previous_url": before, "next_url": after}


def begins_at(page: dict[str, Any]) -> int:
    """The place of a page's first row."""
    return int(page["number"] - 1) * PAGE


def about(wanted: Wanted, since: date | None, until: date | None) -> str:
    """What a list from the report shows, in a sentence; empty where it is the usual ledger."""
    if not (wanted.count or wanted.is_of_a_period):
        return ""
    what = SHARES[wanted.count].label if wanted.count else "Recommendations"
    reason = ", all for the same reason" if wanted.reason else ""
    days = [f"from {spell(since)}"] if since else []
    days += [f"to {spell(until)}"] if until else []
    return f"{what}{reason}; signed {' '.join(days)}." if days else f"{what}{reason}."
