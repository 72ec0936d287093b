"""The protocol: every threshold of stepped care with its unit, its source and the day from which it holds.

A clinic's own protocol is ``DEFAULT_PROTOCOL.with_values(version, effective_on, name=value, ...)``; a number of a
primary scale is named after it, as in ``phq9.elevated``.  Beside the numbers stand the choices between published ways
that differ.  Which version holds on a day: ``clinical.protocols``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from registry.clinical.choices import ANTIPSYCHOTICS, Choice
from registry.clinical.dates import begun, spell
from registry.clinical.sources import awaits_sign_off

Value = int | str
"""What a version sets: a number, or the code of the way that was chosen."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number with its unit and sources."""

    value: int
    unit: str
    meaning: str
    sources: tuple[str, ...]

    @property
    def awaiting_sign_off(self) -> bool:
        """True for a number that no public source gives."""
        return awaits_sign_off(*self.sources)

    @property
    def title(self) -> str:
        """The meaning as it begins a line: the first letter is large, the others stay as they are."""
        return begun(self.meaning)

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"


DAYS, POINTS, PERCENT, TIMES, YEARS, WORKING, WEEKS = (
    "d",
    "points",
    "%",
    "times",
    "years",
    "working d",
    "weeks",
)


@dataclass(frozen=True, slots=True)
class ScaleThresholds:
    """The numbers of one primary scale; None where nobody published one, and then it judges nothing."""

    title: str
    elevated: int  # baseline at or above it can respond or remit
    improved_below: int | None
    remission_below: int
    worse_points: int | None  # above baseline or best: deterioration
    partial_points: int | None
    small_drop: int | None  # a smaller drop is an early signal
    sources: tuple[str, ...]
    improved_points: int | None = None  # below the baseline

    @property
    def target(self) -> int:
        """The line that a chart draws: improved below it, else in remission below it."""
        return self.remission_below if self.improved_below is None else self.improved_below


PHQ9 = ScaleThresholds("PHQ-9", 10, 10, 5, 5, 5, 5, ("S19", "S41", "S45", "S68", "M"))
GAD7 = ScaleThresholds("GAD-7", 10, 10, 5, 4, 4, 4, ("S19", "S45", "M"))
PCL5 = ScaleThresholds("PCL-5", 33, None, 33, 10, 10, 10, ("S19", "S45", "M", "I"), 12)
SCARED = ScaleThresholds("SCARED", 25, None, 25, None, None, None, ("S19", "M"))
PSC17 = ScaleThresholds("PSC-17", 15, None, 15, None, None, None, ("S19", "M"))


