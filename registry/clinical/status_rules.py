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
        "{each.worse_points} points above the baseline or the best score since",
        ("S45", "M"),
    ),
    StatusRule(
        "T3",
        "baseline {each.elevated} or more; latest score below {each.remission_below} and at most {remission_window} old "
        "(in a closed episode, on the day of its close)",
        ("S19", "S68", "I"),
    ),
    StatusRule(
        "T1",
        "baseline {each.elevated} or more; at least {response_percent} below it",
        ("S19", "S68"),
    ),
    StatusRule(
        "T2",
        "baseline {each.elevated} or more; {each.improved}; from {improved_from} after enrollment "
        "(in a closed episode, by the day of its close)",
        ("S19",),
    ),
    StatusRule(
        "T4",
        "{partial_percent} or {each.partial_points} points below baseline",
        ("M", "I"),
    ),
    StatusRule(
        "T5",
        "less than {partial_percent} and less than {each.partial_points} points below baseline",
        ("M",),
    ),
)

UNJUDGED: dict[str, str] = {
    NONE: "No score with a total since enrollment: nothing is known and nothing is claimed.",
    BASELINE: "There is one score since enrollment, the baseline: nothing can be judged yet.",
    LOW: "The baseline is below {each.elevated}: only deterioration is judged.",
}
