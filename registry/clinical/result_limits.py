"""When a result is out of range: by the registry's own limits, each with its source, else by its laboratory's range.

A number that has neither is not judged, and that is said: silence would be read as normal.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from registry.clinical.care import LabResult
from registry.clinical.readings import READINGS, value_words
from registry.clinical.treatment import CHANGED, LOWERED, STOPPED

Has = Callable[[str], bool]
"""Whether a condition is on file."""

BENIGN = "benign_neutropenia"
LITHIUM_URGENT = 1.2
WEIGHT_GAIN = 5
"""Percent above the weight at the start at which a switch of the antipsychotic is considered (S49)."""
WITHOUT_RANGE = frozenset({"weight", "height", "waist"})
"""Followed by their change alone: nobody gives a range for them."""
OF_THE_BODY = frozenset({"systolic", "heart_rate"})
"""Measured without a laboratory."""


class Problem(NamedTuple):
    """A result that is out of range, in words; urgent ones are seen to the same day."""

    text: str
    urgent: bool = False
    sources: tuple[str, ...] = ()  # none: the laboratory's own range


class Limit(NamedTuple):
    """One limit of one reading; ``least`` and ``most`` are the numbers that are still in range, None where open."""

    code: str
    least: float | None
    below: float | None  # in range are numbers under it
    most: float | None
    text: str
    sources: tuple[str, ...]
    urgent: bool = False
    only_with: str = ""  # the condition for which it holds
    not_with: str = ""  # the condition that has a limit of its own

    def is_out(self, value: float, taken: bool = True) -> bool:
        """Whether a value lies outside."""
        low = self.least is not None and value < self.least and counts_low(self.code, taken)
        high = self.most is not None and value > self.most
        return low or high or (self.below is not None and value >= self.below)

    def holds(self, has: Has) -> bool:
        """Whether it is the limit of this patient."""
        return not (self.only_with and not has(self.only_with)) and not (self.not_with and has(self.not_with))


LIMITS: tuple[Limit, ...] = (
    Limit("lithium_level", None, 1.5, None, "toxic range: hold it and have the patient seen now", ("S51", "S52"), True),
    Limit("lithium_level", None, LITHIUM_URGENT, None, "1.2 or above: call the prescriber today", ("M",), True),
    Limit("valproate_level", 50, None, 125, "outside 50 to 125", ("M",)),
    Limit("anc", 1500, None, None, "below 1500: call the prescriber today", ("S53", "M"), True, not_with=BENIGN),
    Limit("anc", 1000, None, None, "below 1000: call the prescriber today", ("S53", "M"), True, only_with=BENIGN),
    Limit("qtc", None, None, 500, "above 500 ms: call the prescriber today", ("S54", "S86"), True),
    Limit("pregnancy_test", None, None, 0, "no abrupt stop: call the prescriber today", ("M", "I"), True),
    Limit("hla_b1502", None, None, 0, "serious skin reactions with carbamazepine: call the prescriber today", ("M", "I"), True),
    Limit("rash", None, None, 0, "no further dose before it is seen: call the prescriber today", ("M", "I"), True),
    Limit("opioid_free", None, None, 0, "naltrexone would bring on withdrawal: call the prescriber today", ("M", "I"), True),
    Limit("cardiac_history", None, None, 0, "ask the prescriber about an ECG and going on", ("M", "I")),
    Limit("movement_exam", None, None, 0, "ask the prescriber about the dose or a switch", ("M", "I")),
    Limit("misuse_screen", None, None, 0, "talk it through, and ask the prescriber", ("M", "I")),
    Limit("pdmp", None, None, 0, "talk it through, and ask the prescriber", ("M", "I")),
    Limit("urine_screen", None, None, 0, "confirm it, and talk it through without judgment", ("M", "I")),
)  # fmt: skip
"""The graver limit of a reading comes first.  An outcome in words is urgent only while a drug that asks for it is taken."""
LIMITED = frozenset(limit.code for limit in LIMITS)


def counts_low(code: str, taken: bool) -> bool:
    """Once a drug is held or stopped its level falls, as it should; a high one is told all the more."""
    return taken or not code.endswith("_level")


def by_limit(result: LabResult, has: Has, *, taken: bool = True) -> Problem | None:
    """What is wrong with a result by the registry's own limits; `taken`: the drug that asks for it is taken."""
    value = result.value
    if value is None or result.code not in LIMITED:
        return None
    mine = (limit for limit in LIMITS if limit.code == result.code and limit.holds(has))
    found = next((one for one in mine if one.is_out(value, taken)), None)
    if found is None:
        return None
    urgent = found.urgent and (taken or not READINGS[found.code].outcomes)
    return Problem(found.text if urgent else found.text.removesuffix(" today"), urgent, found.sources)


