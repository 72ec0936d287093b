"""Combined care: the second treatment of sequential care (CC1), exchanges in split care (CC2), and why to combine."""

from typing import Any

import pytest

from registry.clinical.care import Care, Combination, Exchange, PastTrial, TherapyCourse
from registry.clinical.combination import combined_words, indications, model_words, treatments_now
from registry.clinical.facts import Check, Contact, EpisodeFacts, Score
from registry.clinical.picture import picture
from tests.clinical.cases import TODAY, P, ago, case, drug, enrolled, found, gad7, phq9, seen

FLAT = (phq9(60, 20), phq9(5, 18))
BETTER = (phq9(60, 20), phq9(5, 9))
SERT = drug("sertraline", (60, "start", 50.0))
CBT = TherapyCourse("c1", ago(20), "cbt")


CHOSEN_30_DAYS_AGO = (
    "Medication first since Oct 19, 2026; therapy was due on Nov 16, 2026 without a response. "
    "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."
)


def given(*days: int) -> tuple[Contact, ...]:
    """Contacts that gave behavioral activation."""
    return tuple(seen(day, interventions=("behavioural_activation",)) for day in days)


def combined(model: Combination, **more: Any) -> EpisodeFacts:
    """An enrolled patient whose treatments are combined that way."""
    care = Care(combinations=(model,), courses=more.pop("courses", ()), exchanges=more.pop("exchanges", ()))
    return enrolled(60, **{"scores": FLAT, "care": care, **more})


def sequential(first: str = "medication", due: int | None = 2, on: int = 60) -> Combination:
    return Combination("m1", ago(on), "sequential", first, None if due is None else ago(due))


