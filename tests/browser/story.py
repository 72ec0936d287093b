"""A patient's course told through the pages: each act on its day, by the person whose act it is, and what they see."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import expect

from registry.models import Patient
from tests.browser.keys import row_of
from tests.browser.people import answers
from tests.browser.windows import sign_in
from tests.documents.reading import page_texts

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.windows import Windows
    from tests.browser.world import World
    from tests.cast import Person

MORNING = time(15, tzinfo=UTC)
"""Ten in the morning in New York, an hour later in summer."""
READY: Literal["domcontentloaded"] = "domcontentloaded"
"""The page stands and its scripts have run; fonts may still be on their way."""
RULE = re.compile(r"rule (\w+)", re.IGNORECASE)


class Story:
    """One patient, whom a person of the cast adds; `owner`, the care manager, acts where nobody else is named."""

    def __init__(self, windows: Windows, world: World) -> None:
        self.windows, self.world, self.cast = windows, world, world.cast
        self.pages: dict[UUID, Page] = {}
        self.here: set[UUID] = set()
        self.last: UUID | None = None
        """Who acted last: what others have before them may be old."""
        self.patient_id = self.episode_id = ""
        self.family = ""

    # ------------------------------------------------------------ days and people

    def move_to(self, day: date) -> None:
        """It is ten in the morning of that day; nobody has signed in yet."""
        self.world.move_clock(datetime.combine(day, MORNING))
        self.here.clear()

    def page_of(self, person: Person | None = None) -> Page:
        """The window of a person, who signs in where they have not today."""
        who = person or self.cast.owner
        if who.id not in self.here:
            return self.go("/", who)
        self.last = who.id
        return self.pages[who.id]

    def go(self, path: str, person: Person | None = None) -> Page:
        """Open a page of the patient: {patient} and {episode} stand for the keys; who has to sign in comes back to it."""
        who, address = person or self.cast.owner, self._address(path)
        if who.id not in self.pages:
            self.pages[who.id] = self.windows.open()
        page = self.pages[who.id]
        if who.id in self.here:
            page.goto(address, wait_until=READY)
        else:
            sign_in(page, who, address)
        self.here.add(who.id)
        self.last = who.id
        return page

    def _address(self, path: str) -> str:
        return path.format(patient=self.patient_id, episode=self.episode_id)

    def open_patient(self, person: Person | None = None) -> Page:
        """The patient page, as it is now: it is not loaded again where this person has it since the last act of all."""
        who = person or self.cast.owner
        page = self.pages.get(who.id)
        stands = page and who.id in self.here and self.last == who.id
        if page and stands and urlsplit(page.url).path == self._address("/chart/{patient}"):
            return page
        return self.go("/chart/{patient}", who)

    def follow(self, *links: str, person: Person | None = None) -> Page:
        """From the patient page by links, each named as it is read."""
        page = self.open_patient(person)
        for name in links:
            click(page, name)
        return page

    # ------------------------------------------------------------ acts

    def enroll(
        self, day: date, scale: str = "phq9", diagnosis: tuple[str, str] | None = None, **details: Any
    ) -> None:
        """A new patient of the PCP is added, referred, consents, and has the initial assessment on that day."""
        self.add_patient(**details)
        page = self.follow("Refer to collaborative care")
        save(page)
        self.episode_id = self._episode()
        page = self.go("/episodes/{episode}/consent")
        fill(page, cost_share_told=True, consult_permitted=True)
        save(page)
        page = self.go("/episodes/{episode}/enrol")
        usual = ("anxiety", "F41.1") if scale == "gad7" else ("depression", "F33.1")
        condition, code = diagnosis or usual
        team = {f"{part}_id": str(self.cast.people[part].id) for part in ("consultant", "therapist")}
        fill(page, team, on=day, primary_condition=condition, icd10=code, primary_scale=scale)
        save(page)

    def add_patient(self, family: str, given: str, born: date, sex: str, **more: Any) -> None:
        """The patient's details; from now on the story is theirs."""
        page = self.go("/patients/new")
        known = {"family_name": family, "given_name": given, "birth_date": born, "sex": sex}
        fill(page, known, mrn=f"R-{family}", pcp_id=str(self.cast.provider.id), **more)
        save(page)
        self.patient_id, self.family = page.url.rsplit("/", 1)[1], family
        with self.world.session() as session:
            self.world.patients[family] = session.get_one(Patient, (self.cast.org.id, UUID(self.patient_id)))

    def _episode(self) -> str:
        link = self.open_patient().get_by_role("link", name="Episode: consent, enrollment, close")
        return str(link.get_attribute("href")).rsplit("/", 1)[1]

    def record_contact(
        self, note: str, phq9: int | None = None, gad7: int | None = None, item9: int = 0, minutes: int = 20,
        **more: Any,
    ) -> None:  # fmt: skip
        """A treatment contact with its scores by number keys; more: adherence, interventions, next_due_on ..."""
        page = self.follow("Record contact E")
        fill(page, minutes=minutes, note=note)
        if phq9 is not None:
            answer(page, "phq", answers(phq9, item9))
        if gad7 is not None:
            answer(page, "gad", seven(gad7))
        fill(page, more)
        save(page)

    def start_medication(
        self, name: str, dose_mg: float, why: str = "", person: Person | None = None, **more: Any
    ) -> None:
        """A medication begins today; `why` answers what the page asks to think of first."""
        page = self.follow("Medications", person=person)
        fill(page, more, name=name, dose_mg=dose_mg)
        save(page, "Record start", asks=bool(why))
        if why:
            for field in page.locator("[name^=whys-][name$=-reason]").all():
                field.fill(why)
            save(page, "Record start")

    def change_dose(self, name: str, dose_mg: float, **more: Any) -> None:
        """The dose changes today."""
        page = self.follow("Medications", f"Change dose of {name}")
        fill(page, more, dose_mg=dose_mg)
        save(page)

    # ------------------------------------------------------------ what is seen

    def findings(self) -> set[str]:
        """The codes of the findings on the patient page."""
        told = self.open_patient().locator(".findings .why summary").all_inner_texts()
        return {found[1] for words in told if (found := RULE.search(words))}

    def tags(self) -> list[str]:
        """The tags beside the patient's name on the patient page."""
        return self.open_patient().locator(".patient-head .tag").all_inner_texts()

    def row(self) -> Locator:
        """The patient's row on the care manager's caseload."""
        self.go("/caseload/")
        return row_of(self.page_of(), self.family)

    def caseload_tags(self) -> list[str]:
        """The tags of the row, as many as it shows."""
        return self.row().locator(".tag").all_inner_texts()

    def bars(self) -> list[tuple[str, str]]:
        """The bars under the first curve of the patient page: adequate, short or open, and their words."""
        curve = self.open_patient().locator("svg:has(rect.trial)").first
        kinds = [str(bar.get_attribute("class")).split()[-1] for bar in curve.locator("rect.trial").all()]
        return list(zip(kinds, curve.locator("rect.trial + text").all_text_contents(), strict=True))

    def agenda(self, person: Person | None = None) -> list[str]:
        """The reasons for which the patient is on the agenda, with their rules; nothing where they are not."""
        page = self.go("/consult/", person or self.cast.consultant)
        row = page.locator("table[data-rows] tbody tr").filter(
            has=page.locator("th", has_text=f"{self.family},")
        )
        return row.locator("td > details > ul > li").all_text_contents()

    # ------------------------------------------------------------ paper

    def pdf(self, path: str, person: Person | None = None) -> bytes:
        """A PDF as this person gets it."""
        page = self.page_of(person)
        answer = page.request.get(self._address(path))
        assert answer.headers["content-type"] == "application/pdf", answer.text()[:2000]
        return answer.body()

    def paper(self, path: str, person: Person | None = None) -> list[str]:
        """The text of each page of a PDF, its white space made single."""
        return [" ".join(words.split()) for words in page_texts(self.pdf(path, person))]

    def packet(self) -> bytes:
        """The consultant's packet of this one patient, ordered from the agenda and made."""
        page = self.go("/consult/")
        page.get_by_role("checkbox", name=re.compile(f"Select {self.family},")).check()
        page.get_by_role("button", name="Print packet", exact=True).click()
        page.wait_for_url("**/printing/progress/**")
        assert self.world.run_packets() == 1
        link = page.get_by_role("link", name="Open the packet (PDF)")
        expect(link).to_be_visible()
        return self.pdf(str(link.get_attribute("href")))


