"""Making a link, and ending one."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import System, Viewer
from registry.advice import SignedNote, note
from registry.models import OutboxMail, Patient, ReplyLink
from registry.reply import queries
from registry.reply.services.codes import hashed
from registry.reply.services.posting import MAIL, record_delivery, waits, withdraw

SUBJECT = "You have advice to answer"
BODY = """\
A psychiatric consultant's advice waits for your answer.

{address}

The link opens until {until}. It asks for a code, which you get separately: by phone, text or fax, or on paper.

This mail names no patient. Replies to it are not read.
"""


class LinkRefused(ValueError):
    """A link that cannot be made; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link as it is asked for: who answers, and how it gets to them."""

    review_id: UUID
    provider: str
    channel: str
    to_address: str = ""
    printed_code: bool = False
    """The code is the one on the printed page; else six digits of its own."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How long a link opens, and the address before its token."""

    lasts: timedelta
    base_url: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new link with what nobody can look up again: its token and its code."""

    link: ReplyLink
    token: str
    code: str


def make_link(
    session: Session, viewer: Viewer, wanted: Wanted, setting: Setting, today: date, now: datetime
) -> Made:
    """Make a link to a signed note and end the ones of the patient before it; paper counts as delivered, a mail once it left."""
    found = note(session, viewer, wanted.review_id, queries.SEND)
    refuse(found)
    _end_earlier(session, viewer, found.subject.patient_id, now)
    token = queries.written(viewer.org_id, secrets.token_urlsafe(32))
    printed = found.review.reply_code if wanted.printed_code else None
    code = printed or f"{secrets.randbelow(10**6):06}"
    link = ReplyLink(
        org_id=viewer.org_id, id=uuid4(), review_id=found.review.id, patient_id=found.subject.patient_id,
        provider=wanted.provider.strip(), token_sha256=queries.digest(token), code_hash=hashed(code),
        channel=wanted.channel, to_address=wanted.to_address.strip() if wanted.channel == MAIL else "",
        created_by=viewer.account_id, created_at=now, expires_at=now + setting.lasts,
    )  # fmt: skip
    session.add(link)
    session.flush()
    _record(session, viewer, "make_link", link, channel=link.channel, expires_at=link.expires_at)
    if link.channel == MAIL:
        _mail(session, link, address(setting, token), now)
    else:
        record_delivery(session, viewer, found, link, today, now)
    return Made(link, token, code)


def refuse(found: SignedNote) -> None:
    """A note that was amended is no longer sent, nor one in which nothing waits for an answer."""
    if found.amended_by is not None:
        raise LinkRefused("This note was amended: send the amendment.")
    if not any(waits(one) for one in found.advice):
        raise LinkRefused("Nothing in this note waits for an answer.")


def end_link(session: Session, viewer: Viewer, link_id: UUID, now: datetime) -> ReplyLink:
    """End a link; twice is once."""
    link = queries.link(session, viewer, link_id)
    if link.revoked_at is None:
        _end(session, viewer, link, now, "by hand")
    return link


def _end_earlier(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> None:
    """One link a patient: two that are made at once wait for each other at the patient's row."""
    session.get(Patient, (viewer.org_id, patient_id), with_for_update={"key_share": True})
    earlier = select(ReplyLink).where(
        ReplyLink.org_id == viewer.org_id,
        ReplyLink.patient_id == patient_id,
        ReplyLink.revoked_at.is_(None),
    )
    for link in session.scalars(earlier.order_by(ReplyLink.id).with_for_update()).all():
        _end(session, viewer, link, now, "a new link")


def _end(session: Session, who: Viewer | System, link: ReplyLink, now: datetime, why: str) -> None:
    link.revoked_at = now
    withdraw(session, link)
    _record(session, who, "revoke_link", link, why=why)


def address(setting: Setting, token: str) -> str:
    """The address that a PCP opens."""
    return f"{setting.base_url.rstrip('/')}/reply/{token}"


def _mail(session: Session, link: ReplyLink, address: str, now: datetime) -> None:
    """The mail, with the id of its link: neither name nor number of a patient, nor which clinic asks."""
    until = f"{link.expires_at:%b} {link.expires_at.day}, {link.expires_at.year}"
    row = OutboxMail(
        org_id=link.org_id, id=link.id, to_address=link.to_address, subject=SUBJECT,
        body=BODY.format(address=address, until=until), written_at=now,
    )  # fmt: skip
    session.add(row)


def _record(session: Session, who: Viewer | System, action: str, link: ReplyLink, **detail: object) -> None:
    """What was done with a link; never its token, its code or where it went."""
    act = audit.Act(action, "reply", "reply_link", link.id, [link.patient_id], detail)
    audit.record(session, who, act)
