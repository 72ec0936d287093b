"""Minutes of the calendar month."""

import pytest

from registry.clinical.care import Care, ReviewTime
from registry.clinical.facts import Consent, Contact, EpisodeFacts
from registry.clinical.minutes import minutes_this_month
from tests.clinical.cases import TODAY, ago, case, closed, enrolled, missed, seen


@pytest.mark.parametrize(
    ("facts", "counted", "why"),
    [
        case("this month's contacts add up", enrolled(60, contacts=(seen(17), seen(3))), 40, []),
        case("last month's do not", enrolled(60, contacts=(seen(18),)), 0, []),
        case("a contact without minutes is nothing", enrolled(60, contacts=(missed(3),)), 0, []),
        case("another's time does not count",
             enrolled(60, contacts=(Contact("c", ago(3), "treatment", "phone", 30, "therapist"),)), 0,
             ["Only the care manager's time counts."]),
        case("the care manager's share of a case review counts", enrolled(60, contacts=(seen(3),),
             care=Care(review_times=(ReviewTime("r", ago(2), "care_manager", 4),))), 24, []),
        case("the consultant's never does, and is no minute that is missing", enrolled(60, contacts=(seen(3),),
             care=Care(review_times=(ReviewTime("r", ago(2), "psychiatric_consultant", 4),))), 20, []),
        case("a case review of last month does not", enrolled(60,
             care=Care(review_times=(ReviewTime("r", ago(18), "care_manager", 4),))), 0, []),
        case("nothing counts without consent", enrolled(60, consents=(), contacts=(seen(3),)), 0,
             ["No consent is recorded."]),
        case("nor before it", enrolled(5, contacts=(seen(9), seen(3))), 20, ["Before the consent of Nov 10, 2026."]),
        case("a renewed consent leaves the earlier one standing",
             enrolled(60, consents=(Consent(ago(63)), Consent(ago(5))), contacts=(seen(9), seen(3))), 40, []),
        case("what came before a withdrawal counts, what came after it does not",
             enrolled(60, consents=(Consent(ago(63), ago(5)),), contacts=(seen(9), seen(5), seen(3))), 20,
             ["After the consent was withdrawn on Nov 13, 2026."] * 2),
        case("nor after discharge", closed(9, contacts=(seen(9), seen(3))), 20,
             ["After the discharge of Nov 9, 2026."]),
        case("nor what has not happened yet", enrolled(60, contacts=(seen(-3),)), 0, []),
    ],
)  # fmt: skip
def test_minutes(facts: EpisodeFacts, counted: int, why: list[str]) -> None:
    minutes = minutes_this_month(facts, TODAY)
    assert minutes.counted == counted
    assert [u.why for u in minutes.uncounted] == why


@pytest.mark.parametrize(
    ("contacts", "words"),
    [
        case("where all minutes count nothing is said", (seen(3),), ""),
        case("one entry", (Contact("c", ago(3), "treatment", "phone", 30, "therapist"),),
             "1 entry does not count: only the care manager's time counts."),
        case("several", tuple(Contact(f"c{d}", ago(d), "treatment", "phone", 30, "therapist") for d in (3, 4)),
             "2 entries do not count: only the care manager's time counts."),
    ],
)  # fmt: skip
def test_minutes_that_do_not_count_are_told(contacts: tuple[Contact, ...], words: str) -> None:
    assert minutes_this_month(enrolled(60, contacts=contacts), TODAY).told == words
