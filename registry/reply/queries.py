"""Links: which one a token means, whether it still opens anything, and what stands behind it."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.scope import NotVisible
from registry.access.viewer import System, Viewer
from registry.advice import SignedNote, note
from registry.models import Account, Clinic, OutboxMail, Patient, Provider, ReplyLink, Review
from registry.papers.cases import Case, case
from registry.reply_codes import MOST_WRONG

SEND = "send_advice"


def actor(org_id: UUID) -> System:
    """What the trail calls somebody who comes by a link: the name beside an answer is the link's."""
    return System(org_id, "reply link")


# Tokens ----------------------------------------------------------------------------------


def written(org_id: UUID, secret: str) -> str:
    """A token: the organisation, so that a link is looked up inside one, and the secret."""
    return f"{urlsafe_b64encode(org_id.bytes).decode().rstrip('=')}.{secret}"


def organisation_of(token: str) -> UUID | None:
    """The organisation that a token begins with; None where it begins with nothing of the kind."""
    try:
        return UUID(bytes=urlsafe_b64decode(token.partition(".")[0].encode("ascii") + b"=="))
    except (Error, ValueError):
        return None


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


# Links -----------------------------------------------------------------------------------


def is_token_of(link: ReplyLink, token: str) -> bool:
    """Whether somebody holds the token of a link."""
    return compare_digest(link.token_sha256, digest(token))


def by_token(session: Session, token: str) -> ReplyLink | None:
    """The link of a token, whether or not it still opens anything."""
    org_id = organisation_of(token)
    if org_id is None:
        return None
    mine = ReplyLink.org_id == org_id, ReplyLink.token_sha256 == digest(token)
    return session.scalar(select(ReplyLink).where(*mine))


def opens(session: Session, link: ReplyLink, now: datetime) -> bool:
    """Whether a link still opens something: not expired, not revoked, not guessed at, and its note not amended."""
    if link.revoked_at is not None or link.expires_at <= now or link.attempts >= MOST_WRONG:
        return False
    return not is_amended(session, link)


def is_amended(session: Session, link: ReplyLink) -> bool:
    """The note that a link leads to was amended: its advice no longer holds."""
    later = select(Review.id).where(
        Review.org_id == link.org_id, Review.amends_id == link.review_id, Review.signed_at.is_not(None)
    )
    return session.scalar(later) is not None


def behind(session: Session, org_id: UUID, link_id: UUID, token: str, now: datetime) -> ReplyLink | None:
    """The link of a ticket, where it is the link of this address and still opens something."""
    link = session.get(ReplyLink, (org_id, link_id))
    if link is None or not is_token_of(link, token):
        return None
    return link if opens(session, link, now) else None


@dataclass(frozen=True, slots=True)
class Listed:
    """One link with who made it, whether its note was amended, and how its mail stands."""

    link: ReplyLink
    made_by: str
    is_amended: bool
    sent_at: datetime | None
    tries: int | None
    """How often its mail was tried; None for paper, and for a mail of which nothing is known any more."""
    is_blank: bool
    """Its mail holds no text: sent, given up or withdrawn."""


def links(session: Session, viewer: Viewer, review_id: UUID) -> list[Listed]:
    """The links to a note, the latest first. The caller shows the note."""
    amended = exists().where(
        Review.org_id == viewer.org_id, Review.amends_id == review_id, Review.signed_at.is_not(None)
    )
    rows = (
        select(
            ReplyLink,
            func.coalesce(Account.name, ""),
            amended,
            OutboxMail.sent_at,
            OutboxMail.attempts,
            OutboxMail.body == "",
        )
        .outerjoin(Account, Account.id == ReplyLink.created_by)
        .outerjoin(OutboxMail, and_(OutboxMail.org_id == ReplyLink.org_id, OutboxMail.id == ReplyLink.id))
        .where(ReplyLink.org_id == viewer.org_id, ReplyLink.review_id == review_id)
        .order_by(ReplyLink.created_at.desc())
    )
    return [Listed(*row) for row in session.execute(rows)]


