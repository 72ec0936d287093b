"""My week: the board, one thing to do and what is done with it, a new task, the sheet of calls, cover periods."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from wtforms import Field

from registry.access.policies import may
from registry.clinical.week import friday
from registry.extensions import db
from registry.web.guards import local_now, needs, now, today, viewer
from registry.web.transaction import Changed, OnceForm, VersionedForm, already_done, done, new_token
from registry.week import forms
from registry.week.presenters import conflicts, pages
from registry.week.presenters.cards import card
from registry.week.queries import board as boards
from registry.week.queries import covers as periods
from registry.week.queries import place as places
from registry.week.queries.board import Clock, Wanted
from registry.week.queries.place import Place
from registry.week.services import covers, tasks
from registry.week.services.tasks import Aim

blueprint = Blueprint("week", __name__, url_prefix="/week")
Answer = str | Response | tuple[str, int]
THING = "<uuid:patient_id>/<thing>"
GONE = "Nothing asks for this any more; nothing was changed."


def _clock() -> Clock:
    return Clock(today(), local_now().tzinfo)


def _moment() -> tasks.Moment:
    return tasks.Moment(now(), _clock())


def _wanted() -> Wanted:
    return Wanted.read(request.args, today())


# ---------------------------------------------------------------- the board


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
    board = boards.board(db.session(), viewer(), _wanted(), _clock())
    return board, pages.week_page(board, viewer().account_id, today(), _clock().zone)


# ---------------------------------------------------------------- one thing to do


@blueprint.get(f"/item/{THING}")
@needs("work_tasks")
def item(patient_id: UUID, thing: str) -> Answer:
    """One thing to do: why, what would clear it, what can be done with it, and its history."""
    return _item_page(patient_id, thing)


@blueprint.post(f"/move/{THING}")
@needs("work_tasks")
def move(patient_id: UUID, thing: str) -> Answer:
    form = forms.MoveForm()

    def act(aim: Aim) -> str:
        tasks.move(db.session(), viewer(), aim, _day(form.day), _moment())
        return f"Moved to {_spelled(form.day)}."

    return _act(patient_id, thing, form, form.day, act)


@blueprint.post(f"/snooze/{THING}")
@needs("work_tasks")
def snooze(patient_id: UUID, thing: str) -> Answer:
    form = forms.SnoozeForm()

    def act(aim: Aim) -> str:
        tasks.snooze(db.session(), viewer(), aim, _day(form.until), form.reason.data or "", _moment())
        return f"Put off until {_spelled(form.until)}."

    return _act(patient_id, thing, form, form.until, act)


@blueprint.post(f"/hand-over/{THING}")
@needs("work_tasks")
def hand_over(patient_id: UUID, thing: str) -> Answer:
    form = forms.HandOverForm()
    patient = places.patient(db.session(), viewer(), patient_id)
    form.owner_id.choices = _people(places.owners(db.session(), viewer(), patient))

    def act(aim: Aim) -> str:
        owner = UUID(form.owner_id.data)
        tasks.hand_over(db.session(), viewer(), aim, owner, form.remark.data or "", _moment())
        return "Handed over."

    return _act(patient_id, thing, form, form.owner_id, act)


@blueprint.post(f"/done/{THING}")
@needs("work_tasks")
def finish(patient_id: UUID, thing: str) -> Answer:
    form = forms.DoneForm()

    def act(aim: Aim) -> str:
        how = form.how.data or tasks.DONE
        tasks.finish(db.session(), viewer(), aim, how, form.remark.data or "", _moment())
        return "Done." if how == tasks.DONE else "Dropped."

    return _act(patient_id, thing, form, form.remark, act)


@blueprint.post(f"/words/{THING}")
@needs("work_tasks")
def reword(patient_id: UUID, thing: str) -> Answer:
    form = forms.WordsForm()

    def act(aim: Aim) -> str:
        tasks.reword(db.session(), viewer(), aim, form.title.data or "", _moment())
        return "Reworded."

    return _act(patient_id, thing, form, form.title, act)


@blueprint.post(f"/reopen/{THING}")
@needs("work_tasks")
def reopen(patient_id: UUID, thing: str) -> Answer:
    form = forms.PlainForm()

    def act(aim: Aim) -> str:
        tasks.reopen(db.session(), viewer(), aim, _moment())
        return "Reopened."

    return _act(patient_id, thing, form, form.once, act)


@blueprint.post(f"/seen/{THING}")
@needs("work_tasks")
def see(patient_id: UUID, thing: str) -> Answer:
    form = forms.PlainForm()

    def act(aim: Aim) -> str:
        tasks.see(db.session(), viewer(), aim, _moment())
        return "Seen; it stays new for whoever else it concerns."

    return _act(patient_id, thing, form, form.once, act)


def _day(field: Field) -> date:
    found: date = field.data
    return found


def _spelled(field: Field) -> str:
    on = _day(field)
    return f"{pages.DAYS[on.weekday()]}, {on:%b} {on.day}"


def _people(found: list[tuple[UUID, str]]) -> list[tuple[str, str]]:
    return [("", "Choose"), *((str(key), name) for key, name in found)]


def _act(
    patient_id: UUID, thing: str, form: VersionedForm, field: Field, act: Callable[[Aim], str]
) -> Answer:
    """Do it once, or show the thing again with what refuses it, or with what a colleague saved meanwhile."""
    if first := already_done(form):
        return first
    if not form.validate():
        return _item_page(patient_id, thing, form, 422)
    try:
        sentence = act(Aim(patient_id, thing, form.version.data or 0))
    except tasks.TaskRefused as refusal:
        db.session.rollback()
        field.errors = [str(refusal)]
        return _item_page(patient_id, thing, form, 422)
    except tasks.NothingToDo:
        db.session.rollback()
        flash(GONE, "warn")
        return redirect(_back(patient_id, thing))  # type: ignore[return-value]
    except Changed:
        db.session.rollback()
        return _item_page(patient_id, thing, form, 409)
    return done(form, _back(patient_id, thing), sentence)


def _back(patient_id: UUID, thing: str) -> str:
    """The week as it was, at the card; or the patient page from which somebody came."""
    if request.args.get("to") == "chart":
        return url_for("chart.patient", patient_id=patient_id)
    return url_for("week.index") + _wanted().query(at=f"{patient_id}-{thing}")


def _item_page(patient_id: UUID, thing: str, bound: VersionedForm | None = None, status: int = 200) -> Answer:
    """The page of one thing to do; `bound` is the form that was sent and could not be taken."""
    found = places.place(db.session(), viewer(), patient_id, thing, _clock())
    places.note_read(db.session(), viewer(), patient_id)
    if status == 409 and found.entry is None:
        flash(GONE, "warn")
        return redirect(_back(patient_id, thing))  # type: ignore[return-value]
    people = places.owners(db.session(), viewer(), found.patient)
    shown = _forms(found, people, bound)
    page = render_template(
        "week/item.html", found=found, patient=found.patient, thing=thing, forms=shown, form=bound,
        card=card(found.entry, viewer().account_id) if found.entry else None, clears=_clears(found),
        theirs=_theirs(found, bound, people) if bound and status == 409 else None, wanted=_wanted(),
        lines=pages.history_lines(places.history(db.session(), viewer(), found)), back=_back(patient_id, thing),
        query=_query(), may_move=_may_move(found), today=today(),
    )  # fmt: skip
    return page, status


def _clears(found: Place) -> str:
    return found.entry.item.clears if found.entry else ""


def _may_move(found: Place) -> bool:
    """The planned contact is moved by whoever records contacts."""
    return found.entry is not None and (not found.entry.item.planned_on or may(viewer(), "record_contact"))


def _query() -> str:
    """What the addresses of the page's forms carry on."""
    to = request.args.get("to")
    return "?to=chart" if to == "chart" else _wanted().query()