# ---------------------------------------------------------------- forms


def click(page: Page, name: str) -> None:
    """Follow the link of this name, unfolding what hides it."""
    link = page.get_by_role("link", name=named(name), include_hidden=True).first
    link.wait_for(state="attached")
    reveal(link)
    link.click()


def named(words: str) -> re.Pattern[str]:
    """A link of this whole name; what only a screen reader tells stands a space apart."""
    return re.compile(r"^\s*" + re.sub(r"(?=[:,])", r"\\s*", re.escape(words)) + r"\s*$")


def seven(total: int) -> list[int]:
    """Seven answers that add up to a total."""
    return [total // 7 + (place < total % 7) for place in range(7)]


def answer(page: Page, prefix: str, given: list[int]) -> None:
    """Answer an instrument on the contact page by number keys."""
    first = page.locator(f"[name={prefix}-item1]").first
    reveal(first)
    first.focus()
    for number in given:
        page.keyboard.press(str(number))


def fill(page: Page, values: dict[str, Any] | None = None, **more: Any) -> None:
    """Give the fields of these names what they take: words, a day, a choice, a list of ticks, True for a tick."""
    for name, value in {**(values or {}), **more}.items():
        field = page.locator(f'main [name="{name}"]:not([type=hidden])')
        reveal(field.first)
        kind = field.first.evaluate("field => field.type")
        if kind == "select-one":
            field.select_option(str(value))
        elif kind in ("radio", "checkbox") and not isinstance(value, bool):
            for one in [value] if isinstance(value, str) else value:
                page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif kind == "checkbox":
            field.set_checked(value)
        else:
            field.fill(value.isoformat() if isinstance(value, date) else str(value))


def reveal(field: Locator) -> None:
    """Unfold what hides a field, from the outside in."""
    folded = field.locator("xpath=ancestor::details[not(@open)]/summary")
    while folded.count():
        folded.first.click()


def save(page: Page, button: str = "", asks: bool = False) -> None:
    """Press the button of the form; what was filled in is taken, unless the page is to ask something first."""
    pressed = page.get_by_role("button", name=button) if button else page.locator("main form button.primary")
    with page.expect_navigation(wait_until=READY):
        pressed.first.click()
    problems = page.locator(".note.danger.summary")
    told = problems.inner_text() if problems.count() else ""
    assert bool(told) == asks, told or "nothing was asked"
