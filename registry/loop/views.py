"""The loop: the ledger of all advice, the code from a fax-back sheet, and the report."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from registry import spreadsheets
from registry.access.policies import may
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.extensions import db
from registry.loop import services
from registry.loop.forms import NO_SUCH_CODE, TOO_MANY, CodeForm, PeriodForm, usual_days
from registry.loop.presenters import exports, page
from registry.loop.presenters import report as on_report
from registry.loop.presenters.rows import Row, arranged, rows
from registry.loop.queries import ledger
from registry.loop.queries import report as reports
from registry.loop.queries.ledger import Line, Wanted
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect

blueprint = Blueprint("loop", __name__, url_prefix="/loop")
Answer = str | Response | tuple[str, int]


# The ledger ------------------------------------------------------------------------


@blueprint.get("/")
@needs("see_loop")
def index() -> str:
    """Every open recommendation by age and owner; with a count of the report, what it counts."""
    wanted = Wanted.read(request.args)
    found, shown = _listed(wanted)
    around = ledger.around(db.session(), viewer())
    pager = page.pager(wanted, len(shown), url_for("loop.index"))
    begin = page.begins_at(pager)
    here = shown[begin : begin + page.PAGE]
    _record_read("see_loop", wanted, [line for line, _ in here])
    return render_template(
        "loop/index.html", wanted=wanted, rows=[row for _, row in here], pager=pager, code=CodeForm(), **_frame(wanted, found),
        selects=page.selects(around, wanted, ledger.has_own(viewer())), **_table(wanted, around),
    )  # fmt: skip


def _listed(wanted: Wanted) -> tuple[list[Line], list[tuple[Line, Row]]]:
    """All lines under the filters but the stage and what is late, and those of the list in order with their rows."""
    found = ledger.lines(db.session(), viewer(), wanted, today())
    lines = ledger.in_stage(ledger.narrowed(found, wanted, today()), wanted)
    by_key = {line.given.advice.id: line for line in lines}
    return found, [
        (by_key[row.recommendation_id], row) for row in arranged(rows(lines, today()), wanted.sort)
    ]


def _frame(wanted: Wanted, found: list[Line]) -> dict[str, Any]:
    """The lines above the table."""
    here = ledger.narrowed(found, wanted, today())
    late = ledger.narrowed(found, replace(wanted, late="1"), today())
    return {
        "tabs": page.tabs(here, len(late), wanted),
        "about": page.about(wanted, ledger.day(wanted.since), ledger.day(wanted.until)),
        "has_advice": bool(found),
        "to": url_for("loop.index"),
    }


def _table(wanted: Wanted, around: ledger.Around) -> dict[str, Any]:
    """The head of the table, and where a decision leads back to."""
    shown = page.columns(around, wanted, ledger.has_own(viewer()))
    return {
        "columns": [column.key for column in shown],
        "heads": page.heads(shown, wanted, url_for("loop.index"), may(viewer(), "record_decision")),
        "sorted_by": page.sorted_by(wanted.sort),
        "back": url_for("loop.index") + wanted.query(),
    }


@blueprint.get("/advice.csv")
@needs("export_caseload")
def export() -> Response:
    """The list as a file, with every patient of it in the audit trail."""
    wanted = Wanted.read(request.args)
    _, shown = _listed(wanted)
    _record_read("export_loop", wanted, [line for line, _ in shown])
    clinics = sorted({row.clinic for _, row in shown})
    name = spreadsheets.file_name("advice", clinics, today(), "csv")
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(exports.csv_file(shown), headers=headers)


@blueprint.get("/sheet")
@needs("see_loop")
def sheet() -> str:
    """The list to print: whose turn it is, one after the other."""
    wanted = Wanted.read(request.args)
    _, shown = _listed(wanted)
    _record_read("print_loop", wanted, [line for line, _ in shown])
    groups = exports.by_owner(exports.to_leave(line, row) for line, row in shown)
    about = page.about(wanted, ledger.day(wanted.since), ledger.day(wanted.until))
    return render_template(
        "loop/sheet.html", groups=groups, wanted=wanted, today=today(), total=len(shown), about=about
    )


def _record_read(action: str, wanted: Wanted, shown: Sequence[Line]) -> None:
    detail = {"stage": wanted.stage or "open", "rows": len(shown)}
    ledger.record_read(db.session(), viewer(), action, shown, detail)


# The code from a fax-back sheet -----------------------------------------------------


@blueprint.route("/find", methods=["GET", "POST"])
@needs("record_decision")
def find() -> Answer:
    """A code leads to the recommendation to decide; posted, so that it stands in no address."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            if found := services.find(db.session(), viewer(), form.code.data or "", now()):
                return redirect(url_for("consult.decide", recommendation_id=found))
            form.code.errors = [NO_SUCH_CODE]
        except services.TooManyGuesses:
            form.code.errors = [TOO_MANY]
    if not form.is_submitted():
        services.note_tried(db.session(), viewer(), "form")
    return render_template("loop/find.html", form=form), 422 if form.is_submitted() else 200


# The report ------------------------------------------------------------------------


@blueprint.get("/report")
@needs("see_loop")
def report() -> Answer:
    """How far advice got, what came of it, how long it took and where the chain breaks, clinic by clinic."""
    form, period = _asked()
    told = reports.told(db.session(), viewer(), period, today())
    reports.record_read(db.session(), viewer(), "see_loop_report", told, period)
    wanted = Wanted(manager=ledger.EVERYBODY, since=str(period.since), until=str(period.until))
    html = render_template(
        "loop/report.html", form=form, period=period, report=on_report.report(told, wanted, today()), today=today(),
        clinics=ledger.around(db.session(), viewer()).clinics, within=DEFAULT_PROTOCOL.done_within.value,
    )  # fmt: skip
    return html, 422 if form.errors else 200


@blueprint.get("/unchanged")
@needs("see_loop")
def unchanged() -> Answer:
    """Who was not improved, and is without a change of treatment since; or everybody who was not improved."""
    form, period = _asked()
    told, everybody = reports.told(db.session(), viewer(), period, today()), request.args.get("show") == "all"
    reports.record_read(db.session(), viewer(), "see_unchanged", told, period)
    html = render_template(
        "loop/unchanged.html", period=period, everybody=everybody,
        patients=on_report.patients(told.not_improved, everybody, today()),
    )  # fmt: skip
    return html, 422 if form.errors else 200


def _asked() -> tuple[PeriodForm, reports.Period]:
    """The days and the clinic of the address; with days that make no sense, the usual ones and what is wrong."""
    form = PeriodForm(request.args)
    days = form.days if form.is_sound() else usual_days()
    clinic = request.args.get("clinic", "")
    period = reports.Period(*days, ledger.as_id(clinic) if clinic else None)
    if not form.errors:
        form.since.data, form.until.data = days
    return form, period
