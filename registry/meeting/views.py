"""The review meeting: slots, the run-sheet, who is where."""

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request, url_for

from registry import attendance, run_sheet
from registry.access import scope
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.extensions import db
from registry.meeting import presenters, queries, services
from registry.meeting.forms import WEEKDAYS, BeginForm, ChangeSlotForm, MoveForm, NotTodayForm, SlotForm
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import OnceForm, already_done, done

blueprint = Blueprint("meeting", __name__, url_prefix="/meeting")
Answer = str | Response | tuple[str, int]


@blueprint.route("/", methods=["GET", "POST"])
@needs("run_review")
def index() -> Answer:
    """Meetings that run and were held, the weekly slots, and who was passed over; a consultant begins one here."""
    clinics = scope.visible_clinics(db.session(), viewer(), "run_review")
    slots = queries.slots(db.session(), viewer(), today())
    proposal = queries.proposal(slots, viewer(), today())
    form = BeginForm(data=_proposed(proposal, clinics) if request.method == "GET" else None)
    form.clinics.choices = [(str(clinic.id), clinic.name) for clinic in clinics]
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            chosen = [UUID(clinic_id) for clinic_id in form.clinics.data or ()]
            meeting = services.begin(
                db.session(), viewer(), chosen, form.minutes.data or 0, form.most.data or 1, today(), now()
            )
            return done(form, url_for("meeting.sheet", meeting_id=meeting.id))
        except services.MeetingRefused as refused:
            form.form_errors.append(str(refused))
    page = _index_page(form, [clinic.id for clinic in clinics], slots, proposal)
    return page, 422 if form.is_submitted() else 200


def _proposed(proposal: queries.Proposal | None, clinics: Sequence[Any]) -> dict[str, Any]:
    """What the form begins with: the weekly slots of the day, else every clinic."""
    if proposal is None:
        return {"clinics": [str(clinic.id) for clinic in clinics]}
    ticked = [str(clinic_id) for clinic_id in proposal.clinic_ids]
    return {"clinics": ticked, "minutes": proposal.minutes, "most": proposal.most}


def _index_page(
    form: BeginForm, clinic_ids: list[UUID], slots: list[queries.Slot], proposal: queries.Proposal | None
) -> str:
    entries = queries.caseload(db.session(), viewer(), clinic_ids, today())
    queries.record_read(db.session(), viewer(), "organisation", viewer().org_id, entries)
    fresh = DEFAULT_PROTOCOL.review_fresh.value
    return render_template(
        "meeting/index.html", form=form, slots=slots, proposal=proposal, today=today(), weekdays=WEEKDAYS,
        meetings=queries.meetings(db.session(), viewer()), once=OnceForm(),
        lists=presenters.passed_over(queries.passed_over(entries), fresh), scanned=len(entries),
    )  # fmt: skip


@blueprint.route("/slots/new", methods=["GET", "POST"])
@needs("run_review")
def new_slot() -> Answer:
    """Give a clinic a weekly slot."""
    form = SlotForm(data={"from_on": today()} if request.method == "GET" else None)
    return _slot_page(form, lambda: services.add_slot(db.session(), viewer(), _slot(form), now()))


@blueprint.route("/slots/<uuid:series_id>", methods=["GET", "POST"])
@needs("run_review")
def change_slot(series_id: UUID) -> Answer:
    """Change a weekly slot from a day on."""
    row = queries.slot(db.session(), viewer(), series_id)
    data = {
        "clinic": str(row.clinic_id), "consultant": str(row.consultant_id), "weekday": str(row.weekday),
        "starts_at": time.fromisoformat(row.starts_at), "minutes": row.minutes, "version": row.version,
        "from_on": max(today(), row.from_on),
    }  # fmt: skip
    form = ChangeSlotForm(data=data if request.method == "GET" else None)

    def change() -> None:
        version = form.version.data or 0
        services.change_slot(db.session(), viewer(), series_id, _slot(form), version, now())

    return _slot_page(form, change)


def _slot_page(form: SlotForm, write: Callable[[], object]) -> Answer:
    """The form of a slot, or what it writes."""
    clinics = scope.visible_clinics(db.session(), viewer(), "run_review")
    form.clinic.choices = [(str(clinic.id), clinic.name) for clinic in clinics]
    form.consultant.choices = [(str(key), name) for key, name in queries.consultants(db.session(), viewer())]
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            write()
            return done(form, url_for("meeting.index"), "Weekly slot saved.")
        except services.MeetingRefused as refused:
            form.form_errors.append(str(refused))
    queries.record_read(db.session(), viewer(), "organisation", viewer().org_id, [])
    title = "Change the weekly slot" if isinstance(form, ChangeSlotForm) else "New weekly slot"
    return render_template("meeting/slot.html", form=form, title=title), 422 if form.is_submitted() else 200


