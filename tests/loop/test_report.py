"""The report counts clinics, names nobody, and every count leads to the list of what it counts."""

import re

import pytest
from sqlalchemy import select

from registry.access import policies
from registry.models import AuditEvent, AuditPatient, Membership
from tests import factories as make
from tests.cast import TODAY
from tests.loop.advised import add_patient, advise, decide
from tests.loop.test_ledger import texts

ROW = re.compile(r'<tr><th scope="row" class="wrap">(.*?)</th>(.*?)</tr>', re.S)


def rows(page):
    """The cells of each row in words."""
    found = {}
    for label, cells in ROW.findall(page.text):
        found[label] = [" ".join(re.sub(r'<span class="vh">.*?</span>|<.*?>', "", cell).split())
                        for cell in re.findall(r"<td.*?</td>", cells, re.S)]  # fmt: skip
    return found


def links(page, label):
    """Where the numbers of a row lead."""
    cells = next(cells for words, cells in ROW.findall(page.text) if words == label)
    return [to.replace("&amp;", "&") for to in re.findall(r'href="(.*?)"', cells)]


@pytest.fixture
def several(cast, session):
    """Accepted and done, declined, unanswered; and one of a closed episode."""
    make.make_measure(session, cast.patient, total=20, taken_on=make.days_ago(58))
    make.make_measure(session, cast.patient, total=8, taken_on=make.days_ago(3))
    done, declined, _open, _asks_nothing = advise(
        session, cast, {"text": "Done", "judge_on": make.days_ago(5)}, {"text": "Declined"}, {"text": "Open"},
        {"text": "As now", "category": "continue"}, on=40,
    )  # fmt: skip
    decide(session, done, ("delivered", 39), ("accepted", 36), ("implemented", 34))
    decide(session, declined, ("declined", 38, "Carter's blood pressure, says Dr. Lang"))
    gone = add_patient(session, cast, "Gone", status="closed", closed_on=make.days_ago(2))
    (old,) = advise(session, cast, {"text": "Late"}, on=30, episode=gone)
    decide(session, old, ("accepted", 28))
    session.commit()


def test_how_far_it_got_and_what_came_of_it(cast, sign_in, several):
    found = rows(sign_in(cast.manager).get("/loop/report"))
    assert {label: cells[0] for label, cells in found.items()} == {
        "Recommendations that want an answer": "4", "Reached the PCP": "75% 3 of 4", "Answered": "75% 3 of 4",
        "Accepted": "67% 2 of 3", "Modified": "0% 0 of 3", "Declined": "33% 1 of 3", "Deferred": "0",
        "Agreed, and the time to carry it out has passed": "2", "Done in time": "50% 1 of 2",
        "Done, and the day to judge it has come": "1", "Judged by a score": "100% 1 of 1", "Better": "100% 1 of 1",
        "Partly better": "0% 0 of 1", "Not better": "0% 0 of 1", "Worse": "0% 0 of 1",
        "To deliver": "1, 1 late", "Awaits the PCP&#39;s answer": "0", "Accepted, to be done": "1, 1 late",
        "Not done, to be decided again": "0", "Done, to be judged": "0",
        "From signing to the PCP&#39;s decision": "2 days (of 3)", "From signing until it was done": "6 days (of 1)",
        "From not improved to a changed treatment": "none yet",
        "Patients not improved eight weeks or later into treatment": "0",
        "Of them without a change of treatment since": "0 of 0",
    }  # fmt: skip


def test_every_count_leads_to_what_it_counts(cast, sign_in, several):
    client = sign_in(cast.owner)
    page = client.get("/loop/report")
    checked = 0
    for label, cells in rows(page).items():
        numbers = (
            [int(n) for n in re.findall(r"(?<!\d)\d+(?![\d%])", cells[0]) if int(n)]
            if "day" not in cells[0]
            else []
        )
        found = links(page, label) if label != "Deferred" else []
        for number, to in zip(numbers, found, strict=bool(found)):
            assert len(texts(client.get(to))) == number, (label, to)
            checked += 1
    assert checked >= 20


def test_why_advice_was_declined_names_nobody(cast, sign_in, several):
    client = sign_in(cast.manager)
    page = client.get("/loop/report")
    assert "[name] blood pressure, says Dr. [name]" in page.text
    for hidden in ("Carter", "Lang", "Ingrid", "Ortiz"):
        assert hidden not in page.text
    (to,) = re.findall(r'says Dr. \[name\]: <a href="(.*?)"', page.text)
    assert "blood" not in to
    assert texts(client.get(to.replace("&amp;", "&"))) == ["Declined"]


