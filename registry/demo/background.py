"""What else the chart holds: problems, checks that somebody asked, visits to the practice."""

from datetime import date, timedelta

from registry.demo.case import Case
from registry.demo.forms import ENTERED, FROM_RECORDS
from registry.demo.people import Person
from registry.demo.rows import Rows, at

TITLES = {
    "F32.1": "Major depressive disorder, single episode, moderate",
    "F32.2": "Major depressive disorder, single episode, severe without psychotic features",
    "F33.1": "Major depressive disorder, recurrent, moderate",
    "F33.2": "Major depressive disorder, recurrent severe without psychotic features",
    "F34.1": "Dysthymic disorder",
    "F41.1": "Generalized anxiety disorder",
    "F41.0": "Panic disorder",
    "F32.A": "Depression, unspecified",
}
BODY = (
    ("I10", "Essential hypertension"), ("E11.9", "Type 2 diabetes"), ("G47.33", "Obstructive sleep apnea"),
    ("M17.9", "Osteoarthritis of knee"), ("J45.909", "Asthma"), ("E03.9", "Hypothyroidism"), ("K21.9", "Reflux disease"),
    ("G89.29", "Chronic pain"), ("E66.9", "Obesity"), ("G43.909", "Migraine"),
)  # fmt: skip
CHECKS = {
    "bipolar": (0.93, 0.03, "MDQ"),
    "psychosis": (0.7, 0.02, ""),
    "trauma": (0.92, 0.35, "asked at intake"),
    "alcohol_drugs": (0.94, 0.16, "AUDIT-C"),
    "adhd": (0.3, 0.12, ""),
    "sleep": (0.85, 0.25, "STOP-BANG"),
    "pain": (0.5, 0.4, ""),
    "medical": (0.92, 0.15, "TSH seen"),
    "pregnancy": (0.6, 0.03, ""),
    "eating": (0.4, 0.05, ""),
}
"""Topic: how often it was asked, how often the answer was yes, and with what."""


def known_before(case: Case) -> None:
    """Everything that is on file around the enrolment."""
    rows = case.rows
    icd10 = next(r["icd10"] for r in reversed(rows.tables["episode"]) if r["id"] == case.episode_id)
    problem(rows, case.person, icd10, TITLES[icd10], True, case.referred_on)
    body(rows, case.person, case.referred_on)
    for topic, (asked, yes, note) in CHECKS.items():
        if topic == "pregnancy" and (case.person.sex != "female" or case.person.age > 50):
            continue
        if case.rng.random() < asked:
            _check(case, topic, case.rng.random() < yes, note)


def problem(rows: Rows, person: Person, code: str, title: str, behavioural: bool, on: date) -> None:
    rows.add("problem", patient_id=person.id, code_system="ICD-10-CM", code=code, title=title, behavioural=behavioural,
             onset_on=on, source=ENTERED if behavioural else FROM_RECORDS, recorded_at=at(on))  # fmt: skip


def body(rows: Rows, person: Person, before: date) -> None:
    """Physical problems, more with age."""
    rng = rows.rng
    for code, title in rng.sample(
        BODY, rng.choice((0, 0, 1)) if person.age < 40 else rng.choice((0, 1, 2, 3))
    ):
        problem(rows, person, code, title, False, before - timedelta(days=rng.randint(200, 3000)))


def _check(case: Case, topic: str, positive: bool, note: str) -> None:
    case.rows.add("check_answer", patient_id=case.person.id, topic=topic, positive=positive, on=case.enrolled_on,
                  note=f"{note} {'positive' if positive else 'negative'}" if note in ("MDQ", "AUDIT-C") else note,
                  recorded_by=case.clinic.care_manager.id, recorded_at=at(case.enrolled_on, 18))  # fmt: skip
