"""The rulebook of a protocol, drawn from the rules themselves, for the page in the app and for docs/rules.md.

``python -m registry.clinical.rulebook > docs/rules.md`` writes the published one.
"""

import string
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from registry.clinical.agenda import HOW, WEIGHTS
from registry.clinical.choices import Choice
from registry.clinical.dates import spell
from registry.clinical.findings import RULES, Rule
from registry.clinical.instruments.chapter import chapter
from registry.clinical.medication_book import Book, medication_books
from registry.clinical.primary import NOT_PRIMARY
from registry.clinical.protocol import (
    DEFAULT_PROTOCOL,
    FORMS,
    SCALES,
    Protocol,
    ScaleThresholds,
    Threshold,
    choices,
    numbers,
    settings,
    thresholds,
)
from registry.clinical.schedules import metabolic_words
from registry.clinical.sources import AWAITING, SOURCES, awaits_sign_off
from registry.clinical.status_rules import BASELINE_RULE, STATUS_RULES, UNJUDGED, StatusRule
from registry.clinical.therapy import failing_from

CHAPTERS = (
    ("Entry", ("E",)),
    ("Contact cadence", ("C",)),
    ("Measurement", ("M",)),
    ("Status, change of treatment and consult", ("T", "X", "A")),
    ("Step down and close", ("D",)),
    ("Safety", ("SF",)),
)
OTHERS = "Medication, therapy, pathways and plans"


class Row(NamedTuple):
    """One rule in words, its numbers written in."""

    code: str
    name: str
    when: str
    window: str
    action: str
    who: str
    urgency: str
    sources: str
    awaiting: bool


def chapters(protocol: Protocol) -> list[tuple[str, list[Row]]]:
    """Every rule by chapter; a family without a chapter of its own stands in the last one."""
    known = {family for _, families in CHAPTERS for family in families}
    rest = tuple(sorted({_family(r) for r in RULES} - known))
    found = [(title, _rows(protocol, codes)) for title, codes in (*CHAPTERS, (OTHERS, rest))]
    return [(title, rows) for title, rows in found if rows]


def _rows(protocol: Protocol, families: tuple[str, ...]) -> list[Row]:
    return [row_of(r, protocol) for r in sorted(RULES, key=_by_code) if _family(r) in families]


def _family(rule: Rule) -> str:
    return rule.code.rstrip(string.digits)


def _by_code(rule: Rule) -> tuple[str, int]:
    family = _family(rule)
    return family, int(rule.code.removeprefix(family) or 0)


def row_of(rule: Rule, protocol: Protocol) -> Row:
    """One rule with the numbers of a protocol."""
    when, window = filled(rule.when, protocol), filled(rule.window, protocol)
    named, awaiting = _named(rule.sources), awaits_sign_off(*rule.sources)
    return Row(
        rule.code, rule.name, when, window, rule.action, rule.who, rule.urgency.label, named, awaiting,
    )  # fmt: skip


class Each:
    """A number of every primary scale that has it, `{each.elevated}` in a rule's text: "10 (PHQ-9, GAD-7), 33 (PCL-5)"."""

    def __init__(self, *scales: ScaleThresholds) -> None:
        self.scales = scales

    def __getattr__(self, part: str) -> str:
        titles: dict[int, list[str]] = {}
        for scale in self.scales:
            if (value := getattr(scale, part)) is not None:
                titles.setdefault(value, []).append(scale.title)
        told = (f"{value} ({', '.join(named)})" for value, named in titles.items())
        return ", ".join(told) or "a number that nobody published for this scale"

    @property
    def improved(self) -> str:
        """'below 10 (PHQ-9, GAD-7), or 12 (PCL-5) points below the baseline': what of it these scales have."""
        below = [s for s in self.scales if s.improved_below is not None]
        points = [s for s in self.scales if s.improved_points is not None]
        told = [f"below {Each(*below).improved_below}"] if below else []
        told += [f"{Each(*points).improved_points} points below the baseline"] if points else []
        return ", or ".join(told) or "improved in a way that somebody published for this scale"