KINDS: dict[str, type[VersionedForm]] = {
    "move": forms.MoveForm, "snooze": forms.SnoozeForm, "hand_over": forms.HandOverForm, "done": forms.DoneForm,
    "words": forms.WordsForm, "plain": forms.PlainForm,
}  # fmt: skip


def _forms(found: Place, people: list[tuple[UUID, str]], bound: VersionedForm | None) -> dict[str, Any]:
    """Every form of the page with the version that stands; the one that was sent keeps what was typed."""
    entry = found.entry
    shown = {name: bound if isinstance(bound, kind) else kind(formdata=None) for name, kind in KINDS.items()}
    others = [(key, name) for key, name in people if entry is None or key != entry.owner_id]
    shown["hand_over"].owner_id.choices = _people(others)
    if entry is not None and not isinstance(bound, forms.WordsForm):
        shown["words"].title.data = entry.item.title
    for name, form in shown.items():
        form.version.data, form.version.raw_data = entry.version if entry else 0, None
        form.once.data = new_token()
        for field in form:
            field.id = f"{name}-{field.name}"
    return shown


def _theirs(found: Place, bound: VersionedForm, people: list[tuple[UUID, str]]) -> dict[str, Any]:
    """Who saved what meanwhile, beside what was typed."""
    assert found.entry is not None, "what nothing asks for any more is no conflict"
    who, at = places.last_change(db.session(), viewer(), found)
    typed = {
        name: value for name, value in bound.data.items() if name not in ("version", "once", "csrf_token")
    }
    return {"who": who, "at": at, "rows": conflicts.rows(found.entry, typed, {str(k): n for k, n in people})}


