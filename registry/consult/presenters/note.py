"""A signed note as it reads: on the page, and as plain text for another record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from registry.clinical.course import course
from registry.clinical.dates import spell, within
from registry.clinical.decision_moves import (
    OPEN,
    awaits_answer,
    legal_steps,
    state_of,
    state_words,
    step_words,
)
from registry.clinical.facts import EpisodeFacts
from registry.clinical.interventions import CAUTIONS, NO_ANSWER_NEEDED, RECOMMENDATION_CATEGORIES
from registry.clinical.part_2_consent import WITHHELD, shared
from registry.clinical.primary import shown_scales
from registry.clinical.protocol import Protocol
from registry.clinical.treatment import treatment_changes
from registry.reply_codes import spelled

if TYPE_CHECKING:
    from registry.advice import Advice
    from registry.consult.queries.notes import Note
    from registry.snapshots import Subject

DISCLAIMER = (
    "This advice rests on a discussion with the care manager and on the registry's records of the day given above. "
    "Unless the note says otherwise, the consultant has neither interviewed nor examined the patient, and no "
    "physician-patient relationship is formed. The primary care provider, who knows the patient, decides, prescribes "
    "and stays responsible. The advice may not fit where the facts differ or change: ask again, and ask at once when "
    "the patient gets worse. It is not meant for an emergency."
)
"""Usual content of a consult note's disclaimer; counsel of the practice reviews its wording (S74, S75)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recommendation with its way so far."""

    id: UUID
    number: int
    category: str
    text: str
    judge_on: date | None
    if_fails: str
    drug: str
    """'sertraline 100 mg a day, with breakfast'; empty where no drug is meant."""
    rationale: str
    monitoring: str
    cautions: str
    state: str
    state_kind: str
    """Colour of its tag."""
    steps: tuple[str, ...]
    may_go_on: bool
    """Something can still be recorded of it."""
    needs_answer: bool


@dataclass(frozen=True, slots=True)
class NotePage:
    """What the template lays out."""

    id: UUID
    patient_id: UUID
    subject: Subject
    on: date
    consultant: str
    attended: str
    minutes: int | None
    source: str
    course: tuple[str, ...]
    impression: str
    safety: str
    advice: tuple[Line, ...]
    contact: str
    earlier: tuple[Any, ...]
    later: tuple[Any, ...]
    replaces: str
    """Of an amendment: which note it replaces, signed when and by whom."""
    replaced_by: str
    """Of an amended note: the note that counts, signed when and by whom."""
    rests_on: tuple[str, ...]
    unknown: tuple[str, ...]
    """What was not known, and whether the advice holds without it."""
    disclaimer: str
    reply_code: str
    signed: str
    """Who signed, when by the clinic's clock, and how."""
    withheld: bool
    """No consent lets records under 42 CFR Part 2 go to the PCP: paper leaves them out."""
    later_on: date | None
    """The day of a later note on the patient; of an amended one its amendment is told instead."""

    @property
    def is_amended(self) -> bool:
        return bool(self.later)

    @property
    def is_amendment(self) -> bool:
        return bool(self.earlier)


def note_page(note: Note) -> NotePage:
    """The note as it was signed; what became of its advice as it stands now."""
    review, subject = note.review, note.snapshot.subject
    facts = note.snapshot.facts.as_of(review.on)
    return NotePage(
        id=review.id,
        patient_id=subject.patient_id,
        subject=subject,
        on=review.on,
        consultant=note.consultant,
        attended=review.attended,
        minutes=review.minutes,
        source=_source(subject, review.on),
        course=tuple(_course(facts, note.snapshot.protocol(review.on), review.on)),
        impression=review.impression,
        safety=review.safety,
        advice=tuple(line(one) for one in note.advice),
        contact=f"{note.clinic.name}, {note.clinic.phone}" if note.clinic.phone else note.clinic.name,
        earlier=tuple(note.earlier),
        later=tuple(note.later),
        replaces=_of_chain("This amendment replaces the note", note.earlier, note),
        replaced_by=_of_chain("Amended: this note is replaced by the one", note.later, note),
        rests_on=tuple(known["words"] for known in review.knowns if known["is_known"] and known["rests_on"]),
        unknown=tuple(_unknown(known) for known in review.knowns if not known["is_known"]),
        disclaimer=review.disclaimer or DISCLAIMER,
        reply_code=spelled(review.reply_code) if review.reply_code else "",
        signed=_signed(note),
        withheld=shared(note.snapshot.facts, (subject.pcp, subject.clinic)).withheld,
        later_on=None if note.later else note.later_on,
    )  # fmt: skip


def _of_chain(words: str, chain: Sequence[Any], note: Note) -> str:
    """The last note of a chain of amendments in a sentence; empty where there is none."""
    if not chain:
        return ""
    return f"{words} signed {moment(chain[-1].signed_at, note.clinic.timezone)} by {chain[-1].name}."


def _signed(note: Note) -> str:
    at = moment(note.review.signed_at, note.clinic.timezone)
    return f"Signed by {note.consultant}, {at}{_proof(note)}."


def _proof(note: Note) -> str:
    """How the signer showed who they are: at this signing, at one a moment before, or (older notes) in between."""
    way, _, given = note.review.signature.partition(" ")
    if way != "password":
        return ""
    if not given:
        return ", with their password of the 15 minutes before"
    given_at = datetime.fromisoformat(given)
    if given_at == note.review.signed_at:
        return ", with their password"
    return (
        f", with their password, given for another signature at {local(given_at, note.clinic.timezone):%H:%M}"
    )


