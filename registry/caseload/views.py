"""The caseload: the list with its filters, the peek, the next action of a row, own views, files to take away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from registry.caseload import queries, services
from registry.caseload.forms import ACTIONS, ConfirmForm, NextActionForm, SavedViewForm
from registry.caseload.presenters import bars, columns, exports
from registry.caseload.presenters.peek import Peek
from registry.caseload.presenters.peek import peek as peek_of
from registry.caseload.presenters.rows import Row, row, rows
from registry.caseload.queries import Entry, Wanted
from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.past import look, seen_on
from registry.web.redirects import redirect
from registry.web.transaction import already_done, done, new_token

blueprint = Blueprint("caseload", __name__, url_prefix="/caseload")

NOBODY = UUID(int=0)
PAGE = 200
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that each row completes with a key: asked for once a page, not six times a row."""

    index: str
    chart: str
    record: str
    peek: str
    next_action: str
    row: str
    query: str
    back: str
    """What the chart's address ends with, where one looks back."""
    own: UUID | None
    """Whose list it is, where it is one's own: the patients of whom one covers are marked in it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A view of the list: its rows in order, and the counts of all views under the same filters."""

    entries: list[Entry]
    narrowed: list[Entry]
    rows: list[Row]
    counts: dict[str, int]


@blueprint.get("/")
@needs("see_caseload")
def index() -> Response | str:
    """The whole page; for the live filter only the views and the table."""
    wanted, session = Wanted.read(request.args), db.session()
    found = _listed(wanted)
    shown = _page_of(found.rows, wanted)
    open_peek = _open_peek(found.entries, wanted)
    seen = [line.patient_id for line in shown] + ([open_peek.patient_id] if open_peek else [])
    detail = {"view": wanted.view or "all", "rows": len(shown), **_back()}
    around = queries.around(session, viewer())
    services.note_shown(session, viewer(), "see_caseload", seen, detail)
    page = _frame(wanted, around, found, shown)
    if not _is_fragment():
        return render_template("caseload/index.html", **page, peek=open_peek)
    answer = make_response(render_template("caseload/_list.html", **page, peek=None))
    answer.headers["HX-Push-Url"] = url_for("caseload.index") + wanted.query(peek="")
    return answer


def _listed(wanted: Wanted) -> Listed:
    entries = queries.entries(db.session(), viewer(), wanted, _look())
    narrowed = queries.narrowed(entries, wanted)
    by_view = {view: queries.in_view(narrowed, view, wanted) for view in bars.VIEW_LABELS}
    lines = columns.arranged(rows(by_view[wanted.view or "all"], seen_on()), wanted.sort)
    return Listed(entries, narrowed, lines, {view: len(found) for view, found in by_view.items()})


def _look() -> queries.Look:
    """The day of the list: today, or the one that has passed."""
    return queries.Look(seen_on(), today())


def _back() -> dict[str, str]:
    """What the trail says of a look back."""
    return {"as_of": seen_on().isoformat()} if _look().is_back else {}


def _page_of(lines: list[Row], wanted: Wanted) -> list[Row]:
    begin = (_number(wanted) - 1) * PAGE
    return lines[begin : begin + PAGE]


def _number(wanted: Wanted) -> int:
    return max(1, int(wanted.page)) if wanted.page.isdecimal() else 1


def _open_peek(entries: Sequence[Entry], wanted: Wanted) -> Peek | None:
    if not wanted.peek:
        return None
    key = queries.as_id(wanted.peek)
    found = next((e for e in entries if e.subject.episode_id == key), None)
    return peek_of(found or queries.entry(db.session(), viewer(), key, _look()), seen_on())


def _frame(wanted: Wanted, around: queries.Around, found: Listed, shown: list[Row]) -> dict[str, Any]:
    """What the list's templates need."""
    own_list = queries.has_own_list(viewer())
    to = _links(wanted)
    return {
        "wanted": wanted,
        "to": to,
        "title": bars.title(around, wanted, own_list),
        "tabs": bars.tabs(found.counts, wanted),
        "saved": bars.saved_tabs(around.views, wanted),
        "selects": bars.selects(found.entries, around, wanted, own_list),
        "heads": columns.heads(wanted, to.index, _look().is_back),
        "sorted_by": columns.sorted_by(wanted.sort),
        "rows": shown,
        "total": len(found.rows),
        "has_patients": bool(found.entries),
        "pager": _pager(wanted, len(found.rows), to.index),
        "once": new_token(),
        "actions": ACTIONS,
        "latest": today(),
        **look(seen_on()),
    }


