"""Medications as they happen: started by the PCP, changed on advice, stopped with a reason."""

from datetime import date, timedelta
from uuid import UUID

from registry.demo import drugs
from registry.demo.advice import Advice
from registry.demo.case import Case
from registry.demo.drugs import Dose
from registry.demo.rows import at, working, working_before

STARTED_BY_PCP = 0.62
EARLIER_TRIAL = 0.3
OTHER_DRUGS = (("lisinopril", 10, "hypertension"), ("metformin", 1000, "diabetes"), ("levothyroxine", 0.075, "hypothyroidism"),
               ("omeprazole", 20, "reflux"), ("atorvastatin", 20, "high cholesterol"))  # fmt: skip


def before_enrolment(case: Case) -> None:
    """Earlier trials, what the PCP has begun, and what is taken for the body."""
    rng = case.rng
    if not case.tried and rng.random() < EARLIER_TRIAL and not case.person.young:
        _earlier_trial(case)
    if rng.random() < STARTED_BY_PCP:
        began = case.enrolled_on + timedelta(days=rng.randint(-25, 5))
        _start(case, Dose(_first_drug(case), 0), working(began))
    if case.person.age > 45 and rng.random() < 0.5:
        name, mg, why = rng.choice(OTHER_DRUGS)
        on = case.referred_on - timedelta(days=rng.randint(200, 1500))
        _event(
            case,
            _medication(case, name, on, why, psychotropic=False),
            "start",
            on,
            mg,
            f"{mg:g} mg every morning",
        )


def _earlier_trial(case: Case) -> None:
    rng = case.rng
    drug = rng.choice(drugs.FIRST)
    stopped = case.referred_on - timedelta(days=rng.randint(120, 1400))
    started = stopped - timedelta(days=rng.randint(30, 260))
    doses = drugs.steps(drug, case.person)
    medication = _medication(case, drug, started, "depression")
    _dose_event(case, medication, "start", started, Dose(drug, doses[0]))
    if len(doses) > 1 and (stopped - started).days > 70:
        _dose_event(
            case, medication, "change", started + timedelta(days=rng.randint(28, 60)), Dose(drug, doses[1])
        )
    _event(case, medication, "stop", stopped, None, "", rng.choice(drugs.STOP_REASONS))
    case.tried.add(drug)


def _first_drug(case: Case) -> str:
    options = [d for d in (drugs.YOUNG if case.person.young else drugs.FIRST) if d not in case.tried]
    return case.rng.choice(options or ["sertraline"])


def _start(case: Case, dose: Dose, on: date) -> None:
    if not dose.mg:
        dose = Dose(dose.drug, drugs.steps(dose.drug, case.person)[0])
    case.medication_id = _medication(
        case, dose.drug, on, "anxiety" if case.primary == "gad7" else "depression"
    )
    _dose_event(case, case.medication_id, "start", on, dose)
    case.dose, case.dose_since = dose, on
    case.tried.add(dose.drug)


def carry_out(case: Case, advice: Advice, on: date) -> None:
    """Do what was accepted."""
    if advice.therapy:
        case.therapy, case.therapy_from = advice.therapy, on
    if advice.dose is None:
        return
    if advice.category == "augment":
        added = _medication(case, advice.dose.drug, on, "depression")
        _dose_event(case, added, "start", on, advice.dose)
        case.tried.add(advice.dose.drug)
        case.dose_since = on
    elif advice.category == "increase" and case.medication_id:
        _dose_event(case, case.medication_id, "change", on, advice.dose)
        case.dose, case.dose_since = advice.dose, on
    else:
        _stop_current(case, on + timedelta(days=12 if advice.stops else 0))
        _start(case, advice.dose, on)


def _stop_current(case: Case, on: date) -> None:
    """The old drug ends with the taper, unless that day is still to come."""
    if case.medication_id and on <= working_before(case.today):
        _event(case, case.medication_id, "stop", on, None, "", "switched")


def _medication(case: Case, name: str, on: date, why: str, psychotropic: bool = True) -> UUID:
    return case.rows.add("medication", patient_id=case.person.id, name=name, psychotropic=psychotropic, indication=why,
                         recorded_by=case.clinic.care_manager.id, recorded_at=at(on, 17))  # fmt: skip


def _dose_event(case: Case, medication: UUID, kind: str, on: date, dose: Dose) -> None:
    _event(case, medication, kind, on, dose.mg, dose.text)


def _event(
    case: Case, medication: UUID, kind: str, on: date, mg: float | None, text: str, reason: str = ""
) -> None:
    case.rows.add("dose_event", medication_id=medication, kind=kind, on=on, dose_mg=mg, text=text, reason=reason,
                  recorded_by=case.clinic.care_manager.id, recorded_at=at(on, 17))  # fmt: skip
