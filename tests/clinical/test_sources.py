"""Where a number comes from, in words."""

import pytest

from registry.clinical.sources import cite, keyed


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("S41",), "S41"),
        (("S41", "M"), "S41, clinical practice; awaiting clinical sign-off"),
        (("I",), "the registry's own judgement"),
    ],
)
def test_the_keys_under_which_the_rules_page_lists_them(keys: tuple[str, ...], words: str) -> None:
    assert keyed(*keys) == words


def test_an_address_stands_with_its_key() -> None:
    assert cite("S68", "M") == "S68 horizonblue.com HEDIS MY2023 DRR-E tips; clinical practice"
