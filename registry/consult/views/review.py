"""The note of a review as it is written: saved, signed, amended, discarded, and kept while it is typed."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, flash, render_template, request, url_for

from registry.charts import figure, key
from registry.clinical.drugs import CATALOGUE
from registry.consult.forms import NOT_TODAY, ReviewForm
from registry.consult.presenters import case as on_case
from registry.consult.presenters.note import DISCLAIMER
from registry.consult.queries import notes
from registry.consult.services import notes as writing
from registry.consult.services import templates
from registry.consult.views import filling, queue, windows
from registry.consult.views.ground import Answer, blueprint
from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.signing import proved_at, proves
from registry.web.transaction import already_done, done


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
        return redirect(url_for("consult.note", review_id=later.id))
    return _write(notes.case(db.session(), viewer(), signed.episode_id, today()), signed)


@blueprint.post("/discard/<uuid:episode_id>")
@needs("write_advice")
def discard(episode_id: UUID) -> Response:
    """Throw one's own draft away."""
    amends_id = request.form.get("amends", type=UUID)
    writing.discard_draft(db.session(), viewer(), episode_id, amends_id)
    flash("Draft discarded.", "success")
    on, meeting_id = request.args.get("on"), request.args.get("meeting", type=UUID)
    back = (
        url_for("consult.note", review_id=amends_id)
        if amends_id
        else url_for("consult.review", episode_id=episode_id, on=on, meeting=meeting_id)
    )
    return redirect(back)


def _write(case: notes.Case, amended: Any) -> Answer:
    """Show the form with the case, or do what its button says."""
    episode_id, amends_id = case.snapshot.subject.episode_id, amended.id if amended else None
    page = on_case.case_page(case, today())
    draft = notes.draft(db.session(), viewer(), episode_id, amends_id)
    kept = notes.typed(db.session(), viewer(), amends_id or episode_id) if request.method == "GET" else None
    signed_id = queue.signed_already(episode_id) if not (amended or draft or kept) else None
    if request.method == "GET" and signed_id:
        return redirect(url_for("consult.note", review_id=signed_id))
    offered = queue.offered(episode_id)
    form = filling.form_of(draft, amended, page, kept, offered)
    status = 200
    if request.method == "POST":
        filling.take_offered(form, offered, request.form.get("act", "sign_next").startswith("sign"))
        answer = already_done(form) or _act(form, page, case, amended)
        if isinstance(answer, Response):
            return answer
        status, draft = answer or 422, notes.draft(db.session(), viewer(), episode_id, amends_id)
    return _review_page(form, page, case, amended, draft, status, kept)


def _review_page(
    form: ReviewForm, page: on_case.CasePage, case: notes.Case, amended: Any, draft: Any, status: int,
    kept: Any,
) -> tuple[str, int]:  # fmt: skip
    subject = page.subject
    notes.record_read(db.session(), viewer(), "episode", subject.episode_id, subject.patient_id)
    conflict = (
        windows.conflict(form, subject.episode_id, amended.id if amended else None) if status == 409 else None
    )
    html = render_template(
        "consult/review.html", form=form, page=page, amended=amended, draft=draft, conflict=conflict,
        clinic_id=case.clinic_id, today=today(), draw=figure, chart_key=key, kept=kept, ask_password=proved_at() is None,
        drugs=sorted(CATALOGUE), usual=NOT_TODAY, **(queue.beside_meeting(subject.episode_id) or queue.beside_agenda(case, subject.episode_id)),
    )  # fmt: skip
    return html, status


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
    written = filling.written(form, page, amended.id if amended else None)
    upcoming = queue.next_one(case, page.subject.episode_id) if act == "sign_next" and not amended else None
    meeting = queue.meeting() if not amended else None
    try:
        written = replace(written, advice=(*written.advice, *_extra(form, act)))
        made = _save(form, act, written)
        if meeting and signing:
            queue.sign_off(meeting, made)
    except writing.DecisionRefused as refused:
        db.session.rollback()
        form.replaced.errors = [f"One of these was answered or closed in the meantime: look again. {refused}"]
        return None
    except (writing.NoteRefused, templates.TemplateRefused) as refused:
        form.form_errors.append(str(refused))
        return None
    except writing.Changed:
        db.session.rollback()
        return 409
    return done(form, *_after(act, form, made, upcoming))


def _is_signer(form: ReviewForm) -> bool:
    """A signature asks for the password, unless it was given for another signature a moment ago."""
    if proved_at() or proves(form.password.data or ""):
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
            proved_at() or now(), notes.disclaimer(db.session(), viewer()) or DISCLAIMER
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
