"""A PCP without an account answers by link; the team makes links, prints them and ends them."""

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    render_template,
    request,
    send_file,
    url_for,
)

from registry.advice import DecisionRefused, Overtaken, note
from registry.charts import figure, key
from registry.documents import DocumentsUnavailable, TooLong, summary_pdf
from registry.extensions import csrf, db
from registry.reply import presenters, queries
from registry.reply.forms import MAIL_AND_CODE, MAIL_AND_PAPER, PAPER, CodeForm, LinkForm
from registry.reply.services import answers, codes, links, posting
from registry.reply_codes import spelled
from registry.web import tickets
from registry.web.answers import AnswerForm
from registry.web.guards import local_now, needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import already_done, release, spend
from registry.web.waiting import refuse_too_many

if TYPE_CHECKING:
    from registry.models import ReplyLink

blueprint = Blueprint("reply", __name__, url_prefix="/reply")
Answer = str | Response | tuple[str, int]

PURPOSE = COOKIE = "reply"
OPEN_FOR = timedelta(minutes=30)
"""So long after the code the page opens without it."""
LINK_GUESSES, ADDRESS_GUESSES = 10, 50
"""Wrong codes in a quarter of an hour, for one link and from one address: a clinic may share one."""
OUTSIDE = frozenset({"reply.open_link", "reply.answer"})
"""What anybody may ask for; `registry.web.guards.PUBLIC` names them."""


@blueprint.after_request
def keep_to_itself(response: Response) -> Response:
    """No address with a token goes on to another page, and no search engine keeps one."""
    if request.endpoint in OUTSIDE:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


# For the PCP --------------------------------------------------------------------------------


@blueprint.route("/<token>", methods=["GET", "POST"])
@csrf.exempt  # the form's own token is checked; the extension would also ask for a referrer, and none is sent
def open_link(token: str) -> Answer:
    """A field for a code, whatever the address; behind the right one the advice on one patient."""
    link = _behind(token)
    if link is not None:
        return _page(link, token, AnswerForm())
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("reply/code.html", form=form, refused=False)
    refuse_too_many(_limits(token))
    return _try(token, form) or render_template("reply/code.html", form=CodeForm(formdata=None), refused=True)


@blueprint.route("/<token>/<int:number>", methods=["GET", "POST"])
@csrf.exempt
def answer(token: str, number: int) -> Answer:
    """Agree, change to ..., decline because ...: one answer to one recommendation; whoever only comes by is led to the link."""
    link = _behind(token)
    if link is None or request.method != "POST":
        return redirect(url_for("reply.open_link", token=token))
    form, status = AnswerForm(), 422
    if form.validate_on_submit():
        given = answers.Answered(number, form.kind.data or "", form.remark, form.mark.data or "")
        try:
            answers.answer(db.session(), link, given, now())
            return redirect(_next(link, token))
        except DecisionRefused as refused:
            form.form_errors.append(str(refused))
            status = 409 if isinstance(refused, Overtaken) else 422
    return _page(link, token, form, number), status


