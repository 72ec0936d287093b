"""Acts that several stories share: results, what happens on a pathway, the consultant's note and what becomes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from registry import clock
from registry.clinical.readings import READINGS
from tests.browser.story import fill, save
from tests.cast import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from playwright.sync_api import Locator, Page

    from tests.browser.story import Story


def monitoring(story: Story) -> Locator:
    """The card of what the medications ask for, unfolded."""
    page = story.page_of()
    if not page.url.endswith(f"/treatment/{story.patient_id}"):
        page = story.follow("Medications")
    card = page.locator("details.card", has=page.get_by_role("heading", name="Monitoring"))
    card.evaluate("card => card.open = true")
    return card


def record_result(story: Story, code: str, **values: Any) -> None:
    """A result, by the link beside what is asked for, in its unit or as it should be, unless another is told."""
    if outcomes := READINGS[code].outcomes:
        values = {"outcome": outcomes[0]} | values
    elif values.get("value"):
        values = {"unit": READINGS[code].unit} | values
    monitoring(story).locator(f"a[href$='code={code}']").first.click()
    page = story.page_of()
    fill(page, values)
    save(page)


def readings_due(story: Story) -> dict[str, str]:
    """What `flask monitoring due` says of the patient today: the state of each reading that is open."""
    today = clock.today().isoformat()
    told = story.world.app.test_cli_runner().invoke(args=["monitoring", "due", "--as-of", today, "--json"])
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)["due"]
    return {row["code"]: row["state"] for row in rows if row["mrn"] == f"R-{story.family}"}


def stop_medication(story: Story, name: str, reason: str) -> None:
    """A medication is stopped today, with its reason."""
    page = story.follow("Medications", f"Stop {name}")
    fill(page, reason=reason)
    save(page)


def happened(story: Story, what: str, **values: Any) -> Page:
    """Something on the pathway, by its button."""
    page = story.follow("Pathways", what)
    fill(page, values)
    save(page)
    return page


def review(story: Story, impression: str, advice: Sequence[tuple[str, str, date | None]]) -> None:
    """The consultant signs a note: category, recommendation and the day on which to judge it."""
    page = story.follow("Write review", person=story.cast.consultant)
    for number, (category, text, judge_on) in enumerate(advice):
        if number:
            with page.expect_navigation():
                page.get_by_role("button", name="Add another recommendation").click()
        fill(page, {f"advice-{number}-{name}": value for name, value in
                    (("category", category), ("text", text), ("judge_on", judge_on)) if value})  # fmt: skip
    fill(page, impression=impression)
    sign(page)


def sign(page: Page) -> None:
    """Sign the note, with the password where the page asks for it."""
    fill(page, signed=True)
    if page.locator("[name=password]").count():
        fill(page, password=PASSWORD)
    save(page, "Sign")


def decide(story: Story, number: int, kind: str, remark: str = "", person: Any = None) -> None:
    """What became of a recommendation that is still open, as it is numbered in the note."""
    page = story.open_patient(person)
    page.locator(f".card.ask li[value='{number}']").get_by_role("link", name="Record decision").click()
    fill(page, kind=kind, remark=remark)
    save(page)


def ask(story: Story, question: str) -> None:
    """The care manager puts the patient on the agenda."""
    page = story.follow("Add to agenda")
    fill(page, question=question)
    save(page)
