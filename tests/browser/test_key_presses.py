"""A routine follow-up is recorded in few key presses: counted as the keyboard sends them, the note's text apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from registry.models import Contact, Measure, NextAction
from tests.cast import TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.windows import Windows
    from tests.browser.world import World

pytestmark = pytest.mark.browser

BUDGET = 25
COUNT = "window.presses = 0; addEventListener('keydown', () => window.presses++, true)"
NOTE = "Sleeps better, back at work two days."


def presses(page: Page) -> int:
    return int(page.evaluate("window.presses"))


def test_a_routine_follow_up_takes_at_most_25_key_presses(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.owner)
    carter = world.patients["Carter"]
    page.goto(f"/contacts/record/{carter.id}")
    page.evaluate(COUNT)
    keys = page.keyboard
    for key in ("i", "1", "8", "Tab", "p", *"110101110", "t"):
        keys.press(key)
    for key in ("d", "1", "2", "1", "1", "Tab", "Tab", "Tab"):
        keys.press(key)
    expect(page.get_by_label("What happened")).to_be_focused()
    before = presses(page)
    keys.insert_text(NOTE)
    assert presses(page) == before, "the text of the note is not counted"
    keys.press("Control+Enter")
    used = before + 2
    assert used <= BUDGET, f"{used} key presses"
    page.wait_for_url(f"**/chart/{carter.id}**")
    with world.session() as session:
        contact = session.scalars(
            select(Contact).where(Contact.patient_id == carter.id).order_by(Contact.recorded_at.desc())
        ).first()
        assert contact is not None
        assert (contact.minutes, contact.adherence, contact.note) == (18, "all", NOTE)
        score = session.scalars(select(Measure).where(Measure.contact_id == contact.id)).one()
        assert (score.total, score.item9, score.answered) == (6, 0, 9)
        following = session.scalars(
            select(NextAction).where(NextAction.episode_id == contact.episode_id)
        ).one()
        assert following.due_on is not None
        assert (following.due_on.month, following.due_on.day) == (12, 11)
        assert following.due_on > TODAY
