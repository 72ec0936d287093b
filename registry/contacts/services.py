"""What the buttons about a contact do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import audit, records
from registry.access import policies, scope
from registry.access.viewer import Viewer
from registry.clinical.instruments import Filled, alarms, language_read
from registry.contacts import queries
from registry.models import (
    Contact,
    Draft,
    Episode,
    Measure,
    NextAction,
    Patient,
    RiskAssessment,
)
from registry.models.base import Changed, expect_version
from registry.models.correction import apply

Corrected = Contact | Measure | RiskAssessment
Keep = Callable[[Corrected, dict[str, list[Any]]], None]
SKIPPED = frozenset({"csrf_token", "once"})


class Unrecordable(Exception):
    """A contact that cannot be recorded; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One contact and what happened in it, in plain values."""

    contact: Mapping[str, Any]
    scores: Sequence[Filled] = ()
    mode: str = "phone"
    answers: Mapping[str, bool | None] | None = None
    """C-SSRS screener; nothing where it was not asked."""
    safety: Mapping[str, str] = field(default_factory=dict)
    covers: Sequence[UUID] = ()
    """Earlier scores that the screener answers too."""
    next_action: str = ""
    next_due_on: date | None = None
    next_version: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written."""

    contact: Contact
    measures: list[Measure]
    assessment: RiskAssessment | None


