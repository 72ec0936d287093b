"""Every screen at a desk and on a phone, in light and dark: no axe violation, and no page that scrolls sideways.

`REGISTRY_SHOTS=FOLDER` keeps a picture of each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.axe import AXE, COLOURS, violations
from tests.browser.places import SCREENS, Screen, places
from tests.browser.windows import Windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.world import World

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
LOOKS = [("light", DESK), ("dark", DESK), ("dark", PHONE), ("light", PHONE)]
END = "scrollTo(0, document.body.scrollHeight)"
"""On a phone the bar below a list lies over a row on the way, and over none at the end."""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def addresses(shared_world: World) -> dict[str, dict[str, Any]]:
    return places(shared_world)


@pytest.fixture(scope="module")
def shared_windows(browser: Browser, shared_world: World) -> Iterator[Windows]:
    windows = Windows(browser, shared_world)
    yield windows
    windows.close()


@pytest.fixture(scope="module")
def page_of(shared_windows: Windows, shared_world: World) -> Any:
    """The window of a person, signed in once."""
    pages: dict[str, Page] = {}

    def page(who: str) -> Page:
        if who not in pages:
            pages[who] = shared_windows.open(shared_world.cast.people.get(who))
            pages[who].add_init_script(AXE)
        return pages[who]

    return page


@pytest.mark.parametrize("screen", SCREENS, ids=[screen.name.replace(" ", "_") for screen in SCREENS])
def test_a_screen_can_be_used_by_everybody(screen: Screen, page_of: Any, addresses: Any) -> None:
    page = page_of(screen.who)
    page.set_viewport_size(DESK)
    page.goto(screen.path.format(**addresses))
    for step in screen.press:
        press(page, step)
    found = {f"{theme} {size['width']}": look(page, screen, theme, size) for theme, size in LOOKS}
    assert not any(found.values()), found


SENT = 400
"""Milliseconds in which a form that a key sends is on its way: until then the old page looks settled."""


def press(page: Page, step: str) -> None:
    """A key, or a click on what a selector finds first; then the page settles."""
    if step[0] in "#.":
        page.locator(step).first.click()
    else:
        page.keyboard.press(step)
    if step.endswith("Enter"):
        page.wait_for_timeout(SENT)
    page.wait_for_load_state("networkidle")


def look(page: Page, screen: Screen, theme: Any, size: Any) -> list[str]:
    """What is wrong with the page as it stands, at this size in this theme."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    page.evaluate("scrollTo(0, 0)" if size is DESK else END)
    if folder := os.environ.get("REGISTRY_SHOTS"):
        name = f"{screen.name.replace(', ', '-').replace(' ', '_')}_{size['width']}_{theme}.png"
        page.screenshot(path=Path(folder) / name, full_page=True)
    wide = page.evaluate(TOO_WIDE)
    return [
        *violations(page, COLOURS if theme == "dark" else None),
        *([f"{wide} px too wide"] if wide > 0 else []),
    ]


SMALL = """selectors => selectors.flatMap(each => [...document.querySelectorAll(each)].map(one => one.getBoundingClientRect())
    .filter(box => Math.min(box.width, box.height) < 24).map(box => `${each}: ${box.width} x ${box.height}`))"""


@pytest.mark.parametrize(
    ("path", "targets"),
    [
        ("/caseload/", (".top .mark", ".menu > summary", ".pick > input")),
        ("/chart/{patient[Carter]}", (".why > summary",)),
        ("/protocol/rules", ("nav.row > a",)),
    ],
)
def test_a_finger_finds_what_it_presses(
    path: str, targets: tuple[str, ...], page_of: Any, addresses: Any
) -> None:
    page = page_of("owner")
    page.set_viewport_size(PHONE)
    page.goto(path.format(**addresses))
    assert all(page.locator(each).count() for each in targets)
    assert page.evaluate(SMALL, list(targets)) == []


def test_on_a_phone_what_needs_attention_comes_before_the_charts(page_of: Any, addresses: Any) -> None:
    page = page_of("owner")
    page.set_viewport_size(PHONE)
    page.goto("/chart/{patient[Carter]}".format(**addresses))
    needed, chart = (
        page.locator(".attention").bounding_box(),
        page.locator(".chart-narrow").first.bounding_box(),
    )
    assert needed
    assert chart
    assert needed["y"] < chart["y"]


UNSEEN = {
    "static", "accounts.health", "accounts.first_page", "first_page", "security.static", "security.verify",
    "caseload.peek", "caseload.row", "caseload.show_row", "caseload.waiting", "caseload.export",
    "printing.document", "printing.summary", "plans.paper", "plans.progress", "safety.plan_paper", "trackers.sleep_log",
    "consult.note_paper", "loop.export", "inbox.answer", "inbox.back", "reply.answer", "reply.revoke", "reply.sheet",
}  # fmt: skip
"""Files, redirects, and pieces of a page that is looked at."""


def test_no_page_is_forgotten(shared_world: World, addresses: Any) -> None:
    routes = shared_world.app.url_map.bind("localhost")
    seen = {routes.match(screen.path.format(**addresses).split("?")[0])[0] for screen in SCREENS}
    pages = {rule.endpoint for rule in shared_world.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - UNSEEN == seen, "tests/browser/places.py lists every page"
