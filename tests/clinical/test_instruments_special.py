"""The rules of their own that some instruments have: what each filled form says, and what is not known."""

import pytest

from registry.clinical.instruments import INSTRUMENTS, ScoreError, positive, score, score_total, verdict
from registry.clinical.instruments.chapter import SPECIAL, chapter, scoring_words
from registry.clinical.sources import SOURCES
from tests.clinical.cases import case

YES7 = [1] * 7 + [0] * 6
NONE5 = [None] * 5
PCL_MET = [2, 0, 0, 0, 0, 2, 0, 2, 2, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0]
PARENT_WELL, TEACHER_WELL = [0] * 47 + [3] * 8, [0] * 35 + [3] * 8


def changed(items, **places):
    """The form with other answers: item1=3 is the first."""
    return [places.get(f"item{number}", answer) for number, answer in enumerate(items, 1)]


@pytest.mark.parametrize(
    ("name", "items", "total", "verdict", "words"),
    [
        case("MDQ: 7 yes, same period, moderate problem", "mdq", [*YES7, 1, 2], 7, True, "positive: 7 or more yes"),
        case("MDQ: 7 yes and a minor problem is negative", "mdq", [*YES7, 1, 1], 7, False, "no more than a minor"),
        case("MDQ: 13 yes, not together, is negative", "mdq", [1] * 13 + [0, 3], 13, False, "not in the same period"),
        case("MDQ: 6 yes is negative whatever follows", "mdq", [1] * 6 + [0] * 7 + [1, 3], 6, False, "fewer than 7"),
        case("MDQ: 7 yes without parts 2 and 3 is not known", "mdq", YES7, 7, None, "question 2 (same period) and question 3"),
        case("MDQ: blanks leave no total, but 7 yes are 7 yes", "mdq", [*[1] * 7, *[None] * 6, 1, 3], None, True,
             "positive"),
        case("MDQ: blanks that could make 7 leave it open", "mdq", [*[1] * 6, *[None] * 7, 1, 3], None, None,
             "the thirteen questions not answered"),
        case("ASRS: 4 shaded answers", "asrs", [2, 2, 2, 3, 0, 0], 9, True, "4 shaded answers, 4 are positive; the"),
        case("ASRS: 3 shaded answers, whatever the sum", "asrs", [4, 4, 4, 1, 1, 1], 15, False,
             "the total of 15 alone would be positive"),
        case("ASRS: sometimes is shaded for item 1 and not for item 6", "asrs", [2, 2, 2, 2, 2, 2], 12, False,
             "3 shaded"),
        case("ASRS: a blank is not known", "asrs", [4, 4, 4, 4, 4, None], None, None, ""),
        case("PCL-5: 31 is positive", "pcl5", [2] * 15 + [1] + [0] * 4, 31, True, "the cluster rule is not met"),
        case("PCL-5: the clusters are told, the total decides", "pcl5", PCL_MET, 12, False, "the cluster rule is met"),
        case("PCL-5: a blank that could meet a cluster leaves the rule open", "pcl5",
             [None, 0, 0, 0, 0, *PCL_MET[5:]], None, None, ""),
        case("PC-PTSD-5: no event is negative and 0", "pc_ptsd_5", [0, *NONE5], 0, False, "no such event"),
        case("PC-PTSD-5: an event and 4 yes", "pc_ptsd_5", [1, 1, 1, 1, 1, 0], 4, True, "the cut is 4 (men) or 3 (w"),
        case("PC-PTSD-5: 3 yes depends on sex", "pc_ptsd_5", [1, 1, 1, 1, 0, 0], 3, None, "depends on sex"),
        case("PC-PTSD-5: five answers imply the event", "pc_ptsd_5", [1, 1, 1, 1, 1], 5, True, "positive"),
        case("AUDIT: the last two count 0, 2 or 4", "audit", [0] * 8 + [4, 4], 8, True, "the cut is 8"),
        case("DAST-10: a no to question 3 scores", "dast10", [1, 1, 0] + [0] * 7, 3, True, "the cut is 3"),
        case("EPDS: points, 10 is possible", "epds", [1] * 10, 10, True, "the cut is 10"),
        case("PSC-17: externalizing 7 is positive below 15", "psc17", changed([0] * 17, item4=2, item5=2, item8=2, item10=1), 7, True,
             "externalizing at 7"),
        case("PSC-17: internalizing 5 is positive below 15", "psc17", changed([0] * 17, item2=2, item6=2, item9=1), 5,
             True, "positive: internalizing at 5 or more"),
        case("PSC-17: all ones are positive twice", "psc17", [1] * 17, 17, True, "the cut is 15; internalizing"),
        case("PSC-17: nothing", "psc17", [0] * 17, 0, False, "negative"),
        case("SMFQ, child: 12 is positive", "smfq_child", [1] * 12 + [0], 12, True, "the cut is 12"),
        case("SMFQ, parent: no cut is published", "smfq_parent", [2] * 13, 26, None, "no cut"),
        case("SCARED: 25 is positive", "scared_child", [1] * 25 + [0] * 16, 25, True, "the cut is 25"),
        case("SCARED, parent: 24 is not", "scared_parent", [1] * 24 + [0] * 17, 24, False, "negative"),
        case("Vanderbilt, parent: 6 of 9 with impairment", "vanderbilt_parent",
             changed([2] * 6 + PARENT_WELL[6:], item55=4), 12, True, "inattention, with impairment"),
        case("Vanderbilt, parent: 6 of 9 without impairment", "vanderbilt_parent", [2] * 6 + PARENT_WELL[6:], 12,
             False, "no impairment"),
        case("Vanderbilt, parent: often is counted, occasionally is not", "vanderbilt_parent",
             changed([1] * 47 + PARENT_WELL[47:], item55=5), 18, False, "no symptom count"),
        case("Vanderbilt, teacher: conduct 3 of 10 with impairment", "vanderbilt_teacher",
             changed(TEACHER_WELL, item19=2, item20=3, item28=2, item36=5), 0, True, "oppositional"),
        case("Vanderbilt: blanks are not known", "vanderbilt_teacher", changed(TEACHER_WELL, item19=None), 0, None,
             "answers are missing"),
        case("Vanderbilt: performance not answered", "vanderbilt_teacher", changed(TEACHER_WELL, item36=None), 0, None,
             "answers are missing"),
        case("C-SSRS: intent is high", "cssrs", [1, 1, 0, 1, 0, 0, 0], None, True, "high"),
        case("C-SSRS: a plan is high, even alone", "cssrs", [0, 1, 0, 0, 1, 0, 0], None, True, "high"),
        case("C-SSRS: behaviour within 3 months is high", "cssrs", [0, 0, 0, 0, 0, 1, 1], None, True, "high"),
        case("C-SSRS: behaviour longer ago is moderate", "cssrs", [0, 0, 0, 0, 0, 1, 0], None, True, "moderate"),
        case("C-SSRS: behaviour of an unknown time is told so", "cssrs", [0, 0, 0, 0, 0, 1], None, True,
             "moderate; not answered: question 6 (behavior, past 3 months)"),
        case("C-SSRS: a yes to intent, plan and recent behavior after a no to thoughts and ever is high", "cssrs",
             [0, 0, 0, 1, 1, 0, 1], None, True, "high"),
        case("C-SSRS: a yes to behavior within 3 months after a no to ever is high", "cssrs", [1, 0, 0, 0, 0, 0, 1],
             None, True, "high"),
        case("PC-PTSD-5: a yes after a no to the event does not count, and is told", "pc_ptsd_5", [0, 1, 1, 1, 1, 1], 0,
             False, "negative: no such event, though a later answer is yes"),
        case("C-SSRS: all no", "cssrs", [0] * 7, None, False, "no risk reported"),
        case("C-SSRS: not asked is never a no", "cssrs", [0, None, *NONE5], None, None, "unknown; not answered"),
    ],
)  # fmt: skip
def test_verdicts(
    name: str, items: list[int | None], total: int | None, verdict: bool | None, words: str
) -> None:
    scored = score(INSTRUMENTS[name], items)
    assert (scored.total, scored.positive) == (total, verdict)
    assert words in scored.verdict


