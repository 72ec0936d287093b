"""How a scale has moved since its baseline: T1 response to T6 deterioration.

The baseline is the first score on days 0 to 14 after enrolment, else the first after; never one from
before.  It never changes within an episode (S19).  Precedence of the statuses: T6, T3, T1, T2, T4, T5.
Only an elevated baseline can respond or remit; deterioration shows from any baseline.
"""

from datetime import date
from itertools import takewhile
from typing import NamedTuple

from registry.clinical.dates import spell
from registry.clinical.facts import SERIES, EpisodeFacts, FactId, Score
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.protocol import Protocol, ScaleThresholds

NONE, BASELINE, LOW = "none", "baseline", "low"

WORDS = {
    "T1": "Response",
    "T2": "Improved",
    "T3": "Remission",
    "T4": "Partial response",
    "T5": "No response",
    "T6": "Deterioration",
    NONE: "Not measured",
    BASELINE: "Baseline only",
    LOW: "Baseline not elevated",
}


class Course(NamedTuple):
    """The course of one scale; ``percent`` and ``points`` are negative where the patient is better."""

    series: str
    status: str  # T1..T6, or none, baseline, low
    baseline: Score | None
    latest: Score | None
    best: Score | None
    percent: int | None
    points: int | None
    weeks: int | None  # from baseline to the latest score
    elevated: bool | None
    improved: bool | None  # >= 50 %, or by the scale's own number, from an elevated baseline
    at_target: bool | None  # response or remission, from an elevated baseline
    sentence: str
    scores: tuple[Score, ...] = ()  # with a total, from the baseline on

    @property
    def word(self) -> str:
        """The status in a word or two."""
        return WORDS[self.status]

    @property
    def facts(self) -> tuple[FactId, ...]:
        """The scores that tell of it: the baseline and the latest one."""
        return tuple(score.id for score in (self.baseline, self.latest) if score)

    @property
    def not_improved(self) -> bool:
        """Elevated at baseline and not shown to be better since; without a baseline nothing is known."""
        return bool(self.elevated) and not self.improved


def course(facts: EpisodeFacts, protocol: Protocol, today: date, series: str | None = None) -> Course:
    """The course of a scale (the primary one unless told) as of today."""
    name = series or facts.primary_scale
    return course_of(facts.as_of(today), protocol, today, SERIES.get(name, name))


def course_of(facts: EpisodeFacts, protocol: Protocol, today: date, series: str) -> Course:
    """The course of a scale from facts that already end today."""
    scale = protocol.scale(series)
    counted = _since_baseline(facts, series)
    if not counted:
        return _unmeasured(facts, series, scale)
    baseline, latest = counted[0], counted[-1]
    first, last = total(baseline), total(latest)
    best = min(counted, key=lambda s: (total(s), s.taken_on))
    elevated = first >= scale.elevated
    later = len(counted) > 1
    percent = _percent(first, last) if later else None
    return Course(
        series=series,
        status=_status(counted, scale, protocol, _ages(facts, latest, today)),
        baseline=baseline,
        latest=latest,
        best=best,
        percent=percent,
        points=last - first if later else None,
        weeks=(latest.taken_on - baseline.taken_on).days // 7,
        elevated=elevated,
        improved=is_improved(first, last, scale, protocol) if later and elevated else None,
        at_target=is_at_target(first, last, scale, protocol) if later and elevated else None,
        sentence=_sentence(baseline, latest, percent),
        scores=counted,
    )


def aged(course: Course, facts: EpisodeFacts, protocol: Protocol, today: date) -> int | None:
    """The age in days of a latest score that would be remission were it not too old, else None."""
    if course.status not in ("T1", "T2", "T4", "T5") or course.latest is None:
        return None
    low = total(course.latest) < protocol.scale(course.series).remission_below
    return _ages(facts, course.latest, today).score_days if low else None


def total(score: Score) -> int:
    """The total of a score that is known to have one."""
    assert score.total is not None, "only scores with a total are counted"
    return score.total


def is_at_target(first: int, last: int, scale: ScaleThresholds, protocol: Protocol) -> bool:
    """At target: at least half below baseline, or in remission."""
    return _responded(first, last, protocol) or last < scale.remission_below


def is_improved(first: int, last: int, scale: ScaleThresholds, protocol: Protocol) -> bool:
    """Improved: at least half below baseline, or by the scale's own number."""
    return _responded(first, last, protocol) or _by_own_number(first, last, scale)


