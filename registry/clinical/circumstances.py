"""What else bears on a medication: age, conditions, other drugs, how regularly it is taken, the results so far."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from registry.clinical.adherence import reports
from registry.clinical.care import HealthFact, LabResult
from registry.clinical.dates import age_on, birthday
from registry.clinical.drugs import Drug, ingredients
from registry.clinical.facts import RENEWAL, EpisodeFacts, Medication
from registry.clinical.pathways import URINE, urine_screens
from registry.clinical.pregnancy import pregnancy_possible
from registry.clinical.result_limits import LITHIUM_URGENT
from registry.clinical.treatment import dose_steps

SETTLED = 91
"""Days on one dose after which it counts as settled (I)."""
NO_LONGER = ("no", "resolved", "not_needed")


class Circumstances(NamedTuple):
    """One medication of one patient on one day."""

    facts: EpisodeFacts
    medication: Medication
    today: date
    started_on: date
    stopped_on: date | None  # the day on which the run before this one ended
    steps: tuple[
        date, ...
    ]  # since the last interruption: its end and each change of dose after it, never empty
    age: int | None

    @property
    def since_step(self) -> date:
        """The start or the last change of dose."""
        return self.steps[-1]

    @property
    def days(self) -> int:
        """Days since the start of the present run."""
        return (self.today - self.started_on).days

    def has(self, *conditions: str) -> bool:
        """One of these conditions is on file and was not resolved."""
        return bool(self.has_since(*conditions))

    def has_since(self, *conditions: str) -> list[date]:
        """The days from which these conditions are on file."""
        since: dict[str, date | None] = {}
        for row in self.facts.care.health:
            if row.kind == "comorbidity" and row.code in conditions:
                since[row.code] = None if row.value in NO_LONGER else since.get(row.code) or row.on
        return [on for on in since.values() if on]

    def takes(self, *flags: str) -> bool:
        """Another drug with one of these flags is taken."""
        return bool(self.takes_since(*flags))

    def takes_since(self, *flags: str) -> list[date]:
        """The days from which other drugs with one of these flags are taken."""
        own = ingredients(self.medication.name)
        days = (
            medication.started_on(self.today)
            for medication in taken(self.facts, self.today)
            for drug in ingredients(medication.name)
            if drug not in own and drug.flags.intersection(flags)
        )
        return [on for on in days if on]

    def older_since(self, age: int) -> list[date]:
        """The birthday on which an age was reached, none where it was not, or is not known."""
        born = self.facts.birth_date
        return [birthday(born, age)] if born and self.age is not None and self.age >= age else []

    def results(self, *codes: str) -> list[LabResult]:
        """The results of a code, or of those that stand for it, oldest first; a urine screen may stand on a pathway."""
        care = self.facts.care
        rows = urine_screens(care) if URINE in codes else care.results
        return [r for r in rows if r.code in codes and r.on <= self.today]

    @property
    def pregnancy_possible(self) -> bool:
        """Nothing on file rules it out."""
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
    """Of a medication that is taken today; None of any other, and of one whose start was taken back."""
    run, at_once = medication.run_on(today), medication.run_on(today, held=RENEWAL)
    if run is None or at_once is None or not medication.is_current(today):
        return None
    days = [on for on in _steps(medication) if run.since <= on <= today]
    if not days:
        return None
    steps = tuple(on for on in days if on >= at_once.since) or (at_once.since,)
    age = age_on(facts.birth_date, today)
    return Circumstances(facts, medication, today, run.since, run.ended, steps, age)


def _steps(medication: Medication) -> Iterator[date]:
    """Every day on which another dose is taken, or one again; an order that was renewed as it was is none."""
    dose: float | None = None
    off: date | None = None
    for event in dose_steps(medication):
        if not event.taken:
            off = off or event.on
            continue
        if event.on != off or dose is None or event.dose_mg != dose:
            yield event.on
        dose, off = event.dose_mg or dose, None


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