@pytest.mark.parametrize(
    ("name", "total", "beside", "verdict", "words"),
    [
        case("MDQ: a total of 9 with parts 2 and 3", "mdq", 9, [None] * 13 + [1, 2], True, "positive"),
        case("MDQ: a total of 9 alone is not known", "mdq", 9, None, None, "question 2"),
        case("MDQ: a total of 6 is negative", "mdq", 6, None, False, "fewer than 7"),
        case("ASRS: a bare total goes by 14", "asrs", 14, None, True, "the cut is 14"),
        case("PCL-5: a bare total goes by 31", "pcl5", 30, None, False, "the cut is 31"),
        case("PSC-17: a bare total goes by 15", "psc17", 15, None, True, "the cut is 15"),
        case(
            "Vanderbilt: a bare total counts no symptoms",
            "vanderbilt_parent",
            30,
            None,
            None,
            "need the answers",
        ),
        case("PC-PTSD-5: a bare total of 2 is negative for anybody", "pc_ptsd_5", 2, None, False, "negative"),
    ],
)
def test_verdicts_of_bare_totals(
    name: str, total: int, beside: list[int | None] | None, verdict: bool | None, words: str
) -> None:
    scored = score_total(INSTRUMENTS[name], total, beside)
    assert scored.positive is verdict
    assert words in scored.verdict
    if beside is None:
        assert positive(INSTRUMENTS[name], total) is verdict


