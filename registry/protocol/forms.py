"""The protocol as a form: one field a number, one a choice, and what a new version needs beside them."""

import json
from functools import cache
from typing import Any

from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol, Value, choices, settings
from registry.clinical.protocol_limits import problems, sections
from registry.clinical.protocols import differing
from registry.web.fields import WholeNumber, options, within_a_year
from registry.web.guards import today
from registry.web.transaction import OnceForm

REASON = "Say why: it is kept with the version."


def key_of(name: str) -> str:
    """The field of a number or choice: 'phq9.elevated' is `n_phq9_elevated`."""
    return f"n_{name.replace('.', '_')}"


def to_come(_form: OnceForm, field: DateField) -> None:
    """A day from which a version may hold."""
    if field.data and field.data < today():
        raise ValidationError("Choose today or a later day: a day that has passed keeps its own protocol.")


class FromDay(OnceForm):
    """From which day, and why."""

    effective_on = DateField(
        "Holds from", [InputRequired("Give the day from which it holds."), to_come, within_a_year]
    )
    reason = TextAreaField("Why", [InputRequired(REASON), Length(max=1000)])


class NumbersForm(FromDay):
    """A copy of a protocol to be changed; `seen` holds the numbers, choices and day whose effect was shown."""

    label = StringField(
        "Name of this version",
        [InputRequired("Name the version."), Length(max=40)],
        description="As in: Winter 2026",
    )
    seen = HiddenField()
    begun = HiddenField(default="")
    """The mark of the versions from which the copy was begun."""
    labels: frozenset[str] = frozenset()
    """The names that versions have already."""

    def validate_label(self, field: StringField) -> None:
        label = (field.data or "").strip()
        if not label:
            raise ValidationError("Name the version.")
        if not label.isprintable():
            raise ValidationError("The name has a character that cannot be seen: type it anew, on one line.")
        if label == DEFAULT_PROTOCOL.version:
            raise ValidationError("The published protocol has this name. Give the version another.")
        if label in self.labels:
            raise ValidationError("A version has this name already. Give this one another.")

    def fill(self, protocol: Protocol) -> None:
        """Begin with the numbers and choices of a protocol."""
        for name, setting in settings(protocol).items():
            self[key_of(name)].data = setting.value

    def values(self) -> dict[str, Value]:
        """What differs from the published protocol."""
        given = {name: self[key_of(name)].data for name in settings(DEFAULT_PROTOCOL)}
        return differing({name: value for name, value in given.items() if value is not None})

    @property
    def token(self) -> str:
        """What differs, from which day and beside which versions, as one text: is it that whose effect was shown?"""
        return json.dumps(
            [self.values(), self.effective_on.data, self.begun.data], sort_keys=True, default=str
        )

    @property
    def was_seen(self) -> bool:
        return self.seen.data == self.token

    def numbers_are_fit(self) -> bool:
        """Within bounds and in order; what is not is told at its field."""
        fields = [self[key_of(name)] for name in settings(DEFAULT_PROTOCOL)]
        unfit = [field for field in fields if not field.validate(self)]
        for name, sentence in problems(self.values()).items() if not unfit else ():
            self[key_of(name)].errors = [sentence]
            unfit.append(self[key_of(name)])
        return not unfit

    def validate(self, extra_validators: Any = None) -> bool:
        """The whole form, for saving."""
        valid = bool(super().validate(extra_validators))
        return self.numbers_are_fit() and valid


class WithdrawForm(OnceForm):
    reason = TextAreaField("Why", [InputRequired(REASON), Length(max=1000)])


@cache
def numbers_form() -> type[NumbersForm]:
    """The form with a field for each number and each choice that a clinic may set."""
    fields: dict[str, Any] = {
        key_of(entry.name): WholeNumber(entry.published.title, [InputRequired("Enter a number.")])
        for _, entries in sections()
        for entry in entries
    }
    ways = {
        key_of(name): RadioField(choice.title, choices=options(*choice.options))
        for name, choice in choices(DEFAULT_PROTOCOL).items()
    }
    return type("WholeNumbersForm", (NumbersForm,), fields | ways)
