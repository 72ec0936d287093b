"""A signed note as its PDF reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from registry.clinical.dates import spell
from registry.clinical.part_2 import silent, speaks_of_use
from registry.clinical.part_2_consent import WITHHELD
from registry.consult.presenters.note import Line, NotePage
from registry.documents import NotedAdvice, NoteSheet


def note_sheet(page: NotePage, printed_by: str, printed_at: datetime) -> NoteSheet:
    """The note in the order in which it reads on the screen, as the PCP may be shown it."""
    page = to_leave(page)
    subject = page.subject
    who = f"{subject.name}, DOB {spell(subject.birth_date)}, MRN {subject.mrn}"
    about = (
        ("Patient", who), ("PCP", subject.pcp or "not recorded"), ("Care manager", subject.care_manager or "not recorded"),
        ("Attended", page.attended or "not recorded"), ("Minutes", str(page.minutes or "not recorded")),
        ("Source", page.source), ("Reply code", page.reply_code),
    )  # fmt: skip
    return NoteSheet(
        title=f"{'Amended review' if page.is_amendment else 'Consultant’s review'}, {spell(page.on)}",
        person=who,
        about=tuple(pair for pair in about if pair[1]),
        sections=tuple(_before(page)),
        advice=tuple(_advice(one) for one in page.advice),
        after=(("Safety", (page.safety or "Not recorded.",)), ("Questions", (page.contact,))),
        signed=page.signed,
        disclaimer=page.disclaimer,
        foot=f"Confidential. Printed {spell(printed_at.date())} by {printed_by}.",
    )


def to_leave(page: NotePage) -> NotePage:
    """The note as it may leave: where records are withheld, without what tells of substance use."""
    if not page.withheld:
        return page
    return replace(
        page,
        course=tuple(filter(silent, page.course)),
        impression=silent(page.impression),
        safety=silent(page.safety),
        advice=tuple(one for one in page.advice if not _tells(one)),
        rests_on=tuple(filter(silent, page.rests_on)),
        unknown=tuple(filter(silent, page.unknown)),
    )


def _tells(one: Line) -> bool:
    texts = (one.text, one.drug, one.rationale, one.if_fails, one.monitoring, one.cautions, one.state)
    return any(speaks_of_use(text) for text in texts)


def _before(page: NotePage) -> Iterator[tuple[str, tuple[str, ...]]]:
    if page.withheld:
        yield "Left out", (WITHHELD,)
    if page.is_amended:
        yield "Amended", (page.replaced_by,)
    if page.is_amendment:
        yield "Amendment", (page.replaces,)
    if page.later_on:
        yield "Later", (f"A later note exists, signed on {spell(page.later_on)}.",)
    yield "Course", page.course
    yield "Impression", (page.impression or "Not recorded.",)
    if page.rests_on:
        yield "The advice rests on", ("; ".join(page.rests_on) + ".",)
    if page.unknown:
        yield "Not known", ("; ".join(page.unknown) + ".",)


def _advice(one: Line) -> NotedAdvice:
    told = (
        ("Drug", one.drug), ("Rationale", one.rationale), ("Judge on", spell(one.judge_on) if one.judge_on else ""),
        ("If it fails", one.if_fails), ("Monitoring", one.monitoring), ("Looked at", one.cautions),
    )  # fmt: skip
    details = tuple(f"{label}: {words}" for label, words in told if words)
    return NotedAdvice(one.number, one.category, one.text, details, one.state)
