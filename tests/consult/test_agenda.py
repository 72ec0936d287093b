"""The agenda of a clinic's weekly review. Riverside reviews on Thursdays; today is Friday, 20 November."""

import re
from datetime import date

import pytest
from sqlalchemy import event, select

from registry.extensions import db
from registry.models import AgendaMark, AuditEvent, AuditPatient, Recommendation
from tests import factories as make
from tests.cast import TODAY

NEXT = date(2026, 11, 26)
RISKY = [1, 1, 1, 1, 1, 1, 1, 1, 2]


def agenda(client, **query):
    return client.get("/consult/", query_string=query)


def another(session, cast, name, number, days=60, **fields):
    """One more enrolled patient of the owner."""
    patient = make.make_patient(
        session, cast.riverside, family_name=name, mrn=f"R-{number}", pcp=cast.provider
    )
    enrolled_on = make.days_ago(days)
    return make.make_episode(session, patient, referred_on=enrolled_on, enrolled_on=enrolled_on,
                             care_manager=cast.owner.account, **fields)  # fmt: skip


@pytest.mark.parametrize(
    ("part", "status"),
    [("owner", 200), ("colleague", 200), ("consultant", 200), ("outsider", 200), ("pcp", 403), ("therapist", 403),
     ("manager", 403), ("administrator", 403), ("auditor", 403)],
)  # fmt: skip
def test_who_works_the_agenda(cast, sign_in, part, status):
    assert agenda(sign_in(cast.people[part])).status_code == status


def test_the_next_review_day_of_ones_own_clinic_comes_first(cast, sign_in):
    text = agenda(sign_in(cast.owner)).text
    assert "Review agenda, Nov 26, 2026" in text
    assert "Carter, Samuel" in text
    assert "Žižka" not in text


def test_another_clinics_agenda_is_not_found(cast, sign_in):
    assert agenda(sign_in(cast.owner), clinic=cast.hilltop.id).status_code == 404


def test_safety_comes_before_any_sum_of_other_reasons(cast, sign_in, session):
    make.make_mark(session, cast.episode, text="Dose or switch?")
    risky = another(session, cast, "Zeller", 7)
    make.make_review(session, risky, consultant=cast.consultant.account, on=make.days_ago(3))
    patient = session.get(type(cast.patient), (cast.org.id, risky.patient_id))
    make.make_measure(session, patient, items=RISKY, taken_on=TODAY)
    text = agenda(sign_in(cast.consultant)).text
    assert text.index("Zeller") < text.index("Carter, Samuel")
    assert "why 100 points?" in text
    assert "Item 9 scored 2 on Nov 20, 2026" in text
    assert "1 in the safety band" in text


def test_the_question_and_its_points_are_told(cast, sign_in, session):
    make.make_mark(session, cast.episode, text="Dose or switch?")
    text = agenda(sign_in(cast.consultant)).text
    assert "Care manager asked on Nov 20, 2026: Dose or switch?" in text
    assert "Rule A1" in text
    assert "<b>50</b> Care manager or PCP asked" in text


def test_a_recommendation_that_was_declined_says_why_it_counts(cast, sign_in, session):
    make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(5), recommendations=[{}]
    )
    piece = session.scalars(select(Recommendation)).one()
    client = sign_in(cast.owner)
    answer = client.post(
        f"/consult/decide/{piece.id}", data={"kind": "declined", "on": str(TODAY), "remark": "QTc 480"}
    )
    assert answer.status_code == 302
    other = sign_in(cast.consultant)
    for page in (agenda(other).text, other.get(f"/consult/review/{cast.episode.id}").text):
        assert "1 was declined on Nov 20, 2026 (QTc 480)" in page
        assert 'Why?<span class="vh"> Recommendation declined or not done' in page
        assert "reason given: QTc 480" in page
        assert "Rule X8" not in page, "that rule is of advice that was accepted"


def test_a_score_without_a_change_names_its_scale(cast, sign_in, session):
    make.make_mark(session, cast.episode, text="Dose or switch?")
    make.make_measure(session, cast.patient, items=[1] * 8 + [0], taken_on=make.days_ago(3))
    assert '<br><span class="muted">PHQ-9</span>' in agenda(sign_in(cast.consultant)).text


def test_who_was_not_reached_is_carried_over(cast, sign_in, session):
    make.make_mark(session, cast.episode, on=make.days_ago(9), review_on=make.days_ago(1))
    assert "Carried over, asked Nov 11" in agenda(sign_in(cast.owner)).text


def test_not_today_because_and_back_again(cast, sign_in, session):
    client = sign_in(cast.consultant)
    url = f"/consult/set-aside/{cast.episode.id}?on={NEXT}"
    assert client.get(url).status_code == 200
    assert client.post(url, data={"reason": " "}).status_code == 422
    assert client.post(url, data={"reason": "Waits for the lab"}).status_code == 302
    text = agenda(client).text
    assert "Nobody on the agenda" in text
    assert "Waits for the lab" in text
    assert "Carter, Samuel" in text
    assert "Nobody on the agenda" not in agenda(client, on="2026-12-03").text, "for that day only"
    client.post(f"/consult/put-back/{cast.episode.id}", data={"on": str(NEXT)})
    assert "Nobody on the agenda" not in agenda(client).text
    assert [mark.kind for mark in session.scalars(select(AgendaMark).order_by(AgendaMark.kind))] == [
        "put_back",
        "set_aside",
    ]


