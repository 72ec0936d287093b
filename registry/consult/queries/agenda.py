"""The agenda of a clinic's review day: who comes first, who was set aside, who is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from registry import audit, run_sheet
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import Viewer
from registry.clinical.agenda import AgendaScore, is_carried, order, rank_in
from registry.clinical.agenda_marks import Ask, open_asks
from registry.clinical.facts import Review as ReviewFacts
from registry.clinical.review_days import last_review, next_review
from registry.clinical.views import Standing, is_active, standing
from registry.consult.queries.notes import TYPED
from registry.models import Clinic, Draft, Episode, Patient, Review
from registry.review_slots import slots_of
from registry.run_sheet import RunSheet
from registry.snapshots import Snapshot, Subject, snapshots
from registry.snapshots.packets import Printed, packets_for

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One episode as the agenda sees it."""

    subject: Subject
    standing: Standing
    place: AgendaScore
    asks: tuple[Ask, ...]
    reviewed: ReviewFacts | None
    """The review that was signed on the day that the agenda is worked."""
    carried_from: date | None = None
    """The day of the meeting that did not reach the patient."""

    @property
    def is_ranked(self) -> bool:
        """There is a reason or a meeting carried the patient over, nobody set them aside, and no review is signed."""
        return self.place.to_review(self.carried_from) and not self.reviewed


