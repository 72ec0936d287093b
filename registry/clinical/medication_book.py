"""What is known of medications, as tables of the book of rules: the catalogue, who asks for which reading, the prompts."""

from collections.abc import Iterator
from typing import NamedTuple

from registry.clinical.dates import listed
from registry.clinical.drugs import CATALOGUE, Drug, Range
from registry.clinical.facts import RENEWAL
from registry.clinical.prompts import CHECKS, grade_of, sources_of
from registry.clinical.protocol import Protocol
from registry.clinical.readings import READINGS
from registry.clinical.result_limits import table as limits
from registry.clinical.schedules import FRESH, Item, item_times, items
from registry.clinical.sources import awaits_sign_off, cite


class Entry(NamedTuple):
    """One row: its cells, and its sources."""

    cells: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def source(self) -> str:
        """The sources in words."""
        return cite(*self.sources)

    @property
    def awaiting(self) -> bool:
        """It rests on practice alone."""
        return awaits_sign_off(*self.sources)


class Book(NamedTuple):
    """One table with what stands above it."""

    title: str
    words: str
    head: tuple[str, ...]
    rows: tuple[Entry, ...]


def medication_books(protocol: Protocol) -> tuple[Book, ...]:
    """The tables, with the numbers of a protocol and the schedule for antipsychotics that it chose."""
    return (
        Book(
            "Medications",
            "Milligrams a day; what the sources do not give is empty. An adequate trial is "
            f"{protocol.trial_weeks} or longer at the minimum effective dose with {protocol.trial_adherence} of the doses taken.",
            (
                "drug",
                "class",
                "start",
                "usual",
                "most",
                "most when older",
                "minimum effective",
                "boxed warning",
            ),
            tuple(_drug(drug) for drug in CATALOGUE.values() if drug.psychotropic),
        ),
        Book(
            "Monitoring",
            "Days are counted from the start of the present run: a stop ends one, unless the drug is taken again within "
            f"{RENEWAL} days (an order was renewed); so does, for the readings after a step, a hold of more than {RENEWAL} days, "
            f"and for what counts at most {FRESH} days before the start one of more than {FRESH}. What was missed before the "
            "enrollment is due from then on. What was missed after a step stays due when the next step comes; where that came "
            "before it was due, it waits for the reading after the next step, at most twice its days. A reason that comes "
            "later asks again, and its fixed days are counted from it. A longer interval begins with the next reading, a "
            "shorter one at once. The days of renewal, of a hold and of waiting are awaiting clinical sign-off.",
            ("asked by", "reading", "when", "only where"),
            tuple(_monitoring(protocol.antipsychotics.value)),
        ),
        Book(
            "Results out of range",
            "By these limits first, then by the laboratory's own range. A number that has neither is not judged, and is shown so.",
            ("reading", "out of range", "then"),
            tuple(Entry(cells, sources) for cells, sources in limits()),
        ),
        Book(
            "Prompts",
            "Asked when a medication is started or changed; never a block, not even what is never together. An answer with its "
            "reason stands until what it is about changes.",
            ("prompt", "grade"),
            tuple(
                Entry((_first_line(check), grade_of(check).lower()), sources_of(check)) for check in CHECKS
            ),
        ),
    )


def _drug(drug: Drug) -> Entry:
    older = f"{drug.elderly_max_mg:g} from {drug.elderly_from}" if drug.elderly_max_mg else ""
    minimum = "by level" if drug.by_level else _number(drug.minimum_mg)
    cells = (
        drug.name, drug.drug_class, _span(drug.start), _span(drug.usual), _number(drug.max_mg), older, minimum, drug.boxed,
    )  # fmt: skip
    return Entry(cells, drug.sources)


def _span(found: Range | None) -> str:
    if found is None:
        return ""
    return _number(found.low) if found.low == found.high else f"{found.low:g} to {found.high:g}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _monitoring(antipsychotics: str) -> Iterator[Entry]:
    """A row for each reading, with all drugs that ask for it in the same way."""
    asked: dict[Item, list[str]] = {}
    for drug in CATALOGUE.values():
        for item in items(drug.name, drug.drug_class, drug.flags, antipsychotics):
            asked.setdefault(item, []).append(drug.name)
    for item, drugs in sorted(asked.items(), key=lambda pair: pair[1]):
        label = READINGS[item.code].label
        either = f" or {READINGS[item.or_code].label}" if item.or_code else ""
        yield Entry((listed(drugs), f"{label}{either}", item_times(item), _only(item)), item.sources)


def _only(item: Item) -> str:
    return _first_line(item.when) if item.when else ""


def _first_line(what: object) -> str:
    return (what.__doc__ or "").strip().splitlines()[0].rstrip(".")
