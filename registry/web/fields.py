"""Fields that several forms share: the answers of an instrument, item by item or as a bare total."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from wtforms import Field, FloatField, Form, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from registry.clinical.dates import FURTHEST
from registry.clinical.instruments import (
    INSTRUMENTS,
    Extra,
    Filled,
    Instrument,
    Wording,
    languages,
    wording,
)
from registry.clinical.languages import language_and_region
from registry.web.guards import today

WHY = [InputRequired("Say why, for whoever reads this later."), Length(max=200)]
"""What a reason for a change must be."""
NOT_ASKED, DECLINED = "not_asked", "declined"
GAPS = [(NOT_ASKED, "Not asked"), (DECLINED, "Declined")]
SAFETY_QUESTION = "Thoughts of being better off dead, or of self-harm"
UNKNOWN = (NOT_ASKED, "Not known")


def options(*pairs: tuple[str, str], group: str | None = None) -> list[SelectChoice]:
    """Choices of a field from (value, words) pairs, under the name of a group where there are several."""
    return [SelectChoice(value, words, optgroup=group) for value, words in pairs]


def not_in_future(form: Any, field: Field) -> None:
    """What is recorded has happened."""
    if field.data and field.data > today():
        raise ValidationError("This day is in the future. Record it when it has happened.")


def within_a_year(form: Any, field: Field) -> None:
    """What is planned lies near: a year that was mistyped would hide it for good."""
    if field.data and field.data - today() > FURTHEST:
        raise ValidationError("This day is more than a year away. Check the year.")


def since_birth(form: Any, field: Field) -> None:
    """No day of a patient's life lies before the birth, which the form knows as `birth_date`."""
    if field.data and field.data < form.birth_date:
        raise ValidationError("That is before the patient's birth.")


class WholeNumber(IntegerField):
    """A whole number, refused in words that say what is wanted."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """An empty field is no number, whatever stood there before."""
        self.data = None
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError:
            raise ValueError("Write a whole number, such as 20.") from None


class DecimalNumber(FloatField):
    """A number, its decimals after a point or a comma; others are refused in words that say what is wanted."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """An empty field is no number, whatever stood there before."""
        self.data = None
        told = [re.sub(r"^(\d+),(\d\d?)$", r"\1.\2", value.strip()) for value in valuelist if value.strip()]
        try:
            super().process_formdata(told)
        except ValueError:
            raise ValueError("Write a number, such as 6.5.") from None


class TickBoxes(SelectMultipleField):
    """Several tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """Items in a row that have the same answers, so that they stand in columns; a single one stands alone."""

    first: int
    fields: list[RadioField]


