"""The report of the loop: one column a clinic, and every count leads to its list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from registry.clinical.loop_reasons import declined_reasons, parts_of
from registry.clinical.loop_report import (
    SHARES,
    Followed,
    Median,
    chain,
    days_to_decision,
    days_to_done,
    median_of,
    percent_of,
    shares,
)

if TYPE_CHECKING:
    from registry.loop.queries.ledger import Wanted
    from registry.loop.queries.report import NotImproved, Told


class Count(NamedTuple):
    """A number that leads to its list; a share also says of how many and what percent."""

    number: int
    query: str
    of: int | None = None
    of_query: str = ""
    percent: int | None = None


class Line(NamedTuple):
    """One row of a table: its words, and what each clinic shows."""

    label: str
    counts: tuple[Count, ...]
    late: tuple[Count, ...] = ()


class Days(NamedTuple):
    """A median with how many it rests on, for each clinic."""

    label: str
    medians: tuple[str, ...]


class Place(NamedTuple):
    """A clinic, or all of them."""

    key: str
    """The clinic's key in an address; empty for all."""
    name: str
    told: Told
    followed: tuple[Followed, ...]


class Reasons(NamedTuple):
    """Why advice was declined in one clinic; each reason with its count."""

    place: str
    rows: tuple[tuple[str, Count], ...]


class Report(NamedTuple):
    """What the template lays out."""

    places: tuple[str, ...]
    counts: tuple[Line, ...]
    days: tuple[Days, ...]
    chain: tuple[Line, ...]
    not_improved: tuple[Line, ...]
    reasons: tuple[Reasons, ...]
    is_empty: bool


def report(told: Told, wanted: Wanted, today: date) -> Report:
    """`wanted` is the ledger of the same days; its clinic is replaced for each column."""
    places = _places(told)
    return Report(
        places=tuple(place.name for place in places),
        counts=tuple(_share_lines(places, wanted, today)),
        days=tuple(_days(places)),
        chain=tuple(_chain_lines(places, wanted, today)),
        not_improved=tuple(_not_improved(places, wanted)),
        reasons=tuple(_reasons(place, wanted) for place in places if place.key),
        is_empty=not told.lines and not told.not_improved,
    )


def _places(told: Told) -> list[Place]:
    """Each clinic, and all of them where there are several."""
    found = [_place(str(one.id), one.name, told.of(one.id)) for one in told.clinics]
    return [*found, _place("", "All", told)] if len(found) > 1 else found


def _place(key: str, name: str, told: Told) -> Place:
    return Place(key, name, told, tuple(line.followed for line in told.lines))


def _share_lines(places: list[Place], wanted: Wanted, today: date) -> Iterable[Line]:
    by_place = [shares(place.followed, today) for place in places]
    for at, share in enumerate(SHARES.values()):
        counted = [(place, found[at]) for place, found in zip(places, by_place, strict=True)]
        yield Line(
            share.label,
            tuple(
                Count(one.number, wanted.query(clinic=place.key, count=share.key), one.of if share.of else None,
                      wanted.query(clinic=place.key, count=share.of), one.percent)
                for place, one in counted
            ),
        )  # fmt: skip


def _days(places: list[Place]) -> Iterable[Days]:
    told: tuple[tuple[str, Callable[[Iterable[Followed]], Median]], ...] = (
        ("From signing to the PCP's decision", days_to_decision),
        ("From signing until it was done", days_to_done),
    )
    for label, rule in told:
        yield Days(label, tuple(median_words(rule(place.followed)) for place in places))
    changed = (median_of(days_of(place.told.not_improved)) for place in places)
    yield Days("From not improved to a changed treatment", tuple(median_words(one) for one in changed))


def days_of(found: Iterable[NotImproved]) -> list[int]:
    """Days of those whose treatment was changed."""
    return [one.stuck.days for one in found if one.stuck.days is not None]


def median_words(found: Median) -> str:
    """'4 days (of 12)', or that there is none yet."""
    if found.days is None:
        return "none yet"
    days = f"{found.days:g}"
    return f"{days} day{'' if days == '1' else 's'} (of {found.number})"


def _chain_lines(places: list[Place], wanted: Wanted, today: date) -> Iterable[Line]:
    by_place = [chain(place.followed, today) for place in places]
    for at, stage in enumerate(by_place[0] if by_place else []):
        here = [(place, found[at]) for place, found in zip(places, by_place, strict=True)]
        to = replace(wanted, stage=stage.stage)
        yield Line(
            stage.label,
            tuple(Count(one.number, to.query(clinic=place.key)) for place, one in here),
            tuple(Count(one.late, to.query(clinic=place.key, late="1")) for place, one in here),
        )


def _not_improved(places: list[Place], wanted: Wanted) -> Iterable[Line]:
    """How many were not improved, and of them how many are without a change of treatment since."""
    counted = [(place, place.told.not_improved) for place in places]
    yield Line(
        "Patients not improved eight weeks or later into treatment",
        tuple(Count(len(found), _unchanged(wanted, place, "all")) for place, found in counted),
    )
    yield Line(
        "Of them without a change of treatment since",
        tuple(_without_change(found, wanted, place) for place, found in counted),
    )


def _without_change(found: Sequence[NotImproved], wanted: Wanted, place: Place) -> Count:
    number, of = sum(one.stuck.changed_on is None for one in found), len(found)
    to, whole = _unchanged(wanted, place, ""), _unchanged(wanted, place, "all")
    return Count(number, to, of, whole, percent_of(number, of))


def _unchanged(wanted: Wanted, place: Place, show: str) -> str:
    """The list of patients has the days and the clinic of the report, and nothing else of the ledger."""
    asked = [("clinic", place.key), ("since", wanted.since), ("until", wanted.until), ("show", show)]
    return "?" + "&".join(f"{name}={value}" for name, value in asked if value)


def _reasons(place: Place, wanted: Wanted) -> Reasons:
    """In the words that were written, with nobody named: neither the patient nor anybody of the team."""
    parts = parts_of(name for line in place.told.lines for name in _people(line.given.subject))
    to = replace(wanted, clinic=place.key, count="declined")
    return Reasons(
        place.name,
        tuple(
            (one.words, Count(one.number, to.query(reason=one.key)))
            for one in declined_reasons(place.followed, parts)
        ),
    )


def _people(who: object) -> Iterable[str]:
    names = ("family_name", "given_name", "pcp", "care_manager", "consultant")
    return (getattr(who, name) for name in names)


class Patient(NamedTuple):
    """A patient who was not improved, and whether the treatment was changed since."""

    patient_id: UUID
    name: str
    clinic: str
    care_manager: str
    since: date
    changed_on: date | None
    days: int
    """Until the change, or until today."""
    reviewed_on: date | None


def patients(found: Iterable[NotImproved], everybody: bool, today: date) -> list[Patient]:
    """Those without a change, the longest first; or everybody."""
    shown = [_patient(one, today) for one in found if everybody or one.stuck.changed_on is None]
    return sorted(shown, key=lambda one: (one.changed_on is not None, one.since, one.name.casefold()))


def _patient(one: NotImproved, today: date) -> Patient:
    who, when = one.snapshot.subject, one.stuck
    reviews = one.snapshot.facts.reviews
    return Patient(
        who.patient_id, who.name, who.clinic, who.care_manager, when.since, when.changed_on,
        ((when.changed_on or today) - when.since).days, reviews[-1].on if reviews else None,
    )  # fmt: skip
