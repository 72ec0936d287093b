"""Recording a contact, correcting one, and drafts."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from registry.clinical.contact_due import due_after_contact
from registry.clinical.instruments import depression_form, language_for
from registry.clinical.primary import other_scale
from registry.contacts import presenters, queries, services
from registry.contacts.forms import CorrectForm, Limits, RecordForm, record_form
from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.risk import still_open
from registry.web.transaction import already_done, done

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")

Page = str | Response | tuple[str, int]


@blueprint.route("/record/<uuid:patient_id>", methods=["GET", "POST"])
@needs("record_contact")
def record(patient_id: UUID) -> Page:
    ground = queries.ground(db.session(), viewer(), patient_id)
    if ground.seen is None:
        queries.note_read(db.session(), viewer(), patient_id, "open_contact_form")
        return render_template("contacts/refused.html", patient=ground.patient)
    form = _record_form(ground)
    if request.form.get("act") == "text":
        return _record_page(ground, form)
    if request.method == "POST":
        if first := already_done(form):
            return first
        if form.validate():
            return _save(patient_id, form)
    return _record_page(ground, form, status=422 if request.method == "POST" else 200)


def _record_form(ground: queries.Ground) -> RecordForm:
    """The form as it was sent, as the own draft has it, or new."""
    assert ground.seen is not None
    assert ground.referred_on is not None
    seen = queries.view(ground.seen, today())
    kept = MultiDict(ground.draft.content) if ground.draft and request.method == "GET" else None
    name = depression_form(ground.patient.birth_date, today())
    language = language_for(name, (kept or request.form).get("text") or ground.patient.language)
    made = record_form(name, language, other_scale(seen.facts))
    form = made(kept) if kept else made(data=_proposed(ground, due_after_contact(seen)))
    form.limits = Limits(today(), ground.patient.birth_date, ground.referred_on)
    form.screener.form.offer(seen.open_item9, seen.flag)
    return form


def _proposed(ground: queries.Ground, due_on: Any) -> dict[str, Any]:
    """What a new form proposes: today, as last time, and the usual next step."""
    assert ground.seen is not None
    subject, facts = ground.seen.subject, ground.seen.facts
    modality = presenters.usual_modality(facts)
    action = presenters.proposed_action(facts)
    next_step = {"next_action": action, "next_due_on": due_on, "next_version": subject.next_version}
    return {"on": today(), "modality": modality, **next_step}


def _save(patient_id: UUID, form: RecordForm) -> Page:
    try:
        recording = services.Recording(**form.recording())
        saved = services.record_contact(db.session(), viewer(), patient_id, recording, today(), now())
    except services.Unrecordable as refusal:
        form.on.errors = [str(refusal)]
        return _record_page(queries.ground(db.session(), viewer(), patient_id), form, status=422)
    except services.Changed:
        return _next_action_changed(patient_id, form)
    ground = queries.ground(db.session(), viewer(), patient_id)
    assert ground.seen is not None
    role = saved.contact.author_role
    uncounted = presenters.gate(ground.seen.facts, role, saved.contact.on) if saved.contact.minutes else ""
    scored = [filled.scored() for filled in recording.scores]
    if alarm := still_open(ground.seen.facts, ground.seen.protocol(today()), today()):
        flash(alarm, "danger")
    if late := presenters.late_for_safety(queries.view(ground.seen, today())):
        flash(late, "warn")
    if look := presenters.doubted(ground.seen.facts, ground.patient.sex, saved.measures, today()):
        flash(look, "warn")
    sentence = presenters.saved_sentence(saved.contact.kind, scored, saved.assessment is not None, uncounted)
    return done(form, url_for("chart.patient", patient_id=patient_id), sentence)


def _next_action_changed(patient_id: UUID, form: RecordForm) -> Page:
    """Somebody set another next action meanwhile: show both, keep everything that was typed."""
    db.session.rollback()
    ground = queries.ground(db.session(), viewer(), patient_id)
    assert ground.seen is not None
    subject = ground.seen.subject
    yours = {"next_action": form.next_action.data, "next_due_on": form.next_due_on.data}
    theirs = {"next_action": subject.next_action, "next_due_on": subject.next_due_on}
    form.next_version.data, form.next_version.raw_data = subject.next_version, None
    who = queries.next_action_by(db.session(), viewer(), subject.episode_id)
    return _record_page(
        ground, form, status=409, conflict=presenters.compared(yours, theirs), conflict_by=who
    )


def _record_page(ground: queries.Ground, form: RecordForm, status: int = 200, **more: Any) -> tuple[str, int]:
    """The form with what stands beside it."""
    assert ground.seen is not None
    session, who = db.session(), viewer()
    queries.note_read(session, who, ground.patient.id, "open_contact_form")
    role = who.role_in(ground.patient.clinic_id)
    page = render_template(
        "contacts/record.html",
        form=form,
        patient=ground.patient,
        view=presenters.record_view(ground.patient.name, queries.view(ground.seen, today())),
        gate=presenters.gate(ground.seen.facts, role, form.on.data or today()),
        draft=ground.draft if request.method == "GET" else None,
        today=today(),
        **more,
    )
    return page, status


@blueprint.post("/draft/<uuid:patient_id>")
@needs("record_contact")
def save_draft(patient_id: UUID) -> tuple[str, int]:
    services.save_draft(db.session(), viewer(), patient_id, request.form.to_dict(flat=False), now())
    return "", 204


@blueprint.post("/draft/<uuid:patient_id>/discard")
@needs("record_contact")
def discard_draft(patient_id: UUID) -> Response:
    queries.ground(db.session(), viewer(), patient_id)
    services.discard_draft(db.session(), viewer(), patient_id)
    flash("Draft discarded.", "success")
    return redirect(url_for("contacts.record", patient_id=patient_id))


@blueprint.route("/correct/<uuid:contact_id>", methods=["GET", "POST"])
@needs("record_contact")
def correct(contact_id: UUID) -> Page:
    contact, patient = queries.contact(db.session(), viewer(), contact_id)
    form = CorrectForm(obj=contact)
    referred_on = queries.first_referral(db.session(), viewer(), patient.id)
    form.limits = Limits(today(), patient.birth_date, referred_on or patient.birth_date)
    if request.method == "GET":
        return _correct_page(contact_id, form)
    if first := already_done(form):
        return first
    if not form.validate():
        return _correct_page(contact_id, form, 422)
    change = services.Change(
        form.version.data or 0, form.corrected(), bool(form.with_scores.data), form.reason.data or ""
    )
    try:
        changed = services.correct_contact(db.session(), viewer(), contact_id, change, today(), now())
    except services.Unrecordable as refusal:
        form.on.errors = [str(refusal)]
        return _correct_page(contact_id, form, 422)
    except services.Changed:
        return _contact_changed(contact_id, form)
    if not changed:
        form.reason.errors = ["Nothing was changed."]
        return _correct_page(contact_id, form, 422)
    return done(
        form, url_for("chart.patient", patient_id=patient.id), "Contact corrected. What stood before is kept."
    )


def _contact_changed(contact_id: UUID, form: CorrectForm) -> Page:
    """Somebody corrected it meanwhile: show both; the next save overwrites knowingly."""
    db.session.rollback()
    contact, _ = queries.contact(db.session(), viewer(), contact_id)
    form.version.data, form.version.raw_data = contact.version, None
    yours = form.corrected()
    theirs = {name: getattr(contact, name) for name in yours}
    rows = presenters.compared(yours, theirs)
    last = queries.corrections(db.session(), viewer(), contact_id)
    return _correct_page(contact_id, form, 409, conflict=rows, conflict_by=last[0][1] if last else "Somebody")


def _correct_page(contact_id: UUID, form: CorrectForm, status: int = 200, **more: Any) -> tuple[str, int]:
    session, who = db.session(), viewer()
    contact, patient = queries.contact(session, who, contact_id)
    queries.note_read(session, who, patient.id, "open_contact", contact_id)
    page = render_template(
        "contacts/correct.html",
        form=form,
        contact=contact,
        patient=patient,
        author=queries.author(session, contact.author_id),
        assessed=bool(queries.assessments_of(session, who, contact_id)),
        scores=presenters.score_lines(queries.scores_of(session, who, contact_id)),
        corrections=presenters.correction_lines(queries.corrections(session, who, contact_id)),
        today=today(),
        **more,
    )
    return page, status