def _try(token: str, form: CodeForm) -> Response | None:
    """Compare a code, with no transaction open meanwhile; None where it opens nothing."""
    keys = _keys(token)
    guess = answers.count_guess(db.session(), token, keys, now())
    release()
    link = None
    if codes.fits(form.code.data or "", guess.kept):
        link = answers.open_link(db.session(), guess, keys, now())
    if link is None:
        answers.refuse_guess(db.session(), guess, now())
        return None
    ticket = tickets.Ticket(link.org_id, link.id, now() + OPEN_FOR)
    response = redirect(url_for("reply.open_link", token=token))
    response.set_cookie(
        COOKIE, tickets.issue(PURPOSE, ticket), max_age=OPEN_FOR, path=url_for("reply.open_link", token=token),
        secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def _limits(token: str) -> dict[str, int]:
    keys = _keys(token)
    return {keys.link: LINK_GUESSES, keys.address: ADDRESS_GUESSES}


def _keys(token: str) -> answers.LinkKeys:
    """The counter of a link that does not exist is one like any other."""
    return answers.LinkKeys(f"reply:{queries.digest(token)[:32]}", f"reply-address:{request.remote_addr}")


def _behind(token: str) -> "ReplyLink | None":
    """The link of the ticket that this browser shows."""
    ticket = tickets.read(PURPOSE, request.cookies.get(COOKIE, ""), now())
    if ticket is None:
        return None
    return queries.behind(db.session(), ticket.org_id, ticket.row_id, token, now())


def _next(link: "ReplyLink", token: str) -> str:
    """To the recommendation that waits for an answer next."""
    waiting = _shown(link).waiting
    anchor = f"recommendation-{waiting[0].number}" if waiting else None
    return url_for("reply.open_link", token=token, _anchor=anchor)


def _page(link: "ReplyLink", token: str, form: AnswerForm, number: int = 0) -> str:
    """The advice with its buttons, or what was answered once nothing waits."""
    page = _shown(link)
    name = "thanks" if page.is_answered and not (number or request.args.get("change")) else "advice"
    return render_template(
        f"reply/{name}.html", page=page, token=token, form=form, number=number, draw=figure, chart_key=key
    )


def _shown(link: "ReplyLink") -> presenters.LinkPage:
    at = queries.local(db.session(), link, now())
    return presenters.link_page(link, queries.opened(db.session(), link, at.date()), at)


# For the team -------------------------------------------------------------------------------


@blueprint.route("/new/<uuid:review_id>", methods=["GET", "POST"])
@needs("send_advice")
def new(review_id: UUID) -> Answer:
    """Make a link to a signed note; its code is shown this once."""
    found = note(db.session(), viewer(), review_id, queries.SEND)
    form = LinkForm()
    form.offer(bool(found.review.reply_code))
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            return _make(form, review_id)
        except links.LinkRefused as refused:
            form.form_errors.append(str(refused))
    elif request.method == "GET":
        form.provider.data, form.way.data = found.subject.pcp, MAIL_AND_CODE
        form.to_address.data = queries.usual_address(db.session(), viewer(), found)
    queries.record_read(db.session(), viewer(), found)
    open_ones = queries.open_ones(db.session(), viewer(), found.subject.patient_id, now())
    page = presenters.sending(found, queries.links(db.session(), viewer(), review_id), open_ones, now())
    html = render_template("reply/new.html", form=form, page=page, mail=(MAIL_AND_CODE, MAIL_AND_PAPER))
    return html, 422 if form.is_submitted() else 200


def _make(form: LinkForm, review_id: UUID) -> Answer:
    """Make the link; of two that send the same form the second is led to the note."""
    wanted = links.Wanted(
        review_id, form.provider.data or "", posting.PAPER if form.way.data == PAPER else posting.MAIL,
        form.to_address.data or "", form.way.data != MAIL_AND_CODE,
    )  # fmt: skip
    made = links.make_link(db.session(), viewer(), wanted, _setting(), today(), now())
    if first := spend(form, url_for("consult.note", review_id=review_id)):
        return first
    code = spelled(made.code) if wanted.printed_code else f"{made.code[:3]} {made.code[3:]}"
    reach = queries.reach(db.session(), viewer(), made.link.patient_id)
    return render_template(
        "reply/made.html",
        made=made,
        code=code,
        way=form.way.data,
        review_id=review_id,
        reach=reach,
        has_mail=bool(current_app.config["SMTP_URL"]),
    )


def _setting() -> links.Setting:
    return links.Setting(current_app.config["REPLY_LASTS"], current_app.config["BASE_URL"])


@blueprint.route("/sheet/<uuid:link_id>", methods=["GET", "POST"])
@needs("send_advice")
def sheet(link_id: UUID) -> Answer:
    """The printed page with link and code, for whoever has just made the link and still holds its token."""
    link = queries.link(db.session(), viewer(), link_id)
    if request.method != "POST":
        return _to_note(link)
    token = request.form.get("token", "")
    if not queries.is_token_of(link, token):
        abort(400)
    behind = queries.opened(db.session(), link, today(), viewer())
    page = presenters.sheet(behind, viewer().name, local_now(), links.address(_setting(), token))
    release()
    try:
        pdf = summary_pdf(page)
    except (DocumentsUnavailable, TooLong) as problem:
        return render_template("reply/no_sheet.html", sentence=str(problem), review_id=link.review_id), 503
    return send_file(BytesIO(pdf.bytes), "application/pdf", download_name="advice.pdf", max_age=0)


@blueprint.route("/revoke/<uuid:link_id>", methods=["GET", "POST"])
@needs("send_advice")
def revoke(link_id: UUID) -> Response:
    """End a link: from now on it opens nothing."""
    if request.method != "POST":
        return _to_note(queries.link(db.session(), viewer(), link_id))
    link = links.end_link(db.session(), viewer(), link_id, now())
    flash("The link opens nothing any more.", "success")
    return _to_note(link)


def _to_note(link: "ReplyLink") -> Response:
    return redirect(url_for("consult.note", review_id=link.review_id, _anchor="links"))


@blueprint.app_context_processor
def beside_a_note() -> dict[str, object]:
    """What the page of a note shows of its links."""

    def reply_links(review_id: UUID) -> list[presenters.LinkLine]:
        return presenters.link_lines(queries.links(db.session(), viewer(), review_id), now())

    return {"reply_links": reply_links}
