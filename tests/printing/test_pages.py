"""The PCPs' pages of one clinic day, as one file made in the background."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from registry.extensions import db
from registry.jobs import packets
from registry.jobs.runner import Works
from registry.models import AuditEvent, Document
from tests import factories as make
from tests.cast import TODAY


@pytest.fixture
def works(app):
    with app.app_context():
        return Works(db.engine, app.config["AUDIT_KEYS"], "", "registry@example.org", "http://localhost")


@pytest.fixture
def panel(cast, session):
    """Three patients of the PCP: two with advice that waits, one without."""
    made = [cast.episode]
    for family, mrn in (("Abate", "R-3"), ("Zorn", "R-4")):
        patient = make.make_patient(session, cast.riverside, pcp=cast.provider, family_name=family, mrn=mrn)
        made.append(make.make_episode(session, patient, care_manager=cast.owner.account))
    for episode in made[:2]:
        make.make_review(session, episode, consultant=cast.consultant.account, reply_code=f"K7QM2X9{made.index(episode) + 2}",
                         recommendations=[{"text": "Raise it"}])  # fmt: skip
    session.commit()
    return made


def order(browser, **fields):
    return browser.post("/printing/pages", data={"on": TODAY.isoformat(), "mrns": "", **fields})


def test_everybody_with_advice_that_waits_a_page_each(cast, sign_in, session, works, panel):
    pcp = sign_in(cast.pcp)
    progress = order(pcp)
    assert "Pages for Nov 20, 2026: 0 of 2 patients" in pcp.get(progress.location).text
    session.commit()
    assert packets.render_waiting(works) == 1
    document = session.scalars(select(Document)).one()
    assert (document.kind, document.state, document.pages) == ("pages", "ready", 2)
    answer = pcp.get(f"/printing/{document.id}")
    assert "pcp-pages-2026-11-20.pdf" in answer.headers["Content-Disposition"]
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.data)).pages]
    assert "Abate" in pages[0]
    assert "Carter" in pages[1], "by name"
    assert all("Reply code K7QM-2X9" in page for page in pages)
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.category == "printed chart")).all()
    assert {"order_pages", "render_pages"} <= set(acts)
    assert "Pages for PCPs" in pcp.get("/printing/").text


def test_the_mrns_of_a_day_in_their_order(cast, sign_in, session, panel):
    order(sign_in(cast.pcp), mrns="R-4, R-1001\n R-4;R-3")
    document = session.scalars(select(Document)).one()
    assert document.episode_ids == [str(panel[i].id) for i in (2, 0, 1)]


@pytest.mark.parametrize("mrns", ["R-4 R-9", "H-2001", "R-5"])
def test_an_mrn_that_is_not_there_orders_nothing(cast, sign_in, session, panel, mrns):
    """Unknown, of another clinic, or of another PCP: the same sentence."""
    other = make.make_patient(session, cast.riverside, pcp=cast.other_provider, mrn="R-5")
    make.make_episode(session, other, care_manager=cast.owner.account)
    pcp = sign_in(cast.pcp)
    assert order(pcp, mrns=mrns).location == "/inbox/"
    assert f"Nobody of yours in Riverside has {mrns.split()[-1]} with an episode." in pcp.get("/inbox/").text
    assert session.scalars(select(Document)).all() == []


def test_a_day_without_waiting_advice_says_so(cast, sign_in, session):
    pcp = sign_in(cast.pcp)
    order(pcp)
    assert "No advice waits for an answer." in pcp.get("/inbox/").text


def test_nonsense_is_refused(cast, sign_in, session, panel):
    pcp = sign_in(cast.pcp)
    for fields in ({"on": "someday"}, {"clinic": "x"}, {"mrns": "x" * 5001}):
        assert order(pcp, **fields).status_code == 302
    assert "Nothing was ordered" in pcp.get("/inbox/").text
    assert session.scalars(select(Document)).all() == []


def test_who_may(cast, sign_in, session, panel):
    for part, person in cast.people.items():
        status = order(sign_in(person), clinic=str(cast.riverside.id)).status_code
        expected = 404 if part == "outsider" else 403 if part in {"administrator", "auditor"} else 302
        assert status == expected, part
