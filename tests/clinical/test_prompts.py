"""Prompts: said when they should be, silent when answered, back when what they are about changes."""

from dataclasses import replace
from datetime import date

import pytest

from registry.clinical.care import Care, HealthFact, LabResult, PromptAnswer
from registry.clinical.drugs import CATALOGUE
from registry.clinical.facts import Check, DoseEvent
from registry.clinical.prompts import CHECKS, NEW, _seen, open_prompts, prompts, prompts_before
from tests.clinical.cases import TODAY, ago, asked, case, drug, enrolled

OLD, WOMAN = date(1955, 1, 1), {"sex": "female", "birth_date": date(1990, 1, 1)}


def taking(*drugs, beside=(), health=(), results=(), screen="negative", checks=(), **facts):
    medications = tuple(d if not isinstance(d, str) else drug(d, (60, "start", 20.0)) for d in drugs)
    others = tuple(drug(name, (30, "start", None)) for name in beside)
    checks += () if screen is None else (asked("bipolar", 80, screen == "positive"),)
    return enrolled(
        90,
        medications=medications,
        beside=others,
        checks=checks,
        care=Care(health=tuple(health), results=tuple(results)),
        **facts,
    )


def low_salts(*results):
    rows = tuple(LabResult(f"r{days}", ago(days), code, value, low=3.5) for code, value, days in results)
    facts = taking(drug("citalopram", (40, "start", 20.0)))
    return replace(facts, care=facts.care._replace(results=rows))


def health(kind, code="", value="active", days=50):
    return HealthFact(f"{kind}{code}{days}", ago(days), kind, code, value)


