"""Facts: sorted by day however they were entered, and cut off at any day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from registry.clinical.dates import (
    age_on,
    listed,
    spell,
    spell_month,
    spell_short,
    within,
    working_days_after,
)
from registry.clinical.drugs import is_antidepressant, is_psychotropic
from registry.clinical.facts import Consent, Contact, DoseEvent, EpisodeFacts, Medication, Score
from registry.clinical.risk import risk_flag
from registry.clinical.treatment import running, treatment_changes
from tests.clinical.cases import (
    TODAY,
    advice,
    ago,
    case,
    closed,
    cssrs,
    drug,
    enrolled,
    phq9,
    plan,
    referred,
    review,
    seen,
    status,
)


def empty() -> EpisodeFacts:
    return EpisodeFacts(episode_id="e", patient_id="p")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        case("the last change is the status", enrolled(60, status(5, "relapse_prevention")), "relapse_prevention"),
        case("several moves on one day follow the way of the episode",
             enrolled(0, status_changes=(status(0, "enrolled"), status(0, "referred"), status(0, "consented"))),
             "enrolled"),
        case("without changes the dates say it", enrolled(60, status_changes=()), "enrolled"),
        case("closed goes before enrolled", enrolled(60, status_changes=(), closed_on=ago(1)), "closed"),
        case("consent goes before the referral", replace(empty(), consents=(Consent(ago(1)),)), "consented"),
        case("nothing known is a referral", empty(), "referred"),
    ],
)  # fmt: skip
def test_status(facts: EpisodeFacts, expected: str) -> None:
    assert facts.status == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        case("who is not enrolled has no week of treatment", referred(30), None),
        case("weeks count from the enrollment", enrolled(60), 8),
        case("the week of an episode that is over stops at its close", closed(50, enrolled_on=ago(106)), 8),
    ],
)  # fmt: skip
def test_the_week_of_treatment(facts: EpisodeFacts, expected: int | None) -> None:
    assert facts.week(TODAY) == expected


def test_a_day_is_spelled_whatever_the_language_of_the_server() -> None:
    day = date(2026, 9, 4)
    assert (spell(day), spell_short(day), spell_month(day)) == ("Sep 4, 2026", "Sep 4", "Sep 2026")


def test_a_series_holds_the_phq_a_with_the_phq9() -> None:
    young = Score("a", "phq_a", ago(9), 14)
    facts = enrolled(60, scores=(phq9(5, None, id="b"), young))
    assert [s.id for s in facts.series("phq9")] == ["a", "b"]
    assert facts.latest("phq9") == young
    assert facts.latest("gad7") is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        case("one that tells item 9 counts as the later", {"item9": None}, {"item9": 0}),
        case(
            "one that tells it higher too: the careful reading", {"item9": 0}, {"item9": 1, "answered": None}
        ),
        case("so does one with more answers", {"item9": 0, "answered": 8}, {"item9": 0, "answered": 9}),
    ],
)
def test_of_equal_totals_of_a_day_the_one_that_tells_more_is_the_later(first: dict, second: dict) -> None:
    for ids in ("ab", "ba"):
        one, other = (phq9(3, 2, id=key, **told) for key, told in zip(ids, (first, second), strict=True))
        assert enrolled(60, scores=(other, one)).scores == (one, other)


def test_item_9_of_0_and_not_asked_are_both_not_positive() -> None:
    assert [phq9(1, 9, answer).positive_item9 for answer in (None, 0, 1)] == [False, False, True]


def test_nothing_after_the_day_is_known() -> None:
    whole = closed(
        0,
        scores=(phq9(5, 9, reviewed_on=ago(1)), phq9(1, 4), phq9(9, 8, reviewed_on=ago(8))),
        contacts=(seen(9), seen(1)),
        medications=(
            drug("sertraline", (9, "start", 50.0), (1, "change", 100.0)),
            drug("x", (1, "start", 1.0)),
        ),
        reviews=(review(9, advice(1, "labs", (8, "delivered"), (1, "accepted"))), review(1)),
        risk_assessments=(cssrs(9), cssrs(1)),
        safety_plans=(plan(9, 1), plan(8, 7), plan(1)),
    )
    cut = whole.as_of(ago(4))
    assert cut.last_fact_on <= ago(4)
    assert cut.closed_on is None
    assert (cut.status, whole.status) == ("enrolled", "closed")
    assert [len(rows) for rows in (cut.scores, cut.contacts, cut.medications, cut.reviews)] == [2, 1, 1, 1]
    assert [s.reviewed_on for s in cut.scores] == [ago(8), None]
    assert cut.medications[0].dose_on(TODAY) == 50.0
    assert cut.reviews[0].recommendations[0].last("delivered", "accepted").kind == "delivered"  # type: ignore[union-attr]
    assert [p.reviewed_on for p in cut.safety_plans] == [None, ago(7)]
    assert cut.as_of(ago(4)) is cut


@pytest.mark.parametrize(
    ("consents", "expected"),
    [
        case("none", (), {0: None}),
        case("one that stands", (Consent(ago(30)),), {31: None, 30: ago(30), 0: ago(30)}),
        case("a renewed one goes on from the first", (Consent(ago(5)), Consent(ago(30))), {10: ago(30), 0: ago(30)}),
        case("a withdrawn one stood until then", (Consent(ago(30), ago(1)),), {2: ago(30), 1: None, 0: None}),
        case("renewed on the day of its withdrawal goes on", (Consent(ago(30), ago(9)), Consent(ago(9))), {0: ago(30)}),
        case("after a gap it begins anew", (Consent(ago(30), ago(9)), Consent(ago(5))),
             {10: ago(30), 7: None, 0: ago(5)}),
        case("one inside another changes nothing", (Consent(ago(30)), Consent(ago(20), ago(10))), {15: ago(30), 0: ago(30)}),
    ],
)  # fmt: skip
def test_a_consent_stands_as_of_each_day(
    consents: tuple[Consent, ...], expected: dict[int, date | None]
) -> None:
    facts = enrolled(60, consents=consents)
    assert {days: facts.as_of(ago(days)).consented_on for days in expected} == expected


def test_an_episode_without_facts_has_no_last_day() -> None:
    assert empty().last_fact_on == date.min


def test_a_medication_from_start_to_stop() -> None:
    taken = drug("x", (30, "stop", None), (90, "start", 50.0), (60, "change", 100.0), (10, "start", 25.0))
    assert [taken.dose_on(ago(d)) for d in (91, 90, 60, 30, 10)] == [None, 50.0, 100.0, None, 25.0]
    assert [taken.is_current(ago(d)) for d in (91, 90, 30, 10)] == [False, True, False, True]
    assert [taken.started_on(ago(d)) for d in (91, 45, 30, 0)] == [None, ago(90), None, ago(10)]
    assert [taken.dose_since(ago(d)) for d in (91, 45, 30)] == [None, ago(60), None]


def test_a_medication_is_held_from_the_first_hold_until_it_is_taken_or_stopped() -> None:
    paused = drug("x", (90, "start", 50.0), (60, "hold", None), (50, "hold", None), (40, "resume", 50.0), (20, "hold", None),
                  (10, "stop", None))  # fmt: skip
    days = (91, 61, 60, 45, 40, 15, 10, 0)
    since = [None, None, ago(60), ago(60), None, ago(20), None, None]
    assert [paused.held_since(ago(d)) for d in days] == since


@pytest.mark.parametrize(
    ("events", "short", "words"),
    [
        case("what is taken stands with its dose", [(60, "start", 50.0), (20, "change", 100.0)], "x 100 mg", "x 100 mg"),
        case("without one where nobody knows it", [(60, "start", None)], "x", "x"),
        case("what is held says so, and since when", [(60, "start", 50.0), (20, "hold", None)],
             "x, held", "x, held since Oct 29, 2026"),
        case("also where it came held", [(20, "hold", None)], "x, held", "x, held since Oct 29, 2026"),
        case("resumed it is taken again", [(60, "start", 50.0), (20, "hold", None), (9, "resume", 25.0)], "x 25 mg", "x 25 mg"),
    ],
)  # fmt: skip
def test_how_a_medication_stands(events: list[tuple[int, str, float | None]], short: str, words: str) -> None:
    (one,) = running([drug("x", *events)], TODAY)
    assert (one.short, one.words) == (short, words)
    assert one.since is not None


def test_what_is_held_stands_after_what_is_taken_and_what_was_stopped_does_not_stand() -> None:
    held = drug("a", (90, "start", 50.0), (60, "hold", None))
    stopped = drug("b", (90, "start", 50.0), (60, "hold", None), (5, "stop", None))
    found = running([held, stopped, drug("c", (30, "start", 5.0), (3, "split", 5.0)), drug("d")], TODAY)
    assert [(one.words, one.since) for one in found] == [
        ("c 5 mg", ago(30)),
        ("a, held since Sep 19, 2026", ago(60)),
    ]


@pytest.mark.parametrize(
    ("events", "held", "expected"),
    [
        case("a stop ends a run", [(10, "stop")], None, None),
        case("begun again on that day it goes on", [(10, "stop"), (10, "start")], None, (90, None)),
        case("and up to three days later", [(10, "stop"), (7, "start")], None, (90, None)),
        case("not after four", [(10, "stop"), (6, "start")], None, (6, 10)),
        case("the days without it count from a hold before the stop", [(30, "hold"), (10, "stop"), (9, "start")], None, (9, 10)),
        case("a hold does not end it", [(80, "hold"), (1, "resume")], None, (90, None)),
        case("but for what it ends it for", [(80, "hold"), (1, "resume")], 7, (1, 80)),
        case("which is the same while it lasts", [(80, "hold")], 7, (90, None)),
        case("a hold of a week is none of these", [(8, "hold"), (1, "resume")], 7, (90, None)),
        case("a hold after a stop begins nothing", [(10, "stop"), (5, "hold")], None, None),
        case("nor does a second stop move the end", [(20, "stop"), (4, "stop"), (2, "start")], None, (2, 20)),
        case("what is planned for tomorrow is not yet", [(-1, "stop")], None, (90, None)),
    ],
)  # fmt: skip
def test_the_present_run(events, held, expected) -> None:
    medication = drug("sertraline", (90, "start", 50.0), *((days, kind, 50.0) for days, kind in events))
    run = medication.run_on(TODAY, held)
    assert (run and tuple(run)) == (expected and (ago(expected[0]), expected[1] and ago(expected[1])))


def test_stopped_and_started_on_one_day_is_taken() -> None:
    assert drug("x", (5, "start", 50.0), (5, "stop", None)).is_current(TODAY)


@pytest.mark.parametrize(
    ("events", "dose", "current"),
    [
        case("changed, then held", (("change", 600.0), ("hold", None)), None, False),
        case("changed, then stopped", (("change", 600.0), ("stop", None)), None, False),
        case("held, then resumed at another dose", (("hold", None), ("resume", 300.0)), 300.0, True),
        case(
            "held, resumed and held again", (("hold", None), ("resume", 900.0), ("hold", None)), None, False
        ),
        case("stopped, then started again", (("stop", None), ("start", 300.0)), 300.0, True),
        case("started again, then stopped", (("stop", None), ("start", 300.0), ("stop", None)), None, False),
        case("raised, then lowered", (("change", 1200.0), ("change", 300.0)), 300.0, True),
    ],
)
def test_the_clock_orders_the_dose_events_of_a_day(
    events: tuple[tuple[str, float | None], ...], dose: float | None, current: bool
) -> None:
    told = [
        DoseEvent(ago(0), kind, mg, at=datetime(2026, 11, 18, hour, tzinfo=UTC))
        for hour, (kind, mg) in enumerate(events)
    ]
    taken = Medication("m", "lithium", None, (*reversed(told), DoseEvent(ago(90), "start", 900.0)))
    assert [(event.kind, event.dose_mg) for event in taken.events[1:]] == list(events)
    assert (taken.dose_on(TODAY), taken.is_current(TODAY)) == (dose, current)


def test_of_one_moment_what_may_be_taken_is_judged_as_taken() -> None:
    assert drug("x", (9, "start", 900.0), (5, "hold", None), (5, "change", 600.0)).dose_on(TODAY) == 600.0


def test_the_clock_orders_the_assessments_of_a_day() -> None:
    morning, evening = (datetime(2026, 11, 13, hour, tzinfo=UTC) for hour in (9, 17))
    raised = cssrs(5, intent=True)._replace(at=morning)
    cleared = cssrs(5, cleared="seen by psychiatry")._replace(at=evening)
    facts = enrolled(60, risk_assessments=(cleared, raised))
    assert not risk_flag(facts.risk_assessments).is_up


def test_only_treatment_is_a_contact() -> None:
    kinds = ("treatment", "outreach_attempt", "scheduling", "no_show", "message")
    assert [Contact("c", TODAY, kind).is_treatment for kind in kinds] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("medication", "antidepressant", "psychotropic"),
    [
        case("by its class", Medication("m", "Brand X", "SSRI"), True, True),
        case("by its name with a strength", Medication("m", "Sertraline 50 MG Oral Tablet"), True, True),
        case(
            "by its name where the class is broad", Medication("m", "sertraline", "psychotropic"), True, True
        ),
        case("lithium is psychotropic", Medication("m", "lithium carbonate"), False, True),
        case(
            "a flagged drug of unknown name is psychotropic",
            Medication("m", "newdrug", "psychotropic"),
            False,
            True,
        ),
        case("a statin is neither", Medication("m", "atorvastatin 20 mg"), False, False),
    ],
)
def test_drugs(medication: Medication, antidepressant: bool, psychotropic: bool) -> None:
    assert (is_antidepressant(medication), is_psychotropic(medication)) == (antidepressant, psychotropic)


def test_changes_of_treatment_are_derived() -> None:
    facts = enrolled(
        90,
        medications=(drug("sertraline", (80, "start", 50.0), (20, "stop", None)), drug("statin", (70, "start", 1.0))),
        contacts=(
            seen(60, interventions=("cbt", "psychoeducation")),
            seen(50, interventions=("cbt", "problem_solving")),
        ),
        reviews=(
            review(45, advice(1, "increase", (40, "implemented")), advice(2, "labs", (39, "implemented")), advice(3, "start")),
        ),
    )  # fmt: skip
    assert [(TODAY - c.on).days for c in treatment_changes(facts)] == [80, 60, 50, 40, 20]
    assert [c.text for c in treatment_changes(facts)] == [
        "sertraline started at 50 mg",
        "cognitive behavioral therapy started",
        "problem-solving treatment started",
        "recommendation 1 carried out",
        "sertraline stopped",
    ]


def test_days_and_words() -> None:
    assert working_days_after(date(2026, 11, 13), 1) == date(2026, 11, 16)
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert age_on(date(2000, 11, 19), TODAY) == 25
    assert age_on(date(2000, 11, 18), TODAY) == 26
    assert age_on(None, TODAY) is None


def test_a_status_without_an_enrolment_day_is_a_referral() -> None:
    from registry.clinical.picture import picture
    from tests.clinical.cases import P

    seen_once = picture(referred(5, moves=(status(1, "enrolled"),)), P, TODAY)
    assert seen_once.stage == "referral"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        case(
            "a word begins small inside a sentence",
            "Medical conditions, heart and QT",
            "medical conditions, heart and QT",
        ),
        case("an abbreviation stays", "QT prolongation", "QT prolongation"),
        case("nothing is nothing", "", ""),
    ],
)
def test_a_text_goes_on_inside_a_sentence(text: str, inside: str) -> None:
    assert within(text) == inside
