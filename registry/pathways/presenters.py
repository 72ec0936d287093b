"""Pathways in words: person-first, without judgement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.clinical.care import Pathway as PathwayFact
from registry.clinical.care import PathwayEvent
from registry.clinical.dates import begun, counted, spell, within
from registry.clinical.part_2_consent import recipient_words, standing_consents
from registry.clinical.pathways import (
    CHECK_IN,
    CONSENT,
    EVENTS,
    PART_2_SENTENCE,
    PARTS,
    PATHWAYS,
    PERINATAL,
    REVOKED,
    STABLE,
    URINE,
    USE,
    check_in_days,
    due_date,
    event_words,
    events_of,
    last_urine_screen,
    perinatal_stage,
)

if TYPE_CHECKING:
    from registry.pathways.queries import PathwayPage


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in a line; a consent is not corrected, it is entered in error or revoked."""

    row: Any
    words: str

    @property
    def is_corrected(self) -> bool:
        return self.row.kind not in (CONSENT, REVOKED)


class Consent(NamedTuple):
    """A written consent that stands: with whom, and since when."""

    id: Any
    recipient: str
    on: date


@dataclass(frozen=True, slots=True)
class PathwayView:
    """One pathway with everything that is known of it."""

    row: Any
    label: str
    when: str
    why_ended: str
    part_2: str
    state: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    hidden: int
    """Confidential parts that this reader does not see."""
    events: tuple[EventLine, ...]
    may_happen: tuple[tuple[str, str], ...]
    consents: tuple[Consent, ...]
    """Those that stand: under 42 CFR Part 2 what leaves without one leaves these records out."""

    @property
    def is_open(self) -> bool:
        return self.row.ended_on is None


def pathway_views(page: "PathwayPage", confidential: bool, today: date) -> tuple[PathwayView, ...]:
    """Every pathway, those that go on first; confidential parts only for those who record pathways."""
    facts = {fact.id: fact for fact in page.care.pathways}
    views = [_view(page, row, facts[row.id], confidential, today) for row in page.pathways]
    return tuple(sorted(views, key=lambda view: not view.is_open))


def _view(page: "PathwayPage", row: Any, fact: PathwayFact, confidential: bool, today: date) -> PathwayView:
    known = PARTS[row.kind]
    told = [(part, row.details[name]) for name, part in known.items() if row.details.get(name)]
    since = f"Since {spell(row.started_on)}"
    return PathwayView(
        row=row,
        label=PATHWAYS[row.kind].label,
        when=f"{spell(row.started_on)} to {spell(row.ended_on)}" if row.ended_on else since,
        why_ended=page.ends.get(row.id, "") if row.ended_on else "",
        part_2=PART_2_SENTENCE if row.part_2 else "",
        state=tuple(_state(page, fact, today)),
        parts=tuple((part.label, words) for part, words in told if confidential or not part.confidential),
        hidden=0 if confidential else sum(part.confidential for part, _ in told),
        events=tuple(EventLine(one, words_of(one)) for one in page.events if one.pathway_id == row.id),
        may_happen=tuple((kind, one.label) for kind, one in EVENTS.items() if row.kind in one.pathways),
        consents=tuple(
            Consent(one.id, begun(recipient_words(one.value)), one.on)
            for one in standing_consents(page.care, fact)
        ),
    )


def words_of(row: Any) -> str:
    """An event in words."""
    return event_words(row.kind, row.value)


def _state(page: "PathwayPage", fact: PathwayFact, today: date) -> Iterator[tuple[str, str]]:
    """Where the patient stands on a pathway."""
    events = events_of(page.care, fact)
    if fact.kind in USE:
        days, screen = check_in_days(fact, events, page.contacts), last_urine_screen(page.care, events)
        told = {event.on for event in events if event.kind in (CHECK_IN, STABLE)}
        contact = "" if not days or days[-1] in told else " (contact)"
        yield "Last check-in", _ago(days[-1], today) + contact if days else "none recorded"
        yield "Last urine screen", _screen(*screen, events, today) if screen else "none recorded"
    if fact.kind == PERINATAL:
        stage, due = perinatal_stage(events, today), due_date(events)
        yield "Stage", f"{stage.words[0].upper()}{stage.words[1:]}" if stage else ""
        yield "Due date", spell(due) if due else ""


def _screen(on: date, words: str, events: Iterable[PathwayEvent], today: date) -> str:
    """The day and how it came out; one that a result tells is named as such, because no event shows it."""
    result = "" if any(event.kind == URINE and event.on == on for event in events) else " (result)"
    return _ago(on, today) + result + (f": {within(words)}" if words else "")


def _ago(on: date, today: date) -> str:
    return f"{spell(on)}, {counted((today - on).days, 'day')} ago" if on < today else f"{spell(on)}, today"


def entry_words(what: str, row: Any) -> str:
    """An entry in a sentence, for the page that marks it as a mistake."""
    if what == "pathway":
        return f"{PATHWAYS[row.kind].label}, from {spell(row.started_on)}"
    return f"{words_of(row)}, {spell(row.on)}"


def side_by_side(form: Any, row: Any) -> list[tuple[str, str, str]]:
    """(label, yours, theirs) of what both wrote in a pathway's form; its end has nothing to compare."""
    yours = getattr(form, "details", {})
    return [
        (part.label, yours.get(name, ""), row.details.get(name, "")) for name, part in PARTS[row.kind].items()
    ]
