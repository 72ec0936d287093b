"""Pieces to forms: the totals, items and panels of one patient and one moment are one filled instrument."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from registry.clinical.instruments import INSTRUMENTS, Instrument, ScoreError, score
from registry.clinical.integrity import gate_answered
from registry.fhir.codes import ITEMS, PANELS, STRANGERS, TOTALS
from registry.fhir.records import PartRecord
from registry.fhir.values import Refused

PHQ = ("phq9", "phq_a", "phq2")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One instrument as far as it is known: the stated total and the answers by place, counted from 0."""

    patient: str
    instrument: str
    taken_at: date | datetime
    taken_on: date
    parts: tuple[PartRecord, ...]
    totals: frozenset[int] = frozenset()
    answers: frozenset[tuple[int, int]] = frozenset()
    refusal: str = ""

    @property
    def is_named(self) -> bool:
        """Whether a panel or a form says which instrument it is."""
        return any(PANELS.get(part.panel) == self.instrument for part in self.parts)

    @property
    def is_whole(self) -> bool:
        """Whether nothing more need be said of it: a total, a whole form, or an answer to every question."""
        told = bool(self.totals) or any(part.origin.kind == "QuestionnaireResponse" for part in self.parts)
        every = len({place for place, _ in self.answers}) == INSTRUMENTS[self.instrument].item_count
        return told or bool(self.refusal) or (every and self.instrument != "phq2")


@dataclass(frozen=True, slots=True)
class Scoring:
    """What a row of a score holds."""

    total: int | None
    items: tuple[int | None, ...] | None
    answered: int | None
    item9: int | None
    prorated: bool
    note: str = field(default="")


def sheets(parts: Iterable[PartRecord]) -> list[Sheet]:
    """Every instrument that the parts speak of, in the order in which they were read."""
    found: list[Sheet] = []
    for group in _groups(list(parts)):
        found += _split(group)
    return found


