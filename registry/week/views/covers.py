"""Cover periods: who is away when, and who does their work."""

from uuid import UUID

from flask import flash, render_template, url_for

from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import OnceForm, already_done, done, new_token
from registry.week import forms
from registry.week.presenters import words
from registry.week.queries import covers as periods
from registry.week.services import covers
from registry.week.views.ground import Answer, blueprint, day_of, people


@blueprint.route("/cover", methods=["GET", "POST"])
@needs("arrange_cover")
def cover() -> Answer:
    """Who is away when, and who does their work."""
    form = _cover_form()
    if form.is_submitted() and (first := already_done(form)):
        return first
    if form.validate_on_submit():
        away_id, by_id = UUID(form.away_id.data), UUID(form.by_id.data)
        new = covers.NewCover(
            away_id, by_id, day_of(form.from_on), day_of(form.until_on), form.reason.data or ""
        )
        try:
            covers.arrange_cover(db.session(), viewer(), new, today(), now())
        except covers.CoverRefused as refusal:
            form.from_on.errors = [str(refusal)]
        else:
            return done(form, url_for("week.cover"), "Cover entered. It begins and ends by itself.")
    return _cover_page(form)


def _cover_form() -> forms.CoverForm:
    form = forms.CoverForm()
    away = periods.who_may_be_away(db.session(), viewer())
    form.away_id.choices = people(away)
    if len(away) == 1 and not form.is_submitted():
        form.away_id.data = str(away[0][0])
    form.by_id.choices = people(periods.who_may_cover_any(db.session(), viewer(), [key for key, _ in away]))
    return form


def _cover_page(form: forms.CoverForm) -> Answer:
    found = periods.visible_covers(db.session(), viewer())
    covers.note_read(db.session(), viewer())
    arranged = {key for key, _ in periods.who_may_be_away(db.session(), viewer())}
    lines = [(one, words.cover_state(one, today())) for one in found]
    page = render_template(
        "week/cover.html", form=form, lines=lines, today=today(), arranged=arranged,
        token=new_token,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/cover/<uuid:cover_id>/end")
@needs("arrange_cover")
def end_cover(cover_id: UUID) -> Answer:
    """Back early, or no longer needed."""
    form = OnceForm()
    if first := already_done(form):
        return first
    try:
        covers.end_cover(db.session(), viewer(), cover_id, today(), now())
    except covers.CoverRefused as refusal:
        db.session.rollback()
        flash(str(refusal), "warn")
        return redirect(url_for("week.cover"))
    return done(form, url_for("week.cover"), "The cover is ended; the work is their own again.")
