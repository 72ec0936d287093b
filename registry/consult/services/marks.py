"""Putting patients on the agenda, and setting one aside for a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.viewer import Viewer
from registry.clinical.agenda_marks import open_asks, set_aside
from registry.clinical.picture import ACTIVE, picture
from registry.clinical.review_days import review_day_from
from registry.models import AgendaMark, Episode
from registry.review_slots import review_weekdays
from registry.snapshots import Snapshot, snapshots


class MarkRefused(ValueError):
    """A patient who cannot be put on the agenda or set aside; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is written of a patient on the agenda."""

    kind: str
    on: date
    review_on: date | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of the wish to discuss some patients."""

    added: int = 0
    already: int = 0
    refused: tuple[str, ...] = ()


def ask(
    session: Session, viewer: Viewer, episode_id: UUID, question: str, today: date, now: datetime
) -> bool:
    """Put a patient on the agenda; False where they are on it already and no new question was asked."""
    found = _visible(session, viewer, [episode_id], "ask_consultant")[0]
    if refusal := _refusal(found, today):
        raise MarkRefused(refusal)
    return _ask(session, viewer, found, question.strip(), today, now)


def ask_many(
    session: Session, viewer: Viewer, episode_ids: Collection[UUID], today: date, now: datetime
) -> Asked:
    """Put several patients on the agenda without a question; who cannot be is named, the rest is put on it."""
    found = _visible(session, viewer, episode_ids, "ask_consultant")
    refused = tuple(refusal for one in found if (refusal := _refusal(one, today)))
    fit = [one for one in found if not _refusal(one, today)]
    added = sum(_ask(session, viewer, one, "", today, now) for one in fit)
    return Asked(added, len(fit) - added, refused)


def put_aside(
    session: Session,
    viewer: Viewer,
    episode_id: UUID,
    review_on: date,
    reason: str,
    today: date,
    now: datetime,
) -> None:
    """Set a patient aside for one review day, with the reason; twice is once."""
    found = _visible(session, viewer, [episode_id], "run_review")[0]
    if review_on < today:
        raise MarkRefused("This review day has passed: what was on its agenda stays as it was.")
    if set_aside(found.facts.as_of(today), review_on) is None:
        _write(session, viewer, found, Mark("set_aside", today, review_on, reason.strip()), now)


def put_back(
    session: Session, viewer: Viewer, episode_id: UUID, review_on: date, today: date, now: datetime
) -> None:
    """Take a "not today" back: the patient is on that day's agenda again."""
    found = _visible(session, viewer, [episode_id], "run_review")[0]
    if set_aside(found.facts.as_of(today), review_on) is not None:
        _write(session, viewer, found, Mark("put_back", today, review_on), now)


def _visible(session: Session, viewer: Viewer, ids: Collection[UUID], action: str) -> list[Snapshot]:
    """All of these episodes, or `NotVisible` where one is not this person's to see."""
    chosen = scope.episodes(viewer, action).with_only_columns(Episode.id).where(Episode.id.in_(ids))
    found = snapshots(session, viewer.org_id, chosen)
    if not found or len(found) != len(set(ids)):
        raise scope.NotVisible("episode")
    return found


def _refusal(found: Snapshot, today: date) -> str | None:
    """Only somebody enrolled is reviewed, and a review answers the questions of its own day."""
    seen = picture(found.facts, found.protocol(today), today)
    if seen.stage != ACTIVE:
        word = "closed" if seen.status == "closed" else "not enrolled yet"
        return f"{found.subject.name} is {word}: the review takes enrolled patients."
    if seen.review is not None and seen.review.on == today:
        return (
            f"{found.subject.name} was reviewed today, and a question of today counts as answered: "
            "ask the consultant directly, or put the patient on the agenda tomorrow."
        )
    return None


def _ask(
    session: Session, viewer: Viewer, found: Snapshot, question: str, today: date, now: datetime
) -> bool:
    """Write the mark, unless the patient is on the agenda and nothing new is asked."""
    asked = open_asks(found.facts.as_of(today))
    if asked and (not question or any(ask.sentence.endswith(f": {question}") for ask in asked)):
        return False
    weekday = review_weekdays(session, viewer.org_id, today).get(found.subject.clinic_id)
    review_on = None if weekday is None else review_day_from(weekday, today)
    _write(session, viewer, found, Mark("asked", today, review_on, question), now)
    return True


def _write(session: Session, viewer: Viewer, found: Snapshot, mark: Mark, now: datetime) -> None:
    subject = found.subject
    row = AgendaMark(
        org_id=viewer.org_id, id=uuid4(), episode_id=subject.episode_id, kind=mark.kind, on=mark.on,
        review_on=mark.review_on, text=mark.text, by_id=viewer.account_id,
        by_role=viewer.role_in(subject.clinic_id), recorded_at=now,
    )  # fmt: skip
    session.add(row)
    detail = {"kind": mark.kind, "review_on": mark.review_on}
    act = audit.Act("mark_agenda", "agenda", "episode", subject.episode_id, [subject.patient_id], detail)
    audit.record(session, viewer, act)
