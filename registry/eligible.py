"""Who could be helped and has not been referred: an elevated score in the last 30 days, and no open episode."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from registry.access.scope import visible
from registry.access.viewer import Viewer
from registry.clinical.facts import SERIES
from registry.clinical.primary import PRIMARY
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.models import Episode, Measure, Patient

WITHIN = timedelta(days=30)
LINES = {name: DEFAULT_PROTOCOL.scale(SERIES.get(name, name)).elevated for name in (*PRIMARY, *SERIES)}
"""The total from which each form of a primary scale is elevated, as published (E1); the PHQ-A is in the PHQ-9's series."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """A patient with the score that makes them eligible: the last elevated one, the higher of one day."""

    patient_id: UUID
    name: str
    mrn: str
    birth_date: date
    instrument: str
    total: int
    item9: int | None
    taken_on: date


def eligible_patients(
    session: Session, viewer: Viewer, today: date, action: str = "run_episode"
) -> list[Eligible]:
    """The eligible patients whom this person may see for the action, the latest score first."""
    return _found(session, viewer.org_id, visible(viewer, action), today)


def eligible_in_clinic(session: Session, org_id: UUID, clinic_id: UUID, today: date) -> list[Eligible]:
    """The same for a job or a command, which speaks of one clinic."""
    return _found(session, org_id, and_(Patient.org_id == org_id, Patient.clinic_id == clinic_id), today)


def _found(session: Session, org_id: UUID, whom: ColumnElement[bool], today: date) -> list[Eligible]:
    """One statement that begins at the few scores of the last days, not at the patients."""
    turn = func.row_number().over(
        partition_by=Measure.patient_id,
        order_by=(Measure.taken_on.desc(), Measure.total.desc(), Measure.instrument, Measure.id),
    )
    scores = (
        select(
            Measure.patient_id,
            Measure.instrument,
            Measure.total,
            Measure.item9,
            Measure.taken_on,
            turn.label("turn"),
        )
        .where(_is_positive(org_id, today), ~_in_programme(today))
        .subquery()
    )
    rows = session.execute(
        select(
            Patient.id, Patient.family_name, Patient.given_name, Patient.mrn, Patient.birth_date,
            scores.c.instrument, scores.c.total, scores.c.item9, scores.c.taken_on,
        )
        .join(scores, and_(Patient.org_id == org_id, Patient.id == scores.c.patient_id))
        .where(whom, scores.c.turn == 1, or_(Patient.deceased_on.is_(None), Patient.deceased_on > today))
        .order_by(scores.c.taken_on.desc(), Patient.search_name, Patient.id)
    )  # fmt: skip
    return [Eligible(row[0], f"{row[1]}, {row[2]}", *row[3:]) for row in rows]


def _is_positive(org_id: UUID, today: date) -> ColumnElement[bool]:
    return and_(
        Measure.org_id == org_id,
        Measure.instrument.in_(LINES),
        Measure.taken_on.between(today - WITHIN, today),
        Measure.total >= case(LINES, value=Measure.instrument),
        Measure.in_error.is_(False),
    )


def _in_programme(today: date) -> ColumnElement[bool]:
    """An episode is open, or was when the score was taken: that score has had its answer."""
    return exists().where(
        Episode.org_id == Measure.org_id,
        Episode.patient_id == Measure.patient_id,
        Episode.referred_on <= today,
        or_(Episode.closed_on.is_(None), Episode.closed_on > today, Episode.closed_on >= Measure.taken_on),
    )
