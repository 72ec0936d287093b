"""Languages as a reader calls them."""

import pytest

from registry.clinical.languages import language_and_region, language_name


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


def test_a_text_of_a_form_names_its_region() -> None:
    assert [language_and_region(tag) for tag in ("es-US", "es", "qu-PE")] == [
        "Spanish (USA)",
        "Spanish",
        "qu-PE",
    ]
