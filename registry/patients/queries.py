"""Finding patients: by name (prefix, without case or diacritics), MRN or date of birth."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.access import scope
from registry.access.policies import may
from registry.access.viewer import Viewer
from registry.advice import unanswered
from registry.clinical.dates import spell
from registry.clinical.pathways import without_confidential
from registry.eligible import Eligible, eligible_patients
from registry.models import (
    Account,
    Clinic,
    Contact,
    Correction,
    Coverage,
    Episode,
    EpisodeStatus,
    Measure,
    Medication,
    NextAction,
    Patient,
    Provider,
    Recommendation,
    Review,
)
from registry.models.patient import fold

PAGE = 50
DATES = (
    (re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$"), (1, 2, 3)),
    (re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$"), (3, 1, 2)),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of patients."""

    rows: Sequence[Any]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def find(session: Session, viewer: Viewer, words: str, page: int = 1) -> Listed:
    """The patients whom the words mean, in the order of names; empty words mean everybody."""
    found = _list(viewer)
    if words.strip():
        found = found.where(_meant(words))
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = session.execute(found.limit(PAGE).offset((page - 1) * PAGE)).all()
    audit.record(session, viewer, audit.Act("find", "patient list", patients=[row.id for row in rows]))
    return Listed(rows, total, page)


def panel(session: Session, viewer: Viewer, today: date) -> Sequence[Any]:
    """A PCP's own patients with where their episode stands and what is next."""
    found = _list(viewer, "see_panel").add_columns(
        Episode.id.label("episode_id"),
        NextAction.action,
        NextAction.due_on,
        Account.name.label("care_manager"),
    )
    following = and_(NextAction.org_id == Episode.org_id, NextAction.episode_id == Episode.id)
    found = found.add_columns(_last_phq9().label("phq9"), _waiting(today).label("waiting"))
    found = found.outerjoin(NextAction, following).outerjoin(Account, Account.id == Episode.care_manager_id)
    rows = session.execute(found.where(Episode.id.is_not(None))).all()
    audit.record(session, viewer, audit.Act("read", "panel", patients=[row.id for row in rows]))
    return rows


def _last_phq9() -> ScalarSelect[Any]:
    """The total of the patient's latest PHQ-9 or PHQ-A."""
    mine = Measure.org_id == Patient.org_id, Measure.patient_id == Patient.id, Measure.in_error.is_(False)
    scored = Measure.instrument.in_(("phq9", "phq_a")), Measure.total.is_not(None)
    newest = select(Measure.total).where(*mine, *scored).order_by(Measure.taken_on.desc()).limit(1)
    return newest.correlate(Patient).scalar_subquery()


def _waiting(today: date) -> ScalarSelect[Any]:
    """How many signed recommendations of the open episode wait for the PCP's answer."""
    note = and_(Review.org_id == Recommendation.org_id, Review.id == Recommendation.review_id)
    found = select(func.count()).select_from(Recommendation).join(Review, note)
    mine = Review.org_id == Episode.org_id, Review.episode_id == Episode.id
    return found.where(*mine, unanswered(today)).correlate(Episode).scalar_subquery()


def eligible(session: Session, viewer: Viewer, today: date) -> Sequence[Eligible]:
    """An elevated primary scale in the last 30 days and no open episode; reading it is recorded."""
    rows = eligible_patients(session, viewer, today)
    audit.record(
        session, viewer, audit.Act("read", "eligible list", patients=[row.patient_id for row in rows])
    )
    return rows


def _list(viewer: Viewer, action: str = "see_chart") -> Select[Any]:
    """Patients in scope with clinic, PCP and the status of the open episode."""
    status = (
        select(EpisodeStatus.status)
        .where(EpisodeStatus.org_id == Episode.org_id, EpisodeStatus.episode_id == Episode.id)
        .order_by(EpisodeStatus.on.desc(), EpisodeStatus.recorded_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    opened = and_(
        Episode.org_id == Patient.org_id, Episode.patient_id == Patient.id, Episode.closed_on.is_(None)
    )
    return (
        select(
            Patient.id, Patient.family_name, Patient.given_name, Patient.mrn, Patient.birth_date, Patient.sex,
            Clinic.name.label("clinic"), Provider.name.label("pcp"), status.label("status"),
        )
        .join(Clinic, and_(Clinic.org_id == Patient.org_id, Clinic.id == Patient.clinic_id))
        .outerjoin(Provider, and_(Provider.org_id == Patient.org_id, Provider.id == Patient.pcp_id))
        .outerjoin(Episode, opened)
        .where(scope.visible(viewer, action))
        .order_by(Patient.search_name, Patient.id)
    )  # fmt: skip


def _meant(words: str) -> ColumnElement[bool]:
    """A date of birth, else an MRN, else the beginnings of family and given name in either order."""
    words = words.strip()
    for pattern, order in DATES:
        if match := pattern.match(words):
            return _born(*(int(match[group]) for group in order))
    by_mrn = Patient.mrn.startswith(words, autoescape=True)
    parts = fold(words).replace(",", " ").split()
    if not parts:
        return by_mrn
    whole = fold(words).strip()
    named = [Patient.search_name.startswith(whole, autoescape=True)]
    named.append(Patient.search_given.startswith(" ".join(parts), autoescape=True))
    if len(parts) > 1:
        named += [_named(parts[0], " ".join(parts[1:])), _named(parts[-1], " ".join(parts[:-1]))]
    return or_(by_mrn, *named)


def _named(family: str, given: str) -> ColumnElement[bool]:
    return and_(
        Patient.search_name.startswith(family, autoescape=True),
        Patient.search_given.startswith(given, autoescape=True),
    )


def _born(year: int, month: int, day: int) -> ColumnElement[bool]:
    try:
        return Patient.birth_date == date(year, month, day)
    except ValueError:
        return false()


def patient(session: Session, viewer: Viewer, patient_id: UUID) -> Patient:
    """One patient for the edit form; reading it is recorded."""
    found = scope.patient(session, viewer, patient_id, "edit_patient")
    audit.record(session, viewer, audit.Act("read", "demographics", "patient", patient_id, [patient_id]))
    return found


def same_mrn(session: Session, viewer: Viewer, clinic_id: UUID, mrn: str, but: UUID | None) -> Patient | None:
    """Another patient of the clinic with this MRN."""
    found = scope.patients(viewer).where(Patient.clinic_id == clinic_id, Patient.mrn == mrn.strip())
    return session.scalar(found.where(Patient.id != but) if but else found)


def same_person(session: Session, viewer: Viewer, name: str, born: date, but: UUID | None) -> list[Patient]:
    """Other patients with the same folded name and date of birth."""
    found = scope.patients(viewer).where(Patient.search_name == name, Patient.birth_date == born)
    return list(session.scalars(found.where(Patient.id != but) if but else found))


def providers(session: Session, viewer: Viewer) -> list[tuple[Provider, str]]:
    """PCPs of the clinics whose patients this person may edit, with the clinic's name."""
    clinics = {clinic.id: clinic.name for clinic in scope.visible_clinics(session, viewer, "edit_patient")}
    found = select(Provider).where(Provider.org_id == viewer.org_id, Provider.clinic_id.in_(clinics))
    return [(one, clinics[one.clinic_id]) for one in session.scalars(found.order_by(Provider.name))]


def coverage(session: Session, viewer: Viewer, patient_id: UUID) -> list[Coverage]:
    """Every coverage period, the latest first."""
    mine = select(Coverage).where(Coverage.org_id == viewer.org_id, Coverage.patient_id == patient_id)
    return list(session.scalars(mine.order_by(Coverage.started_on.desc())))


def corrections(session: Session, viewer: Viewer, patient_id: UUID) -> tuple[Patient, Sequence[Any]]:
    """Every correction of a patient's record, the latest first: what was changed, and who made it.

    Parts of a pathway's form that stay between patient and clinician are not told to anybody else.
    """
    found = patient(session, viewer, patient_id)
    rows = (
        select(Correction, Account.name)
        .outerjoin(Account, Account.id == Correction.corrected_by)
        .where(Correction.org_id == viewer.org_id, Correction.patient_id == patient_id)
    )
    told = session.execute(rows.order_by(Correction.corrected_at.desc())).all()
    if may(viewer, "record_pathway"):
        return found, [(row, name, row.changes) for row, name in told]
    return found, [(row, name, without_confidential(row.changes)) for row, name in told]


def names(session: Session, viewer: Viewer, keys: Collection[UUID]) -> dict[UUID, str]:
    """What the keys in a correction stand for: a clinic, a person, a drug; an episode or a contact by its day."""
    if not keys:
        return {}
    org, found = viewer.org_id, dict[UUID, str]()
    for kind in (Account, Clinic, Provider, Medication):
        named = select(kind.id, kind.name).where(kind.org_id == org, kind.id.in_(keys))
        found.update((row.id, row.name) for row in session.execute(named))
    begun = select(Episode.id, Episode.referred_on).where(Episode.org_id == org, Episode.id.in_(keys))
    found.update((key, f"episode of {spell(on)}") for key, on in session.execute(begun))
    made = select(Contact.id, Contact.on).where(Contact.org_id == org, Contact.id.in_(keys))
    found.update((key, f"contact of {spell(on)}") for key, on in session.execute(made))
    return found


def editor(session: Session, viewer: Viewer, patient_id: UUID) -> str:
    """Who last corrected a patient's details, by name; for the page that shows a conflict."""
    rows = (
        select(Account.name)
        .join(Correction, Correction.corrected_by == Account.id)
        .where(Correction.org_id == viewer.org_id, Correction.subject_id == patient_id)
    )
    return session.scalar(rows.order_by(Correction.corrected_at.desc()).limit(1)) or "Somebody else"
