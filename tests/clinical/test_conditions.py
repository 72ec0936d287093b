"""Conditions as a reader calls them."""

import pytest

from registry.clinical.conditions import condition_title, condition_words


@pytest.mark.parametrize(
    ("code", "title", "words"),
    [
        ("depression", "Depression", "depression"),
        ("ptsd", "PTSD", "PTSD"),
        ("general_pediatric", "General pediatric", "general pediatric"),
        ("eating_disorder", "Eating disorder", "eating disorder"),
        ("", "", ""),
    ],
)
def test_a_condition_is_named_at_the_beginning_and_inside_a_sentence(
    code: str, title: str, words: str
) -> None:
    assert (condition_title(code), condition_words(code)) == (title, words)
