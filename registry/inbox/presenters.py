"""The inbox in words: what waits, what is new, what is put off; and the same for a whole team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.course import course
from registry.clinical.dates import counted, spell
from registry.clinical.decision_moves import state_of
from registry.clinical.outcome import ANSWER, DEFERRED, DELIVER, Standing
from registry.papers.asked import Asked, asked

if TYPE_CHECKING:
    from registry.advice import Advice, SignedNote
    from registry.inbox.queries import Told

WAITS = DELIVER, ANSWER
"""Where advice stands that waits for its PCP."""
NEWS_DAYS = 30
"""So long a closing, an outcome or an amendment is news."""


@dataclass(frozen=True, slots=True)
class Item:
    """One recommendation with where it stands and who has seen it."""

    one: Asked
    standing: Standing
    days: str
    """Since the note was signed, '3 days'."""
    late: int
    """Days past its day; 0 where it is not late."""
    is_seen: bool
    """By the viewer."""
    seen_by: tuple[str, ...]
    """By whom, the viewer among them."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that asks nothing and was not seen by the viewer yet."""

    kind: str
    """closed, outcome or review."""
    subject_id: UUID
    patient_id: UUID
    patient: str
    sentence: str
    on: date
    review_id: UUID
    seen_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientCard:
    """What waits on one patient, with what a decision needs to be remembered."""

    patient_id: UUID
    name: str
    about: str
    course: str
    pcp: str
    items: list[Item] = field(default_factory=list)
    review_id: UUID | None = None
    advised: str = ""
    later_on: date | None = None
    """The day of a later note on the patient."""

    @property
    def late(self) -> int:
        return max((item.late for item in self.items), default=0)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The page of one person, or of a team."""

    waiting: tuple[PatientCard, ...]
    deferred: tuple[PatientCard, ...]
    news: tuple[News, ...]

    @property
    def count(self) -> int:
        return sum(item.standing.stage in WAITS for card in self.waiting for item in card.items)

    def asks(self, recommendation_id: UUID) -> bool:
        """Whether a recommendation can be answered on this page."""
        return any(item.one.id == recommendation_id for card in self.waiting for item in card.items)


def inbox(told: Told, today: date, answering: UUID | None = None) -> Inbox:
    """What waits comes late ones first; what is put off waits below; news is what the viewer has not seen.

    What is being answered stays with its words among what waits, though somebody else has answered it.
    """
    waiting = _cards(told, today, WAITS, answering)
    deferred = _cards(told, today, (DEFERRED,))
    news = sorted(_news(told, today), key=lambda one: (one.on, one.patient), reverse=True)
    return Inbox(
        tuple(sorted(waiting, key=lambda card: (-card.late, card.name))),
        tuple(sorted(deferred, key=lambda card: card.name)),
        tuple(news),
    )


def _cards(
    told: Told, today: date, stages: tuple[str, ...], answering: UUID | None = None
) -> Iterator[PatientCard]:
    """A card a note: two notes on one patient are two questions."""
    for note in told.notes:
        items = [_item(told, note, one, today) for one in note.advice]
        shown = [item for item in items if item.standing.stage in stages or item.one.id == answering]
        if shown:
            subject = note.subject
            sex = subject.sex[0].upper() if subject.sex not in ("", "unknown") else ""
            about = f"{subject.age(today)} {sex}".strip()
            facts, protocol = note.snapshot.facts, note.snapshot.protocol(today)
            yield PatientCard(
                subject.patient_id, subject.name, f"{about}, MRN {subject.mrn}",
                course(facts, protocol, today).sentence, subject.pcp or "no PCP recorded", shown, note.review.id,
                f"{note.consultant}, {spell(note.review.on)}", note.later_on,
            )  # fmt: skip


def _item(told: Told, note: SignedNote, advice: Advice, today: date) -> Item:
    standing = note.standing(advice, today)
    key = ("recommendation", advice.row.id)
    late = (today - standing.due_on).days if standing.due_on and standing.is_late(today) else 0
    return Item(
        asked(advice), standing, counted((today - note.review.on).days, "day"), late, key in told.mine, tuple(told.names.get(key, ()))
    )  # fmt: skip


def _news(told: Told, today: date) -> Iterator[News]:
    for note in told.notes:
        if note.review.amends_id is not None and ("review", note.review.id) not in told.mine:
            signed = note.review.signed_at
            if signed is not None and _is_news(signed.date(), today):
                yield _told(told, note, "review", note.review.id, "The note was amended.", signed.date())
        for advice in note.advice:
            for kind, sentence, on in _ends(note, advice, today):
                if _is_news(on, today) and (kind, advice.row.id) not in told.mine:
                    words = f"{advice.row.number}. {advice.row.text.rstrip('.')}: {sentence}"
                    yield _told(told, note, kind, advice.row.id, words, on)


def _ends(note: SignedNote, advice: Advice, today: date) -> Iterator[tuple[str, str, date]]:
    """That a recommendation was closed, and what came of one that was done."""
    steps = advice.facts
    if state_of(steps) == "closed":
        reason = f", {steps[-1].reason}" if steps[-1].reason else ""
        yield "closed", f"closed{reason}", steps[-1].on
    found = note.standing(advice, today).outcome
    if found is not None and found.after is not None:
        yield "outcome", found.sentence, found.after.taken_on


def _told(told: Told, note: SignedNote, kind: str, subject_id: UUID, sentence: str, on: date) -> News:
    subject = note.subject
    names = tuple(told.names.get((kind, subject_id), ()))
    return News(kind, subject_id, subject.patient_id, subject.name, sentence, on, note.review.id, names)


def _is_news(on: date, today: date) -> bool:
    return today - on <= timedelta(days=NEWS_DAYS)


@dataclass(frozen=True, slots=True)
class PastNote:
    """One note in a patient's history."""

    review_id: UUID
    on: date
    consultant: str
    lines: tuple[tuple[Asked, str, tuple[str, ...]], ...]
    """Each recommendation, what came of it, and who has seen it."""


def history(told: Told, today: date) -> tuple[PastNote, ...]:
    """Every note of a patient with what became of it, the latest first."""
    return tuple(_past(told, note, today) for note in sorted(told.notes, key=_latest, reverse=True))


def _latest(note: SignedNote) -> tuple[date, str]:
    return note.review.on, str(note.review.signed_at)


def _past(told: Told, note: SignedNote, today: date) -> PastNote:
    lines = []
    for advice in note.advice:
        found = note.standing(advice, today).outcome
        seen = tuple(told.names.get(("recommendation", advice.row.id), ()))
        lines.append((asked(advice), found.sentence if found else "", seen))
    return PastNote(note.review.id, note.review.on, note.consultant, tuple(lines))
