"""What nobody outside is shown of a patient with records under 42 CFR Part 2."""

from dataclasses import replace
from typing import Any

import pytest

from registry.clinical.care import (
    Adherence,
    Care,
    DoseStep,
    HealthFact,
    LabResult,
    PastTrial,
    Pathway,
    PathwayEvent,
    SideEffect,
)
from registry.clinical.facts import Check, Decision, EpisodeFacts, Recommendation, Score
from registry.clinical.part_2 import for_outside, speaks_of_use
from tests.clinical.cases import ago, case, drug, enrolled, phq9, review

BUPRENORPHINE = drug("buprenorphine", (40, "start", 16.0))
SERTRALINE = drug("sertraline", (40, "start", 50.0))


def advised(text: str, **more: Any) -> Recommendation:
    return Recommendation("r", 1, "start", text, **more)


def known(*, part_2: bool) -> EpisodeFacts:
    """A patient with substance use on record in every place that holds it, and with depression beside it."""
    about = SERTRALINE.id, BUPRENORPHINE.id
    return enrolled(
        60,
        medications=(SERTRALINE, BUPRENORPHINE, drug("pill", (9, "start", 1.0), drug_class="Substance use")),
        beside=(drug("vivitrol", (9, "start", 380.0)),),
        scores=(phq9(20, 14), Score("a", "audit_c", ago(20), 8, answered=3), Score("d", "dast10", ago(20), 4)),
        checks=(Check("alcohol_drugs", ago(20), True), Check("bipolar", ago(20), False)),
        reviews=(review(9, advised("Raise sertraline to 100 mg"), advised("Naltrexone 50 mg a day")),),
        next_action="Call about the urine screen",
        care=Care(
            steps=tuple(DoseStep(f"s{one}", ago(-5), one, "step", 100) for one in about),
            adherence=tuple(Adherence(f"a{one}", ago(5), one, 90) for one in (*about, None)),
            side_effects=(
                *(SideEffect(f"e{one}", ago(5), one, "Nausea", "mild") for one in about),
                SideEffect("e", ago(5), None, "Opioid withdrawal sweats", "severe"),
            ),
            past_trials=(PastTrial("t1", ago(9), "methadone"), PastTrial("t2", ago(9), "fluoxetine")),
            results=(LabResult("u", ago(9), "urine_screen"), LabResult("n", ago(9), "sodium", 139)),
            health=(HealthFact("h", ago(9), "comorbidity", "Alcohol use"), HealthFact("p", ago(9), "allergy", "nuts")),
            pathways=(Pathway("o", ago(30), "opioid_use", part_2=part_2), Pathway("y", ago(30), "young")),
            pathway_events=(PathwayEvent("x", ago(9), "o", "urine_screen"), PathwayEvent("z", ago(9), "y", "school")),
        ),
    )  # fmt: skip


def test_without_such_records_everything_is_shown() -> None:
    facts = known(part_2=False)
    assert for_outside(facts) is facts


def test_nothing_of_substance_use_is_left() -> None:
    shown = for_outside(known(part_2=True))
    assert [m.name for m in shown.medications] == ["sertraline"]
    assert shown.beside == ()
    assert [s.instrument for s in shown.scores] == ["phq9"]
    assert [c.topic for c in shown.checks] == ["bipolar"]
    assert [r.text for r in shown.reviews[0].recommendations] == ["Raise sertraline to 100 mg"]
    assert shown.next_action == ""
    care = shown.care
    assert [row.medication_id for row in care.steps] == [SERTRALINE.id]
    assert {row.medication_id for row in care.adherence} == {SERTRALINE.id, None}
    assert [row.medication_id for row in care.side_effects] == [SERTRALINE.id]
    assert [row.name for row in care.past_trials] == ["fluoxetine"]
    assert [row.code for row in care.results] == ["sodium"]
    assert [row.code for row in care.health] == ["nuts"]
    assert [row.kind for row in care.pathways] == ["young"]
    assert [row.kind for row in care.pathway_events] == ["school"]


