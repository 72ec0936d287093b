"""The ledger as a file: what is listed, audited patient by patient, and never a formula."""

import csv
from io import StringIO

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, AuditPatient
from tests import factories as make
from tests.loop.advised import add_patient, advise, decide

EVIL = '=HYPERLINK("http://evil.example";"click")'


def lines(answer):
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def two(cast, session):
    (mine,) = advise(session, cast, {"text": EVIL, "judge_on": make.days_ago(-20)}, on=20)
    decide(session, mine, ("accepted", 19, "@SUM(A1)"))
    evil = add_patient(session, cast, EVIL, patient={"mrn": "+1-2"})
    advise(session, cast, {"text": "Check TSH", "category": "labs"}, on=1, episode=evil)
    session.commit()
    return mine


def test_the_lines_of_the_list(cast, sign_in, two):
    answer = sign_in(cast.owner).get("/loop/advice.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="advice-riverside-2026-11-20.csv"'
    first = lines(answer)[0]
    assert (first["MRN"], first["Stands"], first["Since"], first["Days"], first["Due"], first["Late"]) == (
        "R-1001", "Accepted, to be done", "2026-11-01", "19", "2026-11-15", "5 days late",
    )  # fmt: skip
    assert (first["Signed on"], first["Judge on"], first["Whose turn"]) == (
        "2026-10-31", "2026-12-10", "Care manager: Maria Ortiz",
    )  # fmt: skip


def test_no_cell_is_a_formula(cast, sign_in, two):
    first, second = lines(sign_in(cast.owner).get("/loop/advice.csv"))
    assert first["Recommendation"] == f"'{EVIL}"
    assert first["Last step"] == "Accepted on Nov 1, 2026: @SUM(A1)", "inside a cell it is text"
    assert (second["Family name"], second["MRN"]) == (f"'{EVIL}", "'+1-2")


def test_it_follows_filters_and_order(cast, sign_in, two):
    client = sign_in(cast.owner)
    assert [line["Category"] for line in lines(client.get("/loop/advice.csv?sort=-age"))] == [
        "Labs or monitoring", "Increase dose",
    ]  # fmt: skip
    assert len(lines(client.get("/loop/advice.csv?late=1"))) == 1
    assert lines(client.get("/loop/advice.csv?stage=judge")) == []


def test_every_patient_of_it_is_in_the_trail(cast, session, sign_in, two):
    sign_in(cast.owner).get("/loop/advice.csv?late=1")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "export_loop")).one()
    assert session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)).all() == [
        cast.patient.id
    ]
    assert event.detail == {"stage": "open", "rows": 1}


def test_who_may(cast, sign_in, two):
    assert len(lines(sign_in(cast.manager).get("/loop/advice.csv"))) == 2
    consultant = sign_in(cast.consultant)
    assert consultant.get("/loop/advice.csv").status_code == 403
    assert "advice.csv" not in consultant.get("/loop/").text
    assert lines(sign_in(cast.outsider).get("/loop/advice.csv?manager=all")) == []
