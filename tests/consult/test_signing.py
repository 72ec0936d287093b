"""Structured advice, templates, the checklist and the signature that asks for the password."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from registry import clock
from registry.access.scope import NotVisible
from registry.consult.services import notes as writing
from registry.models import (
    AdviceTemplate,
    AuditEvent,
    Decision,
    Organisation,
    Recommendation,
    Review,
    UserSession,
)
from registry.reply_codes import read
from tests import factories as make
from tests.cast import NOW, PASSWORD, TODAY
from tests.consult.test_review import filled, url

DRUG = {
    "advice-0-drug": "Zoloft", "advice-0-dose_mg": "100", "advice-0-schedule": "50 mg for a week, then 100 mg",
    "advice-0-rationale": "Partial response at 50 mg", "advice-0-monitoring": "Sodium in 4 weeks",
    "advice-0-cautions": ["interactions", "bipolar"],
}  # fmt: skip


@pytest.fixture
def later(monkeypatch):
    """It is some minutes later."""
    return lambda minutes: monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes))


def notes(session):
    return session.scalars(select(Review).order_by(Review.signed_at)).all()


def test_a_drug_is_kept_by_its_ingredient_and_read_with_everything_around_it(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled(**DRUG))
    piece = session.scalars(select(Recommendation)).one()
    assert (piece.drug, piece.dose_mg, piece.schedule, piece.cautions) == (
        "sertraline", 100, "50 mg for a week, then 100 mg", ["interactions", "bipolar"],
    )  # fmt: skip
    page = client.get(f"/consult/note/{piece.review_id}").text
    for words in ("sertraline 100 mg a day, 50 mg for a week", "Partial response at 50 mg", "Sodium in 4 weeks",
                  "interactions, bipolar screen", "Drug: sertraline"):  # fmt: skip
        assert words in page, words


def test_a_drug_and_a_category_need_no_more_words(cast, sign_in, session):
    sign_in(cast.consultant).post(url(cast.episode), data=filled(**DRUG, **{"advice-0-text": ""}))
    assert session.scalars(select(Recommendation)).one().text == "Increase dose: sertraline 100 mg a day."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"advice-0-drug": "happy pills"}, "The catalogue does not know this drug"),
        ({"advice-0-dose_mg": "100"}, "Name the drug of this dose."),
        ({"advice-0-drug": "sertraline", "advice-0-dose_mg": "-5"}, "From 0.01 to 5000 mg a day."),
        ({"advice-0-drug": "sertraline", "advice-0-dose_mg": "nan"}, "From 0.01 to 5000 mg a day."),
        ({"advice-0-drug": "sertraline", "advice-0-dose_mg": "much"}, "Write a number, such as 6.5."),
    ],
)
def test_what_is_no_drug_or_dose(cast, sign_in, session, changes, sentence):
    answer = sign_in(cast.consultant).post(url(cast.episode), data=filled(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert notes(session) == []


def test_the_checklist_says_what_the_advice_rested_on(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[2] * 8 + [0], taken_on=make.days_ago(3))
    client = sign_in(cast.consultant)
    form = client.get(url(cast.episode)).text
    assert "Bipolar screen (not known)" in form
    client.post(url(cast.episode), data=filled(rests_on=["phq9", "bipolar"]))
    page = client.get(f"/consult/note/{notes(session)[0].id}").text
    assert "The advice rests on: PHQ-9 16, Nov 17, 2026." in page
    assert "Bipolar screen (the advice waits for it)" in page
    assert "Chronic pain" in page, "what is not known is told, ticked or not"


def test_i_want_to_see_this_patient_is_one_click(cast, sign_in, session):
    client = sign_in(cast.consultant)
    answer = client.post(url(cast.episode), data={"version": "0", "act": "see"})
    assert answer.status_code == 302
    piece = session.scalars(select(Recommendation)).one()
    assert piece.category == "direct_evaluation"
    assert "I want to see this patient myself" in client.get(url(cast.episode)).text


# Templates


def kept(client, episode, **changes):
    return client.post(url(episode), data=filled("keep", **DRUG, **changes))


def test_a_recommendation_is_kept_and_inserted_again(cast, sign_in, session):
    client = sign_in(cast.consultant)
    assert kept(client, cast.episode, template_name="Sertraline up").status_code == 302
    row = session.scalars(select(AdviceTemplate)).one()
    assert (row.name, row.content["drug"], row.content["judge_after"]) == ("Sertraline up", "sertraline", 28)
    client.post(f"/consult/discard/{cast.episode.id}")
    answer = client.post(url(cast.episode), data={"version": "0", "act": "insert", "template": str(row.id)})
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "Sertraline to 100 mg" in page
    assert f'value="{TODAY + timedelta(days=28)}"' in page


def test_templates_are_ones_own(cast, sign_in, session):
    kept(sign_in(cast.consultant), cast.episode, template_name="Mine")
    row = session.scalars(select(AdviceTemplate)).one()
    row.account_id = cast.owner.id
    session.commit()
    client = sign_in(cast.consultant)
    assert "Mine" not in client.get("/consult/templates").text
    assert client.post(f"/consult/templates/{row.id}", data={"act": "throw_away"}).status_code == 404
    assert (
        client.post(
            url(cast.episode), data={"version": "1", "act": "insert", "template": str(row.id)}
        ).status_code
        == 404
    )


def test_rename_and_throw_away(cast, sign_in, session):
    client = sign_in(cast.consultant)
    kept(client, cast.episode, template_name="Sertraline up")
    client.post(f"/consult/discard/{cast.episode.id}")
    kept(client, cast.episode, template_name="Second")
    first, second = session.scalars(select(AdviceTemplate).order_by(AdviceTemplate.name.desc())).all()
    address = f"/consult/templates/{first.id}"
    assert (
        "Another template has this name."
        in client.post(address, data={"name": second.name}, follow_redirects=True).text
    )
    assert "Give the template a name." in client.post(address, data={"name": " "}, follow_redirects=True).text
    assert "renamed" in client.post(address, data={"name": "SSRI up"}, follow_redirects=True).text
    client.post(address, data={"act": "throw_away"})
    assert [row.name for row in session.scalars(select(AdviceTemplate))] == ["Second"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"act": "insert"}, "Choose a template first."),
        ({"act": "keep", "template_name": "Empty"}, "Write the recommendation first"),
    ],
)
def test_what_is_missing_is_said(cast, sign_in, session, data, sentence):
    answer = sign_in(cast.consultant).post(url(cast.episode), data={"version": "0", **data})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(AdviceTemplate)).all() == []


# The signature


def test_the_sign_in_of_a_moment_ago_is_no_signature(cast, sign_in, session):
    client = sign_in(cast.consultant)
    assert "Your password" in client.get(url(cast.episode)).text
    for password, sentence in (("", "Give your password to sign."), ("wrong", "This is not your password.")):
        answer = client.post(url(cast.episode), data=filled(password=password))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert password == "" or password not in answer.text
    assert notes(session) == []
    assert client.post(url(cast.episode), data=filled()).status_code == 302
    note = notes(session)[0]
    assert note.signature == f"password {NOW.isoformat()}"
    assert read(note.reply_code) == note.reply_code
    page = client.get(f"/consult/note/{note.id}").text
    assert page.count("Signed by Dr. Amara Okafor, Nov 20, 2026 10:00, with their password.") == 2, (
        "note and text"
    )
    assert PASSWORD not in str([act.detail for act in session.scalars(select(AuditEvent))])


def test_twelve_notes_in_a_row_need_one_password_and_say_when_it_was_given(cast, sign_in, session, later):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled())
    for minutes in range(1, 12):
        later(minutes)
        assert "Your password" not in client.get(url(cast.episode)).text, "not again so soon"
        assert client.post(url(cast.episode), data=filled(password=None)).status_code == 302
    last = notes(session)[-1]
    page = client.get(f"/consult/note/{last.id}").text
    assert "Nov 20, 2026 10:11, with their password, given for another signature at 10:00." in page


def test_after_the_moment_the_signature_asks_again(cast, sign_in, session, later):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled())
    later(10)
    client.get(url(cast.episode))
    later(16)
    assert "Your password" in client.get(url(cast.episode)).text
    assert client.post(url(cast.episode), data=filled(password=None)).status_code == 422
    assert len(notes(session)) == 1


def test_another_sign_in_of_the_same_browser_begins_without_a_signature(cast, sign_in, session, later):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled())
    later(1)
    session.execute(update(UserSession).values(begun_at=NOW + timedelta(minutes=1)))
    session.commit()
    assert "Your password" in client.get(url(cast.episode)).text


def test_an_older_note_says_of_its_password_what_is_known(cast, sign_in, session):
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account, signature="password")
    page = sign_in(cast.owner).get(f"/consult/note/{review.id}").text
    assert "with their password of the 15 minutes before." in page


def test_a_draft_needs_no_password(cast, sign_in, session):
    answer = sign_in(cast.consultant).post(url(cast.episode), data=filled("draft", password=None))
    assert answer.status_code == 302


def test_the_fifth_wrong_password_ends_the_session(cast, sign_in, session):
    client = sign_in(cast.consultant)
    answers = [client.post(url(cast.episode), data=filled(password=f"guess {n}")) for n in range(5)]
    assert [answer.status_code for answer in answers[:4]] == [422] * 4
    assert answers[4].status_code in (302, 401)
    assert "/accounts/login" in client.get(url(cast.episode)).location
    assert notes(session) == []


# The organisation's text, and paper


def test_the_note_keeps_the_text_of_the_day_it_was_signed(cast, sign_in, session):
    organisation = session.get_one(Organisation, cast.patient.org_id)
    organisation.disclaimer = "Advice of Riverside's consultants."
    session.commit()
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled())
    organisation.disclaimer = "Another text."
    session.commit()
    page = client.get(f"/consult/note/{notes(session)[0].id}").text
    assert "Advice of Riverside&#39;s consultants." in page
    assert "Another text." not in page


def test_the_note_on_paper(cast, sign_in, session):
    from io import BytesIO

    from pypdf import PdfReader

    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled(**DRUG, rests_on=["bipolar"]))
    note = notes(session)[0]
    answer = client.get(f"/consult/note/{note.id}.pdf")
    assert answer.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    for words in ("R-1001", "Increase dose.", "Drug: sertraline 100 mg a day", "Rationale: Partial response", "If it fails: Add",
                  "Signed by Dr. Amara Okafor", "No answer yet"):  # fmt: skip
        assert words in " ".join(text.split()), words
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "print")).one()
    assert act.subject_id == str(note.id)
    assert sign_in(cast.outsider).get(f"/consult/note/{note.id}.pdf").status_code == 404


def paper(client, review):
    """The words of the PDF in lines as they are printed."""
    from io import BytesIO

    from pypdf import PdfReader

    data = client.get(f"/consult/note/{review.id}.pdf").data
    return [
        line.strip() for page in PdfReader(BytesIO(data)).pages for line in page.extract_text().splitlines()
    ]


def plain(client, review):
    """The text for another record in lines."""
    page = unescape(client.get(f"/consult/note/{review.id}").text)
    return page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0].splitlines()


def test_paper_and_text_keep_lines_and_abbreviations_and_the_day_of_the_clinic(cast, sign_in, session):
    cast.riverside.timezone = "Pacific/Auckland"
    session.commit()
    client = sign_in(cast.consultant)
    lines = ("Partial response.", "QT was normal in May.", "Sleep apnea is open.")
    client.post(url(cast.episode), data=filled(impression="\r\n".join(lines), **{"advice-0-cautions": ["conditions"],
                                               "advice-0-judge_on": str(TODAY + timedelta(days=28))}))  # fmt: skip
    (note,) = notes(session)
    for shown in (plain(client, note), paper(client, note)):
        assert set(lines) <= set(shown)
        told = " ".join(shown)
        assert "Looked at: medical conditions, heart and QT" in told
        assert "Signed by Dr. Amara Okafor, Nov 21, 2026 04:00, with their password." in told


def test_paper_and_text_say_which_note_an_amendment_replaces_and_when(cast, sign_in, session, later):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled())
    later(5)
    client.post(f"/consult/amend/{notes(session)[0].id}", data=filled(password=None))
    first, second = notes(session)
    for shown in (plain, paper):
        assert (
            "Amended: this note is replaced by the one signed Nov 20, 2026 10:05 by Dr. Amara Okafor."
            in shown(client, first)
        )
        assert "This amendment replaces the note signed Nov 20, 2026 10:00 by Dr. Amara Okafor." in shown(
            client, second
        )


# What an amendment keeps


def amend(client, note, **changes):
    data = filled(**(DRUG | changes))
    return client.post(f"/consult/amend/{note.id}", data=data)


def copied(session):
    rows = session.scalars(select(Decision)).all()
    return [(row.kind, row.until_on, row.via) for row in rows]


def test_an_amendment_keeps_an_answer_whole_where_the_advice_is_the_same(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled(**DRUG))
    note, piece = notes(session)[0], session.scalars(select(Recommendation)).one()
    step = make.make_decision(session, piece, kind="deferred", on=TODAY, reason="lab")
    step.until_on, step.via = TODAY + timedelta(days=5), "link"
    session.commit()
    assert amend(client, note, impression="Reworded").status_code == 302
    assert copied(session) == [("deferred", TODAY + timedelta(days=5), "link")] * 2


def test_another_dose_is_other_advice(cast, sign_in, session):
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled(**DRUG))
    note, piece = notes(session)[0], session.scalars(select(Recommendation)).one()
    make.make_decision(session, piece, kind="accepted", on=TODAY)
    session.commit()
    assert amend(client, note, **{"advice-0-dose_mg": "150"}).status_code == 302
    assert len(copied(session)) == 1, "nobody has agreed to the new dose"


# Earlier advice that a note takes the place of


@pytest.fixture
def open_advice(session, cast):
    """Earlier advice by the step that was taken last, each on a note of its own."""

    def make_it(kind="", category="increase"):
        on = make.days_ago(20)
        review = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=on)
        piece = make.make_recommendation(
            session, review, category=category, text=f"Earlier: {kind or 'open'}"
        )
        if kind:
            make.make_decision(session, piece, kind=kind, on=make.days_ago(10), reason="Said so")
        session.commit()
        return piece

    return make_it


@pytest.mark.parametrize(
    ("kind", "is_offered"),
    [("", True), ("delivered", True), ("seen", True), ("deferred", True), ("not_implemented", True),
     ("accepted", False), ("modified", False), ("declined", False), ("implemented", False), ("closed", False)],
)  # fmt: skip
def test_earlier_advice_is_offered_where_it_is_not_done_and_may_be_closed(
    cast, sign_in, open_advice, kind, is_offered
):
    piece = open_advice(kind)
    page = sign_in(cast.consultant).get(url(cast.episode)).text
    assert (f'value="{piece.id}"' in page) is is_offered
    assert "checked" not in page.partition(f'value="{piece.id}"')[2].partition(">")[0], "nobody ticked it"


def test_to_go_on_as_now_is_not_offered(cast, sign_in, open_advice):
    assert (
        str(open_advice(category="continue").id) not in sign_in(cast.consultant).get(url(cast.episode)).text
    )


def test_what_is_ticked_is_closed_by_the_signature_and_nothing_else(cast, sign_in, session, open_advice):
    ticked, left = open_advice("delivered"), open_advice()
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled("draft", replaced=[str(ticked.id)]))
    assert [row.kind for row in session.scalars(select(Decision))] == ["delivered"], "a draft closes nothing"
    version = str(session.scalars(select(Review.version).where(Review.signed_at.is_(None))).one())
    assert (
        client.post(url(cast.episode), data=filled(version=version, replaced=[str(ticked.id)])).status_code
        == 302
    )
    step = session.scalars(select(Decision).where(Decision.kind == "closed")).one()
    assert (step.recommendation_id, step.on, step.reason) == (ticked.id, TODAY, "Replaced by later advice")
    assert step.recorded_by == cast.consultant.id
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "decide")).one()
    assert act.detail["kind"] == ["delivered", "closed"]
    assert str(left.id) in client.get(url(cast.episode)).text, "what was not ticked stays open"


def test_advice_that_was_answered_in_the_meantime_stops_the_signature(cast, sign_in, session, open_advice):
    piece = open_advice("accepted")
    answer = sign_in(cast.consultant).post(url(cast.episode), data=filled(replaced=[str(piece.id)]))
    assert answer.status_code == 422
    assert "answered or closed in the meantime" in answer.text
    assert [note.on for note in notes(session)] == [make.days_ago(20)], "and no note is half signed"


def test_a_refusal_while_it_is_signed_leaves_nothing_behind(cast, session, open_advice):
    piece = open_advice("accepted")
    written = writing.Written(
        cast.episode.id, 0, advice=(writing.Advised("labs", "TSH"),), replaces=(piece.id,)
    )
    with pytest.raises(writing.DecisionRefused, match="next comes"):
        writing.sign(session, cast.consultant.viewer, written, writing.Signature(NOW), TODAY, NOW)


def test_nobody_closes_advice_of_another_episode(cast, session):
    other = make.make_review(session, cast.strange_episode, consultant=cast.consultant.account)
    piece = make.make_recommendation(session, other)
    written = writing.Written(
        cast.episode.id, 0, advice=(writing.Advised("labs", "TSH"),), replaces=(piece.id,)
    )
    with pytest.raises(NotVisible):
        writing.sign(session, cast.consultant.viewer, written, writing.Signature(NOW), TODAY, NOW)


def test_an_amendment_offers_nothing_to_close(cast, sign_in, session, open_advice):
    piece = open_advice()
    client = sign_in(cast.consultant)
    client.post(url(cast.episode), data=filled())
    signed = notes(session)[-1]
    assert str(piece.id) not in client.get(f"/consult/amend/{signed.id}").text
