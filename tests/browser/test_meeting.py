"""A whole review meeting and what comes of it: twelve notes by keyboard, three answers by link, done, judged."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from registry import clock
from registry.models import Episode, MeetingCase, OutboxMail, Patient, Recommendation, Review, ReviewMinutes
from tests import factories as make
from tests.browser.windows import sign_in
from tests.cast import NOW, PASSWORD, TODAY
from tests.documents.reading import page_texts

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from sqlalchemy.orm import Session

    from tests.browser.windows import Windows
    from tests.browser.world import World

pytestmark = pytest.mark.browser
CASES = 12
JUDGE_ON = TODAY + timedelta(weeks=4)


@pytest.fixture
def twelve(world: World) -> None:
    """Enough patients with a question: everybody of the cast's owner who is enrolled is asked about."""
    with world.session() as session:
        for number in range(CASES - 8):
            patient = make.make_patient(
                session, world.cast.riverside, family_name=f"Zeta{number}", mrn=f"R-9{number}"
            )
            episode = make.make_episode(session, patient, care_manager=world.cast.owner.account)
            make.make_measure(session, patient, total=18, taken_on=make.days_ago(50), source_note="PCP note")
            make.make_mark(session, episode, text="Dose or switch?", who=world.cast.owner.account)


def begin(page: Page) -> str:
    """The meeting begins from the keyboard; its address."""
    page.goto("/meeting/")
    page.locator("[name=most]").fill(str(CASES))
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/meeting/[0-9a-f-]{36}$"))
    return page.url


def write_note(page: Page, number: int) -> None:
    """One recommendation and the signature, without the mouse."""
    page.locator("[name=advice-0-category]").focus()
    page.keyboard.type("Increase")
    page.locator("[name=advice-0-drug]").focus()
    page.keyboard.type("sertraline")
    page.keyboard.press("Tab")
    page.keyboard.type("100")
    page.locator("[name=advice-0-text]").focus()
    page.keyboard.type(f"Raise sertraline, note {number}")
    page.locator("[name=safety]").focus()
    page.keyboard.type("Looked at.")
    if number == 1:
        page.locator("[name=password]").focus()
        page.keyboard.type(PASSWORD)
    page.locator("[name=signed]").focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def send_link(world: World, page: Page, review: Review) -> tuple[str, str]:
    """The care manager sends the note by mail: the link out of the mail, and the code that she tells by phone."""
    page.goto(f"/reply/new/{review.id}")
    page.get_by_label("Mail with a link; I tell the code myself").check()
    page.get_by_label("Mail address").fill("pcp@example.org")
    page.keyboard.press("Control+Enter")
    code = page.locator(".reply-code").inner_text().strip()
    with world.session() as session:
        mail = session.query(OutboxMail).order_by(OutboxMail.written_at.desc()).first()
        assert mail is not None
        assert not any(word in f"{mail.subject} {mail.body}" for word in world.names())
        link = re.search(r"/reply/\S+", mail.body)
    assert link is not None
    return link.group().rstrip("."), code


def answer(phone: Page, link: str, code: str, kind: str, words: str = "") -> None:
    """The PCP opens the link on a phone and answers the one recommendation."""
    phone.goto(link)
    phone.get_by_label("Code").fill(code)
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("1 to answer")).to_be_visible()
    label = {"accepted": "Agree", "modified": "Change to …", "declined": "Decline because …"}[kind]
    if not words:
        phone.get_by_role("button", name=label).click()
    else:
        phone.locator("summary", has_text=label).click()
        form = phone.locator(f"form:has([name=kind][value={kind}])")
        form.get_by_role("textbox").fill(words)
        form.get_by_role("button").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Thank you")


def record(page: Page, recommendation: Recommendation, kind: str) -> None:
    page.goto(f"/consult/decide/{recommendation.id}")
    page.locator(f"[name=kind][value={kind}]").check()
    page.locator("[name=remark]").fill("New prescription seen")
    page.get_by_role("button", name=re.compile("Record|Save")).first.click()
    expect(page.locator(".flashes")).to_contain_text("Recorded")


@pytest.mark.usefixtures("twelve")
def test_a_meeting_of_twelve_and_what_comes_of_it(windows: Windows, world: World) -> None:
    page, manager = windows.open(world.cast.consultant), windows.open(world.cast.owner)
    address = begin(page)
    manager.goto(address)
    page.keyboard.press("j")
    for number in range(1, CASES + 1):
        page.wait_for_url("**/consult/review/**")
        write_note(page, number)
    page.wait_for_url(address)
    expect(page.locator(".flashes")).to_contain_text("It was the last patient of the meeting.")
    expect(page.locator("#progress")).to_contain_text(f"{CASES} of {CASES}")
    with world.session() as session:
        signed = session.query(Review).filter(Review.on == TODAY, Review.signed_at.is_not(None))
        notes = signed.order_by(Review.signed_at).all()
        assert [case.state for case in session.query(MeetingCase)] == ["reviewed"] * CASES
        assert session.query(ReviewMinutes).filter_by(role="psychiatric_consultant").count() == CASES
        advice = [session.query(Recommendation).filter_by(review_id=note.id).one() for note in notes]
    assert len(notes) == CASES
    answers = (("accepted", ""), ("modified", "75 mg first"), ("declined", "Blood pressure"))
    phone = windows.open(viewport={"width": 390, "height": 844})
    for note, (kind, words) in zip(notes, answers, strict=False):
        answer(phone, *send_link(world, manager, note), kind, words)
    for one in advice[:2]:
        record(manager, one, "implemented")
    manager.goto("/loop/?manager=all")
    expect(manager.locator("table tbody")).to_contain_text("Done, to be judged")
    judge(world, notes)
    sign_in(manager, world.cast.owner)
    manager.goto("/loop/?manager=all&stage=done")
    table = manager.locator("table tbody")
    expect(table).to_contain_text("Better")
    expect(table).to_contain_text("Not better")
    expect(table).to_contain_text("Blood pressure")
    assert "Better: PHQ-9 18" in "".join(summary(manager, world, notes[0]))