# ---------------------------------------------------------------- a new task


@blueprint.get("/new")
@needs("work_tasks")
def choose() -> Answer:
    """Whom the new task is about."""
    chosen = request.args.get("patient", type=UUID)
    if chosen:
        return redirect(url_for("week.write", patient_id=chosen))  # type: ignore[return-value]
    found = places.patients_to_choose(db.session(), viewer())
    boards.note_shown(db.session(), viewer(), "choose_patient", [key for key, _ in found], "")
    return render_template("week/choose.html", patients=found)


@blueprint.route("/new/<uuid:patient_id>", methods=["GET", "POST"])
@needs("work_tasks")
def write(patient_id: UUID) -> Answer:
    """Write a task by hand."""
    patient = places.patient(db.session(), viewer(), patient_id)
    form = forms.TaskForm(data={"due_on": friday(today()), "owner_id": str(viewer().account_id)})
    form.owner_id.choices = _people(places.owners(db.session(), viewer(), patient))
    if form.is_submitted() and (first := already_done(form)):
        return first
    if form.validate_on_submit():
        new = tasks.NewTask(patient_id, form.title.data or "", _day(form.due_on), UUID(form.owner_id.data))
        row = tasks.write_task(db.session(), viewer(), new, _moment())
        to = url_for("week.index") + Wanted.read({"from": str(row.due_on)}, today()).query(
            at=f"{patient_id}-{row.id}"
        )
        chart = url_for("chart.patient", patient_id=patient_id)
        return done(form, chart if request.args.get("to") == "chart" else to, "Task written.")
    places.note_read(db.session(), viewer(), patient_id, "open_task_form")
    page = render_template("week/write.html", form=form, patient=patient, today=today())
    return page, 422 if form.is_submitted() else 200


# ---------------------------------------------------------------- cover periods


@blueprint.route("/cover", methods=["GET", "POST"])
@needs("arrange_cover")
def cover() -> Answer:
    """Who is away when, and who does their work."""
    form = _cover_form()
    if form.is_submitted() and (first := already_done(form)):
        return first
    if form.validate_on_submit():
        new = covers.NewCover(UUID(form.away_id.data), UUID(form.by_id.data), _day(form.from_on), _day(form.until_on),
                              form.reason.data or "")  # fmt: skip
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
    form.away_id.choices = _people(away)
    if len(away) == 1 and not form.is_submitted():
        form.away_id.data = str(away[0][0])
    form.by_id.choices = _people(periods.who_may_cover_any(db.session(), viewer(), [key for key, _ in away]))
    return form


def _cover_page(form: forms.CoverForm) -> Answer:
    found = periods.visible_covers(db.session(), viewer())
    covers.note_read(db.session(), viewer())
    arranged = {key for key, _ in periods.who_may_be_away(db.session(), viewer())}
    lines = [(one, pages.cover_state(one, today())) for one in found]
    page = render_template(
        "week/cover.html", form=form, lines=lines, today=today(), plain=forms.PlainForm(formdata=None), arranged=arranged,
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
        return redirect(url_for("week.cover"))  # type: ignore[return-value]
    return done(form, url_for("week.cover"), "The cover is ended; the work is their own again.")
