"""How patients are listed and compared."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from registry.clinical.episode_moves import STATUSES

STATUS: dict[str | None, str] = dict(STATUSES) | {None: "Not in the program"}
LABELS = {"mrn": "MRN", "pcp_id": "PCP"}
"""Columns whose name is not how they are called."""


def side_by_side(yours: Mapping[str, Any], theirs: Any) -> list[tuple[str, str, str]]:
    """(label, yours, theirs) of every field of the form."""
    return [(name.replace("_", " ").capitalize(), _words(value), _words(getattr(theirs, name)))
            for name, value in yours.items()]  # fmt: skip


def _words(value: Any) -> str:
    return (
        {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value
    )


def keys_of(value: Any) -> set[UUID]:
    """The keys of other rows that corrections keep."""
    return set(_keys(value))


def _keys(value: Any, column: str = "") -> Iterator[UUID]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _keys(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _keys(one, column)
    elif key := _key(value, column):
        yield key


def _key(value: Any, column: str) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and column.endswith(("_id", "_by")) else None
    except ValueError:
        return None


def with_names(value: Any, names: Mapping[UUID, str], column: str = "") -> Any:
    """What was changed, with names in place of keys; a row without a name is "on record"."""
    if isinstance(value, Mapping):
        return {_label(name): with_names(one, names, name) for name, one in value.items()}
    if isinstance(value, list):
        return [with_names(one, names, column) for one in value]
    key = _key(value, column)
    return names.get(key, "on record") if key else value


def _label(column: str) -> str:
    """A column as people call it."""
    return LABELS.get(column, column.removesuffix("_id").replace("_", " "))
