"""The way of an episode."""

from pathlib import Path

import pytest

from registry.clinical.episode_moves import CLOSE_REASONS, MOVES, STATUSES, legal_moves, page, refuse_or_none
from registry.clinical.facts import EpisodeFacts
from tests.clinical.cases import case, cssrs, enrolled, phq9, referred

POSITIVE = phq9(5, 12, 1)
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("source", "to", "facts", "reason", "refusal"),
    [
        case("a referral may consent", "referred", "consented", referred(5), "", None),
        case("a referral may not skip consent", "referred", "enrolled", referred(5), "",
             "An episode that is referred cannot become enrolled; it can become outreach, consented or closed."),
        case("to enrol needs a recorded consent", "consented", "enrolled", referred(5), "",
             "Record the consent before enrolling the patient."),
        case("with consent it may", "consented", "enrolled", enrolled(0), "", None),
        case("a closed episode stays closed", "closed", "enrolled", enrolled(9), "",
             "A closed episode stays closed: start a new episode instead of moving it to enrolled."),
        case("an unknown status is refused", "lost", "closed", enrolled(9), "other",
             "A closed episode stays closed: start a new episode instead of moving it to closed."),
        case("to close needs a coded reason", "enrolled", "closed", enrolled(9), "moved away",
             "Choose why the episode is closed."),
        case("with a reason it may", "enrolled", "closed", enrolled(9), "graduated", None),
        case("not with an open item 9", "enrolled", "closed", enrolled(9, scores=(POSITIVE,)), "graduated",
             "Item 9 was positive on Nov 13, 2026: record the risk assessment before closing."),
        case("with its assessment it may", "enrolled", "closed",
             enrolled(9, scores=(POSITIVE,), risk_assessments=(cssrs(2, POSITIVE),)), "graduated", None),
        case("death needs none", "enrolled", "closed", enrolled(9, scores=(POSITIVE,)), "died", None),
        case("back up from relapse prevention", "relapse_prevention", "enrolled", enrolled(99), "", None),
    ],
)  # fmt: skip
def test_moves(source: str, to: str, facts: EpisodeFacts, reason: str, refusal: str | None) -> None:
    told = refuse_or_none(source, to, facts, reason)
    if source == "lost":
        assert told is not None
    else:
        assert told == refusal


def test_every_status_is_reached_and_every_open_one_can_be_closed() -> None:
    assert {m.to for m in MOVES} | {"referred"} == set(STATUSES)
    for status in STATUSES:
        assert status == "closed" or any(m.to == "closed" for m in legal_moves(status))
    assert legal_moves("closed") == ()


def test_the_diagram_in_the_docs_is_current() -> None:
    told = "run: .venv/bin/python -m registry.clinical.episode_moves > docs/episode-status.md"
    assert (DOCS / "episode-status.md").read_text(encoding="utf-8") == page(), told
    assert all(code in page() for code in CLOSE_REASONS)
