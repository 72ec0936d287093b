"""How patients are listed and compared."""

from collections.abc import Mapping
from typing import Any

from registry.clinical.episode_moves import STATUSES

STATUS: dict[str | None, str] = dict(STATUSES) | {None: "Not in the program"}


def side_by_side(yours: Mapping[str, Any], theirs: Any) -> list[tuple[str, str, str]]:
    """(label, yours, theirs) of every field of the form."""
    return [(name.replace("_", " ").capitalize(), _words(value), _words(getattr(theirs, name)))
            for name, value in yours.items()]  # fmt: skip


def _words(value: Any) -> str:
    return (
        {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value
    )
