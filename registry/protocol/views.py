"""The protocol: its rules for everybody, its versions and numbers for those who set them."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from registry.access.scope import NotVisible
from registry.clinical.protocols import Version, protocol_of
from registry.extensions import db
from registry.protocol import presenters, queries, services
from registry.protocol.forms import FromDay, NumbersForm, WithdrawForm, key_of, numbers_form
from registry.web.guards import needs, now, today, viewer
from registry.web.past import read_day
from registry.web.transaction import already_done, done

blueprint = Blueprint("protocol", __name__, url_prefix="/protocol")
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@needs("manage_protocol")
def versions() -> str:
    """What holds where, what is planned, and what held before."""
    mine, held = queries.places(db.session(), viewer()), queries.held(db.session(), viewer())
    listed = queries.versions(db.session(), viewer(), mine)
    queries.note_read(db.session(), viewer(), "versions")
    lines = presenters.version_lines(listed, held, today(), mine)
    return render_template(
        "protocol/versions.html", places=presenters.place_lines(mine, held, today()), versions=lines
    )


@blueprint.route("/edit", methods=["GET", "POST"])
@needs("manage_protocol")
def edit() -> Answer:
    """A copy of the protocol that holds, to be changed: first what would change is shown, then it can be saved."""
    place = _place_asked()
    form: NumbersForm = numbers_form()(data={"effective_on": today()} if request.method == "GET" else None)
    held = queries.held(db.session(), viewer())
    if request.method == "GET":
        form.fill(held.on(place.id, today()))
        form.begun.data = queries.mark(db.session(), viewer(), place)
        return _edit_page(form, place, None, 200)
    form.labels = frozenset(version.label for version in held.versions)
    if request.form.get("act") == "save":
        return already_done(form) or _save(form, place)
    return _look(form, place, 200 if form.effective_on.validate(form) else 422)


def _look(form: NumbersForm, place: queries.Place, status: int) -> Answer:
    """What would change, beside what was saved meanwhile."""
    if not form.numbers_are_fit():
        return _edit_page(form, place, None, 422)
    mark = queries.mark(db.session(), viewer(), place)
    if form.begun.data != mark:
        bearing = queries.bearing_on(db.session(), viewer(), place)
        form.form_errors.append(presenters.meanwhile(queries.versions(db.session(), viewer(), bearing)))
        form.begun.data, status = mark, 422
    form.seen.data = form.token
    found = queries.what_if(db.session(), viewer(), place.id, _as_if(form), today())
    return _edit_page(form, place, presenters.what_if_page(found), status)


def _place_asked() -> queries.Place:
    """The clinic in the address; without one the widest place that this person may set."""
    clinic_id = _as_id(request.args.get("clinic", ""))
    if clinic_id is None:
        return queries.places(db.session(), viewer())[0]
    return queries.place(db.session(), viewer(), clinic_id)


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotVisible("clinic") from None


def _as_if(form: NumbersForm) -> Any:
    on = form.effective_on.data or today()
    return protocol_of(Version(0, None, form.label.data or "", on, tuple(form.values().items())))


def _save(form: NumbersForm, place: queries.Place) -> Answer:
    """Save what was looked at; anything else, and what was begun before another version, is shown once more."""
    valid = form.validate_on_submit()
    if valid and not form.was_seen:
        form.effective_on.errors = [presenters.unseen_words(form.effective_on.data or today())]
    if not valid or not form.was_seen:
        return _look(form, place, 422)
    assert form.effective_on.data is not None, "a valid form has its day"
    label, reason = (form.label.data or "").strip(), (form.reason.data or "").strip()
    planned = services.Planned(
        place.id, label, form.effective_on.data, reason, form.values(), form.begun.data or ""
    )
    held = queries.held(db.session(), viewer())
    passed_over = held.passed_over(place.id, planned.effective_on, today())
    try:
        services.save_version(db.session(), viewer(), planned, today(), now())
    except services.ChangedMeanwhile:
        db.session.rollback()
        return _look(form, place, 422)
    return done(form, url_for("protocol.versions"), presenters.saved_words(label, place, passed_over))


def _edit_page(
    form: NumbersForm, place: queries.Place, effect: presenters.WhatIfPage | None, status: int
) -> Answer:
    queries.note_read(db.session(), viewer(), "numbers")
    versions, on = queries.held(db.session(), viewer()), form.effective_on.data or today()
    held, otherwise = versions.on(place.id, today()), versions.on(place.id, max(on, today()))
    page = render_template(
        "protocol/edit.html", form=form, place=place, held=held, effect=effect, otherwise=otherwise,
        planned=presenters.planned_words(versions, place, on, today()),
        sections=presenters.form_sections(form, key_of, held), choices=presenters.form_choices(form, key_of, held),
        changes=presenters.compared(form.values(), otherwise),
    )  # fmt: skip
    return page, status


@blueprint.route("/follow/<uuid:clinic_id>", methods=["GET", "POST"])
@needs("manage_protocol")
def follow(clinic_id: UUID) -> Answer:
    """A clinic gives up its own numbers and follows the organisation again."""
    place = queries.place(db.session(), viewer(), clinic_id)
    form = FromDay(data={"effective_on": today()} if request.method == "GET" else None)
    if form.validate_on_submit():
        assert form.effective_on.data is not None, "a valid form has its day"
        planned = services.Planned(
            clinic_id, "As the organization", form.effective_on.data, form.reason.data or "", None
        )
        return already_done(form) or _follow(form, planned, place)
    queries.note_read(db.session(), viewer(), "follow")
    planned_here = queries.held(db.session(), viewer()).planned(place.id, today())
    page = render_template(
        "protocol/follow.html",
        form=form,
        place=place,
        planned=presenters.following_words(planned_here, place),
    )
    return page, 422 if form.is_submitted() else 200


def _follow(form: FromDay, planned: services.Planned, place: queries.Place) -> Response:
    services.save_version(db.session(), viewer(), planned, today(), now())
    coming = queries.held(db.session(), viewer()).planned(place.id, today())
    words = presenters.followed_words(coming, place, planned.effective_on)
    return done(form, url_for("protocol.versions"), words)


@blueprint.route("/withdraw/<uuid:version_id>", methods=["GET", "POST"])
@needs("manage_protocol")
def withdraw(version_id: UUID) -> Answer:
    """Take a planned version back before its day."""
    version, form = queries.version(db.session(), viewer(), version_id), WithdrawForm()
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            services.withdraw(db.session(), viewer(), version_id, form.reason.data or "", today(), now())
        except services.ProtocolRefused as refused:
            form.form_errors.append(str(refused))
        else:
            return done(form, url_for("protocol.versions"), f"Withdrawn: {version.label}.")
    queries.note_read(db.session(), viewer(), "withdraw")
    status = 422 if form.is_submitted() else 200
    return render_template("protocol/withdraw.html", form=form, version=version), status


@blueprint.get("/rules")
@needs("own_account")
def rules() -> str:
    """Every rule with the numbers of one's clinic, on any day."""
    clinics = queries.clinics(db.session(), viewer())
    chosen, on = _as_id(request.args.get("clinic", "")), _day(request.args.get("on", ""))
    place = next((one for one in clinics if chosen in (None, one.id)), None)
    if place is None and chosen is not None:
        raise NotVisible("clinic")
    held = queries.held(db.session(), viewer()).on(place.id if place else None, on)
    return render_template(
        "protocol/rules.html",
        page=presenters.rules_page(held, on),
        clinics=clinics,
        place=place,
        on=on,
        today=today(),
    )


def _day(text: str) -> date:
    """A day in the address; one that is still to come is read by what holds today."""
    return min(read_day(text), today()) if text else today()
