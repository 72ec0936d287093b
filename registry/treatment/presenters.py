"""Wording and order of the medications page: plain values, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from registry.clinical import care
from registry.clinical import treatment_words as wording
from registry.clinical.adherence import spoken
from registry.clinical.circumstances import drugs_of
from registry.clinical.dates import begun, counted, listed, spell, within
from registry.clinical.drugs import Drug, known
from registry.clinical.facts import EpisodeFacts, FactId
from registry.clinical.monitoring import DONE, DUE, OVERDUE, Watch, asks_for, monitoring
from registry.clinical.pregnancy import YES, pregnancy_possible, pregnant_since
from registry.clinical.primary import other_scale
from registry.clinical.prompts import Prompt, prompts
from registry.clinical.readings import READINGS, value_told
from registry.clinical.result_limits import is_unjudged, unjudged_words
from registry.clinical.sources import keyed
from registry.clinical.titration import CANCELLED, Planned, planned
from registry.clinical.titration import standing_words as plan_words
from registry.clinical.trials import (
    SOURCES,
    Trial,
    attributions,
    dose_range,
    failed_adequate,
    failed_words,
    response_words,
    trials,
)

if TYPE_CHECKING:
    from registry.clinical.protocol import Protocol
    from registry.models import DoseEvent, Medication
    from registry.treatment.queries import Course, Sheet

OUT_OF_RANGE, ABNORMAL = "out of range", "abnormal"
LATER = "not due yet"
"""Never done, and there is time."""
KINDS = {"adequate": "ok", "inadequate": "warn", "early": "info", "unknown": "info"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial comes to: a tag, the reason, what came of it."""

    kind: str
    label: str
    why: str
    response: str