class ScoreForm(Form):
    """The answers of one instrument; made by `score_form`."""

    instrument: Instrument
    text: Wording | None
    by_item: bool
    """Whether the answers are entered; else the total alone, until a licence is recorded."""
    total = WholeNumber("Total only", [Optional()])
    source_note = StringField("Where the total was read", [Optional(), Length(max=200)])

    @property
    def items(self) -> list[RadioField]:
        """The fields of the items in order; none where only the total is entered."""
        if not self.by_item:
            return []
        return [self[f"item{number}"] for number in range(1, self.instrument.item_count + 1)]  # type: ignore[misc]

    @property
    def beside(self) -> list[RadioField]:
        """The items that are told beside a bare total, such as the safety item."""
        return [self[f"beside{number}"] for number in self.instrument.with_total]  # type: ignore[misc]

    @property
    def extras(self) -> list[RadioField]:
        """What is asked beside the items; it is never scored."""
        return [self[f"extra_{extra.key}"] for extra in self.instrument.extras]  # type: ignore[misc]

    @property
    def safety_names(self) -> list[str]:
        """The names of the fields that ask about suicide: the safety item, and the safety questions beside the items."""
        return [field.name for field in self._safety_fields]

    @property
    def _safety_fields(self) -> list[RadioField]:
        item = self.instrument.safety_item
        asked = [
            one for one in (*self.items, *self.beside) if one.short_name in (f"item{item}", f"beside{item}")
        ]
        beside = zip(self.instrument.extras, self.extras, strict=True)
        return [*asked, *(field for extra, field in beside if extra.safety)]

    @property
    def alarm_words(self) -> str:
        """What an answer to one of them means: "Item 9 is above 0"."""
        asks_more = any(extra.safety for extra in self.instrument.extras)
        more = " or a question about suicide is answered yes" if asks_more else ""
        return f"Item {self.instrument.safety_item} is above 0{more}"

    @property
    def told_extras(self) -> tuple[tuple[str, int], ...]:
        """The answers beside the items; what was not asked is not among them."""
        given = zip(self.instrument.extras, self.extras, strict=True)
        return tuple((extra.key, answer) for extra, field in given if (answer := _number(field)) is not None)

    @property
    def has_alarm(self) -> bool:
        """Whether the safety item is above 0, or a safety question beside the items is answered yes."""
        return any(_number(field) for field in self._safety_fields)

    @property
    def groups(self) -> list[ItemGroup]:
        """The items by runs of the same answers."""
        numbered = enumerate(self.items, 1)
        runs = [list(run) for _, run in groupby(numbered, key=lambda pair: str(pair[1].choices))]
        return [ItemGroup(run[0][0], [field for _, field in run]) for run in runs]

    @property
    def uniform(self) -> bool:
        """Whether every item has the same answers, so that they stand in columns."""
        return len(self.groups) == 1

    @property
    def adds_up(self) -> bool:
        """Whether the total is the plain sum of all the answers, so that it can be shown while they are given."""
        kind = self.instrument
        return not kind.reversed_items and len(kind.total_items) == kind.item_count

    @property
    def answers(self) -> tuple[int | None, ...]:
        return tuple(_number(field) for field in self.items)

    @property
    def told_beside(self) -> tuple[int | None, ...] | None:
        """The answers beside a total in their places; None where there are none."""
        told = {n: _number(field) for n, field in zip(self.instrument.with_total, self.beside, strict=True)}
        if all(answer is None for answer in told.values()):
            return None
        return tuple(told.get(number) for number in range(1, self.instrument.item_count + 1))

    @property
    def declined(self) -> tuple[int, ...]:
        return tuple(number for number, field in enumerate(self.items, 1) if field.data == DECLINED)

    @property
    def has_items(self) -> bool:
        """Whether something was answered or declined; "not asked" throughout is no form."""
        return bool(self.declined) or any(answer is not None for answer in self.answers)

    @property
    def is_empty(self) -> bool:
        return not self.has_items and self.total.data is None and self.told_beside is None

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
            noted = bool((self.source_note.data or "").strip()) or self.told_beside is not None
            if self.told_extras and not noted and not self.has_items:
                return f"Give the {kind.title} answers too, or the total."
            return (
                f"Give the {kind.title} total that was read there." if noted and not self.has_items else None
            )
        if self.has_items:
            return f"Give the {kind.title} answers or the total, not both."
        if not kind.lowest <= total <= kind.highest:
            return f"A {kind.title} total is between {kind.lowest} and {kind.highest}."
        safety = self.told_beside[kind.safety_item - 1] if kind.safety_item and self.told_beside else None
        return (
            f"Item {kind.safety_item} alone is more than this total." if safety and safety > total else None
        )

    def filled(self) -> Filled | None:
        """What was filled in, or nothing."""
        if self.is_empty:
            return None
        note, text = (self.source_note.data or "").strip(), self.text
        if self.has_items:
            version, language = (text.version, text.language) if text else ("", "")
            return Filled(
                self.instrument, self.answers, None, self.declined, "", version, language, self.told_extras
            )
        return Filled(
            self.instrument, self.told_beside, self.total.data, (), note, "", extras=self.told_extras
        )

    def fill(self, items: Sequence[int | None] | None, declined: Sequence[int] | None) -> None:
        """Show the answers of a form that is kept."""
        for number, (field, answer) in enumerate(zip(self.items, items or (), strict=False), 1):
            gap = DECLINED if number in (declined or ()) else NOT_ASKED
            field.data = gap if answer is None else str(answer)

    def fill_extras(self, given: Mapping[str, int]) -> None:
        """Show the kept answers beside the items."""
        for extra, field in zip(self.instrument.extras, self.extras, strict=True):
            field.data = str(given.get(extra.key, NOT_ASKED))

    def show_total(
        self,
        total: int | None,
        source_note: str,
        items: Sequence[int | None] | None = None,
        safety: int | None = None,
    ) -> None:
        """Show a total that was kept without its answers, and what was told beside it."""
        self.total.data, self.source_note.data = total, source_note if total is not None else ""
        for number, field in zip(self.instrument.with_total, self.beside, strict=True):
            answer = safety if number == self.instrument.safety_item else items[number - 1] if items else None
            field.data = NOT_ASKED if answer is None else str(answer)


