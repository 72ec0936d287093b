"""The words of the pages about plans."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry.clinical.dates import counted
from registry.clinical.plan_labels import LANGUAGES
from registry.clinical.plans import HANDED_OVER, Section, differences, sections


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a plan as it is read."""

    id: UUID
    made_on: date
    saved_at: datetime | None
    """Where another version is of the same day."""
    by: str
    age: str
    reason: str
    language: str
    handed_over: str
    sections: tuple[Section, ...]
    changes: tuple[tuple[str, str, str], ...]
    """Heading, before and after of every part that this version changed."""


def version_views(versions: Sequence[tuple[Any, str]], today: date) -> list[VersionView]:
    """The versions, the last first, each with what it changed."""
    before = [*(row.content for row, _ in versions[1:]), None]
    days = Counter(row.made_on for row, _ in versions)
    return [
        _view(row, by, earlier, days[row.made_on] > 1, today)
        for (row, by), earlier in zip(versions, before, strict=False)
    ]


def _view(row: Any, by: str, before: dict[str, Any] | None, timed: bool, today: date) -> VersionView:
    return VersionView(
        id=row.id,
        made_on=row.made_on,
        saved_at=row.recorded_at if timed else None,
        by=by or "import",
        age=ago(row.made_on, today),
        reason=row.reason,
        language=LANGUAGES.get(row.language, row.language),
        handed_over=HANDED_OVER.get(row.handed_over, row.handed_over),
        sections=sections(row.kind, row.content),
        changes=tuple(differences(row.kind, before, row.content)) if before is not None else (),
    )


def ago(on: date, today: date) -> str:
    days = (today - on).days
    return "today" if days <= 0 else f"{counted(days, 'day')} ago"