@pytest.mark.parametrize(
    ("facts", "code", "about"),
    [
        case("an MAOI with an SSRI", taking("phenelzine", "sertraline"), "maoi", "phenelzine + sertraline"),
        case("an MAOI alone", taking("phenelzine"), "maoi", None),
        case("not once one was stopped", taking("phenelzine", drug("sertraline", (60, "start", 50.0), (3, "stop", None))),
             "maoi", None),
        case("an MAOI five days after an SSRI",
             taking(drug("phenelzine", (2, "start", 15.0)), drug("sertraline", (60, "start", 50.0), (7, "stop", None))),
             "maoi_washout", f"phenelzine + sertraline + {ago(7)}"),
        case("an MAOI two weeks after an SSRI",
             taking(drug("phenelzine", (0, "start", 15.0)), drug("sertraline", (60, "start", 50.0), (14, "stop", None))),
             "maoi_washout", None),
        case("an MAOI three weeks after fluoxetine",
             taking(drug("phenelzine", (0, "start", 15.0)), drug("fluoxetine", (60, "start", 20.0), (21, "stop", None))),
             "maoi_washout", f"fluoxetine + phenelzine + {ago(21)}"),
        case("an MAOI five weeks after fluoxetine",
             taking(drug("phenelzine", (0, "start", 15.0)), drug("fluoxetine", (60, "start", 20.0), (35, "stop", None))),
             "maoi_washout", None),
        case("an SSRI ten days after an MAOI",
             taking(drug("sertraline", (0, "start", 50.0)), drug("phenelzine", (60, "start", 45.0), (10, "stop", None))),
             "maoi_washout", f"phenelzine + sertraline + {ago(10)}"),
        case("an SSRI five days after another",
             taking(drug("sertraline", (0, "start", 50.0)), drug("fluoxetine", (60, "start", 20.0), (5, "stop", None))),
             "maoi_washout", None),
        case("a tranquilizer ten days after an MAOI",
             taking(drug("lorazepam", (0, "start", 1.0)), drug("phenelzine", (60, "start", 45.0), (10, "stop", None))),
             "maoi_washout", None),
        case("an MAOI with bupropion", taking("phenelzine", "bupropion"), "maoi_pressor", "bupropion + phenelzine"),
        case("linezolid with a stimulant", taking("methylphenidate", beside=["linezolid"]), "maoi_pressor",
             "linezolid + methylphenidate"),
        case("an MAOI with atomoxetine and an SSRI: each has its own danger", taking("phenelzine", "atomoxetine", "sertraline"),
             "maoi_pressor", "atomoxetine + phenelzine"),
        case("bupropion with sertraline", taking("bupropion", "sertraline"), "maoi_pressor", None),
        case("an MAOI with guanfacine", taking("phenelzine", "guanfacine"), "maoi_pressor", None),
        case("an MAOI ten days after bupropion",
             taking(drug("phenelzine", (0, "start", 15.0)), drug("bupropion", (60, "start", 300.0), (10, "stop", None))),
             "maoi_washout", f"bupropion + phenelzine + {ago(10)}"),
        case("a stimulant ten days after an MAOI",
             taking(drug("lisdexamfetamine", (0, "start", 30.0)), drug("phenelzine", (60, "start", 45.0), (10, "stop", None))),
             "maoi_washout", f"lisdexamfetamine + phenelzine + {ago(10)}"),
        case("two weeks after bupropion",
             taking(drug("phenelzine", (0, "start", 15.0)), drug("bupropion", (60, "start", 300.0), (14, "stop", None))),
             "maoi_washout", None),
        case("citalopram with a low potassium", low_salts(("potassium", 3.1, 9)), "low_salts",
             "citalopram + potassium 3.1 on Nov 9, 2026"),
        case("corrected since", low_salts(("potassium", 3.1, 9), ("potassium", 4.0, 3)), "low_salts", None),
        case("another salt is another matter", low_salts(("sodium", 3.1, 9)), "low_salts", None),
        case("fluvoxamine makes 20 mg of citalopram the most",
             taking(drug("citalopram", (9, "start", 40.0)), "fluvoxamine"), "citalopram",
             "citalopram + 40 mg with fluvoxamine"),
        case("a drug that the catalogue does not know", taking("sertralin"), "not_in_catalogue", "sertralin"),
        case("linezolid with an SSRI", taking("sertraline", beside=["linezolid"]), "maoi_like", "linezolid + sertraline"),
        case("methylene blue with an SNRI", taking("venlafaxine", beside=["methylene blue"]), "maoi_like",
             "methylene blue + venlafaxine"),
        case("an SSRI with ibuprofen", taking("sertraline", beside=["ibuprofen"]), "bleeding", "ibuprofen + sertraline"),
        case("an SSRI with warfarin", taking("sertraline", beside=["warfarin"]), "bleeding", "sertraline + warfarin"),
        case("bupropion does not bleed", taking("bupropion", beside=["warfarin"]), "bleeding", None),
        case("citalopram with methadone", taking("citalopram", "methadone"), "qt", "citalopram + methadone"),
        case("escitalopram with ondansetron", taking("escitalopram", beside=["ondansetron"]), "qt",
             "escitalopram + ondansetron"),
        case("escitalopram with an antipsychotic", taking("escitalopram", "quetiapine"), "qt", "escitalopram + quetiapine"),
        case("sertraline does not stack", taking("sertraline", beside=["ondansetron"]), "qt", None),
        case("paroxetine with tamoxifen", taking("paroxetine", beside=["tamoxifen"]), "tamoxifen", "paroxetine + tamoxifen"),
        case("bupropion with nortriptyline", taking("bupropion", "nortriptyline"), "tca_level",
             "bupropion + nortriptyline"),
        case("sertraline with tamoxifen", taking("sertraline", beside=["tamoxifen"]), "tamoxifen", None),
        case("lithium with lisinopril", taking("lithium", beside=["lisinopril"]), "lithium", "lisinopril + lithium"),
        case("lithium with two of them", taking("lithium", beside=["ibuprofen", "chlorthalidone"]), "lithium",
             "chlorthalidone + ibuprofen + lithium"),
        case("lamotrigine with valproate", taking("lamotrigine", "divalproex"), "lamotrigine_valproate",
             "lamotrigine + valproate"),
        case("lamotrigine with estrogen", taking("lamotrigine", beside=["ethinyl estradiol"]), "lamotrigine_estrogen",
             "ethinyl estradiol + lamotrigine"),
        case("an opioid with a benzodiazepine", taking("clonazepam", beside=["oxycodone"]), "opioid_sedative",
             "clonazepam + oxycodone"),
        case("naltrexone with an opioid", taking("naltrexone", beside=["oxycodone"]), "naltrexone_opioid",
             "naltrexone + oxycodone"),
        case("citalopram 60 mg", taking(drug("citalopram", (9, "start", 60.0))), "citalopram", "citalopram + 60 mg"),
        case("citalopram of a dose that nobody knows, over 60", taking(drug("citalopram", (9, "start", None)), birth_date=OLD),
             "citalopram", "citalopram + dose not known over 60"),
        case("below that age nothing is asked of it", taking(drug("citalopram", (9, "start", None))), "citalopram", None),
        case("citalopram 40 mg", taking(drug("citalopram", (9, "start", 40.0))), "citalopram", None),
        case("citalopram 40 mg over 60", taking(drug("citalopram", (9, "start", 40.0)), birth_date=OLD), "citalopram",
             "citalopram + 40 mg over 60"),
        case("citalopram 40 mg with liver impairment", taking(drug("citalopram", (9, "start", 40.0)),
             health=[health("comorbidity", "liver")]), "citalopram", "citalopram + 40 mg with liver impairment"),
        case("citalopram 40 mg in a CYP2C19 poor metabolizer", taking(drug("citalopram", (9, "start", 40.0)),
             health=[health("genomic", "CYP2C19", "poor")]), "citalopram",
             "citalopram + 40 mg in CYP2C19 poor metabolizers"),
        case("a normal metabolizer may have 40 mg", taking(drug("citalopram", (9, "start", 40.0)),
             health=[health("genomic", "CYP2C19", "normal")]), "citalopram", None),
        case("citalopram 40 mg with cimetidine", taking(drug("citalopram", (9, "start", 40.0)), beside=["cimetidine"]),
             "citalopram", "citalopram + 40 mg with cimetidine"),
        case("citalopram without a dose", taking(drug("citalopram", (9, "start", None))), "citalopram", None),
        case("sertraline 250 mg", taking(drug("sertraline", (9, "start", 250.0))), "over_maximum", "sertraline + 250 mg"),
        case("escitalopram 20 mg from 65", taking(drug("escitalopram", (9, "start", 20.0)), birth_date=OLD), "over_maximum",
             "escitalopram + 20 mg"),
        case("escitalopram 20 mg at 40", taking(drug("escitalopram", (9, "start", 20.0))), "over_maximum", None),
        case("bupropion with an eating disorder", taking("bupropion", health=[health("comorbidity", "eating_disorder")]),
             "seizure", "bupropion + eating_disorder"),
        case("bupropion after it was resolved", taking("bupropion", health=[health("comorbidity", "seizure"),
             health("comorbidity", "seizure", "resolved", 10)]), "seizure", None),
        case("citalopram with heart disease", taking("citalopram", health=[health("comorbidity", "cardiac")]), "qt_heart",
             "citalopram + cardiac"),
        case("citalopram with a long QT", taking("citalopram", health=[health("comorbidity", "long_qt")]), "qt_heart",
             "citalopram + long_qt"),
        case("an antidepressant without a mania screen", taking("sertraline", screen=None), "mania",
             "sertraline + screen not known"),
        case("with a positive one", taking("sertraline", screen="positive"), "mania", "sertraline + screen positive"),
        case("with a negative one", taking("sertraline"), "mania", None),
        case("lithium needs no mania screen", taking("lithium", screen=None), "mania", None),
        case("valproate where a pregnancy is possible", taking("valproate", **WOMAN), "pregnancy",
             "valproate + pregnancy status not known, contraception: not known"),
        case("asked: not pregnant, with contraception", taking("valproate", **WOMAN, health=[
             health("pregnancy", value="no"), health("contraception", value="long_acting")]), "pregnancy",
             "valproate + not pregnant, contraception: IUD or implant"),
        case("carbamazepine with a positive HLA-B*1502, however old", taking(drug("carbamazepine", (9, "start", 200.0)),
             results=[LabResult("h", ago(900), "hla_b1502", 1.0)]), "hla", "carbamazepine"),
        case("or with the gene on file", taking(drug("carbamazepine", (9, "start", 200.0)),
             health=[health("genomic", "HLA-B*1502", "present")]), "hla", "carbamazepine"),
        case("not with a negative one", taking(drug("carbamazepine", (9, "start", 200.0)),
             results=[LabResult("h", ago(900), "hla_b1502", 0.0)]), "hla", None),
        case("a pregnancy that is planned", taking("valproate", **WOMAN, health=[health("pregnancy", value="planned")]),
             "pregnancy", "valproate + a pregnancy is planned: ask the prescriber before it goes on"),
        case("pregnant", taking("paroxetine", **WOMAN, health=[health("pregnancy", value="yes")]), "pregnancy",
             "paroxetine + the patient is pregnant: call the prescriber today"),
        case("the intake's answer counts", taking("lithium", **WOMAN, checks=(Check("pregnancy", ago(9), True),)), "pregnancy",
             "lithium + the patient is pregnant: call the prescriber today"),
        case("the later of the two", taking("lithium", **WOMAN, checks=(Check("pregnancy", ago(90), True),),
             health=[health("pregnancy", value="no")]), "pregnancy",
             "lithium + not pregnant, contraception: not known"),
        case("no longer possible", taking("valproate", **WOMAN, health=[health("contraception", value="not_needed")]),
             "pregnancy", None),
        case("in a man", taking("valproate", sex="male"), "pregnancy", None),
        case("sertraline has no such prompt", taking("sertraline", **WOMAN), "pregnancy", None),
        case("lamotrigine after six days without it", taking(drug("lamotrigine", (60, "start", 100.0), (16, "hold", None),
             (10, "resume", None))), "lamotrigine_gap", f"lamotrigine + {ago(10)}"),
        case("held, then stopped, then started again: the days count from the hold",
             taking(drug("lamotrigine", (60, "start", 200.0), (20, "hold", None), (4, "stop", None), (2, "start", 200.0))),
             "lamotrigine_gap", f"lamotrigine + {ago(2)}"),
        case("after five days", taking(drug("lamotrigine", (60, "start", 100.0), (15, "hold", None),
             (10, "resume", None))), "lamotrigine_gap", None),
        case("begun again from its first dose",
             taking(drug("lamotrigine", (60, "start", 200.0), (20, "stop", None), (5, "start", 25.0))), "lamotrigine_gap", None),
        case("which goes up two weeks later",
             taking(drug("lamotrigine", (60, "start", 200.0), (36, "stop", None), (20, "start", 25.0), (6, "change", 50.0))),
             "lamotrigine_gap", None),
        case("or too early",
             taking(drug("lamotrigine", (60, "start", 200.0), (36, "stop", None), (20, "start", 25.0), (7, "change", 200.0))),
             "lamotrigine_gap", f"lamotrigine + {ago(20)}"),
        case("in two parts it is the same dose",
             taking(drug("lamotrigine", (60, "start", 200.0), (20, "stop", None), (5, "start", 25.0), (4, "split", None))),
             "lamotrigine_gap", None),
        case("with valproate half of it is the first dose",
             taking(drug("lamotrigine", (60, "start", 200.0), (20, "stop", None), (5, "start", 25.0)), "valproate"),
             "lamotrigine_gap", f"lamotrigine + {ago(5)}"),
        case("valproate that was begun since the restart says nothing of it",
             taking(drug("lamotrigine", (60, "start", 200.0), (36, "stop", None), (20, "start", 25.0), (6, "change", 50.0)),
                    drug("valproate", (2, "start", 500.0))), "lamotrigine_gap", None),
        case("valproate that was stopped since does not make a first dose low",
             taking(drug("lamotrigine", (60, "start", 200.0), (36, "stop", None), (20, "start", 25.0)),
                    drug("valproate", (90, "start", 500.0), (1, "stop", None))), "lamotrigine_gap", f"lamotrigine + {ago(20)}"),
        case("two weeks later straight to the dose of old",
             taking(drug("lamotrigine", (60, "start", 200.0), (36, "stop", None), (20, "start", 25.0), (6, "change", 200.0))),
             "lamotrigine_gap", f"lamotrigine + {ago(20)}"),
        case("four weeks later it goes up again",
             taking(drug("lamotrigine", (80, "start", 200.0), (50, "stop", None), (28, "start", 25.0), (14, "change", 50.0),
                         (0, "change", 100.0))), "lamotrigine_gap", None),
        case("at a dose that nobody knows",
             taking(drug("lamotrigine", (60, "start", 200.0), (36, "stop", None), (20, "start", None))),
             "lamotrigine_gap", f"lamotrigine + {ago(20)}"),
        case("long ago", taking(drug("lamotrigine", (160, "start", 100.0), (46, "hold", None),
             (40, "resume", None))), "lamotrigine_gap", None),
        case("a benzodiazepine from 65", taking("lorazepam", birth_date=OLD), "sedative_age", "lorazepam"),
        case("at 40", taking("lorazepam"), "sedative_age", None),
        case("where the age is not known", taking("lorazepam", birth_date=None), "sedative_age", None),
        case("an allergy", taking("sertraline", health=[health("allergy", "Zoloft", "rash")]), "allergy",
             "sertraline + rash"),
        case("an allergy whose reaction is not known", taking("sertraline", health=[health("allergy", "sertraline", "")]),
             "allergy", "sertraline + reaction not known"),
        case("an allergy to another", taking("sertraline", health=[health("allergy", "penicillin", "rash")]), "allergy", None),
    ],
)  # fmt: skip
def test_prompts(facts, code, about):
    told = [p for p in prompts(facts, TODAY) if p.code == code]
    assert [p.about for p in told] == ([about] if about else [])
    assert all(p.text and p.source and p.drugs for p in told)