def moment(at: datetime | None, zone: str) -> str:
    """'Nov 14, 2026 16:50' by the clock of the clinic."""
    assert at is not None, "a signed note has its time"
    return f"{spell(local(at, zone).date())} {local(at, zone):%H:%M}"


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def _unknown(known: dict[str, Any]) -> str:
    return f"{known['words']} (the advice waits for it)" if known["rests_on"] else known["words"]


def evidence(facts: EpisodeFacts, signed_on: date) -> tuple[str, ...]:
    """What changed in the treatment since the advice, the latest first: it may show that the advice was carried out."""
    changes = [c for c in treatment_changes(facts) if c.on >= signed_on and c.kind != "advice"]
    return tuple(f"{c.text[:1].upper()}{c.text[1:]} on {spell(c.on)}" for c in reversed(changes))


def line(advice: Advice) -> Line:
    """One recommendation in words."""
    row, decisions = advice.row, advice.facts
    state = state_of(decisions)
    asks = row.category not in NO_ANSWER_NEEDED
    return Line(
        row.id, row.number, RECOMMENDATION_CATEGORIES.get(row.category, row.category), row.text, row.judge_on,
        row.if_fails, _drug(row), row.rationale, row.monitoring,
        ", ".join(within(CAUTIONS[code]) for code in row.cautions if code in CAUTIONS),
        state_words(decisions) if decisions or asks else "No answer needed", _kind(state, asks),
        tuple(_steps(advice)), asks and bool(legal_steps(state)), asks and awaits_answer(state),
    )  # fmt: skip


def _drug(row: Any) -> str:
    dose = f" {row.dose_mg:g} mg a day" if row.dose_mg else ""
    return ", ".join(part for part in (f"{row.drug}{dose}" if row.drug else "", row.schedule) if part)


def _kind(state: str, asks: bool) -> str:
    if state in ("accepted", "modified", "implemented"):
        return "ok"
    if state in ("declined", "not_implemented"):
        return "warn"
    return "consult" if asks or state != OPEN else "lost"


def _steps(advice: Advice) -> Iterator[str]:
    """Every step with who decided and who recorded it."""
    for fact in advice.facts:
        row = next(
            d for d in advice.decisions if (d.on, d.kind, d.recorded_at) == (fact.on, fact.kind, fact.at)
        )
        recorder = advice.recorders.get(row.id, "")
        by = f" (recorded by {recorder})" if recorder and recorder != row.decided_by else ""
        yield f"{step_words(fact)}{f', {row.decided_by}' if row.decided_by else ''}{by}"


def _source(subject: Subject, on: date) -> str:
    who = subject.care_manager or "the care manager"
    records = f"Discussion with {who} and the registry's records as of {spell(on)}"
    return f"{records}; the patient was not examined unless the note says so."


def _course(facts: EpisodeFacts, protocol: Protocol, on: date) -> Iterator[str]:
    """Each scale in a sentence as the consultant saw it."""
    if facts.enrolled_on:
        yield f"Week {(on - facts.enrolled_on).days // 7} of treatment, enrolled on {spell(facts.enrolled_on)}."
    for name in shown_scales(facts):
        yield course(facts, protocol, on, name).sentence


def plain_text(page: NotePage) -> str:
    """The note for pasting into another record: no mark-up, short lines."""
    subject = page.subject
    parts = [
        "PSYCHIATRIC CONSULTANT'S REVIEW" + (" (AMENDMENT)" if page.is_amendment else ""),
        f"Patient: {subject.name}  DOB: {spell(subject.birth_date)}  MRN: {subject.mrn}",
        f"PCP: {subject.pcp or 'not recorded'}  Care manager: {subject.care_manager or 'not recorded'}",
        *filter(None, (page.replaced_by, page.replaces)),
        f"Date: {spell(page.on)}" + (f"  Minutes: {page.minutes}" if page.minutes else ""),
        f"Attended: {page.attended or 'not recorded'}",
        f"Source: {page.source}",
        "", "COURSE", *page.course,
        *(("", "THE ADVICE RESTS ON", *page.rests_on) if page.rests_on else ()),
        *(("", "NOT KNOWN", *page.unknown) if page.unknown else ()),
        "", "IMPRESSION", page.impression or "not recorded",
        "", "RECOMMENDATIONS", *(_plain_line(one) for one in page.advice),
        "", "SAFETY", page.safety or "not recorded",
        "", f"Questions: {page.contact}",
        page.signed,
        *(("", WITHHELD) if page.withheld else ()),
        "", page.disclaimer,
    ]  # fmt: skip
    return "\n".join(parts)


def _plain_line(one: Line) -> str:
    parts = [f"{one.number}. {one.category}: {one.text}"]
    told = (
        ("Drug", one.drug),
        ("Rationale", one.rationale),
        ("Monitoring", one.monitoring),
        ("Looked at", one.cautions),
    )
    parts += [f"   {label}: {words}" for label, words in told if words]
    if one.judge_on:
        parts.append(f"   Judge on {spell(one.judge_on)}.")
    if one.if_fails:
        parts.append(f"   If it fails: {one.if_fails}")
    return "\n".join(parts)
