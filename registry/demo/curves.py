"""How symptoms move: the courses that the literature tells of, as one curve with different numbers."""

from dataclasses import dataclass
from random import Random

RESPONDER, REMITTER, PARTIAL, NON_RESPONDER = "responder", "remitter", "partial", "non_responder"
DETERIORATING, UNREACHABLE, RELAPSING = "deteriorating", "unreachable", "relapsing"

ACTIVE_MIX = {
    RESPONDER: 30,
    REMITTER: 22,
    PARTIAL: 13,
    NON_RESPONDER: 9,
    DETERIORATING: 4,
    UNREACHABLE: 6,
    RELAPSING: 2,
}
"""Of a hundred active patients: about half better at ten weeks, as in S33, and a few of every trouble."""
CLOSED_MIX = {
    RESPONDER: 24,
    REMITTER: 40,
    PARTIAL: 14,
    NON_RESPONDER: 9,
    DETERIORATING: 2,
    UNREACHABLE: 11,
    RELAPSING: 0,
}


@dataclass(frozen=True)
class Curve:
    """A share of the baseline remains, half of the way there is gone after `pace` weeks, and it may turn."""

    baseline: int
    remains: float
    pace: float
    turns_at: float = 999.0
    """Week from which it gets worse."""
    turns_by: float = 0.0
    """Points that it gets worse by within five weeks."""
    noise: float = 0.9

    def at(self, week: float, rng: Random, highest: int) -> int:
        """The score in a week of the episode; week 0 is the baseline itself."""
        if week < 0.5:
            return self.baseline
        level = self.baseline * (self.remains + (1 - self.remains) * 0.5 ** (week / self.pace))
        if week > self.turns_at:
            level += self.turns_by * min(1.0, (week - self.turns_at) / 5)
        return max(0, min(highest, round(level + rng.gauss(0, self.noise))))


REMAINS = {
    RESPONDER: (0.2, 0.42),
    REMITTER: (0.08, 0.2),
    PARTIAL: (0.6, 0.72),
    NON_RESPONDER: (0.88, 1.03),
    DETERIORATING: (0.6, 0.75),
    UNREACHABLE: (0.6, 0.9),
    RELAPSING: (0.1, 0.2),
}


def phq9_curve(rng: Random, kind: str, weeks: float, elevated: bool = True) -> Curve:
    """A curve of one kind for an episode that has run for `weeks`."""
    baseline = min(24, max(10 if elevated else 6, round(rng.gauss(16.5, 3.2) if elevated else 8)))
    remains = rng.uniform(*REMAINS[kind])
    pace = rng.uniform(2.5, 5.0)
    if kind == DETERIORATING:
        return Curve(
            min(19, baseline), remains, pace, max(3.0, weeks - rng.uniform(3, 5)), rng.uniform(7, 10)
        )
    if kind == RELAPSING:
        return Curve(baseline, remains, pace, max(12.0, weeks - rng.uniform(3, 5)), rng.uniform(8, 11))
    return Curve(baseline, remains, pace)


def gad7_curve(rng: Random, phq9: Curve, primary: bool) -> Curve:
    """Anxiety follows mood, somewhat lower; where it is the primary condition it is the higher one."""
    size = rng.uniform(0.62, 0.9) if primary else rng.uniform(0.4, 0.85)
    baseline = max(10 if primary else 2, min(20, round(phq9.baseline * size)))
    remains = min(1.0, max(0.05, phq9.remains + rng.uniform(-0.1, 0.12)))
    return Curve(baseline, remains, phq9.pace, phq9.turns_at, phq9.turns_by * 0.6, 0.8)
