"""One's own templates of advice."""

from uuid import UUID

from flask import Response, flash, render_template, request, url_for

from registry.consult.forms import TemplateForm
from registry.consult.queries import notes
from registry.consult.services import templates
from registry.consult.views.ground import blueprint
from registry.extensions import db
from registry.web.guards import needs, viewer
from registry.web.redirects import redirect


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
    return redirect(url_for("consult.my_templates"))
