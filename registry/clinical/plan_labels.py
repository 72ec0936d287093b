"""The words around a plan in the patient's language, from their data file."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "plan_labels.toml"
LANGUAGES = {"en": "English", "es": "Spanish"}
"""The languages of the labels."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language; `status` says whether somebody reviewed the translation."""

    language: str
    status: str
    words: dict[str, Any]

    def word(self, group: str, label: str, /, **filled: object) -> str:
        """A label of a group, its gaps filled."""
        text: str = self.words[group][label]
        return text.format(**filled) if filled else text

    def day(self, on: date, form: str = "day") -> str:
        """A date as this language writes it; its `short` form is without the year."""
        form = self.words[form]
        return form.format(day=on.day, month=self.words["months"][on.month - 1], year=on.year)

    @property
    def awaits_review(self) -> bool:
        """Whether a translation still waits for somebody who speaks the language."""
        return "awaiting" in self.status


def label_note() -> str:
    """What staff should know wherever labels are offered: the translations that nobody has reviewed."""
    return " ".join(
        f"{name} labels: {found.status}."
        for tag, name in LANGUAGES.items()
        if (found := labels(tag)).awaits_review
    )


@cache
def labels(language: str) -> Labels:
    """The labels of a language tag; English where there are none."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    known = language.split("-")[0]
    known = known if known in data else "en"
    return Labels(known, data[known]["status"], data[known])
