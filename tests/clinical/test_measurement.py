"""M1 to M3."""

import pytest

from registry.clinical.facts import EpisodeFacts, Score
from registry.clinical.findings import Urgency
from tests.clinical.cases import ago, case, cssrs, enrolled, found, gad7, phq9, referred, review, seen

PARTIAL = phq9(3, None, None, answered=5)
BARE = {"items": None, "answered": None, "source": "import:ehr"}


def phq2(days: int, total: int | None) -> Score:
    return Score(f"two{days}", "phq2", ago(days), total)


def imported(days: int, total: int = 12, **more: object) -> Score:
    return phq9(days, total, source="import:ehr", **more)


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("a score of 30 days is not yet due", "M1", enrolled(60, scores=(phq9(30, 15),)), None),
        case("one of 31 days is", "M1", enrolled(60, scores=(phq9(31, 15),)),
             "Last PHQ-9 was 15 on Oct 18, 2026, 31 days ago."),
        case("an adolescent's form is called by its name", "M1", enrolled(60, scores=(phq9(31, 15)._replace(instrument="phq_a"),)),
             "Last PHQ-A was 15 on Oct 18, 2026, 31 days ago."),
        case("who turned 18 has filled in both", "T4", enrolled(90, scores=(phq9(90, 18)._replace(instrument="phq_a"), phq9(5, 12))),
             "Week 12: PHQ-A 18 on Aug 20, 2026 (baseline), PHQ-9 12 on Nov 13, 2026, 33% lower."),
        case("early on, seen by phone, one of 15 days is", "M1", enrolled(40, scores=(phq9(15, 15),), contacts=(seen(3),)),
             "Last PHQ-9 was 15 on Nov 3, 2026, 15 days ago."),
        case("one of 14 days is not", "M1", enrolled(40, scores=(phq9(14, 15),), contacts=(seen(3),)), None),
        case("nor for whoever comes in person", "M1",
             enrolled(40, scores=(phq9(15, 15),), contacts=(seen(3)._replace(modality="in_person"),)), None),
        case("nor after eight weeks", "M1", enrolled(57, scores=(phq9(15, 15),), contacts=(seen(3),)), None),
        case("never measured is E6's, not M1's", "M1", enrolled(60), None),
        case("the other scale does not stand in", "M1", enrolled(60, scores=(phq9(31, 15), gad7(2, 9))),
             "Last PHQ-9 was 15 on Oct 18, 2026, 31 days ago."),
        case("a full form has no gap", "M2", enrolled(60, scores=(phq9(3, 12),)), None),
        case("five of nine is no total", "M2", enrolled(60, scores=(PARTIAL,)),
             "PHQ-9 of Nov 15, 2026: 5 of 9 items answered (no total) and item 9 was not answered."),
        case("eight of nine is pro-rated", "M2", enrolled(60, scores=(phq9(3, 12, 0, answered=8, prorated=True),)),
             "PHQ-9 of Nov 15, 2026: 8 of 9 items answered (total pro-rated)."),
        case("a total alone says nothing about item 9", "M2",
             enrolled(60, scores=(phq9(3, 12, None, items=None, answered=None),)),
             "PHQ-9 of Nov 15, 2026: item 9 is not known (total only)."),
        case("an imported total that is the PHQ-2 of its day may be the gate alone", "M2", enrolled(60, scores=(
                phq2(3, 2), phq9(3, 2, None, **BARE))),
             "PHQ-9 of Nov 15, 2026: the total is that of the PHQ-2 of the same day and item 9 is not known (total only)."),
        case("an assessment for that form tells nothing of its other questions", "M2", enrolled(60, scores=(
                phq2(3, 2), phq9(3, 2, None, id="x", **BARE)), risk_assessments=(cssrs(2, phq9(3, 2, None, id="x")),)),
             "PHQ-9 of Nov 15, 2026: the total is that of the PHQ-2 of the same day."),
        case("who entered such a total was asked", "M2", enrolled(60, scores=(
                phq2(3, 2), phq9(3, 2, None, **BARE | {"source": "entered"}))),
             "PHQ-9 of Nov 15, 2026: item 9 is not known (total only)."),
        case("an imported total that is another is a PHQ-9", "M2", enrolled(60, scores=(
                phq2(3, 2), phq9(3, 4, None, **BARE))), "PHQ-9 of Nov 15, 2026: item 9 is not known (total only)."),
        case("an imported total with item 9 is more than the gate", "M2", enrolled(60, scores=(
                phq2(3, 0), phq9(3, 0, 0, **BARE))), None),
        case("a whole form of that day answers it", "M2", enrolled(60, scores=(
                phq2(3, 2), phq9(3, 2, 0, id="b"), phq9(3, 2, None, id="c", **BARE))), None),
        case("whichever of the two came first", "M2", enrolled(60, scores=(
                phq2(3, 2), phq9(3, 2, None, id="a", **BARE), phq9(3, 2, 0, id="b"))), None),
        case("a partial form of that day does not", "M2", enrolled(60, scores=(
                phq2(3, 2), phq9(3, 1, None, answered=8), phq9(3, 2, None, **BARE))),
             "PHQ-9 of Nov 15, 2026: the total is that of the PHQ-2 of the same day and item 9 is not known (total only)."),
        case("an assessment for that form answers it", "M2",
             enrolled(60, scores=(phq9(3, 12, None, id="x"),), risk_assessments=(cssrs(2, phq9(3, 12, None, id="x")),)),
             None),
        case("a later full form answers it", "M2", enrolled(60, scores=(PARTIAL, phq9(1, 12))), None),
        case("a positive PHQ-2 asks for the rest", "M2", enrolled(60, scores=(phq9(30, 12), phq2(3, 4))),
             "PHQ-2 was 4 on Nov 15, 2026 and no PHQ-9 since."),
        case("a negative PHQ-2 closes no gap", "M2", enrolled(60, scores=(PARTIAL, phq2(1, 2))),
             "PHQ-9 of Nov 15, 2026: 5 of 9 items answered (no total) and item 9 was not answered."),
        case("nor does a positive one, and both are told", "M2", enrolled(60, scores=(PARTIAL, phq2(1, 4))),
             "PHQ-9 of Nov 15, 2026: 5 of 9 items answered (no total) and item 9 was not answered. "
             "PHQ-2 was 4 on Nov 17, 2026 and no PHQ-9 since."),
        case("a negative PHQ-2 does not", "M2", enrolled(60, scores=(phq2(3, 2),)), None),
        case("nor one without a total", "M2", enrolled(60, scores=(phq2(3, None),)), None),
        case("a form from before the episode is past", "M2", enrolled(2, scores=(PARTIAL,)), None),
        case("a GAD-7 has no item 9", "M2", enrolled(60, scores=(gad7(3, 9),)), None),
        case("an entered score was read on entry", "M3", enrolled(60, scores=(phq9(5, 12),)), None),
        case("an imported one is read within a working day", "M3", enrolled(60, scores=(imported(5),)),
             "PHQ-9 12 of Nov 13, 2026 came in and nobody has read it."),
        case("on the next day there is time", "M3", enrolled(60, scores=(imported(1),)), None),
        case("somebody read it", "M3", enrolled(60, scores=(imported(5, reviewed_on=ago(4)),)), None),
        case("somebody spoke to the patient since", "M3", enrolled(60, scores=(imported(5),), contacts=(seen(4),)), None),
        case("the consultant reviewed it", "M3", enrolled(60, scores=(imported(5),), reviews=(review(4),)), None),
        case("somebody assessed the risk", "M3", enrolled(60, scores=(imported(5),), risk_assessments=(cssrs(4),)), None),
        case("an older assessment is not about it", "M3",
             enrolled(60, scores=(imported(5),), risk_assessments=(cssrs(9),)),
             "PHQ-9 12 of Nov 13, 2026 came in and nobody has read it."),
        case("an old import is not news", "M3", enrolled(60, scores=(imported(90), phq9(5, 12))), None),
        case("an import from before the episode is not news", "M3", enrolled(3, scores=(imported(5),)), None),
    ],
)  # fmt: skip
def test_measurement(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def test_a_form_without_item_9_is_completed_today() -> None:
    told = found(enrolled(60, scores=(PARTIAL,)), "M2")
    assert told is not None
    assert (told.urgency, told.tag, told.label) == (Urgency.SAME_DAY, "safety", "Item 9 not asked")


def test_a_total_alone_is_completed_this_week() -> None:
    told = found(enrolled(60, scores=(phq9(3, 12, None, items=None, answered=None),)), "M2")
    assert told is not None
    assert (told.urgency, told.tag) == (Urgency.THIS_WEEK, "measure")


def test_a_referral_is_not_measured_yet() -> None:
    assert found(referred(5, scores=(PARTIAL,)), "M2") is None