def answer(code, about):
    return PromptAnswer("a", ago(5), code, about, "Discussed; protected with omeprazole")


def test_a_drug_that_is_begun_again_is_asked_about_again():
    short = drug("ibuprofen", (400, "start", 400.0), (397, "stop", None), (2, "start", 800.0))
    facts = replace(taking("sertraline"), beside=(short,))
    for days, silent in ((399, False), (1, True)):
        told = PromptAnswer("a", ago(days), "bleeding", "ibuprofen + sertraline", "Three days for a sprain")
        answered = replace(facts, care=Care(prompt_answers=(told,)))
        assert ("bleeding" not in {p.code for p in open_prompts(answered, TODAY)}) is silent


def test_a_renewed_order_is_not_asked_about_again():
    renewed = drug("ibuprofen", (400, "start", 400.0), (2, "stop", None), (2, "start", 400.0))
    told = PromptAnswer("a", ago(399), "bleeding", "ibuprofen + sertraline", "Omeprazole added")
    facts = replace(taking("sertraline"), beside=(renewed,))
    sertraline = drug("sertraline", (400, "start", 50.0))
    facts = replace(facts, medications=(sertraline,), care=Care(prompt_answers=(told,)))
    assert "bleeding" not in {p.code for p in open_prompts(facts, TODAY)}


