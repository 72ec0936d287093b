"""Scores: the table of all of them, entering one outside a contact, correcting one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, render_template, request, url_for

from registry.clinical.instruments import (
    INSTRUMENTS,
    Instrument,
    depression_form,
    language_for,
    language_read,
)
from registry.clinical.integrity import Patient as Whom
from registry.extensions import db
from registry.measures import presenters, queries, services
from registry.measures.forms import AddFields, CorrectFields, Limits, add_form, correct_form
from registry.web.fields import texts
from registry.web.guards import needs, now, today, viewer
from registry.web.risk import still_open
from registry.web.transaction import already_done, done

blueprint = Blueprint("measures", __name__, url_prefix="/measures")

Page = str | Response | tuple[str, int]


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def index(patient_id: UUID) -> str:
    session, who = db.session(), viewer()
    patient = queries.patient(session, who, patient_id, "see_chart")
    corrections = queries.corrections(session, who, patient_id)
    found = queries.scores(session, who, patient_id)
    standing = queries.standing(session, who, patient, today(), "see_chart")
    about = _about(patient, [row for row, _ in found])
    rows = [
        presenters.score_row(row, name, about, corrections.get(row.id, []), queries.facts(row))
        for row, name in found
    ]
    queries.note_read(session, who, patient_id, "list_measures")
    return render_template(
        "measures/index.html", patient=patient, rows=rows, open_scores=standing.open_ids, today=today(),
        cuts=presenters.cuts_of(row.instrument for row, _ in found),
    )  # fmt: skip


def _about(patient: Any, measures: list[Any]) -> presenters.About:
    scores = [queries.facts(row) for row in measures if not row.in_error]
    return presenters.About(Whom(patient.birth_date, patient.sex), today(), scores)


@blueprint.route("/add/<uuid:patient_id>", methods=["GET", "POST"])
@needs("record_contact")
def add(patient_id: UUID) -> Page:
    patient = queries.patient(db.session(), viewer(), patient_id)
    kind = _asked_for(request.args.get("instrument") or depression_form(patient.birth_date, today()))
    by_item = queries.by_item(db.session(), viewer(), kind, today())
    text = language_for(kind.name, request.args.get("text") or patient.language)
    spoken = language_read(kind.name, text if by_item else "", patient.language)
    form = add_form(kind.name, by_item, text)(data={"taken_on": today(), "language": spoken})
    form.limits = Limits(today(), patient.birth_date)
    form.offer_language(patient.language, text)
    asked: list[str] = []
    if request.method == "POST":
        if first := already_done(form):
            return first
        if form.validate():
            taken = services.Taken(form.filled(), form.taken())
            doubts = services.doubts(db.session(), viewer(), patient, taken, today())
            asked = presenters.before_saving(doubts)
            if form.has_seen(presenters.mark(asked)):
                return _add(patient, form, taken, presenters.to_do(doubts))
    queries.note_read(db.session(), viewer(), patient_id, "open_measure_form")
    page = render_template(
        "measures/add.html",
        form=form,
        patient=patient,
        offered=presenters.offered(patient.birth_date, today()),
        chosen=kind.name,
        texts=texts(kind.name) if by_item else [],
        text=text,
        scoring=presenters.scoring(kind),
        usual=presenters.usual(patient.birth_date, today()),
        asked=asked,
        today=today(),
    )
    return page, 422 if form.errors or asked else 200


def _asked_for(name: str) -> Instrument:
    """The instrument by its name; one that is recorded elsewhere, or nowhere, is not there."""
    kind = INSTRUMENTS.get(name)
    if kind is None or kind.entry == "elsewhere":
        abort(404)
    return kind


def _add(patient: Any, form: AddFields, taken: services.Taken, to_do: str) -> Response:
    services.add_measure(db.session(), viewer(), patient.id, taken, today(), now())
    standing = queries.standing(db.session(), viewer(), patient, today())
    title = form.score_form.instrument.title
    if alarm := still_open(standing.facts, standing.protocol, today()):
        flash(alarm, "danger")
    if to_do:
        flash(f"{title}: {to_do}", "warn")
    return done(form, url_for("measures.index", patient_id=patient.id), f"{title} saved.")


@blueprint.route("/correct/<uuid:measure_id>", methods=["GET", "POST"])
@needs("record_contact")
def correct(measure_id: UUID) -> Page:
    measure, patient = queries.measure(db.session(), viewer(), measure_id)
    kind = _asked_for(measure.instrument)
    by_item = measure.answered is not None or queries.by_item(db.session(), viewer(), kind, today())
    text = language_for(measure.instrument, measure.language)
    form = correct_form(measure.instrument, by_item, text)(obj=measure)
    form.limits = Limits(today(), patient.birth_date)
    form.offer_language(measure.language, text)
    if request.method == "GET":
        _show(form, measure)
        return _correct_page(measure_id, form)
    if first := already_done(form):
        return first
    if not form.validate():
        return _correct_page(measure_id, form, 422)
    taken = services.Taken(form.filled(), form.taken())
    if asked := _asked(form, taken, patient, measure_id):
        return _correct_page(measure_id, form, 422, asked=asked)
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


def _show(form: CorrectFields, measure: Any) -> None:
    """Fill the form with what stands on record."""
    bare = measure.answered is None
    form.score_form.fill(None if bare else measure.items, measure.declined)
    form.score_form.fill_extras(measure.extras)
    total = measure.total if bare else None
    form.score_form.show_total(
        total, measure.source_note, measure.items if bare else None, measure.item9 if bare else None
    )


def _asked(form: CorrectFields, taken: services.Taken, patient: Any, measure_id: UUID) -> list[str]:
    """What is asked about before the correction is saved; nothing of a score that is taken back."""
    if form.in_error.data:
        return []
    doubts = services.doubts(db.session(), viewer(), patient, taken, today(), measure_id)
    asked = presenters.before_saving(doubts)
    return [] if form.has_seen(presenters.mark(asked)) else asked


def _changed_meanwhile(measure_id: UUID, form: CorrectFields) -> Page:
    """Somebody corrected it meanwhile: show both; the next save overwrites knowingly."""
    db.session.rollback()
    measure, patient = queries.measure(db.session(), viewer(), measure_id)
    form.version.data, form.version.raw_data = measure.version, None
    yours = services.values(services.Taken(form.filled(), form.taken()), measure) | {
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
        row=presenters.score_row(
            measure,
            queries.entered_by(session, measure),
            _about(patient, []),
            corrections,
            queries.facts(measure),
        ),
        recorded_at=measure.recorded_at,
        today=today(),
        **more,
    )
    return page, status
