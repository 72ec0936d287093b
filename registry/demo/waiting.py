"""Patients at the door: referrals that wait for a call, high scores that nobody has referred, low ones."""

from datetime import date, timedelta

from registry.demo import background, forms, words
from registry.demo.cast import Clinic
from registry.demo.forms import Sheet
from registry.demo.people import Person, register
from registry.demo.rows import Rows, at, working, working_before

REFERRALS = ((1, 0, ""), (4, 0, ""), (6, 1, ""), (9, 2, ""), (15, 3, ""), (33, 4, ""), (5, 1, "reached"))
"""Days since the referral, attempts, and whether somebody was reached."""
ELIGIBLE_AGES = (2, 5, 9, 14, 22)
"""Days since the high score."""
LOW_SCORES = 10


def at_the_door(rows: Rows, clinic: Clinic, today: date) -> None:
    for days, attempts, reached in REFERRALS:
        _referral(
            rows, clinic, today, working_before(today - timedelta(days=days - 1)), attempts, bool(reached)
        )
    for days in ELIGIBLE_AGES:
        _screened(rows, clinic, today, today - timedelta(days=days), rows.rng.randint(10, 21))
    for _ in range(LOW_SCORES):
        _screened(
            rows, clinic, today, today - timedelta(days=rows.rng.randint(3, 400)), rows.rng.randint(0, 8)
        )


def _screened(rows: Rows, clinic: Clinic, today: date, day: date, total: int) -> Person:
    """A patient with a score from the practice's own records and no episode."""
    on = working_before(day + timedelta(days=1))
    person = register(rows, clinic, today, on - timedelta(days=rows.rng.randint(0, 900)))
    sheet = Sheet(person, on, "self", forms.FROM_RECORDS)
    forms.phq9(rows, sheet, total, 0)
    if total >= 10 or rows.rng.random() < 0.3:
        forms.gad7(rows, sheet, max(0, min(21, total - rows.rng.randint(0, 6))))
    rows.add("practice_visit", patient_id=person.id, on=on, title="Annual visit", visit_class="ambulatory",
             source=forms.FROM_RECORDS)  # fmt: skip
    if total >= 10:
        background.problem(rows, person, "F32.A", background.TITLES["F32.A"], True, on)
    background.body(rows, person, on)
    return person


def _referral(rows: Rows, clinic: Clinic, today: date, on: date, attempts: int, reached: bool) -> None:
    total = rows.rng.randint(11, 20)
    person = _screened(rows, clinic, today, on, total)
    manager = clinic.care_manager.id
    episode = rows.add(
        "episode", patient_id=person.id, clinic_id=clinic.id, referred_on=on, care_manager_id=manager,
        consultant_id=clinic.consultant.id, opened_at=at(on, 16),
        referral_reason=f"PHQ-9 {total} at the annual visit, agrees to a call.",
    )  # fmt: skip
    rows.add(
        "episode_status",
        episode_id=episode,
        status="referred",
        on=on,
        recorded_at=at(on, 16),
        recorded_by=manager,
    )
    days = _call_days(on, attempts, working_before(today))
    for n, day in enumerate(days):
        spoke = reached and n == len(days) - 1
        _call(rows, clinic, person, episode, day, spoke, n)
    if days:
        rows.add("episode_status", episode_id=episode, status="outreach", on=days[0], recorded_at=at(days[0], 18),
                 recorded_by=manager)  # fmt: skip
    action = (
        "Initial assessment"
        if reached
        else "Call to offer the program"
        if attempts < 3
        else "Letter, then tell the PCP"
    )
    due = working(today + timedelta(days=rows.rng.randint(0, 4)))
    rows.add("next_action", episode_id=episode, action=action, due_on=due, owner_id=manager, changed_at=at(on, 18),
             changed_by=manager)  # fmt: skip


def _call_days(referred_on: date, attempts: int, yesterday: date) -> list[date]:
    step = max(1, (yesterday - referred_on).days // (attempts + 1))
    days = [working(referred_on + timedelta(days=1 + n * step)) for n in range(attempts)]
    return [day for day in days if day <= yesterday]


def _call(rows: Rows, clinic: Clinic, person: Person, episode: object, on: date, spoke: bool, n: int) -> None:
    note = words.REACHED[0] if spoke else rows.rng.choice(words.OUTREACH[:4])
    rows.add("contact", patient_id=person.id, episode_id=episode, kind="outreach_attempt", on=on,
             modality="video" if n == 2 else "phone", reached=spoke, note=note, interventions=[],
             author_id=clinic.care_manager.id, author_role="care_manager", recorded_at=at(on, 18))  # fmt: skip
