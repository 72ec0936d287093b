"""The case of one patient for review, and the consultant's notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import advice, audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.advice import Advice, SignedNote
from registry.models import (
    Account,
    AdviceTemplate,
    Clinic,
    Contact,
    Draft,
    Episode,
    Organisation,
    Patient,
    Recommendation,
    Review,
)
from registry.papers.background import Background, backgrounds
from registry.snapshots import Snapshot, snapshot

TYPED = "review"
"""The kind of draft that keeps a note while it is typed."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the consultant has beside the form: the facts, the words of the contacts, and what paper shows beside them."""

    snapshot: Snapshot
    clinic_id: UUID
    contacts: Sequence[Any]
    """Notes of contacts: id, on, note; the latest first."""
    background: Background


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note with its advice, what it amends and what amends it."""

    review: Review
    consultant: str
    advice: Sequence[Advice]
    snapshot: Snapshot
    """The facts as of now; `presenters` cut them to the day of the note."""
    clinic: Clinic
    earlier: Sequence[Any]
    later: Sequence[Any]
    """Chain of amendments: id, signed_at, consultant; oldest first."""
    later_on: date | None


def case(session: Session, viewer: Viewer, episode_id: UUID, today: date) -> Case:
    """The case of one visible patient; whoever shows it records that it was read."""
    episode = scope.episode(session, viewer, episode_id, "write_advice")
    found = snapshot(session, viewer.org_id, episode_id)
    assert found is not None, "a visible episode has its facts"
    behind = backgrounds(session, viewer.org_id, [found], today)[episode_id]
    return Case(found, episode.clinic_id, _contacts(session, viewer, episode), behind)


def _contacts(session: Session, viewer: Viewer, episode: Episode) -> Sequence[Any]:
    rows = select(Contact.id, Contact.on, Contact.note).where(
        Contact.org_id == viewer.org_id, Contact.episode_id == episode.id, Contact.in_error.is_(False)
    )
    return session.execute(rows.order_by(Contact.on.desc(), Contact.recorded_at.desc())).all()


def draft(session: Session, viewer: Viewer, episode_id: UUID, amends_id: UUID | None) -> Review | None:
    """The viewer's own unsigned note on an episode: of a new review, or of one amendment."""
    return session.scalar(
        select(Review).where(
            Review.org_id == viewer.org_id,
            Review.episode_id == episode_id,
            Review.consultant_id == viewer.account_id,
            Review.signed_at.is_(None),
            Review.amends_id.is_(None) if amends_id is None else Review.amends_id == amends_id,
        )
    )


def typed(session: Session, viewer: Viewer, subject_id: UUID, *, lock: bool = False) -> Draft | None:
    """What the viewer has typed into the note on an episode (or into the amendment of a note) and not saved."""
    mine = select(Draft).where(
        Draft.org_id == viewer.org_id,
        Draft.author_id == viewer.account_id,
        Draft.form == TYPED,
        Draft.subject_id == subject_id,
    )
    return session.scalar(mine.with_for_update() if lock else mine)


def typed_in(content: Mapping[str, list[str]]) -> str:
    """The window in which it was typed, by the token of its form."""
    return next(iter(content.get("typed", ())), "")


def advice_rows(session: Session, viewer: Viewer, review_id: UUID) -> list[Recommendation]:
    """The recommendations of a note in order."""
    rows = select(Recommendation).where(
        Recommendation.org_id == viewer.org_id, Recommendation.review_id == review_id
    )
    return list(session.scalars(rows.order_by(Recommendation.number)))


def signed(session: Session, viewer: Viewer, review_id: UUID, action: str = "see_chart") -> Review:
    """A signed note on a visible patient, or `NotVisible`; a draft is nobody's but its author's."""
    found = session.get(Review, (viewer.org_id, review_id))
    if found is None or found.signed_at is None:
        raise NotVisible("review")
    scope.episode(session, viewer, found.episode_id, action)
    return found


def amendment_of(session: Session, viewer: Viewer, review_id: UUID) -> Review | None:
    """The signed note that amends this one."""
    return session.scalar(
        select(Review).where(
            Review.org_id == viewer.org_id, Review.amends_id == review_id, Review.signed_at.is_not(None)
        )
    )


