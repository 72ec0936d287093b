"""Why? Each derived value names its rule, the facts with their days, the numbers and the source."""

from dataclasses import replace

import pytest

from registry.clinical import care as c
from registry.clinical.agenda import rank_in
from registry.clinical.explain import (
    Explanation,
    explain,
    explain_change,
    explain_course,
    explain_place,
    explain_refused,
    explain_status,
)
from registry.clinical.facts import Contact, Decision, EpisodeFacts, Recommendation, Review, Score
from registry.clinical.findings import RULES, Finding
from registry.clinical.picture import picture
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.clinical.sources import AWAITING
from registry.clinical.views import standing
from tests.clinical.cases import (
    TODAY,
    P,
    advice,
    ago,
    case,
    closed,
    cssrs,
    drug,
    enrolled,
    gad7,
    missed,
    phq9,
    plan,
    referred,
    review,
    seen,
)


def why(facts: EpisodeFacts, code: str) -> Explanation:
    found = standing(facts, P, TODAY)
    return explain(next(f for f in found.findings if f.code == code), found.picture)


def told(explanation: Explanation) -> list[str]:
    """The facts in words, each with its day."""
    return [f"{used.on or 'none'}: {used.words}" for used in explanation.facts]


@pytest.mark.parametrize(
    ("facts", "code", "expected"),
    [
        case("a positive item 9 names its score", enrolled(60, scores=(phq9(5, 18, 2),)), "SF1",
             ["2026-11-13: PHQ-9 18, item 9: 2"]),
        case("a positive item 10 names the item of the EPDS",
             enrolled(60, scores=(Score("e", "epds", ago(5), 12, 10, item9=1),)), "SF1",
             ["2026-11-13: EPDS 12, item 10 of the EPDS: 1"]),
        case("a late contact names the enrolment and the last one", enrolled(60, contacts=(seen(30),)), "C2",
             ["2026-09-19: enrolled (initial assessment)", "2026-10-19: last treatment contact",
              "2026-10-19: treatment contact, phone"]),
        case("what a contact told of the medication stands with it", enrolled(60, contacts=(seen(30, adherence="some"),)),
             "C2", ["2026-09-19: enrolled (initial assessment)", "2026-10-19: last treatment contact",
                    "2026-10-19: treatment contact, phone, misses doses"]),
        case("a discharge names the stay and the place", enrolled(60, contacts=(seen(9),), care=c.Care(
                health=(c.HealthFact("h", ago(1), "discharge", "emergency", "Mercy Hospital"),))), "C8",
             ["2026-09-19: enrolled (initial assessment)", "2026-11-09: last treatment contact",
              "2026-11-17: discharge: emergency Mercy Hospital"]),
        case("no contact is a fact too", enrolled(40), "C1",
             ["2026-10-09: enrolled (initial assessment)", "none: no treatment contact since enrollment"]),
        case("missed calls are named one by one", enrolled(40, contacts=(missed(9), missed(5, "outreach_attempt"))), "C7",
             ["2026-10-09: enrolled (initial assessment)", "2026-11-09: no-show, phone, not reached",
              "2026-11-13: outreach attempt, phone, not reached"]),
        case("a change that shows no effect names the change", enrolled(
                60, scores=(phq9(58, 18), phq9(31, 18)), medications=(drug("sertraline", (30, "start", 50.0)),)), "X9",
             ["2026-09-19: enrolled (initial assessment)", "2026-10-18: PHQ-9 18",
              "2026-10-19: last change of treatment: sertraline started at 50 mg",
              "2026-10-19: sertraline started at 50 mg"]),
        case("advice names its state", enrolled(60, reviews=(review(30, advice(1, "increase", (20, "accepted"))),)), "X8",
             ["2026-09-19: enrolled (initial assessment)",
              "2026-10-19: recommendation 1 (increase dose), accepted on Oct 29, 2026"]),
        case("or that nobody answered", enrolled(60, reviews=(review(30, advice(1, "increase")),)), "X7",
             ["2026-09-19: enrolled (initial assessment)", "2026-10-19: recommendation 1 (increase dose), no answer yet"]),
        case("an assessment names its level", enrolled(20, risk_assessments=(cssrs(2, plan=True),)), "SF2",
             ["2026-11-16: C-SSRS: high"]),
        case("a stale plan names the day it was gone through",
             enrolled(200, risk_assessments=(cssrs(2, plan=True),), safety_plans=(plan(150),)), "SF6",
             ["2026-06-21: safety plan made or gone through"]),
        case("a partial form says how much was answered",
             enrolled(20, scores=(phq9(2, 15, None, answered=8),)), "M2",
             ["2026-10-29: enrolled (initial assessment)", "2026-11-16: PHQ-9 15, 8 of 9 items answered"]),
        case("a referral counts from its day", referred(9), "E2", ["2026-11-09: referred"]),
        case("a closed episode from its close", closed(20, scores=(phq9(2, 18),)), "D6",
             ["2026-10-29: episode closed", "2026-11-16: PHQ-9 18"]),
    ],
)  # fmt: skip
def test_the_facts_that_a_finding_used(facts: EpisodeFacts, code: str, expected: list[str]) -> None:
    assert told(why(facts, code)) == expected


