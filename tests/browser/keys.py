"""Moving about a page as somebody without a mouse does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FAR = 150
"""Presses of Tab after which a field counts as out of reach."""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name has the focus."""
    for _ in range(FAR):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by Tab on {page.url}")


def row_of(page: Page, family: str) -> Locator:
    """The row of a patient in the list."""
    return page.locator("#results tbody tr").filter(has=page.locator("th", has_text=f"{family},"))
