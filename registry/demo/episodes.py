"""The frame of an episode: referral, outreach, consent, enrolment, close, and what comes next."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from registry.demo import curves, forms, visits, words
from registry.demo.case import GAD7, PHQ9, Case
from registry.demo.cast import Clinic, Clinician
from registry.demo.forms import Sheet
from registry.demo.people import Person
from registry.demo.rows import Rows, at, working, working_before
from registry.demo.statuses import move

CONDITIONS = {
    PHQ9: (("depression", "F32.1"), ("depression", "F33.1"), ("depression", "F33.1"), ("depression", "F32.2"),
           ("depression", "F33.2"), ("depression", "F34.1")),
    GAD7: (("anxiety", "F41.1"), ("anxiety", "F41.1"), ("anxiety", "F41.0")),
}  # fmt: skip
ANXIOUS_SHARE = 0.16
SCRIPT = "2026-01"
CLOSE_REASONS = {
    curves.REMITTER: (("graduated", 9), ("transferred", 1)),
    curves.RESPONDER: (("graduated", 6), ("withdrew", 2), ("transferred", 1)),
    curves.PARTIAL: (("transferred", 4), ("withdrew", 3), ("graduated", 2), ("other", 1)),
    curves.NON_RESPONDER: (("transferred", 6), ("withdrew", 2), ("other", 1)),
    curves.DETERIORATING: (("transferred", 1),),
    curves.UNREACHABLE: (("lost_to_follow_up", 5), ("administrative_inactivity", 4)),
}
REASONS = ("PHQ-9 {n} at the annual visit.", "Asks for help with mood; declined before.", "Started an SSRI, wants follow-up.",
           "Panic in the waiting room; GAD-7 high.", "Depression and diabetes out of control.", "PHQ-9 {n} after hospital stay.")  # fmt: skip


@dataclass(frozen=True)
class Span:
    """When an episode ran: days from enrolment to today or to its close."""

    enrolled_on: date
    last_on: date
    closes: bool


def begin(rows: Rows, clinic: Clinic, person: Person, kind: str, span: Span, today: date) -> Case:
    """Open an episode with everything up to its enrolment."""
    rng = rows.rng
    primary = GAD7 if rng.random() < ANXIOUS_SHARE and not person.young else PHQ9
    weeks = (span.last_on - span.enrolled_on).days / 7
    phq9 = curves.phq9_curve(rng, kind, weeks, elevated=primary == PHQ9)
    reason = _weighted(rng, CLOSE_REASONS[kind]) if span.closes else ""
    if reason == "lost_to_follow_up" and kind != curves.UNREACHABLE:
        reason = "withdrew"
    case = Case(
        rows, clinic, person, kind, today, rows.new_id(), working_before(span.enrolled_on - timedelta(days=rng.randint(4, 16))),
        span.enrolled_on, span.last_on, primary, phq9, curves.gad7_curve(rng, phq9, primary == GAD7),
        rng.choice(words.YOUNG_GOALS if person.young else words.GOALS), _therapist(rng, clinic, person), reason,
        rng.choices((0.015, 0.3), (80, 20))[0], rng.random() < 0.12,
    )  # fmt: skip
    _open(case)
    _screen(case)
    _way_in(case)
    return case


def _therapist(rng: Random, clinic: Clinic, person: Person) -> Clinician | None:
    return clinic.therapist if clinic.therapist and not person.young and rng.random() < 0.14 else None


def _weighted(rng: Random, pairs: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([value for value, _ in pairs], [weight for _, weight in pairs])[0]


def _open(case: Case) -> None:
    rng, clinic = case.rng, case.clinic
    condition, icd10 = rng.choice(CONDITIONS[case.primary])
    case.rows.add(
        "episode", id=case.episode_id, patient_id=case.person.id, clinic_id=clinic.id, referred_on=case.referred_on,
        referral_reason=rng.choice(REASONS).format(n=case.phq9.baseline), enrolled_on=case.enrolled_on,
        primary_condition=condition, icd10=icd10, primary_scale=case.primary, target=case.goal,
        psychosocial=words.circumstances(rng, case.person.age), care_manager_id=clinic.care_manager.id,
        consultant_id=clinic.consultant.id, therapist_id=case.therapist.id if case.therapist else None,
        closed_on=case.last_on if case.closes else None, close_reason=case.closes or None,
        opened_at=at(case.referred_on),
    )  # fmt: skip


def _screen(case: Case) -> None:
    """What made the patient eligible, from the practice's own records."""
    total = max(10, min(25, case.phq9.baseline + case.rng.randint(-2, 2)))
    on = working_before(case.referred_on + timedelta(days=1))
    forms.phq9(case.rows, Sheet(case.person, on, "self", forms.FROM_RECORDS), total, 0)
    case.rows.add("practice_visit", patient_id=case.person.id, on=on, title="Office visit", visit_class="ambulatory",
                  source=forms.FROM_RECORDS)  # fmt: skip


def _way_in(case: Case) -> None:
    """Referred, called once or twice, consented, enrolled."""
    rng = case.rng
    move(case, "referred", case.referred_on)
    called = min(case.enrolled_on, working(case.referred_on + timedelta(days=rng.randint(1, 3))))
    move(case, "outreach", called)
    if rng.random() < 0.4:
        visits.attempt(case, called)
    agreed = min(case.enrolled_on, working(called + timedelta(days=rng.randint(0, 4))))
    visits.attempt(case, agreed, rng.choice(words.REACHED[1:]), reached=True)
    consent(case, agreed)
    move(case, "consented", agreed)
    move(case, "enrolled", case.enrolled_on)


def consent(case: Case, on: date) -> None:
    young = case.person.young
    case.rows.add(
        "consent", episode_id=case.episode_id, given_on=on, given_by="parent" if young else "patient",
        how=case.rng.choice(("verbal", "verbal", "written")), script_version=SCRIPT, cost_share_told=True,
        consult_permitted=True, obtained_by=case.clinic.care_manager.id, recorded_at=at(on, 18),
    )  # fmt: skip


def next_action(case: Case, action: str, due_on: date) -> None:
    changed = case.contacts[-1][1] if case.contacts else case.referred_on
    case.rows.add("next_action", episode_id=case.episode_id, action=action, due_on=due_on,
                  owner_id=case.author.id, changed_at=at(changed, 18), changed_by=case.author.id)  # fmt: skip
