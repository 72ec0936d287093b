"""Medication trials: how long at an effective dose, taken or not, adequate or not and why, and what came of it.

Counted are weeks at or above the minimum effective dose without a break, never weeks since the prescription.  A trial is
one run of a medication from its start to its stop; days on which it was held count for nothing, and only a hold longer
than the protocol's ends the weeks.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from registry.clinical.adherence import Report, mean, mean_words, reports
from registry.clinical.care import PastTrial
from registry.clinical.course import reaches, total
from registry.clinical.dates import counted, spell
from registry.clinical.drugs import Drug, is_antidepressant, known
from registry.clinical.facts import SERIES, DoseEvent, EpisodeFacts, FactId, Medication, Score
from registry.clinical.primary import series_title
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol
from registry.clinical.treatment import dose_steps, dose_text, treatment_changes

SOURCES = ("S41", "M")

ADEQUATE, INADEQUATE, EARLY, UNKNOWN = "adequate", "inadequate", "early", "unknown"
FAILED = ("none", "partial", "worse")
WORDS = {
    ADEQUATE: "Adequate trial",
    INADEQUATE: "Not an adequate trial",
    EARLY: "Too early to judge",
    UNKNOWN: "Not known whether adequate",
}
BY_DOSE = "Adequate dose and time"
"""A trial of which nobody knows how it was taken: X10 counts it by its weeks at the dose (4.2)."""
OUTCOMES = {
    "remission": "remission",
    "response": "response",
    "partial": "partial response",
    "none": "no response",
    "worse": "worse",
    "lost": "response, lost since",
    "full": "full response",
    "unknown": "response not known",
}


class Span(NamedTuple):
    """From a day until the day before another, at a dose; None where the dose is not known."""

    from_on: date
    until: date
    dose_mg: float | None

    @property
    def days(self) -> int:
        """Whole days; none where it begins today."""
        return (self.until - self.from_on).days


class Run(NamedTuple):
    """A medication from its start to its stop, as the spans in which it was taken."""

    medication: Medication
    started_on: date
    ended_on: date | None
    spans: tuple[Span, ...]
    stop_reason: str = ""

    def firm_on(self, protocol: Protocol) -> date:
        """From this day on one score is enough to show a response."""
        return self.started_on + timedelta(weeks=protocol.trial_weeks.value)


class Verdict(NamedTuple):
    """Adequate or not, and why; ``by_dose`` is True where dose and time were enough and adherence is not recorded."""

    code: str  # adequate | inadequate | early | unknown
    why: str
    by_dose: bool = False


class Trial(NamedTuple):
    """One trial: when, how much, how long at an effective dose, taken how well, and what came of it."""

    id: FactId
    name: str
    started_on: date | None  # None: from the history
    ended_on: date | None
    spans: tuple[Span, ...]
    highest_mg: float | None
    minimum_mg: float | None
    weeks: int | None  # whole weeks without a break at or above the minimum effective dose
    weeks_taken: int | None  # whole weeks in which it was taken at any dose; None where nobody knows
    adherence: int | None
    verdict: Verdict
    outcome: str  # remission | response | lost | partial | none | worse | full | unknown
    before: Score | None = None
    after: Score | None = None
    best: Score | None = None
    is_late: bool = False  # measured from the first score of the trial, taken after its first days
    stop_reason: str = ""
    told_on: date | None = None  # of a trial from the history
    told: tuple[Report, ...] = ()  # how it was taken, by what was told while it ran
    judged_from: int = DEFAULT_PROTOCOL.trial_judged.value  # weeks from which one that still runs is judged
    failing_since: date | None = (
        None  # when it was long enough to be judged while it ran, and its scores spoke against it
    )

    @property
    def is_running(self) -> bool:
        """It was not stopped."""
        return self.started_on is not None and self.ended_on is None

    @property
    def words(self) -> str:
        """Adequate or not; where only how it was taken is not known, what is known."""
        return BY_DOSE if self.verdict.by_dose else WORDS[self.verdict.code]

    @property
    def judged(self) -> str:
        """Adequate or not and why, with how it was taken where that is known and no part of the reason."""
        taken = mean_words(self.told) if self.told else ""
        also = "" if taken in self.verdict.why else f"; {taken}"
        return f"{self.words}: {self.verdict.why}{also}"

    @property
    def failed(self) -> bool:
        """A trial of enough weeks that is over, or old enough to be judged, without a response."""
        enough = self.verdict.code == ADEQUATE or self.verdict.by_dose
        judged = not self.is_running or (self.weeks or 0) >= self.judged_from
        return enough and judged and self.outcome in FAILED

    @property
    def failed_on(self) -> date | None:
        """The day on which that was first known, of a trial that failed."""
        return self.failing_since or self.ended_on or self.told_on


def trials(facts: EpisodeFacts, today: date, protocol: Protocol = DEFAULT_PROTOCOL) -> tuple[Trial, ...]:
    """Every trial as of today: those from the history first, then by the day of the start."""
    facts = facts.as_of(today)
    past = [_past(row, protocol) for row in facts.care.past_trials]
    now = [_trial(run, facts, today, protocol) for m in facts.medications for run in runs(m, today)]
    return (*past, *sorted(now, key=lambda t: (t.started_on or today, t.name, str(t.id))))


def runs(medication: Medication, today: date) -> Iterator[Run]:
    """Each run of a medication until today; a run that began today has no days yet."""
    open_events: list[DoseEvent] = []
    for event in (e for e in medication.events if e.on <= today):
        if event.kind != "stop":
            open_events.append(event)
        elif open_events:
            yield _run(medication, open_events, event.on, event.reason)
            open_events = []
    if open_events:
        yield _run(medication, open_events, None, "", today)


def _run(
    medication: Medication,
    events: Sequence[DoseEvent],
    ended: date | None,
    reason: str,
    today: date = date.max,
) -> Run:
    last = ended or today
    return Run(medication, events[0].on, ended, tuple(_spans(events, last)), reason)


def _spans(events: Sequence[DoseEvent], last: date) -> Iterator[Span]:
    """What was taken between the events; a resumption or split without a dose keeps the dose before it."""
    ends = [event.on for event in events[1:]] + [last]
    dose: float | None = None
    for event, until in zip(events, ends, strict=True):
        if event.taken:
            dose = dose if event.dose_mg is None and event.kind in ("resume", "split") else event.dose_mg
            if until > event.on:
                yield Span(event.on, until, dose)


def _trial(run: Run, facts: EpisodeFacts, today: date, protocol: Protocol) -> Trial:
    drug = known(run.medication.name)
    minimum = drug.minimum_mg if drug else None
    stretch = longest(run.spans, minimum, protocol.trial_hold.value)
    told = _told(facts, run, today)
    scores = _scores(facts, run, today, protocol)
    doses = [span.dose_mg for span in run.spans if span.dose_mg is not None]
    return Trial(
        id=run.medication.id,
        name=run.medication.name,
        started_on=run.started_on,
        ended_on=run.ended_on,
        spans=run.spans,
        highest_mg=max(doses, default=None),
        minimum_mg=minimum,
        weeks=None if minimum is None else stretch // 7,
        weeks_taken=sum(span.days for span in run.spans) // 7,
        adherence=mean(told),
        verdict=_judged(run, drug, stretch, told, Bar(today, protocol)),
        outcome=_told_outcome(_outcome(scores, run.firm_on(protocol), protocol), run.stop_reason),
        before=scores.before,
        after=scores.after,
        best=scores.best,
        is_late=scores.is_late,
        stop_reason=run.stop_reason,
        told=told,
        judged_from=protocol.trial_judged.value,
        failing_since=_failing_since(run, minimum, scores, told, protocol),
    )


def longest(spans: Iterable[Span], minimum: float | None, hold: int = 0) -> int:
    """Days of the longest stretch at or above the minimum effective dose, without a break longer than a hold may be."""
    return max((days for _, days in _stretches(spans, minimum, hold)), default=0)


def _stretches(spans: Iterable[Span], minimum: float | None, hold: int) -> Iterator[tuple[date, int]]:
    """For each span its end, and the days of the stretch until then."""
    days = 0
    before: date | None = None
    for span in spans:
        enough = minimum is not None and span.dose_mg is not None and span.dose_mg >= minimum
        goes_on = before is not None and (span.from_on - before).days <= hold
        days = (days if goes_on else 0) + span.days if enough else 0
        before = span.until if enough else None
        yield span.until, days


def _told(facts: EpisodeFacts, run: Run, today: date) -> tuple[Report, ...]:
    """What was told of this medication, or of all, while it ran."""
    last = run.ended_on or today
    return tuple(row for row in reports(facts, run.medication.id) if run.started_on < row.on <= last)


class Bar(NamedTuple):
    """The day and the protocol by which a trial is judged."""

    today: date
    protocol: Protocol

    @property
    def weeks(self) -> int:
        """Weeks that an adequate trial takes."""
        return self.protocol.trial_weeks.value

    @property
    def percent(self) -> int:
        """Percent of the doses that it takes."""
        return self.protocol.trial_adherence.value


def _judged(run: Run, drug: Drug | None, stretch: int, told: Sequence[Report], bar: Bar) -> Verdict:
    name = run.medication.name
    if drug is None or drug.minimum_mg is None:
        by_level = drug is not None and drug.by_level
        why = "is dosed by its level" if by_level else "has no minimum effective dose on file"
        return Verdict(UNKNOWN, f"{name} {why}")
    if stretch < bar.weeks * 7:
        return _too_short(run, drug.minimum_mg, stretch, bar)
    return _taken(f"{counted(stretch // 7, 'week')} at {drug.minimum_mg:g} mg or more", told, bar)


def _too_short(run: Run, minimum: float, stretch: int, bar: Bar) -> Verdict:
    """Why there were not enough weeks at an effective dose."""
    doses = [span.dose_mg for span in run.spans]
    known_doses = [dose for dose in doses if dose is not None]
    if len(known_doses) < len(doses):
        return Verdict(UNKNOWN, "the dose was not recorded throughout")
    weeks = counted(stretch // 7, "week")
    if run.ended_on is None and _effective_now(run, minimum, bar):
        return Verdict(EARLY, f"{weeks} at {minimum:g} mg or more so far; {bar.weeks} are needed")
    highest = max(known_doses, default=0.0)
    if highest < minimum:
        return _below(run, minimum, highest, bar)
    return Verdict(
        INADEQUATE, f"only {weeks} at {minimum:g} mg or more without a break; {bar.weeks} are needed"
    )


def _below(run: Run, minimum: float, highest: float, bar: Bar) -> Verdict:
    """A dose below the effective one is a beginning in the first weeks, and no adequate trial after them."""
    dose = run.medication.dose_on(bar.today) if run.ended_on is None else None
    if dose is not None and (bar.today - run.started_on).days < 7 * bar.weeks:
        return Verdict(EARLY, f"{dose:g} mg so far; {bar.weeks} weeks at {minimum:g} mg or more are needed")
    return Verdict(INADEQUATE, f"never above {highest:g} mg; {minimum:g} mg or more is needed")


def _effective_now(run: Run, minimum: float, bar: Bar) -> bool:
    """An effective dose is taken today, or was until a hold that does not end the weeks yet."""
    dose = run.medication.dose_on(bar.today)
    if dose is not None or not run.spans:
        return dose is not None and dose >= minimum
    last = run.spans[-1]
    short = (bar.today - last.until).days <= bar.protocol.trial_hold.value
    return short and last.dose_mg is not None and last.dose_mg >= minimum


def _taken(enough: str, told: Sequence[Report], bar: Bar) -> Verdict:
    percent = mean(told)
    if percent is None:
        return Verdict(UNKNOWN, f"{enough}; {NOT_RECORDED}", by_dose=True)
    if percent < bar.percent:
        return Verdict(INADEQUATE, f"{enough}, but {mean_words(told)}; {bar.percent} % is needed")
    return Verdict(ADEQUATE, f"{enough}, {mean_words(told)}")


NOT_RECORDED = "adherence not recorded"


def _past(row: PastTrial, protocol: Protocol) -> Trial:
    drug = known(row.name)
    minimum = drug.minimum_mg if drug else None
    enough = row.dose_mg is not None and minimum is not None and row.dose_mg >= minimum
    return Trial(
        id=row.id,
        name=row.name,
        started_on=None,
        ended_on=None,
        spans=(),
        highest_mg=row.dose_mg,
        minimum_mg=minimum,
        weeks=row.weeks if enough else None,
        weeks_taken=row.weeks,
        adherence=None,
        verdict=_judged_past(row, minimum, protocol.trial_weeks.value),
        outcome=_told_outcome(row.response, row.stop_reason),
        stop_reason=row.stop_reason,
        told_on=row.on,
    )


def _judged_past(row: PastTrial, minimum: float | None, needed: int) -> Verdict:
    """What the patient tells of a trial is judged by the same numbers; what is not known stays not known."""
    if minimum is not None and row.dose_mg is not None and row.dose_mg < minimum:
        return Verdict(INADEQUATE, f"never above {row.dose_mg:g} mg; {minimum:g} mg or more is needed")
    if row.weeks is not None and row.weeks < needed:
        return Verdict(INADEQUATE, f"only {counted(row.weeks, 'week')}; {needed} are needed")
    if row.adherent is False:
        return Verdict(INADEQUATE, "it was not taken regularly")
    if minimum is None:
        return Verdict(UNKNOWN, f"{row.name} has no minimum effective dose on file")
    missing = [word for word, value in (("dose", row.dose_mg), ("duration", row.weeks)) if value is None]
    if missing:
        return Verdict(UNKNOWN, f"the {' and the '.join(missing)} is not known")
    enough = f"{counted(row.weeks or 0, 'week')} at {row.dose_mg:g} mg"
    if row.adherent is None:
        return Verdict(UNKNOWN, f"{enough}; {NOT_RECORDED}", by_dose=True)
    return Verdict(ADEQUATE, f"{enough}, taken regularly")


class Scores(NamedTuple):
    """The scores by which a trial is measured; the last and the best one are of its own days."""

    before: Score | None = None
    later: tuple[Score, ...] = ()
    is_late: bool = False

    @property
    def after(self) -> Score | None:
        """The last one."""
        return self.later[-1] if self.later else None

    @property
    def best(self) -> Score | None:
        """The lowest one."""
        return min(self.later, key=total, default=None)


def _scores(facts: EpisodeFacts, run: Run, today: date, protocol: Protocol) -> Scores:
    """From the score at the start; where there is none, from the first of the trial if that one is elevated.

    A first score that is not elevated may be what the medication had brought before anybody measured.
    """
    rows, end = scored(facts), run.ended_on or today
    during = [s for s in rows if run.started_on < s.taken_on <= end]
    before = _at_start(rows, run.started_on, end, protocol)
    is_late = (
        before is None and bool(during) and total(during[0]) >= protocol.scale(during[0].series).elevated
    )
    before = during[0] if is_late else before
    later = tuple(s for s in during if before and s.taken_on > before.taken_on)
    return Scores(before, later, is_late)


def _at_start(rows: Sequence[Score], start: date, end: date, protocol: Protocol) -> Score | None:
    """The last score up to a start; where it is old or there is none, the first one of the first days."""
    before = next((s for s in reversed(rows) if s.taken_on <= start), None)
    if before and (start - before.taken_on).days <= protocol.trial_last_score.value:
        return before
    early = min(end, start + timedelta(days=protocol.trial_first_score.value))
    return next((s for s in rows if start < s.taken_on <= early), before)


def scored(facts: EpisodeFacts) -> list[Score]:
    """The scores of the primary scale that have a total, oldest first."""
    series = SERIES.get(facts.primary_scale, facts.primary_scale)
    return [s for s in facts.series(series) if s.total is not None]


def _told_outcome(outcome: str, stop_reason: str) -> str:
    """What the scores do not tell, the reason for the stop may: it did not help."""
    return "none" if outcome == "unknown" and stop_reason == "no_response" else outcome


def _outcome(scores: Scores, firm_on: date, protocol: Protocol) -> str:
    """What the scale says of a trial: of its last score, unless a response before it was lost and nothing is worse."""
    if scores.before is None or scores.after is None:
        return "unknown"
    last = _moved(scores.before, scores.after, protocol)
    if last in HELPED or last == "worse":
        return last
    return "lost" if _helped(scores, firm_on, protocol) else last


HELPED = ("remission", "response")


def _helped(scores: Scores, firm_on: date, protocol: Protocol) -> bool:
    """A response that counts after it was lost: on two days, or on one when the trial had had its weeks."""
    days = [
        s.taken_on for s in scores.later if scores.before and _moved(scores.before, s, protocol) in HELPED
    ]
    return bool(days) and (days[-1] >= firm_on or days[0] < days[-1])


def _moved(before: Score, after: Score, protocol: Protocol) -> str:
    """From one score to another."""
    scale, first, last = protocol.scale(after.series), total(before), total(after)
    drop = first - last
    if reaches(-drop, scale.worse_points):
        return "worse"
    if first >= scale.elevated and last < scale.remission_below:
        return "remission"
    if drop > 0 and drop * 100 >= protocol.response_percent.value * first:
        return "response"
    partly = reaches(drop, scale.partial_points) or (
        drop > 0 and drop * 100 >= protocol.partial_percent.value * first
    )
    return "partial" if partly else "none"


def _failing_since(
    run: Run, minimum: float | None, scores: Scores, told: Sequence[Report], protocol: Protocol
) -> date | None:
    """The day since which a trial was long enough to be judged, taken and without a response, as far as was known."""
    days = _stretches(run.spans, minimum, protocol.trial_hold.value)
    enough = 7 * protocol.trial_judged.value
    judged_on = next((until - timedelta(days=n - enough) for until, n in days if n >= enough), None)
    if judged_on is None or scores.after is None:
        return None
    so_far = (scores._replace(later=scores.later[:n]) for n in range(1, len(scores.later) + 1))
    failed = ((s.later[-1].taken_on, _outcome(s, run.firm_on(protocol), protocol) in FAILED) for s in so_far)
    means = ((told[n - 1].on, mean(told[:n])) for n in range(1, len(told) + 1))
    taken = ((on, (percent or 0) >= protocol.trial_adherence.value) for on, percent in means)
    return max(judged_on, _since(failed, False), _since(taken, True))


def _since(answers: Iterable[tuple[date, bool]], held: bool) -> date:
    """The day since which the answer was yes; where it always was, from the beginning."""
    since = date.min
    for on, holds in answers:
        since = on if holds and not held else since
        held = holds
    return since


def failed_adequate(found: Iterable[Trial]) -> tuple[Trial, ...]:
    """Of each antidepressant the first trial of enough weeks at its dose that failed, whether adherence is known or not."""
    first: dict[str, Trial] = {}
    for trial in found:
        if trial.failed and is_antidepressant(Medication(trial.id, trial.name)):
            drug = known(trial.name)
            first.setdefault(drug.name if drug else trial.name, trial)
    return tuple(first.values())


# ---------------------------------------------------------------- words


def failed_words(failed: Sequence[Trial]) -> str:
    """'2 adequate trials failed'; where adherence is not known of one they are trials of adequate dose and time."""
    known_ones = all(trial.verdict.code == ADEQUATE for trial in failed)
    what = "adequate trials" if known_ones else "trials at an adequate dose and time"
    return f"{len(failed)} {what} failed"


def dose_range(trial: Trial) -> str:
    """The doses of a trial in words: 50 to 100 mg."""
    doses = [span.dose_mg for span in trial.spans if span.dose_mg is not None] or (
        [trial.highest_mg] if trial.highest_mg is not None else []
    )
    if not doses:
        return "dose not known"
    low, high = min(doses), max(doses)
    return f"{high:g} mg" if low == high else f"{low:g} to {high:g} mg"


def response_words(trial: Trial, title: str = "PHQ-9") -> str:
    """What came of a trial in words, with the scores where there are two."""
    if trial.before is None or trial.after is None or trial.best is None:
        return OUTCOMES.get(trial.outcome, trial.outcome)
    best = f"{trial.best.total}, then " if trial.outcome == "lost" else ""
    late = f"; first score on {spell(trial.before.taken_on)}" if trial.is_late else ""
    return f"{title} {trial.before.total} to {best}{trial.after.total}, {OUTCOMES[trial.outcome]}{late}"


class Band(NamedTuple):
    """A trial as a bar under the curve of the scores; ``adequate`` is None while nobody can say."""

    from_on: date
    until: date
    label: str
    adequate: bool | None
    why: str


def bands(facts: EpisodeFacts, today: date, protocol: Protocol = DEFAULT_PROTOCOL) -> tuple[Band, ...]:
    """A bar for each trial that the registry saw, oldest first."""
    return tuple(
        Band(
            trial.started_on,
            trial.ended_on or today,
            f"{trial.name} {dose_range(trial)}",
            {ADEQUATE: True, INADEQUATE: False}.get(trial.verdict.code),
            f"{trial.words}: {trial.verdict.why}.",
        )
        for trial in trials(facts, today, protocol)
        if trial.started_on is not None
    )


# ---------------------------------------------------------------- which change preceded which improvement


class Step(NamedTuple):
    """A change of treatment: a start, a new dose, a resumption or a therapy that began may have helped; a stop or a hold
    is no cause, and makes it unclear what helped."""

    on: date
    what: str  # the medication or the therapy
    text: str
    fact: FactId
    may_help: bool = True


class Attribution(NamedTuple):
    """An improvement and what preceded it; not clear where two changes lie close together."""

    steps: tuple[Step, ...]
    before: Score
    after: Score
    is_clear: bool
    sentence: str


def attributions(
    facts: EpisodeFacts, today: date, protocol: Protocol = DEFAULT_PROTOCOL
) -> tuple[Attribution, ...]:
    """Each improvement that followed a change, oldest first.

    Changes close together cannot be told apart, nor can those further apart without a score between them.
    """
    facts = facts.as_of(today)
    rows = scored(facts)
    groups = list(_groups(_steps(facts), [score.taken_on for score in rows], protocol))
    found = []
    for group, later in pairwise([*groups, ()]):
        until = later[0].on if later else today
        before = _at_start(rows, group[0].on, until, protocol)
        after = next((s for s in reversed(rows) if group[-1].on < s.taken_on <= until), None)
        cause = any(step.may_help for step in group)
        if (
            cause
            and before
            and after
            and before.taken_on < after.taken_on
            and _improved(before, after, protocol)
        ):
            found.append(_attribution(group, before, after, protocol))
    return tuple(found)


def _steps(facts: EpisodeFacts) -> list[Step]:
    doses = [
        Step(event.on, medication.name, dose_text(medication, event), medication.id, event.taken)
        for medication in facts.medications
        for event in dose_steps(medication)
    ]
    therapies = [Step(c.on, c.text, c.text, c.fact) for c in treatment_changes(facts) if c.kind == "therapy"]
    return sorted([*doses, *therapies], key=lambda step: (step.on, step.text, str(step.fact)))


def _groups(
    steps: Iterable[Step], scored_on: Sequence[date], protocol: Protocol
) -> Iterator[tuple[Step, ...]]:
    """Changes of which each cannot be told apart from the one before."""
    group: list[Step] = []
    for step in steps:
        if group and _apart(group[-1].on, step.on, scored_on, protocol):
            yield tuple(group)
            group = []
        group.append(step)
    if group:
        yield tuple(group)


def _apart(first: date, second: date, scored_on: Sequence[date], protocol: Protocol) -> bool:
    """Enough days lie between, with a score or so many that none is needed."""
    days = (second - first).days
    if days <= protocol.changes_apart.value:
        return False
    return days > protocol.changes_unscored.value or any(first < on <= second for on in scored_on)


def _improved(before: Score, after: Score, protocol: Protocol) -> bool:
    """An improvement that counts is as large as a partial response in points; in percent where none are published."""
    first, points = before.total or 0, protocol.scale(after.series).partial_points
    drop = first - (after.total or 0)
    if points is None:
        return drop > 0 and drop * 100 >= protocol.partial_percent.value * first
    return drop >= points


def _attribution(group: tuple[Step, ...], before: Score, after: Score, protocol: Protocol) -> Attribution:
    title, treatments = (
        series_title(after.series, (before, after)),
        list(dict.fromkeys(s.what for s in group)),
    )
    told = "; ".join(f"{step.text} on {spell(step.on)}" for step in group)
    fell = f"{title} fell from {before.total} ({spell(before.taken_on)}) to {after.total} ({spell(after.taken_on)})"
    if len(group) == 1:
        return Attribution(group, before, after, True, f"{fell} after {told}.")
    which = "treatment" if len(treatments) > 1 else "dose" if all(s.may_help for s in group) else "change"
    return Attribution(
        group, before, after, False,
        f"{fell} after {told}. Which {which} did it is not clear: {_doubt(group, protocol)}.",
    )  # fmt: skip


def _doubt(group: tuple[Step, ...], protocol: Protocol) -> str:
    """Why changes cannot be told apart."""
    apart = protocol.changes_apart.value
    near = any((later.on - step.on).days <= apart for step, later in pairwise(group))
    return f"changes lie within {counted(apart, 'day')}" if near else "no score was taken between the changes"
