"""Screening forms answer the diagnostic checks: the latest answer holds, by a person or by a form."""

from collections.abc import Sequence

import pytest

from registry.clinical.care import Care, Pathway
from registry.clinical.facts import Check, EpisodeFacts, Score
from registry.clinical.findings import findings
from registry.clinical.screening import Answer, answer, bipolar_screen, known
from tests.clinical.cases import TODAY, P, ago, asked, case, drug, enrolled, new_id


def mdq(days: int, yes: int, period: int | None = 1, problem: int | None = 2, blanks: int = 0) -> Score:
    """An MDQ by its answers: thirteen questions, then the two parts; blanks leave it without a total."""
    questions = (*(1,) * yes, *(0,) * (13 - yes - blanks), *(None,) * blanks)
    items = (*questions, period, problem)
    answered = sum(item is not None for item in items)
    return Score(new_id("mdq"), "mdq", ago(days), None if blanks else yes, answered, items)


def read(days: int, total: int, period: int | None = None, problem: int | None = None) -> Score:
    """An MDQ of which the total was read, with the parts that were read beside it."""
    parts = None if (period, problem) == (None, None) else (*(None,) * 13, period, problem)
    return Score(new_id("mdq"), "mdq", ago(days), total, None, parts)


def form(instrument: str, days: int, total: int | None) -> Score:
    return Score(new_id("form"), instrument, ago(days), total)


@pytest.mark.parametrize(
    ("scores", "checks", "screen"),
    [
        case("seven yes, together, a moderate problem: positive", [mdq(5, 7)], (), "positive"),
        case("six yes: negative", [mdq(5, 6)], (), "negative"),
        case("nine yes, but not in the same period: negative", [mdq(5, 9, period=0)], (), "negative"),
        case("nine yes, but a minor problem: negative", [mdq(5, 9, problem=1)], (), "negative"),
        case("with few yes the parts need no answer", [mdq(5, 3, None, None)], (), "negative"),
        case("as where a source leaves them out", [Score("m", "mdq", ago(5), 3, 13, (1,) * 3 + (0,) * 10)], (), "negative"),
        case("nine yes and part 2 not answered: not known", [mdq(5, 9, period=None)], (), None),
        case("nine yes and part 3 not answered: not known", [mdq(5, 9, problem=None)], (), None),
        case("a question left out: incomplete, not known", [mdq(5, 8, blanks=1)], (), None),
        case("a bare total says nothing of the parts", [read(5, 9)], (), None),
        case("nor does a low one: the form was not seen", [read(5, 2)], (), None),
        case("nor one with half of the parts", [read(5, 2, period=1)], (), None),
        case("a total with both parts is the whole rule", [read(5, 9, 1, 3)], (), "positive"),
        case("in both directions", [read(5, 9, 1, 1)], (), "negative"),
        case("answers of another length are no MDQ", [Score("m", "mdq", ago(5), 9, 9, (1,) * 9)], (), None),
        case("nothing on file: not known", [], (), None),
        case("somebody asked", [], (asked("bipolar", 5, True),), "positive"),
        case("the later form counts after what was asked", [mdq(3, 9)], (asked("bipolar", 5),), "positive"),
        case("and the later question after the form", [mdq(5, 9)], (asked("bipolar", 3),), "negative"),
        case("a later negative form too", [mdq(3, 2)], (asked("bipolar", 5, True),), "negative"),
        case("of one day the positive form", [mdq(5, 9)], (asked("bipolar", 5, at="10:00"),), "positive"),
        case("of one day the person before a negative form", [mdq(5, 2)], (asked("bipolar", 5, True),), "positive"),
        case("of two forms the later", [mdq(9, 9), mdq(3, 2)], (), "negative"),
        case("an incomplete form takes nothing back", [mdq(9, 9), mdq(3, 2, blanks=2)], (), "positive"),
        case("another check is another question", [], (asked("trauma", 5, True),), None),
    ],
)  # fmt: skip
def test_the_mdq_answers_the_bipolar_screen(
    scores: Sequence[Score], checks: Sequence[Check], screen: str | None
) -> None:
    assert bipolar_screen(enrolled(20, scores=tuple(scores), checks=tuple(checks))) == screen


