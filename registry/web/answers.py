"""The PCP's three buttons, the same by link and in the inbox: agree, change to ..., decline because ..."""

from typing import Any

from wtforms import StringField
from wtforms.validators import AnyOf, Length, ValidationError

from registry.web.transaction import OnceForm

MOST = 300


class AnswerForm(OnceForm):
    """One answer to one recommendation; words are asked for only where an answer needs them."""

    kind = StringField("Answer", [AnyOf(("accepted", "modified", "declined"), "Choose one of the answers.")])
    change = StringField("What you will do instead", [Length(max=MOST)])
    mark = StringField("What was seen", [Length(max=36)])
    reason = StringField("Why you decline", [Length(max=MOST)])

    def validate_change(self, field: Any) -> None:
        if self.kind.data == "modified" and not (field.data or "").strip():
            raise ValidationError("Say in a few words what you will do instead.")

    def validate_reason(self, field: Any) -> None:
        if self.kind.data == "declined" and not (field.data or "").strip():
            raise ValidationError("Say in a few words why; the consultant learns from it.")

    @property
    def remark(self) -> str:
        """The words that belong to the answer."""
        words = {"modified": self.change.data, "declined": self.reason.data}.get(self.kind.data or "", "")
        return (words or "").strip()
