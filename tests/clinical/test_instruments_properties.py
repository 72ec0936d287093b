"""What holds of every instrument: a worse answer never helps, a blank is never a nought, the order counts."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clinical.instruments import INSTRUMENTS, Instrument, score

SOME = settings(max_examples=60, deadline=None)
"""A shared machine may stop for a moment in the middle of an example."""
WITH_TOTAL = [one for one in INSTRUMENTS.values() if one.has_total]


@st.composite
def forms(draw: Any, blanks: bool = True) -> tuple[Instrument, list[int | None]]:
    """An instrument and a filled form of it."""
    one = draw(st.sampled_from(WITH_TOTAL))
    answers = [st.sampled_from((*values, *((None,) if blanks else ()))) for values in one.values]
    return one, list(draw(st.tuples(*answers)))


def points(one: Instrument, items: list[int | None]) -> list[int]:
    """What the answers are worth: a reversed one its opposite."""
    worth = ((n, items[n - 1]) for n in one.total_items)
    return [one.item_highest - a if n in one.reversed_items else a for n, a in worth if a is not None]


@SOME
@given(forms())
def test_a_blank_is_never_a_nought(form: tuple[Instrument, list[int | None]]) -> None:
    one, items = form
    scored = score(one, items)
    if one.gate_item and items[one.gate_item - 1] == 0:
        assert scored.total == 0
        return
    missing = sum(items[n - 1] is None for n in one.total_items)
    if scored.total is None:
        assert missing > one.may_miss
    else:
        assert missing <= one.may_miss
        assert sum(points(one, items)) <= scored.total <= one.highest
        assert scored.prorated is (missing > 0)
    if one.safety_item:
        assert scored.item9 == items[one.safety_item - 1]


@SOME
@given(forms(blanks=False), st.data())
def test_a_worse_answer_never_lowers_the_total(form: tuple[Instrument, list[int]], data: Any) -> None:
    one, items = form
    number = data.draw(st.sampled_from(one.total_items))
    worse: list[int | None] = [*items]
    worse[number - 1] = 0 if number in one.reversed_items else max(one.values[number - 1])
    before, after = score(one, [*items]), score(one, worse)
    assert before.total is not None
    assert after.total is not None
    assert after.total >= before.total


@SOME
@given(forms(blanks=False), st.data())
def test_a_worse_answer_never_takes_a_positive_screen_back(
    form: tuple[Instrument, list[int]], data: Any
) -> None:
    one, items = form
    number = data.draw(st.integers(1, one.item_count))
    worse: list[int | None] = [*items]
    worse[number - 1] = 0 if number in one.reversed_items else max(one.values[number - 1])
    if score(one, [*items]).positive:
        assert score(one, worse).positive


@SOME
@given(forms())
def test_the_safety_item_is_the_one_in_its_place(form: tuple[Instrument, list[int | None]]) -> None:
    """The same answers in another order are another form: the total stays, the safety item does not."""
    one, items = form
    if one.safety_item is None:
        return
    turned = [items[-1], *items[:-1]]
    before, after = score(one, items), score(one, turned)
    assert after.total == before.total
    assert after.item9 == turned[one.safety_item - 1]


@SOME
@given(forms(blanks=False))
def test_subscales_take_their_own_items(form: tuple[Instrument, list[int]]) -> None:
    one, items = form
    for sub, scored in zip(one.subscales, score(one, [*items]).subscales, strict=True):
        answers = [items[number - 1] for number in sub.items]
        from_ = sub.counts_from
        assert scored.score == (sum(answers) if from_ is None else sum(a >= from_ for a in answers))
