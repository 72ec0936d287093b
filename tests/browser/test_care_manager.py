"""The care manager's loop, by keyboard: who needs attention and why, the contact, the safety finding, the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from registry.models import Contact, Measure
from tests.browser.keys import row_of, tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.windows import Windows
    from tests.browser.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def page(windows: Windows, world: World) -> Page:
    return windows.open(world.cast.owner)


def names(page: Page) -> list[str]:
    """The rows from top to bottom, by family name."""
    return [name.split(",")[0] for name in page.locator("#results tbody th").all_inner_texts()]


def test_the_caseload_says_who_needs_attention_and_why(page: Page, world: World) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("My caseload")
    assert set(names(page)[:2]) == {"O’Brien", "Fofanah"}, "those in danger first"
    row = row_of(page, "O’Brien")
    expect(row.locator(".tag.safety")).to_contain_text("Safety")
    expect(row.locator(".tag.safety")).to_have_attribute("title", "Item 9 scored 1 on Nov 17, 2026 and no risk"
                                                         " assessment of that score is recorded.")  # fmt: skip
    expect(row_of(page, "Eriksen")).to_contain_text("31 d late")
    tab = page.get_by_role("link", name="Safety 2")
    tab.click()
    expect(tab).to_have_attribute("aria-current", "page")
    assert set(names(page)) == {"O’Brien", "Fofanah"}


def test_the_list_is_sorted_and_filtered(page: Page) -> None:
    page.get_by_role("columnheader", name="Wk").get_by_role("link").click()
    expect(page.locator("th[aria-sort]")).to_have_count(1)
    weeks = [int(words) for words in page.locator("#results tbody tr td:nth-child(7)").all_inner_texts()]
    assert weeks in (sorted(weeks), sorted(weeks, reverse=True))
    page.keyboard.press("/")
    page.keyboard.type("gor")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    assert names(page) == ["Göring-Łuczak"], "found without its accents"
    expect(page.locator("#live")).to_have_text("1 patient shown")
    expect(page.get_by_role("link", name="All active")).to_contain_text("1")


def test_rows_and_the_peek_go_by_keys(page: Page) -> None:
    first, second = names(page)[:2]
    page.keyboard.press("j")
    page.keyboard.press("p")
    heading = page.locator("#peek h2")
    expect(heading).to_contain_text(first)
    expect(heading).to_be_focused()
    page.keyboard.press("j")
    expect(heading).to_contain_text(second)
    page.keyboard.press("k")
    expect(heading).to_contain_text(first)
    page.keyboard.press("Escape")
    expect(page.locator("#peek .peek")).to_have_count(0)
    expect(row_of(page, first).locator("th a")).to_be_focused()
    assert "peek" not in page.url


def test_a_contact_with_item_9_above_0_is_followed_to_the_agenda(page: Page, world: World) -> None:
    open_contact_form(page)
    fill_contact(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/chart/**")
    expect(page.locator(".card.alarm")).to_contain_text("Item 9 scored 1 on Nov 20, 2026")
    assert_recorded(world)
    page.get_by_role("link", name="Caseload", exact=True).click()
    expect(row_of(page, "Carter").locator(".tag.safety")).to_contain_text("Safety")
    expect(page.get_by_role("link", name="Safety 3")).to_be_visible()
    assess(page)
    expect(page.locator(".card.alarm")).to_have_count(0)
    page.get_by_role("link", name="Add to agenda").click()
    page.get_by_label("Question to the consultant").fill(
        "Sertraline at 50 mg since September: raise or switch?"
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/chart/**")
    page.get_by_role("link", name="Review", exact=True).click()
    expect(page.get_by_role("row", name="Carter, Samuel")).to_contain_text("raise or switch?")


def test_a_yes_beside_the_items_opens_the_screener_at_once(page: Page, world: World) -> None:
    page.goto(f"/contacts/record/{world.patients['Hughes'].id}")
    asked = page.get_by_role("group", name="Thoughts of suicide in the past month")
    for answer, is_open in (("No", 0), ("Yes", 1)):
        asked.get_by_role("radio", name=answer, exact=True).focus()
        page.keyboard.press("Space")
        expect(page.locator("#safety[open]")).to_have_count(is_open)


def test_the_proposed_day_moves_while_item_9_is_above_0_and_not_assessed(page: Page, world: World) -> None:
    page.goto(f"/contacts/record/{world.patients['Hughes'].id}")
    due = page.locator("[name=next_due_on]")
    usual, soon = due.input_value(), "2026-11-23"
    for choose, expected in (
        ("#phq [name=phq-item9][value='1']", soon),
        ("[name=screener-wish_dead][value='no']", usual),
        ("[name=screener-wish_dead][value='']", soon),
        ("#phq [name=phq-item9][value='0']", usual),
    ):
        page.locator(choose).check()
        expect(due).to_have_value(expected)
        expect(page.get_by_text("Usual now: the next working day")).to_be_visible(visible=expected == soon)
    due.fill("2026-12-01")
    page.locator("#phq [name=phq-item9][value='1']").check()
    expect(due).to_have_value("2026-12-01")


def test_a_letter_leaves_a_number_field_and_shows_what_it_answers(page: Page, world: World) -> None:
    page.goto(f"/contacts/record/{world.patients['Carter'].id}")
    for key in ("i", "1", "8", "p", "0", "t"):
        page.keyboard.press(key)
    expect(page.locator("#minutes")).to_have_value("18")
    expect(page.locator("[name=phq-item1][value='0']")).to_be_checked()
    expect(page.locator("[name=adherence][value=all]")).to_be_checked()
    expect(page.locator("[name=adherence][value=all]")).to_be_focused()
    expect(page.locator("[name=adherence][value=all]")).to_be_in_viewport()
    page.goto(f"/measures/add/{world.patients['Carter'].id}")
    for key in ("p", "1"):
        page.keyboard.press(key)
    expect(page.locator("[name=score-item1][value='1']")).to_be_checked()


def open_contact_form(page: Page) -> None:
    """E on the row."""
    for _ in range(names(page).index("Carter") + 1):
        page.keyboard.press("j")
    expect(row_of(page, "Carter").locator("th a")).to_be_focused()
    page.keyboard.press("e")
    page.wait_for_url("**/contacts/record/**")


def fill_contact(page: Page) -> None:
    """Minutes, the PHQ-9 by number keys, and the note; nothing but keys."""
    tab_to(page, "minutes")
    page.keyboard.type("22")
    tab_to(page, "phq-item1")
    for answer in "222211101":
        page.keyboard.press(answer)
    expect(page.locator("#phq [data-items-total]")).to_have_text("Total 12 of 27")
    expect(page.locator("#phq [data-items-alert]")).to_be_visible()
    expect(page.locator("#safety")).to_have_attribute("open", "")
    tab_to(page, "note")
    page.keyboard.type("Slept badly. Says: better off dead, some days; no plan.")


def assert_recorded(world: World) -> None:
    with world.session() as session:
        measure = (
            session.query(Measure)
            .filter_by(patient_id=world.patients["Carter"].id)
            .order_by(Measure.recorded_at.desc())
            .first()
        )
        contact = session.get_one(Contact, (world.cast.org.id, measure.contact_id))
    assert (measure.total, measure.item9, measure.items) == (12, 1, [2, 2, 2, 2, 1, 1, 1, 0, 1])
    assert (contact.minutes, contact.kind, contact.modality) == (22, "treatment", "phone")


def assess(page: Page) -> None:
    """The risk assessment that answers that very score."""
    row_of(page, "Carter").locator("th a").focus()
    page.keyboard.press("o")
    page.get_by_role("link", name="Record risk assessment").click()
    for question, answer in (("Q1", "No"), ("Q2", "No"), ("Q6", "No")):
        page.get_by_role("group", name=question).first.get_by_label(answer, exact=True).check()
    expect(page.locator("#triage")).to_contain_text("Negative")
    page.get_by_label("What was done").fill("Asked in full; she has no such thoughts now.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/chart/**")