def _by_own_number(first: int, last: int, scale: ScaleThresholds) -> bool:
    """Below 10 (PHQ-9, GAD-7), or 12 points lower (PCL-5); the other scales have no number of their own."""
    below = scale.improved_below is not None and last < scale.improved_below
    return below or reaches(first - last, scale.improved_points)


def reaches(points: int, number: int | None) -> bool:
    """A change reaches the number; one that nobody published is never reached."""
    return number is not None and points >= number


def _since_baseline(facts: EpisodeFacts, series: str) -> tuple[Score, ...]:
    """Scores with a total from the enrolment day on, the higher one of a day; the first is the baseline."""
    start = facts.enrolled_on
    if start is None:
        return ()
    by_day = {s.taken_on: s for s in facts.series(series) if s.taken_on >= start and s.total is not None}
    return tuple(by_day.values())


def _responded(first: int, last: int, protocol: Protocol) -> bool:
    return (first - last) * 100 >= protocol.response_percent.value * first


def _percent(first: int, last: int) -> int | None:
    """Change in whole percent of the baseline, half away from nought; None from a baseline of 0."""
    if first == 0:
        return None
    size = (200 * abs(last - first) + first) // (2 * first)
    return size if last > first else -size


class _Ages(NamedTuple):
    """How long the patient has been enrolled and how old the latest score is."""

    enrolled_days: int
    score_days: int


def _ages(facts: EpisodeFacts, latest: Score, today: date) -> _Ages:
    """Counted to today; in a closed episode to the day of its close: it does not change afterwards."""
    enrolled, judged_on = facts.enrolled_on or today, today
    if facts.closed_on and latest.taken_on <= facts.closed_on:
        judged_on = facts.closed_on
    return _Ages((judged_on - enrolled).days, (judged_on - latest.taken_on).days)


def _status(counted: tuple[Score, ...], scale: ScaleThresholds, protocol: Protocol, ages: _Ages) -> str:
    """The first of T6, T3, T1, T2, T4, T5 that holds."""
    if len(counted) == 1:
        return BASELINE
    first, last = total(counted[0]), total(counted[-1])
    if reaches(last - min(total(s) for s in counted), scale.worse_points):
        return "T6"
    if first < scale.elevated:
        return LOW
    if last < scale.remission_below and ages.score_days <= protocol.remission_window.value:
        return "T3"
    if _responded(first, last, protocol):
        return "T1"
    return _lesser_status(first, last, scale, protocol, ages)


def _lesser_status(first: int, last: int, scale: ScaleThresholds, protocol: Protocol, ages: _Ages) -> str:
    """Not response: improved (by the scale's own number, once improvement is judged), partly, or not."""
    if _by_own_number(first, last, scale) and ages.enrolled_days >= protocol.improved_from.value:
        return "T2"
    drop = first - last
    if reaches(drop, scale.partial_points) or drop * 100 >= protocol.partial_percent.value * first:
        return "T4"
    return "T5"


def _sentence(baseline: Score, latest: Score, percent: int | None) -> str:
    """First and latest score with their forms, their days and the change."""
    start = (
        f"{INSTRUMENTS[baseline.instrument].title} {baseline.total} on {spell(baseline.taken_on)} (baseline)"
    )
    if latest is baseline:
        return f"{start}; no later score."
    change = "" if percent is None else f", {abs(percent)}% {'higher' if percent > 0 else 'lower'}"
    if percent == 0:
        change = ", unchanged"
    form = "" if latest.instrument == baseline.instrument else f"{INSTRUMENTS[latest.instrument].title} "
    return f"{start}, {form}{latest.total} on {spell(latest.taken_on)}{change}."


def _unmeasured(facts: EpisodeFacts, series: str, scale: ScaleThresholds) -> Course:
    """No score since enrolment: nothing is known, whatever was measured before."""
    sentence = f"No {scale.title} since enrollment"
    sentence += f" on {spell(facts.enrolled_on)}." if facts.enrolled_on else ": not enrolled."
    return Course(series, NONE, None, None, None, None, None, None, None, None, None, sentence)


def held_since(course: Course, protocol: Protocol) -> date | None:
    """The day from which every score has been at target, None where the latest is not."""
    if not course.at_target or course.baseline is None:
        return None
    scale, first = protocol.scale(course.series), total(course.baseline)
    held = takewhile(lambda s: is_at_target(first, total(s), scale, protocol), reversed(course.scores))
    return min(score.taken_on for score in held)
