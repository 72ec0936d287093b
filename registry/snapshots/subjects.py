"""Whom an episode is about, with the dates of the episode: one row each, in one statement."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, and_, case, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from registry.clinical import facts as f
from registry.models import (
    Account,
    CheckAnswer,
    Clinic,
    Consent,
    Episode,
    NextAction,
    Patient,
    Provider,
)
from registry.snapshots.rows import id_of, raw

Chosen = Select[UUID]
FIELD, ROW = "\x1f", "\x1e"
"""Separators of ASCII, for what one statement tells of many rows in one value."""


class Subject(NamedTuple):
    """Whom an episode is about and who looks after them: plain values for a page's head or row."""

    episode_id: UUID
    patient_id: UUID
    clinic_id: UUID
    pcp_id: UUID | None
    care_manager_id: UUID | None
    consultant_id: UUID | None
    clinic: str
    family_name: str
    given_name: str
    mrn: str
    birth_date: date
    sex: str
    language: str
    interpreter: bool
    phone: str
    contact_by: str
    contact_note: str
    pcp: str
    care_manager: str
    care_manager_phone: str
    consultant: str
    primary_condition: str
    icd10: str
    target: str
    psychosocial: str
    close_reason: str | None
    next_action: str
    next_due_on: date | None
    next_version: int
    """0 where no next action was ever set."""

    @property
    def name(self) -> str:
        return f"{self.family_name}, {self.given_name}"

    def age(self, today: date) -> int:
        """Completed years."""
        birthday_to_come = (today.month, today.day) < (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - birthday_to_come

    def about(self, today: date) -> str:
        """'40 F': what tells two patients of one name apart at a glance."""
        return f"{self.age(today)} {self.sex[0].upper() if self.sex not in ('', 'unknown') else ''}".strip()


class Dates(NamedTuple):
    """What the episode itself knows beside its subject."""

    referred_on: date
    consents: str | None
    """Every consent in one value, as `consents_of` reads it."""
    enrolled_on: date | None
    closed_on: date | None
    primary_scale: str | None
    checks: str | None
    """Every answer to a diagnostic check in one value, as `answers_of` reads it."""
    followed_on: date | None
    """The referral of the episode that followed this one."""
    earlier_closed_on: date | None
    """The close of the episode before this one."""
    zone: str
    """The clinic's time zone."""


_manager, _consultant = aliased(Account), aliased(Account)
_later, _earlier = aliased(Episode), aliased(Episode)
_CONSENTS = (
    select(
        func.aggregate_strings(
            cast(Consent.given_on, Text) + FIELD + func.coalesce(cast(Consent.withdrawn_on, Text), ""), ROW
        )
    )
    .where(Consent.org_id == Episode.org_id, Consent.episode_id == Episode.id)
    .scalar_subquery()
)
_FOLLOWED = (
    select(func.min(_later.referred_on))
    .where(
        _later.org_id == Episode.org_id,
        _later.patient_id == Episode.patient_id,
        _later.referred_on > Episode.referred_on,
    )
    .scalar_subquery()
)
_EARLIER_CLOSED = (
    select(func.max(_earlier.closed_on))
    .where(
        _earlier.org_id == Episode.org_id,
        _earlier.patient_id == Episode.patient_id,
        _earlier.referred_on < Episode.referred_on,
    )
    .scalar_subquery()
)
_CHECKS = (
    select(
        func.aggregate_strings(
            CheckAnswer.topic
            + FIELD
            + cast(CheckAnswer.on, Text)
            + case((CheckAnswer.positive, literal(f"{FIELD}1{FIELD}")), else_=literal(f"{FIELD}0{FIELD}"))
            + cast(CheckAnswer.recorded_at, Text),
            ROW,
        )
    )
    .where(
        CheckAnswer.org_id == Episode.org_id,
        CheckAnswer.patient_id == Episode.patient_id,
        CheckAnswer.in_error.is_(False),
    )
    .scalar_subquery()
)
_IDS = (
    raw(Episode.id), raw(Episode.patient_id), raw(Episode.clinic_id), raw(Patient.pcp_id),
    raw(Episode.care_manager_id), raw(Episode.consultant_id),
)  # fmt: skip
_WORDS = (
    Clinic.name, Patient.family_name, Patient.given_name, Patient.mrn, Patient.birth_date, Patient.sex,
    Patient.language, Patient.interpreter, Patient.phone, Patient.contact_by, Patient.contact_note,
    func.coalesce(Provider.name, ""), func.coalesce(_manager.name, ""), func.coalesce(_manager.phone, ""),
    func.coalesce(_consultant.name, ""), Episode.primary_condition, Episode.icd10, Episode.target,
    Episode.psychosocial, Episode.close_reason, func.coalesce(NextAction.action, ""), NextAction.due_on,
    func.coalesce(NextAction.version, 0),
)  # fmt: skip
_DATES = (
    Episode.referred_on, _CONSENTS, Episode.enrolled_on, Episode.closed_on, Episode.primary_scale, _CHECKS,
    _FOLLOWED, _EARLIER_CLOSED, Clinic.timezone,
)  # fmt: skip
_EPISODES = (
    select(*_IDS, *_WORDS, *_DATES)
    .join(Patient, and_(Patient.org_id == Episode.org_id, Patient.id == Episode.patient_id))
    .join(Clinic, and_(Clinic.org_id == Episode.org_id, Clinic.id == Episode.clinic_id))
    .outerjoin(Provider, and_(Provider.org_id == Patient.org_id, Provider.id == Patient.pcp_id))
    .outerjoin(_manager, _manager.id == Episode.care_manager_id)
    .outerjoin(_consultant, _consultant.id == Episode.consultant_id)
    .outerjoin(NextAction, and_(NextAction.org_id == Episode.org_id, NextAction.episode_id == Episode.id))
    .order_by(Patient.search_name, Episode.id)
)
_FIRST_DATE = len(_IDS) + len(_WORDS)


def subjects(session: Session, org_id: UUID, chosen: Chosen) -> list[tuple[Subject, Dates]]:
    """Episode, patient, PCP, team and next action of each chosen episode, by the patient's name."""
    session.flush()
    rows = session.connection().execute(_EPISODES.where(Episode.org_id == org_id, Episode.id.in_(chosen)))
    return [
        (Subject._make((*_ids(row), *row[len(_IDS) : _FIRST_DATE])), Dates._make(row[_FIRST_DATE:]))
        for row in rows
    ]


def _ids(row: Any) -> Iterator[UUID | None]:
    return (key and id_of(key) for key in row[: len(_IDS)])


@lru_cache(maxsize=4096)
def answers_of(told: str | None) -> tuple[f.Check, ...]:
    """The answers to the diagnostic checks of one patient."""
    rows = (line.split(FIELD) for line in told.split(ROW)) if told else ()
    return tuple(f.Check(topic, date.fromisoformat(on), yes == "1", at) for topic, on, yes, at in rows)


@lru_cache(maxsize=4096)
def consents_of(told: str | None) -> tuple[f.Consent, ...]:
    """The consents of one episode; one that was withdrawn covers the days before."""
    rows = (line.split(FIELD) for line in told.split(ROW)) if told else ()
    return tuple(
        f.Consent(date.fromisoformat(given), date.fromisoformat(ended) if ended else None)
        for given, ended in rows
    )
