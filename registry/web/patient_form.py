"""A form about one patient: its act is done once, or the page comes again with what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from sqlalchemy.orm import Session
from wtforms import StringField

from registry.access.viewer import Viewer
from registry.extensions import db
from registry.web.fields import WHY
from registry.web.guards import today, viewer
from registry.web.transaction import Changed, OnceForm, VersionedForm, already_done, done

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class PatientForms:
    """What a folder of pages says of its forms."""

    refused: type[Exception]
    """An act that cannot be; the message is what the person reads."""
    note_read: Callable[[Session, Viewer, UUID], None]
    """Record that the patient's page was read."""
    editor: Callable[[Session, Viewer, Any], str]
    """Who saved a row last."""
    side_by_side: Callable[[Any, Any], list[tuple[str, str, str]]]
    """(label, yours, theirs) of a form and a row that was saved meanwhile."""

    def answer(
        self, form: OnceForm, patient: Any, act: Callable[[], None], message: str, template: str, back: str,
        forward: str | None = None, **more: Any,
    ) -> Answer:  # fmt: skip
        """Do the act of a valid form once and lead on; else show the form again with what is wrong."""
        if form.is_submitted() and (first := already_done(form)):
            return first
        if hasattr(form, "birth_date"):
            form.birth_date = patient.birth_date
        status, conflict = 422 if form.is_submitted() else 200, None
        if form.validate_on_submit():
            try:
                act()
                return done(form, forward or back, message)
            except self.refused as refused:
                refuse(form, refused)
            except Changed as changed:
                status, conflict = 409, self._conflict(form, changed.row)
        self.note_read(db.session(), viewer(), patient.id)
        page = render_template(
            template, form=form, patient=patient, back=back, today=today(), conflict=conflict, **more
        )
        return page, status

    def reopen(
        self, patient: Any, row: Any, act: Callable[[str, int], None], what: str, words: str, back: str
    ) -> Answer:  # fmt: skip
        """Take back the end of a row: `act` gets the reason and the version that was seen."""
        form = ReopenForm(data=prefilled(version=row.version))

        def reopen() -> None:
            act(form.reason.data or "", form.version.data or 0)

        return self.answer(
            form, patient, reopen, f"The {what} goes on.", "reopen.html", back, words=words, what=what
        )

    def _conflict(self, form: OnceForm, row: Any) -> tuple[str, list[tuple[str, str, str]]]:
        """Who saved meanwhile, and theirs beside yours; the next save knows of it."""
        db.session.rollback()
        if isinstance(form, VersionedForm):
            form.version.data, form.version.raw_data = row.version, None
        return self.editor(db.session(), viewer(), row), self.side_by_side(form, row)


class ReopenForm(VersionedForm):
    """Take back the end of something."""

    reason = StringField("Why does it go on?", WHY)


class InErrorForm(OnceForm):
    """Mark an entry as a mistake."""

    reason = StringField("Why was it wrong?", WHY)


def refuse(form: OnceForm, refused: Exception) -> None:
    """Say what cannot be: at the field that it is about, if it names one, else above the form."""
    field = getattr(refused, "field", "")
    errors = form[field].errors if field in form else form.form_errors
    errors.append(str(refused))


def prefilled(**values: Any) -> dict[str, Any] | None:
    """What a form shows before anybody has written in it."""
    return values if request.method == "GET" else None