def judge(world: World, notes: list[Review]) -> None:
    """Four weeks later the first patient is better, the second is not."""
    world.move_clock(datetime.combine(JUDGE_ON + timedelta(days=1), time(15), NOW.tzinfo))
    with world.session() as session:
        for note, total in zip(notes, (6, 18), strict=False):
            patient = patient_of(session, note)
            make.make_measure(
                session, patient, total=18, taken_on=TODAY - timedelta(days=1), source_note="PCP note"
            )
            make.make_measure(session, patient, total=total, taken_on=JUDGE_ON, source_note="PCP note",
                              recorded_at=clock.now())  # fmt: skip


def patient_of(session: Session, note: Review) -> Patient:
    episode = session.get_one(Episode, (note.org_id, note.episode_id))
    return session.get_one(Patient, (note.org_id, episode.patient_id))


def summary(page: Page, world: World, note: Review) -> list[str]:
    with world.session() as session:
        patient_id = patient_of(session, note).id
    answered = page.request.get(f"/printing/summary/{patient_id}")
    pages = page_texts(answered.body())
    assert len(pages) == 1
    return pages


@pytest.mark.usefixtures("twelve")
def test_two_in_one_meeting_never_lose_text(windows: Windows, world: World) -> None:
    page, manager = windows.open(world.cast.consultant), windows.open(world.cast.owner)
    address = begin(page)
    page.keyboard.press("j")
    page.wait_for_url("**/consult/review/**")
    page.locator("[name=impression]").fill("Half a thought")
    manager.goto(address)
    expect(manager.locator("#progress")).to_contain_text("Dr. Amara Okafor is writing on number 1")
    manager.locator("table tbody tr").nth(2).locator("summary").click()
    manager.locator("table tbody tr").nth(2).get_by_role("button", name="Skip for now").click()
    expect(page.locator("#progress")).to_contain_text("Maria Ortiz is looking at the run-sheet")
    expect(page.locator("[name=impression]")).to_have_value("Half a thought")
    page.reload()
    expect(page.locator("[name=impression]")).to_have_value("Half a thought")


@pytest.mark.usefixtures("twelve")
def test_what_one_does_the_other_sees_and_nothing_that_is_typed_moves(windows: Windows, world: World) -> None:
    page, manager = windows.open(world.cast.consultant), windows.open(world.cast.owner)
    address = begin(page)
    manager.goto(address)
    rows = manager.locator("tbody[data-follows] > tr")
    third = rows.nth(2).get_attribute("id")
    rows.nth(1).locator("summary").click()
    reason = rows.nth(1).locator("[name=reason]")
    reason.fill("Half a reason")
    held = rows.nth(1).get_attribute("id")
    page.goto(address)
    page.locator(f"#{third} summary").click()
    page.locator(f"#{third}").get_by_role("button", name="Up").click()
    page.locator("[data-key=j]").click()
    page.wait_for_url("**/consult/review/**")
    expect(manager.locator(f"#{third} [data-part=place]")).to_have_text("2", timeout=6000)
    expect(rows.nth(1)).to_have_id(str(third))
    typed = manager.locator(f"#{held} [name=reason]")
    expect(typed).to_have_value("Half a reason")
    expect(typed).to_be_focused()
    first = rows.nth(0).get_attribute("id")
    expect(manager.locator(f"#{first} [data-part=state]")).to_have_text("On the screen", timeout=6000)
    expect(page.locator("[name=minutes]")).to_have_value("1", timeout=9000)
    write_note(page, 1)
    expect(manager.locator(f"#{first} [data-part=state]")).to_have_text("Reviewed", timeout=6000)
    expect(typed).to_be_focused()


@pytest.mark.usefixtures("twelve")
def test_the_keys_of_a_case_do_what_the_help_says(windows: Windows, world: World) -> None:
    page = windows.open(world.cast.consultant)
    begin(page)
    page.keyboard.press("j")
    page.wait_for_url("**/consult/review/**")
    here = page.url
    page.keyboard.press("r")
    expect(page.locator("[name=advice-0-text]")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("t")
    expect(page.locator("[name=template_name]")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.locator("[name=reason]")).to_be_focused()
    page.keyboard.type("Waiting for labs")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here and "/consult/review/" in url)
    second = page.url
    page.keyboard.press("s")
    page.wait_for_url(lambda url: url != second and "/consult/review/" in url)


def test_a_link_that_opens_nothing_tells_nothing(windows: Windows, world: World) -> None:
    page = windows.open()
    told = set()
    for link in ("/reply/nonsense", "/reply/AAAA.BBBB", f"/reply/{world.cast.org.id}.{'x' * 43}"):
        page.goto(link)
        page.get_by_label("Code").fill("K7QM-2X9D")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        told.add(page.locator("main").inner_text())
    assert len(told) == 1
    assert "This link does not open anything (any more)." in told.pop()
