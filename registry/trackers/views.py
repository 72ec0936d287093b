"""Trackers: what is followed, one of them with its days, recording and correcting, the sleep log on paper."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for

from registry.clinical.plan_labels import LANGUAGES, label_note
from registry.clinical.trackers import GOAL, KINDS, RATED, SLEEP
from registry.documents import DocumentsUnavailable
from registry.documents.sleep import sleep_log_pdf
from registry.documents.values import Printing
from registry.extensions import db
from registry.trackers import presenters, queries, services
from registry.trackers.forms import ChangeTrackerForm, CorrectEntryForm, EntryForm, TrackerForm
from registry.trackers.queries import Followed
from registry.web.guards import local_now, needs, now, today, viewer
from registry.web.transaction import already_done, done, release

blueprint = Blueprint("trackers", __name__, url_prefix="/trackers")
Page = str | Response | tuple[str, int]


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def index(patient_id: UUID) -> str:
    """Everything that the patient follows, with its charts."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    found = queries.followed(db.session(), viewer(), patient_id)
    queries.note_read(db.session(), viewer(), "list_trackers", patient_id)
    views = [presenters.view(one, today()) for one in found]
    return render_template("trackers/index.html", patient=patient, trackers=views, kinds=KINDS)


@blueprint.route("/new/<uuid:patient_id>", methods=["GET", "POST"])
@needs("record_contact")
def new(patient_id: UUID) -> Page:
    """Begin to follow something."""
    patient = queries.patient(db.session(), viewer(), patient_id, queries.WRITE)
    kind = request.args.get("kind", GOAL)
    form = TrackerForm(data={"kind": kind if kind in KINDS else GOAL, "started_on": today()})
    form.birth_date = patient.birth_date
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        row = services.start_tracker(db.session(), viewer(), patient_id, form.told(), now())
        return done(form, url_for("trackers.show", tracker_id=row.id), "Tracker started.")
    return _edit_page(patient, form, 422 if form.is_submitted() else 200)


def _edit_page(patient: Any, form: TrackerForm, status: int, tracker: Any = None) -> tuple[str, int]:
    """The form of a tracker that is to begin, or of one that is said anew."""
    conflict = _conflict(form, tracker, status) if isinstance(form, ChangeTrackerForm) else None
    seen = [tracker.id] if tracker else []
    queries.note_read(db.session(), viewer(), "open_tracker_form", patient.id, *seen)
    return render_template(
        "trackers/edit.html",
        patient=patient,
        form=form,
        tracker=tracker,
        conflict=conflict,
        kinds=KINDS,
        rated=RATED,
        today=today(),
    ), status


@blueprint.get("/of/<uuid:tracker_id>")
@needs("see_chart")
def show(tracker_id: UUID) -> Page:
    """One tracker: its chart and every day."""
    return _tracker_page(tracker_id, None)


@blueprint.route("/record/<uuid:tracker_id>", methods=["GET", "POST"])
@needs("record_contact")
def record(tracker_id: UUID) -> Page:
    """The same page with the form of a day."""
    _, tracker = queries.tracker(db.session(), viewer(), tracker_id, queries.WRITE)
    form = EntryForm(data={"on": today()})
    form.ask(tracker.kind)
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            services.record_day(db.session(), viewer(), tracker_id, form.day(), now())
        except services.TrackerRefused as refused:
            form.on.errors = [str(refused)]
        else:
            return done(form, url_for("trackers.record", tracker_id=tracker_id), "Recorded.")
    return _tracker_page(tracker_id, form)


def _tracker_page(tracker_id: UUID, form: EntryForm | None) -> Page:
    patient, tracker = queries.tracker(db.session(), viewer(), tracker_id)
    found = queries.entries(db.session(), viewer(), tracker_id)
    counted = Followed(tracker, [row for row, _ in found if not row.in_error])
    queries.note_read(db.session(), viewer(), "open_tracker", patient.id, tracker_id)
    page = render_template(
        "trackers/show.html", patient=patient, tracker=presenters.view(counted, today()), form=form,
        rows=presenters.rows(found), is_sleep=tracker.kind == SLEEP, unit=KINDS[tracker.kind].unit, today=today(),
        languages=LANGUAGES, note=label_note() if tracker.kind == SLEEP else "",
    )  # fmt: skip
    return page, 422 if form and form.is_submitted() else 200