@pytest.mark.parametrize(
    ("topic", "facts", "positive", "words"),
    [
        case("a PC-PTSD-5 of 4", "trauma", enrolled(20, scores=(form("pc_ptsd_5", 5, 4),)), True, "PC-PTSD-5 4"),
        case("without such an event", "trauma", enrolled(20, scores=(form("pc_ptsd_5", 5, 0),)), False, "PC-PTSD-5 0"),
        case("3 is positive in a woman", "trauma", enrolled(20, sex="female", scores=(form("pc_ptsd_5", 5, 3),)), True,
             "PC-PTSD-5 3"),
        case("3 is not in a man", "trauma", enrolled(20, sex="male", scores=(form("pc_ptsd_5", 5, 3),)), False,
             "PC-PTSD-5 3"),
        case("and not known where the sex is not", "trauma", enrolled(20, scores=(form("pc_ptsd_5", 5, 3),)), None, ""),
        case("a PCL-5 of 31", "trauma", enrolled(20, scores=(form("pcl5", 5, 31),)), True, "PCL-5 31"),
        case("the PCL-5 after the gate", "trauma",
             enrolled(20, scores=(form("pc_ptsd_5", 9, 5), form("pcl5", 5, 12))), False, "PCL-5 12"),
        case("an incomplete one says nothing", "trauma", enrolled(20, scores=(form("pcl5", 5, None),)), None, ""),
        case("an AUDIT-C of 5 is a yes for alcohol", "alcohol_drugs", enrolled(20, scores=(form("audit_c", 5, 5),)), True,
             "AUDIT-C 5; drugs not asked"),
        case("a low one a no that says what it leaves open", "alcohol_drugs",
             enrolled(20, scores=(form("audit_c", 5, 1),)), False, "AUDIT-C 1; drugs not asked"),
        case("with a DAST-10 both are known", "alcohol_drugs",
             enrolled(20, scores=(form("audit_c", 5, 1), form("dast10", 9, 0))), False, "AUDIT-C 1"),
        case("a no to alcohol takes no drugs back", "alcohol_drugs",
             enrolled(20, scores=(form("audit_c", 5, 1), form("dast10", 9, 4))), True, "DAST-10 4"),
        case("nor what somebody told", "alcohol_drugs",
             enrolled(20, checks=(asked("alcohol_drugs", 9, True),), scores=(form("audit", 5, 2),)), True, ""),
        case("but both forms do", "alcohol_drugs",
             enrolled(20, checks=(asked("alcohol_drugs", 9, True),),
                      scores=(form("audit", 5, 2), form("dast10", 4, 0))), False, "DAST-10 0"),
        case("the AUDIT counts after the AUDIT-C", "alcohol_drugs",
             enrolled(20, scores=(form("audit_c", 9, 5), form("audit", 5, 4))), False, "AUDIT 4; drugs not asked"),
        case("a form of an earlier episode still answers", "trauma",
             enrolled(20, earlier_screens=(form("pcl5", 400, 50),)), True, "PCL-5 50"),
        case("a check without a form is asked by a person alone", "psychosis",
             enrolled(20, checks=(asked("psychosis", 3),), scores=(form("pcl5", 5, 31),)), False, ""),
    ],
)  # fmt: skip
def test_forms_answer_their_checks(
    topic: str, facts: EpisodeFacts, positive: bool | None, words: str
) -> None:
    told = answer(facts, topic)
    assert (told.positive if told else None) is positive
    assert (told.words if told else "") == words


def test_a_form_of_tomorrow_answers_nothing_today() -> None:
    facts = enrolled(20, scores=(mdq(2, 9),), earlier_screens=(mdq(300, 2),))
    assert bipolar_screen(facts.as_of(ago(3))) == "negative"
    assert bipolar_screen(facts.as_of(ago(301))) is None
    assert answer(facts, "bipolar") == Answer(ago(2), True, facts.scores[0])


def test_the_findings_hear_of_it() -> None:
    started = (drug("sertraline", (10, "start", 50.0)),)
    codes = {
        name: {f.code for f in findings(enrolled(20, medications=started, scores=scores), P, TODAY)}
        for name, scores in (
            ("none", ()),
            ("no", (mdq(12, 2),)),
            ("yes", (mdq(12, 9),)),
            ("total", (read(12, 9),)),
        )
    }
    assert {name: found & {"E7", "E8"} for name, found in codes.items()} == {
        "none": {"E7"}, "no": set(), "yes": {"E8"}, "total": {"E7"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "kind", "checks", "told"),
    [
        case("a no of a form does not stand against the pathway", "bipolar", "bipolar", (asked("bipolar", 50),),
             (True, "on the pathway Bipolar disorder")),
        case("nor does it against treatment of opioid use", "alcohol_drugs", "opioid_use", (asked("alcohol_drugs", 50),),
             (True, "on the pathway Opioid use: medication treatment")),
        case("a yes keeps its own words", "bipolar", "bipolar", (asked("bipolar", 50, True),), (True, "")),
        case("another pathway answers nothing", "bipolar", "young", (), None),
        case("without one the answer holds", "trauma", "bipolar", (asked("trauma", 50),), (False, "")),
    ],
)  # fmt: skip
def test_what_a_reader_is_told_of_a_check(topic, kind, checks, told) -> None:
    facts = enrolled(60, checks=checks, care=Care(pathways=(Pathway("p", ago(20), kind),)))
    found = known(facts, topic)
    assert (None if found is None else (found.positive, found.words)) == told


def test_a_pathway_that_ended_answers_nothing() -> None:
    path = Pathway("p", ago(20), "bipolar", until=ago(3))
    assert known(enrolled(60, care=Care(pathways=(path,))), "bipolar") is None
