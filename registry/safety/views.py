"""Safety: the screener outside a contact, the safety plan, the checks of the intake, and taking a mistake back."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request, send_file, url_for

from registry.clinical.plan_labels import LANGUAGES, label_note, labels
from registry.documents import DocumentsUnavailable, sheet_pdf
from registry.extensions import db
from registry.safety import presenters, queries, services
from registry.safety.forms import (
    AssessForm,
    ChecksForm,
    HandOverForm,
    InErrorForm,
    Known,
    PlanForm,
    ReviewedForm,
    seen_id,
)
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.risk import still_open
from registry.web.transaction import Changed, already_done, done, release

blueprint = Blueprint("safety", __name__, url_prefix="/safety")
Page = str | Response | tuple[str, int]


@blueprint.route("/assess/<uuid:patient_id>", methods=["GET", "POST"])
@needs("assess_risk")
def assess(patient_id: UUID) -> Page:
    """A C-SSRS screener outside a contact."""
    ground = queries.ground(db.session(), viewer(), patient_id, today())
    form = AssessForm(data={"on": today()})
    form.birth_date = ground.patient.birth_date
    asked = form.screener.form
    asked.offer(ground.open_scores, ground.flag)
    if request.method == "GET":
        asked.covers.data = [str(score.id) for score in ground.open_scores]
    elif first := already_done(form):
        return first
    elif form.validate():
        return _assess(patient_id, form)
    queries.note_read(db.session(), viewer(), patient_id, "risk_assessment")
    past = [
        presenters.past_line(one.row, one.by, one.scores)
        for one in queries.assessments(db.session(), viewer(), patient_id)
    ]
    found = presenters.verdict(asked.assessment()) if asked.is_asked else None
    page = render_template(
        "safety/assess.html", form=form, patient=ground.patient, past=past, verdict=found, today=today()
    )
    return page, 422 if form.errors else 200


def _assess(patient_id: UUID, form: AssessForm) -> Response:
    asked, on = form.screener.form, form.on.data or today()
    covers = [UUID(one) for one in asked.covers.data or []]
    assessed = services.Assessed(on, asked.answers, asked.texts(), covers)
    services.assess(db.session(), viewer(), patient_id, assessed, today(), now())
    ground = queries.ground(db.session(), viewer(), patient_id, today())
    if alarm := still_open(ground.facts, ground.protocol, today()):
        flash(alarm, "danger")
    sentence = presenters.saved_sentence(asked.assessment(), bool(asked.texts()["cleared_reason"]))
    return done(form, url_for("chart.patient", patient_id=patient_id), sentence)


@blueprint.post("/triage")
@needs("assess_risk")
def triage() -> str:
    """What the answers so far come to; nothing is kept."""
    asked = AssessForm().screener.form
    found = presenters.verdict(asked.assessment()) if asked.is_asked else None
    return render_template("safety/_triage.html", verdict=found)


@blueprint.route("/plan/<uuid:patient_id>", methods=["GET", "POST"])
@needs("assess_risk")
def plan(patient_id: UUID) -> Page:
    """The safety plan that stands, and the form that writes the next."""
    patient = queries.patient(db.session(), viewer(), patient_id, queries.ASSESS)
    form = PlanForm(data={"made_on": today(), "language": labels(patient.language or "en").language})
    form.birth_date = patient.birth_date
    if request.method == "GET":
        return _plan_page(patient_id, form, fill=True)
    if first := already_done(form):
        return first
    if not form.validate():
        return _plan_page(patient_id, form, 422)
    if asked := _emptied(patient_id, form):
        return _plan_page(patient_id, form, 422, asked=asked)
    written = services.Plan(
        form.made_on.data or today(),
        form.parts,
        form.seen_id,
        form.language.data,
        (form.reason.data or "").strip(),
    )
    try:
        services.write_plan(db.session(), viewer(), patient_id, written, now())
    except Changed:
        return _plan_changed(patient_id, form)
    except services.PlanRefused as refused:
        form.made_on.errors = [str(refused)]
        return _plan_page(patient_id, form, 422)
    return done(form, url_for("safety.plan", patient_id=patient_id), "Safety plan saved.")


def _emptied(patient_id: UUID, form: PlanForm) -> list[str]:
    """What is asked about before the plan is saved: the parts that had words in the plan that was seen and have none now."""
    found = queries.plans(db.session(), viewer(), patient_id)
    seen = found[0][0].held if found and found[0][0].id == form.seen_id else {}
    gone = presenters.emptied_parts(seen, form.parts)
    return [] if form.has_seen(gone) else [gone]


@blueprint.post("/plan/<uuid:patient_id>/reviewed")
@needs("assess_risk")
def plan_reviewed(patient_id: UUID) -> Page:
    """The plan was gone through today and stands."""
    form = ReviewedForm(prefix="reviewed-")
    if first := already_done(form):
        return first
    try:
        services.review_plan(db.session(), viewer(), patient_id, seen_id(form.seen), today(), now())
    except Changed:
        new = PlanForm(formdata=None, data={"made_on": today()})
        return _plan_page(patient_id, new, 409, fill=True, moved=True)
    return done(form, url_for("safety.plan", patient_id=patient_id), "Gone through today; the plan stands.")


def _plan_changed(patient_id: UUID, form: PlanForm) -> Page:
    """Somebody wrote a plan meanwhile: show both; the next save writes over it knowingly."""
    db.session.rollback()
    found = queries.plans(db.session(), viewer(), patient_id)
    rows = presenters.compared(form.parts, found[0][0].held if found else {})
    return _plan_page(patient_id, form, 409, conflict=rows, conflict_by=found[0][1] if found else "Somebody")


def _plan_page(
    patient_id: UUID, form: PlanForm, status: int = 200, *, fill: bool = False, **more: Any
) -> tuple[str, int]:
    patient = queries.patient(db.session(), viewer(), patient_id, queries.ASSESS)
    found = queries.plans(db.session(), viewer(), patient_id)
    if found and fill:
        form.show(found[0][0].held)
    if status != 422:
        form.seen.data = str(found[0][0].id) if found else ""
    queries.note_read(db.session(), viewer(), patient_id, "safety_plan")
    views = presenters.plan_views(found, today())
    reviewed = ReviewedForm(formdata=None, prefix="reviewed-", data={"seen": views[0].id if views else ""})
    page = render_template(
        "safety/plan.html", form=form, reviewed=reviewed, patient=patient, plans=views, today=today(),
        hand_over=HandOverForm(formdata=None, prefix="handed-"), languages=LANGUAGES, note=label_note(), **more,
    )  # fmt: skip
    return page, status


@blueprint.post("/plan/handed-over/<uuid:entry_id>")
@needs("assess_risk")
def plan_handed_over(entry_id: UUID) -> Page:
    """How the patient got the plan."""
    form = HandOverForm(prefix="handed-")
    patient, _ = queries.entry(db.session(), viewer(), "plan", entry_id)
    if first := already_done(form):
        return first
    back = url_for("safety.plan", patient_id=patient.id)
    if not form.validate():
        return done(form, back)
    services.hand_over(db.session(), viewer(), entry_id, form.how.data)
    return done(form, back, "Recorded how the patient got it.")


@blueprint.get("/plan/paper/<uuid:patient_id>")
@needs("assess_risk")
def plan_paper(patient_id: UUID) -> Page:
    """A plan on one page for the patient, under labels in English or Spanish: the one that stands, or an older one."""
    patient = queries.patient(db.session(), viewer(), patient_id, queries.ASSESS)
    version = request.args.get("version", type=UUID)
    found = queries.plans_since(db.session(), viewer(), patient_id, version)
    queries.note_read(db.session(), viewer(), patient_id, "safety_plan_paper")
    if not found:
        return redirect(url_for("safety.plan", patient_id=patient_id))
    last = found[-1]
    team = queries.team(db.session(), viewer(), patient)
    sheet = presenters.plan_sheet(patient, found, request.args.get("language", last.language), team)
    release()
    try:
        pdf = sheet_pdf(sheet)
    except DocumentsUnavailable as problem:
        return render_template("printing/unavailable.html", sentence=str(problem), patient_id=patient_id), 503
    name = f"safety-plan-{last.made_on}.pdf"
    return send_file(BytesIO(pdf.bytes), mimetype="application/pdf", download_name=name, max_age=0)


@blueprint.route("/checks/<uuid:patient_id>", methods=["GET", "POST"])
@needs("record_contact")
def checks(patient_id: UUID) -> Page:
    """The diagnostic checks of an intake: yes, no, or not asked."""
    patient = queries.patient(db.session(), viewer(), patient_id, queries.CHECK)
    answers = queries.checks(db.session(), viewer(), patient_id)
    form = ChecksForm()
    form.birth_date, form.known = patient.birth_date, {t: _known(*rows[0]) for t, rows in answers.items()}
    if request.method == "GET":
        form.show()
    elif first := already_done(form):
        return first
    elif form.validate():
        new = [services.Check(topic, *answer) for topic, answer in form.changed().items()]
        services.record_checks(db.session(), viewer(), patient_id, new, now())
        return done(form, url_for("safety.checks", patient_id=patient_id), "Checks saved.")
    form.refresh()
    queries.note_read(db.session(), viewer(), patient_id, "checks")
    scores = queries.scores(db.session(), viewer(), patient_id)
    views = presenters.check_views(answers, scores, patient.sex)
    page = render_template("safety/checks.html", form=form, patient=patient, checks=views, today=today())
    return page, 422 if form.errors else 200


def _known(row: Any, by: str) -> Known:
    return Known(row.id, row.positive, row.on, row.note, by)


@blueprint.route("/assess/in-error/<uuid:entry_id>", methods=["GET", "POST"])
@needs("assess_risk")
def assessment_in_error(entry_id: UUID) -> Page:
    return _in_error("assessment", entry_id, "safety.assess")


@blueprint.route("/plan/in-error/<uuid:entry_id>", methods=["GET", "POST"])
@needs("assess_risk")
def plan_in_error(entry_id: UUID) -> Page:
    return _in_error("plan", entry_id, "safety.plan")


@blueprint.route("/checks/in-error/<uuid:entry_id>", methods=["GET", "POST"])
@needs("record_contact")
def check_in_error(entry_id: UUID) -> Page:
    return _in_error("check", entry_id, "safety.checks")


def _in_error(what: str, entry_id: UUID, back: str) -> Page:
    """Mark an entry as a mistake, with the reason."""
    form = InErrorForm()
    if first := already_done(form) if form.is_submitted() else None:
        return first
    patient, row = queries.entry(db.session(), viewer(), what, entry_id)
    if form.validate_on_submit():
        services.mark_in_error(db.session(), viewer(), what, entry_id, form.reason.data or "", now())
        return done(
            form, url_for(back, patient_id=patient.id), "Marked as entered in error; it counts no more."
        )
    queries.note_read(db.session(), viewer(), patient.id, what)
    page = render_template(
        "entered_in_error.html", form=form, patient=patient, words=presenters.entry_words(what, row),
        after=presenters.AFTER_ERROR[what], back=url_for(back, patient_id=patient.id),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200