@dataclass(frozen=True, slots=True)
class Agenda:
    """A clinic's whole caseload, scanned for one review day."""

    clinic: Clinic
    clinics: Sequence[Clinic]
    on: date
    previous_on: date
    next_on: date
    seen_on: date
    """The day of the facts: the review day once it has come, else today."""
    ranked: tuple[Entry, ...]
    set_aside: tuple[Entry, ...]
    done: tuple[Entry, ...]
    active: int
    drafts: frozenset[UUID]
    """Episodes on which the viewer has an unsigned note."""
    packets: Sequence[Printed] = ()
    """Those that were printed for the review day."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.ranked, *self.set_aside, *self.done)


def agenda(session: Session, viewer: Viewer, clinic_id: UUID | None, on: date | None, today: date) -> Agenda:
    """Rank a clinic's open episodes for a review day; by default the next one of the viewer's first clinic."""
    clinics = scope.visible_clinics(session, viewer, "run_review")
    clinic = next((one for one in clinics if clinic_id in (None, one.id)), None)
    if clinic is None:
        raise NotVisible("clinic")
    slots = slots_of(session, viewer.org_id, clinic.id)
    on = on or next_review(slots, clinic.review_weekday, today)
    seen_on = min(on, today)
    chosen = _chosen(viewer, clinic, seen_on)
    carried = run_sheet.carried_over(session, viewer.org_id, chosen, on if on >= today else on - DAY)
    seen = (_entry(one, seen_on, on, carried) for one in snapshots(session, viewer.org_id, chosen))
    entries = {entry.place.episode_id: entry for entry in seen if is_active(entry.standing)}
    first = {key for key, entry in entries.items() if entry.carried_from}
    placed = [entries[place.episode_id] for place in order((one.place for one in entries.values()), first)]
    return Agenda(
        clinic=clinic,
        clinics=clinics,
        on=on,
        previous_on=last_review(slots, clinic.review_weekday, on),
        next_on=next_review(slots, clinic.review_weekday, on + DAY),
        seen_on=seen_on,
        ranked=tuple(e for e in placed if e.is_ranked),
        set_aside=tuple(e for e in placed if not e.reviewed and e.place.set_aside),
        done=tuple(e for e in placed if e.reviewed),
        active=len(entries),
        drafts=_drafts(session, viewer),
        packets=packets_for(session, viewer, clinic.id, on),
    )  # fmt: skip


def _chosen(viewer: Viewer, clinic: Clinic, day: date) -> Select[UUID]:
    """The episodes of the clinic that were open on the day."""
    mine = scope.episodes(viewer, "run_review").with_only_columns(Episode.id)
    return mine.where(Episode.clinic_id == clinic.id, scope.open_on(day))


def _entry(found: Snapshot, seen_on: date, on: date, carried: Mapping[UUID, date]) -> Entry:
    seen = standing(found.facts, found.protocol(seen_on), seen_on)
    facts = seen.picture.facts
    last = facts.reviews[-1] if facts.reviews else None
    place, since = rank_in(seen.picture, seen.findings, on), carried.get(found.subject.episode_id)
    return Entry(
        found.subject, seen, place, open_asks(facts), last if last and last.on == seen_on else None,
        since if is_carried(place, since) else None,
    )  # fmt: skip


def _drafts(session: Session, viewer: Viewer) -> frozenset[UUID]:
    mine = select(Review.episode_id).where(
        Review.org_id == viewer.org_id, Review.consultant_id == viewer.account_id, Review.signed_at.is_(None)
    )
    return frozenset(session.scalars(mine))


class Unsigned(NamedTuple):
    """A note that its author has begun and not signed; ``amends_id`` where it amends another one."""

    episode_id: UUID
    amends_id: UUID | None
    patient_id: UUID
    name: str
    begun_at: datetime


def unsigned(session: Session, viewer: Viewer) -> list[Unsigned]:
    """One's own drafts and what one has only typed, the oldest first: on the agenda or not, none is forgotten."""
    mine = scope.episodes(viewer, "write_advice").with_only_columns(Episode.id)
    patient = and_(Patient.org_id == Episode.org_id, Patient.id == Episode.patient_id)
    saved = (
        select(Review.episode_id, Review.amends_id, Patient, Review.begun_at)
        .join(Episode, and_(Episode.org_id == Review.org_id, Episode.id == Review.episode_id))
        .join(Patient, patient)
        .where(Review.consultant_id == viewer.account_id, Review.signed_at.is_(None), Episode.id.in_(mine))
    )
    typed = (
        select(Episode.id, Review.id, Patient, Draft.saved_at)
        .outerjoin(Review, and_(Review.org_id == Draft.org_id, Review.id == Draft.subject_id))
        .join(
            Episode,
            and_(Episode.org_id == Draft.org_id, Episode.id.in_((Draft.subject_id, Review.episode_id))),
        )
        .join(Patient, patient)
        .where(Draft.author_id == viewer.account_id, Draft.form == TYPED, Episode.id.in_(mine))
    )
    rows = [row for query in (saved, typed) for row in session.execute(query)]
    found = {
        (episode_id, amends_id): Unsigned(episode_id, amends_id, whose.id, whose.name, at)
        for episode_id, amends_id, whose, at in reversed(rows)
    }
    return sorted(found.values(), key=lambda one: one.begun_at)


def of_sheet(session: Session, viewer: Viewer, sheet: RunSheet, today: date) -> dict[UUID, Entry]:
    """The patients of a meeting's run-sheet as they stand, by their episode."""
    ids = [case.row.episode_id for case in sheet.cases]
    chosen = select(Episode.id).where(Episode.org_id == viewer.org_id, Episode.id.in_(ids))
    carried = run_sheet.carried_over(session, viewer.org_id, chosen, sheet.meeting.on - DAY)
    found = (_entry(one, today, today, carried) for one in snapshots(session, viewer.org_id, chosen))
    return {one.subject.episode_id: one for one in found}


def record_read(session: Session, viewer: Viewer, shown: Agenda, own: Sequence[Unsigned]) -> None:
    """Reading the agenda is reading a little of everybody on it, and of those whose notes one has begun."""
    patients = {entry.subject.patient_id for entry in shown.entries} | {one.patient_id for one in own}
    detail = {"on": shown.on}
    audit.record(session, viewer, audit.Act("read", "agenda", "clinic", shown.clinic.id, patients, detail))
