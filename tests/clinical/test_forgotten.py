"""Nobody is forgotten: who was passed over by the weekly review, each list with its clinical sentence."""

import pytest

from registry.clinical.facts import EpisodeFacts
from registry.clinical.forgotten import CHECKS, LABELS, NEVER, OLD, WEEK_8, forgotten
from registry.clinical.picture import picture
from registry.clinical.protocol import DEFAULT_PROTOCOL as P
from tests.clinical.cases import TODAY, case, closed, enrolled, phq9, referred, review


def lists(facts: EpisodeFacts) -> set[str]:
    found = forgotten([("patient", picture(facts, P, TODAY))])
    return {code for code, names in found.items() if names == ["patient"]}


STUCK = (phq9(75, 20), phq9(2, 18))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        case("a new patient has two weeks until the first review", enrolled(13), set()),
        case("after two weeks the first review is missed", enrolled(14), {NEVER}),
        case("a review before the enrolment is none of this episode", enrolled(20, reviews=(review(30),)), {NEVER}),
        case("reviewed once, nobody is forgotten while the patient improves",
             enrolled(100, scores=(phq9(95, 20), phq9(5, 8)), reviews=(review(90),)), set()),
        case("not improved and looked at within sixty days", enrolled(100, scores=(phq9(95, 20), phq9(5, 18)),
             reviews=(review(60),)), set()),
        case("not improved and not looked at for more than sixty days", enrolled(100, scores=(phq9(95, 20), phq9(5, 18)),
             reviews=(review(61),)), {OLD}),
        case("week 8 begins and nobody has looked since", enrolled(56, scores=(phq9(50, 20), phq9(2, 18)),
             reviews=(review(10),)), {WEEK_8}),
        case("looked at on the first day of week 8", enrolled(70, scores=(phq9(65, 20), phq9(2, 18)),
             reviews=(review(14),)), set()),
        case("week 12 has passed: the sixty days count", enrolled(85, scores=STUCK, reviews=(review(40),)), set()),
        case("never reviewed in weeks 8 to 12 stands on two lists", enrolled(60, scores=(phq9(55, 20), phq9(2, 18))),
             {NEVER, WEEK_8}),
        case("a referral is not reviewed yet", referred(30), set()),
        case("a closed episode is not looked at any more", closed(100, scores=STUCK), set()),
    ],
)  # fmt: skip
def test_who_is_forgotten(facts: EpisodeFacts, expected: set[str]) -> None:
    assert lists(facts) == expected


def test_every_list_has_its_words() -> None:
    assert set(CHECKS) == set(LABELS)
