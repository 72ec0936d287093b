"""The forms of a link: how it gets to the PCP, and the code that opens it."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, ValidationError

from registry.web.transaction import OnceForm

MAIL_AND_CODE, MAIL_AND_PAPER, PAPER = "mail", "mail_paper", "paper"
WAYS = {
    MAIL_AND_CODE: "Mail with a link; I tell the code myself, by phone, text or fax",
    MAIL_AND_PAPER: "Mail with a link; the code stands on the printed page that the PCP has",
    PAPER: "On paper: the printed page with link and code, to hand over or to fax",
}


class LinkForm(OnceForm):
    """A new link."""

    provider = StringField(
        "Who answers", [DataRequired("Say who answers: the name stands beside the answer."), Length(max=120)]
    )
    way = RadioField("How it gets there", [InputRequired("Choose how the advice gets to the PCP.")])
    to_address = StringField(
        "Mail address", [Length(max=254)], description="The mail names no patient and no clinic."
    )

    def offer(self, has_printed_code: bool) -> None:
        """A note without a code of its own goes by mail alone."""
        self.way.choices = [pair for pair in WAYS.items() if has_printed_code or pair[0] == MAIL_AND_CODE]

    def validate_to_address(self, field: Any) -> None:
        if self.way.data in (MAIL_AND_CODE, MAIL_AND_PAPER):
            if not (field.data or "").strip():
                raise ValidationError("Give the address that the mail goes to.")
            field.data = field.data.strip()
            Email("This is no mail address.")(self, field)


class CodeForm(FlaskForm):
    """The one field that everybody sees who comes by a link, whatever it once led to."""

    code = StringField("Code", [DataRequired("Type the code."), Length(max=40)])
