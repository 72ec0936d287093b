"""Pathways: what they are, what happens on them, and what is due."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for

from registry.access.policies import may
from registry.clinical.dates import begun
from registry.clinical.pathways import (
    CONSENT,
    DUE_DATE,
    EVENTS,
    PATHWAYS,
    RETURN,
    REVOKED,
    TPO,
    TPO_WORDS,
)
from registry.extensions import db
from registry.pathways import presenters, queries, services
from registry.pathways.forms import (
    ConsentForm,
    EndForm,
    EventForm,
    PathwayForm,
    RevokeForm,
    event_form,
    pathway_form,
)
from registry.web.fields import options
from registry.web.guards import needs, now, today, viewer
from registry.web.patient_form import Answer, InErrorForm, PatientForms, prefilled
from registry.web.transaction import OnceForm

blueprint = Blueprint("pathways", __name__, url_prefix="/pathways")
RECORD = queries.RECORD
FORMS = PatientForms(services.PathwayRefused, queries.note_read, services.editor, presenters.side_by_side)


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def page(patient_id: UUID) -> str:
    """The pathways of a patient."""
    found = queries.page(db.session(), viewer(), patient_id, today())
    views = presenters.pathway_views(found, may(viewer(), RECORD), today())
    on = {view.row.kind for view in views if view.is_open}
    others = [(kind, one.label) for kind, one in PATHWAYS.items() if kind not in on]
    return render_template(
        "pathways/page.html", patient=found.patient, found=found, pathways=views, others=others
    )


@blueprint.route("/begin/<kind>/<uuid:patient_id>", methods=["GET", "POST"])
@needs(RECORD)
def begin(kind: str, patient_id: UUID) -> Answer:
    """Begin a pathway."""
    patient = queries.patient(db.session(), viewer(), patient_id)
    known = PATHWAYS.get(kind) or abort(404)
    form = pathway_form(kind)(data=prefilled(started_on=today(), part_2=known.part_2))

    def act() -> None:
        services.begin(db.session(), viewer(), patient_id, kind, _plan(form), now())

    return _answer(form, patient, act, "The pathway begins.", "pathways/form.html", title=known.label)


@blueprint.route("/edit/<uuid:pathway_id>", methods=["GET", "POST"])
@needs(RECORD)
def edit(pathway_id: UUID) -> Answer:
    """Change a pathway's form."""
    patient, row = queries.entry(db.session(), viewer(), "pathway", pathway_id)
    form = pathway_form(row.kind, True)(obj=row)
    if request.method == "GET":
        form.show(row.details)

    def act() -> None:
        version, reason = form.version.data or 0, form["reason"].data or ""
        services.edit(db.session(), viewer(), pathway_id, _plan(form, row.part_2), version, reason, now())

    title = PATHWAYS[row.kind].label
    return _answer(form, patient, act, "Saved; what stood before is kept.", "pathways/form.html", title=title)


@blueprint.route("/end/<uuid:pathway_id>", methods=["GET", "POST"])
@needs(RECORD)
def end(pathway_id: UUID) -> Answer:
    """End a pathway."""
    patient, row = queries.entry(db.session(), viewer(), "pathway", pathway_id)
    form = EndForm(data=prefilled(ended_on=row.ended_on or today(), version=row.version))

    def act() -> None:
        on, reason = form.ended_on.data or today(), form.reason.data or ""
        services.end(db.session(), viewer(), pathway_id, on, reason, form.version.data or 0, now())

    words = presenters.entry_words("pathway", row)
    return _answer(
        form, patient, act, "The pathway is ended; its records stay.", "pathways/end.html", words=words,
        part_2=row.part_2,
    )  # fmt: skip


@blueprint.route("/reopen/<uuid:pathway_id>", methods=["GET", "POST"])
@needs(RECORD)
def reopen(pathway_id: UUID) -> Answer:
    """Take back the end of a pathway."""
    patient, row = queries.entry(db.session(), viewer(), "pathway", pathway_id)

    def act(reason: str, version: int) -> None:
        services.reopen(db.session(), viewer(), pathway_id, reason, version, now())

    words = f"{presenters.entry_words('pathway', row)}. What was recorded on it, with every consent to share, goes on"
    return FORMS.reopen(patient, row, act, "pathway", words, url_for("pathways.page", patient_id=patient.id))


@blueprint.route("/event/<kind>/<uuid:pathway_id>", methods=["GET", "POST"])
@needs(RECORD)
def event(kind: str, pathway_id: UUID) -> Answer:
    """Record something that happened; after a return to use the risk assessment comes next."""
    patient, row = queries.entry(db.session(), viewer(), "pathway", pathway_id)
    if kind not in EVENTS or row.kind not in EVENTS[kind].pathways:
        abort(404)
    form = event_form(kind, row.kind)(data=prefilled(on=today()))
    form.births = queries.births(db.session(), viewer(), row.id)

    def act() -> None:
        services.record_event(db.session(), viewer(), pathway_id, _happened(form), now())

    message, forward = "Recorded.", None
    if kind == RETURN and may(viewer(), "assess_risk"):
        forward = url_for("safety.assess", patient_id=patient.id)
        message = (
            "Recorded. Contact the patient now, assess the risk here, then adjust the treatment together."
        )
    plan = row.details.get("lapse_plan", "") if kind == RETURN else ""
    return _answer(form, patient, act, message, "pathways/event.html", forward, title=EVENTS[kind].label,
                   hint=EVENTS[kind].hint, plan=plan)  # fmt: skip


