"""P1, and what a plan on a page of its own does for D1, D2 and SF6."""

import pytest

from registry.clinical.care import Care, PlanMade
from registry.clinical.facts import EpisodeFacts, RiskAssessment
from tests.clinical.cases import ago, case, closed, enrolled, found, phq9, plan, referred, seen, status

HELD = (phq9(150, 18), phq9(33, 8), phq9(5, 7))
LONG = (phq9(150, 18), phq9(65, 4), phq9(30, 3), phq9(5, 4))
MODERATE = RiskAssessment("r", ago(3), thoughts=True, method=True, wish_dead=True, intent=False, plan=False,
                          behaviour_lifetime=False)  # fmt: skip


def made(days: int, kind: str = "care") -> Care:
    return Care(plans=(PlanMade(f"{kind}{days}", ago(days), kind),))


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("thirty days without a care plan", "P1", enrolled(30),
             "Enrolled on Oct 19, 2026, 30 days ago, and no care plan yet."),
        case("29 are early", "P1", enrolled(29), None),
        case("made, it is done", "P1", enrolled(60, care=made(50)), None),
        case("made at the referral it counts", "P1", enrolled(60, care=made(70)), None),
        case("one of an earlier episode does not", "P1", enrolled(60, care=made(71)),
             "Enrolled on Sep 19, 2026, 60 days ago, and no care plan yet."),
        case("a relapse plan is no care plan", "P1", enrolled(60, care=made(50, "relapse_prevention")),
             "Enrolled on Sep 19, 2026, 60 days ago, and no care plan yet."),
        case("a plan for tomorrow is not known today", "P1", enrolled(60, care=made(-1)),
             "Enrolled on Sep 19, 2026, 60 days ago, and no care plan yet."),
        case("who steps down needs no new one", "P1", enrolled(150, status(40, "relapse_prevention")), None),
        case("before the enrolment nothing is due", "P1", referred(60), None),
        case("a closed episode asks for nothing", "P1", closed(40), None),
        case("an unknown day of enrolment claims nothing", "P1", enrolled(60, enrolled_on=None), None),
        case("the plan on its own page is the plan that D1 asks for", "D1",
             enrolled(150, scores=HELD, care=made(20, "relapse_prevention")), None),
        case("a care plan is not", "D1", enrolled(150, scores=HELD, care=made(20)),
             "At target since Oct 16, 2026. PHQ-9 18 on Jun 21, 2026 (baseline), 7 on Nov 13, 2026, 61% lower."),
        case("with it and the target held a patient graduates", "D2",
             enrolled(150, scores=LONG, care=made(20, "relapse_prevention")),
             "At target since Sep 14, 2026, with a relapse plan. "
             "PHQ-9 18 on Jun 21, 2026 (baseline), 4 on Nov 13, 2026, 78% lower."),
        case("a safety plan of 91 days is stale while the flag is up", "SF6",
             enrolled(100, contacts=(seen(1),), risk_assessments=(MODERATE,), safety_plans=(plan(91),)),
             "The risk flag is up: the safety plan was last gone through on Aug 19, 2026."),
        case("a new version makes it fresh", "SF6",
             enrolled(100, contacts=(seen(1),), risk_assessments=(MODERATE,), safety_plans=(plan(91), plan(2))), None),
        case("a care plan is no safety plan", "SF6",
             enrolled(100, contacts=(seen(1),), risk_assessments=(MODERATE,), care=made(2)),
             "The risk flag is up: no safety plan is recorded."),
    ],
)  # fmt: skip
def test_findings_about_plans(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence
