"""The protocol in words: what differs, what would change, the rules page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from registry.clinical.agenda import HOW, WEIGHTS
from registry.clinical.choices import Choice
from registry.clinical.dates import spell
from registry.clinical.findings import RULES
from registry.clinical.medication_book import Book, medication_books
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol, Threshold, Value, choices, settings
from registry.clinical.protocol_limits import Entry, sections
from registry.clinical.protocols import Protocols, Version
from registry.clinical.rulebook import (
    Number,
    Row,
    Way,
    chapters,
    filled,
    statuses,
    table_of_numbers,
    ways,
)
from registry.clinical.sources import SOURCES
from registry.clinical.status_rules import BASELINE_RULE, UNJUDGED

if TYPE_CHECKING:
    from registry.protocol.queries import Changed, Listed, Place, WhatIf

RULE_NAMES = {rule.code: rule.name for rule in RULES}
UNITS = {"d": "days", "working d": "working days"}


class Difference(NamedTuple):
    """One number or choice that differs from the published protocol."""

    meaning: str
    value: str
    published: str


def unit_of(threshold: Threshold) -> str:
    """The unit as a page writes it."""
    return UNITS.get(threshold.unit, threshold.unit)


def differences(values: Mapping[str, Value]) -> tuple[Difference, ...]:
    """What a version changes, in the order of the protocol."""
    return tuple(
        Difference(f"{_scale_of(name)}{one.title}", _words(one, values[name]), _words(one, one.value))
        for name, one in settings(DEFAULT_PROTOCOL).items()
        if name in values
    )


class Compared(NamedTuple):
    """One number or choice of a copy beside what would hold otherwise, and the published one."""

    meaning: str
    value: str
    otherwise: str
    published: str


def compared(values: Mapping[str, Value], otherwise: Protocol) -> tuple[Compared, ...]:
    """Where a copy differs from the published protocol, or from what would hold on its day otherwise."""
    held = settings(otherwise)
    return tuple(
        Compared(
            f"{_scale_of(name)}{one.title}",
            _words(one, values.get(name, one.value)),
            _words(one, held[name].value),
            _words(one, one.value),
        )
        for name, one in settings(DEFAULT_PROTOCOL).items()
        if name in values or held[name].value != one.value
    )


def meanwhile(listed: Iterable[Listed]) -> str:
    """What was done last about a place, for somebody whose copy was begun before it."""
    again = "Your copy was begun before that: look at what it would change now, then save."
    last = max(listed, key=lambda one: one.row.withdrawn_at or one.row.created_at, default=None)
    if last is None:
        return f"Meanwhile the protocol was changed. {again}"
    row, withdrawn = last.row, last.row.withdrawn_at is not None
    who = (last.withdrawn_by if withdrawn else last.author) or "somebody"
    return (
        f"Meanwhile {who} {'withdrew' if withdrawn else 'saved'} “{row.label}” ({last.place}, from "
        f"{spell(row.effective_on)}). {again}"
    )


def unseen_words(on: date) -> str:
    """Told at the day, where what is saved is not what was looked at."""
    return (
        f"Looked at again for {spell(on)}, with these numbers: read what would change, then save once more."
    )


def planned_words(held: Protocols, place: Place, on: date, today: date) -> tuple[str, ...]:
    """What becomes of the versions that are planned when one begins on a day."""
    own = (_planned(version, on) for version in held.planned(place.id, today))
    return (*own, *(_passed_over(version, place) for version in held.passed_over(place.id, on, today)))


def _passed_over(version: Version, place: Place) -> str:
    day = spell(version.effective_on)
    return (
        f"“{version.label}” is planned for the organization from {day}: it would not begin in {place.name}."
    )


def saved_words(label: str, place: Place, passed_over: Iterable[Version]) -> str:
    """What was saved, and which versions of the organization do not begin in the clinic for that."""
    told = (
        f"“{one.label}” of the organization, from {spell(one.effective_on)}, does not begin there."
        for one in passed_over
    )
    return " ".join((f"Saved: {label}, for {place.name}.", *told))


def following_words(planned: Iterable[Version], place: Place) -> tuple[str, ...]:
    """The clinic's own versions that are planned: each would end that it follows the organization."""
    return tuple(
        f"“{one.label}” is planned from {spell(one.effective_on)}: {place.name} would follow until then. To follow "
        "for longer, withdraw it or follow from that day on."
        for one in planned
        if one.values is not None
    )