def filled(text: str, protocol: Protocol, of: Iterable[str] = SCALES) -> str:
    """A rule's text with its thresholds written in: those of every primary scale, or of some."""
    scales = {name: protocol.scale(name) for name in SCALES}
    each = Each(*(protocol.scale(name) for name in of))
    known: dict[str, Any] = {**thresholds(protocol), **scales, **choices(protocol), "each": each}
    return text.format_map(known)


def names_in(*texts: str, of: Iterable[str] = SCALES) -> list[str]:
    """The numbers that a rule's texts name, once each, in their order; `each` is every primary scale, or some."""
    found = (name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)
    scales = [FORMS.get(name, (name, ""))[0] for name in of]
    named = (one for name in found for one in _of_each(name.removesuffix(".value"), scales))
    return list(dict.fromkeys(named))


def _of_each(name: str, scales: Iterable[str]) -> list[str]:
    family, _, part = name.partition(".")
    if family != "each":
        return [name]
    parts = ("improved_below", "improved_points") if part == "improved" else (part,)
    return [
        f"{s}.{one}" for one in parts for s in scales if getattr(DEFAULT_PROTOCOL.scale(s), one) is not None
    ]


def statuses(protocol: Protocol) -> list[tuple[str, str, str, str]]:
    """Code, word, condition and sources of each status of a scale, in the order in which they are asked."""
    return [(r.code, r.name, filled(r.when, protocol), _status_sources(r, protocol)) for r in STATUS_RULES]


def _status_sources(rule: StatusRule, protocol: Protocol) -> str:
    """The sources; where only some scales' numbers await sign-off, those scales are named."""
    if awaits_sign_off(*rule.sources):
        return _marked(rule.sources)
    held, named = numbers(protocol), names_in(rule.when)
    waiting = dict.fromkeys(name.partition(".")[0] for name in named if held[name].awaiting_sign_off)
    titles = ", ".join(protocol.scale(name).title for name in waiting)
    return _named(rule.sources) + (f"; {titles}: *{AWAITING}*" if titles else "")


class Number(NamedTuple):
    """One number or choice of the protocol beside the published one."""

    name: str
    held: Threshold | Choice
    published: Threshold | Choice
    sources: str

    @property
    def is_own(self) -> bool:
        """It differs from the published protocol."""
        return self.held.value != self.published.value


@lru_cache(maxsize=16)
def table_of_numbers(protocol: Protocol) -> tuple[Number, ...]:
    """Every number that a clinic may set, then every choice."""
    published = settings(DEFAULT_PROTOCOL)
    return tuple(
        Number(name, t, published[name], _named(t.sources)) for name, t in settings(protocol).items()
    )


class Way(NamedTuple):
    """One of the published ways of a choice, and what it asks for."""

    name: str
    words: str
    is_held: bool


def ways(protocol: Protocol) -> list[tuple[Choice, list[Way]]]:
    """Every choice with its ways."""
    return [
        (choice, [Way(label, WORDS[name](code), code == choice.value) for code, label in choice.options])
        for name, choice in choices(protocol).items()
    ]


WORDS = {"antipsychotics": metabolic_words}
"""What the ways of each choice ask for, in words."""


def page(protocol: Protocol = DEFAULT_PROTOCOL) -> str:
    """The whole rulebook as Markdown."""
    parts = [
        "# The rules",
        _opening(protocol),
        _course(protocol),
        *(_chapter(title, rows) for title, rows in chapters(protocol)),
        _thresholds(protocol),
        _scales(protocol),
        _choices(protocol),
        chapter(_marked),
        *map(_book, medication_books(protocol)),
        _agenda(),
        _sources(),
    ]
    return "\n\n".join(parts) + "\n"


def _book(book: Book) -> str:
    lines = [f"| {' | '.join((*book.head, 'source'))} |", f"|{'---|' * (len(book.head) + 1)}"]
    lines += [f"| {' | '.join((*row.cells, _marked(row.sources)))} |" for row in book.rows]
    return f"## {book.title}\n\n{book.words}\n\n" + "\n".join(lines)


