"""The forms of a score: entering one outside a contact, and correcting one."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from registry.clinical.instruments import Filled
from registry.clinical.languages import language_and_region
from registry.web.fields import ScoreForm, options, score_form
from registry.web.transaction import OnceForm, VersionedForm

MODES = [
    ("phone", "Asked by phone"),
    ("interview", "Asked in person or by video"),
    ("self", "Filled in by the patient on paper"),
    ("portal", "Filled in by the patient on the portal"),
    ("", "Not known"),
]
LANGUAGES = [("en", "English"), ("es", "Spanish"), ("vi", "Vietnamese"), ("zh", "Chinese"), ("", "Not known")]


@dataclass(frozen=True, slots=True)
class Limits:
    """The days between which a score can lie."""

    today: date
    birth_date: date


class MeasureFields(OnceForm):
    """When and how a form was filled in."""

    limits: Limits
    taken_on = DateField("Date", [InputRequired("Give the date on which the form was filled in.")])
    mode = SelectField("How", choices=options(*MODES), default="phone")
    language = SelectField("Language", choices=options(*LANGUAGES), default="en")
    seen = HiddenField()
    """The doubts that the author has seen, by their mark."""

    def validate_taken_on(self, field: Field) -> None:
        if field.data is None:
            return
        if field.data > self.limits.today:
            raise ValidationError("A score cannot lie in the future.")
        if field.data < self.limits.birth_date:
            raise ValidationError("That is before the patient's birth.")

    @property
    def score_form(self) -> ScoreForm:
        form: ScoreForm = self["score"].form
        return form

    def offer_language(self, *tags: str) -> None:
        """Languages that are not on the list: that of the patient, and that of the text on the page."""
        more = [(tag, language_and_region(tag)) for tag in dict.fromkeys(tags) if tag not in dict(LANGUAGES)]
        self.language.choices = options(*LANGUAGES, *more)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if valid and self.score_form.is_empty:
            title = self.score_form.instrument.title
            self.score_form.total.errors = [f"Give the answers of the {title}, or its total."]
            return False
        return valid

    def has_seen(self, mark: str) -> bool:
        """Whether the author was shown these doubts and saves all the same; else the form asks next time."""
        shown = self.seen.data == mark
        self.seen.data, self.seen.raw_data = mark, None
        return shown or not mark

    def filled(self) -> Filled:
        filled = self.score_form.filled()
        assert filled is not None, "an empty form does not validate"
        return filled

    def taken(self) -> dict[str, Any]:
        """When and how, as columns."""
        return {
            "taken_on": self.taken_on.data,
            "mode": self.mode.data or "",
            "language": self.language.data or "",
        }


class AddFields(MeasureFields):
    """A score that was not taken in a contact."""


class CorrectFields(MeasureFields, VersionedForm):
    """A score as it should have been entered, and why it is changed."""

    in_error = BooleanField(
        "This score was entered in error", description="It stays on file, struck out, and counts nowhere."
    )
    reason = StringField(
        "Reason for the correction",
        [InputRequired("Say why the record is corrected."), Length(max=500)],
        filters=[lambda words: (words or "").strip()],
    )


@cache
def add_form(instrument: str, by_item: bool = True, text: str = "en") -> type[AddFields]:
    """The form for a new score of an instrument, read in a language."""
    return type("AddForm", (AddFields,), {"score": FormField(score_form(instrument, by_item, text))})


@cache
def correct_form(instrument: str, by_item: bool = True, text: str = "en") -> type[CorrectFields]:
    """The form for correcting a score of an instrument, in the language in which it was read."""
    return type("CorrectForm", (CorrectFields,), {"score": FormField(score_form(instrument, by_item, text))})
