"""What must not be lost: two people in one row, a session that ends, a browser without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from registry.models import Contact, Measure, NextAction, UserSession
from tests.browser.axe import violations
from tests.browser.keys import row_of
from tests.browser.windows import sign_in
from tests.cast import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.windows import Windows
    from tests.browser.world import World

pytestmark = pytest.mark.browser


def edit_next_action(page: Page) -> Locator:
    """Open the editor in Carter's row; the field has the focus."""
    row_of(page, "Carter").locator(".edit").click()
    field = page.locator("#results input[name=next_action]")
    expect(field).to_be_focused()
    return field


def test_two_people_edit_one_row(windows: Windows, world: World) -> None:
    mine, theirs = windows.open(world.cast.owner), windows.open(world.cast.owner)
    field = edit_next_action(mine)
    edit_next_action(theirs).fill("Call the sister")
    theirs.keyboard.press("Enter")
    expect(row_of(theirs, "Carter")).to_contain_text("Call the sister")
    field.fill("Send labs")
    mine.keyboard.press("Enter")
    warning = mine.locator("#results .note.warn")
    expect(warning).to_contain_text("changed this while you were editing")
    expect(warning).to_contain_text("Call the sister")
    expect(field).to_have_value("Send labs")
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(row_of(mine, "Carter").locator(".edit")).to_contain_text("Send labs")
    expect(row_of(mine, "Carter").locator(".edit")).to_be_focused()
    with world.session() as session:
        assert (
            session.query(NextAction).filter_by(episode_id=world.cast.episode.id).one().action == "Send labs"
        )


def test_two_people_correct_one_contact(windows: Windows, world: World) -> None:
    with world.session() as session:
        contact = session.query(Contact).filter_by(patient_id=world.cast.patient.id).first()
    mine, theirs = windows.open(world.cast.owner), windows.open(world.cast.colleague)
    for page in (mine, theirs):
        page.goto(f"/contacts/correct/{contact.id}")
    correct(theirs, "Theirs: sleeps well.")
    theirs.wait_for_url("**/chart/**")
    correct(mine, "Mine: sleeps badly.")
    both = mine.locator(".conflict")
    expect(both).to_contain_text("Theirs: sleeps well.")
    expect(both).to_contain_text("Mine: sleeps badly.")
    assert violations(mine) == []
    correct(mine, "Mine: sleeps badly.")
    mine.wait_for_url("**/chart/**")
    expect(mine.locator(".timeline").first).to_contain_text("Mine: sleeps badly.")


def test_two_tabs_of_one_consultant(windows: Windows, world: World) -> None:
    """The second tab is told that the first has typed, and shows both; its own text stays, and goes on when it is told to."""
    mine = windows.open(world.cast.consultant)
    theirs = mine.context.new_page()
    for page in (mine, theirs):
        page.goto(f"/consult/review/{world.cast.episode.id}")
    theirs.get_by_label("Impression").fill("From the other tab.")
    expect(theirs.locator("[data-draft-status]")).to_contain_text("Draft saved")
    mine.get_by_label("Impression").fill("From this tab.")
    expect(mine.locator("[data-draft-status]")).to_contain_text("changed in another tab")
    both = mine.locator(".conflict")
    expect(both).to_contain_text("From the other tab.")
    expect(both).to_contain_text("From this tab.")
    expect(mine.get_by_label("Impression")).to_have_value("From this tab.")
    assert violations(mine) == []
    mine.get_by_role("button", name="Keep the text of this page").click()
    expect(mine.locator("[data-draft-status]")).to_contain_text("Draft saved")
    expect(both).to_have_count(0)
    theirs.get_by_label("Impression").fill("Once more.")
    expect(theirs.locator(".conflict")).to_contain_text("From this tab.")
    theirs.get_by_role("link", name="Open the other text").click()
    expect(theirs.get_by_label("Impression")).to_have_value("From this tab.")


def correct(page: Page, note: str) -> None:
    page.get_by_label("What happened").fill(note)
    page.get_by_label("Reason for the correction").fill("Misheard")
    page.keyboard.press("Control+Enter")


def test_a_draft_survives_the_end_of_a_session(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.owner)
    page.goto(f"/contacts/record/{world.cast.patient.id}")
    page.get_by_label("What happened").fill("Lost his job on Monday.")
    page.locator("[name=phq-item1][value='2']").check()
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved")
    with world.session() as session:
        session.execute(update(UserSession).values(revoked_at=NOW))
    page.locator("[name=minutes]").fill("15")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login**")
    sign_in(page, world.cast.owner)
    page.goto(f"/contacts/record/{world.cast.patient.id}")
    expect(page.get_by_text("is restored")).to_be_visible()
    expect(page.get_by_label("What happened")).to_have_value("Lost his job on Monday.")
    expect(page.locator("[name=phq-item1][value='2']")).to_be_checked()


def test_the_loop_works_without_scripts(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.owner, scripts=False)
    page.get_by_label("Name or MRN").fill("carter")
    page.get_by_role("button", name="Apply").click()
    assert page.locator("#results tbody tr").count() == 1
    page.get_by_role("link", name="edit the next action of Carter").click()
    page.get_by_label("Next action").fill("Call on Monday")
    page.get_by_role("button", name="Save").click()
    row_of(page, "Carter").locator("th a").click()
    page.get_by_role("link", name="Record contact").click()
    page.get_by_label("Minutes").fill("18")
    for number, answer in enumerate("211111110", 1):
        page.locator(f"[name=phq-item{number}][value='{answer}']").check()
    page.get_by_label("What happened").fill("By phone.")
    page.get_by_role("button", name="Save contact").click()
    page.wait_for_url("**/chart/**")
    assert "Treatment contact saved with PHQ-9" in page.locator(".flashes").inner_text()
    with world.session() as session:
        contact = session.query(Contact).filter_by(patient_id=world.cast.patient.id, minutes=18).one()
        assert session.query(Measure).filter_by(contact_id=contact.id).one().total == 9
