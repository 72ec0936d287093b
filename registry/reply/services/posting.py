"""The mail that carries a link, from the outbox on: it has the link's id, and holds the token no longer than it must."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from registry.access.viewer import System, Viewer
from registry.advice import Advice, Decided, SignedNote, note, record_decision
from registry.clinical.decision_moves import awaits_answer, legal_steps, state_of
from registry.clinical.interventions import NO_ANSWER_NEEDED
from registry.models import OutboxMail, ReplyLink
from registry.reply import queries

MAIL, PAPER = "mail", "paper"
DELIVERED = {MAIL: "Mail with a link", PAPER: "Paper"}


def withdraw(session: Session, link: ReplyLink) -> None:
    """The link has ended: its mail is not sent any more, and the token in it is gone."""
    mail = update(OutboxMail).where(OutboxMail.org_id == link.org_id, OutboxMail.id == link.id)
    session.execute(mail.values(body=""))


def withdraw_ended(session: Session, now: datetime) -> None:
    """The same for every waiting mail whose link has expired or ended in another way."""
    waiting = (
        select(ReplyLink)
        .join(OutboxMail, and_(OutboxMail.org_id == ReplyLink.org_id, OutboxMail.id == ReplyLink.id))
        .where(OutboxMail.sent_at.is_(None), OutboxMail.body != "")
    )
    for link in session.scalars(waiting).all():
        if not queries.opens(session, link, now):
            withdraw(session, link)


def mail_left(session: Session, org_id: UUID, mail_id: UUID, now: datetime) -> None:
    """A mail has left: where it carried a link that opens still, the advice counts as delivered."""
    link = session.get(ReplyLink, (org_id, mail_id))
    if link is None or not queries.opens(session, link, now):
        return
    who = System(org_id, "mail job")
    found = note(session, who, link.review_id, queries.SEND)
    record_delivery(session, who, found, link, queries.local(session, link, now).date(), now)


def record_delivery(
    session: Session, who: Viewer | System, found: SignedNote, link: ReplyLink, today: date, now: datetime
) -> None:
    """Record the delivery of whatever still waits for an answer."""
    for one in found.advice:
        may = "delivered" in {step.kind for step in legal_steps(state_of(one.facts))}
        if may and waits(one):
            step = Decided("delivered", today, remark=DELIVERED[link.channel])
            record_decision(session, who, one.row.id, step, today, now, queries.SEND)


def waits(one: Advice) -> bool:
    """The PCP is asked and has not answered."""
    return one.row.category not in NO_ANSWER_NEEDED and awaits_answer(state_of(one.facts))
