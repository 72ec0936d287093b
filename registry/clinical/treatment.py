"""Changes of treatment, derived from what was recorded: dose events, first deliveries, advice carried out."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from registry.clinical.care import TherapyCourse
from registry.clinical.dates import spell
from registry.clinical.drugs import is_psychotropic
from registry.clinical.facts import Contact, DoseEvent, EpisodeFacts, FactId, Medication
from registry.clinical.interventions import CHANGING_CATEGORIES, INTERVENTIONS, THERAPIES
from registry.clinical.therapy import GOES_ON, is_course_of, modality_words, open_courses


class TreatmentChange(NamedTuple):
    """One change: what, when, and the fact that shows it."""

    on: date
    kind: str  # dose | therapy | advice
    text: str
    fact: FactId


def treatment_changes(facts: EpisodeFacts) -> tuple[TreatmentChange, ...]:
    """Every change of treatment, oldest first."""
    found = [*_dose_changes(facts), *_courses(facts), *_first_therapies(facts), *_advice_done(facts)]
    found.sort(key=_PLACE)
    return tuple(found)


_PLACE = attrgetter("on", "kind", "text")


def _dose_changes(facts: EpisodeFacts) -> Iterator[TreatmentChange]:
    """A psychotropic was started, changed or stopped."""
    for medication in facts.medications:
        if is_psychotropic(medication):
            for event in dose_steps(medication):
                yield TreatmentChange(event.on, "dose", dose_text(medication, event), medication.id)


def dose_steps(medication: Medication) -> Iterator[DoseEvent]:
    """The events that change what is taken: no split, and no dose that is written down anew as it was."""
    dose: float | None = None
    for event in medication.events:
        same = event.kind == "change" and event.dose_mg is not None and event.dose_mg == dose
        dose = (event.dose_mg or dose) if event.taken else None
        if event.kind != "split" and not same:
            yield event


CHANGED, LOWERED, STOPPED = "changed", "lowered", "stopped"
"""What answers: any other dose, a lower one, or none at all; to hold or to stop a drug answers in every case, while it lasts."""


def acted_on(medication: Medication, day: date, answer: str = CHANGED) -> bool:
    """Whether that was done on the day or later and still holds: what is taken again as before was not answered."""
    found: float | None = None  # the dose that the day found
    is_off = acted = False
    for event in dose_steps(medication):
        if event.on >= day:
            acted = not event.taken or _answers(event, found, answer, is_off, acted)
        if event.taken and (event.on < day or found is None):
            found = event.dose_mg or found
        is_off = not event.taken
    return acted


def _answers(event: DoseEvent, found: float | None, answer: str, was_off: bool, acted: bool) -> bool:
    """Whether a drug that is taken at this dose is answered for; `acted`: it was until then."""
    is_lower = _is_less(event.dose_mg, found)
    if was_off and answer == STOPPED:
        return False
    if was_off:
        return is_lower or (answer == CHANGED and _is_less(found, event.dose_mg))
    if event.kind != "change" or answer == STOPPED:
        return acted
    if event.dose_mg is None:
        return answer == CHANGED or acted
    return is_lower or (answer == CHANGED and event.dose_mg != found)


def _is_less(dose: float | None, before: float | None) -> bool:
    return dose is not None and before is not None and dose < before


def dose_text(medication: Medication, event: DoseEvent) -> str:
    """A dose event in words: "sertraline started at 50 mg"."""
    done = DONE[event.kind]
    if not event.taken or event.dose_mg is None:
        return f"{medication.name} {done}"
    return f"{medication.name} {done} {'to' if event.kind == 'change' else 'at'} {event.dose_mg:g} mg"


DONE = {"start": "started", "change": "changed", "hold": "held", "resume": "resumed", "stop": "stopped",
        "split": "split"}  # fmt: skip
"""What was done to a dose, in words."""


class Running(NamedTuple):
    """A medication that was begun and not stopped: it is taken, or held."""

    medication: Medication
    dose_mg: float | None
    since: date | None  # of the dose, or of the hold
    is_held: bool

    @property
    def short(self) -> str:
        """'sertraline 50 mg', or 'sertraline, held'."""
        if self.is_held:
            return f"{self.medication.name}, {DONE['hold']}"
        return f"{self.medication.name}{'' if self.dose_mg is None else f' {self.dose_mg:g} mg'}"

    @property
    def words(self) -> str:
        """The same, a hold with its day: 'sertraline, held since Nov 3, 2026'."""
        return f"{self.short} since {spell(self.since)}" if self.is_held and self.since else self.short


def running(medications: Iterable[Medication], today: date) -> list[Running]:
    """What is taken, then what is held."""
    found = [_running(m, today) for m in medications if m.started_on(today)]
    return sorted(found, key=attrgetter("is_held"))


def _running(medication: Medication, today: date) -> Running:
    held = medication.held_since(today)
    since = held or medication.dose_since(today)
    return Running(medication, medication.dose_on(today), since, held is not None)


def meanwhile(advice: str, signed_on: date, medications: Iterable[Medication], today: date) -> str:
    """'Escitalopram held since Nov 23, 2026': a drug that the advice names, held, or stopped since the signing."""
    named = [m for m in medications if re.search(rf"\b{re.escape(m.name)}\b", advice, re.IGNORECASE)]
    taken = {m.name for m in named if m.is_current(today)}
    found = dict.fromkeys(
        words for m in named if m.name not in taken for words in _not_taken(m, signed_on, today)
    )
    told = "; ".join(found)
    return f"{told[:1].upper()}{told[1:]}"


def _not_taken(medication: Medication, signed_on: date, today: date) -> Iterator[str]:
    held, event = medication.held_since(today), medication.event_on(today)
    if held:
        yield f"{medication.name} {DONE['hold']} since {spell(held)}"
    elif event and event.on >= signed_on:
        yield f"{medication.name} {DONE['stop']} on {spell(event.on)}"


def _courses(facts: EpisodeFacts) -> Iterator[TreatmentChange]:
    """A course of therapy began."""
    yield from map(_course, facts.care.courses)


def _course(course: TherapyCourse) -> TreatmentChange:
    return TreatmentChange(course.on, "therapy", f"{modality_words(course.modality)} started", course.id)


def _first_therapies(facts: EpisodeFacts) -> Iterator[TreatmentChange]:
    """A therapy was delivered for the first time, outside every recorded course of it."""
    courses, seen = facts.care.courses, set[str]()
    for contact in facts.contacts:
        for code in THERAPIES.intersection(contact.interventions) - seen:
            seen.add(code)
            if not any(is_course_of(course, code, contact.on) for course in courses):
                yield _delivery(code, contact)


def _delivery(code: str, contact: Contact) -> TreatmentChange:
    label = f"{INTERVENTIONS[code].label.lower()} started"
    return TreatmentChange(contact.on, "therapy", label, contact.id)


def therapies_now(facts: EpisodeFacts, today: date) -> list[TreatmentChange]:
    """The beginnings of the therapies that go on: open courses, and what contacts give outside of every course."""
    found = [_course(course) for course in open_courses(facts)]
    return sorted([*found, *_given_now(facts, today)], key=_PLACE)


def _given_now(facts: EpisodeFacts, today: date) -> list[TreatmentChange]:
    """What contacts gave lately, each from its first delivery; one ended where another was given on two days since."""
    going = [(code, run) for code, run in contact_runs(facts) if today - run[-1].on < GOES_ON]
    replaced_by = max((run[0].on for _, run in going if run[0].on < run[-1].on), default=date.min)
    return [_delivery(code, run[0]) for code, run in going if run[-1].on >= replaced_by]


def contact_runs(facts: EpisodeFacts) -> Iterator[tuple[str, list[Contact]]]:
    """What contacts gave outside of every course: each therapy with the contacts that follow without a long gap."""
    courses = facts.care.courses
    runs: dict[str, list[Contact]] = {}
    for contact in facts.contacts:
        for code in THERAPIES.intersection(contact.interventions):
            if courses and any(is_course_of(course, code, contact.on) for course in courses):
                continue
            run = runs.setdefault(code, [])
            if run and contact.on - run[-1].on >= GOES_ON:
                yield code, run
                run = runs[code] = []
            run.append(contact)
    yield from runs.items()


def _advice_done(facts: EpisodeFacts) -> Iterator[TreatmentChange]:
    """A recommendation that changes the treatment was carried out."""
    for review in facts.reviews:
        for advice in review.recommendations:
            done = advice.last("implemented")
            if done and advice.category in CHANGING_CATEGORIES:
                yield TreatmentChange(
                    done.on, "advice", f"recommendation {advice.number} carried out", advice.id
                )