def followed_words(planned: Iterable[Version], place: Place, on: date) -> str:
    """From which day a clinic follows, and until when."""
    next_own = next((one for one in planned if one.effective_on > on and one.values is not None), None)
    until = f" until “{next_own.label}” begins on {spell(next_own.effective_on)}" if next_own else ""
    return f"{place.name} follows the organization from {spell(on)}{until}."


def _planned(version: Version, on: date) -> str:
    day = spell(version.effective_on)
    if version.effective_on > on:
        return f"“{version.label}” is planned from {day}: this one would hold until then."
    if version.effective_on == on:
        return f"“{version.label}” is planned from {day} too: this one would hold in its place."
    return f"“{version.label}” is planned from {day}: it would hold until {spell(on)}."


def _words(setting: Threshold | Choice, value: Value) -> str:
    """A number with its unit, or the name of a way; one that the registry no longer knows by its code."""
    if isinstance(setting, Choice):
        return setting.names.get(str(value), str(value))
    return f"{value} {unit_of(setting)}"


def _scale_of(name: str) -> str:
    scale, dot, _ = name.partition(".")
    return f"{DEFAULT_PROTOCOL.scale(scale).title}: " if dot else ""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as the list shows it."""

    id: UUID
    place: str
    label: str
    effective_on: date
    state: str
    kind: str
    """Colour of its tag."""
    follows: bool
    differs: tuple[Difference, ...]
    reason: str
    author: str
    created_at: Any
    withdrawn: str
    can_withdraw: bool


def version_lines(
    listed: Iterable[Listed], held: Protocols, today: date, mine: Iterable[Place]
) -> list[VersionLine]:
    """Each version with its state: planned, holds now, held before, withdrawn."""
    may_set = {place.id for place in mine}
    return [_line(one, held, today, one.row.clinic_id in may_set) for one in listed]


def _line(one: Listed, held: Protocols, today: date, may_set: bool) -> VersionLine:
    row = one.row
    planned = row.withdrawn_at is None and row.effective_on > today
    state, kind = _state(row, held, today)
    withdrawn = (
        f"Withdrawn by {one.withdrawn_by or 'somebody'}: {row.withdrawn_reason}" if row.withdrawn_at else ""
    )
    return VersionLine(
        row.id, one.place, row.label, row.effective_on, state, kind, row.follows, differences(row.values), row.reason,
        one.author, row.created_at, withdrawn, planned and may_set,
    )  # fmt: skip


def _state(row: Any, held: Protocols, today: date) -> tuple[str, str]:
    if row.withdrawn_at is not None:
        return "Withdrawn", "lost"
    if row.effective_on > today:
        return "Planned", "info"
    last = max(
        (v for v in held.versions if v.clinic_id == row.clinic_id and v.effective_on <= today),
        key=lambda v: (v.effective_on, v.number),
    )
    return ("Holds now", "ok") if last.number == row.number else ("Held before", "lost")


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place with the protocol that holds there today."""

    id: UUID | None
    name: str
    version: str
    since: date
    follows: str
    has_own: bool


def place_lines(places: Iterable[Place], held: Protocols, today: date) -> list[PlaceLine]:
    """What holds where."""
    return [_place(place, held, today) for place in places]


def _place(place: Place, held: Protocols, today: date) -> PlaceLine:
    found = held.version_on(place.id, today)
    own = found is not None and found.clinic_id == place.id
    follows = "" if own else "the published protocol" if found is None else "the organization"
    protocol = held.on(place.id, today)
    return PlaceLine(place.id, place.name, protocol.version, protocol.effective_on, follows, own)