@blueprint.route("/consent/<uuid:pathway_id>", methods=["GET", "POST"])
@needs(RECORD)
def consent(pathway_id: UUID) -> Answer:
    """Record the patient's written consent to share the records of a pathway under 42 CFR Part 2."""
    patient, row = queries.entry(db.session(), viewer(), "pathway", pathway_id)
    if not row.part_2:
        abort(404)
    form = ConsentForm(data=prefilled(on=today()))
    names = queries.likely_recipients(db.session(), viewer(), patient.id)
    form.recipients.choices = options((TPO, begun(TPO_WORDS)), *((name, name) for name in names))

    def act() -> None:
        signed = services.Signed(form.named, form.on.data or today(), form.note.data or "")
        services.consent(db.session(), viewer(), pathway_id, signed, now())

    return _answer(
        form, patient, act, "Consent recorded.", "pathways/consent.html", title=PATHWAYS[row.kind].label
    )


@blueprint.route("/revoke/<uuid:part_2_consent_id>", methods=["GET", "POST"])
@needs(RECORD)
def revoke(part_2_consent_id: UUID) -> Answer:
    """Record that a consent was revoked in writing."""
    patient, row = queries.entry(db.session(), viewer(), "event", part_2_consent_id)
    if row.kind != CONSENT:
        abort(404)
    form = RevokeForm(data=prefilled(on=today()))

    def act() -> None:
        on, note = form.on.data or today(), form.note.data or ""
        services.revoke(db.session(), viewer(), part_2_consent_id, on, note, now())

    words = presenters.entry_words("event", row)
    return _answer(form, patient, act, "Revoked: what leaves from now on leaves these records out.",
                   "pathways/revoke.html", words=words)  # fmt: skip


@blueprint.route("/event/correct/<uuid:pathway_event_id>", methods=["GET", "POST"])
@needs(RECORD)
def correct_event(pathway_event_id: UUID) -> Answer:
    """Correct an event."""
    patient, row = queries.entry(db.session(), viewer(), "event", pathway_event_id)
    if row.kind in (CONSENT, REVOKED):
        abort(404)
    _, path = queries.entry(db.session(), viewer(), "pathway", row.pathway_id)
    form = event_form(row.kind, path.kind, True)(data=prefilled(on=row.on, note=row.note, value=_value(row)))
    form.births = queries.births(db.session(), viewer(), path.id)
    form.keep(row.on, row.value)

    def act() -> None:
        reason = form["reason"].data or ""
        services.correct_event(db.session(), viewer(), pathway_event_id, _happened(form), reason, now())

    return _answer(form, patient, act, "Corrected; what stood before is kept.", "pathways/event.html",
                   title=presenters.entry_words("event", row), hint="", plan="")  # fmt: skip


@blueprint.route("/in-error/<what>/<uuid:entry_id>", methods=["GET", "POST"])
@needs(RECORD)
def in_error(what: str, entry_id: UUID) -> Answer:
    """Mark a pathway or an event as a mistake."""
    patient, row = queries.entry(db.session(), viewer(), what, entry_id)
    words, form = presenters.entry_words(what, row), InErrorForm()

    def act() -> None:
        services.mark_in_error(db.session(), viewer(), what, entry_id, form.reason.data or "", now())

    message = "Marked as entered in error; it counts no more."
    return _answer(form, patient, act, message, "entered_in_error.html", words=words)


def _answer(
    form: OnceForm, patient: Any, act: Callable[[], None], message: str, template: str, forward: str | None = None,
    **more: Any,
) -> Answer:  # fmt: skip
    back = url_for("pathways.page", patient_id=patient.id)
    return FORMS.answer(form, patient, act, message, template, back, forward, **more)


def _plan(form: PathwayForm, part_2: bool = False) -> services.Plan:
    """Whether its records fall under 42 CFR Part 2 stays as it is where the form does not ask."""
    told = form["part_2"].data if "part_2" in form else part_2
    return services.Plan(form.started_on.data or today(), bool(told), form.details)


def _happened(form: EventForm) -> services.Happened:
    return services.Happened(form.kind, form.on.data or today(), form.answer, form.note.data or "")


def _value(row: Any) -> Any:
    """The value as its field holds it: a due date is a day."""
    if row.kind != DUE_DATE:
        return row.value
    try:
        return date.fromisoformat(row.value)
    except ValueError:
        return None
