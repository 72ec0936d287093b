"""My week by keyboard: a card moves, is put off and is done; by mouse it is dragged; the calls go on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from registry.models import NextAction, Task
from tests import factories as make
from tests.browser.axe import violations
from tests.cast import TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.windows import Windows
    from tests.browser.world import World

pytestmark = pytest.mark.browser

FAR = 400


@pytest.fixture
def page(windows: Windows, world: World) -> Page:
    return windows.open(world.cast.owner)


def day(page: Page, name: str) -> Locator:
    """One column of the board."""
    return page.locator(".day").filter(has=page.get_by_role("heading", level=2, name=name))


def card(page: Page, world: World, family: str, thing: str = "call") -> Locator:
    return page.locator(f'[id="card-{world.patients[family].id}-{thing}"]')


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("it cannot be reached by Tab")


def test_a_week_of_work_by_keyboard_alone(page: Page, world: World) -> None:
    page.goto("/week/")
    expect(page.get_by_role("heading", level=1)).to_have_text("My week, Nov 16 to 22, 2026")
    jackson = card(page, world, "Jackson")
    expect(day(page, "Friday").locator(".todo").first).to_contain_text("Safety")
    tab_to(page, jackson.locator("summary"))
    page.keyboard.press("Enter")
    tab_to(page, jackson.locator("select"))
    page.keyboard.press("ArrowDown")
    tab_to(page, jackson.get_by_role("button", name="Move"))
    page.keyboard.press("Enter")
    page.wait_for_url("**at=**")
    expect(page.locator(".flashes")).to_contain_text("Moved to Monday, Nov 23.")
    expect(card(page, world, "Jackson")).to_have_count(0)
    put_off(page, world)
    finish(page, world)
    on_paper(page)


def put_off(page: Page, world: World) -> None:
    """The call to Eriksen, a month late, waits: he is abroad."""
    eriksen = card(page, world, "Eriksen")
    expect(eriksen).to_contain_text("Late since Oct 20")
    tab_to(page, eriksen.locator("p a").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/week/item/**")
    tab_to(page, page.get_by_label("Until"))
    page.keyboard.type("11242026")
    tab_to(page, page.get_by_label("Why it can wait"))
    page.keyboard.type("Abroad until Tuesday")
    page.keyboard.press("Enter")
    page.wait_for_url("**/week/?at=**")
    page.get_by_role("link", name="Next week").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2026-11-23**")
    expect(card(page, world, "Eriksen")).to_contain_text("Put off: Abroad until Tuesday")
    expect(day(page, "Tuesday")).to_contain_text("Eriksen")
    with world.session() as session:
        planned = session.scalars(
            select(NextAction).join_from(NextAction, Task, NextAction.episode_id == Task.episode_id)
        )
        assert {row.due_on.isoformat() for row in planned} == {"2026-11-23", "2026-11-24"}


def finish(page: Page, world: World) -> None:
    """A task of one's own, written, and done with one press."""
    page.goto("/week/")
    page.keyboard.press("n")
    page.wait_for_url("**/week/new")
    page.get_by_label("Patient", exact=True).select_option(label="Carter, Samuel (R-1001)")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/week/new/**")
    expect(page.get_by_label("What is to be done")).to_be_focused()
    page.keyboard.type("Mail the letter")
    page.get_by_label("Day").fill(TODAY.isoformat())
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**at=**")
    mine = page.locator(".todo", has_text="Mail the letter")
    expect(mine).to_be_focused()
    mine.locator("summary").focus()
    page.keyboard.press("Enter")
    mine.get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("Done.")
    expect(day(page, "Friday").locator(".done-list")).to_contain_text("Done: 1")


def on_paper(page: Page) -> None:
    """The calls of the week in black on white, with their numbers."""
    page.get_by_role("link", name="Calls list").click()
    page.emulate_media(media="print", color_scheme="dark")
    row = page.get_by_role("row", name="O’Brien")
    expect(row).to_contain_text("555-0199")
    expect(row).to_contain_text("Safety.")
    expect(page.locator(".top")).to_be_hidden()
    assert row.evaluate("row => getComputedStyle(row).color") == "rgb(23, 34, 44)"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.emulate_media(media="screen", color_scheme="light")


def test_a_card_is_dragged_to_another_day(page: Page, world: World) -> None:
    page.goto("/week/?from=2026-11-23")
    abate = card(page, world, "Abate")
    expect(abate).to_have_attribute("draggable", "true")
    abate.drag_to(day(page, "Thursday").locator("h2"), source_position={"x": 8, "y": 8})
    page.wait_for_url("**at=**")
    expect(page.locator(".flashes")).to_contain_text("Moved to Thursday, Nov 26.")
    expect(card(page, world, "Abate")).to_be_focused()
    expect(day(page, "Thursday")).to_contain_text("Abate")


def test_without_scripts_a_card_moves_by_its_menu(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.owner, scripts=False)
    page.goto("/week/")
    jackson = card(page, world, "Jackson")
    jackson.locator("summary").click()
    jackson.locator("select").select_option("2026-11-25")
    jackson.get_by_role("button", name="Move").click()
    page.get_by_role("link", name="Next week").click()
    assert "Jackson" in day(page, "Wednesday").inner_text()


def test_two_people_move_one_card_and_see_both_days(windows: Windows, world: World) -> None:
    mine, theirs = windows.open(world.cast.owner), windows.open(world.cast.colleague)
    mine.goto("/week/")
    theirs.goto(f"/week/?who={world.cast.owner.id}")
    for page, choice in ((theirs, "2026-11-24"), (mine, "2026-11-25")):
        jackson = card(page, world, "Jackson")
        jackson.locator("summary").click()
        jackson.locator("select").select_option(choice)
        jackson.get_by_role("button", name="Move").click()
        page.wait_for_load_state("networkidle")
    both = mine.locator(".conflict")
    expect(both).to_contain_text("Nov 25, 2026")
    expect(both).to_contain_text("Nov 24, 2026")
    expect(mine.get_by_role("heading", level=2, name="Jonas Weber saved this")).to_be_visible()
    assert violations(mine) == []


def test_on_a_phone_the_days_stand_one_below_the_other(page: Page, world: World) -> None:
    with world.session() as session:
        make.make_cover(session, world.cast.colleague, world.cast.owner)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/week/")
    expect(page.get_by_text("You cover Jonas Weber until")).to_be_visible()
    boxes = [box.bounding_box() for box in page.locator(".day:visible").all()]
    assert all(box is not None and box["width"] > 380 for box in boxes)
