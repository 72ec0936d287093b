"""Languages as a reader calls them."""

import pytest

from registry.clinical.languages import language_name


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("es", "Spanish"),
        ("es-US", "Spanish"),
        ("zh-Hant-TW", "Chinese"),
        ("ase", "American Sign Language"),
        ("qu", "qu"),
        ("qu-PE", "qu-PE"),
    ],
)
def test_a_tag_is_named_or_stays_as_it_is(tag: str, name: str) -> None:
    assert language_name(tag) == name
