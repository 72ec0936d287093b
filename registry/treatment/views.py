"""Medications: what runs, how each trial stands, what it asks for, what is planned, and what bears on it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for

from registry.clinical import treatment_words as wording
from registry.clinical.prompts import prompts
from registry.extensions import db
from registry.treatment import forms, presenters, queries, services
from registry.treatment.services import told
from registry.web.guards import needs, now, today, viewer
from registry.web.patient_form import refuse
from registry.web.transaction import OnceForm, already_done, done

blueprint = Blueprint("treatment", __name__, url_prefix="/treatment")
Answer = str | Response | tuple[str, int]


@blueprint.get("/<uuid:patient_id>")
@needs("see_treatment")
def medications(patient_id: UUID) -> Answer:
    """What is taken and was tried, for whoever treats the patient; with the form that starts a medication."""
    return _medications(patient_id, forms.StartForm(data={"on": today()}))


@blueprint.post("/<uuid:patient_id>")
@needs("record_treatment")
def start(patient_id: UUID) -> Answer:
    """Start a medication."""
    form = forms.StartForm()

    def begin() -> UUID:
        new = services.New(form.name.data or "", form.indication.data or "", bool(form.psychotropic.data))
        services.start_medication(
            db.session(), viewer(), patient_id, new, _dose(form), form.reasons, moment()
        )
        return patient_id

    return _taken(form, begin, "Medication started.") or (_medications(patient_id, form), 422)


def _medications(patient_id: UUID, form: forms.StartForm) -> str:
    sheet = queries.sheet(db.session(), viewer(), patient_id, today())
    page = presenters.page(sheet, today())
    reason = forms.ReasonForm(formdata=None)
    return render_template("treatment/medications.html", patient=sheet.ground.patient, page=page, form=form,
                           reason=reason, drugs=forms.DRUGS, today=today())  # fmt: skip


# ---------------------------------------------------------------- what happens to a medication


@blueprint.route("/change/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def change(medication_id: UUID) -> Answer:
    return _event(medication_id, forms.ChangeForm, services.change_dose, "Change dose")


@blueprint.route("/split/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def split(medication_id: UUID) -> Answer:
    return _event(medication_id, forms.SplitForm, services.split_dose, "Split the dose")


@blueprint.route("/hold/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def hold(medication_id: UUID) -> Answer:
    return _event(medication_id, forms.HoldForm, services.hold_medication, "Hold")


@blueprint.route("/resume/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def resume(medication_id: UUID) -> Answer:
    return _event(medication_id, forms.DoseForm, services.resume_medication, "Resume")


@blueprint.route("/stop/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def stop(medication_id: UUID) -> Answer:
    return _event(medication_id, forms.StopForm, services.stop_medication, "Stop")


@blueprint.route("/take-back/<uuid:event_id>", methods=["GET", "POST"])
@needs("record_treatment")
def take_back(event_id: UUID) -> Answer:
    """Mark a dose event as entered in error."""
    form = forms.TakeBackForm()
    if first := form.is_submitted() and already_done(form):
        return first
    patient, drug, event = queries.event(db.session(), viewer(), event_id)

    def withdraw() -> UUID:
        return services.take_back(db.session(), viewer(), event_id, form.reason.data or "", now())

    if answer := _taken(form, withdraw, "Marked as entered in error; it stays in the record of corrections."):
        return answer
    return _take_back_page(patient, form, presenters.event_words(drug, event))


def _event(medication_id: UUID, kind: type[forms.EventForm], act: Callable[..., None], title: str) -> Answer:
    patient, drug = queries.medication(db.session(), viewer(), medication_id)
    form = kind(data={"on": today()} if request.method == "GET" else None)

    def record() -> UUID:
        act(db.session(), viewer(), medication_id, _dose(form), form.reasons, moment())
        return patient.id

    if answer := _taken(form, record, f"{drug.name.capitalize()}: recorded."):
        return answer
    return _drug_page(patient, drug, form, f"{title}: {drug.name}")


# ---------------------------------------------------------------- prompts


@blueprint.post("/answer/<uuid:patient_id>")
@needs("record_treatment")
def answer(patient_id: UUID) -> Answer:
    """Say why the treatment goes on although a prompt speaks against it."""
    ground, form = queries.ground(db.session(), viewer(), patient_id, today()), forms.ReasonForm()
    key = (form.code.data or "", form.about.data or "")
    found = tuple(p for p in prompts(ground.facts, today()) if (p.code, p.about) == key)

    def keep() -> UUID:
        if not found:
            raise services.TreatmentRefused(
                "Nothing was kept: what this was about has changed. Look at the medications again."
            )
        reasons = {key: (form.reason.data or "").strip()}
        services.keep_answers(db.session(), viewer(), patient_id, found, reasons, moment())
        return patient_id

    if taken := _taken(form, keep, "Answered; it comes back when what it is about changes."):
        return taken
    return _form_page(ground.patient, form, found[0].sentence if found else "This prompt holds no more")


# ---------------------------------------------------------------- what was told and measured

TELL: dict[str, tuple[type[forms.ToldForm], str, str]] = {
    "adherence": (forms.AdherenceForm, "Adherence", "on"),
    "side-effect": (forms.SideEffectForm, "Side effect", "onset_on"),
    "past-trial": (forms.PastTrialForm, "Past trial", "told_on"),
    "result": (forms.ResultForm, "Result", "on"),
}


@blueprint.route("/tell/<any('adherence', 'side-effect', 'past-trial', 'result'):fact>/<uuid:patient_id>",
                 methods=["GET", "POST"])  # fmt: skip
@needs("record_treatment")
def tell(fact: str, patient_id: UUID) -> Answer:
    """Record one fact: what is taken, a side effect, a past trial, a result."""
    kind, title, day = TELL[fact]
    given: dict[str, Any] = {day: today(), "code": request.args.get("code", "")}
    form = kind(data=given if request.method == "GET" else None)
    if isinstance(form, forms.ResultForm):
        form.about(given["code"])
    return _tell(fact, patient_id, form, title)


@blueprint.route("/health/<any({}):health_kind>/<uuid:patient_id>".format(", ".join(forms.HEALTH_FORMS)),
                 methods=["GET", "POST"])  # fmt: skip
@needs("record_treatment")
def health(health_kind: str, patient_id: UUID) -> Answer:
    """Record an allergy, a condition, a status, a response in the family, or a gene."""
    form = forms.HEALTH_FORMS[health_kind](data={"on": today()} if request.method == "GET" else None)
    return _tell(
        "health", patient_id, form, wording.words(wording.HEALTH_KINDS, health_kind), kind=health_kind
    )


def _tell(what: str, patient_id: UUID, form: forms.ToldForm, title: str, **more: Any) -> Answer:
    patient = queries.patient(db.session(), viewer(), patient_id)
    form.offer([forms.Taken(*one) for one in queries.drug_choices(db.session(), viewer(), patient_id)])
    form.birth_date = patient.birth_date

    def record() -> UUID:
        told.tell(db.session(), viewer(), patient_id, what, form.values | more, moment())
        return patient_id

    if answer := _taken(form, record, f"{title}: recorded."):
        return answer
    return _form_page(patient, form, title)


@blueprint.route("/ended/<uuid:effect_id>", methods=["GET", "POST"])
@needs("record_treatment")
def effect_ended(effect_id: UUID) -> Answer:
    """A side effect is over."""
    patient, row = queries.entry(db.session(), viewer(), "side-effect", effect_id)
    form = forms.EndedForm(data={"ended_on": today()} if request.method == "GET" else None)

    def end() -> UUID:
        return told.end_side_effect(
            db.session(), viewer(), effect_id, form.ended_on.data or today(), moment()
        )

    if answer := _taken(form, end, "Recorded."):
        return answer
    return _form_page(patient, form, f"{row.effect} is over")


# ---------------------------------------------------------------- plans


@blueprint.route("/plan/<uuid:medication_id>", methods=["GET", "POST"])
@needs("record_treatment")
def plan(medication_id: UUID) -> Answer:
    """Plan a dose step, a taper, or a day to look at the drug again."""
    patient, drug = queries.medication(db.session(), viewer(), medication_id)
    form = forms.PlanForm()

    def record() -> UUID:
        return told.plan_steps(
            db.session(), viewer(), medication_id, form.kind.data, form.planned_on.data or today(), moment(),
            dose_mg=form.dose_mg.data, steps=form.steps.data, every=form.every.data, text=form.text.data or "",
        )  # fmt: skip

    if answer := _taken(form, record, f"{drug.name.capitalize()}: planned."):
        return answer
    return _drug_page(patient, drug, form, f"Plan: {drug.name}")


@blueprint.route("/settle/<uuid:step_id>", methods=["GET", "POST"])
@needs("record_treatment")
def settle(step_id: UUID) -> Answer:
    """Say what became of a planned step."""
    patient, row = queries.entry(db.session(), viewer(), "step", step_id)
    form = forms.SettleForm(data={"on": today()} if request.method == "GET" else None)

    def record() -> UUID:
        what, on, reason = form.what.data, form.on.data or today(), form.reason.data or ""
        return told.settle_step(db.session(), viewer(), step_id, what, on, reason, moment())

    if answer := _taken(form, record, "Recorded."):
        return answer
    return _form_page(patient, form, f"The step planned for {row.planned_on:%b} {row.planned_on.day}")


@blueprint.route("/in-error/<entry_kind>/<uuid:entry_id>", methods=["GET", "POST"])
@needs("record_treatment")
def in_error(entry_kind: str, entry_id: UUID) -> Answer:
    """Mark an entry as a mistake, with the reason."""
    if entry_kind not in queries.ENTRIES:
        abort(404)
    form = forms.TakeBackForm()
    if first := form.is_submitted() and already_done(form):
        return first
    patient, _ = queries.entry(db.session(), viewer(), entry_kind, entry_id)

    def withdraw() -> UUID:
        return told.mark_in_error(db.session(), viewer(), entry_kind, entry_id, form.reason.data or "", now())

    if answer := _taken(form, withdraw, "Marked as entered in error; it stays in the record of corrections."):
        return answer
    page = presenters.page(queries.sheet(db.session(), viewer(), patient.id, today()), today())
    return _take_back_page(patient, form, presenters.entry_words(page, entry_kind, entry_id))


# ---------------------------------------------------------------- what the forms share


def _form_page(patient: Any, form: OnceForm, title: str, line: Any = None) -> tuple[str, int]:
    """A form on a page of its own; that the patient was read is recorded."""
    queries.note_read(db.session(), viewer(), patient.id)
    page = render_template(
        "treatment/form.html", patient=patient, form=form, title=title, line=line, today=today()
    )
    return page, 422 if form.is_submitted() else 200


def _drug_page(patient: Any, drug: Any, form: OnceForm, title: str) -> tuple[str, int]:
    """The form of what happens to a drug, with what is taken of it now and its limits."""
    course = queries.course(db.session(), viewer(), drug)
    return _form_page(patient, form, title, presenters.line(course, today()) if course else None)


def _take_back_page(patient: Any, form: OnceForm, words: str) -> tuple[str, int]:
    """Ask why an entry was wrong, and name it."""
    queries.note_read(db.session(), viewer(), patient.id)
    page = render_template("treatment/take_back.html", patient=patient, form=form, words=words)
    return page, 422 if form.is_submitted() else 200


def _taken(form: OnceForm, act: Callable[[], UUID], message: str) -> Response | None:
    """Do the act of a valid form once; a refusal stays at the form, and prompts are asked there."""
    if not form.is_submitted():
        return None
    if first := already_done(form):
        return first
    if not form.validate():
        return None
    try:
        patient_id = act()
    except services.TreatmentRefused as refused:
        refuse(form, refused)
        return None
    except services.Unanswered as asked:
        assert isinstance(form, forms.EventForm), "only dose events bring up prompts"
        form.ask(asked.prompts)
        form.form_errors.append(str(asked))
        return None
    return done(form, url_for("treatment.medications", patient_id=patient_id), message)


def _dose(form: forms.EventForm) -> services.Dose:
    """What the form has of a dose; which fields there are depends on the event."""
    told = form.data
    return services.Dose(
        form.on.data or today(),
        told.get("dose_mg"),
        told["text"] or "",
        told.get("reason") or "",
        told["prescriber"] or "",
    )


def moment() -> services.Now:
    """Now, and its day in the clinic."""
    return services.Now(now(), today())
