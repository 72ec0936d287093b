"""The board of a week, and the sheet of its calls."""

from flask import render_template, request

from registry.extensions import db
from registry.web.guards import needs, today, viewer
from registry.web.transaction import new_token
from registry.week.presenters import pages
from registry.week.queries import board as boards
from registry.week.views.ground import blueprint, clock, wanted


@blueprint.get("/")
@needs("work_tasks")
def index() -> str:
    """The things to do of a week, day by day."""
    board, page = _week()
    shown = [one.patient_id for one in page.cards]
    shown += [line.patient_id for column in page.columns for line in column.done]
    boards.note_shown(db.session(), viewer(), "see_week", shown, board.wanted.kind)
    return render_template(
        "week/index.html", page=page, wanted=board.wanted, colleagues=board.colleagues, patients=board.patients,
        counts=pages.counts_words(page), token=new_token,
    )  # fmt: skip


@blueprint.get("/calls")
@needs("work_tasks")
def calls() -> str:
    """Whom to call on each day of the week, on paper."""
    board, page = _week()
    listed = pages.calls(page, request.args.get("on", ""))
    shown = [one.patient_id for _, cards in listed for one in cards]
    boards.note_shown(db.session(), viewer(), "print_calls", shown, "call")
    return render_template("week/calls.html", page=page, listed=listed, wanted=board.wanted)


def _week() -> tuple[boards.Board, pages.WeekPage]:
    board = boards.board(db.session(), viewer(), wanted(), clock())
    return board, pages.week_page(board, viewer().account_id, today(), clock().zone)
