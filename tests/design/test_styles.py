"""The stylesheets keep their own rules: values in tokens.css, layers, no ids, known names."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static" / "css"
SHEETS = ["base.css", "components.css", "screens.css", "print.css"]


def read(sheet: str) -> str:
    """A stylesheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", ["base.css", "components.css", "screens.css"])
def test_colours_are_named_in_tokens_alone(sheet: str) -> None:
    found = re.search(r":[^;{]*(#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\()", read(sheet))
    assert not found, f"{sheet}: {found and found.group(1)}: give the colour a name in tokens.css"


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_token_that_is_used_exists(sheet: str) -> None:
    known = set(re.findall(r"(--[\w-]+):", read("tokens.css")))
    used = set(re.findall(r"var\((--[\w-]+)", read(sheet)))
    assert not used - known, f"{sheet} uses {sorted(used - known)}; name them in tokens.css"


def test_every_token_is_used() -> None:
    known = set(re.findall(r"(--[\w-]+):", read("tokens.css")))
    used = {name for sheet in SHEETS for name in re.findall(r"var\((--[\w-]+)", read(sheet))}
    assert not known - used, f"nothing uses {sorted(known - used)}; remove them from tokens.css"


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_rule_stands_in_a_layer(sheet: str) -> None:
    outside = re.sub(r"@layer [\w, ]+;", "", read(sheet))
    assert re.match(r"\s*@layer \w+ \{", outside), f"{sheet} must be one @layer block"
    assert outside.count("@layer") == 1
    assert outside.count("{") == outside.count("}")


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_ids_in_selectors(sheet: str) -> None:
    found = re.search(r"(^|[\s,>])#[a-z][\w-]*[^;]*\{", read(sheet))
    assert not found, f"{sheet}: {found and found.group()!r}: use a class"


@pytest.mark.parametrize("sheet", ["components.css", "screens.css"])
def test_importance_is_not_shouted(sheet: str) -> None:
    assert "!important" not in read(sheet)


def test_fonts_that_are_named_are_there() -> None:
    for path in re.findall(r'url\("\.\./([^"]+)"\)', read("tokens.css")):
        assert (ROOT / "static" / path).is_file(), f"{path} is missing"
