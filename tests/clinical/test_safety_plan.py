"""A safety plan is one text with headings; its steps come back as they were written."""

from hypothesis import given
from hypothesis import strategies as st

from registry.clinical.safety_plan import (
    REST,
    STEPS,
    counselling,
    emptied,
    empty_steps,
    has_steps,
    held,
    joined,
    split,
    tidy,
)

WORDS = st.text(st.sampled_from("ab é.:;-\n"), max_size=30).map(
    lambda text: "\n".join(text.split("\n")).strip()
)


def test_a_text_without_headings_is_the_rest() -> None:
    assert split("Warning signs: not sleeping. Call sister.") == {
        REST: "Warning signs: not sleeping. Call sister."
    }
    assert split("") == {}


def test_steps_stand_in_their_order_whatever_order_they_come_in() -> None:
    text = joined({"help": "Sister", "signs": "Not sleeping", "alone": " ", REST: "Copy in the kitchen"})
    assert (
        text
        == "Copy in the kitchen\n\nWarning signs:\nNot sleeping\n\nPeople whom I can ask for help:\nSister"
    )


@given(st.dictionaries(st.sampled_from([*STEPS, REST]), WORDS))
def test_what_was_written_comes_back(steps: dict[str, str]) -> None:
    assert split(joined(steps)) == {step: words for step, words in steps.items() if words}


def test_a_plan_holds_its_parts_whichever_way_it_was_kept() -> None:
    assert held("Warning signs:\nNot sleeping", None) == {"signs": "Not sleeping"}
    assert held("", {"signs": "Not sleeping"}) == {"signs": "Not sleeping"}


def test_counselling_on_means_alone_is_no_plan() -> None:
    assert not has_steps(tidy({"signs": " ", "counselled": ["firearms"], "agreed": "x"}))
    assert has_steps({REST: "Call sister"})


def test_what_a_plan_loses_is_told_by_its_headings() -> None:
    before = {"surroundings": "Brother keeps the gun", "signs": "Not sleeping", REST: "Copy in the kitchen"}
    assert emptied(before, {"signs": "Drinking", "help": "Sister"}) == (
        "Making my surroundings safe",
        "Anything else",
    )
    assert emptied(before, before) == emptied({}, before) == ()


def test_the_empty_steps_are_those_of_a_plan_that_is_kept_by_its_steps() -> None:
    assert empty_steps({"signs": "Not sleeping", "help": "Sister"}) == (
        "alone", "distraction", "professionals", "surroundings"
    )  # fmt: skip
    assert empty_steps(dict.fromkeys(STEPS, "x")) == ()
    assert empty_steps({REST: "Call sister"}) == (), "written elsewhere, in a text of its own"


def test_counselling_reads_as_a_line() -> None:
    parts = tidy({"counselled": ["medication", "firearms"], "agreed": "Brother keeps both. ", "signs": ""})
    assert parts == {"counselled": ["medication", "firearms"], "agreed": "Brother keeps both."}
    assert counselling(parts) == "Firearms, Medication and poisons. Brother keeps both"
    assert counselling({}) == ""
