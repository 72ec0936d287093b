"""Scores: the table of all of them, entering one outside a contact, correcting one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for

from registry.clinical.instruments import depression_form
from registry.extensions import db
from registry.measures import presenters, queries, services
from registry.measures.forms import AddFields, CorrectFields, Limits, add_form, correct_form
from registry.web.guards import needs, now, today, viewer
from registry.web.transaction import already_done, done

blueprint = Blueprint("measures", __name__, url_prefix="/measures")

Page = str | Response | tuple[str, int]


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def index(patient_id: UUID) -> str:
    session, who = db.session(), viewer()
    patient = queries.patient(session, who, patient_id, "see_chart")
    corrections = queries.corrections(session, who, patient_id)
    rows = [
        presenters.score_row(measure, name, patient.sex, corrections.get(measure.id, []))
        for measure, name in queries.scores(session, who, patient_id)
    ]
    queries.note_read(session, who, patient_id, "list_measures")
    return render_template("measures/index.html", patient=patient, rows=rows)


@blueprint.route("/add/<uuid:patient_id>", methods=["GET", "POST"])
@needs("record_contact")
def add(patient_id: UUID) -> Page:
    patient = queries.patient(db.session(), viewer(), patient_id)
    offered = presenters.offered(patient.birth_date, today())
    instrument = request.args.get("instrument") or depression_form(patient.birth_date, today())
    if instrument not in dict(offered):
        abort(404)
    form = add_form(instrument)(data={"taken_on": today(), "language": patient.language})
    form.limits = Limits(today(), patient.birth_date)
    form.offer_language(patient.language)
    if request.method == "POST":
        if first := already_done(form):
            return first
        if form.validate():
            return _add(patient_id, form)
    queries.note_read(db.session(), viewer(), patient_id, "open_measure_form")
    page = render_template(
        "measures/add.html", form=form, patient=patient, offered=offered, chosen=instrument, today=today()
    )
    return page, 422 if form.errors else 200


def _add(patient_id: UUID, form: AddFields) -> Response:
    taken = services.Taken(form.filled(), form.taken())
    services.add_measure(db.session(), viewer(), patient_id, taken, today(), now())
    title = form.score_form.instrument.title
    return done(form, url_for("measures.index", patient_id=patient_id), f"{title} saved.")


@blueprint.route("/correct/<uuid:measure_id>", methods=["GET", "POST"])
@needs("record_contact")
def correct(measure_id: UUID) -> Page:
    measure, patient = queries.measure(db.session(), viewer(), measure_id)
    form = correct_form(measure.instrument)(obj=measure)
    form.limits = Limits(today(), patient.birth_date)
    form.offer_language(measure.language)
    if request.method == "GET":
        form.score_form.fill(measure.items, measure.declined)
        form.score_form.show_total(measure.total if measure.items is None else None, measure.source_note)
        return _correct_page(measure_id, form)
    if first := already_done(form):
        return first
    if not form.validate():
        return _correct_page(measure_id, form, 422)
    taken = services.Taken(form.filled(), form.taken())
    change = services.Change(form.version.data or 0, taken, bool(form.in_error.data), form.reason.data or "")
    try:
        changed = services.correct_measure(db.session(), viewer(), measure_id, change, now())
    except services.Changed:
        return _changed_meanwhile(measure_id, form)
    if not changed:
        form.reason.errors = ["Nothing was changed."]
        return _correct_page(measure_id, form, 422)
    return done(
        form, url_for("measures.index", patient_id=patient.id), "Score corrected. What stood before is kept."
    )


def _changed_meanwhile(measure_id: UUID, form: CorrectFields) -> Page:
    """Somebody corrected it meanwhile: show both; the next save overwrites knowingly."""
    db.session.rollback()
    measure, patient = queries.measure(db.session(), viewer(), measure_id)
    form.version.data, form.version.raw_data = measure.version, None
    yours = services.values(services.Taken(form.filled(), form.taken())) | {
        "in_error": bool(form.in_error.data)
    }
    rows = presenters.compared(yours, {name: getattr(measure, name) for name in yours})
    last = queries.corrections(db.session(), viewer(), patient.id).get(measure_id, [])
    return _correct_page(measure_id, form, 409, conflict=rows, conflict_by=last[0][1] if last else "Somebody")


def _correct_page(measure_id: UUID, form: CorrectFields, status: int = 200, **more: Any) -> tuple[str, int]:
    session, who = db.session(), viewer()
    measure, patient = queries.measure(session, who, measure_id)
    corrections = queries.corrections(session, who, patient.id).get(measure_id, [])
    queries.note_read(session, who, patient.id, "open_measure", measure_id)
    page = render_template(
        "measures/correct.html",
        form=form,
        patient=patient,
        row=presenters.score_row(measure, queries.entered_by(session, measure), patient.sex, corrections),
        recorded_at=measure.recorded_at,
        today=today(),
        **more,
    )
    return page, status
