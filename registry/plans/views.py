"""Plans made with the patient: read, written as a new version, printed, handed over, taken back."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, send_file, url_for

from registry.clinical.dates import spell
from registry.clinical.plan_labels import LANGUAGES, label_note, labels
from registry.clinical.plans import CARE, KINDS, RELAPSE, compared, usual_call
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.documents import DocumentsUnavailable, Sheet, sheet_pdf
from registry.extensions import db
from registry.plans import queries, services
from registry.plans.forms import FORMS, HandOverForm, InErrorForm, PlanForm, started
from registry.plans.presenters import pages, papers
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import Changed, already_done, done, release

blueprint = Blueprint("plans", __name__, url_prefix="/plans")
Page = str | Response | tuple[str, int]
KIND = f"<any({CARE}, {RELAPSE}):plan_kind>"


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def index(patient_id: UUID) -> str:
    """Which plans there are."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    found = queries.overview(db.session(), viewer(), patient_id)
    queries.record_read(db.session(), viewer(), "plans", patient_id)
    return render_template(
        "plans/index.html", patient=patient, found=found, kinds=KINDS, languages=LANGUAGES,
        note=label_note(),
    )  # fmt: skip


@blueprint.get(f"/{KIND}/<uuid:patient_id>")
@needs("see_chart")
def show(plan_kind: str, patient_id: UUID) -> str:
    """The plan that stands, and every version before it with what changed."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    views = pages.version_views(queries.versions(db.session(), viewer(), patient_id, plan_kind), today())
    queries.record_read(db.session(), viewer(), plan_kind, patient_id)
    return render_template(
        "plans/show.html", patient=patient, kind=plan_kind, title=KINDS[plan_kind], plans=views, form=HandOverForm(),
        languages=LANGUAGES, note=label_note(),
    )  # fmt: skip


@blueprint.route(f"/{KIND}/write/<uuid:patient_id>", methods=["GET", "POST"])
@needs("write_plan")
def write(plan_kind: str, patient_id: UUID) -> Page:
    """The form of the next version, which begins with the one that stands."""
    form = _form(plan_kind, patient_id)
    if not form.is_submitted():
        return _write_page(plan_kind, patient_id, form)
    if first := already_done(form):
        return first
    if not form.validate():
        return _write_page(plan_kind, patient_id, form, 422)
    draft = services.Draft(
        plan_kind,
        form.made_on.data or today(),
        form.content(),
        form.language.data,
        form.reason.data or "",
        form.seen_id,
    )
    try:
        services.write_plan(db.session(), viewer(), patient_id, draft, now())
    except Changed:
        return _changed(plan_kind, patient_id, form)
    except services.PlanRefused as refused:
        form.made_on.errors = [str(refused)]
        return _write_page(plan_kind, patient_id, form, 422)
    return done(
        form, url_for("plans.show", plan_kind=plan_kind, patient_id=patient_id), f"{KINDS[plan_kind]} saved."
    )


def _form(kind: str, patient_id: UUID) -> PlanForm:
    patient = queries.patient(db.session(), viewer(), patient_id, queries.WRITE)
    last = queries.latest(queries.versions(db.session(), viewer(), patient_id, kind))
    begun: dict[str, Any] = {"made_on": today(), "language": labels(patient.language or "en").language}
    if request.method == "GET":
        begun["seen"] = str(last.id) if last else ""
        if kind == RELAPSE and last is None:
            begun["phq9"] = _usual_call(patient_id)
        begun = started(kind, last.content if last else None, **begun)
    form = FORMS[kind](data=begun)
    form.birth_date, form.needs_reason = patient.birth_date, form.seen_id is not None
    return form


def _usual_call(patient_id: UUID) -> int:
    """The PHQ-9 that means a call, by the protocol and the best score."""
    seen = queries.whole(db.session(), viewer(), patient_id)
    best = (
        min((s.total for s in seen.facts.series("phq9") if s.total is not None), default=None)
        if seen
        else None
    )
    scale = (seen.protocol(today()) if seen else DEFAULT_PROTOCOL).scale("phq9")
    return usual_call(scale.elevated, scale.worse_points or scale.elevated, best)


def _write_page(
    kind: str, patient_id: UUID, form: PlanForm, status: int = 200, **more: Any
) -> tuple[str, int]:
    patient = queries.patient(db.session(), viewer(), patient_id, queries.WRITE)
    queries.record_read(db.session(), viewer(), kind, patient_id)
    page = render_template(
        f"plans/write_{kind}.html",
        patient=patient,
        kind=kind,
        title=KINDS[kind],
        form=form,
        today=today(),
        **more,
    )
    return page, status


def _changed(kind: str, patient_id: UUID, form: PlanForm) -> Page:
    """Somebody wrote a version meanwhile: show both; the next save writes over it knowingly."""
    db.session.rollback()
    found = queries.versions(db.session(), viewer(), patient_id, kind)
    last = queries.latest(found)
    rows = compared(kind, form.content(), last.content if last else {})
    form.seen.data, form.needs_reason = str(last.id) if last else "", last is not None
    by = found[0].by if found else "Somebody"
    return _write_page(kind, patient_id, form, 409, conflict=rows, conflict_by=by)


@blueprint.post("/handed-over/<uuid:patient_plan_id>")
@needs("write_plan")
def hand_over(patient_plan_id: UUID) -> Response:
    """How the patient got the plan."""
    form = HandOverForm()
    patient, row = queries.plan(db.session(), viewer(), patient_plan_id)
    if first := already_done(form):
        return first
    back = url_for("plans.show", plan_kind=row.kind, patient_id=patient.id)
    if not form.validate():
        return done(form, back)
    services.hand_over(db.session(), viewer(), patient_plan_id, form.how.data)
    return done(form, back, "Recorded how the patient got it.")


@blueprint.route("/in-error/<uuid:patient_plan_id>", methods=["GET", "POST"])
@needs("write_plan")
def in_error(patient_plan_id: UUID) -> Page:
    """Mark a version as a mistake, with the reason."""
    form = InErrorForm()
    if first := already_done(form) if form.is_submitted() else None:
        return first
    patient, row = queries.plan(db.session(), viewer(), patient_plan_id)
    back = url_for("plans.show", plan_kind=row.kind, patient_id=patient.id)
    if form.validate_on_submit():
        services.mark_in_error(db.session(), viewer(), patient_plan_id, form.reason.data or "", now())
        return done(form, back, "Marked as entered in error; the version before it stands again.")
    queries.record_read(db.session(), viewer(), row.kind, patient.id)
    page = render_template(
        "entered_in_error.html", form=form, patient=patient, words=f"{KINDS[row.kind]} of {spell(row.made_on)}", back=back,
        after="The version before it stands again.",
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@blueprint.get(f"/{KIND}/paper/<uuid:patient_id>")
@needs("print_chart")
def paper(plan_kind: str, patient_id: UUID) -> Page:
    """A plan on one page for the patient, under labels in English or Spanish: the one that stands, or an older one."""
    ground = queries.ground(db.session(), viewer(), patient_id)
    version = request.args.get("version", type=UUID)
    found = queries.versions_since(db.session(), viewer(), patient_id, plan_kind, version)
    if not found:
        queries.record_read(db.session(), viewer(), plan_kind, patient_id)
        return redirect(url_for("plans.show", plan_kind=plan_kind, patient_id=patient_id))
    last = found[-1]
    language = request.args.get("language", last.language)
    made = papers.plan_sheet(ground.name, found, language, ground.team)
    return _pdf(patient_id, plan_kind, made, f"{plan_kind}-{last.made_on}.pdf")


@blueprint.get("/progress/<uuid:patient_id>")
@needs("print_chart")
def progress(patient_id: UUID) -> Page:
    """How it goes, on one page in plain words for the patient."""
    ground = queries.progress_ground(db.session(), viewer(), patient_id, today())
    plan = queries.latest(queries.versions(db.session(), viewer(), patient_id, CARE))
    language = request.args.get("language", ground.patient.language or "en")
    seen = papers.progress(ground, plan.content if plan else {}, today())
    made = papers.progress_sheet(ground.name, seen, language, ground.team)
    return _pdf(patient_id, "progress", made, f"progress-{today()}.pdf")


def _pdf(patient_id: UUID, kind: str, made: Sheet, name: str) -> Page:
    """The page as a file; what was read is recorded before the slow work."""
    services.record_paper(db.session(), viewer(), patient_id, kind, made.language)
    release()
    try:
        pdf = sheet_pdf(made)
    except DocumentsUnavailable as problem:
        return render_template("printing/unavailable.html", sentence=str(problem), patient_id=patient_id), 503
    return send_file(BytesIO(pdf.bytes), mimetype="application/pdf", download_name=name, max_age=0)