def test_days_and_clinic(cast, sign_in, several):
    client = sign_in(cast.manager)
    only = client.get(f"/loop/report?since={make.days_ago(30)}&until={make.days_ago(30)}")
    assert rows(only)["Recommendations that want an answer"] == ["1"]
    assert "No advice was signed in these days" in client.get(f"/loop/report?until={make.days_ago(60)}").text
    assert client.get(f"/loop/report?clinic={cast.riverside.id}").status_code == 200
    for other in (cast.hilltop.id, "here"):
        assert client.get(f"/loop/report?clinic={other}").status_code == 404


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=soon", "Not a valid date value."),
        ("since=2026-11-20&until=2026-11-01", "The first day lies after the last."),
    ],
)
def test_days_that_make_no_sense_are_told_at_the_field(cast, sign_in, several, query, sentence):
    answer = sign_in(cast.manager).get(f"/loop/report?{query}")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert rows(answer)["Recommendations that want an answer"] == ["4"], "the usual days are shown"


def test_one_column_a_clinic_and_one_for_all(cast, session, sign_in, several):
    here = {"org_id": cast.org.id, "account_id": cast.manager.id, "clinic_id": cast.hilltop.id}
    session.add(Membership(**here, role=policies.MANAGER))
    advise(session, cast, {"text": "Elsewhere"}, episode=cast.strange_episode, on=3)
    session.commit()
    client = sign_in(cast.manager)
    page = client.get("/loop/report")
    assert rows(page)["Recommendations that want an answer"] == ["1", "4", "5"]
    hilltop, riverside, everywhere = links(page, "Recommendations that want an answer")
    assert [len(texts(client.get(to))) for to in (hilltop, riverside, everywhere)] == [1, 4, 5]
    assert rows(client.get(f"/loop/report?clinic={cast.hilltop.id}"))[
        "Recommendations that want an answer"
    ] == ["1"]


def test_from_not_improved_to_a_changed_treatment(cast, session, sign_in):
    """Three patients were not better at eight weeks: one was changed after two days, one will be, one is not."""
    for name, changed in (("Fast", 1), ("Slow", -3), ("Stuck", None)):
        episode = add_patient(session, cast, name, enrolled_on=make.days_ago(60))
        patient = session.get(type(cast.patient), (cast.org.id, episode.patient_id))
        for days, total in ((60, 20), (3, 18)):
            make.make_measure(session, patient, total=total, taken_on=make.days_ago(days))
        events = [{"kind": "start", "on": make.days_ago(50), "dose_mg": 50}]
        if changed is not None:
            events.append({"kind": "change", "on": make.days_ago(changed), "dose_mg": 100})
        make.make_medication(session, patient, events=events)
    session.commit()
    client = sign_in(cast.manager)
    page = client.get("/loop/report")
    found = rows(page)
    assert found["From not improved to a changed treatment"] == ["2 days (of 1)"], (
        "what is planned has not happened"
    )
    assert found["Patients not improved eight weeks or later into treatment"] == ["3"]
    assert found["Of them without a change of treatment since"] == ["67% 2 of 3"]
    waiting, everybody = links(page, "Of them without a change of treatment since")
    listed = client.get(waiting).text
    assert "Stuck, Ann" in listed
    assert "not yet, for 3 days" in listed
    assert "never reviewed" in listed
    assert "Fast, Ann" not in listed
    assert "Nov 19, 2026, after 2 days" in client.get(everybody).text
    assert "Nobody" in client.get("/loop/unchanged?until=2026-01-01").text


def test_who_may(cast, sign_in, several):
    allowed = {"owner", "colleague", "outsider", "consultant", "manager"}
    for part, person in cast.people.items():
        for path in ("/loop/report", "/loop/unchanged", "/loop/sheet"):
            assert sign_in(person).get(path).status_code == (200 if part in allowed else 403), (part, path)
    assert "No advice was signed" in sign_in(cast.outsider).get("/loop/report").text


def test_the_trail_knows_whom_it_counted(cast, session, sign_in, several):
    sign_in(cast.manager).get("/loop/report")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "see_loop_report")).one()
    assert (event.patients, event.detail["until"]) == (2, str(TODAY))
    shown = session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)).all()
    assert cast.patient.id in shown