def _slot(form: SlotForm) -> services.NewSlot:
    return services.NewSlot(
        UUID(form.clinic.data), UUID(form.consultant.data), int(form.weekday.data), f"{form.starts_at.data:%H:%M}",
        form.minutes.data or 0, form.from_on.data or today(),
    )  # fmt: skip


@blueprint.post("/slots/<uuid:series_id>/end")
@needs("run_review")
def end_slot(series_id: UUID) -> Response:
    """A weekly slot ends."""
    services.end_slot(db.session(), viewer(), series_id, today())
    flash(
        "The slot has ended: from today on it proposes nothing. The meetings that were held stay.", "success"
    )
    return redirect(url_for("meeting.index"))


@blueprint.get("/<uuid:meeting_id>")
@needs("run_review")
def sheet(meeting_id: UUID) -> str:
    """The run-sheet."""
    return _sheet_page(_sheet(meeting_id))


def _sheet(meeting_id: UUID) -> run_sheet.RunSheet:
    return run_sheet.run_sheet(db.session(), viewer(), meeting_id)


def _sheet_page(found: run_sheet.RunSheet, refused: str = "") -> str:
    entries = queries.of_sheet(db.session(), viewer(), found, today())
    queries.record_read(db.session(), viewer(), "review_meeting", found.meeting.id, entries.values())
    attendance.say_here(db.session(), viewer(), found.meeting, None, now())
    return render_template(
        "meeting/sheet.html", sheet=found, lines=presenters.lines(found, entries, today(), now()), form=MoveForm(),
        reason=NotTodayForm(), refused=refused, **_progress(found, None),
    )  # fmt: skip


def _progress(found: run_sheet.RunSheet, episode_id: UUID | None) -> dict[str, Any]:
    told = run_sheet.progress(db.session(), viewer(), found, episode_id, now())
    return {"meeting": found.meeting, "progress": told}


@blueprint.post("/<uuid:meeting_id>/here")
@needs("run_review")
def here(meeting_id: UUID) -> str:
    """Asked by an open page every few seconds: it says where its reader is, and learns where the others are."""
    found, on = _sheet(meeting_id), request.form.get("episode", type=UUID)
    attendance.say_here(db.session(), viewer(), found.meeting, on, now())
    return render_template("meeting/_progress.html", episode=on, **_progress(found, on))


@blueprint.post("/<uuid:meeting_id>/move/<uuid:episode_id>")
@needs("run_review")
def move(meeting_id: UUID, episode_id: UUID) -> Answer:
    """Another place in the queue."""
    form = MoveForm()
    if not form.validate():
        return _sheet_page(_sheet(meeting_id), " ".join(map(str, form.place.errors))), 422
    run_sheet.move(db.session(), viewer(), _sheet(meeting_id), episode_id, form.place.data or 1)
    return redirect(url_for("meeting.sheet", meeting_id=meeting_id, _anchor=f"case-{episode_id}"))


@blueprint.post("/<uuid:meeting_id>/skip/<uuid:episode_id>")
@needs("run_review")
def skip(meeting_id: UUID, episode_id: UUID) -> Response:
    """Later in this meeting."""
    found = _sheet(meeting_id)
    _, following = run_sheet.turns(found, episode_id)
    services.skip(db.session(), viewer(), found, episode_id, now())
    return _onward(found, following)


@blueprint.post("/<uuid:meeting_id>/not-today/<uuid:episode_id>")
@needs("run_review")
def not_today(meeting_id: UUID, episode_id: UUID) -> Answer:
    """Not today, because ..."""
    found = _sheet(meeting_id)
    _, following = run_sheet.turns(found, episode_id)
    try:
        reason = request.form.get("reason", "")[:200]
        services.not_today(db.session(), viewer(), found, episode_id, reason, today(), now())
    except services.MeetingRefused as refused:
        return _sheet_page(found, str(refused)), 422
    return _onward(found, following)


def _onward(found: run_sheet.RunSheet, following: UUID | None) -> Response:
    """The next patient for whoever came from one, else the run-sheet."""
    if request.form.get("back") == "case" and following:
        return redirect(url_for("consult.review", episode_id=following, meeting=found.meeting.id))
    return redirect(url_for("meeting.sheet", meeting_id=found.meeting.id))


@blueprint.post("/<uuid:meeting_id>/end")
@needs("run_review")
def end(meeting_id: UUID) -> Response:
    """End the meeting; who was not reached is carried over."""
    left = run_sheet.end(db.session(), viewer(), _sheet(meeting_id), now())
    flash(
        f"The meeting is over. {left} carried over to the next."
        if left
        else "The meeting is over; everybody was seen.",
        "success",
    )
    return redirect(url_for("meeting.sheet", meeting_id=meeting_id))
