"""The statuses of a scale as rules in words, in the order in which they are asked; `clinical.course` judges them."""

from typing import NamedTuple

from registry.clinical.course import BASELINE, LOW, NONE, WORDS

BASELINE_RULE = (
    "The baseline is the first score with a total on days 0 to {baseline_window.value} after enrollment, else the "
    "first after; never one from before, and it never changes within an episode (S19). Of two scores on one day the "
    "higher counts. The PHQ-A counts in the series of the PHQ-9."
)


class StatusRule(NamedTuple):
    """When a status holds; ``when`` names thresholds in braces, as the rules of the findings do."""

    code: str
    when: str
    sources: tuple[str, ...]

    @property
    def name(self) -> str:
        """The status as a page shows it."""
        return WORDS[self.code]


STATUS_RULES: tuple[StatusRule, ...] = (
    StatusRule(
        "T6",
        "{phq9.worse_points} points (PHQ-9) or {gad7.worse_points} points (GAD-7) above the baseline or the best "
        "score since",
        ("S45", "M"),
    ),
    StatusRule(
        "T3",
        "baseline {phq9.elevated} (GAD-7: {gad7.elevated}) or more; latest score below {phq9.remission_below} (GAD-7: "
        "{gad7.remission_below}) and at most {remission_window} old",
        ("S19", "S68", "I"),
    ),
    StatusRule(
        "T1",
        "baseline {phq9.elevated} (GAD-7: {gad7.elevated}) or more; at least {response_percent} below it",
        ("S19", "S68"),
    ),
    StatusRule(
        "T2",
        "baseline {phq9.elevated} (GAD-7: {gad7.elevated}) or more; below {phq9.improved_below} (GAD-7: "
        "{gad7.improved_below}), from {improved_from} after enrollment",
        ("S19",),
    ),
    StatusRule(
        "T4",
        "{partial_percent} or {phq9.partial_points} points (GAD-7: {gad7.partial_points}) below baseline",
        ("M", "I"),
    ),
    StatusRule(
        "T5",
        "less than {partial_percent} and less than {phq9.partial_points} points (GAD-7: {gad7.partial_points}) below "
        "baseline",
        ("M",),
    ),
)

UNJUDGED: dict[str, str] = {
    NONE: "No score with a total since enrollment: nothing is known and nothing is claimed.",
    BASELINE: "There is one score since enrollment, the baseline: nothing can be judged yet.",
    LOW: "The baseline is below {phq9.elevated} (GAD-7: {gad7.elevated}): only deterioration is judged.",
}
