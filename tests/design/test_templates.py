"""What no template may contain: inline style or script, and htmx outside the subset that version 4 shares."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if not {"pdf", "print", "mail", "documents"} & set(path.parts)]

FORBIDDEN = {
    r"\sstyle\s*=": "the content security policy refuses style attributes; use a class or an SVG attribute",
    r"<style": "styles live in static/css",
    r"\son(?!ce\b)[a-z]+\s*=": "no event attributes; app.js reads data- attributes",
    r"javascript:": "no javascript: addresses",
    r"<script(?![^>]*\bsrc=)": "no inline script",
    r"\|\s*safe\b": "charts.py returns markup already; everything else is escaped",
}
NOT_IN_HTMX_4 = {
    r"\bhx-on\b": "hx-on needs eval",
    r"\bhx-boost\b": "links and forms are plain, or have their own hx-get",
    r"\bhx-headers\b": "the token is a hidden field of the form",
    r"\bhx-disabled-elt\b": "version 4 calls it otherwise",
    r"\bhx-(vals|vars)\s*=\s*[\"']js:": "js: values need eval",
    r"\bhx-trigger\s*=\s*[\"'][^\"']*\[": "trigger filters need eval",
    r"\bhx-inherit\b|\bhx-disinherit\b": "nothing is inherited: put the attribute on the element that fires it",
}
REQUEST = re.compile(r"\bhx-(get|post|put|patch|delete)\b")
DEPENDENT = re.compile(r"\bhx-(target|swap|select|push-url|trigger|sync|include|indicator)\b")
SWAP = re.compile(r"\bhx-swap\s*=\s*[\"']([^\"']*)[\"']")


def without_comments(path: Path) -> str:
    """A template as it is rendered: comments may name what is forbidden."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def tags(text: str) -> list[str]:
    """Every opening tag, with the template code inside it."""
    return re.findall(r"<[a-z][^<>]*(?:\{[%{].*?[%}]\}[^<>]*)*>", text, flags=re.DOTALL)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=name)
@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_nothing_inline(path: Path, pattern: str) -> None:
    found = re.search(pattern, without_comments(path))
    assert not found, f"{name(path)}: {found and found.group()!r}: {FORBIDDEN[pattern]}"


@pytest.mark.parametrize("path", PAGES, ids=name)
@pytest.mark.parametrize("pattern", NOT_IN_HTMX_4)
def test_htmx_stays_in_the_shared_subset(path: Path, pattern: str) -> None:
    found = re.search(pattern, without_comments(path))
    assert not found, f"{name(path)}: {found and found.group()!r}: {NOT_IN_HTMX_4[pattern]}"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_htmx_attributes_stand_on_the_element_that_fires(path: Path) -> None:
    for tag in tags(without_comments(path)):
        if DEPENDENT.search(tag):
            assert REQUEST.search(tag), f"{name(path)}: {tag[:120]!r} has no request of its own"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_swaps_replace_one_whole_element(path: Path) -> None:
    for tag in tags(without_comments(path)):
        if REQUEST.search(tag):
            swaps = SWAP.findall(tag)
            assert set(swaps) in ({"outerHTML"}, {"none"}), (
                f"{name(path)}: {tag[:120]!r}: write hx-swap='outerHTML' and answer with that element"
            )


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_post_form_carries_the_token(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", without_comments(path), flags=re.DOTALL):
        if re.search(r"method\s*=\s*[\"']post", form, flags=re.IGNORECASE):
            assert re.search(r"csrf_token|form_tail|hidden_tag", form), (
                f"{name(path)}: {form[:120]!r}: add form_tail(form)"
            )


def test_htmx_keeps_no_copy_of_a_page() -> None:
    """htmx 2 would otherwise keep whole pages, names included, in the browser's storage."""
    assets = (ROOT / "templates" / "_assets.html").read_text(encoding="utf-8")
    assert '"historyCacheSize":0' in assets
    assert '"allowEval":false' in assets
    assert '"includeIndicatorStyles":false' in assets
