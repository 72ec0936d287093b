"""A new task, written by hand."""

from datetime import date
from uuid import UUID

from flask import render_template, request, url_for

from registry.clinical.week import friday
from registry.extensions import db
from registry.web.guards import needs, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import already_done, done
from registry.week import forms
from registry.week.queries import board as boards
from registry.week.queries import place as places
from registry.week.queries.board import Wanted
from registry.week.services import tasks
from registry.week.views.ground import Answer, blueprint, day_of, moment, people


@blueprint.get("/new")
@needs("work_tasks")
def choose() -> Answer:
    """Whom the new task is about."""
    chosen = request.args.get("patient", type=UUID)
    if chosen:
        return redirect(url_for("week.write", patient_id=chosen))
    found = places.patients_to_choose(db.session(), viewer())
    boards.note_shown(db.session(), viewer(), "choose_patient", [key for key, _ in found], "")
    return render_template("week/choose.html", patients=found)


@blueprint.route("/new/<uuid:patient_id>", methods=["GET", "POST"])
@needs("work_tasks")
def write(patient_id: UUID) -> Answer:
    """Write a task by hand."""
    patient = places.patient(db.session(), viewer(), patient_id)
    form = forms.TaskForm(data={"due_on": friday(today()), "owner_id": str(viewer().account_id)})
    form.owner_id.choices = people(places.owners(db.session(), viewer(), patient))
    if form.is_submitted() and (first := already_done(form)):
        return first
    if form.validate_on_submit():
        due = day_of(form.due_on)
        new = tasks.NewTask(patient_id, form.title.data or "", due, UUID(form.owner_id.data))
        row = tasks.write_task(db.session(), viewer(), new, moment())
        return done(form, _after(patient_id, row.id, due), "Task written.")
    places.note_read(db.session(), viewer(), patient_id, "open_task_form")
    page = render_template("week/write.html", form=form, patient=patient, today=today())
    return page, 422 if form.is_submitted() else 200


def _after(patient_id: UUID, task_id: UUID, due: date) -> str:
    """The patient page from which somebody came, else the week of the task, at its card."""
    if request.args.get("to") == "chart":
        return url_for("chart.patient", patient_id=patient_id)
    week = Wanted.read({"from": str(due)}, today())
    return url_for("week.index") + week.query(at=f"{patient_id}-{task_id}")