def _groups(parts: list[PartRecord]) -> Iterator[list[PartRecord]]:
    """Parts of one patient that share their moment or are linked by the source."""
    leader = list(range(len(parts)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    first: dict[Hashable, int] = {}
    for index, part in enumerate(parts):
        for mark in _marks(part):
            other = first.setdefault(mark, index)
            one, two = sorted((find(index), find(other)))
            leader[two] = one
    grouped: dict[int, list[PartRecord]] = defaultdict(list)
    for index, part in enumerate(parts):
        grouped[find(index)].append(part)
    yield from grouped.values()


def _marks(part: PartRecord) -> Iterator[Hashable]:
    """What makes two parts one form: the same moment, or an id that both name."""
    yield part.patient, "at", _moment(part.taken_at)
    yield part.patient, "id", part.origin.key
    for key in part.linked:
        yield part.patient, "id", key


def _moment(at: date | datetime) -> Hashable:
    return at.timestamp() if isinstance(at, datetime) and at.tzinfo else at


def _split(parts: list[PartRecord]) -> list[Sheet]:
    """The instruments of one sitting; a part that none of them needs is refused by the caller."""
    codes = {code for part in parts for code in part.codes}
    named = {TOTALS[code] for code in codes if code in TOTALS}
    named |= {PANELS[part.panel] for part in parts if part.panel in PANELS}
    named |= {STRANGERS[code][0] for code in codes if code in STRANGERS}
    items = codes & ITEMS.keys()
    chosen = {name: {c for c in items if name in ITEMS[c]} for name in _instruments(items, named)}
    return [_sheet(name, _parts_of(name, mine, parts, chosen), mine) for name, mine in chosen.items()]


def _instruments(items: set[str], named: set[str]) -> list[str]:
    """Which instruments the items belong to, given those that a total or panel names."""
    found = dict.fromkeys(sorted(named))
    phq = {code for code in items if "phq9" in ITEMS[code]}
    only_first_two = all("phq2" in ITEMS[code] for code in phq)
    if phq and not named & {"phq9", "phq_a"}:
        found["phq2" if only_first_two else "phq9"] = None
    found.update(dict.fromkeys(sorted({name for c in items for name in ITEMS[c] if name not in PHQ})))
    return list(found)


def _parts_of(
    name: str, items: set[str], parts: list[PartRecord], chosen: dict[str, set[str]]
) -> list[PartRecord]:
    """The parts that speak of an instrument."""
    wanted = items | {code for code, total in TOTALS.items() if total == name}
    wanted |= {code for code, (spoilt, _) in STRANGERS.items() if spoilt == name}
    wanted |= _phq9_items() if name == "phq_a" and "phq9" not in chosen else set()
    return [part for part in parts if PANELS.get(part.panel) == name or not part.codes.isdisjoint(wanted)]


def _phq9_items() -> set[str]:
    return {code for code, names in ITEMS.items() if "phq9" in names}


def _sheet(name: str, parts: list[PartRecord], items: set[str]) -> Sheet:
    read = _phq9_items() if name == "phq_a" else items
    pairs = [pair for part in parts for pair in part.answers]
    places = {code: ITEMS[code].get(name, ITEMS[code].get("phq9", 0)) for code in read}
    first = min(parts, key=lambda part: (part.panel == "", part.origin.key))
    return Sheet(
        first.patient,
        name,
        first.taken_at,
        first.taken_on,
        tuple(parts),
        frozenset(value for code, value in pairs if TOTALS.get(code) == name),
        frozenset((places[code], value) for code, value in pairs if code in places),
        next((part.refusal for part in parts if part.refusal), ""),
    )


def merged(sheet: Sheet, total: int | None, items: Sequence[int | None] | None, item9: int | None) -> Sheet:
    """The sheet with what was known of it before; what is read now counts more."""
    known = dict(enumerate(items or ()))
    safety = INSTRUMENTS[sheet.instrument].safety_item
    if safety and item9 is not None:
        known.setdefault(safety - 1, item9)
    told = {place for place, _ in sheet.answers}
    before = {(place, value) for place, value in known.items() if value is not None and place not in told}
    return replace(
        sheet,
        answers=sheet.answers | before,
        totals=sheet.totals or frozenset(() if total is None else (total,)),
    )


def scoring(sheet: Sheet) -> Scoring:
    """The score of a sheet; one that contradicts itself, or says too little, is refused."""
    if sheet.refusal:
        raise Refused(f"the form is not scored: {sheet.refusal}")
    if len(sheet.totals) > 1:
        raise Refused(f"the form has different totals: {_list(sheet.totals)}")
    instrument = INSTRUMENTS[sheet.instrument]
    items = _items(sheet, instrument.item_count)
    stated = next(iter(sheet.totals), None)
    try:
        scored = score(instrument, items)
    except ScoreError as error:
        raise Refused(f"the form is not scored: {error}") from None
    known = instrument.item_count - items.count(None)
    safety = scored.item9
    if stated is None:
        return _from_items(instrument.title, items, known, scored.total, scored.prorated, safety)
    _check(instrument, items, stated)
    if known == instrument.item_count or (scored.prorated and scored.total == stated):
        return Scoring(stated, items, known, safety, scored.prorated)
    if gate_answered(instrument, items) and stated == sum(answer or 0 for answer in items):
        return Scoring(
            None, items, known, safety, False, f"the source's total of {stated} is that of the gate"
        )
    kept = items if known >= instrument.item_count - instrument.may_miss else None
    return Scoring(stated, kept, known if kept else None, safety, False, "total as stated by the source")


def _items(sheet: Sheet, count: int) -> tuple[int | None, ...]:
    found: dict[int, int] = {}
    for place, value in sorted(sheet.answers):
        if place in found:
            raise Refused(f"the form answers question {place + 1} twice, with {found[place]} and {value}")
        found[place] = value
    return tuple(found.get(place) for place in range(count))


def _from_items(
    title: str,
    items: tuple[int | None, ...],
    known: int,
    total: int | None,
    prorated: bool,
    safety: int | None,
) -> Scoring:
    if total is None and safety is None:
        raise Refused(f"the {title} has {known} of {len(items)} answers and no total")
    return Scoring(total, items, known, safety, prorated)


def _check(kind: Instrument, items: tuple[int | None, ...], stated: int) -> None:
    """A stated total must be one that the known answers leave possible."""
    known = [value for number in kind.total_items if (value := items[number - 1]) is not None]
    blanks, least = len(kind.total_items) - len(known), sum(known)
    most = least + kind.item_highest * blanks
    if known and not least <= stated <= most:
        said = f"its answers allow {least} to {most}" if blanks else f"its answers add up to {least}"
        raise Refused(f"the {kind.title} contradicts itself: its total is {stated}, {said}")


def _list(values: Iterable[int]) -> str:
    return " and ".join(str(value) for value in sorted(values))