def test_a_finding_explains_itself_by_the_numbers_of_its_protocol() -> None:
    own = DEFAULT_PROTOCOL.with_values("Winter", ago(50), acute_interval=21)
    found = standing(enrolled(60, contacts=(seen(30),)), own, TODAY)
    explained = explain(next(f for f in found.findings if f.code == "C2"), found.picture)
    number = explained.numbers[0]
    assert explained.rule.startswith(
        "Holds when not yet better on two scores, and the last treatment contact is older than 21 d (in the first month, "
        "until 28 d after enrollment, than 7 d). Window: every 7 d to 21 d."
    )
    assert (number.name, str(number.held), str(number.published), number.is_own) == (
        "acute_interval",
        "21 d",
        "14 d",
        True,
    )
    assert (explained.protocol, explained.in_force) == ("Winter", "in force since Sep 29, 2026")
    assert explained.awaiting_sign_off
    assert explained.source.startswith("S35 ")
    assert explained.anchor == "C2"


@pytest.mark.parametrize(
    ("scores", "title", "rule", "anchor"),
    [
        ((phq9(58, 18), phq9(5, 8)), "PHQ-9: Response", "Response: baseline 10 (PHQ-9) or more; at least 50 % below it.", "status-T1"),
        ((phq9(58, 18),), "PHQ-9: Baseline only", "There is one score since enrollment, the baseline: nothing can be judged yet.", "statuses"),
        ((), "PHQ-9: Not measured", "No score with a total since enrollment: nothing is known and nothing is claimed.", "statuses"),
        ((phq9(58, 8), phq9(5, 7)), "PHQ-9: Baseline not elevated", "The baseline is below 10 (PHQ-9): only deterioration is judged.", "statuses"),
    ],
)  # fmt: skip
def test_a_status_explains_itself(scores: tuple[Score, ...], title: str, rule: str, anchor: str) -> None:
    seen_now = picture(enrolled(60, scores=scores), P, TODAY)
    explained = explain_status(seen_now.primary, seen_now)
    assert (explained.title, explained.anchor) == (title, anchor)
    assert explained.rule.endswith(rule)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        case("a low score that is too old for remission says so", enrolled(90, scores=(phq9(90, 20), phq9(40, 4))),
             " 4 is below 5, but 40 days old now: remission takes a score of at most 30 d."),
        case("in a closed episode by the day of its close", closed(140, scores=(phq9(230, 20), phq9(171, 4))),
             " 4 is below 5, but 31 days old when the episode closed: remission takes a score of at most 30 d."),
        case("a score that is not low enough says nothing of its age", enrolled(90, scores=(phq9(90, 20), phq9(40, 5))), ""),
        case("nor does remission", enrolled(90, scores=(phq9(90, 20), phq9(4, 4))), ""),
    ],
)  # fmt: skip
def test_response_tells_when_age_alone_keeps_remission_away(facts: EpisodeFacts, words: str) -> None:
    seen_now = picture(facts, P, TODAY)
    explained = explain_status(seen_now.primary, seen_now)
    assert explained.sentence == seen_now.primary.sentence + words
    assert ("remission_window" in [n.name for n in explained.numbers]) is (
        bool(words) or seen_now.primary.status == "T3"
    )


def test_a_change_is_worked_out_before_the_eyes() -> None:
    seen_now = picture(
        enrolled(60, scores=(phq9(58, 18, id="a"), phq9(30, 6, id="b"), phq9(5, 12, id="c"))), P, TODAY
    )
    explained = explain_change(seen_now.primary, seen_now)
    assert explained.sentence == "(12 − 18) ÷ 18 = −33%."
    assert told(explained) == [
        "2026-09-19: enrolled (initial assessment)",
        "2026-09-21: PHQ-9 18 (baseline)",
        "2026-10-19: PHQ-9 6 (best)",
        "2026-11-13: PHQ-9 12 (latest)",
    ]
    assert [n.name for n in explained.numbers] == ["response_percent", "partial_percent", "baseline_window"]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        case("worse has a plus", (phq9(5, 20),), "(20 − 18) ÷ 18 = +11%."),
        case("unchanged has no sign", (phq9(5, 18),), "(18 − 18) ÷ 18 = 0%."),
        case("without a later score there is none", (), "No change can be worked out: it takes a baseline above 0 and a later score."),
    ],
)  # fmt: skip
def test_the_sum(later: tuple[Score, ...], expected: str) -> None:
    seen_now = picture(enrolled(60, scores=(phq9(58, 18), *later)), P, TODAY)
    assert explain_change(seen_now.primary, seen_now).sentence == expected


