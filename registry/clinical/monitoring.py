"""Monitoring: what each medication asks for, when it was last done, and whether it is due, overdue or out of range."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from registry.clinical.care import LabResult
from registry.clinical.circumstances import Circumstances, circumstances, drugs_of
from registry.clinical.dates import spell
from registry.clinical.facts import EpisodeFacts, FactId, Medication
from registry.clinical.readings import READINGS, value_told
from registry.clinical.result_limits import Problem, answered_by, by_limit, gained, outside, unjudged_words
from registry.clinical.schedules import FRESH, LOOK_BACK, METABOLIC, Asked, Interval, Item, items
from registry.clinical.sources import awaits_sign_off, cite
from registry.clinical.treatment import acted_on

DONE, DUE, OVERDUE = "done", "due", "overdue"
ALWAYS = Asked("", date.min)


class Watch(NamedTuple):
    """One reading that a medication asks for, as it stands today."""

    medication_id: FactId
    drug: str
    code: str
    label: str
    state: str  # done | due | overdue
    due_on: date | None  # the next time; None: once was enough
    last: LabResult | None
    problem: Problem | None
    why: str  # why it is asked of this patient, or empty
    firm: bool
    sources: tuple[str, ...]
    changed_since: bool = (
        False  # the dose was changed (an urgent one: lowered) on the day of the last result or later
    )

    @property
    def source(self) -> str:
        """Where the schedule comes from, in words."""
        return cite(*self.sources)

    @property
    def awaiting_sign_off(self) -> bool:
        """It rests on clinical practice alone."""
        return awaits_sign_off(*self.sources)

    @property
    def is_open(self) -> bool:
        """Out of range, and nothing was done about it yet."""
        return self.problem is not None and not self.changed_since


def monitoring(facts: EpisodeFacts, today: date, antipsychotics: str) -> tuple[Watch, ...]:
    """Everything that the medications of today ask for, by the drug's name, in the order of its schedule.

    `antipsychotics` is the schedule that the protocol chose for them (`Protocol.antipsychotics.value`).
    """
    facts = facts.as_of(today)
    drugs = sorted((m for m in facts.medications if m.is_current(today)), key=lambda m: (m.name, str(m.id)))
    return tuple(
        watch
        for medication in drugs
        if (c := circumstances(facts, medication, today)) is not None
        for watch in _watches(c, antipsychotics)
    )


def _watches(c: Circumstances, antipsychotics: str) -> Iterator[Watch]:
    seen: set[str] = set()
    for drug in drugs_of(c.medication):
        for item in items(drug.name, drug.drug_class, drug.flags, antipsychotics):
            asked = item.when(c) if item.when else ALWAYS
            if asked is not None and item.code not in seen:
                seen.add(item.code)
                yield _watch(c, item, asked, "metabolic" in drug.flags)


def _watch(c: Circumstances, item: Item, asked: Asked, metabolic: bool) -> Watch:
    codes = (item.code, item.or_code) if item.or_code else (item.code,)
    since = _counts_since(c, item)
    results = [r for r in c.results(*codes) if r.on >= since]
    last = _of_last_day(c, results, metabolic)
    problem = problem_of(c, last, metabolic) if last else None
    due = due_on(c, item, last.on if last else None, asked)
    return Watch(
        medication_id=c.medication.id,
        drug=c.medication.name,
        code=item.code,
        label=READINGS[item.code].label,
        state=_state(due, item.grace, c.today),
        due_on=due,
        last=last,
        problem=problem,
        why=asked.why,
        firm=item.firm,
        sources=item.sources,
        changed_since=last is not None
        and not _is_baseline(c, last.on)
        and acted_on(c.medication, last.on, answered_by(item.code, problem)),
    )


def _counts_since(c: Circumstances, item: Item) -> date:
    """The day from which a result counts: a while before the start; what ages in days, not before the last run ended."""
    since = _start(c, item) - timedelta(days=item.look_back)
    return max(since, c.stopped_on or since) if item.look_back < LOOK_BACK else since


def _start(c: Circumstances, item: Item) -> date:
    """The start that a reading comes before; of what ages in days a longer hold makes a new one."""
    run = c.medication.run_on(c.today, held=item.look_back) if item.look_back < LOOK_BACK else None
    return run.since if run else c.started_on


def _is_baseline(c: Circumstances, on: date) -> bool:
    """Whether a result is one before the start, and not one that the run before it led to."""
    led_to = c.stopped_on is not None and (on - c.stopped_on).days <= FRESH
    return on <= c.started_on and not led_to


def asks_for(medication: Medication, code: str) -> bool:
    """Whether a drug asks for a reading while it is taken, of whomever and by whichever schedule."""
    return any(
        code in (item.code, item.or_code)
        for drug in drugs_of(medication)
        for schedule in METABOLIC
        for item in items(drug.name, drug.drug_class, drug.flags, schedule)
    )


def _of_last_day(c: Circumstances, results: list[LabResult], metabolic: bool) -> LabResult | None:
    """The latest result; of several of one day the one that is out of range, the most urgent first."""
    if not results:
        return None
    day = [r for r in results if r.on == results[-1].on]
    return day[-1] if len(day) == 1 else max(day, key=lambda r: _gravity(problem_of(c, r, metabolic)))


def _gravity(problem: Problem | None) -> int:
    return 0 if problem is None else 2 if problem.urgent else 1


def _state(due: date | None, grace: int, today: date) -> str:
    if due is None or due > today:
        return DONE
    return OVERDUE if (today - due).days > grace else DUE


def due_on(c: Circumstances, item: Item, last: date | None, asked: Asked = ALWAYS) -> date | None:
    """The day on which a reading is due next; what was missed before the enrolment, or before it was asked, from then on."""
    told = (
        _before(c, item, last),
        _after_step(c, item, last),
        _by_time(c, item, last, asked),
        *_for_reasons(c, item, last, asked),
    )
    days = [day for day in told if day]
    if not days:
        return None
    due = max(min(days), asked.since)
    return max(due, c.facts.enrolled_on or due) if last is None else due


def _for_reasons(c: Circumstances, item: Item, last: date | None, asked: Asked) -> Iterator[date]:
    """The one for each reason that came after the start: an older one cannot have answered it."""
    for day in asked.days:
        if day <= c.started_on:
            continue
        if not item.baseline:
            yield from filter(None, [_on_day(day, 0, item.on_days[0], last)])
        elif last is not None and last < day - timedelta(days=item.look_back):
            yield day


def _before(c: Circumstances, item: Item, last: date | None) -> date | None:
    """The one before the start, while there is none at all."""
    return _start(c, item) if item.baseline and last is None else None


def _after_step(c: Circumstances, item: Item, last: date | None) -> date | None:
    """The one after the first step that no reading has answered.

    Where the next step came before it was due, it is due after that one, but not later than twice its days (M).
    """
    if item.after_step is None:
        return None
    told, days = last or date.min, timedelta(days=item.after_step)
    open_steps = [step for step in c.steps if (told - step).days < item.step_from]
    if not open_steps:
        return None
    pairs = zip(open_steps, [*open_steps[1:], date.max], strict=True)
    step = next(step for step, following in pairs if following - step >= days)
    return min(step + days, open_steps[0] + 2 * days)


def _by_time(c: Circumstances, item: Item, last: date | None, asked: Asked) -> date | None:
    """The first of the fixed days that has no reading; after the last of them, one every so often."""
    if not item.baseline and asked.since > c.started_on and asked.since in asked.days:
        return None  # nothing asked for it before its reason came, which has days of its own
    for before, day in zip((0, *item.on_days), item.on_days, strict=False):
        if due := _on_day(c.started_on, before, day, last):
            return due
    if item.every is None or last is None:
        return None
    return max(last, c.started_on) + timedelta(days=_interval(c, item.every, last))


def _on_day(start: date, before: int, day: int, last: date | None) -> date | None:
    """A fixed day, while there is no reading from the middle between the day before it and itself on."""
    is_done = last is not None and last >= start + timedelta(days=(before + day) // 2)
    return None if is_done else start + timedelta(days=day)


def _interval(c: Circumstances, every: int | Interval, last: date) -> int:
    """A shorter interval holds at once, a longer one from the next reading on: what is overdue is not done by waiting."""
    if isinstance(every, int):
        return every
    then = circumstances(c.facts.as_of(last), c.medication, last)
    return min(every(c), every(then)) if then else every(c)


# ---------------------------------------------------------------- out of range


def problem_of(c: Circumstances, result: LabResult, metabolic: bool = False) -> Problem | None:
    """What is wrong with a result: by its own limits, by the gain in weight, or by the laboratory's range."""
    found = by_limit(result, c.has)
    if found is None and metabolic and result.code == "weight" and result.value is not None:
        found = _gain(c, result.value)
    return found or outside(result)


def _gain(c: Circumstances, value: float) -> Problem | None:
    """Against the weight at the start."""
    since, until = c.started_on - timedelta(days=LOOK_BACK), c.started_on + timedelta(days=14)
    first = [r for r in c.results("weight") if since <= r.on <= until and r.value]
    return gained(first[-1].value or 0.0, value) if first else None


# ---------------------------------------------------------------- words


def standing_words(watch: Watch) -> str:
    """How it stands, in a sentence without its full stop."""
    done = f"last on {spell(watch.last.on)}" if watch.last else "none on file"
    if watch.state == DONE:
        return f"{done}, next {spell(watch.due_on)}" if watch.due_on else done
    return f"{watch.state} since {spell(watch.due_on)}, {done}" if watch.due_on else done


def result_words(result: LabResult) -> str:
    """A result with its unit or its outcome, and its day; one without either was done, one without a range is not judged."""
    return f"{value_told(result)} on {spell(result.on)}{unjudged_words(result)}"
