"""The text of an instrument in a language, from its versioned data file.

The checksum in the file is that of its words: a word that is changed asks for a new version, because a stored answer
names the version that was read.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its answers; the place of an answer is its value."""

    number: int
    text: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A question that the form asks beside its items, by the key of its `Extra`."""

    key: str
    text: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """The official text, where it was taken from, and the notice that must stand with it."""

    instrument: str
    language: str
    version: str
    title: str
    stem: str
    items: tuple[Item, ...]
    source: str
    licence: str
    checksum: str
    extras: tuple[Beside, ...] = ()
    status: str = ""
    """What is still owed, such as a check against the published form; said wherever the text is shown."""

    @property
    def fingerprint(self) -> str:
        """The checksum of the words as they are."""
        asked: list[Item | Beside] = [*self.items, *self.extras]
        lines = [self.title, self.stem, *(line for one in asked for line in (one.text, *one.options))]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@cache
def languages(instrument: str) -> tuple[str, ...]:
    """The languages in which the text is shipped; empty for instruments answered by number only."""
    return tuple(sorted(path.name.split(".")[1] for path in HERE.glob(f"{instrument}.*.toml")))


def language_for(instrument: str, spoken: str) -> str:
    """The language of the text for somebody who speaks this one: its own tag, else the same language, else English."""
    shipped, first = languages(instrument), spoken.split("-")[0].lower()
    near = (tag for tag in shipped if tag.split("-")[0] == first)
    return spoken if spoken in shipped else next(near, "en")


def language_read(instrument: str, text: str, spoken: str) -> str:
    """The language to record: that of the text, or the patient's own where the text is the English one for want of it."""
    if not text or (text == "en" and language_for(instrument, spoken) == "en"):
        return spoken
    return text


@cache
def wording(instrument: str, language: str = "en") -> Wording | None:
    """The text of an instrument, or None where it is not shipped in that language."""
    if language not in languages(instrument):
        return None
    data = tomllib.loads((HERE / f"{instrument}.{language}.toml").read_text(encoding="utf-8"))
    options = tuple(data.get("options", ()))
    items = tuple(
        Item(number, entry["text"], tuple(entry.get("options", options)))
        for number, entry in enumerate(data["items"], 1)
    )
    extras = tuple(Beside(row["key"], row["text"], tuple(row["options"])) for row in data.get("extras", ()))
    head = {key: data[key] for key in ("version", "title", "stem", "source", "licence", "checksum")}
    return Wording(
        instrument=instrument,
        language=language,
        items=items,
        extras=extras,
        status=data.get("status", ""),
        **head,
    )
