"""The words of a link: how it stands, what it shows, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from registry.clinical.dates import listed, spell
from registry.clinical.part_2 import MAY_BE_WITHHELD
from registry.documents.values import PcpSummary
from registry.papers.asked import Asked, asked
from registry.papers.outside import outside_summary, withheld
from registry.papers.words import Press
from registry.reply_codes import MOST_WRONG

if TYPE_CHECKING:
    from registry.advice import SignedNote
    from registry.models import ReplyLink
    from registry.reply.queries import Behind, Listed


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link in the list beside its note."""

    id: UUID
    provider: str
    how: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    state: str
    tag: str
    may_be_ended: bool


def link_lines(links: Iterable[Listed], now: datetime) -> list[LinkLine]:
    """The links to a note and how each stands now."""
    return [_line(one, now) for one in links]


def _line(one: Listed, now: datetime) -> LinkLine:
    link = one.link
    how = f"Mail to {link.to_address}" if link.channel == "mail" else "Paper"
    ended = _ended(link, one.is_amended, now)
    state, tag = ended or _state(one)
    return LinkLine(
        link.id, link.provider, how, link.created_at, one.made_by, link.expires_at, state, tag, ended is None
    )  # fmt: skip


def _ended(link: ReplyLink, is_amended: bool, now: datetime) -> tuple[str, str] | None:
    """Why a link opens nothing any more."""
    if link.attempts >= MOST_WRONG:
        return f"Ended after {MOST_WRONG} wrong codes", "warn"
    if link.revoked_at is not None:
        return "Revoked", "lost"
    if is_amended:
        return "Ended: the note was amended", "lost"
    if link.expires_at <= now:
        return "Expired" if link.opened_at else "Expired, never opened", "lost" if link.opened_at else "warn"
    return None


def _state(one: Listed) -> tuple[str, str]:
    """How far a link that opens has come; where its mail has not left, what to do."""
    if one.link.opened_at:
        return "Opened", "ok"
    if one.tries is None:
        return "Not opened yet", "consult"
    if one.sent_at:
        return "Sent, not opened yet", "consult"
    if one.is_blank:
        return "Could not be sent: check the address and make a new link, or give the page on paper", "warn"
    if one.tries:
        return "Waits to be sent: the mail server has not taken it yet", "warn"
    return "Waits to be sent", "consult"


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What the PCP reads behind a link."""

    link: Any
    note: Any
    clinic: Any
    summary: PcpSummary
    advice: tuple[Asked, ...]
    others: tuple[Asked, ...]
    """Recommendations that ask nothing."""
    withheld: str

    @property
    def waiting(self) -> tuple[Asked, ...]:
        return tuple(one for one in self.advice if one.waits)

    @property
    def is_answered(self) -> bool:
        return not self.waiting


def link_page(link: ReplyLink, behind: Behind, at: datetime) -> LinkPage:
    """The page for a reader outside: substance use under Part 2 is not on it."""
    shown = [asked(one) for one in behind.note.advice if not withheld(behind.note, one)]
    return LinkPage(
        link=link,
        note=behind.note,
        clinic=behind.clinic,
        summary=outside_summary(behind.case, Press(link.provider, at, at.date())),
        advice=tuple(one for one in shown if one.asks),
        others=tuple(one for one in shown if not one.asks),
        withheld=MAY_BE_WITHHELD,
    )


@dataclass(frozen=True, slots=True)
class Sending:
    """What is about to be sent, and the links before it."""

    note: Any
    advice: tuple[Asked, ...]
    left_out: tuple[int, ...]
    """Numbers of the recommendations that a link will not show: the team tells them another way."""
    links: tuple[LinkLine, ...]
    ends: str
    """Which open links of the patient the new one ends; empty where there are none."""


def sending(
    note: SignedNote, links: Iterable[Listed], open_ones: Iterable[tuple[UUID, date]], now: datetime
) -> Sending:  # fmt: skip
    """The page on which a link is made."""
    return Sending(
        note,
        tuple(asked(one) for one in note.advice),
        tuple(one.row.number for one in note.advice if withheld(note, one)),
        tuple(link_lines(links, now)),
        _ends(note, list(open_ones)),
    )


def _ends(note: SignedNote, open_ones: list[tuple[UUID, date]]) -> str:
    """A patient has one link: what stops opening once the new one is made."""
    notes = [
        "this note" if review_id == note.review.id else f"the note of {spell(on)}"
        for review_id, on in open_ones
    ]
    if not notes:
        return ""
    links = "link" if len(notes) == 1 else f"{len(notes)} links"
    which = "that is" if len(notes) == 1 else "that are"
    ended = f"The new link ends the {links} on this patient {which} open now, to {listed(notes)}."
    others = any(review_id != note.review.id for review_id, _ in open_ones)
    return (
        f"{ended} What waits there is then answered on paper, by phone or in the inbox." if others else ended
    )


def sheet(behind: Behind, by: str, at: datetime, address: str) -> PcpSummary:
    """The printed page of a note, with the link beside its code."""
    page = outside_summary(behind.case, Press(by, at, at.date(), note_id=behind.note.review.id))
    return replace(page, reply_link=address)
