"""What a PCP does behind a link: tries a code, reads, answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import attempts, audit
from registry.access.scope import NotVisible
from registry.advice import Decided, note, record_decision
from registry.clinical.decision_moves import legal_steps, state_of
from registry.clinical.interventions import NO_ANSWER_NEEDED
from registry.models import Organisation, Recommendation, ReplyLink
from registry.papers.outside import withheld
from registry.reply import queries
from registry.reply.services.codes import NOBODYS
from registry.reply.services.posting import withdraw
from registry.reply_codes import MOST_WRONG

VIA = "link"


class LinkKeys(NamedTuple):
    """The counters of wrong codes: of one link, and of one address."""

    link: str
    address: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A code on trial: counted already, so that guesses in parallel cannot outrun the count."""

    org_id: UUID | None
    """None where the token names no organisation of ours."""
    link_id: UUID | None
    kept: str
    """The hash to compare with: the link's, or nobody's."""


def count_guess(session: Session, token: str, keys: LinkKeys, now: datetime) -> Guess:
    """Count a guess before anybody looks at it; against the link as well, where there is one."""
    guess = _counted(session, token, now)
    attempts.count(session, keys, now)
    return guess


def _counted(session: Session, token: str, now: datetime) -> Guess:
    link = queries.by_token(session, token)
    org_id = _organisation(session, token)
    if link is None or not queries.opens(session, link, now):
        return Guess(org_id, None, NOBODYS)
    counted = (
        update(ReplyLink)
        .where(ReplyLink.org_id == link.org_id, ReplyLink.id == link.id, ReplyLink.attempts < MOST_WRONG)
        .values(attempts=ReplyLink.attempts + 1)
    )
    if session.execute(counted).rowcount != 1:  # type: ignore[attr-defined]
        return Guess(org_id, None, NOBODYS)
    return Guess(org_id, link.id, link.code_hash)


def _organisation(session: Session, token: str) -> UUID | None:
    """The organisation whose trail takes note of a guess."""
    org_id = queries.organisation_of(token)
    return session.scalar(select(Organisation.id).where(Organisation.id == org_id)) if org_id else None


def open_link(session: Session, guess: Guess, keys: LinkKeys, now: datetime) -> ReplyLink | None:
    """The right code was given: the guess is taken back, the advice counts as seen. None where the link is gone."""
    link = _locked(session, guess)
    if link is None or not _still_opens(session, link, now):
        return None
    link.attempts -= 1
    link.opened_at = link.opened_at or now
    attempts.forget(session, keys.link)
    attempts.take_back(session, keys.address)
    _record(session, guess, "open_link")
    _seen(session, link, now)
    return link


def _still_opens(session: Session, link: ReplyLink, now: datetime) -> bool:
    """The guess itself is counted already: the tenth may be the right one."""
    spent = link.revoked_at is not None or link.expires_at <= now or link.attempts > MOST_WRONG
    return not spent and not queries.is_amended(session, link)


def refuse_guess(session: Session, guess: Guess, now: datetime) -> None:
    """A wrong code, or a link that opens nothing: it is on record, and the tenth wrong code ends the link."""
    if guess.org_id is None:
        return
    _record(session, guess, "refuse_code")
    link = _locked(session, guess)
    if link is not None and link.attempts >= MOST_WRONG and link.revoked_at is None:
        link.revoked_at = now
        withdraw(session, link)
        _record(session, guess, "revoke_link", why="wrong codes")


def _locked(session: Session, guess: Guess) -> ReplyLink | None:
    if guess.org_id is None or guess.link_id is None:
        return None
    mine = ReplyLink.org_id == guess.org_id, ReplyLink.id == guess.link_id
    fresh = select(ReplyLink).where(*mine).with_for_update().execution_options(populate_existing=True)
    return session.scalar(fresh)


def _record(session: Session, guess: Guess, action: str, **detail: object) -> None:
    assert guess.org_id is not None, "only an organization has a trail"
    patients = select(ReplyLink.patient_id).where(
        ReplyLink.org_id == guess.org_id, ReplyLink.id == guess.link_id
    )
    whose = list(session.scalars(patients)) if guess.link_id else []
    act = audit.Act(action, "reply", "reply_link", guess.link_id or "", whose, detail)
    audit.record(session, queries.actor(guess.org_id), act)


# Behind the code ---------------------------------------------------------------------------


def _seen(session: Session, link: ReplyLink, now: datetime) -> None:
    """The PCP has the advice before their eyes."""
    who, today = queries.actor(link.org_id), queries.local(session, link, now).date()
    found = note(session, who, link.review_id, queries.SEND)
    for one in found.advice:
        legal = {step.kind for step in legal_steps(state_of(one.facts))}
        if "seen" in legal and one.row.category not in NO_ANSWER_NEEDED:
            step = Decided("seen", today, decided_by=link.provider, via=VIA)
            record_decision(session, who, one.row.id, step, today, now)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it was given."""

    number: int
    kind: str
    remark: str
    mark: str
    """Which step its author saw last."""


def answer(session: Session, link: ReplyLink, given: Answered, now: datetime) -> None:
    """Record an answer in the name of the link's PCP; the same answer again changes nothing, however fast it comes."""
    who, today = queries.actor(link.org_id), queries.local(session, link, now).date()
    _one_by_one(session, link, given)
    found = note(session, who, link.review_id, queries.SEND)
    one = next((row for row in found.advice if row.row.number == given.number), None)
    if one is None or one.row.category in NO_ANSWER_NEEDED or withheld(found, one):
        raise NotVisible("recommendation")
    last = one.facts[-1] if one.facts else None
    if last is not None and (last.kind, last.reason) == (given.kind, given.remark):
        return
    step = Decided(given.kind, today, link.provider, given.remark, via=VIA, mark=given.mark)
    record_decision(session, who, one.row.id, step, today, now)


def _one_by_one(session: Session, link: ReplyLink, given: Answered) -> None:
    """Two answers to one recommendation wait for each other, so that the second sees the first."""
    mine = Recommendation.org_id == link.org_id, Recommendation.review_id == link.review_id
    row = select(Recommendation.id).where(*mine, Recommendation.number == given.number)
    session.execute(row.with_for_update())
