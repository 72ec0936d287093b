"""42 CFR Part 2: for whom records may leave, by the written consents that stand."""

import pytest

from registry.clinical.care import Care, Pathway, PathwayEvent
from registry.clinical.facts import AgendaMark, EpisodeFacts
from registry.clinical.findings import findings
from registry.clinical.part_2 import names_use, speaks_of_use
from registry.clinical.part_2_consent import consent_words, shared, standing_consents
from tests.clinical.cases import TODAY, P, ago, case, drug, enrolled, new_id, seen

PATH = Pathway("p1", ago(40), "opioid_use", part_2=True)
PLAIN = Pathway("p2", ago(40), "bipolar")
PCP = ("Dr. Ingrid Lang", "Riverside")


def event(days: int, kind: str, value: str = "", path: str = "p1") -> PathwayEvent:
    return PathwayEvent(new_id("event"), ago(days), path, kind, value)


def given(days: int, to: str, path: str = "p1") -> PathwayEvent:
    return event(days, "consent", to, path)


def revoked(days: int, to: str) -> PathwayEvent:
    return event(days, "consent_revoked", to)


def on(*events: PathwayEvent, paths: tuple[Pathway, ...] = (PATH,), **facts: object) -> EpisodeFacts:
    return enrolled(60, care=Care(pathways=paths, pathway_events=events), **facts)


@pytest.mark.parametrize(
    ("events", "recipients", "goes"),
    [
        case("without a consent the records stay here", (), PCP, False),
        case("a consent that names the PCP lets them go to the PCP", (given(30, "Dr. Ingrid Lang"),), PCP, True),
        case("whatever the capitals and blanks of the name", (given(30, " dr.  ingrid LANG "),), PCP, True),
        case("one that names the clinic too", (given(30, "Riverside"),), PCP, True),
        case("one for everybody who treats, pays for or runs the care", (given(30, "tpo"),), PCP, True),
        case("also where nobody is named", (given(30, "tpo"),), ("", "Riverside"), True),
        case("one that names somebody else does not", (given(30, "Dr. Chen"),), PCP, False),
        case("an unknown name is no recipient", (given(30, ""),), ("", ""), False),
        case("a revocation in writing ends it", (given(30, "tpo"), revoked(10, "tpo")), PCP, False),
        case("on its very day", (given(10, "tpo"), revoked(10, "tpo")), PCP, False),
        case("a later consent stands again", (given(30, "tpo"), revoked(10, "tpo"), given(5, "tpo")), PCP, True),
        case("the revocation for another leaves it standing", (given(30, "tpo"), revoked(10, "Dr. Chen")), PCP, True),
        case("a consent of another pathway is not one of this", (given(30, "tpo", "p2"),), PCP, False),
    ],
)  # fmt: skip
def test_to_whom_the_records_may_go(
    events: tuple[PathwayEvent, ...], recipients: tuple[str, ...], goes: bool
) -> None:
    told = shared(on(*events), recipients)
    assert (bool(told.facts.care.pathways), told.withheld) == (goes, not goes)
    assert bool(told.consents) is goes


def test_an_old_day_knows_no_later_consent_and_no_later_revocation() -> None:
    facts = on(given(30, "tpo"), revoked(10, "tpo"))
    assert [shared(facts.as_of(ago(days)), PCP).withheld for days in (31, 30, 11, 10)] == [
        True,
        False,
        False,
        True,
    ]


def test_what_does_not_fall_under_it_goes_as_it_is() -> None:
    facts = on(paths=(PLAIN, PATH._replace(part_2=False)))
    told = shared(facts, PCP)
    assert told.facts is facts
    assert (told.withheld, told.consents) == (False, ())


def test_one_pathway_may_go_and_the_other_not() -> None:
    other = Pathway("p3", ago(20), "alcohol_use", part_2=True)
    told = shared(on(given(30, "tpo"), paths=(PATH, other)), PCP)
    assert [path.id for path in told.facts.care.pathways] == ["p1"]
    assert told.withheld
    assert consent_words(told.consents).startswith(
        "Shared under the patient's written consent (everybody who treats"
    )


def test_what_is_held_back_is_judged_by_no_rule() -> None:
    bup = drug("buprenorphine", (38, "start", 16.0))
    facts = on(
        event(20, "return_to_use"),
        medications=(bup, drug("sertraline", (50, "start", 50.0))),
        contacts=(seen(5, discuss=True, question="More buprenorphine?"),),
        agenda_marks=(AgendaMark("asked", ago(5), "pcp", "Drinks?"),),
    )
    left = shared(facts, PCP).facts
    assert [m.name for m in left.medications] == ["sertraline"]
    assert ([c.question for c in left.contacts], [m.text for m in left.agenda_marks]) == ([""], [""])
    assert "PW1" in {one.code for one in findings(facts, P, TODAY)}
    assert not {one.code for one in findings(left, P, TODAY) if one.code.startswith("PW")}


def test_words() -> None:
    consents = standing_consents(on(given(30, "Dr. Chen"), given(20, "tpo")).care, PATH)
    assert consent_words(consents) == (
        "Shared under the patient's written consent (Dr. Chen, Oct 19, 2026 and everybody who treats, pays for or runs "
        "the care, for all future uses, Oct 29, 2026), until it is revoked."
    )
    assert consent_words(()) == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("buprenorphine/naloxone", True), ("Suboxone", True), ("Bunavail 4.2 mg", True), ("zubsolv", True), ("Brixadi", True),
        ("methadose", True), ("naltrexone", True), ("naloxone nasal spray", True), ("Narcan", True), ("Lucemyra", True),
        ("lofexidine", True), ("Campral", True), ("bupropion", False), ("buspirone", False), ("clonidine", False),
        ("sertraline", False), ("unknown", False),
    ],
)  # fmt: skip
def test_which_medications_treat_the_use_of_substances(name: str, expected: bool) -> None:
    assert speaks_of_use(name) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("F11.20", True), ("f10.1", True), ("F17.210", False), ("F33.1", False), ("", False)],
)
def test_which_diagnoses_name_it(code: str, expected: bool) -> None:
    assert names_use(code) is expected