def _opening(protocol: Protocol) -> str:
    return (
        "Generated from `registry/clinical/`; do not edit by hand. "
        f"Protocol {protocol.version}, in force from {spell(protocol.effective_on)}. "
        f"A number without a public source is marked *{AWAITING}*."
    )


def _course(protocol: Protocol) -> str:
    rows = (f"| {code} {word} | {when} | {sources} |" for code, word, when, sources in statuses(protocol))
    table = "| status | holds when | source |\n|---|---|---|\n" + "\n".join(rows)
    told = "\n".join(f"- {filled(words, protocol)}" for words in UNJUDGED.values())
    return (
        f"## Course of a scale\n\n{filled(BASELINE_RULE, protocol)} "
        f"The first status of this list that holds is the status:\n\n{table}\n\n{told}"
    )


def _chapter(title: str, rows: list[Row]) -> str:
    head = "| code | rule | holds when | window | do | who | urgency | source |\n|---|---|---|---|---|---|---|---|"
    return "\n".join([f"## {title}\n", head, *(f"| {' | '.join(_cells(row))} |" for row in rows)])


def _cells(row: Row) -> Iterator[str]:
    yield from row[:7]
    yield f"{row.sources} — *{AWAITING}*" if row.awaiting else row.sources


def _named(sources: tuple[str, ...]) -> str:
    return ", ".join({"M": "practice", "I": "own judgement"}.get(key, key) for key in sources)


def _marked(sources: tuple[str, ...]) -> str:
    """The source keys, and the mark for those that nobody has signed off."""
    names = _named(sources)
    return f"{names} — *{AWAITING}*" if awaits_sign_off(*sources) else names


def _thresholds(protocol: Protocol) -> str:
    rows = (
        f"| `{name}` | {t} | {t.meaning} | {_marked(t.sources)} |" for name, t in thresholds(protocol).items()
    )
    return "## Thresholds\n\n| name | value | meaning | source |\n|---|---|---|---|\n" + "\n".join(rows)


def _scales(protocol: Protocol) -> str:
    head = (
        "## Primary scales\n\n| scale | elevated from | improved below | improved by points | remission below | worse by "
        "| partial from | small drop below | source |\n|---|---|---|---|---|---|---|---|---|\n"
    )
    weeks = ", ".join(f"{cut} at week {week}" for week, cut in failing_from(protocol))
    return (
        head
        + "\n".join(_scale(protocol.scale(name)) for name in SCALES)
        + f"\n\nWhere nobody published a number the scale is not judged by it. {' '.join(NOT_PRIMARY.values())}"
        + (f"\n\nA therapy is not on track from a PHQ-9 of {weeks} (S42).")
    )


def _scale(s: ScaleThresholds) -> str:
    parts = (
        "elevated",
        "improved_below",
        "improved_points",
        "remission_below",
        "worse_points",
        "partial_points",
        "small_drop",
    )
    found = (getattr(s, part) for part in parts)
    told = ("none published" if value is None else str(value) for value in found)
    return f"| {s.title} | {' | '.join(told)} | {_marked(s.sources)} |"


def _choices(protocol: Protocol) -> str:
    rows = (
        f"| {way.name if not way.is_held else f'**{way.name}**'} | {way.words} |"
        for _, found in ways(protocol)
        for way in found
    )
    heads = ", ".join(f"{c.meaning} ({_marked(c.sources)})" for c in choices(protocol).values())
    return (
        f"## Choices\n\nWhere two published ways differ a clinic chooses; the one in bold holds: {heads}.\n\n"
        "| way | asks for |\n|---|---|\n" + "\n".join(rows)
    )


def _agenda() -> str:
    rows = "\n".join(f"| {w.group} | {w.code} | {w.name} | {w.points} |" for w in WEIGHTS)
    return f"## Agenda\n\n{HOW}\n\n| group | rule | reason | points |\n|---|---|---|---|\n{rows}"


def _sources() -> str:
    rows = "\n".join(f"| {key} | {address} |" for key, address in SOURCES.items())
    return f"## Sources\n\n| key | address |\n|---|---|\n{rows}"


if __name__ == "__main__":  # pragma: no cover
    sys.stdout.write(page())