@pytest.mark.parametrize(
    "advice",
    [
        case("in its words", advised("Start Suboxone")),
        case("in its second step", advised("Sertraline", if_fails="Take an AUDIT-C")),
        case("in the PCP's remark", advised("Sertraline", decisions=(Decision(ago(1), "declined", "Drinks again"),))),
    ],
)  # fmt: skip
def test_advice_that_tells_of_it_is_left_out(advice: Recommendation) -> None:
    facts = known(part_2=True)
    assert for_outside(replace(facts, reviews=(review(9, advice),))).reviews[0].recommendations == ()


def test_what_does_not_tell_of_it_stays() -> None:
    facts = replace(known(part_2=True), next_action="Call with PHQ-9")
    assert for_outside(facts).next_action == "Call with PHQ-9"


@pytest.mark.parametrize(
    "text",
    [
        "Drinking less", "no opioids", "Vivitrol monthly", "AUDIT-C", "return to use", "craving", "Opioid withdrawal sweats",
        "precipitated sickness on suboxone", "Precipitated withdrawal", "in withdrawal since Tuesday", "dope sick",
        "morphine withdrawal", "Bup dose? He used fent again", "bupe film", "Call about bup taper", "stay clean from H",
        "off H", "Been clean", "90 days clean", "smokes weed", "Go to the NA meeting", "AA sponsor", "drug screen", "IV use",
        "COWS 12", "in rehab", "social withdrawal", "SSRI withdrawal", "withdrawal from clonazepam", "benzo withdrawal", "EtOH daily", "goes to AA", "DUI in May", "Used last night",
        "Percocet from a friend", "in the MAT program", "three beers", "naloxone kit",
        "his sobriety", "no drugs", "no more weed", "off the pot", "smoked crack", "LSD", "took ecstasy", "a lapse last week",
        "call the sponsor", "SMART Recovery", "harm reduction", "Norco", "misusing adderall", "pills from the street",
        "medication-assisted treatment", "medication assisted treatment", "relapsed on Friday", "in recovery", "edibles",
        "drug court", "Lortab 10", "got high", "shooting up", "percs", "abstinent", "Al-Anon", "delta-8 gummies", "coke",
        "prescription abuse", "opiates", "cannabis", "cannabinoids", "needle exchange",
        "Dejar de beber", "la bebida", "sin drogas", "heroína", "Heroina", "metadona", "una recaída", "recaida", "cervezas",
        "dejar de tomar.", "volví a tomar", "su adicción", "está sobrio", "alcohólico", "borracho", "marihuana", "la mota",
        "cocaína", "llevo limpio un mes", "pastillas de la calle", "mi padrino", "consumo", "desintoxicación",
        "rehabilitación", "fentanilo", "opioides",
    ],
)  # fmt: skip
def test_words_that_tell_of_it(text: str) -> None:
    assert speaks_of_use(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Relapse prevention plan", "Material for the patient", "Auditory symptoms",
        "withdrawn at school", "clean the kitchen", "A clean house", "weed the garden", "buy a pot", "bupropion 150 mg",
        "busy", "hay fever", "vitamin H", "n/a", "aa bb", "cows", "cardiac rehab", "drug interaction", "used the skills again",
        "precipitated by a move", "Low mood after a lapse of sleep", "PCP to call",
        "potassium", "potential", "spot", "tweed", "weeding", "crackers", "collapse", "time lapse of a week", "flower pot",
        "a pot of soup", "diet coke", "sponsored", "antidepressant drugs", "stroke rehabilitation", "rehabilitación física",
        "plan de prevención de recaídas", "dejó de tomar sertralina", "Main street", "high mood", "lives on the street",
        "childhood abuse", "clean the drugstore", "hypotension", "recovery from surgery", "the lapsing of time", "consumer",
        "tomar la medicina", "limpiar la casa",
    ],
)  # fmt: skip
def test_words_that_do_not(text: str) -> None:
    assert not speaks_of_use(text)
