"""One form, one effect: a form sent twice leads to the result of the first."""

import secrets

from flask import Response, flash
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from wtforms import HiddenField, IntegerField
from wtforms.widgets import HiddenInput

from registry.extensions import db
from registry.models import OnceToken
from registry.models.base import Changed
from registry.web.guards import now, viewer
from registry.web.redirects import redirect

__all__ = ["Changed", "OnceForm", "VersionedForm", "already_done", "done", "release", "spend"]


def new_token() -> str:
    return secrets.token_urlsafe(18)


class OnceForm(FlaskForm):
    """A form that writes: it carries a token that can be spent once."""

    once = HiddenField(default=new_token)


class VersionedForm(OnceForm):
    """A form that edits a row: it also carries the version that its author saw."""

    version = IntegerField(widget=HiddenInput(), default=1)


def release() -> None:
    """Commit early: what was read is recorded, and the slow work that follows keeps nobody waiting."""
    db.session.commit()


def already_done(form: OnceForm) -> Response | None:
    """The redirect of the first submission, when this form was taken before."""
    spent = db.session.get(OnceToken, (viewer().org_id, form.once.data or ""))
    return redirect(spent.result_url) if spent else None


def done(form: OnceForm, url: str, message: str = "") -> Response:
    """Spend the form's token in the transaction of its effect, and lead to the result."""
    if first := spend(form, url):
        return first
    if message:
        flash(message, "success")
    return redirect(url)


def spend(form: OnceForm, url: str) -> Response | None:
    """Spend the form's token; where the same form was taken in the meantime, undo it all and lead to that result."""
    token = form.once.data or new_token()
    who = viewer()
    try:
        db.session.add(
            OnceToken(
                org_id=who.org_id, token=token, account_id=who.account_id, result_url=url, used_at=now()
            )
        )
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        first = already_done(form)
        if first is None:
            raise
        return first
    return None
