"""What else bears on a medication: age, conditions, other drugs, how regularly it is taken, the results so far."""

from datetime import date
from typing import NamedTuple

from registry.clinical.adherence import reports
from registry.clinical.care import HealthFact, LabResult
from registry.clinical.dates import age_on
from registry.clinical.drugs import Drug, ingredients
from registry.clinical.facts import EpisodeFacts, Medication
from registry.clinical.pathways import URINE, urine_screens
from registry.clinical.result_limits import LITHIUM_URGENT

FERTILE = range(12, 56)
"""Years of age in which a pregnancy is thought of (I)."""
SETTLED = 91
"""Days on one dose after which it counts as settled (I)."""
NO_LONGER = ("no", "resolved", "not_needed")


class Circumstances(NamedTuple):
    """One medication of one patient on one day."""

    facts: EpisodeFacts
    medication: Medication
    today: date
    started_on: date
    since_step: date  # the start or the last change of dose
    age: int | None

    @property
    def days(self) -> int:
        """Days since the start of the present run."""
        return (self.today - self.started_on).days

    def has(self, *conditions: str) -> bool:
        """One of these conditions is on file and was not resolved."""
        return any(code in conditions for code in conditions_of(self.facts))

    def takes(self, *flags: str) -> bool:
        """Another drug with one of these flags is taken."""
        own = ingredients(self.medication.name)
        others = (drug for m in taken(self.facts, self.today) for drug in ingredients(m.name))
        return any(drug.flags.intersection(flags) for drug in others if drug not in own)

    def results(self, *codes: str) -> list[LabResult]:
        """The results of a code, or of those that stand for it, oldest first; a urine screen may stand on a pathway."""
        care = self.facts.care
        rows = urine_screens(care) if URINE in codes else care.results
        return [r for r in rows if r.code in codes and r.on <= self.today]

    @property
    def pregnancy_possible(self) -> bool:
        """Female, of an age for it, and nothing on file that rules it out."""
        return pregnancy_possible(self.facts, self.today)

    @property
    def adherence(self) -> int | None:
        """The last that was told of this medication, or of all."""
        told = reports(self.facts, self.medication.id)
        return told[-1].percent if told else None

    @property
    def is_stable(self) -> bool:
        """The last two levels since the last step lie in their laboratory's range, or below 1.2 where it gave none.

        One such level is enough where the dose has been the same for a quarter of a year (I).
        """
        levels = [r for r in self.results("lithium_level") if r.on > self.since_step and r.value is not None]
        settled = len(levels) > 1 or (self.today - self.since_step).days >= SETTLED
        return bool(levels) and settled and all(_inside(r) for r in levels[-2:])


def _inside(result: LabResult) -> bool:
    value = result.value or 0.0
    low, high = result.low or 0.0, LITHIUM_URGENT if result.high is None else result.high
    return low <= value <= high and value < LITHIUM_URGENT


def circumstances(facts: EpisodeFacts, medication: Medication, today: date) -> Circumstances | None:
    """Of a medication that is taken today; None of any other."""
    started = medication.started_on(today)
    if started is None or not medication.is_current(today):
        return None
    steps = [e.on for e in medication.events if e.on <= today and e.taken and e.kind != "split"]
    return Circumstances(facts, medication, today, started, steps[-1], age_on(facts.birth_date, today))


def taken(facts: EpisodeFacts, today: date) -> list[Medication]:
    """Every drug that is taken today, those for the body included."""
    return [m for m in (*facts.medications, *facts.beside) if m.is_current(today)]


def drugs_of(medication: Medication) -> tuple[Drug, ...]:
    """What the catalogue knows of a medication."""
    return ingredients(medication.name)


def latest(facts: EpisodeFacts, kind: str) -> dict[str, HealthFact]:
    """Of each code of a kind the latest row: it takes the place of the earlier ones."""
    return {row.code: row for row in facts.care.health if row.kind == kind}


def conditions_of(facts: EpisodeFacts) -> list[str]:
    """The conditions on file that were not resolved."""
    return [code for code, row in latest(facts, "comorbidity").items() if row.value not in NO_LONGER]


def is_pregnant(facts: EpisodeFacts) -> bool | None:
    """Pregnant or not, None where nobody asked."""
    return _answer(facts, "pregnancy")


def pregnant_since(facts: EpisodeFacts) -> date | None:
    """The day from which a pregnancy that goes on is on record, None where there is none."""
    if not is_pregnant(facts):
        return None
    told = [row for row in facts.care.health if row.kind == "pregnancy"]
    others = [row.on for row in told if row.value != "yes"]
    days = [row.on for row in told if row.value == "yes" and row.on >= max(others, default=row.on)]
    check = facts.check("pregnancy")
    return min([*days, *([check.on] if check and check.positive else [])])


def _answer(facts: EpisodeFacts, kind: str) -> bool | None:
    rows = [row for row in facts.care.health if row.kind == kind]
    check = facts.check(kind)
    if rows and (check is None or rows[-1].on >= check.on):
        return {"yes": True, "no": False, "not_needed": False}.get(rows[-1].value)
    return check.positive if check else None


def pregnancy_possible(facts: EpisodeFacts, today: date) -> bool:
    """Female, of an age for it, and nothing on file that rules it out."""
    age = age_on(facts.birth_date, today)
    ruled_out = any(row.kind == "contraception" and row.value == "not_needed" for row in facts.care.health)
    return facts.sex == "female" and age is not None and age in FERTILE and not ruled_out
