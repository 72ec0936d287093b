"""Find, add and correct patients; who is eligible; a PCP's panel."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from registry.access import scope
from registry.extensions import db
from registry.patients import presenters, queries, services
from registry.patients.forms import CorrectionForm, CoverageForm, EndCoverageForm, PatientForm
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import Changed, already_done, done

blueprint = Blueprint("patients", __name__, url_prefix="/patients")
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@needs("see_chart")
def index() -> str:
    """Everybody in scope by name, a page at a time."""
    page = max(request.args.get("page", 1, type=int), 1)
    return _list("", queries.find(db.session(), viewer(), "", page))


@blueprint.post("/find")
@needs("see_chart")
def find() -> Answer:
    """The search of the bar on every page: posted, so that no name stands in an address."""
    words = request.form.get("q", "")[:200]
    page = max(request.form.get("page", 1, type=int), 1)
    found = queries.find(db.session(), viewer(), words, page)
    if found.total == 1 and words.strip():
        return redirect(url_for("chart.patient", patient_id=found.rows[0].id))
    return _list(words, found)


def _list(words: str, found: queries.Listed) -> str:
    return render_template(
        "patients/index.html", words=words, found=found, today=today(), status=presenters.STATUS
    )


@blueprint.get("/panel")
@needs("see_panel")
def panel() -> str:
    """A PCP's patients in the programme."""
    rows = queries.panel(db.session(), viewer(), today())
    return render_template("patients/panel.html", rows=rows, today=today(), status=presenters.STATUS)


@blueprint.get("/eligible")
@needs("run_episode")
def eligible() -> str:
    """Patients whose scores say that collaborative care fits, and whom nobody has referred."""
    rows = queries.eligible(db.session(), viewer(), today())
    return render_template("patients/eligible.html", rows=rows, today=today())


@blueprint.route("/new", methods=["GET", "POST"])
@needs("edit_patient")
def new() -> Answer:
    form = _with_choices(PatientForm())
    warned: list[Any] = []
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            patient = services.add_patient(db.session(), viewer(), form.details(), form.knowingly.data, now())
        except services.Duplicate as duplicate:
            form.mrn.errors = [str(duplicate)]
            warned = [duplicate.other]
        except services.MaybeDuplicate as maybe:
            form.form_errors.append(str(maybe))
            warned = maybe.others
        else:
            return done(form, url_for("chart.patient", patient_id=patient.id), f"{patient.name} added.")
    services.note_shown(db.session(), viewer(), warned)
    page = render_template("patients/form.html", form=form, patient=None, warned=warned, today=today())
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<uuid:patient_id>/edit", methods=["GET", "POST"])
@needs("edit_patient")
def edit(patient_id: UUID) -> Answer:
    """Correct details, with a reason; two people at once get both texts side by side."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    form = _with_choices(CorrectionForm(obj=patient))
    warned: list[Any] = []
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            services.correct_patient(
                db.session(), viewer(), patient_id, form.details(), form.version.data or 0, form.reason.data or "",
                form.knowingly.data, now(),
            )  # fmt: skip
        except Changed:
            return _conflict(patient_id, form)
        except services.Duplicate as duplicate:
            form.mrn.errors = [str(duplicate)]
            warned = [duplicate.other]
        except services.MaybeDuplicate as maybe:
            form.form_errors.append(str(maybe))
            warned = maybe.others
        else:
            return done(
                form, url_for("chart.patient", patient_id=patient_id), "Corrected; what stood before is kept."
            )
    page = render_template("patients/form.html", form=form, patient=patient, warned=warned, today=today())
    return page, 422 if form.is_submitted() else 200


def _conflict(patient_id: UUID, form: CorrectionForm) -> Answer:
    db.session.rollback()
    theirs = queries.patient(db.session(), viewer(), patient_id)
    who = queries.editor(db.session(), viewer(), patient_id)
    form.version.data = theirs.version
    form.version.raw_data = None
    rows = presenters.side_by_side(form.details(), theirs)
    page = render_template(
        "patients/form.html", form=form, patient=theirs, warned=[], today=today(), who=who, rows=rows
    )
    return page, 409


@blueprint.get("/<uuid:patient_id>/corrections")
@needs("edit_patient")
def corrections(patient_id: UUID) -> str:
    patient, rows = queries.corrections(db.session(), viewer(), patient_id)
    names = queries.names(db.session(), viewer(), presenters.keys_of([changes for _, _, changes in rows]))
    told = [(row, name, presenters.with_names(changes, names)) for row, name, changes in rows]
    return render_template("patients/corrections.html", patient=patient, rows=told)


@blueprint.route("/<uuid:patient_id>/coverage", methods=["GET", "POST"])
@needs("edit_patient")
def coverage(patient_id: UUID) -> Answer:
    """Who pays, from when to when."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    ending = "ended_on" in request.form
    form = CoverageForm(formdata=None if ending else request.form, data={"started_on": today()})
    form.birth_date = patient.birth_date
    end = EndCoverageForm(formdata=request.form if ending else None, data={"ended_on": today()})
    sent = end if ending else form
    if sent.validate_on_submit():
        if first := already_done(sent):
            return first
        try:
            if ending:
                services.end_coverage(db.session(), viewer(), patient_id, end.ended_on.data or today())
            else:
                payer, plan = form.payer_category.data, form.plan_name.data or ""
                services.add_coverage(
                    db.session(), viewer(), patient_id, payer, plan, form.started_on.data or today()
                )
        except services.CoverageRefused as refused:
            sent.form_errors.append(str(refused))
        else:
            return done(sent, url_for("patients.coverage", patient_id=patient_id), "Coverage saved.")
    periods = queries.coverage(db.session(), viewer(), patient_id)
    page = render_template("patients/coverage.html", patient=patient, form=form, end=end, periods=periods)
    return page, 422 if sent.is_submitted() else 200


def _with_choices(form: PatientForm) -> Any:
    clinics = scope.visible_clinics(db.session(), viewer(), "edit_patient")
    form.clinic_id.choices = [(str(clinic.id), clinic.name) for clinic in clinics]
    pcps = queries.providers(db.session(), viewer())
    form.pcp_id.choices = [
        ("", "Not recorded"),
        *((str(one.id), f"{one.name} ({where})") for one, where in pcps),
    ]
    return form