@pytest.mark.parametrize(
    ("sex", "words"),
    [
        case("a man has one cut", "male", "negative: the cut is 4 (men)"),
        case("a woman has the other", "female", "positive: the cut is 3 (women)"),
        case(
            "both are told where the sex is not known",
            None,
            "depends on sex: the cut is 4 (men) or 3 (women)",
        ),
    ],
)
def test_the_cut_of_a_known_sex_is_told_alone(sex: str | None, words: str) -> None:
    assert verdict(INSTRUMENTS["audit_c"], 3, None, sex).text == words


def test_without_total_or_answers_nothing_is_said() -> None:
    for name in ("vanderbilt_parent", "cssrs", "phq9"):
        assert positive(INSTRUMENTS[name], None) is None


def test_the_answers_decide_where_they_are_known() -> None:
    assert positive(INSTRUMENTS["asrs"], 15, None, [4, 4, 4, 1, 1, 1]) is False


def test_item_10_of_the_epds_is_a_safety_item_beside_a_bare_total_too() -> None:
    epds = INSTRUMENTS["epds"]
    assert score(epds, [0] * 9 + [2]).item9 == 2
    assert score(epds, [1] * 9 + [None]).note == (
        "9 of 10 items answered: no total; item 10 was not answered, which is not a 0."
    )
    assert score_total(epds, 12, [None] * 9 + [1]).item9 == 1
    assert score_total(epds, 12).note == "Total only: the answers are not known; item 10 is not known."
    with pytest.raises(ScoreError, match=r"^item 10: 3 is more than the total of 2$"):
        score_total(epds, 2, [None] * 9 + [3])


def test_a_screener_without_a_sum_has_no_total() -> None:
    with pytest.raises(ScoreError, match="has no total"):
        score_total(INSTRUMENTS["cssrs"], 0)
    assert score(INSTRUMENTS["cssrs"], [1, 0, 0, 0, 0, 0]).note == "6 of 7 items answered."


def test_answers_between_the_printed_ones_are_refused() -> None:
    with pytest.raises(ScoreError, match=r"^item 9: 1 is not one of 0, 2, 4$"):
        score(INSTRUMENTS["audit"], [0] * 8 + [1, 0])
    with pytest.raises(ScoreError, match=r"^item 36: 0 is not one of 1-5$"):
        score(INSTRUMENTS["vanderbilt_teacher"], [0] * 43)


def test_parts_that_are_left_out_do_not_take_the_total() -> None:
    assert score(INSTRUMENTS["mdq"], YES7).note == "13 of 15 items answered: the total stands."


def test_every_file_says_where_its_numbers_come_from() -> None:
    for name, one in INSTRUMENTS.items():
        cited = {*one.sources, *one.change.sources, *(s for c in one.cuts for s in c.sources)}
        cited |= {source for sub in one.subscales for source in sub.sources}
        assert cited <= SOURCES.keys(), (name, cited - SOURCES.keys())
        assert one.sources
        assert one.licence
        assert one.missing
        assert one.entry_reason or one.entry == "items", name


def test_subscales_name_items_that_exist_and_share_none() -> None:
    for name, one in INSTRUMENTS.items():
        numbers = [number for sub in one.subscales for number in sub.items]
        assert len(numbers) == len(set(numbers)), name
        assert set(numbers) <= set(range(1, one.item_count + 1)), name


def test_the_highest_total_is_what_the_answers_add_up_to() -> None:
    for name, one in INSTRUMENTS.items():
        assert sum(max(one.values[number - 1]) for number in one.total_items) == one.highest, name


def test_a_label_stands_in_for_wording_that_is_not_shipped() -> None:
    label = INSTRUMENTS["mdq"].label(15)
    assert label is not None
    assert label.options[2] == "Moderate problem"
    assert INSTRUMENTS["mdq"].label(1) is None
    assert INSTRUMENTS["isi"].needs_licence


def test_the_chapter_tells_every_instrument_with_its_rule_and_subscales() -> None:
    page = chapter(lambda sources: "+".join(sources))
    for one in INSTRUMENTS.values():
        assert f"| {one.title} |" in page
        assert not one.rule or SPECIAL[one.rule] in page
        assert all(sub.title in page for sub in one.subscales)
    assert "10 × 0-4 (some 0/2/4)" in page
    assert "response 12 points; useful 10 points; reliable 5 points; New York counts" in page


def test_beside_a_form_stands_how_it_is_scored() -> None:
    lines = {what: (how, sources) for what, how, sources in scoring_words(INSTRUMENTS["audit_c"])}
    assert lines["Positive"] == ("≥ 4 (men), ≥ 3 (women)", ("M",))
    assert "Bands" not in lines
    assert scoring_words(INSTRUMENTS["cssrs"])[0][0] == "Rule"
