"""The scripts stay within the content security policy, keep nothing in the browser, and stay small."""

import re
from pathlib import Path

import pytest

JS = Path(__file__).parents[2] / "static" / "js"
OWN = ["app.js", "forms.js", "keys.js", "week.js"]
FORBIDDEN = {
    r"\beval\(|new Function\(": "the policy refuses eval",
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write": "text goes in as textContent; markup comes from the server",
    r"localStorage|sessionStorage|indexedDB|document\.cookie": "nothing about a patient stays in the browser",
    r"\.style\b|setAttribute\(.style": "the policy refuses style attributes; use hidden or a class",
}


@pytest.mark.parametrize("script", OWN)
@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_scripts_stay_within_the_policy(script: str, pattern: str) -> None:
    found = re.search(pattern, (JS / script).read_text(encoding="utf-8"))
    assert not found, f"{script}: {found and found.group()!r}: {FORBIDDEN[pattern]}"


@pytest.mark.parametrize("script", OWN)
def test_scripts_stay_small(script: str) -> None:
    assert len((JS / script).read_bytes()) < 6_000, f"{script} has grown: could the server do it?"
