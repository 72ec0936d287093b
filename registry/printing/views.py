"""Packets and summaries: order, watch, open."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, send_file, url_for

from registry.access.policies import may
from registry.documents import DocumentsUnavailable, TooLong, summary_pdf
from registry.extensions import db
from registry.papers.consented import pcp_page
from registry.papers.words import Press
from registry.printing import queries, services
from registry.printing.forms import PacketForm, PagesForm
from registry.web.guards import local_now, needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import release

blueprint = Blueprint("printing", __name__, url_prefix="/printing")


@blueprint.post("/packet")
@needs("print_chart")
def packet() -> Response:
    """Order the packet of the ticked patients, or of the whole agenda."""
    form = PacketForm()
    if not form.validate():
        flash(
            "The packet was not ordered: "
            + " ".join(str(e) for errors in form.errors.values() for e in errors),
            "danger",
        )
        return redirect(url_for("printing.index"))
    try:
        episodes, on = form.episode.data or [], form.on.data or today()
        clinic_id = next(iter(form.clinic.data or []), None) or queries.clinic_of(
            db.session(), viewer(), episodes
        )
        document = services.order_packet(db.session(), viewer(), clinic_id, episodes, on, today(), now())
    except services.NothingToPrint as refused:
        flash(str(refused), "warning")
        return redirect(url_for("printing.index"))
    return redirect(url_for("printing.progress", document_id=document.id))


@blueprint.post("/pages")
@needs("print_chart")
def pages() -> Response:
    """Order the PCPs' pages of a clinic day as one file."""
    form = PagesForm()
    back = url_for("inbox.index" if may(viewer(), "see_inbox") else "printing.index")
    if not form.validate():
        flash(
            "Nothing was ordered: " + " ".join(str(e) for row in form.errors.values() for e in row), "danger"
        )
        return redirect(back)
    clinic_id = next(iter(form.clinic.data or []), None) or queries.clinic_of(db.session(), viewer(), [])
    try:
        on = form.on.data or today()
        made = services.order_pages(db.session(), viewer(), clinic_id, form.typed, on, today(), now())
    except services.NothingToPrint as refused:
        flash(str(refused), "warning")
        return redirect(back)
    return redirect(url_for("printing.progress", document_id=made.id))


@blueprint.get("/")
@needs("print_chart")
def index() -> str:
    """The packets of one's clinics."""
    documents = queries.documents(db.session(), viewer())
    queries.record_read(db.session(), viewer(), "list_packets", [])
    return render_template("printing/index.html", documents=documents)


@blueprint.get("/progress/<uuid:document_id>")
@needs("print_chart")
def progress(document_id: UUID) -> Response | str:
    """How far a packet is: the page, or for a poll the bar alone."""
    document = queries.document(db.session(), viewer(), document_id)
    queries.record_read(db.session(), viewer(), "watch_packet", [])
    return render_template("printing/progress.html", document=document)


@blueprint.get("/<uuid:document_id>")
@needs("print_chart")
def document(document_id: UUID) -> Response:
    """A finished packet."""
    found = services.read_document(db.session(), viewer(), document_id)
    if found.content is None:
        return redirect(url_for("printing.progress", document_id=document_id))
    name = "review-packet" if found.kind == queries.PACKET else "pcp-pages"
    return _pdf(found.content, f"{name}-{found.for_on}.pdf")


@blueprint.get("/summary/<uuid:patient_id>")
@needs("print_chart")
def summary(patient_id: UUID) -> Response | tuple[str, int]:
    """The PCP's one page."""
    case = queries.patient_case(db.session(), viewer(), patient_id, today())
    page = pcp_page(case, Press(viewer().name, local_now(), today()))
    services.record_summary(db.session(), viewer(), patient_id, page)
    release()
    try:
        pdf = summary_pdf(page)
    except (DocumentsUnavailable, TooLong) as problem:
        return render_template("printing/unavailable.html", sentence=str(problem), patient_id=patient_id), 503
    return _pdf(pdf.bytes, f"pcp-summary-{today()}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=name, max_age=0)
