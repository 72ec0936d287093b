"""The agenda in words: why each patient, how far the meeting gets, who is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.agenda import WEIGHTS, AgendaScore
from registry.clinical.agenda_marks import Ask
from registry.clinical.course import Course
from registry.clinical.explain import (
    Explanation,
    Judged,
    explain,
    explain_course,
    explain_place,
    explain_refused,
)
from registry.clinical.interventions import RECOMMENDATION_CATEGORIES
from registry.clinical.meeting import REVIEWED, carried_words
from registry.clinical.picture import Picture
from registry.clinical.primary import level, other_scale
from registry.clinical.views import Standing

if TYPE_CHECKING:
    from registry.consult.queries.agenda import Agenda, Entry
    from registry.run_sheet import RunSheet
    from registry.snapshots.packets import Printed

REACHED = 12
"""How many a meeting of two hours is likely to reach: four to eight patients an hour is realistic."""
NAMES = {weight.code: weight.name for weight in WEIGHTS}
ASKED = "A1"


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: its points, its name, the sentence with the facts, and the rule."""

    points: int
    name: str
    sentence: str
    code: str
    why: Explanation


@dataclass(frozen=True, slots=True)
class Primary:
    """First and last score of the episode: of the PHQ-9, or of a primary scale beside PHQ-9 and GAD-7."""

    title: str
    first: int | None
    last: int
    severity: int
    band: str
    percent: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the agenda."""

    rank: int
    episode_id: UUID
    patient_id: UUID
    name: str
    about: str
    safety: bool
    points: int
    reasons: tuple[Why, ...]
    why_place: Explanation
    judged: Judged | None
    """Why the score has its change and its status."""
    questions: tuple[str, ...]
    carried: str
    """By a meeting; a question that an earlier review did not reach stands in `asked_before`."""
    asked_before: str
    score: Primary | None
    weeks: int | None
    review_days: int | None
    care_manager: str
    has_draft: bool
    aside: str = ""
    """Why not today."""
    review_id: UUID | None = None
    outcome: str = ""
    """What was advised, where the patient is done."""

    @property
    def headline(self) -> str:
        """The first reason in full; a question stands in its own column."""
        if not self.reasons:
            return "No other reason is left"
        first = self.reasons[0]
        words = first.name if first.code == ASKED else first.sentence
        return words[0].upper() + words[1:]

    @property
    def further(self) -> str:
        """The other reasons by name."""
        return " · ".join(why.name for why in self.reasons[1:])


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    clinic_id: UUID
    is_current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The agenda as the template lays it out."""

    clinic_id: UUID
    clinic: str
    tabs: tuple[Tab, ...]
    on: date
    looks_back_to: date | None
    """The day whose rules hold, where it has passed."""
    previous_on: date
    next_on: date
    is_past: bool
    is_today: bool
    done_title: str
    rows: tuple[Row, ...]
    aside: tuple[Row, ...]
    done: tuple[Row, ...]
    managers: tuple[tuple[UUID, str], ...]
    manager_id: UUID | None
    active: int
    on_agenda: int
    """Before the filter."""
    safety: int
    packets: Sequence[Printed]
    """As they were printed for this review day, with their checksums."""

    @property
    def likely(self) -> tuple[Row, ...]:
        """Those whom the meeting is likely to reach."""
        return tuple(row for row in self.rows if row.rank <= REACHED)

    @property
    def limit(self) -> int:
        return REACHED


def page(shown: Agenda, manager_id: UUID | None, today: date) -> Page:
    """One clinic's agenda, narrowed to one care manager where asked; the ranks stay those of the clinic."""
    rows = tuple(_row(entry, rank, shown) for rank, entry in enumerate(shown.ranked, 1))
    return Page(
        clinic_id=shown.clinic.id,
        clinic=shown.clinic.name,
        tabs=tuple(Tab(one.name, one.id, one.id == shown.clinic.id) for one in shown.clinics),
        on=shown.on,
        looks_back_to=shown.seen_on if shown.seen_on < today else None,
        previous_on=shown.previous_on,
        next_on=shown.next_on,
        is_past=shown.on < today,
        is_today=shown.on == today,
        done_title="Done today" if shown.seen_on == today else "Done on that day",
        rows=_of(rows, shown.ranked, manager_id),
        aside=_of((_row(entry, 0, shown) for entry in shown.set_aside), shown.set_aside, manager_id),
        done=_of((_row(entry, 0, shown) for entry in shown.done), shown.done, manager_id),
        managers=_managers(shown.entries),
        manager_id=manager_id,
        active=shown.active,
        on_agenda=len(rows),
        safety=sum(row.safety for row in rows),
        packets=shown.packets,
    )  # fmt: skip


def _of(rows: Iterable[Row], entries: Sequence[Entry], manager_id: UUID | None) -> tuple[Row, ...]:
    pairs = zip(rows, entries, strict=True)
    return tuple(row for row, e in pairs if manager_id is None or e.subject.care_manager_id == manager_id)


