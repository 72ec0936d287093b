"""The patient page."""

from uuid import UUID

from flask import Blueprint, render_template, request

from registry.chart import presenters, queries
from registry.charts import figure, key
from registry.extensions import db
from registry.web.guards import needs, today, viewer
from registry.web.past import look, seen_on

blueprint = Blueprint("chart", __name__, url_prefix="/chart")


@blueprint.get("/<uuid:patient_id>")
@needs("see_chart")
def patient(patient_id: UUID) -> str:
    """One patient: the open episode, or the one named by `episode`; `as_of` looks back to a day."""
    episode_id = request.args.get("episode", type=UUID)
    day = seen_on()
    chart = queries.chart(db.session(), viewer(), patient_id, queries.Asked(episode_id, day, today()))
    page = presenters.patient_page(chart, day)
    first = None if "all" in request.args else presenters.TIMELINE_FIRST
    return render_template(
        "chart/patient.html", chart=chart, patient=chart.patient, page=page, today=day, first=first,
        draw=figure, chart_key=key, latest=today(),
        meeting_id=request.args.get("meeting", type=UUID), **look(day),
    )  # fmt: skip