def record_contact(
    session: Session, viewer: Viewer, patient_id: UUID, recording: Recording, today: date, now: datetime
) -> Saved:
    """Write a contact with its scores, its risk assessment, the question to the consultant and the next action."""
    patient = scope.patient(session, viewer, patient_id, queries.ACTION)
    episode = _episode_on(session, viewer, patient, recording.contact["on"])
    contact = Contact(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, episode_id=episode.id, author_id=viewer.account_id,
        author_role=viewer.role_in(patient.clinic_id), recorded_at=now, **recording.contact,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    measures = [
        _measure(viewer, patient, contact, filled, recording.mode, today, now) for filled in recording.scores
    ]
    session.add_all(measures)
    session.flush()
    assessment = _assess(session, viewer, contact, recording, measures, now)
    _plan(session, viewer, episode, recording, now)
    discard_draft(session, viewer, patient_id, quiet=True)
    audit.record(session, viewer, _act("record_contact", contact, measures, assessment))
    return Saved(contact, measures, assessment)


def _episode_on(session: Session, viewer: Viewer, patient: Patient, on: date) -> Episode:
    """The episode that a day belongs to: the last one that was referred by then."""
    mine = select(Episode).where(Episode.org_id == viewer.org_id, Episode.patient_id == patient.id)
    found = session.scalar(
        mine.where(Episode.referred_on <= on).order_by(Episode.referred_on.desc()).limit(1)
    )
    if found is None:
        raise Unrecordable(
            "There was no referral yet on that day. Refer the patient first, or check the date."
        )
    return found


def _measure(
    viewer: Viewer, patient: Patient, contact: Contact, filled: Filled, mode: str, today: date, now: datetime
) -> Measure:
    measure = Measure(
        org_id=viewer.org_id, id=uuid4(), patient_id=patient.id, contact_id=contact.id, taken_on=contact.on,
        mode=mode, language=language_read(filled.instrument.name, filled.language, patient.language),
        reviewed_on=today, recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    measure.hold(filled)
    return measure


def _assess(
    session: Session,
    viewer: Viewer,
    contact: Contact,
    recording: Recording,
    measures: list[Measure],
    now: datetime,
) -> RiskAssessment | None:
    """Write the screener, for the positive score of this contact and the earlier ones that were ticked."""
    if recording.answers is None:
        return None
    policies.check(viewer, "assess_risk")
    assessment = RiskAssessment(
        org_id=viewer.org_id, id=uuid4(), patient_id=contact.patient_id, contact_id=contact.id, on=contact.on,
        assessed_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    assessment.hold(recording.answers, recording.safety)
    session.add(assessment)
    session.flush()
    covered = {measure.id for measure in measures if measure.item9 or alarms(measure.extras.items())}
    covered |= _of_patient(session, contact, recording.covers)
    session.add_all(assessment.naming(covered))
    return assessment


def _of_patient(session: Session, contact: Contact, ids: Sequence[UUID]) -> set[UUID]:
    """Of these scores, those that are this patient's."""
    mine = select(Measure.id).where(
        Measure.org_id == contact.org_id, Measure.patient_id == contact.patient_id
    )
    return set(session.scalars(mine.where(Measure.id.in_(ids))))


def _plan(session: Session, viewer: Viewer, episode: Episode, recording: Recording, now: datetime) -> None:
    """Set the next action, unless somebody else has set another one since the form was opened."""
    mine = select(NextAction).where(NextAction.org_id == viewer.org_id, NextAction.episode_id == episode.id)
    row = session.scalar(mine.with_for_update())
    if not recording.next_action or episode.closed_on is not None:
        return
    if row is None:
        row = NextAction(org_id=viewer.org_id, episode_id=episode.id, owner_id=episode.care_manager_id)
        session.add(row)
    elif (row.action, row.due_on) != (recording.next_action, recording.next_due_on):
        expect_version(row, recording.next_version)
    row.action, row.due_on = recording.next_action, recording.next_due_on
    row.changed_at, row.changed_by = now, viewer.account_id


def _act(
    action: str, contact: Contact, measures: Sequence[Measure], assessment: RiskAssessment | None = None
) -> audit.Act:
    detail = {
        "kind": contact.kind, "modality": contact.modality, "on": contact.on, "minutes": contact.minutes,
        "discuss": contact.discuss, "scores": {m.instrument: [m.total, m.item9] for m in measures},
        "assessment": assessment.id if assessment else None,
    }  # fmt: skip
    return audit.Act(action, "contact", "contact", contact.id, [contact.patient_id], {"after": detail})


@dataclass(frozen=True, slots=True)
class Change:
    """A contact as it should have been written."""

    version: int
    """What its author saw."""
    values: Mapping[str, Any]
    with_scores: bool
    """Whether the scores and risk assessments of a contact that is struck out are struck out too."""
    reason: str


def correct_contact(
    session: Session, viewer: Viewer, contact_id: UUID, change: Change, today: date, now: datetime
) -> bool:
    """Write a contact as it should have been; what stood before is kept. False where nothing differs.

    With its day it moves to the episode that this day belongs to.
    """
    contact, patient = queries.contact(session, viewer, contact_id, lock=True)
    expect_version(contact, change.version)
    values = _as_ordered(contact, change.values)
    if values["on"] != contact.on:
        values["episode_id"] = _episode_on(session, viewer, patient, values["on"]).id
    changes = apply(contact, values)
    if not changes:
        return False
    keep = partial(_keep, session, viewer, change.reason, now)
    keep(contact, changes)
    _follow(session, viewer, contact, change, changes, keep)
    coded = {name: values for name, values in changes.items() if name not in ("note", "question")}
    detail = {"changes": coded, "fields": sorted(changes)}
    audit.record(
        session, viewer, audit.Act("correct_contact", "contact", "contact", contact.id, [patient.id], detail)
    )
    return True


def _as_ordered(contact: Contact, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same interventions in another order are no change."""
    same = sorted(contact.interventions or []) == sorted(values["interventions"])
    return {**values, "interventions": contact.interventions if same else values["interventions"]}


def _follow(
    session: Session, viewer: Viewer, contact: Contact, change: Change, changes: Mapping[str, Any], keep: Keep
) -> None:
    """Scores and assessments of a contact move with its day, and they are struck out with it where asked."""
    scores = queries.scores_of(session, viewer, contact.id)
    if "on" in changes:
        for measure in scores:
            keep(measure, apply(measure, {"taken_on": contact.on}))
        for assessment in queries.assessments_of(session, viewer, contact.id):
            keep(assessment, apply(assessment, {"on": contact.on}))
    if changes.get("in_error") == [False, True] and change.with_scores:
        for measure in scores:
            keep(measure, apply(measure, {"in_error": True}))
        for assessment in queries.assessments_of(session, viewer, contact.id):
            keep(assessment, apply(assessment, {"in_error": True}))


def _keep(
    session: Session,
    viewer: Viewer,
    reason: str,
    now: datetime,
    row: Corrected,
    changes: dict[str, list[Any]],
) -> None:
    """Keep what stood before."""
    if changes:
        records.keep(session, viewer, row.patient_id, row, changes, reason, now)


def save_draft(
    session: Session, viewer: Viewer, patient_id: UUID, content: Mapping[str, list[str]], now: datetime
) -> None:
    """Keep what this person has typed so far; nobody else sees it, and it is no part of the record."""
    patient = scope.patient(session, viewer, patient_id, queries.ACTION)
    kept = {name: values for name, values in content.items() if name not in SKIPPED}
    row = queries.draft(session, viewer, patient_id) or _new_draft(session, viewer, patient.id, now)
    row.content, row.saved_at = kept, now
    session.flush()


def _new_draft(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Draft:
    """Begin a draft; of two pages that begin one at once, the second uses the first's."""
    row = Draft(
        org_id=viewer.org_id, author_id=viewer.account_id, form=queries.DRAFT, subject_id=patient_id, content={},
        saved_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = queries.draft(session, viewer, patient_id)
        assert found is not None, "only an existing draft refuses a second one"
        return found
    audit.record(session, viewer, audit.Act("begin_draft", "contact", "draft", row.id, [patient_id]))
    return row


def discard_draft(session: Session, viewer: Viewer, patient_id: UUID, *, quiet: bool = False) -> None:
    """Throw the own draft away; `quiet` where the saved contact says it already."""
    row = queries.draft(session, viewer, patient_id)
    if row is None:
        return
    session.delete(row)
    if not quiet:
        audit.record(session, viewer, audit.Act("discard_draft", "contact", "draft", row.id, [patient_id]))


__all__ = [
    "Change", "Changed", "Recording", "Saved", "Unrecordable", "correct_contact", "discard_draft", "record_contact",
    "save_draft",
]  # fmt: skip
