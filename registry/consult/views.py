"""The weekly review: agenda, note, and what becomes of the advice."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict

from registry import run_sheet
from registry.access.policies import PCP, may
from registry.advice import Decided, DecisionRefused, record_decision
from registry.charts import key, trend
from registry.clinical.decision_moves import ANSWERS, STEPS, USUAL_REMARKS, legal_steps, state_of
from registry.clinical.drugs import CATALOGUE
from registry.clinical.meeting import REVIEWED
from registry.consult.forms import NOT_TODAY, AskForm, DecisionForm, ReviewForm, SetAsideForm, TemplateForm
from registry.consult.presenters import agenda as on_agenda
from registry.consult.presenters import case as on_case
from registry.consult.presenters import note as on_note
from registry.consult.presenters.paper import note_sheet
from registry.consult.queries import agenda as agendas
from registry.consult.queries import notes
from registry.consult.services import marks, templates
from registry.consult.services import notes as writing
from registry.documents import DocumentsUnavailable, note_pdf
from registry.extensions import db
from registry.web.guards import local_now, needs, now, today, viewer
from registry.web.signing import is_fresh, proves
from registry.web.transaction import OnceForm, already_done, done, release

TOLD_BY = ("seen", *ANSWERS)
"""Steps that a PCP takes."""

blueprint = Blueprint("consult", __name__, url_prefix="/consult")
Answer = str | Response | tuple[str, int]
ADVICE_FIELDS = tuple(field.name for field in fields(writing.Advised))


# The agenda ------------------------------------------------------------------------


@blueprint.get("/")
@needs("run_review")
def agenda() -> str:
    """A clinic's agenda for a review day."""
    clinic_id, manager_id = request.args.get("clinic", type=UUID), request.args.get("manager", type=UUID)
    shown = agendas.agenda(db.session(), viewer(), clinic_id, _day(request.args.get("on")), today())
    agendas.record_read(db.session(), viewer(), shown)
    return render_template(
        "consult/agenda.html", page=on_agenda.page(shown, manager_id, today()), today=today()
    )


@blueprint.route("/ask/<uuid:episode_id>", methods=["GET", "POST"])
@needs("ask_consultant")
def ask(episode_id: UUID) -> Answer:
    """Put one patient on the agenda, with a question where there is one."""
    patient = notes.patient_of(db.session(), viewer(), episode_id, "ask_consultant")
    form = AskForm()
    back = _inside(request.values.get("next")) or url_for("chart.patient", patient_id=patient.id)
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            added = marks.ask(db.session(), viewer(), episode_id, form.question.data or "", today(), now())
            return done(form, back, "On the review agenda." if added else "Already on the review agenda.")
        except marks.MarkRefused as refused:
            form.form_errors.append(str(refused))
    notes.record_read(db.session(), viewer(), "episode", episode_id, patient.id)
    page = render_template("consult/ask.html", patient=patient, form=form, back=back)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/ask")
@needs("ask_consultant")
def ask_many() -> Response:
    """Put the ticked patients on the agenda."""
    form, back = OnceForm(), _inside(request.form.get("next")) or url_for(_home())
    if first := already_done(form):
        return first
    ids = _ids(request.form.getlist("episode"))
    if not ids:
        flash("Tick the patients first, then add them to the agenda.", "warning")
        return redirect(back)  # type: ignore[return-value]
    asked = marks.ask_many(db.session(), viewer(), ids, today(), now())
    return done(form, back, _asked(asked))