def _managers(entries: Iterable[Entry]) -> tuple[tuple[UUID, str], ...]:
    found = {e.subject.care_manager_id: e.subject.care_manager for e in entries if e.subject.care_manager_id}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def _row(entry: Entry, rank: int, shown: Agenda) -> Row:
    subject, place, picture = entry.subject, entry.place, entry.standing.picture
    facts = picture.facts
    last = facts.reviews[-1] if facts.reviews else None
    return Row(
        rank=rank,
        episode_id=subject.episode_id,
        patient_id=subject.patient_id,
        name=subject.name,
        about=entry.subject.about(shown.seen_on),
        safety=place.safety,
        points=place.points,
        reasons=tuple(reasons(place, entry.standing)),
        why_place=explain_place(place, picture),
        judged=explain_course(course, picture) if (course := scale_of(picture)).latest else None,
        questions=questions(entry.asks),
        carried=carried_words(entry.carried_from),
        asked_before=carried(place.carried_over_from) if not entry.carried_from else "",
        score=score_of(entry),
        weeks=facts.week(shown.seen_on),
        review_days=(shown.seen_on - last.on).days if last else None,
        care_manager=subject.care_manager,
        has_draft=subject.episode_id in shown.drafts,
        aside=place.set_aside.text if place.set_aside else "",
        review_id=UUID(str(entry.reviewed.id)) if entry.reviewed else None,
        outcome=outcome(entry),
    )  # fmt: skip


def reasons(place: AgendaScore, seen: Standing) -> Iterator[Why]:
    """The reasons of a place, most points first, each with its rule."""
    found = {finding.code: finding for finding in seen.findings}
    for one in place.reasons:
        finding = found.get(one.code)
        why = explain(finding, seen.picture) if finding else explain_refused(seen.picture)
        yield Why(one.points, NAMES[one.code], one.sentence, one.code, why)


def questions(asks: Iterable[Ask]) -> tuple[str, ...]:
    """What was asked, each once, the latest first: "Care manager, Nov 14, 2026: dose or switch?"."""
    words = {ask.sentence.partition(": ")[2] or ask.sentence: ask.sentence for ask in asks}
    return tuple(reversed(words.values()))


def carried(since: date | None) -> str:
    """A question that an earlier review did not reach."""
    return f"Carried over, asked {since:%b} {since.day}" if since else ""


def scale_of(picture: Picture) -> Course:
    """The scale that the agenda tells."""
    return picture.primary if other_scale(picture.facts) else picture.phq9


def score_of(entry: Entry) -> Primary | None:
    """The scale from the first score (the baseline where there is one) to the last."""
    picture = entry.standing.picture
    seen = scale_of(picture)
    scored = [s for s in picture.facts.series(seen.series) if s.total is not None]
    if not scored:
        return None
    last = scored[-1].total or 0
    first = (seen.baseline or scored[0]).total
    found, title = level(seen.series, last, picture.protocol), picture.protocol.scale(seen.series).title
    return Primary(title, first if len(scored) > 1 else None, last, found.severity, found.name, seen.percent)


def outcome(entry: Entry) -> str:
    """The categories of what was advised."""
    if entry.reviewed is None:
        return ""
    return ", ".join(
        RECOMMENDATION_CATEGORIES.get(r.category, r.category) for r in entry.reviewed.recommendations
    )


@dataclass(frozen=True, slots=True)
class Stop:
    """One patient in the queue beside the review form."""

    episode_id: UUID
    name: str
    place: str
    why: str
    carried: str
    score: Primary | None
    review_id: UUID | None
    """The note that is signed already."""
    is_current: bool

    @property
    def is_done(self) -> bool:
        return self.review_id is not None


@dataclass(frozen=True, slots=True)
class Queue:
    """The review session: who is done, who is next."""

    stops: tuple[Stop, ...]
    done: int
    waiting: int
    previous: UUID | None
    next: UUID | None
    rank: int | None


def queue(shown: Agenda, current: UUID) -> Queue:
    """Those done, then the ones that the meeting is likely to reach, and the one that is open."""
    waiting = [entry.subject.episode_id for entry in shown.ranked]
    here = waiting.index(current) if current in waiting else None
    stops = [_stop(entry, "", current) for entry in shown.done]
    stops += [
        _stop(entry, str(rank), current)
        for rank, entry in enumerate(shown.ranked, 1)
        if rank <= REACHED or entry.subject.episode_id == current
    ]
    following = waiting[here + 1 :] if here is not None else waiting
    return Queue(
        tuple(stops), len(shown.done), len(waiting), waiting[here - 1] if here else None,
        following[0] if following else None, here + 1 if here is not None else None,
    )  # fmt: skip


def meeting_queue(
    sheet: RunSheet, entries: Mapping[UUID, Entry], current: UUID, turns: tuple[UUID | None, UUID | None]
) -> Queue:
    """The queue of a meeting in its own order: who was looked at, then who is to come, skipped ones last."""
    waiting = [case.row.episode_id for case in sheet.to_come]
    through = [case.row.episode_id for case in sheet.cases if case.row.episode_id not in waiting]
    here = waiting.index(current) if current in waiting else None
    stops = [_stop(entries[one], "", current) for one in through if one in entries]
    stops += [_stop(entries[one], str(rank), current) for rank, one in enumerate(waiting, 1)]
    done = sum(case.row.state == REVIEWED for case in sheet.cases)
    return Queue(tuple(stops), done, len(waiting), *turns, here + 1 if here is not None else None)


def _stop(entry: Entry, place: str, current: UUID) -> Stop:
    week = entry.standing.picture.days // 7
    nothing = "Reviewed" if entry.reviewed else "No other reason"
    why = NAMES[entry.place.reasons[0].code] if entry.place.reasons else nothing
    return Stop(
        entry.subject.episode_id, entry.subject.name, place, f"{why} · wk {week}",
        carried_words(entry.carried_from), score_of(entry),
        UUID(str(entry.reviewed.id)) if entry.reviewed else None, entry.subject.episode_id == current,
    )  # fmt: skip
