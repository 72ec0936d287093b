"""The consultant's note: a draft of one's own, signed once, amended by another note."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.advice import Decided, DecisionRefused, record_decision
from registry.clinical.decision_moves import USUAL_REMARKS
from registry.consult.queries import notes
from registry.models import Decision, Draft, Episode, Recommendation, Review
from registry.models.base import Changed, expect_version
from registry.reply_codes import new_code

__all__ = [
    "Advised",
    "Changed",
    "DecisionRefused",
    "Known",
    "NoteRefused",
    "Signature",
    "Written",
    "discard_draft",
    "keep_typing",
    "save_draft",
    "sign",
]

NOT_KEPT = frozenset({"csrf_token", "once", "act", "signed", "password", "template", "template_name"})
"""What is never restored: tokens, the button, a signature and a password."""


REPLACED = USUAL_REMARKS["closed"][1]
"""Why advice is closed that a new note takes the place of: the usual remark, so that it is counted with the others."""


class NoteRefused(ValueError):
    """A note that cannot be written or signed; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Advised:
    """One recommendation as it was written."""

    category: str
    text: str
    judge_on: date | None = None
    if_fails: str = ""
    drug: str = ""
    dose_mg: float | None = None
    schedule: str = ""
    rationale: str = ""
    monitoring: str = ""
    cautions: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """The values as the table keeps them."""
        return {**asdict(self), "cautions": list(self.cautions)}


@dataclass(frozen=True, slots=True)
class Known:
    """One line of the checklist: what, whether it is known, and whether the advice rests on it."""

    topic: str
    words: str
    is_known: bool
    rests_on: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """When the signer gave the password, for this note or a moment before for another, and the organisation's text."""

    given_at: datetime
    disclaimer: str = ""

    @property
    def code(self) -> str:
        """As the note keeps it."""
        return f"password {self.given_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Written:
    """A note as it was written, about which episode, which version of the draft its author saw (0: none), and in which
    windows what is typed may have been typed last."""

    episode_id: UUID
    version: int
    impression: str = ""
    safety: str = ""
    minutes: int | None = None
    attended: str = ""
    advice: tuple[Advised, ...] = ()
    amends_id: UUID | None = None
    knowns: tuple[Known, ...] = ()
    windows: tuple[str, ...] = ("",)
    replaces: tuple[UUID, ...] = ()
    """Open recommendations of earlier notes on this episode that the signature closes."""


def save_draft(session: Session, viewer: Viewer, written: Written, today: date, now: datetime) -> Review:
    """Keep an unsigned note; nobody else sees it."""
    episode = scope.episode(session, viewer, written.episode_id, "write_advice")
    draft = _write(session, viewer, episode, written, today, now)
    detail = {"advice": [one.category for one in written.advice]}
    _record(session, viewer, "draft_review", draft, episode, detail)
    return draft


def sign(
    session: Session, viewer: Viewer, written: Written, signature: Signature, today: date, now: datetime
) -> Review:
    """Sign a note: from here on it is only amended."""
    episode = scope.episode(session, viewer, written.episode_id, "write_advice")
    if not written.advice:
        raise NoteRefused("Write at least one recommendation; “Continue as now” is one.")
    amended = _amended(session, viewer, written)
    review = _write(session, viewer, episode, written, amended.on if amended else today, now)
    review.signed_at, review.reply_code = now, new_code()
    review.signature, review.disclaimer = signature.code, signature.disclaimer
    session.flush()
    if amended:
        _carry_over(session, viewer, amended, review)
    for recommendation_id in written.replaces:
        _close_replaced(session, viewer, review, recommendation_id, today, now)
    detail = {
        "advice": [one.category for one in written.advice],
        "judge_on": [one.judge_on for one in written.advice],
        "minutes": written.minutes,
        "amends": written.amends_id,
        "signature": signature.code,
    }
    _record(session, viewer, "amend_review" if amended else "sign_review", review, episode, detail)
    return review


def discard_draft(session: Session, viewer: Viewer, episode_id: UUID, amends_id: UUID | None = None) -> None:
    """Throw away one's own unsigned note, and what was typed into it."""
    episode = scope.episode(session, viewer, episode_id, "write_advice")
    _forget(session, viewer, amends_id or episode_id)
    draft = notes.draft(session, viewer, episode_id, amends_id)
    if draft is not None:
        _record(session, viewer, "discard_review_draft", draft, episode, {})
        _clear(session, draft)
        session.delete(draft)


def keep_typing(
    session: Session, viewer: Viewer, episode_id: UUID, amends_id: UUID | None,
    content: Mapping[str, list[str]], now: datetime,
) -> None:  # fmt: skip
    """Keep what is typed before anybody saves it: it survives a time-out, and only its author sees it.

    Refused with `Changed` where another window typed or saved something that this one has not seen.
    """
    episode = scope.episode(session, viewer, episode_id, "write_advice")
    subject_id, window = amends_id or episode_id, next(iter(content.get("once", ())), "")
    kept = {name: list(values) for name, values in content.items() if name not in NOT_KEPT}
    draft = notes.draft(session, viewer, episode_id, amends_id)
    if str(draft.version if draft else 0) != next(iter(content.get("version", ())), "0"):
        raise Changed(draft)
    seen = (window, notes.typed_in(content))
    row = _expect_typed(session, viewer, subject_id, seen) or _begin_typing(
        session, viewer, episode, subject_id, now
    )
    row.content, row.saved_at = kept | {"typed": [window]}, now
    session.flush()


