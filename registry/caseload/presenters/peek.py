"""The panel at the side: every reason in full, the chart, and the facts that a call needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from markupsafe import Markup

from registry.caseload.presenters.rows import Row, Tag, gad7, row, tag, treatments
from registry.charts import figure, trend_of
from registry.clinical.explain import Explanation, Judged, explain, explain_course, explain_place
from registry.clinical.interventions import MODALITIES
from registry.clinical.primary import other_scale

if TYPE_CHECKING:
    from registry.caseload.queries import Entry
    from registry.clinical.course import Course
    from registry.clinical.facts import Contact
    from registry.clinical.findings import Finding
    from registry.clinical.picture import Picture
    from registry.snapshots import Subject

WIDTH, HEIGHT = 398, 200
NARROW = 330


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding in full: the tag with its sentence, and what its rule asks of whom."""

    tag: Tag
    who: str
    action: str
    code: str
    why: Explanation


@dataclass(frozen=True, slots=True)
class Peek:
    """What the panel lays out."""

    episode_id: UUID
    patient_id: UUID
    clinic_id: UUID
    name: str
    who: str
    reasons: tuple[Reason, ...]
    scales: tuple[Judged, ...]
    """Why each scale has its change and its status."""
    points: int
    why_place: Explanation
    chart: Markup | None
    narrow: Markup | None
    facts: tuple[tuple[str, str], ...]


def peek(entry: Entry, today: date) -> Peek:
    """The panel of one episode."""
    seen, line = entry.standing.picture, row(entry, today)
    drawn = trend_of(seen.facts, seen.protocol, today)
    return Peek(
        episode_id=line.episode_id,
        patient_id=line.patient_id,
        clinic_id=entry.subject.clinic_id,
        name=line.name,
        who=_who(entry.subject, line),
        reasons=tuple(_reason(f, seen) for f in sorted(entry.standing.findings, key=_safety_first)),
        scales=tuple(explain_course(course, seen) for course in _measured(seen)),
        points=entry.place.points,
        why_place=explain_place(entry.place, seen),
        chart=figure(drawn, width=WIDTH, height=HEIGHT, uid="peek-trend") if drawn else None,
        narrow=figure(drawn, width=NARROW, height=HEIGHT, uid="peek-trend-narrow") if drawn else None,
        facts=_facts(entry, line, today),
    )


def _who(subject: Subject, line: Row) -> str:
    week = "not enrolled" if line.weeks is None else f"week {line.weeks}"
    words = (f"{line.age} {line.sex}".strip(), f"MRN {line.mrn}", line.pcp or "no PCP", week)
    return " · ".join(words)


def _safety_first(finding: Finding) -> tuple[bool, int, str]:
    return (finding.tag != "safety", finding.urgency, finding.code)


def _reason(finding: Finding, seen: Picture) -> Reason:
    return Reason(tag(finding), finding.who, finding.action, finding.code, explain(finding, seen))


def _measured(seen: Picture) -> Iterator[Course]:
    """The scales of the facts that have a score, in their order."""
    own = [seen.primary] if other_scale(seen.facts) else []
    yield from (course for course in (*own, seen.phq9, gad7(seen)) if course.latest)


def _facts(entry: Entry, line: Row, today: date) -> tuple[tuple[str, str], ...]:
    seen, who = entry.standing.picture, entry.subject
    return (
        ("Next", next_words(line)),
        ("Treatment", ", ".join(treatments(seen.facts, today)) or "none recorded"),
        ("Last contact", _last_contact(seen)),
        *_own(line),
        ("PHQ-9", _course(line.phq9.first, line.phq9.last, line.phq9.percent, line.phq9.taken_on)),
        ("GAD-7", _course(line.gad7.first, line.gad7.last, line.gad7.percent, line.gad7.taken_on)),
        ("Review", _last_review(seen)),
        ("This month", f"{line.minutes} min logged"),
        ("Reach", _reach(who)),
        ("Care manager", who.care_manager or "none yet"),
    )


def _own(line: Row) -> Iterator[tuple[str, str]]:
    """The primary scale where it is neither of the two that follow."""
    if line.own:
        yield line.own_title, _course(line.own.first, line.own.last, line.own.percent, line.own.taken_on)


def next_words(line: Row) -> str:
    """What is next and by when; a day that only the protocol asks for is said to be one."""
    due = f"{line.due_on:%b} {line.due_on.day}" if line.due_on else ""
    if line.next_action:
        return f"{line.next_action}, {due}" if due else line.next_action
    return f"nothing planned; contact due {due}" if due else "nothing planned"


def _last_contact(seen: Picture) -> str:
    last = next((c for c in reversed(seen.facts.contacts) if c.is_treatment), None)
    if last is None:
        return "no treatment contact yet"
    return f"{last.on:%b} {last.on.day} ({_ago(seen.days_since(last.on))}){_how(last)}"


def _how(contact: Contact) -> str:
    words = [
        MODALITIES.get(contact.modality or "", "").lower(),
        f"{contact.minutes} min" if contact.minutes else "",
    ]
    said = " ".join(word for word in words if word)
    return f", {said}" if said else ""


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _course(first: int | None, last: int | None, percent: int | None, taken_on: date | None) -> str:
    if last is None or taken_on is None:
        return "never measured"
    change = "" if percent is None else f" ({percent:+d}%)".replace("-", "\N{MINUS SIGN}").replace("+0", "0")
    return f"{first} to {last}{change}, {taken_on:%b} {taken_on.day}"


def _last_review(seen: Picture) -> str:
    """The day and the advice of the last review."""
    if seen.review is None:
        return "not yet reviewed"
    advice = "; ".join(r.text.rstrip(". ") for r in seen.review.recommendations if r.text)
    return f"{seen.review.on:%b} {seen.review.on.day}: {advice or 'no advice recorded'}"


def _reach(who: Subject) -> str:
    """The number to call and how the patient wants to be reached."""
    spoken = "" if who.language.startswith("en") else f", speaks {who.language}"
    helped = " (interpreter)" if who.interpreter else ""
    note = f", {who.contact_note}" if who.contact_note else ""
    return f"{who.phone or 'no phone number'}{note}{spoken}{helped}"