def _number(field: RadioField) -> int | None:
    return int(field.data) if field.data and field.data.isdigit() else None


def texts(name: str) -> list[SelectChoice]:
    """The languages in which an instrument can be read, as choices; none where there is no choice."""
    tags = languages(name)
    return options(*((tag, language_and_region(tag)) for tag in tags)) if len(tags) > 1 else []


@cache
def score_form(name: str, by_item: bool = True, language: str = "en") -> type[ScoreForm]:
    """The form of one instrument, in the language of a text that is shipped; or of its total alone."""
    kind, text = INSTRUMENTS[name], wording(name, language)
    numbers = range(1, kind.item_count + 1) if by_item else ()
    items = {f"item{n}": _item(kind, text, n, _label(kind, text, n), GAPS) for n in numbers}
    told = ((n, _beside(kind, text, n)) for n in kind.with_total)
    beside = {f"beside{n}": _item(kind, text, n, label, [UNKNOWN]) for n, label in told}
    total = WholeNumber(
        f"{kind.title} total",
        [Optional()],
        description=f"{kind.lowest} to {kind.highest}{': ' * bool(kind.total_hint)}{kind.total_hint}",
    )
    extras = {f"extra_{extra.key}": _extra(extra, text) for extra in kind.extras}
    fixed = {"instrument": kind, "text": text, "by_item": by_item, "total": total}
    return type(f"{name.title()}Form", (ScoreForm,), {**fixed, **items, **beside, **extras})


def _extra(extra: Extra, text: Wording | None) -> RadioField:
    """In the words of the form where they are shipped, else in ours."""
    asked = next((one for one in text.extras if one.key == extra.key), None) if text else None
    label, words = (asked.text, asked.options) if asked else (extra.label, extra.options)
    choices = [(str(value), word) for value, word in enumerate(words)]
    return RadioField(
        label[0].upper() + label[1:],
        [Optional()],
        choices=options(*choices, (NOT_ASKED, "Not asked")),
        description="A yes asks for the C-SSRS of this score." if extra.safety else "",
    )


def _item(
    kind: Instrument, text: Wording | None, number: int, label: str, gaps: list[tuple[str, str]]
) -> RadioField:
    return RadioField(label, [Optional()], choices=options(*_choices(kind, text, number), *gaps))


def _label(kind: Instrument, text: Wording | None, number: int) -> str:
    if text is not None:
        return text.items[number - 1].text
    label = kind.label(number)
    if label is not None:
        return label.text
    return SAFETY_QUESTION if number == kind.safety_item else f"Question {number}"


def _beside(kind: Instrument, text: Wording | None, number: int) -> str:
    """An item told beside a total: with its number, unless our words name it as it is printed."""
    label = _label(kind, text, number)
    return label if text is None and kind.label(number) else f"Item {number}: {label}"


def _choices(kind: Instrument, text: Wording | None, number: int) -> list[tuple[str, str]]:
    """The answers of an item by their value: in the words of the form, in ours, or as bare numbers."""
    label = kind.label(number)
    words = text.items[number - 1].options if text else label.options if label else _usual(kind, number)
    return [(str(value), word) for value, word in zip(kind.values[number - 1], words, strict=True)]


def _usual(kind: Instrument, number: int) -> tuple[str, ...]:
    """The PHQ family's answers for the adolescent form; yes and no; else the numbers as they are printed."""
    if kind.name == "phq_a":
        return ("Not at all", "Several days", "More than half the days", "Nearly every day")
    values = kind.values[number - 1]
    return ("No", "Yes") if values == (0, 1) else tuple(map(str, values))