@pytest.mark.parametrize(
    "written", ["sertraline", "Zoloft", "Zoloft 50 mg", "sertraline (hives)", "SERTRALINE, all forms"]
)
def test_an_allergy_is_found_however_it_is_written(written):
    facts = taking("sertraline", health=[health("allergy", written, "hives")])
    assert [p.text for p in open_prompts(facts, TODAY) if p.code == "allergy"] == [
        "Allergy to sertraline is on file: hives."
    ]


def test_an_answer_silences_a_prompt_until_what_it_is_about_changes():
    facts = taking("sertraline", beside=["ibuprofen"])
    answered = replace(facts, care=Care(prompt_answers=(answer("bleeding", "ibuprofen + sertraline"),)))
    assert not open_prompts(answered, TODAY)
    assert prompts(answered, TODAY)[0].answer.reason.startswith("Discussed")
    more = taking("sertraline", beside=["ibuprofen", "warfarin"])
    again = replace(more, care=answered.care)
    assert [p.about for p in open_prompts(again, TODAY)] == ["ibuprofen + sertraline + warfarin"]


def test_the_prompts_that_a_start_would_bring():
    facts = taking("phenelzine", beside=["ibuprofen"], screen=None)
    told = prompts_before(facts, TODAY, "Zoloft", DoseEvent(TODAY, "start", 250.0))
    assert [p.code for p in told] == ["maoi", "bleeding", "mania", "over_maximum"], "the gravest first"
    assert all(NEW in p.drugs for p in told)