def open_ones(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> list[tuple[UUID, date]]:
    """The links to notes on a patient that still open something: each with its note and the day of that."""
    rows = (
        select(ReplyLink, Review.on)
        .join(Review, and_(Review.org_id == ReplyLink.org_id, Review.id == ReplyLink.review_id))
        .where(ReplyLink.org_id == viewer.org_id, ReplyLink.patient_id == patient_id)
        .where(ReplyLink.revoked_at.is_(None), ReplyLink.expires_at > now)
        .order_by(Review.on, ReplyLink.created_at)
    )
    return [(link.review_id, on) for link, on in session.execute(rows) if opens(session, link, now)]


def link(session: Session, viewer: Viewer, link_id: UUID) -> ReplyLink:
    """A link to a note of a visible patient, or `NotVisible`."""
    found = session.get(ReplyLink, (viewer.org_id, link_id))
    if found is None:
        raise NotVisible("reply link")
    note(session, viewer, found.review_id, SEND)
    return found


# What stands behind one --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """What a link opens: one signed note and the facts of its one patient."""

    note: SignedNote
    case: Case
    clinic: Clinic


def local(session: Session, link: ReplyLink, now: datetime) -> datetime:
    """This moment on the wall of the patient's clinic: an answer's day is a day there."""
    found = (
        select(Clinic.timezone)
        .join(Patient, and_(Patient.org_id == Clinic.org_id, Patient.clinic_id == Clinic.id))
        .where(Patient.org_id == link.org_id, Patient.id == link.patient_id)
    )
    return now.astimezone(ZoneInfo(session.scalars(found).one()))


def opened(session: Session, link: ReplyLink, today: date, reader: Viewer | None = None) -> Behind:
    """The advice and the facts; that they were read is recorded."""
    who = actor(link.org_id)
    found = note(session, who, link.review_id, SEND)
    clinic = session.get_one(Clinic, (link.org_id, found.subject.clinic_id))
    told = case(session, link.org_id, found.subject.episode_id, today, today)
    act = audit.Act("read", "review", "reply_link", link.id, [link.patient_id], {"review": link.review_id})
    audit.record(session, reader or who, act)
    return Behind(found, told, clinic)


def usual_address(session: Session, viewer: Viewer, found: SignedNote) -> str:
    """Where the PCP's last link went; else the address of their account; else nothing."""
    subject = found.subject
    before = (
        select(ReplyLink.to_address)
        .join(Patient, and_(Patient.org_id == ReplyLink.org_id, Patient.id == ReplyLink.patient_id))
        .where(
            ReplyLink.org_id == viewer.org_id,
            ReplyLink.provider == subject.pcp,
            ReplyLink.to_address != "",
            Patient.pcp_id == subject.pcp_id,
        )
        .order_by(ReplyLink.created_at.desc())
        .limit(1)
    )
    account = (
        select(Account.email)
        .join(Provider, Provider.account_id == Account.id)
        .where(Provider.org_id == viewer.org_id, Provider.id == subject.pcp_id, Account.active)
    )
    return session.scalar(before) or session.scalar(account) or ""


def reach(session: Session, viewer: Viewer, patient_id: UUID) -> str:
    """How the patient's PCP is reached to be told a code: 'phone 555-0100, fax 555-0101'; empty where nobody knows."""
    row = session.execute(
        select(Provider.phone, Provider.fax)
        .join(Patient, and_(Patient.org_id == Provider.org_id, Patient.pcp_id == Provider.id))
        .where(Patient.org_id == viewer.org_id, Patient.id == patient_id)
    ).one_or_none()
    known = (("phone", row.phone), ("fax", row.fax)) if row else ()
    return ", ".join(f"{how} {number}" for how, number in known if number)


def record_read(session: Session, viewer: Viewer, found: SignedNote) -> None:
    """Who looked at what is about to be sent."""
    patients = [found.subject.patient_id]
    audit.record(session, viewer, audit.Act("read", "review", "review", found.review.id, patients))