def test_a_place_on_the_agenda_explains_its_points() -> None:
    found = standing(enrolled(80, scores=(phq9(78, 18), phq9(5, 17))), P, TODAY)
    explained = explain_place(rank_in(found.picture, found.findings, TODAY), found.picture)
    assert explained.sentence == "45 points."
    assert told(explained)[0].startswith(
        "none: 45 points, weeks 8 to 12, not improved, not reviewed since week 8 (X3): "
    )
    assert told(explained)[-1] == "none: never reviewed by the consultant"
    assert explained.anchor == "agenda"


def test_advice_that_was_declined_or_not_done_explains_its_place_on_the_agenda() -> None:
    declined = Recommendation(
        "r", 1, "increase", decisions=(Decision(ago(5), "declined", "The QTc is 480."),)
    )
    undone = Recommendation("s", 2, "labs", decisions=(Decision(ago(4), "not_implemented"),))
    done = Recommendation("t", 3, "labs", decisions=(Decision(ago(4), "implemented"),))
    found = standing(enrolled(60, reviews=(Review("v", ago(9), (declined, undone, done)),)), P, TODAY)
    explained = explain_refused(found.picture)
    assert told(explained) == [
        "2026-11-09: recommendation 1 (increase dose), declined on Nov 13, 2026",
        "2026-11-09: recommendation 2 (labs or monitoring), not implemented on Nov 14, 2026",
        "2026-11-13: reason given: The QTc is 480",
    ]
    assert "was declined or not implemented" in explained.rule
    assert (explained.source, explained.anchor) == ("the registry's own judgement", "agenda")


def test_nobody_without_a_reason_has_points() -> None:
    found = standing(enrolled(5, scores=(phq9(3, 18),)), P, TODAY)
    explained = explain_place(rank_in(found.picture, found.findings, TODAY), found.picture)
    assert explained.sentence == "No reason for the agenda: 0 points."


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_every_rule_can_explain_a_finding(rule: object) -> None:
    facts = enrolled(60, scores=(phq9(58, 18), gad7(40, 12)), contacts=(seen(30),), reviews=(review(20),))
    seen_now = picture(facts, P, TODAY)
    code, sources = rule.code, rule.sources  # type: ignore[attr-defined]
    finding = next(r for r in RULES if r.code == code).finding(type("T", (), _TOLD)())  # type: ignore[arg-type]
    explained = explain(finding, seen_now)
    assert explained.code == code
    assert explained.source
    assert explained.awaiting_sign_off is ("M" in sources)
    assert AWAITING not in explained.source


_TOLD = {"sentence": "Told.", "facts": (), "urgency": None, "action": None, "label": None, "tag": None,
         "sources": ()}  # fmt: skip


def test_facts_of_the_care_are_named_by_kind_and_what() -> None:
    care = c.Care(
        results=(c.LabResult("lab", ago(3), "lithium_level", 0.9),),
        side_effects=(c.SideEffect("nausea", ago(2), None, "nausea", "mild"),),
        exchanges=(c.Exchange("exchange", ago(1)),),
    )
    seen_now = picture(replace(enrolled(60), care=care), P, TODAY)
    finding = Finding(
        "C1", RULES[0].urgency, "s", "a", "w", "src", False, ("lab", "nausea", "exchange"), "none", "l"
    )
    assert told(explain(finding, seen_now))[1:-1] == [
        "2026-11-15: result: lithium level 0.9",
        "2026-11-16: side effect: nausea",
        "2026-11-17: exchange with the other clinician",
    ]


def test_unknown_words_are_told_as_they_are() -> None:
    odd = (Contact("c", ago(3), "visit_of_the_moon"), Score("s", "unknown_form", ago(2), 3))
    seen_now = picture(enrolled(60, contacts=odd[:1], scores=odd[1:]), P, TODAY)
    finding = Finding("C3", RULES[0].urgency, "s", "a", "w", "src", False, ("c", "s"), "none", "l")
    assert told(explain(finding, seen_now))[1:] == [
        "2026-11-15: visit_of_the_moon",
        "2026-11-16: unknown_form 3",
    ]


def test_a_drug_that_has_not_begun_is_no_fact() -> None:
    later = drug("sertraline", (-3, "start", 50.0))
    seen_now = picture(enrolled(60), P, TODAY)._replace(facts=enrolled(60, medications=(later,)))
    finding = Finding("C3", RULES[0].urgency, "s", "a", "w", "src", False, (later.id,), "none", "l")
    assert len(explain(finding, seen_now).facts) == 1


@pytest.mark.parametrize(
    ("scores", "change", "status"),
    [
        case("a scale with a baseline and a later score explains both", (phq9(50, 18), phq9(5, 6)),
             "PHQ-9: change since baseline", "PHQ-9: Response"),
        case("one score has no change to explain", (phq9(50, 18),), None, "PHQ-9: Baseline only"),
    ],
)  # fmt: skip
def test_a_scale_explains_its_change_and_its_status(
    scores: tuple[Score, ...], change: str | None, status: str
) -> None:
    one = picture(enrolled(60, scores=scores), P, TODAY)
    found = explain_course(one.primary, one)
    assert (found.title, found.change and found.change.title, found.status.title) == ("PHQ-9", change, status)