def note(session: Session, viewer: Viewer, review_id: UUID) -> Note:
    """A signed note as it reads; reading it is recorded."""
    given = advice.note(session, viewer, review_id, "see_chart")
    clinic = session.get(Clinic, (viewer.org_id, given.subject.clinic_id))
    assert clinic is not None
    earlier, later = _chain(session, viewer, given.review)
    record_read(session, viewer, "review", review_id, given.subject.patient_id)
    return Note(
        given.review, given.consultant, given.advice, given.snapshot, clinic, earlier, later, given.later_on
    )


def _chain(session: Session, viewer: Viewer, review: Review) -> tuple[list[Any], list[Any]]:
    """What this note amends, and what amends it: signed notes of the episode that hang together."""
    rows = session.execute(
        select(Review.id, Review.amends_id, Review.signed_at, Account.name)
        .join(Account, Account.id == Review.consultant_id)
        .where(
            Review.org_id == viewer.org_id,
            Review.episode_id == review.episode_id,
            Review.signed_at.is_not(None),
        )
    ).all()
    by_id, by_amended = {row.id: row for row in rows}, {row.amends_id: row for row in rows if row.amends_id}
    earlier, later = [], []
    before = review.amends_id
    while before:
        earlier.append(by_id[before])
        before = by_id[before].amends_id
    after = by_amended.get(review.id)
    while after is not None:
        later.append(after)
        after = by_amended.get(after.id)
    return earlier[::-1], later


@dataclass(frozen=True, slots=True)
class Question:
    """One recommendation on which a decision is recorded, and what stands around it."""

    note: SignedNote
    advice: Advice
    patient: Patient


def question(session: Session, viewer: Viewer, recommendation_id: UUID) -> Question:
    """A signed recommendation on a patient for whom this person records decisions, or `NotVisible`."""
    note, asked = advice.one(session, viewer, recommendation_id, advice.RECORD)
    patient = scope.patient(session, viewer, note.subject.patient_id, advice.RECORD)
    return Question(note, asked, patient)


def templates(session: Session, viewer: Viewer) -> Sequence[AdviceTemplate]:
    """The recommendations that this consultant writes often, by their names."""
    mine = select(AdviceTemplate).where(
        AdviceTemplate.org_id == viewer.org_id, AdviceTemplate.account_id == viewer.account_id
    )
    return session.scalars(mine.order_by(AdviceTemplate.name)).all()


def template(session: Session, viewer: Viewer, template_id: UUID) -> AdviceTemplate:
    """One's own template, or `NotVisible`: a colleague's is none of ours."""
    row = session.get(AdviceTemplate, (viewer.org_id, template_id))
    if row is None or row.account_id != viewer.account_id:
        raise NotVisible("template")
    return row


def record_templates_read(session: Session, viewer: Viewer) -> None:
    """Templates hold no patient's data; that they were looked at is recorded all the same."""
    audit.record(session, viewer, audit.Act("read", "settings", "advice_template", viewer.account_id))


def disclaimer(session: Session, viewer: Viewer) -> str:
    """The organisation's own text under the advice; empty where it uses the usual one."""
    return session.scalar(select(Organisation.disclaimer).where(Organisation.id == viewer.org_id)) or ""


def record_print(session: Session, viewer: Viewer, review_id: UUID, patient_id: UUID) -> None:
    """One row in the audit trail: who printed what of whom."""
    audit.record(session, viewer, audit.Act("print", "review", "review", review_id, [patient_id]))


def record_read(session: Session, viewer: Viewer, subject: str, row_id: UUID, patient_id: UUID) -> None:
    """One row in the audit trail: who read what of whom."""
    audit.record(session, viewer, audit.Act("read", "review", subject, row_id, [patient_id]))


def patient_of(session: Session, viewer: Viewer, episode_id: UUID, action: str) -> Patient:
    """The patient of a visible episode."""
    episode = scope.episode(session, viewer, episode_id, action)
    return scope.patient(session, viewer, episode.patient_id, action)