@dataclass(frozen=True, slots=True)
class Step:
    """One dose event in words."""

    id: UUID
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One medication: what is taken, since when, how the trial stands, and what happened to it."""

    medication: Medication
    dose: str
    since: str
    state: str  # running | held | stopped
    verdicts: tuple[Verdict, ...]
    steps: tuple[Step, ...]
    prescriber: str
    limits: str
    source: str
    """Of the limits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that was told or measured, with what can be done to it."""

    id: UUID
    what: str  # the word of its kind in addresses
    title: str
    text: str
    note: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading that a medication asks for."""

    code: str
    label: str
    state: str
    tag: str
    standing: str
    problem: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the medications page."""

    running: tuple[Line, ...]
    others: tuple[Line, ...]
    stopped: tuple[Line, ...]
    past_trials: tuple[tuple[Entry, Verdict], ...]
    failed: str
    attributions: tuple[str, ...]
    open_prompts: tuple[tuple[Prompt, str], ...]
    answered_prompts: tuple[Prompt, ...]
    readings: tuple[Asked, ...]
    late: int
    coming: str
    """The first reading that is not due yet."""
    results: tuple[Entry, ...]
    unjudged: bool
    """Some number has no range."""
    plans: tuple[tuple[Planned, str, bool], ...]
    adherence: tuple[Entry, ...]
    told_in_contacts: tuple[tuple[FactId, str], ...]
    """How it is taken, as contacts tell it, the latest first."""
    effects: tuple[Entry, ...]
    health: tuple[tuple[str, str, tuple[Entry, ...], str], ...]
    """Kind, its label, what is on file, and what an intake check or a test says beside it."""
    schedule: str
    """By which schedule antipsychotics are followed; empty where none is taken."""
    trial_words: str
    """When a trial is adequate."""
    trial_source: str = keyed(*SOURCES)


def page(sheet: Sheet, today: date) -> Page:
    """The page as of today."""
    facts, title = sheet.ground.facts.as_of(today), _scale(sheet)
    found = trials(facts, today, sheet.ground.protocol)
    lines = [line(course, today, _verdicts(course, found, facts, title)) for course in sheet.courses]
    told = prompts(facts, today)
    schedule = sheet.ground.protocol.antipsychotics
    watches = monitoring(facts, today, schedule.value)
    return Page(
        running=tuple(line for line in lines if line.state != "stopped" and line.medication.psychotropic),
        others=tuple(line for line in lines if line.state != "stopped" and not line.medication.psychotropic),
        stopped=tuple(line for line in lines if line.state == "stopped"),
        past_trials=tuple(_past(row, found, sheet) for row in facts.care.past_trials),
        failed=_failed(found, sheet.ground.protocol),
        attributions=tuple(one.sentence for one in attributions(facts, today, sheet.ground.protocol)),
        open_prompts=tuple((p, keyed(*p.sources)) for p in told if p.answer is None),
        answered_prompts=tuple(p for p in told if p.answer is not None),
        readings=_readings(watches),
        late=sum(w.state in (DUE, OVERDUE) or w.is_open for w in watches),
        coming=_coming(watches),
        results=tuple(_result(row, sheet) for row in reversed(facts.care.results)),
        unjudged=any(map(is_unjudged, facts.care.results)),
        plans=tuple(_plans(sheet, today)),
        adherence=tuple(_adherence(row, sheet) for row in reversed(facts.care.adherence)),
        told_in_contacts=tuple(_told_in_contacts(facts)),
        effects=tuple(_effect(row, sheet) for row in _effects(facts)),
        health=_health(facts, sheet, today),
        schedule=str(schedule) if _antipsychotic(facts, today) else "",
        trial_words=_trial_words(sheet.ground.protocol),
    )


def _trial_words(protocol: Protocol) -> str:
    needed, taken, hold = protocol.trial_weeks, protocol.trial_adherence, protocol.trial_hold
    return (
        f"A trial is adequate after {needed} at the minimum effective dose with {taken.value} % taken; a hold of up to "
        f"{counted(hold.value, 'day')} does not end the weeks. Told in a contact, nearly all doses count as 90 %, missed "
        "doses as 50 %, none as 0 % (the registry's own judgement)."
    )


def _scale(sheet: Sheet) -> str:
    facts = sheet.ground.facts
    name = other_scale(facts) or ("gad7" if facts.primary_scale == "gad7" else "phq9")
    return sheet.ground.protocol.scale(name).title


# ---------------------------------------------------------------- what is taken


def line(course: Course, today: date, verdicts: tuple[Verdict, ...] = ()) -> Line:
    """One medication as it stands."""
    drug, state = course.medication, _state(course)
    entry = known(drug.name)
    return Line(
        medication=drug,
        dose=_dose(course, state),
        since=_since(course, today),
        state=state,
        verdicts=verdicts,
        steps=tuple(_step(event) for event in course.events),
        prescriber=next((e.prescriber for e in course.events if e.prescriber), ""),
        limits=_limits(entry) if entry else "",
        source=keyed(*entry.sources) if entry else "",
    )


def _verdicts(course: Course, found: Iterable[Trial], facts: EpisodeFacts, title: str) -> tuple[Verdict, ...]:
    """How each run of a drug stands, the latest first; where its level decides, the last one is told."""
    mine = [trial for trial in found if trial.id == course.medication.id]
    level = _level(course, facts)
    return tuple(_verdict(trial, title, level if trial.is_running else "") for trial in reversed(mine))


def _level(course: Course, facts: EpisodeFacts) -> str:
    drug, medication = known(course.medication.name), course.as_facts()
    if drug is None or not drug.by_level:
        return ""
    levels = [r for r in facts.care.results if r.code.endswith("_level") and asks_for(medication, r.code)]
    return f" Last level {_told(levels[-1])}." if levels else " No level is on file."


def _state(course: Course) -> str:
    return {"stop": "stopped", "hold": "held"}.get(course.last.kind, "running")


def _dose(course: Course, state: str) -> str:
    if state == "stopped":
        return f"stopped {spell(course.last.on)}"
    return "held" if state == "held" else _last_dose(course)


def _last_dose(course: Course) -> str:
    dose = next((e.dose_mg for e in course.events if e.kind not in ("stop", "hold")), None)
    return "dose not known" if dose is None else f"{dose:g} mg a day"


def _since(course: Course, today: date) -> str:
    """Since when the dose is what it is, or the drug is held; a split changes nothing."""
    if course.last.kind == "stop":
        return ""
    last = next(event for event in course.events if event.kind != "split" or event is course.events[-1])
    days = (today - last.on).days
    before = f"; {_last_dose(course)} before" if course.last.kind == "hold" else ""
    return (
        f"since {spell(last.on)}, {counted(days // 7, 'week') if days >= 7 else counted(days, 'day')}{before}"
    )


def _verdict(trial: Trial, title: str, level: str = "") -> Verdict:
    why = f"{begun(trial.verdict.why)}.{level}"
    when = (
        f" ({spell(trial.started_on)} to {spell(trial.ended_on)})"
        if trial.started_on and trial.ended_on
        else ""
    )
    return Verdict(KINDS[trial.verdict.code], trial.words, why, response_words(trial, title) + when)


def _step(event: DoseEvent) -> Step:
    dose = (
        f" {event.dose_mg:g} mg" if event.dose_mg is not None and event.kind not in ("stop", "hold") else ""
    )
    reason = f", {wording.words(wording.STOP_REASONS, event.reason).lower()}" if event.reason else ""
    text = f". {event.text}" if event.text else ""
    by = f" ({event.prescriber})" if event.prescriber else ""
    return Step(event.id, event.on, f"{wording.EVENTS[event.kind]}{dose}{reason}{by}{text}")


def _limits(drug: Drug) -> str:
    """What the catalogue says of a drug: its doses and its warning."""
    parts = []
    if drug.start and drug.usual and drug.max_mg:
        elderly = f", {drug.elderly_max_mg:g} mg from age {drug.elderly_from}" if drug.elderly_max_mg else ""
        start, usual = _range(drug.start), _range(drug.usual)
        parts.append(f"Start {start}, usual {usual}, maximum {drug.max_mg:g} mg a day{elderly}.")
    parts += [f"Boxed warning: {drug.boxed}."] if drug.boxed else []
    parts += [drug.note] if drug.note else []
    return " ".join(parts)


def _range(doses: tuple[float, float]) -> str:
    low, high = doses
    return f"{low:g} mg" if low == high else f"{low:g} to {high:g} mg"


def _failed(found: tuple[Trial, ...], protocol: Protocol) -> str:
    failed = failed_adequate(found)
    if len(failed) < protocol.failed_trials.value:
        return ""
    return f"{failed_words(failed)}: {listed(trial.name for trial in failed)}."


def _past(row: care.PastTrial, found: Iterable[Trial], sheet: Sheet) -> tuple[Entry, Verdict]:
    trial = next(trial for trial in found if trial.id == row.id)
    weeks = f", {counted(row.weeks, 'week')}" if row.weeks is not None else ""
    ended = (
        f"; ended: {wording.words(wording.STOP_REASONS, row.stop_reason).lower()}" if row.stop_reason else ""
    )
    text = f"{dose_range(trial)}{weeks}{ended}"
    return _entry(row.id, "past-trial", row.name, text, sheet), _verdict(trial, "")


def _entry(
    row_id: UUID | str, what: str, title: str, text: str, sheet: Sheet, is_open: bool = False
) -> Entry:
    assert isinstance(row_id, UUID), "rows of the database have random keys"
    return Entry(row_id, what, title, text, sheet.notes.get(row_id, ""), is_open)


# ---------------------------------------------------------------- monitoring


def _plans(sheet: Sheet, today: date) -> Iterator[tuple[Planned, str, bool]]:
    """Every planned step and how it stands; one that ended with its drug, without a word of anybody, is left out."""
    for one in planned(sheet.ground.facts, today, sheet.ground.protocol):
        why = sheet.notes.get(one.id) if isinstance(one.id, UUID) else None
        if one.state != CANCELLED or why:
            yield one, f"{plan_words(one)}{f': {why}' if why else ''}", one.is_open


class Asked(NamedTuple):
    """What one drug asks for, those that need something first, and where each of its schedules is from."""

    drug: str
    readings: tuple[Reading, ...]
    sources: tuple[str, ...]


def _readings(watches: tuple[Watch, ...]) -> tuple[Asked, ...]:
    """The readings drug by drug."""
    return tuple(_asked(drug, list(rows)) for drug, rows in groupby(watches, key=lambda w: w.drug))


def _asked(drug: str, watches: list[Watch]) -> Asked:
    order = {OVERDUE: 0, DUE: 1}
    rows = sorted(watches, key=lambda w: (not w.is_open, order.get(w.state, 2)))
    by_source: dict[str, list[str]] = {}
    for watch in rows:
        by_source.setdefault(keyed(*watch.sources), []).append(watch.label)
    told = (
        f"{listed(labels)}: {source}" if len(by_source) > 1 else source
        for source, labels in by_source.items()
    )
    return Asked(drug, tuple(map(_reading, rows)), tuple(told))


def _coming(watches: tuple[Watch, ...]) -> str:
    """What is due next, and when."""
    days = [(w.due_on, w.label) for w in watches if w.state == DONE and w.due_on]
    if not days:
        return ""
    first = min(days)[0]
    return (
        f"next {listed(dict.fromkeys(within(label) for on, label in days if on == first))} on {spell(first)}"
    )


def _antipsychotic(facts: EpisodeFacts, today: date) -> bool:
    """Something is taken that the schedule for antipsychotics is about."""
    drugs = (drug for m in facts.medications if m.is_current(today) for drug in drugs_of(m))
    return any(drug.drug_class in ("sga", "antipsychotic") for drug in drugs)


def _reading(watch: Watch) -> Reading:
    problem = watch.problem
    state = watch.state
    if watch.is_open:
        state = ABNORMAL if READINGS[watch.code].outcomes else OUT_OF_RANGE
    elif state == DONE and watch.last is None:
        state = LATER
    tag = {OUT_OF_RANGE: "danger", ABNORMAL: "danger", OVERDUE: "danger", DUE: "warn", LATER: "new"}.get(
        state, "ok"
    )
    return Reading(
        watch.code,
        watch.label,
        state,
        tag,
        _standing(watch),
        problem.text if problem else "",
        watch.why,
    )


def _standing(watch: Watch) -> str:
    """The last result, and when the next one is or was due."""
    last = _told(watch.last) if watch.last else "none on file"
    if watch.due_on is None:
        return last
    return f"{last}; {'next' if watch.state == DONE else 'due since'} {spell(watch.due_on)}"


def _told(row: care.LabResult) -> str:
    """A result with its day; why a number is not judged is said once for the whole list."""
    return (
        f"{value_told(row)} on {spell(row.on)}{' (not judged)' if is_unjudged(row) else unjudged_words(row)}"
    )


def _result(row: care.LabResult, sheet: Sheet) -> Entry:
    told = f" (laboratory's range {ends})" if (ends := _ends(row.low, row.high)) else ""
    return _entry(row.id, "result", READINGS[row.code].label, f"{_told(row)}{told}", sheet)


def _ends(low: float | None, high: float | None) -> str:
    """A range in words; one that is open at an end says which."""
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"from {low:g}"
    return "" if high is None else f"up to {high:g}"


# ---------------------------------------------------------------- what was told


def _name(sheet: Sheet, medication_id: object) -> str:
    return next(
        (c.medication.name for c in sheet.courses if c.medication.id == medication_id), "all medications"
    )


def _adherence(row: care.Adherence, sheet: Sheet) -> Entry:
    percent = "not known" if row.percent is None else f"{row.percent} % taken"
    reasons = (
        listed(wording.words(wording.NOT_TAKEN, code).lower() for code in row.reasons) if row.reasons else ""
    )
    text = f"{percent}{': ' + reasons if reasons else ''}, {spell(row.on)}"
    return _entry(row.id, "adherence", _name(sheet, row.medication_id), text, sheet)


def _told_in_contacts(facts: EpisodeFacts) -> Iterator[tuple[FactId, str]]:
    """'Takes nearly all doses, Nov 3, 2026', with the contact that tells it."""
    for contact in reversed(facts.contacts):
        if words := spoken(contact.adherence):
            yield contact.id, f"{words[0].upper()}{words[1:]}, {spell(contact.on)}"


def _effects(facts: EpisodeFacts) -> list[care.SideEffect]:
    """Those that last first, then the latest."""
    rows = facts.care.side_effects[::-1]
    return [row for row in rows if row.until is None] + [row for row in rows if row.until]


def _effect(row: care.SideEffect, sheet: Sheet) -> Entry:
    drug = f" ({_name(sheet, row.medication_id)})" if row.medication_id else ""
    until = f" until {spell(row.until)}" if row.until else ", still there"
    text = f"{row.severity}, from {spell(row.on)}{until}"
    return _entry(row.id, "side-effect", f"{row.effect}{drug}", text, sheet, row.until is None)


def _health(
    facts: EpisodeFacts, sheet: Sheet, today: date
) -> tuple[tuple[str, str, tuple[Entry, ...], str], ...]:
    """The latest of each code, by kind; what is not known says so, and what cannot be asked is left out."""
    fertile = pregnancy_possible(facts, today)
    latest = {_place_of(row): row for row in facts.care.health}
    found = []
    for kind, label in wording.HEALTH_KINDS:
        rows = tuple(_fact(row, sheet) for row in latest.values() if row.kind == kind)
        if rows or fertile or kind not in ("pregnancy", "contraception", "lactation"):
            found.append((kind, label, rows, _pregnancy(facts, rows) if kind == "pregnancy" else ""))
    return tuple(found)


def _pregnancy(facts: EpisodeFacts, rows: tuple[Entry, ...]) -> str:
    """What a test, the pathway or the intake tells beside what is on file here."""
    since, check = pregnant_since(facts), facts.check("pregnancy")
    answers = [row.value for row in facts.care.health if row.kind == "pregnancy"]
    if check and not rows and check.positive is (since is not None):
        return f"{'yes' if check.positive else 'no'}, by the intake check of {spell(check.on)}"
    if since is None or answers[-1:] == [YES]:
        return "" if since or rows or not check else "not any more, as the perinatal pathway tells"
    tested = any(r.code == "pregnancy_test" and r.value and r.on == since for r in facts.care.results)
    return f"pregnant, {'by the test of' if tested else 'as told on'} {spell(since)}"


def _place_of(row: care.HealthFact) -> tuple[object, ...]:
    """What a later row takes the place of; a stay in hospital stands for itself."""
    return (row.kind, row.id) if row.kind == care.DISCHARGE else (row.kind, row.code)


CODES = {"comorbidity": wording.CONDITIONS, care.DISCHARGE: wording.STAYS}
"""The codes of those kinds that have a list of them."""


def _fact(row: care.HealthFact, sheet: Sheet) -> Entry:
    value = wording.words(wording.STATUSES.get(row.kind, ()), row.value)
    code = wording.words(CODES[row.kind], row.code) if row.kind in CODES else row.code
    parts = [part for part in (value if code else "", spell(row.on)) if part]
    return _entry(row.id, "health", code or value, ", ".join(parts), sheet)


# ---------------------------------------------------------------- what is taken back


ENTRY_KINDS = {
    "adherence": "Adherence",
    "side-effect": "Side effect",
    "past-trial": "Past trial",
    "result": "Result",
    "health": "On file",
    "step": "Planned step",
    "answer": "Prompt acknowledged",
}


def entry_words(page: Page, what: str, entry_id: UUID) -> str:
    """One entry with its drug, value and day, as whoever takes it back has to see it."""
    rows = (*page.adherence, *page.effects, *page.results, *(row for row, _ in page.past_trials))
    told: dict[object, str] = {row.id: f"{begun(row.title)}, {row.text}" for row in rows}
    told |= {row.id: f"{label}: {row.title}, {row.text}" for _, label, rows, _ in page.health for row in rows}
    told |= {plan.id: f"{begun(plan.words)}, {spell(plan.on)}" for plan, _, _ in page.plans}
    told |= {
        p.answer.id: f"{p.sentence} {p.answer.reason}, {spell(p.answer.on)}"
        for p in page.answered_prompts
        if p.answer
    }
    return f"{ENTRY_KINDS[what]}: {told[entry_id]}" if entry_id in told else ENTRY_KINDS[what]


def event_words(drug: Medication, event: DoseEvent) -> str:
    """'Sertraline: started 50 mg, Oct 1, 2026'."""
    return f"{drug.name.capitalize()}: {within(_step(event).text)}, {spell(event.on)}"