def _links(wanted: Wanted) -> Links:
    return Links(
        index=url_for("caseload.index"),
        chart=_begin(url_for("chart.patient", patient_id=NOBODY)),
        record=_begin(url_for("contacts.record", patient_id=NOBODY)),
        peek=_begin(url_for("caseload.peek", episode_id=NOBODY)),
        next_action=_begin(url_for("caseload.next_action", episode_id=NOBODY)),
        row=_begin(url_for("caseload.show_row", episode_id=NOBODY)),
        query=wanted.query(peek=""),
        back=f"?as_of={wanted.as_of}" if wanted.as_of else "",
        own=viewer().account_id if queries.has_own_list(viewer()) and not wanted.manager else None,
    )


def _begin(address: str) -> str:
    """The address of no row, without its key."""
    return address.removesuffix(str(NOBODY))


def _pager(wanted: Wanted, total: int, index: str) -> dict[str, Any]:
    pages, number = max(1, -(-total // PAGE)), _number(wanted)
    before = index + wanted.query(page=str(number - 1)) if number > 1 else ""
    after = index + wanted.query(page=str(number + 1)) if number < pages else ""
    return {"number": number, "pages": pages, "total": total, "previous_url": before, "next_url": after}


def _is_fragment() -> bool:
    """A swap was asked for; a page that the browser restores is a whole page."""
    asked = request.headers.get("HX-Request") == "true"
    return asked and request.headers.get("HX-History-Restore-Request") != "true"


@blueprint.get("/peek/<uuid:episode_id>")
@needs("see_caseload")
def peek(episode_id: UUID) -> Response:
    """The panel at the side; asked for as a page, the list with the panel open."""
    wanted = replace(Wanted.read(request.args), peek=str(episode_id))
    address = url_for("caseload.index") + wanted.query()
    if not _is_fragment():
        return redirect(address)
    found = queries.entry(db.session(), viewer(), episode_id, _look())
    services.note_shown(db.session(), viewer(), "peek", [found.subject.patient_id], _back())
    panel = peek_of(found, seen_on())
    answer = make_response(
        render_template(
            "caseload/_peek.html", peek=panel, to=_links(wanted), wanted=wanted, **look(seen_on())
        )
    )
    answer.headers["HX-Push-Url"] = address
    return answer


@blueprint.get("/row/<uuid:episode_id>")
@needs("see_caseload")
def show_row(episode_id: UUID) -> Response | str:
    """One row as it stands now; asked for as a page, the list."""
    wanted = Wanted.read(request.args)
    if not _is_fragment():
        return redirect(url_for("caseload.index") + wanted.query())
    found = queries.entry(db.session(), viewer(), episode_id, _look())
    services.note_shown(db.session(), viewer(), "see_row", [found.subject.patient_id])
    return render_template(
        "caseload/_one_row.html",
        line=row(found, seen_on()),
        to=_links(wanted),
        wanted=wanted,
        **look(seen_on()),
    )


@blueprint.get("/waiting")
@needs("run_episode")
def waiting() -> Response | str:
    """How many are referred or eligible and not in the list yet: asked for by the page once it stands."""
    if not _is_fragment():
        return redirect(url_for("patients.index"))
    services.note_shown(db.session(), viewer(), "count_waiting", [])
    return render_template("caseload/_waiting.html", waiting=queries.waiting(db.session(), viewer(), today()))


@blueprint.route("/next/<uuid:episode_id>", methods=["GET", "POST"])
@needs("record_contact")
def next_action(episode_id: UUID) -> Response | str | tuple[str, int]:
    """What happens next and by when: edited in the row, or on a page of its own."""
    form = NextActionForm()
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            return _set_next_action(form, episode_id)
        except services.Changed:
            db.session.rollback()
            return _edit(form, episode_id, conflict=True), 409
    return _edit(form, episode_id), 422 if form.is_submitted() else 200


def _set_next_action(form: NextActionForm, episode_id: UUID) -> Response:
    planned = services.Planned(form.next_action.data or "", form.due_on.data, form.version.data or 0)  # type: ignore[arg-type]
    services.set_next_action(db.session(), viewer(), episode_id, planned, now())
    query = Wanted.read(request.args).query()
    if _is_fragment():
        return done(form, url_for("caseload.show_row", episode_id=episode_id) + query)
    return done(form, url_for("caseload.index") + query, "Next action saved.")


def _edit(form: NextActionForm, episode_id: UUID, conflict: bool = False) -> str:
    """The form with what stands, or, after a refusal, with what was typed."""
    found = queries.entry(db.session(), viewer(), episode_id, queries.Look(today(), today()))
    step = queries.next_step(db.session(), viewer(), episode_id)
    services.note_shown(db.session(), viewer(), "edit_next_action", [found.subject.patient_id])
    if not form.is_submitted():
        form.next_action.data, form.due_on.data = step.action, step.due_on
        form.version.data = step.version
    if conflict:
        form.version.data, form.once.data = step.version, new_token()
        form.version.raw_data = None  # the field would show the version that was sent
    for field in (form.next_action, form.due_on):
        field.id = f"{field.name}-{episode_id}"
    wanted = Wanted.read(request.args)
    template = "caseload/_edit_row.html" if _is_fragment() else "caseload/next_action.html"
    return render_template(
        template, form=form, line=row(found, today()), theirs=step if conflict else None, to=_links(wanted),
        wanted=wanted, actions=ACTIONS, span=len(columns.COLUMNS) - 1,
    )  # fmt: skip


@blueprint.get("/caseload.<kind>")
@needs("export_caseload")
def export(kind: str) -> Response:
    """The view as a file, with every patient of it in the audit trail."""
    if kind not in KINDS:
        abort(404)
    wanted = Wanted.read(request.args)
    found = _listed(wanted)
    by_id = {entry.subject.episode_id: entry for entry in found.narrowed}
    leaving = [queries.leaving(by_id[line.episode_id]) for line in found.rows]
    lines = [
        exports.record(entry, row(entry, seen_on()) if withheld else line, withheld)
        for line, (entry, withheld) in zip(found.rows, leaving, strict=True)
    ]
    shown = [line.patient_id for line in found.rows]
    clinics = sorted({by_id[line.episode_id].subject.clinic for line in found.rows})
    detail = {"kind": kind, "view": wanted.view or "all", "rows": len(lines), **_back()}
    if withheld := sum(one.withheld for one in leaving):
        detail["withheld"] = withheld
    services.note_shown(db.session(), viewer(), "export_caseload", shown, detail)
    title = f"Caseload, {', '.join(clinics)}, {seen_on().isoformat()}"
    content = exports.csv_file(lines) if kind == "csv" else exports.xlsx_file(lines, title)
    name = exports.file_name(clinics, seen_on(), kind)
    return Response(
        content,
        headers={"Content-Type": KINDS[kind], "Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.route("/views/new", methods=["GET", "POST"])
@needs("see_caseload")
def save_view() -> Response | str | tuple[str, int]:
    """Keep the filters of now under a name."""
    wanted, form = Wanted.read(request.args), SavedViewForm()
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            services.save_view(db.session(), viewer(), form.name.data or "", wanted.kept())
        except services.NameTaken as taken:
            form.name.errors = [str(taken)]
        else:
            return done(form, url_for("caseload.index") + wanted.kept(), "View saved.")
    return _view_page(form, "caseload/save_view.html", wanted=wanted)


@blueprint.route("/views/<uuid:view_id>", methods=["GET", "POST"])
@needs("see_caseload")
def saved_view(view_id: UUID) -> Response | str | tuple[str, int]:
    """Rename one's own view; the way to delete it."""
    view = queries.saved_view(db.session(), viewer(), view_id)
    form = SavedViewForm(obj=view)
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            services.rename_view(db.session(), viewer(), view_id, form.name.data or "")
        except services.NameTaken as taken:
            form.name.errors = [str(taken)]
        else:
            return done(form, url_for("caseload.index") + view.query, "View renamed.")
    return _view_page(form, "caseload/saved_view.html", view=view)


@blueprint.route("/views/<uuid:view_id>/delete", methods=["GET", "POST"])
@needs("see_caseload")
def delete_view(view_id: UUID) -> Response | str | tuple[str, int]:
    """Delete one's own view, after asking once more."""
    form = ConfirmForm()
    if form.is_submitted() and (first := already_done(form)):
        return first
    view = queries.saved_view(db.session(), viewer(), view_id)
    if form.validate_on_submit():
        services.delete_view(db.session(), viewer(), view_id)
        return done(form, url_for("caseload.index"), "View deleted.")
    return _view_page(form, "caseload/delete_view.html", view=view)


def _view_page(form: SavedViewForm | ConfirmForm, template: str, **values: Any) -> str | tuple[str, int]:
    services.note_shown(db.session(), viewer(), "own_views", [])
    return render_template(template, form=form, **values), 422 if form.is_submitted() else 200
