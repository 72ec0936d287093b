"""What a clinic may set: every number in its section, within bounds that catch a slip and in a sensible order, and each
choice among its published ways.

The bounds are the registry's own judgement: a quarter to four times the published number, closer where safety
hangs on it. A scale's number stays between half and twice the published one, and within its totals.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from registry.clinical.choices import Choice
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.protocol import (
    DEFAULT_PROTOCOL,
    FORMS,
    PERCENT,
    POINTS,
    SCALES,
    TIMES,
    WORKING,
    YEARS,
    Threshold,
    Value,
    numbers,
    settings,
)

SECTIONS: tuple[tuple[str, str], ...] = (
    ("Entry", "eligible_within"),
    ("Status of a scale", "response_percent"),
    ("Contact cadence", "first_follow_up_due"),
    ("Measurement", "scale_due"),
    ("Change of treatment and consult", "early_from"),
    ("Medication trials and titration", "trial_weeks"),
    ("Step down and close", "held_apart"),
    ("Safety", "assess_within"),
    ("Therapy, combined care and pathways", "session_gap"),
    ("PHQ-9", "phq9.elevated"),
    ("GAD-7", "gad7.elevated"),
    ("PCL-5", "pcl5.elevated"),
    ("SCARED", "scared.elevated"),
    ("PSC-17", "psc17.elevated"),
)
"""Each section with the number that it begins with."""

LIMITS: dict[str, tuple[int, int]] = {
    "assess_within": (1, 2),
    "safety_look_back": (30, 90),
    "plan_stale": (14, 120),
    "flagged_contact": (1, 14),
    "discharge_due": (1, 3),
    "discharge_breach": (3, 14),
    "review_result_within": (1, 5),
    "watch_after_close": (90, 365),
    "young_age": (18, 30),
    "baseline_window": (7, 30),
    "eligible_within": (7, 90),
    "weekly": (5, 14),
    "inactive_close": (30, 180),
    "trial_weeks": (2, 12),
    "trial_judged": (2, 16),
    "trial_adherence": (50, 95),
    "trial_hold": (0, 14),
    "failed_trials": (2, 4),
    "outreach_channels": (1, 3),
    "reassess_sedative": (14, 182),
}

ORDERED: tuple[tuple[str, ...], ...] = (
    ("outreach_target", "outreach_late", "outreach_window"),
    ("partial_percent", "response_percent"),
    ("first_follow_up_due", "first_follow_up_breach"),
    ("weekly", "acute_interval", "transition_interval", "maintenance_interval"),
    ("dose_call_from", "dose_call_by", "dose_call_until"),
    ("early_from", "early_until"),
    ("trial_weeks", "trial_judged"),
    ("changes_apart", "changes_unscored"),
    ("review_from", "review_until"),
    ("first_review_from", "first_review_by"),
    ("therapy_week_14", "therapy_week_9", "therapy_week_4"),
    ("scale_due_remote", "scale_due"),
    ("held_apart", "held_to_close"),
    ("inactive_warning", "inactive_close"),
    ("flagged_contact", "acute_interval"),
    ("check_in", "check_in_stable"),
    *((f"{scale}.remission_below", f"{scale}.improved_below") for scale in ("phq9", "gad7")),
    *((f"{scale}.small_drop", f"{scale}.partial_points") for scale in ("phq9", "gad7", "pcl5")),
    ("pcl5.partial_points", "pcl5.improved_points"),
    *((f"{scale}.remission_below", f"{scale}.elevated") for scale in ("pcl5", "scared", "psc17")),
)
"""Numbers of which no earlier one may be higher than a later one."""


class Entry(NamedTuple):
    """One number as a form shows it."""

    name: str
    published: Threshold
    lowest: int
    highest: int


def sections() -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Every number by section, in the order of the protocol."""
    starts = {name: title for title, name in SECTIONS}
    found: list[tuple[str, list[Entry]]] = []
    for name, threshold in numbers(DEFAULT_PROTOCOL).items():
        if name in starts:
            found.append((starts[name], []))
        found[-1][1].append(Entry(name, threshold, *bounds(name, threshold)))
    return tuple((title, tuple(entries)) for title, entries in found)


def bounds(name: str, threshold: Threshold) -> tuple[int, int]:
    """The lowest and the highest value that a clinic may set."""
    if name in LIMITS:
        return LIMITS[name]
    value = threshold.value
    if threshold.unit == POINTS:
        return max(1, value // 2), min(value * 2, _highest(name))
    if threshold.unit == PERCENT:
        return max(5, value // 2), min(90, value * 2)
    if threshold.unit in (TIMES, WORKING, YEARS):
        return 1, value * 3
    return max(1, value // 4), value * 4


def _highest(name: str) -> int:
    """The highest total of the scale whose points a number counts; one without a scale's name counts those of the PHQ-9."""
    scale = name.partition(".")[0]
    forms = {one: form for form, (one, _) in FORMS.items()}
    return INSTRUMENTS[forms.get(scale, scale) if scale in SCALES else "phq9"].highest


def problems(values: Mapping[str, Value]) -> dict[str, str]:
    """What is wrong with the numbers and choices that differ, by name, as the sentence that is read."""
    whole = {name: value for name, value in values.items() if isinstance(value, int)}
    return dict(reversed([*_unfit(values), *_out_of_order(whole)]))


def _unfit(values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    published = settings(DEFAULT_PROTOCOL)
    for name, value in values.items():
        told = _problem_of(name, published.get(name), value)
        if told:
            yield name, told


def _problem_of(name: str, setting: Threshold | Choice | None, value: Value) -> str:
    """Out of its bounds, not one of the published ways, or unknown."""
    if setting is None:
        return f"{name} is not a number of the protocol."
    if isinstance(setting, Choice):
        return "" if value in setting.names else f"Choose one of: {', '.join(setting.names.values())}."
    lowest, highest = bounds(name, setting)
    fits = isinstance(value, int) and lowest <= value <= highest
    return "" if fits else f"Enter a number from {lowest} to {highest}."


def _out_of_order(values: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """A number is told where it, or the one that it must not exceed, was changed."""
    whole = {name: t.value for name, t in numbers(DEFAULT_PROTOCOL).items()} | dict(values)
    for chain in ORDERED:
        for lower, higher in pairwise(chain):
            if whole[lower] > whole[higher]:
                name = lower if lower in values else higher
                yield (
                    name,
                    f"{_words(lower)} ({whole[lower]}) may not exceed {_words(higher)} ({whole[higher]}).",
                )


def _words(name: str) -> str:
    return f"“{numbers(DEFAULT_PROTOCOL)[name].meaning}”"
