"""The agenda of a review day: who is on it, asked for, set aside and put back."""

from collections.abc import Iterable
from uuid import UUID

from flask import Response, abort, flash, render_template, request, url_for

from registry.access.policies import may
from registry.consult.forms import NOT_TODAY, AskForm, SetAsideForm
from registry.consult.presenters import agenda as on_agenda
from registry.consult.queries import agenda as agendas
from registry.consult.queries import notes
from registry.consult.services import marks
from registry.consult.views.ground import Answer, blueprint, day, inside
from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import OnceForm, already_done, done


@blueprint.get("/")
@needs("run_review")
def agenda() -> str:
    """A clinic's agenda for a review day."""
    clinic_id, manager_id = request.args.get("clinic", type=UUID), request.args.get("manager", type=UUID)
    shown = agendas.agenda(db.session(), viewer(), clinic_id, day(request.args.get("on")), today())
    own = agendas.unsigned(db.session(), viewer()) if may(viewer(), "write_advice") else []
    agendas.record_read(db.session(), viewer(), shown, own)
    page = on_agenda.page(shown, manager_id, today())
    return render_template("consult/agenda.html", page=page, unsigned=own, today=today())


@blueprint.route("/ask/<uuid:episode_id>", methods=["GET", "POST"])
@needs("ask_consultant")
def ask(episode_id: UUID) -> Answer:
    """Put one patient on the agenda, with a question where there is one."""
    patient = notes.patient_of(db.session(), viewer(), episode_id, "ask_consultant")
    form = AskForm()
    back = inside(request.values.get("next")) or url_for("chart.patient", patient_id=patient.id)
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            added = marks.ask(db.session(), viewer(), episode_id, form.question.data or "", today(), now())
            return done(form, back, "On the review agenda." if added else "Already on the review agenda.")
        except marks.MarkRefused as refused:
            form.form_errors.append(str(refused))
    notes.record_read(db.session(), viewer(), "episode", episode_id, patient.id)
    page = render_template("consult/ask.html", patient=patient, form=form, back=back)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/ask")
@needs("ask_consultant")
def ask_many() -> Response:
    """Put the ticked patients on the agenda."""
    form, back = OnceForm(), inside(request.form.get("next")) or url_for(_home())
    if first := already_done(form):
        return first
    ids = _ids(request.form.getlist("episode"))
    if not ids:
        flash("Tick the patients first, then add them to the agenda.", "warning")
        return redirect(back)
    asked = marks.ask_many(db.session(), viewer(), ids, today(), now())
    return done(form, back, _asked(asked))


def _ids(texts: Iterable[str]) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(text) for text in texts))
    except ValueError:
        abort(400)


def _home() -> str:
    return "consult.agenda" if may(viewer(), "run_review") else "first_page"


def _asked(asked: marks.Asked) -> str:
    """What became of the ticked patients; no names, because the browser keeps this sentence for a moment."""
    parts = [f"{asked.added} added to the review agenda"] if asked.added else []
    parts += [f"{asked.already} on it already"] if asked.already else []
    if asked.refused:
        parts.append(f"{len(asked.refused)} not added: not enrolled, closed, or reviewed today")
    return "; ".join(parts) + "."


@blueprint.route("/set-aside/<uuid:episode_id>", methods=["GET", "POST"])
@needs("run_review")
def set_aside(episode_id: UUID) -> Answer:
    """Not today, because ..."""
    patient = notes.patient_of(db.session(), viewer(), episode_id, "run_review")
    on, form = day(request.args.get("on")) or today(), SetAsideForm()
    back = url_for("consult.agenda", clinic=patient.clinic_id, on=on)
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            marks.put_aside(db.session(), viewer(), episode_id, on, form.reason.data or "", today(), now())
            return done(form, back, "Set aside for this review day; listed below the agenda.")
        except marks.MarkRefused as refused:
            form.form_errors.append(str(refused))
    notes.record_read(db.session(), viewer(), "episode", episode_id, patient.id)
    page = render_template(
        "consult/set_aside.html", patient=patient, form=form, on=on, back=back, usual=NOT_TODAY
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/put-back/<uuid:episode_id>")
@needs("run_review")
def put_back(episode_id: UUID) -> Response:
    """Take a "not today" back."""
    patient = notes.patient_of(db.session(), viewer(), episode_id, "run_review")
    on = day(request.form.get("on")) or today()
    marks.put_back(db.session(), viewer(), episode_id, on, today(), now())
    flash("Back on the agenda.", "success")
    return redirect(url_for("consult.agenda", clinic=patient.clinic_id, on=on))
