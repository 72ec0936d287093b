"""Planned doses: steps up, tapers and days on which a medication is looked at again; done, due, missed or to come."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from registry.clinical.care import DoseStep
from registry.clinical.circumstances import drugs_of
from registry.clinical.dates import spell
from registry.clinical.facts import DoseEvent, EpisodeFacts, FactId, Medication
from registry.clinical.protocol import Protocol

PLANNED, DUE, MISSED, DONE, CANCELLED = "planned", "due", "missed", "done", "cancelled"
SEDATIVES = ("benzodiazepine", "z-drug")


class Planned(NamedTuple):
    """A planned step as it stands today."""

    id: FactId | None  # None: it follows from the drug itself, nobody planned it
    medication_id: FactId
    drug: str
    kind: str  # step | taper | reassess
    on: date
    dose_mg: float | None
    state: str  # planned | due | missed | done | cancelled
    done_on: date | None = None

    @property
    def words(self) -> str:
        """What is planned: sertraline to 100 mg."""
        if self.kind == "reassess":
            return f"look again at {self.drug}"
        return f"{self.drug} to {self.dose_mg:g} mg" if self.dose_mg else f"stop {self.drug}"

    @property
    def is_open(self) -> bool:
        """Somebody has to do something about it."""
        return self.state in (DUE, MISSED)


def planned(facts: EpisodeFacts, today: date, protocol: Protocol) -> tuple[Planned, ...]:
    """Every planned step of every medication, by its day; the reassessments that follow from a drug among them."""
    facts = facts.as_of(today)
    drugs = {medication.id: medication for medication in facts.medications}
    steps = [
        _planned(step, drugs[step.medication_id], today, protocol)
        for step in facts.care.steps
        if step.medication_id in drugs
    ]
    steps += [one for m in drugs.values() if (one := _reassess(m, facts, today, protocol))]
    return tuple(sorted(steps, key=lambda p: (p.on, p.drug, str(p.id))))


def _planned(step: DoseStep, medication: Medication, today: date, protocol: Protocol) -> Planned:
    done = step.done_on or _done_by_event(step, medication, today, protocol.step_early.value)
    ended = _is_ended(step, medication, today)
    return Planned(
        step.id,
        medication.id,
        medication.name,
        step.kind,
        step.on,
        step.dose_mg,
        DONE if done else CANCELLED if ended else _open_state(step.on, today, protocol),
        done,
    )


def _open_state(on: date, today: date, protocol: Protocol) -> str:
    if on > today:
        return PLANNED
    return MISSED if (today - on).days > protocol.step_missed.value else DUE


def _is_ended(step: DoseStep, medication: Medication, today: date) -> bool:
    """A plan ends when it is cancelled, and with the run in which it was made: a hold or a renewed order does not end it."""
    if step.cancelled_on is not None:
        return True
    run, told = medication.run_on(today), step.told_on or step.on
    return run is None or (run.ended is not None and told < run.ended)


def _done_by_event(step: DoseStep, medication: Medication, today: date, early: int) -> date | None:
    """A dose event that does what was planned, from a few days before its day on."""
    if step.kind == "reassess":
        return None
    from_day = step.on - timedelta(days=early)
    return next(
        (e.on for e in medication.events if from_day <= e.on <= today and _does(e, step.dose_mg)), None
    )


def _does(event: DoseEvent, dose_mg: float | None) -> bool:
    """A stop does a step to nothing, a new dose does a step to that dose."""
    return event.kind == "stop" if not dose_mg else event.taken and event.dose_mg == dose_mg


def _reassess(medication: Medication, facts: EpisodeFacts, today: date, protocol: Protocol) -> Planned | None:
    """A benzodiazepine or Z-drug is looked at again every so often, unless a day or a taper until then is planned."""
    if not _is_sedative(medication):
        return None
    started = medication.started_on(today)
    if started is None:
        return None
    mine = [s for s in facts.care.steps if s.medication_id == medication.id]
    last = max([started, *(s.done_on for s in mine if s.done_on)])
    every = timedelta(days=protocol.reassess_sedative.value)
    day = last + every
    ahead = max(day, today + every)
    if any(s.done_on is None and s.on <= ahead and not _is_ended(s, medication, today) for s in mine):
        return None
    state = _open_state(day, today, protocol)
    return Planned(None, medication.id, medication.name, "reassess", day, None, state)


def _is_sedative(medication: Medication) -> bool:
    return any(drug.drug_class in SEDATIVES for drug in drugs_of(medication))


def may_need_reassessment(facts: EpisodeFacts) -> bool:
    """Something was planned, or a drug asks for it by itself: most patients have neither."""
    return bool(facts.care.steps) or any(map(_is_sedative, facts.medications))


def taper(
    from_mg: float, to_mg: float, first_on: date, steps: int, every: int
) -> tuple[tuple[date, float], ...]:
    """A schedule of equal steps from one dose to another, the first on its day; 0 is a stop."""
    size = (from_mg - to_mg) / steps
    return tuple(
        (first_on + timedelta(days=every * n), max(0.0, round(from_mg - size * (n + 1), 2)))
        for n in range(steps)
    )


def open_steps(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[Planned]:
    """Steps of a titration or taper that were missed."""
    return (p for p in planned(facts, today, protocol) if p.kind != "reassess" and p.state == MISSED)


def open_reassessments(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[Planned]:
    """Medications that are due to be looked at again."""
    return (p for p in planned(facts, today, protocol) if p.kind == "reassess" and p.is_open)


def standing_words(one: Planned) -> str:
    """How a planned step stands."""
    return {
        PLANNED: f"planned for {spell(one.on)}",
        DUE: f"due since {spell(one.on)}",
        MISSED: f"missed, planned for {spell(one.on)}",
        DONE: f"done {spell(one.done_on or one.on)}",
        CANCELLED: "cancelled",
    }[one.state]
