"""T4 to T6 as findings, X1 to X9, X11 and A1."""

from typing import Any

import pytest

from registry.clinical.facts import AgendaMark, Contact, EpisodeFacts
from registry.clinical.findings import Urgency
from tests.clinical.cases import advice, ago, case, drug, enrolled, found, gad7, phq9, review, seen

FLAT = (phq9(80, 18), phq9(5, 17))
SERT = drug("sertraline", (35, "start", 50.0))


def flat(days: int, **facts: Any) -> EpisodeFacts:
    """Not improved since the baseline on the enrolment day."""
    return enrolled(days, **{"scores": (phq9(days, 18), phq9(5, 17)), **facts})


def week(number: int, total: int, **facts: Any) -> EpisodeFacts:
    """A therapy began some weeks before the latest PHQ-9, which was five days ago."""
    given = tuple(seen(days, interventions=("cbt",)) for days in (5 + 7 * number, (5 + 7 * number) // 2, 5))
    return enrolled(120, **{"contacts": given, "scores": (phq9(120, 20), phq9(5, total)), **facts})


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("five points above the baseline", "T6", enrolled(30, scores=(phq9(30, 12), phq9(5, 17))),
             "PHQ-9 17 on Nov 13, 2026 is 5 points above the baseline of 12 on Oct 19, 2026."),
        case("five points above the best score", "T6", enrolled(60, scores=(phq9(60, 20), phq9(30, 9), phq9(5, 14))),
             "PHQ-9 14 on Nov 13, 2026 is 5 points above the best score of 9 on Oct 19, 2026."),
        case("the consultant has seen it", "T6",
             enrolled(30, scores=(phq9(30, 12), phq9(5, 17)), reviews=(review(5),)), None),
        case("the next worse score brings it back", "T6",
             enrolled(30, scores=(phq9(30, 12), phq9(5, 17), phq9(1, 18)), reviews=(review(5),)),
             "PHQ-9 18 on Nov 17, 2026 is 6 points above the baseline of 12 on Oct 19, 2026."),
        case("the PHQ-9 is watched where the GAD-7 is primary", "T6",
             enrolled(30, primary_scale="gad7", scores=(gad7(30, 12), gad7(5, 12), phq9(30, 4), phq9(5, 9))),
             "PHQ-9 9 on Nov 13, 2026 is 5 points above the baseline of 4 on Oct 19, 2026."),
        case("the GAD-7 is not where the PHQ-9 is primary", "T6", enrolled(30, scores=(gad7(30, 8), gad7(5, 19))), None),
        case("a partial response at eight weeks is told", "T4", enrolled(56, scores=(phq9(56, 20), phq9(5, 14))),
             "Week 8: PHQ-9 20 on Sep 23, 2026 (baseline), 14 on Nov 13, 2026, 30% lower."),
        case("not a day before", "T4", enrolled(55, scores=(phq9(55, 20), phq9(5, 14))), None),
        case("below 10 is better", "T4", enrolled(56, scores=(phq9(56, 14), phq9(5, 9))), None),
        case("no response at eight weeks is told", "T5", flat(63),
             "Week 9: PHQ-9 18 on Sep 16, 2026 (baseline), 17 on Nov 13, 2026, 6% lower."),
        case("a patient who got worse is not improving either", "T5",
             enrolled(63, scores=(phq9(63, 12), phq9(5, 18)), reviews=(review(2),)),
             "Week 9: PHQ-9 12 on Sep 16, 2026 (baseline), 18 on Nov 13, 2026, 50% higher."),
        case("a baseline alone shows nothing", "T5", enrolled(63, scores=(phq9(63, 18),)), None),
        case("a small drop after five weeks of a step", "X1",
             enrolled(60, scores=(phq9(36, 18), phq9(2, 14)), medications=(SERT,)),
             "Sertraline started at 50 mg on Oct 14, 2026; PHQ-9 18 on Oct 13, 2026, 14 on Nov 16, 2026."),
        case("five points are enough", "X1", enrolled(60, scores=(phq9(36, 18), phq9(2, 13)), medications=(SERT,)), None),
        case("but not where they are under 20 percent", "X1",
             enrolled(60, scores=(phq9(36, 26), phq9(2, 21)), medications=(SERT,)),
             "Sertraline started at 50 mg on Oct 14, 2026; PHQ-9 26 on Oct 13, 2026, 21 on Nov 16, 2026."),
        case("before four weeks it is too early", "X1",
             enrolled(60, scores=(phq9(36, 18), phq9(2, 17)), medications=(drug("sertraline", (27, "start", 50.0)),)), None),
        case("after six weeks it is not an early signal", "X1",
             enrolled(60, scores=(phq9(50, 18), phq9(2, 17)), medications=(drug("sertraline", (43, "start", 50.0)),)), None),
        case("a step is judged from the last score before it", "X1",
             enrolled(60, scores=(phq9(60, 22), phq9(36, 15), phq9(2, 14)), medications=(SERT,)),
             "Sertraline started at 50 mg on Oct 14, 2026; PHQ-9 15 on Oct 13, 2026, 14 on Nov 16, 2026."),
        case("or from the baseline where it came after", "X1",
             enrolled(60, scores=(phq9(30, 18), phq9(2, 17)), medications=(SERT,)),
             "Sertraline started at 50 mg on Oct 14, 2026; PHQ-9 18 on Oct 19, 2026, 17 on Nov 16, 2026."),
        case("without a score since the step nothing is known", "X1",
             enrolled(60, scores=(phq9(60, 22), phq9(36, 18)), medications=(SERT,)), None),
        case("a patient who is better needs no signal", "X1",
             enrolled(60, scores=(phq9(60, 22), phq9(36, 10), phq9(2, 9)), medications=(SERT,)), None),
        case("nor one who never was high", "X1",
             enrolled(60, scores=(phq9(36, 8), phq9(2, 8)), medications=(SERT,)), None),
        case("without a step there is none to judge", "X1", flat(60), None),
        case("17 at week 4 of a therapy is off track", "X2", week(4, 17),
             "Cognitive behavioral therapy started on Oct 16, 2026; PHQ-9 17 on Nov 13, 2026, about week 4."),
        case("16 is not", "X2", week(4, 16), None),
        case("13 at week 9 is", "X2", week(9, 13),
             "Cognitive behavioral therapy started on Sep 11, 2026; PHQ-9 13 on Nov 13, 2026, about week 9."),
        case("9 at week 14 is", "X2", week(14, 9),
             "Cognitive behavioral therapy started on Aug 7, 2026; PHQ-9 9 on Nov 13, 2026, about week 14."),
        case("week 6 is none of the weeks", "X2", week(6, 27), None),
        case("it was reviewed", "X2", week(4, 17, reviews=(review(5),)), None),
        case("without a score nothing is known", "X2", week(4, 17, scores=()), None),
        case("without a therapy it is no matter", "X2", flat(60), None),
        case("week 8 and not better", "X3", flat(56),
             "Week 8: PHQ-9 18 on Sep 23, 2026 (baseline), 17 on Nov 13, 2026, 6% lower. Never reviewed. "
             "Week 12 ends on Dec 16, 2026."),
        case("not a day before week 8", "X3", flat(55), None),
        case("after week 12 it is X5's", "X3", flat(85), None),
        case("a review before week 8 does not count", "X3", flat(60, reviews=(review(5),)),
             "Week 8: PHQ-9 18 on Sep 19, 2026 (baseline), 17 on Nov 13, 2026, 6% lower. "
             "Last review on Nov 13, 2026. Week 12 ends on Dec 12, 2026."),
        case("a review in week 8 does", "X3", flat(60, reviews=(review(4),)), None),
        case("below 10 needs none", "X3", enrolled(60, scores=(phq9(60, 18), phq9(5, 9))), None),
        case("no score since a high baseline is not improvement", "X3", enrolled(60, scores=(phq9(60, 18),)),
             "Week 8: PHQ-9 18 on Sep 19, 2026 (baseline); no later score. Never reviewed. "
             "Week 12 ends on Dec 12, 2026."),
        case("without a baseline nothing is known", "X3", enrolled(60), None),
        case("84 days without a change", "X4", flat(84),
             "PHQ-9 18 on Aug 26, 2026 (baseline), 17 on Nov 13, 2026, 6% lower. No change recorded."),
        case("83 days are not 12 weeks", "X4", flat(83), None),
        case("a change restarts the clock", "X4", flat(100, medications=(drug("sertraline", (83, "start", 50.0)),)), None),
        case("for twelve weeks", "X4", flat(100, medications=(drug("sertraline", (84, "start", 50.0)),)),
             "PHQ-9 18 on Aug 10, 2026 (baseline), 17 on Nov 13, 2026, 6% lower. "
             "Last change: sertraline started at 50 mg on Aug 26, 2026."),
        case("advice carried out is a change", "X4",
             flat(100, reviews=(review(30, advice(1, "increase", (20, "implemented"))),)), None),
        case("advice to go on is not", "X4",
             flat(84, reviews=(review(30, advice(1, "continue", (20, "implemented"))),)),
             "PHQ-9 18 on Aug 26, 2026 (baseline), 17 on Nov 13, 2026, 6% lower. No change recorded."),
        case("a change before the episode counts from the enrolment", "X4",
             flat(50, medications=(drug("sertraline", (300, "start", 50.0)),)), None),
        case("70 days, not improved, never reviewed", "X5", flat(70),
             "PHQ-9 18 on Sep 9, 2026 (baseline), 17 on Nov 13, 2026, 6% lower. Never reviewed."),
        case("69 days are not judged", "X5", flat(69), None),
        case("a review of 60 days is fresh", "X5", flat(120, reviews=(review(60),)), None),
        case("one of 61 is not", "X5", flat(120, reviews=(review(61),)),
             "PHQ-9 18 on Jul 21, 2026 (baseline), 17 on Nov 13, 2026, 6% lower. Last review on Sep 18, 2026."),
        case("a patient who is better needs none", "X5", enrolled(90, scores=(phq9(90, 18), phq9(5, 8))), None),
        case("two weeks and never reviewed", "X6", enrolled(14),
             "Enrolled on Nov 4, 2026 and not reviewed since; review due by Dec 4, 2026."),
        case("thirteen days are early", "X6", enrolled(13), None),
        case("after thirty days it is late", "X6", enrolled(31),
             "Enrolled on Oct 18, 2026 and not reviewed since; the review was due by Nov 17, 2026."),
        case("one review is enough", "X6", enrolled(200, reviews=(review(190),)), None),
        case("three working days to answer", "X7", enrolled(60, reviews=(review(5, advice(1, "increase")),)), None),
        case("on the fourth it is open", "X7", enrolled(60, reviews=(review(6, advice(1, "increase", (6, "delivered"))),)),
             "Recommendation 1 (increase) of Nov 12, 2026 without an answer for 6 days."),
        case("not delivered is said", "X7", enrolled(60, reviews=(review(6, advice(1, "taper_stop"), advice(2, "labs")),)),
             "Recommendation 1 (taper stop) and 2 (labs) of Nov 12, 2026 without an answer for 6 days; "
             "not recorded as delivered."),
        case("declined is an answer", "X7", enrolled(60, reviews=(review(9, advice(1, "increase", (8, "declined"))),)), None),
        case("to continue asks for none", "X7", enrolled(60, reviews=(review(9, advice(1, "continue")),)), None),
        case("no review, no recommendation", "X7", enrolled(60), None),
        case("accepted two weeks ago and not done", "X8",
             enrolled(60, reviews=(review(20, advice(1, "increase", (14, "accepted"))),)),
             "Recommendation 1 (increase) of Oct 29, 2026 was accepted and is not recorded as done."),
        case("thirteen days are in time", "X8", enrolled(60, reviews=(review(20, advice(1, "increase", (13, "accepted"))),)),
             None),
        case("done is done", "X8",
             enrolled(60, reviews=(review(20, advice(1, "labs", (14, "accepted"), (9, "implemented"))),)), None),
        case("a dose change since shows that it was done", "X8",
             enrolled(60, reviews=(review(20, advice(1, "increase", (14, "accepted"))),),
                      medications=(drug("sertraline", (50, "start", 50.0), (10, "change", 100.0)),)), None),
        case("but not that labs were taken", "X8",
             enrolled(60, reviews=(review(20, advice(1, "labs", (14, "modified"))),),
                      medications=(drug("sertraline", (50, "start", 50.0), (10, "change", 100.0)),)),
             "Recommendation 1 (labs) of Oct 29, 2026 was accepted and is not recorded as done."),
        case("an older change does not show it", "X8",
             enrolled(60, reviews=(review(20, advice(1, "increase", (14, "accepted"))),),
                      medications=(drug("sertraline", (50, "start", 50.0)),)),
             "Recommendation 1 (increase) of Oct 29, 2026 was accepted and is not recorded as done."),
        case("to continue needs no doing", "X8",
             enrolled(60, reviews=(review(20, advice(1, "continue", (14, "accepted"))),)), None),
        case("no review, nothing to do", "X8", enrolled(60), None),
        case("four weeks after a change without a score", "X9",
             enrolled(60, scores=(phq9(40, 18),), medications=(drug("sertraline", (28, "start", 50.0)),)),
             "Sertraline started at 50 mg on Oct 21, 2026; last PHQ-9 18 on Oct 9, 2026."),
        case("a score since shows the effect", "X9",
             enrolled(60, scores=(phq9(40, 18), phq9(3, 12)), medications=(drug("sertraline", (28, "start", 50.0)),)), None),
        case("27 days are early", "X9",
             enrolled(60, scores=(phq9(40, 18),), medications=(drug("sertraline", (27, "start", 50.0)),)), None),
        case("a change before the episode is not judged", "X9",
             enrolled(60, scores=(phq9(60, 18),), medications=(drug("sertraline", (90, "start", 50.0)),)), None),
        case("without a change there is no effect", "X9", enrolled(60, scores=(phq9(40, 18),)), None),
        case("half a year without improvement", "X11", flat(182),
             "Week 26 without improvement. PHQ-9 18 on May 20, 2026 (baseline), 17 on Nov 13, 2026, 6% lower."),
        case("a day less is not", "X11", flat(181), None),
        case("nor is it with improvement", "X11", enrolled(200, scores=(phq9(200, 18), phq9(5, 8))), None),
        case("a consultant who asks to see the patient does", "X12",
             enrolled(60, reviews=(review(5, advice(1, "direct_evaluation")),)),
             "The review of Nov 13, 2026 asks for a direct evaluation; no visit is recorded."),
        case("also where the PCP agreed and nothing happened yet", "X12",
             enrolled(60, reviews=(review(5, advice(1, "direct_evaluation", (4, "accepted"))),)),
             "The review of Nov 13, 2026 asks for a direct evaluation; no visit is recorded."),
        case("until it is done", "X12",
             enrolled(60, reviews=(review(5, advice(1, "direct_evaluation", (1, "implemented"))),)), None),
        case("or declined", "X12",
             enrolled(60, reviews=(review(5, advice(1, "direct_evaluation", (1, "declined"))),)), None),
        case("other advice asks for no visit", "X12", enrolled(60, reviews=(review(5, advice(1, "increase")),)), None),
        case("nor does a patient who was never reviewed", "X12", enrolled(60), None),
    ],
)  # fmt: skip
def test_change(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def test_after_seven_days_an_unanswered_recommendation_is_escalated() -> None:
    early = found(enrolled(60, reviews=(review(7, advice(1, "increase")),)), "X7")
    late = found(enrolled(60, reviews=(review(8, advice(1, "increase")),)), "X7")
    assert early is not None
    assert late is not None
    assert (early.action, late.action) == ("Remind the PCP.", "Escalate to the PCP's lead.")


def test_an_early_signal_asks_for_what_the_step_can_change() -> None:
    scores = (phq9(36, 18), phq9(2, 17))
    drug_step, therapy_step = (
        found(enrolled(60, scores=scores, **step), "X1")
        for step in ({"medications": (SERT,)}, {"contacts": (seen(35, interventions=("cbt",)),)})
    )
    assert drug_step is not None
    assert therapy_step is not None
    assert drug_step.action == "Check adherence and dose; the PCP optimizes the dose."
    assert therapy_step.action.startswith("Look at sessions and homework")


def test_deterioration_is_for_the_same_day() -> None:
    told = found(enrolled(30, scores=(phq9(30, 12), phq9(5, 17))), "T6")
    assert told is not None
    assert told.urgency is Urgency.SAME_DAY
    assert told.awaiting_sign_off


def discussed(days: int, question: str = "") -> Contact:
    return seen(days, discuss=True, question=question)


def asked(days: int, text: str = "") -> AgendaMark:
    return AgendaMark("asked", ago(days), "pcp", text)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        case("a question in a contact stands", enrolled(40, contacts=(discussed(5, " Dose or switch? "),)),
             "Care manager asked on Nov 13, 2026: Dose or switch?"),
        case("without words too", enrolled(40, contacts=(discussed(5),)), "Care manager asked on Nov 13, 2026."),
        case("a PCP may ask", enrolled(40, agenda_marks=(asked(3, "Is it bipolar?"),)),
             "PCP asked on Nov 15, 2026: Is it bipolar?"),
        case("the latest question is told", enrolled(40, contacts=(discussed(5, "a?"),), agenda_marks=(asked(3, "b?"),)),
             "PCP asked on Nov 15, 2026: b?"),
        case("a review answers it", enrolled(40, contacts=(discussed(5),), agenda_marks=(asked(5),), reviews=(review(5),)),
             None),
        case("an older review does not", enrolled(40, contacts=(discussed(5),), reviews=(review(6),)),
             "Care manager asked on Nov 13, 2026."),
        case("to be set aside is not to ask",
             enrolled(40, agenda_marks=(AgendaMark("set_aside", ago(1), review_on=ago(0)),)), None),
    ],
)  # fmt: skip
def test_a_question_stands_until_the_patient_is_reviewed(facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, "A1")
    assert (told.sentence if told else None) == sentence
