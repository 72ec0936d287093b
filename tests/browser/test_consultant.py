"""The weekly review and what comes of it: the agenda, the signed note, the packet, and the PCP's answer on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from registry.models import Decision, Review
from tests import factories as make
from tests.browser.keys import tab_to
from tests.cast import PASSWORD
from tests.documents.reading import page_texts

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.windows import Windows
    from tests.browser.world import World

pytestmark = pytest.mark.browser
QUESTION = "Sertraline at 50 mg since September: raise or switch?"


@pytest.fixture
def asked(world: World) -> None:
    """The care manager has put Carter on the agenda."""
    with world.session() as session:
        make.make_mark(session, world.cast.episode, text=QUESTION, who=world.cast.owner.account)


def agenda_row(page: Page, name: str) -> Locator:
    return page.locator("table[data-rows] tbody tr").filter(has=page.locator("th", has_text=name))


def read_pdf(page: Page, link: Locator) -> list[str]:
    """Fetch what a link leads to, as this window, and read its pages."""
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert "no-store" in answer.headers["cache-control"]
    return page_texts(answer.body())


@pytest.mark.usefixtures("asked")
def test_the_consultant_signs_two_recommendations_that_nobody_edits(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.consultant)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Review agenda")
    row = agenda_row(page, "Carter, Samuel")
    expect(row).to_contain_text(QUESTION)
    row.locator("td > details > summary").click()
    expect(row.locator("details li").first).to_contain_text("Rule")
    row.get_by_role("link", name="Write review").click()
    expect(page.locator(".question")).to_contain_text(QUESTION)
    for part in ("Tried so far", "Since"):
        expect(page.get_by_role("heading", name=part)).to_be_in_viewport()
    write_note(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/consult/note/**")
    expect(page.locator("main ol > li")).to_have_count(2)
    assert page.locator("main form").count() == 0, "nothing in a signed note can be edited"
    amend(page)
    with world.session() as session:
        notes = (
            session.query(Review).filter_by(episode_id=world.cast.episode.id).order_by(Review.begun_at).all()
        )
    assert [note.amends_id for note in notes] == [None, notes[0].id]


def write_note(page: Page) -> None:
    """Two recommendations by keyboard; the second row is asked for."""
    tab_to(page, "advice-0-category")
    page.keyboard.type("Increase")
    tab_to(page, "advice-0-text")
    page.keyboard.type("Increase sertraline to 100 mg")
    page.get_by_role("button", name="Add another recommendation").press("Enter")
    page.wait_for_url("**rows=2**")
    expect(page.locator("[name=advice-0-text]")).to_have_value("Increase sertraline to 100 mg")
    page.locator("[name=advice-1-category]").select_option("continue")
    page.locator("[name=advice-1-text]").fill("Go on with behavioral activation weekly")
    page.locator("[name=impression]").fill("Partial response after eight weeks.")
    page.get_by_label("I sign this note").check()


def amend(page: Page) -> None:
    page.get_by_role("link", name="Amend").click()
    page.locator("[name=advice-0-text]").fill("Increase sertraline to 75 mg, then 100 mg")
    expect(page.get_by_label("Your password")).to_have_count(0)
    page.get_by_label("I sign this note").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amended review")
    page.go_back()


@pytest.mark.usefixtures("asked")
def test_the_packet_is_made_while_one_watches(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.owner)
    page.goto("/consult/")
    agenda_row(page, "Carter, Samuel").get_by_role("checkbox").check()
    agenda_row(page, "O’Brien").get_by_role("checkbox").check()
    page.get_by_role("button", name="Print packet", exact=True).click()
    page.wait_for_url("**/printing/progress/**")
    expect(page.locator(".job")).to_contain_text("0 of 2 patients")
    assert world.run_packets() == 1
    link = page.get_by_role("link", name="Open the packet (PDF)")
    expect(link).to_be_visible()
    pages = read_pdf(page, link)
    assert any("Carter" in words and QUESTION[:20] in words for words in pages)
    assert any("O’Brien" in words for words in pages)


def test_the_pcp_sees_the_own_panel_alone_and_opens_the_page(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.pcp)
    expect(page.get_by_role("heading", level=1)).to_have_text("My patients in collaborative care")
    shown = {name.split(",")[0] for name in page.locator("tbody th").all_inner_texts()}
    own = {row.family_name for row in world.patients.values() if row.pcp_id == world.cast.provider.id}
    assert shown == own, "all with an open episode"
    assert "Brandt" not in shown, "of the other PCP"
    answer = page.request.get(f"/chart/{world.patients['Brandt'].id}")
    assert answer.status == 404
    link = agenda_row(page, "Jackson").get_by_role("link", name="PDF")
    pages = read_pdf(page, link)
    assert len(pages) == 1
    assert "Increase bupropion to 300 mg" in pages[0]


def test_a_refusal_comes_back_on_paper(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.owner)
    page.goto(f"/chart/{world.patients['Jackson'].id}")
    page.get_by_role("link", name="Record decision").click()
    page.get_by_label("PCP declined").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_label("Remark").fill("Seizure in 2019")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/consult/note/**")
    page.goto(f"/chart/{world.patients['Jackson'].id}")
    expect(page.locator("main")).to_contain_text("Seizure in 2019")
    with world.session() as session:
        assert session.query(Decision).one().kind == "declined"
