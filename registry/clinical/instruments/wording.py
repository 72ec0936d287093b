"""The text of an instrument in a language, from its versioned data file."""

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


def languages(instrument: str) -> tuple[str, ...]:
    """The languages in which the text is shipped; empty for instruments answered by number only."""
    return tuple(sorted(path.name.split(".")[1] for path in HERE.glob(f"{instrument}.*.toml")))


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
    head = {key: data[key] for key in ("version", "title", "stem", "source", "licence")}
    return Wording(instrument=instrument, language=language, items=items, **head)