def test_the_prompts_that_a_change_would_bring():
    medication = drug("citalopram", (60, "start", 20.0))
    facts = taking(medication)
    told = prompts_before(facts, TODAY, "citalopram", DoseEvent(TODAY, "change", 60.0), medication.id)
    assert [p.code for p in told] == ["citalopram"]
    assert told[0].awaiting_sign_off is False
    assert prompts_before(facts, TODAY, "citalopram", DoseEvent(TODAY, "change", 40.0), medication.id) == ()


@pytest.mark.parametrize(
    ("facts", "code", "never"),
    [
        case("an MAOI with an SSRI is contraindicated", taking("phenelzine", "sertraline"), "maoi", True),
        case("so is one too soon after it",
             taking(drug("phenelzine", (2, "start", 15.0)), drug("sertraline", (60, "start", 50.0), (7, "stop", None))),
             "maoi_washout", True),
        case("linezolid with an SSRI", taking("sertraline", beside=["linezolid"]), "maoi_like", True),
        case("an MAOI with bupropion", taking("phenelzine", "bupropion"), "maoi_pressor", True),
        case("naltrexone with an opioid", taking("naltrexone", beside=["oxycodone"]), "naltrexone_opioid", True),
        case("bupropion with seizures", taking("bupropion", health=[health("comorbidity", "seizure")]), "seizure", True),
        case("citalopram with a long QT", taking("citalopram", health=[health("comorbidity", "long_qt")]), "qt_heart", True),
        case("with heart disease it is weighed", taking("citalopram", health=[health("comorbidity", "cardiac")]), "qt_heart",
             False),
        case("an NSAID with an SSRI is weighed", taking("sertraline", beside=["ibuprofen"]), "bleeding", False),
        case("a drug that nobody knows is weighed", taking(drug("sertralin", (9, "start", 50.0))), "not_in_catalogue", False),
    ],
)  # fmt: skip
def test_a_contraindication_is_never_together_and_all_else_is_weighed(facts, code, never):
    assert [p.never for p in prompts(facts, TODAY) if p.code == code] == [never]


