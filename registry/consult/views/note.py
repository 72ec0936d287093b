"""A signed note, on screen and on paper."""

from io import BytesIO
from uuid import UUID

from flask import render_template, send_file

from registry.consult.presenters import note as on_note
from registry.consult.presenters.paper import note_sheet, to_leave
from registry.consult.queries import notes
from registry.consult.views.ground import Answer, blueprint
from registry.documents import DocumentsUnavailable, note_pdf
from registry.extensions import db
from registry.web.guards import local_now, needs, viewer
from registry.web.transaction import release


@blueprint.get("/note/<uuid:review_id>")
@needs("see_chart")
def note(review_id: UUID) -> str:
    """A signed note, read-only."""
    page = on_note.note_page(notes.note(db.session(), viewer(), review_id))
    return render_template("consult/note.html", page=page, text=on_note.plain_text(to_leave(page)))


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
