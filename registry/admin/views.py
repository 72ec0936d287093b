"""Accounts for administrators, the audit trail for auditors."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, render_template, request, url_for
from flask_security import hash_password

from registry import audit
from registry.access.policies import ROLE_LABELS
from registry.admin import queries, services
from registry.admin.forms import AccountForm, AuditForm, DisclaimerForm, LicenceForm, RolesForm, WithdrawForm
from registry.clinical.instruments import INSTRUMENTS
from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import already_done, done

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/accounts")
@needs("manage_accounts")
def accounts() -> str:
    people = queries.accounts(db.session(), viewer())
    roles = queries.memberships(db.session(), viewer())
    return render_template("admin/accounts.html", people=people, roles=roles, labels=ROLE_LABELS)


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@needs("manage_accounts")
def new_account() -> str | Response | tuple[str, int]:
    form = AccountForm()
    form.roles.choices = _role_choices()
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            services.create_account(db.session(), viewer(), _new_account(form))
        except services.AccountRefused as refused:
            form.form_errors.append(str(refused))
        else:
            return done(form, url_for("admin.accounts"), f"Account for {form.name.data} made.")
    status = 422 if form.is_submitted() else 200
    return render_template("admin/account_new.html", form=form), status


@blueprint.route("/accounts/<uuid:account_id>", methods=["GET", "POST"])
@needs("manage_accounts")
def account(account_id: UUID) -> str | Response | tuple[str, int]:
    person = queries.account(db.session(), viewer(), account_id)
    held = queries.memberships(db.session(), viewer()).get(account_id, [])
    form = RolesForm(data={"roles": [f"{clinic.id}:{membership.role}" for membership, clinic in held]})
    form.roles.choices = _role_choices()
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            services.change_roles(db.session(), viewer(), account_id, _pairs(form))
        except services.AccountRefused as refused:
            form.form_errors.append(str(refused))
        else:
            return done(form, url_for("admin.accounts"), f"Roles of {person.name} saved.")
    return render_template(
        "admin/account.html", form=form, person=person
    ), 422 if form.is_submitted() else 200


@blueprint.post("/accounts/<uuid:account_id>/<any(open, close):what>")
@needs("manage_accounts")
def set_active(account_id: UUID, what: str) -> Response:
    try:
        services.set_active(db.session(), viewer(), account_id, what == "open", now())
        flash("Account opened." if what == "open" else "Account closed; its sessions are ended.", "success")
    except services.AccountRefused as refused:
        flash(str(refused), "danger")
    return redirect(url_for("admin.accounts"))


@blueprint.route("/disclaimer", methods=["GET", "POST"])
@needs("manage_accounts")
def disclaimer() -> str | Response | tuple[str, int]:
    """The organisation's text under the consultant's advice."""
    form = DisclaimerForm(data={"disclaimer": queries.disclaimer(db.session(), viewer())})
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        services.set_disclaimer(db.session(), viewer(), form.disclaimer.data or "")
        return done(form, url_for("admin.disclaimer"), "Saved; it stands under what is signed from now on.")
    return render_template("admin/disclaimer.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/licences", methods=["GET", "POST"])
@needs("manage_accounts")
def licences() -> str | Response | tuple[str, int]:
    """The instruments whose wording is licensed, and the form that records a licence."""
    form = LicenceForm()
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        new = services.Licence(
            form.instrument.data, form.holder.data or "", form.reference.data or "",
            form.granted_on.data or today(), form.ends_on.data,
        )  # fmt: skip
        services.record_licence(db.session(), viewer(), new, now())
        return done(form, url_for("admin.licences"), "License recorded.")
    rows = queries.licences(db.session(), viewer())
    page = render_template(
        "admin/licences.html", form=form, rows=rows, instruments=INSTRUMENTS, today=today()
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/licences/<uuid:licence_id>/withdraw", methods=["GET", "POST"])
@needs("manage_accounts")
def withdraw_licence(licence_id: UUID) -> str | Response | tuple[str, int]:
    form = WithdrawForm()
    if first := form.is_submitted() and already_done(form):
        return first
    row = queries.licence(db.session(), viewer(), licence_id)
    if form.validate_on_submit():
        services.withdraw_licence(db.session(), viewer(), licence_id, form.reason.data or "", now())
        return done(form, url_for("admin.licences"), "License withdrawn; the total is entered again.")
    page = render_template(
        "admin/licence_withdraw.html", form=form, row=row, kind=INSTRUMENTS[row.instrument]
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/audit")
@needs("read_audit")
def audit_trail() -> str | tuple[str, int]:
    form = AuditForm(request.args)
    people = queries.accounts(db.session(), viewer())
    form.person.choices = [("", "Everybody"), *((str(person.id), person.name) for person in people)]
    form.action.choices = [("", "Every act"), *((act, act.replace("_", " ")) for act in _acts())]
    wanted = _wanted(form) if form.validate() else queries.AuditFilter()
    events = queries.audit_events(db.session(), viewer(), wanted, g.zone)
    count = queries.audit_count(db.session(), viewer(), wanted, g.zone)
    broken = (
        list(audit.verify(db.session(), viewer().org_id, current_app.config["AUDIT_KEYS"]))
        if "verify" in request.args
        else None
    )
    services.note_audit_read(db.session(), viewer(), wanted)
    page = render_template(
        "admin/audit.html", form=form, events=events, count=count, wanted=wanted, pages=-(-count // queries.PAGE),
        broken=broken,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _acts() -> list[str]:
    return queries.audit_actions(db.session(), viewer())


def _wanted(form: AuditForm) -> queries.AuditFilter:
    page = request.args.get("page", 1, type=int)
    person = UUID(form.person.data) if form.person.data else None
    return queries.AuditFilter(
        form.since.data,
        form.until.data,
        person,
        form.action.data,
        (form.mrn.data or "").strip(),
        max(page, 1),
    )


def _role_choices() -> list[tuple[str, str]]:
    clinics = queries.clinics(db.session(), viewer())
    return [
        (f"{clinic.id}:{role}", f"{clinic.name}: {label}")
        for clinic in clinics
        for role, label in ROLE_LABELS.items()
    ]


def _pairs(form: RolesForm) -> tuple[tuple[UUID, str], ...]:
    chosen = (value.split(":", 1) for value in form.roles.data or [])
    return tuple((UUID(clinic), role) for clinic, role in chosen)


def _new_account(form: AccountForm) -> services.NewAccount:
    return services.NewAccount(
        form.email.data or "",
        form.name.data or "",
        form.phone.data or "",
        hash_password(form.password.data),
        _pairs(form),
    )
