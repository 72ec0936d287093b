"""Rows for tests: plain keyword arguments, sensible values for the rest, flushed and never committed.

Dates count from `tests.cast.TODAY`. `who` is always an Account (or nothing).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from registry import audit
from registry.clinical.facts import STATUS_ORDER
from registry.clinical.instruments import INSTRUMENTS, score, score_total
from registry.models import (
    Account,
    AgendaMark,
    AssessedScore,
    CheckAnswer,
    Clinic,
    Consent,
    Contact,
    Cover,
    Decision,
    DoseEvent,
    Episode,
    EpisodeStatus,
    Measure,
    Medication,
    Membership,
    NextAction,
    Organisation,
    Patient,
    PatientPlan,
    Provider,
    Recommendation,
    ReplyLink,
    Review,
    RiskAssessment,
    SafetyPlan,
    Task,
    TaskStep,
)
from registry.reply.queries import digest
from registry.reply.services.codes import hashed
from tests.cast import NOW, TODAY


def days_ago(days: int) -> date:
    """A day before the cast's today; negative for one to come."""
    return TODAY - timedelta(days=days)


Row = TypeVar("Row")


def _put(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def make_organisation(session: Session, *, name: str = "Valley Care") -> Organisation:
    """An organisation with the beginning of its audit chain."""
    org = _put(session, Organisation(name=name))
    audit.open_chain(session, org.id)
    return org


def make_clinic(session: Session, org: Organisation, *, name: str = "Riverside", **fields: Any) -> Clinic:
    return _put(session, Clinic(org_id=org.id, name=name, phone="555-0100", **fields))


def make_account(
    session: Session,
    org: Organisation,
    *,
    name: str,
    roles: Iterable[tuple[UUID, str]] = (),
    email: str = "",
    **fields: Any,
) -> Account:
    """Somebody who signs in, with (clinic id, role) memberships; without a password in `fields` use `sign_in`."""
    address = email or f"{name.lower().replace(' ', '.').replace('..', '.')}@example.org"
    account = _put(session, Account(org_id=org.id, name=name, email=address, phone="555-0142", **fields))
    for clinic_id, role in roles:
        session.add(Membership(org_id=org.id, account_id=account.id, clinic_id=clinic_id, role=role))
    session.flush()
    return account


def make_provider(
    session: Session,
    clinic: Clinic,
    *,
    name: str = "Dr. Ingrid Lang",
    account: Account | None = None,
    **fields: Any,
) -> Provider:
    row = Provider(
        org_id=clinic.org_id,
        clinic_id=clinic.id,
        name=name,
        account_id=account.id if account else None,
        **fields,
    )
    return _put(session, row)


def make_patient(session: Session, clinic: Clinic, *, pcp: Provider | None = None, **fields: Any) -> Patient:
    """Samuel Carter, 64, unless told otherwise; searchable by the folded name."""
    values: dict[str, Any] = {
        "family_name": "Carter", "given_name": "Samuel", "mrn": "R-1001", "birth_date": date(1962, 3, 9),
        "sex": "male", "phone": "555-0199",
    } | fields  # fmt: skip
    values.setdefault("search_name", folded(f"{values['family_name']} {values['given_name']}"))
    values.setdefault("search_given", folded(values["given_name"]))
    row = Patient(
        org_id=clinic.org_id, clinic_id=clinic.id, pcp_id=pcp.id if pcp else None, added_at=NOW, **values
    )
    return _put(session, row)


def folded(words: str) -> str:
    """Without case and diacritics, as the search column holds a name."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", words.casefold().replace("ł", "l"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def make_episode(
    session: Session,
    patient: Patient,
    *,
    status: str = "enrolled",
    referred_on: date | None = None,
    enrolled_on: date | None = None,
    closed_on: date | None = None,
    care_manager: Account | None = None,
    consultant: Account | None = None,
    therapist: Account | None = None,
    consent: bool | None = None,
    **fields: Any,
) -> Episode:
    """An episode that went the usual way to `status`: referred 70 days ago, enrolled 60 days ago.

    It has its status rows, and its consent from "consented" on; `consent` says otherwise.
    """
    reached = STATUS_ORDER[: STATUS_ORDER.index(status) + 1]
    referred_on = referred_on or days_ago(70)
    enrolled_on = enrolled_on or referred_on + timedelta(days=10)
    closed_on = closed_on or TODAY
    is_enrolled = "enrolled" in reached
    values: dict[str, Any] = {
        "referral_reason": "PHQ-9 of 18", "primary_scale": "phq9" if is_enrolled else "",
        "primary_condition": "Major depressive disorder" if is_enrolled else "",
        "icd10": "F33.1" if is_enrolled else "", "close_reason": "graduated" if status == "closed" else None,
    } | fields  # fmt: skip
    row = Episode(
        org_id=patient.org_id, patient_id=patient.id, clinic_id=patient.clinic_id, referred_on=referred_on,
        enrolled_on=enrolled_on if is_enrolled else None, closed_on=closed_on if status == "closed" else None,
        care_manager_id=_id(care_manager), consultant_id=_id(consultant), therapist_id=_id(therapist),
        opened_at=NOW, **values,
    )  # fmt: skip
    _put(session, row)
    days = _status_days(referred_on, enrolled_on, closed_on)
    for step in reached:
        make_status(session, row, status=step, on=days[step], who=care_manager)
    if consent if consent is not None else "consented" in reached:
        make_consent(session, row, given_on=days["consented"], who=care_manager)
    return row


def _id(account: Account | None) -> UUID | None:
    return account.id if account else None


def _status_days(referred_on: date, enrolled_on: date, closed_on: date) -> dict[str, date]:
    outreach = min(referred_on + timedelta(days=2), enrolled_on)
    relapse = min(enrolled_on + timedelta(days=50), closed_on)
    return {
        "referred": referred_on, "outreach": outreach, "consented": enrolled_on, "enrolled": enrolled_on,
        "relapse_prevention": relapse, "closed": closed_on,
    }  # fmt: skip


def make_status(
    session: Session,
    episode: Episode,
    *,
    status: str,
    on: date = TODAY,
    who: Account | None = None,
    reason: str = "",
) -> EpisodeStatus:
    row = EpisodeStatus(
        org_id=episode.org_id, episode_id=episode.id, status=status, on=on, reason=reason, recorded_at=NOW,
        recorded_by=_id(who),
    )  # fmt: skip
    return _put(session, row)


def make_consent(
    session: Session, episode: Episode, *, given_on: date = TODAY, who: Account | None = None, **fields: Any
) -> Consent:
    values: dict[str, Any] = {
        "given_by": "patient", "how": "verbal", "script_version": "2026-01", "cost_share_told": True,
        "consult_permitted": True,
    } | fields  # fmt: skip
    row = Consent(
        org_id=episode.org_id,
        episode_id=episode.id,
        given_on=given_on,
        obtained_by=_id(who),
        recorded_at=NOW,
        **values,
    )
    return _put(session, row)


def make_next_action(
    session: Session, episode: Episode, *, action: str = "Phone follow-up with PHQ-9", due_on: date | None = TODAY,
    who: Account | None = None,
) -> NextAction:  # fmt: skip
    row = NextAction(
        org_id=episode.org_id, episode_id=episode.id, action=action, due_on=due_on, owner_id=_id(who), changed_at=NOW,
        changed_by=_id(who),
    )  # fmt: skip
    return _put(session, row)


def make_contact(
    session: Session,
    episode: Episode,
    *,
    on: date = TODAY,
    kind: str = "treatment",
    who: Account | None = None,
    recorded_at: datetime = NOW,
    **fields: Any,
) -> Contact:
    """A treatment contact by phone of 20 minutes; other kinds are not reached and take no modality."""
    treats = kind == "treatment"
    values: dict[str, Any] = {
        "modality": None if kind == "message" else "phone", "minutes": 20 if treats else None, "reached": treats,
        "started_at": time(9, 30), "interventions": [], "author_role": "care_manager",
    } | fields  # fmt: skip
    row = Contact(
        org_id=episode.org_id, patient_id=episode.patient_id, episode_id=episode.id, kind=kind, on=on,
        author_id=_id(who), recorded_at=recorded_at, **values,
    )  # fmt: skip
    return _put(session, row)


def make_measure(
    session: Session,
    patient: Patient,
    *,
    instrument: str = "phq9",
    items: Sequence[int | None] | None = None,
    total: int | None = None,
    taken_on: date = TODAY,
    contact: Contact | None = None,
    who: Account | None = None,
    recorded_at: datetime = NOW,
    **fields: Any,
) -> Measure:
    """A scored form: from `items`, from a bare `total`, or a PHQ-9 of 12 with item 9 at 0."""
    if items is None and total is None:
        items = (2, 2, 2, 2, 1, 1, 1, 1, 0)[: INSTRUMENTS[instrument].item_count]
    kind = INSTRUMENTS[instrument]
    scored = score(kind, items) if items is not None else score_total(kind, total or 0)
    values = {"mode": "phone", "language": "en", "item9": scored.item9} | fields
    row = Measure(
        org_id=patient.org_id, patient_id=patient.id, contact_id=contact.id if contact else None,
        instrument=instrument, taken_on=taken_on, items=list(items) if items is not None else None,
        answered=scored.answered, total=scored.total, prorated=scored.prorated, recorded_by=_id(who),
        recorded_at=recorded_at, **values,
    )  # fmt: skip
    return _put(session, row)


def make_medication(
    session: Session,
    patient: Patient,
    *,
    name: str = "sertraline",
    events: Sequence[Mapping[str, Any]] = (),
    who: Account | None = None,
    **fields: Any,
) -> Medication:
    """A drug with its dose events, each as keywords of `DoseEvent`; by default 50 mg since 50 days."""
    row = Medication(
        org_id=patient.org_id,
        patient_id=patient.id,
        name=name,
        recorded_by=_id(who),
        recorded_at=NOW,
        **fields,
    )
    _put(session, row)
    for event in events or [
        {"kind": "start", "on": days_ago(50), "dose_mg": 50, "text": "50 mg every morning"}
    ]:
        make_dose(session, row, who=who, **event)
    return row


def make_dose(
    session: Session,
    medication: Medication,
    *,
    kind: str,
    on: date,
    who: Account | None = None,
    **fields: Any,
) -> DoseEvent:
    row = DoseEvent(
        org_id=medication.org_id, medication_id=medication.id, kind=kind, on=on, recorded_by=_id(who),
        **{"recorded_at": NOW, **fields},
    )  # fmt: skip
    return _put(session, row)


def make_assessment(
    session: Session,
    patient: Patient,
    *,
    on: date = TODAY,
    scores: Iterable[Measure] = (),
    contact: Contact | None = None,
    who: Account | None = None,
    recorded_at: datetime = NOW,
    **fields: Any,
) -> RiskAssessment:
    """A complete C-SSRS screener, all answers no unless told, that answers `scores`."""
    answers: dict[str, Any] = {
        "wish_dead": False, "thoughts": False, "behaviour_lifetime": False, "behaviour_3_months": False,
    } | fields  # fmt: skip
    row = RiskAssessment(
        org_id=patient.org_id, patient_id=patient.id, contact_id=contact.id if contact else None, on=on,
        assessed_by=_id(who), recorded_at=recorded_at, **answers,
    )  # fmt: skip
    _put(session, row)
    for measure in scores:
        session.add(AssessedScore(org_id=patient.org_id, risk_assessment_id=row.id, measure_id=measure.id))
    session.flush()
    return row


def make_plan(
    session: Session,
    patient: Patient,
    *,
    made_on: date = TODAY,
    text: str = "Call sister",
    who: Account | None = None,
) -> SafetyPlan:
    row = SafetyPlan(
        org_id=patient.org_id,
        patient_id=patient.id,
        made_on=made_on,
        text=text,
        made_by=_id(who),
        recorded_at=NOW,
    )
    return _put(session, row)


def make_care_plan(
    session: Session, patient: Patient, *, kind: str = "care", made_on: date = TODAY, **fields: Any
) -> PatientPlan:
    """A version of a care plan, or of a relapse-prevention plan."""
    content = (
        {"problems": "Low mood"} if kind == "care" else {"signs": "Not sleeping", "call": "Us", "phq9": 10}
    )
    row = PatientPlan(
        org_id=patient.org_id, patient_id=patient.id, kind=kind, made_on=made_on, recorded_at=NOW,
        **{"content": content, **fields},
    )  # fmt: skip
    return _put(session, row)


def make_check(
    session: Session, patient: Patient, *, topic: str = "bipolar", positive: bool = False, on: date = TODAY
) -> CheckAnswer:
    row = CheckAnswer(
        org_id=patient.org_id, patient_id=patient.id, topic=topic, positive=positive, on=on, recorded_at=NOW
    )
    return _put(session, row)


def make_mark(
    session: Session, episode: Episode, *, kind: str = "asked", on: date = TODAY, text: str = "Dose or switch?",
    review_on: date | None = None, who: Account | None = None, by_role: str = "care_manager",
) -> AgendaMark:  # fmt: skip
    row = AgendaMark(
        org_id=episode.org_id, episode_id=episode.id, kind=kind, on=on, text=text, review_on=review_on, by_id=_id(who),
        by_role=by_role, recorded_at=NOW,
    )  # fmt: skip
    return _put(session, row)


def make_review(
    session: Session,
    episode: Episode,
    *,
    consultant: Account,
    on: date = TODAY,
    signed: bool = True,
    recommendations: Sequence[Mapping[str, Any]] = (),
    **fields: Any,
) -> Review:
    """A consultant's note with numbered recommendations, each as keywords of `Recommendation`."""
    row = Review(
        org_id=episode.org_id, episode_id=episode.id, consultant_id=consultant.id, on=on, begun_at=NOW,
        signed_at=NOW if signed else None, **fields,
    )  # fmt: skip
    _put(session, row)
    for number, advice in enumerate(recommendations, 1):
        make_recommendation(session, row, **{"number": number, **advice})
    return row


def make_recommendation(
    session: Session, review: Review, *, number: int = 1, category: str = "increase",
    text: str = "Increase sertraline to 100 mg", **fields: Any,
) -> Recommendation:  # fmt: skip
    row = Recommendation(
        org_id=review.org_id, review_id=review.id, number=number, category=category, text=text, **fields
    )
    return _put(session, row)


def make_decision(
    session: Session, recommendation: Recommendation, *, kind: str = "accepted", on: date = TODAY,
    who: Account | None = None, **fields: Any,
) -> Decision:  # fmt: skip
    row = Decision(
        org_id=recommendation.org_id, recommendation_id=recommendation.id, kind=kind, on=on, recorded_by=_id(who),
        recorded_at=NOW, **fields,
    )  # fmt: skip
    return _put(session, row)


def make_task(
    session: Session, patient: Patient, *, owner: Account, episode: Episode | None = None, title: str = "Fax the school",
    due_on: date = TODAY, who: Account | None = None, created_at: datetime = NOW, **fields: Any,
) -> Task:  # fmt: skip
    """A task with the step of its writing; `code` makes it what somebody wrote about a rule."""
    row = Task(
        org_id=patient.org_id, patient_id=patient.id, episode_id=episode.id if episode else None, title=title,
        owner_id=owner.id, due_on=due_on, created_by=_id(who or owner), created_at=created_at, **fields,
    )  # fmt: skip
    _put(session, row)
    make_task_step(session, row, kind="moved" if row.code else "created", who=who or owner, at=created_at)
    return row


def make_task_step(
    session: Session, task: Task, *, kind: str, who: Account | None = None, at: datetime = NOW, **fields: Any
) -> TaskStep:
    values = {"due_on": task.due_on, "owner_id": task.owner_id} | fields
    return _put(
        session, TaskStep(org_id=task.org_id, task_id=task.id, kind=kind, by_id=_id(who), at=at, **values)
    )


def make_cover(
    session: Session,
    away: Any,
    by: Any,
    *,
    from_on: date = TODAY,
    until_on: date | None = None,
    **fields: Any,
) -> Cover:
    """A week in which somebody of the cast is away and another does their work."""
    row = Cover(
        org_id=away.viewer.org_id, account_id=away.id, covered_by=by.id, from_on=from_on,
        until_on=until_on or from_on + timedelta(days=6), created_by=away.id, created_at=NOW, **fields,
    )  # fmt: skip
    return _put(session, row)


def make_reply_link(
    session: Session, review: Review, patient: Patient, *, token: str = "token", code: str = "123456",
    who: Account | None = None, **fields: Any,
) -> ReplyLink:  # fmt: skip
    """A link by mail that opens for two weeks; `token` is what stands after /reply/ in its address."""
    values: dict[str, Any] = {
        "provider": "Dr. Ingrid Lang", "channel": "mail", "to_address": "lang@practice.example",
        "expires_at": NOW + timedelta(days=14),
    } | fields  # fmt: skip
    row = ReplyLink(
        org_id=review.org_id, review_id=review.id, patient_id=patient.id, token_sha256=digest(token),
        code_hash=hashed(code), created_by=_id(who), created_at=NOW, **values,
    )  # fmt: skip
    return _put(session, row)
