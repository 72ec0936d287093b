"""The views of the caseload, and the tags of a row."""

import pytest

from registry.clinical.facts import EpisodeFacts
from registry.clinical.views import VIEWS, due_on, standing, tags
from tests.clinical.cases import TODAY, P, ago, case, closed, enrolled, phq9, referred, review, seen

CALM = {"reviews": (review(10),), "contacts": (seen(3),), "scores": (phq9(30, 18), phq9(3, 9))}


def in_views(facts: EpisodeFacts) -> set[str]:
    stands = standing(facts, P, TODAY)
    return {name for name, holds in VIEWS.items() if holds(stands)}


@pytest.mark.parametrize(
    ("facts", "views"),
    [
        case("a patient who does well and is not due", enrolled(30, next_action_due_on=ago(-7), **CALM), {"all"}),
        case("due in six days is this week", enrolled(30, next_action_due_on=ago(-6), **CALM), {"all", "due"}),
        case("late is this week's too", enrolled(30, next_action_due_on=ago(20), **CALM), {"all", "due"}),
        case("without a recorded date the protocol's counts", enrolled(20, **CALM), {"all", "due"}),
        case("an open item 9 is safety", enrolled(30, next_action_due_on=ago(-9), **{**CALM, "scores": (phq9(3, 9, 1),)}),
             {"all", "safety"}),
        case("not better in week 9 is not improving and for consult",
             enrolled(63, next_action_due_on=ago(-9), contacts=(seen(3),), scores=(phq9(63, 18), phq9(3, 17))),
             {"all", "not_improving", "consult"}),
        case("a referral is not on the caseload but may be due", referred(1), {"due"}),
        case("a closed episode is nowhere", closed(9, next_action_due_on=ago(3)), set()),
    ],
)  # fmt: skip
def test_views(facts: EpisodeFacts, views: set[str]) -> None:
    assert in_views(facts) == views


def test_the_recorded_date_goes_before_the_protocols() -> None:
    assert due_on(standing(enrolled(20, next_action_due_on=ago(-30), **CALM), P, TODAY)) == ago(-30)


def test_a_row_has_one_tag_of_each_kind_and_three_at_most() -> None:
    bad = enrolled(63, scores=(phq9(63, 18), phq9(40, 19, 1)))
    shown = tags(standing(bad, P, TODAY).findings)
    assert [f.tag for f in shown] == ["safety", "stuck", "consult"]
    assert len(tags(standing(bad, P, TODAY).findings, most=9)) == 5
