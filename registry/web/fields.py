"""Fields that several forms share: the answers of an instrument, item by item or as a bare total."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from wtforms import Form, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from registry.clinical.instruments import INSTRUMENTS, Filled, Instrument, Wording, wording

NOT_ASKED, DECLINED = "not_asked", "declined"
GAPS = [(NOT_ASKED, "Not asked"), (DECLINED, "Declined")]
TITLES = {"dast10": [("0", "No"), ("1", "Yes")]}
"""Answers of instruments whose wording is licensed and not shipped."""
SAFETY_QUESTION = "Thoughts of being better off dead, or of self-harm"


def options(*pairs: tuple[str, str]) -> list[SelectChoice]:
    """Choices of a field from (value, words) pairs."""
    return [SelectChoice(value, words) for value, words in pairs]


class WholeNumber(IntegerField):
    """A whole number, refused in words that say what is wanted."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """An empty field is no number, whatever stood there before."""
        self.data = None
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError:
            raise ValueError("Write a whole number, such as 20.") from None


class TickBoxes(SelectMultipleField):
    """Several tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ScoreForm(Form):
    """The answers of one instrument; made by `score_form`."""

    instrument: Instrument
    text: Wording | None
    total = WholeNumber("Total only", [Optional()])
    source_note = StringField("Where the total was read", [Optional(), Length(max=200)])

    @property
    def items(self) -> list[RadioField]:
        """The fields of the items in order."""
        return [self[f"item{number}"] for number in range(1, self.instrument.item_count + 1)]  # type: ignore[misc]

    @property
    def uniform(self) -> bool:
        """Whether every item has the same answers, so that they stand in columns."""
        return len({str(field.choices) for field in self.items}) == 1

    @property
    def answers(self) -> tuple[int | None, ...]:
        return tuple(int(field.data) if field.data and field.data.isdigit() else None for field in self.items)

    @property
    def declined(self) -> tuple[int, ...]:
        return tuple(number for number, field in enumerate(self.items, 1) if field.data == DECLINED)

    @property
    def has_items(self) -> bool:
        """Whether something was answered or declined; "not asked" throughout is no form."""
        return bool(self.declined) or any(answer is not None for answer in self.answers)

    @property
    def is_empty(self) -> bool:
        return not self.has_items and self.total.data is None

    def validate(self, extra_validators: Any = None) -> bool:
        """A total stands alone, inside its range, and says where it was read."""
        valid = bool(super().validate(extra_validators))
        problem = self._problem_of_total() if not self.total.errors else None
        if problem:
            self.total.errors = [*self.total.errors, problem]
        if self.total.data is not None and not problem and not (self.source_note.data or "").strip():
            self.source_note.errors = [
                f"Say where the {self.instrument.title} total was read, as in: PCP note of today."
            ]
        return valid and not self.total.errors and not self.source_note.errors

    def _problem_of_total(self) -> str | None:
        total, kind = self.total.data, self.instrument
        if total is None:
            noted = (self.source_note.data or "").strip()
            return (
                f"Give the {kind.title} total that was read there." if noted and not self.has_items else None
            )
        if self.has_items:
            return f"Give the {kind.title} answers or the total, not both."
        if not kind.lowest <= total <= kind.highest:
            return f"A {kind.title} total is between {kind.lowest} and {kind.highest}."
        return None

    def filled(self) -> Filled | None:
        """What was filled in, or nothing."""
        if self.is_empty:
            return None
        note, version = (self.source_note.data or "").strip(), self.text.version if self.text else ""
        if self.has_items:
            return Filled(self.instrument, self.answers, None, self.declined, "", version)
        return Filled(self.instrument, None, self.total.data, (), note, "")

    def fill(self, items: Sequence[int | None] | None, declined: Sequence[int] | None) -> None:
        """Show the answers of a form that is kept."""
        for number, (field, answer) in enumerate(zip(self.items, items or (), strict=False), 1):
            gap = DECLINED if number in (declined or ()) else NOT_ASKED
            field.data = gap if answer is None else str(answer)

    def show_total(self, total: int | None, source_note: str) -> None:
        """Show a total that was kept without its answers."""
        self.total.data, self.source_note.data = total, source_note if total is not None else ""


@cache
def score_form(name: str) -> type[ScoreForm]:
    """The form of one instrument, with its wording where that may be shipped."""
    kind, text = INSTRUMENTS[name], wording(name)
    fields: dict[str, Any] = {
        f"item{number}": RadioField(
            _label(kind, text, number), [Optional()], choices=options(*_choices(kind, text, number))
        )
        for number in range(1, kind.item_count + 1)
    }
    total = WholeNumber(
        f"{kind.title} total",
        [Optional()],
        description=f"{kind.lowest} to {kind.highest}",
    )
    return type(
        f"{name.title()}Form", (ScoreForm,), {"instrument": kind, "text": text, "total": total, **fields}
    )


def _label(kind: Instrument, text: Wording | None, number: int) -> str:
    if text is not None:
        return text.items[number - 1].text
    return SAFETY_QUESTION if number == kind.safety_item else f"Question {number}"


def _choices(kind: Instrument, text: Wording | None, number: int) -> list[tuple[str, str]]:
    if text is not None:
        return [*((str(value), words) for value, words in enumerate(text.items[number - 1].options)), *GAPS]
    usual = TITLES.get(kind.name) or [(str(value), _usual(value)) for value in range(kind.item_highest + 1)]
    return [*usual, *GAPS]


def _usual(value: int) -> str:
    """The answers of the PHQ family, which the adolescent form shares."""
    return ("Not at all", "Several days", "More than half the days", "Nearly every day")[value]
