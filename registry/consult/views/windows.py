"""Two windows of one author on one note: what is typed is kept, and neither writes over what it has not seen."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from registry.clinical.interventions import RECOMMENDATION_CATEGORIES
from registry.consult.forms import ReviewForm
from registry.consult.queries import notes
from registry.consult.services import notes as writing
from registry.consult.views.ground import blueprint
from registry.extensions import db
from registry.web.guards import needs, now, viewer

LINES = ("impression", "safety", "minutes", "attended")


class Conflict(NamedTuple):
    """Both texts where they differ, and what a form must carry to write knowingly over the other one."""

    rows: list[tuple[str, str, str]]
    version: int
    typed: str


@blueprint.post("/typed/<uuid:episode_id>")
@needs("write_advice")
def keep_typing(episode_id: UUID) -> tuple[str, int]:
    """Keep what is typed so far; the page sends it by itself, and is told where another window was first."""
    content, amends_id = request.form.to_dict(flat=False), request.args.get("amends", type=UUID)
    try:
        writing.keep_typing(db.session(), viewer(), episode_id, amends_id, content, now())
    except writing.Changed:
        db.session.rollback()
        found = conflict(ReviewForm(), episode_id, amends_id)
        return render_template("consult/_other_window.html", conflict=found), 409
    return "", 204


def conflict(form: ReviewForm, episode_id: UUID, amends_id: UUID | None) -> Conflict:
    """What this window has and what the other one typed or saved; from now on the form knows of it."""
    draft = notes.draft(db.session(), viewer(), episode_id, amends_id)
    kept = notes.typed(db.session(), viewer(), amends_id or episode_id)
    version, typed = draft.version if draft else 0, notes.typed_in(kept.content) if kept else ""
    yours, theirs = (
        _of_form(form),
        _of_form(ReviewForm(MultiDict(kept.content))) if kept else _of_draft(draft),
    )
    form.version.data, form.typed.data = version, typed
    form.version.raw_data = form.typed.raw_data = None
    labels = {name: form[name].label.text for name in LINES} | {"advice": "Recommendations"}
    rows = [
        (label, yours[name], theirs[name]) for name, label in labels.items() if yours[name] != theirs[name]
    ]
    return Conflict(rows, version, typed)


def _of_form(form: ReviewForm) -> dict[str, str]:
    advice = [_line(one.category.data, one.words) for one in form.filled]
    return {name: str(form[name].data or "") for name in LINES} | {"advice": "\n".join(advice)}


def _of_draft(draft: Any) -> dict[str, str]:
    """A saved draft; nothing where it was signed or discarded."""
    rows = notes.advice_rows(db.session(), viewer(), draft.id) if draft else []
    advice = "\n".join(_line(row.category, row.text) for row in rows)
    return {name: str(getattr(draft, name, "") or "") for name in LINES} | {"advice": advice}


def _line(category: str | None, text: str) -> str:
    return f"{RECOMMENDATION_CATEGORIES.get(category or '', '')} {text}".strip()
