"""D1 to D6."""

import pytest

from registry.clinical.care import Care, PlanMade
from registry.clinical.facts import EpisodeFacts, Score
from registry.clinical.findings import Urgency
from tests.clinical.cases import ago, case, closed, enrolled, found, gad7, phq9, seen, status

HELD = (phq9(150, 18), phq9(33, 8), phq9(5, 7))
LONG = (phq9(150, 18), phq9(65, 4), phq9(30, 3), phq9(5, 4))
PREVENTION = status(40, "relapse_prevention")
D1_TOLD = "At target since Oct 16, 2026. PHQ-9 18 on Jun 21, 2026 (baseline), 7 on Nov 13, 2026, 61% lower."
PLANNED = seen(20, interventions=("relapse_prevention_plan",))


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("response held for four weeks", "D1", enrolled(150, scores=HELD), D1_TOLD),
        case("a relapse plan on record is a plan", "D1",
             enrolled(150, scores=HELD, care=Care(plans=(PlanMade("p", ago(9), "relapse_prevention"),))), None),
        case("one of an earlier episode is not", "D1",
             enrolled(150, scores=HELD, care=Care(plans=(PlanMade("p", ago(900), "relapse_prevention"),))), D1_TOLD),
        case("held for 27 days is early", "D1", enrolled(150, scores=(phq9(150, 18), phq9(32, 8), phq9(5, 7))), None),
        case("one score shows nothing held", "D1", enrolled(150, scores=(phq9(150, 18), phq9(5, 7))), None),
        case("a worse score between starts it again", "D1",
             enrolled(150, scores=(phq9(150, 18), phq9(60, 8), phq9(33, 10), phq9(5, 7))), None),
        case("a baseline below 10 has no target", "D1", enrolled(150, scores=(phq9(150, 8), phq9(40, 2), phq9(5, 2))), None),
        case("with a plan it is done", "D1", enrolled(150, scores=HELD, contacts=(PLANNED,)), None),
        case("in relapse prevention it is done", "D1", enrolled(150, PREVENTION, scores=HELD), None),
        case("remission held for two months with a plan", "D2", enrolled(150, scores=LONG, contacts=(PLANNED,)),
             "At target since Sep 14, 2026, with a relapse plan. "
             "PHQ-9 18 on Jun 21, 2026 (baseline), 4 on Nov 13, 2026, 78% lower."),
        case("in relapse prevention there is a plan", "D2", enrolled(150, PREVENTION, scores=LONG),
             "At target since Sep 14, 2026, with a relapse plan. "
             "PHQ-9 18 on Jun 21, 2026 (baseline), 4 on Nov 13, 2026, 78% lower."),
        case("without a plan nobody graduates", "D2", enrolled(150, scores=LONG, contacts=(seen(20),)), None),
        case("nor does anybody while item 9 waits for an assessment", "D2",
             enrolled(150, PREVENTION, scores=(*LONG[:-1], phq9(5, 4, item9=1))), None),
        case("59 days are early", "D2",
             enrolled(150, PREVENTION, scores=(phq9(150, 18), phq9(64, 4), phq9(5, 4))), None),
        case("not at target, not ready", "D2", enrolled(150, PREVENTION, scores=(phq9(150, 18), phq9(5, 12))), None),
        case("who relapses does not graduate, even at half the baseline", "D2",
             enrolled(150, PREVENTION, scores=(phq9(150, 22), phq9(80, 9), phq9(5, 10))), None),
        case("10 in relapse prevention is relapse", "D3",
             enrolled(150, PREVENTION, scores=(phq9(150, 18), phq9(50, 7), phq9(5, 10))),
             "In relapse prevention; PHQ-9 10 on Nov 13, 2026, best 7 on Sep 29, 2026."),
        case("a first score of 10 is told alone", "D3", enrolled(150, PREVENTION, scores=(phq9(5, 10),)),
             "In relapse prevention; PHQ-9 10 on Nov 13, 2026."),
        case("so are five points above the best", "D3",
             enrolled(150, PREVENTION, scores=(phq9(150, 18), phq9(50, 3), phq9(5, 8))),
             "In relapse prevention; PHQ-9 8 on Nov 13, 2026, best 3 on Sep 29, 2026."),
        case("four are not", "D3", enrolled(150, PREVENTION, scores=(phq9(150, 18), phq9(50, 3), phq9(5, 7))), None),
        case("before relapse prevention it is T6", "D3", enrolled(150, scores=(phq9(150, 18), phq9(50, 3), phq9(5, 10))),
             None),
        case("without a score nothing is known", "D3", enrolled(150, PREVENTION), None),
        case("59 days without contact", "D4", enrolled(150, contacts=(seen(59),)), None),
        case("60 days call for a last effort", "D4", enrolled(150, contacts=(seen(60),)),
             "Last treatment contact on Sep 19, 2026, 60 days ago. It becomes inactive on Dec 18, 2026."),
        case("counted from the enrolment where there was none", "D4", enrolled(60),
             "No treatment contact since enrollment on Sep 19, 2026, 60 days ago. It becomes inactive on Dec 18, 2026."),
        case("from 90 days on it is D5", "D4", enrolled(150, contacts=(seen(90),)), None),
        case("90 days are the end", "D5", enrolled(150, contacts=(seen(90),)),
             "Last treatment contact on Aug 20, 2026, 90 days ago. Discharge for inactivity would be dated Nov 18, 2026."),
        case("the date is never the contact's own", "D5", enrolled(150, contacts=(seen(100),)),
             "Last treatment contact on Aug 10, 2026, 100 days ago. Discharge for inactivity would be dated Nov 8, 2026."),
        case("89 are not", "D5", enrolled(150, contacts=(seen(89),)), None),
        case("a high score after closing", "D6", closed(40, scores=(phq9(5, 10),)),
             "Closed on Oct 9, 2026; PHQ-9 10 on Nov 13, 2026."),
        case("a high GAD-7 too", "D6", closed(40, scores=(gad7(5, 12),)),
             "Closed on Oct 9, 2026; GAD-7 12 on Nov 13, 2026."),
        case("a partial form with a positive item 9", "D6", closed(40, scores=(phq9(5, None, 2),)),
             "Closed on Oct 9, 2026; PHQ-9 without a total, item 9 scored 2 on Nov 13, 2026."),
        case("a low one is no news", "D6", closed(40, scores=(phq9(5, 9),)), None),
        case("a PHQ-2 is no PHQ-9", "D6", closed(40, scores=(Score("t", "phq2", ago(5), 6),)), None),
        case("one from before closing is past", "D6", closed(40, scores=(phq9(41, 20),)), None),
        case("after a year the watch ends", "D6", closed(366, scores=(phq9(5, 20),)), None),
        case("death ends it", "D6", closed(40, "died", scores=(phq9(5, 20),)), None),
        case("an unknown day of closing claims nothing", "D6",
             enrolled(90, status(40, "closed", "other"), scores=(phq9(5, 20),)), None),
    ],
)  # fmt: skip
def test_step_down(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def test_a_positive_item_9_after_closing_is_for_the_same_day() -> None:
    told = found(closed(40, scores=(phq9(5, 12, 1),)), "D6")
    assert told is not None
    assert (told.urgency, told.tag) == (Urgency.SAME_DAY, "safety")
    told = found(closed(40, scores=(phq9(5, 12, 0),)), "D6")
    assert told is not None
    assert told.urgency is Urgency.THIS_WEEK