def answered_by(code: str, problem: Problem | None) -> str:
    """What is done with a dose to answer it: none of it where an outcome speaks against the drug, less where it is urgent."""
    if READINGS[code].outcomes:
        return LOWERED if code == "movement_exam" else STOPPED
    return LOWERED if problem is not None and problem.urgent else CHANGED


def outside(result: LabResult, *, taken: bool = True) -> Problem | None:
    """What is wrong with a result by its laboratory's own range, where it gave one."""
    value = result.value
    if value is None:
        return None
    if result.low is not None and value < result.low and counts_low(result.code, taken):
        return Problem(f"below the laboratory's {result.low:g}")
    if result.high is not None and value > result.high:
        return Problem(f"above the laboratory's {result.high:g}")
    return None


def gained(start: float, value: float) -> Problem | None:
    """The gain in weight at which a switch of the antipsychotic is considered."""
    if (value - start) * 100 < WEIGHT_GAIN * start:
        return None
    percent = (value - start) * 100 / start
    return Problem(
        f"{percent:.0f} % above {value_words(start, 'kg')} at the start: consider a switch", sources=("S49",)
    )


def is_unjudged(result: LabResult) -> bool:
    """A number for which neither the registry nor its laboratory has a range."""
    if result.code in READINGS and READINGS[result.code].outcomes:
        return False
    ranged = result.low is not None or result.high is not None or result.code in LIMITED
    return result.value is not None and not ranged and result.code not in WITHOUT_RANGE


def unjudged_words(result: LabResult) -> str:
    """' (no range given by the laboratory: not judged)' after a number that nobody judges, or that no outcome was told."""
    if result.value is None and result.code in READINGS and READINGS[result.code].outcomes:
        return " (result not told)"
    if not is_unjudged(result):
        return ""
    by = "" if result.code in OF_THE_BODY else " by the laboratory"
    return f" (no range given{by}: not judged)"


def urgent_words() -> str:
    """The limits that are seen to the same day, in one line."""
    first = {one.code: one for one in LIMITS if one.urgent and not one.only_with}
    told = (f"{READINGS[code].label} {_range(one)}{_of(one)}" for code, one in first.items())
    return f"{'; '.join(told)}: same day"


def table() -> Iterator[tuple[tuple[str, str, str], tuple[str, ...]]]:
    """Every limit for the book of rules: the reading, what is out of range, what is then said; and its sources."""
    for one in LIMITS:
        range_words = f"{_range(one)} {READINGS[one.code].unit}".strip()
        yield (READINGS[one.code].label, f"{range_words}{_of(one)}", one.text), one.sources
    gain = f"{WEIGHT_GAIN} % or more above the start of an antipsychotic"
    yield (READINGS["weight"].label, gain, "consider a switch"), ("S49",)


def _range(limit: Limit) -> str:
    if outcomes := READINGS[limit.code].outcomes:
        return outcomes[1]
    if limit.below is not None:
        return f"{limit.below:g} or above"
    low = f"under {limit.least:g}" if limit.least is not None else ""
    high = f"over {limit.most:g}" if limit.most is not None else ""
    return " or ".join(filter(None, (low, high)))


def _of(limit: Limit) -> str:
    if limit.only_with:
        return ", with benign neutropenia"
    return ", without benign neutropenia" if limit.not_with else ""
