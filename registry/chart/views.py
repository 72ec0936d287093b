"""The patient page."""

from uuid import UUID

from flask import Blueprint, render_template, request

from registry.chart import presenters, queries
from registry.charts import key, trend
from registry.extensions import db
from registry.web.guards import needs, today, viewer

blueprint = Blueprint("chart", __name__, url_prefix="/chart")


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def patient(patient_id: UUID) -> str:
    """One patient: the open episode, or the one named by `episode`."""
    episode_id = request.args.get("episode", type=UUID)
    chart = queries.chart(db.session(), viewer(), patient_id, episode_id, today())
    page = presenters.patient_page(chart, today())
    first = None if "all" in request.args else presenters.TIMELINE_FIRST
    return render_template(
        "chart/patient.html", chart=chart, patient=chart.patient, page=page, today=today(), first=first,
        draw=trend, chart_key=key,
    )  # fmt: skip
