"""Two people change one thing to do: what the later one wanted beside what the earlier one saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.clinical.dates import spell

if TYPE_CHECKING:
    from registry.workload import Entry

Row = tuple[str, str, str]


def rows(entry: Entry, typed: Mapping[str, Any], names: Mapping[str, str]) -> list[Row]:
    """What, which day, whose and why it waits: yours where you typed something else, and theirs."""
    item = entry.item
    day = typed.get("day") or typed.get("until") or item.day
    owner = names.get(str(typed.get("owner_id") or ""), "") or entry.owner
    found = [
        ("What", str(typed.get("title") or item.title), item.title),
        ("Day", spell(day) if isinstance(day, date) else "", spell(item.day)),
        ("Whose", owner, entry.owner),
    ]
    if "reason" in typed:
        found.append(("Why it can wait", str(typed["reason"] or ""), item.put_off))
    if "remark" in typed:
        found.append(("Remark", str(typed["remark"] or ""), ""))
    return found