def test_a_past_review_day_is_left_as_it_was(cast, sign_in):
    client = sign_in(cast.owner)
    assert "past review day" in agenda(client, on="2026-11-19").text
    answer = client.post(f"/consult/set-aside/{cast.episode.id}?on=2026-11-19", data={"reason": "Late"})
    assert answer.status_code == 422
    assert "has passed" in answer.text


def test_who_is_reviewed_today_is_done(cast, sign_in, session):
    make.make_review(session, cast.episode, consultant=cast.consultant.account, recommendations=[{}])
    text = agenda(sign_in(cast.owner)).text
    assert "Nobody on the agenda" in text
    assert "Done today" in text
    assert "Increase dose" in text


def test_one_care_managers_patients_keep_the_ranks_of_the_clinic(cast, sign_in, session):
    other = make.make_patient(session, cast.riverside, family_name="Adler", mrn="R-8")
    episode = make.make_episode(session, other, care_manager=cast.colleague.account)
    make.make_mark(session, episode)
    client = sign_in(cast.owner)
    text = agenda(client, manager=cast.owner.id).text
    assert "Adler" not in text
    assert '<td class="num strong">2</td>' in text
    assert "2 with a reason" in text


def test_how_far_the_meeting_gets(cast, sign_in, session):
    for number in range(13):
        another(session, cast, f"Patient{number:02}", 100 + number)
    text = agenda(sign_in(cast.owner)).text
    assert "Likely to be reached up to here" in text
    packet = text.split("Print packet for the agenda")[0].rsplit("<form", 1)[1]
    assert packet.count('name="episode"') == 12


def test_equal_patients_stand_in_the_same_order_every_time(cast, sign_in, session):
    for number in range(5):
        another(session, cast, f"Equal{number}", 200 + number)
    client = sign_in(cast.owner)
    assert len({agenda(client).text.split("tbody>")[1] for _ in range(3)}) == 1


def test_a_referral_is_not_on_the_agenda(cast, sign_in, session):
    patient = make.make_patient(session, cast.riverside, family_name="Waiting", mrn="R-9")
    make.make_episode(session, patient, status="referred")
    make.make_measure(session, patient, items=RISKY)
    assert "Waiting" not in agenda(sign_in(cast.owner)).text


def test_reading_it_is_reading_of_everybody_on_it(cast, sign_in, session):
    agenda(sign_in(cast.owner))
    act = session.scalars(select(AuditEvent).where(AuditEvent.category == "agenda")).one()
    shown = session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == act.seq)).all()
    assert (act.action, shown) == ("read", [cast.patient.id])


def test_statements_do_not_grow_with_the_clinic(app, cast, sign_in, session):
    client = sign_in(cast.owner)
    seen: list[str] = []
    agenda(client)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    agenda(client)
    few = len(seen)
    for number in range(20):
        another(session, cast, f"More{number}", 300 + number)
    session.commit()
    seen.clear()
    agenda(client)
    assert len(seen) <= few


def test_ones_own_unsigned_notes_are_named_though_nobody_is_ranked(cast, sign_in, session):
    """A draft, an amendment that was begun, and what was only typed; the colleagues see none of them."""
    client, consultant = sign_in(cast.consultant), cast.consultant.account
    assert "Your unsigned notes" not in agenda(client).text
    begun, amended, typed = (
        another(session, cast, name, n) for n, name in enumerate(("Begun", "Amended", "Typed"))
    )
    make.make_review(session, begun, consultant=consultant, signed=False)
    signed = make.make_review(session, amended, consultant=consultant)
    make.make_review(session, amended, consultant=consultant, signed=False, amends_id=signed.id)
    session.commit()
    client.post(f"/consult/typed/{typed.id}", data={"impression": "Slow", "once": "a", "version": "0"})
    told = agenda(client).text.split("Your unsigned notes:")[1].split("</p>")[0]
    assert f'href="/consult/review/{begun.id}">Begun, ' in told
    assert f'href="/consult/amend/{signed.id}">Amended, ' in told
    assert f'href="/consult/review/{typed.id}">Typed, ' in told
    assert told.count("<a ") == 3
    assert "Your unsigned notes" not in agenda(sign_in(cast.owner)).text


def test_each_value_of_the_agenda_says_why_by_the_rules_of_its_clinic(cast, sign_in, session):
    for days, total in ((40, 18), (2, 20)):
        make.make_measure(session, cast.patient, total=total, taken_on=make.days_ago(days))
    text = agenda(sign_in(cast.consultant), clinic=cast.riverside.id).text
    for words in ("PHQ-9: why +11%?", "(20 − 18) ÷ 18 = +11%.", "PHQ-9: why “", "Nov 18, 2026: PHQ-9 20 (latest)",
                  "Source: ", "Protocol 2026.1", "How points make a place"):  # fmt: skip
        assert words in text, words
    links = re.findall(r'href="(/protocol/rules[^"]*)"', text)
    assert len(links) > 3
    assert {link.split("#")[0] for link in links} == {f"/protocol/rules?clinic={cast.riverside.id}"}


def test_a_past_agenda_opens_the_rules_of_its_day(cast, sign_in, session):
    day = date(2026, 11, 19)
    make.make_measure(session, cast.patient, total=18, taken_on=make.days_ago(40))
    text = agenda(sign_in(cast.consultant), on=day).text
    links = re.findall(r'href="(/protocol/rules[^"]*)"', text)
    assert {link.split("#")[0] for link in links} == {
        f"/protocol/rules?clinic={cast.riverside.id}&amp;on={day}"
    }
