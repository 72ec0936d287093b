"""A held drug is neither taken nor stopped: every page and paper that tells the medications says that it is held."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests import factories as make
from tests.cast import Cast, Person
from tests.documents.reading import text
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
HELD = "sertraline, held since Nov 11, 2026"


@pytest.fixture
def held(cast: Cast, session: Session) -> Cast:
    """Sertraline since 50 days, held nine days ago; and a drug for the body, held too."""
    make.make_measure(session, cast.patient, total=20, taken_on=make.days_ago(55))
    make.make_measure(session, cast.patient, total=12, taken_on=make.days_ago(12))
    for name, psychotropic in (("sertraline", True), ("lisinopril", False)):
        drug = make.make_medication(session, cast.patient, name=name, psychotropic=psychotropic)
        make.make_dose(session, drug, kind="hold", on=make.days_ago(9))
    session.commit()
    return cast


@pytest.mark.parametrize(
    ("who", "url", "told"),
    [
        pytest.param("owner", "/chart/{patient}", 'sertraline, held <span class="muted">since Nov 11, 2026', id="chart"),
        pytest.param("owner", "/caseload/", "sertraline, held", id="caseload"),
        pytest.param("owner", "/caseload/caseload.csv", "sertraline, held", id="export"),
        pytest.param("owner", "/caseload/peek/{episode}", "sertraline, held", id="panel at the side"),
        pytest.param("consultant", "/consult/review/{episode}", HELD, id="review"),
        pytest.param("consultant", "/consult/review/{episode}", "lisinopril, held since Nov 11, 2026", id="review, medical"),
        pytest.param("owner", "/treatment/{patient}", '<b>held</b> <span class="muted">since Nov 11, 2026, 1 week; 50 mg a day before', id="medications"),
        pytest.param("therapist", "/therapy/{patient}", f"Medication: {HELD}.", id="therapy"),
    ],
)  # fmt: skip
def test_a_page_says_that_it_is_held(held: Cast, sign_in: SignIn, who: str, url: str, told: str) -> None:
    path = url.format(patient=held.patient.id, episode=held.episode.id)
    page = " ".join(sign_in(held.people[who]).get(path, headers={"HX-Request": "true"}).text.split())
    assert told in page


def test_paper_says_that_it_is_held(held: Cast, sign_in: SignIn) -> None:
    page = " ".join(text(sign_in(held.owner).get(f"/printing/summary/{held.patient.id}").data).split())
    assert f"{HELD}, started Oct 1, 2026. " in page
    assert "weeks at dose not known" not in page, "no dose is taken: there is nothing to know"
    assert "Last medication change: Nov 11, 2026, 1 week ago" in page, "to hold it was the last change"


def test_what_is_held_is_not_told_as_stopped(held: Cast, sign_in: SignIn) -> None:
    page = " ".join(sign_in(held.consultant).get(f"/consult/review/{held.episode.id}").text.split())
    row = page[page.index(HELD) :].partition("</tr>")[0]
    assert "begun Oct 1, 2026, 50 mg" in row
    assert "PHQ-9 20 to 12, partial response. Adequate dose and time" in row
    assert "topped" not in row


@pytest.mark.parametrize(
    ("language", "stands", "paused", "again"),
    [
        ("en", "Medicine I am not taking for now: sertraline", "Nov 11, 2026: I stopped taking sertraline for now.",
         "I started taking sertraline again."),
        ("es", "Medicamento que por ahora no tomo: sertraline", "11 de nov de 2026: Dejé de tomar sertraline por ahora.",
         "Volví a tomar sertraline."),
    ],
)  # fmt: skip
def test_the_patients_sheet_says_it_in_plain_words(
    held: Cast, sign_in: SignIn, session: Session, language: str, stands: str, paused: str, again: str
) -> None:
    def sheet() -> str:
        url = f"/plans/progress/{held.patient.id}?language={language}"
        return " ".join(text(sign_in(held.owner).get(url).data).split())

    told = sheet()
    assert stands in told
    assert paused in told
    assert "lisinopril" not in told
    drug = make.make_medication(session, held.patient, name="lithium", events=[
        {"kind": "start", "on": make.days_ago(40)}, {"kind": "hold", "on": make.days_ago(20)},
        {"kind": "resume", "on": make.days_ago(2)},
    ])  # fmt: skip
    session.commit()
    assert again.replace("sertraline", drug.name) in sheet()
