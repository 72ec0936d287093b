"""The list as a file: the current view, audited patient by patient, and never a formula."""

import csv
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.caseload.presenters.exports import HEAD, csv_file, file_name, xlsx_file
from registry.models import AuditEvent, AuditPatient
from registry.spreadsheets import harmless
from tests import factories as make
from tests.caseload.people import add_case, score
from tests.cast import Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
EVIL = '=HYPERLINK("http://evil.example";"click")'


def lines(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def two(session: Session, cast: Cast) -> Cast:
    score(session, cast.patient, 18, 60)
    score(session, cast.patient, 9, 4)
    evil = add_case(session, cast, EVIL, mrn="+1-2")
    make.make_next_action(session, evil.episode, action="@SUM(A1:A9)", due_on=date(2026, 11, 23))
    session.commit()
    return cast


def test_csv_of_the_view(sign_in: SignIn, two: Cast) -> None:
    response = sign_in(two.owner).get("/caseload/caseload.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        response.headers["Content-Disposition"] == 'attachment; filename="caseload-riverside-2026-11-20.csv"'
    )
    carter = next(line for line in lines(response.data) if line["Family name"] == "Carter")
    assert (carter["First PHQ-9"], carter["Last PHQ-9"], carter["PHQ-9 change %"]) == ("18", "9", "-50")
    assert carter["Birth date"] == "1962-03-09"


def test_the_files_follow_view_filters_and_order(sign_in: SignIn, two: Cast) -> None:
    client = sign_in(two.owner)
    names = [line["Family name"] for line in lines(client.get("/caseload/caseload.csv?sort=-name").data)]
    assert names[0] == "Carter"
    assert len(lines(client.get("/caseload/caseload.csv?q=carter").data)) == 1
    assert lines(client.get("/caseload/caseload.csv?q=nobody").data) == []


def test_csv_cells_that_begin_like_a_formula_are_made_harmless(sign_in: SignIn, two: Cast) -> None:
    line = next(
        row
        for row in lines(sign_in(two.owner).get("/caseload/caseload.csv").data)
        if "HYPERLINK" in row["Family name"]
    )
    assert line["Family name"] == f"'{EVIL}"
    assert line["MRN"] == "'+1-2"
    assert line["Next action"] == "'@SUM(A1:A9)"


def test_xlsx_has_typed_cells_and_no_formula(sign_in: SignIn, two: Cast) -> None:
    response = sign_in(two.owner).get("/caseload/caseload.xlsx")
    assert (
        response.headers["Content-Disposition"] == 'attachment; filename="caseload-riverside-2026-11-20.xlsx"'
    )
    sheet = load_workbook(BytesIO(response.data)).active
    rows = [dict(zip(HEAD, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    carter = next(row for row in rows if row["Family name"].value == "Carter")
    assert carter["Last PHQ-9"].value == 9
    assert carter["Birth date"].value == datetime(1962, 3, 9)
    evil = next(row for row in rows if "HYPERLINK" in str(row["Family name"].value))
    assert evil["Family name"].value == EVIL
    assert {cell.data_type for row in rows for cell in row.values()} <= {"s", "n", "d"}
    assert all(cell.hyperlink is None for row in rows for cell in row.values())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_patient_of_a_file_is_in_the_trail(
    sign_in: SignIn, session: Session, two: Cast, kind: str
) -> None:
    sign_in(two.owner).get(f"/caseload/caseload.{kind}?q=carter")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "export_caseload")).one()
    seen = session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)).all()
    assert seen == [two.patient.id]
    assert (event.detail["kind"], event.detail["rows"]) == (kind, 1)


def test_who_may(sign_in: SignIn, two: Cast) -> None:
    assert sign_in(two.manager).get("/caseload/caseload.csv").status_code == 200
    consultant = sign_in(two.consultant)
    assert consultant.get("/caseload/caseload.csv").status_code == 403
    assert "caseload.csv" not in consultant.get("/caseload/").text
    assert lines(sign_in(two.colleague).get("/caseload/caseload.csv").data) == []
    assert sign_in(two.owner).get("/caseload/caseload.pdf").status_code == 404


def test_the_name_of_the_file_names_clinic_and_day() -> None:
    day = date(2026, 11, 20)
    assert file_name(["Río Bravo / North"], day, "csv") == "caseload-r-o-bravo-north-2026-11-20.csv"
    assert file_name(["A", "B"], day, "csv") == "caseload-all-clinics-2026-11-20.csv"
    assert file_name([], day, "xlsx") == "caseload-no-clinic-2026-11-20.xlsx"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"), ("  =1+1", "'  =1+1"), ("\t=1", "'\t=1"), ("\nfoo", "'\nfoo"), ("＝1", "'＝1"),
        ("\ufeff=1", "'\ufeff=1"), ("-5", "'-5"), ("%x", "'%x"), ("|cmd", "'|cmd"), ("", ""), (" ", " "),
        ("Phone = best", "Phone = best"), ("O'Brien", "O'Brien"),
    ],
)  # fmt: skip
def test_what_is_made_harmless(text: str, safe: str) -> None:
    assert harmless(text) == safe


TEXTS = st.text(
    st.sampled_from("=+-@|%＝＋－＠\t\r\n \u00a0\u200b\ufeffab1'\",;") | st.characters(codec="utf-8")
)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_no_cell_of_a_csv_file_is_a_formula(cells: list[str]) -> None:
    """Whatever a cell holds, after what nobody sees the first sign begins no formula; and nothing is lost."""
    read = list(csv.reader(StringIO(csv_file([cells]).decode("utf-8-sig"), newline="")))[1]
    assert len(read) == len(cells)
    for cell, before in zip(read, cells, strict=True):
        assert cell.removeprefix("'") == before.removeprefix("'")
        begin = cell.lstrip(" \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff")
        assert not begin.startswith(tuple("=+-@|%＝＋－＠｜％\t\r\n")), repr(cell)


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_any_text_goes_into_a_workbook_as_text(cells: list[str]) -> None:
    sheet = load_workbook(BytesIO(xlsx_file([cells], "Title & more"))).active
    found = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" for cell in found)
