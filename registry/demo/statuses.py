"""Where an episode stands: one row for every move."""

from datetime import date

from registry.demo.case import Case
from registry.demo.rows import at

HOURS = {
    "referred": 13,
    "outreach": 14,
    "consented": 15,
    "enrolled": 16,
    "relapse_prevention": 17,
    "closed": 18,
}
"""Moves of one day are recorded in the order of the way through an episode."""


def move(case: Case, status: str, on: date, reason: str = "") -> None:
    """A status row."""
    case.rows.add("episode_status", episode_id=case.episode_id, status=status, on=on, reason=reason,
                  recorded_at=at(on, HOURS[status]), recorded_by=case.clinic.care_manager.id)  # fmt: skip
