"""The way of an episode: which status may follow which, and why a move is refused.

``python -m registry.clinical.episode_moves > docs/episode-status.md`` draws the table.
"""

import sys
from dataclasses import dataclass

from registry.clinical.dates import listed, spell
from registry.clinical.facts import EpisodeFacts
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol
from registry.clinical.risk import open_item9, positive_items


@dataclass(frozen=True, slots=True)
class Move:
    """One legal move and what it is called on a button."""

    source: str
    to: str
    label: str


STATUSES = {
    "referred": "Referred",
    "outreach": "Outreach",
    "consented": "Consented",
    "enrolled": "Enrolled",
    "relapse_prevention": "Relapse prevention",
    "closed": "Closed",
}

MOVES: tuple[Move, ...] = (
    Move("referred", "outreach", "Start outreach"),
    Move("referred", "consented", "Record consent"),
    Move("referred", "closed", "Close"),
    Move("outreach", "consented", "Record consent"),
    Move("outreach", "closed", "Close"),
    Move("consented", "enrolled", "Enroll"),
    Move("consented", "closed", "Close"),
    Move("enrolled", "relapse_prevention", "Step down to relapse prevention"),
    Move("enrolled", "closed", "Close"),
    Move("relapse_prevention", "enrolled", "Step back up"),
    Move("relapse_prevention", "closed", "Close"),
)

#: Why an episode was closed: the codes of the portable extract (S19).
CLOSE_REASONS = {
    "graduated": "Graduated",
    "lost_to_follow_up": "Lost to follow-up",
    "administrative_inactivity": "Inactive for 90 days",
    "withdrew": "Withdrew",
    "transferred": "Transferred to other care",
    "died": "Died",
    "other": "Other",
}


def legal_moves(status: str) -> tuple[Move, ...]:
    """The moves that a status allows."""
    return tuple(move for move in MOVES if move.source == status)


def refuse_or_none(
    status: str, to: str, facts: EpisodeFacts, reason: str = "", protocol: Protocol = DEFAULT_PROTOCOL
) -> str | None:
    """The sentence that refuses a move, or None where it is allowed."""
    if all(move.to != to for move in legal_moves(status)):
        return _not_in_table(status, to)
    if to == "enrolled" and facts.consented_on is None:
        return "Record the consent before enrolling the patient."
    if to == "closed":
        return _refuse_closing(facts, reason, protocol)
    return None


def _not_in_table(status: str, to: str) -> str:
    names = [STATUSES[move.to].lower() for move in legal_moves(status)]
    here, there = STATUSES.get(status, status).lower(), STATUSES.get(to, to).lower()
    if not names:
        return f"A closed episode stays closed: start a new episode instead of moving it to {there}."
    return f"An episode that is {here} cannot become {there}; it can become {listed(names).replace(' and ', ' or ')}."


def _refuse_closing(facts: EpisodeFacts, reason: str, protocol: Protocol) -> str | None:
    """Closing needs a coded reason, and no positive item 9 left without an assessment (unless death)."""
    if reason not in CLOSE_REASONS:
        return "Choose why the episode is closed."
    waiting = open_item9(facts, protocol)
    if not waiting or reason == "died":
        return None
    days = listed(spell(score.taken_on) for score in waiting)
    item = positive_items(waiting)
    return f"{item[0].upper()}{item[1:]} was positive on {days}: record the risk assessment before closing."


def diagram() -> str:
    """The table of moves as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> referred"]
    lines += [f"    {move.source} --> {move.to}: {move.label}" for move in MOVES]
    return "\n".join([*lines, "    closed --> [*]"])


def page() -> str:
    """docs/episode-status.md: the diagram, the statuses and the reasons for closing."""
    return "\n".join(
        [
            "# The status of an episode",
            "",
            "Generated from `registry/clinical/episode_moves.py`; do not edit by hand.",
            "",
            "```mermaid",
            diagram(),
            "```",
            "",
            "A status change is a row with its day, its author and its reason; it is never edited. Enrolling needs a",
            "recorded consent. Closing needs a coded reason and no positive item 9 left without an assessment. A",
            "closed episode stays closed: who comes back gets a new episode with a new baseline.",
            "",
            "| code | reason for closing |",
            "|---|---|",
            *(f"| `{code}` | {label} |" for code, label in CLOSE_REASONS.items()),
            "",
        ]
    )


if __name__ == "__main__":  # pragma: no cover
    sys.stdout.write(page())
