"""Browser windows: signing in, and what a window complained about or kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.world import World
from tests.cast import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from tests.cast import Person

PATIENCE = 10_000
"""Milliseconds until a wait is given up: many, because a busy machine is not a broken page."""
expect.set_options(timeout=PATIENCE)
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d ")
"""A page that refuses is an answer, though Chromium calls it an error; a file that is missing is none."""
KEPT = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


class Windows:
    """The windows of one test, all of them watched."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.browser, self.world = browser, world
        self.contexts: list[tuple[BrowserContext, bool]] = []
        self.complaints: list[str] = []

    def open(self, person: Person | None = None, *, scripts: bool = True, **options: Any) -> Page:
        """A new window, as another computer would be; with a person, signed in."""
        options.setdefault("viewport", {"width": 1366, "height": 768})
        options.setdefault("reduced_motion", "reduce")
        context = self.browser.new_context(base_url=self.world.url, java_script_enabled=scripts, **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        self.contexts.append((context, scripts))
        page = context.new_page()
        if person:
            sign_in(page, person)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        is_answer = REFUSED.match(message.text) and "/static/" not in where
        if message.type in ("error", "warning") and not is_answer:
            self.complaints.append(f"{where}: {message.text}")

    def close(self) -> None:
        """Nothing was complained about, and no patient stays behind in the browser."""
        left = self.left_behind()
        for context, _ in self.contexts:
            context.close()
        assert not self.complaints, self.complaints
        assert not left, left

    def left_behind(self) -> list[str]:
        """Names and numbers of patients in what the pages keep for themselves."""
        kept = " ".join(self._kept(context) for context, scripts in self.contexts if scripts)
        return [name for name in self.world.names() if name in kept]

    def _kept(self, context: BrowserContext) -> str:
        pages = [page for page in context.pages if page.url.startswith(self.world.url)]
        return " ".join(page.evaluate(KEPT) for page in pages)


def sign_in(page: Page, person: Person, path: str = "/accounts/login") -> None:
    """By keyboard: the page gives the address the focus, a moment after it has loaded; another path comes back to itself."""
    page.goto(path)
    expect(page.locator("[name=email]")).to_be_focused()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
