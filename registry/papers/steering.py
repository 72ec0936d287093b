"""What a printed page says of the medications: how each trial stands, what is told of it, which readings are open."""

from collections.abc import Iterator
from datetime import date

from registry.clinical.care import LabResult
from registry.clinical.circumstances import is_pregnant, latest
from registry.clinical.dates import listed, spell
from registry.clinical.facts import EpisodeFacts, Medication
from registry.clinical.monitoring import DONE, Watch, monitoring, result_words
from registry.clinical.protocol import Protocol
from registry.clinical.readings import READINGS
from registry.clinical.trials import WORDS, Trial, dose_range, response_words, trials
from registry.documents import values as v

VITALS = ("weight", "height", "waist", "systolic", "heart_rate", "qtc")
"""Readings that are no laboratory's."""


def medications(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[v.Medication]:
    """What is taken now, with the trial, what is told of taking it, and its side effects."""
    running = {trial.id: trial for trial in trials(facts, today, protocol) if trial.is_running}
    for medication in facts.medications:
        if medication.id in running:
            since = medication.dose_since(today)
            yield v.Medication(
                f"{medication.name}{_dose(medication, today)}", medication.started_on(today),
                (today - since).days // 7 if since else None, _adherence(facts, medication),
                _side_effects(facts, medication), _verdict(running[medication.id]),
            )  # fmt: skip


def _dose(medication: Medication, today: date) -> str:
    if not medication.is_current(today):
        return ", held"
    dose = medication.dose_on(today)
    return "" if dose is None else f" {dose:g} mg"


def _adherence(facts: EpisodeFacts, medication: Medication) -> str:
    told = [row for row in facts.care.adherence if row.medication_id in (None, medication.id)]
    if not told or told[-1].percent is None:
        return ""
    reasons = f" ({listed(code.replace('_', ' ') for code in told[-1].reasons)})" if told[-1].reasons else ""
    return f"{told[-1].percent} %{reasons}, {spell(told[-1].on)}"


def _side_effects(facts: EpisodeFacts, medication: Medication) -> str:
    """Those that last; where none was ever recorded nothing is known."""
    mine = [row for row in facts.care.side_effects if row.medication_id in (None, medication.id)]
    lasting = [f"{row.effect.lower()}, {row.severity}" for row in mine if row.until is None]
    return "; ".join(lasting) or ("none left" if mine else "")


def _verdict(trial: Trial) -> str:
    return f"{WORDS[trial.verdict.code]}: {trial.verdict.why}"


def past_trials(facts: EpisodeFacts, today: date, protocol: Protocol, title: str) -> Iterator[v.Trial]:
    """What was tried and stopped, and what is told of earlier trials: dose, weeks at it, response, adequate or not."""
    for trial in trials(facts, today, protocol):
        if not trial.is_running:
            words = "" if trial.outcome == "unknown" else response_words(trial, title)
            yield v.Trial(
                trial.name, "" if trial.highest_mg is None else dose_range(trial), _weeks(trial),
                ". ".join(filter(None, (words, _verdict(trial)))), trial.stop_reason.replace("_", " "), trial.ended_on,
            )  # fmt: skip


def _weeks(trial: Trial) -> int | None:
    """At an effective dose; where nobody knows which that is, all the weeks in which it was taken."""
    if trial.weeks is not None or trial.started_on is None:
        return trial.weeks
    return sum(span.days for span in trial.spans) // 7


def readings(facts: EpisodeFacts, today: date) -> Iterator[v.Monitoring]:
    """What is due, overdue or out of range."""
    for watch in monitoring(facts, today):
        if watch.state != DONE or watch.is_open:
            yield _reading(watch)


def _reading(watch: Watch) -> v.Monitoring:
    last, problem = watch.last, f" ({watch.problem.text})" if watch.problem else ""
    value = (
        "" if last is None else ("done" if last.value is None else f"{last.value:g} {last.unit}") + problem
    )
    return v.Monitoring(f"{watch.label}, {watch.drug}", watch.due_on, value, last.on if last else None)


def lines(facts: EpisodeFacts) -> Iterator[v.Line]:
    """Allergies, vitals and laboratory values, and a pregnancy where somebody asked."""
    allergies = [
        f"{row.code} ({row.value or 'reaction not known'})" for row in latest(facts, "allergy").values()
    ]
    yield v.Line("Allergies", "; ".join(allergies))
    last = {row.code: row for row in facts.care.results}
    yield v.Line("Vitals", _results(last, vital=True))
    yield v.Line("Labs", _results(last, vital=False))
    pregnant = is_pregnant(facts)
    if pregnant is not None:
        yield v.Line("Pregnancy", "pregnant" if pregnant else "not pregnant")


def _results(last: dict[str, LabResult], *, vital: bool) -> str:
    rows = [row for code, row in last.items() if (code in VITALS) == vital]
    return "; ".join(
        f"{READINGS[row.code].label} {result_words(row)}" for row in rows if row.code in READINGS
    )


def missing(facts: EpisodeFacts, today: date) -> Iterator[str]:
    """What nobody asked or measured, and what would change the advice."""
    drugs = [m for m in facts.medications if m.is_current(today)]
    unasked = [m.name for m in drugs if not _adherence(facts, m)]
    if unasked:
        yield f"Adherence to {listed(unasked)}"
    unknown = [m.name for m in drugs if not _side_effects(facts, m)]
    if unknown:
        yield f"Side effects of {listed(unknown)}"
    never = [w.label for w in monitoring(facts, today) if w.last is None and w.state != DONE]
    if never:
        yield f"Never measured: {', '.join(dict.fromkeys(never))}"
    if not latest(facts, "allergy"):
        yield "Allergies"
