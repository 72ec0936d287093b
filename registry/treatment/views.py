"""Medications in simple form: what runs, since when, and what happened to it."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from registry.extensions import db
from registry.treatment import queries, services
from registry.treatment.forms import DRUGS, ChangeForm, DoseForm, EventForm, StartForm, StopForm, TakeBackForm
from registry.web.guards import needs, now, today, viewer
from registry.web.transaction import OnceForm, already_done, done

blueprint = Blueprint("treatment", __name__, url_prefix="/treatment")
Answer = str | Response | tuple[str, int]


@blueprint.route("/<uuid:patient_id>", methods=["GET", "POST"])
@needs("record_treatment")
def medications(patient_id: UUID) -> Answer:
    """The list, and the form that starts one."""
    patient, courses = queries.page(db.session(), viewer(), patient_id)
    form = StartForm(data={"on": today()} if request.method == "GET" else None)

    def start() -> UUID:
        name, indication = form.name.data or "", form.indication.data or ""
        services.start_medication(db.session(), viewer(), patient_id, name, indication, _dose(form), now())
        return patient_id

    if answer := _taken(form, start, "Medication started."):
        return answer
    status = 422 if form.is_submitted() else 200
    return render_template("treatment/medications.html", patient=patient, courses=courses, form=form, drugs=DRUGS,
                           today=today()), status  # fmt: skip


@blueprint.route("/change/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def change(medication_id: UUID) -> Answer:
    form = ChangeForm(data={"on": today()} if request.method == "GET" else None)
    return _event(medication_id, form, services.change_dose, "Change dose")


@blueprint.route("/stop/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def stop(medication_id: UUID) -> Answer:
    form = StopForm(data={"on": today()} if request.method == "GET" else None)
    return _event(medication_id, form, services.stop_medication, "Stop")


@blueprint.route("/take-back/<uuid:event_id>", methods=["GET", "POST"])
@needs("record_treatment")
def take_back(event_id: UUID) -> Answer:
    """Mark a dose event as entered in error."""
    patient, drug, event = queries.event(db.session(), viewer(), event_id)
    form = TakeBackForm()

    def withdraw() -> UUID:
        return services.take_back(db.session(), viewer(), event_id, form.reason.data or "", now())

    if answer := _taken(form, withdraw, "Marked as entered in error; it stays in the record of corrections."):
        return answer
    queries.page(db.session(), viewer(), patient.id)
    page = render_template("treatment/take_back.html", patient=patient, drug=drug, event=event, form=form)
    return page, 422 if form.is_submitted() else 200


def _event(medication_id: UUID, form: EventForm, act: Callable[..., None], title: str) -> Answer:
    patient, drug = queries.medication(db.session(), viewer(), medication_id)

    def record() -> UUID:
        act(db.session(), viewer(), medication_id, _dose(form), now())
        return patient.id

    if answer := _taken(form, record, f"{drug.name.capitalize()}: recorded."):
        return answer
    queries.page(db.session(), viewer(), patient.id)
    page = render_template("treatment/event.html", patient=patient, drug=drug, form=form, title=title)
    return page, 422 if form.is_submitted() else 200


def _taken(form: OnceForm, act: Callable[[], UUID], message: str) -> Response | None:
    """Do the act of a valid form once; a refusal stays at the form."""
    if not form.validate_on_submit():
        return None
    if first := already_done(form):
        return first
    try:
        patient_id = act()
    except services.TreatmentRefused as refused:
        form.form_errors.append(str(refused))
        return None
    return done(form, url_for("treatment.medications", patient_id=patient_id), message)


def _dose(form: EventForm) -> services.Dose:
    dose = form.dose_mg.data if isinstance(form, DoseForm) else None
    reason = form.reason.data if isinstance(form, StopForm) else ""
    return services.Dose(form.on.data or today(), dose, form["text"].data or "", reason or "")