def split(on: int) -> Combination:
    return Combination("m1", ago(on), "split")


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("medication first has not worked: therapy is due", "CC1", combined(sequential(), medications=(SERT,)),
             "Medication first since Sep 19, 2026; therapy was due on Nov 16, 2026 without a response. "
             "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."),
        case("not before its day", "CC1", combined(sequential(due=-1)), None),
        case("on its day", "CC1", combined(sequential(due=0)),
             "Medication first since Sep 19, 2026; therapy was due on Nov 18, 2026 without a response. "
             "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."),
        case("a response needs no second treatment", "CC1", combined(sequential(), scores=BETTER), None),
        case("the second has begun: a course of therapy", "CC1", combined(sequential(), courses=(CBT,)), None),
        case("or a therapy given in contacts", "CC1",
             combined(sequential(), contacts=(seen(10, interventions=("cbt",)),)), None),
        case("a therapy from before the choice is not the second", "CC1",
             combined(sequential(on=30), contacts=(seen(40, interventions=("cbt",)),)),
             "Medication first since Oct 19, 2026; therapy was due on Nov 16, 2026 without a response. "
             "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."),
        case("therapy first has not worked: medication is due", "CC1", combined(sequential("therapy"), courses=(CBT,)),
             "Therapy first since Sep 19, 2026; medication was due on Nov 16, 2026 without a response. "
             "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."),
        case("a psychotropic is the second", "CC1", combined(sequential("therapy"), medications=(SERT,)), None),
        case("a medicine of before the choice is not the second", "CC1",
             combined(sequential("therapy", on=30), medications=(drug("trazodone", (50, "start", 50.0)),)),
             "Therapy first since Oct 19, 2026; medication was due on Nov 16, 2026 without a response. "
             "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."),
        case("one that is held has begun", "CC1",
             combined(sequential("therapy"), medications=(drug("sertraline", (20, "start", 50.0), (2, "hold", None)),)), None),
        case("one that is raised to its minimum effective dose since is", "CC1",
             combined(sequential("therapy", on=30), medications=(drug("sertraline", (50, "start", 25.0), (9, "change", 50.0)),)),
             None),
        case("a sleep medicine that is raised is none", "CC1",
             combined(sequential("therapy", on=30), medications=(drug("trazodone", (50, "start", 50.0), (9, "change", 100.0)),)),
             "Therapy first since Oct 19, 2026; medication was due on Nov 16, 2026 without a response. "
             "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."),
        case("nor one that was at its dose before and is resumed after a hold", "CC1",
             combined(sequential("therapy", on=30), medications=(
                 drug("lithium", (50, "start", 900.0), (20, "hold", None), (18, "resume", 900.0), (9, "change", 600.0)),)),
             "Therapy first since Oct 19, 2026; medication was due on Nov 16, 2026 without a response. "
             "PHQ-9 20 on Sep 19, 2026 (baseline), 18 on Nov 13, 2026, 10% lower."),
        case("one that was stopped and is begun again is", "CC1",
             combined(sequential("therapy", on=30), medications=(
                 drug("trazodone", (50, "start", 50.0), (40, "stop", None), (9, "start", 50.0)),)), None),
        case("a therapy given once before the choice and again since is the second", "CC1",
             combined(sequential(on=30), contacts=(seen(40, interventions=("cbt",)), seen(9, interventions=("cbt",)))),
             None),
        case("a therapy that contacts gave before the choice and that simply went on is not the second", "CC1",
             combined(sequential(on=30), contacts=given(58, 51, 44, 37, 31, 23, 16, 9)), CHOSEN_30_DAYS_AGO),
        case("nor is one given on two days before, and again after seven weeks", "CC1",
             combined(sequential(on=30), contacts=given(58, 51, 9)), CHOSEN_30_DAYS_AGO),
        case("one that is taken up again after more than eight weeks is", "CC1",
             combined(sequential(on=30), contacts=given(90, 80, 9)), None),
        case("so is another one beside it", "CC1",
             combined(sequential(on=30), contacts=(*given(58, 51, 9), seen(5, interventions=("cbt",)))), None),
        case("a course of before the choice is not the second, whatever contacts give of it", "CC1",
             combined(sequential(on=30), courses=(CBT._replace(on=ago(50)),), contacts=(seen(23, interventions=("cbt",)),)),
             CHOSEN_30_DAYS_AGO),
        case("one that had ended, and is given again, is", "CC1",
             combined(sequential(on=30), courses=(CBT._replace(on=ago(50), until=ago(40)),),
                      contacts=(seen(23, interventions=("cbt",)),)), None),
        case("so is one that was left open in an earlier episode, and is given again", "CC1",
             combined(sequential(on=30), courses=(CBT._replace(on=ago(400)),), earlier_closed_on=ago(300),
                      contacts=(seen(23, interventions=("cbt",)),)), None),
        case("not measured is not a response", "CC1", combined(sequential(), scores=()),
             "Medication first since Sep 19, 2026; therapy was due on Nov 16, 2026 without a response. "
             "No PHQ-9 since enrollment on Sep 19, 2026."),
        case("from a baseline that was not elevated a response is not denied", "CC1",
             combined(sequential(), scores=(phq9(60, 4), phq9(5, 3))),
             "Medication first since Sep 19, 2026; therapy was due on Nov 16, 2026, and from a baseline that was not elevated "
             "no response can be told. PHQ-9 4 on Sep 19, 2026 (baseline), 3 on Nov 13, 2026, 25% lower."),
        case("without a day nothing is due", "CC1", combined(sequential(due=None)), None),
        case("the latest model holds", "CC1",
             enrolled(60, scores=FLAT, care=Care(combinations=(sequential(), Combination("m2", ago(1), "integrated")))),
             None),
        case("without a model nothing is due", "CC1", enrolled(60, scores=FLAT), None),
        case("split care without an exchange for thirty days", "CC2", combined(split(30)),
             "Split care since Oct 19, 2026 without an exchange of prescriber and therapist."),
        case("not before", "CC2", combined(split(29)), None),
        case("an exchange counts for thirty days", "CC2", combined(split(60), exchanges=(Exchange("x", ago(29)),)), None),
        case("and no longer", "CC2", combined(split(60), exchanges=(Exchange("x", ago(30)),)),
             "Last exchange of prescriber and therapist on Oct 19, 2026."),
        case("a new dose asks for an exchange at once", "CC2",
             combined(split(60), exchanges=(Exchange("x", ago(10)),), medications=(drug("sertraline", (60, "start", 50.0), (3, "change", 100.0)),)),
             "Last exchange of prescriber and therapist on Nov 8, 2026; since then sertraline changed to 100 mg on "
             "Nov 15, 2026."),
        case("so does a new therapy", "CC2", combined(split(25), courses=(CBT,)),
             "Split care since Oct 24, 2026 without an exchange of prescriber and therapist; since then cognitive "
             "behavioral therapy started on Oct 29, 2026."),
        case("so does the end of a therapy", "CC2",
             combined(split(60), exchanges=(Exchange("x", ago(15)),), courses=(CBT._replace(until=ago(8)),)),
             "Last exchange of prescriber and therapist on Nov 3, 2026; since then cognitive behavioral therapy ended on "
             "Nov 10, 2026."),
        case("an exchange on the day of the change knows of it", "CC2",
             combined(split(60), exchanges=(Exchange("x", ago(3)),), medications=(drug("sertraline", (3, "start", 50.0)),)), None),
        case("an exchange from before split care does not count", "CC2",
             combined(split(40), exchanges=(Exchange("x", ago(50)),)),
             "Split care since Oct 9, 2026 without an exchange of prescriber and therapist."),
        case("split care of an earlier episode ended with it", "CC2", combined(split(400), earlier_closed_on=ago(300)), None),
        case("so did sequential care", "CC1", combined(sequential(on=400, due=350), earlier_closed_on=ago(300)), None),
        case("what was chosen between the episodes holds", "CC2", combined(split(90), earlier_closed_on=ago(300)),
             "Split care since Aug 20, 2026 without an exchange of prescriber and therapist."),
        case("on the day on which one closed and the next began it is of the next", "CC2",
             combined(split(70), earlier_closed_on=ago(70)),
             "Split care since Sep 9, 2026 without an exchange of prescriber and therapist."),
        case("collaborative care asks for no exchange", "CC2", combined(Combination("m1", ago(60), "collaborative")), None),
    ],
)  # fmt: skip
def test_combined_care(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def wsas(total: int) -> Score:
    return Score("w", "wsas", ago(5), total, answered=5)


@pytest.mark.parametrize(
    ("code", "facts", "told"),
    [
        case("a severe depression", "severity", enrolled(20, scores=(phq9(5, 20),)),
             "PHQ-9 20 on Nov 13, 2026 is severe (20 or more)."),
        case("19 is not severe", "severity", enrolled(20, scores=(phq9(5, 19),)), None),
        case("never measured is not severe", "severity", enrolled(20), None),
        case("half a year without improvement", "chronicity", enrolled(182, scores=(phq9(182, 18), phq9(5, 17))),
             "Week 26 of care without improvement. PHQ-9 18 on May 20, 2026 (baseline), 17 on Nov 13, 2026, 6% lower."),
        case("not a day before", "chronicity", enrolled(181, scores=(phq9(181, 18), phq9(5, 17))), None),
        case("a partial response", "partial", enrolled(60, scores=(phq9(60, 20), phq9(5, 14))),
             "PHQ-9 20 on Sep 19, 2026 (baseline), 14 on Nov 13, 2026, 30% lower."),
        case("no response is not a partial one", "partial", enrolled(60, scores=FLAT), None),
        case("depression and anxiety together", "comorbidity", enrolled(60, scores=(phq9(5, 12), gad7(5, 11))),
             "On record together: PHQ-9 12 on Nov 13, 2026 and GAD-7 11 on Nov 13, 2026."),
        case("depression and trauma", "comorbidity",
             enrolled(60, scores=(phq9(5, 12), gad7(5, 9)), checks=(Check("trauma", ago(50), True),)),
             "On record together: PHQ-9 12 on Nov 13, 2026 and trauma (yes on Sep 29, 2026)."),
        case("a no is no condition", "comorbidity",
             enrolled(60, scores=(phq9(5, 12),), checks=(Check("trauma", ago(50), False),)), None),
        case("worse than moderate impairment", "function", enrolled(60, scores=(wsas(21),)),
             "WSAS 21 on Nov 13, 2026: more than moderate impairment (above 20)."),
        case("20 is moderate", "function", enrolled(60, scores=(wsas(20),)), None),
        case("a trial from the history", "recurrence", enrolled(60, care=Care(past_trials=(PastTrial("t", ago(50), "citalopram"),))),
             "Earlier treatment with citalopram."),
        case("nothing earlier is known", "recurrence", enrolled(60), None),
    ],
)  # fmt: skip
def test_why_to_combine(code: str, facts: EpisodeFacts, told: str | None) -> None:
    seen_ = picture(facts, P, TODAY)
    assert next((one.sentence for one in indications(seen_) if one.code == code), None) == told


def test_recurrence_by_diagnosis_and_earlier_episodes() -> None:
    reasons = indications(picture(enrolled(60), P, TODAY), "F33.1", 2)
    assert [one.sentence for one in reasons] == [
        "Diagnosis F33.1 (recurrent) and 2 earlier episodes of care here."
    ]
    assert indications(picture(enrolled(60), P, TODAY), "F32.1", 0) == ()


def test_a_reason_carries_its_source_and_its_mark() -> None:
    severe, *_ = indications(picture(enrolled(20, scores=(phq9(5, 22),)), P, TODAY))
    assert severe.source.startswith("S47")
    assert severe.awaiting_sign_off


def test_what_runs_today() -> None:
    facts = combined(split(5), medications=(SERT, drug("ibuprofen", (9, "start", 400.0))), courses=(CBT,))
    assert treatments_now(picture(facts, P, TODAY)) == (["sertraline"], ["cognitive behavioral therapy"])


@pytest.mark.parametrize(
    ("model", "words"),
    [
        case("split", split(1), "Split"),
        case("sequential with its day", sequential(),
             "Sequential: medication first; therapy is due Nov 16, 2026 if it has not worked"),
        case("sequential without a day", sequential("therapy", None),
             "Sequential: therapy first; medication follows if it has not worked"),
        case("an unknown one as it was stored", Combination("m", ago(1), "other"), "other"),
    ],
)  # fmt: skip
def test_the_model_in_words(model: Combination, words: str) -> None:
    assert model_words(model) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        case("nobody chose one", enrolled(60), ""),
        case("the second drug is still to come", combined(sequential("therapy")),
             "Sequential: therapy first; medication is due Nov 16, 2026 if it has not worked"),
        case("the second drug runs", combined(sequential("therapy"), medications=(SERT,)),
             "Sequential: therapy first, then medication from Sep 19, 2026"),
        case("the second drug is held: it has begun", combined(sequential("therapy"), medications=(
            drug("sertraline", (20, "start", 50.0), (2, "hold", None)),)),
             "Sequential: therapy first, then medication from Oct 29, 2026"),
        case("the second drug was stopped again", combined(sequential("therapy"), medications=(
            drug("sertraline", (20, "start", 50.0), (2, "stop", None)),)),
             "Sequential: therapy first; medication is due Nov 16, 2026 if it has not worked"),
        case("a course is the second", combined(sequential(), courses=(CBT,)),
             "Sequential: medication first, then therapy from Oct 29, 2026"),
    ],
)  # fmt: skip
def test_the_second_treatment_is_due_until_it_runs(facts: EpisodeFacts, words: str) -> None:
    assert combined_words(facts, TODAY) == words
