"""What a consultant recommends at a point of the course, and why the PCP may decline."""

from dataclasses import dataclass
from random import Random

from registry.demo import drugs
from registry.demo.drugs import Dose
from registry.demo.people import Person

THERAPIES = {
    "behavioural_activation": "behavioral activation weekly for six weeks",
    "problem_solving": "problem-solving treatment, six sessions",
    "cbt": "CBT with the therapist, weekly",
}
DECLINED = (
    "Patient prefers therapy first.", "Blood pressure too high for now.", "Patient does not want a higher dose.",
    "Waits for the sleep study.", "Interaction with other medication.",
)  # fmt: skip
MODIFIED = ("Half the step first.", "Starts after the holiday.", "At night instead of the morning.")
CLARIFY = (
    "Ask about past mania before the next step.", "Ask about snoring and daytime sleep; STOP-BANG.",
    "Take an AUDIT-C; evenings sound like alcohol.", "PC-PTSD-5 at the next call.",
)  # fmt: skip
DEFERRED = ("Wants to see the patient first, visit booked.", "Lab first.")


@dataclass(frozen=True)
class Advice:
    """One recommendation; `dose` is what changes when it is carried out, `stops` the drug that ends with it."""

    category: str
    text: str
    weeks: int | None
    if_fails: str
    dose: Dose | None = None
    stops: str = ""
    therapy: str = ""


@dataclass(frozen=True)
class Standing:
    """Where the treatment stands on the day of a review."""

    person: Person
    dose: Dose | None
    weeks_on_dose: float
    tried: frozenset[str]
    therapy: str
    better: bool
    worse: bool


def advise(rng: Random, now: Standing) -> list[Advice]:
    """One to three recommendations, the main one first."""
    main = _main(rng, now)
    return [main, *_beside(rng, now, main)]


def _main(rng: Random, now: Standing) -> Advice:
    if now.better and not now.worse:
        return _continue(now)
    if now.dose is None:
        return _begin(rng, now)
    higher = drugs.next_dose(now.dose, now.person)
    if now.weeks_on_dose < 4 and not now.worse:
        return _continue(now)
    if higher:
        return Advice("increase", f"Increase {higher.drug} from {now.dose.mg} to {higher.mg} mg a day.", 4,
                      _second_step(rng, now), higher)  # fmt: skip
    return _change(rng, now)


def _continue(now: Standing) -> Advice:
    if now.dose is None:
        return Advice(
            "continue",
            "Continue the present plan without medication.",
            6,
            "Start an SSRI if PHQ-9 is 10 or more.",
        )
    return Advice("continue", f"Continue {now.dose.drug} {now.dose.mg} mg.", 6, "Increase by one step.")


def _begin(rng: Random, now: Standing) -> Advice:
    options = [d for d in (drugs.YOUNG if now.person.young else drugs.FIRST) if d not in now.tried]
    drug = rng.choice(options or ["sertraline"])
    dose = Dose(drug, drugs.steps(drug, now.person)[0])
    return Advice("start", f"Start {drug} {dose.mg} mg a day.", 6, _second_step(rng, now), dose)


def _change(rng: Random, now: Standing) -> Advice:
    assert now.dose is not None, "only what is taken can be changed"
    options = [d for d in (drugs.YOUNG if now.person.young else drugs.SECOND) if d not in now.tried]
    if not options or (rng.random() < 0.35 and not now.person.young):
        return _augment(rng, now)
    drug = rng.choice(options)
    dose = Dose(drug, drugs.steps(drug, now.person)[0])
    text = f"Cross-taper {now.dose.drug} {now.dose.mg} mg to {drug} {dose.mg} mg over two weeks."
    return Advice("switch", text, 6, f"Raise {drug}, then consult again.", dose, stops=now.dose.drug)


def _augment(rng: Random, now: Standing) -> Advice:
    drug = rng.choice([d for d in drugs.ADDED if d not in now.tried] or ["buspirone"])
    dose = Dose(drug, drugs.ADDED[drug])
    return Advice(
        "augment", f"Add {drug} {dose.mg} mg a day.", 4, "Stop it again and see the patient directly.", dose
    )


def _second_step(rng: Random, now: Standing) -> str:
    return rng.choice(("Raise by one more step, then consult again.", "Switch to another class.", "Add behavioral activation.",
                       "Switch to venlafaxine and check blood pressure.", "I would like to see the patient."))  # fmt: skip


def _beside(rng: Random, now: Standing, main: Advice) -> list[Advice]:
    found = []
    if not now.better and not now.therapy and rng.random() < 0.7:
        code = rng.choice(tuple(THERAPIES))
        found.append(Advice("therapy", f"Begin {THERAPIES[code]}.", 6, "Change the therapy.", therapy=code))
    if main.dose and rng.random() < 0.35:
        found.append(_lab(rng, now, main.dose))
    elif rng.random() < 0.08:
        found.append(Advice("clarify_diagnosis", rng.choice(CLARIFY), None, ""))
    return found


def _lab(rng: Random, now: Standing, dose: Dose) -> Advice:
    if dose.drug in ("venlafaxine", "duloxetine", "bupropion"):
        return Advice(
            "labs",
            "Check blood pressure two weeks after the change.",
            2,
            "Above 150/95: back to the last dose.",
        )
    if now.person.age >= 65:
        return Advice("labs", "Check sodium two weeks after the change.", 2, "Below 130: stop and call.")
    if dose.drug == "mirtazapine":
        return Advice("labs", "Weigh at each visit.", 4, "Five percent more: change the drug.")
    return Advice(
        "labs",
        rng.choice(("Check TSH once.", "Check TSH and vitamin B12.", "Check A1c with the next draw.")),
        4,
        "",
    )