class ChoiceLine(NamedTuple):
    """One choice of the form: its field, the published way, what each way asks for, and the sources."""

    field: Any
    published: str
    ways: list[Way]
    sources: str


def form_choices(form: Any, key: Any, held: Protocol) -> list[ChoiceLine]:
    """Every choice with its field."""
    named, found = {n.name: n.sources for n in table_of_numbers(held)}, dict(ways(held))
    published = choices(DEFAULT_PROTOCOL)
    return [
        ChoiceLine(form[key(name)], str(published[name]), found[choice], named[name])
        for name, choice in choices(held).items()
    ]


class Section(NamedTuple):
    """One section of the form: its title, and each number with its field."""

    title: str
    rows: tuple[tuple[Entry, Any, str, str, bool], ...]


def form_sections(form: Any, key: Any, held: Protocol) -> list[Section]:
    """Number, field, unit, sources, and whether it awaits sign-off, by section."""
    named = {n.name: n.sources for n in table_of_numbers(held)}
    return [
        Section(
            title,
            tuple(
                (e, form[key(e.name)], unit_of(e.published), named[e.name], e.published.awaiting_sign_off)
                for e in entries
            ),
        )
        for title, entries in sections()
    ]


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """What would change, in counts and patient by patient."""

    judged: int
    changed: int
    clinics: str
    counts: tuple[tuple[str, str, int, int, int], ...]
    """Rule, name, how many gain it, how many lose it, for how many it says something else."""
    rows: tuple[ChangedLine, ...]


class ChangedLine(NamedTuple):
    """One patient whose findings would change."""

    patient_id: UUID | None
    name: str
    clinic: str
    week: int | None
    gains: str
    loses: str
    says: tuple[str, ...]
    """The findings that stay, in the sentences that they would have."""


def what_if_page(found: WhatIf) -> WhatIfPage:
    """The counts by rule, then the patients."""
    gained, lost, reworded = found.gained, found.lost, found.reworded
    codes = sorted(gained.keys() | lost.keys() | reworded.keys())
    counts = tuple(
        (code, RULE_NAMES.get(code, code), gained[code], lost[code], reworded[code]) for code in codes
    )
    rows = tuple(_changed(number, one) for number, one in enumerate(found.changed, 1))
    return WhatIfPage(found.judged, len(found.changed), ", ".join(found.clinics), counts, rows)


def _changed(number: int, one: Changed) -> ChangedLine:
    patient_id, name = (
        (one.subject.patient_id, one.subject.name) if one.subject else (None, f"Patient {number}")
    )
    gains, loses = (", ".join(f"{f.label} ({f.code})" for f in found) for found in (one.gained, one.lost))
    says = tuple(f"{f.label} ({f.code}): {f.sentence}" for f in one.reworded)
    return ChangedLine(patient_id, name, one.clinic, one.week, gains, loses, says)


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The rulebook of one place on one day."""

    version: str
    in_force: str
    baseline: str
    statuses: list[tuple[str, str, str, str]]
    unjudged: tuple[str, ...]
    chapters: list[tuple[str, list[Row]]]
    numbers: tuple[Number, ...]
    choices: list[tuple[Choice, list[Way]]]
    books: tuple[Book, ...]
    ranking: str
    weights: tuple[Any, ...]
    sources: tuple[tuple[str, str], ...]

    @property
    def own(self) -> int:
        """How many numbers and choices are the clinic's own."""
        return sum(number.is_own for number in self.numbers)


def rules_page(protocol: Protocol, on: date) -> RulesPage:
    """Every rule with the numbers of a protocol."""
    return RulesPage(
        protocol.version, protocol.in_force(on), filled(BASELINE_RULE, protocol), statuses(protocol),
        tuple(filled(words, protocol) for words in UNJUDGED.values()), chapters(protocol),
        table_of_numbers(protocol), ways(protocol), medication_books(protocol), HOW, WEIGHTS, tuple(SOURCES.items()),
    )  # fmt: skip
