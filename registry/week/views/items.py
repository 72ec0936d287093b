"""One thing to do, and what is done with it: moved, put off, handed over, done, reworded, reopened, seen."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from wtforms import Field

from registry.access.policies import may
from registry.extensions import db
from registry.web.guards import needs, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import Changed, VersionedForm, already_done, done, new_token
from registry.week import forms
from registry.week.presenters import conflicts, pages, words
from registry.week.presenters.cards import card
from registry.week.queries import place as places
from registry.week.queries.place import Place
from registry.week.services import tasks
from registry.week.services.tasks import Aim
from registry.week.views.ground import Answer, blueprint, clock, day_of, moment, people, wanted

THING = "<uuid:patient_id>/<thing>"
GONE = "Nothing asks for this any more; nothing was changed."


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
        tasks.move(db.session(), viewer(), aim, day_of(form.day), moment())
        return f"Moved to {_spelled(form.day)}."

    return _act(patient_id, thing, form, form.day, act)


@blueprint.post(f"/snooze/{THING}")
@needs("work_tasks")
def snooze(patient_id: UUID, thing: str) -> Answer:
    form = forms.SnoozeForm()

    def act(aim: Aim) -> str:
        tasks.snooze(db.session(), viewer(), aim, day_of(form.until), form.reason.data or "", moment())
        return f"Put off until {_spelled(form.until)}."

    return _act(patient_id, thing, form, form.until, act)


@blueprint.post(f"/hand-over/{THING}")
@needs("work_tasks")
def hand_over(patient_id: UUID, thing: str) -> Answer:
    form = forms.HandOverForm()
    patient = places.patient(db.session(), viewer(), patient_id)
    form.owner_id.choices = people(places.owners(db.session(), viewer(), patient))

    def act(aim: Aim) -> str:
        owner = UUID(form.owner_id.data)
        tasks.hand_over(db.session(), viewer(), aim, owner, form.remark.data or "", moment())
        return "Handed over."

    return _act(patient_id, thing, form, form.owner_id, act)


@blueprint.post(f"/done/{THING}")
@needs("work_tasks")
def finish(patient_id: UUID, thing: str) -> Answer:
    form = forms.DoneForm()

    def act(aim: Aim) -> str:
        how = form.how.data or tasks.DONE
        tasks.finish(db.session(), viewer(), aim, how, form.remark.data or "", moment())
        return "Done." if how == tasks.DONE else "Dropped."

    return _act(patient_id, thing, form, form.remark, act)


@blueprint.post(f"/words/{THING}")
@needs("work_tasks")
def reword(patient_id: UUID, thing: str) -> Answer:
    form = forms.WordsForm()

    def act(aim: Aim) -> str:
        tasks.reword(db.session(), viewer(), aim, form.title.data or "", moment())
        return "Reworded."

    return _act(patient_id, thing, form, form.title, act)


@blueprint.post(f"/reopen/{THING}")
@needs("work_tasks")
def reopen(patient_id: UUID, thing: str) -> Answer:
    form = forms.PlainForm()

    def act(aim: Aim) -> str:
        tasks.reopen(db.session(), viewer(), aim, moment())
        return "Reopened."

    return _act(patient_id, thing, form, form.once, act)


@blueprint.post(f"/seen/{THING}")
@needs("work_tasks")
def see(patient_id: UUID, thing: str) -> Answer:
    form = forms.PlainForm()

    def act(aim: Aim) -> str:
        tasks.see(db.session(), viewer(), aim, moment())
        return "Seen; it stays new for whoever else it concerns."

    return _act(patient_id, thing, form, form.once, act)


def _spelled(field: Field) -> str:
    on = day_of(field)
    return f"{pages.DAYS[on.weekday()]}, {on:%b} {on.day}"


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
        return redirect(_back(patient_id, thing))
    except Changed:
        db.session.rollback()
        return _item_page(patient_id, thing, form, 409)
    return done(form, _back(patient_id, thing), sentence)


def _back(patient_id: UUID, thing: str) -> str:
    """The week as it was, at the card; or the patient page from which somebody came."""
    if request.args.get("to") == "chart":
        return url_for("chart.patient", patient_id=patient_id)
    return url_for("week.index") + wanted().query(at=f"{patient_id}-{thing}")


def _item_page(patient_id: UUID, thing: str, bound: VersionedForm | None = None, status: int = 200) -> Answer:
    """The page of one thing to do; `bound` is the form that was sent and could not be taken."""
    found = places.place(db.session(), viewer(), patient_id, thing, clock())
    places.note_read(db.session(), viewer(), patient_id)
    if status == 409 and found.entry is None:
        flash(GONE, "warn")
        return redirect(_back(patient_id, thing))
    owners = places.owners(db.session(), viewer(), found.patient)
    shown = _forms(found, owners, bound)
    page = render_template(
        "week/item.html", found=found, patient=found.patient, thing=thing, forms=shown, form=bound,
        card=card(found.entry, viewer().account_id) if found.entry else None, clears=_clears(found),
        theirs=_theirs(found, bound, owners) if bound and status == 409 else None, wanted=wanted(),
        lines=words.history_lines(places.history(db.session(), viewer(), found)), back=_back(patient_id, thing),
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
    return "?to=chart" if to == "chart" else wanted().query()


KINDS: dict[str, type[VersionedForm]] = {
    "move": forms.MoveForm, "snooze": forms.SnoozeForm, "hand_over": forms.HandOverForm, "done": forms.DoneForm,
    "words": forms.WordsForm, "plain": forms.PlainForm,
}  # fmt: skip


def _forms(found: Place, owners: list[tuple[UUID, str]], bound: VersionedForm | None) -> dict[str, Any]:
    """Every form of the page with the version that stands; the one that was sent keeps what was typed."""
    entry = found.entry
    shown = {name: bound if isinstance(bound, kind) else kind(formdata=None) for name, kind in KINDS.items()}
    others = [(key, name) for key, name in owners if entry is None or key != entry.owner_id]
    shown["hand_over"].owner_id.choices = people(others)
    if entry is not None and not isinstance(bound, forms.WordsForm):
        shown["words"].title.data = entry.item.title
    for name, form in shown.items():
        form.version.data, form.version.raw_data = entry.version if entry else 0, None
        form.once.data = new_token()
        for field in form:
            field.id = f"{name}-{field.name}"
    return shown


def _theirs(found: Place, bound: VersionedForm, owners: list[tuple[UUID, str]]) -> dict[str, Any]:
    """Who saved what meanwhile, beside what was typed."""
    assert found.entry is not None, "what nothing asks for any more is no conflict"
    who, at = places.last_change(db.session(), viewer(), found)
    typed = {
        name: value for name, value in bound.data.items() if name not in ("version", "once", "csrf_token")
    }
    return {
        "who": who,
        "at": at,
        "rows": conflicts.rows(found.entry, typed, {str(key): name for key, name in owners}),
    }
