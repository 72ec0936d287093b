"""From the facts of an episode to what its chart shows: the same on the page, at the side and on paper."""

from collections.abc import Iterator
from datetime import date

from registry.charts.shapes import Band, Event, EventKind, Trend, TrendPoint, TrialBar
from registry.clinical.course import course
from registry.clinical.facts import EpisodeFacts, Medication, Score
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.primary import series_title
from registry.clinical.protocol import Protocol
from registry.clinical.risk import safety_answer
from registry.clinical.treatment import DONE, dose_steps, treatment_changes
from registry.clinical.trials import bands as trial_bands


def trend_of(facts: EpisodeFacts, protocol: Protocol, today: date, series: str | None = None) -> Trend | None:
    """The chart of one scale (the primary one unless told); None where nothing was scored."""
    name = series or facts.primary_scale
    seen = facts.as_of(today)
    scores = [score for score in seen.series(name) if score.total is not None]
    points = tuple(point(score) for score in scores)
    if not points:
        return None
    instrument, at_enrolment = INSTRUMENTS[name], course(seen, protocol, today, name).baseline
    return Trend(
        title=series_title(name, scores),
        maximum=instrument.highest,
        points=points,
        today=_until(seen, points[-1].on, today),
        bands=tuple(Band(band.lowest, _short(band.name), band.severity) for band in instrument.bands),
        target=protocol.scale(name).target,
        baseline=point(at_enrolment) if at_enrolment else None,
        enrolled_on=seen.enrolled_on,
        events=tuple(events(seen, first := min(points[0].on, seen.enrolled_on or points[0].on))),
        trials=tuple(
            TrialBar(*band[:4]) for band in trial_bands(seen, today, protocol) if band.until >= first
        ),
    )


def _until(seen: EpisodeFacts, last: date, today: date) -> date:
    """The last day of the chart: of a closed episode its close, or what was measured later."""
    return today if seen.closed_on is None else max(seen.closed_on, last)


def point(score: Score) -> TrendPoint:
    """One score as a point; a pro-rated one is partial."""
    return TrendPoint(score.taken_on, score.total or 0, score.positive_item9, score.prorated, _safety(score))


def _safety(score: Score) -> str:
    """0 is an answer, and not the same as "not asked"."""
    if INSTRUMENTS[score.instrument].safety_item is None:
        return ""
    return safety_answer(score)


def events(facts: EpisodeFacts, start: date) -> Iterator[Event]:
    """Dose steps with their direction, and the first delivery of each therapy; not what had ended before the start."""
    for medication in facts.medications:
        if medication.is_current(start) or medication.events[-1].on >= start:
            yield from _dose_events(medication)
    for change in treatment_changes(facts):
        if change.kind == "therapy":
            yield Event(change.on, "therapy", change.text.removesuffix(f" {DONE['start']}"))


def _dose_events(medication: Medication) -> Iterator[Event]:
    dose: float | None = None
    for event in dose_steps(medication):
        if not event.taken:
            yield Event(event.on, "stop", f"{medication.name} {DONE[event.kind]}")
        elif event.kind in ("start", "resume") or dose is None or event.dose_mg is None:
            amount = "" if event.dose_mg is None else f" {event.dose_mg:g} mg"
            yield Event(event.on, "start", f"{medication.name}{amount}")
        else:
            direction: EventKind = "up" if event.dose_mg >= dose else "down"
            yield Event(event.on, direction, f"{medication.name} {dose:g} to {event.dose_mg:g} mg")
        dose = event.dose_mg if event.taken else None


def _short(name: str) -> str:
    """A band's name in the margin of a chart."""
    return name.replace("moderately", "mod.").capitalize()
