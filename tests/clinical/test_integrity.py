"""Can a score be believed: each doubt with the situation that raises it, and the one beside it that does not."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clinical.facts import Score
from registry.clinical.instruments import INSTRUMENTS, score
from registry.clinical.integrity import Patient, doubts, sentences
from tests.clinical.cases import case

TODAY = date(2026, 11, 18)
ADULT = Patient(date(1970, 5, 1), "female")
TEEN = Patient(date(2013, 11, 1), "male")
MIXED = (1, 2, 1, 0, 2, 1, 1, 0, 0)


def form(name="phq9", items=None, on=TODAY, **more) -> Score:
    """A form by its answers, scored by the rules, or with the given columns."""
    columns = {"id": "new", "instrument": name, "taken_on": on}
    if items is not None:
        made = score(INSTRUMENTS[name], items)
        columns |= {"items": tuple(items), "total": made.total, "answered": made.answered, "item9": made.item9,
                    "prorated": made.prorated}  # fmt: skip
    return Score(**columns | more)


def before(days, name="phq9", items=None, **more) -> Score:
    return form(name, items, TODAY - timedelta(days=days), id=f"old {days}", **more)


def total(points, name="phq9", **more) -> Score:
    """A bare total, imported, with item 9 told."""
    return form(name, total=points, **{"source": "import:ehr", "item9": 0} | more)


@pytest.mark.parametrize(
    ("one", "others", "patient", "kinds"),
    [
        case("a whole PHQ-9 of an adult raises no doubt", form(items=MIXED), [], ADULT, []),
        case("an item 9 of 0 is an answer, not a gap", form(items=(0,) * 9), [], ADULT, []),
        case("an item 9 that was not asked is a gap", form(items=(*MIXED[:8], None)), [], ADULT,
             ["partial", "safety_item"]),
        case("a bare total does not tell item 9", total(9, item9=None), [], ADULT, ["safety_item"]),
        case("a bare total with item 9 told is enough", total(9), [], ADULT, []),
        case("item 10 of the EPDS is a safety item", form("epds", total=4, item9=None), [], ADULT, ["safety_item"]),
        case("three blanks leave no total", form(items=(*MIXED[:5], None, None, None, 0)), [], ADULT, ["partial"]),
        case("a closed gate answers the rest", form("pc_ptsd_5", items=(0, *[None] * 5)), [], ADULT, []),
        case("MDQ without its parts is partial", form("mdq", items=(*[0] * 13, None, None)), [], ADULT, ["partial"]),
        case("a positive PHQ-2 without a PHQ-9 is gated", form("phq2", (2, 1)), [], ADULT, ["gated"]),
        case("a PHQ-9 of an earlier day does not follow it", form("phq2", (2, 1)), [before(3, items=MIXED)], ADULT,
             ["gated"]),
        case("a PHQ-9 of the same day does", form("phq2", (2, 1)), [form(items=MIXED, id="long")], ADULT, []),
        case("a PHQ-A follows it too", form("phq2", (2, 1)), [form("phq_a", MIXED, id="long")], TEEN, []),
        case("a negative PHQ-2 is whole in itself", form("phq2", (1, 1)), [], ADULT, []),
        case("a PHQ-9 with the answers of the PHQ-2 alone is gated", form(items=(1, 1, *[None] * 7)), [], ADULT,
             ["gated", "safety_item"]),
        case("so it is with item 9 beside them", form(items=(1, 1, *[None] * 6, 0)), [], ADULT, ["gated"]),
        case("a PHQ-A with the answers of the PHQ-2 alone is gated", form("phq_a", (1, 1, *[None] * 7)), [], TEEN,
             ["gated", "safety_item"]),
        case("a GAD-7 with the answers of the GAD-2 alone is gated", form("gad7", (1, 1, *[None] * 5)), [], ADULT,
             ["gated"]),
        case("one answer more is a partial form", form(items=(1, 1, 0, *[None] * 6)), [], ADULT,
             ["partial", "safety_item"]),
        case("a PHQ-9 total that is the PHQ-2 of its day may be the gate alone", total(2, item9=None),
             [form("phq2", (1, 1), id="s")], ADULT, ["safety_item", "gate_alone"]),
        case("so may a total of nought", total(0, item9=None), [form("phq2", (0, 0), id="s")], ADULT,
             ["safety_item", "gate_alone"]),
        case("a total with item 9 is more than the gate", total(0), [form("phq2", (0, 0), id="s")], ADULT, []),
        case("a whole PHQ-9 of the same day answers for it", total(2, item9=None),
             [form("phq2", (1, 1), id="s"), form(items=(1, 0, 1, *[0] * 6), id="long")], ADULT,
             ["safety_item", "duplicate"]),
        case("an AUDIT of 3 beside an AUDIT-C of 3 may be the gate alone", total(3, "audit", item9=None),
             [form("audit_c", (1, 1, 1), id="s")], ADULT, ["gate_alone"]),
        case("a whole AUDIT of the same day answers for it", total(3, "audit", item9=None),
             [form("audit_c", (1, 1, 1), id="s"), form("audit", (1, 1, 1, *[0] * 7), id="long")], ADULT, ["duplicate"]),
        case("an AUDIT of nought is whole: who never drinks is asked no more", total(0, "audit", item9=None),
             [form("audit_c", (0, 0, 0), id="s")], ADULT, []),
        case("a GAD-7 total that is the GAD-2 of its day", total(2, "gad7", item9=None), [total(2, "gad2", id="s")], ADULT,
             ["gate_alone"]),
        case("another total than the PHQ-2 is a whole form's", total(3, item9=None), [form("phq2", (1, 1), id="s")],
             ADULT, ["safety_item"]),
        case("the PHQ-2 of another day proves nothing", total(2, item9=None), [before(1, "phq2", (1, 1))], ADULT,
             ["safety_item"]),
        case("nine answers that add up to the PHQ-2 are a PHQ-9", form(items=(1, 1, *[0] * 7)),
             [form("phq2", (1, 1), id="s")], ADULT, []),
        case("a PCL-5 does not begin with the PC-PTSD-5", total(3, "pcl5"), [total(3, "pc_ptsd_5", id="s")], ADULT, []),
        case("an AUDIT-C of 3 is positive for a woman", form("audit_c", (1, 1, 1)), [], ADULT, ["gated"]),
        case("and not for a man", form("audit_c", (1, 1, 1)), [], Patient(None, "male"), []),
        case("the same result twice on one day", form(items=MIXED), [form(items=MIXED, id="first")], ADULT,
             ["duplicate"]),
        case("other answers on one day are another form", form(items=MIXED),
             [form(items=(2, 1, *MIXED[2:]), id="first")], ADULT, []),
        case("a total that an entered form has already", total(8), [form(items=MIXED, id="first")], ADULT,
             ["duplicate"]),
        case("a score is no duplicate of itself", form(items=MIXED), [form(items=MIXED)], ADULT, []),
        case("the answers of last time are copied forward", form(items=MIXED), [before(28, items=MIXED)], ADULT,
             ["copied_forward"]),
        case("answers from longer ago are not", form(items=MIXED),
             [before(28, items=(0,) * 9), before(56, items=MIXED)], ADULT, []),
        case("all nought twice is a well patient", form(items=(0,) * 9), [before(28, items=(0,) * 9)], ADULT, []),
        case("two equal answers of a short form prove nothing", form("gad2", (1, 0)), [before(7, "gad2", (1, 0))],
             ADULT, []),
        case("an imported total that repeats the last within two weeks", total(8), [before(7, total=8, item9=0)],
             ADULT, ["copied_forward"]),
        case("after a month it is a result", total(8), [before(30, total=8, item9=0)], ADULT, []),
        case("an entered total that repeats is a result", total(8, source="entered"),
             [before(7, total=8, item9=0)], ADULT, []),
        case("the PHQ-9 for a boy of 13", form(items=MIXED), [], TEEN, ["wrong_form"]),
        case("the PHQ-A for an adult", form("phq_a", MIXED), [], ADULT, ["wrong_form"]),
        case("the PHQ-A for a boy of 13 is right", form("phq_a", MIXED), [], TEEN, []),
        case("a SCARED for a child of 5", form("scared_parent", [0] * 41), [], Patient(date(2021, 1, 1)),
             ["wrong_form"]),
        case("an unknown birth date proves nothing", form("phq_a", MIXED), [], Patient(), []),
        case("a total that the form does not have", total(30), [], ADULT, ["implausible"]),
        case("answers that give another total", form(items=MIXED, total=12), [], ADULT, ["implausible"]),
        case("an answer that the form does not offer", form(items=MIXED)._replace(items=(5, *MIXED[1:])), [],
             ADULT, ["implausible"]),
        case("too few answers for its own total", form(items=(*MIXED[:5], None, None, None, 0))._replace(total=9), [],
             ADULT, ["partial"]),
        case("nine times the worst answer", form(items=(3,) * 9), [], ADULT, ["implausible"]),
        case("nine times the same answer, close to the last", form(items=(1,) * 9), [before(30, total=8, item9=0)],
             ADULT, []),
        case("nine times the same answer, far from the last", form(items=(2,) * 9), [before(30, total=4, item9=0)],
             ADULT, ["implausible"]),
        case("nine times the same answer, the first form", form(items=(1,) * 9), [], ADULT, []),
        case("two times the same answer of a short form", form("gad2", (1, 1)), [], ADULT, []),
        case("20 points within a week", form(items=(0,) * 9), [before(6, total=20, item9=0)], ADULT, ["implausible"]),
        case("20 points within a month", form(items=(0,) * 9), [before(30, total=20, item9=0)], ADULT, []),
        case("a GAD-7 of 3 and one of 20 on one day", total(20, "gad7"), [total(3, "gad7", id="s")], ADULT,
             ["implausible"]),
        case("two results of one day that lie close", total(9), [total(11, id="s")], ADULT, []),
        case("a form without a total contradicts no other", form(items=(*[None] * 8, 1)), [total(20, id="s")], ADULT,
             ["partial"]),
        case("a yes after a no to the event contradicts itself", form("pc_ptsd_5", (0, 1, 1, 0, 0, 0)), [], ADULT,
             ["implausible"]),
        case("no event and no more", form("pc_ptsd_5", (0, 0, 0, 0, 0, 0)), [], ADULT, []),
        case("a day that has not come", form(items=MIXED, on=date(2026, 12, 11)), [], ADULT, ["implausible"]),
        case("a day before the birth", form(items=MIXED, on=date(1969, 1, 31)), [], ADULT, ["implausible"]),
        case("a form that the registry does not know", form("honos", total=3), [], ADULT, []),
    ],
)  # fmt: skip
def test_doubts(one: Score, others: list[Score], patient: Patient, kinds: list[str]) -> None:
    assert [doubt.kind for doubt in doubts(one, others, patient, TODAY)] == kinds


@pytest.mark.parametrize(
    ("one", "others", "patient", "sentence"),
    [
        case("gated", form("phq2", (2, 2)), [], ADULT,
             "Gated: The PHQ-2 of Nov 18, 2026 is positive (4) and no PHQ-9 has been taken since: it does not "
             "stand for the PHQ-9."),
        case("the gate alone", total(2, item9=None), [form("phq2", (1, 1), id="s")], ADULT,
             "Gated: The PHQ-2 of Nov 18, 2026 is 2 too: were the other questions of the PHQ-9 asked? The PHQ-2 does "
             "not stand for it."),
        case("the answers of the gate alone", form(items=(1, 1, *[None] * 7)), [], ADULT,
             "Gated: Only the questions of the PHQ-2 were answered: it is no PHQ-9."),
        case("an AUDIT-C without the AUDIT", form("audit_c", (1, 1, 1)), [], ADULT,
             "Gated: The AUDIT-C of Nov 18, 2026 is positive (3) and no AUDIT has been taken since: it does not stand "
             "for the AUDIT."),
        case("an AUDIT that is on record", total(8, "audit"), [total(8, "audit", id="s")], ADULT,
             "Duplicate: The AUDIT of Nov 18, 2026 is on record already, with the same result."),
        case("two results of one day", total(20, "gad7"), [total(3, "gad7", id="s")], ADULT,
             "Implausible: The GAD-7 of Nov 18, 2026 is 3 in another result and 20 in this one: both cannot be "
             "right."),
        case("a yes after a no to the event", form("pc_ptsd_5", (0, 1, 0, 0, 0, 0)), [], ADULT,
             "Implausible: The PC-PTSD-5 contradicts itself: question 1 is no and a later one is yes. The yes does not "
             "count."),
        case("not asked", form(items=(*MIXED[:8], None)), [], ADULT,
             "Safety item unknown: Item 9 of the PHQ-9 was not asked: that is not a 0."),
        case("wrong form", form(items=MIXED), [], TEEN,
             "Wrong form: The PHQ-9 is for patients from 18; this one was 13. The form for this age is the PHQ-A."),
        case("exchanged", form(items=MIXED, on=date(2026, 12, 11)), [], ADULT,
             "Implausible: Dec 11, 2026 lies in the future. Was it Nov 12, 2026, with day and month exchanged?"),
        case("copied", form(items=MIXED), [before(28, items=MIXED)], ADULT,
             "Copied forward: The same answers as on Oct 21, 2026, 28 days before: was it copied forward?"),
    ],
)  # fmt: skip
def test_a_doubt_is_a_sentence(one: Score, others: list[Score], patient: Patient, sentence: str) -> None:
    assert sentence in list(sentences(doubts(one, others, patient, TODAY)))


def test_a_declined_safety_item_was_asked() -> None:
    found = doubts(form(items=(*MIXED[:8], None)), [], ADULT, TODAY, declined=(9,))
    assert found[1].sentence == "Item 9 of the PHQ-9 was declined: that is not a 0."


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9))
def test_item_9_of_nought_is_never_taken_for_not_asked(items: list[int | None]) -> None:
    kinds = {doubt.kind for doubt in doubts(form(items=items), [], ADULT, TODAY)}
    assert ("safety_item" in kinds) is (items[8] is None)
    assert bool(kinds & {"partial", "gated"}) is (None in items)
