"""Patients as they register: who they are, how to reach them, who pays."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from registry.demo.cast import Clinic, Clinician
from registry.demo.names import POOLS, Pool
from registry.demo.rows import Rows, at
from registry.models import fold

ADOLESCENT_SHARE = 0.09
GENDERS = (("", ""),) * 30 + (
    ("nonbinary", "they/them"),
    ("transgender man", "he/him"),
    ("transgender woman", "she/her"),
)
CONTACT_NOTES = (
    "after 3 pm", "mornings before 10", "works nights, call after 2 pm", "Tuesdays and Thursdays only",
    "no voicemail", "text first, then call", "lunch hour 12 to 1", "shares the phone with her sister", "evenings",
)  # fmt: skip
STREETS = (
    "Mill St",
    "Linden Ave",
    "Canal Rd",
    "Cedar Ct",
    "Harbor Way",
    "Prospect St",
    "Fourth Ave",
    "Juniper Ln",
)
CAREGIVERS = ("mother", "father", "grandmother", "aunt")


@dataclass(frozen=True)
class Person:
    """What the rest of a history needs to know of a patient."""

    id: UUID
    given: str
    family: str
    sex: str
    age: int
    language: str
    interpreter: bool
    caregiver: str
    pcp: Clinician

    @property
    def young(self) -> bool:
        return self.age < 18


def register(rows: Rows, clinic: Clinic, today: date, added_on: date, youngest: int = 13) -> Person:
    """Add a patient of a clinic with their periods of coverage; adolescents are `youngest` at least."""
    rng = rows.rng
    pool = rng.choices(POOLS, [p.weight for p in POOLS])[0]
    sex = rng.choices(("female", "male"), (66, 34))[0]
    young = rng.random() < ADOLESCENT_SHARE
    born = _birth_date(rng, today, youngest if young else 0)
    age = _age(born, today)
    given, family = rng.choice(pool.women if sex == "female" else pool.men), rng.choice(pool.families)
    speaks = pool.language if rng.random() < pool.speakers else "en"
    pcp = rng.choice(clinic.providers)
    caregiver = _caregiver(rng, pool, family) if young else ""
    interpreter = speaks != "en" and rng.random() < 0.7
    patient_id = rows.add(
        "patient", clinic_id=clinic.id, mrn=_mrn(rows), family_name=family, given_name=given,
        search_name=fold(f"{family} {given}"), search_given=fold(given), birth_date=born, sex=sex,
        race=pool.race, ethnicity=pool.ethnicity, language=speaks, interpreter=interpreter, caregiver=caregiver,
        pcp_id=pcp.id, added_at=at(added_on, 14), added_by=clinic.care_manager.id,
        **_ways_to_reach(rng, given, family), **_identity(rng),
    )  # fmt: skip
    _cover(rows, patient_id, age, today)
    return Person(patient_id, given, family, sex, age, speaks, interpreter, caregiver, pcp)


def _birth_date(rng: Random, today: date, youngest: int) -> date:
    """Adolescents are `youngest` to 17 today, so that they were 12 at least when their episode began."""
    age = rng.randint(youngest, 17) if youngest else min(88, max(19, round(rng.gauss(46, 16))))
    return _years_before(today, age) - timedelta(days=rng.randint(0, 330))


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _mrn(rows: Rows) -> str:
    """Numbers rise with the day of entry and never repeat."""
    return str(1158200 + 7 * len(rows.tables["patient"]) + rows.rng.randint(0, 6))


def _caregiver(rng: Random, pool: Pool, family: str) -> str:
    who = rng.choice(CAREGIVERS)
    names = pool.men if who == "father" else pool.women
    return f"{rng.choice(names)} {family} ({who}), (555) 010-{rng.randint(3000, 3999)}"


def _ways_to_reach(rng: Random, given: str, family: str) -> dict[str, object]:
    number = rng.randint(4000, 9999)
    address = f"{rng.randint(2, 940)} {rng.choice(STREETS)}"
    mailbox = f"{fold(given)}.{fold(family)}".replace(" ", "").replace("'", "")
    return {
        "phone": f"(555) 010-{number}",
        "email": f"{mailbox}@mail.example" if rng.random() < 0.6 else "",
        "address": address,
        "contact_by": rng.choices(("phone", "text", "video"), (7, 3, 1))[0],
        "contact_note": rng.choice(CONTACT_NOTES) if rng.random() < 0.35 else "",
        "voicemail_ok": rng.random() < 0.7,
        "text_ok": rng.random() < 0.55,
    }


def _identity(rng: Random) -> dict[str, str]:
    gender, pronouns = rng.choice(GENDERS)
    return {"gender_identity": gender, "pronouns": pronouns}


PLANS = {
    "medicaid_managed_care": ("Fidelis Care", "Healthfirst PHSP", "Molina Healthcare"),
    "medicaid_ffs": ("State Medicaid",),
    "child_health_plus": ("Child Health Plus",),
    "essential_plan": ("Essential Plan 1",),
    "medicare": ("Medicare Part B", "Humana Gold Plus"),
    "dual_medicare_medicaid": ("Medicare and Medicaid",),
    "commercial": ("Blue Cross PPO", "Aetna Choice", "Cigna Open Access"),
    "self_pay": ("",),
}


def _cover(rows: Rows, patient_id: UUID, age: int, today: date) -> None:
    """One payer, or in one case of six a change of payer within the last two years."""
    rng, began = rows.rng, today - timedelta(days=rows.rng.randint(900, 2600))
    if rng.random() < 1 / 6:
        changed = today - timedelta(days=rng.randint(40, 700))
        _period(rows, patient_id, age, began, changed - timedelta(days=1))
        began = changed
    _period(rows, patient_id, age, began, None)


def _period(rows: Rows, patient_id: UUID, age: int, began: date, ended: date | None) -> None:
    payer = _payer(rows.rng, age)
    rows.add("coverage", patient_id=patient_id, payer_category=payer, plan_name=rows.rng.choice(PLANS[payer]),
             started_on=began, ended_on=ended)  # fmt: skip


def _payer(rng: Random, age: int) -> str:
    if age < 18:
        return rng.choices(("medicaid_managed_care", "child_health_plus", "commercial"), (5, 3, 3))[0]
    if age >= 65:
        return rng.choices(("medicare", "dual_medicare_medicaid"), (6, 4))[0]
    kinds = ("medicaid_managed_care", "medicaid_ffs", "commercial", "essential_plan", "self_pay")
    return rng.choices(kinds, (48, 8, 32, 8, 4))[0]
