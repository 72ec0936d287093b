"""What a printed page says of the medications: how each trial stands, what is told of it, which readings are open."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from registry.clinical import treatment_words as wording
from registry.clinical.adherence import reports
from registry.clinical.care import DISCHARGE, LabResult
from registry.clinical.circumstances import latest
from registry.clinical.dates import listed, spell
from registry.clinical.facts import EpisodeFacts, Medication
from registry.clinical.monitoring import DONE, Watch, monitoring
from registry.clinical.pathways import agreed, open_pathways, pathway_words, urine_screens
from registry.clinical.pregnancy import is_pregnant
from registry.clinical.protocol import Protocol
from registry.clinical.readings import READINGS, value_told
from registry.clinical.result_limits import is_unjudged
from registry.clinical.treatment import Running, running
from registry.clinical.trials import Trial, dose_range, response_words, trials
from registry.documents import values as v

VITALS = ("weight", "height", "waist", "systolic", "heart_rate", "qtc")
"""Readings that are no laboratory's."""


def medications(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[v.Medication]:
    """What is taken or held now, with the trial, what is told of taking it, and its side effects."""
    for one, trial in now(facts, today, protocol):
        since = None if one.is_held else one.since
        yield v.Medication(
            one.words, trial.started_on, (today - since).days // 7 if since else None,
            _adherence(facts, one.medication), _side_effects(facts, one.medication),
            f"{trial.words}: {trial.verdict.why}", one.is_held,
        )  # fmt: skip


def now(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[tuple[Running, Trial]]:
    """What is taken, then what is held, each with its trial."""
    mine = {trial.id: trial for trial in trials(facts, today, protocol) if trial.is_running}
    for one in running(facts.medications, today):
        yield one, mine[one.medication.id]


def _adherence(facts: EpisodeFacts, medication: Medication) -> str:
    """The last that was told of it, asked in percent or told in a contact."""
    told = reports(facts, medication.id)
    if not told:
        return ""
    codes = next((row.reasons for row in facts.care.adherence if row.id == told[-1].id), ())
    words = (wording.words(wording.NOT_TAKEN, code).lower() for code in codes)
    reasons = f" ({listed(words)})" if codes else ""
    return f"{told[-1].words}{reasons}, {spell(told[-1].on)}"


def _side_effects(facts: EpisodeFacts, medication: Medication) -> str:
    """Those that last; where none was ever recorded nothing is known."""
    mine = [row for row in facts.care.side_effects if row.medication_id in (None, medication.id)]
    lasting = [f"{row.effect.lower()}, {row.severity}" for row in mine if row.until is None]
    return "; ".join(lasting) or ("none left" if mine else "")


def past(facts: EpisodeFacts, today: date, protocol: Protocol) -> list[Trial]:
    """What is told of earlier trials, then what was tried and stopped, oldest first."""
    return [trial for trial in trials(facts, today, protocol) if not trial.is_running]


def result(trial: Trial, title: str) -> str:
    """What came of a trial, adequate or not and why, and how it was taken."""
    return f"{response_words(trial, title)}. {trial.judged}"


def stopped_because(trial: Trial) -> str:
    """The reason in words; empty where nobody gave one."""
    return wording.words(wording.STOP_REASONS, trial.stop_reason).lower()


def past_trials(facts: EpisodeFacts, today: date, protocol: Protocol, title: str) -> Iterator[v.Trial]:
    """Each of them with its dose, and its weeks at an effective one: all its weeks where nobody knows which that is."""
    for trial in past(facts, today, protocol):
        yield v.Trial(
            trial.name, "" if trial.highest_mg is None else dose_range(trial),
            trial.weeks_taken if trial.weeks is None else trial.weeks, response_words(trial, title).removeprefix("response "),
            stopped_because(trial), trial.ended_on, trial.judged,
        )  # fmt: skip


def readings(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[v.Monitoring]:
    """What is due, overdue or out of range."""
    for watch in monitoring(facts, today, protocol.antipsychotics.value):
        if watch.state != DONE or watch.is_open:
            yield _reading(watch)


def next_reading(facts: EpisodeFacts, today: date, protocol: Protocol) -> v.Monitoring | None:
    """The first of the readings that are not due yet."""
    watches = monitoring(facts, today, protocol.antipsychotics.value)
    coming = [watch for watch in watches if watch.state == DONE and watch.due_on]
    return _reading(min(coming, key=lambda watch: watch.due_on or today)) if coming else None


def _reading(watch: Watch) -> v.Monitoring:
    last, problem = watch.last, f" ({watch.problem.text})" if watch.problem else ""
    if last is not None and is_unjudged(last):
        problem = " (no range given, not judged)"
    value = "" if last is None else value_told(last) + problem
    return v.Monitoring(f"{watch.label}, {watch.drug}", watch.due_on, value, last.on if last else None)


def lines(facts: EpisodeFacts) -> Iterator[v.Line]:
    """Allergies, vitals and laboratory values, and a pregnancy where somebody asked."""
    allergies = [
        f"{row.code} ({row.value or 'reaction not known'})" for row in latest(facts, "allergy").values()
    ]
    yield v.Line("Allergies", "; ".join(allergies))
    last = {row.code: row for row in (*facts.care.results, *urine_screens(facts.care)[-1:])}
    yield v.Line("Vitals", _results(last, vital=True))
    yield v.Line("Labs", _results(last, vital=False))
    stays = [row for row in facts.care.health if row.kind == DISCHARGE]
    if stays:
        where = wording.stay_words(stays[-1].code, stays[-1].value)
        yield v.Line("Last discharge", f"{where}, {spell(stays[-1].on)}")
    pregnant = is_pregnant(facts)
    if pregnant is not None:
        yield v.Line("Pregnancy", "pregnant" if pregnant else "not pregnant")


def pathways(facts: EpisodeFacts) -> Iterator[v.Line]:
    """Each pathway that goes on, with the last of everything that happened on it."""
    return (v.Line(label, words) for label, words in pathway_words(facts.care))


def pathway_forms(facts: EpisodeFacts, forms: Sequence[Any]) -> Iterator[v.Line]:
    """What the patient and the team agreed on each pathway, in their words; confidential items stay with the clinician."""
    details = {row.id: row.details for row in forms}
    for path in open_pathways(facts.care):
        for name, words in agreed(path.kind, details.get(path.id, {})):
            yield v.Line(name, words)


def _results(last: dict[str, LabResult], *, vital: bool) -> str:
    """The last of each, those of one day together, the latest day first; those that nobody judges are named at the end."""
    mine = [row for code, row in last.items() if code in READINGS and (code in VITALS) == vital]
    days: dict[date, list[str]] = {}
    for row in mine:
        value = value_told(row)
        days.setdefault(row.on, []).append(f"{READINGS[row.code].label} {value}")
    told = [f"{', '.join(days[on])} on {spell(on)}" for on in sorted(days, reverse=True)]
    if unjudged := [READINGS[row.code].label for row in mine if is_unjudged(row)]:
        told.append(f"no range given, not judged: {listed(unjudged)}")
    return "; ".join(told)


def missing(facts: EpisodeFacts, today: date, protocol: Protocol) -> Iterator[str]:
    """What nobody asked or measured, and what would change the advice."""
    drugs = [m for m in facts.medications if m.is_current(today)]
    unasked = [m.name for m in drugs if not _adherence(facts, m)]
    if unasked:
        yield f"Adherence to {listed(unasked)}"
    unknown = [m.name for m in drugs if not _side_effects(facts, m)]
    if unknown:
        yield f"Side effects of {listed(unknown)}"
    watches = monitoring(facts, today, protocol.antipsychotics.value)
    never = [w.label for w in watches if w.last is None and w.state != DONE]
    if never:
        yield f"Never measured: {', '.join(dict.fromkeys(never))}"
    if not latest(facts, "allergy"):
        yield "Allergies"