@blueprint.route("/change/<uuid:tracker_id>", methods=["GET", "POST"])
@needs("record_contact")
def change(tracker_id: UUID) -> Page:
    """Say a tracker anew, end it, or take it back."""
    patient, tracker = queries.tracker(db.session(), viewer(), tracker_id, queries.WRITE)
    form = ChangeTrackerForm(obj=tracker)
    form.birth_date, form.kind.data = patient.birth_date, tracker.kind
    if first := form.is_submitted() and already_done(form):
        return first
    if not form.validate_on_submit():
        return _edit_page(patient, form, 422 if form.is_submitted() else 200, tracker)
    asked = services.Change(form.version.data or 0, bool(form.in_error.data), form.reason.data or "")
    try:
        changed = services.change_tracker(db.session(), viewer(), tracker_id, form.told(), asked, now())
    except services.Changed:
        db.session.rollback()
        patient, tracker = queries.tracker(db.session(), viewer(), tracker_id, queries.WRITE)
        return _edit_page(patient, form, 409, tracker)
    if not changed:
        form.reason.errors = ["Nothing was changed."]
        return _edit_page(patient, form, 422, tracker)
    return done(form, url_for("trackers.index", patient_id=patient.id), "Tracker changed.")


@blueprint.route("/correct/<uuid:entry_id>", methods=["GET", "POST"])
@needs("record_contact")
def correct(entry_id: UUID) -> Page:
    """A day as it should have been recorded."""
    patient, tracker, entry = queries.entry(db.session(), viewer(), entry_id)
    form = CorrectEntryForm(obj=entry, data={"quality": str(entry.quality or "")})
    form.ask(tracker.kind)
    if request.method == "GET":
        form.quality.data = str(entry.quality or "")
        return _entry_page(patient, tracker, entry, form, 200)
    if first := already_done(form):
        return first
    if not form.validate():
        return _entry_page(patient, tracker, entry, form, 422)
    asked = services.Change(form.version.data or 0, bool(form.in_error.data), form.reason.data or "")
    try:
        changed = services.correct_day(db.session(), viewer(), entry_id, form.day(), asked, now())
    except services.TrackerRefused as refused:
        form.on.errors = [str(refused)]
        return _entry_page(patient, tracker, entry, form, 422)
    except services.Changed:
        db.session.rollback()
        return _entry_page(*queries.entry(db.session(), viewer(), entry_id), form, 409)
    if not changed:
        form.reason.errors = ["Nothing was changed."]
        return _entry_page(patient, tracker, entry, form, 422)
    return done(
        form, url_for("trackers.show", tracker_id=tracker.id), "Corrected. What stood before is kept."
    )


def _entry_page(
    patient: Any, tracker: Any, entry: Any, form: CorrectEntryForm, status: int
) -> tuple[str, int]:
    conflict = _conflict(form, entry, status)
    queries.note_read(db.session(), viewer(), "open_tracker_day", patient.id, entry.id)
    return render_template(
        "trackers/correct.html", patient=patient, tracker=tracker, entry=entry, form=form, conflict=conflict,
        is_sleep=tracker.kind == SLEEP, today=today(),
    ), status  # fmt: skip


def _conflict(form: Any, row: Any, status: int) -> list[tuple[str, str, str]]:
    """Somebody saved it meanwhile: both versions, and the next save writes over it knowingly."""
    if status != 409:
        return []
    form.version.data, form.version.raw_data = row.version, None
    sent = {name: field.data for name, field in form._fields.items() if hasattr(row, name)}
    return presenters.compared({name: value for name, value in sent.items() if name != "version"}, row)


@blueprint.get("/sleep-log/<uuid:tracker_id>")
@needs("see_chart")
def sleep_log(tracker_id: UUID) -> Page:
    """The latest nights on one page, under labels in English or Spanish."""
    patient, tracker = queries.tracker(db.session(), viewer(), tracker_id)
    if tracker.kind != SLEEP:
        abort(404)
    found = [row for row, _ in queries.entries(db.session(), viewer(), tracker_id) if not row.in_error]
    queries.note_read(db.session(), viewer(), "print_sleep_log", patient.id, tracker_id)
    language = request.args.get("language", patient.language or "en")
    printing = Printing(queries.clinic_name(db.session(), patient), local_now(), viewer().name, today())
    log = presenters.sleep_log(Followed(tracker, found), patient, language, printing)
    release()
    try:
        pdf = sleep_log_pdf(log)
    except DocumentsUnavailable as problem:
        return render_template("printing/unavailable.html", sentence=str(problem), patient_id=patient.id), 503
    return send_file(
        BytesIO(pdf.bytes), mimetype="application/pdf", download_name=f"sleep-log-{today()}.pdf", max_age=0
    )
