"""The PCP's inbox, the team's view of it, and the history of a patient's advice."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, render_template, request, url_for

from registry.access.policies import may
from registry.advice import DecisionRefused, Overtaken
from registry.extensions import db
from registry.inbox import presenters, queries, services
from registry.web.answers import AnswerForm
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import already_done, done, new_token

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@needs("see_inbox")
def index() -> str:
    """What waits for this PCP, and what is new to them."""
    return _page(None, None)


@blueprint.route("/answer/<uuid:recommendation_id>", methods=["GET", "POST"])
@needs("see_inbox")
def answer(recommendation_id: UUID) -> Answer:
    """Agree, change to ..., decline because ...; whoever only comes by is led to the inbox."""
    if request.method != "POST":
        return redirect(url_for("inbox.index"))
    form, status = AnswerForm(), 422
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        given = services.Given(form.kind.data or "", form.remark, form.mark.data or "")
        try:
            services.answer(db.session(), viewer(), recommendation_id, given, today(), now())
            return done(form, url_for("inbox.index"), "Answer recorded.")
        except Overtaken as refused:
            if first := already_done(form):  # by the same form, sent twice at once
                return first
            form.form_errors.append(str(refused))
            status = 409
        except DecisionRefused as refused:
            form.form_errors.append(str(refused))
    queries.own(db.session(), viewer(), recommendation_id)
    return _page(form, recommendation_id), status


@blueprint.get("/seen/<path:_what>")
@blueprint.get("/seen-note/<path:_what>")
@needs("see_team_inbox")
def back(_what: str) -> Response:
    """The address of a button, opened or loaded again by itself: nothing is pressed."""
    return redirect(_home())


@blueprint.post("/seen/<any(recommendation,closed,outcome):news>/<uuid:recommendation_id>")
@needs("see_team_inbox")
def seen(news: str, recommendation_id: UUID) -> Response:
    """I have seen it; nobody else's inbox changes."""
    services.acknowledge(db.session(), viewer(), news, recommendation_id, today(), now())
    return _back("Seen by you. It stays for everybody else.")


@blueprint.post("/seen-note/<uuid:review_id>")
@needs("see_team_inbox")
def seen_note(review_id: UUID) -> Response:
    """I have seen that this note was amended."""
    services.acknowledge_note(db.session(), viewer(), review_id, now())
    return _back("Seen by you. It stays for everybody else.")


@blueprint.get("/team")
@needs("see_team_inbox")
def team() -> str:
    """What waits with all PCPs that this person may see, whose it is, and who has seen it."""
    page = presenters.inbox(queries.told(db.session(), viewer(), queries.TEAM), today())
    return render_template("inbox/team.html", page=page)


@blueprint.get("/history/<uuid:patient_id>")
@needs("see_team_inbox")
def history(patient_id: UUID) -> str:
    """Everything that was ever advised on one patient, and what came of it."""
    patient, told = queries.history(db.session(), viewer(), patient_id)
    return render_template("inbox/history.html", patient=patient, notes=presenters.history(told, today()))


def _page(form: AnswerForm | None, answered: UUID | None) -> str:
    told = queries.told(db.session(), viewer(), queries.OWN)
    return render_template(
        "inbox/index.html", page=presenters.inbox(told, today(), answered), form=form, answered=answered, once=new_token,
        clinics=queries.clinics(db.session(), viewer()), today=today(),
    )  # fmt: skip


def _back(message: str) -> Response:
    flash(message, "success")
    return redirect(_home())


def _home() -> str:
    return url_for("inbox.index" if may(viewer(), "see_inbox") else "inbox.team")


@blueprint.app_context_processor
def counted() -> dict[str, Any]:
    """The number beside the inbox in the navigation, asked for only where the navigation has an inbox."""

    def waiting() -> int:
        return queries.waiting(db.session(), g.viewer, today())

    return {"nav_counts": {"inbox": waiting}}