def test_a_prompt_begins_with_a_capital_and_names_its_danger_in_one_line():
    told = prompts(taking("phenelzine", "sertraline", beside=["ibuprofen"]), TODAY)
    assert told[0].sentence.startswith(
        "Phenelzine is an MAOI and is taken with sertraline: serotonin syndrome. Two"
    )
    assert told[0].headline == (
        "Never together: Phenelzine is an MAOI and is taken with sertraline: serotonin syndrome"
    )
    assert told[1].headline.startswith("Sertraline with ibuprofen: more bleeding")


def test_bupropion_with_an_maoi_has_words_of_its_own():
    told = next(p for p in prompts(taking("phenelzine", "bupropion"), TODAY) if p.code == "maoi_pressor")
    assert told.headline == (
        "Never together: Phenelzine inhibits MAO and is taken with bupropion: blood pressure can rise dangerously"
    )
    assert told.awaiting_sign_off
    after = taking(
        drug("phenelzine", (0, "start", 15.0)), drug("bupropion", (60, "start", 300.0), (10, "stop", None))
    )
    assert prompts(after, TODAY)[0].headline == (
        "Never together: Phenelzine follows bupropion, last taken before Nov 8, 2026: blood pressure can rise dangerously"
    )


COMPANIONS = ("phenelzine", "linezolid", "sertraline", "bupropion", "citalopram", "lithium", "lamotrigine", "valproate",
              "oxycodone", "naltrexone", "ibuprofen", "lorazepam")  # fmt: skip
CONDITIONS = (*(health("comorbidity", code) for code in ("seizure", "long_qt", "liver", "cardiac")),
              health("pregnancy", value="yes"), health("genomic", "HLA-B*1502", "present"))  # fmt: skip
SALTS = (LabResult("k", ago(9), "potassium", 3.1, low=3.5),)


@pytest.mark.parametrize("other", COMPANIONS)
def test_the_checks_that_are_picked_by_the_drugs_find_what_all_of_them_find(other):
    for name in CATALOGUE:
        both = (
            drug(each, (60, "start", 900.0), (20, "stop", None), (5, "start", 900.0))
            for each in (name, other)
        )
        facts = taking(*both, screen=None, health=CONDITIONS, results=SALTS, sex="female", birth_date=OLD)
        everything = {(p.code, p.about) for check in CHECKS for p in check(_seen(facts, TODAY))}
        assert {(p.code, p.about) for p in prompts(facts, TODAY)} == everything


def test_no_prompt_blocks_and_none_speaks_of_what_nobody_takes():
    assert prompts(enrolled(90), TODAY) == ()


def test_only_an_maoi_is_two_weeks_apart_from_a_pressor():
    told = {p.drugs: p.text for p in prompts(taking("phenelzine", "methylphenidate", beside=["linezolid"]), TODAY)
            if p.code == "maoi_pressor"}  # fmt: skip
    assert sorted(told.values()) == [
        "linezolid inhibits MAO and is taken with methylphenidate: blood pressure can rise dangerously.",
        "phenelzine inhibits MAO and is taken with methylphenidate: blood pressure can rise dangerously. Two weeks apart.",
    ]
