"""The watch over the windows is awake: what breaks the policy is told, what stays behind is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.windows import Windows

pytestmark = pytest.mark.browser


def test_a_breach_of_the_policy_is_told(windows: Windows) -> None:
    page = windows.open()
    page.goto("/accounts/login")
    assert not windows.complaints
    with page.expect_console_message():
        page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert "Content Security Policy" in windows.complaints.pop()


def test_a_name_that_stays_behind_is_found(windows: Windows) -> None:
    page = windows.open()
    page.goto("/accounts/login")
    page.evaluate("sessionStorage.setItem('page', 'Carter, Samuel')")
    assert windows.left_behind() == ["Carter"]
    page.evaluate("sessionStorage.clear()")
