"""The lines above the list: the views with their counts, and the choices of the filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.clinical.episode_moves import STATUSES
from registry.clinical.languages import language_name

if TYPE_CHECKING:
    from registry.caseload.queries import Around, Entry, Named, Wanted

VIEW_LABELS = {
    "all": "All active",
    "due": "Due this week",
    "not_improving": "Not improving",
    "consult": "For consult",
    "safety": "Safety",
}
STATUS_LABELS = {
    "": "Open",
    "active": STATUSES["enrolled"],
    **{status: STATUSES[status] for status in ("relapse_prevention", "referred", "closed")},
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One view; a saved one that needs other patients than these has no count."""

    label: str
    query: str
    count: int | None
    current: bool
    hot: bool = False
    edit: str = ""
    """Key of a saved view, to rename or delete it."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One drop-down of the filter line."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def tabs(counts: Mapping[str, int], wanted: Wanted) -> list[Tab]:
    """The five views, each with what it would list under the filters of now."""
    return [
        Tab(
            f"All {STATUS_LABELS[wanted.status].lower()}" if view == "all" and wanted.status else label,
            wanted.query(view="" if view == "all" else view, peek="", page=""),
            counts[view],
            (wanted.view or "all") == view,
            hot=view == "safety" and counts[view] > 0,
        )
        for view, label in VIEW_LABELS.items()
    ]


def saved_tabs(views: Iterable[Named], wanted: Wanted) -> list[Tab]:
    """One's own views; the one whose filters are in force is the current one."""
    now = wanted.kept()
    return [Tab(v.name, v.query, None, v.query == now, edit=str(v.id)) for v in views]


def selects(found: Iterable[Entry], around: Around, wanted: Wanted, own_list: bool) -> list[Select]:
    """The drop-downs; one with a single choice is left out."""
    spoken = sorted({entry.subject.language for entry in found} | ({wanted.language} - {""}))
    offered = (
        _select("pcp", "PCP", [("", "All"), *_named(around.pcps)], wanted.pcp),
        _select("status", "Status", list(STATUS_LABELS.items()), wanted.status),
        _select("manager", "Caseload of", _managers(around, own_list), wanted.manager),
        _select("clinic", "Clinic", [("", "All"), *_named(around.clinics)], wanted.clinic),
        _select(
            "language", "Language", [("", "All"), *((s, language_name(s)) for s in spoken)], wanted.language
        ),
    )
    return [select for select in offered if len(select.choices) > 2 or _is_set(select)]


def _is_set(select: Select) -> bool:
    return any(choice.selected and choice.value for choice in select.choices)


def _select(name: str, label: str, choices: list[tuple[str, str]], now: str) -> Select:
    return Select(name, label, tuple(Choice(value, text, value == now) for value, text in choices))


def _named(named: Iterable[Named]) -> list[tuple[str, str]]:
    return [(str(n.id), n.name) for n in named]


def _managers(around: Around, own_list: bool) -> list[tuple[str, str]]:
    """Me, everybody, or one colleague; who has no list of their own begins with everybody."""
    begin = [("", "Me"), ("all", "Everybody")] if own_list else [("", "Everybody")]
    return begin + _named(around.managers)


def title(around: Around, wanted: Wanted, own_list: bool) -> str:
    """Whose caseload it is."""
    if not wanted.manager:
        return "My caseload" if own_list else "Caseload"
    names = {str(m.id): m.name for m in around.managers}
    return f"Caseload of {names[wanted.manager]}" if wanted.manager in names else "Caseload of everybody"
