"""A PCP answers on a phone: by a link from a mail, with and without scripts, and in the inbox."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from registry.models import Decision, OutboxMail, Recommendation, Review
from tests import factories as make

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.windows import Windows
    from tests.browser.world import World

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PIECES = (
    {"text": "Increase sertraline to 100 mg"},
    {"category": "labs", "text": "Check TSH once"},
    {"category": "therapy", "text": "Begin problem-solving treatment"},
)
SMALL = """
() => [...document.querySelectorAll('.reply :is(button, input:not([type=hidden]), summary.btn, a.btn)')]
  .filter(node => node.offsetParent && node.getBoundingClientRect().height < 44)
  .map(node => node.outerHTML.slice(0, 80))
"""


@pytest.fixture
def review(world: World) -> Review:
    """A note with three recommendations on the cast's patient."""
    with world.session() as session:
        return make.make_review(
            session, world.cast.episode, consultant=world.cast.consultant.account, on=make.days_ago(2),
            reply_code="M4TR8WX2", recommendations=PIECES,
        )  # fmt: skip


def answers(world: World, review: Review) -> dict[int, tuple[str, str, str, str]]:
    """The last answer to each recommendation: kind, words, by whom, how it came."""
    with world.session() as session:
        rows = session.execute(
            select(Recommendation.number, Decision)
            .join(Decision, Decision.recommendation_id == Recommendation.id)
            .where(Recommendation.review_id == review.id, Decision.kind.not_in(("delivered", "seen")))
            .order_by(Decision.recorded_at)
        )
        return {number: (row.kind, row.reason, row.decided_by, row.via) for number, row in rows}


def send(page: Page, world: World, review: Review) -> tuple[str, str]:
    """The care manager makes a link from the note; the path in the mail, and the code on the screen."""
    page.goto(f"/consult/note/{review.id}")
    page.get_by_role("link", name="Send to the PCP").click()
    page.get_by_label("Mail address").fill("lang@practice.example")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The link is made")
    code = page.locator(".reply-code").inner_text()
    with world.session() as session:
        body = session.scalars(select(OutboxMail.body)).one()
    found = re.search(r"http://\S+?(/reply/\S+)", body)
    assert found
    return found.group(1), code


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_three_answers_by_link(windows: Windows, world: World, review: Review, scripts: bool) -> None:
    """One agreed to, one changed, one declined: a press each, and words only where they are needed."""
    path, code = send(windows.open(world.cast.owner), world, review)
    page = windows.open(viewport=PHONE, scripts=scripts, has_touch=True)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code")
    assert "Carter" not in page.content()
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Carter, Samuel")
    expect(page.get_by_role("heading", name="3 to answer")).to_be_visible()
    if scripts:
        assert page.evaluate(SMALL) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Agree with recommendation 1").click()
    expect(page.get_by_role("heading", name="2 to answer")).to_be_visible()
    second = page.locator("#recommendation-2")
    second.locator("summary", has_text="Change to").click()
    second.get_by_label("What you will do instead").fill("With the next draw")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 to answer")).to_be_visible()
    third = page.locator("#recommendation-3")
    third.locator("summary", has_text="Decline because").click()
    third.get_by_role("button", name="Decline it").click()
    expect(third.get_by_role("alert")).to_contain_text("Say in a few words why")
    third.get_by_label("Why you decline").fill("Sees a therapist already")
    third.get_by_role("button", name="Decline it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Everything is answered.")
    who = ("Dr. Ingrid Lang", "link")
    assert answers(world, review) == {
        1: ("accepted", "", *who),
        2: ("modified", "With the next draw", *who),
        3: ("declined", "Sees a therapist already", *who),
    }


def test_an_answer_is_put_right_and_a_dead_link_says_nothing(
    windows: Windows, world: World, review: Review
) -> None:
    owner = windows.open(world.cast.owner)
    path, code = send(owner, world, review)
    page = windows.open(viewport=PHONE)
    page.goto(path)
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    for number in (1, 2, 3):
        page.get_by_role("button", name=f"Agree with recommendation {number}").click()
    page.get_by_role("link", name="Read again, or change an answer").click()
    first = page.locator("#recommendation-1")
    first.locator("summary", has_text="Change this answer").click()
    first.locator("summary", has_text="Decline because").click()
    first.get_by_label("Why you decline").fill("QTc 480")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Everything is answered.")
    assert answers(world, review)[1][:2] == ("declined", "QTc 480")
    owner.goto(f"/consult/note/{review.id}")
    expect(owner.locator("main")).to_contain_text("Declined on Nov 20, 2026: QTc 480")
    owner.get_by_role("button", name="Revoke").click()
    expect(owner.locator("#links")).to_contain_text("Revoked")
    page.goto(path)
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This link does not open anything (any more).")
    assert "Carter" not in page.content()


def test_the_inbox_takes_an_answer_and_counts_down(windows: Windows, world: World, review: Review) -> None:
    page = windows.open(world.cast.pcp, viewport=PHONE)
    waiting = page.get_by_role("link", name=re.compile(r"^Inbox \d+ waiting$"))
    before = int(re.findall(r"\d+", waiting.inner_text())[0])
    waiting.click()
    card = page.locator(".asked", has_text="Begin problem-solving treatment")
    card.locator("summary", has_text="Change to").click()
    card.get_by_label("What you will do instead").fill("Behavioral activation instead")
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("Answer recorded.")
    expect(page.locator(".asked", has_text="Begin problem-solving treatment")).to_have_count(0)
    expect(page.get_by_role("link", name=f"Inbox {before - 1} waiting")).to_be_visible()
    assert answers(world, review) == {
        3: ("modified", "Behavioral activation instead", "Dr. Ingrid Lang", "inbox")
    }
