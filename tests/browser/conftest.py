"""One Chromium a run, one window a test; a window that closes tells what the browser complained about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.windows import Windows

if TYPE_CHECKING:
    from jinja2 import BytecodeCache
    from playwright.sync_api import Browser

    from tests.browser.story import Story
    from tests.browser.world import World
    from tests.databases import Databases

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def world(databases_of: Callable[[str], Databases], compiled_templates: BytecodeCache) -> Iterator[World]:
    """A clinic of one's own, to write in."""
    from tests.browser.world import open_clinic

    databases = databases_of("sqlite")
    url = databases.lend()
    with open_clinic(url, compiled_templates) as world:
        yield world
    databases.give_back(url)


@pytest.fixture(scope="module")
def shared_world(
    databases_of: Callable[[str], Databases], compiled_templates: BytecodeCache
) -> Iterator[World]:
    """A clinic for a whole module that only looks."""
    from tests.browser.world import open_clinic

    databases = databases_of("sqlite")
    url = databases.lend()
    with open_clinic(url, compiled_templates) as world:
        yield world
    databases.give_back(url)


@pytest.fixture
def windows(browser: Browser, world: World) -> Iterator[Windows]:
    """`windows.open(cast.owner)` is a signed-in page; what the browser complains about fails the test."""
    windows = Windows(browser, world)
    yield windows
    windows.close()


@pytest.fixture
def story(windows: Windows, world: World) -> Story:
    """A patient's course through the pages, day after day: see `tests/browser/story.py`."""
    from tests.browser.story import Story

    return Story(windows, world)