def _t(value: int, unit: str, meaning: str, *sources: str) -> Threshold:
    return Threshold(value, unit, meaning, sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Every threshold that the rules use."""

    version: str
    effective_on: date
    phq9: ScaleThresholds = PHQ9
    gad7: ScaleThresholds = GAD7
    pcl5: ScaleThresholds = PCL5
    scared: ScaleThresholds = SCARED
    psc17: ScaleThresholds = PSC17

    # Entry
    eligible_within: Threshold = _t(30, DAYS, "age of a score that makes a patient eligible", "M")
    outreach_target: Threshold = _t(2, DAYS, "first outreach after a referral", "S17", "M")
    outreach_late: Threshold = _t(7, DAYS, "first outreach is overdue", "M")
    outreach_attempts: Threshold = _t(3, TIMES, "attempts before a referral may be closed", "M")
    outreach_channels: Threshold = _t(2, TIMES, "different channels of these attempts", "M")
    outreach_window: Threshold = _t(30, DAYS, "time for these attempts to reach the patient", "M")
    baseline_window: Threshold = _t(14, DAYS, "baseline score after enrollment", "S19")
    intake_window: Threshold = _t(30, DAYS, "after enrollment: the intake's checks are answered", "M")
    care_plan_due: Threshold = _t(30, DAYS, "after enrollment: a care plan is made with the patient", "I")

    # Status
    response_percent: Threshold = _t(50, PERCENT, "below the baseline: response", "S19", "S68")
    partial_percent: Threshold = _t(25, PERCENT, "below the baseline: partial response", "M")
    small_drop_percent: Threshold = _t(20, PERCENT, "a smaller drop on a step is an early signal", "S41")
    remission_window: Threshold = _t(30, DAYS, "age of the score that shows remission", "S19", "I")
    improved_from: Threshold = _t(70, DAYS, "after enrollment: improvement is judged from", "S19")

    # Contact cadence
    first_follow_up_due: Threshold = _t(
        14, DAYS, "first follow-up after the initial assessment is due", "S30", "M"
    )
    first_follow_up_breach: Threshold = _t(28, DAYS, "first follow-up is in breach", "S30")
    weekly_until: Threshold = _t(28, DAYS, "after enrollment: contacts are weekly until", "S35", "M")
    weekly: Threshold = _t(7, DAYS, "between contacts in the first month", "S35", "M")
    acute_interval: Threshold = _t(14, DAYS, "longest time between contacts while not at target", "S35", "M")
    transition_interval: Threshold = _t(28, DAYS, "longest time between contacts once better", "S34", "S35")
    maintenance_months: Threshold = _t(84, DAYS, "in maintenance: contacts stay monthly for", "S34", "S35")
    maintenance_interval: Threshold = _t(
        84, DAYS, "in maintenance: longest time between contacts after that", "S34", "S35"
    )
    month_end_notice: Threshold = _t(7, DAYS, "before the month's end: what the month still lacks", "S19")
    dose_call_from: Threshold = _t(7, DAYS, "after a start or dose change: call", "M")
    dose_call_by: Threshold = _t(14, DAYS, "after a start or dose change: call is late", "M")
    dose_call_until: Threshold = _t(28, DAYS, "after a start or dose change: the call no longer helps", "M")
    young_age: Threshold = _t(25, YEARS, "age below which calls are weekly for four weeks after a start", "M")
    missed_in_row: Threshold = _t(2, TIMES, "missed in a row: another channel", "M")
    discharge_due: Threshold = _t(2, WORKING, "after a hospital or emergency stay: contact", "M")
    discharge_breach: Threshold = _t(7, DAYS, "after a hospital or emergency stay: contact is in breach", "M")

    # Measurement
    scale_due: Threshold = _t(30, DAYS, "primary scale is due again", "M")
    scale_due_remote: Threshold = _t(14, DAYS, "primary scale is due again, early on and seen remotely", "M")
    scale_early: Threshold = _t(56, DAYS, "after enrollment: early on", "M")
    other_result: Threshold = _t(90, DAYS, "a result that no medication asks for is news", "I")
    review_result_within: Threshold = _t(1, WORKING, "a result is read by somebody", "S11")

    # Change of treatment and consult
    early_from: Threshold = _t(28, DAYS, "on the current step: early signal from", "S41")
    early_until: Threshold = _t(42, DAYS, "on the current step: early signal until", "S41")
    therapy_week_4: Threshold = _t(17, POINTS, "PHQ-9 at week 4 of a therapy that is not on track", "S42")
    therapy_week_9: Threshold = _t(13, POINTS, "PHQ-9 at week 9 of a therapy that is not on track", "S42")
    therapy_week_14: Threshold = _t(9, POINTS, "PHQ-9 at week 14 of a therapy that is not on track", "S42")
    therapy_slack: Threshold = _t(
        7, DAYS, "a score counts for therapy week 4, 9 or 14, either side of it", "S42"
    )
    review_from: Threshold = _t(56, DAYS, "enrolled and not better: psychiatric review from", "S30")
    review_until: Threshold = _t(84, DAYS, "enrolled and not better: psychiatric review by", "S30")
    must_change: Threshold = _t(84, DAYS, "since the last change of treatment while not improved", "M")
    review_fresh: Threshold = _t(60, DAYS, "a review is fresh", "S19")
    first_review_from: Threshold = _t(14, DAYS, "enrolled and never reviewed: due", "M")
    first_review_by: Threshold = _t(30, DAYS, "enrolled and never reviewed: late", "M")
    answer_due: Threshold = _t(3, WORKING, "for the PCP to answer a recommendation", "M")
    answer_breach: Threshold = _t(7, DAYS, "a recommendation without an answer is escalated", "M")
    done_within: Threshold = _t(14, DAYS, "an accepted recommendation is carried out", "I")
    effect_known: Threshold = _t(28, DAYS, "after a change of treatment: a score is due", "I")
    too_long: Threshold = _t(182, DAYS, "enrolled without response", "S56", "M")

    # Medication trials and titration
    trial_weeks: Threshold = _t(4, WEEKS, "at the minimum effective dose: an adequate trial", "S41", "M")
    trial_judged: Threshold = _t(
        6, WEEKS, "at the minimum effective dose: a trial that still runs is judged", "S41", "M"
    )
    trial_adherence: Threshold = _t(80, PERCENT, "of the doses taken: an adequate trial", "M")
    trial_hold: Threshold = _t(3, DAYS, "longest hold that does not end a trial's weeks", "M")
    trial_first_score: Threshold = _t(
        14, DAYS, "after a trial's start: a score still counts as the one before it", "I"
    )
    trial_last_score: Threshold = _t(
        30,
        DAYS,
        "before a start or change: an older score yields to one of the first days after it",
        "I",
        "M",
    )
    failed_trials: Threshold = _t(2, TIMES, "trials that failed: another way is looked for", "S41")
    changes_apart: Threshold = _t(
        14, DAYS, "changes of treatment this close together cannot be told apart", "I"
    )
    changes_unscored: Threshold = _t(
        56, DAYS, "changes of treatment this close cannot be told apart without a score between", "I"
    )
    step_early: Threshold = _t(3, DAYS, "before its day a new dose still is the planned step", "I")
    step_missed: Threshold = _t(7, DAYS, "after its day a planned dose step is missed", "I")
    reassess_sedative: Threshold = _t(
        90, DAYS, "between reassessments of a benzodiazepine or Z-drug", "I", "M"
    )

    # Step down and close
    held_apart: Threshold = _t(28, DAYS, "between two scores that show a held response", "S34", "S36")
    held_to_close: Threshold = _t(60, DAYS, "target held before graduation", "M")
    inactive_warning: Threshold = _t(60, DAYS, "without a treatment contact: last effort", "M")
    inactive_close: Threshold = _t(90, DAYS, "without a treatment contact: close", "S19")
    watch_after_close: Threshold = _t(365, DAYS, "after closing: new scores are watched", "I")

    # Safety
    assess_within: Threshold = _t(1, WORKING, "for the assessment of a positive item 9", "I")
    safety_look_back: Threshold = _t(90, DAYS, "before the referral: a positive item 9 still counts", "I")
    plan_stale: Threshold = _t(90, DAYS, "a safety plan is gone through again", "M")
    flagged_contact: Threshold = _t(7, DAYS, "longest time between contacts while a risk flag is up", "M")

    # Therapy, combined care and pathways
    session_gap: Threshold = _t(21, DAYS, "without a session of an open course of therapy", "I")
    sessions_missed: Threshold = _t(2, TIMES, "sessions of therapy missed in a row", "I")
    homework_window: Threshold = _t(4, TIMES, "last homework tasks of which at most one was done", "I")
    exchange_due: Threshold = _t(30, DAYS, "between exchanges of prescriber and therapist in split care", "I")
    combine_severe: Threshold = _t(20, POINTS, "PHQ-9 that speaks for combining treatments", "S47", "M")
    check_in: Threshold = _t(7, DAYS, "between check-ins of a substance-use pathway", "M")
    check_in_stable: Threshold = _t(28, DAYS, "between check-ins once steady", "M")
    induction_call: Threshold = _t(3, DAYS, "after an induction: contact", "M")
    urine_screen: Threshold = _t(30, DAYS, "between urine screens on the opioid-use pathway", "M")
    assent_within: Threshold = _t(
        14, DAYS, "on the young person's pathway: assent of a minor is asked for", "I"
    )
    caregiver_contact: Threshold = _t(30, DAYS, "between contacts with a minor's caregiver", "I")
    epds_after_birth: Threshold = _t(42, DAYS, "between EPDS in the year after birth", "M")

    # Choices
    antipsychotics: Choice = ANTIPSYCHOTICS

    def in_force(self, day: date) -> str:
        """Since when, as a page about a day says it; a day before the first protocol is read by that one, too."""
        since = spell(self.effective_on)
        return f"in force since {since}" if self.effective_on <= day else f"the first one, of {since}"

    def scale(self, series: str) -> ScaleThresholds:
        """The numbers of a primary scale; an unknown one is refused with its name."""
        name, form = FORMS.get(series, (series, ""))
        if name not in SCALES:
            raise ValueError(f"{series} is not a primary scale of the protocol: {', '.join(SCALES)}")
        found: ScaleThresholds = getattr(self, name)
        return replace(found, title=f"{found.title}, {form}") if form else found

    def with_values(self, version: str, effective_on: date, **values: Value) -> "Protocol":
        """A clinic's own protocol: the same thresholds with other numbers, and other choices."""
        plain = {name: value for name, value in values.items() if "." not in name}
        changed = {name: replace(getattr(self, name), value=value) for name, value in plain.items()}
        scales = {name: replace(getattr(self, name), **_of_scale(name, values)) for name in SCALES}
        return replace(self, version=version, effective_on=effective_on, **scales, **changed)


SCALES = ("phq9", "gad7", "pcl5", "scared", "psc17")
FORMS = {"scared_child": ("scared", "child"), "scared_parent": ("scared", "parent")}
"""Forms of one scale for two informants: the numbers are the same, the scores are not mixed."""
SCALE_MEANINGS = {
    "elevated": "baseline from which a patient can respond or remit",
    "improved_below": "score below which a patient is improved",
    "improved_points": "below the baseline: improved",
    "remission_below": "score below which a patient is in remission",
    "worse_points": "above the baseline or the best score: deterioration",
    "partial_points": "below the baseline: partial response",
    "small_drop": "a smaller drop on a step is an early signal",
}


SCALE_SOURCES: dict[str, tuple[str, ...]] = {
    "elevated": ("S19", "S68"),
    "improved_below": ("S19",),
    "improved_points": ("S19",),
    "remission_below": ("S19", "S68"),
    "worse_points": ("S45", "M"),
    "partial_points": ("M",),
    "small_drop": ("S41", "S45"),
}
"""The sources of each number; those of the whole scale stand in its row."""
OWN_SOURCES: dict[str, dict[str, tuple[str, ...]]] = {
    "pcl5": {
        "elevated": ("S19", "M"),
        "remission_below": ("S19", "M"),
        "worse_points": ("S45", "I", "M"),
        "partial_points": ("S45", "I", "M"),
        "small_drop": ("S45", "I"),
    },
    "scared": {"elevated": ("S19", "M"), "remission_below": ("S19", "M")},
    "psc17": {"elevated": ("S19", "M"), "remission_below": ("S19", "M")},
}
"""Where the sources of a scale's number are others: New York's candidates await sign-off (S19)."""


def sources_of(scale: str, part: str) -> tuple[str, ...]:
    """The sources of one number of a primary scale, or of a form of it."""
    return OWN_SOURCES.get(FORMS.get(scale, (scale, ""))[0], {}).get(part, SCALE_SOURCES[part])


def scale_awaits_sign_off(scale: str) -> bool:
    """Whether the line between elevated and not awaits sign-off: then all that is judged by the scale does."""
    return awaits_sign_off(*sources_of(scale, "elevated"))


def _of_scale(scale: str, values: Mapping[str, Value]) -> dict[str, Any]:
    begin = f"{scale}."
    return {name.removeprefix(begin): value for name, value in values.items() if name.startswith(begin)}


def thresholds(protocol: Protocol) -> dict[str, Threshold]:
    """Every threshold of a protocol by its name, without the numbers of the primary scales."""
    values = ((f.name, getattr(protocol, f.name)) for f in fields(protocol))
    return {name: value for name, value in values if isinstance(value, Threshold)}


def numbers(protocol: Protocol) -> dict[str, Threshold]:
    """Every number that a clinic may set: the thresholds, then those of the primary scales (``phq9.elevated``)."""
    return thresholds(protocol) | {
        f"{name}.{part}": _t(value, POINTS, meaning, *sources_of(name, part))
        for name, scale in ((name, protocol.scale(name)) for name in SCALES)
        for part, meaning in SCALE_MEANINGS.items()
        if (value := getattr(scale, part)) is not None
    }


def choices(protocol: Protocol) -> dict[str, Choice]:
    """Every choice between published ways by its name."""
    values = ((f.name, getattr(protocol, f.name)) for f in fields(protocol))
    return {name: value for name, value in values if isinstance(value, Choice)}


def settings(protocol: Protocol) -> dict[str, Threshold | Choice]:
    """All that a clinic may set: the numbers, then the choices."""
    return {**numbers(protocol), **choices(protocol)}


DEFAULT_PROTOCOL = Protocol(version="2026.1", effective_on=date(2026, 1, 1))
