"""The words of a treatment: every code has one label, and says so once."""

import pytest

from registry.clinical import treatment_words

LISTS = {
    name: value
    for name, value in vars(treatment_words).items()
    if name.isupper() and isinstance(value, tuple)
}


@pytest.mark.parametrize("name", LISTS)
def test_a_code_is_named_once_and_in_words(name):
    codes, labels = zip(*LISTS[name], strict=True)
    assert len(set(codes)) == len(codes)
    assert len(set(labels)) == len(labels)
    assert all(label.strip() for label in labels)


def test_a_code_in_words():
    assert treatment_words.words(treatment_words.STOP_REASONS, "cost") == "Cost"
    assert treatment_words.words(treatment_words.STOP_REASONS, "moved_away") == "moved away"
