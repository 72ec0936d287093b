"""WCAG 2.2: text reaches 4.5:1 and the edges of controls 3:1 on whatever they stand on, in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")

GROUNDS = ("page", "surface", "hover", "selected")
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "link", "danger") for ground in GROUNDS],
    *[(ink, f"{kind}-bg") for kind in ("danger", "warn", "ok", "info") for ink in (kind, "ink", "link")],
    *[(f"sev-{step}-ink", f"sev-{step}") for step in range(5)],
    ("brand-ink", "brand"),
    ("brand-ink", "brand-deep"),
    ("brand-deep", "surface"),
    ("surface", "ink"),
    ("bar-ink", "bar"),
    ("bar-ink", "bar-hover"),
    ("bar-ink", "bar-field"),
    ("bar-soft", "bar-field"),
    ("chart-edge", "surface"),
    *[("ink", f"band-{step}") for step in range(5)],
]
EDGES = [
    *[("line-control", ground) for ground in ("page", "surface", "hover")],
    *[("brand", ground) for ground in GROUNDS],
    ("bar-line", "bar"),
    ("here", "bar"),
    ("chart-line", "surface"),
    ("danger", "surface"),
    *[
        (mark, f"band-{step}")
        for mark in ("chart-line", "chart-edge", "danger", "ink-soft")
        for step in range(5)
    ],
]


def colours(theme: str) -> dict[str, str]:
    """Every token that is a colour, as `#rrggbb`, in one theme."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", TOKENS):
        hexes = re.findall(r"#[0-9a-f]{6}\b", value)
        if hexes:
            found.setdefault(name, hexes[-1] if theme == "dark" else hexes[0])
    return found


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    found = colours(theme)
    assert contrast(found[ink], found[ground]) >= 4.5, (
        f"{ink} on {ground} in the {theme} theme: choose another pair"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(theme: str, edge: str, ground: str) -> None:
    found = colours(theme)
    assert contrast(found[edge], found[ground]) >= 3, (
        f"{edge} on {ground} in the {theme} theme: choose another pair"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", [*GROUNDS, "bar"])
def test_one_of_the_two_focus_colours_always_stands_out(theme: str, ground: str) -> None:
    found = colours(theme)
    rings = [found["here"]] if ground == "bar" else [found["focus"], found["focus-halo"]]
    assert max(contrast(ring, found[ground]) for ring in rings) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbouring_severities_differ_in_lightness(theme: str) -> None:
    found = colours(theme)
    steps = [luminance(found[f"sev-{step}"]) for step in range(5)]
    assert steps == sorted(steps, reverse=theme == "light"), "the ramp must also read in grey"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbouring_bands_of_a_chart_differ_in_lightness(theme: str) -> None:
    found = colours(theme)
    steps = [luminance(found[f"band-{step}"]) for step in range(5)]
    assert steps == sorted(steps, reverse=theme == "light")
    assert all(
        contrast(found[f"band-{n}"], found[f"band-{n + 1}"]) > (1.1 if theme == "dark" else 1.05)
        for n in range(4)
    )