def _expect_typed(session: Session, viewer: Viewer, subject_id: UUID, seen: tuple[str, ...]) -> Draft | None:
    """What was typed last, if it was typed in one of the windows that the author has seen."""
    row = notes.typed(session, viewer, subject_id, lock=True)
    if row is not None and notes.typed_in(row.content) not in seen:
        raise Changed(row)
    return row


def _begin_typing(
    session: Session, viewer: Viewer, episode: Episode, subject_id: UUID, now: datetime
) -> Draft:
    """Begin to keep; of two windows that begin at once, the second is refused."""
    row = Draft(
        org_id=viewer.org_id, id=uuid4(), author_id=viewer.account_id, form=notes.TYPED, subject_id=subject_id,
        content={}, saved_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Changed(notes.typed(session, viewer, subject_id)) from None
    audit.record(session, viewer, audit.Act("begin_draft", "review", "draft", row.id, [episode.patient_id]))
    return row


def _forget(session: Session, viewer: Viewer, subject_id: UUID) -> None:
    row = notes.typed(session, viewer, subject_id)
    if row is not None:
        session.delete(row)


def _write(
    session: Session, viewer: Viewer, episode: Episode, written: Written, on: date, now: datetime
) -> Review:
    """The draft with the new words; the version that its author saw must still be the last one."""
    if episode.closed_on is not None and written.amends_id is None:
        raise NoteRefused("This episode is closed: nothing is left to review.")
    _expect_typed(session, viewer, written.amends_id or episode.id, written.windows)
    draft = notes.draft(session, viewer, episode.id, written.amends_id)
    if draft is not None:
        expect_version(draft, written.version)
    elif written.version:
        raise NoteRefused("This note is signed or was discarded in the meantime: open the patient's notes.")
    else:
        draft = Review(
            org_id=viewer.org_id, id=uuid4(), episode_id=episode.id, amends_id=written.amends_id,
            consultant_id=viewer.account_id, begun_at=now,
        )  # fmt: skip
        session.add(draft)
    draft.on, draft.minutes, draft.attended = on, written.minutes, written.attended
    draft.impression, draft.safety = written.impression, written.safety
    draft.knowns = [asdict(known) for known in written.knowns]
    session.flush()
    flag_modified(draft, "impression")  # new advice alone counts the version up, too
    _clear(session, draft)
    session.add_all(
        Recommendation(org_id=viewer.org_id, id=uuid4(), review_id=draft.id, number=number, **one.columns)
        for number, one in enumerate(written.advice, 1)
    )
    _forget(session, viewer, written.amends_id or episode.id)
    session.flush()
    return draft


def _clear(session: Session, draft: Review) -> None:
    """Take the unsigned advice away; signed advice the database itself keeps."""
    mine = delete(Recommendation).where(
        Recommendation.org_id == draft.org_id, Recommendation.review_id == draft.id
    )
    session.execute(mine)


def _amended(session: Session, viewer: Viewer, written: Written) -> Review | None:
    """The note that is amended: signed, and amended by none yet."""
    if written.amends_id is None:
        return None
    review = notes.signed(session, viewer, written.amends_id, "write_advice")
    if notes.amendment_of(session, viewer, review.id) is not None:
        raise NoteRefused("This note is amended already: amend the amendment.")
    return review


def _carry_over(session: Session, viewer: Viewer, amended: Review, review: Review) -> None:
    """What became of advice that stands unchanged, dose and schedule too, holds for the amendment."""
    new = {_advised(row): row for row in notes.advice_rows(session, viewer, review.id)}
    for old in notes.advice_rows(session, viewer, amended.id):
        same = new.get(_advised(old))
        if same is not None:
            _copy_decisions(session, viewer, old, same)


def _close_replaced(
    session: Session, viewer: Viewer, review: Review, recommendation_id: UUID, today: date, now: datetime
) -> None:
    """Close a recommendation of an earlier note on the same episode; `DecisionRefused` where its state does not allow it."""
    row = session.get(Recommendation, (viewer.org_id, recommendation_id))
    earlier = session.get(Review, (viewer.org_id, row.review_id)) if row else None
    if earlier is None or earlier.id == review.id or earlier.episode_id != review.episode_id:
        raise NotVisible("recommendation")
    decided = Decided("closed", today, remark=REPLACED)
    record_decision(session, viewer, recommendation_id, decided, today, now, "write_advice")


def _advised(row: Recommendation) -> tuple[object, ...]:
    """What the PCP decided on."""
    return (row.category, row.text, row.drug, row.dose_mg, row.schedule)


def _copy_decisions(session: Session, viewer: Viewer, old: Recommendation, new: Recommendation) -> None:
    steps = select(Decision).where(Decision.org_id == viewer.org_id, Decision.recommendation_id == old.id)
    session.add_all(
        Decision(
            org_id=viewer.org_id, id=uuid4(), recommendation_id=new.id, kind=step.kind, on=step.on,
            decided_by=step.decided_by, reason=step.reason, recorded_by=step.recorded_by,
            recorded_at=step.recorded_at, until_on=step.until_on, via=step.via,
        )
        for step in session.scalars(steps).all()
    )  # fmt: skip


def _record(
    session: Session,
    viewer: Viewer,
    action: str,
    review: Review,
    episode: Episode,
    detail: Mapping[str, object],
) -> None:
    act = audit.Act(action, "review", "review", review.id, [episode.patient_id], detail)
    audit.record(session, viewer, act)