@blueprint.route("/set-aside/<uuid:episode_id>", methods=["GET", "POST"])
@needs("run_review")
def set_aside(episode_id: UUID) -> Answer:
    """Not today, because ..."""
    patient = notes.patient_of(db.session(), viewer(), episode_id, "run_review")
    on, form = _day(request.args.get("on")) or today(), SetAsideForm()
    back = url_for("consult.agenda", clinic=patient.clinic_id, on=on)
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            marks.put_aside(db.session(), viewer(), episode_id, on, form.reason.data or "", today(), now())
            return done(form, back, "Set aside for this review day; listed below the agenda.")
        except marks.MarkRefused as refused:
            form.form_errors.append(str(refused))
    notes.record_read(db.session(), viewer(), "episode", episode_id, patient.id)
    page = render_template(
        "consult/set_aside.html", patient=patient, form=form, on=on, back=back, usual=NOT_TODAY
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/put-back/<uuid:episode_id>")
@needs("run_review")
def put_back(episode_id: UUID) -> Response:
    """Take a "not today" back."""
    patient = notes.patient_of(db.session(), viewer(), episode_id, "run_review")
    on = _day(request.form.get("on")) or today()
    marks.put_back(db.session(), viewer(), episode_id, on, today(), now())
    flash("Back on the agenda.", "success")
    return redirect(url_for("consult.agenda", clinic=patient.clinic_id, on=on))  # type: ignore[return-value]


# The note --------------------------------------------------------------------------


@blueprint.route("/review/<uuid:episode_id>", methods=["GET", "POST"])
@needs("write_advice")
def review(episode_id: UUID) -> Answer:
    """The case, and the form of the consultant's note."""
    return _write(notes.case(db.session(), viewer(), episode_id, today()), None)


@blueprint.route("/amend/<uuid:review_id>", methods=["GET", "POST"])
@needs("write_advice")
def amend(review_id: UUID) -> Answer:
    """A signed note is not edited: another one amends it."""
    signed = notes.signed(db.session(), viewer(), review_id, "write_advice")
    if later := notes.amendment_of(db.session(), viewer(), review_id):
        flash("This note is amended already: this is the amendment.", "warning")
        return redirect(url_for("consult.note", review_id=later.id))  # type: ignore[return-value]
    return _write(notes.case(db.session(), viewer(), signed.episode_id, today()), signed)


@blueprint.post("/discard/<uuid:episode_id>")
@needs("write_advice")
def discard(episode_id: UUID) -> Response:
    """Throw one's own draft away."""
    amends_id = request.form.get("amends", type=UUID)
    writing.discard_draft(db.session(), viewer(), episode_id, amends_id)
    flash("Draft discarded.", "success")
    back = (
        url_for("consult.note", review_id=amends_id)
        if amends_id
        else url_for("consult.review", episode_id=episode_id)
    )
    return redirect(back)  # type: ignore[return-value]


@blueprint.post("/typed/<uuid:episode_id>")
@needs("write_advice")
def keep_typing(episode_id: UUID) -> tuple[str, int]:
    """Keep what is typed so far; the page sends it by itself."""
    content, amends_id = request.form.to_dict(flat=False), request.args.get("amends", type=UUID)
    writing.keep_typing(db.session(), viewer(), episode_id, amends_id, content, now())
    return "", 204


@blueprint.get("/note/<uuid:review_id>")
@needs("see_chart")
def note(review_id: UUID) -> str:
    """A signed note, read-only."""
    page = on_note.note_page(notes.note(db.session(), viewer(), review_id))
    return render_template("consult/note.html", page=page, text=on_note.plain_text(page))


@blueprint.get("/note/<uuid:review_id>.pdf")
@needs("print_chart")
def note_paper(review_id: UUID) -> Answer:
    """A signed note on paper."""
    page = on_note.note_page(notes.note(db.session(), viewer(), review_id))
    notes.record_print(db.session(), viewer(), review_id, page.patient_id)
    release()
    try:
        pdf = note_pdf(note_sheet(page, viewer().name, local_now()))
    except DocumentsUnavailable as problem:
        return render_template(
            "printing/unavailable.html", sentence=str(problem), patient_id=page.patient_id
        ), 503
    return send_file(BytesIO(pdf.bytes), "application/pdf", download_name=f"review-{page.on}.pdf", max_age=0)


def _write(case: notes.Case, amended: Any) -> Answer:
    """Show the form with the case, or do what its button says."""
    episode_id, amends_id = case.snapshot.subject.episode_id, amended.id if amended else None
    page = on_case.case_page(case, today())
    draft = notes.draft(db.session(), viewer(), episode_id, amends_id)
    kept = notes.typed(db.session(), viewer(), amends_id or episode_id) if request.method == "GET" else None
    form = _review_form(draft, amended, page, kept)
    status = 200
    if request.method == "POST":
        answer = already_done(form) or _act(form, page, case, amended)
        if isinstance(answer, Response):
            return answer
        status, draft = answer or 422, notes.draft(db.session(), viewer(), episode_id, amends_id)
    return _review_page(form, page, case, amended, draft, status, kept)


def _review_form(draft: Any, amended: Any, page: on_case.CasePage, kept: Any) -> ReviewForm:
    """The form as it was sent, typed, kept as a draft, or signed to be amended; else new."""
    source = draft or amended
    data: dict[str, Any] = {"version": draft.version if draft else 0}
    if source is not None:
        rows = notes.advice_rows(db.session(), viewer(), source.id)
        data |= {name: getattr(source, name) for name in ("impression", "safety", "minutes", "attended")}
        data["advice"] = [{name: getattr(row, name) for name in ADVICE_FIELDS} for row in rows]
        data["rests_on"] = [known["topic"] for known in source.knowns if known["rests_on"]]
    else:
        data["rests_on"] = [item.topic for item in page.checklist if item.is_known]
        data["attended"] = ", ".join(name for name in (page.subject.care_manager, viewer().name) if name)
    form = ReviewForm(MultiDict(kept.content)) if kept else ReviewForm(data=data)
    form.add_blanks(request.args.get("rows", 1, type=int), today())
    form.offer(
        [
            (item.topic, item.words if item.is_known else f"{item.words} (not known)")
            for item in page.checklist
        ],
        [(str(row.id), row.name) for row in notes.templates(db.session(), viewer())],
    )
    return form


def _act(form: ReviewForm, page: on_case.CasePage, case: notes.Case, amended: Any) -> Any:
    """Save or sign: the answer; 409 where the draft was changed elsewhere; nothing where the form has gaps."""
    act = request.form.get("act", "sign_next")
    signing = act.startswith("sign")
    valid = form.validate()
    if signing:
        valid = form.may_be_signed(amended.on if amended else today(), page.safety_open) and valid
        valid = _is_signer(form) and valid
    if not valid:
        return None
    written = _written(form, page, amended.id if amended else None)
    upcoming = _next(case, page.subject.episode_id) if act == "sign_next" and not amended else None
    meeting = _meeting() if not amended else None
    try:
        written = replace(written, advice=(*written.advice, *_extra(form, act)))
        made = _save(form, act, written)
        if meeting and signing:
            _sign_off(meeting, made)
    except (writing.NoteRefused, templates.TemplateRefused) as refused:
        form.form_errors.append(str(refused))
        return None
    except writing.Changed:
        db.session.rollback()
        return 409
    return done(form, *_after(act, form, made, upcoming))


def _is_signer(form: ReviewForm) -> bool:
    """A signature asks for the password once more, unless it was given a moment ago."""
    if is_fresh() or proves(form.password.data or ""):
        return True
    form.password.errors = [
        "This is not your password." if form.password.data else "Give your password to sign."
    ]
    return False


def _extra(form: ReviewForm, act: str) -> tuple[writing.Advised, ...]:
    """What a button adds to the note: a template, or that the consultant wants to see the patient."""
    if act == "see":
        text = "I want to see this patient myself: please arrange a visit."
        return (writing.Advised("direct_evaluation", text),)
    if act != "insert":
        return ()
    if not form.template.data:
        raise templates.TemplateRefused("Choose a template first.")
    row = notes.template(db.session(), viewer(), UUID(form.template.data))
    return (templates.filled_in(row, today()),)


def _save(form: ReviewForm, act: str, written: writing.Written) -> Any:
    if act.startswith("sign"):
        signature = writing.Signature(
            "password", notes.disclaimer(db.session(), viewer()) or on_note.DISCLAIMER
        )
        return writing.sign(db.session(), viewer(), written, signature, today(), now())
    if act == "keep":
        if not written.advice:
            raise templates.TemplateRefused("Write the recommendation first, then keep it as a template.")
        templates.keep(db.session(), viewer(), form.template_name.data or "", written.advice[0], today())
    return writing.save_draft(db.session(), viewer(), written, today(), now())


def _after(act: str, form: ReviewForm, made: Any, upcoming: UUID | None) -> tuple[str, str]:
    """Where a button leads, and what is said there."""
    on, meeting_id = request.args.get("on"), request.args.get("meeting", type=UUID)
    if act == "sign_next" and upcoming:
        next_one = url_for("consult.review", episode_id=upcoming, on=on, meeting=meeting_id)
        return next_one, "Note signed. This is the next patient."
    if act == "sign_next" and meeting_id:
        return url_for(
            "meeting.sheet", meeting_id=meeting_id
        ), "Note signed. It was the last patient of the meeting."
    if act.startswith("sign"):
        return url_for("consult.note", review_id=made.id), "Note signed."
    added = len(form.filled) + 1 if act in ("add", "see", "insert") else None
    rows, anchor = (added if act == "add" else None), (f"recommendation-{added}" if added else None)
    message = SAID.get(act, "Draft saved. Nobody else sees it until you sign.")
    if made.amends_id:
        return url_for("consult.amend", review_id=made.amends_id, rows=rows, _anchor=anchor), message
    here = url_for(
        "consult.review", episode_id=made.episode_id, on=on, meeting=meeting_id, rows=rows, _anchor=anchor
    )
    return here, message


SAID = {"add": "", "insert": "Template inserted; the draft is saved.", "keep": "Kept as a template; the draft is saved.",
        "see": "Added: you want to see this patient. Sign the note to send it."}  # fmt: skip
"""What is said after a button that saves the draft on its way."""


def _written(form: ReviewForm, page: on_case.CasePage, amends_id: UUID | None) -> writing.Written:
    rests_on = frozenset(form.rests_on.data or ())
    return writing.Written(
        page.subject.episode_id, form.version.data or 0, (form.impression.data or "").strip(),
        (form.safety.data or "").strip(), form.minutes.data, (form.attended.data or "").strip(),
        tuple(_advised(one) for one in form.filled), amends_id,
        tuple(writing.Known(one.topic, one.words, one.is_known, one.topic in rests_on) for one in page.checklist),
    )  # fmt: skip


def _advised(one: Any) -> writing.Advised:
    text = {
        name: (one[name].data or "").strip()
        for name in ("if_fails", "drug", "schedule", "rationale", "monitoring")
    }
    return writing.Advised(
        category=one.category.data or "", text=one.words, judge_on=one.judge_on.data, dose_mg=one.dose_mg.data,
        cautions=tuple(one.cautions.data or ()), **text,
    )  # fmt: skip


# Templates ---------------------------------------------------------------------------


@blueprint.get("/templates")
@needs("write_advice")
def my_templates() -> str:
    """One's own templates, to rename or throw away."""
    rows = notes.templates(db.session(), viewer())
    notes.record_templates_read(db.session(), viewer())
    return render_template("consult/templates.html", rows=rows, form=TemplateForm())


@blueprint.post("/templates/<uuid:template_id>")
@needs("write_advice")
def change_template(template_id: UUID) -> Response:
    """Rename a template, or throw it away."""
    form = TemplateForm()
    try:
        if request.form.get("act") == "throw_away":
            templates.throw_away(db.session(), viewer(), template_id)
            flash("Template thrown away.", "success")
        else:
            templates.rename(db.session(), viewer(), template_id, form.name.data or "")
            flash("Template renamed.", "success")
    except templates.TemplateRefused as refused:
        flash(str(refused), "danger")
    return redirect(url_for("consult.my_templates"))  # type: ignore[return-value]


def _review_page(
    form: ReviewForm, page: on_case.CasePage, case: notes.Case, amended: Any, draft: Any, status: int,
    kept: Any,
) -> tuple[str, int]:  # fmt: skip
    subject = page.subject
    notes.record_read(db.session(), viewer(), "episode", subject.episode_id, subject.patient_id)
    conflict = _conflict(form, draft) if status == 409 and draft else None
    html = render_template(
        "consult/review.html", form=form, page=page, amended=amended, draft=draft, conflict=conflict,
        clinic_id=case.clinic_id, today=today(), draw=trend, chart_key=key, kept=kept, ask_password=not is_fresh(),
        drugs=sorted(CATALOGUE), **(_in_meeting(subject.episode_id) or _on_agenda(case, subject.episode_id)),
    )  # fmt: skip
    return html, status


def _on_agenda(case: notes.Case, episode_id: UUID) -> dict[str, Any]:
    """The queue of the clinic's agenda beside the form."""
    shown = agendas.agenda(db.session(), viewer(), case.clinic_id, _day(request.args.get("on")), today())
    return {"queue": on_agenda.queue(shown, episode_id), "on": shown.on, "meeting": None}


def _meeting() -> run_sheet.RunSheet | None:
    """The meeting in which the form is open; its address says so."""
    meeting_id = request.args.get("meeting", type=UUID)
    return run_sheet.run_sheet(db.session(), viewer(), meeting_id) if meeting_id else None


def _in_meeting(episode_id: UUID) -> dict[str, Any] | None:
    """The queue of the meeting beside the form; to open a patient's page starts their clock."""
    sheet = _meeting()
    if sheet is None or sheet.case(episode_id) is None:
        return None
    run_sheet.open_case(db.session(), viewer(), sheet, episode_id, now())
    run_sheet.say_here(db.session(), viewer(), sheet.meeting, episode_id, now())
    entries = agendas.of_sheet(db.session(), viewer(), sheet, today())
    people = run_sheet.present(db.session(), sheet.meeting, now())
    return {
        "queue": on_agenda.meeting_queue(sheet, entries, episode_id), "on": sheet.meeting.on, "meeting": sheet.meeting,
        "clock": run_sheet.clock(sheet, now()), "others": run_sheet.others(people, sheet, viewer().account_id),
        "episode": episode_id,
    }  # fmt: skip


def _sign_off(sheet: run_sheet.RunSheet, made: Any) -> None:
    """The patient is through: one row of minutes for each who took part."""
    run_sheet.close_case(db.session(), viewer(), sheet, made.episode_id, REVIEWED, now())


def _conflict(form: ReviewForm, draft: Any) -> list[tuple[str, str, str]]:
    """Yours and what the draft has; the next save overwrites knowingly."""
    form.version.data, form.version.raw_data = draft.version, None
    rows = notes.advice_rows(db.session(), viewer(), draft.id)
    yours = "\n".join(f"{one.category.data} {one.words}" for one in form.filled)
    theirs = "\n".join(f"{row.category} {row.text}" for row in rows)
    names = ("impression", "safety", "minutes", "attended")
    compared = [
        (form[name].label.text, str(form[name].data or ""), str(getattr(draft, name) or "")) for name in names
    ]
    return [*compared, ("Recommendations", yours, theirs)]


def _next(case: notes.Case, episode_id: UUID) -> UUID | None:
    """Who follows in the meeting, else on the agenda."""
    if sheet := _meeting():
        entries = agendas.of_sheet(db.session(), viewer(), sheet, today())
        return on_agenda.meeting_queue(sheet, entries, episode_id).next
    shown = agendas.agenda(db.session(), viewer(), case.clinic_id, _day(request.args.get("on")), today())
    return on_agenda.queue(shown, episode_id).next


# What becomes of the advice -----------------------------------------------------------


@blueprint.route("/decide/<uuid:recommendation_id>", methods=["GET", "POST"])
@needs("record_decision")
def decide(recommendation_id: UUID) -> Answer:
    """Record what the PCP decided, or whether it was done."""
    asked = notes.question(db.session(), viewer(), recommendation_id)
    who = viewer().name if PCP in viewer().role_names else asked.note.subject.pcp
    form = DecisionForm(data={"on": today(), "decided_by": who} if request.method == "GET" else None)
    form.offer(legal_steps(state_of(asked.advice.facts)))
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            record_decision(db.session(), viewer(), recommendation_id, _decided(form), today(), now())
            return done(form, _inside(request.args.get("next")) or _after_decision(asked), "Recorded.")
        except DecisionRefused as refused:
            form.form_errors.append(str(refused))
    notes.record_read(db.session(), viewer(), "recommendation", recommendation_id, asked.patient.id)
    lines = [on_note.line(one) for one in asked.note.advice]
    page = render_template(
        "consult/decide.html", asked=asked, form=form, lines=lines, steps=STEPS, told_by=TOLD_BY, today=today(),
        line=next(one for one in lines if one.id == recommendation_id), usual=USUAL_REMARKS,
        back=_inside(request.args.get("next")) or url_for("consult.note", review_id=asked.note.review.id),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _decided(form: DecisionForm) -> Decided:
    """Only what the PCP did names the PCP, and only a deferral has a day until which it waits."""
    kind = form.kind.data or ""
    by = form.decided_by.data or "" if kind in TOLD_BY else ""
    until = form.until_on.data if kind == "deferred" else None
    return Decided(kind, form.on.data or today(), by, form.remark.data or "", until)


def _after_decision(asked: notes.Question) -> str:
    """The next recommendation of the note that waits for an answer, else the note."""
    lines = [on_note.line(one) for one in asked.note.advice if one.row.id != asked.advice.row.id]
    waiting = next((one for one in lines if one.needs_answer and one.number > asked.advice.row.number), None)
    if waiting:
        return url_for("consult.decide", recommendation_id=waiting.id)
    return url_for("consult.note", review_id=asked.note.review.id)


# Small things ---------------------------------------------------------------------------


def _day(text: str | None) -> date | None:
    """A day from an address; what is none is no day."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _inside(path: str | None) -> str | None:
    """A path of this registry, so that no form leads elsewhere."""
    inside = path is not None and path.startswith("/") and path[1:2] not in ("/", "\\")
    return path if inside else None


def _ids(texts: Iterable[str]) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(text) for text in texts))
    except ValueError:
        abort(400)


def _home() -> str:
    return "consult.agenda" if may(viewer(), "run_review") else "first_page"


def _asked(asked: marks.Asked) -> str:
    """What became of the ticked patients; no names, because the browser keeps this sentence for a moment."""
    parts = [f"{asked.added} added to the review agenda"] if asked.added else []
    parts += [f"{asked.already} on it already"] if asked.already else []
    if asked.refused:
        parts.append(f"{len(asked.refused)} not added: not enrolled, closed, or reviewed today")
    return "; ".join(parts) + "."
